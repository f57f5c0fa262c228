/* Unit tests of base/: times and money as text, at the bounds and just beyond them. */
#include "unit.h"

#include "base/clock.h"
#include "base/money.h"
#include "base/time_text.h"

/* time_text */

static int64_t time_of(const char *text)
{
    int64_t ms = -1;
    if (!time_from_text(str_of(text), &ms)) fail_msg("refused: %s", text);
    return ms;
}

static void time_known_instants(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t ms;
    } known[] = {{"1970-01-01T00:00:00.001Z", 1},
                 {"2000-02-29T12:34:56.789Z", INT64_C(951827696789)},
                 {"2026-12-01T18:30:00.123Z", INT64_C(1796149800123)},
                 {"2038-01-19T03:14:08.000Z", INT64_C(2147483648000)},
                 {"2100-03-01T00:00:00.000Z", INT64_C(4107542400000)},
                 {"9999-12-31T23:59:59.999Z", TIME_MAX}};
    char buffer[TIME_TEXT_SIZE];
    for (size_t i = 0; i < COUNT_OF(known); i++) {
        assert_int_equal(time_of(known[i].text), known[i].ms);
        assert_str(time_to_rfc3339(known[i].ms, buffer), known[i].text);
    }
    assert_str(time_to_rfc3339(0, buffer), "1970-01-01T00:00:00.000Z");
    assert_str(time_to_stored(INT64_C(1796149800123), buffer), "2026-12-01 18:30:00.123 +00:00");
}

/* Every day up to 2110, then in steps of a prime number of days up to the last year. */
static void time_round_trips(void **state)
{
    (void)state;
    char buffer[TIME_TEXT_SIZE];
    for (int64_t ms = 43200123; ms <= TIME_MAX; ms += ms < INT64_C(4418064000000) ? DAY_MS : DAY_MS * INT64_C(97)) {
        int64_t back = 0;
        assert_true(time_from_text(time_to_rfc3339(ms, buffer), &back));
        assert_int_equal(back, ms);
        assert_true(time_from_text(time_to_stored(ms, buffer), &back));
        assert_int_equal(back, ms);
    }
}

static void time_takes_every_rfc3339_form(void **state)
{
    (void)state;
    int64_t noon = time_of("2026-12-01T12:00:00Z");
    static const char *const same[] = {"2026-12-01t12:00:00z",           "2026-12-01 12:00:00Z",
                                       "2026-12-01T12:00:00.0Z",         "2026-12-01T12:00:00.000000000Z",
                                       "2026-12-01T12:00:00.000999999Z", "2026-12-01T13:00:00+01:00",
                                       "2026-12-01T06:30:00-05:30",      "2026-12-02T11:59:00+23:59",
                                       "2026-12-01T12:00:00-00:00",      "2026-12-01 12:00:00.000 +00:00"};
    for (size_t i = 0; i < COUNT_OF(same); i++) assert_int_equal(time_of(same[i]), noon);
    assert_int_equal(time_of("2026-12-01T12:00:00.5Z"), noon + 500);
    assert_int_equal(time_of("2026-12-01T12:00:00.05Z"), noon + 50);
    assert_int_equal(time_of("2026-12-01T12:00:00.0019Z"), noon + 1);
}

static void time_handles_leap_days(void **state)
{
    (void)state;
    static const char *const exist[] = {"1972-02-29T00:00:00Z", "2000-02-29T00:00:00Z", "2024-02-29T00:00:00Z",
                                        "2400-02-29T00:00:00Z", "9996-02-29T00:00:00Z"};
    static const char *const missing[] = {"1973-02-29T00:00:00Z", "2023-02-29T00:00:00Z", "2100-02-29T00:00:00Z",
                                          "2200-02-29T00:00:00Z", "2024-02-30T00:00:00Z"};
    int64_t ms = 7;
    for (size_t i = 0; i < COUNT_OF(exist); i++) {
        assert_int_equal(time_of(exist[i]) % DAY_MS, 0);
        assert_false(time_from_text(str_of(missing[i]), &ms));
    }
    assert_int_equal(ms, 7);
    assert_int_equal(time_of("2024-03-01T00:00:00Z") - time_of("2024-02-28T00:00:00Z"), 2 * DAY_MS);
    assert_int_equal(time_of("2100-03-01T00:00:00Z") - time_of("2100-02-28T00:00:00Z"), DAY_MS);
}

