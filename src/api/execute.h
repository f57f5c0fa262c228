/* The step of serve() that runs the command of a route. */
#ifndef API_EXECUTE_H
#define API_EXECUTE_H

#include "api/call.h"

/* Passes the call to the writer, which continues serve() when the command's transaction is durable or the command was
 * refused. ERR_OVERLOADED when the queue is full; the call then stays with the caller. */
MUST_CHECK err execute(struct call *call);

#endif
