/* A place that is a directory: see place.h.
 *
 * The file that is being extended stays open until it is synchronised, because the kernel reports a failed write to
 * the descriptors that were open at that time, and only once. After such an error what was written since the last
 * synchronisation is unknown; it is cut off, so that the caller finds the file shorter and appends it again. */
#include "archive/place_directory.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"

enum { FILES_MAX = 1 << 20, FILES_FIRST = 64, NAME_MAX_SIZE = 256, READING_MAX = 64 };

/* A file that was read, and stays open: restoring reads single pages of many segments. Reading at the beginning opens
 * the file again, so that one that another process has replaced is noticed. */
struct reading_file {
    int file; /* -1: none */
    char name[NAME_MAX_SIZE];
};

struct place_directory {
    struct place place;
    int folder;
    int file;     /* being extended; -1: none */
    off_t synced; /* its size when it was last synchronised */
    bool created; /* its name is not synchronised */
    char name[NAME_MAX_SIZE];
    struct reading_file reading[READING_MAX];
    size_t reading_next; /* the one to close when all are open */
};

static struct place_directory *directory_of(struct place *place)
{
    return (struct place_directory *)place;
}

/* Sets the reason of a failure from errno, and returns its code. */
static err failed(struct place_directory *directory, const char *name, const char *what)
{
    int reason = errno;
    snprintf(directory->place.reason, sizeof(directory->place.reason), "cannot %s %.*s/%s: %s", what, 256,
             directory->place.address, name, strerror(reason));
    if (reason == ENOENT) return ERR_NOT_FOUND;
    return file_error(reason);
}

/* --- listing ------------------------------------------------------------------------------------------------------ */

struct listing {
    struct arena *arena;
    struct place_file *files;
    size_t count, room;
};

static void listing_add(struct listing *listing, str name, int64_t size)
{
    if (listing->count == listing->room) {
        size_t room = listing->room ? 2 * listing->room : FILES_FIRST;
        struct place_file *files = ARENA_ARRAY(listing->arena, struct place_file, room);
        if (listing->count) memcpy(files, listing->files, listing->count * sizeof(*files));
        listing->files = files;
        listing->room = room;
    }
    listing->files[listing->count++] = (struct place_file){arena_copy(listing->arena, name), size};
}

static int by_name(const void *a, const void *b)
{
    return strcmp(((const struct place_file *)a)->name.p, ((const struct place_file *)b)->name.p);
}

/* Adds the regular files. Names that begin with a point are not of the archive: files that are being replaced. */
static err list_entries(struct place_directory *directory, DIR *stream, struct listing *listing)
{
    struct stat found;
    for (;;) {
        errno = 0;
        const struct dirent *entry = readdir(stream);
        if (!entry) return errno ? failed(directory, "", "list") : OK;
        if (entry->d_name[0] == '.') continue;
        if (fstatat(directory->folder, entry->d_name, &found, AT_SYMLINK_NOFOLLOW) != 0) {
            if (errno == ENOENT) continue; /* removed just now */
            return failed(directory, entry->d_name, "read");
        }
        if (!S_ISREG(found.st_mode)) continue;
        errno = E2BIG;
        if (listing->count == FILES_MAX) return failed(directory, "", "list");
        listing_add(listing, str_of(entry->d_name), found.st_size);
    }
}

