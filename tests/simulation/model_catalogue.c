/* Venues and categories in the model, and what cancelled events and schedules lead to: see model.h and rules.h. */
#include "rules.h"

/* --- venues ------------------------------------------------------------------------------------------------------- */

/* Whether a schedule that has not ended has more seats than that. */
static bool schedule_above(struct model *model, int64_t venue_id, int64_t capacity)
{
    for (int64_t id = 1; id <= model->last[ENTITY_schedule]; id++) {
        const struct model_schedule *schedule = model_get(model, ENTITY_schedule, id);
        const struct model_event *event = schedule ? model_get(model, ENTITY_event, schedule->event_id) : NULL;
        if (event && event->venue_id == venue_id && event->capacity > capacity && schedule->end_time > model->now)
            return true;
    }
    return false;
}

err rule_venue_create(struct model *model, const struct request *request, struct outcome *ret)
{
    struct model_venue *venue = model_new(model, ENTITY_venue, &ret->id);
    venue->capacity = request->values[ARG_CAPACITY];
    ret->entity = ENTITY_venue;
    return OK;
}

err model_venue_change(struct model *model, int64_t id, int64_t capacity)
{
    struct model_venue *venue = model_any(model, ENTITY_venue, id);
    if (capacity < venue->capacity && schedule_above(model, id, capacity)) return ERR_INVALID;
    if (capacity != venue->capacity || venue->deleted_at) model_touch(model, ENTITY_venue, id);
    venue->capacity = capacity;
    venue->deleted_at = 0;
    return OK;
}

err rule_venue_update(struct model *model, const struct request *request, struct outcome *ret)
{
    struct model_venue *venue;
    err e = model_row_to_change(model, request, ENTITY_venue, false, &venue);
    if (e) return e;
    outcome_row(ret, ENTITY_venue, request->id);
    return model_venue_change(model, request->id, given_or(request, ARG_CAPACITY, venue->capacity));
}

err rule_venue_delete(struct model *model, const struct request *request, struct outcome *ret)
{
    struct model_venue *venue;
    err e = model_row_to_change(model, request, ENTITY_venue, false, &venue);
    if (e) return e;
    if (schedule_above(model, request->id, 0)) return ERR_STATE_CONFLICT;
    venue->deleted_at = model->now;
    model_touch(model, ENTITY_venue, request->id);
    (void)ret;
    return OK;
}

/* --- bookings of events and schedules ----------------------------------------------------------------------------- */

static bool counts_as_live(const struct model *model, const struct model_booking *booking)
{
    return booking->status == BOOKING_CONFIRMED ||
           (booking->status == BOOKING_PENDING && booking->expires_at > model->now);
}

/* Bookings that are live at schedules that have not ended; of one schedule unless that is 0. */
bool model_has_live_bookings(struct model *model, int64_t event_id, int64_t schedule_id)
{
    EACH_BOOKING(model, id, booking)
    {
        const struct model_schedule *schedule = model_any(model, ENTITY_schedule, booking->schedule_id);
        if (booking->event_id != event_id || (schedule_id && booking->schedule_id != schedule_id)) continue;
        if (counts_as_live(model, booking) && schedule->end_time > model->now) return true;
    }
    return false;
}

int64_t model_booked_seats(struct model *model, int64_t schedule_id)
{
    int64_t seats = 0;
    EACH_BOOKING(model, id, booking)
    {
        if (booking->schedule_id == schedule_id && model_live(booking)) seats += booking->quantity;
    }
    return seats;
}

/* Whether bookings of the event or the schedule have been ended since. */
bool model_ended_since(struct model *model, int64_t event_id, int64_t schedule_id, int64_t since)
{
    EACH_BOOKING(model, id, booking)
    {
        bool concerned = event_id ? booking->event_id == event_id : booking->schedule_id == schedule_id;
        bool ended = booking->status == BOOKING_CANCELLED || booking->status == BOOKING_REFUNDED;
        if (concerned && ended && booking->updated_at >= since) return true;
    }
    return false;
}

/* --- settling ----------------------------------------------------------------------------------------------------- */

