/* See overlap.h. Schedules lie within the dates of their events, so the events at the venue are found first. */
#include "domain/overlap.h"

#include "domain/apply.h"
#include "domain/cascade.h"

/* From the first start to the last end of what has not ended. */
static struct span hull_of(const struct occupancy *occupancy, int64_t now)
{
    struct span hull = {.start = INT64_MAX, .end = now};
    for (size_t i = 0; i < occupancy->count; i++) {
        const struct span *span = &occupancy->spans[i];
        if (span->end <= now) continue;
        if (span->start < hull.start) hull.start = span->start;
        if (span->end > hull.end) hull.end = span->end;
    }
    return hull;
}

static err events_in(struct unit *unit, int64_t venue_id, const struct span *hull, struct page *ret_page)
{
    struct value venue = {.number = venue_id}, from = {.number = hull->start}, to = {.number = hull->end};
    struct value cancelled = {.number = EVENT_CANCELLED};
    struct query query = query_of(ENTITY_event);
    query_equal(&query, FIELD_OF(event, venue_id), &venue);
    query_filter(&query, FIELD_OF(event, status), COMPARE_NOT_EQUAL, &cancelled, 1);
    query_filter(&query, FIELD_OF(event, start_date), COMPARE_BELOW, &to, 1);
    query_filter(&query, FIELD_OF(event, end_date), COMPARE_ABOVE, &from, 1);
    return unit_query(unit, &query, ret_page);
}

static err schedules_in(struct unit *unit, const struct page *events, const struct span *hull, struct page *ret_page)
{
    struct value ids[LIST_MAX], from = {.number = hull->start}, to = {.number = hull->end};
    struct value active = {.number = SCHEDULE_ACTIVE};
    struct query query = query_of(ENTITY_schedule);
    _Static_assert(LIST_MAX <= VALUES_MAX, "a page of events fits into one filter");
    for (size_t i = 0; i < events->count; i++) ids[i] = (struct value){.number = events->rows[i]->id};
    query_filter(&query, FIELD_OF(schedule, event_id), COMPARE_EQUAL, ids, events->count);
    query_equal(&query, FIELD_OF(schedule, status), &active);
    query_filter(&query, FIELD_OF(schedule, start_time), COMPARE_BELOW, &to, 1);
    query_filter(&query, FIELD_OF(schedule, end_time), COMPARE_ABOVE, &from, 1);
    return unit_query(unit, &query, ret_page);
}

/* Whether a schedule is none of the spans, but overlaps one of them. */
static bool overlaps(const struct occupancy *occupancy, const struct schedule *schedule)
{
    bool found = false;
    for (size_t i = 0; i < occupancy->count; i++) {
        const struct span *span = &occupancy->spans[i];
        if (span->id == schedule->id) return false;
        found = found || (span->start < schedule->end_time && span->end > schedule->start_time);
    }
    return found;
}

err overlap_warn(struct unit *unit, const struct occupancy *occupancy, struct result *ret)
{
    struct span hull = hull_of(occupancy, unit->now);
    struct page events, schedules = {0};
    size_t warnings = 0;
    if (hull.end <= unit->now) return OK;
    err e = events_in(unit, occupancy->venue_id, &hull, &events);
    if (!e && events.count) e = schedules_in(unit, &events, &hull, &schedules);
    for (size_t i = 0; !e && i < schedules.count && warnings < OVERLAPS_MAX; i++) {
        const struct schedule *schedule = ROW(schedule, schedules.rows[i]);
        if (!overlaps(occupancy, schedule)) continue;
        warn(unit, ret, occupancy->field, "venue_occupied", "Overlaps schedule %lld of event %lld at the same venue",
             (long long)schedule->id, (long long)schedule->event_id);
        warnings++;
    }
    return e;
}
