/* schema --migration NAME: derives a migration. It writes the five files of a script (see script.h). Their SQL is the
 * difference between the snapshots, which are the schema that all migrations so far produce, and the declared schema,
 * for both engines and in both directions. Then it writes the declared schema as the new snapshots. It uses no
 * database. */
#ifndef OPS_MIGRATION_H
#define OPS_MIGRATION_H

#include "ops/cli.h"
#include "schema/ddl.h"

/* Returns an exit code. Prints the path of each file that it wrote. */
int migration_derive(struct invocation *invocation);

/* The declared schema as SQL, in the arena. */
str migration_declared(struct arena *arena, enum dialect dialect);

#endif
