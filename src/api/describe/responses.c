/* Responses of operations: the successful one, and each status with which the operation can be refused. Which statuses
 * these are follows from the columns of the route; tests/support/contract.mjs checks every response of every test. */
#include <stdio.h>

#include "api/describe/describe.h"
#include "api/handlers.h"

/* --- refusals ----------------------------------------------------------------------------------------------------- */

typedef bool route_test(const struct route *route);

static bool always(const struct route *route)
{
    (void)route;
    return true;
}

/* Not of an operation: the request could not be read, or its path has no such method. */
static bool never(const struct route *route)
{
    (void)route;
    return false;
}

static bool queries(const struct route *route)
{
    return !route->command && !(route->flags & INSTANT);
}

static bool commands(const struct route *route)
{
    return route->command != NULL;
}

static bool negotiates(const struct route *route)
{
    return route->status != 204 && route_produces(route).p != NULL;
}

static bool is_limited(const struct route *route)
{
    return route->rate != RATE_NONE;
}

bool uses_credentials(const struct route *route)
{
    return !(route->flags & NO_ACTOR);
}

static bool authenticates(const struct route *route)
{
    return uses_credentials(route) || route->flags & VERIFY;
}

static bool forbids(const struct route *route)
{
    return route->command || route->roles != (1u << ROLE_COUNT) - 1;
}

static bool finds_row(const struct route *route)
{
    return route->parameter_count > 0 || (route->entity && route->flags & ME);
}

/* Bodies and parameters; and responses that would be too large. */
static bool validates(const struct route *route)
{
    return route->command || route->flags & (LISTED | ONE) || route->query == read_history ||
           route->query == read_export;
}

static bool replays(const struct route *route)
{
    return route->method == HTTP_POST && !(route->flags & NO_REPLAY);
}

/* Changing or paying what is held until it expires. */
static bool ends_with_hold(const struct route *route)
{
    enum entity_id id = route->entity ? route->entity->id : ENTITY_COUNT;
    if (!route->command || route->status != 200) return false;
    return id == ENTITY_payment || (id == ENTITY_booking && route->method != HTTP_POST);
}

static bool changes_rows(const struct route *route)
{
    return route->command && route->entity && !(route->flags & SIGNS_IN);
}

static bool changes_person(const struct route *route)
{
    return changes_rows(route) && route->entity->id == ENTITY_user && !role_in(route->roles, ROLE_ANONYMOUS);
}

/* When each error can occur. What is not listed are reasons of a command to refuse a change. */
static route_test *const known[ERR_COUNT] = {
    [ERR_BAD_REQUEST] = always,
    [ERR_MALFORMED_JSON] = commands,
    [ERR_REQUEST_TIMEOUT] = never,
    [ERR_URI_TOO_LONG] = never,
    [ERR_HEADERS_TOO_LARGE] = never,
    [ERR_PAYLOAD_TOO_LARGE] = commands,
    [ERR_EXPECTATION_FAILED] = never,
    [ERR_NOT_IMPLEMENTED] = never,
    [ERR_HTTP_VERSION] = never,
    [ERR_METHOD_NOT_ALLOWED] = never,
    [ERR_NOT_ACCEPTABLE] = negotiates,
    [ERR_UNSUPPORTED_MEDIA_TYPE] = commands,
    [ERR_RATE_LIMITED] = is_limited,
    [ERR_OVERLOADED] = always,
    [ERR_QUERY_TOO_EXPENSIVE] = queries,
    [ERR_OUTCOME_UNKNOWN] = commands,
    [ERR_UNAUTHENTICATED] = authenticates,
    [ERR_FORBIDDEN] = forbids,
    [ERR_NOT_FOUND] = finds_row,
    [ERR_VERSION_REQUIRED] = requires_if_match,
    [ERR_STALE_VERSION] = takes_if_match,
    [ERR_INVALID] = validates,
    [ERR_IDEMPOTENCY_MISMATCH] = replays,
    [ERR_PASSWORD_REQUIRED] = changes_person,
    [ERR_HOLD_EXPIRED] = ends_with_hold,
    [ERR_STORAGE_FULL] = commands,
    [ERR_INTERNAL] = always,
};

enum { STATUS_MIN = 400, STATUS_MAX = 599 };

static route_test *occurs(err e)
{
    return known[e] ? known[e] : changes_rows;
}

static bool status_occurs(const struct route *route, int status)
{
    for (err e = OK + 1; e < ERR_COUNT; e++) {
        if (err_row(e)->status == status && occurs(e)(route)) return true;
    }
    return false;
}

static bool is_status(int status)
{
    for (err e = OK + 1; e < ERR_COUNT; e++) {
        if (err_row(e)->status == status && occurs(e) != never) return true;
    }
    return false;
}

/* "Problem409" */
static void status_name(int status, char name[static 16])
{
    snprintf(name, 16, "Problem%d", status);
}

static void refusals_write(struct json *json, const struct route *route)
{
    char name[16];
    for (int status = STATUS_MIN; status <= STATUS_MAX; status++) {
        if (!status_occurs(route, status)) continue;
        status_name(status, name);
        json_name(json, str_of(name + sizeof("Problem") - 1));
        reference(json, "responses", name, "");
    }
}

