/* Reading an archive up to a commit: see chain.h. */
#include "archive/chain.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/check.h"
#include "base/time_text.h"

enum {
    BLOCK_SIZE = 1 << 20, /* that is read at once, and a frame at least fits into */
    PAGES_FIRST = 4096,   /* room of the list of pages, which doubles */
    PAGE_SIZE_MAX = 65536,
    REASON_SIZE = 1024,
    SHOW_BYTES = 4 * BLOCK_SIZE, /* between calls of progress->show */
};

_Static_assert(FRAME_HEADER_SIZE + PAGE_SIZE_MAX <= BLOCK_SIZE, "a frame fits into a block");

/* The state of reading the records of a history in order. */
struct walk {
    struct chain *chain;
    struct chain_target target;
    const struct chain_progress *progress;
    struct arena *arena;
    str *ret_reason;
    unsigned char *block;

    /* The record before the next one. */
    uint64_t commit;
    struct archive_hash hash;

    const struct catalog_segment *segment;
    uint64_t segment_last; /* the last commit of this segment that belongs to the history */
    bool last_segment;
    int64_t offset;

    bool reached;                /* the target: records from here on only show that a signature covers it */
    bool ended;                  /* the last segment ends within a record */
    uint64_t covered;            /* the last commit that a signed text names and that was seen */
    uint64_t read, shown, total; /* bytes */
};

/* --- refusing ----------------------------------------------------------------------------------------------------- */

/* A sentence "FILE: commit N ...", and the code for it. */
static err refuse(const struct walk *walk, const char *format, ...) __attribute__((format(printf, 2, 3)));
static err refuse(const struct walk *walk, const char *format, ...)
{
    char text[REASON_SIZE];
    va_list values;
    va_start(values, format);
    vsnprintf(text, sizeof(text), format, values);
    va_end(values);
    *walk->ret_reason = arena_copy(walk->arena, str_of(text));
    return ERR_INVALID;
}

static err refuse_record(const struct walk *walk, const char *what)
{
    return refuse(walk, "%s: commit %llu %s", walk->segment->name.p, (unsigned long long)walk->commit + 1, what);
}

static err place_failed(const struct catalog *catalog, struct arena *arena, err e, str *ret_reason)
{
    *ret_reason = arena_copy(arena, str_of(catalog->place->reason));
    return e == ERR_NOT_FOUND ? ERR_INVALID : ERR_INTERNAL;
}

static void advance(struct walk *walk, const char *what, uint64_t bytes)
{
    walk->read += bytes;
    if (!walk->progress || walk->read - walk->shown < SHOW_BYTES) return;
    walk->shown = walk->read;
    walk->progress->show(walk->progress->context, what, walk->read, walk->total);
}

/* --- signed texts ------------------------------------------------------------------------------------------------- */

/* A commit that a signed text names. */
struct named {
    const char *name; /* of that text */
    uint64_t commit;
    const struct archive_hash *hash;
};

/* The commits that signed texts name: the head, and for each base two. False when there is no further one. A text that
 * names no commit is skipped by the caller: commit 0. */
static bool named_at(const struct catalog *catalog, size_t index, struct named *ret)
{
    *ret = (struct named){.commit = 0};
    if (index == 0) {
        if (catalog->has_head && catalog_has_commit(catalog, catalog->head.origin.epoch, catalog->head.commit))
            *ret = (struct named){ARCHIVE_HEAD, catalog->head.commit, &catalog->head.hash};
        return true;
    }
    if (index > 2 * catalog->base_count) return false;
    const struct catalog_base *base = &catalog->bases[(index - 1) / 2];
    if (base->damage.p || !catalog_has_base(catalog, base)) return true;
    const struct base_manifest *manifest = &base->manifest;
    *ret = index % 2 ? (struct named){base->manifest_name.p, manifest->after, &manifest->after_hash}
                     : (struct named){base->manifest_name.p, manifest->least, &manifest->least_hash};
    return true;
}

/* Compares the record just read with the signed texts that name it. */
static err compare_named(struct walk *walk, const struct archive_hash *hash)
{
    struct named named;
    for (size_t i = 0; named_at(walk->chain->catalog, i, &named); i++) {
        if (named.commit != walk->commit || named.commit == 0) continue;
        if (!archive_hash_equal(named.hash, hash))
            return refuse(walk, "%s: commit %llu is not the one that %s names", walk->segment->name.p,
                          (unsigned long long)walk->commit, named.name);
        walk->covered = walk->commit;
    }
    return OK;
}

