/* The inside of the unit of work, for the writer alone. */
#ifndef STORE_UNIT_PRIVATE_H
#define STORE_UNIT_PRIVATE_H

#include "store/rows.h"
#include "store/unit.h"

/* A unit over a connection that may write, with its rows. */
struct unit *unit_open(const struct engine *engine, struct connection *connection, struct rows *rows,
                       const struct settings *settings);
void unit_free(struct unit *unit); /* accepts NULL */

/* Starts a batch in the transaction that was begun: an empty identity map, the batch's time. Unless it is `alone` in
 * the database, only what unit_prepare() reads can be read. */
void unit_start(struct unit *unit, int64_t now, bool exclusive);

/* Reads what the commands are known to need, all at once, where that saves journeys. */
MUST_CHECK err unit_prepare(struct unit *unit, struct command *const *commands, size_t count);

/* Whether every row that the command names is in memory, and locked as it needs it. */
bool unit_covers(struct unit *unit, struct command *command);

/* Whether the batch was lost because a command read what it had not named: it has to run alone. */
bool unit_must_be_exclusive(const struct unit *unit);

/* Runs one command. Checks that a refused command changed nothing. */
err unit_run(struct unit *unit, struct command *command);

/* Writes everything that is pending. After an error the batch is lost: roll back and unit_start() anew. */
MUST_CHECK err unit_flush(struct unit *unit);

/* Whether the batch wrote or will write anything. */
bool unit_dirty(const struct unit *unit);

/* Whether the batch changed or removed rows that are found by personal words. */
bool unit_search_stale(const struct unit *unit);

/* Calls `listener` for each row that the batch wrote, once or more. */
void unit_notify(const struct unit *unit, store_listener *listener, void *context);

#endif
