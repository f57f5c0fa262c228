/* Places of an archive: directories. */
#include "unit.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "archive/place.h"

enum { ARENA_MAX = 1 << 20, MANY = 200 };

struct fixture {
    char folder[64];
    struct arena *arena;
    struct place *place;
};

static struct fixture fixture;

static const char *inside(const char *name)
{
    static char path[256];
    snprintf(path, sizeof(path), "%s/place/%s", fixture.folder, name);
    return path;
}

static err opened(const char *address, bool create, str *ret_reason)
{
    const struct place_opening opening = {.address = str_of(address), .create = create};
    return place_open(&opening, fixture.arena, ret_reason, &fixture.place);
}

static int begin(void **state)
{
    (void)state;
    fixture = (struct fixture){.folder = "/tmp/boxoffice-place-XXXXXX", .arena = arena_new(ARENA_MAX)};
    str reason;
    assert_non_null(mkdtemp(fixture.folder));
    assert_int_equal(opened(inside(""), true, &reason), OK);
    return 0;
}

static int end(void **state)
{
    (void)state;
    struct place_file *files;
    size_t count;
    if (fixture.place && fixture.place->kind->list(fixture.place, fixture.arena, &files, &count) == OK) {
        for (size_t i = 0; i < count; i++) unlink(inside(files[i].name.p));
    }
    place_close(fixture.place);
    rmdir(inside(""));
    rmdir(fixture.folder);
    arena_free(fixture.arena);
    return 0;
}

static err append(const char *name, int64_t offset, const char *text)
{
    return fixture.place->kind->append(fixture.place, name, offset, str_of(text));
}

static err sync_file(const char *name)
{
    return fixture.place->kind->sync(fixture.place, name);
}

static str content(const char *name)
{
    char *bytes = arena_alloc(fixture.arena, 256);
    size_t n = 0;
    if (fixture.place->kind->read(fixture.place, name, 0, bytes, 256, &n) != OK) return STR_NONE;
    return (str){bytes, n};
}

static void a_file_is_extended_and_its_end_is_replaced(void **state)
{
    (void)state;
    assert_int_equal(append("one", 0, "first"), OK);
    assert_int_equal(append("one", 5, "second"), OK);
    assert_int_equal(sync_file("one"), OK);
    assert_str(content("one"), "firstsecond");
    assert_int_equal(append("one", 5, "2"), OK);
    assert_str(content("one"), "first2");
    assert_int_equal(append("other", 0, "x"), OK);
    assert_int_equal(append("one", 0, "again"), OK);
    assert_int_equal(sync_file("one"), OK);
    assert_str(content("one"), "again");
    struct stat found;
    assert_int_equal(stat(inside("one"), &found), 0);
    assert_int_equal(found.st_mode & 0777, 0600);
}

static void no_hole_is_made(void **state)
{
    (void)state;
    assert_int_equal(append("one", 0, "12345"), OK);
    assert_int_equal(append("one", 6, "7"), ERR_INTERNAL);
    assert_non_null(strstr(fixture.place->reason, "/one"));
    assert_str(content("one"), "12345");
    assert_int_equal(append("missing", 3, "x"), ERR_NOT_FOUND);
}

static void a_part_of_a_file_is_read(void **state)
{
    (void)state;
    char bytes[4] = "";
    size_t n;
    assert_int_equal(append("one", 0, "12345"), OK);
    assert_int_equal(fixture.place->kind->read(fixture.place, "one", 1, bytes, 3, &n), OK);
    assert_int_equal(n, 3);
    assert_string_equal(bytes, "234");
    assert_int_equal(fixture.place->kind->read(fixture.place, "one", 4, bytes, 3, &n), OK);
    assert_int_equal(n, 1);
    assert_int_equal(fixture.place->kind->read(fixture.place, "one", 9, bytes, 3, &n), OK);
    assert_int_equal(n, 0);
    assert_int_equal(fixture.place->kind->read(fixture.place, "missing", 0, bytes, 3, &n), ERR_NOT_FOUND);
    assert_non_null(strstr(fixture.place->reason, "/missing: No such file"));
}

/* Another process may replace what was read. */
static void reading_from_the_beginning_sees_a_new_file(void **state)
{
    (void)state;
    char bytes[4] = "";
    size_t n;
    assert_int_equal(append("one", 0, "12345"), OK);
    assert_str(content("one"), "12345");
    FILE *other = fopen(inside("other"), "w");
    assert_non_null(other);
    fputs("abcde", other);
    fclose(other);
    char from[256];
    snprintf(from, sizeof(from), "%s", inside("other"));
    assert_int_equal(rename(from, inside("one")), 0);
    assert_str(content("one"), "abcde");
    assert_int_equal(fixture.place->kind->read(fixture.place, "one", 3, bytes, 2, &n), OK);
    assert_string_equal(bytes, "de");
    assert_int_equal(fixture.place->kind->remove(fixture.place, "one"), OK);
    assert_int_equal(fixture.place->kind->read(fixture.place, "one", 3, bytes, 2, &n), ERR_NOT_FOUND);
}

/* More files than are kept open. */
static void many_files_are_read(void **state)
{
    (void)state;
    char name[16], bytes[2] = "";
    size_t n;
    for (int i = 0; i < 3 * MANY; i++) {
        snprintf(name, sizeof(name), "%03d", i % MANY);
        if (i < MANY) assert_int_equal(append(name, 0, name), OK);
        assert_int_equal(fixture.place->kind->read(fixture.place, name, 2, bytes, 1, &n), OK);
        assert_int_equal(bytes[0], name[2]);
    }
}

