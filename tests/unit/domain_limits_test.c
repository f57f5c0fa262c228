/* Limits, settings, and rows that other clients of the database wrote or removed: commands cope with all of them. */
#include "domain_fixture.h"

static err organize(command_function *command, enum entity_id entity, int64_t id, const char *body)
{
    return patch(command, &world.organizer, entity, id, body);
}

static err quantity_patch(int64_t booking, int quantity)
{
    return patch(booking_update, &world.customer, ENTITY_booking, booking, text_of("{\"quantity\": %d}", quantity));
}

/* --- limits and settings ------------------------------------------------------------------------------------------ */

static void a_total_beyond_the_largest_amount_is_refused(void **state)
{
    (void)state;
    int64_t event = world.event;
    by_an_unchecked_client("Events", "event_price", "UPDATE \"Events\" SET \"price\" = 99999999.99");
    assert_int_equal(book(&world.customer, event, 2), ERR_INVALID);
    assert_true(has_field_error("/quantity", "too_large"));
    int64_t booking = booked(&world.customer, event, 1);
    assert_int_equal(quantity_patch(booking, 2), ERR_INVALID);
    assert_true(has_field_error("/quantity", "too_large"));
}

static void without_the_sandbox_nothing_is_paid_by_it(void **state)
{
    (void)state;
    int64_t payment = payment_of_booking(booked(&world.customer, world.event, 1));
    world.fixture->settings.sandbox = false;
    assert_int_equal(act(payment_pay, &world.customer, payment), ERR_STATE_CONFLICT);
    assert_int_equal(patch(payment_update, &world.customer, ENTITY_payment, payment, "{\"paymentMethod\": \"cash\"}"),
                     OK);
    assert_int_equal(
        patch(payment_update, &world.customer, ENTITY_payment, payment, "{\"paymentMethod\": \"sandbox\"}"),
        ERR_INVALID);
    assert_int_equal(book(&world.customer, world.event, 1), ERR_INVALID);
    assert_int_equal(world.problem.count, 1);
    assert_true(str_is(world.problem.errors[0].pointer, "/paymentMethod"));
}

static void a_command_on_more_rows_than_it_may_change_is_refused(void **state)
{
    (void)state;
    by_another_client(text_of("INSERT INTO \"Sessions\" (\"userId\", \"tokenHash\", \"expiresAt\", \"createdAt\", "
                              "\"updatedAt\") WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n"
                              " WHERE i < 20001) SELECT %lld, 'hash ' || i, '%s', '%s', '%s' FROM n;",
                              (long long)world.customer.user_id, stored_in(DAY_MS), stored_in(0), stored_in(0)));
    assert_int_equal(act(account_erase, &world.customer, 0), ERR_OVERLOADED);
    assert_int_equal(number("SELECT count(*) FROM \"Sessions\""), 20001);
}

static void an_event_of_many_schedules_that_are_over_can_be_deleted(void **state)
{
    (void)state;
    by_another_client(text_of("INSERT INTO \"Schedules\" (\"eventId\", \"startTime\", \"endTime\", \"availableSeats\","
                              " \"createdAt\", \"updatedAt\") WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1"
                              " FROM n WHERE i < 250) SELECT %lld, '%s', '%s', 10, '%s', '%s' FROM n;",
                              (long long)world.event, stored_in(-2 * DAY_MS), stored_in(-DAY_MS), stored_in(0),
                              stored_in(0)));
    assert_int_equal(drop(event_delete, &world.organizer, ENTITY_event, world.event), OK);
    assert_int_equal(number(text_of("SELECT count(*) FROM \"Schedules\" WHERE \"eventId\" = %lld"
                                    " AND \"deletedAt\" IS NULL",
                                    (long long)world.event)),
                     0);
}

/* --- what moves with an event ------------------------------------------------------------------------------------- */

static void a_schedule_with_dates_of_its_own_does_not_move_with_its_event(void **state)
{
    (void)state;
    const char *shorter = text_of("{\"endTime\": \"%s\"}", in(2 * DAY_MS + HOUR_MS));
    assert_int_equal(organize(schedule_update, ENTITY_schedule, world.schedule, shorter), OK);
    const char *later = text_of("{\"startTime\": \"%s\"}", in(2 * DAY_MS + HOUR_MS));
    assert_int_equal(organize(schedule_update, ENTITY_schedule, world.free_schedule, later), OK);
    int64_t versions = version_of("Schedules", world.schedule) + version_of("Schedules", world.free_schedule);
    const char *dates = text_of("{\"startDate\": \"%s\", \"endDate\": \"%s\"}", in(HOUR_MS), in(6 * DAY_MS));
    assert_int_equal(organize(event_update, ENTITY_event, world.event, dates), OK);
    assert_int_equal(organize(event_update, ENTITY_event, world.free_event, dates), OK);
    assert_int_equal(version_of("Schedules", world.schedule) + version_of("Schedules", world.free_schedule), versions);
}

