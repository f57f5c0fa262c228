/* Who sent the request: steps of serve() that turn a bearer token or a session cookie into an actor, and make sure of
 * it again when the response is decided. What is remembered of sessions (session_cache.h) may be outdated by a change
 * that another process committed, so every response is checked against the snapshot or transaction that it was decided
 * in. */
#ifndef API_AUTHENTICATE_H
#define API_AUTHENTICATE_H

#include "api/call.h"

/* Reads the credential: the Authorization header, else the cookie. ERR_UNAUTHENTICATED for a header that is no bearer
 * token; a cookie that is no token is ignored, because browsers send it with every request. */
MUST_CHECK err credential_read(struct call *call);

/* Looks the session up, in the cache or in a snapshot of its own. An unknown or expired token is ERR_UNAUTHENTICATED; a
 * cookie is ignored where anonymous people are allowed, so that an expired one does not prevent signing in.
 */
MUST_CHECK err actor_look_up(struct call *call, struct reader *reader);
enum place actor_place(struct call *call); /* sets the actor if the cache has it */

/* After a query, or a refusal: whether the actor, whom the cache remembered, still has this session and role in the
 * snapshot that was read, or now where nothing was read. Costs nothing unless people or sessions were changed
 * meanwhile. If not, the call starts again with looking up the actor. */
MUST_CHECK err actor_recheck(struct call *call, struct reader *reader);
enum place actor_recheck_place(struct call *call);

/* On the writer thread, before the command: whether the session still exists, the role still has the route, and the
 * password is still the one that was checked. Costs nothing unless one of them changed since the call was admitted;
 * then they are read again, as earlier commands of the batch left them, and the actor gets the present role.
 * ERR_UNAUTHENTICATED, ERR_FORBIDDEN. */
MUST_CHECK err actor_confirm(struct call *call, struct unit *unit);

#endif
