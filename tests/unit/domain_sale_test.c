/* When seats are sold, for how long they are held, money that comes late, check-in, and what staff do for other
 * people. */
#include "domain_fixture.h"

static err book_by(const struct actor *actor, const char *more)
{
    const char *body =
        text_of("{\"eventId\": %lld, \"scheduleId\": %lld%s}", (long long)world.event, (long long)world.schedule, more);
    return post(booking_create, actor, &descriptor_booking_request, body);
}

static int64_t booked_with(const char *method, int quantity)
{
    const char *more = text_of(", \"quantity\": %d, \"paymentMethod\": \"%s\"", quantity, method);
    assert_int_equal(book_by(&world.customer, more), OK);
    return world.result.row->id;
}

static void organize_event(const char *body)
{
    assert_int_equal(patch(event_update, &world.organizer, ENTITY_event, world.event, body), OK);
}

static err refund(int64_t payment, const char *body)
{
    return post_on(payment_refund, &world.support, payment, &descriptor_refund_request, body);
}

/* --- time of sale ------------------------------------------------------------------------------------------------- */

static void seats_are_sold_until_the_schedule_ends(void **state)
{
    (void)state;
    clock_advance(2 * DAY_MS + 2 * HOUR_MS);
    assert_int_equal(book_by(&world.customer, ", \"quantity\": 1"), OK);
    assert_int_equal(act(payment_pay, &world.customer, world.result.embedded->id), OK);
    clock_advance(HOUR_MS);
    assert_int_equal(book_by(&world.customer, ", \"quantity\": 1"), ERR_INVALID);
    assert_true(has_field_error("/scheduleId", "sale_closed"));
}

static void an_event_says_when_sales_start_and_end(void **state)
{
    (void)state;
    organize_event(text_of("{\"salesStart\": \"%s\", \"salesEnd\": \"%s\"}", in(HOUR_MS), in(2 * HOUR_MS)));
    assert_int_equal(book_by(&world.organizer, ", \"quantity\": 1"), ERR_INVALID);
    assert_true(has_field_error("/eventId", "not_on_sale_yet"));
    clock_advance(HOUR_MS);
    booked_with("cash", 1);
    booked_with("banktransfer", 1);
    assert_int_equal(number("SELECT count(*) FROM \"Bookings\" b JOIN \"Events\" e ON e.\"id\" = b.\"eventId\""
                            " WHERE b.\"expiresAt\" = e.\"salesEnd\""),
                     2);
    clock_advance(HOUR_MS);
    assert_int_equal(book_by(&world.customer, ", \"quantity\": 1"), ERR_INVALID);
    assert_true(has_field_error("/scheduleId", "sale_closed"));
    assert_int_equal(patch(event_update, &world.organizer, ENTITY_event, world.event,
                           text_of("{\"salesStart\": \"%s\", \"salesEnd\": \"%s\"}", in(2), in(1))),
                     ERR_INVALID);
    assert_true(has_field_error("/salesEnd", "order"));
}

static void the_hold_depends_on_the_payment_method(void **state)
{
    (void)state;
    world.fixture->settings.hold_transfer_ms = DAY_MS;
    static const struct {
        const char *method;
        int64_t hold; /* 0: until the schedule ends */
    } holds[] = {{"sandbox", 15 * MINUTE_MS}, {"banktransfer", DAY_MS}, {"cash", 0}};
    const char *until_end = "\"expiresAt\" = (SELECT \"endTime\" FROM \"Schedules\" s WHERE s.\"id\" = \"scheduleId\")";
    clock_advance(MINUTE_MS);
    for (size_t i = 0; i < COUNT_OF(holds); i++) {
        int64_t booking = booked_with(holds[i].method, 1);
        if (holds[i].hold) assert_int_equal(RESULT(booking)->expires_at - RESULT(booking)->booking_date, holds[i].hold);
        if (i == 0)
            assert_string_equal(world.result.action, "pay");
        else
            assert_null(world.result.action);
        const char *cash = "{\"paymentMethod\": \"cash\"}";
        assert_int_equal(patch(payment_update, &world.customer, ENTITY_payment, payment_of_booking(booking), cash), OK);
        assert_int_equal(number_of("Bookings", booking, until_end), 1);
    }
}

