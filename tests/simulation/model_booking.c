/* Bookings in the model: see model.h and rules.h. */
#include "base/check.h"
#include "rules.h"

static int64_t payment_of(struct model *model, int64_t booking_id)
{
    for (int64_t id = 1; id <= model->last[ENTITY_payment]; id++) {
        const struct model_payment *payment = model_any(model, ENTITY_payment, id);
        if (payment && payment->booking_id == booking_id) return id;
    }
    CHECK(!"a booking has a payment");
    return 0;
}

struct model_sale model_sale(struct model *model, int64_t booking_id)
{
    struct model_sale sale = {.booking_id = booking_id, .payment_id = payment_of(model, booking_id)};
    sale.booking = model_any(model, ENTITY_booking, booking_id);
    sale.payment = model_any(model, ENTITY_payment, sale.payment_id);
    sale.event = model_any(model, ENTITY_event, sale.booking->event_id);
    sale.schedule = model_any(model, ENTITY_schedule, sale.booking->schedule_id);
    CHECK(sale.payment && sale.event && sale.schedule);
    return sale;
}

/* --- what is true of a sale --------------------------------------------------------------------------------------- */

bool model_live(const struct model_booking *booking)
{
    return booking->status == BOOKING_PENDING || booking->status == BOOKING_CONFIRMED;
}

/* Guests without an account are on that of the clerk. */
bool model_own(const struct request *request, const struct model_booking *booking)
{
    return booking->user_id == request->user_id && !booking->guest_name;
}

bool model_staff_of(const struct request *request, const struct model_booking *booking)
{
    return is_staff(request) && !model_own(request, booking);
}

int64_t model_sales_end(const struct model_event *event, const struct model_schedule *schedule)
{
    if (event->sales_end && event->sales_end < schedule->end_time) return event->sales_end;
    return schedule->end_time;
}

bool model_stopped(const struct model_sale *sale)
{
    return sale->schedule->status == SCHEDULE_CANCELLED || sale->event->status == EVENT_CANCELLED ||
           sale->event->deleted_at;
}

/* It will be ended because of a cancellation. */
static bool being_cancelled(const struct model_sale *sale)
{
    if (sale->schedule->status == SCHEDULE_CANCELLED) return true;
    return sale->event->status == EVENT_CANCELLED && sale->schedule->end_time > sale->event->cancelled_at;
}

bool model_hold_over(const struct model *model, const struct model_booking *booking)
{
    return booking->expires_at + (model->wrong == WRONG_HOLDS ? MINUTE_MS : 0) <= model->now;
}

err model_held(const struct model *model, const struct model_sale *sale)
{
    if (sale->booking->status == BOOKING_EXPIRED) return ERR_HOLD_EXPIRED;
    if (sale->booking->status != BOOKING_PENDING) return OK;
    return model_hold_over(model, sale->booking) || sale->schedule->end_time <= model->now ? ERR_HOLD_EXPIRED : OK;
}

int64_t model_hold_end(const struct model *model, int64_t payment_method, int64_t sales_end)
{
    int64_t end = sales_end;
    if (payment_method == METHOD_SANDBOX) end = model->now + model->settings->hold_ms;
    if (payment_method == METHOD_BANKTRANSFER) end = model->now + model->settings->hold_transfer_ms;
    return end < sales_end ? end : sales_end;
}

/* --- seats and money ---------------------------------------------------------------------------------------------- */

void model_seats_take(struct model *model, const struct model_sale *sale, int64_t seats)
{
    sale->schedule->available_seats -= seats;
    model_touch(model, ENTITY_schedule, sale->booking->schedule_id);
}

void model_booking_end(struct model *model, int64_t id, int64_t status)
{
    struct model_sale sale = model_sale(model, id);
    sale.booking->status = status;
    sale.booking->expires_at = 0;
    model_touch(model, ENTITY_booking, id);
    model_seats_take(model, &sale, -sale.booking->quantity);
}

void model_booking_end_refunded(struct model *model, int64_t id)
{
    struct model_sale sale = model_sale(model, id);
    struct model_payment *payment = sale.payment;
    bool paid = payment->status == PAYMENT_PAID || payment->status == PAYMENT_PARTIALLY_REFUNDED;
    model_booking_end(model, id, BOOKING_CANCELLED);
    payment->status = paid && payment->amount ? PAYMENT_REFUNDED : PAYMENT_CANCELLED;
    if (paid) payment->refunded_amount = payment->amount;
    model_touch(model, ENTITY_payment, sale.payment_id);
}

/* --- seats of one person: the only place of this rule ------------------------------------------------------------- */

