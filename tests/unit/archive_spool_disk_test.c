/* The spool of an archive: what it has after it was closed, cut off, or after the disk failed; who may open it; what is
 * removed from it. */
#include "unit.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "archive/spool.h"
#include "archive/spool_scan.h"
#include "base/random.h"

enum { PAGE = 512, FRAME = FRAME_HEADER_SIZE + PAGE, BACKLOG = 64 << 20, BUFFER = 1 << 16 };

static char folder[64];
static str path;
static struct arena *arena;
static struct spool *spool;
static uint32_t log_salt;

/* --- a disk that fails -------------------------------------------------------------------------------------------- */

static int fail_write, fail_sync; /* errno of the next calls; 0: they succeed */

ssize_t __real_pwrite64(int handle, const void *bytes, size_t size, off_t offset);
int __real_fdatasync(int handle);
ssize_t __wrap_pwrite64(int handle, const void *bytes, size_t size, off_t offset);
int __wrap_fdatasync(int handle);

ssize_t __wrap_pwrite64(int handle, const void *bytes, size_t size, off_t offset)
{
    errno = fail_write;
    return fail_write ? -1 : __real_pwrite64(handle, bytes, size, offset);
}

int __wrap_fdatasync(int handle)
{
    errno = fail_sync;
    return fail_sync ? -1 : __real_fdatasync(handle);
}

/* --- the spool of a test ------------------------------------------------------------------------------------------ */

static void open_spool(void)
{
    str reason = STR_NONE;
    err e = spool_open(path, BACKLOG, arena, &reason, &spool);
    if (e) fail_msg("%.*s", STR_ARG(reason));
}

static void reopen(void)
{
    spool_close(spool);
    open_spool();
}

static int begin(void **state)
{
    (void)state;
    random_start();
    strcpy(folder, "/tmp/boxoffice-spool-XXXXXX");
    assert_non_null(mkdtemp(folder));
    arena = arena_new(64 << 20);
    path = arena_printf(arena, "%s/spool", folder);
    fail_write = fail_sync = 0;
    log_salt = 1;
    open_spool();
    return 0;
}

static int end(void **state)
{
    (void)state;
    spool_close(spool);
    spool_remove(path);
    assert_int_equal(rmdir(folder), 0);
    arena_free(arena);
    return 0;
}

/* Adds a record of so many frames of the present log, whose first byte is `mark`. */
static err add(uint32_t frames, unsigned char mark)
{
    struct log_position position = spool_end(spool).position;
    struct spool_commit commit = {.page_size = PAGE, .database_pages = 7, .time_ms = 1000 + mark};
    commit.last = (struct log_position){.salts = {log_salt, 2}, .frame = position.frame};
    for (uint32_t i = 0; i < frames; i++) {
        unsigned char frame[FRAME] = {mark, [11] = (unsigned char)log_salt, [15] = 2, [19] = mark, [23] = mark};
        commit.last.frame++;
        commit.last.sums[0] = commit.last.sums[1] = mark;
        err e = spool_frames(spool, &commit, (str){(const char *)frame, sizeof(frame)});
        if (e) return e;
    }
    return spool_record(spool, &commit);
}

static void begin_log(uint32_t salt)
{
    log_salt = salt;
    spool_next_log(spool, &(struct log_position){.salts = {salt, 2}});
}

static char *segment_path(uint64_t first)
{
    char name[ARCHIVE_NAME_SIZE];
    archive_name(ARCHIVE_SEGMENT, 1, first, name);
    return (char *)(uintptr_t)arena_printf(arena, "%.*s/%s", STR_ARG(path), name).p;
}

static struct spool_scan scan_of(uint64_t first)
{
    static unsigned char buffer[BUFFER];
    struct spool_scan scan;
    int handle = open(segment_path(first), O_RDONLY);
    assert_true(handle >= 0);
    assert_true(spool_scan(handle, buffer, sizeof(buffer), &scan));
    close(handle);
    return scan;
}

