/* The OpenAPI 3.1 document, derived from the route table: it uses every column of routes.def. Schemas of bodies and
 * rows come from schema/openapi.h. */
#include <ctype.h>
#include <stdio.h>

#include "api/api.h"
#include "api/handlers.h"
#include "base/check.h"
#include "base/json.h"
#include "schema/openapi.h"
#include "schema/visible.h"

/* --- small pieces ------------------------------------------------------------------------------------------------- */

static void name_object(struct json *json, const char *name)
{
    json_name(json, str_of(name));
    json_object_begin(json);
}

static void name_array(struct json *json, const char *name)
{
    json_name(json, str_of(name));
    json_array_begin(json);
}

static void reference(struct json *json, const char *kind, const char *name, const char *suffix)
{
    char text[128];
    int n = snprintf(text, sizeof(text), "#/components/%s/%s%s", kind, name, suffix);
    CHECK(n > 0 && (size_t)n < sizeof(text));
    json_object_begin(json);
    json_member_text(json, "$ref", str_of(text));
    json_object_end(json);
}

static void member_reference(struct json *json, const char *member, const char *schema)
{
    json_name(json, str_of(member));
    reference(json, "schemas", schema, "");
}

/* Writes "schema" with the given JSON members. */
static void schema_member(struct json *json, const char *schema)
{
    json_member_raw(json, "schema", str_of(schema));
}

/* --- parameters --------------------------------------------------------------------------------------------------- */

static const struct parameter_row {
    const char *component;
    const char *name;
    const char *in;
    unsigned flags; /* of the routes that accept it; 0: written separately */
    const char *schema;
    const char *doc;
} parameter_rows[] = {
    {"id", "id", "path", 0, "{\"type\":\"integer\",\"minimum\":1}", "Number of the row"},
    {"ifMatch", "If-Match", "header", 0, "{\"type\":\"string\",\"examples\":[\"\\\"3\\\"\"]}",
     "The ETag of the version that is meant; 412 when there is a newer one"},
    {"idempotencyKey", "Idempotency-Key", "header", 0, "{\"type\":\"string\",\"minLength\":1,\"maxLength\":255}",
     "Chosen by the client for this request: repeating it with the same key returns the first response"},
    {"moveSchedules", "moveSchedules", "query", MOVES, "{\"type\":\"boolean\",\"default\":false}",
     "Whether upcoming schedules move along with startDate; else new dates that exclude a schedule are refused"},
    {"extendEvent", "extendEvent", "query", EXTENDS, "{\"type\":\"boolean\",\"default\":false}",
     "Whether the dates of the event are extended to include the schedule; else it must be within them"},
    {"fields", "fields", "query", LISTED | ONE, "{\"type\":\"string\",\"examples\":[\"id,createdAt\"]}",
     "Names of the fields to return, separated by commas"},
    {"embed", "_embed", "query", LISTED | ONE, "{\"type\":\"string\"}",
     "Names of related rows that come along, separated by commas"},
    {"start", "_start", "query", LISTED, "{\"type\":\"integer\",\"minimum\":0}", "First row, from 0"},
    {"end", "_end", "query", LISTED, "{\"type\":\"integer\",\"minimum\":0}",
     "The row behind the last; at most 200 more"},
    {"page", "page", "query", LISTED, "{\"type\":\"integer\",\"minimum\":1}", "Page, from 1"},
    {"perPage", "perPage", "query", LISTED, "{\"type\":\"integer\",\"minimum\":1,\"maximum\":200}",
     "Rows on a page; 25 if left out"},
    {"after", "after", "query", LISTED, "{\"type\":\"string\"}", "Where the last page ended, as its Link says"},
    {"range", "range", "query", LISTED, "{\"type\":\"string\",\"examples\":[\"[0,24]\"]}",
     "First and last row, as JSON"},
    {"filter", "filter", "query", LISTED, "{\"type\":\"string\",\"examples\":[\"{\\\"id\\\":[1,2]}\"]}",
     "All filters in one JSON object"},
    {"sort", "sort", "query", LISTED, "{\"type\":\"string\",\"examples\":[\"[\\\"id\\\",\\\"ASC\\\"]\"]}",
     "Field and order, as JSON"},
    {"sortBy", "_sort", "query", LISTED, "{\"type\":\"string\",\"examples\":[\"id\"]}",
     "Names of the fields to sort by, separated by commas"},
    {"order", "_order", "query", LISTED, "{\"type\":\"string\",\"examples\":[\"asc\"]}",
     "asc or desc for each of them, separated by commas"},
};

