/* Schedules: see commands.h. Bookings change the available seats of a schedule; here they are only initialized. */
#include "base/time_text.h"
#include "domain/apply.h"
#include "domain/cancel.h"
#include "domain/cascade.h"
#include "domain/changes.h"
#include "domain/commands.h"
#include "domain/overlap.h"
#include "domain/sale.h"

/* --- guards ------------------------------------------------------------------------------------------------------- */

static bool times_change(const struct schedule *schedule, const struct schedule *draft)
{
    return draft->start_time != schedule->start_time || draft->end_time != schedule->end_time;
}

/* Admins may enter what happened in the past. */
static void times_check(struct unit *unit, const struct schedule *schedule, const struct schedule *draft)
{
    bool moved = (!schedule || draft->start_time != schedule->start_time) && !actor_is_admin(unit);
    if (draft->end_time < draft->start_time) {
        field_error(unit, FIELD_OF(schedule, end_time), "order", "Must not be before startTime");
    }
    if (moved && draft->start_time <= unit->now) {
        field_error(unit, FIELD_OF(schedule, start_time), "past", "Must be in the future");
    }
}

/* A schedule lies within the dates of its event, unless the request asks to extend them. */
static void inside_check(struct unit *unit, const struct schedule *draft, const struct event *event)
{
    static const char detail[] = "Outside the dates of the event; ?extendEvent=true extends them";
    if (draft->start_time < event->start_date) {
        field_error(unit, FIELD_OF(schedule, start_time), "outside_event", detail);
    }
    if (draft->end_time > event->end_date) {
        field_error(unit, FIELD_OF(schedule, end_time), "outside_event", detail);
    }
}

/* The venue of a past event may have been changed or deleted since. */
static err venue_check(struct unit *unit, const struct schedule *draft, const struct event *event)
{
    struct venue *venue;
    if (draft->end_time <= unit->now) return OK;
    err e = unit_get_any(unit, ENTITY_venue, event->venue_id, &venue);
    if (e) return e;
    if (venue->deleted_at)
        return conflict(unit, CONFLICT_venue_deleted, FIELD_OF(schedule, event_id), "The event's venue was deleted");
    if (event->capacity > venue->capacity)
        return problem_invalid(unit->problem, STR("/eventId"), "exceeds_venue",
                               "The event has more seats than its venue");
    return OK;
}

err schedule_not_started(struct unit *unit, const struct schedule *schedule, const struct field *field)
{
    char at[TIME_TEXT_SIZE];
    if (schedule->start_time > unit->now) return OK;
    time_to_rfc3339(schedule->start_time, at);
    return conflict(unit, CONFLICT_schedule_started, field, "Schedule %lld started at %s", (long long)schedule->id, at);
}

/* --- new times ---------------------------------------------------------------------------------------------------- */

/* Guards of a schedule that is new, moved or undeleted. */
static err place_check(struct unit *unit, const struct schedule *draft, const struct event *event, bool extends,
                       struct result *ret)
{
    struct span span = {draft->id, draft->start_time, draft->end_time};
    if (!extends) inside_check(unit, draft, event);
    err e = errors(unit);
    if (!e) e = venue_check(unit, draft, event);
    if (e || draft->status == SCHEDULE_CANCELLED) return e;
    return overlap_warn(unit, &(struct occupancy){event->venue_id, &span, 1, FIELD_OF(schedule, start_time)}, ret);
}

static void event_extend(struct unit *unit, struct event *event, const struct schedule *schedule)
{
    bool early = schedule->start_time<event->start_date, late = schedule->end_time> event->end_date;
    if (early) event->start_date = schedule->start_time;
    if (late) event->end_date = schedule->end_time;
    if (early || late) unit_changed(unit, event);
}

err schedule_create(struct unit *unit, const struct input *input, struct result *ret)
{
    struct schedule *draft;
    struct event *event;
    err e = draft_new(unit, ENTITY_schedule, input->change, &draft);
    if (!e) e = children_check(unit, ENTITY_schedule, FIELD_OF(schedule, event_id), draft->event_id);
    if (e) return e;
    times_check(unit, NULL, draft);
    e = unit_get(unit, ENTITY_event, draft->event_id, &event);
    if (e == ERR_NOT_FOUND) return ERR_INVALID; /* already a field error of the reference */
    if (!e) e = place_check(unit, draft, event, input->change->follow, ret);
    if (e) return e;
    draft->available_seats = event->capacity;
    if (draft->status == SCHEDULE_CANCELLED) draft->cancelled_at = unit->now;
    ret->row = draft_insert(unit, draft);
    event_extend(unit, event, draft);
    return OK;
}

