/* The archive of an embedded database: whatever happens to the process, to the log or to a place, every commit is in
 * the archive once, or a gap is noticed and a new base made. Each test restores what the place has and counts.
 * ARCHIVE_KILLS in the environment says how often a process is killed (default: 8). */
#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "archive/restore.h"
#include "base/clock.h"
#include "base/random.h"
#include "store/engine/database.h"
#include "store/store_private.h"

enum { KILLS = 8, ARENA_SIZE = 256 << 20, WAIT_MS = 20000 };

static struct world {
    char folder[64];
    struct settings settings;
    struct arena *arena;
    struct arena *scratch; /* of one restore */
} world;

/* --- a disk that fails -------------------------------------------------------------------------------------------- */

/* Part of the path of files that cannot be written or synchronised; NULL: all can. */
static const char *_Atomic unwritable, *_Atomic unsynced;

ssize_t __real_pwrite64(int handle, const void *bytes, size_t size, off_t offset);
int __real_fdatasync(int handle);
ssize_t __wrap_pwrite64(int handle, const void *bytes, size_t size, off_t offset);
int __wrap_fdatasync(int handle);

static bool is_in(int handle, const char *part)
{
    char link[64], path[512] = "";
    if (!part) return false;
    snprintf(link, sizeof(link), "/proc/self/fd/%d", handle);
    ssize_t n = readlink(link, path, sizeof(path) - 1);
    return n > 0 && strstr(path, part);
}

ssize_t __wrap_pwrite64(int handle, const void *bytes, size_t size, off_t offset)
{
    if (!is_in(handle, unwritable)) return __real_pwrite64(handle, bytes, size, offset);
    errno = ENOSPC;
    return -1;
}

int __wrap_fdatasync(int handle)
{
    if (!is_in(handle, unsynced)) return __real_fdatasync(handle);
    errno = EIO;
    return -1;
}

/* --- the world ---------------------------------------------------------------------------------------------------- */

static str path_of(const char *name)
{
    return arena_printf(world.arena, "%s/%s", world.folder, name);
}

static void remove_all(const char *folder)
{
    char command[128];
    snprintf(command, sizeof(command), "rm -rf '%s'", folder);
    pid_t child = fork();
    if (child == 0) {
        execl("/bin/sh", "sh", "-c", command, (char *)NULL);
        _exit(127);
    }
    waitpid(child, NULL, 0);
}

static int begin(void **state)
{
    (void)state;
    random_start();
    unwritable = unsynced = NULL;
    strcpy(world.folder, "/tmp/boxoffice-archive-XXXXXX");
    assert_non_null(mkdtemp(world.folder));
    world.arena = arena_new(ARENA_SIZE);
    world.scratch = arena_new(ARENA_SIZE);
    settings_defaults(&world.settings, world.arena);
    world.settings.storage = path_of("test.db");
    world.settings.key_file = path_of("test.db.key");
    world.settings.backup_to = path_of("place");
    return 0;
}

static int end(void **state)
{
    (void)state;
    remove_all(world.folder);
    arena_free(world.scratch);
    arena_free(world.arena);
    return 0;
}

/* --- the database ------------------------------------------------------------------------------------------------- */

static struct store *open_with(const struct settings *settings)
{
    struct store *store;
    str reason = STR_NONE;
    err e = store_open(settings, true, world.arena, &reason, &store);
    if (e) fail_msg("%.*s", STR_ARG(reason));
    return store;
}

static struct store *open_store(void)
{
    return open_with(&world.settings);
}

static struct store *open_shipping(void)
{
    struct store *store = open_store();
    assert_int_equal(store_archive_start(store), OK);
    return store;
}

static void run_sql(struct store *store, const char *sql)
{
    str reason = STR_NONE;
    struct store_access access = store_enter(store);
    err e = access.engine->execute(access.connection, str_of(sql), world.scratch, &reason);
    store_leave(store);
    if (e) fail_msg("%s: %.*s", sql, STR_ARG(reason));
}

