/* When the daily backup runs: 60 simulated days, with failures, missed runs and clocks that are wrong. */
#include "unit.h"

#include <stdlib.h>
#include <time.h>

#include "jobs/backup.h"

enum { DAYS = 60, AT = 3 * 60, TICK_MS = 5 * MINUTE_MS };

#define START INT64_C(1772323200000) /* 2026-03-01 */

static int begin(void **state)
{
    (void)state;
    setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3", 1);
    tzset();
    return 0;
}

/* A server that looks every few minutes while it is up; the runs it makes. */
struct server {
    bool (*up)(int64_t now_ms);
    bool (*works)(int64_t now_ms);
    int64_t runs[DAYS * 30];
    size_t count;
};

static void live(struct server *server)
{
    struct backup_run last = {0};
    for (int64_t now_ms = START; now_ms < START + DAYS * (int64_t)DAY_MS; now_ms += TICK_MS) {
        if (!server->up(now_ms) || !backup_due(&last, now_ms, AT)) continue;
        last = (struct backup_run){.started_ms = now_ms, .verified = server->works(now_ms)};
        assert_true(server->count < COUNT_OF(server->runs));
        server->runs[server->count++] = now_ms;
    }
}

static bool always(int64_t now_ms)
{
    return now_ms > 0;
}

static bool never(int64_t now_ms)
{
    return now_ms == 0;
}

/* UTC, so in summer from 08:00 to 20:00 local time. */
static bool by_day(int64_t now_ms)
{
    int64_t hour = now_ms / HOUR_MS % 24;
    return hour >= 6 && hour < 18;
}

static bool not_for_a_week(int64_t now_ms)
{
    int64_t day = (now_ms - START) / DAY_MS;
    return day < 10 || day >= 17;
}

static void one_run_a_day(void **state)
{
    (void)state;
    struct server server = {.up = always, .works = always};
    live(&server);
    assert_int_equal(server.count, DAYS + 1); /* at once, and on each day at 03:00 */
    assert_int_equal(server.runs[0], START);
    for (size_t i = 1; i < server.count; i++) {
        int64_t of_day = server.runs[i] % DAY_MS;
        assert_true(of_day == 2 * (int64_t)HOUR_MS || of_day == HOUR_MS); /* winter, summer */
    }
}

static void a_missed_run_is_made_at_the_next_start(void **state)
{
    (void)state;
    struct server server = {.up = by_day, .works = always};
    live(&server);
    assert_int_equal(server.count, DAYS);
    for (size_t i = 0; i < server.count; i++) assert_int_equal(server.runs[i] % DAY_MS, 6 * (int64_t)HOUR_MS);
    struct server away = {.up = not_for_a_week, .works = always};
    live(&away);
    assert_int_equal(away.count, DAYS + 1 - 6); /* one for the whole week */
    assert_int_equal(away.runs[11], START + 17 * (int64_t)DAY_MS);
}

static void a_failed_run_is_repeated_every_hour(void **state)
{
    (void)state;
    struct server server = {.up = always, .works = never};
    live(&server);
    assert_int_equal(server.count, DAYS * 24);
    struct server recovers = {.up = always, .works = not_for_a_week};
    live(&recovers);
    assert_int_equal(recovers.runs[11], START + 10 * (int64_t)DAY_MS + 2 * HOUR_MS); /* the first that fails */
    assert_int_equal(recovers.runs[12] - recovers.runs[11], HOUR_MS);
    int64_t last = recovers.runs[recovers.count - 1];
    assert_int_equal(last % DAY_MS, HOUR_MS); /* at 03:00 again */
}

static void a_clock_that_was_wrong_delays_no_run(void **state)
{
    (void)state;
    int64_t now_ms = START + 5 * (int64_t)HOUR_MS;
    const struct backup_run of_future = {.started_ms = now_ms + 365 * (int64_t)DAY_MS, .verified = true};
    const struct backup_run failed = {.started_ms = now_ms + DAY_MS}, of_today = {now_ms - 1, true};
    const struct backup_run none = {0}, long_ago = {.started_ms = 1, .verified = true};
    assert_true(backup_due(&of_future, now_ms, AT) && backup_due(&failed, now_ms, AT));
    assert_true(backup_due(&none, now_ms, AT) && backup_due(&long_ago, now_ms, AT));
    assert_false(backup_due(&of_today, now_ms, AT));
}

static void overdue_after_26_hours(void **state)
{
    (void)state;
    const int64_t ages[] = {-1, 0, 26 * (int64_t)HOUR_MS, 26 * (int64_t)HOUR_MS + 1};
    const bool overdue[] = {false, false, false, true};
    for (size_t i = 0; i < COUNT_OF(ages); i++) {
        const struct place_state place = {.verified_age_ms = ages[i]};
        assert_int_equal(backup_overdue(&place), overdue[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(one_run_a_day, begin),
        cmocka_unit_test_setup(a_missed_run_is_made_at_the_next_start, begin),
        cmocka_unit_test_setup(a_failed_run_is_repeated_every_hour, begin),
        cmocka_unit_test_setup(a_clock_that_was_wrong_delays_no_run, begin),
        cmocka_unit_test_setup(overdue_after_26_hours, begin),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
