/* Positioned reads and writes are whole, and say why they are not. */
#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/file.h"

static void reads_and_writes_are_whole(void **state)
{
    (void)state;
    char path[] = "/tmp/boxoffice-file-XXXXXX", bytes[10];
    int handle = mkstemp(path);
    assert_true(handle >= 0 && unlink(path) == 0);
    assert_true(file_write_at(handle, "0123456789", 10, 5));
    assert_int_equal(file_read_at(handle, bytes, sizeof(bytes), 5), 10);
    assert_memory_equal(bytes, "0123456789", 10);
    assert_int_equal(file_read_at(handle, bytes, sizeof(bytes), 12), 3); /* the end of the file */
    assert_memory_equal(bytes, "789", 3);
    assert_int_equal(file_read_at(handle, bytes, sizeof(bytes), 15), 0);
    close(handle);
}

static void failures_have_a_reason(void **state)
{
    (void)state;
    char byte = 0;
    int full = open("/dev/full", O_RDWR | O_CLOEXEC);
    assert_true(full >= 0);
    errno = 0;
    assert_false(file_write_at(full, &byte, 1, 0));
    assert_int_equal(file_error(errno), ERR_STORAGE_FULL);
    close(full);
    assert_int_equal(file_read_at(full, &byte, 1, 0), -1);
    assert_int_equal(file_error(errno), ERR_INTERNAL);
    assert_false(folder_sync("/nonexistent"));
    assert_int_equal(errno, ENOENT);
    assert_true(folder_sync_of("/tmp/anything"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_and_writes_are_whole),
        cmocka_unit_test(failures_have_a_reason),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
