/* Bookings and payments: every rule and refusal, the table of all transitions, and random sequences of commands, with
 * the invariants checked after each. */
#include "domain_fixture.h"

/* --- booking ----------------------------------------------------------------------------------------------------- */

static err book_as(const char *body)
{
    return post(booking_create, &world.customer, &descriptor_booking_request, body);
}

static const char *requested(int64_t event, int64_t schedule, int quantity, const char *method)
{
    return text_of("{\"eventId\": %lld, \"scheduleId\": %lld, \"quantity\": %d, \"paymentMethod\": \"%s\"}",
                   (long long)event, (long long)schedule, quantity, method);
}

static void booking_holds_seats_until_paid(void **state)
{
    (void)state;
    assert_int_equal(book_as(requested(world.event, world.schedule, 3, "sandbox")), OK);
    struct booking *booking = RESULT(booking);
    struct payment *payment = ROW(payment, world.result.embedded);
    assert_string_equal(world.result.embed, "payment");
    assert_int_equal(booking->user_id, world.customer.user_id);
    assert_int_equal(booking->event_id, world.event);
    assert_int_equal(booking->schedule_id, world.schedule);
    assert_int_equal(booking->status, BOOKING_PENDING);
    assert_int_equal(booking->total_price, 3000);
    assert_int_equal(booking->booking_date, booking->created_at);
    assert_int_equal(booking->expires_at, booking->booking_date + world.fixture->settings.hold_ms);
    assert_int_equal(payment->booking_id, booking->id);
    assert_int_equal(payment->amount, 3000);
    assert_int_equal(payment->status, PAYMENT_PENDING);
    assert_int_equal(payment->payment_method, METHOD_SANDBOX);
    assert_int_equal(payment->payment_date, 0);
    assert_int_equal(payment->transaction_id.n, 26);
    assert_int_equal(seats_left(world.schedule), 7);
}

static void booking_of_a_free_event_is_confirmed(void **state)
{
    (void)state;
    assert_int_equal(book_as(requested(world.free_event, world.free_schedule, 2, "cash")), OK);
    struct payment *payment = ROW(payment, world.result.embedded);
    assert_int_equal(RESULT(booking)->status, BOOKING_CONFIRMED);
    assert_int_equal(RESULT(booking)->expires_at, 0);
    assert_int_equal(payment->status, PAYMENT_PAID);
    assert_int_equal(payment->payment_method, METHOD_FREE);
    assert_int_not_equal(payment->payment_date, 0);
    assert_int_equal(seats_left(world.free_schedule), 8);
}

static void hold_ends_with_the_sale(void **state)
{
    (void)state;
    clock_advance(2 * DAY_MS + 3 * HOUR_MS - MINUTE_MS);
    assert_int_equal(book_as(requested(world.event, world.schedule, 1, "sandbox")), OK);
    assert_true(RESULT(booking)->expires_at < world.now + world.fixture->settings.hold_ms);
    assert_int_equal(number("SELECT count(*) FROM \"Bookings\" b JOIN \"Schedules\" s ON s.\"id\" = b.\"scheduleId\""
                            " WHERE b.\"expiresAt\" = s.\"endTime\""),
                     1);
}