static void an_event_moves_only_to_a_venue_that_is_large_enough(void **state)
{
    (void)state;
    const char *small = "{\"name\": \"Cellar\", \"address\": \"1 Main Street\", \"capacity\": 9}";
    assert_int_equal(post(venue_create, &world.organizer, ENTITY_DESCRIPTOR(venue), small), OK);
    int64_t venue = world.result.row->id;
    const char *move = text_of("{\"venueId\": %lld}", (long long)venue);
    assert_int_equal(organize(event_update, ENTITY_event, world.event, move), ERR_INVALID);
    assert_true(has_field_error("/capacity", "exceeds_venue"));
    const char *smaller = text_of("{\"venueId\": %lld, \"capacity\": 9}", (long long)venue);
    assert_int_equal(organize(event_update, ENTITY_event, world.event, smaller), OK);
}

static void every_schedule_counts_when_the_capacity_shrinks(void **state)
{
    (void)state;
    int64_t second = schedule_made(world.event, 3 * DAY_MS, 3 * DAY_MS + HOUR_MS);
    const int64_t schedules[] = {world.schedule, second};
    for (size_t i = 0; i < COUNT_OF(schedules); i++) {
        const char *body = text_of("{\"eventId\": %lld, \"scheduleId\": %lld, \"quantity\": 10}",
                                   (long long)world.event, (long long)schedules[i]);
        assert_int_equal(post(booking_create, &world.customer, &descriptor_booking_request, body), OK);
    }
    assert_int_equal(organize(event_update, ENTITY_event, world.event, "{\"capacity\": 5}"), ERR_INVALID);
    assert_int_equal(world.problem.count, 1);
    assert_true(has_field_error("/capacity", "seats_taken"));
}

static void a_schedule_that_is_over_can_be_deleted_with_confirmed_bookings(void **state)
{
    (void)state;
    schedule_made(world.event, 9 * DAY_MS, 9 * DAY_MS + HOUR_MS);
    const char *body = text_of("{\"eventId\": %lld, \"scheduleId\": %lld, \"quantity\": 1}", (long long)world.event,
                               (long long)world.schedule);
    assert_int_equal(post(booking_create, &world.customer, &descriptor_booking_request, body), OK);
    assert_int_equal(act(payment_pay, &world.customer, payment_of_booking(world.result.row->id)), OK);
    assert_int_equal(drop(schedule_delete, &world.organizer, ENTITY_schedule, world.schedule), ERR_STATE_CONFLICT);
    clock_advance(3 * DAY_MS);
    assert_int_equal(drop(schedule_delete, &world.organizer, ENTITY_schedule, world.schedule), OK);
}

/* --- restoring ---------------------------------------------------------------------------------------------------- */

static void a_restored_event_without_schedules_gets_one(void **state)
{
    (void)state;
    assert_int_equal(drop(event_delete, &world.organizer, ENTITY_event, world.event), OK);
    by_another_client(text_of("DELETE FROM \"Schedules\" WHERE \"eventId\" = %lld;", (long long)world.event));
    assert_int_equal(restore(&world.organizer, ENTITY_event, world.event, 0), OK);
    assert_int_equal(seats_left(schedule_of(world.event)), 10);
}

static void an_event_is_not_restored_to_a_deleted_venue(void **state)
{
    (void)state;
    assert_int_equal(drop(event_delete, &world.organizer, ENTITY_event, world.event), OK);
    assert_int_equal(drop(event_delete, &world.organizer, ENTITY_event, world.free_event), OK);
    assert_int_equal(drop(venue_delete, &world.organizer, ENTITY_venue, world.venue), OK);
    assert_int_equal(restore(&world.organizer, ENTITY_event, world.event, 0), ERR_STATE_CONFLICT);
}