static int64_t number_of(struct store *store, const char *sql)
{
    bool row = false;
    struct statement *statement;
    struct store_access access = store_enter(store);
    err e = access.engine->prepare(access.connection, str_of(sql), &statement);
    if (!e) e = access.engine->step(statement, &row);
    int64_t number = row ? access.engine->column_int(statement, 0) : -1;
    access.engine->finish(statement);
    store_leave(store);
    assert_int_equal(e, OK);
    return number;
}

static const char TABLES[] = "BEGIN; CREATE TABLE Count (n); INSERT INTO Count VALUES (0); CREATE TABLE Probe (id "
                             "INTEGER PRIMARY KEY, text); COMMIT";

/* One commit, of a few pages or of several hundred. */
static void commit_once(struct store *store, int i)
{
    run_sql(store, i % 17 == 16  ? "BEGIN; UPDATE Count SET n = n + 1; DELETE FROM Probe WHERE id % 2; COMMIT"
                   : i % 10 == 9 ? "BEGIN; UPDATE Count SET n = n + 1; INSERT INTO Probe (text) VALUES "
                                   "(hex(randomblob(400000))); COMMIT"
                   : i % 3 == 0  ? "BEGIN; UPDATE Count SET n = n + 1; COMMIT"
                                 : "BEGIN; UPDATE Count SET n = n + 1; INSERT INTO Probe (text) VALUES "
                                   "(hex(randomblob(6000))); COMMIT");
}

static int64_t count_of(struct store *store)
{
    return number_of(store, "SELECT n FROM Count");
}

static int checkpoint(struct store *store)
{
    uint64_t frames;
    struct store_access access = store_enter(store);
    int made = access.engine->database->checkpoint(access.connection, true, &frames);
    store_leave(store);
    return made;
}

/* --- the place ---------------------------------------------------------------------------------------------------- */

struct archived {
    struct place *place;
    struct catalog *catalog;
    uint64_t first, last; /* commits that can be restored */
};

static struct archived archive_open(str address)
{
    struct archived archived = {0};
    struct signing_key key;
    str reason = STR_NONE;
    arena_reset(world.scratch);
    err e = signing_key_read(&world.settings, world.scratch, &reason, &key);
    if (!e) e = place_open(&(struct place_opening){.address = address}, world.scratch, &reason, &archived.place);
    if (!e) e = catalog_read(archived.place, &key, world.scratch, &reason, &archived.catalog);
    if (e) fail_msg("%.*s", STR_ARG(reason));
    assert_true(archived.catalog->has_head && archived.catalog->base_count > 0);
    archived.first = archived.catalog->bases[0].least;
    archived.last = archived.catalog->head.commit;
    return archived;
}

/* What a query returns in the state after a commit. */
static int64_t restored_number(const struct archived *archived, uint64_t commit, const char *sql)
{
    struct chain_target target = {.kind = TARGET_COMMIT, .commit = commit};
    struct settings settings = world.settings;
    struct chain *chain;
    str reason = STR_NONE;
    settings.storage = path_of("restored.db");
    settings.backup_to = STR("");
    err e = chain_find(archived->catalog, &target, NULL, world.scratch, &reason, &chain);
    if (!e) e = restore_write(chain, settings.storage.p, NULL, world.scratch, &reason);
    if (e) fail_msg("commit %llu: %.*s", (unsigned long long)commit, STR_ARG(reason));
    struct store *store = open_with(&settings);
    assert_int_equal(number_of(store, "SELECT count(*) FROM pragma_integrity_check WHERE integrity_check = 'ok'"), 1);
    int64_t number = number_of(store, sql);
    store_close(store);
    str ignored;
    assert_int_equal(engine_of(&settings)->database->drop(&settings, world.scratch, &ignored), OK);
    return number;
}

static int64_t restored_count(const struct archived *archived, uint64_t commit)
{
    return restored_number(archived, commit, "SELECT n FROM Count");
}

/* Every commit of the archive is one of the test's: the state after commit c has the count c - c0. */
static void assert_exact(const struct archived *archived, int64_t count, int samples)
{
    int64_t before = (int64_t)archived->last - count;
    assert_int_equal(restored_count(archived, archived->last), count);
    for (int i = 0; i < samples; i++) {
        uint64_t first = archived->first > (uint64_t)before ? archived->first : (uint64_t)before;
        uint64_t commit = first + (archived->last - first) * (uint64_t)i / (uint64_t)samples;
        assert_int_equal(restored_count(archived, commit), (int64_t)commit - before);
    }
}

