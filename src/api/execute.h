/* Commands: from the body of a request to a change of the data and its answer. */
#ifndef API_EXECUTE_H
#define API_EXECUTE_H

#include "api/call.h"

/* Decodes If-Match and the body into call->input. ERR_BAD_REQUEST, ERR_MALFORMED_JSON, ERR_INVALID. */
MUST_CHECK err input_read(struct call *call);

/* Whether the input holds a password, so that input_secure() has work to do. */
bool input_has_password(const struct call *call);

/* Replaces a password by its hash (HASH), or checks it and sets input.id to the person (VERIFY; ERR_UNAUTHENTICATED).
 * Slow; on a hasher. */
MUST_CHECK err input_secure(struct call *call, struct reader *reader);

/* Hands the call to the writer, which will answer it. */
void execute(struct call *call);

#endif
