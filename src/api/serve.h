/* The request pipeline: every request passes through it from its arrival to its response. */
#ifndef API_SERVE_H
#define API_SERVE_H

#include "api/call.h"

/* Continues a call at its next step, on a thread where steps of `place` can run; `reader` is NULL except on threads of
 * a pool. Returns when the response was sent or the call was handed over: to the pool that its next step requires, to
 * the writer, or to the live streams. */
void serve(struct call *call, enum place place, struct reader *reader);

#endif
