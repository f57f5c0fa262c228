/* Accounts, sessions, support, and erasure. */
#include "domain_fixture.h"

#include "base/hash.h"
#include "domain/apply.h"

static err user_patch(const struct actor *actor, int64_t user, const char *body)
{
    return patch(user_update, actor, ENTITY_user, user, body);
}

static err signed_in(int64_t user)
{
    return act(session_create, &world.anonymous, user);
}

static int64_t sessions_of(int64_t user)
{
    return number(text_of("SELECT count(*) FROM \"Sessions\" WHERE \"userId\" = %lld", (long long)user));
}

/* --- accounts ---------------------------------------------------------------------------------------------------- */

static void registering_makes_a_customer(void **state)
{
    (void)state;
    const char *body = "{\"email\": \"New@Example.com\", \"password\": \"long enough\", \"name\": \"New\"}";
    assert_int_equal(post(account_register, &world.anonymous, &descriptor_register_request, body), OK);
    struct user *user = RESULT(user);
    assert_true(str_is(user->email, "new@example.com"));
    assert_true(user->role == USER_CUSTOMER && !user->is_admin && !user->is_verified);
    assert_int_equal(post(account_register, &world.anonymous, &descriptor_register_request, body), ERR_DUPLICATE);
}

static void an_address_is_free_once_another_client_deleted_its_user(void **state)
{
    (void)state;
    const char *body = "{\"email\": \"new@example.com\", \"password\": \"long enough\", \"name\": \"New\"}";
    assert_int_equal(post(account_register, &world.anonymous, &descriptor_register_request, body), OK);
    int64_t first = RESULT(user)->id;
    by_another_client("UPDATE \"Users\" SET \"deletedAt\" = \"updatedAt\" WHERE \"email\" = 'new@example.com';");
    assert_int_equal(post(account_register, &world.anonymous, &descriptor_register_request, body), OK);
    assert_int_not_equal(RESULT(user)->id, first);
    assert_int_equal(post(account_register, &world.anonymous, &descriptor_register_request, body), ERR_DUPLICATE);
}

static void only_admins_grant_rights(void **state)
{
    (void)state;
    const char *more = "{\"isAdmin\": true, \"role\": \"organizer\", \"isVerified\": true, \"name\": \"Me\"}";
    assert_int_equal(user_patch(&world.customer, world.customer.user_id, more), ERR_INVALID);
    assert_int_equal(world.problem.count, 3);
    assert_true(has_field_error("/isAdmin", "forbidden_field") && has_field_error("/role", "forbidden_field"));
    assert_int_equal(user_patch(&world.customer, world.customer.user_id, "{\"role\": \"customer\", \"name\": \"Me\"}"),
                     OK);
    assert_true(str_is(RESULT(user)->name, "Me"));
    assert_int_equal(user_patch(&world.admin, world.customer.user_id, more), OK);
    assert_true(RESULT(user)->is_admin && RESULT(user)->is_verified && RESULT(user)->role == USER_ORGANIZER);
    assert_int_equal(user_patch(&world.organizer, world.other.user_id, "{\"name\": \"X\"}"), ERR_FORBIDDEN);
    assert_int_equal(user_patch(&world.other, world.customer.user_id, "{\"name\": \"X\"}"), ERR_NOT_FOUND);
}

static void there_is_always_an_admin(void **state)
{
    (void)state;
    assert_int_equal(user_patch(&world.admin, world.admin.user_id, "{\"isAdmin\": false}"), ERR_STATE_CONFLICT);
    assert_true(has_field_error("/isAdmin", "last_admin"));
    assert_int_equal(act(user_delete, &world.admin, world.admin.user_id), ERR_STATE_CONFLICT);
    assert_int_equal(act(account_erase, &world.admin, 0), ERR_STATE_CONFLICT);
    struct actor second = person("second", "customer", true);
    assert_int_equal(user_patch(&second, world.admin.user_id, "{\"isAdmin\": false}"), OK);
    assert_int_equal(act(account_erase, &second, 0), ERR_STATE_CONFLICT);
    assert_true(has_field_error("/isAdmin", "last_admin"));
}

