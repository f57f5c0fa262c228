/* See local_time.h. The time zone is known to the C library only as a function from UTC to local time. Its inverse,
 * mktime(), leaves open which of two equal local times is meant, and what one that does not exist is; so it is computed
 * here from the offset, which changes at most once within two days. */
#include "base/local_time.h"

#include <time.h>

#include "base/check.h"
#include "base/clock.h"

enum { DAY_MINUTES = 24 * 60 };

bool time_of_day_read(str text, int *ret_minutes)
{
    int64_t hours, minutes;
    if (text.n != 5 || text.p[2] != ':' || !str_is_digits(str_first(text, 2)) || !str_is_digits(str_from(text, 3)))
        return false;
    if (!str_to_int(str_first(text, 2), &hours) || !str_to_int(str_from(text, 3), &minutes)) return false;
    if (hours > 23 || minutes > 59) return false;
    *ret_minutes = (int)(hours * 60 + minutes);
    return true;
}

/* How far local time is ahead of UTC at a moment. */
static int64_t offset_at(int64_t ms)
{
    struct tm local;
    time_t seconds = (time_t)(ms / SECOND_MS);
    struct tm *known = localtime_r(&seconds, &local);
    CHECK(known != NULL); /* fails only for years beyond an int */
    return local.tm_gmtoff * SECOND_MS;
}

/* The moment at which the offset becomes `after`, between two moments before and after that. */
static int64_t change_between(int64_t before_ms, int64_t after_ms, int64_t after)
{
    while (after_ms - before_ms > 1) {
        int64_t middle_ms = before_ms + (after_ms - before_ms) / 2;
        if (offset_at(middle_ms) == after)
            after_ms = middle_ms;
        else
            before_ms = middle_ms;
    }
    return after_ms;
}

/* The first moment at which local time is `local_ms` (or is put forward beyond it); as if it were UTC. */
static int64_t moment_of(int64_t local_ms)
{
    int64_t before = offset_at(local_ms - DAY_MS), after = offset_at(local_ms + DAY_MS);
    int64_t early_ms = local_ms - before, late_ms = local_ms - after;
    if (before == after || offset_at(early_ms) == before) return early_ms;
    if (offset_at(late_ms) == after) return late_ms;
    return change_between(late_ms, early_ms, after);
}

int64_t local_daily_ms(int64_t now_ms, int minutes)
{
    int64_t day_ms = (now_ms + offset_at(now_ms)) / DAY_MS * DAY_MS, of_day_ms = (int64_t)minutes * MINUTE_MS;
    CHECK(minutes >= 0 && minutes < DAY_MINUTES);
    int64_t moment_ms = moment_of(day_ms + of_day_ms);
    for (int days = 1; moment_ms > now_ms; days++) moment_ms = moment_of(day_ms - days * (int64_t)DAY_MS + of_day_ms);
    return moment_ms;
}