static void a_category_is_not_restored_at_a_deleted_event(void **state)
{
    (void)state;
    const char *body = text_of("{\"eventId\": %lld, \"name\": \"Music\"}", (long long)world.event);
    assert_int_equal(post(category_create, &world.organizer, ENTITY_DESCRIPTOR(event_category), body), OK);
    int64_t category = world.result.row->id;
    assert_int_equal(drop(event_delete, &world.organizer, ENTITY_event, world.event), OK);
    assert_int_equal(restore(&world.organizer, ENTITY_event_category, category, 0), ERR_STATE_CONFLICT);
}

/* A hold that is over, but not yet expired by the job, does not keep an event from being deleted; its seats count. */
static void seats_of_a_restored_event_are_counted_anew(void **state)
{
    (void)state;
    int64_t booking = booked(&world.customer, world.event, 4);
    assert_int_equal(act(booking_cancel, &world.customer, booked(&world.other, world.event, 1)), ERR_NOT_FOUND);
    assert_int_equal(act(booking_cancel, &world.other, booking + 1), OK);
    clock_advance(world.fixture->settings.hold_ms);
    assert_int_equal(drop(event_delete, &world.organizer, ENTITY_event, world.event), OK);
    assert_int_equal(restore(&world.organizer, ENTITY_event, world.event, 0), OK);
    assert_int_equal(seats_left(world.schedule), 6);
    assert_int_equal(act(booking_expire, &world.fixture->system, 0), OK);
    assert_int_equal(seats_left(world.schedule), 10);
}

static void a_schedule_is_not_restored_with_more_seats_taken_than_there_are(void **state)
{
    (void)state;
    booked(&world.customer, world.event, 4);
    int64_t second = schedule_made(world.event, 3 * DAY_MS, 3 * DAY_MS + HOUR_MS);
    clock_advance(world.fixture->settings.hold_ms);
    assert_int_equal(drop(schedule_delete, &world.organizer, ENTITY_schedule, world.schedule), OK);
    assert_int_equal(organize(event_update, ENTITY_event, world.event, "{\"capacity\": 3}"), OK);
    assert_int_equal(restore(&world.organizer, ENTITY_schedule, world.schedule, 0), ERR_STATE_CONFLICT);
    assert_int_equal(organize(event_update, ENTITY_event, world.event, "{\"capacity\": 5}"), OK);
    assert_int_equal(restore(&world.organizer, ENTITY_schedule, world.schedule, 0), OK);
    assert_int_equal(seats_left(world.schedule), 1);
    assert_int_equal(drop(schedule_delete, &world.organizer, ENTITY_schedule, second), OK);
    clock_advance(4 * DAY_MS);
    assert_int_equal(restore(&world.organizer, ENTITY_schedule, second, 0), OK); /* has begun: keeps its seats */
}

static void versions_with_escaped_texts_are_restored(void **state)
{
    (void)state;
    const char *title = "{\"title\": \"The \\\"best\\\" of C:\\\\songs\", \"imageUrl\": null}";
    assert_int_equal(organize(event_update, ENTITY_event, world.event, title), OK);
    int64_t version = version_of("Events", world.event);
    assert_int_equal(organize(event_update, ENTITY_event, world.event, "{\"title\": \"Plain\"}"), OK);
    assert_int_equal(restore(&world.organizer, ENTITY_event, world.event, version), OK);
    assert_true(str_is(RESULT(event)->title, "The \"best\" of C:\\songs"));
}

static void a_version_with_values_that_are_not_accepted_any_more_is_not_restored(void **state)
{
    (void)state;
    by_an_unchecked_client("Events", "event_price", "UPDATE \"Events\" SET \"price\" = 99999999.99");
    int64_t version = version_of("Events", world.event);
    assert_int_equal(organize(event_update, ENTITY_event, world.event, "{\"price\": \"10.00\"}"), OK);
    assert_int_equal(restore(&world.organizer, ENTITY_event, world.event, version), ERR_INVALID);
    assert_true(has_field_error("/version", "outdated"));
}

/* --- rows of other clients ---------------------------------------------------------------------------------------- */

static void a_booking_whose_schedule_is_unknown_moves_no_seats(void **state)
{
    (void)state;
    int64_t booking = booked(&world.customer, world.event, 2);
    int64_t second = schedule_made(world.event, 3 * DAY_MS, 3 * DAY_MS + HOUR_MS);
    world.violated = true;
    by_another_client("UPDATE \"Bookings\" SET \"scheduleId\" = NULL;");
    assert_int_equal(quantity_patch(booking, 3), OK);
    assert_int_equal(act(payment_pay, &world.customer, payment_of_booking(booking)), OK);
    assert_int_equal(act(account_erase, &world.customer, 0), ERR_STATE_CONFLICT); /* its event is not over */
    assert_int_equal(act(booking_cancel, &world.customer, booking), OK);
    assert_int_equal(seats_left(world.schedule) + seats_left(second), 18);
    assert_int_equal(act(account_erase, &world.customer, 0), OK);
}

