/* What holds at every committed state, as queries for an engine; the table is invariants.def. They recompute from the
 * rows themselves, so they also find what other programs did to the database. */
#ifndef STORE_INVARIANTS_H
#define STORE_INVARIANTS_H

#include "schema/ddl.h"

struct invariant {
    const char *name;
    const char *doc;
    const struct entity *entity; /* the table it is asked of; NULL: it is one for all */
    const char *sql;             /* gives the number of violations; for store_number() */
};

enum { INVARIANTS_MAX = 256 };

/* All of a dialect's, in the order of the table; returns how many. `now` is the present as an expression of SQL; NULL:
 * the engine's. The texts stand in the arena. */
size_t invariants_of(enum dialect dialect, const char *now, struct arena *arena,
                     struct invariant ret_invariants[INVARIANTS_MAX]);

#endif
