/* Writing the database file that a chain gives: see restore.h. */
#include "archive/restore.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/check.h"
#include "base/file.h"
#include "schema/storage_files.h"

/* --- files -------------------------------------------------------------------------------------------------------- */

static const char *const files[] = {"", "-wal", "-shm", ".mark", ".archive"};

/* The folder of a path, NUL-terminated. */
static str folder_of(const char *path, struct arena *arena)
{
    const char *slash = strrchr(path, '/');
    if (!slash) return STR(".");
    return arena_copy(arena, (str){path, slash == path ? 1 : (size_t)(slash - path)});
}

err restore_check(const char *path, struct arena *arena, str *ret_reason)
{
    struct stat found;
    str folder = folder_of(path, arena);
    if (stat(folder.p, &found) != 0 || !S_ISDIR(found.st_mode)) {
        *ret_reason = arena_printf(arena, "the folder %s does not exist; create it first", folder.p);
        return ERR_NOT_FOUND;
    }
    for (size_t i = 0; i < COUNT_OF(files); i++) {
        str file = arena_printf(arena, "%s%s", path, files[i]);
        if (lstat(file.p, &found) != 0 && errno == ENOENT) continue;
        *ret_reason = arena_printf(arena, "%s already exists; nothing is restored over an existing database", file.p);
        return ERR_STATE_CONFLICT;
    }
    return OK;
}

void restore_remove(const char *path, struct arena *arena)
{
    unlink(path);
    for (size_t i = 0; i < COUNT_OF(STORAGE_FILES); i++) unlink(arena_printf(arena, "%s%s", path, STORAGE_FILES[i]).p);
}

err restore_rename(const char *from, const char *to, struct arena *arena, str *ret_reason)
{
    if (link(from, to) == 0 && unlink(from) == 0 && folder_sync_of(to)) return OK;
    *ret_reason = arena_printf(arena, "cannot rename %s to %s: %s", from, to, strerror(errno));
    return errno == EEXIST ? ERR_STATE_CONFLICT : ERR_INTERNAL;
}

/* --- writing ------------------------------------------------------------------------------------------------------ */

struct writing {
    const struct chain *chain;
    const char *path;
    const struct chain_progress *progress;
    struct arena *arena;
    str *ret_reason;
    int file;
    uint64_t size;               /* of the database */
    unsigned char *chunk;        /* BASE_CHUNK_SIZE bytes of it */
    struct archive_hash *hashes; /* of what was written, for each chunk */
};

static err failed(const struct writing *writing, const char *what)
{
    int reason = errno;
    *writing->ret_reason = arena_printf(writing->arena, "cannot %s %s: %s", what, writing->path, strerror(reason));
    return file_error(reason);
}

static int64_t offset_of(size_t index)
{
    return (int64_t)(index * BASE_CHUNK_SIZE);
}

static size_t chunk_size(const struct writing *writing, size_t index)
{
    uint64_t left = writing->size - (uint64_t)index * BASE_CHUNK_SIZE;
    return left < BASE_CHUNK_SIZE ? (size_t)left : BASE_CHUNK_SIZE;
}

/* What the chunk is in the base, with the last version of each of its pages. Pages beyond the base are in segments;
 * what is in neither was never written, and is zeros. *ret_hash is that of the chunk.
 */
static err chunk_fill(const struct writing *writing, size_t index, struct archive_hash *ret_hash)
{
    const struct chain *chain = writing->chain;
    size_t size = chunk_size(writing, index), page_size = chain->page_size;
    const struct base_manifest *manifest = &chain->base->manifest;
    bool as_in_base = size == BASE_CHUNK_SIZE && (index + 1) * (uint64_t)BASE_CHUNK_SIZE <= manifest->size;
    memset(writing->chunk, 0, BASE_CHUNK_SIZE);
    if (index < manifest->chunk_count) {
        err e =
            chain_read_base(chain->catalog, chain->base, index, writing->arena, writing->chunk, writing->ret_reason);
        if (e) return e;
    }
    for (size_t at = 0; at < size; at += page_size) {
        size_t number = ((size_t)index * BASE_CHUNK_SIZE + at) / page_size;
        if (number >= chain->page_count || chain->page[number].segment == 0) continue;
        err e = chain_read_page(chain, &chain->page[number], writing->arena, writing->chunk + at, writing->ret_reason);
        if (e) return e;
        as_in_base = false;
    }
    if (as_in_base)
        *ret_hash = manifest->chunks[index];
    else
        archive_hash_of((str){(const char *)writing->chunk, size}, ret_hash);
    return OK;
}

/* After a chunk: shows the progress; ERR_INTERNAL when the process stops. */
static err proceed(const struct writing *writing, const char *what, size_t index)
{
    struct place *place = writing->chain->catalog->place;
    if (place_abandoned(place)) {
        *writing->ret_reason = arena_copy(writing->arena, str_of(place->reason));
        return ERR_INTERNAL;
    }
    if (writing->progress)
        writing->progress->show(writing->progress->context, what, (uint64_t)index * BASE_CHUNK_SIZE, writing->size);
    return OK;
}

static err write_chunks(const struct writing *writing)
{
    for (size_t i = 0; i < base_chunk_count(writing->size); i++) {
        size_t size = chunk_size(writing, i);
        err e = chunk_fill(writing, i, &writing->hashes[i]);
        if (e) return e;
        if (!file_write_at(writing->file, writing->chunk, size, offset_of(i))) return failed(writing, "write");
        e = proceed(writing, "written", i);
        if (e) return e;
    }
    return fsync(writing->file) == 0 ? OK : failed(writing, "synchronise");
}

/* From the disk, as far as the system lets its own copy go. */
static err compare_chunks(const struct writing *writing)
{
    struct archive_hash hash;
    (void)posix_fadvise(writing->file, 0, 0, POSIX_FADV_DONTNEED);
    for (size_t i = 0; i < base_chunk_count(writing->size); i++) {
        size_t size = chunk_size(writing, i);
        ssize_t n = file_read_at(writing->file, writing->chunk, size, offset_of(i));
        if (n >= 0 && n < (ssize_t)size) errno = EIO;
        if (n < (ssize_t)size) return failed(writing, "read");
        archive_hash_of((str){(const char *)writing->chunk, size}, &hash);
        errno = EIO;
        if (!archive_hash_equal(&hash, &writing->hashes[i])) return failed(writing, "read what was written to");
        err e = proceed(writing, "compared", i);
        if (e) return e;
    }
    return OK;
}

err restore_write(const struct chain *chain, const char *path, const struct chain_progress *progress,
                  struct arena *arena, str *ret_reason)
{
    struct writing writing = {
        .chain = chain,
        .path = path,
        .progress = progress,
        .arena = arena,
        .ret_reason = ret_reason,
        .file = open(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600),
        .size = chain->pages * chain->page_size,
        .chunk = arena_alloc(arena, BASE_CHUNK_SIZE),
    };
    if (writing.file < 0) return failed(&writing, "create");
    writing.hashes = ARENA_ARRAY(arena, struct archive_hash, base_chunk_count(writing.size) + 1);
    err e = write_chunks(&writing);
    if (!e) e = compare_chunks(&writing);
    close(writing.file);
    if (e) unlink(path);
    return e;
}
