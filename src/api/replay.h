/* Idempotency-Key: the first response to a request is stored in the transaction that did the work, and sent again to
 * repetitions of the request. A repetition locks the same row, so it runs after the first request and finds the
 * response.
 *
 * Stored are a hash of actor, route and key, by which the row is found; and a hash of the request, salted with the key,
 * which is stored nowhere. A password in the body is left out of it. */
#ifndef API_REPLAY_H
#define API_REPLAY_H

#include "api/call.h"

#define REPLAY_KEPT_MS (7 * (int64_t)DAY_MS)

enum { REPLAY_KEY_MAX = 255 };

/* Reads the field of a POST. ERR_BAD_REQUEST when it is not 1 to REPLAY_KEY_MAX visible ASCII characters, or comes
 * twice. */
MUST_CHECK err replay_read(struct call *call);

/* Once the body is decoded: the hash of the request. */
void replay_seal(struct call *call);

/* On the writer thread. Fills call->response and sets call->replay.replayed when there is a first response;
 * ERR_IDEMPOTENCY_MISMATCH when it was to another request. *ret_row is an expired row to be used again, or NULL. */
MUST_CHECK err replay_find(struct unit *unit, struct call *call, struct idempotency_key **ret_row);

/* Stores call->response, which shows the row `responded` (may be NULL); `row` as replay_find() returned it. */
void replay_keep(struct unit *unit, struct call *call, const struct row *responded, struct idempotency_key *row);

#endif
