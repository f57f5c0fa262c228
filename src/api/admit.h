/* Who may send what to a route, and how often: steps of serve() that check a request against the row of its route. */
#ifndef API_ADMIT_H
#define API_ADMIT_H

#include "api/call.h"

/* Accept and Content-Type, the limit by address before anything is looked up, and the credential: ERR_NOT_ACCEPTABLE,
 * ERR_UNSUPPORTED_MEDIA_TYPE, ERR_RATE_LIMITED, ERR_UNAUTHENTICATED. */
MUST_CHECK err admit_request(struct call *call, struct reader *reader);

/* Role, limits by actor, cross-site requests: ERR_UNAUTHENTICATED, ERR_RATE_LIMITED, ERR_FORBIDDEN. */
MUST_CHECK err admit_actor(struct call *call, struct reader *reader);

/* Counts the limits that depend on the decoded body: the event (BOOKS), the account (VERIFY). ERR_RATE_LIMITED. */
MUST_CHECK err admit_body(struct call *call, struct reader *reader);

/* Counts an attempt to find out the password of an account; ERR_RATE_LIMITED. By the signed-in person, or the known
 * device, or else the account. */
MUST_CHECK err admit_guess(struct call *call, str account);

/* The password was right: admit_guess() of this call does not count. */
void admit_right(struct call *call, str account);

/* The network of the client's address (http/address.h), the key of all limits by address. */
str call_network(const struct call *call);

#endif