static size_t segments(void)
{
    size_t count = 0;
    struct spool_segment segment;
    bool found = spool_segment(spool, 0, &segment);
    for (; found; count++) found = spool_segment_next(spool, segment.first_commit, &segment);
    return count;
}

/* --- tests -------------------------------------------------------------------------------------------------------- */

static void a_new_spool_begins_after_a_gap(void **state)
{
    (void)state;
    struct spool_end last = spool_end(spool);
    assert_true(last.gap);
    assert_int_equal(last.commit, 0);
    assert_int_equal(last.origin.epoch, 1);
    assert_int_equal(add(1, 1), OK);
    assert_true(scan_of(1).header.gap_before);
    assert_false(spool_end(spool).gap);
}

static void what_was_added_is_there_after_reopening(void **state)
{
    (void)state;
    for (unsigned char i = 1; i <= 5; i++) assert_int_equal(add(i, i), OK);
    struct spool_end before = spool_end(spool);
    assert_int_equal(before.commit, 5);
    assert_int_equal(before.position.frame, 15);
    reopen();
    struct spool_end after = spool_end(spool);
    assert_memory_equal(&before, &after, sizeof(before));
    assert_int_equal(add(1, 6), OK);
    assert_int_equal(scan_of(1).end.commit, 6);
}

static void times_never_decrease(void **state)
{
    (void)state;
    assert_int_equal(add(1, 9), OK);
    assert_int_equal(add(1, 3), OK);
    assert_int_equal(spool_end(spool).time_ms, 1009);
}

/* Wherever a power cut ends the last segment, the records before are kept, and the next one continues them. */
static void a_torn_end_is_cut_off(void **state)
{
    (void)state;
    for (unsigned char i = 1; i <= 3; i++) assert_int_equal(add(2, i), OK);
    int64_t size = scan_of(1).size, record = RECORD_HEADER_SIZE + 2 * FRAME;
    for (int64_t cut = 1; cut < record; cut += 97) {
        assert_int_equal(truncate(segment_path(1), size - cut), 0);
        reopen();
        assert_int_equal(spool_end(spool).commit, 2);
        assert_int_equal(spool_end(spool).position.frame, 4);
        assert_int_equal(add(2, 3), OK);
        assert_int_equal(scan_of(1).size, size);
    }
}

static void damage_ends_what_is_kept(void **state)
{
    (void)state;
    for (unsigned char i = 1; i <= 3; i++) assert_int_equal(add(2, i), OK);
    int64_t record = RECORD_HEADER_SIZE + 2 * FRAME;
    int handle = open(segment_path(1), O_RDWR);
    assert_int_equal(__real_pwrite64(handle, "x", 1, SEGMENT_HEADER_SIZE + record + RECORD_HEADER_SIZE + 400), 1);
    close(handle);
    reopen();
    assert_int_equal(spool_end(spool).commit, 1);
}

static void a_segment_without_a_record_is_removed(void **state)
{
    (void)state;
    assert_int_equal(add(2, 1), OK);
    begin_log(5);
    assert_int_equal(add(2, 2), OK);
    assert_int_equal(truncate(segment_path(2), SEGMENT_HEADER_SIZE + 7), 0);
    reopen();
    assert_int_equal(spool_end(spool).commit, 1);
    assert_int_not_equal(access(segment_path(2), F_OK), 0);
    assert_int_equal(spool_end(spool).position.salts[0], 1);
}

static void another_log_is_another_segment(void **state)
{
    (void)state;
    assert_int_equal(add(2, 1), OK);
    begin_log(5);
    assert_int_equal(add(2, 2), OK);
    assert_true(spool_sync(spool));
    assert_int_equal(segments(), 2);
    struct spool_scan first = scan_of(1), second = scan_of(2);
    assert_memory_equal(&second.header.previous, &first.end.hash, ARCHIVE_HASH_SIZE);
    assert_false(second.header.gap_before);
    assert_int_equal(second.end.position.frame, 2);
}

static void one_process_has_it_open(void **state)
{
    (void)state;
    struct spool *other;
    str reason = STR_NONE;
    assert_int_equal(spool_open(path, BACKLOG, arena, &reason, &other), ERR_STATE_CONFLICT);
}

