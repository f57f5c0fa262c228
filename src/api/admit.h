/* Who may ask for what, how, and how often: steps of serve() that look at the columns of the route's row. */
#ifndef API_ADMIT_H
#define API_ADMIT_H

#include "api/call.h"

/* What the route produces, "application/json" unless its flags say otherwise. */
str route_produces(const struct route *route);

/* Accept and Content-Type: ERR_NOT_ACCEPTABLE, ERR_UNSUPPORTED_MEDIA_TYPE. */
MUST_CHECK err admit_types(struct call *call);

/* What the address of the request counts by (http/address.h): everything that is limited by address goes by it. */
str call_network(const struct call *call);

/* Counts by address, before anything is looked up: ERR_RATE_LIMITED. */
MUST_CHECK err admit_address(struct call *call);

/* Role, counts by actor, cross-site requests: ERR_UNAUTHENTICATED, ERR_RATE_LIMITED, ERR_FORBIDDEN. */
MUST_CHECK err admit_actor(struct call *call);

/* Counts by what the body names: the event that is booked, the account that is tried. ERR_RATE_LIMITED. */
MUST_CHECK err admit_body(struct call *call);

#endif
