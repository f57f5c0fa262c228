/* Events in the model: see model.h and rules.h. An event and its schedules change together. */
#include "rules.h"

#include <string.h>

static bool dates_wrong(const struct model *model, const struct request *request, const struct model_event *before,
                        const struct model_event *draft)
{
    bool moved = !before || draft->start_date != before->start_date;
    if (draft->end_date < draft->start_date) return true;
    if (moved && !is_admin(request) && draft->start_date <= model->now) return true;
    return draft->sales_end && draft->sales_end <= draft->sales_start;
}

static void event_apply(const struct request *request, struct model_event *event)
{
    event->price = given_or(request, ARG_PRICE, event->price);
    event->capacity = given_or(request, ARG_CAPACITY, event->capacity);
    event->max_seats_per_person = given_or(request, ARG_MAX_SEATS, event->max_seats_per_person);
    event->verified_only = given_or(request, ARG_VERIFIED_ONLY, event->verified_only);
    event->start_date = given_or(request, ARG_START_DATE, event->start_date);
    event->end_date = given_or(request, ARG_END_DATE, event->end_date);
    event->venue_id = given_or(request, ARG_VENUE, event->venue_id);
    event->status = given_or(request, ARG_EVENT_STATUS, event->status);
    event->sales_start = given_or(request, ARG_SALES_START, event->sales_start);
    event->sales_end = given_or(request, ARG_SALES_END, event->sales_end);
}

static void default_schedule(struct model *model, int64_t event_id, const struct model_event *event)
{
    struct model_schedule *schedule = model_new(model, ENTITY_schedule, NULL);
    schedule->event_id = event_id;
    schedule->start_time = event->start_date;
    schedule->end_time = event->end_date;
    schedule->available_seats = event->capacity;
    schedule->status = SCHEDULE_ACTIVE;
}

err rule_event_create(struct model *model, const struct request *request, struct outcome *ret)
{
    struct model_event draft = {.status = EVENT_PUBLISHED, .max_seats_per_person = 10};
    event_apply(request, &draft);
    const struct model_venue *venue = model_get(model, ENTITY_venue, draft.venue_id);
    if (!venue || draft.capacity > venue->capacity || dates_wrong(model, request, NULL, &draft)) return ERR_INVALID;
    if (draft.status == EVENT_CANCELLED) draft.cancelled_at = model->now;
    struct model_event *event = model_new(model, ENTITY_event, &ret->id);
    *event = draft;
    event->exists = 1;
    ret->entity = ENTITY_event;
    default_schedule(model, ret->id, event);
    return OK;
}

/* A change of an event with what becomes of its schedules. */
struct event_plan {
    int64_t id;
    struct model_event *event;
    struct model_event draft;
    bool follow, automatic, undeletes;
    struct model_schedule after[SCHEDULES_MAX]; /* by id, where `exists` */
    size_t count;
};

/* The schedules that the change concerns: those of the event, or those that were deleted with it. */
static void plan_schedules(struct model *model, struct event_plan *plan)
{
    int64_t only = 0;
    EACH_SCHEDULE(model, id, schedule, plan->id)
    {
        if (schedule->deleted_at != plan->event->deleted_at) continue;
        plan->after[id] = *schedule;
        plan->count++;
        only = id;
    }
    const struct model_schedule *first = &plan->after[only];
    plan->automatic = plan->count == 1 && !plan->undeletes && first->start_time == plan->event->start_date &&
                      first->end_time == plan->event->end_date;
}

static void plan_times(const struct model *model, struct event_plan *plan, struct model_schedule *after)
{
    int64_t shift = plan->follow ? plan->draft.start_date - plan->event->start_date : 0;
    if (after->start_time <= model->now) shift = 0;
    after->start_time = plan->automatic ? plan->draft.start_date : after->start_time + shift;
    after->end_time = plan->automatic ? plan->draft.end_date : after->end_time + shift;
}

