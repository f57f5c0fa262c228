/* Time. This is the only module that reads the wall clock of the machine.
 *
 * clock_now_ms() is the time of the program: it begins with that of a reference clock and then passes as the kernel's
 * clock since boot does, so it never jumps, never goes back, and a minute in it lasts a minute. The reference is the
 * wall clock of this machine, or for a database on a server the clock of that server, which all nodes share. It is read
 * several times a second (clock_follow). As long as the two differ, time passes faster or slower by CLOCK_SLEW_PPM
 * until they agree.
 *
 * The kernel adjusts the rates of both of its clocks alike, so they differ only after the wall clock was set. A
 * difference of more than CLOCK_STEP_MS is an alarm (clock_state), and each change by more than that is logged:
 * clock_stepped. Smaller ones are ordinary: leap seconds, chrony's makestep.
 *
 * Code in domain/ never reads a clock: it takes `now` from its unit. Any thread. */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

enum { SECOND_MS = 1000, MINUTE_MS = 60 * SECOND_MS, HOUR_MS = 60 * MINUTE_MS, DAY_MS = 24 * HOUR_MS };

enum {
    CLOCK_STEP_MS = 2 * SECOND_MS,
    CLOCK_SLEW_PPM = 500, /* what NTP uses: 43 seconds a day; a hold of 15 minutes is wrong by half a second at most */
};

/* Milliseconds since 1970-01-01T00:00:00Z, which the data hold. Before clock_start() it begins with the wall clock. */
int64_t clock_now_ms(void);

/* For durations and deadlines. */
int64_t clock_monotonic_ms(void);
int64_t clock_monotonic_us(void);

/* Time since boot, with the time in which the machine was suspended. */
int64_t clock_boot_us(void);

/* What a reference clock said, and clock_boot_us() before it was asked and after the response came. The true time is
 * not known better than that, so a reading differs from the time of the program only beyond this interval. */
struct clock_reading {
    int64_t time_us; /* since 1970 */
    int64_t before_us, after_us;
};

/* The wall clock of this machine. */
struct clock_reading clock_wall(void);

/* Begins again with the time of a reading, or with `floor_ms` if that is later. Before threads use the time. */
void clock_start(const struct clock_reading *reading, int64_t floor_ms);

/* Compares the time with a later reading of the reference clock, and slews it. A reading within 0.1 seconds
 * of the last one, or that took longer than a second, is ignored. */
void clock_follow(const struct clock_reading *reading);

struct clock_state {
    int64_t difference_ms; /* the reference clock minus the time of the program */
    int64_t steps;         /* how often clock_stepped was logged */
    bool alarm;            /* they differ by more than CLOCK_STEP_MS */
};
struct clock_state clock_state(void);

#endif
