/* Bookings: see commands.h; sale.h explains the accounting of seats.
 *
 *     (new) --create--> pending --pay--> confirmed --refund in full--> refunded
 *       \                  |  \              |
 *        \                 |   expire        cancel
 *         --create, free   |      \          |
 *            --> confirmed cancel  expired   cancelled
 *                          cancelled
 *
 * booking_create is the hot path of an on-sale rush: if the request names the schedule it reads only the event and the
 * schedule, usually from the identity map. */
#include "base/money.h"
#include "domain/apply.h"
#include "domain/cascade.h"
#include "domain/changes.h"
#include "domain/commands.h"
#include "domain/due.h"
#include "domain/method.h"
#include "domain/sale.h"

/* --- booking ------------------------------------------------------------------------------------------------------ */

#define REQUEST_FIELD(member) INPUT_FIELD_OF(booking_request, member)

/* A checked request. */
struct requested {
    const struct booking_request *request;
    struct event *event;
    struct schedule *schedule;
    int64_t user_id;
    int64_t total;
};

/* Staff may book for other people. */
static err requested_person(struct unit *unit, struct requested *requested)
{
    struct user *user;
    int64_t id = requested->request->user_id;
    requested->user_id = id ? id : unit->actor->user_id;
    if (requested->user_id == unit->actor->user_id) return OK;
    if (!actor_is_staff(unit)) {
        field_error(unit, REQUEST_FIELD(user_id), "forbidden_field", "Only staff can book for other people");
        return OK;
    }
    err e = unit_get(unit, ENTITY_user, id, &user);
    if (e != ERR_NOT_FOUND) return e;
    field_error(unit, REQUEST_FIELD(user_id), "not_found", "User not found");
    return OK;
}

/* Published events are public. For other events the row policies decide between sale_closed and not_found. */
static err requested_event(struct unit *unit, struct requested *requested)
{
    int64_t id = requested->request->event_id;
    err e = unit_get(unit, ENTITY_event, id, &requested->event);
    if (!e && requested->event->status != EVENT_PUBLISHED) {
        e = unit_get_as_actor(unit, ENTITY_event, id, ACTION_READ, &requested->event);
        if (!e) field_error(unit, REQUEST_FIELD(event_id), "sale_closed", "The event is not on sale");
    }
    if (e != ERR_NOT_FOUND) return e;
    field_error(unit, REQUEST_FIELD(event_id), "not_found", "Event not found");
    return ERR_INVALID;
}

static err only_schedule(struct unit *unit, struct requested *requested)
{
    err e = event_schedule(unit, requested->event->id, &requested->schedule);
    if (e || requested->schedule) return e;
    field_error(unit, REQUEST_FIELD(schedule_id), "required", "Required, because the event has several schedules");
    return ERR_INVALID;
}

static err requested_schedule(struct unit *unit, struct requested *requested)
{
    int64_t id = requested->request->schedule_id;
    if (id == 0) return only_schedule(unit, requested);
    err e = unit_get(unit, ENTITY_schedule, id, &requested->schedule);
    if (e && e != ERR_NOT_FOUND) return e;
    if (!e && requested->schedule->event_id == requested->event->id) return OK;
    field_error(unit, REQUEST_FIELD(schedule_id), "not_found", "The event has no schedule with this id");
    return ERR_INVALID;
}

static void time_check(struct unit *unit, const struct requested *requested)
{
    int64_t start = requested->event->sales_start, end = sales_end(requested->event, requested->schedule);
    if (requested->schedule->status == SCHEDULE_CANCELLED) {
        field_error(unit, REQUEST_FIELD(schedule_id), "sale_closed", "The schedule is cancelled");
    }
    if (start > unit->now) {
        problem_explain(unit->problem, STR("/eventId"), "not_on_sale_yet", "Sales start at %s", fact_time(unit, start));
    }
    if (end <= unit->now) {
        problem_explain(unit->problem, STR("/scheduleId"), "sale_closed", "Sales ended at %s", fact_time(unit, end));
    }
}

static void total_check(struct unit *unit, struct requested *requested)
{
    bool complimentary = requested->request->payment_method == METHOD_COMPLIMENTARY;
    int64_t price = complimentary ? 0 : requested->event->price;
    if (!__builtin_mul_overflow(price, requested->request->quantity, &requested->total) &&
        requested->total <= MONEY_MAX)
        return;
    field_error(unit, REQUEST_FIELD(quantity), "too_large", "The total exceeds the largest possible amount");
}

