/* See time_check.h. */
#include "ops/time_check.h"

#include "base/time_text.h"
#include "store/administer.h"

enum { DATE_LENGTH = 10 };

/* A clock can say anything, a text only times from 1970 to 9999. */
static str time_said(struct arena *arena, int64_t ms)
{
    char text[TIME_TEXT_SIZE];
    if (ms < 0) ms = 0;
    return arena_copy(arena, time_to_rfc3339(ms < TIME_MAX ? ms : TIME_MAX, text));
}

static bool is_plausible(int64_t clock_ms, int64_t commit_ms)
{
    if (commit_ms == 0) return true;
    return clock_ms >= commit_ms - TIME_BEHIND_MAX_MS && clock_ms <= commit_ms + TIME_AHEAD_MAX_MS;
}

err time_check(struct store *store, struct arena *arena, struct time_check *ret_check)
{
    struct time_check check;
    err e = store_newest_commit(store, arena, &check.commit_ms);
    if (!e) e = store_clock(store, &check.reading);
    if (e) return e;
    int64_t clock_ms = check.reading.time_us / 1000;
    str clock = time_said(arena, clock_ms), commit = time_said(arena, check.commit_ms);
    check.plausible = is_plausible(clock_ms, check.commit_ms);
    check.finding = check.commit_ms ? arena_printf(arena, "the clock says %.*s, and the newest commit is of %.*s",
                                                   STR_ARG(clock), STR_ARG(commit))
                                    : arena_printf(arena, "the clock says %.*s", STR_ARG(clock));
    check.date = str_first(clock, DATE_LENGTH);
    *ret_check = check;
    return OK;
}
