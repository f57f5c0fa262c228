/* Retention: 60 days with a base each, pruned every day; each commit of the days that are kept can be restored. */
#include "archive_fixture.h"

#include "archive/prune.h"

enum { DAYS = 60, KEEP_DAYS = 35, COMMITS = 2 };

#define DAY INT64_C(86400000)

static struct fixture fixture;
static struct arena *arena; /* of one step */

static int begin(void **state)
{
    (void)state;
    fixture_open(&fixture, 11, FIXTURE_PAGES);
    arena = arena_new(FIXTURE_ARENA_MAX);
    return 0;
}

static int end(void **state)
{
    (void)state;
    fixture_close(&fixture);
    arena_free(arena);
    return 0;
}

static struct catalog *catalog_now(void)
{
    str reason = STR("");
    struct catalog *catalog;
    err e = catalog_read(fixture.place, &fixture.key, arena, &reason, &catalog);
    if (e) fail_msg("%.*s", STR_ARG(reason));
    return catalog;
}

static err prune(int64_t since_ms, size_t *ret_planned, str *ret_reason)
{
    size_t removed = 0;
    struct prune_plan plan;
    struct catalog *catalog = catalog_now();
    err e = prune_plan(catalog, since_ms, arena, ret_reason, &plan);
    if (!e) e = prune_run(catalog, &plan, arena, ret_reason, &removed);
    *ret_planned = plan.count;
    if (!e) assert_int_equal(removed, plan.count);
    return e;
}

static err find(struct catalog *catalog, struct chain_target target, struct chain **ret_chain)
{
    str reason;
    return chain_find(catalog, &target, NULL, arena, &reason, ret_chain);
}

static bool restorable(struct catalog *catalog, uint64_t commit)
{
    struct chain *chain;
    err e = find(catalog, (struct chain_target){.kind = TARGET_COMMIT, .commit = commit}, &chain);
    if (!e) assert_int_equal(chain->commit, commit);
    return !e;
}

/* One day: a new log, a base, commits. */
static void day(void)
{
    int64_t morning_ms = fixture.time_ms / DAY * DAY + DAY;
    fixture.time_ms = morning_ms;
    fixture_new_log(&fixture);
    fixture_base(&fixture);
    for (int i = 0; i < COMMITS; i++) fixture_commit(&fixture);
    fixture_head(&fixture);
}

static size_t files_now(void)
{
    struct place_file *files;
    size_t count;
    assert_int_equal(fixture.place->kind->list(fixture.place, arena, &files, &count), OK);
    return count;
}

/* Of the commits since then the oldest, and from there on each n-th. */
static void all_restorable(struct catalog *catalog, int64_t since_ms, uint64_t n)
{
    uint64_t oldest = 1;
    while (fixture.times[oldest] < since_ms) oldest++;
    for (uint64_t commit = oldest; commit <= fixture.commit; commit += n) {
        if (!restorable(catalog, commit)) fail_msg("commit %llu", (unsigned long long)commit);
    }
}

static void sixty_days(void **state)
{
    (void)state;
    size_t planned, most = 0;
    str reason;
    for (int i = 1; i <= DAYS; i++) {
        day();
        int64_t since_ms = fixture.time_ms - KEEP_DAYS * DAY;
        assert_int_equal(prune(since_ms, &planned, &reason), OK);
        struct catalog *catalog = catalog_now();
        all_restorable(catalog, since_ms, i == DAYS ? 1 : KEEP_DAYS / 2);
        struct chain *chain;
        if (i > KEEP_DAYS + 1)
            assert_int_equal(find(catalog, (struct chain_target){.kind = TARGET_TIME, .time_ms = since_ms}, &chain),
                             OK);
        if (files_now() > most) most = files_now();
        arena_reset(arena);
    }
    assert_false(restorable(catalog_now(), 1));
    assert_true(most <= 3 * (KEEP_DAYS + 2) + 1); /* three files a day, and the head */
    assert_int_equal(prune(fixture.time_ms - KEEP_DAYS * DAY, &planned, &reason), OK);
    assert_int_equal(planned, 0); /* nothing is left to do */
}