/* Whether the new dates exclude a schedule that is moved, or that they included so far. */
static bool plan_excludes(const struct event_plan *plan, const struct model_schedule *before,
                          const struct model_schedule *after)
{
    const struct model_event *event = plan->event, *draft = &plan->draft;
    bool moved = after->start_time != before->start_time;
    bool early = after->start_time < draft->start_date && (moved || before->start_time >= event->start_date);
    bool late = after->end_time > draft->end_date && (moved || before->end_time <= event->end_date);
    return early || late;
}

/* Whether the schedules can be as planned. */
static bool plan_schedules_fit(struct model *model, struct event_plan *plan)
{
    plan_schedules(model, plan);
    for (int64_t id = 1; id <= model->last[ENTITY_schedule]; id++) {
        struct model_schedule *after = &plan->after[id], before = *after;
        if (!after->exists) continue;
        plan_times(model, plan, after);
        if (before.start_time > model->now && plan->undeletes)
            after->available_seats = plan->draft.capacity - model_booked_seats(model, id);
        else if (before.start_time > model->now)
            after->available_seats += plan->draft.capacity - plan->event->capacity;
        if (after->available_seats < 0 || plan_excludes(plan, &before, after)) return false;
    }
    return true;
}

static bool takes_place_again(const struct model *model, const struct event_plan *plan)
{
    const struct model_event *event = plan->event, *draft = &plan->draft;
    bool dates = draft->start_date != event->start_date || draft->end_date != event->end_date;
    return plan->undeletes || (dates && draft->end_date > model->now);
}

static err plan_values(struct model *model, const struct request *request, struct event_plan *plan)
{
    const struct model_event *event = plan->event, *draft = &plan->draft;
    bool elsewhere = draft->venue_id != event->venue_id;
    const struct model_venue *venue = model_any(model, ENTITY_venue, draft->venue_id);
    if (elsewhere && !model_get(model, ENTITY_venue, draft->venue_id)) return ERR_INVALID;
    bool sized = elsewhere || draft->capacity != event->capacity || takes_place_again(model, plan);
    if (sized && draft->capacity > venue->capacity) return ERR_INVALID;
    if (!plan_schedules_fit(model, plan)) return ERR_INVALID;
    return dates_wrong(model, request, event, draft) ? ERR_INVALID : OK;
}

bool model_end_crosses(const struct model_event *event, int64_t end, int64_t new_end)
{
    return event->status == EVENT_CANCELLED && (end <= event->cancelled_at) != (new_end <= event->cancelled_at);
}

/* Whether that is so of a schedule while the event stays cancelled. */
static bool plan_ends_cross(struct model *model, const struct event_plan *plan)
{
    if (plan->draft.status != EVENT_CANCELLED) return false;
    for (int64_t id = 1; id <= model->last[ENTITY_schedule]; id++) {
        const struct model_schedule *schedule = model_any(model, ENTITY_schedule, id), *after = &plan->after[id];
        if (after->exists && model_end_crosses(plan->event, schedule->end_time, after->end_time)) return true;
    }
    return false;
}

/* Also sets the members of the draft that follow from its status. */
static err plan_state(struct model *model, struct event_plan *plan)
{
    const struct model_event *event = plan->event;
    struct model_event *draft = &plan->draft;
    if (plan->automatic && draft->start_date != event->start_date && event->start_date <= model->now)
        return ERR_STATE_CONFLICT;
    if (plan_ends_cross(model, plan)) return ERR_STATE_CONFLICT;
    bool hides = draft->status == EVENT_DRAFT && event->status != EVENT_DRAFT;
    if (hides && model_has_live_bookings(model, plan->id, 0)) return ERR_STATE_CONFLICT;
    if (takes_place_again(model, plan) && !model_get(model, ENTITY_venue, draft->venue_id)) return ERR_STATE_CONFLICT;
    bool cancelled = event->status == EVENT_CANCELLED, cancels = draft->status == EVENT_CANCELLED;
    if (cancelled == cancels) return OK;
    if (cancelled && model_ended_since(model, plan->id, 0, event->cancelled_at)) return ERR_STATE_CONFLICT;
    draft->cancelled_at = cancels ? model->now : 0;
    draft->is_settled = 0;
    return OK;
}

