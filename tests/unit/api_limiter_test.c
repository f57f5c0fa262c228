/* Unit tests of api/limiter, with time given from outside: a quota can be used at once and is given back evenly. */
#include "unit.h"

#include "api/limiter.h"
#include "base/random.h"

enum { SECOND_US = 1000000 };

static struct arena *arena;
static struct limiter *limiter;

static int setup(void **state)
{
    (void)state;
    random_start();
    arena = arena_new(16 << 20);
    limiter = limiter_new(arena, 64);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    limiter_free(limiter);
    arena_free(arena);
    return 0;
}

static struct rate_decision count(const char *who, int64_t now_us)
{
    return limiter_count(limiter, RATE_BOOK, KEY_ACTOR, str_of(who), now_us);
}

static void a_quota_at_once_then_evenly(void **state)
{
    (void)state;
    const struct rate *rate = rate_of(RATE_BOOK);
    int64_t quota = rate->quota[KEY_ACTOR], step_us = rate->window_us / quota, now_us = 5 * SECOND_US;
    for (int64_t i = 0; i < quota; i++) {
        struct rate_decision response = count("a", now_us);
        assert_int_equal(response.retry_s, 0);
        assert_int_equal(response.remaining, quota - 1 - i);
        assert_int_equal(response.quota, quota);
    }
    struct rate_decision refused = count("a", now_us);
    assert_int_equal(refused.retry_s, (step_us + SECOND_US - 1) / SECOND_US);
    assert_int_equal(refused.remaining, 0);
    assert_int_equal(refused.reset_s, rate->window_us / SECOND_US);
    /* Being refused costs nothing: one step later one request passes, and no second one. */
    assert_int_equal(count("a", now_us + step_us).retry_s, 0);
    assert_true(count("a", now_us + step_us).retry_s > 0);
    assert_int_equal(count("a", now_us + 2 * rate->window_us).remaining, quota - 1);
}

static void keys_and_classes_count_apart(void **state)
{
    (void)state;
    for (int i = 0; i < 1000; i++) (void)count("a", SECOND_US);
    assert_true(count("a", SECOND_US).retry_s > 0);
    assert_int_equal(count("b", SECOND_US).retry_s, 0);
    assert_int_equal(limiter_count(limiter, RATE_WRITE, KEY_ACTOR, STR("a"), SECOND_US).retry_s, 0);
    assert_int_equal(limiter_count(limiter, RATE_BOOK, KEY_ADDRESS, STR("a"), SECOND_US).retry_s, 0);
}

static void what_has_no_quota_is_not_counted(void **state)
{
    (void)state;
    for (int i = 0; i < 1000; i++) {
        struct rate_decision response = limiter_count(limiter, RATE_NONE, KEY_ADDRESS, STR("a"), SECOND_US);
        assert_true(response.quota == 0 && response.retry_s == 0);
    }
}

/* A thousand keys in room for 64: some are forgotten, nobody is refused who asked once. */
static void a_full_table_forgets_and_does_not_refuse(void **state)
{
    (void)state;
    char who[16];
    for (int i = 0; i < 1000; i++) {
        snprintf(who, sizeof(who), "key%d", i);
        assert_int_equal(count(who, SECOND_US + i).retry_s, 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_quota_at_once_then_evenly, setup, teardown),
        cmocka_unit_test_setup_teardown(keys_and_classes_count_apart, setup, teardown),
        cmocka_unit_test_setup_teardown(what_has_no_quota_is_not_counted, setup, teardown),
        cmocka_unit_test_setup_teardown(a_full_table_forgets_and_does_not_refuse, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
