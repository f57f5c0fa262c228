/* The end of a call: its answer becomes an HTTP response, with the fields that every response has. After either
 * function the call is gone. Any thread. */
#ifndef API_RESPOND_H
#define API_RESPOND_H

#include "api/call.h"

/* Sends call->answer; 304 when the client has this very version. */
void respond_success(struct call *call);

/* Sends a problem (RFC 9457) with the faults that were listed. */
void respond_problem(struct call *call, err e);

/* Sends the beginning of a stream, whose request stays with the caller. */
void respond_stream(struct call *call);

/* To OPTIONS: what the path takes, also as a preflight of the Fetch standard. */
void respond_options(struct call *call);

/* Adds a field to the answer. Bounds: RESPONSE_HEADERS_MAX. */
void response_header(struct response *response, str name, str value);

/* The cookie of a session, or its removal when token is STR_NONE. */
void response_cookie(struct call *call, str token);

/* Name of the session cookie: __Host-session where the browser can be held to that (TLS). */
str cookie_name(const struct call *call);

#endif
