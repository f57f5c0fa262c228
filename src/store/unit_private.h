/* The inside of the unit of work, for the writer alone. */
#ifndef STORE_UNIT_PRIVATE_H
#define STORE_UNIT_PRIVATE_H

#include "store/rows.h"
#include "store/unit.h"

/* A unit over a connection that may write. `actor_id` is what actor_id() reads on it; the unit sets it. */
struct unit *unit_open(struct rows *rows, const struct settings *settings, int64_t *actor_id);
void unit_free(struct unit *unit); /* accepts NULL */

/* Starts a batch: an empty identity map, the batch's time. */
void unit_start(struct unit *unit, int64_t now);

/* Runs one command. Checks that a refused command changed nothing. */
err unit_run(struct unit *unit, struct command *command);

/* Writes everything that is pending. After an error the batch is lost: roll back and unit_start() anew. */
MUST_CHECK err unit_flush(struct unit *unit);

/* Whether the batch wrote or will write anything. */
bool unit_dirty(const struct unit *unit);

/* Whether the batch changed or removed rows that are found by personal words. */
bool unit_unlearned(const struct unit *unit);

/* Calls `listener` for each row that the batch wrote, once or more. */
void unit_tell(const struct unit *unit, store_listener *listener, void *context);

#endif
