/* An archive of an invented database, written by format.h and manifest.h in a directory of its own, and the digest of
 * the database after each commit. Everything follows from the seed. */
#ifndef ARCHIVE_FIXTURE_H
#define ARCHIVE_FIXTURE_H

#include "unit.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "archive/chain.h"
#include "archive/place.h"

enum {
    FIXTURE_PAGE = 4096,
    FIXTURE_PAGES_MAX = 400,
    FIXTURE_PAGES = 40,
    FIXTURE_PAGES_MANY = 270,
    FIXTURE_COMMITS = 48,
    FIXTURE_EPOCHS = 3,
    FIXTURE_BASES_MAX = 64,
    FIXTURE_ARENA_MAX = 256 << 20,
};

static const char FIXTURE_DIGITS[] = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

/* Where a record is. */
struct fixture_record {
    char segment[ARCHIVE_NAME_SIZE];
    int64_t offset, size;
    uint64_t commit;
};

struct fixture {
    char folder[64];
    struct arena *arena;
    struct place *place;
    struct signing_key key;
    struct archive_origin origin;
    uint64_t random;

    unsigned char *pages; /* the database now */
    uint32_t page_count, pages_least;
    uint64_t commit; /* the last one */
    int64_t time_ms;
    struct archive_hash hash;
    struct archive_hash digests[FIXTURE_COMMITS * FIXTURE_EPOCHS + 1]; /* of the database after each commit */
    int64_t times[FIXTURE_COMMITS * FIXTURE_EPOCHS + 1];

    char segment[ARCHIVE_NAME_SIZE]; /* that is being written; empty: none */
    int64_t segment_size;
    unsigned char *log_pages; /* the database when the log of this segment began */
    uint32_t log_page_count;
    uint64_t log_after;
    struct archive_hash log_hash;
    bool gap;     /* the next segment says that a gap precedes it */
    bool log_gap; /* this one said so */

    struct fixture_record records[FIXTURE_COMMITS * FIXTURE_EPOCHS];
    size_t record_count;
    uint64_t bases[FIXTURE_BASES_MAX]; /* their commits `least`, and `after` */
    uint64_t bases_after[FIXTURE_BASES_MAX];
    size_t base_count;
};

static inline uint32_t fixture_draw(struct fixture *fixture, uint32_t below)
{
    fixture->random = fixture->random * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)((fixture->random >> 33) % below);
}

static inline void fixture_digest(const struct fixture *fixture, struct archive_hash *ret)
{
    archive_hash_of((str){(const char *)fixture->pages, (size_t)fixture->page_count * FIXTURE_PAGE}, ret);
}

/* The next commit begins a new log, and so a new segment. */
static inline void fixture_new_log(struct fixture *fixture)
{
    fixture->segment[0] = '\0';
    memcpy(fixture->log_pages, fixture->pages, (size_t)FIXTURE_PAGES_MAX * FIXTURE_PAGE);
    fixture->log_page_count = fixture->page_count;
    fixture->log_after = fixture->commit;
    fixture->log_hash = fixture->hash;
    fixture->log_gap = fixture->gap;
}

static inline void fixture_begin_segment(struct fixture *fixture)
{
    unsigned char bytes[SEGMENT_HEADER_SIZE];
    struct segment_header header = {
        .origin = fixture->origin,
        .first_commit = fixture->commit + 1,
        .created_ms = fixture->time_ms,
        .page_size = FIXTURE_PAGE,
        .salts = {fixture_draw(fixture, 1000), fixture_draw(fixture, 1000)},
        .gap_before = fixture->gap,
        .previous = fixture->hash,
    };
    fixture->gap = false;
    segment_header_write(&header, bytes);
    archive_name(ARCHIVE_SEGMENT, fixture->origin.epoch, header.first_commit, fixture->segment);
    str text = {(const char *)bytes, sizeof(bytes)};
    assert_int_equal(fixture->place->kind->append(fixture->place, fixture->segment, 0, text), OK);
    fixture->segment_size = SEGMENT_HEADER_SIZE;
}

