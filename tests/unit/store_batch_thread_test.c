/* What changes within a batch: what later commands see of earlier ones before it is written, and what is left of a
 * batch that is lost. */
#include "batch_fixture.h"

struct schedule_and_venue {
    int64_t schedule, venue;
    int64_t version; /* of the schedule in memory */
};

/* Renaming a venue whose change is pending writes everything that is pending, in the middle of this command. */
static err take_seat_and_rename(struct unit *unit, void *context)
{
    struct schedule_and_venue *both = context;
    struct schedule *schedule;
    err e = take_seat(unit, &both->schedule);
    if (!e) e = rename_venue(unit, &both->venue);
    if (!e) e = unit_get(unit, ENTITY_schedule, both->schedule, &schedule);
    if (e) return e;
    both->version = schedule->version;
    return OK;
}

static void a_merged_change_gets_its_own_version_when_the_earlier_one_is_written(void **state)
{
    (void)state;
    struct schedule_and_venue both;
    struct batched commands[2];
    assert_int_equal(fixture_run(fixture, &fixture->system, make_schedule, &both.schedule), OK);
    assert_int_equal(fixture_run(fixture, &fixture->system, make_venue, &both.venue), OK);
    for (size_t i = 0; i < COUNT_OF(commands); i++) {
        commands[i] = (struct batched){.function = take_seat_and_rename, .context = &both};
    }
    run_batch(commands, COUNT_OF(commands), NULL);
    assert_int_equal(number("SELECT \"availableSeats\" FROM \"Schedules\""), 98);
    assert_int_equal(number("SELECT \"version\" FROM \"Schedules\""), 2);
    assert_int_equal(both.version, 2);
    assert_int_equal(number("SELECT count(DISTINCT \"resourceVersion\") FROM \"AuditLogs\""
                            " WHERE \"resource\" = 'schedules'"),
                     3);
}

struct account {
    int64_t user, session;
};

static err make_account(struct unit *unit, void *context)
{
    struct account *account = context;
    struct user *user = unit_new(unit, ENTITY_user);
    user->email = STR("old@example.com");
    user->password = STR("hash");
    user->name = STR("Ada");
    struct session *session = unit_new(unit, ENTITY_session);
    session->user_id = user->id;
    session->token_hash = STR("token");
    session->expires_at = unit->now + DAY_MS;
    *account = (struct account){user->id, session->id};
    return OK;
}

static err move_and_sign_out(struct unit *unit, void *context)
{
    struct account *account = context;
    struct user *user;
    struct session *session;
    err e = unit_get(unit, ENTITY_user, account->user, &user);
    if (!e) e = unit_get(unit, ENTITY_session, account->session, &session);
    if (e) return e;
    user->email = STR("new@example.com");
    unit_changed(unit, user);
    unit_delete(unit, session);
    return OK;
}

static err find_former_values(struct unit *unit, void *context)
{
    struct account *account = context;
    void *row;
    struct user *user;
    struct value token = {.text = STR("token")}, old = {.text = STR("old@example.com")};
    struct value present = {.text = STR("new@example.com")};
    expect(unit_find(unit, FIELD_OF(session, token_hash), ENTITY_session, token, &row) == ERR_NOT_FOUND);
    expect(unit_get(unit, ENTITY_session, account->session, &row) == ERR_NOT_FOUND);
    expect(unit_find(unit, FIELD_OF(user, email), ENTITY_user, old, &row) == ERR_NOT_FOUND);
    err e = unit_find(unit, FIELD_OF(user, email), ENTITY_user, present, &user);
    if (e) return e;
    expect(user->id == account->user);
    return OK;
}

static void former_unique_values_are_not_found_while_the_change_is_pending(void **state)
{
    (void)state;
    struct account account;
    assert_int_equal(fixture_run(fixture, &fixture->system, make_account, &account), OK);
    struct batched commands[] = {{.function = move_and_sign_out, .context = &account},
                                 {.function = find_former_values, .context = &account}};
    run_batch(commands, COUNT_OF(commands), NULL);
    assert_int_equal(commands[0].result, OK);
    assert_int_equal(commands[1].result, OK);
    assert_expected();
}

