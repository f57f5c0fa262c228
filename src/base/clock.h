/* The two clocks. Wall time is milliseconds since 1970-01-01T00:00:00Z (what the data holds); monotonic time is for
 * durations only. Code in domain/ never reads a clock: it takes `now` from its unit. */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stdint.h>

int64_t clock_now_ms(void);
int64_t clock_monotonic_ms(void);
int64_t clock_monotonic_us(void);

enum { SECOND_MS = 1000, MINUTE_MS = 60 * SECOND_MS, HOUR_MS = 60 * MINUTE_MS, DAY_MS = 24 * HOUR_MS };

#endif