/* Among the rest: no offset; before 1970; zero, which means none. */
static void time_refuses_everything_else(void **state)
{
    (void)state;
    static const char *const bad[] = {"",
                                      "2026",
                                      "2026-12-01",
                                      "2026-12-01T",
                                      "2026-12-01T12",
                                      "2026-12-01T12:00",
                                      "2026-12-01T12:00Z",
                                      "2026-12-01T12:00:00",
                                      "2026-12-01X12:00:00Z",
                                      "2026-12-01  12:00:00Z",
                                      " 2026-12-01T12:00:00Z",
                                      "2026-12-01T12:00:00Z ",
                                      "2026-12-01T12:00:00ZZ",
                                      "2026-12-01T12:00:00Z+00:00",
                                      "2026-12-01T12:00:00+0000",
                                      "2026-12-01T12:00:00+00",
                                      "2026-12-01T12:00:00+24:00",
                                      "2026-12-01T12:00:00+00:60",
                                      "2026-12-01T12:00:00+-1:00",
                                      "2026-12-01T12:00:00.Z",
                                      "2026-12-01T12:00:00,5Z",
                                      "2026-12-01T12:00:00.0000000000Z",
                                      "2026-12-01T24:00:00Z",
                                      "2026-12-01T12:60:00Z",
                                      "2026-12-01T12:00:60Z",
                                      "2026-12-01T-1:00:00Z",
                                      "2026-12-01T1:00:00Z",
                                      "2026-12-01T12:0:00Z",
                                      "2026-12-01T12-00-00Z",
                                      "20261201T120000Z",
                                      "2026-00-01T12:00:00Z",
                                      "2026-13-01T12:00:00Z",
                                      "2026-12-00T12:00:00Z",
                                      "2026-12-32T12:00:00Z",
                                      "2026-04-31T12:00:00Z",
                                      "2026-06-31T12:00:00Z",
                                      "2026-09-31T12:00:00Z",
                                      "2026-11-31T12:00:00Z",
                                      "2026-1-01T12:00:00Z",
                                      "26-12-01T12:00:00Z",
                                      "+2026-12-01T12:00:00Z",
                                      "-2026-12-01T12:00:00Z",
                                      "12026-12-01T12:00:00Z",
                                      "2026/12/01T12:00:00Z",
                                      "2026-W49-2T12:00:00Z",
                                      "2026-335T12:00:00Z",
                                      "1969-12-31T23:59:59Z",
                                      "0000-01-01T00:00:00Z",
                                      "1970-01-01T00:00:00Z",
                                      "1970-01-01T00:30:00+01:00",
                                      "9999-12-31T23:59:59-00:01",
                                      "Tue, 01 Dec 2026 12:00:00 GMT",
                                      "1796126400000",
                                      "now",
                                      "null"};
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        int64_t ms = 7;
        if (time_from_text(str_of(bad[i]), &ms)) fail_msg("taken: %s", bad[i]);
        assert_int_equal(ms, 7);
    }
    int64_t ms;
    assert_false(time_from_text(STR("2026-12-01T12:00:00Z\0"), &ms));
    assert_false(time_from_text(STR("2026-12-01\0"
                                    "12:00:00Z"),
                                &ms));
    assert_false(time_from_text(STR("2026-12-01T12:00:00\0"), &ms));
    assert_false(time_from_text(STR_NONE, &ms));
}

static void time_before_1970(void)
{
    char buffer[TIME_TEXT_SIZE];
    time_to_rfc3339(-1, buffer);
}

static void time_after_9999(void)
{
    char buffer[TIME_TEXT_SIZE];
    time_to_stored(TIME_MAX + 1, buffer);
}

static void time_bounds_are_checked(void **state)
{
    (void)state;
    assert_aborts(time_before_1970);
    assert_aborts(time_after_9999);
}

/* money */

static void money_reads_and_writes(void **state)
{
    (void)state;
    static const struct {
        const char *in;
        int64_t minor;
        const char *out;
    } rows[] = {{"0", 0, "0.00"},
                {"0.00", 0, "0.00"},
                {"12", 1200, "12.00"},
                {"12.3", 1230, "12.30"},
                {"12.30", 1230, "12.30"},
                {"12.3000", 1230, "12.30"},
                {"0.05", 5, "0.05"},
                {"-0.05", -5, "-0.05"},
                {"007.10", 710, "7.10"},
                {"99999999.99", MONEY_MAX, "99999999.99"},
                {"-99999999.99", -MONEY_MAX, "-99999999.99"}};
    char buffer[MONEY_TEXT_SIZE];
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        int64_t minor = 7;
        if (!money_from_text(str_of(rows[i].in), &minor)) fail_msg("refused: %s", rows[i].in);
        assert_int_equal(minor, rows[i].minor);
        assert_str(money_to_text(minor, buffer), rows[i].out);
    }
}

static void money_refuses_everything_else(void **state)
{
    (void)state;
    static const char *const bad[] = {"",
                                      "-",
                                      ".",
                                      "-.",
                                      ".5",
                                      "5.",
                                      "1.005",
                                      "1.001",
                                      "1,50",
                                      "1 ",
                                      " 1",
                                      "+1",
                                      "--1",
                                      "1-",
                                      "1e2",
                                      "1.5e1",
                                      "0x10",
                                      "1.2.3",
                                      "1.-5",
                                      "-.5",
                                      "NaN",
                                      "Infinity",
                                      "12 EUR",
                                      "100000000",
                                      "100000000.00",
                                      "999999999999999999999",
                                      "1.0 ",
                                      "1.0000000000000000000000000000000000"};
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        int64_t minor = 7;
        if (money_from_text(str_of(bad[i]), &minor)) fail_msg("taken: %s", bad[i]);
        assert_int_equal(minor, 7);
    }
    int64_t minor;
    assert_false(money_from_text(STR("1\0"), &minor));
    assert_false(money_from_text(STR("1.5\0"), &minor));
    assert_false(money_from_text(STR_NONE, &minor));
}

static void money_past_the_bound(void)
{
    char buffer[MONEY_TEXT_SIZE];
    money_to_text(MONEY_MAX + 1, buffer);
}

static void money_bounds_are_checked(void **state)
{
    (void)state;
    assert_aborts(money_past_the_bound);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(time_known_instants),           cmocka_unit_test(time_round_trips),
        cmocka_unit_test(time_takes_every_rfc3339_form), cmocka_unit_test(time_handles_leap_days),
        cmocka_unit_test(time_refuses_everything_else),  cmocka_unit_test(time_bounds_are_checked),
        cmocka_unit_test(money_reads_and_writes),        cmocka_unit_test(money_refuses_everything_else),
        cmocka_unit_test(money_bounds_are_checked),
    };
    return cmocka_run_group_tests_name("base values", tests, NULL, NULL);
}
