/* Events: see commands.h. An event and its schedules change together. The changes of all schedules are computed first,
 * so that a command that fails has changed nothing. */
#include "domain/apply.h"
#include "domain/cancel.h"
#include "domain/cascade.h"
#include "domain/changes.h"
#include "domain/commands.h"
#include "domain/overlap.h"
#include "domain/sale.h"

/* --- field errors ------------------------------------------------------------------------------------------------- */

/* Admins may enter what happened in the past. */
static void dates_check(struct unit *unit, const struct event *event, const struct event *draft)
{
    bool moved = (!event || draft->start_date != event->start_date) && !actor_is_admin(unit);
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

static bool dates_change(const struct event *event, const struct event *draft)
{
    return draft->start_date != event->start_date || draft->end_date != event->end_date;
}

/* A past event may take place again: the venue may have been changed or deleted since. */
static bool takes_place_again(const struct unit *unit, const struct event *event, const struct event *draft)
{
    return event->deleted_at || (dates_change(event, draft) && draft->end_date > unit->now);
}

/* Checked only if the venue or the capacity changes, or the event takes place again. */
static err capacity_check(struct unit *unit, const struct event *event, const struct event *draft)
{
    struct venue *venue;
    if (event && event->venue_id == draft->venue_id && event->capacity == draft->capacity &&
        !takes_place_again(unit, event, draft))
        return OK;
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
    struct span span = {.start = draft->start_date, .end = draft->end_date};
    if (!e) e = overlap_warn(unit, &(struct occupancy){draft->venue_id, &span, 1, FIELD_OF(event, start_date)}, ret);
    if (e) return e;
    if (draft->status == EVENT_CANCELLED) draft->cancelled_at = unit->now;
    struct event *event = draft_insert(unit, draft);
    default_schedule_insert(unit, event);
    ret->row = &event->row;
    return OK;
}

/* --- change ------------------------------------------------------------------------------------------------------- */

/* A schedule after the change. */
struct planned {
    int64_t seats, start, end;
};

/* A planned change of an event and of its child rows. */
struct event_plan {
    struct event *event;
    struct event *draft;
    bool follow;           /* upcoming schedules move along with the start of the event */
    struct cascade rows;   /* its schedules; of a deleted event, all rows to undelete with it */
    struct planned *after; /* of rows[i], if it is a schedule */
    bool automatic;        /* rows[0] is the only schedule and has the event's dates, so that it moves with them */
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
    for (size_t i = 0; i < plan->rows.count; i++) {
        const struct schedule *schedule = schedule_at(plan, i);
        err e = schedule ? seats_after(unit, plan, schedule, &plan->after[i].seats) : OK;
        if (e) return e;
        short_of = short_of || plan->after[i].seats < 0;
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

static void times_plan(const struct unit *unit, struct event_plan *plan)
{
    const struct event *event = plan->event, *draft = plan->draft;
    int64_t shift = plan->follow ? draft->start_date - event->start_date : 0;
    plan->automatic = schedule_automatic(plan);
    for (size_t i = 0; i < plan->rows.count; i++) {
        const struct schedule *schedule = schedule_at(plan, i);
        if (!schedule) continue;
        int64_t by = schedule->start_time > unit->now ? shift : 0;
        plan->after[i].start = plan->automatic ? draft->start_date : schedule->start_time + by;
        plan->after[i].end = plan->automatic ? draft->end_date : schedule->end_time + by;
    }
}

/* Adds a field error at each date that excludes a schedule. One that was outside before, because another client or an
 * older version of this program wrote it, and is not moved stays as it is. */
static void inside_check(struct unit *unit, const struct event_plan *plan)
{
    static const char detail[] = "A schedule would be outside; ?moveSchedules=true moves the schedules with the start";
    const struct event *event = plan->event, *draft = plan->draft;
    bool early = false, late = false;
    for (size_t i = 0; i < plan->rows.count; i++) {
        const struct schedule *schedule = schedule_at(plan, i);
        const struct planned *after = &plan->after[i];
        if (!schedule) continue;
        bool moved = after->start != schedule->start_time;
        early = early || (after->start < draft->start_date && (moved || schedule->start_time >= event->start_date));
        late = late || (after->end > draft->end_date && (moved || schedule->end_time <= event->end_date));
    }
    if (early) field_error(unit, FIELD_OF(event, start_date), "outside_event", detail);
    if (late) field_error(unit, FIELD_OF(event, end_date), "outside_event", detail);
}

static err event_plan(struct unit *unit, struct event_plan *plan)
{
    struct row *event = &plan->event->row;
    err e = event->deleted_at ? cascade_deleted(unit, event, &plan->rows)
                              : cascade_by(unit, ENTITY_schedule, FIELD_OF(schedule, event_id), event->id, &plan->rows);
    if (e) return e;
    plan->after = ARENA_ARRAY(unit->arena, struct planned, plan->rows.count + 1);
    times_plan(unit, plan);
    inside_check(unit, plan);
    return seats_plan(unit, plan);
}

/* The start of a schedule that has started cannot change. */
static err move_check(struct unit *unit, const struct event_plan *plan)
{
    if (!plan->automatic || plan->draft->start_date == plan->event->start_date) return OK;
    return schedule_not_started(unit, schedule_at(plan, 0), FIELD_OF(event, start_date));
}

/* If the event stays cancelled. */
static err ends_check(struct unit *unit, const struct event_plan *plan)
{
    err e = OK;
    if (plan->draft->status != EVENT_CANCELLED) return OK;
    for (size_t i = 0; !e && i < plan->rows.count; i++) {
        const struct schedule *schedule = schedule_at(plan, i);
        if (!schedule) continue;
        e = cancellation_end_check(unit, plan->event, schedule->end_time, plan->after[i].end,
                                   FIELD_OF(event, end_date));
    }
    return e;
}

/* Warns about overlaps if the event was moved, or to another venue. */
static err overlap_check(struct unit *unit, const struct event_plan *plan, struct result *ret)
{
    const struct event *event = plan->event, *draft = plan->draft;
    if (!dates_change(event, draft) && event->venue_id == draft->venue_id && !event->deleted_at) return OK;
    struct span *spans = ARENA_ARRAY(unit->arena, struct span, plan->rows.count + 1);
    size_t count = 0;
    for (size_t i = 0; i < plan->rows.count; i++) {
        const struct schedule *schedule = schedule_at(plan, i);
        const struct planned *after = &plan->after[i];
        if (schedule && schedule->status == SCHEDULE_ACTIVE)
            spans[count++] = (struct span){schedule->id, after->start, after->end};
    }
    return overlap_warn(unit, &(struct occupancy){draft->venue_id, spans, count, FIELD_OF(event, start_date)}, ret);
}

static void schedule_keep(struct unit *unit, const struct event_plan *plan, size_t i)
{
    struct schedule *schedule = schedule_at(plan, i), old = *schedule;
    schedule->available_seats = plan->after[i].seats;
    schedule->start_time = plan->after[i].start;
    schedule->end_time = plan->after[i].end;
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

/* An event cannot be restored, or moved to the future, while its venue is deleted. */
static err venue_exists(struct unit *unit, const struct event *event, const struct event *draft)
{
    struct venue *venue;
    if (!takes_place_again(unit, event, draft)) return OK;
    err e = unit_get(unit, ENTITY_venue, draft->venue_id, &venue);
    if (e != ERR_NOT_FOUND) return e;
    return conflict(unit, CONFLICT_venue_deleted, FIELD_OF(event, venue_id), "The venue was deleted; choose another");
}

static err no_live_bookings(struct unit *unit, const struct event *event, const struct field *field)
{
    int64_t live;
    err e = event_live_count(unit, event, &live);
    if (e || live == 0) return e;
    return conflict(unit, CONFLICT_has_bookings, field, "Live bookings of the event: %lld", (long long)live);
}

/* An event with live bookings cannot become a draft, because customers cannot see drafts. */
static err hide_check(struct unit *unit, const struct event *event, const struct event *draft)
{
    bool hides = draft->status == EVENT_DRAFT && event->status != EVENT_DRAFT;
    return hides ? no_live_bookings(unit, event, FIELD_OF(event, status)) : OK;
}

err event_change(struct unit *unit, void *row, const struct change *change, struct result *ret)
{
    struct event_plan plan = {.event = row, .follow = change->follow};
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
    if (!e) e = ends_check(unit, &plan);
    if (!e) e = hide_check(unit, plan.event, draft);
    if (!e) e = venue_exists(unit, plan.event, draft);
    if (!e) e = cancellation_draft(unit, &plan.event->row, &draft->row, ret);
    if (!e) e = overlap_check(unit, &plan, ret);
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
    err e = input_row(unit, input, ENTITY_event, &event);
    if (!e) e = no_live_bookings(unit, event, NULL);
    if (!e) e = cascade_below(unit, &event->row, false, &below);
    if (e) return e;
    cascade_delete(unit, &below);
    unit_delete(unit, event);
    ret->row = NULL;
    return OK;
}
