/* What belongs to one booking: its payment and its schedule; and what a booking means for the seats.
 *
 * Invariant (DATA.md): at every schedule, seats left + quantities of live bookings = seats offered. A booking is live
 * while pending or confirmed. Seats are taken when it is made and go back when it stops being live, whatever the reason
 * and whenever; that happens in sale_end() alone, and only live bookings come there, so it happens once. */
#ifndef DOMAIN_SALE_H
#define DOMAIN_SALE_H

#include "domain/domain.h"

struct sale {
    struct booking *booking;
    struct payment *payment;   /* NULL: another client made a booking without one */
    struct schedule *schedule; /* NULL: likewise, and the event has not one schedule; then it holds no seats */
};

/* Whether it holds seats. */
bool booking_live(const struct booking *booking);

/* Whether one can pay in this way here: the sandbox is a setting. */
bool method_available(const struct unit *unit, int64_t payment_method);

/* The one schedule of an event; NULL where it has several or none. */
MUST_CHECK err event_schedule(struct unit *unit, int64_t event_id, struct schedule **ret_schedule);

/* The booking's payment and schedule, deleted or not. A booking that names no schedule (other clients need not) is of
 * the one that its event has. */
MUST_CHECK err sale_load(struct unit *unit, struct booking *booking, struct sale *ret_sale);

/* ERR_HOLD_EXPIRED when the seats are no longer held for payment: the hold is over (whether or not the job that ends it
 * came by) or the schedule has begun. */
MUST_CHECK err sale_held(const struct unit *unit, const struct sale *sale);

/* ERR_STATE_CONFLICT when the event is cancelled or gone: nothing more is sold. */
MUST_CHECK err sale_open(struct unit *unit, const struct sale *sale);

/* Ends a live booking: sets its status, gives the seats back. Bounds: booking_live(). */
void sale_end(struct unit *unit, const struct sale *sale, enum booking_status status);

/* Ends the payment of a booking that ended: gives back what was paid, else cancels it. */
void sale_unpay(struct unit *unit, const struct sale *sale);

/* Whether bookings keep an event from being deleted: confirmed ones and ones held now, of schedules not over. */
MUST_CHECK err event_has_live(struct unit *unit, const struct event *event, bool *ret_live);

/* Likewise a schedule and a person. */
MUST_CHECK err schedule_has_live(struct unit *unit, const struct schedule *schedule, bool *ret_live);
MUST_CHECK err user_has_live(struct unit *unit, const struct user *user, bool *ret_live);

/* Seats that live bookings hold at a schedule. */
MUST_CHECK err schedule_taken(struct unit *unit, const struct schedule *schedule, int64_t *ret_seats);

#endif