static void refused_bookings_name_the_field(void **state)
{
    (void)state;
    int64_t draft = event_made("5.00", 5), cancelled = event_made("5.00", 5);
    assert_int_equal(patch(event_update, &world.organizer, ENTITY_event, draft, "{\"status\": \"draft\"}"), OK);
    assert_int_equal(patch(event_update, &world.organizer, ENTITY_event, cancelled, "{\"status\": \"cancelled\"}"), OK);
    assert_int_equal(book_as(requested(99999, 1, 1, "sandbox")), ERR_INVALID);
    assert_true(has_field_error("/eventId", "not_found"));
    assert_int_equal(book_as(requested(draft, schedule_of(draft), 1, "sandbox")), ERR_INVALID);
    assert_true(has_field_error("/eventId", "not_found"));
    assert_int_equal(book_as(requested(cancelled, schedule_of(cancelled), 1, "free")), ERR_INVALID);
    assert_true(has_field_error("/eventId", "sale_closed") && has_field_error("/paymentMethod", "not_free"));
    assert_int_equal(post(booking_create, &world.organizer, &descriptor_booking_request,
                          requested(draft, schedule_of(draft), 1, "sandbox")),
                     ERR_INVALID);
    assert_true(has_field_error("/eventId", "sale_closed"));
    assert_int_equal(book_as(requested(world.event, 99999, 1, "sandbox")), ERR_INVALID);
    assert_true(has_field_error("/scheduleId", "not_found"));
    assert_int_equal(book_as(requested(world.event, world.free_schedule, 1, "sandbox")), ERR_INVALID);
    assert_true(has_field_error("/scheduleId", "not_found"));
    assert_int_equal(book(&world.anonymous, world.event, 1), ERR_UNAUTHENTICATED);
    clock_advance(2 * DAY_MS + 3 * HOUR_MS);
    assert_int_equal(book_as(requested(world.event, world.schedule, 1, "sandbox")), ERR_INVALID);
    assert_true(has_field_error("/scheduleId", "sale_closed"));
}

static void the_schedule_is_optional_if_the_event_has_one(void **state)
{
    (void)state;
    assert_int_equal(book(&world.customer, world.event, 1), OK);
    assert_int_equal(RESULT(booking)->schedule_id, world.schedule);
    schedule_made(world.event, 3 * DAY_MS, 3 * DAY_MS + HOUR_MS);
    assert_int_equal(book(&world.customer, world.event, 1), ERR_INVALID);
    assert_true(has_field_error("/scheduleId", "required"));
}

static void the_last_seat_is_sold_once(void **state)
{
    (void)state;
    assert_int_equal(book(&world.customer, world.event, 11), ERR_SOLD_OUT);
    assert_true(has_field_error("/quantity", "seats_left"));
    booked(&world.customer, world.event, 9);
    assert_int_equal(book(&world.other, world.event, 2), ERR_SOLD_OUT);
    int64_t last = booked(&world.other, world.event, 1);
    assert_int_equal(book(&world.customer, world.event, 1), ERR_SOLD_OUT);
    assert_int_equal(act(booking_cancel, &world.other, last), OK);
    booked(&world.customer, world.event, 1);
    assert_int_equal(seats_left(world.schedule), 0);
}

/* --- quantity ---------------------------------------------------------------------------------------------------- */

static void a_new_quantity_changes_seats_total_and_amount(void **state)
{
    (void)state;
    int64_t booking = booked(&world.customer, world.event, 3), payment = payment_of_booking(booking);
    assert_int_equal(patch(event_update, &world.organizer, ENTITY_event, world.event, "{\"price\": \"99.00\"}"), OK);
    assert_int_equal(patch(booking_update, &world.customer, ENTITY_booking, booking, "{\"quantity\": 10}"), OK);
    assert_int_equal(RESULT(booking)->total_price, 10000); /* at the price of its day */
    assert_int_equal(number_of("Payments", payment, "\"amount\" = 100"), 1);
    assert_int_equal(seats_left(world.schedule), 0);
    assert_int_equal(patch(booking_update, &world.customer, ENTITY_booking, booking, "{\"quantity\": 1}"), OK);
    assert_int_equal(seats_left(world.schedule), 9);
    booked(&world.other, world.event, 9);
    assert_int_equal(patch(booking_update, &world.customer, ENTITY_booking, booking, "{\"quantity\": 2}"),
                     ERR_SOLD_OUT);
    assert_int_equal(patch(event_update, &world.organizer, ENTITY_event, world.event, "{\"status\": \"cancelled\"}"),
                     OK);
    assert_int_equal(patch(booking_update, &world.customer, ENTITY_booking, booking, "{\"quantity\": 2}"),
                     ERR_STATE_CONFLICT);
}