static err delete_user(struct unit *unit, void *context)
{
    const struct account *account = context;
    struct user *user;
    err e = unit_get(unit, ENTITY_user, account->user, &user);
    if (e) return e;
    unit_delete(unit, user);
    return OK;
}

static err find_old_address(struct unit *unit, void *context)
{
    (void)context;
    struct user *user;
    struct value old = {.text = STR("old@example.com")};
    return unit_find(unit, FIELD_OF(user, email), ENTITY_user, old, &user);
}

static void a_value_of_a_deleted_row_is_free_while_the_change_is_pending(void **state)
{
    (void)state;
    struct account account;
    assert_int_equal(fixture_run(fixture, &fixture->system, make_account, &account), OK);
    struct batched commands[] = {{.function = delete_user, .context = &account}, {.function = find_old_address}};
    run_batch(commands, COUNT_OF(commands), NULL);
    assert_int_equal(commands[0].result, OK);
    assert_int_equal(commands[1].result, ERR_NOT_FOUND);
}

/* By its id, then by its address, which the unit has not looked for yet. */
static err find_twice(struct unit *unit, void *context)
{
    const struct account *account = context;
    struct user *by_id, *by_address;
    err e = unit_get(unit, ENTITY_user, account->user, &by_id);
    struct value address = {.text = STR("old@example.com")};
    if (!e) e = unit_find(unit, FIELD_OF(user, email), ENTITY_user, address, &by_address);
    if (e) return e;
    return by_id == by_address ? OK : ERR_INTERNAL;
}

static void a_row_is_in_memory_once(void **state)
{
    (void)state;
    struct account account;
    assert_int_equal(fixture_run(fixture, &fixture->system, make_account, &account), OK);
    assert_int_equal(fixture_run(fixture, &fixture->system, find_twice, &account), OK);
}

struct booked {
    struct account account;
    int64_t schedule;
    int64_t seats; /* that the person has of the schedule */
};

static err book_one(struct unit *unit, void *context)
{
    const struct booked *booked = context;
    struct booking *booking = unit_new(unit, ENTITY_booking);
    booking->user_id = booked->account.user;
    booking->event_id = booking->schedule_id = booked->schedule;
    booking->quantity = 1;
    return OK;
}

static err count_seats(struct unit *unit, void *context)
{
    struct booked *booked = context;
    const struct pair pair = {.entity = ENTITY_booking,
                              .fields = {FIELD_OF(booking, user_id), FIELD_OF(booking, schedule_id)},
                              .ids = {booked->account.user, booked->schedule}};
    struct page page;
    err e = unit_pair(unit, &pair, &page);
    if (!e) booked->seats = (int64_t)page.count;
    return e;
}

static void rows_of_a_pair_are_those_of_the_batch_too(void **state)
{
    (void)state;
    struct booked booked, other;
    assert_int_equal(fixture_run(fixture, &fixture->system, make_account, &booked.account), OK);
    assert_int_equal(fixture_run(fixture, &fixture->system, make_schedule, &booked.schedule), OK);
    other = booked;
    assert_int_equal(fixture_run(fixture, &fixture->system, make_schedule, &other.schedule), OK);
    assert_int_equal(fixture_run(fixture, &fixture->system, book_one, &booked), OK);
    struct batched commands[] = {{.function = book_one, .context = &booked},
                                 {.function = book_one, .context = &other},
                                 {.function = book_one, .context = &booked},
                                 {.function = count_seats, .context = &booked},
                                 {.function = count_seats, .context = &other}};
    run_batch(commands, COUNT_OF(commands), NULL);
    for (size_t i = 0; i < COUNT_OF(commands); i++) assert_int_equal(commands[i].result, OK);
    assert_int_equal(booked.seats, 3);
    assert_int_equal(other.seats, 1);
}

struct lost {
    struct account account;
    int64_t venue, other_venue;
};

