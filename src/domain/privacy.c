/* Erasure of a user. The `erasure` column of each field says what happens to it, and references say which rows belong
 * to the user, so new entities with personal fields require no change here.
 *
 * Rows that refer to the user by a cascading reference are deleted (sessions, stored responses). Rows with fields to
 * erase are erased, including deleted ones, together with their child rows (the replies of a ticket, by any author). A
 * child row belongs to the owner of its parent: a reply by staff is erased with the owner of the ticket, not with its
 * author. Bookings and payments keep their amounts, but no longer identify a person. */
#include "domain/apply.h"
#include "domain/cascade.h"
#include "domain/changes.h"
#include "domain/commands.h"
#include "domain/sale.h"
#include "schema/decode_value.h"

/* The rows to delete, and those whose personal fields to erase. */
struct erasure_plan {
    const struct user *user;
    struct cascade removed;
    struct cascade erased;
};

/* --- plan --------------------------------------------------------------------------------------------------------- */

static bool entity_erasable(const struct entity *entity)
{
    for (size_t i = 0; i < entity->descriptor.count; i++) {
        if (entity->descriptor.fields[i].erasure != ERASURE_KEEP) return true;
    }
    return false;
}

/* Whether rows of the entity have a parent and are deleted with it. */
static bool entity_has_parent(const struct entity *entity)
{
    for (size_t i = 0; i < entity->descriptor.count; i++) {
        if (entity->descriptor.fields[i].flags & CASCADE) return true;
    }
    return false;
}

/* Adds the rows of one entity that refer to the user by this field. */
static err field_plan(struct unit *unit, const struct entity *entity, const struct field *field,
                      struct erasure_plan *plan)
{
    bool removed = field->flags & CASCADE;
    if (field->type != TYPE_REF || field->of != ENTITY_user) return OK;
    if (!removed && (entity_has_parent(entity) || !entity_erasable(entity))) return OK;
    struct query query = query_of(entity->id);
    query.deleted = true;
    query_equal(&query, field, &(struct value){.number = plan->user->id});
    return cascade_matching(unit, &query, removed ? &plan->removed : &plan->erased);
}

static err entity_plan(struct unit *unit, const struct entity *entity, struct erasure_plan *plan)
{
    for (size_t i = 0; i < entity->descriptor.count; i++) {
        err e = field_plan(unit, entity, &entity->descriptor.fields[i], plan);
        if (e) return e;
    }
    return OK;
}

static err erasure_plan(struct unit *unit, struct erasure_plan *plan)
{
    for (int i = 0; i < ENTITY_COUNT; i++) {
        err e = entity_plan(unit, entity_of((enum entity_id)i), plan);
        if (e) return e;
    }
    size_t own = plan->erased.count;
    for (size_t i = 0; i < own; i++) {
        err e = cascade_below(unit, plan->erased.rows[i], true, &plan->erased);
        if (e) return e;
    }
    return OK;
}

/* --- change ------------------------------------------------------------------------------------------------------- */

static str text_replaced(struct unit *unit, const struct field *field, const struct row *row)
{
    if (field->type != TYPE_EMAIL) return STR("erased");
    return arena_printf(unit->arena, "erased-%lld@invalid", (long long)row->id);
}

static void field_clear(const struct field *field, struct row *row)
{
    field_set_default(field, row);
    if (type_is_text(field->type) && field_not_null(field) && !field->default_text) *field_text(row, field) = STR("");
}

/* Replaces or clears the personal fields of a row; the caller calls unit_changed(). */
static void row_erase(struct unit *unit, struct row *row)
{
    const struct descriptor *descriptor = &row->entity->descriptor;
    for (size_t i = 0; i < descriptor->count; i++) {
        const struct field *field = &descriptor->fields[i];
        if (field->erasure == ERASURE_REPLACE) *field_text(row, field) = text_replaced(unit, field, row);
        if (field->erasure == ERASURE_CLEAR) field_clear(field, row);
    }
}

err account_erase(struct unit *unit, const struct input *input, struct result *ret)
{
    struct input named = *input;
    struct user *user;
    int64_t live;
    if (named.id == 0) named.id = unit->actor->user_id;
    err e = input_row(unit, &named, ENTITY_user, &user);
    if (!e) e = recent_check(unit, NULL);
    if (!e) e = user_live_count(unit, user, &live);
    if (!e && live)
        e = conflict(unit, CONFLICT_has_upcoming_bookings, NULL,
                     "Bookings of schedules that have not ended: %lld; cancel them first", (long long)live);
    if (!e) e = admin_last(unit, user);
    struct erasure_plan plan = {.user = user};
    if (!e) e = erasure_plan(unit, &plan);
    if (e) return e;
    cascade_delete(unit, &plan.removed);
    for (size_t i = 0; i < plan.erased.count; i++) {
        row_erase(unit, plan.erased.rows[i]);
        unit_changed(unit, plan.erased.rows[i]);
    }
    row_erase(unit, &user->row);
    unit_delete(unit, user);
    ret->row = NULL;
    return OK;
}

err user_delete(struct unit *unit, const struct input *input, struct result *ret)
{
    return account_erase(unit, input, ret);
}
