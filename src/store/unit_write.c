/* Writing what commands changed. See unit_private.h. Rows are written from their images, in the order in which they
 * were first changed, so parents come before children and every version has its own audit entry. */
#include <stdlib.h>

#include "base/check.h"
#include "store/sets.h"
#include "store/unit_private.h"

static err context_write(struct unit *unit, const struct actor *actor)
{
    struct unit_private *private = unit->private;
    if (private->context == actor) return OK;
    struct audit_context row = {
        .entity = entity_of(ENTITY_audit_context),
        .id = 1,
        .updated_at = unit->now,
        .actor_id = actor->user_id,
        .actor_role = actor == &unit_no_actor ? STR_NONE : role_name(actor->role),
        .request_id = actor->request_id,
    };
    const struct descriptor *descriptor = &row.entity->descriptor;
    uint64_t mask = 1ull << field_index(descriptor, FIELD_OF(audit_context, actor_id)) |
                    1ull << field_index(descriptor, FIELD_OF(audit_context, actor_role)) |
                    1ull << field_index(descriptor, FIELD_OF(audit_context, request_id));
    private->context = actor;
    return rows_update(private->rows, &row.row, mask);
}

static void changed_add(struct unit_private *private, const struct unit_entry *entry)
{
    if (private->changed_count == private->changed_size) {
        private->changed_size = private->changed_size ? 2 * private->changed_size : 1024;
        private->changed = reallocarray(private->changed, private->changed_size, sizeof(*private->changed));
        CHECK(private->changed != NULL);
    }
    private->changed[private->changed_count++] = (struct changed_row){(enum entity_id)entry->key[0], entry->key[1]};
}

/* How the entry is written. A row that was created and removed within the batch is not written at all. */
static bool written_of(const struct unit_entry *entry, struct written *ret_written)
{
    const struct entity *entity = entry->row->entity;
    *ret_written = (struct written){.row = entry->image, .actor = entry->actor};
    if (entry->removed) {
        ret_written->kind = CHANGE_REMOVE;
        return entry->stored != NULL;
    }
    if (!entry->stored) {
        ret_written->kind = CHANGE_INSERT;
        return true;
    }
    ret_written->kind = CHANGE_UPDATE;
    ret_written->mask = row_difference(entry->image, entry->stored);
    ret_written->mask |= 1ull << field_index(&entity->descriptor, entity_updated_at(entity));
    return true;
}

static err row_write(struct unit *unit, const struct written *written)
{
    struct rows *rows = unit->private->rows;
    const struct entity *entity = written->row->entity;
    err e = OK;
    if (entity->traits & AUDITED) e = context_write(unit, written->actor ? written->actor : &unit_no_actor);
    if (e) return e;
    switch (written->kind) {
    case CHANGE_INSERT:
        return rows_insert(rows, written->row);
    case CHANGE_UPDATE:
        return rows_update(rows, written->row, written->mask);
    case CHANGE_REMOVE:
        return rows_remove(rows, entity, written->row->id);
    }
    return OK;
}

/* Rows that several actors changed are written last: their audit entries name no actor, so the context is set once. */
static err write_one_by_one(struct unit *unit, const struct written *list, size_t count)
{
    err e = OK;
    for (size_t i = 0; i < count && !e; i++) {
        if (list[i].actor) e = row_write(unit, &list[i]);
    }
    for (size_t i = 0; i < count && !e; i++) {
        if (!list[i].actor) e = row_write(unit, &list[i]);
    }
    return e ? e : context_write(unit, &unit_no_actor);
}

/* Updates the entry after the row's image was written. */
static void entry_written(struct unit *unit, struct unit_entry *entry)
{
    const struct entity *entity = entry->row->entity;
    entry->pending = false;
    if (entry->stored && entity_searchable_personal(entity)) unit->private->search_stale = true;
    if (!entry->stored) entry->stored = map_copy_row(&unit->private->map, entry->image);
    memcpy(entry->stored, entry->image, entity->descriptor.size);
    changed_add(unit->private, entry);
}

static err pending_write(struct unit *unit)
{
    struct unit_private *private = unit->private;
    size_t count = 0, pending = 0;
    for (struct unit_entry *entry = private->pending; entry; entry = entry->next) pending++;
    struct written *list = ARENA_ARRAY(unit->arena, struct written, pending + 1);
    for (struct unit_entry *entry = private->pending; entry; entry = entry->next) {
        if (written_of(entry, &list[count])) count++;
    }
    err e = private->engine->writes_sets ? sets_write(private->engine, private->rows, list, count)
                                         : write_one_by_one(unit, list, count);
    for (struct unit_entry *entry = private->pending; entry && !e; entry = entry->next) entry_written(unit, entry);
    return e;
}

/* The running command's change was merged into a pending one that is written now: what follows is a new version. */
static void touched_part(struct unit *unit)
{
    for (struct unit_entry *entry = unit->private->touched; entry; entry = entry->next_touched) {
        bool joined = entry->stored && entry->row->version == entry->stored->version;
        if (joined && entry->row->entity->paranoid) entry->row->version++;
    }
}

err unit_flush(struct unit *unit)
{
    err e = pending_write(unit);
    unit_clear_pending(unit->private);
    unit_forget_pairs(unit->private);
    map_clear_known(&unit->private->map); /* rows just written may use values that were noted as free */
    if (e) unit->failed = e;
    if (!e) touched_part(unit);
    return e;
}

bool unit_search_stale(const struct unit *unit)
{
    return unit->private->search_stale;
}

void unit_notify(const struct unit *unit, const struct store_listener *listener)
{
    for (size_t i = 0; i < unit->private->changed_count; i++) {
        listener->changed(listener->context, unit->private->changed[i].entity, unit->private->changed[i].id);
    }
}
