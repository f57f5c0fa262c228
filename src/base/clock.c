/* See clock.h. */
#include "base/clock.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>

#include "base/log.h"

#define STEP_US (CLOCK_STEP_MS * INT64_C(1000))

enum { FOLLOW_US = 100000 }; /* in a shorter time the slew would be rounded to nothing */

static pthread_once_t begun = PTHREAD_ONCE_INIT;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* of changes */

static _Atomic int64_t offset_us; /* the time minus clock_boot_us() */
static _Atomic int64_t latest_ms; /* the latest time that was returned, because slewing lowers the offset */
static _Atomic int64_t difference_us, steps;
static int64_t followed_us; /* clock_boot_us() of the last clock_follow() */

static int64_t microseconds(clockid_t clock)
{
    struct timespec t;
    clock_gettime(clock, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

int64_t clock_monotonic_ms(void)
{
    return microseconds(CLOCK_MONOTONIC) / 1000;
}

int64_t clock_monotonic_us(void)
{
    return microseconds(CLOCK_MONOTONIC);
}

int64_t clock_boot_us(void)
{
    return microseconds(CLOCK_BOOTTIME);
}

struct clock_reading clock_wall(void)
{
    struct clock_reading reading = {.before_us = clock_boot_us()};
    reading.time_us = microseconds(CLOCK_REALTIME);
    reading.after_us = clock_boot_us();
    return reading;
}

static void set(const struct clock_reading *reading, int64_t floor_us)
{
    pthread_mutex_lock(&lock);
    followed_us = reading->after_us;
    atomic_store(&offset_us, (reading->time_us > floor_us ? reading->time_us : floor_us) - reading->after_us);
    atomic_store(&difference_us, 0);
    atomic_store(&latest_ms, 0);
    pthread_mutex_unlock(&lock);
}

static void begin(void)
{
    struct clock_reading reading = clock_wall();
    set(&reading, 0);
}

void clock_start(const struct clock_reading *reading, int64_t floor_ms)
{
    pthread_once(&begun, begin);
    set(reading, floor_ms * 1000);
}

int64_t clock_now_ms(void)
{
    pthread_once(&begun, begin);
    int64_t now_ms = (clock_boot_us() + atomic_load(&offset_us)) / 1000, latest = atomic_load(&latest_ms);
    while (now_ms > latest && !atomic_compare_exchange_weak(&latest_ms, &latest, now_ms)) continue;
    return now_ms > latest ? now_ms : latest;
}

/* How far the reference clock is ahead of the time. Any offset is right with which the reading was made between the
 * moment before it and the one after. */
static int64_t difference_of(const struct clock_reading *reading)
{
    int64_t offset = atomic_load(&offset_us);
    int64_t least = reading->time_us - reading->after_us, most = reading->time_us - reading->before_us;
    if (offset < least) return least - offset;
    return offset > most ? most - offset : 0;
}

static int64_t clamp(int64_t value, int64_t limit)
{
    if (value > limit) return limit;
    return value < -limit ? -limit : value;
}

void clock_follow(const struct clock_reading *reading)
{
    pthread_once(&begun, begin);
    pthread_mutex_lock(&lock);
    int64_t difference = 0, step_us = 0, elapsed_us = reading->after_us - followed_us;
    if (elapsed_us >= FOLLOW_US && reading->after_us - reading->before_us <= STEP_US / 2) {
        difference = difference_of(reading);
        step_us = difference - atomic_exchange(&difference_us, difference);
        atomic_fetch_add(&offset_us, clamp(difference, elapsed_us * CLOCK_SLEW_PPM / 1000000));
        followed_us = reading->after_us;
    }
    pthread_mutex_unlock(&lock);
    if (llabs(step_us) <= STEP_US) return;
    atomic_fetch_add(&steps, 1);
    LOG(LOG_ERROR, "clock_stepped", LOG_INT("step_ms", step_us / 1000), LOG_INT("difference_ms", difference / 1000));
}

struct clock_state clock_state(void)
{
    int64_t difference_ms = atomic_load(&difference_us) / 1000;
    return (struct clock_state){difference_ms, atomic_load(&steps), llabs(difference_ms) > CLOCK_STEP_MS};
}