/* Changes some pages, and now and then the size. Returns the frames. */
static inline str fixture_change(struct fixture *fixture, uint32_t *ret_frames)
{
    uint32_t frames = 1 + fixture_draw(fixture, 5), grown = fixture_draw(fixture, 4) ? 0 : fixture_draw(fixture, 20);
    if (fixture_draw(fixture, 6) == 0 && fixture->page_count > fixture->pages_least + 10)
        fixture->page_count -= fixture_draw(fixture, 20);
    if (fixture->page_count + grown <= FIXTURE_PAGES_MAX) {
        memset(fixture->pages + (size_t)fixture->page_count * FIXTURE_PAGE, 0, (size_t)grown * FIXTURE_PAGE);
        fixture->page_count += grown;
    } else {
        grown = 0;
    }
    frames += grown;
    unsigned char *bytes = arena_alloc(fixture->arena, (size_t)frames * (FRAME_HEADER_SIZE + FIXTURE_PAGE)), *p = bytes;
    for (uint32_t i = 0; i < frames; i++) {
        uint32_t number = i < grown ? fixture->page_count - i : 1 + fixture_draw(fixture, fixture->page_count);
        uint32_t size = i + 1 == frames ? fixture->page_count : 0;
        unsigned char *page = fixture->pages + (size_t)(number - 1) * FIXTURE_PAGE;
        for (size_t k = 0; k < FIXTURE_PAGE; k += 64) page[k] = (unsigned char)fixture_draw(fixture, 256);
        for (int k = 0; k < 4; k++) p[k] = (unsigned char)(number >> (24 - 8 * k));
        for (int k = 0; k < 4; k++) p[4 + k] = (unsigned char)(size >> (24 - 8 * k));
        memcpy(p + FRAME_HEADER_SIZE, page, FIXTURE_PAGE);
        p += FRAME_HEADER_SIZE + FIXTURE_PAGE;
    }
    *ret_frames = frames;
    return (str){(const char *)bytes, (size_t)(p - bytes)};
}

static inline void fixture_commit(struct fixture *fixture)
{
    unsigned char bytes[RECORD_HEADER_SIZE];
    struct record_header record = {.commit = fixture->commit + 1, .first_frame = 1, .previous = fixture->hash};
    if (!fixture->segment[0]) fixture_begin_segment(fixture);
    str frames = fixture_change(fixture, &record.frames);
    fixture->time_ms += 1 + fixture_draw(fixture, 1000);
    record.time_ms = fixture->time_ms;
    record.database_pages = fixture->page_count;
    record.payload_size = frames.n;
    archive_hash_of(frames, &record.payload);
    record_header_write(&record, bytes);
    struct place *place = fixture->place;
    str head = {(const char *)bytes, sizeof(bytes)};
    assert_int_equal(place->kind->append(place, fixture->segment, fixture->segment_size, head), OK);
    assert_int_equal(place->kind->append(place, fixture->segment, fixture->segment_size + RECORD_HEADER_SIZE, frames),
                     OK);
    struct fixture_record *at = &fixture->records[fixture->record_count++];
    snprintf(at->segment, sizeof(at->segment), "%s", fixture->segment);
    at->offset = fixture->segment_size;
    at->size = RECORD_HEADER_SIZE + (int64_t)frames.n;
    at->commit = record.commit;
    fixture->segment_size += at->size;
    fixture->commit = record.commit;
    fixture->hash = record.hash;
    fixture->times[fixture->commit] = fixture->time_ms;
    fixture_digest(fixture, &fixture->digests[fixture->commit]);
}

static inline void fixture_head(struct fixture *fixture)
{
    struct archive_head head = {
        .origin = fixture->origin, .commit = fixture->commit, .time_ms = fixture->time_ms, .hash = fixture->hash};
    str text = head_render(&head, &fixture->key, fixture->arena);
    assert_int_equal(fixture->place->kind->replace(fixture->place, ARCHIVE_HEAD, text), OK);
}

