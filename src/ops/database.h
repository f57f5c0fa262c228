/* What commands on the database share: opening it with the invocation's settings, and whether it fits this
 * program. */
#ifndef OPS_DATABASE_H
#define OPS_DATABASE_H

#include "ops/cli.h"
#include "ops/script.h"
#include "store/store.h"

/* Opens the database, or says why not; then it returns an exit code other than EXIT_DONE. A missing one is made with
 * `create`, else refused. */
MUST_CHECK int database_open(const struct invocation *invocation, bool create, struct store **ret_store);

/* Refuses a database that does not fit this program: one with migrations that it does not know (a later version made
 * it; they are named), and one where migrations are pending. EXIT_DONE when both fit. */
MUST_CHECK int database_ready(const struct invocation *invocation, struct store *store);

/* Likewise, but a database that is marked as the target of an unfinished copy fits too. */
MUST_CHECK int database_ready_or_marked(const struct invocation *invocation, struct store *store, bool *ret_marked);

/* Marks a database as the target of a copy that is not finished, or takes the mark away. It stands among the migrations
 * as one that no program knows, so that programs of every version refuse to work on it. */
MUST_CHECK err database_mark(struct store *store, bool marked, struct arena *arena, str *ret_reason);

/* As database_ready(), but runs pending migrations, while nobody serves the database. */
MUST_CHECK int database_migrate(const struct invocation *invocation, struct store *store);

#endif