static void files_are_listed_in_order(void **state)
{
    (void)state;
    char name[16];
    struct place_file *files;
    size_t count;
    for (int i = MANY - 1; i >= 0; i--) {
        snprintf(name, sizeof(name), "%03d", i);
        assert_int_equal(append(name, 0, name), OK);
    }
    assert_int_equal(mkdir(inside("folder"), 0700), 0);
    assert_int_equal(symlink("000", inside("link")), 0);
    assert_int_equal(fixture.place->kind->list(fixture.place, fixture.arena, &files, &count), OK);
    rmdir(inside("folder"));
    unlink(inside("link"));
    assert_int_equal(count, MANY);
    for (int i = 0; i < MANY; i++) {
        snprintf(name, sizeof(name), "%03d", i);
        assert_str(files[i].name, name);
        assert_int_equal(files[i].size, 3);
    }
}

static void a_small_file_is_replaced_as_a_whole(void **state)
{
    (void)state;
    struct place *place = fixture.place;
    assert_int_equal(place->kind->replace(place, "head", STR("one, longer")), OK);
    assert_int_equal(place->kind->replace(place, "head", STR("two")), OK);
    assert_str(content("head"), "two");
    /* What a crash left of an earlier attempt is in the way of nothing, and is not listed. */
    FILE *rest = fopen(inside(".head.new"), "w");
    assert_non_null(rest);
    fputs("a part of something longer", rest);
    fclose(rest);
    struct place_file *files;
    size_t count;
    assert_int_equal(place->kind->list(place, fixture.arena, &files, &count), OK);
    assert_int_equal(count, 1);
    assert_int_equal(place->kind->replace(place, "head", STR("three")), OK);
    assert_str(content("head"), "three");
    assert_int_equal(access(inside(".head.new"), F_OK), -1);
    assert_int_equal(place->kind->remove(place, "head"), OK);
    assert_int_equal(place->kind->remove(place, "head"), ERR_NOT_FOUND);
}

static void a_directory_that_cannot_be_written_says_so(void **state)
{
    (void)state;
    enum { UNPRIVILEGED = 65534 };
    bool root = geteuid() == 0; /* who may write everywhere */
    assert_int_equal(append("one", 0, "1"), OK);
    assert_int_equal(sync_file("one"), OK);
    assert_int_equal(chmod(inside(""), 0500), 0);
    if (root) assert_int_equal(chown(inside(""), UNPRIVILEGED, UNPRIVILEGED) | seteuid(UNPRIVILEGED), 0);
    err appended = append("two", 0, "2"), replaced = fixture.place->kind->replace(fixture.place, "head", STR("h"));
    if (root) assert_int_equal(seteuid(0), 0);
    assert_int_equal(chmod(inside(""), 0700), 0);
    assert_int_equal(appended, ERR_INTERNAL);
    assert_int_equal(replaced, ERR_INTERNAL);
    assert_non_null(strstr(fixture.place->reason, "Permission denied"));
    assert_str(content("one"), "1");
}

/* /dev/full, under the name of a file, is a full disk; it cannot be synchronised either. */
static void a_full_disk_is_reported(void **state)
{
    (void)state;
    struct stat found;
    if (mknod(inside("full"), S_IFCHR | 0600, makedev(1, 7)) != 0) skip();
    int probe = open(inside("full"), O_RDWR);
    if (probe < 0) skip();
    close(probe);
    err e = append("full", 0, "x");
    assert_int_equal(stat(inside("full"), &found), 0);
    unlink(inside("full"));
    assert_int_equal(e, ERR_STORAGE_FULL);
    assert_non_null(strstr(fixture.place->reason, "No space left"));
}

static void an_address_that_is_none_is_refused(void **state)
{
    (void)state;
    str reason = STR_NONE;
    struct place *place = fixture.place;
    assert_int_equal(opened("", true, &reason), ERR_INVALID);
    assert_int_equal(opened("ftp://host/path", true, &reason), ERR_INVALID);
    assert_non_null(strstr(reason.p, "s3://BUCKET/PREFIX"));
    assert_int_equal(opened(inside("missing"), false, &reason), ERR_NOT_FOUND);
    assert_non_null(strstr(reason.p, "No such file"));
    assert_int_equal(opened(inside("missing/deeper"), true, &reason), ERR_NOT_FOUND);
    assert_int_equal(opened("/dev/null", false, &reason), ERR_NOT_FOUND);
    fixture.place = place;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_file_is_extended_and_its_end_is_replaced, begin, end),
        cmocka_unit_test_setup_teardown(no_hole_is_made, begin, end),
        cmocka_unit_test_setup_teardown(a_part_of_a_file_is_read, begin, end),
        cmocka_unit_test_setup_teardown(reading_from_the_beginning_sees_a_new_file, begin, end),
        cmocka_unit_test_setup_teardown(many_files_are_read, begin, end),
        cmocka_unit_test_setup_teardown(files_are_listed_in_order, begin, end),
        cmocka_unit_test_setup_teardown(a_small_file_is_replaced_as_a_whole, begin, end),
        cmocka_unit_test_setup_teardown(a_directory_that_cannot_be_written_says_so, begin, end),
        cmocka_unit_test_setup_teardown(a_full_disk_is_reported, begin, end),
        cmocka_unit_test_setup_teardown(an_address_that_is_none_is_refused, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
