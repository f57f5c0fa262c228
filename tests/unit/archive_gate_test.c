/* The gate of checkpoints: none runs while the database file is copied, unless it must; then the copy is no longer
 * valid. */
#include "unit.h"

#include "archive/gate.h"
#include "base/random.h"

static char folder[64];
static struct arena *arena;
static struct spool *spool;
static struct gate gate;

static int begin(void **state)
{
    (void)state;
    str reason = STR_NONE;
    random_start();
    strcpy(folder, "/tmp/boxoffice-gate-XXXXXX");
    assert_non_null(mkdtemp(folder));
    arena = arena_new(1 << 20);
    assert_int_equal(spool_open(arena_printf(arena, "%s/spool", folder), 1 << 30, arena, &reason, &spool), OK);
    gate_init(&gate);
    return 0;
}

static int end(void **state)
{
    (void)state;
    gate_end(&gate);
    spool_close(spool);
    spool_remove(arena_printf(arena, "%s/spool", folder));
    assert_int_equal(rmdir(folder), 0);
    arena_free(arena);
    return 0;
}

static void add_record(void)
{
    unsigned char frame[FRAME_HEADER_SIZE + 512] = {1};
    struct spool_commit commit = {.page_size = 512, .database_pages = 1, .last = {.frame = 1}};
    assert_int_equal(spool_frames(spool, &commit, (str){(const char *)frame, sizeof(frame)}), OK);
    assert_int_equal(spool_record(spool, &commit), OK);
}

static void know(void)
{
    struct spool_end last = spool_end(spool);
    gate_moved(&gate, &last);
}

static void a_copy_begins_when_the_content_of_the_file_is_known(void **state)
{
    (void)state;
    struct gate_hold hold;
    add_record();
    assert_false(gate_awaited(&gate));
    assert_false(gate_hold(&gate, spool, &hold));
    assert_true(gate_awaited(&gate)); /* a checkpoint of all of the log makes it known */
    assert_int_equal(gate_after(&gate), 0);
    know();
    assert_false(gate_awaited(&gate));
    assert_true(gate_hold(&gate, spool, &hold));
    assert_int_equal(gate_after(&gate), 1);
    assert_int_equal(hold.after.commit, 1);
    assert_int_equal(hold.least.commit, 1);
    gate_release(&gate, &hold);
}

static void no_copy_begins_between_a_gap_and_the_commit_after_it(void **state)
{
    (void)state;
    struct gate_hold hold;
    know(); /* of an archive that is new: a gap, and no commit yet */
    assert_false(gate_hold(&gate, spool, &hold));
    add_record();
    assert_true(gate_hold(&gate, spool, &hold));
    assert_true(hold.after.gap_after);
    assert_int_equal(hold.after.commit, 0);
    assert_int_equal(hold.least.commit, 1);
    gate_release(&gate, &hold);
}

static void no_checkpoint_runs_while_a_copy_is_made(void **state)
{
    (void)state;
    struct gate_hold one, other;
    add_record();
    know();
    assert_true(gate_hold(&gate, spool, &one));
    assert_true(gate_hold(&gate, spool, &other));
    assert_false(gate_enter(&gate, false));
    gate_release(&gate, &one);
    assert_false(gate_enter(&gate, false));
    assert_true(gate_holds(&gate, &other));
    gate_release(&gate, &other);
    assert_true(gate_enter(&gate, false));
    gate_leave(&gate);
}

static void a_checkpoint_that_must_run_ends_the_copies(void **state)
{
    (void)state;
    struct gate_hold before, after;
    add_record();
    know();
    assert_true(gate_hold(&gate, spool, &before));
    assert_true(gate_enter(&gate, true));
    gate_leave(&gate);
    assert_false(gate_holds(&gate, &before));
    assert_true(gate_hold(&gate, spool, &after));
    gate_release(&gate, &before); /* ends no other hold */
    assert_false(gate_enter(&gate, false));
    assert_true(gate_holds(&gate, &after));
    gate_break(&gate);
    assert_false(gate_holds(&gate, &after));
    assert_true(gate_enter(&gate, false));
    gate_leave(&gate);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_copy_begins_when_the_content_of_the_file_is_known, begin, end),
        cmocka_unit_test_setup_teardown(no_copy_begins_between_a_gap_and_the_commit_after_it, begin, end),
        cmocka_unit_test_setup_teardown(no_checkpoint_runs_while_a_copy_is_made, begin, end),
        cmocka_unit_test_setup_teardown(a_checkpoint_that_must_run_ends_the_copies, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
