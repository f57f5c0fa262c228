/* Records of backups: what is recorded, and how many are kept. */
#include "domain_fixture.h"

#include "domain/run.h"

static err recorded(struct backup *report)
{
    struct change change = {.descriptor = ENTITY_DESCRIPTOR(backup), .values = report};
    struct command_run run = {.function = backup_record, .input = {.version = VERSION_ANY, .change = &change}};
    return command_run_wait(world.fixture->store, &run);
}

static struct backup report_of(int64_t commit)
{
    return (struct backup){.place = 2,
                           .address = STR("/mnt/backup"),
                           .commit = commit,
                           .commit_time = world.now - 1,
                           .started_at = world.now,
                           .finished_at = world.now + 1,
                           .is_verified = true};
}

static void a_backup_is_recorded(void **state)
{
    (void)state;
    struct backup report = report_of(481516);
    assert_int_equal(recorded(&report), OK);
    assert_int_equal(number("SELECT count(*) FROM \"Backups\" WHERE \"place\" = 2 AND \"address\" = '/mnt/backup' AND "
                            "\"commit\" = 481516 AND \"digest\" IS NULL AND \"problem\" IS NULL AND \"isVerified\""),
                     1);
    report.is_verified = false;
    report.problem = STR("segment-1 is missing");
    assert_int_equal(recorded(&report), OK);
    assert_int_equal(number("SELECT count(*) FROM \"Backups\" WHERE \"problem\" = 'segment-1 is missing'"), 1);
    assert_invariants();
}

static void the_oldest_records_are_removed(void **state)
{
    (void)state;
    struct backup report = report_of(0);
    for (int i = 1; i <= BACKUPS_MAX; i++) {
        report.commit = i;
        assert_int_equal(recorded(&report), OK);
    }
    assert_int_equal(number("SELECT count(*) FROM \"Backups\""), BACKUPS_MAX);
    report.commit = BACKUPS_MAX + 1;
    assert_int_equal(recorded(&report), OK);
    assert_int_equal(number("SELECT count(*) FROM \"Backups\""), BACKUPS_MAX);
    assert_int_equal(number("SELECT min(\"commit\") FROM \"Backups\""), 2);
    assert_int_equal(number("SELECT max(\"commit\") FROM \"Backups\""), BACKUPS_MAX + 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_backup_is_recorded, world_open, world_close),
        cmocka_unit_test_setup_teardown(the_oldest_records_are_removed, world_open, world_close),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
