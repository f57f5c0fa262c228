/* Damage to the files of an embedded database: whatever is changed in them, the database opens with every acknowledged
 * row, or it is refused with a reason. It never opens with fewer. What a crash leaves must open. */
#include "unit.h"

#include <sqlite3.h>

#include <fcntl.h>
#include <sys/stat.h>

#include "store/engine/database.h"
#include "store/store_private.h"
#include "store_fixture.h"

enum {
    ROWS = 14,
    FRAME_HEADER = 24,
    HEADER = 32,
    FILES = 4,
    BLOCK = 4096,
    EARLIER_COMMITS = 27,
    EARLIER_FRAMES = 20,
    MARK_BYTES = 160
};
enum { REFUSED = -1, UNREADABLE = -2 };

struct file {
    char *bytes;
    size_t n;
    bool exists;
};

enum { DATABASE, LOG_FILE, MARK, KEY };
static const char *const suffixes[FILES] = {"", "-wal", ".mark", ".key"};

/* What a process that was killed leaves. */
struct image {
    struct file files[FILES];
    struct file mark_before; /* the mark before the last commit */
    size_t frame, frames;    /* bytes of one; number up to the last commit */
    size_t last_commit;      /* number of the first frame of the last commit */
    char folder[64];
    struct settings settings;
    struct arena *arena;
    str reason;    /* of the last refusal */
    bool in_place; /* the database file is in the folder, unchanged */
};

static char *path_of(const struct image *image, size_t file)
{
    static char path[128];
    snprintf(path, sizeof(path), "%s/test.db%s", image->folder, suffixes[file]);
    return path;
}

static struct file file_read(const char *path)
{
    struct file file = {0};
    struct stat status;
    int handle = open(path, O_RDONLY);
    if (handle < 0) return file;
    assert_int_equal(fstat(handle, &status), 0);
    file = (struct file){malloc((size_t)status.st_size + 1), (size_t)status.st_size, true};
    assert_int_equal(read(handle, file.bytes, file.n), file.n);
    close(handle);
    return file;
}

static struct file file_copy(const struct file *file)
{
    struct file copy = {malloc(file->n + 1), file->n, file->exists};
    if (file->n) memcpy(copy.bytes, file->bytes, file->n);
    return copy;
}

static void file_write(const char *path, const struct file *file)
{
    unlink(path);
    if (!file->exists) return;
    int handle = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    assert_true(handle >= 0);
    assert_int_equal(write(handle, file->bytes, file->n), file->n);
    close(handle);
}

/* --- making an image ---------------------------------------------------------------------------------------------- */

static void run_sql(struct store *store, struct arena *arena, const char *sql)
{
    str reason = STR_NONE;
    struct store_access access = store_enter(store);
    err e = access.engine->execute(access.connection, str_of(sql), arena, &reason);
    store_leave(store);
    if (e) fail_msg("%s: %.*s", sql, STR_ARG(reason));
}

/* Frames of an earlier log remain in the file, behind those of the current one. */
static void fill_earlier_log(struct store *store, struct arena *arena)
{
    uint64_t frames;
    for (int i = 0; i < EARLIER_COMMITS; i++)
        run_sql(store, arena, "INSERT INTO Other (text) VALUES (hex(randomblob(20000)))");
    struct store_access access = store_enter(store);
    int made = access.engine->database->checkpoint(access.connection, true, &frames);
    store_leave(store);
    assert_true(made == 1 || store_counters(store).checkpoints > 0); /* the idle writer may have been faster */
}

static uint32_t big_endian(const char *p)
{
    const unsigned char *u = (const unsigned char *)p;
    return (uint32_t)u[0] << 24 | (uint32_t)u[1] << 16 | (uint32_t)u[2] << 8 | u[3];
}

static const char *frame_of(const struct image *image, size_t number)
{
    return image->files[LOG_FILE].bytes + HEADER + (number - 1) * image->frame;
}

