/* Who sent the request: steps of serve() that turn a bearer token or a session cookie into an actor, and verify it
 * again when the response is decided. The session cache (session_cache.h) may be outdated by a change that another
 * process committed, so every response is checked against the snapshot or transaction in which it was decided. */
#ifndef API_AUTHENTICATE_H
#define API_AUTHENTICATE_H

#include "api/call.h"

/* Reads the credential: the Authorization header, else the cookie. ERR_UNAUTHENTICATED for a header that is not a
 * bearer token. Basic credentials are ignored: they are for a proxy in front of us. So is a cookie that is not a token,
 * because browsers send it with every request. A browser may send several cookies of one name, of different paths or
 * domains: the first COOKIES_MAX are tried in their order. */
MUST_CHECK err credential_read(struct call *call);

/* The next cookie of that name whose value can be a token, in the rest of a Cookie header. False when there is none. */
bool token_cookie_next(str *rest, str name, str *ret_token);

/* Looks up the session in the cache, or in a snapshot of its own. An unknown or expired token is ERR_UNAUTHENTICATED;
 * such a cookie is ignored where anonymous clients are allowed, so that an expired one does not prevent signing in. */
MUST_CHECK err actor_look_up(struct call *call, struct reader *reader);
enum place actor_place(struct call *call); /* sets the actor if the cache has it */

/* After a query or a refusal: checks that the actor, if taken from the cache, still has this session and role in the
 * snapshot that was read, or now if nothing was read. Costs nothing unless users or sessions changed in the meantime.
 * If the actor changed, the call starts again by looking up the actor. */
MUST_CHECK err actor_recheck(struct call *call, struct reader *reader);
enum place actor_recheck_place(struct call *call);

/* On the writer thread, before the command: checks that the session still exists, that the role may still use the
 * route, and that the password is still the one that was checked. Costs nothing unless one of them changed since the
 * call was admitted; then they are read again, including changes by earlier commands of the batch, and the actor gets
 * the current role. ERR_UNAUTHENTICATED, ERR_FORBIDDEN. */
MUST_CHECK err actor_confirm(struct call *call, struct unit *unit);

#endif
