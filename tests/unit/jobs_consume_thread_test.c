/* Consumers of changes: each entry of the audit log exactly once and in the order of its row's versions, whatever other
 * writers do at the same time; a process that is killed in the middle; a database that came from elsewhere. */
#include "unit.h"

#include <fcntl.h>
#include <pthread.h>
#include <sys/stat.h>

#include "base/clock.h"
#include "base/log.h"
#include "domain/run.h"
#include "foreign.h"
#include "jobs/consume.h"

enum { VENUES = 6, WRITERS = 4, TRANSACTIONS = 60, TEXT_SIZE = 256 };

static struct fixture *fixture;
static struct arena *run_arena; /* of one run of a job */
static atomic_bool stopping;

static int64_t number(const char *sql)
{
    int64_t value = -1;
    err e = store_number(fixture->store, sql, &value);
    if (e) fail_msg("%s: %s", err_row(e)->symbol, sql);
    return value;
}

static err make_venues(struct unit *unit, void *context)
{
    (void)context;
    for (int i = 0; i < VENUES; i++) {
        struct venue *venue = unit_new(unit, ENTITY_venue);
        venue->name = STR("Hall");
        venue->address = STR("1 Main Street");
        venue->capacity = 100;
    }
    return OK;
}

static int set_up_empty(void **state)
{
    (void)state;
    fixture = fixture_open("none");
    run_arena = arena_new(64 << 20);
    return 0;
}

static int set_up(void **state)
{
    set_up_empty(state);
    assert_int_equal(fixture_run(fixture, &fixture->system, make_venues, NULL), OK);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    arena_free(run_arena);
    fixture_close(fixture);
    return 0;
}

static void store_again(void)
{
    str reason = STR_NONE;
    err e = store_open(&fixture->settings, false, fixture->arena, &reason, &fixture->store);
    if (e) fail_msg("%.*s", STR_ARG(reason));
}

/* --- a consumer whose effects are rows ---------------------------------------------------------------------------- */

/* An effect is a row with the entry's id, which is unique: a second effect of one entry is refused. */
static err effects_write(struct unit *unit, const struct changes *changes)
{
    for (size_t i = 0; i < changes->count; i++) {
        struct idempotency_key *effect = unit_new(unit, ENTITY_idempotency_key);
        effect->scope = arena_printf(unit->arena, "entry-%lld", (long long)changes->entries[i]->id);
        effect->fingerprint = STR("-");
        effect->status = 200;
        effect->expires_at = unit->now + DAY_MS;
    }
    return OK;
}

static const struct job_row applying = {.name = "applying",
                                        .kind = JOB_apply,
                                        .function.apply = effects_write,
                                        .start = CHANGES_FIRST,
                                        .entities = CHANGES_OF(venue)};

static err consume(const struct job_row *row, struct reader *reader, bool *ret_more)
{
    struct job_context context = {.store = fixture->store, .reader = reader, .arena = run_arena, .stopping = &stopping};
    int64_t lag_ms;
    err e = job_consume(&context, row, ret_more, &lag_ms);
    arena_reset(run_arena);
    return e;
}

/* Returns the number of reads. */
static int consume_all(const struct job_row *row, struct reader *reader)
{
    bool more = true;
    int reads = 0;
    for (; more; reads++) assert_int_equal(consume(row, reader, &more), OK);
    return reads;
}

static int64_t effects(void)
{
    return number("SELECT count(*) FROM \"IdempotencyKeys\" WHERE \"scope\" LIKE 'entry-%'");
}

static int64_t entries(void)
{
    return number("SELECT count(*) FROM \"AuditLogs\" WHERE \"resource\" = 'venues'");
}

/* Effects get their ids in the order in which they are written. */
static void assert_each_once_in_order(void)
{
    consume_all(&applying, NULL);
    assert_int_equal(effects(), entries());
    assert_int_equal(
        number("SELECT count(*) FROM \"AuditLogs\" a JOIN \"AuditLogs\" b ON a.\"resource\" = b.\"resource\" AND "
               "a.\"resourceId\" = b.\"resourceId\" AND a.\"resourceVersion\" < b.\"resourceVersion\" "
               "JOIN \"IdempotencyKeys\" x ON x.\"scope\" = 'entry-' || a.\"id\" "
               "JOIN \"IdempotencyKeys\" y ON y.\"scope\" = 'entry-' || b.\"id\" WHERE x.\"id\" > y.\"id\""),
        0);
}

