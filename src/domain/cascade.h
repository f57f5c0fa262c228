/* Complete sets of rows for a command: all rows that match a query, or all rows that are deleted with a row. Queries of
 * the store return single pages.
 *
 * Bounds: CASCADE_MAX rows for one command; beyond it ERR_OVERLOADED, because the only sets that can grow that large
 * (stored responses of Idempotency-Keys) expire. The number of children of a parent is limited when one is added. */
#ifndef DOMAIN_CASCADE_H
#define DOMAIN_CASCADE_H

#include "domain/domain.h"

enum {
    CASCADE_MAX = 20000,
    CHILDREN_MAX = 1000, /* schedules of an event, its categories, tickets of a user, replies of a ticket */
};

struct cascade {
    struct row **rows; /* in the unit's arena */
    size_t count, size;
};

/* A query without filters. */
struct query query_of(enum entity_id entity);

/* Adds a filter field = number; *value must live as long as the query. */
void query_equal(struct query *query, const struct field *field, const struct value *value);

/* Adds a filter that compares a field with a number, which is put into the arena. */
void query_number(struct query *query, struct arena *arena, const struct field *field, enum comparison comparison,
                  int64_t number);

/* Adds all rows that match to *cascade, in the order of their ids. `query` has neither sorts nor a limit. On failure
 * *cascade is incomplete and must not be used. */
MUST_CHECK err cascade_matching(struct unit *unit, const struct query *query, struct cascade *cascade);

/* Adds all rows of an entity whose reference `field` is `id`. */
MUST_CHECK err cascade_by(struct unit *unit, enum entity_id entity, const struct field *field, int64_t id,
                          struct cascade *cascade);

/* Adds all rows that are deleted with this one (CASCADE), recursively; with `deleted`, including already
 * deleted ones. */
MUST_CHECK err cascade_below(struct unit *unit, const struct row *row, bool deleted, struct cascade *cascade);

/* Adds all rows that were deleted together with this deleted row, and are undeleted with it. */
MUST_CHECK err cascade_deleted(struct unit *unit, const struct row *row, struct cascade *cascade);

void cascade_delete(struct unit *unit, const struct cascade *cascade);
void cascade_undelete(struct unit *unit, const struct cascade *cascade);

/* The number of rows of an entity with `field` = id. */
MUST_CHECK err count_by(struct unit *unit, enum entity_id entity, const struct field *field, int64_t id,
                        int64_t *ret_count);

/* Adds the field error too_many at the reference when CHILDREN_MAX rows refer to `id` already. */
MUST_CHECK err children_check(struct unit *unit, enum entity_id entity, const struct field *field, int64_t id);

#endif