static void clients_cannot_set_the_fields_of_actions(void **state)
{
    (void)state;
    int64_t booking = booked(&world.customer, world.event, 3);
    const char *changed = text_of("{\"status\": \"confirmed\", \"totalPrice\": \"1.00\", \"eventId\": %lld,"
                                  " \"userId\": %lld, \"quantity\": 3}",
                                  (long long)world.free_event, (long long)world.other.user_id);
    assert_int_equal(patch(booking_update, &world.customer, ENTITY_booking, booking, changed), ERR_INVALID);
    assert_int_equal(world.problem.count, 4);
    assert_true(has_field_error("/status", "read_only") && has_field_error("/totalPrice", "read_only"));
    assert_true(has_field_error("/eventId", "read_only") && has_field_error("/userId", "read_only"));
    int64_t version = version_of("Bookings", booking);
    const char *same = text_of("{\"id\": %lld, \"status\": \"pending\", \"totalPrice\": \"30.00\", \"quantity\": 3}",
                               (long long)booking);
    assert_int_equal(patch(booking_update, &world.customer, ENTITY_booking, booking, same), OK);
    assert_int_equal(version_of("Bookings", booking), version); /* nothing changed */
}

static void versions_are_required_and_compared(void **state)
{
    (void)state;
    int64_t booking = booked(&world.customer, world.event, 3), payment = payment_of_booking(booking);
    struct call update = {booking_update, &world.customer,     booking, VERSION_ANY, ENTITY_DESCRIPTOR(booking),
                          DECODE_PATCH,   "{\"quantity\": 2}", NULL};
    assert_int_equal(call(update), ERR_VERSION_REQUIRED);
    update.version = 7;
    assert_int_equal(call(update), ERR_STALE_VERSION);
    assert_int_equal(act(booking_delete, &world.admin, booking), ERR_VERSION_REQUIRED);
    assert_int_equal(act(payment_delete, &world.admin, payment), ERR_VERSION_REQUIRED);
    struct call action = {.command = booking_cancel, .actor = &world.customer, .id = booking, .version = 7};
    assert_int_equal(call(action), ERR_STALE_VERSION);
    action = (struct call){.command = payment_pay, .actor = &world.customer, .id = payment, .version = 7};
    assert_int_equal(call(action), ERR_STALE_VERSION);
    action.version = version_of("Payments", payment);
    assert_int_equal(call(action), OK);
}

static void bookings_of_other_people_are_not_found(void **state)
{
    (void)state;
    int64_t booking = booked(&world.customer, world.event, 3), payment = payment_of_booking(booking);
    assert_int_equal(act(booking_cancel, &world.other, booking), ERR_NOT_FOUND);
    assert_int_equal(act(payment_pay, &world.other, payment), ERR_NOT_FOUND);
    assert_int_equal(act(payment_fail, &world.other, payment), ERR_NOT_FOUND);
    assert_int_equal(patch(booking_update, &world.other, ENTITY_booking, booking, "{\"quantity\": 2}"), ERR_NOT_FOUND);
    assert_int_equal(act(booking_cancel, &world.customer, 99999), ERR_NOT_FOUND);
    assert_int_equal(act(booking_cancel, &world.support, booking), OK);
}

/* --- paying ------------------------------------------------------------------------------------------------------ */

static void only_staff_confirm_cash(void **state)
{
    (void)state;
    assert_int_equal(book_as(requested(world.event, world.schedule, 1, "cash")), OK);
    int64_t payment = world.result.embedded->id;
    assert_int_equal(act(payment_pay, &world.customer, payment), ERR_FORBIDDEN);
    assert_int_equal(act(payment_fail, &world.customer, payment), ERR_FORBIDDEN);
    assert_int_equal(act(payment_fail, &world.support, payment), OK);
    assert_int_equal(act(payment_pay, &world.organizer, payment), OK);
    assert_int_equal(RESULT(payment)->status, PAYMENT_PAID);
    assert_int_not_equal(RESULT(payment)->payment_date, 0);
}

static void the_method_can_be_changed_while_payment_is_due(void **state)
{
    (void)state;
    int64_t payment = payment_of_booking(booked(&world.customer, world.event, 1));
    assert_int_equal(patch(payment_update, &world.customer, ENTITY_payment, payment, "{\"paymentMethod\": \"cash\"}"),
                     OK);
    assert_int_equal(patch(payment_update, &world.customer, ENTITY_payment, payment, "{\"paymentMethod\": \"free\"}"),
                     ERR_INVALID);
    assert_true(has_field_error("/paymentMethod", "not_free"));
    assert_int_equal(patch(payment_update, &world.customer, ENTITY_payment, payment, "{\"amount\": \"0.01\"}"),
                     ERR_INVALID);
    assert_true(has_field_error("/amount", "read_only"));
}