/* Whether a signed text names a commit after the last one that was found. */
static err refuse_missing(const struct walk *walk)
{
    struct named named;
    const char *name = walk->segment ? walk->segment->name.p : walk->chain->base->name.p;
    for (size_t i = 0; named_at(walk->chain->catalog, i, &named); i++) {
        if (named.commit <= walk->commit) continue;
        return refuse(walk, "%s: commit %llu and later ones are missing; %s names commit %llu", name,
                      (unsigned long long)walk->commit + 1, named.name, (unsigned long long)named.commit);
    }
    return OK;
}

/* --- pages -------------------------------------------------------------------------------------------------------- */

static uint64_t check_of(const unsigned char *page, size_t size)
{
    static const unsigned char key[crypto_shorthash_KEYBYTES];
    uint64_t check;
    crypto_shorthash((unsigned char *)&check, page, size, key);
    return check;
}

static void pages_grow(struct walk *walk, uint64_t number)
{
    struct chain *chain = walk->chain;
    size_t room = chain->page_count ? chain->page_count : PAGES_FIRST;
    while (room < number) room *= 2;
    if (room == chain->page_count) return;
    struct chain_page *pages = ARENA_ARRAY(walk->arena, struct chain_page, room);
    if (chain->page_count) memcpy(pages, chain->page, chain->page_count * sizeof(*pages));
    chain->page = pages;
    chain->page_count = room;
}

