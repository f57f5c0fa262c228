/* See gather.h. */
#include "domain/gather.h"

#include <stddef.h>

#include "domain/apply.h"

struct query query_of(enum entity_id entity)
{
    return (struct query){.entity = entity_of(entity), .limit = LIST_MAX};
}

void query_equal(struct query *query, const struct field *field, const struct value *value)
{
    query_filter(query, field, COMPARE_EQUAL, value, 1);
}

static void gathered_add(struct unit *unit, struct gathered *gathered, const struct page *page)
{
    if (gathered->count + page->count > gathered->size) {
        gathered->size = 2 * gathered->size + page->count;
        struct row **rows = ARENA_ARRAY(unit->arena, struct row *, gathered->size);
        if (gathered->count) memcpy(rows, gathered->rows, gathered->count * sizeof(rows[0]));
        gathered->rows = rows;
    }
    for (size_t i = 0; i < page->count; i++) gathered->rows[gathered->count++] = page->rows[i];
}

/* Pages by id, which needs no count of rows to skip. */
err gather(struct unit *unit, const struct query *matching, struct gathered *gathered)
{
    struct query query = *matching;
    struct value last = {0};
    struct page page;
    query_filter(&query, entity_field_at(query.entity->id, offsetof(struct row, id)), COMPARE_ABOVE, &last, 1);
    query.limit = LIST_MAX;
    do {
        err e = unit_query(unit, &query, &page);
        if (e) return e;
        if (gathered->count + page.count > GATHER_MAX) return ERR_OVERLOADED;
        gathered_add(unit, gathered, &page);
        if (page.count) last.number = page.rows[page.count - 1]->id;
    } while (page.count == LIST_MAX);
    return OK;
}

err gather_by(struct unit *unit, enum entity_id entity, const struct field *field, int64_t id,
              struct gathered *gathered)
{
    struct query query = query_of(entity);
    query_equal(&query, field, &(struct value){.number = id});
    return gather(unit, &query, gathered);
}

/* Rows of one entity below a row, by its references that cascade. */
struct below {
    const struct row *parent;
    const struct entity *child;
    bool deleted;
};

static err gather_children(struct unit *unit, const struct below *below, struct gathered *gathered)
{
    const struct shape *shape = &below->child->shape;
    for (size_t i = 0; i < shape->count; i++) {
        const struct field *field = &shape->fields[i];
        if (!(field->flags & CASCADE) || field->of != (int)below->parent->entity->id) continue;
        struct query query = query_of(below->child->id);
        query.deleted = below->deleted;
        query_equal(&query, field, &(struct value){.number = below->parent->id});
        err e = gather(unit, &query, gathered);
        if (e) return e;
    }
    return OK;
}

err gather_below(struct unit *unit, const struct row *row, bool deleted, struct gathered *gathered)
{
    size_t next = gathered->count;
    for (const struct row *parent = row; parent; parent = next < gathered->count ? gathered->rows[next++] : NULL) {
        for (int i = 0; i < ENTITY_COUNT; i++) {
            struct below below = {parent, entity_of((enum entity_id)i), deleted};
            err e = gather_children(unit, &below, gathered);
            if (e) return e;
        }
    }
    return OK;
}

/* They were deleted at the same time by the same command. */
err gather_fallen(struct unit *unit, const struct row *row, struct gathered *gathered)
{
    size_t kept = gathered->count;
    err e = gather_below(unit, row, true, gathered);
    if (e) return e;
    for (size_t i = kept; i < gathered->count; i++) {
        if (gathered->rows[i]->deleted_at == row->deleted_at) gathered->rows[kept++] = gathered->rows[i];
    }
    gathered->count = kept;
    return OK;
}

void gathered_delete(struct unit *unit, const struct gathered *gathered)
{
    for (size_t i = 0; i < gathered->count; i++) unit_delete(unit, gathered->rows[i]);
}

void gathered_revive(struct unit *unit, const struct gathered *gathered)
{
    for (size_t i = 0; i < gathered->count; i++) {
        gathered->rows[i]->deleted_at = 0;
        unit_changed(unit, gathered->rows[i]);
    }
}

err count_by(struct unit *unit, enum entity_id entity, const struct field *field, int64_t id, int64_t *ret_count)
{
    struct query query = query_of(entity);
    query_equal(&query, field, &(struct value){.number = id});
    return unit_count(unit, &query, ret_count);
}

err children_check(struct unit *unit, enum entity_id entity, const struct field *field, int64_t id)
{
    int64_t count;
    err e = count_by(unit, entity, field, id, &count);
    if (e) return e;
    if (count >= CHILDREN_MAX) fault(unit, field, "too_many", "It has as many of these as there may be");
    return OK;
}