/* A base as a server makes it: the file as it was when the log began, with some pages of the log moved into it. */
static inline void fixture_base(struct fixture *fixture)
{
    char name[ARCHIVE_NAME_SIZE];
    size_t size = (size_t)fixture->log_page_count * FIXTURE_PAGE;
    struct base_manifest manifest = {
        .origin = fixture->origin,
        .after = fixture->log_after,
        .after_hash = fixture->log_hash,
        .least = fixture->commit,
        .least_hash = fixture->hash,
        .least_ms = fixture->commit ? fixture->time_ms : 0,
        .created_ms = fixture->time_ms,
        .gap_before = fixture->log_gap,
        .page_size = FIXTURE_PAGE,
        .size = size,
        .program = "0.1.0",
        .chunks = ARENA_ARRAY(fixture->arena, struct archive_hash, base_chunk_count(size)),
        .chunk_count = base_chunk_count(size),
    };
    unsigned char *bytes = arena_alloc(fixture->arena, size);
    memcpy(bytes, fixture->log_pages, size);
    for (uint32_t i = 0; i < fixture->log_page_count && i < fixture->page_count; i++) {
        size_t at = (size_t)i * FIXTURE_PAGE;
        if (fixture_draw(fixture, 2)) memcpy(bytes + at, fixture->pages + at, FIXTURE_PAGE);
    }
    for (size_t i = 0; i < manifest.chunk_count; i++) {
        size_t at = i * BASE_CHUNK_SIZE, left = size - at;
        archive_hash_of((str){(const char *)bytes + at, left < BASE_CHUNK_SIZE ? left : BASE_CHUNK_SIZE},
                        &manifest.chunks[i]);
    }
    struct place *place = fixture->place;
    archive_name(ARCHIVE_BASE, fixture->origin.epoch, manifest.least, name);
    assert_int_equal(place->kind->append(place, name, 0, (str){(const char *)bytes, size}), OK);
    assert_int_equal(place->kind->sync(place, name), OK);
    archive_name(ARCHIVE_MANIFEST, fixture->origin.epoch, manifest.least, name);
    str text = manifest_render(&manifest, &fixture->key, fixture->arena);
    assert_int_equal(place->kind->replace(place, name, text), OK);
    fixture->bases[fixture->base_count] = manifest.least;
    fixture->bases_after[fixture->base_count++] = manifest.after;
}

/* An empty archive of a database with so many pages; more than 256 are more than one chunk of a base. */
static inline void fixture_open(struct fixture *fixture, uint64_t seed, uint32_t pages)
{
    str reason;
    size_t size = (size_t)FIXTURE_PAGES_MAX * FIXTURE_PAGE;
    *fixture = (struct fixture){.folder = "/tmp/boxoffice-archive-XXXXXX", .arena = arena_new(FIXTURE_ARENA_MAX)};
    assert_non_null(mkdtemp(fixture->folder));
    const struct place_opening opening = {.address = str_of(fixture->folder)};
    assert_int_equal(place_open(&opening, fixture->arena, &reason, &fixture->place), OK);
    signing_key_derive(FIXTURE_DIGITS, &fixture->key);
    fixture->random = seed;
    memset(fixture->origin.database_id, (int)(seed % 251), ARCHIVE_DATABASE_ID_SIZE);
    fixture->origin.epoch = 1;
    fixture->time_ms = 1798742096000;
    fixture->pages = arena_alloc(fixture->arena, size);
    fixture->log_pages = arena_alloc(fixture->arena, size);
    fixture->page_count = fixture->pages_least = pages;
    for (size_t i = 0; i < (size_t)fixture->page_count * FIXTURE_PAGE; i += 32)
        fixture->pages[i] = (unsigned char)fixture_draw(fixture, 256);
    fixture_digest(fixture, &fixture->digests[0]);
    fixture_new_log(fixture);
}

/* Commits with new logs in between, a base at the beginning and one in the middle. */
static inline void fixture_fill(struct fixture *fixture)
{
    fixture_base(fixture);
    for (int i = 0; i < FIXTURE_COMMITS; i++) {
        fixture_commit(fixture);
        if (i == FIXTURE_COMMITS / 2) fixture_base(fixture);
        if (fixture_draw(fixture, 5) == 0) fixture_new_log(fixture);
    }
    fixture_head(fixture);
}

static inline const char *fixture_path(const struct fixture *fixture, const char *name)
{
    return arena_printf(fixture->arena, "%s/%s", fixture->folder, name).p;
}

static inline void fixture_close(struct fixture *fixture)
{
    struct place_file *files;
    size_t count;
    assert_int_equal(fixture->place->kind->list(fixture->place, fixture->arena, &files, &count), OK);
    for (size_t i = 0; i < count; i++) unlink(fixture_path(fixture, files[i].name.p));
    place_close(fixture->place);
    rmdir(fixture->folder);
    arena_free(fixture->arena);
}

#endif
