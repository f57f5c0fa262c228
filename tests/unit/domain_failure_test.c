/* Every command, with each of its calls of the engine failing in turn: it is refused with that error, it leaves nothing
 * behind (call_once() compares the audit log and checks every invariant), and it succeeds when it is tried again. */
#include "domain_fixture.h"

#include "failing_engine.h"

static int failures;

/* As often as the command has calls that can fail, and once without a failure. */
static err with_every_failure(struct call call)
{
    if (call.body) call.body = arena_copy(world.fixture->arena, str_of(call.body)).p; /* text_of() has few texts */
    for (int n = 1;; n++) {
        fail_at(n);
        err e = call_once(call);
        if (!has_failed()) return e;
        assert_int_equal(e, INJECTED);
        failures++;
    }
}

static int failing_world_open(void **state)
{
    has_failed();
    world_open(state);
    world.attempt = with_every_failure;
    failures = 0;
    return 0;
}

static int failing_world_close(void **state)
{
    assert_true(failures > 10);
    return world_close(state);
}

/* --- the catalogue ------------------------------------------------------------------------------------------------ */

static err organize(command_function *command, enum entity_id entity, int64_t id, const char *body)
{
    return patch(command, &world.organizer, entity, id, body);
}

static void venue_commands_fail_cleanly(void **state)
{
    (void)state;
    const char *body = "{\"name\": \"Barn\", \"address\": \"Hill\", \"capacity\": 50}";
    assert_int_equal(post(venue_create, &world.organizer, ENTITY_DESCRIPTOR(venue), body), OK);
    int64_t venue = world.result.row->id;
    assert_int_equal(organize(venue_update, ENTITY_venue, world.venue, "{\"capacity\": 10}"), OK);
    assert_int_equal(organize(venue_update, ENTITY_venue, world.venue, "{\"capacity\": 9}"), ERR_INVALID);
    assert_int_equal(drop(venue_delete, &world.organizer, ENTITY_venue, world.venue), ERR_STATE_CONFLICT);
    assert_int_equal(drop(venue_delete, &world.organizer, ENTITY_venue, venue), OK);
    assert_int_equal(restore(&world.organizer, ENTITY_venue, venue, 0), OK);
}

static void event_commands_fail_cleanly(void **state)
{
    (void)state;
    int64_t event = event_made("1.00", 5);
    confirmed(&world.customer, world.event, 1);
    const char *dates =
        text_of("{\"startDate\": \"%s\", \"endDate\": \"%s\", \"capacity\": 20}", in(5 * DAY_MS), in(6 * DAY_MS));
    assert_int_equal(organize(event_update, ENTITY_event, world.event, dates), OK);
    const char *venue = "{\"name\": \"Barn\", \"address\": \"Hill\", \"capacity\": 50}";
    assert_int_equal(post(venue_create, &world.organizer, ENTITY_DESCRIPTOR(venue), venue), OK);
    const char *elsewhere = text_of("{\"venueId\": %lld}", (long long)world.result.row->id);
    assert_int_equal(organize(event_update, ENTITY_event, world.event, elsewhere), OK);
    assert_int_equal(organize(event_update, ENTITY_event, world.event, "{\"status\": \"draft\"}"), ERR_STATE_CONFLICT);
    assert_int_equal(drop(event_delete, &world.organizer, ENTITY_event, world.event), ERR_STATE_CONFLICT);
    const char *category = text_of("{\"eventId\": %lld, \"name\": \"Music\"}", (long long)event);
    assert_int_equal(post(category_create, &world.organizer, ENTITY_DESCRIPTOR(event_category), category), OK);
    assert_int_equal(drop(event_delete, &world.organizer, ENTITY_event, event), OK);
    assert_int_equal(restore(&world.organizer, ENTITY_event, event, 0), OK);
}

static void schedule_commands_fail_cleanly(void **state)
{
    (void)state;
    int64_t schedule = schedule_made(world.event, 3 * DAY_MS, 3 * DAY_MS + HOUR_MS);
    int64_t booking = booked(&world.customer, world.free_event, 1);
    const char *moved = text_of("{\"startTime\": \"%s\"}", in(2 * DAY_MS));
    assert_int_equal(organize(schedule_update, ENTITY_schedule, schedule, moved), OK);
    assert_int_equal(drop(schedule_delete, &world.organizer, ENTITY_schedule, schedule), OK);
    assert_int_equal(restore(&world.organizer, ENTITY_schedule, schedule, 0), OK);
    assert_int_equal(drop(schedule_delete, &world.organizer, ENTITY_schedule, world.free_schedule), ERR_STATE_CONFLICT);
    assert_int_equal(act(booking_cancel, &world.customer, booking), OK);
}

