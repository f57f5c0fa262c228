/* Cancelled events and schedules: nothing is sold or checked in any more, and seats and money of their bookings go
 * back, in bounded runs of a job. */
#include "domain_fixture.h"

static err settle(void)
{
    return act(cancellation_settle, &world.fixture->system, 0);
}

static bool booking_is(int64_t booking, const char *status, const char *payment)
{
    return status_is("Bookings", booking, status) && status_is("Payments", payment_of_booking(booking), payment);
}

static bool is_settled(const char *table, int64_t id)
{
    return number_of(table, id, "CASE WHEN \"isSettled\" THEN 1 ELSE 0 END") == 1;
}

static err status_patch(command_function *command, enum entity_id entity, int64_t id, const char *status)
{
    return patch(command, &world.organizer, entity, id, text_of("{\"status\": \"%s\"}", status));
}

static err book_schedule(const struct actor *actor, int64_t event, int64_t schedule)
{
    return post(
        booking_create, actor, &descriptor_booking_request,
        text_of("{\"eventId\": %lld, \"scheduleId\": %lld, \"quantity\": 1}", (long long)event, (long long)schedule));
}

static void a_cancelled_event_gives_seats_and_money_back(void **state)
{
    (void)state;
    int64_t paid = confirmed(&world.customer, world.event, 3), held = booked(&world.other, world.event, 2);
    int64_t free = booked(&world.customer, world.free_event, 1);
    assert_int_equal(act(event_cancel, &world.organizer, world.event), OK);
    assert_int_equal(RESULT(event)->status, EVENT_CANCELLED);
    assert_true(RESULT(event)->cancelled_at >= world.now);
    assert_string_equal(world.result.counted, "affectedBookings");
    assert_int_equal(world.result.count, 2);
    assert_true(booking_is(paid, "confirmed", "paid"));
    assert_int_equal(settle(), OK);
    assert_true(booking_is(paid, "cancelled", "refunded") && booking_is(held, "cancelled", "cancelled"));
    assert_true(booking_is(free, "confirmed", "paid"));
    assert_int_equal(seats_left(world.schedule), 10);
    assert_true(is_settled("Events", world.event));
    int64_t version = version_of("Events", world.event);
    assert_int_equal(settle(), OK);
    assert_int_equal(version_of("Events", world.event), version);
}

static void nothing_is_sold_or_checked_in_at_a_cancelled_schedule(void **state)
{
    (void)state;
    int64_t second = schedule_made(world.event, 3 * DAY_MS, 3 * DAY_MS + HOUR_MS);
    assert_int_equal(book_schedule(&world.customer, world.event, second), OK);
    int64_t held = world.result.row->id;
    assert_int_equal(book_schedule(&world.customer, world.event, world.schedule), OK);
    int64_t other = world.result.row->id;
    assert_int_equal(book_schedule(&world.customer, world.event, second), OK);
    int64_t paid = world.result.row->id;
    assert_int_equal(act(payment_pay, &world.customer, payment_of_booking(paid)), OK);
    assert_int_equal(act(schedule_cancel, &world.organizer, second), OK);
    assert_int_equal(world.result.count, 2);
    assert_int_equal(book_schedule(&world.customer, world.event, second), ERR_INVALID);
    assert_true(has_field_error("/scheduleId", "sale_closed"));
    assert_int_equal(act(payment_pay, &world.customer, payment_of_booking(held)), ERR_STATE_CONFLICT);
    assert_true(has_field_error("", "schedule_cancelled"));
    assert_int_equal(act(booking_checkin, &world.organizer, paid), ERR_STATE_CONFLICT);
    assert_true(has_field_error("", "schedule_cancelled"));
    assert_int_equal(settle(), OK);
    assert_true(booking_is(held, "cancelled", "cancelled") && booking_is(paid, "cancelled", "refunded"));
    assert_true(booking_is(other, "pending", "pending"));
    assert_int_equal(seats_left(second), 10);
    assert_true(is_settled("Schedules", second));
    assert_int_equal(act(schedule_cancel, &world.organizer, second), ERR_STATE_CONFLICT);
    assert_true(has_field_error("/status", "schedule_cancelled"));
}

