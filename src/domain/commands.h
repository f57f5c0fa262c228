/* Everything that changes data, one function each (domain.h says what a command is). The roles that may call one stand
 * in the row of its route; which rows, in the rules of entities.def; what the body may hold, in the flags of the
 * fields. What is left, the rules of the business, is here.
 *
 * Common to all: ERR_NOT_FOUND for a row that is not there or that the actor may not see, ERR_FORBIDDEN for one that it
 * may see but not change. Changing or deleting honours If-Match (ERR_STALE_VERSION), and asks for it where the entity
 * has the trait IF_MATCH (ERR_VERSION_REQUIRED); actions (pay, cancel, ...) honour it and never ask. ERR_INVALID lists
 * every fault. A body that changes nothing succeeds and leaves the version alone. Creating and changing answer with the
 * row, deleting with nothing. A refused command has changed nothing. */
#ifndef DOMAIN_COMMANDS_H
#define DOMAIN_COMMANDS_H

#include "domain/domain.h"

/* What a command is known to need before it runs; NULL: no more than the row that input->id names. */
lock_set_function *command_lock_set(command_function *command);

/* --- venue.c: body venue -------------------------------------------------------------------------------------------
 * The capacity may not go below that of an event there that is not over yet: ERR_INVALID, below_events at /capacity.
 * (422 and not 409, because it is this value that is wrong: the mirror of an event's exceeds_venue.)
 * Deleting one with such an event is ERR_STATE_CONFLICT. */
MUST_CHECK command_function venue_create, venue_update, venue_delete;

/* --- event.c: body event -------------------------------------------------------------------------------------------
 * Faults: order at /endDate, exceeds_venue at /capacity, past at /startDate (new or changed to a time gone by).
 * A new event gets one schedule from startDate to endDate. While that is its only one and has the event's dates, it
 * moves with them, unless it has begun: ERR_STATE_CONFLICT. A changed capacity moves the seats left at every schedule
 * that is still to come; seats_taken at /capacity where more are sold. With live bookings it does not become a draft
 * again: ERR_STATE_CONFLICT.
 * Deleting takes schedules and categories along; ERR_STATE_CONFLICT while there are live bookings (confirmed, or
 * pending within their hold) of a schedule that is not over. */
MUST_CHECK command_function event_create, event_update, event_delete;

/* --- schedule.c: body schedule -------------------------------------------------------------------------------------
 * Faults: order at /endTime, past at /startTime. Seats left start at the event's capacity. A schedule that has begun
 * keeps its start (ERR_STATE_CONFLICT). Deleting: ERR_STATE_CONFLICT with live bookings, and for the only schedule of
 * an event, so that an event can always be booked without naming one; delete or cancel the event instead. */
MUST_CHECK command_function schedule_create, schedule_update, schedule_delete;

/* --- category.c: body event_category. A second one of that name at the event is ERR_DUPLICATE. */
MUST_CHECK command_function category_create, category_update, category_delete;

/* --- user.c: body user; `password` arrives hashed -----------------------------------------------------------------
 * ERR_DUPLICATE when the address is taken. Nobody takes the admin's rights from the last admin: ERR_STATE_CONFLICT.
 * A new address is unverified unless an admin says otherwise; a new password ends all other sessions. */
MUST_CHECK command_function user_create, user_update;
MUST_CHECK command_function me_update;        /* the actor's own row */
MUST_CHECK command_function account_register; /* body register_request, password hashed; a customer, not verified */

/* --- privacy.c -----------------------------------------------------------------------------------------------------
 * Forgets a person: clears or replaces what entities.def says of their account and of everything that is theirs, ends
 * their sessions, deletes the account. input->id, or the actor without one. ERR_STATE_CONFLICT with live bookings and
 * for the last admin. user_delete is the same by id. */
MUST_CHECK command_function account_erase, user_delete;

