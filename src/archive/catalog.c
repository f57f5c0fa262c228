/* What a place has of an archive: see catalog.h. */
#include "archive/catalog.h"

#include "base/check.h"

enum { PAGE_SIZE_MAX = 65536 };

static const uint64_t RECORD_SIZE_MAX = (uint64_t)RECORD_FRAMES_MAX * (FRAME_HEADER_SIZE + PAGE_SIZE_MAX);

/* --- files -------------------------------------------------------------------------------------------------------- */

/* Reads a whole file of at most `max` bytes. */
static err read_text(struct catalog *catalog, const char *name, size_t max, str *ret_text)
{
    char *bytes = arena_alloc(catalog->arena, max + 1);
    size_t n;
    err e = catalog->place->kind->read(catalog->place, name, 0, bytes, max, &n);
    if (!e) *ret_text = (str){bytes, n};
    return e;
}

static err head_read(struct catalog *catalog, const struct signing_key *key, str *ret_reason)
{
    str text, reason;
    err e = read_text(catalog, ARCHIVE_HEAD, HEAD_TEXT_MAX, &text);
    if (e && e != ERR_NOT_FOUND) return e;
    if (e) {
        catalog->head_damage = STR(ARCHIVE_HEAD " is missing");
        return OK;
    }
    e = head_parse(text, key, &reason, &catalog->head);
    catalog->has_head = !e;
    if (e) catalog->head_damage = arena_printf(catalog->arena, "%s %.*s", ARCHIVE_HEAD, STR_ARG(reason));
    if (e == ERR_FORBIDDEN) *ret_reason = catalog->head_damage;
    return e == ERR_FORBIDDEN ? e : OK;
}

static bool page_size_valid(uint32_t size)
{
    return size >= 512 && size <= PAGE_SIZE_MAX && (size & (size - 1)) == 0;
}

static bool base_fits(const struct catalog *catalog, const struct catalog_base *base)
{
    const struct base_manifest *manifest = &base->manifest;
    return manifest->origin.epoch == base->epoch && manifest->least == base->least &&
           manifest->after <= manifest->least && page_size_valid(manifest->page_size) &&
           (!catalog->has_head ||
            memcmp(manifest->origin.database_id, catalog->head.origin.database_id, ARCHIVE_DATABASE_ID_SIZE) == 0);
}

/* Reads the manifest of a base whose file has this size; -1: it is missing. */
static err base_read(struct catalog *catalog, const struct signing_key *key, struct catalog_base *base,
                     int64_t manifest_size, int64_t size)
{
    str text, reason;
    struct arena *arena = catalog->arena;
    size_t max = manifest_text_max((uint64_t)BASE_CHUNKS_MAX * BASE_CHUNK_SIZE);
    err e = read_text(catalog, base->manifest_name.p, (size_t)manifest_size < max ? (size_t)manifest_size : max, &text);
    if (e) return e;
    e = manifest_parse(text, key, arena, &reason, &base->manifest);
    const char *manifest = base->manifest_name.p, *file = base->name.p;
    if (e)
        base->damage = arena_printf(arena, "%s %.*s", manifest, STR_ARG(reason));
    else if (!base_fits(catalog, base))
        base->damage = arena_printf(arena, "%s is not the manifest that its name says", manifest);
    else if (size < 0)
        base->damage = arena_printf(arena, "%s is missing", file);
    else if ((uint64_t)size != base->manifest.size)
        base->damage = arena_printf(arena, "%s has %lld bytes instead of %llu", file, (long long)size,
                                    (unsigned long long)base->manifest.size);
    base->other_key = e == ERR_FORBIDDEN;
    return OK;
}

static int64_t size_of(const struct place_file *files, size_t count, str name)
{
    for (size_t i = 0; i < count; i++) {
        if (str_equal(files[i].name, name)) return files[i].size;
    }
    return -1;
}

