/* The time of the program while the wall clock is set. */
#include "unit.h"

#include "base/clock.h"
#include "base/log.h"
#include "virtual_clock.h"

enum { TICK_MS = 250 };

#define YEAR_MS (INT64_C(365) * DAY_MS)

static int set_up(void **state)
{
    (void)state;
    struct clock_reading reading = clock_wall();
    clock_start(&reading, 0);
    log_set_level(LOG_SILENT);
    return 0;
}

static int64_t wall_ms(void)
{
    return atomic_load(&wall_us) / 1000;
}

static void follow(void)
{
    struct clock_reading reading = clock_wall();
    clock_follow(&reading);
}

/* The clock is followed while so much time passes. */
static void pass(int64_t ms)
{
    for (; ms > 0; ms -= TICK_MS) {
        time_pass(TICK_MS);
        follow();
    }
}

static void it_begins_with_the_wall_clock_and_passes_as_the_time_since_boot(void **state)
{
    (void)state;
    int64_t begun_ms = clock_now_ms();
    assert_int_equal(begun_ms, wall_ms());
    pass(HOUR_MS);
    assert_int_equal(clock_now_ms() - begun_ms, HOUR_MS);
    assert_int_equal(clock_state().difference_ms, 0);
    assert_false(clock_state().alarm);
}

static void a_step_does_not_move_it(void **state)
{
    (void)state;
    const int64_t steps[] = {3000, -3000, HOUR_MS, -HOUR_MS, 10 * YEAR_MS, -20 * YEAR_MS, 10 * YEAR_MS};
    for (size_t i = 0; i < COUNT_OF(steps); i++) {
        int64_t before_ms = clock_now_ms(), counted = clock_state().steps;
        wall_step(steps[i]);
        assert_int_equal(clock_now_ms(), before_ms);
        pass(15 * MINUTE_MS);
        int64_t passed_ms = clock_now_ms() - before_ms;
        assert_in_range(passed_ms, 15 * MINUTE_MS - 450, 15 * MINUTE_MS + 450);
        assert_int_equal(clock_state().steps, counted + 1);
    }
}

static void the_difference_is_slewed_until_none_is_left(void **state)
{
    (void)state;
    const int64_t steps[] = {1000, -1000};
    for (size_t i = 0; i < COUNT_OF(steps); i++) {
        int64_t counted = clock_state().steps;
        wall_step(steps[i]);
        pass(1000 * SECOND_MS);
        assert_in_range(llabs(clock_now_ms() - wall_ms()), 499, 501);
        pass(1001 * SECOND_MS);
        assert_int_equal(clock_now_ms(), wall_ms());
        assert_int_equal(clock_state().steps, counted); /* a leap second is ordinary */
    }
}

static void the_alarm_ends_when_the_clock_is_set_right(void **state)
{
    (void)state;
    wall_step(-HOUR_MS);
    pass(TICK_MS);
    assert_true(clock_state().alarm);
    assert_in_range(-clock_state().difference_ms, HOUR_MS - 1, HOUR_MS);
    wall_step(HOUR_MS);
    pass(TICK_MS);
    assert_false(clock_state().alarm);
}

static int64_t next_random(uint32_t *seed)
{
    *seed = *seed * 1664525 + 1013904223;
    return *seed >> 8;
}

/* Whatever happens to the wall clock, and however seldom it is followed. */
static void it_never_goes_back_and_never_jumps(void **state)
{
    (void)state;
    uint32_t seed = 20261129;
    int64_t last_ms = clock_now_ms();
    for (int i = 0; i < 200000; i++) {
        int64_t passed_ms = next_random(&seed) % 400;
        if (next_random(&seed) % 100 == 0) wall_step(next_random(&seed) % (4 * HOUR_MS) - 2 * HOUR_MS);
        time_pass(passed_ms);
        if (next_random(&seed) % 2) follow();
        int64_t now_ms = clock_now_ms();
        assert_true(now_ms >= last_ms);
        assert_true(now_ms - last_ms <= passed_ms + 40); /* a slew of what was not followed before */
        last_ms = now_ms;
    }
}

/* A reading that says `ahead_ms` more than the time of the program, and was asked for so long before. */
static int64_t difference_after(int64_t ahead_ms, int64_t took_ms)
{
    time_pass(SECOND_MS);
    int64_t after_us = clock_boot_us();
    struct clock_reading reading = {(clock_now_ms() + ahead_ms) * 1000, after_us - took_ms * 1000, after_us};
    clock_follow(&reading);
    return clock_state().difference_ms;
}

static void a_slow_reading_counts_only_beyond_what_is_uncertain(void **state)
{
    (void)state;
    assert_int_equal(difference_after(-1000, 1000), 0); /* read at once, and the response took a second */
    assert_int_equal(difference_after(0, 1000), 0);     /* read at the end */
    assert_in_range(-difference_after(-1500, 1000), 499, 501);
    assert_in_range(difference_after(500, 1000), 499, 501);
    assert_in_range(difference_after(HOUR_MS, 1001), 499, 501); /* too uncertain: ignored */
}

static void it_begins_with_the_floor_if_that_is_later(void **state)
{
    (void)state;
    struct clock_reading reading = clock_wall();
    clock_start(&reading, wall_ms() - 1);
    assert_int_equal(clock_now_ms(), wall_ms());
    int64_t floor_ms = wall_ms() + MINUTE_MS;
    clock_start(&reading, floor_ms);
    assert_int_equal(clock_now_ms(), floor_ms);
    pass(HOUR_MS);
    assert_in_range(clock_now_ms(), floor_ms + HOUR_MS - 1801, floor_ms + HOUR_MS - 1799);
    assert_true(clock_state().alarm);
}

/* What is written to stderr by `body`. */
static void logged(void (*body)(void), char *ret_text, size_t size)
{
    int ends[2], stderr_copy = dup(STDERR_FILENO);
    assert_int_equal(pipe(ends), 0);
    dup2(ends[1], STDERR_FILENO);
    body();
    dup2(stderr_copy, STDERR_FILENO);
    close(stderr_copy);
    close(ends[1]);
    ssize_t n = read(ends[0], ret_text, size - 1);
    close(ends[0]);
    assert_true(n >= 0);
    ret_text[n] = '\0';
}

static void step_an_hour(void)
{
    wall_step(HOUR_MS);
    pass(4 * TICK_MS);
}

static void a_step_is_logged_once_with_its_size(void **state)
{
    (void)state;
    char text[4096];
    log_set_level(LOG_ERROR);
    logged(step_an_hour, text, sizeof(text));
    assert_non_null(strstr(text, "\"event\":\"clock_stepped\",\"step_ms\":3600000,\"difference_ms\":3600000}\n"));
    assert_null(strstr(strchr(text, '\n') + 1, "clock_stepped"));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup(name, set_up)
    const struct CMUnitTest tests[] = {
        TEST(it_begins_with_the_wall_clock_and_passes_as_the_time_since_boot),
        TEST(a_step_does_not_move_it),
        TEST(the_difference_is_slewed_until_none_is_left),
        TEST(the_alarm_ends_when_the_clock_is_set_right),
        TEST(it_never_goes_back_and_never_jumps),
        TEST(a_slow_reading_counts_only_beyond_what_is_uncertain),
        TEST(it_begins_with_the_floor_if_that_is_later),
        TEST(a_step_is_logged_once_with_its_size),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