static void image_measure(struct image *image)
{
    const struct file *log = &image->files[LOG_FILE];
    size_t before = 0;
    image->frame = FRAME_HEADER + big_endian(log->bytes + 8);
    for (size_t i = 1; HEADER + i * image->frame <= log->n; i++) {
        const char *frame = frame_of(image, i);
        if (memcmp(frame + 8, log->bytes + 16, 8) != 0) break;
        if (big_endian(frame + 4) == 0) continue;
        before = image->frames;
        image->frames = i;
    }
    image->last_commit = before + 1;
}

static struct image *image_new(const char *cipher)
{
    struct image *image = calloc(1, sizeof(*image));
    struct store *store;
    random_start();
    strcpy(image->folder, "/tmp/boxoffice-log-XXXXXX");
    assert_non_null(mkdtemp(image->folder));
    image->arena = arena_new(64 << 20);
    settings_defaults(&image->settings, image->arena);
    image->settings.storage = arena_copy(image->arena, str_of(path_of(image, DATABASE)));
    image->settings.cipher = str_of(cipher);
    str reason = STR_NONE;
    err e = store_open(&image->settings, true, image->arena, &reason, &store);
    if (e) fail_msg("%.*s", STR_ARG(reason));
    run_sql(store, image->arena, "CREATE TABLE Probe (id INTEGER PRIMARY KEY, text); CREATE TABLE Other (text)");
    fill_earlier_log(store, image->arena);
    for (int i = 0; i < ROWS; i++) {
        if (i == ROWS - 1) image->mark_before = file_read(path_of(image, MARK));
        /* commits of one page and of several */
        run_sql(store, image->arena,
                i % 3 == 0 ? "INSERT INTO Probe (text) VALUES ('one page')"
                           : "INSERT INTO Probe (text) VALUES (hex(randomblob(6000)))");
    }
    for (size_t i = 0; i < FILES; i++) image->files[i] = file_read(path_of(image, i));
    store_close(store);
    image_measure(image);
    assert_true(image->frames > ROWS && image->last_commit < image->frames);
    /* some of the earlier log is enough */
    assert_true(image->files[LOG_FILE].n > HEADER + (image->frames + EARLIER_FRAMES) * image->frame);
    image->files[LOG_FILE].n = HEADER + (image->frames + EARLIER_FRAMES) * image->frame;
    return image;
}

static void image_free(struct image *image)
{
    char command[128];
    snprintf(command, sizeof(command), "rm -r %s", image->folder);
    assert_int_equal(system(command), 0);
    for (size_t i = 0; i < FILES; i++) free(image->files[i].bytes);
    free(image->mark_before.bytes);
    arena_free(image->arena);
    free(image);
}

/* --- opening it --------------------------------------------------------------------------------------------------- */

/* Puts the files in place and opens the database: the number of rows, REFUSED, or UNREADABLE when a query says so. */
static int64_t rows_of(struct image *image, const struct file files[static FILES])
{
    struct store *store;
    int64_t rows = UNREADABLE;
    char path[128];
    snprintf(path, sizeof(path), "%s/test.db-shm", image->folder);
    unlink(path);
    for (size_t i = 0; i < FILES; i++) {
        bool unchanged = i == DATABASE && image->in_place && files[i].bytes == image->files[i].bytes &&
                         files[i].n == image->files[i].n;
        if (!unchanged) file_write(path_of(image, i), &files[i]);
    }
    arena_reset(image->arena);
    image->settings.storage = arena_copy(image->arena, str_of(path_of(image, DATABASE)));
    image->reason = STR_NONE;
    image->in_place =
        files[DATABASE].bytes == image->files[DATABASE].bytes && files[DATABASE].n == image->files[DATABASE].n;
    if (store_open(&image->settings, false, image->arena, &image->reason, &store)) return REFUSED;
    image->in_place = false;
    if (store_number(store, "SELECT count(*) FROM Probe", &rows)) rows = UNREADABLE;
    store_close(store);
    return rows;
}

/* Opens the image with one of its files changed. */
static int64_t rows_with(struct image *image, size_t which, const struct file *changed)
{
    struct file files[FILES];
    memcpy(files, image->files, sizeof(files));
    files[which] = *changed;
    return rows_of(image, files);
}

