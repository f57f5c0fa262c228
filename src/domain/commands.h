/* The commands: every change of data is one function (see domain.h). Which roles may run a command is in the row of its
 * route, on which rows in the policies of entities.def, and with which fields in the flags of the fields. The business
 * rules are here.
 *
 * Common to all: ERR_NOT_FOUND for a row that does not exist or that the actor may not see, ERR_FORBIDDEN for one that
 * it may see but not change. Updates and deletions check If-Match (ERR_STALE_VERSION) and require it where the entity
 * has the trait IF_MATCH (ERR_VERSION_REQUIRED); for actions (pay, cancel, ...) it is optional. ERR_INVALID comes with
 * all field errors. A body that changes nothing succeeds and keeps the version. Creating and updating return the row,
 * deleting returns none. A command that fails has changed nothing. */
#ifndef DOMAIN_COMMANDS_H
#define DOMAIN_COMMANDS_H

#include "base/clock.h"
#include "domain/domain.h"

/* The lock set of a command; NULL: only the row input->id. */
lock_set_function *command_lock_set(command_function *command);

/* --- venue.c: body venue -------------------------------------------------------------------------------------------
 * The capacity must not be below that of an event at the venue with a schedule that has not ended: ERR_INVALID,
 * below_events at /capacity. (422 and not 409 because the value is wrong; it is the counterpart of an event's
 * exceeds_venue.) Deleting a venue with such an event is ERR_STATE_CONFLICT. */
MUST_CHECK command_function venue_create, venue_update, venue_delete;

/* --- event.c: body event -------------------------------------------------------------------------------------------
 * Field errors: order at /endDate, exceeds_venue at /capacity, past at /startDate (if new or changed; not for admins).
 * A new event gets one schedule from startDate to endDate. While it is the only one and has the dates of the event, it
 * is moved when they change; ERR_STATE_CONFLICT if it has started. Other schedules move along with startDate if
 * change->follow says so and they have not started; outside_event at /startDate or /endDate if the new dates exclude a
 * schedule. A changed capacity changes the available seats of every upcoming schedule; seats_taken at /capacity where
 * more are booked. An event with live bookings cannot become a draft again, and one whose venue was deleted cannot
 * be moved to the future: ERR_STATE_CONFLICT. Warning venue_occupied if the times or the venue are new (overlap.h).
 * status cancelled, or event_cancel: see cancel.h; ret->count ("affectedBookings") is the number of bookings that the
 * job ends. ERR_STATE_CONFLICT: it is cancelled already, or it is to become active again after bookings were ended, or
 * the end of a schedule of a cancelled event would move across the time of the cancellation.
 * Deleting cascades to schedules and categories; ERR_STATE_CONFLICT while there are live bookings (confirmed, or
 * pending with a hold) of a schedule that has not ended. */
MUST_CHECK command_function event_create, event_update, event_cancel, event_delete;

/* --- cancel.c ------------------------------------------------------------------------------------------------------
 * A background job: ends up to SETTLE_MAX bookings of cancelled events or schedules, releases their seats and refunds
 * what was paid, and marks those that have no others as settled. result->count is LIST_MAX if there may be more. */
enum { SETTLE_MAX = LIST_MAX };
MUST_CHECK command_function cancellation_settle;

/* --- schedule.c: body schedule -------------------------------------------------------------------------------------
 * Field errors: order at /endTime, past at /startTime (not for admins), outside_event at /startTime or /endTime if it
 * is outside the dates of the event, unless change->follow says that they are to be extended; exceeds_venue at
 * /eventId. Available seats start at the event's capacity. The start of a schedule that has started cannot change, and
 * none can be moved to the future when the venue was deleted (ERR_STATE_CONFLICT). Warning venue_occupied as for
 * events. status cancelled, or schedule_cancel: as for events. Deleting: ERR_STATE_CONFLICT with live bookings, and for
 * the only schedule of an event, so that every event has one; delete or cancel the event instead. */
MUST_CHECK command_function schedule_create, schedule_update, schedule_cancel, schedule_delete;

