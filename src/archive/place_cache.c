/* See place_cache.h. Files are copied in blocks when they are first read. */
#include "archive/place_cache.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"

enum { BLOCK_SIZE = 1 << 20, FILES_MAX = 1 << 20, BLOCKS_MAX = 1 << 21, FIRST_ROOM = 16 };

struct block {
    uint32_t slot; /* where it is in the copy, from 1; 0: it was not read yet */
    uint32_t size; /* less than BLOCK_SIZE at the end of the file */
};

struct file {
    str name;
    struct block *blocks;
    size_t room;
};

struct place_cache {
    struct place place;
    struct place *source;
    struct arena *arena;
    int copy;
    uint32_t slots; /* used */
    struct file *files;
    size_t count, room;
    size_t last; /* the file that was read last */
    char *block;
};

static struct place_cache *cache_of(struct place *place)
{
    return (struct place_cache *)place;
}

static err source_failed(struct place_cache *cache, err e)
{
    memcpy(cache->place.reason, cache->source->reason, sizeof(cache->place.reason));
    return e;
}

static err copy_failed(struct place_cache *cache)
{
    int reason = errno;
    snprintf(cache->place.reason, sizeof(cache->place.reason),
             "cannot keep a copy of the archive in a temporary file: %s", strerror(reason));
    return file_error(reason);
}

/* A longer array in the arena. */
static void *grown(struct arena *arena, void *array, size_t item_size, size_t count, size_t room)
{
    char *longer = arena_array(arena, item_size, room);
    if (count) memcpy(longer, array, count * item_size);
    return longer;
}

static struct file *file_of(struct place_cache *cache, const char *name)
{
    if (cache->last < cache->count && str_is(cache->files[cache->last].name, name)) return &cache->files[cache->last];
    for (cache->last = 0; cache->last < cache->count; cache->last++) {
        if (str_is(cache->files[cache->last].name, name)) return &cache->files[cache->last];
    }
    CHECK(cache->count < FILES_MAX);
    if (cache->count == cache->room) {
        cache->room = cache->room ? 2 * cache->room : FIRST_ROOM;
        cache->files = grown(cache->arena, cache->files, sizeof(*cache->files), cache->count, cache->room);
    }
    struct file *file = &cache->files[cache->count++];
    file->name = arena_copy(cache->arena, str_of(name));
    return file;
}

static struct block *block_of(struct place_cache *cache, struct file *file, size_t index)
{
    if (index >= file->room) {
        size_t room = file->room ? file->room : FIRST_ROOM;
        while (room <= index) room *= 2;
        file->blocks = grown(cache->arena, file->blocks, sizeof(*file->blocks), file->room, room);
        file->room = room;
    }
    return &file->blocks[index];
}

static err block_copy(struct place_cache *cache, const char *name, size_t index, struct block *block)
{
    size_t n;
    err e = cache->source->kind->read(cache->source, name, (int64_t)index * BLOCK_SIZE, cache->block, BLOCK_SIZE, &n);
    if (e) return source_failed(cache, e);
    errno = ENOSPC; /* of a short write */
    if (pwrite(cache->copy, cache->block, n, (off_t)cache->slots * BLOCK_SIZE) != (ssize_t)n) return copy_failed(cache);
    *block = (struct block){++cache->slots, (uint32_t)n};
    return OK;
}

static err read_file(struct place *place, const char *name, int64_t offset, void *bytes, size_t size, size_t *ret_read)
{
    struct place_cache *cache = cache_of(place);
    struct file *file = file_of(cache, name);
    size_t done = 0;
    while (done < size) {
        size_t index = (size_t)((offset + (int64_t)done) / BLOCK_SIZE);
        size_t from = (size_t)((offset + (int64_t)done) % BLOCK_SIZE);
        if (index >= BLOCKS_MAX) break; /* no file is so long */
        struct block *block = block_of(cache, file, index);
        err e = block->slot ? OK : block_copy(cache, name, index, block);
        if (e) return e;
        if (from >= block->size) break;
        size_t left = block->size - from, n = size - done < left ? size - done : left;
        off_t at = (off_t)(block->slot - 1) * BLOCK_SIZE + (off_t)from;
        errno = EIO; /* of a short read */
        if (pread(cache->copy, (char *)bytes + done, n, at) != (ssize_t)n) return copy_failed(cache);
        done += n;
        if (n == left && block->size < BLOCK_SIZE) break;
    }
    *ret_read = done;
    return OK;
}

static err list(struct place *place, struct arena *arena, struct place_file **ret_files, size_t *ret_count)
{
    struct place_cache *cache = cache_of(place);
    err e = cache->source->kind->list(cache->source, arena, ret_files, ret_count);
    return e ? source_failed(cache, e) : OK;
}

static void close_cache(struct place *place)
{
    struct place_cache *cache = cache_of(place);
    close(cache->copy);
    arena_free(cache->arena);
}

static const struct place_kind cache_kind = {.list = list, .read = read_file, .close = close_cache};

static int copy_open(const char *folder, struct arena *arena)
{
    str path = arena_printf(arena, "%s/boxoffice-copy-XXXXXX", folder);
    char *name = arena_alloc(arena, path.n + 1);
    memcpy(name, path.p, path.n);
    int copy = mkostemp(name, O_CLOEXEC);
    if (copy >= 0) unlink(name);
    return copy;
}

err place_cache_open(struct place *source, const char *folder, struct arena *arena, str *ret_reason,
                     struct place **ret_place)
{
    enum { ARENA_MAX = 256 << 20 };
    int copy = copy_open(folder, arena);
    if (copy < 0) {
        *ret_reason = arena_printf(arena, "cannot create a file in %s: %s", folder, strerror(errno));
        return ERR_INTERNAL;
    }
    struct place_cache *cache = ARENA_NEW(arena, struct place_cache);
    cache->place.kind = &cache_kind;
    memcpy(cache->place.address, source->address, sizeof(source->address));
    cache->place.abandoned = source->abandoned;
    cache->place.context = source->context;
    cache->source = source;
    cache->arena = arena_new(ARENA_MAX);
    cache->copy = copy;
    cache->block = arena_alloc(cache->arena, BLOCK_SIZE);
    *ret_place = &cache->place;
    return OK;
}
