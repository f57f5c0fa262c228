/* See sale.h. */
#include "domain/sale.h"

#include <stddef.h>

#include "base/check.h"
#include "domain/apply.h"
#include "domain/cascade.h"

bool booking_live(const struct booking *booking)
{
    return booking->status == BOOKING_PENDING || booking->status == BOOKING_CONFIRMED;
}

struct pair person_and_schedule(int64_t user_id, int64_t schedule_id)
{
    return (struct pair){
        ENTITY_booking, {FIELD_OF(booking, user_id), FIELD_OF(booking, schedule_id)}, {user_id, schedule_id}};
}

int64_t sales_end(const struct event *event, const struct schedule *schedule)
{
    bool earlier = event->sales_end && event->sales_end < schedule->end_time;
    return earlier ? event->sales_end : schedule->end_time;
}

static err payment_of(struct unit *unit, const struct booking *booking, struct payment **ret_payment)
{
    const struct field *field = FIELD_OF(payment, booking_id);
    struct payment *payment = NULL;
    err e = unit_find(unit, field, ENTITY_payment, (struct value){.number = booking->id}, &payment);
    if (e && e != ERR_NOT_FOUND) return e;
    *ret_payment = payment;
    return OK;
}

err event_schedule(struct unit *unit, int64_t event_id, struct schedule **ret_schedule)
{
    struct value event = {.number = event_id};
    struct query query = query_of(ENTITY_schedule);
    struct page page;
    query_equal(&query, FIELD_OF(schedule, event_id), &event);
    query.limit = 2;
    err e = unit_query(unit, &query, &page);
    if (e) return e;
    *ret_schedule = page.count == 1 ? ROW(schedule, page.rows[0]) : NULL;
    return OK;
}

err sale_load(struct unit *unit, struct booking *booking, struct sale *ret_sale)
{
    struct sale sale = {.booking = booking};
    int64_t schedule = booking->schedule_id;
    err e = payment_of(unit, booking, &sale.payment);
    if (!e) e = unit_get_any(unit, ENTITY_event, booking->event_id, &sale.event);
    if (!e && schedule) e = unit_get_any(unit, ENTITY_schedule, schedule, &sale.schedule);
    if (!e && !schedule) e = event_schedule(unit, booking->event_id, &sale.schedule);
    if (e) return e;
    *ret_sale = sale;
    return OK;
}

err sale_of_action(struct unit *unit, const struct input *input, struct sale *ret_sale)
{
    struct booking *booking;
    err e = unit_get_as_actor(unit, ENTITY_booking, input->id, ACTION_WRITE, &booking);
    if (!e) e = input_match_given(input, &booking->row);
    return e ? e : sale_load(unit, booking, ret_sale);
}

/* What was booked for a guest without an account is on the account of the clerk. */
static bool is_own(const struct unit *unit, const struct booking *booking)
{
    return booking->user_id == unit->actor->user_id && booking->guest_name.n == 0;
}

bool staff_of(const struct unit *unit, const struct booking *booking)
{
    return actor_is_staff(unit) && !is_own(unit, booking);
}

err own_check(struct unit *unit, const struct booking *booking)
{
    if (!is_own(unit, booking)) return OK;
    return conflict(unit, CONFLICT_own_booking, NULL,
                    "It is your own booking; another member of the staff has to do it");
}

err sale_held(const struct unit *unit, const struct sale *sale)
{
    const struct booking *booking = sale->booking;
    if (booking->status == BOOKING_EXPIRED) return ERR_HOLD_EXPIRED;
    if (booking->status != BOOKING_PENDING) return OK;
    if (booking->expires_at <= unit->now) return ERR_HOLD_EXPIRED;
    return sale->schedule && sale->schedule->end_time <= unit->now ? ERR_HOLD_EXPIRED : OK;
}

bool sale_stopped(const struct sale *sale)
{
    const struct schedule *schedule = sale->schedule;
    if (schedule && schedule->status == SCHEDULE_CANCELLED) return true;
    return sale->event->deleted_at || sale->event->status == EVENT_CANCELLED;
}

err sale_open(struct unit *unit, const struct sale *sale)
{
    if (sale->event->deleted_at) return conflict(unit, CONFLICT_event_deleted, NULL, "The event was deleted");
    if (sale->event->status == EVENT_CANCELLED)
        return conflict(unit, CONFLICT_event_cancelled, NULL, "The event is cancelled");
    if (!sale_stopped(sale)) return OK;
    return conflict(unit, CONFLICT_schedule_cancelled, NULL, "The schedule is cancelled");
}

