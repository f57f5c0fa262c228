/* Names of operations, as a person would name them: a verb, the resource of the path, and what follows in the path.
 *
 *   GET /events              listEvents         POST /bookings/{id}/cancel          cancelBooking
 *   POST /events             createEvent        POST /events/batch                  createEvents
 *   GET /events/{id}         getEvent           GET /events/{id}/history            getEventHistory
 *   PATCH /events/{id}       updateEvent        POST /support-tickets/{id}/replies  createSupportReply
 *   PUT /events/{id}         replaceEvent       POST /auth/login                    login
 */
#include <ctype.h>

#include "api/describe/describe.h"

enum { NAME_MAX = 128, PARTS_MAX = 8 };

/* Where the rule makes no name that a person would choose. */
static const struct {
    enum http_method method;
    const char *path;
    const char *name;
} exceptions[] = {
    {HTTP_POST, "/api/v1/bookings/{id}/checkin", "checkInBooking"},
    {HTTP_GET, "/api/v1/me/export", "exportMe"},
    {HTTP_GET, "/api/v1/me/sessions", "listMySessions"},
    {HTTP_GET, "/livez", "checkLiveness"},
    {HTTP_GET, "/readyz", "checkReadiness"},
    {HTTP_GET, "/api/openapi.json", "getOpenApi"},
};

/* The parts of a path without its prefix: "support-tickets", "{id}", "replies". */
struct parts {
    str items[PARTS_MAX];
    size_t count;
};

static struct parts parts_of(const struct route *route)
{
    static const str prefix = {"/api/v1", 7};
    struct parts parts = {.count = 0};
    str path = str_of(route->path), rest = str_from(path, 1), part;
    if (str_starts(path, prefix)) rest = str_from(path, prefix.n + 1);
    while (parts.count < PARTS_MAX && str_split(&rest, '/', &part)) parts.items[parts.count++] = part;
    return parts;
}

/* Adds words in camel case: "support-tickets" as "SupportTickets". */
static void words_add(struct buf *out, str words)
{
    bool starts = true;
    for (size_t i = 0; i < words.n; i++) {
        bool letter = isalnum((unsigned char)words.p[i]);
        if (letter) buf_add_char(out, (char)(starts && out->n > 0 ? toupper(words.p[i]) : words.p[i]));
        starts = !letter;
    }
}

static const char *verb_of(const struct route *route, bool one)
{
    switch (route->method) {
    case HTTP_PATCH:
        return "update";
    case HTTP_PUT:
        return "replace";
    case HTTP_DELETE:
        return "delete";
    case HTTP_POST:
        return "create";
    default:
        return route->flags & LISTED || !one ? "list" : "get";
    }
}

/* Adds the resource: one row of it, or all. */
static void resource_add(struct buf *out, str resource, bool one)
{
    const struct entity *entity = entity_by_resource(resource);
    words_add(out, !entity ? resource : str_of(one ? entity->descriptor.title : entity->table));
}

/* POST /bookings/{id}/cancel: the last part is the verb. */
static str action_name(struct buf *out, const struct parts *parts)
{
    words_add(out, parts->items[parts->count - 1]);
    if (parts->count > 1 && entity_by_resource(parts->items[0])) resource_add(out, parts->items[0], true);
    return buf_str(out);
}

str operation_id(struct arena *arena, const struct route *route)
{
    struct buf out = buf_new(arena, NAME_MAX);
    struct parts parts = parts_of(route);
    bool one = parts.count > 1 || !entity_by_resource(parts.items[0]);
    for (size_t i = 0; i < COUNT_OF(exceptions); i++) {
        if (exceptions[i].method == route->method && str_is(str_of(exceptions[i].path), route->path))
            return str_of(exceptions[i].name);
    }
    bool resource_known = entity_by_resource(parts.items[0]) != NULL;
    bool creates = route->status == 201 && resource_known && parts.count != 2;
    if (route_takes_list(route)) {
        BUF_LITERAL(&out, "create");
        resource_add(&out, parts.items[0], false);
        return buf_str(&out);
    }
    if (route->method == HTTP_POST && !creates) return action_name(&out, &parts);
    buf_add(&out, str_of(verb_of(route, one)));
    if (creates) {
        words_add(&out, str_of(route->entity->descriptor.title));
        return buf_str(&out);
    }
    resource_add(&out, parts.items[0], one);
    for (size_t i = 1; i < parts.count; i++) {
        if (!str_starts(parts.items[i], STR("{"))) words_add(&out, parts.items[i]);
    }
    return buf_str(&out);
}

str operation_tag(const struct route *route)
{
    static const str prefix = {"/api/v1/", 8};
    if (!str_starts(str_of(route->path), prefix)) return STR("system");
    return parts_of(route).items[0];
}