static void parameter_rows_write(struct json *json)
{
    name_object(json, "parameters");
    for (size_t i = 0; i < COUNT_OF(parameter_rows); i++) {
        const struct parameter_row *row = &parameter_rows[i];
        name_object(json, row->component);
        json_member_text(json, "name", str_of(row->name));
        json_member_text(json, "in", str_of(row->in));
        if (str_is(str_of(row->in), "path")) json_member_bool(json, "required", true);
        json_member_text(json, "description", str_of(row->doc));
        schema_member(json, row->schema);
        json_object_end(json);
    }
    json_object_end(json);
}

/* The schema of one value in a query string. */
static void value_schema(struct json *json, const struct field *field)
{
    json_object_begin(json);
    switch (type_row(field->type)->kind) {
    case KIND_INTEGER:
        json_member_text(json, "type", STR("integer"));
        break;
    case KIND_BOOL:
        json_member_text(json, "type", STR("boolean"));
        break;
    case KIND_TIME:
        json_member_text(json, "type", STR("string"));
        json_member_text(json, "format", STR("date-time"));
        break;
    case KIND_ENUM:
        json_member_text(json, "type", STR("string"));
        name_array(json, "enum");
        for (size_t i = 0; i < enum_table(field->of)->count; i++) json_text(json, enum_text(field->of, (int64_t)i));
        json_array_end(json);
        break;
    default:
        json_member_text(json, "type", STR("string"));
    }
    json_object_end(json);
}

struct suffix {
    const char *text;
    const char *doc;
    bool several;
};

static void filter_write(struct json *json, const struct field *field, const struct suffix *suffix)
{
    char name[64];
    snprintf(name, sizeof(name), "%s%s", field->name, suffix->text);
    json_object_begin(json);
    json_member_text(json, "name", str_of(name));
    json_member_text(json, "in", STR("query"));
    json_member_text(json, "description", str_of(suffix->doc));
    json_name(json, STR("schema"));
    if (suffix->several) {
        json_object_begin(json);
        json_member_text(json, "type", STR("array"));
        json_name(json, STR("items"));
        value_schema(json, field);
        json_object_end(json);
    } else {
        value_schema(json, field);
    }
    json_object_end(json);
}

static void field_filters_write(struct json *json, const struct field *field)
{
    static const struct suffix equal[] = {{"", "Any of these values", true}, {"_ne", "None of these values", true}};
    static const struct suffix ordered[] = {{"_gte", "At least", false},
                                            {"_lte", "At most", false},
                                            {"_gt", "More than", false},
                                            {"_lt", "Less than", false}};
    static const struct suffix like = {"_like", "Contains this text", false};
    for (size_t i = 0; i < COUNT_OF(equal); i++) filter_write(json, field, &equal[i]);
    bool has_order = type_row(field->type)->ordered;
    for (size_t i = 0; has_order && i < COUNT_OF(ordered); i++) filter_write(json, field, &ordered[i]);
    if (type_is_text(field->type)) filter_write(json, field, &like);
}

static void filters_write(struct json *json, const struct entity *entity)
{
    static const struct field words = {.name = "q", .type = TYPE_STRING};
    static const struct suffix search = {"", "Words to find in the text, best first", false};
    if (entity_searchable(entity)) filter_write(json, &words, &search);
    for (size_t i = 0; i < entity->descriptor.count; i++) {
        if (field_is_shown(&entity->descriptor.fields[i])) field_filters_write(json, &entity->descriptor.fields[i]);
    }
}

/* {id} refers to a shared component; other parameters are written in the operation. */
static void path_parameter_write(struct json *json, const struct path_parameter *parameter)
{
    if (str_is(parameter->name, "id")) {
        reference(json, "parameters", "id", "");
        return;
    }
    json_object_begin(json);
    json_member_text(json, "name", parameter->name);
    json_member_text(json, "in", STR("path"));
    json_member_bool(json, "required", true);
    schema_member(json, parameter->is_text ? "{\"type\":\"string\",\"minLength\":1}"
                                           : "{\"type\":\"integer\",\"minimum\":1}");
    json_object_end(json);
}

static bool takes_if_match(const struct route *route)
{
    return route->command && route->entity && route->status != 201 && (route->parameter_count > 0 || route->flags & ME);
}