static err list(struct place *place, struct arena *arena, struct place_file **ret_files, size_t *ret_count)
{
    struct place_directory *directory = directory_of(place);
    if (place_abandoned(place)) return ERR_INTERNAL;
    struct listing listing = {.arena = arena};
    int folder = openat(directory->folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *stream = folder >= 0 ? fdopendir(folder) : NULL;
    if (!stream) {
        err e = failed(directory, "", "list");
        if (folder >= 0) close(folder);
        return e;
    }
    err e = list_entries(directory, stream, &listing);
    closedir(stream);
    if (e) return e;
    if (listing.count) qsort(listing.files, listing.count, sizeof(*listing.files), by_name);
    *ret_files = listing.files;
    *ret_count = listing.count;
    return OK;
}

/* --- reading and writing ------------------------------------------------------------------------------------------ */

static void stop_reading(struct reading_file *reading)
{
    if (reading->file >= 0) close(reading->file);
    reading->file = -1;
}

static struct reading_file *reading_find(struct place_directory *directory, const char *name)
{
    for (size_t i = 0; i < READING_MAX; i++) {
        struct reading_file *reading = &directory->reading[i];
        if (reading->file >= 0 && strcmp(reading->name, name) == 0) return reading;
    }
    return NULL;
}

/* NULL with errno set. */
static struct reading_file *reading_open(struct place_directory *directory, const char *name, bool again)
{
    struct reading_file *reading = reading_find(directory, name);
    if (reading && !again) return reading;
    if (!reading) reading = &directory->reading[directory->reading_next++ % READING_MAX];
    stop_reading(reading);
    CHECK(strlen(name) < sizeof(reading->name));
    snprintf(reading->name, sizeof(reading->name), "%s", name);
    reading->file = openat(directory->folder, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    return reading->file >= 0 ? reading : NULL;
}

static err read_file(struct place *place, const char *name, int64_t offset, void *bytes, size_t size, size_t *ret_read)
{
    struct place_directory *directory = directory_of(place);
    if (place_abandoned(place)) return ERR_INTERNAL;
    struct reading_file *reading = reading_open(directory, name, offset == 0);
    if (!reading) return failed(directory, name, "open");
    ssize_t n = file_read_at(reading->file, bytes, size, offset);
    if (n < 0) return failed(directory, name, "read");
    *ret_read = (size_t)n;
    return OK;
}

/* --- extending ---------------------------------------------------------------------------------------------------- */

static void forget(struct place_directory *directory)
{
    if (directory->file >= 0) close(directory->file);
    directory->file = -1;
}

static err sync_now(struct place_directory *directory)
{
    if (directory->file < 0) return OK;
    off_t end = lseek(directory->file, 0, SEEK_END);
    bool synced = end >= 0 && fdatasync(directory->file) == 0;
    if (synced && directory->created) synced = fsync(directory->folder) == 0;
    if (synced) {
        directory->synced = end;
        directory->created = false;
        return OK;
    }
    err e = failed(directory, directory->name, "synchronise");
    if (ftruncate(directory->file, directory->synced) != 0)
        errno = EIO; /* what is left is compared before it is continued */
    forget(directory);
    return e;
}

/* Makes this the file that is being extended. */
static err extend(struct place_directory *directory, const char *name, bool create)
{
    if (directory->file >= 0 && strcmp(directory->name, name) == 0) return OK;
    err e = sync_now(directory);
    if (e) return e;
    forget(directory);
    CHECK(strlen(name) < sizeof(directory->name));
    directory->created = create && faccessat(directory->folder, name, F_OK, AT_SYMLINK_NOFOLLOW) != 0;
    directory->file = openat(directory->folder, name, O_RDWR | O_NOFOLLOW | O_CLOEXEC | (create ? O_CREAT : 0), 0600);
    if (directory->file < 0) return failed(directory, name, "open");
    snprintf(directory->name, sizeof(directory->name), "%s", name);
    directory->synced = lseek(directory->file, 0, SEEK_END);
    return OK;
}

static err append(struct place *place, const char *name, int64_t offset, str bytes)
{
    struct place_directory *directory = directory_of(place);
    if (place_abandoned(place)) return ERR_INTERNAL;
    err e = extend(directory, name, offset == 0);
    if (e) return e;
    off_t end = lseek(directory->file, 0, SEEK_END);
    errno = EINVAL; /* a gap would be read as zeros */
    if (end < offset) return failed(directory, name, "continue");
    if (directory->synced > offset) directory->synced = offset;
    if (end > offset && ftruncate(directory->file, offset) != 0) return failed(directory, name, "cut");
    if (file_write_at(directory->file, bytes.p, bytes.n, offset)) return OK;
    return failed(directory, name, "write");
}

static err sync_file(struct place *place, const char *name)
{
    struct place_directory *directory = directory_of(place);
    err e = extend(directory, name, false);
    return e ? e : sync_now(directory);
}

/* --- small files -------------------------------------------------------------------------------------------------- */

static err write_new(struct place_directory *directory, const char *name, str bytes)
{
    int file = openat(directory->folder, name, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (file < 0) return failed(directory, name, "create");
    err e = OK;
    if (!file_write_at(file, bytes.p, bytes.n, 0)) e = failed(directory, name, "write");
    if (!e && fsync(file) != 0) e = failed(directory, name, "synchronise");
    close(file);
    return e;
}

static err replace(struct place *place, const char *name, str bytes)
{
    struct place_directory *directory = directory_of(place);
    struct reading_file *reading = reading_find(directory, name);
    char temporary[NAME_MAX_SIZE];
    int n = snprintf(temporary, sizeof(temporary), ".%s.new", name);
    CHECK(n < (int)sizeof(temporary));
    if (directory->file >= 0 && strcmp(directory->name, name) == 0) forget(directory);
    err e = write_new(directory, temporary, bytes);
    if (!e && renameat(directory->folder, temporary, directory->folder, name) != 0)
        e = failed(directory, name, "replace");
    if (!e && fsync(directory->folder) != 0) e = failed(directory, name, "synchronise");
    if (e) unlinkat(directory->folder, temporary, 0);
    if (reading) stop_reading(reading);
    return e;
}

static err remove_file(struct place *place, const char *name)
{
    struct place_directory *directory = directory_of(place);
    if (place_abandoned(place)) return ERR_INTERNAL;
    struct reading_file *reading = reading_find(directory, name);
    if (reading) stop_reading(reading);
    if (directory->file >= 0 && strcmp(directory->name, name) == 0) forget(directory);
    return unlinkat(directory->folder, name, 0) == 0 ? OK : failed(directory, name, "remove");
}

static void close_directory(struct place *place)
{
    struct place_directory *directory = directory_of(place);
    forget(directory);
    for (size_t i = 0; i < READING_MAX; i++) stop_reading(&directory->reading[i]);
    close(directory->folder);
}

/* --- opening ------------------------------------------------------------------------------------------------------ */

static const struct place_kind directory_kind = {
    .list = list,
    .read = read_file,
    .append = append,
    .sync = sync_file,
    .replace = replace,
    .remove = remove_file,
    .close = close_directory,
};

err place_directory_open(str path, bool create, struct arena *arena, str *ret_reason, struct place **ret_place)
{
    str name = arena_copy(arena, path);
    if (create && mkdir(name.p, 0700) != 0 && errno != EEXIST) {
        *ret_reason = arena_printf(arena, "cannot create the directory %s: %s", name.p, strerror(errno));
        return errno == ENOSPC || errno == EDQUOT ? ERR_STORAGE_FULL : ERR_NOT_FOUND;
    }
    int folder = open(name.p, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder < 0) {
        *ret_reason = arena_printf(arena, "cannot open the directory %s: %s", name.p, strerror(errno));
        return ERR_NOT_FOUND;
    }
    struct place_directory *directory = ARENA_NEW(arena, struct place_directory);
    directory->place.kind = &directory_kind;
    directory->folder = folder;
    directory->file = -1;
    for (size_t i = 0; i < READING_MAX; i++) directory->reading[i].file = -1;
    *ret_place = &directory->place;
    return OK;
}
