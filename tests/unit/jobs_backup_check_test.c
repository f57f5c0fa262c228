/* Verifying a backup: what is found, and that nothing is left behind. On the embedded engine only. */
#include "store_fixture.h"

#include <sys/stat.h>
#include <unistd.h>

#include "archive/format.h"
#include "base/clock.h"
#include "jobs/backup_check.h"

enum { WAIT_MS = 20000 };

static struct fixture *fixture;
static struct job_context context;
static atomic_bool stopping;
static struct committed_digest expected;

static void wait_for_place(int64_t commit)
{
    struct place_state state;
    int64_t end_ms = clock_monotonic_ms() + WAIT_MS;
    do {
        assert_true(clock_monotonic_ms() < end_ms);
        assert_true(store_archive_state(fixture->store, 0, &state));
        usleep(10000);
    } while (state.base_due || state.commit < commit);
}

static void digest_now(void)
{
    str reason = STR("");
    err e = store_digest_at_commit(fixture->store, &stopping, fixture->arena, &reason, &expected);
    if (e) fail_msg("%.*s", STR_ARG(reason));
    wait_for_place((int64_t)expected.commit);
}

static int begin(void **state)
{
    (void)state;
    if (fixture_dialect() != DIALECT_SQLITE) return 0;
    fixture = calloc(1, sizeof(*fixture));
    random_start();
    strcpy(fixture->folder, "/tmp/boxoffice-check-XXXXXX");
    assert_non_null(mkdtemp(fixture->folder));
    fixture->dialect = DIALECT_SQLITE;
    fixture->arena = arena_new(256 << 20);
    fixture->scratch = arena_new(16 << 20);
    fixture_settings(fixture, "aegis");
    fixture->settings.backup_to = arena_printf(fixture->arena, "%s/place", fixture->folder);
    fixture_make(fixture);
    assert_int_equal(store_archive_start(fixture->store), OK);
    atomic_store(&stopping, false);
    context = (struct job_context){.store = fixture->store, .arena = arena_new(64 << 20), .stopping = &stopping};
    digest_now();
    return 0;
}

static int end(void **state)
{
    (void)state;
    if (!fixture) return 0;
    arena_free(context.arena);
    fixture_close(fixture);
    fixture = NULL;
    return 0;
}

static void run_sql(const char *sql)
{
    static int number;
    str reason = STR("");
    str name = arena_printf(fixture->arena, "%d.js", ++number);
    err e = store_script(fixture->store, str_of(sql), "SequelizeData", name, false, fixture->arena, &reason);
    if (e) fail_msg("%.*s", STR_ARG(reason));
}

static err check(struct backup *report)
{
    struct stat found;
    *report = (struct backup){.place = 1};
    err e = backup_check(&context, fixture->settings.backup_to, &expected, report);
    str folder = arena_printf(fixture->arena, "%.*s.verify", STR_ARG(fixture->settings.storage));
    assert_int_not_equal(stat(folder.p, &found), 0);
    return e;
}

static void problem_has(const struct backup *report, const char *text)
{
    assert_false(report->is_verified);
    if (!memmem(report->problem.p, report->problem.n, text, strlen(text))) fail_msg("%.*s", STR_ARG(report->problem));
}

static void embedded_only(void)
{
    if (!fixture) skip();
}

static void a_sound_one_is_verified(void **state)
{
    (void)state;
    embedded_only();
    struct backup report;
    assert_int_equal(check(&report), OK);
    if (!report.is_verified) fail_msg("%.*s", STR_ARG(report.problem));
    assert_true(report.commit == (int64_t)expected.commit && report.epoch == 1 && report.bytes > 0);
    assert_true(str_is(report.digest, expected.digest.sha256) && report.commit_time > 0);
    /* What is committed meanwhile is not part of it. */
    run_sql("INSERT INTO \"Venues\" (\"name\", \"address\", \"capacity\") VALUES ('Hall', 'Street 1', 10)");
    assert_int_equal(check(&report), OK);
    assert_true(report.is_verified && str_is(report.digest, expected.digest.sha256));
    uint64_t before = expected.commit;
    digest_now();
    assert_true(expected.commit > before);
    assert_int_equal(check(&report), OK);
    assert_true(report.is_verified && report.commit == (int64_t)expected.commit);
}

static void another_content_is_noticed(void **state)
{
    (void)state;
    embedded_only();
    struct backup report;
    expected.digest.sha256[0] = expected.digest.sha256[0] == '0' ? '1' : '0';
    assert_int_equal(check(&report), OK);
    problem_has(&report, "the restored database differs from the one at commit");
}

static void a_violated_invariant_is_noticed(void **state)
{
    (void)state;
    embedded_only();
    struct backup report;
    run_sql("INSERT INTO \"Venues\" (\"id\", \"name\", \"address\", \"capacity\") VALUES (1, 'Hall', 'Street 1', 10);"
            "INSERT INTO \"Events\" (\"id\", \"title\", \"capacity\", \"startDate\", \"endDate\", \"venueId\") VALUES "
            "(1, 'Concert', 10, '2026-12-01 18:00:00.000 +00:00', '2026-12-01 20:00:00.000 +00:00', 1);"
            "INSERT INTO \"Schedules\" (\"eventId\", \"startTime\", \"endTime\", \"availableSeats\") VALUES "
            "(1, '2026-12-01 18:00:00.000 +00:00', '2026-12-01 20:00:00.000 +00:00', 3);");
    digest_now();
    assert_int_equal(check(&report), OK);
    problem_has(&report, "invariants are violated in the restored database");
}

static void a_missing_file_is_noticed(void **state)
{
    (void)state;
    embedded_only();
    struct backup report;
    char name[ARCHIVE_NAME_SIZE];
    archive_name(ARCHIVE_SEGMENT, 1, 1, name);
    str path = arena_printf(fixture->arena, "%.*s/%s", STR_ARG(fixture->settings.backup_to), name);
    assert_int_equal(rename(path.p, arena_printf(fixture->arena, "%s.away", path.p).p), 0);
    assert_int_equal(check(&report), OK);
    problem_has(&report, "missing");
    str folder = arena_printf(fixture->arena, "%.*s.away", STR_ARG(fixture->settings.backup_to));
    assert_int_equal(rename(fixture->settings.backup_to.p, folder.p), 0);
    assert_int_equal(check(&report), OK);
    problem_has(&report, "cannot open the directory");
}

static void a_process_that_stops_leaves_nothing(void **state)
{
    (void)state;
    embedded_only();
    struct backup report;
    atomic_store(&stopping, true);
    assert_int_equal(check(&report), ERR_OVERLOADED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_sound_one_is_verified, begin, end),
        cmocka_unit_test_setup_teardown(another_content_is_noticed, begin, end),
        cmocka_unit_test_setup_teardown(a_violated_invariant_is_noticed, begin, end),
        cmocka_unit_test_setup_teardown(a_missing_file_is_noticed, begin, end),
        cmocka_unit_test_setup_teardown(a_process_that_stops_leaves_nothing, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