static void parameters_write(struct json *json, const struct route *route)
{
    name_array(json, "parameters");
    for (size_t i = 0; i < route->parameter_count; i++) path_parameter_write(json, &route->parameters[i]);
    if (takes_if_match(route)) reference(json, "parameters", "ifMatch", "");
    if (route->method == HTTP_POST && !(route->flags & NO_REPLAY)) reference(json, "parameters", "idempotencyKey", "");
    for (size_t i = 0; i < COUNT_OF(parameter_rows); i++) {
        if (parameter_rows[i].flags & route->flags) reference(json, "parameters", parameter_rows[i].component, "");
    }
    if (route->flags & LISTED) filters_write(json, route->entity);
    json_array_end(json);
}

/* --- bodies ------------------------------------------------------------------------------------------------------- */

static void media_write(struct json *json, const char *type, const struct route *route)
{
    bool own = route->entity && route->takes.descriptor == &route->entity->descriptor;
    const char *suffix = !own ? "" : route->method == HTTP_POST ? "Create" : "Update";
    name_object(json, type);
    json_name(json, STR("schema"));
    reference(json, "schemas", route->takes.descriptor->title, suffix);
    json_object_end(json);
}

static bool body_required(const struct route *route)
{
    if (route->takes.kind == TAKE_FILE) return true;
    for (size_t i = 0; i < route->takes.descriptor->count; i++) {
        if (route->takes.descriptor->fields[i].flags & REQUIRED) return true;
    }
    return false;
}

static void body_write(struct json *json, const struct route *route)
{
    if (route->takes.kind == TAKE_NOTHING) return;
    name_object(json, "requestBody");
    json_member_bool(json, "required", body_required(route));
    name_object(json, "content");
    if (route->takes.kind == TAKE_FILE)
        json_member_raw(json, route->takes.type, STR("{}")); /* bytes, as described in OpenAPI 3.1 */
    else if (route->takes.kind == TAKE_FORM)
        media_write(json, "application/x-www-form-urlencoded", route);
    else
        media_write(json, "application/json", route);
    if (route->method == HTTP_PATCH) media_write(json, "application/merge-patch+json", route);
    json_object_end(json);
    json_object_end(json);
}

/* --- responses ---------------------------------------------------------------------------------------------------- */

/* Schemas of responses that are not rows of an entity. */
static const struct {
    query_function *query;
    const char *schema;
} own_schemas[] = {
    {read_history,
     "{\"type\":\"array\",\"items\":{\"type\":\"object\",\"required\":[\"version\",\"action\",\"at\","
     "\"before\",\"after\"],"
     "\"properties\":{\"version\":{\"type\":\"integer\"},\"action\":{\"type\":\"string\"},"
     "\"at\":{\"type\":\"string\",\"format\":\"date-time\"},"
     "\"fields\":{\"type\":\"array\",\"items\":{\"type\":\"string\"}},\"before\":{\"type\":[\"object\",\"null\"]},"
     "\"after\":{\"type\":[\"object\",\"null\"]},\"actorId\":{\"type\":\"integer\"},"
     "\"actorRole\":{\"type\":[\"string\",\"null\"]},\"requestId\":{\"type\":[\"string\",\"null\"]}}}}"},
    {read_availability,
     "{\"type\":\"array\",\"items\":{\"type\":\"object\",\"required\":[\"scheduleId\",\"startTime\",\"endTime\","
     "\"status\",\"availableSeats\",\"capacity\"],\"properties\":{\"scheduleId\":{\"type\":\"integer\"},"
     "\"startTime\":{\"type\":\"string\",\"format\":\"date-time\"},\"endTime\":{\"type\":\"string\",\"format\":"
     "\"date-time\"},\"status\":{\"type\":\"string\",\"enum\":[\"active\",\"cancelled\"]},\"availableSeats\":{\"type\":"
     "\"integer\"},\"capacity\":{\"type\":\"integer\"}}}}"},
    {read_export,
     "{\"type\":\"object\",\"required\":[\"exportedAt\"],\"properties\":{\"exportedAt\":{\"type\":\"string\","
     "\"format\":\"date-time\"}}}"},
    {read_categories,
     "{\"type\":\"array\",\"maxItems\":1000,\"items\":{\"type\":\"object\",\"required\":[\"name\",\"events\"],"
     "\"properties\":{\"name\":{\"type\":\"string\"},\"events\":{\"type\":\"integer\"}}}}"},
    {read_openapi, "{\"type\":\"object\"}"},
};

