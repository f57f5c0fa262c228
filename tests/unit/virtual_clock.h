/* The clocks of the kernel as a test sets them: the wall clock and the clock since boot. They stand still until the
 * test moves them; CLOCK_MONOTONIC, by which threads wait, is the real one. Programs whose name ends in _clock_test are
 * linked with --wrap=clock_gettime (meson.build). */
#ifndef VIRTUAL_CLOCK_H
#define VIRTUAL_CLOCK_H

#include <stdatomic.h>
#include <stdint.h>
#include <time.h>

static _Atomic int64_t wall_us = INT64_C(1800000000000000); /* 2027-01-15 */
static _Atomic int64_t boot_us = INT64_C(1000000000);

int __real_clock_gettime(clockid_t clock, struct timespec *ret);
int __wrap_clock_gettime(clockid_t clock, struct timespec *ret);

int __wrap_clock_gettime(clockid_t clock, struct timespec *ret)
{
    if (clock != CLOCK_REALTIME && clock != CLOCK_BOOTTIME) return __real_clock_gettime(clock, ret);
    int64_t us = atomic_load(clock == CLOCK_REALTIME ? &wall_us : &boot_us);
    *ret = (struct timespec){us / 1000000, us % 1000000 * 1000};
    return 0;
}

/* The wall clock is set, by so much. */
static inline void wall_step(int64_t ms)
{
    atomic_fetch_add(&wall_us, ms * 1000);
}

static inline void time_pass(int64_t ms)
{
    atomic_fetch_add(&wall_us, ms * 1000);
    atomic_fetch_add(&boot_us, ms * 1000);
}

#endif
