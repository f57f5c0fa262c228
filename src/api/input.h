/* From the body of a request to the input of its command: steps of serve(). */
#ifndef API_INPUT_H
#define API_INPUT_H

#include "api/call.h"

/* Decodes Idempotency-Key, If-Match and the body into call->input. ERR_BAD_REQUEST, ERR_MALFORMED_JSON, ERR_INVALID. */
MUST_CHECK err input_read(struct call *call, struct reader *reader);

/* On a reader when the body is large. */
enum place input_place(struct call *call);

/* Checks the password of the actor, where the body has it (REAUTHENTICATES, currentPassword), replaces a new one by its
 * hash (HASH), or checks one and sets input.id to the user (VERIFY; ERR_UNAUTHENTICATED). ERR_INVALID,
 * ERR_RATE_LIMITED. Slow, so it runs on a hasher when there is a password. */
MUST_CHECK err input_secure(struct call *call, struct reader *reader);
enum place input_secure_place(struct call *call);

#endif