/* --- other writers ------------------------------------------------------------------------------------------------ */

static void venue_update(struct foreign *foreign, int64_t id)
{
    char sql[TEXT_SIZE];
    snprintf(sql, sizeof(sql), "UPDATE \"Venues\" SET \"capacity\" = \"capacity\" + 1 WHERE \"id\" = %lld",
             (long long)id);
    foreign_run(foreign, sql);
}

static unsigned random_below(unsigned bound)
{
    unsigned value;
    random_bytes(&value, sizeof(value));
    return value % bound;
}

/* Rows in the order of their ids, so that writers do not lock each other out. */
static void *write_much(void *context)
{
    struct foreign foreign;
    (void)context;
    foreign_open(fixture, &foreign);
    for (int i = 0; i < TRANSACTIONS; i++) {
        foreign_begin(&foreign);
        for (int64_t id = 1; id <= VENUES; id++) {
            if (random_below(3) > 0) continue;
            venue_update(&foreign, id);
            usleep(random_below(2000));
        }
        foreign_run(&foreign, random_below(4) == 0 ? "ROLLBACK" : "COMMIT");
    }
    foreign_close(&foreign);
    return NULL;
}

static void each_entry_is_read_once_while_others_write(void **state)
{
    (void)state;
    pthread_t threads[WRITERS];
    bool more;
    for (int i = 0; i < WRITERS; i++) assert_int_equal(pthread_create(&threads[i], NULL, write_much, NULL), 0);
    /* Opening a cursor keeps writers out for a moment and gives up when they are too busy. */
    int64_t deadline_ms = clock_monotonic_ms() + MINUTE_MS;
    while (effects() < VENUES + TRANSACTIONS && clock_monotonic_ms() < deadline_ms) {
        err e = consume(&applying, NULL, &more);
        assert_true(e == OK || e == ERR_OVERLOADED);
    }
    for (int i = 0; i < WRITERS; i++) assert_int_equal(pthread_join(threads[i], NULL), 0);
    assert_each_once_in_order();
    assert_true(entries() > VENUES + TRANSACTIONS);
}

/* Only where transactions run side by side: ids are drawn in one order and committed in another. */
static void a_late_commit_is_not_skipped_and_holds_up_nothing(void **state)
{
    struct foreign slow, fast, lost;
    if (fixture->dialect == DIALECT_SQLITE) return; /* it has one write transaction at a time */
    (void)state;
    consume_all(&applying, NULL);
    foreign_open(fixture, &slow);
    foreign_open(fixture, &fast);
    foreign_open(fixture, &lost);
    foreign_begin(&slow);
    venue_update(&slow, 1);
    foreign_begin(&lost);
    venue_update(&lost, 3);
    foreign_begin(&fast);
    venue_update(&fast, 2);
    foreign_run(&fast, "COMMIT");
    consume_all(&applying, NULL);
    assert_int_equal(effects(), VENUES + 1);
    foreign_run(&lost, "ROLLBACK");
    foreign_begin(&fast);
    venue_update(&fast, 2);
    foreign_run(&fast, "COMMIT");
    consume_all(&applying, NULL);
    assert_int_equal(effects(), VENUES + 2);
    venue_update(&slow, 2); /* a row that transactions with higher numbers changed before */
    foreign_run(&slow, "COMMIT");
    assert_each_once_in_order();
    assert_int_equal(effects(), VENUES + 4);
    /* What the cursor guards against: the entry of the slow transaction has a lower id than one read before. */
    assert_true(number("SELECT max(y.\"id\") FROM \"IdempotencyKeys\" x JOIN \"AuditLogs\" a ON x.\"scope\" = 'entry-' "
                       "|| a.\"id\" JOIN \"AuditLogs\" b ON b.\"id\" > a.\"id\" JOIN \"IdempotencyKeys\" y ON "
                       "y.\"scope\" = 'entry-' || b.\"id\" WHERE y.\"id\" < x.\"id\"") > 0);
    foreign_close(&slow);
    foreign_close(&fast);
    foreign_close(&lost);
}

