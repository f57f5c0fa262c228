/* Live seat counts as server-sent events (WHATWG HTML, section 9.2). A stream is a request whose response does not end.
 * A new state is sent soon after a commit changed it, but at most a few times a second: a change only sets a flag, and
 * on the next tick a reader reads the state of each stream, once for all streams of the same event and role.
 *
 * Invariant: the response of a stream begins before it is added to the table, and ends when it is removed. */
#ifndef API_STREAMS_H
#define API_STREAMS_H

#include "api/call.h"

struct streams;

/* With room for `max` streams. The memory belongs to the arena. */
struct streams *streams_new(struct arena *arena, size_t max);
void streams_free(struct streams *streams); /* accepts NULL; after streams_close() */

/* Responds to the call with the current state `shown` and keeps it open. ERR_OVERLOADED when there are `max`
 * streams, or they have all connections of the server but a sixth. ERR_RATE_LIMITED when one address (call_network())
 * has half as many as it may have connections; a trusted proxy may have any number. */
MUST_CHECK err streams_add(struct streams *streams, struct call *call, str shown);

/* A row was changed. Any thread. */
void streams_changed(struct streams *streams, enum entity_id entity, int64_t id);

/* If something changed, lets a reader read the states of the streams. Also ends streams whose session has ended, and
 * sends heartbeats; of a bounded number at a time. */
void streams_tick(struct streams *streams, struct api *api);

/* Ends all streams and refuses new ones. */
void streams_close(struct streams *streams);

#endif