static void addresses_are_unique_and_verified_again(void **state)
{
    (void)state;
    int64_t user = world.customer.user_id;
    assert_int_equal(user_patch(&world.admin, user, "{\"isVerified\": true}"), OK);
    assert_int_equal(user_patch(&world.customer, user, "{\"email\": \"other@example.com\"}"), ERR_DUPLICATE);
    assert_true(has_field_error("/email", "duplicate"));
    assert_int_equal(user_patch(&world.customer, user, "{\"email\": \"customer@example.com\"}"), OK);
    assert_true(RESULT(user)->is_verified);
    assert_int_equal(user_patch(&world.customer, user, "{\"email\": \"moved@example.com\", \"isVerified\": true}"), OK);
    assert_false(RESULT(user)->is_verified);
    assert_int_equal(user_patch(&world.admin, user, "{\"email\": \"a@example.com\", \"isVerified\": true}"), OK);
    assert_true(RESULT(user)->is_verified);
    struct call own = {me_update,    &world.customer,          0,   VERSION_ANY, ENTITY_DESCRIPTOR(user),
                       DECODE_PATCH, "{\"name\": \"Myself\"}", NULL};
    assert_int_equal(call(own), OK);
    assert_int_equal(world.result.row->id, user);
}

static void replacing_a_person_keeps_the_password_and_the_rights(void **state)
{
    (void)state;
    struct call replace = {user_update,
                           &world.organizer,
                           world.organizer.user_id,
                           VERSION_ANY,
                           ENTITY_DESCRIPTOR(user),
                           DECODE_REPLACE,
                           "{\"email\": \"organizer@example.com\", \"name\": \"O\"}",
                           NULL};
    assert_int_equal(call(replace), OK);
    assert_true(str_is(RESULT(user)->password, "12345678"));
    assert_int_equal(RESULT(user)->role, USER_ORGANIZER);
}

/* --- sessions ---------------------------------------------------------------------------------------------------- */

