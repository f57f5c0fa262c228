/* The OpenAPI 3.1 document: paths with their operations, and the components. It is derived from the route table and
 * uses every column of routes.def; the parts are in the other files of this folder (describe.h). */
#include <stdio.h>

#include "api/api.h"
#include "api/describe/describe.h"

void reference(struct json *json, const char *kind, const char *name, const char *suffix)
{
    char text[128];
    int n = snprintf(text, sizeof(text), "#/components/%s/%s%s", kind, name, suffix);
    CHECK(n > 0 && (size_t)n < sizeof(text));
    json_object_begin(json);
    json_member_text(json, "$ref", str_of(text));
    json_object_end(json);
}

/* --- operations --------------------------------------------------------------------------------------------------- */

/* Empty where credentials are ignored; optional where everybody may read, but not everybody the same. */
static void security_write(struct json *json, const struct route *route)
{
    name_array(json, "security");
    if (uses_credentials(route)) {
        if (role_in(route->roles, ROLE_ANONYMOUS)) json_raw(json, STR("{}"));
        json_raw(json, STR("{\"bearer\":[]}"));
        json_raw(json, STR("{\"cookie\":[]}"));
    }
    json_array_end(json);
}

/* For people in the description, for programs in x-roles. */
static void roles_write(struct json *json, const struct route *route)
{
    struct arena *arena = json->out->arena;
    str roles = roles_text(arena, route->roles, ", ");
    json_member_text(json, "description", arena_printf(arena, "For: %.*s.", STR_ARG(roles)));
    name_array(json, "x-roles");
    for (unsigned role = 0; role < ROLE_COUNT; role++) {
        if (role_in(route->roles, (enum role)role)) json_text(json, role_name((enum role)role));
    }
    json_array_end(json);
}

static str method_member(enum http_method method)
{
    static const str names[HTTP_METHOD_COUNT] = {
        [HTTP_GET] = {"get", 3},     [HTTP_POST] = {"post", 4},     [HTTP_PUT] = {"put", 3},
        [HTTP_PATCH] = {"patch", 5}, [HTTP_DELETE] = {"delete", 6},
    };
    CHECK(names[method].p);
    return names[method];
}

static void operation_write(struct json *json, const struct route *route)
{
    json_name(json, method_member(route->method));
    json_object_begin(json);
    json_member_text(json, "operationId", operation_id(json->out->arena, route));
    json_member_text(json, "summary", str_of(route->doc));
    roles_write(json, route);
    name_array(json, "tags");
    json_text(json, operation_tag(route));
    json_array_end(json);
    security_write(json, route);
    parameters_write(json, route);
    request_body_write(json, route);
    responses_write(json, route);
    json_object_end(json);
}

/* Whether no earlier route has this path. */
static bool path_is_new(const struct route *routes, size_t i)
{
    for (size_t k = 0; k < i; k++) {
        if (str_is(str_of(routes[k].path), routes[i].path)) return false;
    }
    return !(routes[i].flags & UNLISTED);
}

static void paths_write(struct json *json)
{
    size_t count;
    const struct route *routes = routes_table(&count);
    name_object(json, "paths");
    for (size_t i = 0; i < count; i++) {
        if (!path_is_new(routes, i)) continue;
        name_object(json, routes[i].path);
        for (size_t k = i; k < count; k++) {
            if (str_is(str_of(routes[k].path), routes[i].path)) operation_write(json, &routes[k]);
        }
        json_object_end(json);
    }
    json_object_end(json);
}

/* --- the document ------------------------------------------------------------------------------------------------- */

static str tag_doc(str tag)
{
    const struct entity *entity = entity_by_resource(tag);
    if (entity) return str_of(entity->descriptor.doc);
    if (str_is(tag, "auth")) return STR("Creating an account, signing in and out");
    if (str_is(tag, "me")) return STR("Your account");
    return STR("The server itself");
}

static bool tag_is_new(const struct route *routes, size_t i)
{
    for (size_t k = 0; k < i; k++) {
        if (str_equal(operation_tag(&routes[k]), operation_tag(&routes[i]))) return false;
    }
    return !(routes[i].flags & UNLISTED);
}

static void tags_write(struct json *json)
{
    size_t count;
    const struct route *routes = routes_table(&count);
    name_array(json, "tags");
    for (size_t i = 0; i < count; i++) {
        if (!tag_is_new(routes, i)) continue;
        json_object_begin(json);
        json_member_text(json, "name", operation_tag(&routes[i]));
        json_member_text(json, "description", tag_doc(operation_tag(&routes[i])));
        json_object_end(json);
    }
    json_array_end(json);
}

/* What cannot be said in the operations. */
static const char introduction[] =
    "Find events, book seats, pay, get help; and run all of it.\n\n"
    "**Signing in.** POST /api/v1/auth/login returns a token for `Authorization: Bearer` and sets a cookie.\n\n"
    "**Lists** have 25 rows unless `_start` and `_end` name others, at most 200. A filter may be repeated: any of its "
    "values. Names in `fields`, `_embed`, `_sort` and `_order` are separated by commas or the parameter is repeated. "
    "Filters for \"no value\" have the value null or none. The same lists understand `page` with `perPage`, `range`, "
    "`sort` "
    "and "
    "`filter` as JSON, for clients that know only these; they are not described below.\n\n"
    "**Money** is a string with two decimals. Requests may also send a number, if it has at most two decimals.\n\n"
    "**Integers** may be written with a fraction of zero (32.0), as in JSON Schema.\n\n"
    "**Refusals** that concern the connection and not an operation are not listed there: 405 (the path does not have "
    "this method), 408, 414, 431, 501 and 505.";

static void info_write(struct json *json, str server_url)
{
    name_object(json, "info");
    json_member_text(json, "title", STR("boxoffice"));
    json_member_text(json, "version", STR(BOXOFFICE_VERSION));
    json_member_text(json, "description", str_of(introduction));
    json_object_end(json);
    name_array(json, "servers");
    json_object_begin(json);
    json_member_text(json, "url", server_url);
    json_object_end(json);
    json_array_end(json);
}

static void components_write(struct json *json)
{
    name_object(json, "components");
    schema_components_write(json);
    parameter_components_write(json);
    response_components_write(json);
    json_member_raw(json, "securitySchemes",
                    STR("{\"bearer\":{\"type\":\"http\",\"scheme\":\"bearer\","
                        "\"description\":\"The token in the response to signing in\"},"
                        "\"cookie\":{\"type\":\"apiKey\",\"in\":\"cookie\",\"name\":\"session\","
                        "\"description\":\"Set by signing in; __Host-session over TLS\"}}"));
    json_object_end(json);
}

void openapi_document(struct buf *out, str server_url)
{
    struct json json = json_to(out);
    json_object_begin(&json);
    json_member_text(&json, "openapi", STR("3.1.0"));
    info_write(&json, server_url);
    tags_write(&json);
    paths_write(&json);
    components_write(&json);
    json_object_end(&json);
}
