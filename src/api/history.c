/* History: what the audit log says of one row, newest first. The log is read as the system, after it is sure that the
 * actor may: for a row that they can read now, or, for those who may change every row of its kind, also a deleted one
 * (which they can restore). The log holds no personal values; who did it is told to staff only. */
#include "api/call.h"
#include "api/handlers.h"
#include "api/rows.h"
#include "base/json.h"
#include "base/time_text.h"

enum { HISTORY_BYTES_MAX = 64 << 20 };

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

static void time_rewrite(struct arena *arena, const struct field *field, str *image)
{
    char text[TIME_TEXT_SIZE];
    str name = arena_printf(arena, "\"%s\":\"", field->name);
    const char *hit = memmem(image->p, image->n, name.p, name.n);
    if (!hit) return;
    size_t start = (size_t)(hit - image->p) + name.n;
    str stored = str_first(str_from(*image, start), str_find(str_from(*image, start), '"'));
    int64_t ms;
    if (!time_from_text(stored, &ms)) return;
    struct buf out = buf_new(arena, image->n + sizeof(text));
    buf_add(&out, str_first(*image, start));
    buf_add(&out, time_to_rfc3339(ms, text));
    buf_add(&out, str_from(*image, start + stored.n));
    *image = buf_str(&out);
}

static str image_of(struct arena *arena, const struct entity *entity, str stored)
{
    str image = stored.p ? stored : STR("null");
    for (size_t i = 0; i < entity->shape.count; i++) {
        if (entity->shape.fields[i].type == TYPE_TIME) time_rewrite(arena, &entity->shape.fields[i], &image);
    }
    return image;
}

/* --- the answer -----------------------------------------------------------------------------------------------------
 */

static void entry_write(struct call *call, struct json *json, const struct audit_log *entry)
{
    char at[TIME_TEXT_SIZE];
    const struct entity *entity = call->route->entity;
    json_object_begin(json);
    json_member_int(json, "version", entry->resource_version);
    json_member_text(json, "action", entry->action);
    json_member_text(json, "at", time_to_rfc3339(entry->created_at, at));
    json_member_raw(json, "before", image_of(call_arena(call), entity, entry->before));
    json_member_raw(json, "after", image_of(call_arena(call), entity, entry->after));
    if (call->actor.role != ROLE_CUSTOMER) {
        json_member_int(json, "actorId", entry->actor_id);
        json_member_text(json, "actorRole", entry->actor_role);
        json_member_text(json, "requestId", entry->request_id);
    }
    json_object_end(json);
}

static err history_encode(struct call *call, const struct list *list, const struct page *page)
{
    struct buf out = buf_new(call_arena(call), HISTORY_BYTES_MAX);
    struct json json = json_to(&out);
    json_array_begin(&json);
    for (size_t i = 0; i < page->count; i++) {
        entry_write(call, &json, (const struct audit_log *)(const void *)page->rows[i]);
    }
    json_array_end(&json);
    if (out.full) return ERR_INTERNAL;
    call->answer.body = buf_str(&out);
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
        return problem_invalid(&call->problem, STR("/after"), "unknown", "History is paged by numbers");
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
    if (e) return e;
    if (page.total == 0) return ERR_NOT_FOUND;
    return history_encode(call, list, &page);
}
