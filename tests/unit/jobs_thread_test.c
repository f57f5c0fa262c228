/* The workers: when jobs run, what follows a full portion and a failure, and stopping. */
#include "unit.h"

#include "base/clock.h"
#include "base/log.h"
#include "domain/cascade.h"
#include "jobs/jobs.h"
#include "store_fixture.h"

enum { PATIENCE_MS = 20000 };

static struct fixture *fixture;
static struct jobs *jobs;
static atomic_int runs, at_once, at_once_max;

static int set_up(void **state)
{
    (void)state;
    fixture = fixture_open("none");
    atomic_store(&runs, 0);
    atomic_store(&at_once_max, 0);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    jobs_free(jobs);
    jobs = NULL;
    fixture_close(fixture);
    return 0;
}

static void start(const struct job_row *rows, size_t count, int64_t workers)
{
    const struct jobs_options options = {fixture->store, rows, count, workers};
    assert_int_equal(jobs_start(&options, &jobs), OK);
}

static struct job_counters counters_of(size_t i)
{
    struct job_counters counters;
    assert_true(jobs_counters(jobs, i, &counters));
    return counters;
}

/* Waits for something that the jobs bring about. */
#define WAIT_FOR(condition)                                                                                            \
    do {                                                                                                               \
        int64_t deadline_ms = clock_monotonic_ms() + PATIENCE_MS;                                                      \
        while (!(condition) && clock_monotonic_ms() < deadline_ms) usleep(1000);                                       \
        assert_true(condition);                                                                                        \
    } while (0)

static err count_run(const struct job_context *context, bool *ret_more)
{
    (void)context;
    int now = atomic_fetch_add(&at_once, 1) + 1;
    if (now > atomic_load(&at_once_max)) atomic_store(&at_once_max, now);
    usleep(50 * 1000); /* the other workers look for work meanwhile */
    atomic_fetch_sub(&at_once, 1);
    *ret_more = atomic_fetch_add(&runs, 1) + 1 < 5;
    return OK;
}

/* Five full portions, then the period. */
static void a_full_portion_is_followed_at_once_and_never_twice_at_a_time(void **state)
{
    (void)state;
    static const struct job_row row = {.name = "counting",
                                       .period_ms = HOUR_MS,
                                       .scope = JOB_EVERY_NODE,
                                       .kind = JOB_work,
                                       .function.work = count_run};
    start(&row, 1, 4);
    WAIT_FOR(counters_of(0).runs == 5 && !counters_of(0).running);
    jobs_stop(jobs);
    assert_int_equal(atomic_load(&runs), 5);
    assert_int_equal(atomic_load(&at_once_max), 1);
}

static err fail_always(const struct job_context *context, bool *ret_more)
{
    (void)context;
    *ret_more = true;
    atomic_fetch_add(&runs, 1);
    return ERR_INTERNAL;
}

/* Pauses of at least half of 250, 500, 1000, ... ms; then nothing until the next period. */
static void failures_are_repeated_with_pauses_then_counted(void **state)
{
    (void)state;
    static const struct job_row row = {.name = "failing",
                                       .period_ms = HOUR_MS,
                                       .scope = JOB_EVERY_NODE,
                                       .kind = JOB_work,
                                       .function.work = fail_always};
    int64_t begun_ms = clock_monotonic_ms();
    start(&row, 1, 2);
    WAIT_FOR(counters_of(0).failures == 1);
    int64_t pauses_ms = JOB_RETRY_MS * ((1 << (JOB_ATTEMPTS_MAX - 1)) - 1);
    assert_true(clock_monotonic_ms() - begun_ms >= pauses_ms / 2);
    assert_int_equal(counters_of(0).runs, JOB_ATTEMPTS_MAX);
    assert_int_equal(counters_of(0).retries, JOB_ATTEMPTS_MAX - 1);
    assert_int_equal(counters_of(0).last_success_ms, 0);
    usleep(600 * 1000);
    assert_int_equal(atomic_load(&runs), JOB_ATTEMPTS_MAX);
}

static err wait_for_stop(const struct job_context *context, bool *ret_more)
{
    (void)ret_more;
    atomic_fetch_add(&runs, 1);
    while (!job_stopping(context)) usleep(1000);
    return OK;
}