/* --- change ------------------------------------------------------------------------------------------------------- */

/* The available seats of an upcoming schedule are counted again when it is undeleted, from the present capacity. */
static err schedule_undelete(struct unit *unit, const struct schedule *schedule, const struct event *event,
                             struct schedule *draft)
{
    int64_t taken;
    err e = schedule_booked_seats(unit, schedule, &taken);
    if (e || schedule->start_time <= unit->now) return e;
    if (taken > event->capacity)
        return conflict(unit, CONFLICT_seats_taken, NULL, "%lld seats are booked and the event has %lld",
                        (long long)taken, (long long)event->capacity);
    draft->available_seats = event->capacity - taken;
    return OK;
}

/* Guards of new times, and of undeleting, which is possible only if the event exists. */
static err place_change(struct unit *unit, const struct schedule *schedule, struct schedule *draft,
                        const struct change *change, struct result *ret)
{
    struct event *event;
    err e = unit_get(unit, ENTITY_event, schedule->event_id, &event);
    if (e == ERR_NOT_FOUND)
        return conflict(unit, CONFLICT_event_deleted, NULL, "Event %lld was deleted; restore it first",
                        (long long)schedule->event_id);
    if (!e) e = place_check(unit, draft, event, change->follow, ret);
    if (!e && draft->start_time != schedule->start_time)
        e = schedule_not_started(unit, schedule, FIELD_OF(schedule, start_time));
    if (!e) e = cancellation_end_check(unit, event, schedule->end_time, draft->end_time, FIELD_OF(schedule, end_time));
    if (e || !schedule->deleted_at) return e;
    return schedule_undelete(unit, schedule, event, draft);
}

/* The dates of the event as far as the guards allow them to be extended. */
static err event_extend_to(struct unit *unit, const struct schedule *schedule)
{
    struct event *event;
    err e = unit_get(unit, ENTITY_event, schedule->event_id, &event);
    if (!e) event_extend(unit, event, schedule);
    return e;
}

err schedule_change(struct unit *unit, void *row, const struct change *change, struct result *ret)
{
    struct schedule *schedule = row, *draft;
    err e = draft_of(unit, schedule, change, &draft);
    if (e) return e;
    times_check(unit, schedule, draft);
    bool placed = times_change(schedule, draft) || schedule->deleted_at;
    e = placed ? place_change(unit, schedule, draft, change, ret) : errors(unit);
    if (!e) e = cancellation_draft(unit, &schedule->row, &draft->row, ret);
    if (!e && placed) e = event_extend_to(unit, draft);
    if (e) return e;
    draft_keep(unit, schedule, draft);
    ret->row = &schedule->row;
    return OK;
}

err schedule_update(struct unit *unit, const struct input *input, struct result *ret)
{
    struct schedule *schedule;
    err e = input_row(unit, input, ENTITY_schedule, &schedule);
    return e ? e : schedule_change(unit, schedule, input->change, ret);
}

err schedule_delete(struct unit *unit, const struct input *input, struct result *ret)
{
    struct schedule *schedule;
    int64_t live, schedules;
    err e = input_row(unit, input, ENTITY_schedule, &schedule);
    if (!e) e = schedule_live_count(unit, schedule, &live);
    if (!e) e = count_by(unit, ENTITY_schedule, FIELD_OF(schedule, event_id), schedule->event_id, &schedules);
    if (e) return e;
    if (live)
        return conflict(unit, CONFLICT_has_bookings, NULL, "Live bookings of the schedule: %lld", (long long)live);
    if (schedules == 1)
        return conflict(unit, CONFLICT_last_schedule, NULL,
                        "The only schedule of event %lld; delete or cancel the event", (long long)schedule->event_id);
    unit_delete(unit, schedule);
    ret->row = NULL;
    return OK;
}
