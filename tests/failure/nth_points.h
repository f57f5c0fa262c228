/* The points at which a run can fail: calls of the program and of SQLite to the system, below the encryption, and their
 * allocations. Each is counted while the points are armed, and the n-th of one kind fails: once, or from then on.
 *
 * The linker puts this file between the program and the system (--wrap, see meson.build), so it sees the calls of
 * SQLite's unix layer for the database, its log and its index, and those of this program for the mark, the key, the
 * lock and the reserve. SQLite's allocations go through its own interface (SQLITE_CONFIG_MALLOC). Left out: closing and
 * unmapping, which lose nothing, and reads of the index, which is mapped memory.
 *
 * Runs are repeatable, so that the n-th call of two runs is the same one: time stands still, random numbers begin again
 * with each request, SQLite does not sleep before it tries a lock again, and the writer does the work of its idle
 * moments only when a run says so. */
#ifndef NTH_POINTS_H
#define NTH_POINTS_H

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/check.h"
#include "base/err.h"
#include "base/hash.h"

enum point {
    POINT_OPEN,
    POINT_READ,
    POINT_WRITE, /* fails with EIO */
    POINT_ROOM,  /* the same calls and those that make files longer; fails with ENOSPC when a half was written */
    POINT_TRUNCATE,
    POINT_SYNC,
    POINT_LOCK,
    POINT_REMOVE,
    POINT_MAP,
    POINT_STATUS,
    POINT_SQLITE_MEMORY,
    POINT_MEMORY, /* that the program allocates itself */
    POINT_COUNT
};

static const char *const point_names[POINT_COUNT] = {"open",     "read",   "write",  "room",
                                                     "truncate", "sync",   "lock",   "remove",
                                                     "map",      "status", "memory", "memory of the program"};

enum { ATTEMPTS = 2, FILE_NAME_SIZE = 64 };

/* What a run tells the loop, in memory that both share: the run may end at any moment. */
struct report {
    _Atomic int64_t counts[POINT_COUNT];
    _Atomic int64_t hits;         /* calls that failed */
    _Atomic bool armed, disarmed; /* before and after which nothing fails */
    _Atomic bool sync_failed;     /* of the database or its log */
    _Atomic int attempt;
    _Atomic bool responded[ATTEMPTS];
    _Atomic int responses[ATTEMPTS];
    char what[ATTEMPTS][HASH_TEXT_SIZE]; /* digest of what a read returned */
    char file[FILE_NAME_SIZE];           /* of the call that failed first */
};

/* Which call fails; n 0: none. */
struct failure {
    enum point point;
    int64_t n;
    bool forever;
};

static struct report *report;
static struct failure failure;

/* --- counting ----------------------------------------------------------------------------------------------------- */

static void points_arm(void)
{
    atomic_store(&report->armed, true);
}

static void points_disarm(void)
{
    atomic_store(&report->armed, false);
    atomic_store(&report->disarmed, true);
}

/* Counts a call; whether it fails. */
static bool fails_now(enum point point)
{
    if (!report || !atomic_load(&report->armed)) return false;
    int64_t number = atomic_fetch_add(&report->counts[point], 1) + 1;
    if (point != failure.point || failure.n == 0) return false;
    if (failure.forever ? number < failure.n : number != failure.n) return false;
    atomic_fetch_add(&report->hits, 1);
    return true;
}

static int fail_with(int reason)
{
    errno = reason;
    return -1;
}

/* The name of an open file, without its folder; "" when it has none. */
static void name_of(int handle, char name[static FILE_NAME_SIZE])
{
    char link[32], path[4096];
    snprintf(link, sizeof(link), "/proc/self/fd/%d", handle);
    ssize_t n = readlink(link, path, sizeof(path) - 1);
    path[n > 0 ? n : 0] = '\0';
    const char *slash = strrchr(path, '/');
    snprintf(name, FILE_NAME_SIZE, "%.*s", FILE_NAME_SIZE - 1, slash ? slash + 1 : path);
}

static bool fails_on(enum point point, int handle)
{
    if (handle <= STDERR_FILENO || !fails_now(point)) return false;
    if (!report->file[0]) name_of(handle, report->file);
    return true;
}

/* --- files -------------------------------------------------------------------------------------------------------- */

