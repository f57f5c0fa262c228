/* Queries for rows of entities. Everything is read in one snapshot, as the actor. The engine applies row policies and
 * column masks (schema/policy.h), so rows are written as they are read. */
#include "api/call.h"
#include "api/handlers.h"
#include "api/present.h"
#include "api/resources/budget.h"
#include "api/resources/embed.h"
#include "api/resources/rows.h"
#include "api/respond.h"
#include "base/check.h"
#include "base/json.h"
#include "http/field.h"
#include "http/media.h"

static err query_parse(struct call *call, const struct list_rules *rules, struct list **ret_list)
{
    return list_parse(call_arena(call), call->request->query, rules, &call->problem, ret_list);
}

/* Stocks change with every sale, on any node. So they, and lists that embed them or filter by them, are read from the
 * primary. Everything else may be read from a replica. */
static bool shows_stock(const struct list *list)
{
    const struct descriptor *descriptor = &list->query.entity->descriptor;
    bool stock = list->embed_count > 0;
    for (size_t i = 0; i < descriptor->count; i++) stock = stock || descriptor->fields[i].flags & COUNTER;
    for (size_t i = 0; i < list->query.filter_count; i++) stock = stock || list->query.filters[i].relation;
    return stock;
}

static err snapshot_begin(struct call *call, struct reader *reader, const struct list *list)
{
    return shows_stock(list) ? reader_begin(reader, &call->actor) : reader_begin_public(reader, &call->actor);
}

static struct reading reading_of(struct call *call, struct reader *reader)
{
    return (struct reading){reader, &call->actor, call_arena(call), &call->problem};
}

/* --- one row ------------------------------------------------------------------------------------------------------ */

static err one_encode(struct call *call, const struct list *list, const struct row *row,
                      const struct embedded *embedded)
{
    struct buf out = buf_new(call_arena(call), READ_BYTES_MAX);
    struct json json = json_to(&out);
    embeds_encode(&json, list, row, embedded);
    err e = budget_keep(!out.full, &call->problem);
    if (e) return e;
    call->response.body = buf_str(&out);
    /* Embedded rows change independently, so the version of the row does not identify a response that has some. */
    if (row->entity->paranoid && list->embed_count == 0) call->response.etag = present_etag(call, row);
    return OK;
}

static err one_in_snapshot(struct call *call, struct reader *reader, const struct list *list)
{
    int64_t id = call->route->flags & ME ? call->actor.user_id : call->match.id;
    struct reading reading = reading_of(call, reader);
    struct row *row;
    struct embedded *embedded;
    if (list->embed_count == 0) reader_last(reader);
    err e = reader_get(reader, call->route->entity->id, id, call_arena(call), &row);
    if (e) return e;
    struct page page = {.rows = &row, .count = 1};
    e = embeds_read(&reading, list, &page, &embedded);
    if (e) return e;
    return one_encode(call, list, row, embedded);
}

err read_one(struct call *call, struct reader *reader)
{
    struct list *list;
    struct list_rules rules = {.entity = call->route->entity, .role = call->actor.role, .parts = LIST_SHOWS};
    err e = query_parse(call, &rules, &list);
    if (e) return e;
    e = snapshot_begin(call, reader, list);
    if (e) return e;
    e = one_in_snapshot(call, reader, list);
    reader_end(reader);
    return e;
}

/* --- lists -------------------------------------------------------------------------------------------------------- */

err list_headers(struct call *call, const struct list *list, const struct page *page)
{
    struct arena *arena = call_arena(call);
    str links;
    err e = list_links(arena, list, call->request->path, page, &links);
    if (e)
        return problem_invalid(&call->problem, STR("/after"), "too_long",
                               "The link to the next page is too long; use fewer filters or _start and _end");
    response_header(&call->response, STR("X-Total-Count"), arena_printf(arena, "%lld", (long long)page->total));
    response_header(&call->response, STR("Content-Range"), list_range(arena, list, page));
    if (links.p) response_header(&call->response, STR("Link"), links);
    return OK;
}