static void people_may_cancel_after_the_hour_of_a_cancelled_event(void **state)
{
    (void)state;
    int64_t paid = confirmed(&world.customer, world.event, 1), kept = confirmed(&world.other, world.event, 1);
    int64_t free = booked(&world.customer, world.free_event, 1);
    assert_int_equal(status_patch(event_update, ENTITY_event, world.event, "cancelled"), OK);
    assert_int_equal(act(booking_checkin, &world.organizer, paid), ERR_STATE_CONFLICT);
    assert_true(has_field_error("", "event_cancelled"));
    world.violated = true; /* no job runs for three days */
    clock_advance(3 * DAY_MS);
    assert_int_equal(act(booking_cancel, &world.customer, free), ERR_STATE_CONFLICT);
    assert_int_equal(act(booking_cancel, &world.customer, paid), OK);
    assert_true(booking_is(paid, "cancelled", "refunded"));
    assert_int_equal(settle(), OK);
    assert_true(booking_is(kept, "cancelled", "refunded"));
    assert_invariants();
}

static void bookings_of_schedules_that_had_ended_stay(void **state)
{
    (void)state;
    int64_t second = schedule_made(world.event, 4 * DAY_MS, 4 * DAY_MS + HOUR_MS);
    assert_int_equal(book_schedule(&world.customer, world.event, world.schedule), OK);
    int64_t past = world.result.row->id;
    assert_int_equal(act(payment_pay, &world.customer, payment_of_booking(past)), OK);
    clock_advance(3 * DAY_MS);
    assert_int_equal(book_schedule(&world.customer, world.event, second), OK);
    int64_t coming = world.result.row->id;
    assert_int_equal(act(event_cancel, &world.organizer, world.event), OK);
    assert_int_equal(world.result.count, 1);
    assert_int_equal(settle(), OK);
    assert_true(booking_is(past, "confirmed", "paid") && booking_is(coming, "cancelled", "cancelled"));
    assert_int_equal(act(booking_cancel, &world.customer, past), ERR_STATE_CONFLICT);
    clock_advance(2 * HOUR_MS);
    assert_invariants();
    assert_int_equal(act(schedule_cancel, &world.organizer, world.schedule), OK); /* it had not taken place */
    assert_int_equal(world.result.count, 1);
    assert_int_equal(settle(), OK);
    assert_true(booking_is(past, "cancelled", "refunded"));
}

/* Else bookings would be live that the job has left out, or not be refunded because their schedule seems to have been
 * over. */
static void an_end_does_not_move_across_a_cancellation(void **state)
{
    (void)state;
    confirmed(&world.customer, world.event, 1);
    clock_advance(2 * DAY_MS + 2 * HOUR_MS);
    assert_int_equal(act(event_cancel, &world.organizer, world.event), OK);
    const char *before = text_of("{\"endTime\": \"%s\"}", in(-HOUR_MS)), *now = text_of("{\"endDate\": \"%s\"}", in(0));
    const char *later = text_of("{\"endTime\": \"%s\"}", in(HOUR_MS / 2));
    assert_int_equal(patch(schedule_update, &world.organizer, ENTITY_schedule, world.schedule, before),
                     ERR_STATE_CONFLICT);
    assert_true(has_field_error("/endTime", "event_cancelled"));
    assert_int_equal(patch(event_update, &world.organizer, ENTITY_event, world.event, now), ERR_STATE_CONFLICT);
    assert_true(has_field_error("/endDate", "event_cancelled"));
    assert_int_equal(patch(schedule_update, &world.organizer, ENTITY_schedule, world.schedule, later), OK);
}

static void a_cancellation_is_taken_back_before_refunds_begin(void **state)
{
    (void)state;
    assert_int_equal(act(event_cancel, &world.organizer, world.free_event), OK);
    assert_int_equal(world.result.count, 0);
    assert_int_equal(settle(), OK);
    assert_int_equal(status_patch(event_update, ENTITY_event, world.free_event, "published"), OK);
    assert_int_equal(RESULT(event)->cancelled_at, 0);
    assert_false(is_settled("Events", world.free_event));
    int64_t before = confirmed(&world.customer, world.event, 1), booking = confirmed(&world.customer, world.event, 1);
    assert_int_equal(act(booking_cancel, &world.customer, before), OK);
    clock_advance(MINUTE_MS);
    assert_int_equal(act(event_cancel, &world.organizer, world.event), OK);
    assert_int_equal(status_patch(event_update, ENTITY_event, world.event, "published"), OK);
    assert_int_equal(settle(), OK);
    assert_true(booking_is(booking, "confirmed", "paid"));
    assert_int_equal(act(event_cancel, &world.organizer, world.event), OK);
    assert_int_equal(settle(), OK);
    assert_int_equal(status_patch(event_update, ENTITY_event, world.event, "published"), ERR_STATE_CONFLICT);
    assert_true(has_field_error("/status", "refunds_begun"));
    assert_int_equal(act(event_cancel, &world.organizer, world.event), ERR_STATE_CONFLICT);
    assert_true(has_field_error("/status", "event_cancelled"));
    assert_int_equal(drop(event_delete, &world.organizer, ENTITY_event, world.event), OK);
}