static void method_check(struct unit *unit, const struct requested *requested)
{
    int64_t payment_method = requested->request->payment_method;
    const struct method *method = method_of(payment_method);
    if (method->staff_only && !actor_is_staff(unit)) {
        field_error(unit, REQUEST_FIELD(payment_method), "staff_only", "Only staff can use this method");
    } else if (method->staff_only && requested->user_id == unit->actor->user_id && !requested->request->guest_name.n) {
        field_error(unit, REQUEST_FIELD(payment_method), "own_booking", "Staff can use it only for other people");
    } else if (requested->total > 0 && method->hold == HOLD_NONE) {
        field_error(unit, REQUEST_FIELD(payment_method), "not_free",
                    "Only a booking that costs nothing can use this method");
    } else if (requested->total > 0 && !method_available(unit, payment_method)) {
        field_error(unit, REQUEST_FIELD(payment_method), "not_available", "Payment method not available");
    }
}

/* Loads the rows that the request names, and adds all field errors. */
static err request_check(struct unit *unit, struct requested *requested)
{
    err e = requested_person(unit, requested);
    if (!e) e = requested_event(unit, requested);
    if (!e) e = requested_schedule(unit, requested);
    if (e) return e;
    time_check(unit, requested);
    total_check(unit, requested);
    method_check(unit, requested);
    return errors(unit);
}

static struct booking *booking_insert(struct unit *unit, const struct requested *requested)
{
    struct booking *booking = unit_new(unit, ENTITY_booking);
    bool free = requested->total == 0;
    booking->user_id = requested->user_id;
    booking->event_id = requested->event->id;
    booking->schedule_id = requested->schedule->id;
    booking->quantity = requested->request->quantity;
    booking->status = free ? BOOKING_CONFIRMED : BOOKING_PENDING;
    booking->total_price = requested->total;
    booking->booking_date = unit->now;
    if (!free) {
        int64_t end = sales_end(requested->event, requested->schedule);
        booking->expires_at = method_hold_end(unit, requested->request->payment_method, end);
    }
    booking->guest_name = requested->request->guest_name;
    return booking;
}

static struct payment *payment_insert(struct unit *unit, const struct requested *requested,
                                      const struct booking *booking)
{
    struct payment *payment = unit_new(unit, ENTITY_payment);
    bool free = requested->total == 0;
    int64_t payment_method = requested->request->payment_method;
    payment->booking_id = booking->id;
    payment->transaction_id = unit_ordered_id(unit);
    payment->amount = requested->total;
    payment->status = free ? PAYMENT_PAID : PAYMENT_PENDING;
    payment->payment_method = free && payment_method != METHOD_COMPLIMENTARY ? METHOD_FREE : payment_method;
    payment->payment_date = free ? unit->now : 0;
    return payment;
}

/* --- seats of one person ------------------------------------------------------------------------------------------ */

/* For so long seats that were given back, or whose hold expired, count as if the person still had them: a hold cannot
 * be renewed by giving it back. */
enum { RELEASE_MS = 15 * 60 * 1000 };

static int64_t seats_counted(const struct booking *booking, int64_t now)
{
    int64_t since = now - RELEASE_MS;
    switch ((enum booking_status)booking->status) {
    case BOOKING_CONFIRMED:
        return booking->quantity;
    case BOOKING_PENDING:
        return booking->expires_at > since ? booking->quantity : 0;
    case BOOKING_CANCELLED:
    case BOOKING_EXPIRED:
        return booking->row.updated_at > since ? booking->quantity : 0;
    case BOOKING_REFUNDED:
    case booking_status_count:
        break;
    }
    return 0;
}

/* Refuses `more` seats if the person then had more of the schedule than the event allows. Bookings of a schedule change
 * only while its row is locked. */
static err seat_limit_check(struct unit *unit, const struct booking *booking, const struct event *event, int64_t more)
{
    const struct pair pair = person_and_schedule(booking->user_id, booking->schedule_id);
    int64_t limit = event->max_seats_per_person, counted = 0;
    struct page page;
    err e = unit_pair(unit, &pair, &page);
    if (e) return e;
    for (size_t i = 0; i < page.count; i++) counted += seats_counted(ROW(booking, page.rows[i]), unit->now);
    if (page.count < PAIR_ROWS_MAX && counted + more <= limit) return OK;
    return conflict(
        unit, CONFLICT_seat_limit_reached, NULL,
        "One person can have %lld seats of the schedule; %lld are booked or were given back a short time ago",
        (long long)limit, (long long)counted);
}

