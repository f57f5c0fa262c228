/* Schedules that overlap in one venue. That is allowed, because a venue may have several rooms, so it is a warning. */
#ifndef DOMAIN_OVERLAP_H
#define DOMAIN_OVERLAP_H

#include "domain/domain.h"

enum { OVERLAPS_MAX = 5 };

/* Times of a schedule that is created or moved; id 0: it is new. */
struct span {
    int64_t id, start, end;
};

/* Spans at a venue, and the field that says when they are. */
struct occupancy {
    int64_t venue_id;
    const struct span *spans;
    size_t count;
    const struct field *field;
};

/* Adds the warning venue_occupied to *ret for each active schedule of another span at the venue that overlaps one of
 * the spans, at most OVERLAPS_MAX. Spans that have ended are ignored, and so is what lies beyond LIST_MAX events or
 * schedules at the venue at that time. */
MUST_CHECK err overlap_warn(struct unit *unit, const struct occupancy *occupancy, struct result *ret);

#endif