static int64_t rows_flipped(struct image *image, size_t which, size_t offset, int bit)
{
    struct file changed = file_copy(&image->files[which]);
    assert_true(offset < changed.n);
    changed.bytes[offset] = (char)(changed.bytes[offset] ^ (1 << bit));
    int64_t rows = rows_with(image, which, &changed);
    free(changed.bytes);
    return rows;
}

static int64_t rows_cut(struct image *image, size_t which, size_t size)
{
    struct file changed = image->files[which];
    changed.n = size;
    return rows_with(image, which, &changed);
}

static void expect_whole_or_refused(int64_t rows, const char *what, size_t where)
{
    if (rows != ROWS && rows != REFUSED && rows != UNREADABLE)
        fail_msg("%s %zu: opens with %lld of %d rows", what, where, (long long)rows, ROWS);
}

/* --- tests -------------------------------------------------------------------------------------------------------- */

static const char *const ciphers[] = {"aegis", "none", "chacha20", "sqlcipher"};

static void what_a_killed_process_leaves_opens(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(ciphers); i++) {
        struct image *image = image_new(ciphers[i]);
        assert_int_equal(rows_of(image, image->files), ROWS);
        image_free(image);
    }
}

/* The header of the log; every byte of the header of every `step`th frame, the last included, and some of its page. */
static void flip_all(struct image *image, size_t step)
{
    for (size_t i = 0; i < HEADER; i++)
        expect_whole_or_refused(rows_flipped(image, LOG_FILE, i, (int)(i % 8)), "header of the log, byte", i);
    for (size_t number = image->frames; number >= step; number -= step) {
        size_t at = HEADER + (number - 1) * image->frame;
        for (size_t byte = 0; byte < FRAME_HEADER; byte++)
            assert_int_equal(rows_flipped(image, LOG_FILE, at + byte, (int)((byte + number) % 8)), REFUSED);
        for (size_t byte = FRAME_HEADER; byte < image->frame; byte += 1499)
            assert_int_equal(rows_flipped(image, LOG_FILE, at + byte, (int)(byte % 8)), REFUSED);
    }
}

static void a_flipped_bit_is_refused(void **state)
{
    (void)state;
    struct image *image = image_new("aegis");
    flip_all(image, 3);
    image_free(image);
    image = image_new("none");
    flip_all(image, 11);
    image_free(image);
}

static void the_reason_names_the_commit_and_what_to_do(void **state)
{
    (void)state;
    struct image *image = image_new("aegis");
    assert_int_equal(rows_flipped(image, LOG_FILE, HEADER + FRAME_HEADER + 100, 3), REFUSED);
    assert_non_null(strstr(image->reason.p, "at frame 1, in commit 1"));
    assert_non_null(strstr(image->reason.p, "restore a backup"));
    assert_non_null(strstr(image->reason.p, "truncate -s 32 "));
    image_free(image);
}

/* Without the mark the log itself shows damage that is not in the last commits. */
static void the_log_shows_damage_without_a_mark(void **state)
{
    (void)state;
    struct image *image = image_new("aegis");
    image->files[MARK].exists = false;
    for (size_t byte = 0; byte < HEADER; byte++) assert_int_equal(rows_flipped(image, LOG_FILE, byte, 2), REFUSED);
    /* damage to the commit size may look like one commit fewer */
    for (size_t number = 1; number < image->last_commit - 4; number += 5) {
        size_t at = HEADER + (number - 1) * image->frame;
        for (size_t byte = 0; byte < FRAME_HEADER; byte++) {
            if (byte >= 4 && byte < 8) continue;
            assert_int_equal(rows_flipped(image, LOG_FILE, at + byte, 2), REFUSED);
        }
        assert_int_equal(rows_flipped(image, LOG_FILE, at + FRAME_HEADER + 1000, 2), REFUSED);
    }
    image_free(image);
}