/* Entries that no consumer of this test is interested in, with ids from the sequence or from `first_id`. */
static void entries_add(struct foreign *foreign, int count, int64_t first_id)
{
    char sql[3 * TEXT_SIZE];
    snprintf(sql, sizeof(sql),
             "INSERT INTO \"AuditLogs\" (%s\"action\", \"resource\", \"resourceId\", \"createdAt\", \"updatedAt\") "
             "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < %d) "
             "SELECT %s'update', 'bookings', i, \"createdAt\", \"updatedAt\" FROM n, \"Venues\" WHERE \"id\" = 1",
             first_id ? "\"id\", " : "", count,
             first_id ? arena_printf(run_arena, "%lld + i, ", (long long)first_id).p : "");
    foreign_run(foreign, sql);
}

/* A command that reads keeps other writers out, so one read does not search everything since a long transaction began.
 */
static void a_long_transaction_is_searched_for_in_steps(void **state)
{
    enum { OTHERS = 25000 };
    struct foreign slow, fast;
    if (fixture->dialect == DIALECT_SQLITE) return; /* it has one write transaction at a time */
    (void)state;
    consume_all(&applying, NULL);
    foreign_open(fixture, &slow);
    foreign_open(fixture, &fast);
    foreign_begin(&slow);
    venue_update(&slow, 1);
    entries_add(&fast, OTHERS, 0);
    venue_update(&fast, 2);
    consume_all(&applying, NULL);
    assert_int_equal(effects(), VENUES + 1);
    for (int i = 0; i < 3; i++) consume_all(&applying, NULL);
    venue_update(&fast, 2);
    assert_int_equal(consume_all(&applying, NULL), 1); /* what came before is not searched while the other is open */
    foreign_run(&slow, "COMMIT");
    int reads = consume_all(&applying, NULL);
    assert_in_range(reads, 3, 4);
    assert_each_once_in_order();
    foreign_close(&slow);
    foreign_close(&fast);
}

/* A position remembers above which id the entries of a running transaction are, for a bounded number of them. */
static void many_transactions_may_run(void **state)
{
    enum { OPEN = 40, PRIME = 17 };
    struct foreign open[OPEN];
    if (fixture->dialect == DIALECT_SQLITE) return; /* it has one write transaction at a time */
    (void)state;
    for (int i = 0; i < OPEN; i += VENUES)
        assert_int_equal(fixture_run(fixture, &fixture->system, make_venues, NULL), OK);
    consume_all(&applying, NULL);
    for (int i = 0; i < OPEN; i++) {
        foreign_open(fixture, &open[i]);
        foreign_begin(&open[i]);
        venue_update(&open[i], 1 + i);
        venue_update(&open[0], 1);
        consume_all(&applying, NULL);
    }
    for (int i = 0; i < OPEN; i++) {
        struct foreign *foreign = &open[i * PRIME % OPEN];
        foreign_run(foreign, "COMMIT");
        foreign_close(foreign);
        assert_each_once_in_order();
    }
}

static void a_log_can_be_empty_at_first(void **state)
{
    (void)state;
    consume_all(&applying, NULL);
    assert_int_equal(fixture_run(fixture, &fixture->system, make_venues, NULL), OK);
    assert_each_once_in_order();
    assert_int_equal(effects(), VENUES);
}

static void an_id_that_another_client_chose_hides_no_entry(void **state)
{
    (void)state;
    struct foreign foreign;
    foreign_open(fixture, &foreign);
    for (int64_t id = 1000000; id <= 3000000; id += 1000000) {
        entries_add(&foreign, 1, id);
        assert_each_once_in_order();
        for (int i = 0; i < 3; i++) {
            venue_update(&foreign, 1);
            assert_each_once_in_order();
        }
    }
    foreign_close(&foreign);
}