static void rows_of_other_clients_do_not_keep_holds_from_expiring(void **state)
{
    (void)state;
    int64_t event = event_made("0.00", 100);
    for (int i = 0; i < 10; i++) booked(&world.customer, event, 1);
    int64_t held = booked(&world.customer, world.event, 1);
    clock_advance(world.fixture->settings.hold_ms);
    world.violated = true;
    by_another_client(
        text_of("UPDATE \"Bookings\" SET \"expiresAt\" = '%s' WHERE \"status\" = 'confirmed';"
                "INSERT INTO \"Bookings\" (\"userId\", \"eventId\", \"quantity\", \"status\", \"expiresAt\","
                " \"createdAt\", \"updatedAt\") SELECT a.\"userId\", a.\"eventId\", 1, 'confirmed',"
                " a.\"expiresAt\", a.\"createdAt\", a.\"updatedAt\" FROM \"Bookings\" a, \"Bookings\" b,"
                " \"Bookings\" c WHERE a.\"status\" = 'confirmed' AND b.\"status\" = 'confirmed'"
                " AND c.\"id\" < 4;",
                stored_in(-DAY_MS)));
    assert_int_equal(act(booking_expire, &world.fixture->system, 0), OK);
    assert_int_equal(world.result.count, 1);
    assert_true(status_is("Bookings", held, "expired"));
}

/* --- seats of one person ------------------------------------------------------------------------------------------ */

static err want(const struct actor *actor, int quantity, const char *method)
{
    return book_by(actor, text_of(", \"quantity\": %d, \"paymentMethod\": \"%s\"", quantity, method));
}

static void one_person_has_a_number_of_seats_of_a_schedule(void **state)
{
    (void)state;
    organize_event("{\"capacity\": 100, \"maxSeatsPerPerson\": 20}");
    assert_int_equal(want(&world.other, 20, "sandbox"), OK); /* while less than the limit is sold, nothing is counted */
    assert_int_equal(want(&world.customer, 21, "cash"), ERR_STATE_CONFLICT);
    assert_int_equal(want(&world.customer, 10, "sandbox"), OK);
    int64_t first = world.result.row->id;
    assert_int_equal(want(&world.customer, 10, "cash"), OK);
    int64_t second = world.result.row->id;
    assert_int_equal(want(&world.customer, 1, "sandbox"), ERR_STATE_CONFLICT);
    assert_true(has_conflict("seat_limit_reached"));
    assert_non_null(strstr(world.problem.errors[0].detail, "can have 20 seats of the schedule; 20 are"));
    assert_int_equal(patch(booking_update, &world.customer, ENTITY_booking, first, "{\"quantity\": 11}"),
                     ERR_STATE_CONFLICT);
    assert_int_equal(want(&world.support, 30, "sandbox"), OK); /* staff may */
    assert_int_equal(act(payment_pay, &world.organizer, payment_of_booking(second)), OK);
    assert_int_equal(want(&world.customer, 1, "sandbox"), ERR_STATE_CONFLICT); /* paid seats count */
    assert_int_equal(
        post_on(payment_refund, &world.support, payment_of_booking(second), &descriptor_refund_request, "{}"), OK);
    assert_int_equal(want(&world.customer, 10, "sandbox"), OK); /* refunded ones do not */
}

static void seats_that_were_given_back_count_for_a_while(void **state)
{
    (void)state;
    organize_event("{\"capacity\": 100, \"maxSeatsPerPerson\": 10}");
    assert_int_equal(want(&world.other, 10, "sandbox"), OK);
    assert_int_equal(act(payment_pay, &world.other, world.result.embedded->id), OK);
    assert_int_equal(want(&world.customer, 10, "sandbox"), OK);
    assert_int_equal(act(booking_cancel, &world.customer, world.result.row->id), OK);
    assert_int_equal(want(&world.customer, 1, "sandbox"), ERR_STATE_CONFLICT);
    clock_advance(15 * MINUTE_MS);
    assert_int_equal(want(&world.customer, 10, "sandbox"), OK);
    clock_advance(world.fixture->settings.hold_ms); /* nothing ended the hold yet */
    assert_int_equal(want(&world.customer, 1, "sandbox"), ERR_STATE_CONFLICT);
    assert_int_equal(act(booking_expire, &world.fixture->system, 0), OK);
    assert_int_equal(want(&world.customer, 1, "sandbox"), ERR_STATE_CONFLICT);
    clock_advance(15 * MINUTE_MS);
    assert_int_equal(want(&world.customer, 10, "sandbox"), OK);
}

