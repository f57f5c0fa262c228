/* The memory of keys: never a wrong no within the period, few wrong yeses, and an end of what it remembers. */
#include "unit.h"

#include "store/seen.h"

enum { PERIOD_MS = 1000, KEYS = 20000 };

static void keys_are_remembered_for_a_period(void **state)
{
    (void)state;
    struct seen *seen = seen_new(PERIOD_MS);
    int64_t now_ms = 1000000;
    for (uint64_t key = 0; key < KEYS; key++) seen_note(seen, key << 32 ^ key, now_ms);
    for (uint64_t key = 0; key < KEYS; key++) assert_true(seen_note(seen, key << 32 ^ key, now_ms + PERIOD_MS - 1));
    seen_free(seen);
}

static void few_other_keys_are_taken_for_them(void **state)
{
    (void)state;
    struct seen *seen = seen_new(PERIOD_MS);
    int wrong = 0;
    for (uint64_t key = 1; key <= KEYS; key++) wrong += seen_note(seen, key << 32 ^ 7, PERIOD_MS);
    assert_true(wrong < KEYS / 20);
    seen_free(seen);
}

static void keys_are_forgotten_after_two_periods(void **state)
{
    (void)state;
    struct seen *seen = seen_new(PERIOD_MS);
    assert_false(seen_note(seen, 7, PERIOD_MS));
    assert_true(seen_note(seen, 7, PERIOD_MS + 1));
    seen_note(seen, 8, 2 * PERIOD_MS);
    seen_note(seen, 8, 3 * PERIOD_MS);
    assert_false(seen_note(seen, 7, 3 * PERIOD_MS));
    seen_free(seen);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_are_remembered_for_a_period),
        cmocka_unit_test(few_other_keys_are_taken_for_them),
        cmocka_unit_test(keys_are_forgotten_after_two_periods),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
