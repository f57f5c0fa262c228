/* Bodies of requests, and all component schemas: those of rows and inputs (schema/openapi.h), with the related rows
 * that _embed adds, and those of other responses. */
#include "api/api.h"
#include "api/describe/describe.h"
#include "api/resources/embed.h"
#include "schema/openapi.h"
#include "schema/rule.h"

/* --- requests ----------------------------------------------------------------------------------------------------- */

static bool takes_own(const struct route *route)
{
    return route->entity && route->takes.descriptor == &route->entity->descriptor;
}

static enum openapi_form form_of(const struct route *route)
{
    if (route->method == HTTP_PATCH) return FORM_UPDATE;
    return route->method == HTTP_PUT ? FORM_REPLACE : FORM_CREATE;
}

static void body_schema_write(struct json *json, const struct route *route)
{
    const char *suffix = takes_own(route) ? openapi_suffix(form_of(route)) : "";
    if (!route_takes_list(route)) {
        reference(json, "schemas", route->takes.descriptor->title, suffix);
        return;
    }
    json_object_begin(json);
    json_member_text(json, "type", STR("array"));
    json_member_int(json, "minItems", 1);
    json_member_int(json, "maxItems", LIST_MAX);
    json_name(json, STR("items"));
    reference(json, "schemas", route->takes.descriptor->title, suffix);
    json_object_end(json);
}

static void media_write(struct json *json, const char *type, const struct route *route)
{
    name_object(json, type);
    json_name(json, STR("schema"));
    body_schema_write(json, route);
    json_object_end(json);
}

/* As input.c: only the body of a POST without required members may be left out. */
static bool body_required(const struct route *route)
{
    if (route->takes.kind == TAKE_FILE || route->method != HTTP_POST) return true;
    for (size_t i = 0; i < route->takes.descriptor->count; i++) {
        if (route->takes.descriptor->fields[i].flags & REQUIRED) return true;
    }
    return false;
}

void request_body_write(struct json *json, const struct route *route)
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

/* --- schemas of rows ---------------------------------------------------------------------------------------------- */

#define WARNINGS_SCHEMA                                                                                                \
    "{\"type\":\"array\",\"description\":\"What was done, but may not be meant\",\"items\":{\"$ref\":"                 \
    "\"#/components/schemas/FieldError\"}}"
#define AFFECTED_SCHEMA "{\"type\":\"integer\",\"minimum\":0,\"description\":\"Bookings that a cancellation affects\"}"

/* Rows are read where a route accepts or returns them; the other forms are those that bodies have. */
static unsigned forms_of(const struct entity *entity)
{
    size_t count;
    const struct route *routes = routes_table(&count);
    unsigned forms = entity_has_routes(entity) ? 1u << FORM_READ : 0;
    for (size_t i = 0; i < count; i++) {
        bool described = routes[i].entity == entity && !(routes[i].flags & UNLISTED);
        if (described && takes_own(&routes[i])) forms |= 1u << form_of(&routes[i]);
    }
    return forms;
}

static void relation_write(struct json *json, const struct embed *embed)
{
    json_name(json, embed->name);
    json_object_begin(json);
    if (embed->single) {
        json_member_text(json, "description", STR("null where your role may not read it, with _embed"));
        name_array(json, "anyOf");
        reference(json, "schemas", embed->entity->descriptor.title, "");
        json_raw(json, STR("{\"type\":\"null\"}"));
        json_array_end(json);
        json_object_end(json);
        return;
    }
    json_member_text(json, "type", STR("array"));
    json_member_text(json, "description", STR("Those that your role may read, with _embed"));
    json_name(json, STR("items"));
    reference(json, "schemas", embed->entity->descriptor.title, "");
    json_object_end(json);
}

static void relations_write(struct json *json, const struct entity *entity)
{
    struct embed embed;
    for (size_t i = 0; embed_at(json->out->arena, entity, ROLE_ADMIN, i, &embed); i++) {
        if (entity_has_routes(embed.entity)) relation_write(json, &embed);
    }
    /* Members of responses to commands. */
    if (entity->paranoid) json_member_raw(json, "warnings", STR(WARNINGS_SCHEMA));
    if (entity->id == ENTITY_event || entity->id == ENTITY_schedule)
        json_member_raw(json, "affectedBookings", STR(AFFECTED_SCHEMA));
}

/* --- other schemas ------------------------------------------------------------------------------------------------ */

