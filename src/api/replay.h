/* Idempotency-Key: the first response to a request is stored in the transaction that did the work, and sent again when
 * the request is repeated. A repeated request locks the same row, so it runs after the first one and finds its
 * response.
 *
 * The row contains a hash of actor, route and key, by which it is found (for anonymous clients, of the request too),
 * and a hash of the request, salted with the key. The key itself is not stored, and a password in the body is not
 * included in the hash. */
#ifndef API_REPLAY_H
#define API_REPLAY_H

#include "api/call.h"

#define REPLAY_KEPT_MS (7 * (int64_t)DAY_MS)

enum { REPLAY_KEY_MAX = 255 };

/* Reads the header of a POST. ERR_BAD_REQUEST when it is not 1 to REPLAY_KEY_MAX visible ASCII characters, or is sent
 * twice. */
MUST_CHECK err replay_read(struct call *call);

/* Computes the hash of the request. Call it after the body is decoded. */
void replay_seal(struct call *call);

/* On the writer thread. Fills call->response and sets call->replay.replayed when the first response is stored;
 * ERR_IDEMPOTENCY_MISMATCH when that was to a different request, ERR_FORBIDDEN when the actor had another role then:
 * the response contains what that role may see. *ret_row is an expired row to be reused, or NULL. */
MUST_CHECK err replay_find(struct unit *unit, struct call *call, struct idempotency_key **ret_row);

/* Stores call->response, which contains the row `responded` (may be NULL); `row` as replay_find() returned it. */
void replay_keep(struct unit *unit, struct call *call, const struct row *responded, struct idempotency_key *row);

#endif
