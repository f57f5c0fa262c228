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
#include "base/check.h"
#include "base/money.h"
#include "domain/apply.h"
#include "domain/cascade.h"
#include "domain/changes.h"
#include "domain/commands.h"
#include "domain/sale.h"

/* --- booking ------------------------------------------------------------------------------------------------------ */

/* The field of a request with this offset, for field errors. */
static const struct field *request_field(size_t offset)
{
    for (size_t i = 0; i < descriptor_booking_request.count; i++) {
        if (descriptor_booking_request.fields[i].offset == offset) return &descriptor_booking_request.fields[i];
    }
    CHECK(false);
    return NULL;
}

#define REQUEST_FIELD(member) request_field(offsetof(struct booking_request, member))

/* A checked request. */
struct requested {
    const struct booking_request *request;
    struct event *event;
    struct schedule *schedule;
    int64_t total;
};

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

/* Loads the event and the schedule, and adds all field errors. */
static err request_check(struct unit *unit, struct requested *requested)
{
    err e = requested_event(unit, requested);
    if (!e) e = requested_schedule(unit, requested);
    if (e) return e;
    const struct booking_request *request = requested->request;
    if (requested->schedule->status == SCHEDULE_CANCELLED) {
        field_error(unit, REQUEST_FIELD(schedule_id), "sale_closed", "The schedule is cancelled");
    }
    if (requested->schedule->start_time <= unit->now) {
        field_error(unit, REQUEST_FIELD(schedule_id), "past", "The schedule has already started");
    }
    if (__builtin_mul_overflow(requested->event->price, request->quantity, &requested->total) ||
        requested->total > MONEY_MAX) {
        field_error(unit, REQUEST_FIELD(quantity), "too_large", "The total exceeds the largest possible amount");
    } else if (requested->total > 0 && request->payment_method == METHOD_FREE) {
        field_error(unit, REQUEST_FIELD(payment_method), "not_free",
                    "Only a booking that costs nothing can use this method");
    } else if (requested->total > 0 && !method_available(unit, request->payment_method)) {
        field_error(unit, REQUEST_FIELD(payment_method), "not_available", "Payment method not available");
    }
    return errors(unit);
}

/* A hold ends when the schedule starts, at the latest. */
static int64_t hold_end(const struct unit *unit, const struct schedule *schedule)
{
    int64_t end = unit->now + unit->settings->hold_ms;
    return end < schedule->start_time ? end : schedule->start_time;
}

static struct booking *booking_insert(struct unit *unit, const struct requested *requested)
{
    struct booking *booking = unit_new(unit, ENTITY_booking);
    bool free = requested->total == 0;
    booking->user_id = unit->actor->user_id;
    booking->event_id = requested->event->id;
    booking->schedule_id = requested->schedule->id;
    booking->quantity = requested->request->quantity;
    booking->status = free ? BOOKING_CONFIRMED : BOOKING_PENDING;
    booking->total_price = requested->total;
    booking->booking_date = unit->now;
    booking->expires_at = free ? 0 : hold_end(unit, requested->schedule);
    return booking;
}

static struct payment *payment_insert(struct unit *unit, const struct requested *requested,
                                      const struct booking *booking)
{
    struct payment *payment = unit_new(unit, ENTITY_payment);
    bool free = requested->total == 0;
    payment->booking_id = booking->id;
    payment->transaction_id = unit_ordered_id(unit);
    payment->amount = requested->total;
    payment->status = free ? PAYMENT_PAID : PAYMENT_PENDING;
    payment->payment_method = free ? METHOD_FREE : requested->request->payment_method;
    payment->payment_date = free ? unit->now : 0;
    return payment;
}

err booking_create(struct unit *unit, const struct input *input, struct result *ret)
{
    struct requested requested = {.request = INPUT_BODY(input, booking_request)};
    if (unit->actor->user_id == 0) return ERR_UNAUTHENTICATED;
    err e = request_check(unit, &requested);
    if (e) return e;
    if (requested.request->quantity > requested.schedule->available_seats) return ERR_SOLD_OUT;

    requested.schedule->available_seats -= requested.request->quantity;
    unit_changed(unit, requested.schedule);
    struct booking *booking = booking_insert(unit, &requested);
    ret->row = &booking->row;
    ret->embed = "payment";
    struct payment *payment = payment_insert(unit, &requested, booking);
    ret->embedded = &payment->row;
    if (payment->status == PAYMENT_PENDING) ret->action = "pay";
    return OK;
}

/* --- change ------------------------------------------------------------------------------------------------------- */

/* Guards of a changed quantity. */
static err quantity_check(struct unit *unit, const struct sale *sale, const struct booking *draft)
{
    int64_t more = draft->quantity - sale->booking->quantity;
    err e = sale_held(unit, sale);
    if (e) return e;
    if (sale->booking->status != BOOKING_PENDING) return ERR_STATE_CONFLICT;
    if (more > 0) e = sale_open(unit, sale);
    if (e) return e;
    return sale->schedule && more > sale->schedule->available_seats ? ERR_SOLD_OUT : OK;
}