static void payments_for_a_cancelled_event_are_refused(void **state)
{
    (void)state;
    int64_t booking = booked(&world.customer, world.event, 1);
    assert_int_equal(patch(event_update, &world.organizer, ENTITY_event, world.event, "{\"status\": \"cancelled\"}"),
                     OK);
    assert_int_equal(act(payment_pay, &world.customer, payment_of_booking(booking)), ERR_STATE_CONFLICT);
    assert_true(has_conflict("event_cancelled"));
}

static void an_expired_hold_stays_expired(void **state)
{
    (void)state;
    int64_t booking = booked(&world.customer, world.event, 4), payment = payment_of_booking(booking);
    clock_advance(world.fixture->settings.hold_ms - 2000);
    assert_int_equal(act(booking_expire, &world.fixture->system, 0), OK);
    assert_int_equal(world.result.count, 0);
    clock_advance(2000);
    assert_int_equal(act(payment_pay, &world.customer, payment), ERR_HOLD_EXPIRED);
    assert_int_equal(act(payment_fail, &world.customer, payment), ERR_HOLD_EXPIRED);
    assert_int_equal(patch(booking_update, &world.customer, ENTITY_booking, booking, "{\"quantity\": 1}"),
                     ERR_HOLD_EXPIRED);
    assert_int_equal(act(booking_expire, &world.fixture->system, 0), OK);
    assert_int_equal(world.result.count, 1);
    assert_true(status_is("Bookings", booking, "expired") && status_is("Payments", payment, "cancelled"));
    assert_int_equal(seats_left(world.schedule), 10);
    assert_int_equal(act(payment_pay, &world.customer, payment), ERR_HOLD_EXPIRED);
    assert_int_equal(act(booking_expire, &world.fixture->system, 0), OK);
    assert_int_equal(world.result.count, 0);
    assert_int_equal(seats_left(world.schedule), 10);
}

static void holds_expire_in_limited_batches(void **state)
{
    (void)state;
    int64_t event = event_made("1.00", 100);
    for (int i = 0; i < 3; i++) booked(&world.customer, event, 30);
    assert_int_equal(book(&world.customer, event, 30), ERR_SOLD_OUT);
    clock_advance(world.fixture->settings.hold_ms);
    assert_int_equal(act(booking_expire, &world.fixture->system, 0), OK);
    assert_int_equal(world.result.count, 3);
    assert_int_equal(seats_left(schedule_of(event)), 100);
}

/* --- refunds ----------------------------------------------------------------------------------------------------- */

static err refund(const struct actor *actor, int64_t payment, const char *body)
{
    return call((struct call){payment_refund, actor, payment, VERSION_ANY, &descriptor_refund_request, DECODE_CREATE,
                              body, NULL});
}

static err undo(int64_t booking)
{
    return post_on(booking_undo_checkin, &world.organizer, booking, &descriptor_undo_checkin_request,
                   "{\"reason\": \"Wrong line\"}");
}

static void refunds_add_up_to_the_amount(void **state)
{
    (void)state;
    int64_t booking = confirmed(&world.customer, world.event, 3), payment = payment_of_booking(booking);
    assert_int_equal(refund(&world.organizer, payment, "{\"amount\": \"30.01\"}"), ERR_INVALID);
    assert_true(has_field_error("/amount", "too_large"));
    assert_int_equal(refund(&world.organizer, payment, "{\"amount\": \"10.00\"}"), OK);
    assert_int_equal(RESULT(payment)->status, PAYMENT_PARTIALLY_REFUNDED);
    assert_true(status_is("Bookings", booking, "confirmed"));
    assert_int_equal(seats_left(world.schedule), 7);
    assert_int_equal(refund(&world.organizer, payment, "{\"amount\": \"20.01\"}"), ERR_INVALID);
    assert_int_equal(refund(&world.organizer, payment, "{}"), OK);
    assert_int_equal(RESULT(payment)->status, PAYMENT_REFUNDED);
    assert_int_equal(RESULT(payment)->refunded_amount, 3000);
    assert_true(status_is("Bookings", booking, "refunded"));
    assert_int_equal(seats_left(world.schedule), 10);
    assert_int_equal(refund(&world.organizer, payment, NULL), ERR_STATE_CONFLICT);
    assert_int_equal(seats_left(world.schedule), 10);
}

