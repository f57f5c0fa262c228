/* How well a place of the archive is supplied, for metrics. */
#ifndef ARCHIVE_PLACE_STATE_H
#define ARCHIVE_PLACE_STATE_H

#include <stdint.h>

enum { PLACES_MAX = 8 };

struct place_state {
    int64_t failing;         /* 1: the last attempt failed, or the place is refused; else 0 */
    int64_t lag_ms;          /* for how long a commit has been waiting for this place; 0: none is */
    int64_t backlog;         /* bytes of segments that it does not have */
    int64_t commit;          /* the last one that it has; 0: none, or that is not known yet */
    int64_t base_age_ms;     /* since its newest base was complete; -1: it has none, or that is not known yet */
    int64_t base_due;        /* 1: a base was requested and is not complete; else 0 */
    int64_t verified_age_ms; /* since it was last verified by restoring it; -1: it never was, as far as is known */
};

#endif
