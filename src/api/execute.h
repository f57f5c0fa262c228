/* The step of serve() that runs the command of a route. */
#ifndef API_EXECUTE_H
#define API_EXECUTE_H

#include "api/call.h"

/* Hands the call to the writer, which continues serve() when the command's transaction is durable or it was refused.
 * ERR_OVERLOADED, and the call stays with the caller, when the queue is full. */
MUST_CHECK err execute(struct call *call);

#endif