/* --- category.c: body event_category. A second one of the same name at an event is ERR_DUPLICATE. */
MUST_CHECK command_function category_create, category_update, category_delete;

/* --- user.c: body user; `password` arrives hashed -----------------------------------------------------------------
 * ERR_DUPLICATE if the e-mail address is in use. The last admin must remain one: ERR_STATE_CONFLICT.
 * A new address is unverified unless an admin sets isVerified; a new password or address ends all other sessions.
 * ERR_PASSWORD_REQUIRED for these two, for rights, and for new users with rights, by recent_check() of apply.h. */
MUST_CHECK command_function user_create, user_update;
MUST_CHECK command_function me_update;        /* the actor's own row */
MUST_CHECK command_function account_register; /* body register_request, password hashed; a customer, not verified */

/* --- privacy.c -----------------------------------------------------------------------------------------------------
 * Erases a user: clears or replaces personal fields of the account and of all rows of the user, as entities.def says,
 * ends the sessions and deletes the account. The user is input->id, or the actor if that is 0. ERR_PASSWORD_REQUIRED by
 * recent_check(); ERR_STATE_CONFLICT with live bookings and for the last admin. user_delete is the same by id. */
MUST_CHECK command_function account_erase, user_delete;

/* --- session.c -----------------------------------------------------------------------------------------------------
 * session_create signs in user input->id, whose password the caller has checked. Returns the row of the user and a
 * token of 64 hex digits, of which only the SHA-256 is stored. ERR_UNAUTHENTICATED if the user no longer exists. Beyond
 * SESSIONS_MAX sessions of a user the oldest end. If the sign-in comes from a known device (input->device_id), that is
 * kept for DEVICE_KNOWN_MS from now on, else a new one for DEVICE_NEW_MS, with its token in ret->device; beyond
 * DEVICES_MAX devices those that expire first are forgotten. session_delete signs out: input->id is the session.
 * session_reauthenticate: body password_request, whose password the caller has checked; for the next
 * RECENT_MS (apply.h) the session input->id may make the changes that require it. */
enum { SESSIONS_MAX = 100, DEVICES_MAX = 50 };
#define DEVICE_NEW_MS   (INT64_C(30) * DAY_MS)
#define DEVICE_KNOWN_MS (INT64_C(365) * DAY_MS)
MUST_CHECK command_function session_create, session_reauthenticate, session_delete;

/* --- expire.c -----------------------------------------------------------------------------------------------------
 * Background jobs: remove up to EXPIRE_MAX sessions, devices, or responses kept for repeated requests, whose expiresAt
 * has passed. result->count says how many. */
enum { EXPIRE_MAX = LIST_MAX };
MUST_CHECK command_function session_expire, device_expire, idempotency_key_expire;

/* --- backup.c -----------------------------------------------------------------------------------------------------
 * Background job: body backup; records a backup, and removes the oldest records beyond BACKUPS_MAX. */
enum { BACKUPS_MAX = 400 };
MUST_CHECK command_function backup_record;

/* In the next three parts "staff" are actors with such a role who act on the bookings of other people, or of guests
 * whom they named when they booked. With their own they do what customers do; anything else (recording money, refunds,
 * seats given back, check-in) is ERR_STATE_CONFLICT (own_booking). */

/* --- booking.c -----------------------------------------------------------------------------------------------------
 * booking_create: body booking_request. Returns the booking and its payment ("payment"). Field errors: not_found at
 * /eventId and /scheduleId (also for a schedule of another event), required at /scheduleId (several schedules),
 * sale_closed at /eventId (not published) and at /scheduleId (it has ended, or the salesEnd of the event is over),
 * not_on_sale_yet at /eventId, not_free, not_available, staff_only and own_booking at /paymentMethod, forbidden_field
 * and not_found at /userId. Then ERR_SOLD_OUT, and ERR_STATE_CONFLICT for people who are not staff and are not
 * verified where the event has verifiedOnly, or would have more seats of the schedule than its maxSeatsPerPerson. A
 * booking that costs nothing is confirmed and paid at once; others are held until expiresAt, which depends on the
 * payment method (method.h) and is never after the end of sales. booking_update: body booking; changes the quantity of
 * a pending one, at the original price, and lets staff give back seats of a confirmed one, whose price is refunded.
 * ERR_HOLD_EXPIRED, ERR_STATE_CONFLICT, ERR_SOLD_OUT. booking_cancel: pending or confirmed, not checked in, else
 * ERR_STATE_CONFLICT; for customers, and staff whose own booking it is, only before the schedule starts. Of a cancelled
 * event always. The seats become available again and the payment is refunded in full. booking_delete: cancelled,
 * expired and refunded ones. booking_expire: a background job; ends up to EXPIRE_MAX expired holds, result->count is
 * their number. */
