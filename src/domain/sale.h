/* A booking with its payment, event and schedule, and the accounting of seats and money.
 *
 * Invariant: for every schedule, available seats + quantities of live bookings = capacity. A booking is live while it
 * is pending or confirmed. Its seats are subtracted when it is created, or paid too late, and added again when it stops
 * being live. Only sale_end() does that, and only for live bookings, so it happens once.
 *
 * Invariant: the total of a booking is the amount of its payment, and once that is paid neither of them changes. Seats
 * that are given back later move from `quantity` to `cancelled_quantity`, and their price is added to the refunded
 * amount. So the price of a seat is the total divided by the sum of both quantities. */
#ifndef DOMAIN_SALE_H
#define DOMAIN_SALE_H

#include "domain/domain.h"

struct sale {
    struct booking *booking;
    struct payment *payment; /* NULL: another client inserted a booking without one */
    struct event *event;
    struct schedule *schedule; /* NULL: likewise, and the event has several schedules or none; then it holds no seats */
};

/* The bookings of a person at a schedule. */
struct pair person_and_schedule(int64_t user_id, int64_t schedule_id);

/* Whether it holds seats. */
bool booking_live(const struct booking *booking);

/* The only schedule of an event; NULL if it has several or none. */
MUST_CHECK err event_schedule(struct unit *unit, int64_t event_id, struct schedule **ret_schedule);

/* When the sale of a schedule ends: with the schedule, or earlier if the event says so. */
int64_t sales_end(const struct event *event, const struct schedule *schedule);

/* The booking's payment, event and schedule, deleted or not. A booking without a schedule (from another client) belongs
 * to the only schedule of its event. */
MUST_CHECK err sale_load(struct unit *unit, struct booking *booking, struct sale *ret_sale);

/* Likewise of the booking input->id of an action, for the actor to change, after checking If-Match where given. */
MUST_CHECK err sale_of_action(struct unit *unit, const struct input *input, struct sale *ret_sale);

/* Whether the actor has the rights of the staff on the booking. On their own bookings staff and admins have those of
 * customers, so that no one confirms a payment, a refund or an entry of their own. What they booked for a named guest
 * is not their own. */
bool staff_of(const struct unit *unit, const struct booking *booking);

/* ERR_STATE_CONFLICT if the booking is the actor's own; for what only staff do. */
MUST_CHECK err own_check(struct unit *unit, const struct booking *booking);

/* ERR_HOLD_EXPIRED if the hold has expired (even if the background job has not ended it yet) or the schedule has
 * ended. */
MUST_CHECK err sale_held(const struct unit *unit, const struct sale *sale);

/* Whether the event is cancelled or deleted, or the schedule is cancelled: nothing is sold or checked in any more. */
bool sale_stopped(const struct sale *sale);

/* ERR_STATE_CONFLICT if sale_stopped(). */
MUST_CHECK err sale_open(struct unit *unit, const struct sale *sale);

/* Whether the booking will be ended because its event or schedule is cancelled (domain/cancel.h), so that its person
 * may also cancel it. */
bool sale_cancelled(const struct sale *sale);

/* The refusals of commands that require another state of the booking, more seats, or people who are not inside yet. */
MUST_CHECK err booking_conflict(struct unit *unit, const struct booking *booking);
MUST_CHECK err checked_in_conflict(struct unit *unit, const struct booking *booking);
MUST_CHECK err sold_out(struct unit *unit, int64_t available_seats);

/* How many people of the booking are checked in. */
int64_t booking_checked_in(const struct booking *booking);

/* The price of so many seats of the booking. */
int64_t booking_price(const struct booking *booking, int64_t quantity);

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
