/* See base.h. */
#include "archive/base.h"

#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"

enum { STEP_CHUNKS = 8 };

struct base {
    struct arena *arena;
    const struct base_source *source;
    struct place *place;
    struct gate_hold hold;
    bool held;
    struct base_manifest manifest;
    uint64_t copied;
    char name[ARCHIVE_NAME_SIZE];
    char *chunk;
};

static err failed(struct place *place, const char *what)
{
    snprintf(place->reason, sizeof(place->reason), "%s: %s", what, strerror(errno));
    return ERR_INTERNAL;
}

/* The hashes, and twice the text of the manifest, which grows while it is written. */
static size_t memory_for(size_t chunks)
{
    return chunks * (ARCHIVE_HASH_SIZE + 8 * ARCHIVE_HASH_SIZE) + (1 << 20) + 2 * BASE_CHUNK_SIZE;
}

static void manifest_fill(struct base *base, uint64_t size)
{
    const struct gate_hold *hold = &base->hold;
    base->manifest = (struct base_manifest){.origin = hold->least.origin,
                                            .after = hold->after.commit,
                                            .after_hash = hold->after.hash,
                                            .least = hold->least.commit,
                                            .least_hash = hold->least.hash,
                                            .least_ms = hold->least.time_ms,
                                            .gap_before = hold->after.gap_after,
                                            .page_size = base->source->page_size,
                                            .size = size,
                                            .program = BOXOFFICE_VERSION,
                                            .chunk_count = base_chunk_count(size)};
    base->manifest.chunks = ARENA_ARRAY(base->arena, struct archive_hash, base->manifest.chunk_count);
}

static void hold_end(struct base *base)
{
    if (base->held) gate_release(base->source->gate, &base->hold);
    base->held = false;
}

err base_begin(const struct base_source *source, struct place *place, struct base **ret_base)
{
    struct gate_hold hold;
    struct stat file;
    if (!gate_hold(source->gate, source->spool, &hold)) return ERR_OVERLOADED;
    if (fstat(source->database, &file) != 0 || file.st_size / BASE_CHUNK_SIZE >= BASE_CHUNKS_MAX) {
        gate_release(source->gate, &hold);
        return failed(place, "cannot read the size of the database");
    }
    struct arena *arena = arena_new(memory_for(base_chunk_count((uint64_t)file.st_size)));
    struct base *base = ARENA_NEW(arena, struct base);
    base->arena = arena;
    base->source = source;
    base->place = place;
    base->hold = hold;
    base->held = true;
    base->chunk = arena_alloc(arena, BASE_CHUNK_SIZE);
    manifest_fill(base, (uint64_t)file.st_size);
    archive_name(ARCHIVE_BASE, hold.least.origin.epoch, hold.least.commit, base->name);
    *ret_base = base;
    return OK;
}

/* Copies one chunk. */
static err chunk_copy(struct base *base)
{
    uint64_t left = base->manifest.size - base->copied;
    size_t size = left < BASE_CHUNK_SIZE ? (size_t)left : BASE_CHUNK_SIZE;
    ssize_t n = pread(base->source->database, base->chunk, size, (off_t)base->copied);
    if (n != (ssize_t)size) return failed(base->place, "cannot read the database file");
    str bytes = {base->chunk, size};
    archive_hash_of(bytes, &base->manifest.chunks[base->copied / BASE_CHUNK_SIZE]);
    err e = base->place->kind->append(base->place, base->name, (int64_t)base->copied, bytes);
    if (!e) base->copied += size;
    return e;
}

/* The records up to `least` must be durable before the manifest names them. */
static err complete(struct base *base)
{
    char name[ARCHIVE_NAME_SIZE];
    err e = base->place->kind->sync(base->place, base->name);
    if (e) return e;
    if (!spool_sync(base->source->spool)) return ERR_OVERLOADED;
    base->manifest.created_ms = clock_now_ms();
    archive_name(ARCHIVE_MANIFEST, base->manifest.origin.epoch, base->manifest.least, name);
    str text = manifest_render(&base->manifest, base->source->key, base->arena);
    return base->place->kind->replace(base->place, name, text);
}

err base_step(struct base *base, bool *ret_complete)
{
    err e = OK;
    for (int i = 0; i < STEP_CHUNKS && base->copied < base->manifest.size && !e; i++) e = chunk_copy(base);
    if (!e && !gate_holds(base->source->gate, &base->hold)) e = ERR_OVERLOADED;
    *ret_complete = false;
    if (e || base->copied < base->manifest.size) return e;
    hold_end(base);
    e = complete(base);
    *ret_complete = !e;
    return e;
}

uint64_t base_commit(const struct base *base)
{
    return base->manifest.least;
}

uint64_t base_after(const struct base *base)
{
    return base->manifest.after;
}

int64_t base_created_ms(const struct base *base)
{
    return base->manifest.created_ms;
}

void base_end(struct base *base)
{
    if (!base) return;
    hold_end(base);
    arena_free(base->arena);
}