/* Seats that were given back count for a while. */
enum { RELEASED_MS = 15 * MINUTE_MS };

static bool counts(const struct model *model, const struct model_booking *booking)
{
    int64_t since = model->now - RELEASED_MS;
    if (booking->status == BOOKING_PENDING) return booking->expires_at > since;
    bool released = booking->status == BOOKING_CANCELLED || booking->status == BOOKING_EXPIRED;
    return booking->status == BOOKING_CONFIRMED || (released && booking->updated_at > since);
}

static err seat_limit(struct model *model, const struct model_booking *booking, int64_t more)
{
    const struct model_event *event = model_any(model, ENTITY_event, booking->event_id);
    int64_t seats = more;
    for (int64_t id = 1; id <= model->last[ENTITY_booking]; id++) {
        const struct model_booking *other = model_any(model, ENTITY_booking, id);
        if (other->user_id != booking->user_id || other->schedule_id != booking->schedule_id) continue;
        if (counts(model, other)) seats += other->quantity;
    }
    return seats <= event->max_seats_per_person ? OK : ERR_STATE_CONFLICT;
}

/* --- booking ------------------------------------------------------------------------------------------------------ */

/* A request to book with the rows that it names. */
struct booking_draft {
    struct model_booking booking;
    struct model_event *event;
    struct model_schedule *schedule;
    int64_t payment_method;
};

static int64_t only_schedule(struct model *model, int64_t event_id)
{
    int64_t only = 0;
    for (int64_t id = 1; id <= model->last[ENTITY_schedule]; id++) {
        const struct model_schedule *schedule = model_get(model, ENTITY_schedule, id);
        if (!schedule || schedule->event_id != event_id) continue;
        if (only) return 0;
        only = id;
    }
    return only;
}

/* Whether the event and the schedule are such that seats of them are on sale now. */
static bool on_sale(const struct model *model, const struct booking_draft *draft)
{
    return draft->event->status == EVENT_PUBLISHED && draft->schedule->status == SCHEDULE_ACTIVE &&
           draft->event->sales_start <= model->now && model_sales_end(draft->event, draft->schedule) > model->now;
}

static bool method_allowed(const struct request *request, const struct booking_draft *draft)
{
    if (draft->payment_method == METHOD_COMPLIMENTARY) return is_staff(request) && !model_own(request, &draft->booking);
    return draft->payment_method != METHOD_FREE || draft->booking.total_price == 0;
}

static bool person_allowed(struct model *model, const struct request *request, const struct booking_draft *draft)
{
    int64_t user_id = draft->booking.user_id;
    return user_id == request->user_id || (is_staff(request) && model_get(model, ENTITY_user, user_id));
}

static err booking_draft(struct model *model, const struct request *request, struct booking_draft *ret)
{
    struct booking_draft draft = {.payment_method = given_or(request, ARG_METHOD, METHOD_SANDBOX)};
    struct model_booking *booking = &draft.booking;
    booking->event_id = given_or(request, ARG_EVENT, 0);
    booking->user_id = given_or(request, ARG_USER, request->user_id);
    booking->guest_name = given_or(request, ARG_GUEST, 0);
    booking->quantity = given_or(request, ARG_QUANTITY, 0);
    draft.event = model_get(model, ENTITY_event, booking->event_id);
    if (!draft.event) return ERR_INVALID;
    booking->schedule_id = given_or(request, ARG_SCHEDULE, only_schedule(model, booking->event_id));
    draft.schedule = model_get(model, ENTITY_schedule, booking->schedule_id);
    if (!draft.schedule || draft.schedule->event_id != booking->event_id) return ERR_INVALID;
    bool costs = draft.payment_method != METHOD_COMPLIMENTARY;
    booking->total_price = costs ? draft.event->price * booking->quantity : 0;
    if (!person_allowed(model, request, &draft) || !on_sale(model, &draft) || !method_allowed(request, &draft))
        return ERR_INVALID;
    *ret = draft;
    return OK;
}

/* What the event allows to people who are not staff. A schedule that is smaller than the limit, or has sold less, has
 * no limit. */
static err person_limits(struct model *model, const struct request *request, const struct booking_draft *draft)
{
    const struct model_event *event = draft->event;
    const struct model_user *user = model_get(model, ENTITY_user, draft->booking.user_id);
    int64_t sold = event->capacity - draft->schedule->available_seats + draft->booking.quantity;
    if (is_staff(request)) return OK;
    if (event->verified_only && !user->is_verified) return ERR_STATE_CONFLICT;
    if (sold <= event->max_seats_per_person || event->capacity <= event->max_seats_per_person) return OK;
    return seat_limit(model, &draft->booking, draft->booking.quantity);
}