static void a_booking_without_a_payment_ends_like_others(void **state)
{
    (void)state;
    int64_t booking = booked(&world.customer, world.event, 2);
    booked(&world.other, world.event, 2);
    world.violated = true;
    by_another_client("DELETE FROM \"Payments\";");
    assert_int_equal(quantity_patch(booking, 3), OK);
    assert_int_equal(act(booking_cancel, &world.customer, booking), OK);
    clock_advance(world.fixture->settings.hold_ms);
    assert_int_equal(act(booking_expire, &world.fixture->system, 0), OK);
    assert_int_equal(seats_left(world.schedule), 10);
}

static void a_sale_that_another_client_ended_takes_no_money(void **state)
{
    (void)state;
    int64_t booking = booked(&world.customer, world.event, 1), payment = payment_of_booking(booking);
    int64_t free_booking = booked(&world.customer, world.free_event, 1);
    world.violated = true;
    by_another_client(text_of("UPDATE \"Events\" SET \"deletedAt\" = '%s' WHERE \"id\" = %lld;", stored_in(0),
                              (long long)world.event));
    assert_int_equal(act(payment_pay, &world.customer, payment), ERR_STATE_CONFLICT);
    by_another_client(text_of("UPDATE \"Schedules\" SET \"startTime\" = '%s', \"endTime\" = '%s';", stored_in(-HOUR_MS),
                              stored_in(-MINUTE_MS)));
    assert_int_equal(act(payment_pay, &world.customer, payment), ERR_HOLD_EXPIRED);
    assert_int_equal(act(booking_cancel, &world.customer, free_booking), ERR_STATE_CONFLICT);
}

static void a_payment_of_a_deleted_booking_can_be_deleted(void **state)
{
    (void)state;
    int64_t booking = booked(&world.customer, world.event, 1), payment = payment_of_booking(booking);
    world.violated = true;
    by_another_client(text_of("UPDATE \"Bookings\" SET \"deletedAt\" = '%s';", stored_in(0)));
    assert_int_equal(drop(payment_delete, &world.admin, ENTITY_payment, payment), OK);
}

static void a_payment_of_a_booking_that_another_client_cancelled_is_not_refunded(void **state)
{
    (void)state;
    int64_t payment = payment_of_booking(confirmed(&world.customer, world.event, 1));
    world.violated = true;
    by_another_client("UPDATE \"Bookings\" SET \"status\" = 'cancelled';");
    assert_int_equal(act(payment_refund, &world.organizer, payment), ERR_STATE_CONFLICT);
}

/* The other client left the payment as it was. */
static void a_booking_that_another_client_cancelled_takes_no_money(void **state)
{
    (void)state;
    int64_t payment = payment_of_booking(booked(&world.customer, world.event, 1));
    const struct actor *const actors[] = {&world.customer, &world.support};
    world.violated = true;
    by_another_client("UPDATE \"Bookings\" SET \"status\" = 'cancelled', \"expiresAt\" = NULL;");
    for (size_t i = 0; i < COUNT_OF(actors); i++) {
        assert_int_equal(act(payment_pay, actors[i], payment), ERR_STATE_CONFLICT);
        assert_true(has_conflict("booking_cancelled"));
    }
}

/* The other client recorded the payment and left the booking as it was. */
static void a_payment_that_another_client_made_is_not_made_again(void **state)
{
    (void)state;
    int64_t payment = payment_of_booking(booked(&world.customer, world.event, 1));
    world.violated = true;
    by_another_client(
        text_of("UPDATE \"Payments\" SET \"status\" = 'paid', \"paymentDate\" = '%s' WHERE \"id\" = %lld;",
                stored_in(-HOUR_MS), (long long)payment));
    assert_int_equal(act(payment_pay, &world.customer, payment), ERR_STATE_CONFLICT);
    assert_true(has_conflict("already_paid"));
}

/* --- people ------------------------------------------------------------------------------------------------------- */