/* A consumer of its own, without a row in JobCursors. */
static struct {
    struct foreign foreign;
    str position;
    size_t seen;
} own;

/* Reads the changes in a transaction that has a number already, after one with a higher number was committed, and then
 * changes a row. */
static err read_then_change(struct unit *unit, const struct input *input, struct result *ret)
{
    struct venue *venue;
    struct changes changes;
    (void)input;
    (void)ret;
    err e = unit_get(unit, ENTITY_venue, 1, &venue);
    if (e) return e;
    foreign_begin(&own.foreign);
    venue_update(&own.foreign, 2);
    foreign_run(&own.foreign, "COMMIT");
    e = unit_read_changes(unit, own.position, CHANGES_OF(venue), &changes);
    if (e) return e;
    own.seen += changes.count;
    own.position = arena_copy(fixture->arena, changes.position);
    venue->capacity++;
    unit_changed(unit, venue);
    return OK;
}

/* Returns whether the position moved. */
static bool read_the_rest(void)
{
    struct reader *reader;
    struct changes changes = {.more = true};
    bool moved = false;
    assert_int_equal(reader_open(fixture->store, &reader), OK);
    while (changes.more) {
        assert_int_equal(reader_begin(reader, &system_actor), OK);
        assert_int_equal(reader_read_changes(reader, own.position, CHANGES_OF(venue), fixture->arena, &changes), OK);
        reader_end(reader);
        own.seen += changes.count;
        own.position = changes.position;
        moved |= changes.moved;
    }
    reader_close(reader);
    return moved;
}

static void changes_of_the_reading_transaction_come_later(void **state)
{
    (void)state;
    struct command_run run = {.function = read_then_change, .input = {.version = VERSION_ANY}};
    if (fixture->dialect == DIALECT_SQLITE) return; /* it has one write transaction at a time */
    own.seen = 0;
    assert_int_equal(changes_begin(fixture->store, CHANGES_FIRST, fixture->arena, &own.position), OK);
    read_the_rest();
    foreign_open(fixture, &own.foreign);
    assert_int_equal(command_run_wait(fixture->store, &run), OK);
    foreign_close(&own.foreign);
    read_the_rest();
    read_the_rest();
    assert_int_equal(own.seen, entries());
}

/* Saving a position is a transaction, which must not be a reason to move it again. */
static void a_position_rests_when_nothing_is_written(void **state)
{
    enum { READS = 4 };
    (void)state;
    struct foreign open = {0}, other;
    bool is_cluster = fixture->dialect == DIALECT_POSTGRES;
    own.seen = 0;
    assert_int_equal(changes_begin(fixture->store, CHANGES_FIRST, fixture->arena, &own.position), OK);
    foreign_open(fixture, &other);
    venue_update(&other, 1);
    if (is_cluster) foreign_open(fixture, &open);
    if (is_cluster) foreign_begin(&open);
    if (is_cluster) venue_update(&open, 2);
    for (int i = 0; i < READS; i++) {
        (void)read_the_rest();
        foreign_run(&other, "UPDATE \"JobCursors\" SET \"name\" = \"name\"");
        if (is_cluster) foreign_run(&other, "SELECT pg_current_xact_id()");
    }
    assert_false(read_the_rest());
    if (is_cluster) foreign_run(&open, "COMMIT");
    assert_int_equal(read_the_rest(), is_cluster);
    assert_int_equal(own.seen, entries());
    foreign_close(&open);
    foreign_close(&other);
}

static void more_than_a_page_is_read_in_pages(void **state)
{
    (void)state;
    struct foreign foreign;
    bool more = true;
    int reads = 0;
    foreign_open(fixture, &foreign);
    consume_all(&applying, NULL);
    foreign_begin(&foreign);
    for (int i = 0; i < 2 * CHANGES_MAX + 1; i++) venue_update(&foreign, 1 + i % VENUES);
    foreign_run(&foreign, "COMMIT");
    foreign_close(&foreign);
    for (; more; reads++) {
        int64_t before = effects();
        assert_int_equal(consume(&applying, NULL, &more), OK);
        assert_true(effects() - before <= CHANGES_MAX);
    }
    assert_int_equal(reads, 3);
    assert_each_once_in_order();
}