static void cancellations_fail_cleanly(void **state)
{
    (void)state;
    int64_t second = schedule_made(world.free_event, 3 * DAY_MS, 3 * DAY_MS + HOUR_MS);
    int64_t paid = confirmed(&world.customer, world.event, 1), held = booked(&world.other, world.event, 1);
    assert_int_equal(act(event_cancel, &world.organizer, world.event), OK);
    assert_int_equal(act(booking_checkin, &world.organizer, paid), ERR_STATE_CONFLICT);
    assert_int_equal(act(booking_cancel, &world.other, held), OK);
    assert_int_equal(act(cancellation_settle, &world.fixture->system, 0), OK);
    assert_true(status_is("Bookings", paid, "cancelled"));
    assert_int_equal(organize(event_update, ENTITY_event, world.event, "{\"status\": \"published\"}"),
                     ERR_STATE_CONFLICT);
    assert_int_equal(act(schedule_cancel, &world.organizer, second), OK);
    assert_int_equal(act(cancellation_settle, &world.fixture->system, 0), OK);
    assert_int_equal(organize(schedule_update, ENTITY_schedule, second, "{\"status\": \"active\"}"), OK);
}

static void category_commands_fail_cleanly(void **state)
{
    (void)state;
    const char *body = text_of("{\"eventId\": %lld, \"name\": \"Music\"}", (long long)world.event);
    assert_int_equal(post(category_create, &world.organizer, ENTITY_DESCRIPTOR(event_category), body), OK);
    int64_t category = world.result.row->id;
    assert_int_equal(organize(category_update, ENTITY_event_category, category, "{\"name\": \"Jazz\"}"), OK);
    assert_int_equal(drop(category_delete, &world.organizer, ENTITY_event_category, category), OK);
    assert_int_equal(restore(&world.organizer, ENTITY_event_category, category, 0), OK);
}

/* --- bookings ----------------------------------------------------------------------------------------------------- */

static void booking_commands_fail_cleanly(void **state)
{
    (void)state;
    int64_t held = booked(&world.customer, world.event, 2), sold = confirmed(&world.customer, world.event, 1);
    assert_int_equal(patch(booking_update, &world.customer, ENTITY_booking, held, "{\"quantity\": 3}"), OK);
    world.fixture->settings.checkin_before_ms = 3LL * DAY_MS;
    assert_int_equal(act(booking_checkin, &world.organizer, sold), OK);
    assert_int_equal(post_on(booking_undo_checkin, &world.organizer, sold, &descriptor_undo_checkin_request,
                             "{\"reason\": \"Wrong line\"}"),
                     OK);
    assert_int_equal(act(booking_cancel, &world.organizer, sold), OK);
    assert_int_equal(drop(booking_delete, &world.admin, ENTITY_booking, sold), OK);
    assert_int_equal(restore(&world.admin, ENTITY_booking, sold, 0), OK);
    clock_advance(world.fixture->settings.hold_ms);
    assert_int_equal(act(booking_expire, &world.fixture->system, 0), OK);
    assert_int_equal(seats_left(world.schedule), 10);
}

/* A booking of another client names no schedule: it is that of its event. */
static void bookings_without_a_schedule_fail_cleanly(void **state)
{
    (void)state;
    int64_t booking = booked(&world.customer, world.event, 2);
    by_another_client(
        text_of("UPDATE \"Bookings\" SET \"scheduleId\" = NULL WHERE \"id\" = %lld;", (long long)booking));
    assert_int_equal(act(payment_pay, &world.customer, payment_of_booking(booking)), OK);
    assert_int_equal(drop(event_delete, &world.organizer, ENTITY_event, world.event), ERR_STATE_CONFLICT);
    assert_int_equal(organize(event_update, ENTITY_event, world.event, "{\"capacity\": 12}"), OK);
    assert_int_equal(act(account_erase, &world.customer, 0), ERR_STATE_CONFLICT);
    assert_int_equal(act(booking_cancel, &world.customer, booking), OK);
    assert_int_equal(seats_left(world.schedule), 12);
}

