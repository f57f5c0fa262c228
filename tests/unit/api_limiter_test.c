/* Unit tests of api/limiter, with time given from outside: a quota can be used at once and is given back evenly. A
 * person may book 20 times in 10 seconds, so once more every half second. */
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

static void a_quota_is_available_at_once_then_evenly(void **state)
{
    (void)state;
    int64_t now_us = 5 * SECOND_US;
    for (int i = 0; i < 20; i++) {
        struct rate_decision decision = count("a", now_us);
        assert_int_equal(decision.retry_s, 0);
        assert_int_equal(decision.remaining, 19 - i);
        assert_int_equal(decision.quota, 20);
    }
    struct rate_decision refused = count("a", now_us);
    assert_int_equal(refused.retry_s, 1); /* half a second, rounded up */
    assert_int_equal(refused.remaining, 0);
    assert_int_equal(refused.reset_s, 10);
    /* Being refused costs nothing: half a second later one request passes, and no second one. */
    assert_int_equal(count("a", now_us + SECOND_US / 2).retry_s, 0);
    assert_int_equal(count("a", now_us + SECOND_US / 2).retry_s, 1);
    assert_int_equal(count("a", now_us + 20 * SECOND_US).remaining, 19);
}

static void what_is_returned_was_not_counted(void **state)
{
    (void)state;
    for (int i = 0; i < 100; i++) {
        assert_int_equal(count("a", SECOND_US).remaining, 19);
        limiter_return(limiter, RATE_BOOK, KEY_ACTOR, STR("a"));
    }
    limiter_return(limiter, RATE_BOOK, KEY_ACTOR, STR("never counted"));
    assert_int_equal(count("never counted", SECOND_US).remaining, 19);
}

/* Ten in an hour, however the guesses are spread over it. */
static void strangers_guess_ten_times_an_hour(void **state)
{
    (void)state;
    int64_t hour_us = INT64_C(3600) * SECOND_US, passed = 0;
    for (int64_t second = 0; second < 3600; second++) {
        for (int i = 0; i < 5; i++) {
            int64_t now_us = hour_us + second * SECOND_US;
            if (limiter_count(limiter, RATE_GUESS, KEY_ACCOUNT, STR("a"), now_us).retry_s == 0) passed++;
        }
    }
    assert_true(passed >= 5 && passed <= 10);
}

static void keys_and_classes_are_counted_separately(void **state)
{
    (void)state;
    for (int i = 0; i < 1000; i++) (void)count("a", SECOND_US);
    assert_true(count("a", SECOND_US).retry_s > 0);
    assert_int_equal(count("b", SECOND_US).retry_s, 0);
    assert_int_equal(limiter_count(limiter, RATE_WRITE, KEY_ACTOR, STR("a"), SECOND_US).retry_s, 0);
    assert_int_equal(limiter_count(limiter, RATE_BOOK, KEY_ADDRESS, STR("a"), SECOND_US).retry_s, 0);
}

static void requests_without_a_quota_are_not_counted(void **state)
{
    (void)state;
    for (int i = 0; i < 1000; i++) {
        struct rate_decision decision = limiter_count(limiter, RATE_NONE, KEY_ADDRESS, STR("a"), SECOND_US);
        assert_true(decision.quota == 0 && decision.retry_s == 0);
    }
}

/* A thousand keys in room for 64: some are forgotten, and no key is refused its first request. */
static void a_full_table_forgets_and_does_not_refuse(void **state)
{
    (void)state;
    char who[16];
    for (int i = 0; i < 1000; i++) {
        snprintf(who, sizeof(who), "key%d", i);
        assert_int_equal(count(who, SECOND_US + i).retry_s, 0);
    }
}

/* So that no one gets a new quota by making the table full. */
static void who_has_used_up_the_quota_is_forgotten_last(void **state)
{
    (void)state;
    char who[16];
    for (int i = 0; i < 20; i++) (void)count("a", SECOND_US);
    for (int i = 0; i < 1000; i++) {
        snprintf(who, sizeof(who), "key%d", i);
        (void)count(who, SECOND_US);
    }
    assert_true(count("a", SECOND_US).retry_s > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_quota_is_available_at_once_then_evenly, setup, teardown),
        cmocka_unit_test_setup_teardown(what_is_returned_was_not_counted, setup, teardown),
        cmocka_unit_test_setup_teardown(strangers_guess_ten_times_an_hour, setup, teardown),
        cmocka_unit_test_setup_teardown(keys_and_classes_are_counted_separately, setup, teardown),
        cmocka_unit_test_setup_teardown(requests_without_a_quota_are_not_counted, setup, teardown),
        cmocka_unit_test_setup_teardown(a_full_table_forgets_and_does_not_refuse, setup, teardown),
        cmocka_unit_test_setup_teardown(who_has_used_up_the_quota_is_forgotten_last, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