static void only_verified_people_book_where_the_event_says_so(void **state)
{
    (void)state;
    organize_event("{\"verifiedOnly\": true, \"price\": \"0.00\"}");
    assert_int_equal(book_by(&world.customer, ", \"quantity\": 1"), ERR_STATE_CONFLICT);
    assert_true(has_conflict("account_not_verified"));
    assert_int_equal(book_by(&world.support, ", \"quantity\": 1"), OK);
    assert_int_equal(patch(user_update, &world.admin, ENTITY_user, world.customer.user_id, "{\"isVerified\": true}"),
                     OK);
    assert_int_equal(book_by(&world.customer, ", \"quantity\": 1"), OK);
}

/* --- money that comes late ---------------------------------------------------------------------------------------- */

static int64_t expired_transfer(int quantity)
{
    int64_t booking = booked_with("banktransfer", quantity);
    world.fixture->settings.hold_transfer_ms = HOUR_MS;
    clock_advance(2 * DAY_MS - HOUR_MS);
    assert_int_equal(act(booking_expire, &world.fixture->system, 0), OK);
    assert_true(status_is("Bookings", booking, "expired"));
    return booking;
}

static void late_money_confirms_the_booking_while_seats_are_left(void **state)
{
    (void)state;
    world.fixture->settings.hold_transfer_ms = HOUR_MS;
    int64_t booking = expired_transfer(4), payment = payment_of_booking(booking);
    assert_int_equal(act(payment_pay, &world.customer, payment), ERR_FORBIDDEN);
    const char *when = text_of("{\"paidAt\": \"%s\"}", in(-HOUR_MS));
    assert_int_equal(post_on(payment_pay, &world.support, payment, &descriptor_pay_request, when), OK);
    assert_int_equal(RESULT(payment)->status, PAYMENT_PAID);
    assert_int_equal(RESULT(payment)->payment_date, world.now - HOUR_MS);
    assert_true(status_is("Bookings", booking, "confirmed"));
    assert_int_equal(seats_left(world.schedule), 6);
}

static void late_money_without_seats_is_owed_and_refunded(void **state)
{
    (void)state;
    world.fixture->settings.hold_transfer_ms = HOUR_MS;
    int64_t booking = expired_transfer(4), payment = payment_of_booking(booking);
    confirmed(&world.other, world.event, 7);
    assert_int_equal(act(payment_pay, &world.organizer, payment), OK);
    assert_int_equal(RESULT(payment)->status, PAYMENT_OWED);
    assert_true(status_is("Bookings", booking, "expired"));
    assert_int_equal(seats_left(world.schedule), 3);
    assert_int_equal(act(payment_pay, &world.organizer, payment), ERR_STATE_CONFLICT);
    assert_int_equal(refund(payment, "{\"amount\": \"40.01\"}"), ERR_INVALID);
    assert_int_equal(refund(payment, "{\"amount\": \"15.00\"}"), OK);
    assert_true(status_is("Payments", payment, "owed"));
    assert_int_equal(refund(payment, NULL), OK);
    assert_true(status_is("Payments", payment, "refunded") && status_is("Bookings", booking, "expired"));
    assert_int_equal(refund(payment, NULL), ERR_STATE_CONFLICT);
    assert_true(has_conflict("already_refunded"));
    assert_int_equal(seats_left(world.schedule), 3);
}

static void money_for_a_cancelled_booking_is_owed(void **state)
{
    (void)state;
    int64_t booking = booked_with("banktransfer", 1), payment = payment_of_booking(booking);
    assert_int_equal(act(booking_cancel, &world.customer, booking), OK);
    assert_int_equal(act(payment_pay, &world.support, payment), OK);
    assert_true(status_is("Payments", payment, "owed") && status_is("Bookings", booking, "cancelled"));
    assert_int_equal(seats_left(world.schedule), 10);
}