static void booking_insert(struct model *model, const struct booking_draft *draft, struct outcome *ret)
{
    bool free = draft->booking.total_price == 0;
    struct model_booking *booking = model_new(model, ENTITY_booking, &ret->id);
    *booking = draft->booking;
    booking->exists = 1;
    booking->booking_date = model->now;
    booking->status = free ? BOOKING_CONFIRMED : BOOKING_PENDING;
    int64_t end = model_sales_end(draft->event, draft->schedule);
    booking->expires_at = free ? 0 : model_hold_end(model, draft->payment_method, end);
    struct model_payment *payment = model_new(model, ENTITY_payment, &ret->embedded);
    payment->booking_id = ret->id;
    payment->amount = booking->total_price;
    payment->status = free ? PAYMENT_PAID : PAYMENT_PENDING;
    payment->payment_method = draft->payment_method;
    if (free && draft->payment_method != METHOD_COMPLIMENTARY) payment->payment_method = METHOD_FREE;
    payment->payment_date = free ? model->now : 0;
    ret->entity = ENTITY_booking;
}

err rule_book(struct model *model, const struct request *request, struct outcome *ret)
{
    struct booking_draft draft;
    err e = booking_draft(model, request, &draft);
    if (e) return e;
    int64_t seats = draft.schedule->available_seats + (model->wrong == WRONG_SEATS ? 1 : 0);
    if (draft.booking.quantity > seats) return ERR_SOLD_OUT;
    e = person_limits(model, request, &draft);
    if (e) return e;
    booking_insert(model, &draft, ret);
    struct model_sale sale = model_sale(model, ret->id);
    model_seats_take(model, &sale, sale.booking->quantity);
    return OK;
}

/* --- change ------------------------------------------------------------------------------------------------------- */

static int64_t price_of(const struct model_booking *booking, int64_t seats)
{
    return booking->total_price / (booking->quantity + booking->cancelled_quantity) * seats;
}

static err held_quantity(struct model *model, const struct request *request, const struct model_sale *sale,
                         int64_t quantity)
{
    int64_t more = quantity - sale->booking->quantity;
    err e = model_held(model, sale);
    if (e) return e;
    if (sale->booking->status != BOOKING_PENDING) return ERR_STATE_CONFLICT;
    if (more <= 0) return OK;
    if (model_stopped(sale)) return ERR_STATE_CONFLICT;
    if (more > sale->schedule->available_seats) return ERR_SOLD_OUT;
    if (is_staff(request)) return OK;
    return seat_limit(model, sale->booking, more);
}

/* Seats of a paid booking are given back, but not all of what was paid. */
static err returned_quantity(const struct request *request, const struct model_sale *sale, int64_t quantity)
{
    const struct model_booking *booking = sale->booking;
    int64_t price = price_of(booking, booking->quantity - quantity);
    if (quantity > booking->quantity || !is_staff(request) || model_own(request, booking)) return ERR_STATE_CONFLICT;
    if (quantity < booking->checked_in_quantity) return ERR_STATE_CONFLICT;
    bool left = price < sale->payment->amount - sale->payment->refunded_amount;
    return price == 0 || left ? OK : ERR_STATE_CONFLICT;
}

static void quantity_change(struct model *model, const struct model_sale *sale, int64_t quantity)
{
    struct model_booking *booking = sale->booking;
    struct model_payment *payment = sale->payment;
    int64_t fewer = booking->quantity - quantity, price = price_of(booking, fewer);
    model_seats_take(model, sale, -fewer);
    if (booking->status == BOOKING_CONFIRMED) {
        booking->cancelled_quantity += fewer;
        payment->refunded_amount += price;
        if (price) payment->status = PAYMENT_PARTIALLY_REFUNDED;
    } else {
        booking->total_price -= price;
        payment->amount = booking->total_price;
    }
    if (price || booking->status != BOOKING_CONFIRMED) model_touch(model, ENTITY_payment, sale->payment_id);
    booking->quantity = quantity;
}

err model_booking_change(struct model *model, const struct request *request, int64_t id, int64_t quantity,
                         int64_t guest_name)
{
    struct model_sale sale = model_sale(model, id);
    struct model_booking *booking = sale.booking;
    bool counted = quantity != booking->quantity, paid = booking->status == BOOKING_CONFIRMED;
    if (guest_name && is_staff(request) && model_own(request, booking)) return ERR_STATE_CONFLICT;
    err e = OK;
    if (counted)
        e = paid ? returned_quantity(request, &sale, quantity) : held_quantity(model, request, &sale, quantity);
    if (e) return e;
    if (counted || guest_name != booking->guest_name || booking->deleted_at) model_touch(model, ENTITY_booking, id);
    if (counted) quantity_change(model, &sale, quantity);
    booking->guest_name = guest_name;
    booking->deleted_at = 0;
    return OK;
}

