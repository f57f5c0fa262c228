/* Writes rows in sets: one statement for all new rows of an entity, one for all changes of the same fields, one for all
 * removals. For engines where every statement costs a round trip (engine.writes_sets). Statements are only sent here;
 * an error is returned by a later call in the same transaction. */
#ifndef STORE_SETS_H
#define STORE_SETS_H

#include "store/rows.h"

enum change_kind { CHANGE_INSERT, CHANGE_UPDATE, CHANGE_REMOVE };

/* One row to be written. */
struct written {
    enum change_kind kind;
    const struct row *row;
    uint64_t mask;             /* CHANGE_UPDATE: bit i is field i of the descriptor */
    const struct actor *actor; /* for the audit log; NULL: none, or several */
};

/* Writes new rows, parents first, then changes, then removals, children first. `list` contains each row at
 * most once. */
MUST_CHECK err sets_write(const struct engine *engine, struct rows *rows, const struct written *list, size_t count);

#endif