static void late_money_for_a_cancelled_event_is_owed(void **state)
{
    (void)state;
    world.fixture->settings.hold_transfer_ms = HOUR_MS;
    int64_t booking = expired_transfer(4), payment = payment_of_booking(booking);
    assert_int_equal(act(event_cancel, &world.organizer, world.event), OK);
    assert_int_equal(act(payment_pay, &world.support, payment), OK);
    assert_true(status_is("Payments", payment, "owed") && status_is("Bookings", booking, "expired"));
    assert_int_equal(seats_left(world.schedule), 10);
}

static void another_method_does_not_end_a_hold_that_outlives_the_sale(void **state)
{
    (void)state;
    const char *until_end = "\"expiresAt\" = (SELECT \"endTime\" FROM \"Schedules\" s WHERE s.\"id\" = \"scheduleId\")";
    int64_t booking = booked_with("cash", 1);
    organize_event(text_of("{\"salesEnd\": \"%s\"}", in(HOUR_MS)));
    clock_advance(HOUR_MS);
    const char *transfer = "{\"paymentMethod\": \"banktransfer\"}";
    assert_int_equal(patch(payment_update, &world.customer, ENTITY_payment, payment_of_booking(booking), transfer), OK);
    assert_int_equal(number_of("Bookings", booking, until_end), 1);
}

/* Else the booking would have a new version in which nothing differs. */
static void another_method_with_the_same_hold_leaves_the_booking_as_it_is(void **state)
{
    (void)state;
    int64_t booking = booked_with("cash", 1), version = version_of("Bookings", booking);
    const char *transfer = "{\"paymentMethod\": \"banktransfer\"}";
    assert_int_equal(patch(payment_update, &world.customer, ENTITY_payment, payment_of_booking(booking), transfer), OK);
    assert_int_equal(version_of("Bookings", booking), version);
}

static void only_staff_say_when_money_arrived(void **state)
{
    (void)state;
    int64_t payment = payment_of_booking(booked_with("sandbox", 1));
    const char *now = text_of("{\"paidAt\": \"%s\"}", in(0)), *later = text_of("{\"paidAt\": \"%s\"}", in(DAY_MS));
    assert_int_equal(post_on(payment_pay, &world.customer, payment, &descriptor_pay_request, now), ERR_INVALID);
    assert_true(has_field_error("/paidAt", "forbidden_field"));
    assert_int_equal(post_on(payment_pay, &world.support, payment, &descriptor_pay_request, later), ERR_INVALID);
    assert_true(has_field_error("/paidAt", "future"));
    assert_int_equal(post_on(payment_pay, &world.support, payment, &descriptor_pay_request, "{\"paidAt\": null}"), OK);
}

/* --- refusals ----------------------------------------------------------------------------------------------------- */

static err pay_with(const struct actor *actor, int64_t payment, const char *method)
{
    return patch(payment_update, actor, ENTITY_payment, payment, text_of("{\"paymentMethod\": \"%s\"}", method));
}

static void a_refusal_names_the_state_of_the_payment(void **state)
{
    (void)state;
    int64_t booking = booked_with("sandbox", 2), payment = payment_of_booking(booking);
    assert_int_equal(refund(payment, NULL), ERR_STATE_CONFLICT);
    assert_true(has_conflict("payment_pending"));
    assert_int_equal(act(payment_fail, &world.customer, payment), OK);
    assert_int_equal(act(payment_fail, &world.customer, payment), ERR_STATE_CONFLICT);
    assert_true(has_conflict("payment_failed"));
    world.fixture->settings.sandbox = false;
    assert_int_equal(act(payment_pay, &world.customer, payment), ERR_STATE_CONFLICT);
    assert_true(has_field_error("/paymentMethod", "method_not_available"));
    world.fixture->settings.sandbox = true;
    assert_int_equal(act(payment_pay, &world.customer, payment), OK);
    assert_int_equal(pay_with(&world.customer, payment, "cash"), ERR_STATE_CONFLICT);
    assert_true(has_conflict("already_paid"));
    assert_int_equal(refund(payment, "{\"amount\": \"5.00\"}"), OK);
    assert_int_equal(pay_with(&world.customer, payment, "cash"), ERR_STATE_CONFLICT);
    assert_true(has_conflict("already_paid"));
    assert_int_equal(refund(payment, NULL), OK);
    assert_int_equal(refund(payment, NULL), ERR_STATE_CONFLICT);
    assert_true(has_conflict("already_refunded"));
    assert_int_equal(act(booking_cancel, &world.customer, booking), ERR_STATE_CONFLICT);
    assert_true(has_conflict("booking_refunded"));
}

