/* Whole sets of rows that a command needs at once: everything that matches, everything that goes with a row. The store
 * answers in pages; a decision needs them all.
 *
 * Bounds: CASCADE_MAX rows for one command; past it ERR_OVERLOADED, because the sets that can grow so far (answers kept
 * for repetition) shrink by themselves. Rows that hang on a parent are counted when one is added. */
#ifndef DOMAIN_CASCADE_H
#define DOMAIN_CASCADE_H

#include "domain/domain.h"

enum {
    CASCADE_MAX = 20000,
    CHILDREN_MAX = 1000, /* schedules of an event, its labels, tickets of a person, messages of a ticket */
};

struct cascade {
    struct row **rows; /* in the unit's arena */
    size_t count, size;
};

/* A query without filters. */
struct query query_of(enum entity_id entity);

/* Adds a filter field = number; *value must live as long as the query. */
void query_equal(struct query *query, const struct field *field, const struct value *value);

/* Adds all rows that match to *gathered, in the order of their ids. `query` has neither sorts nor a limit. On failure
 * *gathered holds a part and is of no use. */
MUST_CHECK err cascade_matching(struct unit *unit, const struct query *query, struct cascade *cascade);

/* Adds all rows of an entity whose reference `field` is `id`. */
MUST_CHECK err cascade_by(struct unit *unit, enum entity_id entity, const struct field *field, int64_t id,
                          struct cascade *cascade);

/* Adds all rows that go when this one goes (CASCADE), and what goes with them; with `deleted`, those that are gone too.
 */
MUST_CHECK err cascade_below(struct unit *unit, const struct row *row, bool deleted, struct cascade *cascade);

/* Adds all rows that went when this deleted row went, and come back with it. */
MUST_CHECK err cascade_deleted(struct unit *unit, const struct row *row, struct cascade *cascade);

void cascade_delete(struct unit *unit, const struct cascade *cascade);
void cascade_undelete(struct unit *unit, const struct cascade *cascade);

/* How many rows of an entity have `field` = id. */
MUST_CHECK err count_by(struct unit *unit, enum entity_id entity, const struct field *field, int64_t id,
                        int64_t *ret_count);

/* Lists the fault too_many at the reference when CHILDREN_MAX rows refer to `id` already. */
MUST_CHECK err children_check(struct unit *unit, enum entity_id entity, const struct field *field, int64_t id);

#endif
