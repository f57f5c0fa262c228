/* Events: see commands.h. An event and its showings change together: what becomes of every showing is planned before
 * anything changes, so that a refusal leaves nothing behind. */
#include "domain/apply.h"
#include "domain/changes.h"
#include "domain/commands.h"
#include "domain/gather.h"
#include "domain/sale.h"

/* --- faults ------------------------------------------------------------------------------------------------------ */

static void dates_check(struct unit *unit, const struct event *event, const struct event *draft)
{
    bool moved = !event || draft->start_date != event->start_date;
    if (draft->end_date < draft->start_date) {
        fault(unit, FIELD_OF(event, end_date), "order", "The end lies before the beginning");
    }
    if (moved && draft->start_date <= unit->now) {
        fault(unit, FIELD_OF(event, start_date), "past", "The beginning must lie in the future");
    }
}

/* An event that keeps venue and capacity is left in peace when the venue was rebuilt after it. */
static err capacity_check(struct unit *unit, const struct event *event, const struct event *draft)
{
    struct venue *venue;
    if (event && event->venue_id == draft->venue_id && event->capacity == draft->capacity) return OK;
    err e = unit_get_any(unit, ENTITY_venue, draft->venue_id, &venue);
    if (e == ERR_NOT_FOUND) return OK; /* a fault of the reference, listed with the others */
    if (e) return e;
    if (draft->capacity > venue->capacity) {
        fault(unit, FIELD_OF(event, capacity), "exceeds_venue", "The venue has fewer seats");
    }
    return OK;
}

/* --- creation ---------------------------------------------------------------------------------------------------- */

static void showing_insert(struct unit *unit, const struct event *event)
{
    struct schedule *showing = unit_new(unit, ENTITY_schedule);
    showing->event_id = event->id;
    showing->start_time = event->start_date;
    showing->end_time = event->end_date;
    showing->available_seats = event->capacity;
}

err event_create(struct unit *unit, const struct input *input, struct result *ret)
{
    struct event *draft;
    err e = draft_new(unit, ENTITY_event, input->change, &draft);
    if (!e) e = capacity_check(unit, NULL, draft);
    if (e) return e;
    dates_check(unit, NULL, draft);
    e = faults(unit);
    if (e) return e;
    struct event *event = draft_insert(unit, draft);
    showing_insert(unit, event);
    ret->row = &event->row;
    return OK;
}

/* --- change ------------------------------------------------------------------------------------------------------ */

/* An event, what it shall be, and what shall become of the rows below it. */
struct event_plan {
    struct event *event;
    const struct event *draft;
    struct gathered rows; /* its showings; of a deleted event, all that comes back with it */
    int64_t *seats;       /* left at rows[i] afterwards */
    bool showing_moves;   /* rows[0] is the one showing and has the event's dates */
};

static struct schedule *showing_at(const struct event_plan *plan, size_t i)
{
    struct row *row = plan->rows.rows[i];
    return row->entity->id == ENTITY_schedule ? (struct schedule *)(void *)row : NULL;
}

/* Seats left at a showing afterwards. Where the event was deleted they are counted anew, for its capacity may have
 * been another when the showing went. */
static err seats_after(struct unit *unit, const struct event_plan *plan, const struct schedule *showing,
                       int64_t *ret_seats)
{
    int64_t taken, seats = showing->available_seats;
    if (showing->start_time > unit->now && plan->event->deleted_at) {
        err e = schedule_taken(unit, showing, &taken);
        if (e) return e;
        seats = plan->draft->capacity - taken;
    } else if (showing->start_time > unit->now) {
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
        const struct schedule *showing = showing_at(plan, i);
        err e = showing ? seats_after(unit, plan, showing, &plan->seats[i]) : OK;
        if (e) return e;
        short_of = short_of || plan->seats[i] < 0;
    }
    if (short_of) fault(unit, FIELD_OF(event, capacity), "seats_taken", "More seats of a showing are taken");
    return OK;
}

static bool showing_automatic(const struct event_plan *plan)
{
    if (plan->rows.count != 1 || plan->event->deleted_at) return false;
    const struct schedule *showing = showing_at(plan, 0);
    return showing->start_time == plan->event->start_date && showing->end_time == plan->event->end_date;
}

static err event_plan(struct unit *unit, struct event_plan *plan)
{
    struct row *event = &plan->event->row;
    err e = event->deleted_at ? gather_fallen(unit, event, &plan->rows)
                              : gather_by(unit, ENTITY_schedule, FIELD_OF(schedule, event_id), event->id, &plan->rows);
    if (e) return e;
    plan->showing_moves = showing_automatic(plan);
    return seats_plan(unit, plan);
}

/* A showing that has begun keeps its beginning. */
static err move_check(const struct unit *unit, const struct event_plan *plan)
{
    if (!plan->showing_moves || plan->draft->start_date == plan->event->start_date) return OK;
    return showing_at(plan, 0)->start_time <= unit->now ? ERR_STATE_CONFLICT : OK;
}

static void showing_keep(struct unit *unit, const struct event_plan *plan, size_t i)
{
    struct schedule *showing = showing_at(plan, i), old = *showing;
    showing->available_seats = plan->seats[i];
    if (plan->showing_moves) {
        showing->start_time = plan->draft->start_date;
        showing->end_time = plan->draft->end_date;
    }
    showing->deleted_at = 0;
    if (memcmp(showing, &old, sizeof(old)) != 0) unit_changed(unit, showing);
}

/* A restored event whose showings did not come back (retention removed them) gets one like a new event. */
static void plan_keep(struct unit *unit, const struct event_plan *plan)
{
    bool showless = plan->event->deleted_at != 0;
    for (size_t i = 0; i < plan->rows.count; i++) {
        if (showing_at(plan, i)) {
            showing_keep(unit, plan, i);
            showless = false;
        } else {
            plan->rows.rows[i]->deleted_at = 0;
            unit_changed(unit, plan->rows.rows[i]);
        }
    }
    draft_keep(unit, plan->event, plan->draft);
    if (showless) showing_insert(unit, plan->event);
}

/* Restored to a venue that is gone it would happen nowhere. */
static err venue_there(struct unit *unit, const struct event *event, const struct event *draft)
{
    struct venue *venue;
    if (!event->deleted_at) return OK;
    err e = unit_get(unit, ENTITY_venue, draft->venue_id, &venue);
    return e == ERR_NOT_FOUND ? ERR_STATE_CONFLICT : e;
}

/* People who booked would lose sight of the event. */
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
    e = faults(unit);
    if (!e) e = move_check(unit, &plan);
    if (!e) e = hide_check(unit, plan.event, draft);
    if (!e) e = venue_there(unit, plan.event, draft);
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
    struct gathered below = {0};
    bool live;
    err e = input_row(unit, input, ENTITY_event, &event);
    if (!e) e = event_has_live(unit, event, &live);
    if (!e && live) return ERR_STATE_CONFLICT;
    if (!e) e = gather_below(unit, &event->row, false, &below);
    if (e) return e;
    gathered_delete(unit, &below);
    unit_delete(unit, event);
    ret->row = NULL;
    return OK;
}
