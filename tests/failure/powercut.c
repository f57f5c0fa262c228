/* Stands between the server and the file system (LD_PRELOAD) and remembers what a power cut would leave.
 *
 * For each file of the database it keeps "<file>.durable": what has been synchronised, no byte more. Writing marks
 * pages as unsynchronised; fsync copies the marked pages before it returns, so that whatever the server acknowledged
 * after it is in the shadow. A new file's name is durable only when its folder was synchronised (until then the shadow
 * is called "<file>.durable.new"), and so is the removal of a name. What is there when the process first opens a file
 * counts as durable. After SIGKILL the test puts the shadows in place of the files; see cutPower() in
 * tests/support/failure.mjs, which also makes the torn variants.
 *
 * It can also break the disk, for as long as a file of this name exists:
 *   <storage>.full       writes that would make a file of the database longer fail with ENOSPC
 *   <storage>.broken     synchronising fails with EIO
 *
 * POWERCUT_STORAGE is the absolute path of the database. POWERCUT_SYNC_US makes each synchronisation of a file take so
 * much longer, as on a slow disk, so that a kill more often finds some of it undone. The calls that are interposed are
 * those that SQLite's unix layer makes (nm -u third_party's library); a test compares file and shadow after an orderly
 * end, so that one that is missing would be noticed. The wal-index (-shm) is no durable state: it is only ever full. */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PAGE_SIZE = 4096, PAGES_MAX = 1 << 18, HANDLES_MAX = 8192, PATH_SIZE = 4096 };

/* What a handle can be. */
enum tracked { UNTRACKED, FOLDER, INDEX, FIRST_FILE, MAIN = FIRST_FILE, LOG, JOURNAL, TRACKED_COUNT };

static const char *const suffixes[TRACKED_COUNT] = {
    [INDEX] = "-shm", [MAIN] = "", [LOG] = "-wal", [JOURNAL] = "-journal"};

struct file {
    ino_t inode; /* 0: not seen yet */
    bool named;  /* the name is durable */
    uint64_t unsynchronised[PAGES_MAX / 64];
};

static struct file files[TRACKED_COUNT];
static uint8_t handles[HANDLES_MAX];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static const char *storage;
static char folder[PATH_SIZE];
static useconds_t slow_us;

static int (*real_open)(const char *, int, ...);
static int (*real_close)(int);
static ssize_t (*real_write)(int, const void *, size_t);
static ssize_t (*real_pwrite)(int, const void *, size_t, off_t);
static int (*real_ftruncate)(int, off_t);
static int (*real_fsync)(int);

/* dlsym gives an object pointer; this is how POSIX says to make a function pointer of it. */
#define FIND(variable, name) (*(void **)&(variable) = dlsym(RTLD_NEXT, name))

static void start(void)
{
    FIND(real_open, "open64");
    FIND(real_close, "close");
    FIND(real_write, "write");
    FIND(real_pwrite, "pwrite64");
    FIND(real_ftruncate, "ftruncate64");
    FIND(real_fsync, "fsync");
    storage = getenv("POWERCUT_STORAGE");
    const char *slow = getenv("POWERCUT_SYNC_US");
    if (slow) slow_us = (useconds_t)strtoul(slow, NULL, 10);
    if (!storage) return;
    const char *slash = strrchr(storage, '/');
    snprintf(folder, sizeof(folder), "%.*s", slash ? (int)(slash - storage) : 0, storage);
}

static void ready(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, start);
}

static _Noreturn void give_up(const char *what)
{
    fprintf(stderr, "powercut: %s: %s\n", what, strerror(errno));
    abort();
}

static enum tracked tracked_path(const char *path)
{
    size_t n = storage ? strlen(storage) : 0;
    if (n == 0) return UNTRACKED;
    if (strcmp(path, folder) == 0) return FOLDER;
    if (strncmp(path, storage, n) != 0) return UNTRACKED;
    for (int i = INDEX; i < TRACKED_COUNT; i++) {
        if (strcmp(path + n, suffixes[i]) == 0) return (enum tracked)i;
    }
    return UNTRACKED;
}

static enum tracked tracked_handle(int handle)
{
    return handle >= 0 && handle < HANDLES_MAX ? (enum tracked)handles[handle] : UNTRACKED;
}

static void path_of(enum tracked what, const char *extension, char path[static PATH_SIZE])
{
    snprintf(path, PATH_SIZE, "%s%s%s", storage, suffixes[what], extension);
}

static const char *shadow_extension(const struct file *file)
{
    return file->named ? ".durable" : ".durable.new";
}

static bool requested(const char *field_error)
{
    char path[PATH_SIZE];
    path_of(MAIN, field_error, path);
    return access(path, F_OK) == 0;
}

/* --- the shadow ----------------------------------------------------------------------------------------------------
 */

static void mark(struct file *file, off_t offset, size_t size)
{
    if (size == 0) return;
    size_t last = ((size_t)offset + size - 1) / PAGE_SIZE;
    if (last >= PAGES_MAX) give_up("the database is larger than this was made for");
    for (size_t i = (size_t)offset / PAGE_SIZE; i <= last; i++) file->unsynchronised[i / 64] |= 1ull << i % 64;
}

static void page_copy(int from, int to, size_t page)
{
    char bytes[PAGE_SIZE];
    off_t offset = (off_t)(page * PAGE_SIZE);
    ssize_t n = pread(from, bytes, sizeof(bytes), offset);
    if (n < 0 || real_pwrite(to, bytes, (size_t)n, offset) != n) give_up("copy");
}

