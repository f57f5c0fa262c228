/* The one pipeline: takes every request from its arrival to its response. */
#ifndef API_SERVE_H
#define API_SERVE_H

#include "api/call.h"

/* Continues a call at its next step, on a thread where steps of `place` can run; `reader` is NULL except on threads of
 * the pools. Returns when the call was responded to or handed over: to the pool that its next step requires, to the
 * writer, or to the live streams. */
void serve(struct call *call, enum place place, struct reader *reader);

#endif