static void quantity_keep(struct unit *unit, const struct sale *sale, const struct booking *draft)
{
    if (sale->schedule) {
        sale->schedule->available_seats -= draft->quantity - sale->booking->quantity;
        unit_changed(unit, sale->schedule);
    }
    if (sale->payment) {
        sale->payment->amount = draft->total_price;
        unit_changed(unit, sale->payment);
    }
}

err booking_change(struct unit *unit, void *row, const struct change *change, struct result *ret)
{
    struct booking *booking = row, *draft;
    struct sale sale;
    err e = draft_of(unit, booking, change, &draft);
    if (!e) e = sale_load(unit, booking, &sale);
    if (e) return e;
    bool counted = draft->quantity != booking->quantity;
    if (counted) draft->total_price = booking->total_price * draft->quantity / booking->quantity;
    if (draft->total_price > MONEY_MAX) {
        field_error(unit, FIELD_OF(booking, quantity), "too_large", "The total exceeds the largest possible amount");
    }
    e = errors(unit);
    if (!e && counted) e = quantity_check(unit, &sale, draft);
    if (e) return e;
    if (counted) quantity_keep(unit, &sale, draft);
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

/* Gets the booking of an action, for the actor to change. */
static err action_row(struct unit *unit, const struct input *input, struct booking **ret_booking)
{
    struct booking *booking;
    err e = unit_get_as_actor(unit, ENTITY_booking, input->id, ACTION_WRITE, &booking);
    if (!e) e = input_match_given(input, &booking->row);
    if (e) return e;
    *ret_booking = booking;
    return OK;
}

/* Customers cannot cancel after check-in or after the start of the schedule; staff can. */
static bool cancel_late(const struct unit *unit, const struct sale *sale)
{
    if (actor_is_staff(unit)) return false;
    return sale->booking->checked_in_at || (sale->schedule && sale->schedule->start_time <= unit->now);
}

err booking_cancel(struct unit *unit, const struct input *input, struct result *ret)
{
    struct booking *booking;
    struct sale sale;
    bool cancelled;
    err e = action_row(unit, input, &booking);
    if (!e) e = sale_load(unit, booking, &sale);
    if (!e) e = sale_cancelled(unit, &sale, &cancelled);
    if (e) return e;
    if (!booking_live(booking)) return ERR_STATE_CONFLICT;
    if (!cancelled && cancel_late(unit, &sale)) return ERR_STATE_CONFLICT;
    sale_cancel(unit, &sale);
    ret->row = &booking->row;
    return OK;
}

err booking_delete(struct unit *unit, const struct input *input, struct result *ret)
{
    struct booking *booking;
    err e = input_row(unit, input, ENTITY_booking, &booking);
    if (e) return e;
    if (booking_live(booking)) return ERR_STATE_CONFLICT;
    unit_delete(unit, booking);
    ret->row = NULL;
    return OK;
}

err booking_checkin(struct unit *unit, const struct input *input, struct result *ret)
{
    struct booking *booking;
    struct sale sale;
    err e = action_row(unit, input, &booking);
    if (!e) e = sale_load(unit, booking, &sale);
    if (!e) e = sale_open(unit, &sale);
    if (e) return e;
    if (booking->status != BOOKING_CONFIRMED) return ERR_STATE_CONFLICT;
    if (booking->checked_in_at) return ERR_STATE_CONFLICT;
    booking->checked_in_at = unit->now;
    unit_changed(unit, booking);
    ret->row = &booking->row;
    return OK;
}

/* --- background job ----------------------------------------------------------------------------------------------- */

static err holds_expired(struct unit *unit, struct page *ret_page)
{
    struct value now = {.number = unit->now};
    struct query query = query_of(ENTITY_booking);
    query_filter(&query, FIELD_OF(booking, expires_at), COMPARE_AT_MOST, &now, 1);
    query.limit = EXPIRE_MAX;
    return unit_query(unit, &query, ret_page);
}

err booking_expire(struct unit *unit, const struct input *input, struct result *ret)
{
    (void)input;
    struct page page;
    err e = holds_expired(unit, &page);
    if (e) return e;
    size_t count = 0;
    struct sale *sales = ARENA_ARRAY(unit->arena, struct sale, page.count + 1);
    for (size_t i = 0; !e && i < page.count; i++) {
        struct booking *booking = ROW(booking, page.rows[i]);
        if (booking->status == BOOKING_PENDING) e = sale_load(unit, booking, &sales[count++]);
    }
    if (e) return e;
    for (size_t i = 0; i < count; i++) {
        sale_end(unit, &sales[i], BOOKING_EXPIRED);
        sale_unpay(unit, &sales[i]);
    }
    ret->count = (int64_t)count;
    return OK;
}
