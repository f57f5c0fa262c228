/* See lock_set.h and command.h. */
#include "store/lock_set.h"

#include <stdlib.h>

/* A list with room for one more than `count` elements of so many bytes: the same one, or a larger copy. */
static void *with_room(struct arena *arena, void *list, size_t bytes, size_t count, size_t *size)
{
    if (count < *size) return list;
    *size = 2 * count + 64;
    void *larger = arena_array(arena, bytes, *size);
    if (count) memcpy(larger, list, count * bytes);
    return larger;
}

static void lock_set_add(struct lock_set *lock_set, const struct row_to_lock *row_to_lock)
{
    lock_set->list =
        with_room(lock_set->arena, lock_set->list, sizeof(*lock_set->list), lock_set->count, &lock_set->size);
    lock_set->list[lock_set->count++] = *row_to_lock;
}

void lock_set_row(struct lock_set *lock_set, enum entity_id entity, int64_t id, enum row_lock row_lock)
{
    struct row_to_lock row_to_lock = {entity, row_lock, entity_key(entity_of(entity)), {.number = id}};
    if (lock_set && id > 0) lock_set_add(lock_set, &row_to_lock);
}

void lock_set_value(struct lock_set *lock_set, enum entity_id entity, const struct field *field, struct value value,
                    enum row_lock row_lock)
{
    struct row_to_lock row_to_lock = {entity, row_lock, field, value};
    bool given = type_is_text(field->type) ? value.text.p != NULL : value.number > 0;
    if (lock_set && given) lock_set_add(lock_set, &row_to_lock);
}

void lock_set_pair(struct lock_set *lock_set, const struct pair *pair)
{
    if (!lock_set || pair->ids[0] <= 0 || pair->ids[1] <= 0) return;
    lock_set->pairs =
        with_room(lock_set->arena, lock_set->pairs, sizeof(*pair), lock_set->pair_count, &lock_set->pair_size);
    lock_set->pairs[lock_set->pair_count++] = *pair;
}

int64_t lock_set_actor(const struct lock_set *lock_set)
{
    return lock_set && lock_set->actor ? lock_set->actor->user_id : 0;
}

static int compare_rows(const struct row_to_lock *a, const struct row_to_lock *b)
{
    if (a->entity != b->entity) return a->entity < b->entity ? -1 : 1;
    if (a->field != b->field) return a->field < b->field ? -1 : 1;
    if (type_is_text(a->field->type)) {
        int order = memcmp(a->value.text.p, b->value.text.p,
                           a->value.text.n < b->value.text.n ? a->value.text.n : b->value.text.n);
        if (order == 0) order = a->value.text.n < b->value.text.n ? -1 : a->value.text.n > b->value.text.n;
        return order;
    }
    return a->value.number < b->value.number ? -1 : a->value.number > b->value.number;
}

/* By row; of several locks of one row the strongest first. */
static int compare_rows_and_locks(const void *a, const void *b)
{
    const struct row_to_lock *x = a, *y = b;
    int order = compare_rows(x, y);
    return order ? order : (int)y->row_lock - (int)x->row_lock;
}

void lock_set_settle(struct lock_set *lock_set)
{
    size_t kept = 0;
    if (lock_set->count) qsort(lock_set->list, lock_set->count, sizeof(*lock_set->list), compare_rows_and_locks);
    for (size_t i = 0; i < lock_set->count; i++) {
        if (kept == 0 || compare_rows(&lock_set->list[kept - 1], &lock_set->list[i]) != 0)
            lock_set->list[kept++] = lock_set->list[i];
    }
    lock_set->count = kept;
}