/* Waits until the place has everything. */
static void wait_shipped(struct store *store, size_t place)
{
    struct place_state state;
    int64_t until_ms = clock_monotonic_ms() + WAIT_MS;
    do {
        usleep(20000);
        assert_true(store_archive_state(store, place, &state));
        assert_true(clock_monotonic_ms() < until_ms);
    } while (state.lag_ms > 0 || state.base_age_ms < 0 || state.failing);
}

/* --- tests -------------------------------------------------------------------------------------------------------- */

static void every_commit_can_be_restored(void **state)
{
    (void)state;
    struct store *store = open_shipping();
    run_sql(store, TABLES);
    int vacuums = 0;
    for (int i = 0; i < 60; i++) {
        commit_once(store, i);
        if (i % 25 == 24) checkpoint(store);
        if (i == 40) {
            wait_shipped(store, 0);
            run_sql(store, "VACUUM");
            vacuums++;
        }
        if (i == 50) store_archive_request_base(store);
    }
    int64_t count = count_of(store);
    store_close(store);
    struct archived archived = archive_open(world.settings.backup_to);
    assert_true(archived.last >= 61);
    assert_int_equal(restored_count(&archived, archived.last), count);
    int64_t previous = restored_count(&archived, archived.last - 20), same = 0;
    for (uint64_t commit = archived.last - 19; commit <= archived.last; commit++) {
        int64_t next = restored_count(&archived, commit);
        assert_true(next == previous || next == previous + 1);
        same += next == previous;
        previous = next;
    }
    assert_int_equal(same, vacuums);
    place_close(archived.place);
}

/* A child makes commits until it is killed. It tells through a pipe how many were acknowledged. */
static void live(int report, bool shipping, int random)
{
    struct store *store = shipping ? open_shipping() : open_store();
    for (int i = random;; i++) {
        commit_once(store, i);
        int64_t count = count_of(store);
        if (write(report, &count, sizeof(count)) != (ssize_t)sizeof(count)) _exit(2);
        if (i % 7 == 3) checkpoint(store);
        if (shipping && i % 29 == 11) store_archive_request_base(store);
    }
}

static int64_t kill_one(bool shipping, int random)
{
    int ends[2];
    int64_t count = 0, last = 0;
    assert_int_equal(pipe(ends), 0);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        close(ends[0]);
        live(ends[1], shipping, random);
    }
    close(ends[1]);
    int commits = 3 + random % 20;
    for (int i = 0; i < commits && read(ends[0], &count, sizeof(count)) == (ssize_t)sizeof(count); i++) last = count;
    usleep((useconds_t)(random % 5000));
    kill(child, SIGKILL);
    while (read(ends[0], &count, sizeof(count)) == (ssize_t)sizeof(count)) last = count;
    close(ends[0]);
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
    return last;
}

static void killed_processes_leave_no_gap(void **state)
{
    (void)state;
    int kills = getenv("ARCHIVE_KILLS") ? atoi(getenv("ARCHIVE_KILLS")) : KILLS;
    struct store *store = open_shipping();
    run_sql(store, TABLES);
    wait_shipped(store, 0);
    store_close(store);
    int64_t acknowledged = 0;
    for (int i = 0; i < kills; i++) {
        uint32_t random;
        random_bytes(&random, sizeof(random));
        acknowledged = kill_one(i % 4 != 3, (int)(random % 100000));
    }
    store = open_shipping();
    int64_t count = count_of(store);
    assert_true(count >= acknowledged);
    wait_shipped(store, 0);
    store_close(store);
    struct archived archived = archive_open(world.settings.backup_to);
    assert_exact(&archived, count, 5);
    place_close(archived.place);
}

/* Copies what a process that is killed now would leave to the folder `name`, or back. */
static void copy_files(const char *from, const char *to)
{
    char command[512];
    snprintf(command, sizeof(command), "rm -rf %s/%s && mkdir %s/%s && cp -a %s/%s/. %s/%s", world.folder, to,
             world.folder, to, world.folder, from, world.folder, to);
    assert_int_equal(system(command), 0);
}