/* A run is bounded; each begins where the rows say that the last one ended. */
static void many_bookings_end_in_several_runs(void **state)
{
    (void)state;
    enum { BOOKINGS = 2 * SETTLE_MAX + 10 };
    by_another_client(text_of(
        "UPDATE \"Venues\" SET \"capacity\" = 1000; UPDATE \"Events\" SET \"capacity\" = 1000 WHERE"
        " \"id\" = %lld; UPDATE \"Schedules\" SET \"availableSeats\" = 1000 - %d WHERE \"id\" = %lld;"
        " INSERT INTO \"Bookings\" (\"id\", \"userId\", \"eventId\", \"scheduleId\", \"quantity\","
        " \"status\", \"totalPrice\", \"bookingDate\", \"createdAt\", \"updatedAt\")"
        " WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %d)"
        " SELECT 1000 + i, %lld, %lld, %lld, 1, 'confirmed', '0.00', '%s', '%s', '%s' FROM n",
        (long long)world.event, BOOKINGS, (long long)world.schedule, BOOKINGS, (long long)world.customer.user_id,
        (long long)world.event, (long long)world.schedule, stored_in(0), stored_in(0), stored_in(0)));
    by_another_client(text_of("INSERT INTO \"Payments\" (\"bookingId\", \"transactionId\", \"amount\", \"status\","
                              " \"paymentMethod\", \"paymentDate\", \"createdAt\", \"updatedAt\") SELECT \"id\","
                              " 'transaction-of-another-' || \"id\", '0.00', 'paid', 'free', '%s', '%s', '%s'"
                              " FROM \"Bookings\" WHERE \"id\" > 1000",
                              stored_in(0), stored_in(0), stored_in(0)));
    assert_int_equal(act(event_cancel, &world.organizer, world.event), OK);
    assert_int_equal(world.result.count, BOOKINGS);
    for (int run = 1; run <= 3; run++) {
        assert_int_equal(settle(), OK);
        assert_int_equal(number("SELECT count(*) FROM \"Bookings\" WHERE \"status\" = 'cancelled'"),
                         run < 3 ? run * SETTLE_MAX : BOOKINGS);
        assert_int_equal(is_settled("Events", world.event), run == 3);
    }
    assert_int_equal(seats_left(world.schedule), 1000);
}

/* It may not know our columns. */
static void a_cancellation_by_another_client_is_completed(void **state)
{
    (void)state;
    int64_t booking = confirmed(&world.customer, world.event, 1);
    by_another_client(
        text_of("UPDATE \"Events\" SET \"status\" = 'cancelled' WHERE \"id\" = %lld", (long long)world.event));
    assert_int_equal(settle(), OK);
    assert_true(booking_is(booking, "cancelled", "refunded"));
    assert_true(is_settled("Events", world.event));
    assert_int_equal(number_of("Events", world.event, "CASE WHEN \"cancelledAt\" IS NULL THEN 0 ELSE 1 END"), 1);
}

static void an_event_and_its_schedule_are_cancelled_together(void **state)
{
    (void)state;
    int64_t booking = confirmed(&world.customer, world.event, 1);
    assert_int_equal(act(schedule_cancel, &world.organizer, world.schedule), OK);
    assert_int_equal(act(event_cancel, &world.organizer, world.event), OK);
    assert_int_equal(settle(), OK);
    assert_int_equal(settle(), OK);
    assert_true(booking_is(booking, "cancelled", "refunded"));
    assert_int_equal(seats_left(world.schedule), 10);
    assert_true(is_settled("Events", world.event) && is_settled("Schedules", world.schedule));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, world_open, world_close)
    const struct CMUnitTest tests[] = {
        TEST(a_cancelled_event_gives_seats_and_money_back),
        TEST(nothing_is_sold_or_checked_in_at_a_cancelled_schedule),
        TEST(people_may_cancel_after_the_hour_of_a_cancelled_event),
        TEST(bookings_of_schedules_that_had_ended_stay),
        TEST(an_end_does_not_move_across_a_cancellation),
        TEST(a_cancellation_is_taken_back_before_refunds_begin),
        TEST(many_bookings_end_in_several_runs),
        TEST(a_cancellation_by_another_client_is_completed),
        TEST(an_event_and_its_schedule_are_cancelled_together),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