static void payment_commands_fail_cleanly(void **state)
{
    (void)state;
    int64_t payment = payment_of_booking(booked(&world.customer, world.event, 2));
    assert_int_equal(patch(payment_update, &world.customer, ENTITY_payment, payment, "{\"paymentMethod\": \"cash\"}"),
                     OK);
    assert_int_equal(act(payment_fail, &world.organizer, payment), OK);
    assert_int_equal(act(payment_pay, &world.organizer, payment), OK);
    struct call refund = {payment_refund, &world.organizer,         payment, VERSION_ANY, &descriptor_refund_request,
                          DECODE_CREATE,  "{\"amount\": \"5.00\"}", NULL};
    assert_int_equal(call(refund), OK);
    assert_int_equal(act(payment_refund, &world.organizer, payment), OK);
    int64_t version = version_of("Payments", payment);
    assert_int_equal(drop(payment_delete, &world.admin, ENTITY_payment, payment), OK);
    assert_int_equal(restore(&world.admin, ENTITY_payment, payment, version), OK);
}

/* --- people ------------------------------------------------------------------------------------------------------- */

static void account_commands_fail_cleanly(void **state)
{
    (void)state;
    const char *body = "{\"email\": \"new@example.com\", \"password\": \"long enough\", \"name\": \"New\"}";
    assert_int_equal(post(account_register, &world.anonymous, &descriptor_register_request, body), OK);
    struct actor second = person("second", "customer", true);
    struct actor here = world.customer;
    assert_int_equal(act(session_create, &world.anonymous, here.user_id), OK);
    here.session_id = number("SELECT max(\"id\") FROM \"Sessions\"");
    assert_int_equal(act(session_create, &world.anonymous, here.user_id), OK);
    assert_int_equal(patch(user_update, &here, ENTITY_user, here.user_id, "{\"password\": \"another one\"}"), OK);
    assert_int_equal(act(session_delete, &here, here.session_id), OK);
    struct call own = {me_update,
                       &world.customer,
                       0,
                       VERSION_ANY,
                       ENTITY_DESCRIPTOR(user),
                       DECODE_PATCH,
                       "{\"email\": \"moved@example.com\"}",
                       NULL};
    assert_int_equal(call(own), OK);
    assert_int_equal(patch(user_update, &second, ENTITY_user, world.admin.user_id, "{\"isAdmin\": false}"), OK);
    assert_int_equal(act(user_delete, &second, world.other.user_id), OK);
}

static void sessions_beyond_the_limit_end_cleanly(void **state)
{
    (void)state;
    world.attempt = NULL;
    for (int i = 0; i < SESSIONS_MAX; i++) {
        assert_int_equal(act(session_create, &world.anonymous, world.customer.user_id), OK);
    }
    world.attempt = with_every_failure;
    assert_int_equal(act(session_create, &world.anonymous, world.customer.user_id), OK);
    assert_int_equal(number("SELECT count(*) FROM \"Sessions\""), SESSIONS_MAX);
    assert_int_equal(act(account_erase, &world.customer, 0), OK);
    assert_int_equal(number("SELECT count(*) FROM \"Sessions\""), 0);
}

static void support_commands_fail_cleanly(void **state)
{
    (void)state;
    const char *body = "{\"subject\": \"Help\", \"description\": \"I lost my ticket\"}";
    assert_int_equal(post(support_ticket_create, &world.customer, ENTITY_DESCRIPTOR(support_ticket), body), OK);
    int64_t ticket = world.result.row->id;
    assert_int_equal(call((struct call){support_reply_create, &world.support, ticket, VERSION_ANY,
                                        &descriptor_reply_request, DECODE_CREATE, "{\"body\": \"Well\"}", NULL}),
                     OK);
    assert_int_equal(
        patch(support_ticket_update, &world.customer, ENTITY_support_ticket, ticket, "{\"status\": \"closed\"}"), OK);
    assert_int_equal(act(support_ticket_delete, &world.customer, ticket), OK);
    assert_int_equal(restore(&world.support, ENTITY_support_ticket, ticket, 0), OK);
    assert_int_equal(act(account_erase, &world.customer, 0), OK);
    assert_int_equal(number("SELECT count(*) FROM \"SupportTickets\" WHERE \"subject\" <> 'erased'"), 0);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, failing_world_open, failing_world_close)
    const struct CMUnitTest tests[] = {
        TEST(venue_commands_fail_cleanly),
        TEST(event_commands_fail_cleanly),
        TEST(schedule_commands_fail_cleanly),
        TEST(cancellations_fail_cleanly),
        TEST(category_commands_fail_cleanly),
        TEST(booking_commands_fail_cleanly),
        TEST(bookings_without_a_schedule_fail_cleanly),
        TEST(payment_commands_fail_cleanly),
        TEST(account_commands_fail_cleanly),
        TEST(sessions_beyond_the_limit_end_cleanly),
        TEST(support_commands_fail_cleanly),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