/* Without a time, another client has just cancelled the event. */
bool sale_cancelled(const struct sale *sale)
{
    const struct event *event = sale->event;
    int64_t since = event->cancelled_at ? event->cancelled_at : event->updated_at;
    if (sale->schedule && sale->schedule->status == SCHEDULE_CANCELLED) return true;
    return event->status == EVENT_CANCELLED && (!sale->schedule || sale->schedule->end_time > since);
}

/* --- refusals ----------------------------------------------------------------------------------------------------- */

err booking_conflict(struct unit *unit, const struct booking *booking)
{
    switch ((enum booking_status)booking->status) {
    case BOOKING_PENDING:
        return conflict(unit, CONFLICT_not_paid, NULL, "The booking is not paid; its seats are held until %s",
                        fact_time(unit, booking->expires_at));
    case BOOKING_CONFIRMED:
        return conflict(unit, CONFLICT_booking_confirmed, NULL, "The booking is confirmed");
    case BOOKING_CANCELLED:
        return conflict(unit, CONFLICT_booking_cancelled, NULL, "The booking is cancelled");
    case BOOKING_EXPIRED:
        return conflict(unit, CONFLICT_booking_expired, NULL, "The hold expired before the booking was paid");
    case BOOKING_REFUNDED:
        return conflict(unit, CONFLICT_booking_refunded, NULL, "The booking was refunded");
    case booking_status_count:
        break;
    }
    CHECK(false);
    return ERR_INTERNAL;
}

err checked_in_conflict(struct unit *unit, const struct booking *booking)
{
    str place = booking->checked_in_place;
    return conflict(unit, CONFLICT_already_checked_in, NULL, "%lld of %lld were checked in, last at %s%s%.*s",
                    (long long)booking_checked_in(booking), (long long)booking->quantity,
                    fact_time(unit, booking->checked_in_at), place.n ? ", " : "", STR_ARG(place));
}

err sold_out(struct unit *unit, int64_t available_seats)
{
    problem_explain(unit->problem, STR("/quantity"), "seats_left", "%lld seats are available",
                    (long long)available_seats);
    return ERR_SOLD_OUT;
}

/* --- seats and money ---------------------------------------------------------------------------------------------- */

/* A stock client may set the time only. */
int64_t booking_checked_in(const struct booking *booking)
{
    if (!booking->checked_in_at) return 0;
    return booking->checked_in_quantity ? booking->checked_in_quantity : booking->quantity;
}

int64_t booking_price(const struct booking *booking, int64_t quantity)
{
    return booking->total_price * quantity / (booking->quantity + booking->cancelled_quantity);
}

void sale_end(struct unit *unit, const struct sale *sale, enum booking_status status)
{
    CHECK(booking_live(sale->booking));
    sale->booking->status = status;
    sale->booking->expires_at = 0;
    unit_changed(unit, sale->booking);
    if (!sale->schedule) return;
    sale->schedule->available_seats += sale->booking->quantity;
    unit_changed(unit, sale->schedule);
}

void sale_unpay(struct unit *unit, const struct sale *sale)
{
    struct payment *payment = sale->payment;
    if (!payment) return;
    bool paid = payment->status == PAYMENT_PAID || payment->status == PAYMENT_PARTIALLY_REFUNDED;
    bool money = paid && payment->amount > 0;
    payment->status = money ? PAYMENT_REFUNDED : PAYMENT_CANCELLED;
    if (money) payment->refunded_amount = payment->amount;
    unit_changed(unit, payment);
}

void sale_cancel(struct unit *unit, const struct sale *sale)
{
    sale_end(unit, sale, BOOKING_CANCELLED);
    sale_unpay(unit, sale);
}

/* --- live bookings ------------------------------------------------------------------------------------------------ */

/* Selects bookings whose `field` has one of the values. Live bookings are confirmed, or pending with a hold. */
struct live_query {
    const struct field *field;
    const struct value *values;
    size_t count;
};

static err live_count(struct unit *unit, const struct live_query *live, int64_t *ret_count)
{
    struct value confirmed = {.number = BOOKING_CONFIRMED}, pending = {.number = BOOKING_PENDING};
    struct value now = {.number = unit->now};
    int64_t confirmed_count, pending_count;
    struct query query = query_of(ENTITY_booking);
    query_filter(&query, live->field, COMPARE_EQUAL, live->values, live->count);
    struct query held = query;
    query_equal(&query, FIELD_OF(booking, status), &confirmed);
    query_equal(&held, FIELD_OF(booking, status), &pending);
    query_filter(&held, FIELD_OF(booking, expires_at), COMPARE_ABOVE, &now, 1);
    err e = unit_count(unit, &query, &confirmed_count);
    if (!e) e = unit_count(unit, &held, &pending_count);
    if (e) return e;
    *ret_count = confirmed_count + pending_count;
    return OK;
}

