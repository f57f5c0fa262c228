/* Local time, for schedules that an operator states in it ("every day at 03:00"). This is the only module that knows a
 * time zone: that of the environment (TZ), or else of the machine. What is stored, sent and logged is UTC. It does not
 * read the clock: callers pass the time of the program (base/clock.h). Any thread. */
#ifndef BASE_LOCAL_TIME_H
#define BASE_LOCAL_TIME_H

#include "base/str.h"

/* A time of day as minutes since midnight, from "HH:MM". */
bool time_of_day_read(str text, int *ret_minutes);

/* The latest moment, not after `now_ms`, at which a local date reached this time of day. There is one for each date:
 * where a clock that is put forward skips the time of day, the moment at which that happens; where one that is put back
 * shows it twice, the first. */
int64_t local_daily_ms(int64_t now_ms, int minutes);

#endif