static void copy_spool(const char *from, const char *to)
{
    char command[512];
    snprintf(command, sizeof(command), "rm -rf %s/%s/test.db.archive && cp -a %s/%s/test.db.archive %s/%s/",
             world.folder, to, world.folder, from, world.folder, to);
    assert_int_equal(system(command), 0);
}

static void database_in_folder(void)
{
    assert_int_equal(mkdir(path_of("live").p, 0700), 0);
    world.settings.storage = path_of("live/test.db");
    world.settings.key_file = path_of("live/test.db.key");
}

static void assert_no_gap(int64_t count)
{
    struct store *store = open_shipping();
    assert_int_equal(count_of(store), count);
    wait_shipped(store, 0);
    store_close(store);
    struct archived archived = archive_open(world.settings.backup_to);
    assert_int_equal(archived.catalog->base_count, 1); /* after a gap there would be another one */
    assert_exact(&archived, count, 5);
    place_close(archived.place);
}

/* The first commit after a checkpoint begins a log; the process is killed before it is in the spool. */
static void a_log_that_begins_when_the_process_is_killed_is_the_next_one(void **state)
{
    (void)state;
    database_in_folder();
    struct store *store = open_shipping();
    run_sql(store, TABLES);
    for (int i = 0; i < 300; i++) run_sql(store, "UPDATE Count SET n = n + 1");
    wait_shipped(store, 0);
    assert_true(checkpoint(store) == 1 || store_counters(store).checkpoints > 0); /* the idle writer may be faster */
    copy_files("live", "before");
    copy_files("place", "place-before"); /* it never has more than was synchronised */
    commit_once(store, 0);
    copy_files("live", "killed");
    store_close(store); /* ships */
    copy_spool("before", "killed");
    copy_files("killed", "live");
    copy_files("place-before", "place");
    assert_no_gap(301);
}

/* What a power cut takes from the spool is still in the log, and is archived with the time of the log. */
static void what_a_power_cut_takes_from_the_spool_is_in_the_log(void **state)
{
    (void)state;
    database_in_folder();
    struct store *store = open_shipping();
    run_sql(store, TABLES);
    wait_shipped(store, 0);
    copy_files("live", "before");
    copy_files("place", "place-before"); /* it never has more than was synchronised */
    for (int i = 0; i < 20; i++) commit_once(store, i);
    copy_files("live", "killed");
    store_close(store); /* ships */
    copy_spool("before", "killed");
    copy_files("killed", "live");
    copy_files("place-before", "place");
    int64_t written_ms = clock_now_ms() - HOUR_MS;
    struct timespec times[2] = {{0}, {.tv_sec = written_ms / 1000}};
    assert_int_equal(utimensat(AT_FDCWD, path_of("live/test.db-wal").p, times, 0), 0);
    int64_t opened_ms = clock_now_ms();
    store = open_shipping();
    wait_shipped(store, 0);
    store_close(store);
    struct archived archived = archive_open(world.settings.backup_to);
    assert_int_equal(restored_count(&archived, archived.last), 20);
    assert_true(archived.catalog->head.time_ms < opened_ms);
    place_close(archived.place);
}

/* The place has all of a segment, and the next one was begun when the process was killed. */
static void the_segment_after_the_last_one_of_a_place_follows(void **state)
{
    (void)state;
    database_in_folder();
    struct store *store = open_shipping();
    run_sql(store, TABLES);
    for (int log = 0; log < 3; log++) {
        for (int i = 0; i < 300; i++) run_sql(store, "UPDATE Count SET n = n + 1");
        wait_shipped(store, 0);
        assert_true(checkpoint(store) == 1 || store_counters(store).checkpoints > 0);
    }
    store_close(store);
    store = open_store(); /* does not ship */
    for (int i = 0; i < 10; i++) commit_once(store, i);
    store_close(store);
    store = open_shipping();
    store_archive_request_base(store);
    wait_shipped(store, 0);
    store_close(store);
    struct archived archived = archive_open(world.settings.backup_to);
    assert_exact(&archived, 910, 8);
    place_close(archived.place);
}

