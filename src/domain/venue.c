/* Venues: see commands.h. A capacity that is too small for the venue's events is 422 and not 409, because the value
 * itself is wrong. */
#include "domain/apply.h"
#include "domain/cascade.h"
#include "domain/changes.h"
#include "domain/commands.h"

/* Events at the venue that have not ended and have more than `capacity` seats. */
static err events_above(struct unit *unit, const struct venue *venue, int64_t capacity, int64_t *ret_count)
{
    struct value id = {.number = venue->id}, now = {.number = unit->now}, seats = {.number = capacity};
    struct query query = query_of(ENTITY_event);
    query_equal(&query, FIELD_OF(event, venue_id), &id);
    query_filter(&query, FIELD_OF(event, end_date), COMPARE_ABOVE, &now, 1);
    query_filter(&query, FIELD_OF(event, capacity), COMPARE_ABOVE, &seats, 1);
    return unit_count(unit, &query, ret_count);
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
    if (!e && draft->capacity < venue->capacity) e = events_above(unit, venue, draft->capacity, &larger);
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
    int64_t events;
    err e = input_row(unit, input, ENTITY_venue, &venue);
    if (!e) e = events_above(unit, venue, 0, &events);
    if (e) return e;
    if (events)
        return conflict(unit, CONFLICT_has_events, NULL, "%lld upcoming events are at the venue", (long long)events);
    unit_delete(unit, venue);
    ret->row = NULL;
    return OK;
}