static void only_what_is_synchronised_is_shown(void **state)
{
    (void)state;
    struct spool_segment segment;
    assert_int_equal(add(2, 1), OK);
    assert_false(spool_segment(spool, 1, &segment));
    assert_true(spool_sync(spool));
    assert_true(spool_segment(spool, 1, &segment));
    int64_t size = segment.size;
    assert_int_equal(add(2, 2), OK);
    assert_true(spool_segment(spool, 1, &segment));
    assert_int_equal(segment.size, size);
    assert_int_equal(spool_synced(spool).commit, 1);
}

/* After a failed synchronisation the content of the disk is unknown: what was not synchronised is added again, to a new
 * file. */
static void a_failed_synchronisation_is_never_believed(void **state)
{
    (void)state;
    assert_int_equal(add(2, 1), OK);
    assert_true(spool_sync(spool));
    int64_t size = scan_of(1).size;
    assert_int_equal(add(2, 2), OK);
    fail_sync = EIO;
    assert_false(spool_sync(spool));
    fail_sync = 0;
    assert_false(spool_sync(spool)); /* a second call would succeed */
    assert_true(spool_failed(spool));
    assert_int_equal(spool_synced(spool).commit, 1);
    spool_return(spool);
    assert_int_equal(spool_end(spool).commit, 1);
    assert_int_equal(spool_end(spool).position.frame, 2);
    assert_int_equal(scan_of(1).file_size, size);
    assert_int_equal(add(2, 2), OK);
    assert_true(spool_sync(spool));
    assert_int_equal(segments(), 2);
    assert_int_equal(scan_of(2).end.commit, 2);
    assert_false(scan_of(2).header.gap_before);
    reopen();
    assert_int_equal(spool_end(spool).commit, 2);
}

static void a_failed_synchronisation_keeps_the_gap(void **state)
{
    (void)state;
    assert_int_equal(add(2, 1), OK);
    fail_sync = EIO;
    assert_false(spool_sync(spool));
    fail_sync = 0;
    spool_return(spool);
    assert_true(spool_end(spool).gap);
    assert_int_equal(segments(), 0);
    assert_int_equal(add(2, 1), OK);
    assert_true(scan_of(1).header.gap_before);
}

static void a_full_disk_drops_the_record_only(void **state)
{
    (void)state;
    assert_int_equal(add(2, 1), OK);
    fail_write = ENOSPC;
    assert_int_equal(add(2, 2), ERR_STORAGE_FULL);
    fail_write = EIO;
    assert_int_equal(add(2, 2), ERR_INTERNAL);
    fail_write = 0;
    assert_int_equal(spool_end(spool).commit, 1);
    assert_int_equal(add(2, 2), OK);
    reopen();
    assert_int_equal(spool_end(spool).commit, 2);
}

static void dropped_frames_leave_nothing(void **state)
{
    (void)state;
    unsigned char frame[FRAME] = {1};
    struct spool_commit commit = {.page_size = PAGE, .last = {.salts = {log_salt, 2}}};
    assert_int_equal(add(1, 1), OK);
    assert_int_equal(spool_frames(spool, &commit, (str){(const char *)frame, sizeof(frame)}), OK);
    spool_drop(spool);
    assert_int_equal(add(3, 2), OK);
    assert_int_equal(scan_of(1).end.position.frame, 4);
    assert_int_equal(scan_of(1).size, scan_of(1).file_size);
}

/* A record that is larger than the buffer is written in parts, its header last. */
static void a_large_record_is_whole_or_not_there(void **state)
{
    (void)state;
    enum { LARGE = (3 << 20) / FRAME };
    assert_int_equal(add(1, 1), OK);
    assert_int_equal(add(LARGE, 2), OK);
    assert_int_equal(add(1, 3), OK);
    struct spool_scan scan = scan_of(1);
    assert_int_equal(scan.end.commit, 3);
    assert_int_equal(scan.size, scan.file_size);
    assert_int_equal(scan.end.position.frame, LARGE + 2);
}