static void a_refusal_names_what_ended_the_booking(void **state)
{
    (void)state;
    int64_t booking = booked_with("banktransfer", 1), payment = payment_of_booking(booking);
    assert_int_equal(act(booking_cancel, &world.customer, booking), OK);
    assert_int_equal(act(booking_cancel, &world.customer, booking), ERR_STATE_CONFLICT);
    assert_true(has_conflict("booking_cancelled"));
    assert_int_equal(refund(payment, NULL), ERR_STATE_CONFLICT);
    assert_true(has_conflict("payment_cancelled"));
    assert_int_equal(act(payment_pay, &world.support, payment), OK);
    assert_int_equal(pay_with(&world.customer, payment, "cash"), ERR_STATE_CONFLICT);
    assert_true(has_conflict("payment_owed"));
    int64_t free_booking = booked(&world.customer, world.free_event, 1);
    assert_int_equal(refund(payment_of_booking(free_booking), NULL), ERR_STATE_CONFLICT);
    assert_true(has_field_error("/amount", "nothing_due"));
}

/* --- cancelled events --------------------------------------------------------------------------------------------- */

static void a_cancelled_event_lets_people_cancel_at_any_time(void **state)
{
    (void)state;
    int64_t booking = confirmed(&world.customer, world.event, 1);
    organize_event("{\"status\": \"cancelled\"}");
    world.violated = true; /* the job that ends the bookings has not run */
    clock_advance(2 * DAY_MS + HOUR_MS);
    assert_int_equal(act(booking_checkin, &world.organizer, booking), ERR_STATE_CONFLICT);
    assert_true(has_conflict("event_cancelled"));
    assert_int_equal(act(booking_cancel, &world.customer, booking), OK);
    assert_true(status_is("Payments", payment_of_booking(booking), "refunded"));
}

/* --- check-in ----------------------------------------------------------------------------------------------------- */

static err enter(int64_t booking, const char *body)
{
    return post_on(booking_checkin, &world.organizer, booking, &descriptor_checkin_request, body);
}

static void check_in_has_a_window(void **state)
{
    (void)state;
    int64_t booking = confirmed(&world.customer, world.event, 2);
    int64_t opens = 2LL * DAY_MS - 12 * HOUR_MS, closes = 2LL * DAY_MS + 9 * HOUR_MS;
    clock_advance(opens - MINUTE_MS);
    assert_int_equal(act(booking_checkin, &world.organizer, booking), ERR_STATE_CONFLICT);
    assert_true(has_conflict("check_in_not_open"));
    clock_advance(MINUTE_MS);
    assert_int_equal(enter(booking, "{\"quantity\": 1}"), OK);
    clock_advance(closes - opens);
    assert_int_equal(enter(booking, "{\"quantity\": 1}"), ERR_STATE_CONFLICT);
    assert_true(has_conflict("check_in_over"));
}

static void a_group_enters_in_parts(void **state)
{
    (void)state;
    int64_t booking = confirmed(&world.customer, world.event, 4);
    clock_advance(2 * DAY_MS);
    assert_int_equal(enter(booking, "{\"quantity\": 5}"), ERR_INVALID);
    assert_true(has_field_error("/quantity", "too_large"));
    assert_int_equal(enter(booking, "{\"quantity\": 3, \"place\": \"North gate\"}"), OK);
    assert_int_equal(RESULT(booking)->checked_in_quantity, 3);
    assert_true(str_is(RESULT(booking)->checked_in_place, "North gate"));
    assert_int_equal(enter(booking, "{\"quantity\": 2}"), ERR_STATE_CONFLICT);
    assert_true(has_conflict("already_checked_in"));
    assert_non_null(strstr(world.problem.errors[0].detail, "3 of 4"));
    assert_non_null(strstr(world.problem.errors[0].detail, "North gate"));
    assert_int_equal(act(booking_checkin, &world.organizer, booking), OK);
    assert_int_equal(RESULT(booking)->checked_in_quantity, 4);
    assert_int_equal(act(booking_checkin, &world.organizer, booking), ERR_STATE_CONFLICT);
}

