/* What updating and restoring share: one function for each entity that checks a change of a row already found and makes
 * it. The guards of the update are so the guards of the restoration. */
#ifndef DOMAIN_CHANGES_H
#define DOMAIN_CHANGES_H

#include "domain/domain.h"

/* `row` is a struct of the entity. A deleted one comes back with the change. */
typedef err change_function(struct unit *unit, void *row, const struct change *change, struct result *ret);

MUST_CHECK change_function user_change, venue_change, event_change, schedule_change, category_change, booking_change,
    payment_change, support_ticket_change;

/* Whether this is an admin, and the only one: ERR_STATE_CONFLICT, because nobody could make another. */
MUST_CHECK err admin_last(struct unit *unit, const struct user *user);

#endif
