/* Unit tests of schema/policy: what can be read off a rule about owners, so that nobody need be asked. The rules
 * themselves are proved on the engines, by store_policy_test. */
#include "unit.h"

#include "schema/policy.h"

static void rules_about_people_are_read(void **state)
{
    (void)state;
    struct ownership own;
    const struct entity *user = entity_of(ENTITY_user), *payment = entity_of(ENTITY_payment);
    assert_true(policy_ownership(user, entity_rule(user, ACTION_READ, ROLE_CUSTOMER), &own));
    assert_null(own.via);
    assert_string_equal(own.person->name, "id");
    assert_true(policy_ownership(payment, entity_rule(payment, ACTION_WRITE, ROLE_CUSTOMER), &own));
    assert_string_equal(own.via->name, "bookingId");
    assert_string_equal(own.person->name, "userId");
    assert_ptr_equal(own.person, field_find(&entity_of(ENTITY_booking)->descriptor, STR("userId")));
}

/* A rule that names the actor in another form would be right, and slow: write it in one of the two, or teach a third.
 */
static void every_rule_about_people_is_read(void **state)
{
    (void)state;
    size_t count = 0;
    for (int i = 0; i < ENTITY_COUNT; i++) {
        const struct entity *entity = entity_of((enum entity_id)i);
        for (size_t n = 0; n < entity->rule_count; n++) {
            struct ownership own;
            const char *predicate = entity->rules[n].predicate;
            if (!strstr(predicate, "actor_id()")) continue;
            if (!policy_ownership(entity, predicate, &own)) fail_msg("%s: %s", entity->table, predicate);
            count++;
        }
    }
    assert_true(count > 5);
}

static void other_rules_are_evaluated_by_the_engine(void **state)
{
    (void)state;
    static const char *const others[] = {
        "TRUE",
        "",
        "{row}.\"status\" <> 'draft'",
        "{row}.\"userId\" = actor_id() OR TRUE",
        "{row}.\"userId\" <> actor_id()",
        "NOT {row}.\"userId\" = actor_id()",
        "{row}.\"nothing\" = actor_id()",
        "{row}.\"userId\" IN (SELECT b.\"id\" FROM {Bookings} b WHERE b.\"userId\" = actor_id())",
        "{row}.\"eventId\" IN (SELECT b.\"id\" FROM {Bookings} b WHERE b.\"userId\" = actor_id())",
        "{row}.\"scheduleId\" IN (SELECT b.\"id\" FROM {Nothing} b WHERE b.\"userId\" = actor_id())",
        "{row}.\"userId\" IN (SELECT b.\"id\" FROM {Users} b WHERE b.\"id\" = actor_id() AND FALSE)",
    };
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
        struct ownership own;
        if (policy_ownership(entity_of(ENTITY_booking), others[i], &own)) fail_msg("%s", others[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rules_about_people_are_read),
        cmocka_unit_test(every_rule_about_people_is_read),
        cmocka_unit_test(other_rules_are_evaluated_by_the_engine),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
