/* Payments: see commands.h. Providers move the money outside of commands; these commands record the result in the
 * payment and its booking. The sandbox is a provider that always succeeds.
 *
 *     pending --pay--> paid --refund--> partiallyRefunded --refund of the rest--> refunded
 *        | \--fail--> failed --pay--> paid
 *        cancelled (with its booking, failed likewise) --pay, too late--> paid, or owed --refund--> refunded
 *
 * Money that arrives after the hold has expired is recorded by staff. While seats are left the booking gets them again
 * and is confirmed; otherwise, and if the booking was cancelled meanwhile, the money is owed to the person. */
#include "base/check.h"
#include "domain/apply.h"
#include "domain/changes.h"
#include "domain/commands.h"
#include "domain/method.h"
#include "domain/sale.h"

static bool payment_due(const struct payment *payment)
{
    return payment->status == PAYMENT_PENDING || payment->status == PAYMENT_FAILED;
}

/* The refusal of a command that requires another state of the payment. */
static err payment_conflict(struct unit *unit, const struct payment *payment)
{
    static const struct {
        enum conflict reason;
        const char *fact;
    } facts[payment_status_count] = {
        [PAYMENT_PENDING] = {CONFLICT_payment_pending, "The payment is pending"},
        [PAYMENT_PAID] = {CONFLICT_already_paid, "The payment was made"},
        [PAYMENT_FAILED] = {CONFLICT_payment_failed, "The payment failed"},
        [PAYMENT_REFUNDED] = {CONFLICT_already_refunded, "Everything was refunded"},
        [PAYMENT_PARTIALLY_REFUNDED] = {CONFLICT_already_paid, "The payment was made and partly refunded"},
        [PAYMENT_CANCELLED] = {CONFLICT_payment_cancelled, "The payment was cancelled with its booking"},
        [PAYMENT_OWED] = {CONFLICT_payment_owed, "The payment came too late and has to be refunded"},
    };
    return conflict(unit, facts[payment->status].reason, NULL, "%s", facts[payment->status].fact);
}

/* --- change and deletion ------------------------------------------------------------------------------------------ */

static err payment_sale(struct unit *unit, const struct payment *payment, struct sale *ret_sale)
{
    struct booking *booking;
    err e = unit_get_any(unit, ENTITY_booking, payment->booking_id, &booking);
    return e ? e : sale_load(unit, booking, ret_sale);
}

static void method_check(struct unit *unit, int64_t payment_method)
{
    if (method_of(payment_method)->hold == HOLD_NONE) {
        field_error(unit, FIELD_OF(payment, payment_method), "not_free",
                    "Only a booking that costs nothing can use this method");
    } else if (!method_available(unit, payment_method)) {
        field_error(unit, FIELD_OF(payment, payment_method), "not_available", "Payment method not available");
    }
}

/* Another method has another hold, from now on. A hold that the sale has meanwhile ended before stays as it is. */
static void hold_renew(struct unit *unit, const struct sale *sale, int64_t payment_method)
{
    if (!sale->schedule) return;
    int64_t end = method_hold_end(unit, payment_method, sales_end(sale->event, sale->schedule));
    if (end <= unit->now || end == sale->booking->expires_at) return;
    sale->booking->expires_at = end;
    unit_changed(unit, sale->booking);
}

err payment_change(struct unit *unit, void *row, const struct change *change, struct result *ret)
{
    struct payment *payment = row, *draft;
    struct sale sale;
    err e = draft_of(unit, payment, change, &draft);
    if (!e) e = payment_sale(unit, payment, &sale);
    if (e) return e;
    bool changed = draft->payment_method != payment->payment_method;
    if (changed) method_check(unit, draft->payment_method);
    e = errors(unit);
    if (!e && changed) e = sale_held(unit, &sale);
    if (!e && changed && !payment_due(payment)) e = payment_conflict(unit, payment);
    if (e) return e;
    if (changed) hold_renew(unit, &sale, draft->payment_method);
    draft_keep(unit, payment, draft);
    ret->row = &payment->row;
    return OK;
}