/* "state_conflict: Not allowed in the current state; sold_out: ..." */
static str status_doc(struct arena *arena, int status)
{
    struct buf out = buf_new(arena, 1024);
    for (err e = OK + 1; e < ERR_COUNT; e++) {
        if (err_row(e)->status != status) continue;
        buf_printf(&out, "%s%s: %s", out.n > 0 ? ". " : "", err_row(e)->code, err_row(e)->title);
    }
    CHECK(!out.full);
    return buf_str(&out);
}

void response_components_write(struct json *json)
{
    char name[16];
    name_object(json, "responses");
    for (int status = STATUS_MIN; status <= STATUS_MAX; status++) {
        if (!is_status(status)) continue;
        status_name(status, name);
        name_object(json, name);
        json_member_text(json, "description", status_doc(json->out->arena, status));
        json_member_raw(json, "content",
                        STR("{\"application/problem+json\":{\"schema\":{\"$ref\":\"#/components/schemas/Problem\"}}}"));
        json_object_end(json);
    }
    json_object_end(json);
}

/* --- success ------------------------------------------------------------------------------------------------------ */

/* Schemas of responses that are not rows of an entity. */
static const struct {
    query_function *query;
    const char *schema;
    bool several;
} own_schemas[] = {
    {read_history, "HistoryEntry", true},     {read_availability, "Availability", true},
    {read_export, "PersonalData", false},     {read_categories, "CategoryCount", true},
    {read_openapi, "OpenApiDocument", false},
};

/* The name of the schema of the response, and whether it is a list of them. */
static const char *schema_of(const struct route *route, bool *ret_several)
{
    *ret_several = route->flags & LISTED || route_takes_list(route);
    for (size_t i = 0; i < COUNT_OF(own_schemas); i++) {
        if (!route->query || own_schemas[i].query != route->query) continue;
        *ret_several = own_schemas[i].several;
        return own_schemas[i].schema;
    }
    if (route->flags & SIGNS_IN) return "SignedIn";
    return route->flags & BOOKS ? "BookingWithPayment" : route->entity->descriptor.title;
}

static void json_schema_write(struct json *json, const struct route *route)
{
    bool several;
    const char *schema = schema_of(route, &several);
    json_name(json, STR("schema"));
    if (!several) {
        reference(json, "schemas", schema, "");
        return;
    }
    json_object_begin(json);
    json_member_text(json, "type", STR("array"));
    json_name(json, STR("items"));
    reference(json, "schemas", schema, "");
    json_object_end(json);
}

/* JSON Schema has no word for a stream of events, so it gets an example instead of a schema that does not fit. */
static const char stream_example[] =
    "event: availability\ndata: [{\"scheduleId\":1,\"startTime\":\"2030-06-01T18:30:00.000Z\","
    "\"endTime\":\"2030-06-01T21:00:00.000Z\",\"status\":\"active\",\"availableSeats\":41,\"capacity\":100}]\n\n";

static const char stream_doc[] = "Server-sent events. Each has the name availability, and as its data the same JSON as "
                                 "GET .../availability (a list of "
                                 "Availability): one at the start, and one after every change. Lines that start with a "
                                 "colon keep the connection open";

static void content_write(struct json *json, const struct route *route)
{
    name_object(json, "content");
    json_name(json, route_produces(route));
    json_object_begin(json);
    if (route->gives.kind == GIVE_STREAM)
        json_member_text(json, "example", str_of(stream_example));
    else if (route->gives.kind == GIVE_TEXT)
        json_member_raw(json, "schema", STR("{\"type\":\"string\"}"));
    else
        json_schema_write(json, route);
    json_object_end(json);
    if (route->gives.kind == GIVE_ROWS) json_member_raw(json, CSV_TYPE, STR("{\"schema\":{\"type\":\"string\"}}"));
    json_object_end(json);
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
    bool own = false, listed = route->flags & LISTED || route->query == read_history, list = route_takes_list(route);
    for (size_t i = 0; i < COUNT_OF(own_schemas); i++) own = own || own_schemas[i].query == route->query;
    bool row = route->entity && route->entity->paranoid && !listed && !list && (route->command || !own) &&
               (route->gives.kind == GIVE_JSON || route->gives.kind == GIVE_ROWS) && !(route->flags & SIGNS_IN);
    name_object(json, "headers");
    if (listed) {
        header_write(json, "X-Total-Count", "integer", "Rows in all");
        header_write(json, "Content-Range", "string", "Which rows these are: events 0-9/57");
        header_write(json, "Link", "string", "first, prev, next and last page (RFC 8288)");
    }
    if (row) header_write(json, "ETag", "string", "The row's version, for If-Match");
    if (route->status == 201 && !list) header_write(json, "Location", "string", "Where the new row is");
    if (replays(route)) header_write(json, "Idempotency-Replayed", "string", "true when this is a stored response");
    json_object_end(json);
}

static void success_write(struct json *json, const struct route *route)
{
    char status[8];
    snprintf(status, sizeof(status), "%d", route->status);
    name_object(json, status);
    json_member_text(json, "description",
                     route->status == 204               ? STR("Done")
                     : route->gives.kind == GIVE_STREAM ? str_of(stream_doc)
                                                        : str_of(route->doc));
    if (route->status != 204) {
        headers_write(json, route);
        content_write(json, route);
    }
    json_object_end(json);
}

void responses_write(struct json *json, const struct route *route)
{
    name_object(json, "responses");
    success_write(json, route);
    if (route->flags & ONE)
        json_member_raw(json, "304", STR("{\"description\":\"The version named in If-None-Match\"}"));
    refusals_write(json, route);
    json_object_end(json);
}