static err files_read(struct catalog *catalog, const struct signing_key *key, const struct place_file *files,
                      size_t count)
{
    enum archive_file kind;
    uint64_t epoch, commit;
    char name[ARCHIVE_NAME_SIZE];
    catalog->segments = ARENA_ARRAY(catalog->arena, struct catalog_segment, count + 1);
    catalog->bases = ARENA_ARRAY(catalog->arena, struct catalog_base, count + 1);
    for (size_t i = 0; i < count; i++) {
        if (!archive_name_read(files[i].name, &kind, &epoch, &commit)) continue;
        if (epoch > catalog->epoch_max) catalog->epoch_max = epoch;
        if (kind == ARCHIVE_SEGMENT)
            catalog->segments[catalog->segment_count++] =
                (struct catalog_segment){files[i].name, epoch, commit, files[i].size};
        if (kind != ARCHIVE_MANIFEST) continue;
        struct catalog_base *base = &catalog->bases[catalog->base_count++];
        archive_name(ARCHIVE_BASE, epoch, commit, name);
        *base = (struct catalog_base){.name = arena_copy(catalog->arena, str_of(name)),
                                      .manifest_name = files[i].name,
                                      .epoch = epoch,
                                      .least = commit};
        err e = base_read(catalog, key, base, files[i].size, size_of(files, count, base->name));
        if (e) return e;
    }
    return OK;
}

/* --- the history -------------------------------------------------------------------------------------------------- */

/* Where an epoch begins: its first commit, and the hash of the one before. */
struct beginning {
    uint64_t from;
    struct archive_hash previous;
};

static const struct catalog_segment *first_segment(const struct catalog *catalog, uint64_t epoch)
{
    for (size_t i = 0; i < catalog->segment_count; i++) {
        if (catalog->segments[i].epoch == epoch) return &catalog->segments[i];
    }
    return NULL;
}

static void beginning_consider(struct beginning *beginning, uint64_t from, const struct archive_hash *previous)
{
    if (beginning->from == 0 || from < beginning->from) *beginning = (struct beginning){from, *previous};
}

/* The first commit that anything of the epoch knows of. False: nothing does. */
static bool beginning_of(const struct catalog *catalog, uint64_t epoch, struct beginning *ret)
{
    const struct catalog_segment *segment = first_segment(catalog, epoch);
    struct segment_header header = {.gap_before = false};
    unsigned char bytes[SEGMENT_HEADER_SIZE];
    size_t n = 0;
    *ret = (struct beginning){.from = 0};
    for (size_t i = 0; i < catalog->base_count; i++) {
        const struct catalog_base *base = &catalog->bases[i];
        if (base->epoch != epoch || base->damage.p) continue;
        beginning_consider(ret, base->manifest.after + 1, &base->manifest.after_hash);
    }
    if (segment) {
        err e = catalog->place->kind->read(catalog->place, segment->name.p, 0, bytes, sizeof(bytes), &n);
        if (e || n < sizeof(bytes) || !segment_header_read(bytes, &header)) memset(&header, 0, sizeof(header));
        beginning_consider(ret, segment->first_commit, &header.previous);
    }
    if (catalog->has_head && catalog->head.origin.epoch == epoch)
        beginning_consider(ret, catalog->head.commit + 1, &catalog->head.hash);
    return ret->from > 0;
}

/* Whether an epoch contains a commit with this hash. Reads the headers of one segment. */
static bool epoch_has(const struct catalog *catalog, uint64_t epoch, uint64_t commit, const struct archive_hash *hash)
{
    const struct catalog_segment *found = NULL;
    unsigned char bytes[RECORD_HEADER_SIZE];
    struct record_header record;
    size_t n;
    for (size_t i = 0; i < catalog->segment_count; i++) {
        const struct catalog_segment *segment = &catalog->segments[i];
        if (segment->epoch == epoch && segment->first_commit <= commit) found = segment;
    }
    int64_t offset = SEGMENT_HEADER_SIZE;
    while (found) {
        err e = catalog->place->kind->read(catalog->place, found->name.p, offset, bytes, sizeof(bytes), &n);
        if (e || n < sizeof(bytes) || !record_header_read(bytes, &record)) return false;
        if (record.payload_size > RECORD_SIZE_MAX) return false;
        if (record.commit >= commit) return record.commit == commit && archive_hash_equal(&record.hash, hash);
        offset += RECORD_HEADER_SIZE + (int64_t)record.payload_size;
    }
    return false;
}