static uint32_t big_endian(const unsigned char *p)
{
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

/* Takes one frame, whose header is at `frame` and which is at `offset` in the segment. The last one of a record has the
 * size of the database. */
static bool take_frame(struct walk *walk, const struct record_header *record, const unsigned char *frame,
                       int64_t offset, bool last)
{
    struct chain *chain = walk->chain;
    uint32_t number = big_endian(frame), size = big_endian(frame + 4);
    uint64_t most = (uint64_t)BASE_CHUNKS_MAX * BASE_CHUNK_SIZE / chain->page_size;
    if (number == 0 || number > most || size > most || size != (last ? record->database_pages : 0)) return false;
    pages_grow(walk, number);
    chain->page[number - 1] = (struct chain_page){
        .segment = (uint32_t)chain->segment_count,
        .offset = (uint64_t)offset + FRAME_HEADER_SIZE,
        .check = check_of(frame + FRAME_HEADER_SIZE, chain->page_size),
    };
    return true;
}

/* --- records ------------------------------------------------------------------------------------------------------ */

static err read_at(struct walk *walk, int64_t offset, void *bytes, size_t size, size_t *ret_read)
{
    const struct catalog *catalog = walk->chain->catalog;
    err e = catalog->place->kind->read(catalog->place, walk->segment->name.p, offset, bytes, size, ret_read);
    return e ? place_failed(catalog, walk->arena, e, walk->ret_reason) : OK;
}

/* The file ends within a record. */
static err cut_short(struct walk *walk)
{
    if (!walk->last_segment) return refuse_record(walk, "is cut short, although later commits follow");
    walk->ended = true;
    return OK;
}

/* Reads the frames of a record and checks them. */
static err read_frames(struct walk *walk, const struct record_header *record)
{
    size_t frame_size = FRAME_HEADER_SIZE + walk->chain->page_size, at_once = BLOCK_SIZE / frame_size, read;
    struct archive_hash hash;
    struct archive_hashing hashing;
    archive_hash_begin(&hashing);
    for (size_t done = 0; done < record->frames;) {
        size_t count = record->frames - done < at_once ? record->frames - done : at_once;
        int64_t offset = walk->offset + RECORD_HEADER_SIZE + (int64_t)(done * frame_size);
        err e = read_at(walk, offset, walk->block, count * frame_size, &read);
        if (e) return e;
        if (read < count * frame_size) return refuse_record(walk, "is cut short");
        archive_hash_add(&hashing, walk->block, read);
        for (size_t i = 0; i < count; i++) {
            if (!take_frame(walk, record, walk->block + i * frame_size, offset + (int64_t)(i * frame_size),
                            done + i + 1 == record->frames))
                return refuse_record(walk, "is damaged");
        }
        done += count;
        advance(walk, "records", read);
    }
    archive_hash_end(&hashing, &hash);
    return archive_hash_equal(&hash, &record->payload) ? OK : refuse_record(walk, "is damaged");
}

/* Whether the frames of a record are there. */
static err find_frames(struct walk *walk, const struct record_header *record)
{
    unsigned char last;
    size_t read;
    int64_t end = walk->offset + RECORD_HEADER_SIZE + (int64_t)record->payload_size;
    err e = read_at(walk, end - 1, &last, 1, &read);
    return e || read == 1 ? e : cut_short(walk);
}

/* Reads the header of the next record. *ret_end: the segment ends before it. */
static err read_header(struct walk *walk, struct record_header *ret_record, bool *ret_end)
{
    unsigned char bytes[RECORD_HEADER_SIZE];
    size_t read, frame_size = FRAME_HEADER_SIZE + walk->chain->page_size;
    err e = read_at(walk, walk->offset, bytes, sizeof(bytes), &read);
    if (e) return e;
    *ret_end = read < sizeof(bytes);
    if (read == 0) return OK;
    if (read < sizeof(bytes)) return cut_short(walk);
    if (!record_header_read(bytes, ret_record)) return refuse_record(walk, "is damaged");
    if (ret_record->commit > walk->commit + 1) return refuse_record(walk, "is missing");
    if (ret_record->commit < walk->commit + 1) return refuse_record(walk, "is missing; an earlier one is repeated");
    if (!archive_hash_equal(&ret_record->previous, &walk->hash))
        return refuse_record(walk, "does not continue the one before it; one of them was exchanged");
    bool sizes = ret_record->frames >= 1 && ret_record->frames <= RECORD_FRAMES_MAX &&
                 ret_record->payload_size == ret_record->frames * (uint64_t)frame_size;
    return sizes ? OK : refuse_record(walk, "is damaged");
}

/* Whether the state of the target is that before this record. The base is of use only with the records up to `least`,
 * which are not after the target either. */
static bool beyond_target(const struct walk *walk, const struct record_header *record)
{
    return walk->target.kind == TARGET_TIME && record->commit > walk->chain->base->manifest.least &&
           record->time_ms > walk->target.time_ms;
}

static void apply(struct walk *walk, const struct record_header *record)
{
    struct chain *chain = walk->chain;
    chain->epoch = walk->segment->epoch;
    chain->commit = record->commit;
    chain->time_ms = record->time_ms;
    chain->hash = record->hash;
    chain->pages = record->database_pages;
    chain->records++;
    if (walk->target.kind == TARGET_COMMIT && chain->commit == walk->target.commit) walk->reached = true;
}

/* Reads the next record. *ret_more: there was one. */
static err read_record(struct walk *walk, bool *ret_more)
{
    struct record_header record;
    bool end;
    *ret_more = false;
    err e = read_header(walk, &record, &end);
    if (e || end || walk->ended) return e;
    /* Records before the base are read when their segment begins before it. */
    bool skipped = record.commit <= walk->chain->base->manifest.after;
    if (!skipped && beyond_target(walk, &record)) walk->reached = true;
    bool applied = !skipped && !walk->reached;
    e = find_frames(walk, &record);
    if (!e && applied && !walk->ended) e = read_frames(walk, &record);
    if (e || walk->ended) return e;
    if (applied) apply(walk, &record);
    walk->commit = record.commit;
    walk->hash = record.hash;
    walk->offset += RECORD_HEADER_SIZE + (int64_t)record.payload_size;
    *ret_more = true;
    return compare_named(walk, &record.hash);
}

/* --- segments ----------------------------------------------------------------------------------------------------- */

static bool is_covered(const struct walk *walk)
{
    return walk->reached && walk->covered >= walk->chain->commit;
}

static err check_header(struct walk *walk, const struct segment_header *header)
{
    const struct base_manifest *manifest = &walk->chain->base->manifest;
    const struct catalog_segment *segment = walk->segment;
    const char *name = segment->name.p;
    unsigned long long first = segment->first_commit;
    if (memcmp(header->origin.database_id, manifest->origin.database_id, ARCHIVE_DATABASE_ID_SIZE) != 0)
        return refuse(walk, "%s: commit %llu belongs to another database", name, first);
    if (header->origin.epoch != segment->epoch || header->first_commit != segment->first_commit)
        return refuse(walk, "%s: commit %llu is missing; the file is not the segment that its name says", name, first);
    if (header->page_size != manifest->page_size)
        return refuse(walk, "%s: commit %llu has pages of another size than the base", name, first);
    bool contained = manifest->gap_before && header->first_commit == manifest->after + 1;
    if (header->gap_before && header->first_commit > manifest->after && !contained)
        return refuse(walk,
                      "%s: a gap precedes commit %llu: what was written before it was not archived, and later commits "
                      "can only be restored from a base that was made after it",
                      name, first);
    return OK;
}

/* The first segment may begin before the base; its first record continues what its header says. */
static err begin_segment(struct walk *walk)
{
    unsigned char bytes[SEGMENT_HEADER_SIZE];
    struct segment_header header;
    size_t read;
    const struct catalog_segment *segment = walk->segment;
    bool early = segment->first_commit <= walk->commit && walk->chain->segment_count == 1;
    if (segment->first_commit > walk->commit + 1)
        return refuse(walk, "%s: commit %llu is missing; the segment begins with commit %llu", segment->name.p,
                      (unsigned long long)walk->commit + 1, (unsigned long long)segment->first_commit);
    if (segment->first_commit <= walk->commit && !early)
        return refuse(walk, "%s: commit %llu is there twice; the segment before contains it, too", segment->name.p,
                      (unsigned long long)segment->first_commit);
    err e = read_at(walk, 0, bytes, sizeof(bytes), &read);
    if (e) return e;
    walk->offset = SEGMENT_HEADER_SIZE;
    if (early) walk->commit = segment->first_commit - 1;
    if (read < sizeof(bytes)) return cut_short(walk);
    if (!segment_header_read(bytes, &header))
        return refuse_record(walk, "cannot be read; the header of the segment is damaged");
    e = check_header(walk, &header);
    if (!e && early) walk->hash = header.previous;
    if (!e && !archive_hash_equal(&header.previous, &walk->hash))
        e = refuse_record(walk, "does not continue the one before it; the segment was exchanged");
    return e;
}

static err read_segment(struct walk *walk)
{
    bool more = true;
    err e = begin_segment(walk);
    while (!e && more && !walk->ended && !is_covered(walk) && walk->commit < walk->segment_last)
        e = read_record(walk, &more);
    return e;
}

/* Adds the segment to those of the chain, and returns whether the history has a later one. */
static void select_segment(struct walk *walk, const struct catalog_segment *segment, bool last)
{
    const struct catalog_part *part = catalog_part_of(walk->chain->catalog, segment);
    walk->segment = segment;
    walk->segment_last = part->to;
    walk->last_segment = last;
    walk->chain->segments[walk->chain->segment_count++] = segment;
}

/* The segments of the history in order, from the one that contains the commit after the base. */
static const struct catalog_segment **history_segments(const struct walk *walk, size_t *ret_count)
{
    const struct catalog *catalog = walk->chain->catalog;
    const struct catalog_segment **list =
        ARENA_ARRAY(walk->arena, const struct catalog_segment *, catalog->segment_count + 1);
    size_t count = 0;
    for (size_t part = 0; part < catalog->part_count; part++) {
        for (size_t i = 0; i < catalog->segment_count; i++) {
            const struct catalog_segment *segment = &catalog->segments[i];
            if (catalog_part_of(catalog, segment) != &catalog->parts[part]) continue;
            if (segment->first_commit <= walk->commit + 1) count = 0;
            list[count++] = segment;
        }
    }
    *ret_count = count;
    return list;
}

/* Reads the segments until the target is reached and covered by a signature, or they end. After the target is reached
 * nothing is refused any more, because its state is known. */
static err read_segments(struct walk *walk)
{
    size_t count;
    const struct catalog_segment **list = history_segments(walk, &count);
    walk->chain->segments = ARENA_ARRAY(walk->arena, const struct catalog_segment *, count + 1);
    for (size_t i = 0; i < count; i++) walk->total += (uint64_t)list[i]->size;
    err e = OK;
    for (size_t i = 0; i < count && !e && !walk->ended && !is_covered(walk); i++) {
        select_segment(walk, list[i], i + 1 == count);
        e = read_segment(walk);
    }
    if (e && walk->reached && e != ERR_INTERNAL) {
        walk->chain->signed_note =
            arena_printf(walk->arena, "commits after %llu are damaged, so no signature covers it: %.*s",
                         (unsigned long long)walk->chain->commit, STR_ARG(*walk->ret_reason));
        return OK;
    }
    return e;
}

/* --- the base ----------------------------------------------------------------------------------------------------- */

err chain_read_base(const struct catalog *catalog, const struct catalog_base *base, size_t index, struct arena *arena,
                    unsigned char *ret_bytes, str *ret_reason)
{
    const struct base_manifest *manifest = &base->manifest;
    uint64_t offset = (uint64_t)index * BASE_CHUNK_SIZE, left = manifest->size - offset;
    size_t size = left < BASE_CHUNK_SIZE ? (size_t)left : BASE_CHUNK_SIZE, read;
    struct archive_hash hash;
    err e = catalog->place->kind->read(catalog->place, base->name.p, (int64_t)offset, ret_bytes, size, &read);
    if (e) return place_failed(catalog, arena, e, ret_reason);
    archive_hash_of((str){(const char *)ret_bytes, read}, &hash);
    if (read == size && archive_hash_equal(&hash, &manifest->chunks[index])) return OK;
    *ret_reason = arena_printf(arena, "%s: the copy of the database at commit %llu is damaged at byte %llu",
                               base->name.p, (unsigned long long)base->least, (unsigned long long)offset);
    return ERR_INVALID;
}

static err check_base(struct walk *walk, const struct catalog_base *base)
{
    *walk->ret_reason = base->damage;
    if (base->damage.p) return ERR_INVALID;
    walk->read = walk->shown = 0;
    walk->total = base->manifest.size;
    for (size_t i = 0; i < base->manifest.chunk_count; i++) {
        err e = chain_read_base(walk->chain->catalog, base, i, walk->arena, walk->block, walk->ret_reason);
        if (e) return e;
        advance(walk, "base", BASE_CHUNK_SIZE);
    }
    return OK;
}

/* Whether the state of the base is not after the target. What was written in a gap belongs to no commit: a base that
 * was made after it, before the next commit, is not the state of the commit before the gap. */
static bool base_before(const struct walk *walk, const struct catalog_base *base)
{
    const struct base_manifest *manifest = &base->manifest;
    bool of_no_commit =
        !base->damage.p && manifest->gap_before && manifest->least == manifest->after && base->least > 0;
    if (walk->target.kind == TARGET_COMMIT)
        return base->least < walk->target.commit || (base->least == walk->target.commit && !of_no_commit);
    return walk->target.kind == TARGET_LATEST || base->damage.p || base_known_ms(manifest) <= walk->target.time_ms;
}

/* No base is old enough; says what the earliest one gives. */
static err refuse_early(const struct walk *walk)
{
    const struct catalog *catalog = walk->chain->catalog;
    char time[TIME_TEXT_SIZE];
    for (size_t i = 0; i < catalog->base_count; i++) {
        const struct catalog_base *base = &catalog->bases[i];
        if (base->damage.p || !catalog_has_base(catalog, base)) continue;
        (void)time_to_rfc3339(base_known_ms(&base->manifest), time);
        (void)refuse(walk, "the archive does not reach back that far: it begins with commit %llu, %s",
                     (unsigned long long)base->least, time);
        return ERR_NOT_FOUND;
    }
    (void)refuse(walk, "the archive has no base from which anything can be restored");
    return ERR_NOT_FOUND;
}

/* The newest usable base that is not after the target. */
static err select_base(struct walk *walk)
{
    const struct catalog *catalog = walk->chain->catalog;
    str damage = STR_NONE;
    uint64_t oldest = 0;
    for (size_t i = catalog->base_count; i > 0; i--) {
        const struct catalog_base *base = &catalog->bases[i - 1];
        if (!catalog_has_base(catalog, base) || !base_before(walk, base)) continue;
        err e = check_base(walk, base);
        if (e == ERR_INTERNAL) return e;
        if (e && !damage.p) damage = *walk->ret_reason;
        oldest = base->least;
        if (e) continue;
        walk->chain->base = base;
        if (damage.p)
            walk->chain->base_note =
                arena_printf(walk->arena, "%.*s; the base %s is used instead", STR_ARG(damage), base->name.p);
        return OK;
    }
    if (!damage.p) return refuse_early(walk);
    return refuse(walk, "%.*s; there is no other base, so from commit %llu on nothing can be restored", STR_ARG(damage),
                  (unsigned long long)oldest);
}

/* --- the chain ---------------------------------------------------------------------------------------------------- */

static void start_at_base(struct walk *walk)
{
    struct chain *chain = walk->chain;
    const struct base_manifest *manifest = &chain->base->manifest;
    chain->page_size = manifest->page_size;
    chain->pages = manifest->size / manifest->page_size;
    chain->epoch = manifest->origin.epoch;
    chain->commit = walk->commit = manifest->after;
    chain->hash = walk->hash = manifest->after_hash;
    chain->time_ms = manifest->least == manifest->after ? manifest->least_ms : 0;
    walk->covered = manifest->after;
    walk->reached = walk->target.kind == TARGET_COMMIT && walk->target.commit == manifest->after;
    walk->read = walk->shown = walk->total = 0;
}

/* The target was not reached: the end that was found has to be the end of the archive. */
static err judge_end(const struct walk *walk)
{
    const struct catalog *catalog = walk->chain->catalog;
    unsigned long long last = walk->chain->commit;
    err e = refuse_missing(walk);
    if (e) return e;
    if (walk->target.kind == TARGET_COMMIT) {
        (void)refuse(walk, "the archive ends with commit %llu; commit %llu is not in it", last,
                     (unsigned long long)walk->target.commit);
        return ERR_NOT_FOUND;
    }
    if (!catalog->has_head)
        return refuse(walk, "%.*s, so it is not known whether commit %llu is the last one; to restore it, name it",
                      STR_ARG(catalog->head_damage), last);
    if (catalog->head.origin.epoch != catalog->epoch)
        return refuse(walk,
                      "%s is of another epoch, so it is not known whether commit %llu is the last one; "
                      "to restore it, name it",
                      ARCHIVE_HEAD, last);
    return OK;
}

/* What was found is the whole: the target itself, or an end that is known to be the end. */
static err judge(struct walk *walk)
{
    struct chain *chain = walk->chain;
    chain->at_end = !walk->reached;
    err e = walk->reached ? OK : judge_end(walk);
    if (e) return e;
    if (chain->commit < chain->base->least)
        return refuse(walk, "%s: commit %llu is missing, without which this base is of no use", chain->base->name.p,
                      (unsigned long long)chain->commit + 1);
    if (!chain->signed_note.p && walk->covered < chain->commit)
        chain->signed_note =
            arena_printf(walk->arena, "no signature covers commit %llu yet", (unsigned long long)chain->commit);
    return OK;
}

err chain_find(const struct catalog *catalog, const struct chain_target *target, const struct chain_progress *progress,
               struct arena *arena, str *ret_reason, struct chain **ret_chain)
{
    struct walk *walk = ARENA_NEW(arena, struct walk);
    *walk = (struct walk){.chain = ARENA_NEW(arena, struct chain),
                          .target = *target,
                          .progress = progress,
                          .arena = arena,
                          .ret_reason = ret_reason,
                          .block = arena_alloc(arena, BLOCK_SIZE)};
    walk->chain->catalog = catalog;
    err e = select_base(walk);
    if (e) return e;
    start_at_base(walk);
    e = read_segments(walk);
    if (!e) e = judge(walk);
    if (!e) *ret_chain = walk->chain;
    return e;
}

err chain_read_page(const struct chain *chain, const struct chain_page *page, struct arena *arena,
                    unsigned char *ret_bytes, str *ret_reason)
{
    struct place *place = chain->catalog->place;
    const char *name = chain->segments[page->segment - 1]->name.p;
    size_t read;
    err e = place->kind->read(place, name, (int64_t)page->offset, ret_bytes, chain->page_size, &read);
    if (e) return place_failed(chain->catalog, arena, e, ret_reason);
    if (read == chain->page_size && check_of(ret_bytes, chain->page_size) == page->check) return OK;
    *ret_reason = arena_printf(arena, "%s: has changed since it was checked", name);
    return ERR_INVALID;
}
