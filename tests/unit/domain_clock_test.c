/* Holds and sessions last as long as declared while the wall clock of the machine is set, and times of commits never go
 * back. On a server the wall clock of this machine does not count at all. */
#include "domain_fixture.h"
#include "virtual_clock.h"

enum { TICK_MS = 250 };

#define YEAR_MS (INT64_C(365) * DAY_MS)

/* So much time passes while the server follows the clock. Afterwards world.now is the time. */
static void pass(int64_t ms)
{
    for (; ms > 0; ms -= TICK_MS) {
        time_pass(TICK_MS);
        store_follow_clock(world.fixture->store);
    }
    clock_advance(0);
}

static bool held(int64_t booking)
{
    assert_int_equal(act(booking_expire, &world.fixture->system, 0), OK);
    return status_is("Bookings", booking, "pending");
}

/* The wall clock is set in the middle of a hold. The time may be slewed by half a second. */
static void hold_across(int64_t step_ms)
{
    int64_t hold_ms = world.fixture->settings.hold_ms, booking = booked(&world.customer, world.event, 1);
    pass(hold_ms / 2);
    wall_step(step_ms);
    pass(hold_ms / 2 - SECOND_MS);
    assert_true(held(booking));
    pass(2 * SECOND_MS);
    assert_false(held(booking));
}

static void a_hold_lasts_as_long_as_declared(void **state)
{
    (void)state;
    hold_across(HOUR_MS);
    hold_across(-2 * HOUR_MS);
    hold_across(YEAR_MS);
    hold_across(-10 * YEAR_MS);
}

static int64_t sessions(void)
{
    assert_int_equal(act(session_expire, &world.fixture->system, 0), OK);
    return number("SELECT count(*) FROM \"Sessions\"");
}

static void a_session_lasts_as_long_as_declared(void **state)
{
    (void)state;
    world.fixture->settings.session_ms = HOUR_MS;
    for (int64_t step_ms = -YEAR_MS; step_ms <= YEAR_MS; step_ms += 2 * YEAR_MS) {
        wall_step(step_ms);
        pass(MINUTE_MS);
        assert_int_equal(act(session_create, &world.anonymous, world.customer.user_id), OK);
        wall_step(-3 * step_ms);
        pass(HOUR_MS - 2 * SECOND_MS);
        assert_int_equal(sessions(), 1);
        pass(4 * SECOND_MS);
        assert_int_equal(sessions(), 0);
    }
}

static void sales_go_on_as_declared(void **state)
{
    (void)state;
    wall_step(YEAR_MS);
    pass(SECOND_MS);
    assert_int_equal(book(&world.customer, world.event, 1), OK);
    wall_step(-2 * YEAR_MS);
    pass(SECOND_MS);
    assert_int_equal(book(&world.customer, world.event, 1), OK);
}

static void times_of_commits_never_go_back(void **state)
{
    (void)state;
    for (int i = 0; i < 4; i++) {
        wall_step(i % 2 ? -YEAR_MS : HOUR_MS);
        pass(SECOND_MS);
        booked(&world.customer, world.event, 1);
        assert_int_equal(act(booking_cancel, &world.customer, world.result.row->id), OK);
    }
    assert_int_equal(number("SELECT count(*) FROM \"AuditLogs\" a JOIN \"AuditLogs\" b ON a.\"id\" < b.\"id\""
                            " AND a.\"createdAt\" > b.\"createdAt\""),
                     0);
}

/* The clock of this test stands while commands run, so that they can be run at a moment and just before it. */
static void what_ends_is_over_at_that_moment(void **state)
{
    (void)state;
    const struct settings *settings = &world.fixture->settings;
    int64_t early = booked(&world.customer, world.event, 2), late = booked(&world.customer, world.event, 1);
    clock_advance(settings->hold_ms - 1);
    assert_int_equal(act(payment_pay, &world.customer, payment_of_booking(early)), OK);
    clock_advance(1);
    assert_int_equal(act(payment_pay, &world.customer, payment_of_booking(late)), ERR_HOLD_EXPIRED);
    clock_advance(2 * DAY_MS + 3 * HOUR_MS - settings->hold_ms - 1);
    assert_int_equal(book(&world.customer, world.event, 1), OK);
    clock_advance(1);
    assert_int_equal(book(&world.customer, world.event, 1), ERR_INVALID);
    assert_true(has_field_error("/scheduleId", "sale_closed"));
    clock_advance(settings->checkin_after_ms - 1);
    const char *one = "{\"quantity\": 1}";
    assert_int_equal(post_on(booking_checkin, &world.organizer, early, &descriptor_checkin_request, one), OK);
    clock_advance(1);
    assert_int_equal(post_on(booking_checkin, &world.organizer, early, &descriptor_checkin_request, one),
                     ERR_STATE_CONFLICT);
    assert_true(has_conflict("check_in_over"));
}

/* What SQL calls the current time is that of the program; that of a server goes on while the clock of this test stands.
 */
static void the_time_of_sql_is_that_of_the_program(void **state)
{
    (void)state;
    wall_step(YEAR_MS);
    int64_t now_s = number(sql_on("SELECT CAST(strftime('%s', 'now') AS INTEGER)",
                                  "SELECT extract(epoch FROM clock_timestamp())::bigint"));
    assert_in_range(now_s - clock_now_ms() / SECOND_MS, 0, fixture_dialect() == DIALECT_SQLITE ? 0 : 60);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, world_open, world_close)
    const struct CMUnitTest tests[] = {
        TEST(a_hold_lasts_as_long_as_declared), TEST(a_session_lasts_as_long_as_declared),
        TEST(sales_go_on_as_declared),          TEST(times_of_commits_never_go_back),
        TEST(what_ends_is_over_at_that_moment), TEST(the_time_of_sql_is_that_of_the_program),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
