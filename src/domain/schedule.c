/* Schedules: see commands.h. Bookings change the available seats of a schedule; here they are only initialized. */
#include "domain/apply.h"
#include "domain/cascade.h"
#include "domain/changes.h"
#include "domain/commands.h"
#include "domain/sale.h"

static void times_check(struct unit *unit, const struct schedule *schedule, const struct schedule *draft)
{
    bool moved = !schedule || draft->start_time != schedule->start_time;
    if (draft->end_time < draft->start_time) {
        field_error(unit, FIELD_OF(schedule, end_time), "order", "Must not be before startTime");
    }
    if (moved && draft->start_time <= unit->now) {
        field_error(unit, FIELD_OF(schedule, start_time), "past", "Must be in the future");
    }
}

err schedule_create(struct unit *unit, const struct input *input, struct result *ret)
{
    struct schedule *draft;
    struct event *event;
    err e = draft_new(unit, ENTITY_schedule, input->change, &draft);
    if (!e) e = children_check(unit, ENTITY_schedule, FIELD_OF(schedule, event_id), draft->event_id);
    if (e) return e;
    times_check(unit, NULL, draft);
    e = errors(unit);
    if (!e) e = unit_get(unit, ENTITY_event, draft->event_id, &event);
    if (e) return e;
    draft->available_seats = event->capacity;
    ret->row = draft_insert(unit, draft);
    return OK;
}

/* A schedule can be undeleted only if its event exists. The available seats of an upcoming one are counted again, from
 * the present capacity. */
static err schedule_undelete(struct unit *unit, const struct schedule *schedule, struct schedule *draft)
{
    struct event *event;
    int64_t taken;
    err e = unit_get(unit, ENTITY_event, schedule->event_id, &event);
    if (e == ERR_NOT_FOUND) return ERR_STATE_CONFLICT;
    if (!e) e = schedule_booked_seats(unit, schedule, &taken);
    if (e || schedule->start_time <= unit->now) return e;
    if (taken > event->capacity) return ERR_STATE_CONFLICT;
    draft->available_seats = event->capacity - taken;
    return OK;
}

err schedule_change(struct unit *unit, void *row, const struct change *change, struct result *ret)
{
    struct schedule *schedule = row, *draft;
    err e = draft_of(unit, schedule, change, &draft);
    if (e) return e;
    times_check(unit, schedule, draft);
    e = errors(unit);
    if (e) return e;
    if (draft->start_time != schedule->start_time && schedule->start_time <= unit->now) return ERR_STATE_CONFLICT;
    if (schedule->deleted_at) e = schedule_undelete(unit, schedule, draft);
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
    int64_t schedules;
    bool live;
    err e = input_row(unit, input, ENTITY_schedule, &schedule);
    if (!e) e = schedule_has_live(unit, schedule, &live);
    if (!e) e = count_by(unit, ENTITY_schedule, FIELD_OF(schedule, event_id), schedule->event_id, &schedules);
    if (e) return e;
    if (live || schedules == 1) return ERR_STATE_CONFLICT;
    unit_delete(unit, schedule);
    ret->row = NULL;
    return OK;
}
