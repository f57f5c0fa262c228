/* What the rules of the model share; see model.h. Each rule is named after the operation that it decides. */
#ifndef SIMULATION_RULES_H
#define SIMULATION_RULES_H

#include "base/clock.h"
#include "operations.h"

/* --- rows --------------------------------------------------------------------------------------------------------- */

/* The row if it is not deleted. */
void *model_get(struct model *model, enum entity_id entity, int64_t id);

/* A new row with the next id. */
void *model_new(struct model *model, enum entity_id entity, int64_t *ret_id);

/* The running command changes the row. */
void model_touch(struct model *model, enum entity_id entity, int64_t id);

/* The row that an action of the request changes: ERR_NOT_FOUND if the actor may not see it, ERR_STALE_VERSION. With
 * `required`, ERR_VERSION_REQUIRED without If-Match. */
MUST_CHECK err model_row_to_change(struct model *model, const struct request *request, enum entity_id entity,
                                   bool required, void *ret_row);

bool model_visible(struct model *model, const struct request *request, enum entity_id entity, int64_t id);
err model_match(const struct request *request, const struct model_row *row);

static inline bool is_staff(const struct request *request)
{
    return request->role > ROLE_CUSTOMER;
}

static inline bool is_admin(const struct request *request)
{
    return request->role == ROLE_ADMIN || request->role == ROLE_SYSTEM;
}

/* The response contains this row. */
static inline void outcome_row(struct outcome *outcome, enum entity_id entity, int64_t id)
{
    outcome->entity = entity;
    outcome->id = id;
}

/* --- bookings ----------------------------------------------------------------------------------------------------- */

/* A booking with what belongs to it; there is always one of each. */
struct model_sale {
    int64_t booking_id, payment_id;
    struct model_booking *booking;
    struct model_payment *payment;
    struct model_event *event;
    struct model_schedule *schedule;
};
struct model_sale model_sale(struct model *model, int64_t booking_id);

/* Pending or confirmed: it has seats. */
bool model_live(const struct model_booking *booking);

/* The booking is the actor's own. Guests without an account are on that of the clerk. */
bool model_own(const struct request *request, const struct model_booking *booking);

/* The actor is staff, and the booking another one's. */
bool model_staff_of(const struct request *request, const struct model_booking *booking);

/* Nothing is sold or checked in any more. */
bool model_stopped(const struct model_sale *sale);

/* ERR_HOLD_EXPIRED if a pending booking is no longer held. */
err model_held(const struct model *model, const struct model_sale *sale);
bool model_hold_over(const struct model *model, const struct model_booking *booking);

int64_t model_sales_end(const struct model_event *event, const struct model_schedule *schedule);

/* When a hold that begins now ends. */
int64_t model_hold_end(const struct model *model, int64_t payment_method, int64_t sales_end);

/* Takes seats of the schedule, or gives them back. */
void model_seats_take(struct model *model, const struct model_sale *sale, int64_t seats);

/* Ends a live booking: its seats become available. */
void model_booking_end(struct model *model, int64_t id, int64_t status);
/* Likewise, and what was paid is refunded. */
void model_booking_end_refunded(struct model *model, int64_t id);

/* --- the changes of updates, which restoring also makes ------------------------------------------------------------
 */

err model_booking_change(struct model *model, const struct request *request, int64_t id, int64_t quantity,
                         int64_t guest_name);
err model_payment_change(struct model *model, int64_t id, int64_t payment_method);
err model_venue_change(struct model *model, int64_t id, int64_t capacity);
err model_category_change(struct model *model, int64_t id, int64_t name);
err model_event_change(struct model *model, const struct request *request, int64_t id, const struct model_event *draft);
err model_schedule_change(struct model *model, const struct request *request, int64_t id,
                          const struct model_schedule *draft);

/* --- the catalogue ------------------------------------------------------------------------------------------------ */

/* Runs the statement for each schedule of an event, deleted ones too, and for each booking that is not deleted. */
#define EACH_SCHEDULE(model, id, schedule, event)                                                                      \
    for (int64_t id = 1; id <= (model)->last[ENTITY_schedule]; id++)                                                   \
        for (struct model_schedule *schedule = model_any(model, ENTITY_schedule, id);                                  \
             schedule && schedule->event_id == (event); schedule = NULL)
#define EACH_BOOKING(model, id, booking)                                                                               \
    for (int64_t id = 1; id <= (model)->last[ENTITY_booking]; id++)                                                    \
        for (struct model_booking *booking = model_get(model, ENTITY_booking, id); booking; booking = NULL)

/* Whether bookings are live at schedules that have not ended; of one schedule unless that is 0. */
bool model_has_live_bookings(struct model *model, int64_t event_id, int64_t schedule_id);

/* Seats of live bookings. */
int64_t model_booked_seats(struct model *model, int64_t schedule_id);

/* Whether bookings of the event, or else of the schedule, were ended since. */
bool model_ended_since(struct model *model, int64_t event_id, int64_t schedule_id, int64_t since);

/* Whether the end of a schedule would move across the time at which its event was cancelled. */
bool model_end_crosses(const struct model_event *event, int64_t end, int64_t new_end);

#endif