static void a_check_in_is_undone_with_a_reason(void **state)
{
    (void)state;
    int64_t booking = confirmed(&world.customer, world.event, 2);
    const char *reason = "{\"reason\": \"Wrong booking\"}";
    clock_advance(2 * DAY_MS);
    assert_int_equal(post_on(booking_undo_checkin, &world.organizer, booking, &descriptor_undo_checkin_request, reason),
                     ERR_STATE_CONFLICT);
    assert_true(has_conflict("not_checked_in"));
    assert_int_equal(enter(booking, "{\"place\": \"Gate 1\"}"), OK);
    assert_true(str_is(RESULT(booking)->checked_in_place, "Gate 1"));
    assert_int_equal(post_on(booking_undo_checkin, &world.organizer, booking, &descriptor_undo_checkin_request, reason),
                     OK);
    assert_int_equal(RESULT(booking)->checked_in_at, 0);
    assert_null(RESULT(booking)->checked_in_place.p);
    assert_true(str_is(RESULT(booking)->checkin_undone, "Wrong booking"));
    assert_int_equal(enter(booking, NULL), OK);
}

/* Another client knows only the time. */
static void a_time_without_a_number_means_that_all_are_inside(void **state)
{
    (void)state;
    int64_t booking = confirmed(&world.customer, world.event, 2);
    clock_advance(2 * DAY_MS);
    by_another_client(text_of("UPDATE \"Bookings\" SET \"checkedInAt\" = '%s' WHERE \"id\" = %lld;", stored_in(0),
                              (long long)booking));
    assert_int_equal(act(booking_checkin, &world.organizer, booking), ERR_STATE_CONFLICT);
    assert_true(has_conflict("already_checked_in"));
}

/* --- for other people --------------------------------------------------------------------------------------------- */

static void staff_book_for_other_people(void **state)
{
    (void)state;
    const char *named = text_of(", \"quantity\": 1, \"userId\": %lld", (long long)world.other.user_id);
    assert_int_equal(book_by(&world.customer, named), ERR_INVALID);
    assert_true(has_field_error("/userId", "forbidden_field"));
    assert_int_equal(book_by(&world.other, named), OK);
    assert_int_equal(book_by(&world.support, named), OK);
    assert_int_equal(RESULT(booking)->user_id, world.other.user_id);
    assert_int_equal(act(payment_pay, &world.other, world.result.embedded->id), OK);
    assert_int_equal(book_by(&world.support, ", \"quantity\": 1, \"userId\": 99999"), ERR_INVALID);
    assert_true(has_field_error("/userId", "not_found"));
    const char *guest = ", \"quantity\": 1, \"guestName\": \"Ada\", \"paymentMethod\": \"cash\"";
    assert_int_equal(book_by(&world.organizer, guest), OK);
    assert_int_equal(RESULT(booking)->user_id, world.organizer.user_id);
    assert_true(str_is(RESULT(booking)->guest_name, "Ada"));
}

static void complimentary_seats_are_given_by_staff(void **state)
{
    (void)state;
    const char *gift = ", \"quantity\": 2, \"paymentMethod\": \"complimentary\"";
    assert_int_equal(book_by(&world.customer, gift), ERR_INVALID);
    assert_true(has_field_error("/paymentMethod", "staff_only"));
    assert_int_equal(book_by(&world.organizer, gift), ERR_INVALID);
    assert_true(has_field_error("/paymentMethod", "own_booking"));
    gift = text_of("%s, \"userId\": %lld", gift, (long long)world.other.user_id);
    assert_int_equal(book_by(&world.organizer, gift), OK);
    assert_int_equal(RESULT(booking)->status, BOOKING_CONFIRMED);
    assert_int_equal(RESULT(booking)->total_price, 0);
    assert_int_equal(ROW(payment, world.result.embedded)->payment_method, METHOD_COMPLIMENTARY);
    assert_int_equal(seats_left(world.schedule), 8);
    assert_int_equal(act(booking_cancel, &world.organizer, world.result.row->id), OK);
}

/* --- self-dealing ------------------------------------------------------------------------------------------------- */

static void own_refused(err e)
{
    assert_int_equal(e, ERR_STATE_CONFLICT);
    assert_true(has_conflict("own_booking"));
}

