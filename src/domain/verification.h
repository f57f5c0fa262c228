/* Running all invariants on a database (domain/invariants.h): for the command verify, and for databases that were
 * restored. */
#ifndef DOMAIN_VERIFICATION_H
#define DOMAIN_VERIFICATION_H

#include "store/invariants.h"
#include "store/store.h"

enum { VIOLATIONS_UNKNOWN = -1 };

struct verification {
    struct arena *arena;
    struct invariant invariants[INVARIANTS_MAX];
    int64_t violations[INVARIANTS_MAX]; /* VIOLATIONS_UNKNOWN: the query failed */
    size_t count;
    size_t broken; /* with violations, or whose query failed */
};

/* Counts the violations of each. The database must have the schema of this program. */
void verification_run(struct verification *verification, struct store *store, struct arena *arena);

#endif