/* Ends the live bookings of a cancelled event; those of schedules that had ended before stay. */
static int64_t event_settle(struct model *model, int64_t event_id, struct model_event *event)
{
    int64_t count = 0;
    EACH_BOOKING(model, id, booking)
    {
        const struct model_schedule *schedule = model_any(model, ENTITY_schedule, booking->schedule_id);
        if (booking->event_id != event_id || !model_live(booking) || schedule->end_time <= event->cancelled_at)
            continue;
        model_booking_end_refunded(model, id);
        count++;
    }
    event->is_settled = 1;
    model_touch(model, ENTITY_event, event_id);
    return count;
}

static int64_t schedule_settle(struct model *model, int64_t schedule_id, struct model_schedule *schedule)
{
    int64_t count = 0;
    EACH_BOOKING(model, id, booking)
    {
        if (booking->schedule_id != schedule_id || !model_live(booking)) continue;
        model_booking_end_refunded(model, id);
        count++;
    }
    schedule->is_settled = 1;
    model_touch(model, ENTITY_schedule, schedule_id);
    return count;
}

/* Schedules have a run of their own, when no event is left. */
err rule_settle(struct model *model, const struct request *request, struct outcome *ret)
{
    int64_t events = 0;
    (void)request;
    for (int64_t id = 1; id <= model->last[ENTITY_event]; id++) {
        struct model_event *event = model_any(model, ENTITY_event, id);
        if (event->status != EVENT_CANCELLED || event->is_settled) continue;
        ret->count += event_settle(model, id, event);
        events++;
    }
    for (int64_t id = 1; events == 0 && id <= model->last[ENTITY_schedule]; id++) {
        struct model_schedule *schedule = model_any(model, ENTITY_schedule, id);
        if (schedule->status != SCHEDULE_CANCELLED || schedule->is_settled) continue;
        ret->count += schedule_settle(model, id, schedule);
    }
    return OK;
}

/* --- categories --------------------------------------------------------------------------------------------------- */

static bool name_taken(struct model *model, int64_t event_id, int64_t name, int64_t except)
{
    for (int64_t id = 1; id <= model->last[ENTITY_event_category]; id++) {
        const struct model_event_category *other = model_get(model, ENTITY_event_category, id);
        if (other && id != except && other->event_id == event_id && other->name == name) return true;
    }
    return false;
}

err rule_category_create(struct model *model, const struct request *request, struct outcome *ret)
{
    int64_t event_id = request->values[ARG_EVENT], name = request->values[ARG_NAME];
    if (!model_get(model, ENTITY_event, event_id)) return ERR_INVALID;
    if (name_taken(model, event_id, name, 0)) return ERR_DUPLICATE;
    struct model_event_category *category = model_new(model, ENTITY_event_category, &ret->id);
    category->event_id = event_id;
    category->name = name;
    ret->entity = ENTITY_event_category;
    return OK;
}

err model_category_change(struct model *model, int64_t id, int64_t name)
{
    struct model_event_category *category = model_any(model, ENTITY_event_category, id);
    bool changes = name != category->name || category->deleted_at;
    if (category->deleted_at && !model_get(model, ENTITY_event, category->event_id)) return ERR_STATE_CONFLICT;
    if (changes && name_taken(model, category->event_id, name, id)) return ERR_DUPLICATE;
    if (changes) model_touch(model, ENTITY_event_category, id);
    category->name = name;
    category->deleted_at = 0;
    return OK;
}

err rule_category_update(struct model *model, const struct request *request, struct outcome *ret)
{
    struct model_event_category *category;
    err e = model_row_to_change(model, request, ENTITY_event_category, false, &category);
    if (e) return e;
    outcome_row(ret, ENTITY_event_category, request->id);
    return model_category_change(model, request->id, given_or(request, ARG_NAME, category->name));
}

err rule_category_delete(struct model *model, const struct request *request, struct outcome *ret)
{
    struct model_event_category *category;
    err e = model_row_to_change(model, request, ENTITY_event_category, false, &category);
    if (e) return e;
    category->deleted_at = model->now;
    model_touch(model, ENTITY_event_category, request->id);
    (void)ret;
    return OK;
}