err rule_booking_update(struct model *model, const struct request *request, struct outcome *ret)
{
    struct model_booking *booking;
    err e = model_row_to_change(model, request, ENTITY_booking, true, &booking);
    if (e) return e;
    outcome_row(ret, ENTITY_booking, request->id);
    return model_booking_change(model, request, request->id, given_or(request, ARG_QUANTITY, booking->quantity),
                                given_or(request, ARG_GUEST, booking->guest_name));
}

/* --- end ---------------------------------------------------------------------------------------------------------- */

err rule_booking_cancel(struct model *model, const struct request *request, struct outcome *ret)
{
    struct model_booking *booking;
    err e = model_row_to_change(model, request, ENTITY_booking, false, &booking);
    if (e) return e;
    struct model_sale sale = model_sale(model, request->id);
    if (!model_live(booking)) return ERR_STATE_CONFLICT;
    bool started = sale.schedule->start_time <= model->now && !model_staff_of(request, booking);
    if (!being_cancelled(&sale) && (booking->checked_in_quantity || started)) return ERR_STATE_CONFLICT;
    model_booking_end_refunded(model, request->id);
    if (model->wrong == WRONG_REFUNDS && sale.payment->refunded_amount) sale.payment->refunded_amount--;
    outcome_row(ret, ENTITY_booking, request->id);
    return OK;
}

err rule_booking_delete(struct model *model, const struct request *request, struct outcome *ret)
{
    struct model_booking *booking;
    err e = model_row_to_change(model, request, ENTITY_booking, true, &booking);
    if (e) return e;
    if (model_live(booking)) return ERR_STATE_CONFLICT;
    booking->deleted_at = model->now;
    model_touch(model, ENTITY_booking, request->id);
    (void)ret;
    return OK;
}

err rule_booking_expire(struct model *model, const struct request *request, struct outcome *ret)
{
    (void)request;
    for (int64_t id = 1; id <= model->last[ENTITY_booking]; id++) {
        const struct model_booking *booking = model_get(model, ENTITY_booking, id);
        if (!booking || booking->status != BOOKING_PENDING || !model_hold_over(model, booking)) continue;
        model_booking_end_refunded(model, id);
        ((struct model_booking *)model_any(model, ENTITY_booking, id))->status = BOOKING_EXPIRED;
        ret->count++;
    }
    return OK;
}

/* --- check-in ----------------------------------------------------------------------------------------------------- */

static bool checkin_open(const struct model *model, const struct model_sale *sale)
{
    return !model_stopped(sale) && model->now >= sale->schedule->start_time - model->settings->checkin_before_ms &&
           model->now < sale->schedule->end_time + model->settings->checkin_after_ms;
}

err rule_checkin(struct model *model, const struct request *request, struct outcome *ret)
{
    struct model_booking *booking;
    err e = model_row_to_change(model, request, ENTITY_booking, false, &booking);
    if (e) return e;
    struct model_sale sale = model_sale(model, request->id);
    int64_t outside = booking->quantity - booking->checked_in_quantity;
    int64_t entering = given_or(request, ARG_QUANTITY, outside);
    if (entering > booking->quantity) return ERR_INVALID;
    if (model_own(request, booking) || booking->status != BOOKING_CONFIRMED || !checkin_open(model, &sale))
        return ERR_STATE_CONFLICT;
    if (entering == 0 || entering > outside) return ERR_STATE_CONFLICT;
    booking->checked_in_at = model->now;
    booking->checked_in_quantity += entering;
    model_touch(model, ENTITY_booking, request->id);
    outcome_row(ret, ENTITY_booking, request->id);
    return OK;
}

err rule_undo_checkin(struct model *model, const struct request *request, struct outcome *ret)
{
    struct model_booking *booking;
    err e = model_row_to_change(model, request, ENTITY_booking, false, &booking);
    if (e) return e;
    if (model_own(request, booking) || booking->status != BOOKING_CONFIRMED || !booking->checked_in_quantity)
        return ERR_STATE_CONFLICT;
    booking->checked_in_at = 0;
    booking->checked_in_quantity = 0;
    booking->checkin_undone = request->values[ARG_REASON];
    model_touch(model, ENTITY_booking, request->id);
    outcome_row(ret, ENTITY_booking, request->id);
    return OK;
}
