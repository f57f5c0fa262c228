/* See cascade.h. */
#include "domain/cascade.h"

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

void query_number(struct query *query, struct arena *arena, const struct field *field, enum comparison comparison,
                  int64_t number)
{
    struct value *value = ARENA_NEW(arena, struct value);
    value->number = number;
    query_filter(query, field, comparison, value, 1);
}

static void cascade_add(struct unit *unit, struct cascade *cascade, const struct page *page)
{
    if (cascade->count + page->count > cascade->size) {
        cascade->size = 2 * cascade->size + page->count;
        struct row **rows = ARENA_ARRAY(unit->arena, struct row *, cascade->size);
        if (cascade->count) memcpy(rows, cascade->rows, cascade->count * sizeof(rows[0]));
        cascade->rows = rows;
    }
    for (size_t i = 0; i < page->count; i++) cascade->rows[cascade->count++] = page->rows[i];
}

/* Pages by id, which is faster than by offset. */
err cascade_matching(struct unit *unit, const struct query *matching, struct cascade *cascade)
{
    struct query query = *matching;
    struct value last = {0};
    struct page page;
    query_filter(&query, entity_key(query.entity), COMPARE_ABOVE, &last, 1);
    query.limit = LIST_MAX;
    do {
        err e = unit_query(unit, &query, &page);
        if (e) return e;
        if (cascade->count + page.count > CASCADE_MAX) return ERR_OVERLOADED;
        cascade_add(unit, cascade, &page);
        if (page.count) last.number = page.rows[page.count - 1]->id;
    } while (page.count == LIST_MAX);
    return OK;
}

err cascade_by(struct unit *unit, enum entity_id entity, const struct field *field, int64_t id, struct cascade *cascade)
{
    struct query query = query_of(entity);
    query_equal(&query, field, &(struct value){.number = id});
    return cascade_matching(unit, &query, cascade);
}

/* The rows of one entity that refer to a given row by a cascading reference. */
struct below {
    const struct row *parent;
    const struct entity *child;
    bool deleted;
};

static err cascade_children(struct unit *unit, const struct below *below, struct cascade *cascade)
{
    const struct descriptor *descriptor = &below->child->descriptor;
    for (size_t i = 0; i < descriptor->count; i++) {
        const struct field *field = &descriptor->fields[i];
        if (!(field->flags & CASCADE) || field->of != (int)below->parent->entity->id) continue;
        struct query query = query_of(below->child->id);
        query.deleted = below->deleted;
        query_equal(&query, field, &(struct value){.number = below->parent->id});
        err e = cascade_matching(unit, &query, cascade);
        if (e) return e;
    }
    return OK;
}

err cascade_below(struct unit *unit, const struct row *row, bool deleted, struct cascade *cascade)
{
    size_t next = cascade->count;
    for (const struct row *parent = row; parent; parent = next < cascade->count ? cascade->rows[next++] : NULL) {
        for (int i = 0; i < ENTITY_COUNT; i++) {
            struct below below = {parent, entity_of((enum entity_id)i), deleted};
            err e = cascade_children(unit, &below, cascade);
            if (e) return e;
        }
    }
    return OK;
}

/* Rows deleted by the same command have the same deletion time. */
err cascade_deleted(struct unit *unit, const struct row *row, struct cascade *cascade)
{
    size_t kept = cascade->count;
    err e = cascade_below(unit, row, true, cascade);
    if (e) return e;
    for (size_t i = kept; i < cascade->count; i++) {
        if (cascade->rows[i]->deleted_at == row->deleted_at) cascade->rows[kept++] = cascade->rows[i];
    }
    cascade->count = kept;
    return OK;
}

void cascade_delete(struct unit *unit, const struct cascade *cascade)
{
    for (size_t i = 0; i < cascade->count; i++) unit_delete(unit, cascade->rows[i]);
}

void cascade_undelete(struct unit *unit, const struct cascade *cascade)
{
    for (size_t i = 0; i < cascade->count; i++) {
        cascade->rows[i]->deleted_at = 0;
        unit_changed(unit, cascade->rows[i]);
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
    _Static_assert(CHILDREN_MAX == 1000, "the message below names the limit");
    if (count >= CHILDREN_MAX) field_error(unit, field, "too_many", "Limit of 1,000 reached");
    return OK;
}
