/* Unit tests of store/lock_set: all writers lock rows in the same order, each row once and as strongly as required. */
#include "unit.h"

#include "store/lock_set.h"

static struct lock_set lock_set;

static int set_up(void **state)
{
    (void)state;
    lock_set = (struct lock_set){.arena = arena_new(1 << 20)};
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    arena_free(lock_set.arena);
    return 0;
}

static void lock_email(const char *email)
{
    lock_set_value(&lock_set, ENTITY_user, FIELD_OF(user, email), (struct value){.text = str_of(email)},
                   ROW_LOCK_EXCLUSIVE);
}

static void lock_payment_of(int64_t booking)
{
    lock_set_value(&lock_set, ENTITY_payment, FIELD_OF(payment, booking_id), (struct value){.number = booking},
                   ROW_LOCK_EXCLUSIVE);
}

static void rows_are_locked_in_the_order_of_entities_and_ids(void **state)
{
    (void)state;
    lock_set_row(&lock_set, ENTITY_schedule, 7, ROW_LOCK_EXCLUSIVE);
    lock_set_row(&lock_set, ENTITY_event, 9, ROW_LOCK_SHARED);
    lock_set_row(&lock_set, ENTITY_schedule, 3, ROW_LOCK_EXCLUSIVE);
    lock_set_row(&lock_set, ENTITY_event, 2, ROW_LOCK_SHARED);
    lock_set_settle(&lock_set);
    const struct {
        enum entity_id entity;
        int64_t id;
    } expected[] = {{ENTITY_event, 2}, {ENTITY_event, 9}, {ENTITY_schedule, 3}, {ENTITY_schedule, 7}};
    assert_int_equal(lock_set.count, COUNT_OF(expected));
    for (size_t i = 0; i < lock_set.count; i++) {
        const struct row_to_lock *row_to_lock = &lock_set.list[i];
        assert_int_equal(row_to_lock->entity, expected[i].entity);
        assert_int_equal(row_to_lock->value.number, expected[i].id);
    }
}

static void a_row_is_locked_once_as_strongly_as_required(void **state)
{
    (void)state;
    lock_set_row(&lock_set, ENTITY_event, 2, ROW_LOCK_SHARED);
    lock_set_row(&lock_set, ENTITY_event, 2, ROW_LOCK_EXCLUSIVE);
    lock_set_row(&lock_set, ENTITY_event, 2, ROW_LOCK_SHARED);
    lock_set_settle(&lock_set);
    assert_int_equal(lock_set.count, 1);
    assert_int_equal(lock_set.list[0].row_lock, ROW_LOCK_EXCLUSIVE);
}

static void unique_texts_are_ordered_by_bytes_and_length(void **state)
{
    (void)state;
    static const char *const expected[] = {"a", "ab", "abc", "b"};
    lock_email("b");
    lock_email("abc");
    lock_email("a");
    lock_email("ab");
    lock_email("abc");
    lock_set_settle(&lock_set);
    assert_int_equal(lock_set.count, COUNT_OF(expected));
    for (size_t i = 0; i < lock_set.count; i++) assert_str(lock_set.list[i].value.text, expected[i]);
}

static void ids_and_other_unique_fields_of_an_entity_are_separate(void **state)
{
    (void)state;
    lock_payment_of(5);
    lock_set_row(&lock_set, ENTITY_payment, 5, ROW_LOCK_EXCLUSIVE);
    lock_payment_of(4);
    lock_payment_of(5);
    lock_set_row(&lock_set, ENTITY_payment, 4, ROW_LOCK_EXCLUSIVE);
    lock_set_settle(&lock_set);
    assert_int_equal(lock_set.count, 4);
    for (size_t i = 0; i < lock_set.count; i++) {
        const struct row_to_lock *row_to_lock = &lock_set.list[i];
        assert_int_equal(row_to_lock->value.number, i % 2 ? 5 : 4);
        assert_ptr_equal(row_to_lock->field, lock_set.list[i - i % 2].field);
    }
    assert_ptr_not_equal(lock_set.list[0].field, lock_set.list[2].field);
}

static void what_names_no_row_is_not_locked(void **state)
{
    (void)state;
    lock_set_row(&lock_set, ENTITY_event, 0, ROW_LOCK_SHARED);
    lock_set_value(&lock_set, ENTITY_user, FIELD_OF(user, email), (struct value){.text = STR_NONE}, ROW_LOCK_SHARED);
    lock_payment_of(0);
    lock_set_row(NULL, ENTITY_event, 1, ROW_LOCK_SHARED); /* only the id of the shared row is of interest */
    lock_set_value(NULL, ENTITY_user, FIELD_OF(user, email), (struct value){.text = STR("a")}, ROW_LOCK_SHARED);
    lock_set_settle(&lock_set);
    assert_int_equal(lock_set.count, 0);
}

static void a_batch_may_lock_thousands_of_rows(void **state)
{
    (void)state;
    for (int64_t id = 3000; id > 0; id--) lock_set_row(&lock_set, ENTITY_booking, id, ROW_LOCK_EXCLUSIVE);
    lock_set_settle(&lock_set);
    assert_int_equal(lock_set.count, 3000);
    for (size_t i = 0; i < lock_set.count; i++) assert_int_equal(lock_set.list[i].value.number, i + 1);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(rows_are_locked_in_the_order_of_entities_and_ids),
        TEST(a_row_is_locked_once_as_strongly_as_required),
        TEST(unique_texts_are_ordered_by_bytes_and_length),
        TEST(ids_and_other_unique_fields_of_an_entity_are_separate),
        TEST(what_names_no_row_is_not_locked),
        TEST(a_batch_may_lock_thousands_of_rows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
