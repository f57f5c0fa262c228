/* Running a command function and waiting for it: what it returns, what is taken from its result, and that what it locks
 * is named by its own input. */
#include "unit.h"

#include "domain/commands.h"
#include "domain/run.h"
#include "store/lock_set.h"
#include "store_fixture.h"

static struct fixture *fixture;

static int set_up(void **state)
{
    (void)state;
    fixture = fixture_open("none");
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    fixture_close(fixture);
    return 0;
}

struct making {
    struct command_run run; /* first member */
    int64_t id;
};

static err make_venue(struct unit *unit, const struct input *input, struct result *ret)
{
    (void)input;
    struct venue *venue = unit_new(unit, ENTITY_venue);
    venue->name = STR("Hall");
    venue->address = STR("1 Main Street");
    venue->capacity = 100;
    ret->row = &venue->row;
    return OK;
}

static void take_id(struct command_run *run)
{
    ((struct making *)(void *)run)->id = run->result.row->id;
}

static void what_outlives_the_batch_is_taken_from_the_result(void **state)
{
    (void)state;
    struct actor organizer = {.user_id = 7, .role = ROLE_ORGANIZER};
    struct making making = {.run = {.function = make_venue, .actor = &organizer, .take = take_id}};
    int64_t count;
    assert_int_equal(command_run_wait(fixture->store, &making.run), OK);
    assert_int_equal(making.id, 1);
    assert_int_equal(store_number(fixture->store, "SELECT count(*) FROM \"AuditLogs\" WHERE \"actorId\" = 7", &count),
                     OK);
    assert_int_equal(count, 1);
}

static err refuse(struct unit *unit, const struct input *input, struct result *ret)
{
    (void)input, (void)ret;
    return problem_invalid(unit->problem, STR("/name"), "required", "is missing");
}

static void a_refusal_says_why_and_takes_nothing(void **state)
{
    (void)state;
    struct making making = {.run = {.function = refuse, .take = take_id}};
    assert_int_equal(command_run_wait(fixture->store, &making.run), ERR_INVALID);
    assert_int_equal(making.run.problem.count, 1);
    assert_int_equal(making.id, 0);
}

/* A command that names rows to lock is given the struct that its caller made. */
static void rows_are_locked_by_the_input_of_the_command(void **state)
{
    (void)state;
    struct command_run run = {.function = booking_cancel, .input = {.id = 4711, .version = VERSION_ANY}};
    assert_int_equal(command_run_wait(fixture->store, &run), ERR_NOT_FOUND);
    assert_non_null(run.command.lock_set);
}

/* --- what the commands of a rush lock ----------------------------------------------------------------------------- */

static struct lock_set locked_by(command_function *command, const struct input *input, int64_t shared_id)
{
    struct lock_set lock_set = {.arena = fixture->arena};
    assert_int_equal(command_lock_set(command)(input, &lock_set), shared_id);
    assert_int_equal(command_lock_set(command)(input, NULL), shared_id);
    return lock_set;
}

static void assert_locks(const struct lock_set *lock_set, enum entity_id entity, int64_t value, enum row_lock row_lock)
{
    for (size_t i = 0; i < lock_set->count; i++) {
        const struct row_to_lock *row = &lock_set->list[i];
        if (row->entity != entity) continue;
        assert_int_equal(row->value.number, value);
        assert_int_equal(row->row_lock, row_lock);
        return;
    }
    fail_msg("%s is not locked", entity_of(entity)->name);
}

static void a_booking_locks_the_stock_and_keeps_the_event_as_it_is(void **state)
{
    (void)state;
    struct booking_request request = {.event_id = 2, .schedule_id = 3, .user_id = 4};
    struct change change = {.values = &request};
    struct lock_set lock_set = locked_by(booking_create, &(struct input){.change = &change}, 3);
    assert_int_equal(lock_set.count, 3);
    assert_locks(&lock_set, ENTITY_schedule, 3, ROW_LOCK_EXCLUSIVE);
    assert_locks(&lock_set, ENTITY_event, 2, ROW_LOCK_SHARED);
    assert_locks(&lock_set, ENTITY_user, 4, ROW_LOCK_SHARED);
    request.schedule_id = 0; /* which one it is takes a query: not shared */
    lock_set = locked_by(booking_create, &(struct input){.change = &change}, 0);
}

static void the_end_of_a_booking_locks_it_with_its_payment(void **state)
{
    (void)state;
    command_function *const commands[] = {booking_cancel, booking_update};
    for (size_t i = 0; i < COUNT_OF(commands); i++) {
        struct lock_set lock_set = locked_by(commands[i], &(struct input){.id = 7}, 0);
        assert_int_equal(lock_set.count, 2);
        assert_locks(&lock_set, ENTITY_booking, 7, ROW_LOCK_EXCLUSIVE);
        assert_locks(&lock_set, ENTITY_payment, 7, ROW_LOCK_EXCLUSIVE);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_outlives_the_batch_is_taken_from_the_result, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_refusal_says_why_and_takes_nothing, set_up, tear_down),
        cmocka_unit_test_setup_teardown(rows_are_locked_by_the_input_of_the_command, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_booking_locks_the_stock_and_keeps_the_event_as_it_is, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_end_of_a_booking_locks_it_with_its_payment, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