static void only_the_hash_of_a_token_is_stored(void **state)
{
    (void)state;
    char hash[HASH_TEXT_SIZE];
    hash_sha256_hex(STR("abc"), hash);
    assert_string_equal(hash, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"); /* FIPS 180-4 */
    assert_int_equal(signed_in(world.customer.user_id), OK);
    assert_int_equal(world.result.row->id, world.customer.user_id);
    assert_int_equal(world.result.token.n, 64);
    hash_sha256_hex(world.result.token, hash);
    assert_int_equal(number(text_of("SELECT count(*) FROM \"Sessions\" WHERE \"tokenHash\" = '%s'", hash)), 1);
    assert_int_equal(signed_in(99999), ERR_UNAUTHENTICATED);
}

static void people_end_only_their_own_sessions(void **state)
{
    (void)state;
    assert_int_equal(signed_in(world.customer.user_id), OK);
    int64_t session = number("SELECT max(\"id\") FROM \"Sessions\"");
    assert_int_equal(act(session_delete, &world.other, session), ERR_NOT_FOUND);
    assert_int_equal(act(session_reauthenticate, &world.other, session), ERR_NOT_FOUND);
    assert_int_equal(act(session_delete, &world.customer, session), OK);
    assert_int_equal(sessions_of(world.customer.user_id), 0);
    assert_int_equal(act(session_delete, &world.customer, session), ERR_NOT_FOUND);
}

static void the_oldest_sessions_beyond_the_limit_end(void **state)
{
    (void)state;
    for (int i = 0; i < SESSIONS_MAX + 2; i++) {
        clock_advance(SECOND_MS);
        assert_int_equal(signed_in(world.customer.user_id), OK);
    }
    assert_int_equal(sessions_of(world.customer.user_id), SESSIONS_MAX);
    assert_int_equal(number("SELECT min(\"id\") FROM \"Sessions\""), 3); /* the oldest ended */
}

static void new_password_ends_the_other_sessions(void **state)
{
    (void)state;
    assert_int_equal(signed_in(world.customer.user_id), OK);
    assert_int_equal(signed_in(world.customer.user_id), OK);
    assert_int_equal(signed_in(world.other.user_id), OK);
    struct actor here = world.customer;
    here.session_id = number("SELECT min(\"id\") FROM \"Sessions\"");
    assert_int_equal(user_patch(&here, here.user_id, "{\"name\": \"Same sessions\"}"), OK);
    assert_int_equal(sessions_of(here.user_id), 2);
    assert_int_equal(user_patch(&here, here.user_id, "{\"password\": \"another one\"}"), OK);
    assert_int_equal(sessions_of(here.user_id), 1);
    assert_int_equal(number_of("Sessions", here.session_id, "count(*)"), 1);
    assert_int_equal(sessions_of(world.other.user_id), 1);
}

/* A signed-in actor. */
static struct actor session_of(const struct actor *person)
{
    struct actor actor = *person;
    assert_int_equal(signed_in(person->user_id), OK);
    actor.session_id = number("SELECT max(\"id\") FROM \"Sessions\"");
    return actor;
}

static void a_new_address_ends_the_other_sessions(void **state)
{
    (void)state;
    struct actor here = session_of(&world.customer);
    assert_int_equal(signed_in(here.user_id), OK);
    assert_int_equal(user_patch(&here, here.user_id, "{\"email\": \"customer@example.com\"}"), OK);
    assert_int_equal(sessions_of(here.user_id), 2);
    assert_int_equal(user_patch(&here, here.user_id, "{\"email\": \"moved@example.com\"}"), OK);
    assert_int_equal(sessions_of(here.user_id), 1);
    assert_int_equal(number_of("Sessions", here.session_id, "count(*)"), 1);
    assert_int_equal(user_patch(&world.admin, here.user_id, "{\"email\": \"away@example.com\"}"), OK);
    assert_int_equal(sessions_of(here.user_id), 0);
}

static void what_takes_over_an_account_requires_the_password(void **state)
{
    (void)state;
    struct actor here = session_of(&world.customer), admin = session_of(&world.admin);
    int64_t other = world.other.user_id;
    static const char *const own[] = {"{\"email\": \"moved@example.com\"}", "{\"password\": \"another one\"}"};
    static const char *const granted[] = {"{\"role\": \"support\"}", "{\"isAdmin\": true}", "{\"isVerified\": true}",
                                          "{\"email\": \"moved@example.com\"}", "{\"password\": \"another one\"}"};
    const char *helper = "{\"email\": \"new@example.com\", \"password\": \"long enough\", \"name\": \"New\","
                         " \"role\": \"support\"}";
    clock_advance(RECENT_MS);
    for (size_t i = 0; i < COUNT_OF(own); i++)
        assert_int_equal(user_patch(&here, here.user_id, own[i]), ERR_PASSWORD_REQUIRED);
    for (size_t i = 0; i < COUNT_OF(granted); i++)
        assert_int_equal(user_patch(&admin, other, granted[i]), ERR_PASSWORD_REQUIRED);
    assert_int_equal(act(account_erase, &here, 0), ERR_PASSWORD_REQUIRED);
    assert_int_equal(act(user_delete, &admin, other), ERR_PASSWORD_REQUIRED);
    assert_int_equal(post(user_create, &admin, ENTITY_DESCRIPTOR(user), helper), ERR_PASSWORD_REQUIRED);
    assert_int_equal(user_patch(&here, here.user_id, "{\"name\": \"New name\"}"), OK);
    assert_int_equal(user_patch(&admin, other, "{\"role\": \"customer\"}"), OK);
    assert_int_equal(act(session_reauthenticate, &admin, here.session_id), ERR_NOT_FOUND);
    assert_int_equal(act(session_reauthenticate, &admin, admin.session_id), OK);
    clock_advance(RECENT_MS - 1);
    for (size_t i = 0; i < COUNT_OF(granted); i++) assert_int_equal(user_patch(&admin, other, granted[i]), OK);
    assert_int_equal(user_patch(&here, here.user_id, own[0]), ERR_PASSWORD_REQUIRED);
    assert_int_equal(user_patch(&here, here.user_id, "{\"email\": \"mine@example.com\", \"currentPassword\": \"x\"}"),
                     OK);
}

/* --- devices ----------------------------------------------------------------------------------------------------- */

static err signed_in_on(int64_t user, int64_t device)
{
    world.device_id = device;
    err e = signed_in(user);
    world.device_id = 0;
    return e;
}

static int64_t devices(const char *condition)
{
    return number(text_of("SELECT count(*) FROM \"Devices\" WHERE %s", condition));
}

static int64_t newest_device(void)
{
    return number("SELECT max(\"id\") FROM \"Devices\"");
}

/* How many devices are kept for this time from now. */
static int64_t devices_kept(int64_t ms)
{
    return devices(
        text_of("\"expiresAt\" > '%s' AND \"expiresAt\" < '%s'", stored_in(ms - HOUR_MS), stored_in(ms + HOUR_MS)));
}

static void a_device_is_remembered_by_the_hash_of_its_token(void **state)
{
    (void)state;
    char hash[HASH_TEXT_SIZE];
    assert_int_equal(signed_in(world.customer.user_id), OK);
    assert_int_equal(world.result.device.n, 64);
    assert_false(str_equal(world.result.device, world.result.token));
    hash_sha256_hex(world.result.device, hash);
    assert_int_equal(devices(text_of("\"tokenHash\" = '%s'", hash)), 1);
    assert_int_equal(devices(text_of("\"userId\" = %lld", (long long)world.customer.user_id)), 1);
}

static void a_device_that_comes_back_is_kept_for_longer(void **state)
{
    (void)state;
    assert_int_equal(signed_in(world.customer.user_id), OK);
    int64_t device = newest_device();
    assert_int_equal(devices_kept(DEVICE_NEW_MS), 1);
    assert_int_equal(signed_in_on(world.customer.user_id, device), OK);
    assert_null(world.result.device.p);
    assert_int_equal(devices_kept(DEVICE_KNOWN_MS), 1);
    assert_int_equal(signed_in_on(world.other.user_id, device), OK); /* that of another person is none of this one */
    assert_int_equal(world.result.device.n, 64);
    assert_int_equal(signed_in_on(world.other.user_id, 99999), OK);
    assert_int_equal(devices("1 = 1"), 3);
}

static void devices_that_never_come_back_are_displaced_first(void **state)
{
    (void)state;
    assert_int_equal(signed_in(world.customer.user_id), OK);
    int64_t known = newest_device();
    assert_int_equal(signed_in_on(world.customer.user_id, known), OK);
    for (int i = 0; i < DEVICES_MAX + 5; i++) {
        clock_advance(SECOND_MS);
        assert_int_equal(signed_in(world.customer.user_id), OK);
    }
    assert_int_equal(devices("1 = 1"), DEVICES_MAX);
    assert_int_equal(number_of("Devices", known, "count(*)"), 1);
}

static void devices_are_forgotten(void **state)
{
    (void)state;
    assert_int_equal(signed_in(world.customer.user_id), OK);
    assert_int_equal(signed_in(world.other.user_id), OK);
    assert_int_equal(signed_in_on(world.other.user_id, newest_device()), OK);
    clock_advance(DEVICE_NEW_MS);
    assert_int_equal(act(device_expire, &world.fixture->system, 0), OK);
    assert_int_equal(devices("1 = 1"), 1);
    assert_int_equal(act(account_erase, &world.other, 0), OK);
    assert_int_equal(devices("1 = 1"), 0);
}

/* --- support ----------------------------------------------------------------------------------------------------- */

static int64_t ticket_made(const struct actor *actor)
{
    const char *body = "{\"subject\": \"Help\", \"description\": \"I lost my ticket\"}";
    assert_int_equal(post(support_ticket_create, actor, ENTITY_DESCRIPTOR(support_ticket), body), OK);
    return world.result.row->id;
}

static err ticket_patch(const struct actor *actor, int64_t ticket, const char *body)
{
    return patch(support_ticket_update, actor, ENTITY_support_ticket, ticket, body);
}

static err reply(const struct actor *actor, int64_t ticket)
{
    return call((struct call){support_reply_create, actor, ticket, VERSION_ANY, &descriptor_reply_request,
                              DECODE_CREATE, "{\"body\": \"Well\"}", NULL});
}

static void tickets_belong_to_the_person_who_opened_them(void **state)
{
    (void)state;
    int64_t ticket = ticket_made(&world.customer);
    assert_int_equal(RESULT(support_ticket)->user_id, world.customer.user_id);
    assert_int_equal(RESULT(support_ticket)->status, TICKET_OPEN);
    assert_int_equal(ticket_patch(&world.other, ticket, "{}"), ERR_NOT_FOUND);
    assert_int_equal(ticket_patch(&world.organizer, ticket, "{}"), ERR_NOT_FOUND);
    assert_int_equal(ticket_patch(&world.customer, ticket, "{\"subject\": \"More help\", \"priority\": \"high\"}"), OK);
    assert_int_equal(ticket_patch(&world.support, ticket, "{\"subject\": \"X\", \"description\": \"Y\"}"), ERR_INVALID);
    assert_true(has_field_error("/subject", "forbidden_field") && has_field_error("/description", "forbidden_field"));
    assert_int_equal(ticket_patch(&world.support, ticket, "{\"priority\": \"urgent\", \"status\": \"pending\"}"), OK);
    const char *resolved = "{\"subject\": \"S\", \"description\": \"D\", \"status\": \"resolved\"}";
    assert_int_equal(post(support_ticket_create, &world.customer, ENTITY_DESCRIPTOR(support_ticket), resolved),
                     ERR_INVALID);
    assert_true(has_field_error("/status", "forbidden_field"));
    assert_int_equal(act(support_ticket_delete, &world.other, ticket), ERR_NOT_FOUND);
}

/* Which status the person who asked and support may give a ticket, from each. */
static void ticket_status_changes_follow_the_table(void **state)
{
    (void)state;
    static const char *const names[] = {"open", "pending", "resolved", "closed"};
    static const err own[4][4] = {
        {OK, ERR_INVALID, ERR_INVALID, OK},
        {OK, OK, ERR_INVALID, OK},
        {OK, ERR_INVALID, OK, OK},
        {OK, ERR_INVALID, ERR_INVALID, OK},
    };
    static const err support[4][4] = {
        {OK, OK, OK, OK},
        {OK, OK, OK, OK},
        {OK, OK, OK, OK},
        {OK, ERR_STATE_CONFLICT, ERR_STATE_CONFLICT, OK},
    };
    int64_t ticket = ticket_made(&world.customer);
    for (size_t from = 0; from < 4; from++) {
        for (size_t to = 0; to < 4; to++) {
            for (int helper = 0; helper < 2; helper++) {
                const struct actor *actor = helper ? &world.support : &world.customer;
                assert_int_equal(ticket_patch(&world.admin, ticket, "{\"status\": \"open\"}"), OK);
                assert_int_equal(ticket_patch(&world.admin, ticket, text_of("{\"status\": \"%s\"}", names[from])), OK);
                assert_int_equal(ticket_patch(actor, ticket, text_of("{\"status\": \"%s\"}", names[to])),
                                 helper ? support[from][to] : own[from][to]);
            }
        }
    }
}

static void resolved_tickets_keep_their_text(void **state)
{
    (void)state;
    int64_t ticket = ticket_made(&world.customer);
    assert_int_equal(ticket_patch(&world.support, ticket, "{\"status\": \"resolved\"}"), OK);
    assert_int_equal(ticket_patch(&world.customer, ticket, "{\"subject\": \"X\"}"), ERR_STATE_CONFLICT);
    assert_int_equal(ticket_patch(&world.customer, ticket, "{\"priority\": \"low\"}"), ERR_STATE_CONFLICT);
    assert_int_equal(world.problem.count, 1);
    assert_string_equal(world.problem.errors[0].code, "ticket_closed");
    assert_int_equal(ticket_patch(&world.support, ticket, "{\"priority\": \"low\"}"), OK);
    assert_int_equal(ticket_patch(&world.customer, ticket, "{\"subject\": \"X\", \"status\": \"open\"}"), OK);
}

static void replies_change_the_status_of_the_ticket(void **state)
{
    (void)state;
    int64_t ticket = ticket_made(&world.customer);
    assert_int_equal(reply(&world.other, ticket), ERR_NOT_FOUND);
    assert_int_equal(reply(&world.support, ticket), OK);
    assert_int_equal(RESULT(support_reply)->user_id, world.support.user_id);
    assert_true(status_is("SupportTickets", ticket, "pending"));
    assert_int_equal(reply(&world.customer, ticket), OK);
    assert_true(status_is("SupportTickets", ticket, "open"));
    assert_int_equal(ticket_patch(&world.customer, ticket, "{\"status\": \"closed\"}"), OK);
    assert_int_equal(reply(&world.support, ticket), ERR_STATE_CONFLICT);
    assert_int_equal(world.problem.count, 1);
    assert_string_equal(world.problem.errors[0].code, "ticket_closed");
    assert_int_equal(reply(&world.customer, ticket), OK);
    assert_true(status_is("SupportTickets", ticket, "open"));
    assert_int_equal(act(support_ticket_delete, &world.customer, ticket), OK);
    assert_int_equal(number("SELECT count(*) FROM \"SupportReplies\" WHERE \"deletedAt\" IS NULL"), 0);
}

/* --- erasure ----------------------------------------------------------------------------------------------------- */

static int64_t personal_left(void)
{
    return number("SELECT (SELECT count(*) FROM \"SupportTickets\" WHERE \"subject\" <> 'erased'"
                  " OR \"description\" <> 'erased')"
                  " + (SELECT count(*) FROM \"SupportReplies\" WHERE \"body\" <> 'erased')");
}

static int64_t words_left(void)
{
    return number(sql_on("SELECT count(*) FROM \"SupportTicketsSearch_data\" WHERE instr(\"block\", 'lost')",
                         "SELECT count(*) FROM \"SupportTicketsSearch\" WHERE strpos(\"document\"::text, 'lost') > 0"));
}

static void erasure_leaves_no_personal_data(void **state)
{
    (void)state;
    int64_t user = world.customer.user_id, ticket = ticket_made(&world.customer);
    assert_int_equal(reply(&world.customer, ticket), OK);
    assert_int_equal(reply(&world.support, ticket), OK);
    assert_true(words_left() > 0);
    assert_int_equal(signed_in(user), OK);
    assert_int_equal(signed_in(world.other.user_id), OK);
    int64_t booking = booked(&world.customer, world.event, 1);
    assert_int_equal(act(account_erase, &world.customer, 0), ERR_STATE_CONFLICT);
    assert_true(has_conflict("has_upcoming_bookings"));
    assert_int_equal(act(booking_cancel, &world.customer, booking), OK);
    assert_int_equal(act(account_erase, &world.customer, 0), OK);
    assert_null(world.result.row);
    assert_int_equal(number_of("Users", user,
                               text_of("\"email\" = 'erased-%lld@invalid' AND \"name\" = 'erased'"
                                       " AND \"password\" = '' AND \"deletedAt\" IS NOT NULL",
                                       (long long)user)),
                     1);
    assert_int_equal(personal_left(), 0);
    /* By the writer when it has nothing else to do, at most every 10 s; like jobs, the command wakes it. */
    for (int i = 0; i < 600 && words_left() > 0; i++) {
        usleep(100 * 1000);
        clock_advance(0);
    }
    assert_int_equal(words_left(), 0);
    assert_int_equal(sessions_of(user), 0);
    assert_int_equal(sessions_of(world.other.user_id), 1);
    assert_int_equal(number_of("Bookings", booking, "\"userId\""), user);
    assert_int_equal(signed_in(user), ERR_UNAUTHENTICATED);
    assert_int_equal(restore(&world.admin, ENTITY_user, user, 0), ERR_STATE_CONFLICT);
    assert_true(has_conflict("account_erased"));
    const char *again = "{\"email\": \"customer@example.com\", \"password\": \"long enough\", \"name\": \"New\"}";
    assert_int_equal(post(account_register, &world.anonymous, &descriptor_register_request, again), OK);
}

static void an_account_with_live_bookings_is_not_erased(void **state)
{
    (void)state;
    confirmed(&world.customer, world.event, 1);
    assert_int_equal(act(user_delete, &world.admin, world.customer.user_id), ERR_STATE_CONFLICT);
    clock_advance(3 * DAY_MS);
    assert_int_equal(act(user_delete, &world.other, world.customer.user_id), ERR_NOT_FOUND);
    assert_int_equal(act(user_delete, &world.support, world.customer.user_id), ERR_FORBIDDEN);
    assert_int_equal(act(user_delete, &world.admin, world.customer.user_id), OK);
}

static void erasing_support_staff_keeps_their_replies(void **state)
{
    (void)state;
    int64_t ticket = ticket_made(&world.customer);
    assert_int_equal(reply(&world.support, ticket), OK);
    assert_int_equal(act(account_erase, &world.support, 0), OK);
    assert_int_equal(number("SELECT count(*) FROM \"SupportReplies\" WHERE \"body\" = 'Well'"), 1);
}

static void erasure_reaches_deleted_tickets(void **state)
{
    (void)state;
    int64_t ticket = ticket_made(&world.customer);
    assert_int_equal(reply(&world.customer, ticket), OK);
    assert_int_equal(act(support_ticket_delete, &world.customer, ticket), OK);
    clock_advance(3 * DAY_MS);
    assert_int_equal(drop(venue_delete, &world.organizer, ENTITY_venue, world.venue), OK);
    assert_true(deleted_rows_seen());
    assert_int_equal(act(account_erase, &world.customer, 0), OK);
    assert_int_equal(personal_left(), 0);
}

static void a_deleted_ticket_is_restored_with_its_replies(void **state)
{
    (void)state;
    int64_t ticket = ticket_made(&world.customer);
    assert_int_equal(reply(&world.customer, ticket), OK);
    assert_int_equal(act(support_ticket_delete, &world.customer, ticket), OK);
    assert_int_equal(restore(&world.customer, ENTITY_support_ticket, ticket, 0), ERR_NOT_FOUND);
    clock_advance(3 * DAY_MS);
    assert_int_equal(drop(venue_delete, &world.organizer, ENTITY_venue, world.venue), OK);
    assert_true(deleted_rows_seen());
    assert_int_equal(restore(&world.support, ENTITY_support_ticket, ticket, 0), OK);
    assert_true(str_is(RESULT(support_ticket)->subject, "Help"));
    assert_int_equal(number("SELECT count(*) FROM \"SupportReplies\" WHERE \"deletedAt\" IS NULL"), 1);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, world_open, world_close)
    const struct CMUnitTest tests[] = {
        TEST(registering_makes_a_customer),
        TEST(an_address_is_free_once_another_client_deleted_its_user),
        TEST(only_admins_grant_rights),
        TEST(there_is_always_an_admin),
        TEST(addresses_are_unique_and_verified_again),
        TEST(replacing_a_person_keeps_the_password_and_the_rights),
        TEST(only_the_hash_of_a_token_is_stored),
        TEST(people_end_only_their_own_sessions),
        TEST(the_oldest_sessions_beyond_the_limit_end),
        TEST(new_password_ends_the_other_sessions),
        TEST(a_new_address_ends_the_other_sessions),
        TEST(what_takes_over_an_account_requires_the_password),
        TEST(a_device_is_remembered_by_the_hash_of_its_token),
        TEST(a_device_that_comes_back_is_kept_for_longer),
        TEST(devices_that_never_come_back_are_displaced_first),
        TEST(devices_are_forgotten),
        TEST(tickets_belong_to_the_person_who_opened_them),
        TEST(ticket_status_changes_follow_the_table),
        TEST(resolved_tickets_keep_their_text),
        TEST(replies_change_the_status_of_the_ticket),
        TEST(erasure_leaves_no_personal_data),
        TEST(an_account_with_live_bookings_is_not_erased),
        TEST(erasing_support_staff_keeps_their_replies),
        TEST(erasure_reaches_deleted_tickets),
        TEST(a_deleted_ticket_is_restored_with_its_replies),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
