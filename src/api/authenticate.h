/* Who asks: steps of serve() that turn a bearer token or a session cookie into an actor. */
#ifndef API_AUTHENTICATE_H
#define API_AUTHENTICATE_H

#include "api/call.h"

/* Reads the credential: the Authorization field, else the cookie. ERR_UNAUTHENTICATED for a field that is no bearer
 * token; a cookie that is none is as good as absent, because browsers send it unasked. */
MUST_CHECK err credential_read(struct call *call);

/* Whether the actor can be known without a query; sets it if so. */
bool actor_known(struct call *call);

/* Looks the session up in a snapshot of its own. A token that is unknown or has ended is ERR_UNAUTHENTICATED; a cookie
 * is forgiven where anonymous people may go, so that one that has ended does not lock anybody out of signing in. */
MUST_CHECK err actor_look_up(struct call *call, struct reader *reader);

/* Behind a query: whether the actor, whom a cache remembered, still is who they were in the snapshot that was read;
 * costs nothing unless another process changed people meanwhile. If not the actor is nobody, to be looked up anew, and
 * what was read for them is not to be shown. */
MUST_CHECK err actor_recheck(struct call *call, struct reader *reader, bool *ret_changed);

/* Likewise where nothing was read: in a snapshot of now. */
MUST_CHECK err actor_recheck_now(struct call *call, struct reader *reader, bool *ret_changed);

/* On the writer thread, before the command: whether the session still stands, the role still has the route, and the
 * password is still the one that was tried. Costs nothing unless something about them changed since the call was let
 * in; then they are read again, as the commands before left them, and the actor gets the role that is theirs now.
 * ERR_UNAUTHENTICATED, ERR_FORBIDDEN. */
MUST_CHECK err actor_confirm(struct call *call, struct unit *unit);

/* On the writer thread, behind a command that changed an account or ended a session: those that share its transaction
 * must see that, and the commit tells the cache only when all of them are through. */
void actor_changed(struct call *call);

#endif