static void cancelling_refunds_what_was_paid(void **state)
{
    (void)state;
    int64_t booking = confirmed(&world.customer, world.event, 3), payment = payment_of_booking(booking);
    assert_int_equal(refund(&world.support, payment, "{\"amount\": \"10.00\"}"), OK);
    assert_int_equal(act(booking_cancel, &world.customer, booking), OK);
    assert_true(status_is("Bookings", booking, "cancelled") && status_is("Payments", payment, "refunded"));
    assert_int_equal(number_of("Payments", payment, "\"refundedAmount\" = \"amount\""), 1);
    int64_t free_booking = booked(&world.customer, world.free_event, 3);
    assert_int_equal(refund(&world.support, payment_of_booking(free_booking), NULL), ERR_STATE_CONFLICT);
    assert_int_equal(act(booking_cancel, &world.customer, free_booking), OK);
    assert_true(status_is("Payments", payment_of_booking(free_booking), "cancelled"));
}

static void bookings_are_cancelled_before_the_start_and_before_check_in(void **state)
{
    (void)state;
    world.fixture->settings.checkin_before_ms = 3LL * DAY_MS;
    int64_t first = confirmed(&world.customer, world.event, 1), second = confirmed(&world.customer, world.event, 1);
    int64_t third = confirmed(&world.customer, world.event, 1);
    assert_int_equal(act(booking_checkin, &world.organizer, first), OK);
    const struct actor *actors[] = {&world.customer, &world.support, &world.admin};
    for (size_t i = 0; i < COUNT_OF(actors); i++) {
        assert_int_equal(act(booking_cancel, actors[i], first), ERR_STATE_CONFLICT);
        assert_true(has_conflict("already_checked_in"));
    }
    assert_int_equal(refund(&world.organizer, payment_of_booking(first), NULL), ERR_STATE_CONFLICT);
    assert_true(has_conflict("already_checked_in"));
    assert_int_equal(refund(&world.organizer, payment_of_booking(first), "{\"amount\": \"1.00\"}"), OK);
    assert_int_equal(undo(first), OK);
    assert_int_equal(act(booking_cancel, &world.organizer, first), OK);
    clock_advance(2 * DAY_MS);
    assert_int_equal(act(booking_cancel, &world.customer, second), ERR_STATE_CONFLICT);
    assert_true(has_conflict("schedule_started"));
    assert_int_equal(act(booking_cancel, &world.support, second), OK);
    assert_int_equal(refund(&world.organizer, payment_of_booking(third), NULL), OK);
    assert_int_equal(seats_left(world.schedule), 10); /* seats go back whenever, see sale.h */
}

/* --- the table of transitions ------------------------------------------------------------------------------------ */

enum condition {
    HELD,
    HELD_FAILED, /* and the payment failed */
    HELD_OVER,   /* its time is over, the job did not come by */
    SOLD,
    SOLD_IN,   /* and checked in */
    SOLD_PART, /* and partly refunded */
    SOLD_FREE,
    CANCELLED_HELD,
    CANCELLED_SOLD,
    EXPIRED,
    REFUNDED,
    CONDITIONS
};

static int64_t in_condition(enum condition condition)
{
    bool paid = condition >= SOLD && condition <= SOLD_PART;
    if (condition == SOLD_FREE) return booked(&world.customer, world.free_event, 2);
    paid = paid || condition == CANCELLED_SOLD || condition == REFUNDED;
    int64_t booking = booked(&world.customer, world.event, 2), payment = payment_of_booking(booking);
    err e = OK;
    if (paid) e = act(payment_pay, &world.customer, payment);
    if (condition == HELD_FAILED) e = act(payment_fail, &world.customer, payment);
    if (condition == HELD_OVER || condition == EXPIRED) clock_advance(world.fixture->settings.hold_ms);
    if (condition == EXPIRED) e = act(booking_expire, &world.fixture->system, 0);
    if (condition == SOLD_IN) e = act(booking_checkin, &world.organizer, booking);
    if (condition == SOLD_PART) e = refund(&world.organizer, payment, "{\"amount\": \"5.00\"}");
    if (condition == CANCELLED_HELD || condition == CANCELLED_SOLD) e = act(booking_cancel, &world.customer, booking);
    if (condition == REFUNDED) e = refund(&world.organizer, payment, NULL);
    assert_int_equal(e, OK);
    return booking;
}

