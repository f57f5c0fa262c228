/* Whether the clock can be right, compared with the newest commit of the database. A server with a wrong clock ends
 * holds and sessions that are not over, or lets them last for years, and stores times that cannot be corrected.
 *
 * A clock is implausible
 *   - more than TIME_BEHIND_MAX_MS before the newest commit. A hardware clock may be minutes slow until NTP has set it;
 *     an hour is the wrong time zone, and more a clock without a battery, or an old snapshot of a machine. Up to the
 *     bound the server begins with the time of that commit, so that times of commits never go back;
 *   - more than TIME_AHEAD_MAX_MS after it. That is less than a year, so that a wrong year is noticed, and more than
 *     eleven months, so that the server of a yearly event starts without questions. */
#ifndef OPS_TIME_CHECK_H
#define OPS_TIME_CHECK_H

#include "base/clock.h"
#include "ops/database.h"

#define TIME_BEHIND_MAX_MS (5 * MINUTE_MS)
#define TIME_AHEAD_MAX_MS  (INT64_C(360) * DAY_MS)

struct time_check {
    struct clock_reading reading; /* of the clock that decides for the database */
    int64_t commit_ms;            /* the newest commit; 0: none */
    bool plausible;
    str finding; /* both as a sentence */
    str date;    /* today by that clock, YYYY-MM-DD in UTC: the value of confirm_date that confirms it */
};

/* The database must have its tables. Texts are in the arena. */
MUST_CHECK err time_check(struct store *store, struct arena *arena, struct time_check *ret_check);

#endif