/* While the schedule has sold less than the limit, or has no more seats, no one can exceed it. */
static err request_limit_check(struct unit *unit, const struct requested *requested)
{
    const struct booking booking = {.user_id = requested->user_id, .schedule_id = requested->schedule->id};
    const struct event *event = requested->event;
    int64_t quantity = requested->request->quantity, limit = event->max_seats_per_person;
    int64_t sold = event->capacity - requested->schedule->available_seats;
    if (actor_is_staff(unit) || sold + quantity <= limit || event->capacity <= limit) return OK;
    return seat_limit_check(unit, &booking, event, quantity);
}

/* Against accounts that prove nothing. */
static err verified_check(struct unit *unit, const struct requested *requested)
{
    struct user *user;
    if (!requested->event->verified_only || actor_is_staff(unit)) return OK;
    err e = unit_get(unit, ENTITY_user, requested->user_id, &user);
    if (e || user->is_verified) return e;
    return conflict(unit, CONFLICT_account_not_verified, NULL, "Verify your account first");
}

err booking_create(struct unit *unit, const struct input *input, struct result *ret)
{
    struct requested requested = {.request = INPUT_BODY(input, booking_request)};
    if (unit->actor->user_id == 0) return ERR_UNAUTHENTICATED;
    err e = request_check(unit, &requested);
    if (e) return e;
    if (requested.request->quantity > requested.schedule->available_seats)
        return sold_out(unit, requested.schedule->available_seats);
    e = verified_check(unit, &requested);
    if (!e) e = request_limit_check(unit, &requested);
    if (e) return e;

    requested.schedule->available_seats -= requested.request->quantity;
    unit_changed(unit, requested.schedule);
    struct booking *booking = booking_insert(unit, &requested);
    ret->row = &booking->row;
    ret->embed = "payment";
    struct payment *payment = payment_insert(unit, &requested, booking);
    ret->embedded = &payment->row;
    bool due = payment->status == PAYMENT_PENDING;
    if (due && method_of(payment->payment_method)->by_customer) ret->action = "pay";
    return OK;
}

/* --- change ------------------------------------------------------------------------------------------------------- */

/* Guards of a changed quantity of a booking that is not paid. */
static err held_quantity_check(struct unit *unit, const struct sale *sale, const struct booking *draft)
{
    int64_t more = draft->quantity - sale->booking->quantity;
    err e = sale_held(unit, sale);
    if (e) return e;
    if (sale->booking->status != BOOKING_PENDING) return booking_conflict(unit, sale->booking);
    if (more <= 0) return OK;
    e = sale_open(unit, sale);
    if (e || !sale->schedule) return e;
    if (more > sale->schedule->available_seats) return sold_out(unit, sale->schedule->available_seats);
    return actor_is_staff(unit) ? OK : seat_limit_check(unit, sale->booking, sale->event, more);
}

/* Guards of seats of a confirmed booking that staff give back. Something must be left of the payment; giving everything
 * back is what a refund does. */
static err return_check(struct unit *unit, const struct sale *sale, const struct booking *draft)
{
    const struct booking *booking = sale->booking;
    int64_t fewer = booking->quantity - draft->quantity, price = booking_price(booking, fewer);
    int64_t left = sale->payment ? sale->payment->amount - sale->payment->refunded_amount : 0;
    char text[MONEY_TEXT_SIZE];
    if (fewer < 0 || !actor_is_staff(unit)) return booking_conflict(unit, booking);
    err e = own_check(unit, booking);
    if (e) return e;
    if (draft->quantity < booking_checked_in(booking)) return checked_in_conflict(unit, booking);
    if (price == 0 || price < left) return OK;
    return conflict(unit, CONFLICT_refund_exceeded, FIELD_OF(booking, quantity), "Only %.*s of the payment is left",
                    STR_ARG(money_to_text(left, text)));
}

/* Moves seats between the booking and its schedule. */
static void seats_move(struct unit *unit, const struct sale *sale, int64_t more)
{
    if (!sale->schedule) return;
    sale->schedule->available_seats -= more;
    unit_changed(unit, sale->schedule);
}

static void return_keep(struct unit *unit, const struct sale *sale, struct booking *draft)
{
    int64_t fewer = sale->booking->quantity - draft->quantity, price = booking_price(sale->booking, fewer);
    draft->cancelled_quantity += fewer;
    seats_move(unit, sale, -fewer);
    if (price == 0) return;
    sale->payment->refunded_amount += price;
    sale->payment->status = PAYMENT_PARTIALLY_REFUNDED;
    unit_changed(unit, sale->payment);
}

