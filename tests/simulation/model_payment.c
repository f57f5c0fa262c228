/* Payments in the model: see model.h and rules.h. */
#include "rules.h"

static bool due(const struct model_payment *payment)
{
    return payment->status == PAYMENT_PENDING || payment->status == PAYMENT_FAILED;
}

/* The sale of the payment in the path, which the actor may see. */
static err payment_sale(struct model *model, const struct request *request, struct model_sale *ret_sale)
{
    const struct model_payment *payment = model_get(model, ENTITY_payment, request->id);
    if (!model_visible(model, request, ENTITY_payment, request->id)) return ERR_NOT_FOUND;
    *ret_sale = model_sale(model, payment->booking_id);
    return OK;
}

/* Money that customers do not move by themselves is recorded by staff. */
static err outcome_sale(struct model *model, const struct request *request, struct model_sale *ret_sale)
{
    err e = payment_sale(model, request, ret_sale);
    if (e) return e;
    if (ret_sale->payment->payment_method != METHOD_SANDBOX && !is_staff(request)) return ERR_FORBIDDEN;
    return model_match(request, (const struct model_row *)ret_sale->payment);
}

static bool records_own(const struct request *request, const struct model_sale *sale)
{
    return sale->payment->payment_method != METHOD_SANDBOX && model_own(request, sale->booking);
}

static bool payable(const struct model_sale *sale)
{
    return sale->booking->status == BOOKING_PENDING && due(sale->payment);
}

/* It ended unpaid, and the money comes all the same. */
static bool missed(const struct model_sale *sale)
{
    bool ended = sale->booking->status == BOOKING_EXPIRED || sale->booking->status == BOOKING_CANCELLED;
    return ended && sale->payment->status == PAYMENT_CANCELLED && sale->payment->amount > 0;
}

static bool seats_again(const struct model_sale *sale)
{
    return sale->booking->status == BOOKING_EXPIRED && !sale->booking->deleted_at && !model_stopped(sale) &&
           !sale->schedule->deleted_at && sale->schedule->available_seats >= sale->booking->quantity;
}

static err pay_check(struct model *model, const struct request *request, const struct model_sale *sale)
{
    bool staff = model_staff_of(request, sale->booking);
    if (gives(request, ARG_PAID_AT) && (!staff || request->values[ARG_PAID_AT] > model->now)) return ERR_INVALID;
    err e = staff ? OK : model_held(model, sale);
    if (e) return e;
    if (records_own(request, sale)) return ERR_STATE_CONFLICT;
    if (staff && missed(sale)) return OK;
    return payable(sale) && !model_stopped(sale) ? OK : ERR_STATE_CONFLICT;
}

err rule_pay(struct model *model, const struct request *request, struct outcome *ret)
{
    struct model_sale sale;
    err e = outcome_sale(model, request, &sale);
    if (!e) e = pay_check(model, request, &sale);
    if (e) return e;
    bool late = missed(&sale), owed = late && !seats_again(&sale);
    sale.payment->payment_date = given_or(request, ARG_PAID_AT, model->now);
    sale.payment->status = owed ? PAYMENT_OWED : PAYMENT_PAID;
    model_touch(model, ENTITY_payment, sale.payment_id);
    outcome_row(ret, ENTITY_payment, sale.payment_id);
    if (owed) return OK;
    sale.booking->status = BOOKING_CONFIRMED;
    sale.booking->expires_at = 0;
    model_touch(model, ENTITY_booking, sale.booking_id);
    if (late) model_seats_take(model, &sale, sale.booking->quantity);
    return OK;
}

err rule_fail(struct model *model, const struct request *request, struct outcome *ret)
{
    struct model_sale sale;
    err e = outcome_sale(model, request, &sale);
    if (!e) e = model_held(model, &sale);
    if (e) return e;
    if (records_own(request, &sale) || !payable(&sale) || sale.payment->status != PAYMENT_PENDING)
        return ERR_STATE_CONFLICT;
    sale.payment->status = PAYMENT_FAILED;
    model_touch(model, ENTITY_payment, sale.payment_id);
    outcome_row(ret, ENTITY_payment, sale.payment_id);
    return OK;
}

