/* Unit tests of schema/rule: each kind of predicate in its three forms, and what is read off the rules. store_rule_test
 * proves on both engines that the forms agree. */
#include "unit.h"

#include "base/arena.h"
#include "schema/rule.h"

static struct arena *arena;

enum { ACTOR = 7, OTHER = 8 };

static const struct predicate all = {.kind = PREDICATE_ALL};

static const struct predicate *rule_of(enum entity_id id, enum action action, enum role role)
{
    return entity_rule(entity_of(id), action, role);
}

static void assert_sql(const struct predicate *predicate, const char *sql)
{
    struct buf out = buf_new(arena, 1000);
    rule_sql(&out, predicate, "r", "main.");
    buf_add_char(&out, '\0');
    assert_string_equal(buf_str(&out).p, sql);
}

static void assert_words(const struct predicate *predicate, const char *words)
{
    struct buf out = buf_new(arena, 1000);
    rule_describe(&out, predicate);
    buf_add_char(&out, '\0');
    assert_string_equal(buf_str(&out).p, words);
}

static void every_kind_is_written_as_sql(void **state)
{
    (void)state;
    assert_sql(NULL, "FALSE");
    assert_sql(&all, "TRUE");
    assert_sql(rule_of(ENTITY_user, ACTION_READ, ROLE_CUSTOMER), "r.\"id\" = actor_id()");
    assert_sql(rule_of(ENTITY_payment, ACTION_WRITE, ROLE_CUSTOMER),
               "r.\"bookingId\" IN (SELECT b.\"id\" FROM main.\"Bookings\" b WHERE b.\"userId\" = actor_id())");
    assert_sql(rule_of(ENTITY_support_reply, ACTION_READ, ROLE_CUSTOMER),
               "r.\"supportTicketId\" IN (SELECT t.\"id\" FROM main.\"SupportTickets\" t WHERE t.\"userId\" = "
               "actor_id())");
    assert_sql(rule_of(ENTITY_event, ACTION_READ, ROLE_CUSTOMER), "r.\"status\" <> 'draft'");
    assert_sql(rule_of(ENTITY_schedule, ACTION_READ, ROLE_ANONYMOUS),
               "(SELECT e.\"status\" FROM main.\"Events\" e WHERE e.\"id\" = r.\"eventId\") <> 'draft'");
}

static void every_kind_is_described(void **state)
{
    (void)state;
    assert_words(&all, "every row");
    assert_words(rule_of(ENTITY_booking, ACTION_READ, ROLE_CUSTOMER), "rows whose `userId` is the actor");
    assert_words(rule_of(ENTITY_payment, ACTION_READ, ROLE_CUSTOMER),
                 "rows whose `bookingId` refers to a row of Bookings whose `userId` is the actor");
    assert_words(rule_of(ENTITY_event, ACTION_READ, ROLE_CUSTOMER), "rows whose `status` is not `draft`");
    assert_words(rule_of(ENTITY_schedule, ACTION_READ, ROLE_CUSTOMER),
                 "rows whose `eventId` refers to a row of Events whose `status` is not `draft`");
}

static void every_kind_holds_in_memory(void **state)
{
    (void)state;
    struct booking booking = {.row.entity = entity_of(ENTITY_booking), .user_id = ACTOR};
    struct payment payment = {.row.entity = entity_of(ENTITY_payment), .booking_id = 1};
    struct event event = {.row.entity = entity_of(ENTITY_event), .status = EVENT_PUBLISHED};
    struct schedule schedule = {.row.entity = entity_of(ENTITY_schedule), .event_id = 1};
    const struct predicate *own = rule_of(ENTITY_booking, ACTION_READ, ROLE_CUSTOMER);
    const struct predicate *via = rule_of(ENTITY_payment, ACTION_READ, ROLE_CUSTOMER);
    const struct predicate *not = rule_of(ENTITY_event, ACTION_READ, ROLE_CUSTOMER);
    const struct predicate *via_not = rule_of(ENTITY_schedule, ACTION_READ, ROLE_CUSTOMER);

    assert_false(rule_holds(NULL, &booking.row, NULL, ACTOR));
    assert_true(rule_holds(&all, &booking.row, NULL, 0));
    assert_true(rule_holds(own, &booking.row, NULL, ACTOR));
    assert_false(rule_holds(own, &booking.row, NULL, OTHER));
    assert_true(rule_holds(via, &payment.row, &booking.row, ACTOR));
    assert_false(rule_holds(via, &payment.row, &booking.row, OTHER));
    assert_false(rule_holds(via, &payment.row, NULL, ACTOR));
    assert_true(rule_holds(not, &event.row, NULL, 0));
    assert_true(rule_holds(via_not, &schedule.row, &event.row, 0));
    event.status = EVENT_DRAFT;
    assert_false(rule_holds(not, &event.row, NULL, 0));
    assert_false(rule_holds(via_not, &schedule.row, &event.row, 0));
    assert_false(rule_holds(via_not, &schedule.row, NULL, 0));
}

