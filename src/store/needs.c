/* See needs.h and store.h. */
#include "store/needs.h"

#include <stdlib.h>

static void needs_add(struct needs *needs, const struct needed *needed)
{
    if (needs->count == needs->size) {
        needs->size = 2 * needs->size + 64;
        struct needed *list = ARENA_ARRAY(needs->arena, struct needed, needs->size);
        if (needs->count) memcpy(list, needs->list, needs->count * sizeof(*list));
        needs->list = list;
    }
    needs->list[needs->count++] = *needed;
}

void needs_row(struct needs *needs, enum entity_id entity, int64_t id, enum need need)
{
    struct needed needed = {entity, need, entity_field_at(entity, offsetof(struct row, id)), {.number = id}};
    if (needs && id > 0) needs_add(needs, &needed);
}

void needs_value(struct needs *needs, enum entity_id entity, const struct field *field, struct value value,
                 enum need need)
{
    struct needed needed = {entity, need, field, value};
    bool given = type_is_text(field->type) ? value.text.p != NULL : value.number > 0;
    if (needs && given) needs_add(needs, &needed);
}

static int by_place(const struct needed *a, const struct needed *b)
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

/* By place; of several needs of one place the strongest first. */
static int by_place_and_need(const void *a, const void *b)
{
    const struct needed *x = a, *y = b;
    int order = by_place(x, y);
    return order ? order : (int)y->need - (int)x->need;
}

void needs_settle(struct needs *needs)
{
    size_t kept = 0;
    if (needs->count) qsort(needs->list, needs->count, sizeof(*needs->list), by_place_and_need);
    for (size_t i = 0; i < needs->count; i++) {
        if (kept == 0 || by_place(&needs->list[kept - 1], &needs->list[i]) != 0) needs->list[kept++] = needs->list[i];
    }
    needs->count = kept;
}