/* Breaks a unique constraint, which is noticed when the row is written. */
static err duplicate_and_rename(struct unit *unit, void *context)
{
    struct lost *lost = context;
    struct user *user = unit_new(unit, ENTITY_user);
    user->email = STR("old@example.com");
    user->password = STR("hash");
    user->name = STR("Copy");
    return rename_venue(unit, &lost->venue);
}

/* The first renaming writes what is pending; when that fails the rest of the command is without effect. */
static err rename_both_and_sign_out(struct unit *unit, void *context)
{
    struct lost *lost = context;
    struct session *session;
    struct venue *venue, *other;
    err e = unit_get(unit, ENTITY_session, lost->account.session, &session);
    if (!e) e = unit_get(unit, ENTITY_venue, lost->venue, &venue);
    if (!e) e = unit_get(unit, ENTITY_venue, lost->other_venue, &other);
    if (e) return e;
    venue->name = other->name = STR("Renamed");
    unit_changed(unit, venue);
    unit_changed(unit, other);
    unit_delete(unit, session);
    return OK;
}

static void a_command_whose_batch_is_lost_while_it_runs_succeeds_alone(void **state)
{
    (void)state;
    struct lost lost;
    assert_int_equal(fixture_run(fixture, &fixture->system, make_account, &lost.account), OK);
    assert_int_equal(fixture_run(fixture, &fixture->system, make_venue, &lost.venue), OK);
    assert_int_equal(fixture_run(fixture, &fixture->system, make_venue, &lost.other_venue), OK);
    struct batched commands[] = {{.function = duplicate_and_rename, .context = &lost},
                                 {.function = rename_both_and_sign_out, .context = &lost}};
    run_batch(commands, COUNT_OF(commands), NULL);
    assert_int_equal(commands[0].result, ERR_DUPLICATE);
    assert_int_equal(commands[1].result, OK);
    assert_int_equal(number("SELECT count(*) FROM \"Venues\" WHERE \"name\" = 'Renamed' AND \"version\" = 1"), 2);
    assert_int_equal(number("SELECT count(*) FROM \"Sessions\""), 0);
}

static err make_many(struct unit *unit, void *context)
{
    for (int i = 0; i < *(int *)context; i++) (void)make_venue(unit, NULL);
    return OK;
}

static void a_command_may_change_thousands_of_rows(void **state)
{
    (void)state;
    int count = 3000;
    assert_int_equal(fixture_run(fixture, &fixture->system, make_many, &count), OK);
    assert_int_equal(number("SELECT count(*) FROM \"Venues\""), count);
}

static err use_too_much_memory(struct unit *unit, void *context)
{
    (void)context;
    int64_t count;
    struct page page;
    struct query query = {.entity = entity_of(ENTITY_venue), .limit = LIST_MAX};
    (void)arena_alloc(unit->arena, 129 << 20); /* more than half of what a batch may use */
    err e = unit_count(unit, &query, &count);
    return e ? e : unit_query(unit, &query, &page);
}

static void a_command_that_uses_too_much_memory_is_refused_and_others_are_not(void **state)
{
    (void)state;
    struct batched commands[] = {{.function = make_venue}, {.function = use_too_much_memory}, {.function = make_venue}};
    run_batch(commands, COUNT_OF(commands), NULL);
    assert_int_equal(commands[0].result, OK);
    assert_int_equal(commands[1].result, ERR_OVERLOADED);
    assert_int_equal(commands[2].result, OK);
    assert_int_equal(number("SELECT count(*) FROM \"Venues\""), 2);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(a_merged_change_gets_its_own_version_when_the_earlier_one_is_written),
        TEST(former_unique_values_are_not_found_while_the_change_is_pending),
        TEST(a_value_of_a_deleted_row_is_free_while_the_change_is_pending),
        TEST(a_row_is_in_memory_once),
        TEST(rows_of_a_pair_are_those_of_the_batch_too),
        TEST(a_command_whose_batch_is_lost_while_it_runs_succeeds_alone),
        TEST(a_command_may_change_thousands_of_rows),
        TEST(a_command_that_uses_too_much_memory_is_refused_and_others_are_not),
    };
    log_set_level(LOG_SILENT);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