/* While the spool cannot be written, or not synchronised, the log keeps what is not archived: no checkpoint is made. */
static void assert_held(const char *_Atomic *fails)
{
    struct store *store = open_shipping();
    run_sql(store, TABLES);
    wait_shipped(store, 0);
    *fails = ".archive/";
    for (int i = 0; i < 300; i++) run_sql(store, "UPDATE Count SET n = n + 1");
    uint64_t checkpoints = store_counters(store).checkpoints;
    for (int i = 0; i < 3; i++) assert_int_equal(checkpoint(store), 0);
    assert_int_equal(store_counters(store).checkpoints, checkpoints);
    *fails = NULL;
    for (int i = 0; i < 10; i++) commit_once(store, i);
    wait_shipped(store, 0);
    assert_true(checkpoint(store) == 1 || store_counters(store).checkpoints > checkpoints);
    store_close(store);
    struct archived archived = archive_open(world.settings.backup_to);
    assert_int_equal(archived.catalog->base_count, 1); /* there was no gap */
    assert_exact(&archived, 310, 5);
    place_close(archived.place);
}

static void a_spool_that_cannot_be_written_holds_the_log(void **state)
{
    (void)state;
    assert_held(&unwritable);
}

static void a_spool_that_cannot_be_synchronised_holds_the_log(void **state)
{
    (void)state;
    assert_held(&unsynced);
}

static void a_process_that_does_not_archive_leaves_a_gap(void **state)
{
    (void)state;
    struct settings without = world.settings;
    without.backup_to = STR("");
    struct store *store = open_shipping();
    run_sql(store, TABLES);
    for (int i = 0; i < 5; i++) commit_once(store, i);
    store_close(store);
    store = open_with(&without);
    commit_once(store, 0);
    store_close(store);
    store = open_shipping();
    wait_shipped(store, 0);
    commit_once(store, 0);
    wait_shipped(store, 0);
    store_close(store);
    struct archived archived = archive_open(world.settings.backup_to);
    assert_true(archived.catalog->base_count >= 2);
    assert_int_equal(restored_count(&archived, archived.last), 7);
    /* the new base has what was not archived, and a commit of its own comes before it */
    uint64_t after_gap = archived.catalog->bases[archived.catalog->base_count - 1].least;
    assert_int_equal(restored_count(&archived, after_gap), 6);
    assert_int_equal(restored_count(&archived, after_gap - 1), 5);
    place_close(archived.place);
}

/* The child opens the database while the parent has it open. It is forked before, because SQLite's locks belong to a
 * process. */
static pid_t fork_other(int go)
{
    pid_t child = fork();
    if (child != 0) return child;
    char byte;
    if (read(go, &byte, 1) != 1) _exit(2);
    struct store *store = open_store();
    int checkpoints = 0;
    for (int i = 0; i < 20; i++) {
        commit_once(store, i);
        checkpoints += checkpoint(store);
    }
    store_close(store);
    _exit(checkpoints);
}

static void what_another_process_commits_is_archived(void **state)
{
    (void)state;
    int go[2], status;
    assert_int_equal(pipe(go), 0);
    pid_t child = fork_other(go[0]);
    assert_true(child > 0);
    struct store *store = open_shipping();
    run_sql(store, TABLES);
    commit_once(store, 0);
    assert_int_equal(write(go[1], "", 1), 1);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    close(go[0]);
    close(go[1]);
    usleep(1200000); /* the writer is idle, and looks every half second */
    wait_shipped(store, 0);
    struct archived archived = archive_open(world.settings.backup_to);
    assert_exact(&archived, 21, 5);
    store_close(store);
    place_close(archived.place);
}

/* Commands do not ship, so a place lacks what they commit until a server runs. */
static void a_place_that_lags_is_completed(void **state)
{
    (void)state;
    struct store *store = open_shipping();
    run_sql(store, TABLES);
    commit_once(store, 0);
    wait_shipped(store, 0);
    store_close(store);
    for (int process = 0; process < 3; process++) {
        store = open_store();
        for (int i = 0; i < 10; i++) commit_once(store, i);
        store_close(store);
    }
    store = open_shipping();
    for (int i = 0; i < 30; i++) commit_once(store, i);
    int64_t count = count_of(store);
    wait_shipped(store, 0);
    store_close(store);
    struct archived archived = archive_open(world.settings.backup_to);
    assert_int_equal(archived.catalog->base_count, 1);
    assert_exact(&archived, count, 5);
    place_close(archived.place);
}

