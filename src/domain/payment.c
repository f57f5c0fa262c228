/* Payments: see commands.h. Providers move the money outside of commands; these commands record the result in the
 * payment and its booking. The sandbox is a provider that always succeeds.
 *
 *     pending --pay--> paid --refund--> partiallyRefunded --refund of the rest--> refunded
 *        | \--fail--> failed --pay--> paid
 *        cancelled (with its booking, failed likewise) */
#include "base/check.h"
#include "domain/apply.h"
#include "domain/changes.h"
#include "domain/commands.h"
#include "domain/sale.h"

static bool payment_due(const struct payment *payment)
{
    return payment->status == PAYMENT_PENDING || payment->status == PAYMENT_FAILED;
}

/* --- change and deletion ------------------------------------------------------------------------------------------ */

err payment_change(struct unit *unit, void *row, const struct change *change, struct result *ret)
{
    struct payment *payment = row, *draft;
    err e = draft_of(unit, payment, change, &draft);
    if (e) return e;
    bool changed = draft->payment_method != payment->payment_method;
    if (changed && draft->payment_method == METHOD_FREE) {
        field_error(unit, FIELD_OF(payment, payment_method), "not_free",
                    "Only a booking that costs nothing can use this method");
    }
    if (changed && !method_available(unit, draft->payment_method)) {
        field_error(unit, FIELD_OF(payment, payment_method), "not_available", "Payment method not available");
    }
    e = errors(unit);
    if (e) return e;
    if (changed && !payment_due(payment)) return ERR_STATE_CONFLICT;
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
    if (!booking->deleted_at && booking_live(booking)) return ERR_STATE_CONFLICT;
    unit_delete(unit, payment);
    ret->row = NULL;
    return OK;
}

/* --- actions ------------------------------------------------------------------------------------------------------ */

/* Gets the payment input->id, for the actor to change, with its booking and schedule. */
static err action_sale(struct unit *unit, const struct input *input, struct sale *ret_sale)
{
    struct payment *payment;
    struct booking *booking;
    err e = unit_get_as_actor(unit, ENTITY_payment, input->id, ACTION_WRITE, &payment);
    if (!e) e = unit_get_any(unit, ENTITY_booking, payment->booking_id, &booking);
    return e ? e : sale_load(unit, booking, ret_sale);
}

/* The provider confirms or fails a payment; for methods without one, staff do. */
static err outcome_allowed(const struct unit *unit, const struct payment *payment)
{
    return payment->payment_method == METHOD_SANDBOX || actor_is_staff(unit) ? OK : ERR_FORBIDDEN;
}

/* Guards shared by paying and failing. */
static err outcome_check(struct unit *unit, const struct input *input, struct sale *ret_sale)
{
    struct sale sale;
    err e = action_sale(unit, input, &sale);
    if (!e) e = outcome_allowed(unit, sale.payment);
    if (!e) e = input_match_given(input, &sale.payment->row);
    if (!e) e = sale_held(unit, &sale);
    if (e) return e;
    if (sale.booking->status != BOOKING_PENDING) return ERR_STATE_CONFLICT;
    if (!payment_due(sale.payment)) return ERR_STATE_CONFLICT;
    if (!method_available(unit, sale.payment->payment_method)) return ERR_STATE_CONFLICT;
    *ret_sale = sale;
    return OK;
}

err payment_pay(struct unit *unit, const struct input *input, struct result *ret)
{
    struct sale sale;
    err e = outcome_check(unit, input, &sale);
    if (!e) e = sale_open(unit, &sale);
    if (e) return e;
    sale.payment->status = PAYMENT_PAID;
    sale.payment->payment_date = unit->now;
    unit_changed(unit, sale.payment);
    sale.booking->status = BOOKING_CONFIRMED;
    sale.booking->expires_at = 0;
    unit_changed(unit, sale.booking);
    ret->row = &sale.payment->row;
    return OK;
}

err payment_fail(struct unit *unit, const struct input *input, struct result *ret)
{
    struct sale sale;
    err e = outcome_check(unit, input, &sale);
    if (e) return e;
    if (sale.payment->status != PAYMENT_PENDING) return ERR_STATE_CONFLICT;
    sale.payment->status = PAYMENT_FAILED;
    unit_changed(unit, sale.payment);
    ret->row = &sale.payment->row;
    return OK;
}

/* The requested amount, or all that is not refunded yet. */
static int64_t refund_amount(const struct input *input, int64_t left)
{
    if (!input->change) return left;
    int64_t amount = INPUT_BODY(input, refund_request)->amount;
    return amount ? amount : left;
}

static err refund_check(struct unit *unit, const struct input *input, const struct sale *sale)
{
    const struct payment *payment = sale->payment;
    int64_t left = payment->amount - payment->refunded_amount;
    err e = input_match_given(input, &payment->row);
    if (e) return e;
    if (refund_amount(input, left) > left) {
        return problem_invalid(unit->problem, STR("/amount"), "too_large",
                               "Exceeds the amount that is not refunded yet");
    }
    if (payment->status != PAYMENT_PAID && payment->status != PAYMENT_PARTIALLY_REFUNDED) return ERR_STATE_CONFLICT;
    if (sale->booking->status != BOOKING_CONFIRMED) return ERR_STATE_CONFLICT;
    return left > 0 ? OK : ERR_STATE_CONFLICT;
}

err payment_refund(struct unit *unit, const struct input *input, struct result *ret)
{
    struct sale sale;
    err e = action_sale(unit, input, &sale);
    if (!e) e = refund_check(unit, input, &sale);
    if (e) return e;
    struct payment *payment = sale.payment;
    payment->refunded_amount += refund_amount(input, payment->amount - payment->refunded_amount);
    bool all = payment->refunded_amount == payment->amount;
    payment->status = all ? PAYMENT_REFUNDED : PAYMENT_PARTIALLY_REFUNDED;
    unit_changed(unit, payment);
    if (all) sale_end(unit, &sale, BOOKING_REFUNDED);
    ret->row = &payment->row;
    return OK;
}
