/* Schedules in the model: see model.h and rules.h. */
#include "rules.h"

#include <string.h>

static bool times_wrong(const struct model *model, const struct request *request, bool moved,
                        const struct model_schedule *draft)
{
    return draft->end_time < draft->start_time || (moved && !is_admin(request) && draft->start_time <= model->now);
}

static bool outside(const struct model_schedule *draft, const struct model_event *event)
{
    return draft->start_time < event->start_date || draft->end_time > event->end_date;
}

static err venue_fits(struct model *model, const struct model_schedule *draft, const struct model_event *event)
{
    const struct model_venue *venue = model_any(model, ENTITY_venue, event->venue_id);
    if (draft->end_time <= model->now) return OK;
    if (venue->deleted_at) return ERR_STATE_CONFLICT;
    return event->capacity > venue->capacity ? ERR_INVALID : OK;
}

static void event_extend(struct model *model, const struct model_schedule *schedule)
{
    struct model_event *event = model_any(model, ENTITY_event, schedule->event_id);
    if (!outside(schedule, event)) return;
    if (schedule->start_time < event->start_date) event->start_date = schedule->start_time;
    if (schedule->end_time > event->end_date) event->end_date = schedule->end_time;
    model_touch(model, ENTITY_event, schedule->event_id);
}

static void schedule_apply(const struct request *request, struct model_schedule *schedule)
{
    schedule->start_time = given_or(request, ARG_START_TIME, schedule->start_time);
    schedule->end_time = given_or(request, ARG_END_TIME, schedule->end_time);
    schedule->status = given_or(request, ARG_SCHEDULE_STATUS, schedule->status);
}

err rule_schedule_create(struct model *model, const struct request *request, struct outcome *ret)
{
    struct model_schedule draft = {.event_id = request->values[ARG_EVENT], .status = SCHEDULE_ACTIVE};
    schedule_apply(request, &draft);
    const struct model_event *event = model_get(model, ENTITY_event, draft.event_id);
    if (!event || times_wrong(model, request, true, &draft)) return ERR_INVALID;
    if (!request->follow && outside(&draft, event)) return ERR_INVALID;
    err e = venue_fits(model, &draft, event);
    if (e) return e;
    struct model_schedule *schedule = model_new(model, ENTITY_schedule, &ret->id);
    *schedule = draft;
    schedule->exists = 1;
    schedule->available_seats = event->capacity;
    if (draft.status == SCHEDULE_CANCELLED) schedule->cancelled_at = model->now;
    ret->entity = ENTITY_schedule;
    event_extend(model, schedule);
    return OK;
}

/* Guards of new times, and of undeleting. */
static err place_check(struct model *model, const struct request *request, int64_t id, struct model_schedule *draft)
{
    const struct model_schedule *schedule = model_any(model, ENTITY_schedule, id);
    const struct model_event *event = model_get(model, ENTITY_event, schedule->event_id);
    bool moved = draft->start_time != schedule->start_time;
    if (!event) return ERR_STATE_CONFLICT;
    if (times_wrong(model, request, moved, draft) || (!request->follow && outside(draft, event))) return ERR_INVALID;
    err e = venue_fits(model, draft, event);
    if (e) return e;
    if (moved && schedule->start_time <= model->now) return ERR_STATE_CONFLICT;
    if (model_end_crosses(event, schedule->end_time, draft->end_time)) return ERR_STATE_CONFLICT;
    if (!schedule->deleted_at || schedule->start_time <= model->now) return OK;
    draft->available_seats = event->capacity - model_booked_seats(model, id);
    return draft->available_seats < 0 ? ERR_STATE_CONFLICT : OK;
}

static err schedule_status(struct model *model, int64_t id, const struct model_schedule *schedule,
                           struct model_schedule *draft)
{
    if (draft->status == schedule->status) return OK;
    bool cancels = draft->status == SCHEDULE_CANCELLED;
    if (!cancels && model_ended_since(model, 0, id, schedule->cancelled_at)) return ERR_STATE_CONFLICT;
    draft->cancelled_at = cancels ? model->now : 0;
    draft->is_settled = 0;
    return OK;
}

err model_schedule_change(struct model *model, const struct request *request, int64_t id,
                          const struct model_schedule *changed)
{
    struct model_schedule *schedule = model_any(model, ENTITY_schedule, id), draft = *changed;
    bool moved = draft.start_time != schedule->start_time;
    bool placed = moved || draft.end_time != schedule->end_time || schedule->deleted_at;
    err e = placed ? place_check(model, request, id, &draft) : OK;
    if (!e && !placed && times_wrong(model, request, false, &draft)) e = ERR_INVALID;
    if (!e) e = schedule_status(model, id, schedule, &draft);
    if (e) return e;
    draft.deleted_at = 0;
    if (placed) event_extend(model, &draft);
    if (memcmp(&draft, schedule, sizeof(draft)) != 0) model_touch(model, ENTITY_schedule, id);
    *schedule = draft;
    return OK;
}

err rule_schedule_update(struct model *model, const struct request *request, struct outcome *ret)
{
    struct model_schedule *schedule, draft;
    err e = model_row_to_change(model, request, ENTITY_schedule, false, &schedule);
    if (e) return e;
    draft = *schedule;
    schedule_apply(request, &draft);
    outcome_row(ret, ENTITY_schedule, request->id);
    return model_schedule_change(model, request, request->id, &draft);
}

err rule_schedule_cancel(struct model *model, const struct request *request, struct outcome *ret)
{
    struct model_schedule *schedule, draft;
    err e = model_row_to_change(model, request, ENTITY_schedule, false, &schedule);
    if (e) return e;
    if (schedule->status == SCHEDULE_CANCELLED) return ERR_STATE_CONFLICT;
    draft = *schedule;
    draft.status = SCHEDULE_CANCELLED;
    outcome_row(ret, ENTITY_schedule, request->id);
    return model_schedule_change(model, request, request->id, &draft);
}

err rule_schedule_delete(struct model *model, const struct request *request, struct outcome *ret)
{
    struct model_schedule *schedule;
    int64_t siblings = 0;
    err e = model_row_to_change(model, request, ENTITY_schedule, false, &schedule);
    if (e) return e;
    EACH_SCHEDULE(model, id, other, schedule->event_id) siblings += !other->deleted_at;
    if (model_has_live_bookings(model, schedule->event_id, request->id) || siblings == 1) return ERR_STATE_CONFLICT;
    schedule->deleted_at = model->now;
    model_touch(model, ENTITY_schedule, request->id);
    (void)ret;
    return OK;
}