static void a_run_sees_that_it_shall_stop(void **state)
{
    (void)state;
    static const struct job_row row = {
        .name = "waiting", .period_ms = 1, .scope = JOB_EVERY_NODE, .kind = JOB_work, .function.work = wait_for_stop};
    start(&row, 1, 1);
    WAIT_FOR(atomic_load(&runs) == 1);
    assert_int_equal(counters_of(0).running, 1);
    jobs_stop(jobs);
    assert_int_equal(atomic_load(&runs), 1);
}

static atomic_bool full; /* whether the portions of count_portion() are */

/* The command may run again after a conflict, so its calls are no measure of the runs of the job. */
static err count_portion(struct unit *unit, const struct input *input, struct result *ret)
{
    (void)unit;
    assert_int_equal(input->version, VERSION_ANY);
    atomic_fetch_add(&runs, 1);
    ret->count = atomic_load(&full) ? LIST_MAX : LIST_MAX - 1;
    return OK;
}

/* Whether the job has not run for longer than its first retry would wait. */
static bool is_quiet(void)
{
    int before = atomic_load(&runs);
    usleep(600 * 1000);
    return atomic_load(&runs) == before;
}

static void commands_of_leaders_run_where_the_store_leads(void **state)
{
    (void)state;
    static const struct job_row row = {.name = "command",
                                       .period_ms = HOUR_MS,
                                       .scope = JOB_LEADER,
                                       .kind = JOB_command,
                                       .function.command = count_portion};
    atomic_store(&full, true);
    start(&row, 1, 1);
    if (!store_leads(fixture->store)) {
        usleep(600 * 1000);
        assert_int_equal(atomic_load(&runs), 0);
        assert_int_equal(store_serve(fixture->store), OK);
    }
    WAIT_FOR(counters_of(0).runs - counters_of(0).retries >= 3);
    assert_true(atomic_load(&runs) >= 2);
    atomic_store(&full, false);
    WAIT_FOR(is_quiet());
    assert_true(counters_of(0).last_success_ms > 0);
}

/* One of the two queries finds the cursor, once there is one. */
static void cursors_due(struct arena *arena, int64_t now_ms, struct due *ret_due)
{
    assert_true(now_ms > 0);
    *ret_due = (struct due){{query_of(ENTITY_job_cursor), query_of(ENTITY_job_cursor)}, 2};
    query_number(&ret_due->queries[0], arena, entity_key(entity_of(ENTITY_job_cursor)), COMPARE_EQUAL, -1);
}

static err cursor_add(struct unit *unit, void *context)
{
    (void)context;
    struct job_cursor *cursor = unit_new(unit, ENTITY_job_cursor);
    cursor->name = cursor->position = STR("somewhere");
    return OK;
}

static void a_command_runs_only_when_there_are_rows_for_it(void **state)
{
    (void)state;
    static const struct job_row row = {.name = "command",
                                       .period_ms = 10,
                                       .scope = JOB_LEADER,
                                       .kind = JOB_command,
                                       .function.command = count_portion,
                                       .due = cursors_due};
    assert_int_equal(store_serve(fixture->store), OK);
    start(&row, 1, 1);
    WAIT_FOR(counters_of(0).runs - counters_of(0).retries >= 3);
    assert_true(counters_of(0).last_success_ms > 0);
    assert_int_equal(atomic_load(&runs), 0);
    assert_int_equal(fixture_run(fixture, &(struct actor){.role = ROLE_SYSTEM}, cursor_add, NULL), OK);
    WAIT_FOR(atomic_load(&runs) >= 3);
}

static void every_declared_job_runs(void **state)
{
    (void)state;
    size_t count;
    const struct job_row *rows = jobs_table(&count);
    assert_int_equal(store_serve(fixture->store), OK);
    start(rows, count, 2);
    for (size_t i = 0; i < count; i++) {
        WAIT_FOR(counters_of(i).last_success_ms > 0);
        assert_string_equal(counters_of(i).name, rows[i].name);
    }
    struct job_counters none;
    assert_false(jobs_counters(jobs, count, &none));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_full_portion_is_followed_at_once_and_never_twice_at_a_time, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(failures_are_repeated_with_pauses_then_counted, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_run_sees_that_it_shall_stop, set_up, tear_down),
        cmocka_unit_test_setup_teardown(commands_of_leaders_run_where_the_store_leads, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_command_runs_only_when_there_are_rows_for_it, set_up, tear_down),
        cmocka_unit_test_setup_teardown(every_declared_job_runs, set_up, tear_down),
    };
    log_set_level(LOG_SILENT);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
