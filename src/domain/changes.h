/* Shared by update and restore: for each entity, one function that checks and applies a change to a row. So restoring a
 * version has the same guards as an update. */
#ifndef DOMAIN_CHANGES_H
#define DOMAIN_CHANGES_H

#include "domain/domain.h"

/* `row` is a struct of the entity. A deleted row is undeleted by the change. */
typedef err change_function(struct unit *unit, void *row, const struct change *change, struct result *ret);

MUST_CHECK change_function user_change, venue_change, event_change, schedule_change, category_change, booking_change,
    payment_change, support_ticket_change;

/* ERR_STATE_CONFLICT if the schedule has started; `field` is the one that would move it. */
MUST_CHECK err schedule_not_started(struct unit *unit, const struct schedule *schedule, const struct field *field);

/* ERR_STATE_CONFLICT if the user is the only admin, because no other user could create one. */
MUST_CHECK err admin_last(struct unit *unit, const struct user *user);

#endif