#define WRAP(type, name, ...)                                                                                          \
    type __real_##name(__VA_ARGS__);                                                                                   \
    type __wrap_##name(__VA_ARGS__);                                                                                   \
    type __wrap_##name(__VA_ARGS__)

int __real_open64(const char *path, int flags, ...);
int __wrap_open64(const char *path, int flags, ...);
int __wrap_open64(const char *path, int flags, ...)
{
    va_list arguments;
    va_start(arguments, flags);
    mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(arguments, mode_t) : 0;
    va_end(arguments);
    return fails_now(POINT_OPEN) ? fail_with(EMFILE) : __real_open64(path, flags, mode);
}

WRAP(int, mkostemp64, char *template, int flags)
{
    return fails_now(POINT_OPEN) ? fail_with(EMFILE) : __real_mkostemp64(template, flags);
}

WRAP(ssize_t, read, int handle, void *bytes, size_t size)
{
    return fails_on(POINT_READ, handle) ? fail_with(EIO) : __real_read(handle, bytes, size);
}

WRAP(ssize_t, pread64, int handle, void *bytes, size_t size, off_t offset)
{
    return fails_on(POINT_READ, handle) ? fail_with(EIO) : __real_pread64(handle, bytes, size, offset);
}

ssize_t __real_write(int handle, const void *bytes, size_t size);
ssize_t __wrap_write(int handle, const void *bytes, size_t size);
ssize_t __wrap_write(int handle, const void *bytes, size_t size)
{
    if (fails_on(POINT_WRITE, handle)) return fail_with(EIO);
    if (!fails_on(POINT_ROOM, handle)) return __real_write(handle, bytes, size);
    ssize_t written = __real_write(handle, bytes, size / 2);
    return written < 0 ? written : fail_with(ENOSPC);
}

ssize_t __real_pwrite64(int handle, const void *bytes, size_t size, off_t offset);
ssize_t __wrap_pwrite64(int handle, const void *bytes, size_t size, off_t offset);
ssize_t __wrap_pwrite64(int handle, const void *bytes, size_t size, off_t offset)
{
    if (fails_on(POINT_WRITE, handle)) return fail_with(EIO);
    if (!fails_on(POINT_ROOM, handle)) return __real_pwrite64(handle, bytes, size, offset);
    ssize_t written = __real_pwrite64(handle, bytes, size / 2, offset);
    return written < 0 ? written : fail_with(ENOSPC);
}

WRAP(int, posix_fallocate64, int handle, off_t offset, off_t size)
{
    return fails_on(POINT_ROOM, handle) ? ENOSPC : __real_posix_fallocate64(handle, offset, size);
}

WRAP(int, ftruncate64, int handle, off_t size)
{
    return fails_on(POINT_TRUNCATE, handle) ? fail_with(EIO) : __real_ftruncate64(handle, size);
}

/* After a failure the kernel takes the pages for written, so a repetition succeeds. */
static bool sync_fails(int handle)
{
    char name[FILE_NAME_SIZE];
    if (!fails_on(POINT_SYNC, handle)) return false;
    name_of(handle, name);
    if (strcmp(name, "test.db") == 0 || strcmp(name, "test.db-wal") == 0) atomic_store(&report->sync_failed, true);
    return true;
}

WRAP(int, fsync, int handle)
{
    return sync_fails(handle) ? fail_with(EIO) : __real_fsync(handle);
}

WRAP(int, fdatasync, int handle)
{
    return sync_fails(handle) ? fail_with(EIO) : __real_fdatasync(handle);
}

int __real_fcntl64(int handle, int command, ...);
int __wrap_fcntl64(int handle, int command, ...);
int __wrap_fcntl64(int handle, int command, ...)
{
    va_list arguments;
    va_start(arguments, command);
    void *argument = va_arg(arguments, void *);
    va_end(arguments);
    bool locks = command == F_SETLK || command == F_SETLKW || command == F_GETLK;
    return locks && fails_on(POINT_LOCK, handle) ? fail_with(EIO) : __real_fcntl64(handle, command, argument);
}

WRAP(int, flock, int handle, int operation)
{
    return fails_on(POINT_LOCK, handle) ? fail_with(EIO) : __real_flock(handle, operation);
}

WRAP(int, unlink, const char *path)
{
    return fails_now(POINT_REMOVE) ? fail_with(EIO) : __real_unlink(path);
}

