/* Helpers of the commands that use the database: opening it with the invocation's settings, and checking that its
 * migrations match this program. */
#ifndef OPS_DATABASE_H
#define OPS_DATABASE_H

#include "ops/cli.h"
#include "ops/script.h"
#include "store/store.h"

/* Opens the database; with `create`, creates a missing one. On failure prints a message and returns an exit code other
 * than EXIT_DONE. */
MUST_CHECK int database_open(const struct invocation *invocation, bool create, struct store **ret_store);

/* Checks that the database has exactly the migrations of this program. Fails when some are pending, or unknown because
 * a later version ran them; the message names those. */
MUST_CHECK int database_ready(const struct invocation *invocation, struct store *store);

/* Likewise, but also accepts a database that is marked as the target of an unfinished copy. */
MUST_CHECK int database_ready_or_marked(const struct invocation *invocation, struct store *store, bool *ret_marked);

/* Marks a database as the target of an unfinished copy, or removes the mark. The mark is an unknown name in the
 * migration table, so that programs of every version refuse the database. */
MUST_CHECK err database_mark(struct store *store, bool marked, struct arena *arena, str *ret_reason);

/* As database_ready(), but runs pending migrations. Fails while a server is running on the database. */
MUST_CHECK int database_migrate(const struct invocation *invocation, struct store *store);

#endif