static const char *own_schema(const struct route *route)
{
    for (size_t i = 0; i < COUNT_OF(own_schemas); i++) {
        if (route->query && own_schemas[i].query == route->query) return own_schemas[i].schema;
    }
    bool text = route->gives.kind == GIVE_TEXT || route->gives.kind == GIVE_STREAM;
    return text ? "{\"type\":\"string\"}" : NULL;
}

static void sign_in_schema(struct json *json)
{
    json_object_begin(json);
    json_member_text(json, "type", STR("object"));
    json_member_raw(json, "required", STR("[\"token\",\"user\"]"));
    name_object(json, "properties");
    json_member_raw(json, "token", STR("{\"type\":\"string\",\"description\":\"For Authorization: Bearer\"}"));
    member_reference(json, "user", entity_of(ENTITY_user)->descriptor.title);
    json_object_end(json);
    json_object_end(json);
}

static void booked_schema(struct json *json)
{
    json_object_begin(json);
    name_array(json, "allOf");
    reference(json, "schemas", entity_of(ENTITY_booking)->descriptor.title, "");
    json_object_begin(json);
    json_member_text(json, "type", STR("object"));
    name_object(json, "properties");
    member_reference(json, "payment", entity_of(ENTITY_payment)->descriptor.title);
    json_member_raw(json, "payUrl", STR("{\"type\":\"string\",\"description\":\"Where to pay, while it is due\"}"));
    json_object_end(json);
    json_object_end(json);
    json_array_end(json);
    json_object_end(json);
}

static void rows_schema(struct json *json, const struct route *route)
{
    if (!(route->flags & LISTED)) {
        reference(json, "schemas", route->entity->descriptor.title, "");
        return;
    }
    json_object_begin(json);
    json_member_text(json, "type", STR("array"));
    member_reference(json, "items", route->entity->descriptor.title);
    json_object_end(json);
}

static void response_schema(struct json *json, const struct route *route)
{
    const char *own = own_schema(route);
    json_name(json, STR("schema"));
    if (own)
        json_raw(json, str_of(own));
    else if (route->flags & SIGNS_IN)
        sign_in_schema(json);
    else if (route->flags & BOOKS)
        booked_schema(json);
    else
        rows_schema(json, route);
}

static void header_write(struct json *json, const char *name, const char *type, const char *doc)
{
    name_object(json, name);
    json_member_text(json, "description", str_of(doc));
    name_object(json, "schema");
    json_member_text(json, "type", str_of(type));
    json_object_end(json);
    json_object_end(json);
}

static void headers_write(struct json *json, const struct route *route)
{
    bool listed = route->flags & LISTED || route->query == read_history;
    bool row = route->entity && route->entity->paranoid && !listed && !own_schema(route) && !(route->flags & SIGNS_IN);
    name_object(json, "headers");
    if (listed) {
        header_write(json, "X-Total-Count", "integer", "Rows in all");
        header_write(json, "Content-Range", "string", "Which rows these are: events 0-9/57");
        header_write(json, "Link", "string", "first, prev, next and last page (RFC 8288)");
    }
    if (row) header_write(json, "ETag", "string", "The row's version, for If-Match");
    if (route->status == 201) header_write(json, "Location", "string", "Where the new row is");
    json_object_end(json);
}

static void success_write(struct json *json, const struct route *route)
{
    char status[8];
    snprintf(status, sizeof(status), "%d", route->status);
    name_object(json, status);
    json_member_text(json, "description", route->status == 204 ? STR("Done") : str_of(route->doc));
    if (route->status != 204) {
        headers_write(json, route);
        name_object(json, "content");
        json_name(json, route_produces(route));
        json_object_begin(json);
        response_schema(json, route);
        json_object_end(json);
        if (route->gives.kind == GIVE_ROWS) json_member_raw(json, CSV_TYPE, STR("{\"schema\":{\"type\":\"string\"}}"));
        json_object_end(json);
    }
    json_object_end(json);
}

static void responses_write(struct json *json, const struct route *route)
{
    name_object(json, "responses");
    success_write(json, route);
    if (route->flags & ONE)
        json_member_raw(json, "304", STR("{\"description\":\"The version named in If-None-Match\"}"));
    json_name(json, STR("4XX"));
    reference(json, "responses", "Problem", "");
    json_name(json, STR("5XX"));
    reference(json, "responses", "Problem", "");
    json_object_end(json);
}

