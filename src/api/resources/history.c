/* GET /<resource>/{id}/history: the audit log of one row, newest first. The log is read as the system, after a check
 * that the actor may read the row. Actors who may change every row of the entity also see the history of deleted rows,
 * which they can restore. The log contains no personal values; only staff see who made a change. */
#include "api/call.h"
#include "api/handlers.h"
#include "api/resources/budget.h"
#include "api/resources/rows.h"
#include "base/json.h"
#include "base/time_text.h"
#include "schema/image.h"
#include "schema/rule.h"

static bool changes_all_rows(const struct call *call)
{
    return role_acts_on_all(call->route->entity, ACTION_WRITE, call->actor.role);
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

/* Restricts the query to the entries of this row, newest first. */
static void query_narrow(struct call *call, struct query *query)
{
    struct value *values = ARENA_ARRAY(call_arena(call), struct value, 2);
    values[0].text = str_of(call->route->entity->resource);
    values[1].number = call->match.id;
    query_filter(query, FIELD_OF(audit_log, resource), COMPARE_EQUAL, &values[0], 1);
    query_filter(query, FIELD_OF(audit_log, resource_id), COMPARE_EQUAL, &values[1], 1);
    query->sorts[query->sort_count++] = (struct sort){NULL, FIELD_OF(audit_log, id), true};
}

/* --- the response ------------------------------------------------------------------------------------------------- */

/* Writes an image; null if it is not valid JSON because another client wrote it. */
static void image_write(struct call *call, struct json *json, const char *name, str image)
{
    str text = image_json(call_arena(call), call->route->entity, image, NULL);
    json_member_raw(json, name, text.p ? text : STR("null"));
}

static void entry_write(struct call *call, struct json *json, const struct audit_log *entry)
{
    char at[TIME_TEXT_SIZE];
    json_object_begin(json);
    json_member_int(json, "version", entry->resource_version);
    json_member_text(json, "action", entry->action);
    json_member_text(json, "at", time_to_rfc3339(entry->created_at, at));
    json_member_raw(json, "fields", image_changes(call_arena(call), call->route->entity, entry->before, entry->after));
    image_write(call, json, "before", entry->before);
    image_write(call, json, "after", entry->after);
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
        entry_write(call, &json, ROW(audit_log, page->rows[i]));
    }
    json_array_end(&json);
    err e = budget_keep(!out.full, &call->problem);
    if (e) return e;
    call->response.body = buf_str(&out);
    return list_headers(call, list, page);
}

/* Parses the query string as a list of audit entries, which is paged like any other list. */
static err list_read(struct call *call, struct list **ret_list)
{
    struct list_rules rules = {.entity = entity_of(ENTITY_audit_log), .role = ROLE_SYSTEM, .parts = LIST_PAGES};
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
    e = reader_begin(reader, &system_actor);
    if (e) return e;
    e = reader_list(reader, &list->query, call_arena(call), &page);
    reader_end(reader);
    if (!e) e = budget_check(call_arena(call), &call->problem);
    if (e) return e;
    if (page.total == 0) return ERR_NOT_FOUND;
    return history_encode(call, list, &page);
}