/* The epoch that the one with this beginning continues; when none is seen to fit, the one before, so that reading the
 * chain finds what is wrong with it. 0: none. */
static uint64_t parent_of(const struct catalog *catalog, uint64_t epoch, const struct beginning *beginning)
{
    uint64_t before = 0;
    for (size_t i = catalog->segment_count; i > 0; i--) {
        uint64_t lower = catalog->segments[i - 1].epoch;
        if (lower >= epoch || lower == before) continue;
        if (epoch_has(catalog, lower, beginning->from - 1, &beginning->previous)) return lower;
        before = lower;
    }
    for (size_t i = catalog->segment_count; i > 0; i--) {
        if (catalog->segments[i - 1].epoch < epoch) return catalog->segments[i - 1].epoch;
    }
    return 0;
}

err catalog_choose(struct catalog *catalog, uint64_t epoch)
{
    struct catalog_part reversed[EPOCHS_MAX];
    struct beginning beginning;
    uint64_t to = UINT64_MAX, at = epoch;
    size_t count = 0;
    while (count < EPOCHS_MAX && at > 0 && beginning_of(catalog, at, &beginning) && beginning.from <= to) {
        reversed[count++] = (struct catalog_part){at, beginning.from, to};
        if (beginning.from <= 1) break;
        to = beginning.from - 1;
        at = parent_of(catalog, at, &beginning);
    }
    if (count == 0) return ERR_NOT_FOUND;
    for (size_t i = 0; i < count; i++) catalog->parts[i] = reversed[count - 1 - i];
    catalog->part_count = count;
    catalog->epoch = epoch;
    return OK;
}

/* --- reading ------------------------------------------------------------------------------------------------------ */

/* Without a head the manifests say whose archive it is. */
static bool other_key(const struct catalog *catalog)
{
    for (size_t i = 0; i < catalog->base_count; i++) {
        if (!catalog->bases[i].other_key) return false;
    }
    return !catalog->has_head && catalog->base_count > 0;
}

/* The head first: what it names is there when the files are listed, even while a server writes them. */
static err catalog_fill(struct catalog *catalog, const struct signing_key *key, str *ret_reason)
{
    struct place_file *files;
    size_t count;
    err e = head_read(catalog, key, ret_reason);
    if (e) return e;
    e = catalog->place->kind->list(catalog->place, catalog->arena, &files, &count);
    if (!e) e = files_read(catalog, key, files, count);
    if (e) return e;
    if (!catalog->has_head && catalog->segment_count == 0 && catalog->base_count == 0) {
        *ret_reason = arena_printf(catalog->arena, "there is no archive in %s", catalog->place->address);
        return ERR_NOT_FOUND;
    }
    if (other_key(catalog)) {
        *ret_reason = catalog->bases[0].damage;
        return ERR_FORBIDDEN;
    }
    if (catalog->has_head && catalog->head.origin.epoch > catalog->epoch_max)
        catalog->epoch_max = catalog->head.origin.epoch;
    /* Nothing is known of the epoch of damaged manifests: then there is no history, and no base belongs to it. */
    e = catalog_choose(catalog, catalog->epoch_max);
    return e == ERR_NOT_FOUND ? OK : e;
}

err catalog_read(struct place *place, const struct signing_key *key, struct arena *arena, str *ret_reason,
                 struct catalog **ret_catalog)
{
    struct catalog *catalog = ARENA_NEW(arena, struct catalog);
    catalog->place = place;
    catalog->arena = arena;
    *ret_reason = STR_NONE;
    err e = catalog_fill(catalog, key, ret_reason);
    if (e && !ret_reason->p) *ret_reason = arena_copy(arena, str_of(place->reason));
    if (!e) *ret_catalog = catalog;
    return e;
}

