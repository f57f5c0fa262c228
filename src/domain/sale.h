/* A booking with its payment and its schedule, and the accounting of seats.
 *
 * Invariant: for every schedule, available seats + quantities of live bookings = capacity. A booking is live while it
 * is pending or confirmed. Its seats are subtracted when it is created and added again when it stops being live. Only
 * sale_end() does that, and only for live bookings, so it happens once. */
#ifndef DOMAIN_SALE_H
#define DOMAIN_SALE_H

#include "domain/domain.h"

struct sale {
    struct booking *booking;
    struct payment *payment;   /* NULL: another client inserted a booking without one */
    struct schedule *schedule; /* NULL: likewise, and the event has several schedules or none; then it holds no seats */
};

/* Whether it holds seats. */
bool booking_live(const struct booking *booking);

/* Whether the payment method is available: the sandbox can be disabled by a setting. */
bool method_available(const struct unit *unit, int64_t payment_method);

/* The only schedule of an event; NULL if it has several or none. */
MUST_CHECK err event_schedule(struct unit *unit, int64_t event_id, struct schedule **ret_schedule);

/* The booking's payment and schedule, deleted or not. A booking without a schedule (from another client) belongs to the
 * only schedule of its event. */
MUST_CHECK err sale_load(struct unit *unit, struct booking *booking, struct sale *ret_sale);

/* ERR_HOLD_EXPIRED if the hold has expired (even if the background job has not ended it yet) or the schedule has
 * started. */
MUST_CHECK err sale_held(const struct unit *unit, const struct sale *sale);

/* ERR_STATE_CONFLICT if the event is cancelled or deleted, or the schedule is cancelled: nothing is sold and no booking
 * is checked in. */
MUST_CHECK err sale_open(struct unit *unit, const struct sale *sale);

/* Whether the booking will be ended because its event or schedule is cancelled (domain/cancel.h), so that its person
 * may also cancel it. */
MUST_CHECK err sale_cancelled(struct unit *unit, const struct sale *sale, bool *ret_cancelled);

/* Ends a live booking: sets its status and releases its seats. Requires booking_live(). */
void sale_end(struct unit *unit, const struct sale *sale, enum booking_status status);

/* Ends the payment of a booking that ended: refunded if it was paid, else cancelled. */
void sale_unpay(struct unit *unit, const struct sale *sale);

/* Cancels a live booking: releases its seats and refunds in full what was paid. The caller has
 * checked whether that is allowed. Requires booking_live(). */
void sale_cancel(struct unit *unit, const struct sale *sale);

/* The number of live bookings of an event that prevent its deletion: those that are confirmed or have a hold that has
 * not expired, for schedules that have not ended. */
MUST_CHECK err event_live_count(struct unit *unit, const struct event *event, int64_t *ret_count);

/* Likewise for a schedule and a user. */
MUST_CHECK err schedule_live_count(struct unit *unit, const struct schedule *schedule, int64_t *ret_count);
MUST_CHECK err user_live_count(struct unit *unit, const struct user *user, int64_t *ret_count);

/* Seats that live bookings hold at a schedule. */
MUST_CHECK err schedule_booked_seats(struct unit *unit, const struct schedule *schedule, int64_t *ret_seats);

#endif