static void staff_confirm_nothing_of_their_own(void **state)
{
    (void)state;
    const struct actor *const staff[] = {&world.organizer, &world.support, &world.admin};
    clock_advance(2 * DAY_MS - HOUR_MS); /* check-in is open */
    for (size_t i = 0; i < COUNT_OF(staff); i++) {
        const struct actor *own = staff[i], *colleague = staff[(i + 1) % COUNT_OF(staff)];
        assert_int_equal(book_by(own, ", \"quantity\": 2, \"paymentMethod\": \"cash\""), OK);
        int64_t booking = world.result.row->id, payment = world.result.embedded->id;
        own_refused(act(payment_pay, own, payment));
        own_refused(act(payment_fail, own, payment));
        assert_int_equal(act(payment_pay, colleague, payment), OK);
        own_refused(act(payment_refund, own, payment));
        own_refused(patch(booking_update, own, ENTITY_booking, booking, "{\"quantity\": 1}"));
        own_refused(act(booking_checkin, own, booking));
        assert_int_equal(act(booking_checkin, colleague, booking), OK);
        own_refused(
            post_on(booking_undo_checkin, own, booking, &descriptor_undo_checkin_request, "{\"reason\": \"Mine\"}"));
    }
}

static void one_person_sells_to_a_guest_whom_they_named_when_they_booked(void **state)
{
    (void)state;
    const struct actor *clerk = &world.organizer;
    clock_advance(2 * DAY_MS - HOUR_MS);
    assert_int_equal(book_by(clerk, ", \"quantity\": 1, \"paymentMethod\": \"cash\", \"guestName\": \"Ada\""), OK);
    int64_t guest = world.result.row->id;
    assert_int_equal(act(payment_pay, clerk, payment_of_booking(guest)), OK);
    assert_int_equal(act(booking_checkin, clerk, guest), OK);
    assert_int_equal(book_by(clerk, ", \"quantity\": 1, \"paymentMethod\": \"cash\""), OK);
    int64_t own = world.result.row->id;
    own_refused(patch(booking_update, clerk, ENTITY_booking, own, "{\"guestName\": \"Ada\"}"));
    own_refused(act(payment_pay, clerk, payment_of_booking(own)));
}

static void staff_pay_and_cancel_their_own_bookings_as_customers_do(void **state)
{
    (void)state;
    const char *paid_at = text_of("{\"paidAt\": \"%s\"}", in(-HOUR_MS));
    int64_t early = booked(&world.admin, world.event, 1), late = booked(&world.admin, world.event, 1);
    assert_int_equal(post_on(payment_pay, &world.admin, payment_of_booking(early), &descriptor_pay_request, paid_at),
                     ERR_INVALID);
    assert_true(has_field_error("/paidAt", "forbidden_field"));
    assert_int_equal(act(payment_pay, &world.admin, payment_of_booking(early)), OK);
    clock_advance(world.fixture->settings.hold_ms);
    assert_int_equal(act(payment_pay, &world.admin, payment_of_booking(late)), ERR_HOLD_EXPIRED);
    clock_advance(2 * DAY_MS);
    assert_int_equal(act(booking_cancel, &world.admin, early), ERR_STATE_CONFLICT);
    assert_true(has_conflict("schedule_started"));
    assert_int_equal(act(booking_cancel, &world.support, early), OK);
}

static err keep(const struct actor *actor, int64_t booking, int quantity)
{
    return patch(booking_update, actor, ENTITY_booking, booking, text_of("{\"quantity\": %d}", quantity));
}

static void staff_give_back_seats_of_a_confirmed_booking(void **state)
{
    (void)state;
    int64_t booking = confirmed(&world.customer, world.event, 4), payment = payment_of_booking(booking);
    assert_int_equal(keep(&world.customer, booking, 3), ERR_STATE_CONFLICT);
    assert_true(has_conflict("booking_confirmed"));
    assert_int_equal(keep(&world.support, booking, 5), ERR_STATE_CONFLICT);
    assert_true(has_conflict("booking_confirmed"));
    assert_int_equal(keep(&world.support, booking, 3), OK);
    assert_int_equal(RESULT(booking)->total_price, 4000);
    assert_int_equal(RESULT(booking)->cancelled_quantity, 1);
    assert_int_equal(number_of("Payments", payment, "\"refundedAmount\" = 10"), 1);
    assert_true(status_is("Payments", payment, "partiallyRefunded"));
    assert_int_equal(seats_left(world.schedule), 7);
    assert_int_equal(refund(payment, "{\"amount\": \"20.00\"}"), OK);
    assert_int_equal(keep(&world.support, booking, 2), ERR_STATE_CONFLICT);
    assert_true(has_field_error("/quantity", "refund_exceeded"));
    assert_int_equal(act(booking_cancel, &world.customer, booking), OK);
    assert_int_equal(number_of("Payments", payment, "\"refundedAmount\" = 40"), 1);
    assert_int_equal(seats_left(world.schedule), 10);
}

