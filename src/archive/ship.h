/* Shipping: every place gets all segments of the spool, within a second of each commit, and bases. Each place has a
 * thread of its own, so one that is slow, full or gone delays no other and no commit. It is tried again after a pause
 * of a second, which doubles up to a minute; the log says so when it begins, every minute, and when it is over.
 *
 * A place gets a base when it has none, when what it has cannot be continued (the spool no longer has what follows),
 * after a gap, and on request. Its file `head` names the last commit that is durable there. A place is refused, and
 * nothing in it is changed, if it belongs to another database, or has commits that this one does not have. */
#ifndef ARCHIVE_SHIP_H
#define ARCHIVE_SHIP_H

#include "archive/base.h"
#include "archive/place_state.h"

struct ship;

/* Checks the addresses of the places in the settings. ERR_INVALID: *ret_reason says why. */
MUST_CHECK err ship_check(const struct settings *settings, struct arena *arena, str *ret_reason);

/* Starts shipping to the places of the settings. A directory that does not exist now is created, one that disappears
 * later is not: a file system may no longer be mounted. What the source points to, and the settings, must live until
 * shipping has ended. */
struct ship *ship_start(const struct base_source *source, const struct settings *settings);

/* Ships what is left, for at most ten seconds, and ends the threads. False when one does not end, because its place
 * does not respond; then nothing that it uses may be freed. Accepts NULL. */
MUST_CHECK bool ship_end(struct ship *ship);

/* Requests a new base in every place; one that has a base of the last commit has it already. */
void ship_request_base(struct ship *ship);

/* Likewise, of the process that has this spool open. False with errno set. */
MUST_CHECK bool ship_request_base_of(str spool_folder);

/* The state of a place, counted from 0; false when there is none. Any thread. */
bool ship_state(struct ship *ship, size_t place, struct place_state *ret_state);

#endif