/* Everything marked becomes durable, and so does the length. */
static void synchronise(enum tracked what, int handle)
{
    struct file *file = &files[what];
    char path[PATH_SIZE];
    struct stat status;
    path_of(what, shadow_extension(file), path);
    int shadow = real_open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (shadow < 0 || fstat(handle, &status) != 0) give_up(path);
    for (size_t i = 0; i < PAGES_MAX / 64; i++) {
        for (; file->unsynchronised[i]; file->unsynchronised[i] &= file->unsynchronised[i] - 1) {
            page_copy(handle, shadow, i * 64 + (size_t)__builtin_ctzll(file->unsynchronised[i]));
        }
    }
    if (real_ftruncate(shadow, status.st_size) != 0) give_up(path);
    real_close(shadow);
}

/* A file that this process sees for the first time: with its content, or made just now. */
static void appear(enum tracked what, int handle, bool existed)
{
    struct file *file = &files[what];
    struct stat status;
    char path[PATH_SIZE];
    if (fstat(handle, &status) != 0) give_up("fstat");
    if (file->inode == status.st_ino) return;
    *file = (struct file){.inode = status.st_ino, .named = existed};
    path_of(what, shadow_extension(file), path);
    unlink(path);
    if (!existed) return;
    mark(file, 0, (size_t)status.st_size);
    synchronise(what, handle);
}

/* The folder as it is becomes durable. */
static void synchronise_names(void)
{
    char path[PATH_SIZE], shadow[PATH_SIZE], unnamed[PATH_SIZE];
    for (int i = FIRST_FILE; i < TRACKED_COUNT; i++) {
        path_of((enum tracked)i, "", path);
        path_of((enum tracked)i, ".durable", shadow);
        path_of((enum tracked)i, ".durable.new", unnamed);
        if (access(path, F_OK) != 0) {
            unlink(shadow);
        } else if (files[i].inode && !files[i].named) {
            int handle = real_open(unnamed, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
            if (handle < 0 || rename(unnamed, shadow) != 0) give_up(shadow);
            real_close(handle);
            files[i].named = true;
        }
    }
}

/* --- the calls -----------------------------------------------------------------------------------------------------
 */

static int opened(const char *path, int flags, mode_t mode)
{
    ready();
    enum tracked what = tracked_path(path);
    bool existed = what && access(path, F_OK) == 0;
    int handle = real_open(path, flags, mode);
    if (handle < 0 || handle >= HANDLES_MAX) return handle;
    handles[handle] = (uint8_t)what;
    if (what < FIRST_FILE) return handle;
    pthread_mutex_lock(&lock);
    appear(what, handle, existed);
    pthread_mutex_unlock(&lock);
    return handle;
}

static mode_t mode_of(int flags, va_list arguments)
{
    return flags & O_CREAT ? va_arg(arguments, mode_t) : 0;
}

int open64(const char *path, int flags, ...)
{
    va_list arguments;
    va_start(arguments, flags);
    mode_t mode = mode_of(flags, arguments);
    va_end(arguments);
    return opened(path, flags, mode);
}

int open(const char *path, int flags, ...)
{
    va_list arguments;
    va_start(arguments, flags);
    mode_t mode = mode_of(flags, arguments);
    va_end(arguments);
    return opened(path, flags, mode);
}

int close(int handle)
{
    ready();
    if (handle >= 0 && handle < HANDLES_MAX) handles[handle] = UNTRACKED;
    return real_close(handle);
}

static bool full(enum tracked what, int handle, off_t end)
{
    struct stat status;
    return what >= INDEX && requested(".full") && fstat(handle, &status) == 0 && end > status.st_size;
}

ssize_t pwrite64(int handle, const void *bytes, size_t size, off_t offset)
{
    ready();
    enum tracked what = tracked_handle(handle);
    if (full(what, handle, offset + (off_t)size)) {
        errno = ENOSPC;
        return -1;
    }
    if (what < FIRST_FILE) return real_pwrite(handle, bytes, size, offset);
    pthread_mutex_lock(&lock);
    ssize_t n = real_pwrite(handle, bytes, size, offset);
    if (n > 0) mark(&files[what], offset, (size_t)n);
    pthread_mutex_unlock(&lock);
    return n;
}

ssize_t write(int handle, const void *bytes, size_t size)
{
    ready();
    if (tracked_handle(handle) < INDEX) return real_write(handle, bytes, size);
    off_t offset = lseek(handle, 0, SEEK_CUR);
    ssize_t n = pwrite64(handle, bytes, size, offset);
    if (n > 0) lseek(handle, n, SEEK_CUR);
    return n;
}

/* The new length becomes durable with the next fsync. */
int ftruncate64(int handle, off_t size)
{
    ready();
    if (full(tracked_handle(handle), handle, size)) {
        errno = ENOSPC;
        return -1;
    }
    return real_ftruncate(handle, size);
}

int fsync(int handle)
{
    ready();
    enum tracked what = tracked_handle(handle);
    if (what >= FIRST_FILE && requested(".broken")) {
        errno = EIO;
        return -1;
    }
    if (what >= FIRST_FILE && slow_us) usleep(slow_us);
    int result = real_fsync(handle);
    if (result != 0 || what == UNTRACKED || what == INDEX) return result;
    pthread_mutex_lock(&lock);
    if (what == FOLDER) {
        synchronise_names();
    } else {
        synchronise(what, handle);
    }
    pthread_mutex_unlock(&lock);
    return result;
}

int fdatasync(int handle)
{
    return fsync(handle);
}
