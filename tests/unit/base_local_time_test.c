/* Daily schedules in local time: 60 simulated days in several time zones, around the changes of their clocks. */
#include "unit.h"

#include <stdlib.h>
#include <time.h>

#include "base/clock.h"
#include "base/local_time.h"
#include "base/time_text.h"

enum { DAYS = 60, STEP_MS = 5 * MINUTE_MS };

static void use_zone(const char *zone)
{
    setenv("TZ", zone, 1);
    tzset();
}

static int64_t utc(const char *text)
{
    int64_t ms;
    assert_true(time_from_text(str_of(text), &ms));
    return ms;
}

static void daily_is(const char *zone, const char *now, const char *at, const char *expected)
{
    int minutes;
    char text[TIME_TEXT_SIZE];
    use_zone(zone);
    assert_true(time_of_day_read(str_of(at), &minutes));
    str found = time_to_rfc3339(local_daily_ms(utc(now), minutes), text);
    if (!str_is(found, expected)) fail_msg("%s at %s, %s: %s, not %s", zone, at, now, found.p, expected);
}

/* As rules, so that the machine does not have to know the zones: of Berlin, New York, Sydney, Lord Howe, Havana,
 * Kathmandu, Kiritimati. */
#define BERLIN    "CET-1CEST,M3.5.0,M10.5.0/3"
#define NEW_YORK  "EST5EDT,M3.2.0,M11.1.0"
#define SYDNEY    "AEST-10AEDT,M10.1.0,M4.1.0/3"
#define LORD_HOWE "<+1030>-10:30<+11>-11,M10.1.0,M4.1.0"
#define HAVANA    "CST5CDT,M3.2.0/0,M11.1.0/1"

static const char *const zones[] = {"UTC0", BERLIN,         NEW_YORK,   SYDNEY,   LORD_HOWE,
                                    HAVANA, "<+0545>-5:45", "<+14>-14", "<-11>11"};
static const char *const times[] = {"00:00", "00:30", "02:00", "02:30", "03:00", "12:00", "23:59"};

static void times_of_day(void **state)
{
    (void)state;
    int minutes;
    static const char *const wrong[] = {"", "3:00", "24:00", "12:60", "12-00", "12:0x", "-1:00", "12:000", "+1:00"};
    for (size_t i = 0; i < COUNT_OF(wrong); i++) assert_false(time_of_day_read(str_of(wrong[i]), &minutes));
    assert_true(time_of_day_read(STR("23:59"), &minutes));
    assert_int_equal(minutes, 23 * 60 + 59);
}

static void known_moments(void **state)
{
    (void)state;
    daily_is("UTC0", "2026-11-29T02:59:59.999Z", "03:00", "2026-11-28T03:00:00.000Z");
    daily_is("UTC0", "2026-11-29T03:00:00Z", "03:00", "2026-11-29T03:00:00.000Z");
    daily_is(BERLIN, "2026-07-01T12:00:00Z", "03:00", "2026-07-01T01:00:00.000Z");
    /* 02:30 does not exist on the day when the clock is put forward, from 02:00 to 03:00. */
    daily_is(BERLIN, "2026-03-29T00:59:59Z", "02:30", "2026-03-28T01:30:00.000Z");
    daily_is(BERLIN, "2026-03-29T01:00:00Z", "02:30", "2026-03-29T01:00:00.000Z");
    daily_is(BERLIN, "2026-03-29T12:00:00Z", "03:00", "2026-03-29T01:00:00.000Z");
    daily_is(BERLIN, "2026-03-30T12:00:00Z", "02:30", "2026-03-30T00:30:00.000Z");
    /* It exists twice when the clock is put back, from 03:00 to 02:00. */
    daily_is(BERLIN, "2026-10-25T00:30:00Z", "02:30", "2026-10-25T00:30:00.000Z");
    daily_is(BERLIN, "2026-10-25T01:30:00Z", "02:30", "2026-10-25T00:30:00.000Z");
    daily_is(BERLIN, "2026-10-25T23:00:00Z", "03:00", "2026-10-25T02:00:00.000Z");
    /* By half an hour, and at midnight. */
    daily_is(LORD_HOWE, "2026-10-04T12:00:00Z", "02:15", "2026-10-03T15:30:00.000Z");
    daily_is(HAVANA, "2026-03-08T12:00:00Z", "00:30", "2026-03-08T05:00:00.000Z");
    daily_is("<+14>-14", "2026-06-01T00:00:00Z", "03:00", "2026-05-31T13:00:00.000Z");
}

/* A server looks every few minutes: it finds exactly one new moment on each date. */
static void once_on_each_day(const char *zone, const char *at, const char *from)
{
    int minutes, found = 0;
    int64_t start_ms = utc(from), last_ms;
    use_zone(zone);
    assert_true(time_of_day_read(str_of(at), &minutes));
    last_ms = local_daily_ms(start_ms, minutes);
    for (int64_t now_ms = start_ms; now_ms < start_ms + DAYS * (int64_t)DAY_MS; now_ms += STEP_MS) {
        int64_t moment_ms = local_daily_ms(now_ms, minutes);
        assert_true(moment_ms <= now_ms && now_ms - moment_ms < DAY_MS + 2 * HOUR_MS);
        if (moment_ms == last_ms) continue;
        int64_t between_ms = moment_ms - last_ms;
        if (moment_ms < last_ms || between_ms < DAY_MS - 2 * HOUR_MS || between_ms > DAY_MS + 2 * HOUR_MS)
            fail_msg("%s at %s: %lld minutes after the one before", zone, at, (long long)(between_ms / MINUTE_MS));
        last_ms = moment_ms;
        found++;
    }
    if (found < DAYS - 1 || found > DAYS + 1) fail_msg("%s at %s: %d times in %d days", zone, at, found, DAYS);
}

static void sixty_days_in_every_zone(void **state)
{
    (void)state;
    static const char *const starts[] = {"2026-02-20T00:00:00Z", "2026-09-15T00:00:00Z"};
    for (size_t zone = 0; zone < COUNT_OF(zones); zone++) {
        for (size_t at = 0; at < COUNT_OF(times); at++) {
            for (size_t i = 0; i < COUNT_OF(starts); i++) once_on_each_day(zones[zone], times[at], starts[i]);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(times_of_day),
        cmocka_unit_test(known_moments),
        cmocka_unit_test(sixty_days_in_every_zone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
