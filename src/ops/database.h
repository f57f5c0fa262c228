/* What commands on the database share: opening it with the invocation's settings, and running what is pending. */
#ifndef OPS_DATABASE_H
#define OPS_DATABASE_H

#include "ops/cli.h"
#include "ops/script.h"

/* Opens the database, or says why not; then it returns an exit code other than EXIT_DONE. */
MUST_CHECK int database_open(const struct invocation *invocation, struct store **ret_store);

/* Refuses, naming them, when the ledger has migrations that this program does not know: the database belongs to a later
 * version. EXIT_DONE when all are known. */
MUST_CHECK int database_known(const struct scripts *migrations);

/* Runs pending scripts in order, up to and including `last` (NULL: all), and prints their names. */
MUST_CHECK int database_run(const struct invocation *invocation, struct store *store, struct scripts *scripts,
                            const struct script *last);

#endif
