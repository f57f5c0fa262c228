/* What the status of an event or a schedule means for its bookings.
 *
 * Cancelling changes only the row of the event or schedule: from then on nothing is sold and no booking is checked in.
 * A background job (cancellation_settle) then ends the bookings, in bounded batches. What is left to do follows from
 * the rows: those that are cancelled and not settled, and their live bookings. So nothing is lost when the process
 * ends, and a cancellation by another client of the database is completed, too.
 *
 * Cancelling an event does not concern the bookings of schedules that had ended before. */
#ifndef DOMAIN_CANCEL_H
#define DOMAIN_CANCEL_H

#include "domain/domain.h"

/* Sets cancelledAt and isSettled of the draft of an event or schedule if its status changes to or from cancelled. When
 * it is cancelled, ret->count ("affectedBookings") says how many bookings will end. ERR_STATE_CONFLICT: it is no longer
 * to be cancelled, but some of its bookings have already been ended. */
MUST_CHECK err cancellation_draft(struct unit *unit, struct row *row, struct row *draft, struct result *ret);

/* While an event is cancelled, the end of a schedule does not move across the time of the cancellation, on which it
 * depends whether its bookings end: ERR_STATE_CONFLICT, at the field. */
MUST_CHECK err cancellation_end_check(struct unit *unit, struct event *event, int64_t end, int64_t new_end,
                                      const struct field *field);

#endif
