/* Loading and locking rows before commands run. See unit_private.h. Only engines with several writers need it; on an
 * embedded engine a row is read when a command requests it, which costs only a function call. */
#include "store/lock_set.h"
#include "store/unit_private.h"

static err load(struct unit *unit, const struct loading *loading, struct page *ret_page)
{
    err e = unit_asked(unit, rows_load(unit->private->rows, loading, unit->arena, ret_page));
    for (size_t i = 0; !e && i < ret_page->count; i++) {
        struct unit_entry *entry = map_entry(&unit->private->map, ret_page->rows[i]);
        if (entry->held < loading->row_lock) entry->held = loading->row_lock;
    }
    return e;
}

/* Only on an engine where every statement costs a round trip; elsewhere rows are loaded one by one when they
 * are read. */
err unit_load_ids(struct unit *unit, const struct entity *entity, const int64_t *ids, size_t count)
{
    struct page page;
    struct value *values = ARENA_ARRAY(unit->arena, struct value, count + 1);
    struct loading loading = {.entity = entity, .values = values, .row_lock = ROW_LOCK_EXCLUSIVE};
    if (!unit->private->engine->cluster) return OK;
    loading.field = entity_key(entity);
    for (size_t i = 0; i < count; i++) {
        if (!map_find(&unit->private->map, entity->id, ids[i])) values[loading.count++].number = ids[i];
    }
    return loading.count > 0 ? load(unit, &loading, &page) : OK;
}

/* Values for which no row was returned are free. */
static void note_known(struct unit *unit, const struct loading *loading, const struct page *page)
{
    struct identity_map *map = &unit->private->map;
    for (size_t i = 0; i < loading->count; i++)
        map_add_known(map, loading->entity, loading->field, loading->values[i], NULL);
    for (size_t i = 0; i < page->count; i++) {
        struct unit_entry *entry = map_find(map, loading->entity->id, page->rows[i]->id);
        map_add_known(map, loading->entity, loading->field, value_of(page->rows[i], loading->field), entry);
    }
}

/* Whether the row is in memory with a lock that is strong enough. */
static bool lock_is_held(struct unit *unit, const struct row_to_lock *row_to_lock)
{
    if (row_to_lock->field->type != TYPE_ID) return false;
    const struct unit_entry *entry = map_find(&unit->private->map, row_to_lock->entity, row_to_lock->value.number);
    return entry && entry->held >= row_to_lock->row_lock;
}

/* One statement for all rows from `first` on that have the same entity, field and lock. */
static err lock_set_load(struct unit *unit, const struct lock_set *lock_set, size_t first, enum row_lock row_lock)
{
    const struct row_to_lock *kind = &lock_set->list[first];
    struct value *values = ARENA_ARRAY(unit->arena, struct value, lock_set->count - first);
    struct loading loading = {
        .entity = entity_of(kind->entity), .field = kind->field, .values = values, .row_lock = row_lock};
    struct page page;
    for (size_t i = first; i < lock_set->count; i++) {
        const struct row_to_lock *row_to_lock = &lock_set->list[i];
        if (row_to_lock->entity != kind->entity || row_to_lock->field != kind->field) break;
        if (row_to_lock->row_lock != row_lock || lock_is_held(unit, row_to_lock)) continue;
        values[loading.count++] = row_to_lock->value;
    }
    if (loading.count == 0) return OK;
    err e = load(unit, &loading, &page);
    if (!e && kind->field->type != TYPE_ID) note_known(unit, &loading, &page);
    return e;
}

static err lock_set_load_all(struct unit *unit, struct lock_set *lock_set)
{
    err e = OK;
    lock_set_settle(lock_set);
    for (size_t i = 0; i < lock_set->count && !e; i++) {
        const struct row_to_lock *row_to_lock = &lock_set->list[i], *before = i ? row_to_lock - 1 : NULL;
        if (before && before->entity == row_to_lock->entity && before->field == row_to_lock->field) continue;
        for (int row_lock = ROW_LOCK_EXCLUSIVE; row_lock >= ROW_LOCK_SHARED && !e; row_lock--)
            e = lock_set_load(unit, lock_set, i, (enum row_lock)row_lock);
    }
    return e;
}

/* Adds the rows that the rows in memory refer to. */
static void lock_set_follow(struct unit *unit, struct lock_set *lock_set)
{
    for (const struct unit_entry *entry = unit->private->map.entries; entry; entry = entry->hh.next) {
        const struct descriptor *descriptor = &entry->row->entity->descriptor;
        for (size_t i = 0; i < descriptor->count; i++) {
            const struct field *field = &descriptor->fields[i];
            if (field->type != TYPE_REF) continue;
            if (entity_of((enum entity_id)field->of)->traits & NOT_FOLLOWED) continue;
            int64_t id = *field_int(entry->row, field);
            if (!map_find(&unit->private->map, (enum entity_id)field->of, id)) {
                lock_set_row(lock_set, (enum entity_id)field->of, id, ROW_LOCK_EXCLUSIVE);
            }
        }
    }
}

/* For an exclusive batch also loads the rows that the declared rows refer to, and the rows that those refer to: from a
 * payment to its booking and to the booking's schedule. Commands read few rows beyond that; these are read
 * on demand. */
err unit_prepare(struct unit *unit, struct command *const *commands, size_t count)
{
    struct pairs *pairs = &unit->private->pairs; /* commands may have been added to the batch */
    struct lock_set lock_set = {.arena = unit->arena, .pairs = pairs->list, .pair_count = pairs->count};
    if (!unit->private->engine->cluster) return OK;
    for (size_t i = 0; i < count; i++) {
        lock_set.actor = commands[i]->actor;
        if (commands[i]->lock_set) commands[i]->lock_set(commands[i], &lock_set);
    }
    *pairs = (struct pairs){.list = lock_set.pairs, .count = lock_set.pair_count};
    err e = lock_set_load_all(unit, &lock_set);
    for (int step = 0; step < 2 && !e && unit->private->exclusive; step++) {
        lock_set.count = 0;
        lock_set_follow(unit, &lock_set);
        e = lock_set_load_all(unit, &lock_set);
    }
    return e;
}

bool unit_covers(struct unit *unit, struct command *command)
{
    struct lock_set lock_set = {.arena = unit->arena};
    bool covered = command->lock_set != NULL;
    if (covered) command->lock_set(command, &lock_set);
    for (size_t i = 0; i < lock_set.count && covered; i++) {
        covered = lock_set.list[i].field->type != TYPE_ID || lock_is_held(unit, &lock_set.list[i]);
    }
    return covered;
}