static void the_backlog_is_bounded(void **state)
{
    (void)state;
    world.settings.backup_backlog_mib = 16;
    struct store *store = open_shipping();
    run_sql(store, TABLES);
    wait_shipped(store, 0);
    store_close(store);
    store = open_store(); /* does not ship */
    for (int i = 0; i < 40; i++) {
        run_sql(store, "BEGIN; UPDATE Count SET n = n + 1; INSERT INTO Probe (text) VALUES (hex(randomblob(400000))); "
                       "DELETE FROM Probe; COMMIT");
        checkpoint(store);
    }
    int64_t count = count_of(store);
    store_close(store);
    store = open_shipping();
    wait_shipped(store, 0);
    store_close(store);
    struct archived archived = archive_open(world.settings.backup_to);
    assert_int_equal(archived.catalog->base_count, 2);
    assert_int_equal(restored_count(&archived, archived.last), count);
    place_close(archived.place);
}

static void a_place_of_another_database_is_refused(void **state)
{
    (void)state;
    struct place_state found;
    struct store *store = open_shipping();
    run_sql(store, TABLES);
    wait_shipped(store, 0);
    store_close(store);
    world.settings.storage = path_of("other.db");
    store = open_shipping();
    run_sql(store, TABLES);
    usleep(1500000);
    assert_true(store_archive_state(store, 0, &found));
    assert_int_equal(found.failing, 1);
    assert_true(found.lag_ms > 0);
    store_close(store);
    world.settings.storage = path_of("test.db");
    struct archived archived = archive_open(world.settings.backup_to);
    assert_int_equal(restored_count(&archived, archived.last), 0);
    place_close(archived.place);
}

static void without_places_nothing_is_archived(void **state)
{
    (void)state;
    world.settings.backup_to = STR("");
    struct place_state found;
    struct store *store = open_shipping();
    run_sql(store, TABLES);
    assert_false(store_archive_state(store, 0, &found));
    store_close(store);
    assert_int_not_equal(access(path_of("test.db.archive").p, F_OK), 0);
}

static void a_plain_database_is_refused(void **state)
{
    (void)state;
    struct store *store;
    str reason = STR_NONE;
    world.settings.cipher = STR("none");
    assert_int_equal(store_open(&world.settings, true, world.arena, &reason, &store), ERR_INTERNAL);
    assert_non_null(strstr(reason.p, "encrypted"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_commit_can_be_restored, begin, end),
        cmocka_unit_test_setup_teardown(killed_processes_leave_no_gap, begin, end),
        cmocka_unit_test_setup_teardown(a_log_that_begins_when_the_process_is_killed_is_the_next_one, begin, end),
        cmocka_unit_test_setup_teardown(what_a_power_cut_takes_from_the_spool_is_in_the_log, begin, end),
        cmocka_unit_test_setup_teardown(the_segment_after_the_last_one_of_a_place_follows, begin, end),
        cmocka_unit_test_setup_teardown(a_spool_that_cannot_be_written_holds_the_log, begin, end),
        cmocka_unit_test_setup_teardown(a_spool_that_cannot_be_synchronised_holds_the_log, begin, end),
        cmocka_unit_test_setup_teardown(a_process_that_does_not_archive_leaves_a_gap, begin, end),
        cmocka_unit_test_setup_teardown(what_another_process_commits_is_archived, begin, end),
        cmocka_unit_test_setup_teardown(a_place_that_lags_is_completed, begin, end),
        cmocka_unit_test_setup_teardown(the_backlog_is_bounded, begin, end),
        cmocka_unit_test_setup_teardown(a_place_of_another_database_is_refused, begin, end),
        cmocka_unit_test_setup_teardown(without_places_nothing_is_archived, begin, end),
        cmocka_unit_test_setup_teardown(a_plain_database_is_refused, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