/* --- operations --------------------------------------------------------------------------------------------------- */

/* "getEventsIdHistory": the method, and the path without its prefix in camel case. */
static str operation_id(struct arena *arena, const struct route *route)
{
    static const str prefix = {"/api/v1", 7};
    struct buf out = buf_new(arena, 128);
    str path = str_of(route->path), method = method_name(route->method);
    if (str_starts(path, prefix)) path = str_from(path, prefix.n);
    for (size_t i = 0; i < method.n; i++) buf_add_char(&out, (char)tolower(method.p[i]));
    bool upper = true;
    for (size_t i = 0; i < path.n; i++) {
        bool letter = isalnum((unsigned char)path.p[i]);
        if (letter) buf_add_char(&out, upper ? (char)toupper(path.p[i]) : path.p[i]);
        upper = !letter;
    }
    return buf_str(&out);
}

/* The tag of an operation: the first part of its path, "system" outside the API. */
static str tag_of(const struct route *route)
{
    static const str prefix = {"/api/v1/", 8};
    str path = str_of(route->path);
    if (!str_starts(path, prefix)) return STR("system");
    path = str_from(path, prefix.n);
    return str_first(path, str_find(path, '/'));
}

static void security_write(struct json *json, const struct route *route)
{
    name_array(json, "security");
    if (role_in(route->roles, ROLE_ANONYMOUS)) json_raw(json, STR("{}"));
    json_raw(json, STR("{\"bearer\":[]}"));
    json_raw(json, STR("{\"cookie\":[]}"));
    json_array_end(json);
}

static str roles_text(struct arena *arena, const struct route *route)
{
    struct buf out = buf_new(arena, 256);
    BUF_LITERAL(&out, "For: ");
    bool first = true;
    for (unsigned role = 0; role < ROLE_COUNT; role++) {
        if (!role_in(route->roles, (enum role)role)) continue;
        if (!first) BUF_LITERAL(&out, ", ");
        first = false;
        buf_add(&out, role_name((enum role)role));
    }
    BUF_LITERAL(&out, ".");
    return buf_str(&out);
}

static void operation_write(struct json *json, const struct route *route)
{
    struct arena *arena = json->out->arena;
    json_name(json, route->method == HTTP_GET     ? STR("get")
                    : route->method == HTTP_POST  ? STR("post")
                    : route->method == HTTP_PUT   ? STR("put")
                    : route->method == HTTP_PATCH ? STR("patch")
                                                  : STR("delete"));
    json_object_begin(json);
    json_member_text(json, "operationId", operation_id(arena, route));
    json_member_text(json, "summary", str_of(route->doc));
    json_member_text(json, "description", roles_text(arena, route));
    name_array(json, "tags");
    json_text(json, tag_of(route));
    json_array_end(json);
    security_write(json, route);
    parameters_write(json, route);
    body_write(json, route);
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
        if (str_equal(tag_of(&routes[k]), tag_of(&routes[i]))) return false;
    }
    return true;
}

static void tags_write(struct json *json)
{
    size_t count;
    const struct route *routes = routes_table(&count);
    name_array(json, "tags");
    for (size_t i = 0; i < count; i++) {
        if (!tag_is_new(routes, i)) continue;
        json_object_begin(json);
        json_member_text(json, "name", tag_of(&routes[i]));
        json_member_text(json, "description", tag_doc(tag_of(&routes[i])));
        json_object_end(json);
    }
    json_array_end(json);
}

static void info_write(struct json *json, str server_url)
{
    name_object(json, "info");
    json_member_text(json, "title", STR("boxoffice"));
    json_member_text(json, "version", STR(BOXOFFICE_VERSION));
    json_member_text(json, "description", STR("Find events, book seats, pay, get help; and run all of it."));
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
    json_name(json, STR("schemas"));
    openapi_schemas(json, entity_has_routes);
    parameter_rows_write(json);
    json_member_raw(json, "responses",
                    STR("{\"Problem\":{\"description\":\"What is wrong (RFC 9457)\",\"content\":{"
                        "\"application/problem+json\":{\"schema\":{\"$ref\":\"#/components/schemas/Problem\"}}}}}"));
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
