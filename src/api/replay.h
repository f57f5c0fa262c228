/* Idempotency-Key: the first answer to a request is kept in the transaction that did the work, and given again to its
 * repetitions. Commands run one after another, so a repetition never runs beside the first: it waits for its turn and
 * finds the answer.
 *
 * Kept are: a hash of actor, route and key as the row's name; and a hash of the request, in which the key itself is the
 * salt, which is stored nowhere. A password in the body is left out of it. */
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

/* On the writer thread. Fills call->answer and sets call->replay.replayed when there is a first answer;
 * ERR_IDEMPOTENCY_MISMATCH when it was to another request. *ret_row is a row that has ended and can be used again, or
 * NULL. */
MUST_CHECK err replay_find(struct unit *unit, struct call *call, struct idempotency_key **ret_row);

/* Keeps call->answer, whose row is `answered` (may be NULL); `row` as replay_find() gave it. */
void replay_keep(struct unit *unit, struct call *call, const struct row *responded, struct idempotency_key *row);

#endif