static void what_every_place_has_is_removed(void **state)
{
    (void)state;
    for (unsigned char i = 1; i <= 4; i++) {
        begin_log(10u + i);
        assert_int_equal(add(1, i), OK);
        assert_int_equal(add(1, i), OK);
    }
    assert_true(spool_sync(spool));
    assert_int_equal(segments(), 4);
    spool_forget(spool, 2);
    assert_int_equal(segments(), 4);
    spool_forget(spool, 3);
    assert_int_equal(segments(), 3);
    spool_forget(spool, 100);
    assert_int_equal(segments(), 1);
    assert_int_not_equal(access(segment_path(5), F_OK), 0);
    assert_int_equal(access(segment_path(7), F_OK), 0);
}

static void the_segment_of_a_commit_is_found(void **state)
{
    (void)state;
    struct spool_segment segment;
    for (unsigned char i = 1; i <= 3; i++) {
        begin_log(10u + i);
        assert_int_equal(add(1, i), OK);
        assert_int_equal(add(1, i), OK);
    }
    assert_true(spool_sync(spool));
    spool_forget(spool, 3);
    static const uint64_t expected[][2] = {{1, 3}, {3, 3}, {4, 3}, {5, 5}, {6, 5}};
    for (size_t i = 0; i < COUNT_OF(expected); i++) {
        assert_true(spool_segment(spool, expected[i][0], &segment));
        assert_int_equal(segment.first_commit, expected[i][1]);
    }
    assert_false(spool_segment(spool, 7, &segment));
}

static void a_restored_database_continues_in_its_epoch(void **state)
{
    (void)state;
    struct spool_end start = {.origin = {{9}, 4}, .commit = 17, .time_ms = 1234567, .hash = {{1, 2, 3}}};
    str reason = STR_NONE;
    spool_close(spool);
    spool_remove(path);
    assert_int_equal(spool_create(path, &start, arena, &reason), OK);
    open_spool();
    struct spool_end found = spool_end(spool);
    assert_int_equal(found.commit, 17);
    assert_int_equal(found.origin.epoch, 4);
    assert_true(found.gap);
    assert_memory_equal(&found.hash, &start.hash, sizeof(start.hash));
    assert_int_equal(add(1, 1), OK);
    assert_int_equal(spool_end(spool).commit, 18);
    assert_true(spool_end(spool).time_ms >= 1234567);
    spool_close(spool);
    assert_int_equal(spool_create(path, &start, arena, &reason), ERR_INTERNAL); /* not over another one */
    open_spool();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_new_spool_begins_after_a_gap, begin, end),
        cmocka_unit_test_setup_teardown(what_was_added_is_there_after_reopening, begin, end),
        cmocka_unit_test_setup_teardown(times_never_decrease, begin, end),
        cmocka_unit_test_setup_teardown(a_torn_end_is_cut_off, begin, end),
        cmocka_unit_test_setup_teardown(damage_ends_what_is_kept, begin, end),
        cmocka_unit_test_setup_teardown(a_segment_without_a_record_is_removed, begin, end),
        cmocka_unit_test_setup_teardown(another_log_is_another_segment, begin, end),
        cmocka_unit_test_setup_teardown(one_process_has_it_open, begin, end),
        cmocka_unit_test_setup_teardown(only_what_is_synchronised_is_shown, begin, end),
        cmocka_unit_test_setup_teardown(a_failed_synchronisation_is_never_believed, begin, end),
        cmocka_unit_test_setup_teardown(a_failed_synchronisation_keeps_the_gap, begin, end),
        cmocka_unit_test_setup_teardown(a_full_disk_drops_the_record_only, begin, end),
        cmocka_unit_test_setup_teardown(dropped_frames_leave_nothing, begin, end),
        cmocka_unit_test_setup_teardown(a_large_record_is_whole_or_not_there, begin, end),
        cmocka_unit_test_setup_teardown(what_every_place_has_is_removed, begin, end),
        cmocka_unit_test_setup_teardown(the_segment_of_a_commit_is_found, begin, end),
        cmocka_unit_test_setup_teardown(a_restored_database_continues_in_its_epoch, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