#define TIME_SCHEMA  "{\"type\":\"string\",\"format\":\"date-time\"}"
#define ID_SCHEMA    "{\"type\":\"integer\",\"minimum\":1}"
#define COUNT_SCHEMA "{\"type\":\"integer\",\"minimum\":0}"

static const struct {
    const char *name;
    const char *schema;
} other_schemas[] = {
    {"HistoryEntry",
     "{\"type\":\"object\",\"description\":\"One change of a row\",\"required\":[\"version\",\"action\",\"at\","
     "\"before\",\"after\"],\"properties\":{\"version\":" COUNT_SCHEMA
     ",\"action\":{\"type\":\"string\"},\"at\":" TIME_SCHEMA
     ",\"fields\":{\"type\":\"array\",\"description\":\"Names of the fields that "
     "changed\",\"items\":{\"type\":\"string\"}}"
     ",\"before\":{\"type\":[\"object\",\"null\"],\"description\":\"The row before, without personal values\"},"
     "\"after\":{\"type\":[\"object\",\"null\"],\"description\":\"The row after, without personal values\"},"
     "\"actorId\":{\"type\":\"integer\",\"description\":\"Who changed it; 0: not a signed-in user. Only for staff\"},"
     "\"actorRole\":{\"type\":[\"string\",\"null\"]},\"requestId\":{\"type\":[\"string\",\"null\"]}}}"},
    {"Availability",
     "{\"type\":\"object\",\"description\":\"The available seats of a schedule\",\"required\":[\"scheduleId\","
     "\"startTime\",\"endTime\",\"status\",\"availableSeats\",\"capacity\"],\"properties\":{\"scheduleId\":" ID_SCHEMA
     ",\"startTime\":" TIME_SCHEMA ",\"endTime\":" TIME_SCHEMA
     ",\"status\":{\"type\":\"string\",\"enum\":[\"active\",\"cancelled\"]},\"availableSeats\":" COUNT_SCHEMA
     ",\"capacity\":" COUNT_SCHEMA "}}"},
    {"SignedIn",
     "{\"type\":\"object\",\"description\":\"A session\",\"required\":[\"token\",\"user\"],\"properties\":{\"token\":"
     "{\"type\":\"string\",\"description\":\"For Authorization: Bearer\"},"
     "\"user\":{\"$ref\":\"#/components/schemas/User\"}}}"},
    {"BookingWithPayment",
     "{\"description\":\"A new booking, with its payment\",\"allOf\":[{\"$ref\":\"#/components/schemas/Booking\"},"
     "{\"type\":\"object\",\"required\":[\"payment\"],\"properties\":{\"payment\":{\"$ref\":"
     "\"#/components/schemas/Payment\"},\"payUrl\":{\"type\":\"string\",\"description\":\"Where to pay, while it is "
     "due\"}}}]}"},
    {"CategoryCount",
     "{\"type\":\"object\",\"description\":\"A name of a category, and how many events have it\",\"required\":"
     "[\"name\",\"events\"],\"properties\":{\"name\":{\"type\":\"string\"},\"events\":" COUNT_SCHEMA "}}"},
    {"OpenApiDocument", "{\"type\":\"object\",\"description\":\"An OpenAPI document\"}"},
};

/* As export.c writes it. */
static void export_schema_write(struct json *json)
{
    name_object(json, "PersonalData");
    json_member_text(json, "type", STR("object"));
    json_member_text(json, "description", STR("Everything stored about a person, by resource"));
    json_member_raw(json, "required", STR("[\"exportedAt\"]"));
    name_object(json, "properties");
    json_member_raw(json, "exportedAt", STR(TIME_SCHEMA));
    for (enum entity_id id = 0; id < ENTITY_COUNT; id++) {
        const struct entity *entity = entity_of(id);
        if (!role_reads_own_only(entity, ROLE_CUSTOMER) || !entity_has_routes(entity)) continue;
        name_object(json, entity->resource);
        json_member_text(json, "type", STR("array"));
        json_name(json, STR("items"));
        reference(json, "schemas", entity->descriptor.title, "");
        json_object_end(json);
    }
    json_object_end(json);
    json_object_end(json);
}

void schema_components_write(struct json *json)
{
    static const struct openapi_rows rows = {forms_of, relations_write};
    name_object(json, "schemas");
    openapi_schemas(json, &rows);
    for (size_t i = 0; i < COUNT_OF(other_schemas); i++)
        json_member_raw(json, other_schemas[i].name, str_of(other_schemas[i].schema));
    export_schema_write(json);
    json_object_end(json);
}
