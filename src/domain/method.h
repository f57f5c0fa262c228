/* Payment methods: what the rules of selling and paying depend on, one row for each value of payment_method. */
#ifndef DOMAIN_METHOD_H
#define DOMAIN_METHOD_H

#include "domain/domain.h"

/* How long seats are held for the payment, and never longer than they are on sale. */
enum hold {
    HOLD_NONE,     /* nothing is due */
    HOLD_ONLINE,   /* the setting hold_ms */
    HOLD_TRANSFER, /* the setting hold_transfer_ms */
    HOLD_DOOR,     /* until sales end */
};

struct method {
    enum hold hold;
    bool by_customer; /* customers pay by themselves, so they get a payUrl; otherwise staff record the money */
    bool staff_only;  /* only staff can book with it */
};

const struct method *method_of(int64_t payment_method);

/* Whether the payment method is available: the sandbox can be disabled by a setting. */
bool method_available(const struct unit *unit, int64_t payment_method);

/* When a hold that begins now ends; `sales_end` as in sale.h. */
int64_t method_hold_end(const struct unit *unit, int64_t payment_method, int64_t sales_end);

#endif
