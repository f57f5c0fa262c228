/* Events: see commands.h. An event and its schedules change together. The changes of all schedules are computed first,
 * so that a command that fails has changed nothing. */
#include "domain/apply.h"
#include "domain/cascade.h"
#include "domain/changes.h"
#include "domain/commands.h"
#include "domain/sale.h"

/* --- field errors ------------------------------------------------------------------------------------------------- */

static void dates_check(struct unit *unit, const struct event *event, const struct event *draft)
{
    bool moved = !event || draft->start_date != event->start_date;
    if (draft->end_date < draft->start_date) {
        field_error(unit, FIELD_OF(event, end_date), "order", "Must not be before startDate");
    }
    if (moved && draft->start_date <= unit->now) {
        field_error(unit, FIELD_OF(event, start_date), "past", "Must be in the future");
    }
    if (draft->sales_end && draft->sales_end <= draft->sales_start) {
        field_error(unit, FIELD_OF(event, sales_end), "order", "Must be after salesStart");
    }
}

/* Checked only if the venue or the capacity changes: the venue's capacity may have been reduced since. */
static err capacity_check(struct unit *unit, const struct event *event, const struct event *draft)
{
    struct venue *venue;
    if (event && event->venue_id == draft->venue_id && event->capacity == draft->capacity) return OK;
    err e = unit_get_any(unit, ENTITY_venue, draft->venue_id, &venue);
    if (e == ERR_NOT_FOUND) return OK; /* already a field error of the reference */
    if (e) return e;
    if (draft->capacity > venue->capacity) {
        field_error(unit, FIELD_OF(event, capacity), "exceeds_venue", "Exceeds the capacity of the venue");
    }
    return OK;
}

/* --- creation ----------------------------------------------------------------------------------------------------- */

static void default_schedule_insert(struct unit *unit, const struct event *event)
{
    struct schedule *schedule = unit_new(unit, ENTITY_schedule);
    schedule->event_id = event->id;
    schedule->start_time = event->start_date;
    schedule->end_time = event->end_date;
    schedule->available_seats = event->capacity;
}

err event_create(struct unit *unit, const struct input *input, struct result *ret)
{
    struct event *draft;
    err e = draft_new(unit, ENTITY_event, input->change, &draft);
    if (!e) e = capacity_check(unit, NULL, draft);
    if (e) return e;
    dates_check(unit, NULL, draft);
    e = errors(unit);
    if (e) return e;
    struct event *event = draft_insert(unit, draft);
    default_schedule_insert(unit, event);
    ret->row = &event->row;
    return OK;
}

/* --- change ------------------------------------------------------------------------------------------------------- */

/* A planned change of an event and of its child rows. */
struct event_plan {
    struct event *event;
    const struct event *draft;
    struct cascade rows; /* its schedules; of a deleted event, all rows to undelete with it */
    int64_t *seats;      /* available seats of rows[i] after the change */
    bool schedule_moves; /* rows[0] is the only schedule and has the event's dates */
};

static struct schedule *schedule_at(const struct event_plan *plan, size_t i)
{
    struct row *row = plan->rows.rows[i];
    return row->entity->id == ENTITY_schedule ? ROW(schedule, row) : NULL;
}

/* Available seats of a schedule after the change. If the event was deleted they are counted again, because its capacity
 * may have been different when the schedule was deleted. */
static err seats_after(struct unit *unit, const struct event_plan *plan, const struct schedule *schedule,
                       int64_t *ret_seats)
{
    int64_t taken, seats = schedule->available_seats;
    if (schedule->start_time > unit->now && plan->event->deleted_at) {
        err e = schedule_booked_seats(unit, schedule, &taken);
        if (e) return e;
        seats = plan->draft->capacity - taken;
    } else if (schedule->start_time > unit->now) {
        seats += plan->draft->capacity - plan->event->capacity;
    }
    *ret_seats = seats;
    return OK;
}

static err seats_plan(struct unit *unit, struct event_plan *plan)
{
    bool short_of = false;
    plan->seats = ARENA_ARRAY(unit->arena, int64_t, plan->rows.count + 1);
    for (size_t i = 0; i < plan->rows.count; i++) {
        const struct schedule *schedule = schedule_at(plan, i);
        err e = schedule ? seats_after(unit, plan, schedule, &plan->seats[i]) : OK;
        if (e) return e;
        short_of = short_of || plan->seats[i] < 0;
    }
    if (short_of)
        field_error(unit, FIELD_OF(event, capacity), "seats_taken",
                    "Below the number of seats already booked for a schedule");
    return OK;
}