/* Counts the live bookings of ended schedules, with as many schedules per query as a filter allows. */
static err live_count_ended(struct unit *unit, const struct cascade *ended, int64_t *ret_count)
{
    struct value ids[VALUES_MAX];
    int64_t total = 0;
    for (size_t start = 0; start < ended->count; start += VALUES_MAX) {
        struct live_query live = {.field = FIELD_OF(booking, schedule_id), .values = ids};
        int64_t count;
        for (size_t i = start; i < ended->count && live.count < VALUES_MAX; i++) {
            ids[live.count++] = (struct value){.number = ended->rows[i]->id};
        }
        err e = live_count(unit, &live, &count);
        if (e) return e;
        total += count;
    }
    *ret_count = total;
    return OK;
}

/* Counts all live bookings and subtracts those of ended schedules, so that bookings without a schedule are included. */
err event_live_count(struct unit *unit, const struct event *event, int64_t *ret_count)
{
    struct value id = {.number = event->id}, now = {.number = unit->now};
    struct cascade ended = {0};
    struct query query = query_of(ENTITY_schedule);
    int64_t all, past;
    query_equal(&query, FIELD_OF(schedule, event_id), &id);
    query_filter(&query, FIELD_OF(schedule, end_time), COMPARE_AT_MOST, &now, 1);
    query.deleted = true; /* an ended schedule may be deleted while its bookings stay */
    err e = live_count(unit, &(struct live_query){FIELD_OF(booking, event_id), &id, 1}, &all);
    if (!e) e = cascade_matching(unit, &query, &ended);
    if (!e) e = live_count_ended(unit, &ended, &past);
    if (e) return e;
    *ret_count = all > past ? all - past : 0;
    return OK;
}

err schedule_live_count(struct unit *unit, const struct schedule *schedule, int64_t *ret_count)
{
    struct value id = {.number = schedule->id};
    int64_t count;
    err e = live_count(unit, &(struct live_query){FIELD_OF(booking, schedule_id), &id, 1}, &count);
    if (e) return e;
    *ret_count = schedule->end_time > unit->now ? count : 0;
    return OK;
}

/* Whether the schedule of a booking has ended, or its event if it names no schedule. */
static err booking_ended(struct unit *unit, const struct booking *booking, bool *ret_ended)
{
    struct schedule *schedule;
    struct event *event;
    err e = booking->schedule_id ? unit_get_any(unit, ENTITY_schedule, booking->schedule_id, &schedule)
                                 : unit_get_any(unit, ENTITY_event, booking->event_id, &event);
    if (e) return e;
    *ret_ended = (booking->schedule_id ? schedule->end_time : event->end_date) <= unit->now;
    return OK;
}

err user_live_count(struct unit *unit, const struct user *user, int64_t *ret_count)
{
    struct value id = {.number = user->id};
    struct value statuses[] = {{.number = BOOKING_PENDING}, {.number = BOOKING_CONFIRMED}};
    struct cascade bookings = {0};
    struct query query = query_of(ENTITY_booking);
    query_equal(&query, FIELD_OF(booking, user_id), &id);
    query_filter(&query, FIELD_OF(booking, status), COMPARE_EQUAL, statuses, COUNT_OF(statuses));
    err e = cascade_matching(unit, &query, &bookings);
    int64_t count = 0;
    for (size_t i = 0; !e && i < bookings.count; i++) {
        const struct booking *booking = ROW(booking, bookings.rows[i]);
        bool ended, held = booking->status == BOOKING_CONFIRMED || booking->expires_at > unit->now;
        e = booking_ended(unit, booking, &ended);
        count += !e && held && !ended;
    }
    if (e) return e;
    *ret_count = count;
    return OK;
}

err schedule_booked_seats(struct unit *unit, const struct schedule *schedule, int64_t *ret_seats)
{
    struct cascade bookings = {0};
    int64_t seats = 0;
    err e = cascade_by(unit, ENTITY_booking, FIELD_OF(booking, schedule_id), schedule->id, &bookings);
    if (e) return e;
    for (size_t i = 0; i < bookings.count; i++) {
        const struct booking *booking = ROW(booking, bookings.rows[i]);
        if (booking_live(booking)) seats += booking->quantity;
    }
    *ret_seats = seats;
    return OK;
}
