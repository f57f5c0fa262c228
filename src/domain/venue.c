/* Venues: see commands.h. A capacity that is too small for the venue's events is 422 and not 409, because the value
 * itself is wrong. */
#include "domain/apply.h"
#include "domain/cascade.h"
#include "domain/changes.h"
#include "domain/commands.h"

/* Schedules of at most VALUES_MAX events that have not ended. */
static err upcoming_count(struct unit *unit, struct row *const *events, size_t count, int64_t *ret_count)
{
    struct value ids[VALUES_MAX], now = {.number = unit->now};
    struct query query = query_of(ENTITY_schedule);
    for (size_t i = 0; i < count; i++) ids[i] = (struct value){.number = events[i]->id};
    query_filter(&query, FIELD_OF(schedule, event_id), COMPARE_EQUAL, ids, count);
    query_filter(&query, FIELD_OF(schedule, end_time), COMPARE_ABOVE, &now, 1);
    return unit_count(unit, &query, ret_count);
}

/* Schedules at the venue that have not ended and have more than `capacity` seats. Their own times count, not the dates
 * of their events, which another client may have set to anything. */
static err schedules_above(struct unit *unit, const struct venue *venue, int64_t capacity, int64_t *ret_count)
{
    struct value id = {.number = venue->id}, seats = {.number = capacity};
    struct query query = query_of(ENTITY_event);
    struct cascade events = {0};
    int64_t total = 0;
    query_equal(&query, FIELD_OF(event, venue_id), &id);
    query_filter(&query, FIELD_OF(event, capacity), COMPARE_ABOVE, &seats, 1);
    err e = cascade_matching(unit, &query, &events);
    for (size_t i = 0; !e && i < events.count; i += VALUES_MAX) {
        size_t count = events.count - i < VALUES_MAX ? events.count - i : VALUES_MAX;
        int64_t upcoming;
        e = upcoming_count(unit, &events.rows[i], count, &upcoming);
        if (!e) total += upcoming;
    }
    if (e) return e;
    *ret_count = total;
    return OK;
}

err venue_create(struct unit *unit, const struct input *input, struct result *ret)
{
    struct venue *draft;
    err e = draft_new(unit, ENTITY_venue, input->change, &draft);
    if (!e) e = errors(unit);
    if (e) return e;
    ret->row = draft_insert(unit, draft);
    return OK;
}

err venue_change(struct unit *unit, void *row, const struct change *change, struct result *ret)
{
    struct venue *venue = row, *draft;
    int64_t larger = 0;
    err e = draft_of(unit, venue, change, &draft);
    if (!e && draft->capacity < venue->capacity) e = schedules_above(unit, venue, draft->capacity, &larger);
    if (e) return e;
    if (larger)
        field_error(unit, FIELD_OF(venue, capacity), "below_events",
                    "Must not be below the capacity of an upcoming event at this venue");
    e = errors(unit);
    if (e) return e;
    draft_keep(unit, venue, draft);
    ret->row = &venue->row;
    return OK;
}

err venue_update(struct unit *unit, const struct input *input, struct result *ret)
{
    struct venue *venue;
    err e = input_row(unit, input, ENTITY_venue, &venue);
    return e ? e : venue_change(unit, venue, input->change, ret);
}

err venue_delete(struct unit *unit, const struct input *input, struct result *ret)
{
    struct venue *venue;
    int64_t schedules;
    err e = input_row(unit, input, ENTITY_venue, &venue);
    if (!e) e = schedules_above(unit, venue, 0, &schedules);
    if (e) return e;
    if (schedules)
        return conflict(unit, CONFLICT_has_events, NULL, "Upcoming schedules at the venue: %lld", (long long)schedules);
    unit_delete(unit, venue);
    ret->row = NULL;
    return OK;
}
