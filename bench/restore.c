/* Restoring an archive compared with copying a file: bench_restore FOLDER [BASE_MIB] [LOG_MIB] [ROUNDS]
 *
 * Makes an archive of an invented database in the folder (1024 MiB, and 256 MiB of log), then copies its base and
 * restores from it, alternately, each from and to the disk. Prints MiB of the base per second and the ratio; exit code
 * 1 when its median is below 0.5. Opening the result and checking its invariants is not included. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "archive/restore.h"
#include "base/check.h"
#include "base/clock.h"

enum { PAGE = 4096, FRAMES = 64, SEGMENT_RECORDS = 64, MIB = 1 << 20, ROUNDS_MAX = 32, GOAL_PERCENT = 50 };

static const char DIGITS[] = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
static const size_t ARENA_MAX = (size_t)8 << 30;

struct world {
    struct arena *arena;
    struct place *place;
    struct signing_key key;
    struct archive_origin origin;
    uint32_t pages;
    uint64_t commit, random;
    struct archive_hash hash;
    char base[ARCHIVE_NAME_SIZE];
    str folder;
};

static void done(err e)
{
    CHECK(e == OK);
}

static uint64_t draw(struct world *world)
{
    world->random ^= world->random << 13;
    world->random ^= world->random >> 7;
    world->random ^= world->random << 17;
    return world->random;
}

static void fill(struct world *world, char *bytes, size_t size)
{
    for (size_t i = 0; i < size; i += sizeof(uint64_t)) {
        uint64_t value = draw(world);
        memcpy(bytes + i, &value, sizeof(value));
    }
}

/* --- the archive -------------------------------------------------------------------------------------------------- */

static void make_base(struct world *world)
{
    char name[ARCHIVE_NAME_SIZE], *chunk = arena_alloc(world->arena, BASE_CHUNK_SIZE);
    struct base_manifest manifest = {.origin = world->origin,
                                     .created_ms = 1,
                                     .page_size = PAGE,
                                     .size = (uint64_t)world->pages * PAGE,
                                     .program = BOXOFFICE_VERSION};
    manifest.chunk_count = base_chunk_count(manifest.size);
    manifest.chunks = ARENA_ARRAY(world->arena, struct archive_hash, manifest.chunk_count);
    archive_name(ARCHIVE_BASE, 1, 0, world->base);
    archive_name(ARCHIVE_MANIFEST, 1, 0, name);
    for (size_t i = 0; i < manifest.chunk_count; i++) {
        fill(world, chunk, BASE_CHUNK_SIZE);
        archive_hash_of((str){chunk, BASE_CHUNK_SIZE}, &manifest.chunks[i]);
        done(world->place->kind->append(world->place, world->base, (int64_t)i * BASE_CHUNK_SIZE,
                                        (str){chunk, BASE_CHUNK_SIZE}));
    }
    done(world->place->kind->sync(world->place, world->base));
    done(world->place->kind->replace(world->place, name, manifest_render(&manifest, &world->key, world->arena)));
}

static void big_endian(char *p, uint32_t value)
{
    for (int i = 0; i < 4; i++) p[i] = (char)(value >> (24 - 8 * i));
}

static str make_record(struct world *world, char *bytes)
{
    size_t frame_size = FRAME_HEADER_SIZE + PAGE;
    struct record_header header = {.commit = ++world->commit,
                                   .time_ms = (int64_t)world->commit,
                                   .frames = FRAMES,
                                   .first_frame = 1,
                                   .database_pages = world->pages,
                                   .payload_size = FRAMES * frame_size,
                                   .previous = world->hash};
    for (uint32_t i = 0; i < FRAMES; i++) {
        char *frame = bytes + RECORD_HEADER_SIZE + i * frame_size;
        fill(world, frame, frame_size);
        big_endian(frame, 1 + (uint32_t)(draw(world) % world->pages));
        big_endian(frame + 4, i + 1 == FRAMES ? world->pages : 0);
    }
    archive_hash_of((str){bytes + RECORD_HEADER_SIZE, header.payload_size}, &header.payload);
    record_header_write(&header, (unsigned char *)bytes);
    world->hash = header.hash;
    return (str){bytes, RECORD_HEADER_SIZE + header.payload_size};
}

static void make_segment(struct world *world)
{
    char name[ARCHIVE_NAME_SIZE];
    unsigned char bytes[SEGMENT_HEADER_SIZE];
    char *record = arena_alloc(world->arena, RECORD_HEADER_SIZE + FRAMES * (FRAME_HEADER_SIZE + PAGE));
    struct segment_header header = {
        .origin = world->origin, .first_commit = world->commit + 1, .page_size = PAGE, .previous = world->hash};
    int64_t size = SEGMENT_HEADER_SIZE;
    segment_header_write(&header, bytes);
    archive_name(ARCHIVE_SEGMENT, 1, header.first_commit, name);
    done(world->place->kind->append(world->place, name, 0, (str){(const char *)bytes, sizeof(bytes)}));
    for (int i = 0; i < SEGMENT_RECORDS; i++) {
        str text = make_record(world, record);
        done(world->place->kind->append(world->place, name, size, text));
        size += (int64_t)text.n;
    }
    done(world->place->kind->sync(world->place, name));
}