/* --- session.c -----------------------------------------------------------------------------------------------------
 * session_create signs input->id in, whose password the caller has checked: answers with the user's row and a token of
 * 64 hex digits, of which only the SHA-256 is stored. ERR_UNAUTHENTICATED when there is no such person any more. Of
 * more than SESSIONS_MAX sessions the oldest end. session_delete signs out: input->id is the session. */
enum { SESSIONS_MAX = 100 };
MUST_CHECK command_function session_create, session_delete;

/* --- expire.c -----------------------------------------------------------------------------------------------------
 * Background jobs: remove up to EXPIRE_MAX sessions, or responses kept for repeated requests, whose expiresAt has
 * passed. result->count says how many. */
enum { EXPIRE_MAX = LIST_MAX };
MUST_CHECK command_function session_expire, idempotency_key_expire;

/* --- booking.c -----------------------------------------------------------------------------------------------------
 * booking_create: body booking_request. Answers with the booking and its payment ("payment"). Faults: not_found at
 * /eventId and /scheduleId (a schedule of another event too), required at /scheduleId (several schedules), sale_closed
 * at /eventId, past at /scheduleId (it has begun), not_free at /paymentMethod. Then ERR_SOLD_OUT. What costs nothing is
 * confirmed and paid at once, the rest held until expiresAt, never past the start of the schedule.
 * booking_update: body booking; the quantity of a pending one, at the price of the day it was booked. ERR_HOLD_EXPIRED,
 * ERR_STATE_CONFLICT, ERR_SOLD_OUT.
 * booking_cancel: pending or confirmed, else ERR_STATE_CONFLICT; customers not after the schedule began or they were
 * checked in. Seats go back; what was paid is given back in full.
 * booking_checkin: confirmed ones, once. booking_delete: cancelled, expired and refunded ones.
 * booking_expire: a background job; ends up to EXPIRE_MAX holds that are over, result->count says how many. */
MUST_CHECK command_function booking_create, booking_update, booking_cancel, booking_delete, booking_checkin,
    booking_expire;

/* --- payment.c -----------------------------------------------------------------------------------------------------
 * payment_update: body payment; the method while pending or failed (not_free at /paymentMethod).
 * payment_pay: pending or failed -> paid, the booking is confirmed. The sandbox pays at once; that other money arrived
 * only staff can say (ERR_FORBIDDEN). ERR_HOLD_EXPIRED when the hold is over or the schedule began. ERR_STATE_CONFLICT
 * also for a cancelled event.
 * payment_fail: pending -> failed; the booking is held on and can be paid again. Likewise ERR_FORBIDDEN, and
 * ERR_HOLD_EXPIRED.
 * payment_refund: body refund_request or none; staff. Part of a confirmed booking's money (too_large at /amount), or
 * all that is left, which ends the booking and gives its seats back. ERR_STATE_CONFLICT when nothing was paid.
 * payment_delete: of bookings that are deleted, cancelled, expired or refunded, else ERR_STATE_CONFLICT. */
MUST_CHECK command_function payment_update, payment_pay, payment_fail, payment_refund, payment_delete;

/* --- support.c: bodies support_ticket, reply_request ----------------------------------------------------------------
 * The person who asked changes subject, description and priority while the ticket is open or pending, and closes or
 * reopens it (other states: forbidden_field at /status). Support sets status and priority, not the words
 * (forbidden_field); from closed only to open (ERR_STATE_CONFLICT). support_reply_create: input->id is the ticket; the
 * person's message opens it, support's makes it pending (ERR_STATE_CONFLICT when closed). Deleting takes replies along.
 */
MUST_CHECK command_function support_ticket_create, support_ticket_update, support_ticket_delete, support_reply_create;

/* --- restore.c: body restore_request, input->entity ----------------------------------------------------------------
 * Gives a row the writable values of an earlier version, by the guards of its update; personal values are not in the
 * audit log and stay. A deleted row comes back, and what went with it, for those who may change every row of its kind;
 * an erased person does not (ERR_STATE_CONFLICT). Faults at /version: not_found when the log has none, outdated when it
 * holds values that are not accepted any more. */
MUST_CHECK command_function resource_restore;

#endif
