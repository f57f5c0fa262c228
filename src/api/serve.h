/* The one pipeline: the only function that takes a request from its arrival to its answer. */
#ifndef API_SERVE_H
#define API_SERVE_H

#include "api/call.h"

/* Where a step can run. */
enum place { ANYWHERE, ON_READER, ON_HASHER };

/* Goes on with a call where it stands, on a thread that is good for steps of `place`; `reader` is NULL on the network
 * thread. Answers the call, or hands it to the pool that its next step needs, or to the writer. */
void serve(struct call *call, enum place place, struct reader *reader);

/* The row of a request; errors of percent_decode() and route_match(). */
MUST_CHECK err request_match(const struct http_request *request, struct match *ret_match);

#endif