static void a_log_cut_short_is_refused(void **state)
{
    (void)state;
    struct image *image = image_new("aegis");
    for (size_t number = 0; number < image->frames; number++) {
        size_t at = HEADER + number * image->frame;
        const size_t sizes[] = {at, at + FRAME_HEADER, at + image->frame - 1};
        for (size_t i = 0; i < COUNT_OF(sizes); i++) {
            assert_int_equal(rows_cut(image, LOG_FILE, sizes[i]), REFUSED);
            assert_non_null(strstr(image->reason.p, "damaged or cut short at frame"));
        }
    }
    for (size_t size = 0; size < HEADER; size += 7) assert_int_equal(rows_cut(image, LOG_FILE, size), REFUSED);
    /* behind the last commit there is only what an earlier log left */
    assert_int_equal(rows_cut(image, LOG_FILE, HEADER + image->frames * image->frame), ROWS);
    assert_int_equal(rows_cut(image, LOG_FILE, HEADER + image->frames * image->frame + 100), ROWS);
    image_free(image);
}

static void a_database_cut_short_never_loses_rows_silently(void **state)
{
    (void)state;
    struct image *image = image_new("aegis");
    for (size_t size = 0; size < image->files[DATABASE].n; size += 9 * BLOCK)
        expect_whole_or_refused(rows_cut(image, DATABASE, size), "database cut at", size);
    for (size_t at = 0; at < image->files[DATABASE].n; at += 9 * BLOCK + 1)
        expect_whole_or_refused(rows_flipped(image, DATABASE, at, 1), "database flipped at", at);
    image_free(image);
}

static void a_missing_or_exchanged_log_is_refused(void **state)
{
    (void)state;
    const struct file none = {0};
    struct image *image = image_new("aegis"), *other = image_new("aegis");
    assert_int_equal(rows_with(image, LOG_FILE, &none), REFUSED);
    assert_non_null(strstr(image->reason.p, "missing"));
    assert_int_equal(rows_with(image, LOG_FILE, &other->files[LOG_FILE]), REFUSED);
    assert_non_null(strstr(image->reason.p, "another one"));
    /* found by the cipher, but only once a page is read that is not in the log */
    expect_whole_or_refused(rows_with(image, DATABASE, &other->files[DATABASE]), "another database", 0);
    assert_int_equal(rows_with(image, MARK, &other->files[MARK]), REFUSED);
    image_free(image);
    image_free(other);
}

/* The checksum of a frame: over 8 bytes of its header and its page, from that of the frame before. */
static void frame_sum(const struct image *image, char *frame, const char before[8])
{
    bool big = image->files[LOG_FILE].bytes[3] & 1;
    uint32_t one = big_endian(before), two = big_endian(before + 4);
    for (size_t i = 0; i < image->frame; i += 8) {
        if (i == 8) i = FRAME_HEADER; /* salts and checksum are left out */
        uint32_t words[] = {big_endian(frame + i), big_endian(frame + i + 4)};
        one += (big ? words[0] : __builtin_bswap32(words[0])) + two;
        two += (big ? words[1] : __builtin_bswap32(words[1])) + one;
    }
    uint32_t sums[] = {__builtin_bswap32(one), __builtin_bswap32(two)};
    memcpy(frame + 16, sums, sizeof(sums));
}

/* A log with the same salts and as many commits, in itself whole. */
static void another_last_commit_is_refused(void **state)
{
    (void)state;
    struct image *image = image_new("none");
    struct file changed = file_copy(&image->files[LOG_FILE]);
    char *last = changed.bytes + HEADER + (image->frames - 1) * image->frame;
    const char *before = frame_of(image, image->frames - 1) + 16;
    frame_sum(image, last, before);
    assert_memory_equal(changed.bytes, image->files[LOG_FILE].bytes, changed.n); /* it was right */
    last[image->frame - 1] ^= 1;
    frame_sum(image, last, before);
    assert_int_equal(rows_with(image, LOG_FILE, &changed), REFUSED);
    assert_non_null(strstr(image->reason.p, "another one"));
    free(changed.bytes);
    image_free(image);
}