static void plan_keep(struct model *model, struct event_plan *plan)
{
    for (int64_t id = 1; id <= model->last[ENTITY_schedule]; id++) {
        struct model_schedule *after = &plan->after[id], *schedule = model_any(model, ENTITY_schedule, id);
        if (!after->exists) continue;
        after->deleted_at = 0;
        if (memcmp(after, schedule, sizeof(*after)) != 0) model_touch(model, ENTITY_schedule, id);
        *schedule = *after;
    }
    for (int64_t id = 1; plan->undeletes && id <= model->last[ENTITY_event_category]; id++) {
        struct model_event_category *category = model_any(model, ENTITY_event_category, id);
        if (category->event_id != plan->id || category->deleted_at != plan->event->deleted_at) continue;
        category->deleted_at = 0;
        model_touch(model, ENTITY_event_category, id);
    }
    plan->draft.deleted_at = 0;
    if (memcmp(&plan->draft, plan->event, sizeof(plan->draft)) != 0) model_touch(model, ENTITY_event, plan->id);
    *plan->event = plan->draft;
    if (plan->undeletes && plan->count == 0) default_schedule(model, plan->id, plan->event);
}

err model_event_change(struct model *model, const struct request *request, int64_t id, const struct model_event *draft)
{
    static struct event_plan plan;
    memset(&plan, 0, sizeof(plan));
    plan.id = id;
    plan.event = model_any(model, ENTITY_event, id);
    plan.draft = *draft;
    plan.follow = request->follow;
    plan.undeletes = plan.event->deleted_at != 0;
    err e = plan_values(model, request, &plan);
    if (!e) e = plan_state(model, &plan);
    if (e) return e;
    plan_keep(model, &plan);
    return OK;
}

err rule_event_update(struct model *model, const struct request *request, struct outcome *ret)
{
    struct model_event *event, draft;
    err e = model_row_to_change(model, request, ENTITY_event, false, &event);
    if (e) return e;
    draft = *event;
    event_apply(request, &draft);
    outcome_row(ret, ENTITY_event, request->id);
    return model_event_change(model, request, request->id, &draft);
}

err rule_event_cancel(struct model *model, const struct request *request, struct outcome *ret)
{
    struct model_event *event, draft;
    err e = model_row_to_change(model, request, ENTITY_event, false, &event);
    if (e) return e;
    if (event->status == EVENT_CANCELLED) return ERR_STATE_CONFLICT;
    draft = *event;
    draft.status = EVENT_CANCELLED;
    outcome_row(ret, ENTITY_event, request->id);
    return model_event_change(model, request, request->id, &draft);
}

err rule_event_delete(struct model *model, const struct request *request, struct outcome *ret)
{
    struct model_event *event;
    err e = model_row_to_change(model, request, ENTITY_event, false, &event);
    if (e) return e;
    if (model_has_live_bookings(model, request->id, 0)) return ERR_STATE_CONFLICT;
    EACH_SCHEDULE(model, id, schedule, request->id)
    {
        if (schedule->deleted_at) continue;
        schedule->deleted_at = model->now;
        model_touch(model, ENTITY_schedule, id);
    }
    for (int64_t id = 1; id <= model->last[ENTITY_event_category]; id++) {
        struct model_event_category *category = model_get(model, ENTITY_event_category, id);
        if (!category || category->event_id != request->id) continue;
        category->deleted_at = model->now;
        model_touch(model, ENTITY_event_category, id);
    }
    event->deleted_at = model->now;
    model_touch(model, ENTITY_event, request->id);
    (void)ret;
    return OK;
}
