/* History: what the audit log says of one row, newest first. The log is read as the system, after it is sure that the
 * actor may: for a row that they can read now, or, for those who may change every row of its kind, also a deleted one
 * (which they can restore). The log holds no personal values; who did it is told to staff only. */
#include <stdio.h>

#include "api/call.h"
#include "api/handlers.h"
#include "api/resources/budget.h"
#include "api/resources/rows.h"
#include "base/check.h"
#include "base/json.h"
#include "base/time_text.h"

static bool changes_all_rows(const struct call *call)
{
    const char *rule = entity_rule(call->route->entity, ACTION_WRITE, call->actor.role);
    return rule && str_is(str_of(rule), "TRUE");
}

static err readable(struct call *call, struct reader *reader)
{
    struct row *row;
    err e = reader_begin(reader, &call->actor);
    if (e) return e;
    e = reader_get(reader, call->route->entity->id, call->match.id, call_arena(call), &row);
    reader_end(reader);
    return e == ERR_NOT_FOUND && changes_all_rows(call) ? OK : e;
}

/* Newest first, of this row. */
static void query_narrow(struct call *call, struct query *query)
{
    struct value *values = ARENA_ARRAY(call_arena(call), struct value, 2);
    values[0].text = str_of(call->route->entity->resource);
    values[1].number = call->match.id;
    query_filter(query, FIELD_OF(audit_log, resource), COMPARE_EQUAL, &values[0], 1);
    query_filter(query, FIELD_OF(audit_log, resource_id), COMPARE_EQUAL, &values[1], 1);
    query->sorts[query->sort_count++] = (struct sort){FIELD_OF(audit_log, id), true};
}

/* --- a row as the triggers wrote it ---------------------------------------------------------------------------------
 * That is JSON already, but with times in their stored form. They are found by name: inside a text every quote is
 * escaped, so `"name":"` occurs nowhere but before the member's value. */

enum { MEMBER_NAME_MAX = 64 };

/* Where the text of a member begins. */
static bool member_find(str image, const char *name, size_t *ret_start)
{
    char quoted[MEMBER_NAME_MAX];
    int n = snprintf(quoted, sizeof(quoted), "\"%s\":\"", name);
    CHECK(n > 0 && (size_t)n < sizeof(quoted));
    const char *hit = image.n ? memmem(image.p, image.n, quoted, (size_t)n) : NULL;
    if (!hit) return false;
    *ret_start = (size_t)(hit - image.p) + (size_t)n;
    return true;
}

/* Cuts off what stands before the value of the first member that is a time, and that value; false when there is none.
 * A value that is no time stays as it is. */
static bool time_next(const struct entity *entity, str *rest, str *ret_before, int64_t *ret_ms)
{
    size_t first = rest->n, length = 0;
    for (size_t i = 0; i < entity->descriptor.count; i++) {
        const struct field *field = &entity->descriptor.fields[i];
        int64_t ms;
        size_t start;
        if (field->type != TYPE_TIME || !member_find(*rest, field->name, &start) || start >= first) continue;
        str value = str_first(str_from(*rest, start), str_find(str_from(*rest, start), '"'));
        if (!time_from_text(value, &ms)) continue;
        first = start;
        length = value.n;
        *ret_ms = ms;
    }
    if (first == rest->n) return false;
    *ret_before = str_first(*rest, first);
    *rest = str_from(*rest, first + length);
    return true;
}

static void image_write(struct json *json, const char *name, const struct entity *entity, str stored)
{
    char text[TIME_TEXT_SIZE];
    str before;
    int64_t ms = 0;
    json_member_raw(json, name, stored.p ? STR("") : STR("null"));
    while (time_next(entity, &stored, &before, &ms)) {
        buf_add(json->out, before);
        buf_add(json->out, time_to_rfc3339(ms, text));
    }
    buf_add(json->out, stored);
}

/* --- the answer --------------------------------------------------------------------------------------------------- */

static void entry_write(struct call *call, struct json *json, const struct audit_log *entry)
{
    char at[TIME_TEXT_SIZE];
    const struct entity *entity = call->route->entity;
    json_object_begin(json);
    json_member_int(json, "version", entry->resource_version);
    json_member_text(json, "action", entry->action);
    json_member_text(json, "at", time_to_rfc3339(entry->created_at, at));
    image_write(json, "before", entity, entry->before);
    image_write(json, "after", entity, entry->after);
    if (call->actor.role != ROLE_CUSTOMER) {
        json_member_int(json, "actorId", entry->actor_id);
        json_member_text(json, "actorRole", entry->actor_role);
        json_member_text(json, "requestId", entry->request_id);
    }
    json_object_end(json);
}

static err history_encode(struct call *call, const struct list *list, const struct page *page)
{
    struct buf out = buf_new(call_arena(call), READ_BYTES_MAX);
    struct json json = json_to(&out);
    json_array_begin(&json);
    for (size_t i = 0; i < page->count; i++) {
        entry_write(call, &json, (const struct audit_log *)(const void *)page->rows[i]);
    }
    json_array_end(&json);
    err e = budget_keep(!out.full, &call->problem);
    if (e) return e;
    call->response.body = buf_str(&out);
    list_headers(call, list, page);
    return OK;
}

/* The list is one of audit entries, paged like any other. */
static err list_read(struct call *call, struct list **ret_list)
{
    struct list_rules rules = {entity_of(ENTITY_audit_log), ROLE_SYSTEM, LIST_PAGES};
    struct list *list;
    err e = list_parse(call_arena(call), call->request->query, &rules, &call->problem, &list);
    if (e) return e;
    if (list->paging == PAGING_CURSOR)
        return problem_invalid(&call->problem, STR("/after"), "unknown", "Cursors are not supported for the history");
    query_narrow(call, &list->query);
    *ret_list = list;
    return OK;
}

err read_history(struct call *call, struct reader *reader)
{
    struct list *list;
    struct page page;
    err e = list_read(call, &list);
    if (e) return e;
    e = readable(call, reader);
    if (e) return e;
    e = reader_begin(reader, &(struct actor){.role = ROLE_SYSTEM});
    if (e) return e;
    e = reader_list(reader, &list->query, call_arena(call), &page);
    reader_end(reader);
    if (!e) e = budget_check(call_arena(call), &call->problem);
    if (e) return e;
    if (page.total == 0) return ERR_NOT_FOUND;
    return history_encode(call, list, &page);
}