/* Another client may have moved the log of a plain database into it. */
static void another_client_may_end_the_log_of_a_plain_database(void **state)
{
    (void)state;
    struct image *image = image_new("none");
    sqlite3 *db;
    int64_t rows;
    struct store *store;
    assert_int_equal(rows_of(image, image->files), ROWS); /* puts the files in place */
    for (size_t i = 0; i < FILES; i++) file_write(path_of(image, i), &image->files[i]);
    assert_int_equal(sqlite3_open(path_of(image, DATABASE), &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, "INSERT INTO Probe (text) VALUES ('theirs')", NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_close(db), SQLITE_OK); /* the last connection removes the log */
    assert_int_not_equal(access(path_of(image, LOG_FILE), F_OK), 0);
    assert_int_equal(store_open(&image->settings, false, image->arena, &image->reason, &store), OK);
    assert_int_equal(store_number(store, "SELECT count(*) FROM Probe", &rows), OK);
    assert_int_equal(rows, ROWS + 1);
    store_close(store);
    image_free(image);
}

static void a_damaged_mark_is_refused(void **state)
{
    (void)state;
    struct image *image = image_new("aegis");
    assert_int_equal(image->files[MARK].n, 2 * MARK_BYTES);
    for (size_t i = 0; i < MARK_BYTES; i += 3) {
        int64_t rows = rows_flipped(image, MARK, i, (int)(i % 7));
        if (rows != REFUSED) fail_msg("byte %zu: %lld rows", i, (long long)rows);
    }
    for (size_t size = 1; size < MARK_BYTES; size += 11) assert_int_equal(rows_cut(image, MARK, size), REFUSED);
    /* behind it is the mark of the log before, which is of no use for opening the database */
    for (size_t i = MARK_BYTES; i < 2 * MARK_BYTES; i += 40) assert_int_equal(rows_flipped(image, MARK, i, 1), ROWS);
    assert_int_equal(rows_cut(image, MARK, MARK_BYTES), ROWS);
    assert_int_equal(rows_cut(image, MARK, 0), ROWS); /* only the name reached the disk */
    image_free(image);
}

/* A crash during the last commit: any part of its blocks reached the disk, and the mark is that of the commit before
 * it. The database opens, with or without that commit. */
static void a_torn_tail_opens(void **state)
{
    (void)state;
    struct image *image = image_new("aegis");
    const struct file *log = &image->files[LOG_FILE];
    size_t first = HEADER + (image->last_commit - 1) * image->frame, end = HEADER + image->frames * image->frame;
    size_t blocks = (end - 1) / BLOCK - first / BLOCK + 1;
    size_t with = 0, without = 0;
    assert_true(blocks >= 2 && blocks < 12);
    for (size_t kept = 0; kept < (size_t)1 << blocks; kept++) {
        struct file files[FILES];
        memcpy(files, image->files, sizeof(files));
        files[MARK] = image->mark_before;
        files[LOG_FILE] = file_copy(log);
        for (size_t i = 0; i < blocks; i++) {
            size_t from = (first / BLOCK + i) * BLOCK, to = from + BLOCK;
            if (from < first) from = first;
            if (to > end) to = end;
            if (!(kept >> i & 1)) memset(files[LOG_FILE].bytes + from, 0, to - from);
        }
        int64_t rows = rows_of(image, files);
        if (rows != ROWS && rows != ROWS - 1)
            fail_msg("blocks %zx of %zu: %lld rows: %.*s", kept, blocks, (long long)rows, STR_ARG(image->reason));
        with += rows == ROWS;
        without += rows == ROWS - 1;
        free(files[LOG_FILE].bytes);
    }
    assert_true(with == 1 && without > 1);
    for (size_t size = first; size < end; size += 2039) {
        struct file files[FILES];
        memcpy(files, image->files, sizeof(files));
        files[MARK] = image->mark_before;
        files[LOG_FILE].n = size;
        assert_int_equal(rows_of(image, files), ROWS - 1);
    }
    image_free(image);
}

/* What a crash left of a commit is not taken for damage after the next crash. */
static void a_second_crash_after_a_torn_tail_opens(void **state)
{
    (void)state;
    struct image *image = image_new("aegis");
    struct store *store;
    int64_t rows;
    struct file torn[FILES], later[FILES];
    size_t first = HEADER + (image->last_commit - 1) * image->frame;
    memcpy(torn, image->files, sizeof(torn));
    torn[MARK] = image->mark_before;
    torn[LOG_FILE] = file_copy(&image->files[LOG_FILE]);
    memset(torn[LOG_FILE].bytes + first, 0, 100);
    for (size_t i = 0; i < FILES; i++) file_write(path_of(image, i), &torn[i]);
    assert_int_equal(store_open(&image->settings, false, image->arena, &image->reason, &store), OK);
    for (int i = 0; i < 3; i++) run_sql(store, image->arena, "INSERT INTO Probe (text) VALUES ('after the crash')");
    for (size_t i = 0; i < FILES; i++) later[i] = file_read(path_of(image, i));
    store_close(store);
    rows = rows_of(image, later);
    assert_int_equal(rows, ROWS - 1 + 3);
    for (size_t i = 0; i < FILES; i++) free(later[i].bytes);
    free(torn[LOG_FILE].bytes);
    image_free(image);
}

static void after_an_orderly_end_there_is_no_log_to_lose(void **state)
{
    (void)state;
    struct image *image = image_new("aegis");
    struct stat status;
    assert_int_equal(rows_of(image, image->files), ROWS); /* closes it in order */
    assert_int_not_equal(stat(path_of(image, LOG_FILE), &status), 0);
    struct file ended[FILES];
    for (size_t i = 0; i < FILES; i++) ended[i] = file_read(path_of(image, i));
    assert_int_equal(rows_of(image, ended), ROWS);
    for (size_t i = 0; i < FILES; i++) free(ended[i].bytes);
    image_free(image);
}

/* The index has room before the log requires it, on the disk and not only by its length. */
static void the_index_has_room_from_the_start(void **state)
{
    (void)state;
    struct image *image = image_new("aegis");
    struct store *store;
    struct stat index, reserve;
    char path[128];
    for (size_t i = 0; i < FILES; i++) file_write(path_of(image, i), &image->files[i]);
    assert_int_equal(store_open(&image->settings, false, image->arena, &image->reason, &store), OK);
    snprintf(path, sizeof(path), "%s/test.db-shm", image->folder);
    assert_int_equal(stat(path, &index), 0);
    assert_true(index.st_size >= 24 * 32 * 1024 && index.st_blocks * 512 >= index.st_size);
    snprintf(path, sizeof(path), "%s/test.db.reserve", image->folder);
    assert_int_equal(stat(path, &reserve), 0);
    assert_true(reserve.st_size > index.st_size && reserve.st_blocks * 512 >= reserve.st_size);
    store_close(store);
    image_free(image);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_a_killed_process_leaves_opens),
        cmocka_unit_test(a_flipped_bit_is_refused),
        cmocka_unit_test(the_reason_names_the_commit_and_what_to_do),
        cmocka_unit_test(the_log_shows_damage_without_a_mark),
        cmocka_unit_test(a_log_cut_short_is_refused),
        cmocka_unit_test(a_database_cut_short_never_loses_rows_silently),
        cmocka_unit_test(a_missing_or_exchanged_log_is_refused),
        cmocka_unit_test(another_last_commit_is_refused),
        cmocka_unit_test(another_client_may_end_the_log_of_a_plain_database),
        cmocka_unit_test(a_damaged_mark_is_refused),
        cmocka_unit_test(a_torn_tail_opens),
        cmocka_unit_test(a_second_crash_after_a_torn_tail_opens),
        cmocka_unit_test(after_an_orderly_end_there_is_no_log_to_lose),
        cmocka_unit_test(the_index_has_room_from_the_start),
    };
    if (fixture_dialect() != DIALECT_SQLITE) return 0;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