static void seats_of_people_inside_are_not_given_back(void **state)
{
    (void)state;
    int64_t booking = confirmed(&world.customer, world.event, 3);
    int64_t free_booking = booked(&world.customer, world.free_event, 3);
    clock_advance(2 * DAY_MS);
    assert_int_equal(enter(booking, "{\"quantity\": 2}"), OK);
    assert_int_equal(keep(&world.organizer, booking, 1), ERR_STATE_CONFLICT);
    assert_true(has_conflict("already_checked_in"));
    assert_int_equal(keep(&world.organizer, booking, 2), OK);
    assert_int_equal(act(booking_checkin, &world.organizer, booking), ERR_STATE_CONFLICT);
    assert_int_equal(keep(&world.organizer, free_booking, 1), OK);
    assert_int_equal(seats_left(world.free_schedule), 9);
}

/* --- zero is not absent ------------------------------------------------------------------------------------------- */

static void a_refund_of_nothing_is_refused(void **state)
{
    (void)state;
    int64_t payment = payment_of_booking(confirmed(&world.customer, world.event, 2));
    const char *zeros[] = {"\"0.00\"", "\"0\"", "\"-0.00\"", "0", "-0.0", "0.0"};
    for (size_t i = 0; i < COUNT_OF(zeros); i++) {
        struct problem problem = {0};
        struct change *change;
        str body = arena_copy(world.fixture->arena, str_of(text_of("{\"amount\": %s}", zeros[i])));
        err e = decode_change(world.fixture->arena, body, &descriptor_refund_request, DECODE_CREATE, &problem, &change);
        assert_int_equal(e, ERR_INVALID);
        assert_string_equal(problem.errors[0].code, "too_small");
    }
    assert_int_equal(refund(payment, "{}"), OK);
    assert_true(status_is("Payments", payment, "refunded"));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, world_open, world_close)
    const struct CMUnitTest tests[] = {
        TEST(seats_are_sold_until_the_schedule_ends),
        TEST(an_event_says_when_sales_start_and_end),
        TEST(the_hold_depends_on_the_payment_method),
        TEST(rows_of_other_clients_do_not_keep_holds_from_expiring),
        TEST(one_person_has_a_number_of_seats_of_a_schedule),
        TEST(seats_that_were_given_back_count_for_a_while),
        TEST(only_verified_people_book_where_the_event_says_so),
        TEST(late_money_confirms_the_booking_while_seats_are_left),
        TEST(late_money_without_seats_is_owed_and_refunded),
        TEST(money_for_a_cancelled_booking_is_owed),
        TEST(late_money_for_a_cancelled_event_is_owed),
        TEST(another_method_does_not_end_a_hold_that_outlives_the_sale),
        TEST(another_method_with_the_same_hold_leaves_the_booking_as_it_is),
        TEST(only_staff_say_when_money_arrived),
        TEST(a_refusal_names_the_state_of_the_payment),
        TEST(a_refusal_names_what_ended_the_booking),
        TEST(a_cancelled_event_lets_people_cancel_at_any_time),
        TEST(check_in_has_a_window),
        TEST(a_group_enters_in_parts),
        TEST(a_check_in_is_undone_with_a_reason),
        TEST(a_time_without_a_number_means_that_all_are_inside),
        TEST(staff_book_for_other_people),
        TEST(complimentary_seats_are_given_by_staff),
        TEST(staff_confirm_nothing_of_their_own),
        TEST(one_person_sells_to_a_guest_whom_they_named_when_they_booked),
        TEST(staff_pay_and_cancel_their_own_bookings_as_customers_do),
        TEST(staff_give_back_seats_of_a_confirmed_booking),
        TEST(seats_of_people_inside_are_not_given_back),
        TEST(a_refund_of_nothing_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
