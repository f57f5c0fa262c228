/* Live seat counts as server-sent events (WHATWG HTML, section 9.2). A stream is a request whose response does not end.
 * A new state is sent soon after a commit changed it, but at most a few times a second: a change only sets a flag, and
 * on the next tick a reader reads the state of each stream, once for all streams of the same event and role.
 *
 * Invariant: the response of a stream begins before it is added to the table, and ends when it is removed. */
#ifndef API_STREAMS_H
#define API_STREAMS_H

#include "api/call.h"

enum { STREAMS_MAX = 1024, STREAMS_PER_ADDRESS_MAX = 64 };

struct streams;

struct streams *streams_new(struct arena *arena);
void streams_free(struct streams *streams); /* accepts NULL; after streams_close() */

/* Responds to the call with the current state `shown` and keeps it open. ERR_OVERLOADED when there are STREAMS_MAX
 * streams, ERR_RATE_LIMITED when one address (call_network()) has STREAMS_PER_ADDRESS_MAX of them. */
MUST_CHECK err streams_add(struct streams *streams, struct call *call, str shown);

/* A row was changed. Any thread. */
void streams_changed(struct streams *streams, enum entity_id entity, int64_t id);

/* If something changed, lets a reader read the states of the streams. Also ends streams whose session has ended, and
 * sends heartbeats. */
void streams_tick(struct streams *streams, struct api *api);

/* Ends all streams and refuses new ones. */
void streams_close(struct streams *streams);

#endif
