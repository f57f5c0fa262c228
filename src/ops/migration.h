/* schema --migration NAME: derives a migration. It writes the five files of a script (see script.h) whose SQL is the
 * difference between the snapshots, which are what all migrations so far lead to, and the declared schema, on both
 * engines and in both directions; then it writes the declared schema as the new snapshots. It requires no database. */
#ifndef OPS_MIGRATION_H
#define OPS_MIGRATION_H

#include "ops/cli.h"
#include "schema/ddl.h"

/* Returns an exit code. Prints the path of each file that it wrote. */
int migration_derive(struct invocation *invocation);

/* The declared schema as SQL, in the arena. */
str migration_declared(struct arena *arena, enum dialect dialect);

#endif