static void a_cursor_can_begin_with_what_comes(void **state)
{
    (void)state;
    struct foreign foreign;
    struct job_row row = applying;
    row.start = CHANGES_NOW;
    consume_all(&row, NULL);
    assert_int_equal(effects(), 0);
    foreign_open(fixture, &foreign);
    venue_update(&foreign, 1);
    consume_all(&row, NULL);
    assert_int_equal(effects(), 1);
    int64_t writes = number("SELECT max(\"id\") FROM \"AuditLogs\"");
    consume_all(&row, NULL);
    assert_int_equal(effects(), 1);
    assert_int_equal(number("SELECT max(\"id\") FROM \"AuditLogs\""), writes);
    foreign_close(&foreign);
}

static void changes_of_other_entities_are_left_out(void **state)
{
    (void)state;
    struct job_row row = applying;
    row.entities = CHANGES_OF(booking);
    consume_all(&row, NULL);
    assert_int_equal(effects(), 0);
}

/* As after a dump was restored elsewhere: entries whose transactions mean nothing, a position of another database. */
static void a_cursor_of_another_database_goes_on_behind_its_floor(void **state)
{
    (void)state;
    struct foreign foreign;
    consume_all(&applying, NULL);
    foreign_open(fixture, &foreign);
    if (foreign.pg)
        foreign_run(&foreign, "SET session_replication_role TO replica; UPDATE \"AuditLogs\" SET \"transactionId\" = "
                              "'99999999999'; SET session_replication_role TO DEFAULT");
    foreign_run(&foreign, "UPDATE \"JobCursors\" SET \"position\" = '4 1/2 10:10: 90:95:91 4 5 5 20 3'");
    foreign_run(&foreign, "DELETE FROM \"IdempotencyKeys\" WHERE \"scope\" IN ('entry-5', 'entry-6')");
    venue_update(&foreign, 1);
    assert_each_once_in_order();
    venue_update(&foreign, 1);
    assert_each_once_in_order();
    foreign_close(&foreign);
}

/* --- a process that is killed ------------------------------------------------------------------------------------- */

static str delivered_path(void)
{
    return arena_printf(fixture->arena, "%s/delivered", fixture->folder);
}