enum move { MORE, CANCEL, CHECK_IN, DELETE, PAY, FAIL, REFUND_PART, REFUND_ALL, METHOD, DELETE_PAYMENT, MOVES };

static err moved(enum move move, int64_t booking)
{
    int64_t payment = payment_of_booking(booking);
    const struct actor *admin = &world.admin;
    switch (move) {
    case MORE:
        return patch(booking_update, admin, ENTITY_booking, booking, "{\"quantity\": 3}");
    case CANCEL:
        return act(booking_cancel, admin, booking);
    case CHECK_IN:
        return act(booking_checkin, admin, booking);
    case DELETE:
        return drop(booking_delete, admin, ENTITY_booking, booking);
    case PAY:
        return act(payment_pay, admin, payment);
    case FAIL:
        return act(payment_fail, admin, payment);
    case REFUND_PART:
        return refund(admin, payment, "{\"amount\": \"5.00\"}");
    case REFUND_ALL:
        return refund(admin, payment, NULL);
    case METHOD:
        return patch(payment_update, admin, ENTITY_payment, payment, "{\"paymentMethod\": \"banktransfer\"}");
    default:
        return drop(payment_delete, admin, ENTITY_payment, payment);
    }
}

#define GONE ERR_HOLD_EXPIRED
#define NO   ERR_STATE_CONFLICT
#define MUCH ERR_INVALID /* more than was paid and not yet given back */

static const err transitions[CONDITIONS][MOVES] = {
    /*                  more  cancel in   delete pay   fail  part  all method delete payment */
    [HELD] = {OK, OK, NO, NO, OK, OK, NO, NO, OK, NO},
    [HELD_FAILED] = {OK, OK, NO, NO, OK, NO, NO, NO, OK, NO},
    [HELD_OVER] = {GONE, OK, NO, NO, OK, GONE, NO, NO, GONE, NO},
    [SOLD] = {NO, OK, OK, NO, NO, NO, OK, OK, NO, NO},
    [SOLD_IN] = {NO, NO, NO, NO, NO, NO, OK, NO, NO, NO},
    [SOLD_PART] = {NO, OK, OK, NO, NO, NO, OK, OK, NO, NO},
    [SOLD_FREE] = {NO, OK, OK, NO, NO, NO, MUCH, NO, NO, NO},
    [CANCELLED_HELD] = {NO, NO, NO, OK, OK, NO, NO, NO, NO, OK},
    [CANCELLED_SOLD] = {NO, NO, NO, OK, NO, NO, MUCH, NO, NO, OK},
    [EXPIRED] = {GONE, NO, NO, OK, OK, GONE, NO, NO, GONE, OK},
    [REFUNDED] = {NO, NO, NO, OK, NO, NO, MUCH, NO, NO, OK},
};

static void every_command_in_every_state_follows_the_table_follows_the_table(void **state)
{
    (void)state;
    world.fixture->settings.checkin_before_ms = 3LL * DAY_MS;
    world.event = event_made("10.00", 100);
    world.schedule = schedule_of(world.event);
    world.free_event = event_made("0.00", 100);
    for (enum condition condition = 0; condition < CONDITIONS; condition++) {
        for (enum move move = 0; move < MOVES; move++) {
            int64_t booking = in_condition(condition);
            err e = moved(move, booking);
            if (e != transitions[condition][move]) {
                fail_msg("condition %d, move %d: %s", (int)condition, (int)move, e ? err_row(e)->symbol : "OK");
            }
            if (e == ERR_STATE_CONFLICT) assert_int_equal(world.problem.count, 1); /* it says why */
            /* Frees its seats where it still has some. */
            if (condition == SOLD_IN || (move == CHECK_IN && e == OK)) assert_int_equal(undo(booking), OK);
            if (act(booking_cancel, &world.admin, booking) != OK && seats_left(world.schedule) != 100) {
                fail_msg("condition %d, move %d: seats are lost", (int)condition, (int)move);
            }
        }
    }
}

