/* Live seat counts as server-sent events (WHATWG HTML, section 9.2). A stream is a request whose response does not
 * end; a new state is sent soon after a commit changed it, at most a few times a second: changes only raise a flag, and
 * on the next tick a reader reads what each stream shows, once for all streams that show the same.
 *
 * Invariant: the response to a stream begins before it enters the table, and ends when it leaves. */
#ifndef API_STREAMS_H
#define API_STREAMS_H

#include "api/call.h"

enum { STREAMS_MAX = 1024, STREAMS_PER_ADDRESS_MAX = 64 };

struct streams;

struct streams *streams_new(struct arena *arena);
void streams_free(struct streams *streams); /* accepts NULL; after streams_close() */

/* Responds to the call with the present state and keeps it; ERR_OVERLOADED when there are STREAMS_MAX, ERR_RATE_LIMITED
 * when one address (as it is counted, call_network()) has STREAMS_PER_ADDRESS_MAX. */
MUST_CHECK err streams_add(struct streams *streams, struct call *call, str shown);

/* A row was changed. Any thread. */
void streams_changed(struct streams *streams, enum entity_id entity, int64_t id);

/* Has a reader read what the streams show if something changed, ends the streams whose session ended, and sends a
 * heartbeat now and then. */
void streams_tick(struct streams *streams, struct api *api);

/* Ends all of them, and refuses new ones. */
void streams_close(struct streams *streams);

#endif