static void the_only_base_is_kept(void **state)
{
    (void)state;
    size_t planned;
    str reason;
    day();
    assert_int_equal(prune(fixture.time_ms + 100 * DAY, &planned, &reason), OK);
    assert_int_equal(planned, 0);
    assert_true(restorable(catalog_now(), 1));
    /* Nor is anything removed while no base is old enough. */
    day();
    assert_int_equal(prune(1, &planned, &reason), OK);
    assert_int_equal(planned, 0);
}

static void a_damaged_base_is_none(void **state)
{
    (void)state;
    size_t planned;
    str reason = STR("");
    char name[ARCHIVE_NAME_SIZE];
    for (int i = 0; i < 3; i++) day();
    archive_name(ARCHIVE_BASE, 1, fixture.bases[2], name);
    int file = open(fixture_path(&fixture, name), O_WRONLY);
    assert_true(file >= 0 && pwrite(file, "damaged", 7, 5000) == 7);
    close(file);
    size_t before = files_now();
    /* Its content is damaged: nothing is removed because of it. */
    assert_int_equal(prune(fixture.time_ms, &planned, &reason), ERR_INVALID);
    assert_true(planned > 0 && memmem(reason.p, reason.n, "damaged", 7) != NULL);
    assert_int_equal(files_now(), before);
    /* It is shorter than its manifest says: the one before is kept. */
    assert_int_equal(truncate(fixture_path(&fixture, name), 4096), 0);
    assert_int_equal(prune(fixture.time_ms, &planned, &reason), OK);
    assert_true(planned > 0 && restorable(catalog_now(), fixture.commit) && restorable(catalog_now(), COMMITS + 1));
}

static void an_interrupted_copy_is_removed(void **state)
{
    (void)state;
    size_t planned;
    str reason;
    char name[ARCHIVE_NAME_SIZE];
    for (int i = 0; i < 3; i++) day();
    archive_name(ARCHIVE_MANIFEST, 1, fixture.bases[0], name);
    assert_int_equal(unlink(fixture_path(&fixture, name)), 0); /* as by a run that was killed */
    archive_name(ARCHIVE_BASE, 1, fixture.commit, name);       /* one that is being made */
    assert_int_equal(fixture.place->kind->append(fixture.place, name, 0, STR("the beginning")), OK);
    assert_int_equal(fixture.place->kind->sync(fixture.place, name), OK);
    assert_int_equal(prune(fixture.time_ms, &planned, &reason), OK);
    assert_int_equal(access(fixture_path(&fixture, name), F_OK), 0);
    archive_name(ARCHIVE_BASE, 1, fixture.bases[0], name);
    assert_int_not_equal(access(fixture_path(&fixture, name), F_OK), 0);
}

/* Restored to a commit of the first epoch: the later ones of that epoch are abandoned. */
static void an_abandoned_history_is_kept_as_long(void **state)
{
    (void)state;
    size_t planned;
    str reason;
    char abandoned[ARCHIVE_NAME_SIZE], segment[ARCHIVE_NAME_SIZE];
    day();
    struct archive_hash hash = fixture.hash;
    uint64_t parting = fixture.commit;
    day();
    archive_name(ARCHIVE_SEGMENT, 1, parting + 1, segment);
    fixture_base(&fixture);
    archive_name(ARCHIVE_BASE, 1, fixture.commit, abandoned);
    int64_t then_ms = fixture.time_ms;
    fixture.commit = parting;
    fixture.hash = hash;
    fixture.origin.epoch = 2;
    fixture.gap = true;
    for (int i = 0; i < 3; i++) day();
    assert_int_equal(prune(then_ms, &planned, &reason), OK);
    assert_int_equal(access(fixture_path(&fixture, abandoned), F_OK), 0);
    assert_int_equal(access(fixture_path(&fixture, segment), F_OK), 0);
    assert_int_equal(prune(fixture.time_ms, &planned, &reason), OK);
    assert_true(planned > 0 && restorable(catalog_now(), fixture.commit));
    assert_int_not_equal(access(fixture_path(&fixture, abandoned), F_OK), 0);
    assert_int_not_equal(access(fixture_path(&fixture, segment), F_OK), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(sixty_days, begin, end),
        cmocka_unit_test_setup_teardown(the_only_base_is_kept, begin, end),
        cmocka_unit_test_setup_teardown(a_damaged_base_is_none, begin, end),
        cmocka_unit_test_setup_teardown(an_interrupted_copy_is_removed, begin, end),
        cmocka_unit_test_setup_teardown(an_abandoned_history_is_kept_as_long, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