MUST_CHECK command_function booking_create, booking_update, booking_cancel, booking_delete, booking_expire;

/* --- checkin.c -----------------------------------------------------------------------------------------------------
 * booking_checkin: body checkin_request or none; confirmed bookings, all people at once or in parts, at `place`. Too
 * many people: too_large at /quantity. ERR_STATE_CONFLICT: already checked in, the event is cancelled, or check-in is
 * not open (settings checkin_before_ms and checkin_after_ms).
 * booking_undo_checkin: body undo_checkin_request; the booking is as if it had not been checked in. */
MUST_CHECK command_function booking_checkin, booking_undo_checkin;

/* --- payment.c -----------------------------------------------------------------------------------------------------
 * payment_update: body payment; the method while pending or failed (not_free at /paymentMethod). The hold becomes that
 * of the new method.
 * payment_pay: body pay_request or none; pending or failed -> paid, the booking is confirmed. Customers pay with the
 * methods that are by_customer (method.h), else ERR_FORBIDDEN; for them ERR_HOLD_EXPIRED if the hold has expired or the
 * schedule has ended. Staff record money of every method, also money that came too late: while seats are left, the
 * expired booking is confirmed; otherwise, and if the booking was cancelled, the payment becomes owed. Field errors at
 * /paidAt: forbidden_field (for customers), future. ERR_STATE_CONFLICT also for a cancelled event.
 * payment_fail: pending -> failed; the hold continues and the booking can still be paid. Likewise ERR_FORBIDDEN, and
 * ERR_HOLD_EXPIRED.
 * payment_refund: body refund_request or none; staff. Refunds part of the payment of a confirmed booking (too_large at
 * /amount), or all that is left, which ends the booking and releases its seats; refused for people who are checked in,
 * like cancelling. Also refunds what is owed. ERR_STATE_CONFLICT if nothing was paid.
 * payment_delete: of bookings that are deleted, cancelled, expired or refunded, else ERR_STATE_CONFLICT. */
MUST_CHECK command_function payment_update, payment_pay, payment_fail, payment_refund, payment_delete;

/* --- support.c: bodies support_ticket, reply_request ----------------------------------------------------------------
 * The owner changes subject, description and priority while the ticket is open or pending, and closes or reopens it
 * (other states: forbidden_field at /status). Support sets status and priority, but not the text (forbidden_field); a
 * closed ticket can only be reopened (ERR_STATE_CONFLICT). support_reply_create: input->id is the ticket; a reply of
 * the owner opens it, one of support makes it pending (ERR_STATE_CONFLICT if closed). Deleting cascades to the replies.
 */
MUST_CHECK command_function support_ticket_create, support_ticket_update, support_ticket_delete, support_reply_create;

/* --- restore.c: body restore_request, input->entity ----------------------------------------------------------------
 * Sets the writable fields of a row to those of an earlier version, with the guards of its update. Personal values are
 * not in the audit log and stay as they are. Actors who may change every row of the entity can also undelete a row,
 * with the rows that were deleted together with it; an erased user cannot be restored (ERR_STATE_CONFLICT). Field
 * errors at /version: not_found if the log does not have it, outdated if its values are no longer valid. Warning
 * not_restored at each field that had another value but only actions change; ERR_STATE_CONFLICT if only such differ. */
MUST_CHECK command_function resource_restore;

#endif