static void an_admin_takes_a_verification_back(void **state)
{
    (void)state;
    const struct actor *admin = &world.admin;
    int64_t user = world.customer.user_id;
    assert_int_equal(patch(user_update, admin, ENTITY_user, user, "{\"isVerified\": true}"), OK);
    assert_int_equal(patch(user_update, admin, ENTITY_user, user, "{\"email\": \"a@example.com\"}"), OK);
    assert_false(RESULT(user)->is_verified);
    assert_int_equal(patch(user_update, admin, ENTITY_user, user, "{\"isVerified\": true}"), OK);
    assert_int_equal(
        patch(user_update, admin, ENTITY_user, user, "{\"email\": \"b@example.com\", \"isVerified\": false}"), OK);
    assert_false(RESULT(user)->is_verified);
}

static void an_expired_hold_does_not_prevent_erasure(void **state)
{
    (void)state;
    int64_t booking = booked(&world.customer, world.event, 2);
    assert_int_equal(act(account_erase, &world.customer, 0), ERR_STATE_CONFLICT);
    clock_advance(world.fixture->settings.hold_ms);
    assert_true(status_is("Bookings", booking, "pending")); /* the job has not run */
    assert_int_equal(act(account_erase, &world.customer, 0), OK);
}

static void a_person_changes_a_ticket_that_waits_for_them(void **state)
{
    (void)state;
    const char *body = "{\"subject\": \"Help\", \"description\": \"I lost my ticket\"}";
    assert_int_equal(post(support_ticket_create, &world.customer, ENTITY_DESCRIPTOR(support_ticket), body), OK);
    int64_t ticket = world.result.row->id;
    assert_int_equal(call((struct call){support_reply_create, &world.support, ticket, VERSION_ANY,
                                        &descriptor_reply_request, DECODE_CREATE, "{\"body\": \"Which?\"}", NULL}),
                     OK);
    assert_true(status_is("SupportTickets", ticket, "pending"));
    assert_int_equal(patch(support_ticket_update, &world.customer, ENTITY_support_ticket, ticket,
                           "{\"subject\": \"Help with a ticket\"}"),
                     OK);
}

static void support_opens_a_ticket_in_any_state(void **state)
{
    (void)state;
    const char *resolved = "{\"subject\": \"Called\", \"description\": \"Solved\", \"status\": \"resolved\"}";
    assert_int_equal(post(support_ticket_create, &world.support, ENTITY_DESCRIPTOR(support_ticket), resolved), OK);
    int64_t ticket = world.result.row->id;
    assert_int_equal(
        patch(support_ticket_update, &world.support, ENTITY_support_ticket, ticket, "{\"status\": \"pending\"}"), OK);
    assert_int_equal(
        patch(support_ticket_update, &world.support, ENTITY_support_ticket, ticket, "{\"priority\": \"high\"}"), OK);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, world_open, world_close)
    const struct CMUnitTest tests[] = {
        TEST(a_total_beyond_the_largest_amount_is_refused),
        TEST(without_the_sandbox_nothing_is_paid_by_it),
        TEST(a_command_on_more_rows_than_it_may_change_is_refused),
        TEST(an_event_of_many_schedules_that_are_over_can_be_deleted),
        TEST(a_schedule_with_dates_of_its_own_does_not_move_with_its_event),
        TEST(an_event_moves_only_to_a_venue_that_is_large_enough),
        TEST(every_schedule_counts_when_the_capacity_shrinks),
        TEST(a_schedule_that_is_over_can_be_deleted_with_confirmed_bookings),
        TEST(a_restored_event_without_schedules_gets_one),
        TEST(an_event_is_not_restored_to_a_deleted_venue),
        TEST(a_category_is_not_restored_at_a_deleted_event),
        TEST(seats_of_a_restored_event_are_counted_anew),
        TEST(a_schedule_is_not_restored_with_more_seats_taken_than_there_are),
        TEST(versions_with_escaped_texts_are_restored),
        TEST(a_version_with_values_that_are_not_accepted_any_more_is_not_restored),
        TEST(a_booking_whose_schedule_is_unknown_moves_no_seats),
        TEST(a_booking_without_a_payment_ends_like_others),
        TEST(a_sale_that_another_client_ended_takes_no_money),
        TEST(a_payment_of_a_deleted_booking_can_be_deleted),
        TEST(a_payment_of_a_booking_that_another_client_cancelled_is_not_refunded),
        TEST(a_booking_that_another_client_cancelled_takes_no_money),
        TEST(a_payment_that_another_client_made_is_not_made_again),
        TEST(an_admin_takes_a_verification_back),
        TEST(an_expired_hold_does_not_prevent_erasure),
        TEST(a_person_changes_a_ticket_that_waits_for_them),
        TEST(support_opens_a_ticket_in_any_state),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
