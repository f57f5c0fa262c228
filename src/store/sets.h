/* Rows written as sets: one statement for all new rows of an entity, one for all changes of the same fields, one for
 * all removals. For engines to which every statement is a journey (engine.set_based). Everything is sent and nothing
 * waited for: an error is that of the transaction. */
#ifndef STORE_SETS_H
#define STORE_SETS_H

#include "store/rows.h"

enum change_kind { CHANGE_INSERT, CHANGE_UPDATE, CHANGE_REMOVE };

/* One row to be written. */
struct written {
    enum change_kind kind;
    const struct row *row;
    uint64_t mask;             /* CHANGE_UPDATE: bit i is field i of the shape */
    const struct actor *actor; /* whose change it is, for the audit log; NULL: nobody's, or several people's */
};

/* Writes new rows, parents first, then changes, then removals, children first; a row stands in `list` once. */
MUST_CHECK err sets_write(const struct engine *engine, struct rows *rows, const struct written *list, size_t count);

#endif