static err list_encode(struct call *call, const struct list *list, const struct page *page,
                       const struct embedded *embedded)
{
    struct buf out = buf_new(call_arena(call), READ_BYTES_MAX);
    struct json json = json_to(&out);
    json_array_begin(&json);
    for (size_t i = 0; i < page->count; i++) embeds_encode(&json, list, page->rows[i], embedded);
    json_array_end(&json);
    err e = budget_keep(!out.full, &call->problem);
    if (e) return e;
    call->response.body = buf_str(&out);
    return list_headers(call, list, page);
}

static err list_in_snapshot(struct call *call, struct reader *reader, const struct list *list)
{
    struct reading reading = reading_of(call, reader);
    struct page page;
    struct embedded *embedded;
    bool first =
        list->query.offset == 0 && !list->query.after; /* an empty page after the last one queries the total, too */
    if (list->embed_count == 0 && first) reader_last(reader);
    err e = reader_list(reader, &list->query, call_arena(call), &page);
    if (!e) e = budget_check(call_arena(call), &call->problem);
    if (e) return e;
    e = embeds_read(&reading, list, &page, &embedded);
    if (e) return e;
    return list_encode(call, list, &page, embedded);
}

static err within_narrow(struct call *call, struct list *list, const struct within *within)
{
    if (!within->field) return OK;
    if (list->query.filter_count == FILTERS_MAX)
        return problem_invalid(&call->problem, STR(""), "too_many", "Limit of 15 filters exceeded");
    struct value *value = ARENA_NEW(call_arena(call), struct value);
    value->number = within->id;
    query_filter(&list->query, within->field, COMPARE_EQUAL, value, 1);
    return OK;
}

static err within_check(struct call *call, struct reader *reader, const struct within *within)
{
    struct row *row;
    if (!within->field) return OK;
    return reader_get(reader, within->parent, within->id, call_arena(call), &row);
}

static bool prefers_csv(const struct call *call)
{
    str accept = field_joined(call->request, STR("Accept"), ',');
    return media_quality(accept, STR(CSV_TYPE)) > media_quality(accept, route_produces(call->route));
}

bool read_is_long(const struct call *call)
{
    str rest = call->request->query, parameter;
    if (!(call->route->flags & LISTED)) return call->route->gives.kind == GIVE_FILE;
    while (str_split(&rest, '&', &parameter)) {
        str name = str_first(parameter, str_find(parameter, '='));
        if (!is_paging(name) && !str_is(name, "fields")) return true;
    }
    return prefers_csv(call);
}

err list_within(struct call *call, struct reader *reader, const struct within *within, const struct list_preset *preset)
{
    struct list *list;
    struct list_rules rules = {.entity = call->route->entity,
                               .role = call->actor.role,
                               .parts = LIST_PAGES | LIST_FILTERS | LIST_SHOWS,
                               .flat = prefers_csv(call),
                               .preset = preset};
    err e = query_parse(call, &rules, &list);
    if (e) return e;
    e = within_narrow(call, list, within);
    if (e) return e;
    e = snapshot_begin(call, reader, list);
    if (e) return e;
    e = within_check(call, reader, within);
    if (!e) e = rules.flat ? list_as_csv(call, reader, list) : list_in_snapshot(call, reader, list);
    reader_end(reader);
    response_header(&call->response, STR("Vary"), STR("Accept"));
    return e;
}

err read_list(struct call *call, struct reader *reader)
{
    return list_within(call, reader, &(struct within){0}, NULL);
}

err read_replies(struct call *call, struct reader *reader)
{
    struct within within = {ENTITY_support_ticket, FIELD_OF(support_reply, support_ticket_id), call->match.id};
    return list_within(call, reader, &within, NULL);
}

err read_sessions(struct call *call, struct reader *reader)
{
    struct within within = {ENTITY_user, FIELD_OF(session, user_id), call->actor.user_id};
    return list_within(call, reader, &within, NULL);
}