static bool schedule_automatic(const struct event_plan *plan)
{
    if (plan->rows.count != 1 || plan->event->deleted_at) return false;
    const struct schedule *schedule = schedule_at(plan, 0);
    return schedule->start_time == plan->event->start_date && schedule->end_time == plan->event->end_date;
}

static err event_plan(struct unit *unit, struct event_plan *plan)
{
    struct row *event = &plan->event->row;
    err e = event->deleted_at ? cascade_deleted(unit, event, &plan->rows)
                              : cascade_by(unit, ENTITY_schedule, FIELD_OF(schedule, event_id), event->id, &plan->rows);
    if (e) return e;
    plan->schedule_moves = schedule_automatic(plan);
    return seats_plan(unit, plan);
}

/* The start of a schedule that has started cannot change. */
static err move_check(const struct unit *unit, const struct event_plan *plan)
{
    if (!plan->schedule_moves || plan->draft->start_date == plan->event->start_date) return OK;
    return schedule_at(plan, 0)->start_time <= unit->now ? ERR_STATE_CONFLICT : OK;
}

static void schedule_keep(struct unit *unit, const struct event_plan *plan, size_t i)
{
    struct schedule *schedule = schedule_at(plan, i), old = *schedule;
    schedule->available_seats = plan->seats[i];
    if (plan->schedule_moves) {
        schedule->start_time = plan->draft->start_date;
        schedule->end_time = plan->draft->end_date;
    }
    schedule->deleted_at = 0;
    if (memcmp(schedule, &old, sizeof(old)) != 0) unit_changed(unit, schedule);
}

/* A restored event whose schedules no longer exist gets one, like a new event. */
static void plan_keep(struct unit *unit, const struct event_plan *plan)
{
    bool no_schedule = plan->event->deleted_at != 0;
    for (size_t i = 0; i < plan->rows.count; i++) {
        if (schedule_at(plan, i)) {
            schedule_keep(unit, plan, i);
            no_schedule = false;
        } else {
            plan->rows.rows[i]->deleted_at = 0;
            unit_changed(unit, plan->rows.rows[i]);
        }
    }
    draft_keep(unit, plan->event, plan->draft);
    if (no_schedule) default_schedule_insert(unit, plan->event);
}

/* An event cannot be restored while its venue is deleted. */
static err venue_exists(struct unit *unit, const struct event *event, const struct event *draft)
{
    struct venue *venue;
    if (!event->deleted_at) return OK;
    err e = unit_get(unit, ENTITY_venue, draft->venue_id, &venue);
    return e == ERR_NOT_FOUND ? ERR_STATE_CONFLICT : e;
}

/* An event with live bookings cannot become a draft, because customers cannot see drafts. */
static err hide_check(struct unit *unit, const struct event *event, const struct event *draft)
{
    bool live = false;
    bool hides = draft->status == EVENT_DRAFT && event->status != EVENT_DRAFT;
    err e = hides ? event_has_live(unit, event, &live) : OK;
    if (e) return e;
    return live ? ERR_STATE_CONFLICT : OK;
}

err event_change(struct unit *unit, void *row, const struct change *change, struct result *ret)
{
    struct event_plan plan = {.event = row};
    struct event *draft;
    err e = draft_of(unit, row, change, &draft);
    if (e) return e;
    plan.draft = draft;
    e = capacity_check(unit, plan.event, draft);
    if (!e) e = event_plan(unit, &plan);
    if (e) return e;
    dates_check(unit, plan.event, draft);
    e = errors(unit);
    if (!e) e = move_check(unit, &plan);
    if (!e) e = hide_check(unit, plan.event, draft);
    if (!e) e = venue_exists(unit, plan.event, draft);
    if (e) return e;
    plan_keep(unit, &plan);
    ret->row = &plan.event->row;
    return OK;
}

err event_update(struct unit *unit, const struct input *input, struct result *ret)
{
    struct event *event;
    err e = input_row(unit, input, ENTITY_event, &event);
    return e ? e : event_change(unit, event, input->change, ret);
}

err event_delete(struct unit *unit, const struct input *input, struct result *ret)
{
    struct event *event;
    struct cascade below = {0};
    bool live;
    err e = input_row(unit, input, ENTITY_event, &event);
    if (!e) e = event_has_live(unit, event, &live);
    if (!e && live) return ERR_STATE_CONFLICT;
    if (!e) e = cascade_below(unit, &event->row, false, &below);
    if (e) return e;
    cascade_delete(unit, &below);
    unit_delete(unit, event);
    ret->row = NULL;
    return OK;
}