/* Something outside of the database that cannot be rolled back. */
static err deliver(const struct job_context *context, const struct changes *changes)
{
    char line[TEXT_SIZE];
    int file = open(delivered_path().p, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    assert_true(file >= 0);
    assert_false(job_stopping(context));
    for (size_t i = 0; i < changes->count; i++) {
        int n = snprintf(line, sizeof(line), "%lld\n", (long long)changes->entries[i]->id);
        assert_int_equal(write(file, line, (size_t)n), n);
    }
    close(file);
    return OK;
}

static void die(void)
{
    raise(SIGKILL);
}

static err effects_write_and_die(struct unit *unit, const struct changes *changes)
{
    err e = effects_write(unit, changes);
    if (!e) die();
    return e;
}

static err deliver_and_die(const struct job_context *context, const struct changes *changes)
{
    err e = deliver(context, changes);
    if (!e) die();
    return e;
}

/* Runs a consumer in a process of its own, which is killed at the latest when all is consumed. */
static void consume_and_die(const struct job_row *row)
{
    int status;
    store_close(fixture->store);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        struct reader *reader;
        store_again();
        if (reader_open(fixture->store, &reader) == OK) consume_all(row, reader);
        die();
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
    store_again();
}

static void effects_survive_kills_exactly_once(void **state)
{
    (void)state;
    struct job_row dying = applying;
    dying.function.apply = effects_write_and_die;
    consume_and_die(&dying);
    assert_int_equal(effects(), 0);
    consume_and_die(&applying);
    assert_int_equal(effects(), VENUES);
    consume_and_die(&dying); /* finds nothing, so that only the end kills it */
    assert_each_once_in_order();
}

/* How often the file has each entry. */
static void deliveries_count(int counts[VENUES + 1])
{
    long long id;
    FILE *file = fopen(delivered_path().p, "re");
    assert_non_null(file);
    memset(counts, 0, (VENUES + 1) * sizeof(counts[0]));
    while (fscanf(file, "%lld", &id) == 1) {
        assert_in_range(id, 1, VENUES);
        counts[id]++;
    }
    fclose(file);
}

static void deliveries_survive_kills_at_least_once(void **state)
{
    (void)state;
    int counts[VENUES + 1];
    struct job_row delivering = {.name = "delivering",
                                 .kind = JOB_deliver,
                                 .function.deliver = deliver_and_die,
                                 .start = CHANGES_FIRST,
                                 .entities = CHANGES_OF(venue)};
    consume_and_die(&delivering);
    deliveries_count(counts);
    for (int id = 1; id <= VENUES; id++) assert_int_equal(counts[id], 1);
    delivering.function.deliver = deliver;
    consume_and_die(&delivering);
    consume_and_die(&delivering);
    deliveries_count(counts);
    for (int id = 1; id <= VENUES; id++) assert_int_equal(counts[id], 2);
}

/* --- another node ------------------------------------------------------------------------------------------------- */

static err cursor_take(struct unit *unit, void *context)
{
    (void)context;
    struct job_cursor *cursor;
    struct value name = {.text = STR("delivering")};
    err e = unit_find(unit, FIELD_OF(job_cursor, name), ENTITY_job_cursor, name, &cursor);
    if (e) return e;
    cursor->position = STR("of another node");
    unit_changed(unit, cursor);
    return OK;
}

static err deliver_and_lose_the_cursor(const struct job_context *context, const struct changes *changes)
{
    err e = deliver(context, changes);
    return e ? e : fixture_run(fixture, &fixture->system, cursor_take, NULL);
}

/* A node that is no longer the leader, and does not know it yet, leaves the cursor to the one that is. */
static void a_cursor_that_another_node_moved_stays(void **state)
{
    (void)state;
    struct reader *reader;
    bool more;
    const struct job_row row = {.name = "delivering",
                                .kind = JOB_deliver,
                                .function.deliver = deliver_and_lose_the_cursor,
                                .start = CHANGES_FIRST,
                                .entities = CHANGES_OF(venue)};
    assert_int_equal(reader_open(fixture->store, &reader), OK);
    assert_int_equal(consume(&row, reader, &more), OK); /* begins */
    assert_int_equal(consume(&row, reader, &more), ERR_STATE_CONFLICT);
    assert_int_equal(number("SELECT count(*) FROM \"JobCursors\" WHERE \"position\" = 'of another node'"), 1);
    reader_close(reader);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(each_entry_is_read_once_while_others_write, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_late_commit_is_not_skipped_and_holds_up_nothing, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_long_transaction_is_searched_for_in_steps, set_up, tear_down),
        cmocka_unit_test_setup_teardown(many_transactions_may_run, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_log_can_be_empty_at_first, set_up_empty, tear_down),
        cmocka_unit_test_setup_teardown(an_id_that_another_client_chose_hides_no_entry, set_up, tear_down),
        cmocka_unit_test_setup_teardown(changes_of_the_reading_transaction_come_later, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_position_rests_when_nothing_is_written, set_up, tear_down),
        cmocka_unit_test_setup_teardown(more_than_a_page_is_read_in_pages, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_cursor_can_begin_with_what_comes, set_up, tear_down),
        cmocka_unit_test_setup_teardown(changes_of_other_entities_are_left_out, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_cursor_of_another_database_goes_on_behind_its_floor, set_up, tear_down),
        cmocka_unit_test_setup_teardown(effects_survive_kills_exactly_once, set_up, tear_down),
        cmocka_unit_test_setup_teardown(deliveries_survive_kills_at_least_once, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_cursor_that_another_node_moved_stays, set_up, tear_down),
    };
    log_set_level(LOG_SILENT);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