bool catalog_has_commit(const struct catalog *catalog, uint64_t epoch, uint64_t commit)
{
    for (size_t i = 0; i < catalog->part_count; i++) {
        const struct catalog_part *part = &catalog->parts[i];
        if (part->epoch == epoch && part->from <= commit + 1 && commit <= part->to) return true;
    }
    return false;
}

bool catalog_has_base(const struct catalog *catalog, const struct catalog_base *base)
{
    return catalog_has_commit(catalog, base->epoch, base->least);
}

const struct catalog_base *catalog_newest_base(const struct catalog *catalog)
{
    for (size_t i = catalog->base_count; i > 0; i--) {
        const struct catalog_base *base = &catalog->bases[i - 1];
        if (!base->damage.p && catalog_has_base(catalog, base)) return base;
    }
    return NULL;
}

const struct catalog_part *catalog_part_of(const struct catalog *catalog, const struct catalog_segment *segment)
{
    for (size_t i = 0; i < catalog->part_count; i++) {
        const struct catalog_part *part = &catalog->parts[i];
        if (part->epoch == segment->epoch && segment->first_commit <= part->to) return part;
    }
    return NULL;
}

int64_t base_known_ms(const struct base_manifest *manifest)
{
    bool before_any = manifest->least == manifest->after && (manifest->gap_before || manifest->least == 0);
    return before_any ? manifest->created_ms : manifest->least_ms;
}

/* --- ranges ------------------------------------------------------------------------------------------------------- */

/* Whether a gap precedes the first commit of a segment. */
static err gap_read(const struct catalog *catalog, const struct catalog_segment *segment, bool *ret_gap)
{
    unsigned char bytes[SEGMENT_HEADER_SIZE];
    struct segment_header header;
    size_t n;
    err e = catalog->place->kind->read(catalog->place, segment->name.p, 0, bytes, sizeof(bytes), &n);
    if (!e) *ret_gap = n == sizeof(bytes) && segment_header_read(bytes, &header) && header.gap_before;
    return e;
}

/* The commit before the first gap after a base; 0: none follows. */
static err gap_after(const struct catalog *catalog, const struct catalog_base *base, uint64_t *ret_commit)
{
    *ret_commit = 0;
    for (size_t part = 0; part < catalog->part_count; part++) {
        for (size_t i = 0; i < catalog->segment_count; i++) {
            const struct catalog_segment *segment = &catalog->segments[i];
            bool gap, contained = segment->first_commit == base->manifest.after + 1 && base->manifest.gap_before;
            if (catalog_part_of(catalog, segment) != &catalog->parts[part]) continue;
            if (segment->first_commit <= base->manifest.after || contained) continue;
            err e = gap_read(catalog, segment, &gap);
            if (e || gap) {
                *ret_commit = segment->first_commit - 1;
                return e;
            }
        }
    }
    return OK;
}

err catalog_ranges(const struct catalog *catalog, struct catalog_range **ret_ranges, size_t *ret_count)
{
    struct catalog_range *ranges = ARENA_ARRAY(catalog->arena, struct catalog_range, catalog->base_count + 1);
    size_t count = 0;
    for (size_t i = 0; i < catalog->base_count; i++) {
        const struct catalog_base *base = &catalog->bases[i];
        uint64_t end;
        if (base->damage.p || !catalog_has_base(catalog, base)) continue;
        err e = gap_after(catalog, base, &end);
        if (e) return e;
        if (count && ranges[count - 1].to == end) continue; /* a later base of the same range */
        ranges[count++] = (struct catalog_range){.from = base, .to = end};
    }
    if (count && catalog->has_head && ranges[count - 1].to == 0) {
        ranges[count - 1].to = catalog->head.commit;
        ranges[count - 1].to_ms = catalog->head.time_ms;
    }
    *ret_ranges = ranges;
    *ret_count = count;
    return OK;
}
