/* The end of a call: call->response becomes an HTTP response, with the headers that every response has. The call must
 * not be used after one of the respond functions. Any thread. */
#ifndef API_RESPOND_H
#define API_RESPOND_H

#include "api/call.h"

/* The last step of serve(): sends call->response, or turns call->outcome into a response and sends that. Pages are
 * rendered on a reader. */
MUST_CHECK err respond(struct call *call, struct reader *reader);
enum place respond_place(struct call *call);

/* Sends call->response; 304 when the client already has this version. */
void respond_success(struct call *call);

/* Sends a problem document (RFC 9457) with the collected field errors, whatever the route returns. */
void respond_problem(struct call *call, err e);

/* Sends the beginning of a stream; the request stays with the caller. */
void respond_stream(struct call *call);

/* Responds to OPTIONS with the methods of the path; also to a CORS preflight (Fetch standard). */
void respond_options(struct call *call);

/* Adds a header to the response. Bounds: RESPONSE_HEADERS_MAX. */
void response_header(struct response *response, str name, str value);

/* Adds Allow, the methods of the path. */
void response_allow(struct call *call);

/* The cookie of a session, or its removal when token is STR_NONE. */
void response_cookie(struct call *call, str token);

/* The cookie by which a device is known the next time (device.h). */
void response_device_cookie(struct call *call, str token);

/* Names of these cookies: with the prefix __Host- where browsers enforce it (TLS). */
str cookie_name(const struct call *call);
str device_cookie_name(const struct call *call);

#endif
