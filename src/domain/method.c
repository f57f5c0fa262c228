/* See method.h. */
#include "domain/method.h"

#include "base/check.h"

static const struct method methods[payment_method_count] = {
    [METHOD_FREE] = {.hold = HOLD_NONE},
    [METHOD_SANDBOX] = {.hold = HOLD_ONLINE, .by_customer = true},
    [METHOD_CASH] = {.hold = HOLD_DOOR},
    [METHOD_BANKTRANSFER] = {.hold = HOLD_TRANSFER},
    [METHOD_COMPLIMENTARY] = {.hold = HOLD_NONE, .staff_only = true},
};

const struct method *method_of(int64_t payment_method)
{
    CHECK(payment_method >= 0 && payment_method < payment_method_count);
    return &methods[payment_method];
}

bool method_available(const struct unit *unit, int64_t payment_method)
{
    return payment_method != METHOD_SANDBOX || unit->settings->sandbox;
}

int64_t method_hold_end(const struct unit *unit, int64_t payment_method, int64_t sales_end)
{
    enum hold hold = method_of(payment_method)->hold;
    CHECK(hold != HOLD_NONE);
    if (hold == HOLD_DOOR) return sales_end;
    int64_t end = unit->now + (hold == HOLD_TRANSFER ? unit->settings->hold_transfer_ms : unit->settings->hold_ms);
    return end < sales_end ? end : sales_end;
}