/* A row without an owner is not that of a client without sign-in. */
static void the_absent_person_owns_no_row(void **state)
{
    (void)state;
    struct booking booking = {.row.entity = entity_of(ENTITY_booking), .user_id = 0};
    assert_false(rule_holds(rule_of(ENTITY_booking, ACTION_READ, ROLE_CUSTOMER), &booking.row, NULL, 0));
}

static void owner_is_read_from_the_row(void **state)
{
    (void)state;
    struct user user = {.row.entity = entity_of(ENTITY_user), .row.id = ACTOR};
    struct booking booking = {.row.entity = entity_of(ENTITY_booking), .row.id = 1, .user_id = ACTOR};
    struct payment payment = {.row.entity = entity_of(ENTITY_payment), .row.id = 1, .booking_id = 1};
    struct venue venue = {.row.entity = entity_of(ENTITY_venue), .row.id = 1};
    assert_int_equal(row_owner(&user.row), ACTOR);
    assert_int_equal(row_owner(&booking.row), ACTOR);
    assert_int_equal(row_owner(&payment.row), 0);
    assert_int_equal(row_owner(&venue.row), 0);
}

static void what_a_role_may_is_read_off_the_rules(void **state)
{
    (void)state;
    const struct entity *booking = entity_of(ENTITY_booking), *event = entity_of(ENTITY_event);
    const struct entity *ticket = entity_of(ENTITY_support_ticket), *key = entity_of(ENTITY_idempotency_key);
    assert_null(entity_rule(booking, ACTION_READ, ROLE_ANONYMOUS));
    assert_null(entity_rule(key, ACTION_READ, ROLE_ADMIN));
    assert_non_null(entity_rule(key, ACTION_READ, ROLE_SYSTEM));
    assert_true(role_acts_on_all(booking, ACTION_WRITE, ROLE_SUPPORT));
    assert_false(role_acts_on_all(booking, ACTION_WRITE, ROLE_CUSTOMER));
    assert_false(role_acts_on_all(booking, ACTION_WRITE, ROLE_ANONYMOUS));
    assert_false(role_acts_on_all(event, ACTION_READ, ROLE_CUSTOMER));
    assert_true(role_acts_on_all(key, ACTION_WRITE, ROLE_SYSTEM));
    assert_true(role_reads_own_only(booking, ROLE_CUSTOMER));
    assert_true(role_reads_own_only(ticket, ROLE_ORGANIZER));
    assert_false(role_reads_own_only(booking, ROLE_SUPPORT));
    assert_false(role_reads_own_only(event, ROLE_CUSTOMER));
    assert_false(role_reads_own_only(booking, ROLE_ANONYMOUS));
    assert_true(rule_is_join(rule_of(ENTITY_payment, ACTION_READ, ROLE_CUSTOMER)));
    assert_false(rule_is_join(rule_of(ENTITY_schedule, ACTION_READ, ROLE_CUSTOMER)));
    assert_false(rule_is_join(rule_of(ENTITY_booking, ACTION_READ, ROLE_CUSTOMER)));
    assert_false(rule_is_join(NULL));
}

/* Masks and the history of rows take "own rows" from the owner, so a rule about the actor has to mean the owner. */
static void rules_about_the_actor_mean_the_owner(void **state)
{
    (void)state;
    size_t count = 0;
    for (enum entity_id id = 0; id < ENTITY_COUNT; id++) {
        for (size_t i = 0; i < entity_of(id)->rule_count; i++) {
            const struct predicate *rule = &entity_of(id)->rules[i].predicate, *owner = entity_of(id)->owner;
            if (rule->kind != PREDICATE_ACTOR) continue;
            assert_non_null(owner);
            assert_ptr_equal(rule->via, owner->via);
            assert_ptr_equal(rule->field, owner->field);
            count++;
        }
    }
    assert_true(count > 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_kind_is_written_as_sql),         cmocka_unit_test(every_kind_is_described),
        cmocka_unit_test(every_kind_holds_in_memory),           cmocka_unit_test(the_absent_person_owns_no_row),
        cmocka_unit_test(owner_is_read_from_the_row),           cmocka_unit_test(what_a_role_may_is_read_off_the_rules),
        cmocka_unit_test(rules_about_the_actor_mean_the_owner),
    };
    arena = arena_new(1 << 20);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    arena_free(arena);
    return failed;
}