err payment_update(struct unit *unit, const struct input *input, struct result *ret)
{
    struct payment *payment;
    err e = input_row(unit, input, ENTITY_payment, &payment);
    return e ? e : payment_change(unit, payment, input->change, ret);
}

err payment_delete(struct unit *unit, const struct input *input, struct result *ret)
{
    struct payment *payment;
    struct booking *booking;
    err e = input_row(unit, input, ENTITY_payment, &payment);
    if (!e) e = unit_get_any(unit, ENTITY_booking, payment->booking_id, &booking);
    if (e) return e;
    if (!booking->deleted_at && booking_live(booking)) return booking_conflict(unit, booking);
    unit_delete(unit, payment);
    ret->row = NULL;
    return OK;
}

/* --- actions ------------------------------------------------------------------------------------------------------ */

/* Gets the payment input->id, for the actor to change, with the rest of its sale. */
static err action_sale(struct unit *unit, const struct input *input, struct sale *ret_sale)
{
    struct payment *payment;
    err e = unit_get_as_actor(unit, ENTITY_payment, input->id, ACTION_WRITE, &payment);
    return e ? e : payment_sale(unit, payment, ret_sale);
}

/* The provider confirms or fails a payment that customers make by themselves; staff do it for every method. */
static err outcome_allowed(const struct unit *unit, const struct payment *payment)
{
    return method_of(payment->payment_method)->by_customer || actor_is_staff(unit) ? OK : ERR_FORBIDDEN;
}

/* The one who pays is not the one who says that the money arrived. */
static err outcome_own_check(struct unit *unit, const struct sale *sale)
{
    return method_of(sale->payment->payment_method)->by_customer ? OK : own_check(unit, sale->booking);
}

/* Guards shared by paying and failing. */
static err outcome_sale(struct unit *unit, const struct input *input, struct sale *ret_sale)
{
    struct sale sale;
    err e = action_sale(unit, input, &sale);
    if (!e) e = outcome_allowed(unit, sale.payment);
    if (!e) e = input_match_given(input, &sale.payment->row);
    if (e) return e;
    *ret_sale = sale;
    return OK;
}

/* Guards of a payment for a booking that is still held, likewise shared. */
static err due_check(struct unit *unit, const struct sale *sale)
{
    if (sale->booking->status != BOOKING_PENDING) return booking_conflict(unit, sale->booking);
    if (!payment_due(sale->payment)) return payment_conflict(unit, sale->payment);
    if (method_available(unit, sale->payment->payment_method)) return OK;
    return conflict(unit, CONFLICT_method_not_available, FIELD_OF(payment, payment_method),
                    "The payment method is not available");
}

/* Staff may say when the money arrived. */
static err paid_at_check(struct unit *unit, const struct input *input, const struct booking *booking,
                         int64_t *ret_paid_at)
{
    const struct field *field = INPUT_FIELD_OF(pay_request, paid_at);
    int64_t paid_at = input->change ? INPUT_BODY(input, pay_request)->paid_at : 0;
    if (paid_at && !staff_of(unit, booking)) field_error(unit, field, "forbidden_field", "Only staff can set it");
    if (paid_at > unit->now) field_error(unit, field, "future", "Must not be in the future");
    *ret_paid_at = paid_at ? paid_at : unit->now;
    return errors(unit);
}

/* Whether the booking ended unpaid, so that money for it comes too late. */
static bool sale_missed(const struct sale *sale)
{
    bool ended = sale->booking->status == BOOKING_EXPIRED || sale->booking->status == BOOKING_CANCELLED;
    return ended && sale->payment->status == PAYMENT_CANCELLED && sale->payment->amount > 0;
}

/* Whether an expired booking can have its seats again. */
static bool seats_regained(const struct sale *sale)
{
    const struct booking *booking = sale->booking;
    if (booking->status != BOOKING_EXPIRED || booking->deleted_at || sale_stopped(sale) || !sale->schedule)
        return false;
    return !sale->schedule->deleted_at && sale->schedule->available_seats >= booking->quantity;
}