static void make(struct world *world, long log_mib)
{
    struct archive_head head = {.origin = world->origin};
    make_base(world);
    while (world->commit * FRAMES * PAGE < (uint64_t)log_mib * MIB) make_segment(world);
    head.commit = world->commit;
    head.time_ms = (int64_t)world->commit;
    head.hash = world->hash;
    done(world->place->kind->replace(world->place, ARCHIVE_HEAD, head_render(&head, &world->key, world->arena)));
}

/* --- measuring ---------------------------------------------------------------------------------------------------- */

/* What is read comes from the disk, as far as the system lets its own copies go. */
static void forget(struct world *world)
{
    struct place_file *files;
    size_t count;
    done(world->place->kind->list(world->place, world->arena, &files, &count));
    for (size_t i = 0; i < count; i++) {
        int file = open(arena_printf(world->arena, "%.*s/%s", STR_ARG(world->folder), files[i].name.p).p, O_RDONLY);
        CHECK(file >= 0 && posix_fadvise(file, 0, 0, POSIX_FADV_DONTNEED) == 0);
        close(file);
    }
}

static int64_t copy(struct world *world, const char *into)
{
    static char chunk[BASE_CHUNK_SIZE];
    forget(world);
    int64_t begun_ms = clock_monotonic_ms();
    int to = open(into, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    CHECK(to >= 0);
    for (int64_t offset = 0;; offset += BASE_CHUNK_SIZE) {
        size_t n;
        done(world->place->kind->read(world->place, world->base, offset, chunk, sizeof(chunk), &n));
        if (n == 0) break;
        CHECK(write(to, chunk, n) == (ssize_t)n);
    }
    CHECK(fsync(to) == 0);
    close(to);
    int64_t spent_ms = clock_monotonic_ms() - begun_ms;
    unlink(into);
    return spent_ms;
}

static int64_t restore(struct world *world, const char *into)
{
    struct arena *arena = arena_new(ARENA_MAX);
    struct catalog *catalog;
    struct chain *chain;
    str reason = STR("");
    forget(world);
    int64_t begun_ms = clock_monotonic_ms();
    err e = catalog_read(world->place, &world->key, arena, &reason, &catalog);
    if (!e) e = chain_find(catalog, &(struct chain_target){.kind = TARGET_LATEST}, NULL, arena, &reason, &chain);
    if (!e) e = restore_write(chain, into, NULL, arena, &reason);
    if (e) fprintf(stderr, "%.*s\n", STR_ARG(reason));
    done(e);
    int64_t spent_ms = clock_monotonic_ms() - begun_ms;
    unlink(into);
    arena_free(arena);
    return spent_ms;
}

static int by_number(const void *a, const void *b)
{
    return *(const int *)a - *(const int *)b;
}

int main(int argc, char **argv)
{
    long numbers[] = {1024, 256, 5}; /* MiB of the base, MiB of the log, rounds */
    int ratios[ROUNDS_MAX];
    for (int i = 0; i < 3 && i + 2 < argc; i++) numbers[i] = strtol(argv[i + 2], NULL, 10);
    if (argc < 2 || numbers[0] < 1 || numbers[2] < 1 || numbers[2] > ROUNDS_MAX) {
        fprintf(stderr, "usage: bench_restore FOLDER [BASE_MIB] [LOG_MIB] [ROUNDS]\n");
        return 64;
    }
    struct world world = {.arena = arena_new(ARENA_MAX), .random = 88172645463325252, .folder = str_of(argv[1])};
    str reason = STR(""), into = arena_printf(world.arena, "%s.restored", argv[1]);
    world.pages = (uint32_t)(numbers[0] * (MIB / PAGE));
    world.origin.epoch = 1;
    signing_key_derive(DIGITS, &world.key);
    const struct place_opening opening = {.address = world.folder, .create = true};
    done(place_open(&opening, world.arena, &reason, &world.place));
    make(&world, numbers[1]);
    for (long round = 0; round < numbers[2]; round++) {
        int64_t copied_ms = copy(&world, into.p), restored_ms = restore(&world, into.p);
        ratios[round] = (int)(copied_ms * 100 / restored_ms);
        printf("copy %lld MiB/s, restore %lld MiB/s, ratio 0.%02d\n", (long long)(numbers[0] * 1000 / copied_ms),
               (long long)(numbers[0] * 1000 / restored_ms), ratios[round]);
    }
    place_close(world.place);
    arena_free(world.arena);
    qsort(ratios, (size_t)numbers[2], sizeof(*ratios), by_number);
    return ratios[numbers[2] / 2] >= GOAL_PERCENT ? 0 : 1;
}