static err refund_check(const struct request *request, const struct model_sale *sale, int64_t amount, int64_t left)
{
    const struct model_payment *payment = sale->payment;
    bool paid = payment->status == PAYMENT_PAID || payment->status == PAYMENT_PARTIALLY_REFUNDED;
    if (amount > left) return ERR_INVALID;
    if (model_own(request, sale->booking)) return ERR_STATE_CONFLICT;
    if (payment->status == PAYMENT_OWED) return OK;
    if (!paid || sale->booking->status != BOOKING_CONFIRMED || left == 0) return ERR_STATE_CONFLICT;
    return amount == left && sale->booking->checked_in_quantity ? ERR_STATE_CONFLICT : OK;
}

err rule_refund(struct model *model, const struct request *request, struct outcome *ret)
{
    struct model_sale sale;
    err e = payment_sale(model, request, &sale);
    if (!e) e = model_match(request, (const struct model_row *)sale.payment);
    if (e) return e;
    struct model_payment *payment = sale.payment;
    int64_t left = payment->amount - payment->refunded_amount, amount = given_or(request, ARG_AMOUNT, left);
    bool owed = payment->status == PAYMENT_OWED;
    e = refund_check(request, &sale, amount, left);
    if (e) return e;
    payment->refunded_amount += amount;
    if (!owed) payment->status = PAYMENT_PARTIALLY_REFUNDED;
    if (amount == left) payment->status = PAYMENT_REFUNDED;
    model_touch(model, ENTITY_payment, sale.payment_id);
    if (amount == left && !owed) model_booking_end(model, sale.booking_id, BOOKING_REFUNDED);
    outcome_row(ret, ENTITY_payment, sale.payment_id);
    return OK;
}

err model_payment_change(struct model *model, int64_t id, int64_t payment_method)
{
    struct model_payment *payment = model_any(model, ENTITY_payment, id);
    struct model_sale sale = model_sale(model, payment->booking_id);
    if (payment_method != payment->payment_method) {
        if (payment_method == METHOD_FREE || payment_method == METHOD_COMPLIMENTARY) return ERR_INVALID;
        err e = model_held(model, &sale);
        if (e) return e;
        if (!due(payment)) return ERR_STATE_CONFLICT;
        int64_t end = model_hold_end(model, payment_method, model_sales_end(sale.event, sale.schedule));
        if (end > model->now && end != sale.booking->expires_at) {
            sale.booking->expires_at = end;
            model_touch(model, ENTITY_booking, sale.booking_id);
        }
    }
    if (payment_method != payment->payment_method || payment->deleted_at) model_touch(model, ENTITY_payment, id);
    payment->payment_method = payment_method;
    payment->deleted_at = 0;
    return OK;
}

err rule_payment_update(struct model *model, const struct request *request, struct outcome *ret)
{
    struct model_payment *payment;
    err e = model_row_to_change(model, request, ENTITY_payment, true, &payment);
    if (e) return e;
    outcome_row(ret, ENTITY_payment, request->id);
    return model_payment_change(model, request->id, given_or(request, ARG_METHOD, payment->payment_method));
}

err rule_payment_delete(struct model *model, const struct request *request, struct outcome *ret)
{
    struct model_payment *payment;
    err e = model_row_to_change(model, request, ENTITY_payment, true, &payment);
    if (e) return e;
    const struct model_booking *booking = model_any(model, ENTITY_booking, payment->booking_id);
    if (!booking->deleted_at && model_live(booking)) return ERR_STATE_CONFLICT;
    payment->deleted_at = model->now;
    model_touch(model, ENTITY_payment, request->id);
    (void)ret;
    return OK;
}
