/* Restoring an earlier version of a row: see commands.h. The audit log holds the row after every change as JSON. Its
 * writable fields are decoded as if a client had sent them, and pass the guards of the update. */
#include "base/buf.h"
#include "base/check.h"
#include "base/time_text.h"
#include "domain/apply.h"
#include "domain/cascade.h"
#include "domain/changes.h"
#include "domain/commands.h"
#include "schema/decode.h"

static change_function *const changes[ENTITY_COUNT] = {
    [ENTITY_user] = user_change,
    [ENTITY_venue] = venue_change,
    [ENTITY_event] = event_change,
    [ENTITY_schedule] = schedule_change,
    [ENTITY_event_category] = category_change,
    [ENTITY_booking] = booking_change,
    [ENTITY_payment] = payment_change,
    [ENTITY_support_ticket] = support_ticket_change,
};

/* The row, deleted or not. A deleted one can be restored only by actors who may change every row of the entity. */
static err restored_row(struct unit *unit, const struct input *input, struct row **ret_row)
{
    enum entity_id entity = input->entity->id;
    struct row *row;
    err e = unit_get_as_actor(unit, entity, input->id, ACTION_WRITE, &row);
    if (e == ERR_NOT_FOUND && actor_changes_all(unit, entity)) e = unit_get_any(unit, entity, input->id, &row);
    if (!e) e = input_match_given(input, row);
    if (e) return e;
    *ret_row = row;
    return OK;
}

static err version_missing(struct unit *unit)
{
    return problem_invalid(unit->problem, STR("/version"), "not_found", "Version not found in the history");
}

/* The row as JSON, as of this version. */
static err version_text(struct unit *unit, const struct row *row, int64_t number, str *ret_text)
{
    struct value resource = {.text = str_of(row->entity->resource)};
    struct value id = {.number = row->id}, version = {.number = number};
    struct query query = query_of(ENTITY_audit_log);
    struct page page;
    query_equal(&query, FIELD_OF(audit_log, resource), &resource);
    query_equal(&query, FIELD_OF(audit_log, resource_id), &id);
    query_equal(&query, FIELD_OF(audit_log, resource_version), &version);
    query.sorts[query.sort_count++] = (struct sort){.field = FIELD_OF(audit_log, id), .descending = true};
    query.limit = 1;
    err e = unit_query(unit, &query, &page);
    if (e) return e;
    if (page.count == 0) return version_missing(unit);
    str text = ((const struct audit_log *)(const void *)page.rows[0])->after;
    if (!text.p) return version_missing(unit);
    *ret_text = text;
    return OK;
}

/* --- the version as a change ------------------------------------------------------------------------------------- */

/* Index behind the end of the text that starts at `start`, quotes included. */
static size_t text_end(str json, size_t start)
{
    size_t i = start + 1;
    while (i < json.n && json.p[i] != '"') i += json.p[i] == '\\' ? 2 : 1;
    return i < json.n ? i + 1 : json.n;
}

/* A text of the JSON as it stands, or a time as RFC 3339. */
static void text_add(struct buf *out, const struct field *field, str quoted)
{
    char rfc3339[TIME_TEXT_SIZE];
    int64_t ms;
    bool time = field && field->type == TYPE_TIME && quoted.n > 2;
    if (time && time_from_text((str){quoted.p + 1, quoted.n - 2}, &ms)) {
        buf_add_char(out, '"');
        buf_add(out, time_to_rfc3339(ms, rfc3339));
        buf_add_char(out, '"');
    } else {
        buf_add(out, quoted);
    }
}

/* The log keeps times in the form in which they are stored, and bodies hold RFC 3339. A flat object: a text with a
 * colon behind is a name, the next one its value. */
static str times_rewritten(struct unit *unit, str json, const struct descriptor *descriptor)
{
    struct buf out = buf_new(unit->arena, 2 * json.n);
    const struct field *field = NULL;
    for (size_t i = 0; i < json.n;) {
        if (json.p[i] != '"') {
            buf_add_char(&out, json.p[i++]);
            continue;
        }
        size_t end = text_end(json, i);
        str quoted = {json.p + i, end - i};
        bool name = end < json.n && json.p[end] == ':';
        text_add(&out, name ? NULL : field, quoted);
        field = name ? field_find(descriptor, (str){quoted.p + 1, quoted.n - 2}) : NULL;
        i = end;
    }
    return buf_str(&out);
}

/* The old row as a change. The rules may have become stricter since; what is wrong then is the version asked for. */
static err version_decode(struct unit *unit, const struct row *row, str text, struct change **ret_change)
{
    const struct descriptor *descriptor = &row->entity->descriptor;
    str body = times_rewritten(unit, text, descriptor);
    err e = decode_change(unit->arena, body, descriptor, DECODE_PATCH, unit->problem, ret_change);
    if (!e) return OK;
    unit->problem->count = 0;
    return problem_invalid(unit->problem, STR("/version"), "outdated", "Version no longer valid");
}

/* Leaves what the actor could have sent. */
static void writable_only(const struct unit *unit, struct change *change)
{
    unsigned fixed = READ_ONLY | INITIAL | HIDDEN | (actor_is_admin(unit) ? 0u : STAFF);
    for (size_t i = 0; i < change->descriptor->count; i++) {
        if (change->descriptor->fields[i].flags & fixed) change->present &= ~(1ull << i);
    }
}

err resource_restore(struct unit *unit, const struct input *input, struct result *ret)
{
    CHECK(input->entity && changes[input->entity->id]);
    struct row *row;
    struct change *change;
    str text;
    err e = restored_row(unit, input, &row);
    if (!e) e = version_text(unit, row, INPUT_BODY(input, restore_request)->version, &text);
    if (!e) e = version_decode(unit, row, text, &change);
    if (e) return e;
    writable_only(unit, change);
    return changes[row->entity->id](unit, row, change, ret);
}
