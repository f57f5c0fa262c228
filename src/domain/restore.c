/* Restoring an earlier version of a row: see commands.h. The audit log has an image of the row after every change; its
 * writable fields are decoded as if a client had sent them, and pass the guards of the update. */
#include "base/check.h"
#include "domain/apply.h"
#include "domain/cascade.h"
#include "domain/changes.h"
#include "domain/commands.h"
#include "schema/decode.h"
#include "schema/image.h"

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

/* The row, deleted or not. A row that is not deleted is subject to the row policies; a deleted row can be restored only
 * by actors who may change every row of the entity. */
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

/* The image of the row after the change that made this version. */
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
    str text = ROW(audit_log, page.rows[0])->after;
    if (!text.p) return version_missing(unit);
    *ret_text = text;
    return OK;
}

/* --- the version as a change -------------------------------------------------------------------------------------- */

/* Decodes the image as a change. Validation may have become stricter since; then the error is at the version. */
static err version_decode(struct unit *unit, const struct row *row, str text, struct change **ret_change)
{
    const struct descriptor *descriptor = &row->entity->descriptor;
    str body = image_json(unit->arena, row->entity, text, NULL);
    err e = ERR_INVALID;
    if (body.p) e = decode_change(unit->arena, body, descriptor, DECODE_PATCH, unit->problem, ret_change);
    if (!e) return OK;
    unit->problem->count = 0;
    return problem_invalid(unit->problem, STR("/version"), "outdated", "Version no longer valid");
}

/* Whether the actor could have sent the field. */
static bool writable(const struct unit *unit, const struct field *field)
{
    return !(field->flags & (READ_ONLY | INITIAL | HIDDEN | (actor_is_admin(unit) ? 0u : STAFF)));
}

/* Keeps only the fields that the actor could have sent. */
static void writable_only(const struct unit *unit, struct change *change)
{
    for (size_t i = 0; i < change->descriptor->count; i++) {
        if (!writable(unit, &change->descriptor->fields[i])) change->present &= ~(1ull << i);
    }
}

/* --- what is not restored ----------------------------------------------------------------------------------------- */

/* Whether the version had another value for a field that only commands change, such as a status or a check-in.
 * Available seats are counted from the bookings, and stamps are those of the row. */
static bool not_restored(const struct unit *unit, const struct row *row, const struct change *change,
                         const struct field *field)
{
    bool managed = field->offset < sizeof(struct row) || field->flags & COUNTER;
    if (managed || writable(unit, field) || !change_has(change, field)) return false;
    return !field_equal(field, row, change->values);
}

/* Whether restoring changes the row. */
static bool restores(const struct unit *unit, const struct row *row, const struct change *change)
{
    if (row->deleted_at) return true;
    for (size_t i = 0; i < change->descriptor->count; i++) {
        const struct field *field = &change->descriptor->fields[i];
        if (writable(unit, field) && change_has(change, field) && !field_equal(field, row, change->values)) return true;
    }
    return false;
}

/* Names the fields that are not restored: as warnings, or as the reasons of ERR_STATE_CONFLICT if nothing else differs
 * and the restoring would have no effect. */
static err others_name(struct unit *unit, const struct row *row, const struct change *change, struct result *ret)
{
    static const char detail[] = "Not restored, because it follows from actions";
    bool refused = !restores(unit, row, change);
    err e = OK;
    for (size_t i = 0; i < change->descriptor->count; i++) {
        const struct field *field = &change->descriptor->fields[i];
        if (!not_restored(unit, row, change, field)) continue;
        if (refused)
            e = conflict(unit, CONFLICT_not_restorable, field, "%s", detail);
        else
            warn(unit, ret, field, "not_restored", "%s", detail);
    }
    return e;
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
    e = others_name(unit, row, change, ret);
    if (e) return e;
    writable_only(unit, change);
    return changes[row->entity->id](unit, row, change, ret);
}