WRAP(void *, mmap64, void *address, size_t size, int protection, int flags, int handle, off_t offset)
{
    if (!fails_now(POINT_MAP)) return __real_mmap64(address, size, protection, flags, handle, offset);
    errno = ENOMEM;
    return MAP_FAILED;
}

WRAP(int, fstat64, int handle, struct stat64 *ret_status)
{
    return fails_on(POINT_STATUS, handle) ? fail_with(EIO) : __real_fstat64(handle, ret_status);
}

WRAP(int, stat64, const char *path, struct stat64 *ret_status)
{
    return fails_now(POINT_STATUS) ? fail_with(EIO) : __real_stat64(path, ret_status);
}

/* --- memory ------------------------------------------------------------------------------------------------------- */

static sqlite3_mem_methods sqlite_memory;
static _Thread_local bool in_sqlite;

static void *memory_of_sqlite(int size)
{
    if (fails_now(POINT_SQLITE_MEMORY)) return NULL;
    in_sqlite = true;
    void *memory = sqlite_memory.xMalloc(size);
    in_sqlite = false;
    return memory;
}

static void *memory_of_sqlite_resized(void *memory, int size)
{
    if (fails_now(POINT_SQLITE_MEMORY)) return NULL;
    in_sqlite = true;
    void *resized = sqlite_memory.xRealloc(memory, size);
    in_sqlite = false;
    return resized;
}

static void *no_memory(void)
{
    errno = ENOMEM;
    return NULL;
}

static bool memory_fails(void)
{
    return !in_sqlite && fails_now(POINT_MEMORY);
}

WRAP(void *, malloc, size_t size)
{
    return memory_fails() ? no_memory() : __real_malloc(size);
}

WRAP(void *, calloc, size_t count, size_t size)
{
    return memory_fails() ? no_memory() : __real_calloc(count, size);
}

WRAP(void *, realloc, void *memory, size_t size)
{
    return memory_fails() ? no_memory() : __real_realloc(memory, size);
}

WRAP(char *, strndup, const char *text, size_t size)
{
    return memory_fails() ? no_memory() : __real_strndup(text, size);
}

/* --- time, chance, threads ---------------------------------------------------------------------------------------- */

static _Atomic int64_t time_us = INT64_C(1800000000000000); /* 2027-01-15 */

WRAP(int, clock_gettime, clockid_t clock, struct timespec *ret_time)
{
    if (clock != CLOCK_REALTIME && clock != CLOCK_BOOTTIME) return __real_clock_gettime(clock, ret_time);
    int64_t us = atomic_load(&time_us);
    *ret_time = (struct timespec){us / 1000000, us % 1000000 * 1000};
    return 0;
}

WRAP(int, nanosleep, const struct timespec *time, struct timespec *ret_left)
{
    (void)time, (void)ret_left;
    return 0;
}

static uint64_t chance;

static void chance_begin(void)
{
    chance = 1;
}

WRAP(void, randombytes_buf, void *ret_bytes, size_t size)
{
    unsigned char *bytes = ret_bytes;
    for (size_t i = 0; i < size; i++) {
        chance = chance * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        bytes[i] = (unsigned char)(chance >> 56);
    }
}

static _Atomic bool writer_may_be_idle;
static _Atomic int64_t writer_rests; /* how often the writer had nothing left to do */

WRAP(int, pthread_cond_wait, pthread_cond_t *condition, pthread_mutex_t *mutex)
{
    atomic_fetch_add(&writer_rests, 1);
    return __real_pthread_cond_wait(condition, mutex);
}

WRAP(int, pthread_cond_timedwait, pthread_cond_t *condition, pthread_mutex_t *mutex, const struct timespec *until)
{
    (void)until;
    return atomic_load(&writer_may_be_idle) ? ETIMEDOUT : __real_pthread_cond_wait(condition, mutex);
}

/* Before SQLite is used. */
static void points_start(void)
{
    sqlite3_mem_methods counted;
    report = mmap(NULL, sizeof(*report), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    CHECK(report != MAP_FAILED);
    int code = sqlite3_config(SQLITE_CONFIG_GETMALLOC, &sqlite_memory);
    counted = sqlite_memory;
    counted.xMalloc = memory_of_sqlite;
    counted.xRealloc = memory_of_sqlite_resized;
    if (code == SQLITE_OK) code = sqlite3_config(SQLITE_CONFIG_MALLOC, &counted);
    CHECK(code == SQLITE_OK);
    chance_begin();
}

#endif