/* --- random sequences -------------------------------------------------------------------------------------------- */

static uint64_t seed = 20260101;

static int64_t chance(int64_t below)
{
    seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (int64_t)((seed >> 33) % (uint64_t)below);
}

static err part_enters(int64_t booking)
{
    return post_on(booking_checkin, &world.organizer, booking, &descriptor_checkin_request,
                   text_of("{\"quantity\": %d, \"place\": \"North\"}", 1 + (int)chance(3)));
}

static err random_command(void)
{
    const struct actor *actors[] = {&world.customer, &world.other, &world.organizer, &world.admin};
    const struct actor *actor = actors[chance(4)];
    int64_t count = number("SELECT count(*) FROM \"Bookings\"");
    int64_t booking = count ? 1 + chance(count) : 1;
    static command_function *const on_booking[] = {booking_cancel, booking_checkin};
    static command_function *const on_payment[] = {payment_pay, payment_pay, payment_fail, payment_refund};
    switch (chance(8)) {
    case 0:
    case 1:
        return book(actor, chance(2) ? world.event : world.free_event, 1 + (int)chance(4));
    case 2:
        return count ? act(on_booking[chance(2)], actor, booking) : OK;
    case 3:
        return count ? act(on_payment[chance(4)], actor, payment_of_booking(booking)) : OK;
    case 4:
        return count ? patch(booking_update, actor, ENTITY_booking, booking,
                             text_of("{\"quantity\": %d}", 1 + (int)chance(5)))
                     : OK;
    case 5:
        if (count && chance(2)) return chance(2) ? undo(booking) : part_enters(booking);
        clock_advance(chance(3 * MINUTE_MS));
        return act(booking_expire, &world.fixture->system, 0);
    case 6:
        return patch(event_update, &world.organizer, ENTITY_event, chance(2) ? world.event : world.free_event,
                     text_of("{\"capacity\": %d}", 5 + (int)chance(15)));
    default:
        return count ? refund(&world.organizer, payment_of_booking(booking),
                              text_of("{\"amount\": \"%d.00\"}", 1 + (int)chance(20)))
                     : OK;
    }
}

static void seats_are_conserved_by_any_sequence(void **state)
{
    (void)state;
    int done = 0, refused = 0;
    world.fixture->settings.checkin_before_ms = 3LL * DAY_MS;
    for (int i = 0; i < 1500; i++) {
        if (random_command() == OK) {
            done++;
        } else {
            refused++;
        }
    }
    assert_true(done > 200 && refused > 200);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, world_open, world_close)
    const struct CMUnitTest tests[] = {
        TEST(booking_holds_seats_until_paid),
        TEST(booking_of_a_free_event_is_confirmed),
        TEST(hold_ends_with_the_sale),
        TEST(refused_bookings_name_the_field),
        TEST(the_schedule_is_optional_if_the_event_has_one),
        TEST(the_last_seat_is_sold_once),
        TEST(a_new_quantity_changes_seats_total_and_amount),
        TEST(clients_cannot_set_the_fields_of_actions),
        TEST(versions_are_required_and_compared),
        TEST(bookings_of_other_people_are_not_found),
        TEST(only_staff_confirm_cash),
        TEST(the_method_can_be_changed_while_payment_is_due),
        TEST(payments_for_a_cancelled_event_are_refused),
        TEST(an_expired_hold_stays_expired),
        TEST(holds_expire_in_limited_batches),
        TEST(refunds_add_up_to_the_amount),
        TEST(cancelling_refunds_what_was_paid),
        TEST(bookings_are_cancelled_before_the_start_and_before_check_in),
        TEST(every_command_in_every_state_follows_the_table_follows_the_table),
        TEST(seats_are_conserved_by_any_sequence),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