static void held_quantity_keep(struct unit *unit, const struct sale *sale, const struct booking *draft)
{
    seats_move(unit, sale, draft->quantity - sale->booking->quantity);
    if (!sale->payment) return;
    sale->payment->amount = draft->total_price;
    unit_changed(unit, sale->payment);
}

err booking_change(struct unit *unit, void *row, const struct change *change, struct result *ret)
{
    struct booking *booking = row, *draft;
    struct sale sale;
    err e = draft_of(unit, booking, change, &draft);
    if (!e) e = sale_load(unit, booking, &sale);
    if (e) return e;
    bool counted = draft->quantity != booking->quantity, paid = booking->status == BOOKING_CONFIRMED;
    if (counted && !paid) draft->total_price = booking_price(booking, draft->quantity);
    if (draft->total_price > MONEY_MAX) {
        field_error(unit, FIELD_OF(booking, quantity), "too_large", "The total exceeds the largest possible amount");
    }
    e = errors(unit);
    /* Else a clerk could make a guest's booking of their own. */
    if (!e && draft->guest_name.n && actor_is_staff(unit)) e = own_check(unit, booking);
    if (!e && counted) e = paid ? return_check(unit, &sale, draft) : held_quantity_check(unit, &sale, draft);
    if (e) return e;
    if (counted && paid) return_keep(unit, &sale, draft);
    if (counted && !paid) held_quantity_keep(unit, &sale, draft);
    draft_keep(unit, booking, draft);
    ret->row = &booking->row;
    return OK;
}

err booking_update(struct unit *unit, const struct input *input, struct result *ret)
{
    struct booking *booking;
    err e = input_row(unit, input, ENTITY_booking, &booking);
    return e ? e : booking_change(unit, booking, input->change, ret);
}

/* --- ending a booking --------------------------------------------------------------------------------------------- */

/* No one can cancel their own booking after the start of the schedule; staff can cancel those of others. While their
 * event or schedule is being cancelled, all can. */
static err cancel_check(struct unit *unit, const struct sale *sale)
{
    const struct schedule *schedule = sale->schedule;
    if (!booking_live(sale->booking)) return booking_conflict(unit, sale->booking);
    if (sale_cancelled(sale)) return OK;
    if (booking_checked_in(sale->booking)) return checked_in_conflict(unit, sale->booking);
    if (staff_of(unit, sale->booking) || !schedule || schedule->start_time > unit->now) return OK;
    return conflict(unit, CONFLICT_schedule_started, NULL, "The schedule started at %s",
                    fact_time(unit, schedule->start_time));
}

err booking_cancel(struct unit *unit, const struct input *input, struct result *ret)
{
    struct sale sale;
    err e = sale_of_action(unit, input, &sale);
    if (!e) e = cancel_check(unit, &sale);
    if (e) return e;
    sale_cancel(unit, &sale);
    ret->row = &sale.booking->row;
    return OK;
}

err booking_delete(struct unit *unit, const struct input *input, struct result *ret)
{
    struct booking *booking;
    err e = input_row(unit, input, ENTITY_booking, &booking);
    if (e) return e;
    if (booking_live(booking)) return booking_conflict(unit, booking);
    unit_delete(unit, booking);
    ret->row = NULL;
    return OK;
}

/* --- background job ----------------------------------------------------------------------------------------------- */

/* By the status, too: another client may have left an expiresAt in other bookings, which would fill the page. */
void booking_due(struct arena *arena, int64_t now_ms, struct due *ret_due)
{
    struct query *query = &ret_due->queries[0];
    *query = query_of(ENTITY_booking);
    query_number(query, arena, FIELD_OF(booking, status), COMPARE_EQUAL, BOOKING_PENDING);
    query_number(query, arena, FIELD_OF(booking, expires_at), COMPARE_AT_MOST, now_ms);
    query->limit = EXPIRE_MAX;
    ret_due->count = 1;
}

err booking_expire(struct unit *unit, const struct input *input, struct result *ret)
{
    (void)input;
    struct due due;
    struct page page;
    booking_due(unit->arena, unit->now, &due);
    err e = unit_query(unit, &due.queries[0], &page);
    if (e) return e;
    struct sale *sales = ARENA_ARRAY(unit->arena, struct sale, page.count + 1);
    for (size_t i = 0; !e && i < page.count; i++) e = sale_load(unit, ROW(booking, page.rows[i]), &sales[i]);
    if (e) return e;
    for (size_t i = 0; i < page.count; i++) {
        sale_end(unit, &sales[i], BOOKING_EXPIRED);
        sale_unpay(unit, &sales[i]);
    }
    ret->count = (int64_t)page.count;
    return OK;
}