static void payment_confirm(struct unit *unit, const struct sale *sale, int64_t paid_at)
{
    bool missed = sale_missed(sale), owed = missed && !seats_regained(sale);
    sale->payment->status = owed ? PAYMENT_OWED : PAYMENT_PAID;
    sale->payment->payment_date = paid_at;
    unit_changed(unit, sale->payment);
    if (owed) return;
    sale->booking->status = BOOKING_CONFIRMED;
    sale->booking->expires_at = 0;
    unit_changed(unit, sale->booking);
    if (!missed) return;
    sale->schedule->available_seats -= sale->booking->quantity;
    unit_changed(unit, sale->schedule);
}

err payment_pay(struct unit *unit, const struct input *input, struct result *ret)
{
    struct sale sale;
    int64_t paid_at;
    err e = outcome_sale(unit, input, &sale);
    if (!e) e = paid_at_check(unit, input, sale.booking, &paid_at);
    if (e) return e;
    bool staff = staff_of(unit, sale.booking);
    if (!staff) e = sale_held(unit, &sale);
    if (!e) e = outcome_own_check(unit, &sale);
    if (e) return e;
    if (!staff || !sale_missed(&sale)) {
        e = due_check(unit, &sale);
        if (!e) e = sale_open(unit, &sale);
        if (e) return e;
    }
    payment_confirm(unit, &sale, paid_at);
    ret->row = &sale.payment->row;
    return OK;
}

err payment_fail(struct unit *unit, const struct input *input, struct result *ret)
{
    struct sale sale;
    err e = outcome_sale(unit, input, &sale);
    if (!e) e = sale_held(unit, &sale);
    if (!e) e = outcome_own_check(unit, &sale);
    if (!e) e = due_check(unit, &sale);
    if (e) return e;
    if (sale.payment->status != PAYMENT_PENDING) return payment_conflict(unit, sale.payment);
    sale.payment->status = PAYMENT_FAILED;
    unit_changed(unit, sale.payment);
    ret->row = &sale.payment->row;
    return OK;
}

/* --- refunds ------------------------------------------------------------------------------------------------------ */

/* The requested amount, or all that is not refunded yet. */
static int64_t refund_amount(const struct input *input, int64_t left)
{
    return INPUT_GIVES(input, refund_request, amount) ? INPUT_BODY(input, refund_request)->amount : left;
}

/* Refunding everything ends a confirmed booking, and is refused where cancelling it is. */
static err refund_check(struct unit *unit, const struct input *input, const struct sale *sale)
{
    const struct payment *payment = sale->payment;
    const struct booking *booking = sale->booking;
    int64_t left = payment->amount - payment->refunded_amount, amount = refund_amount(input, left);
    if (amount > left) {
        return problem_invalid(unit->problem, STR("/amount"), "too_large",
                               "Exceeds the amount that is not refunded yet");
    }
    err e = own_check(unit, booking);
    if (e || payment->status == PAYMENT_OWED) return e;
    if (payment->status != PAYMENT_PAID && payment->status != PAYMENT_PARTIALLY_REFUNDED)
        return payment_conflict(unit, payment);
    if (booking->status != BOOKING_CONFIRMED) return booking_conflict(unit, booking);
    if (left == 0) return conflict(unit, CONFLICT_nothing_due, FIELD_OF(payment, amount), "The booking costs nothing");
    return amount == left && booking_checked_in(booking) ? checked_in_conflict(unit, booking) : OK;
}

err payment_refund(struct unit *unit, const struct input *input, struct result *ret)
{
    struct sale sale;
    err e = action_sale(unit, input, &sale);
    if (!e) e = input_match_given(input, &sale.payment->row);
    if (!e) e = refund_check(unit, input, &sale);
    if (e) return e;
    struct payment *payment = sale.payment;
    payment->refunded_amount += refund_amount(input, payment->amount - payment->refunded_amount);
    bool all = payment->refunded_amount == payment->amount, owed = payment->status == PAYMENT_OWED;
    if (all)
        payment->status = PAYMENT_REFUNDED;
    else if (!owed)
        payment->status = PAYMENT_PARTIALLY_REFUNDED;
    unit_changed(unit, payment);
    if (all && !owed) sale_end(unit, &sale, BOOKING_REFUNDED);
    ret->row = &payment->row;
    return OK;
}
