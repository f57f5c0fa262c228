/* See compare.h. Only the last segment of a place can end with something that was not synchronised there, so only it
 * is compared byte by byte. */
#include "archive/compare.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

enum { PIECE_SIZE = 256 << 10, ARENA_SIZE = 512 << 20 };

struct comparing {
    struct place *place;
    struct spool *spool;
    const struct signing_key *key;
    struct arena *arena;
    struct spool_end end;
    struct place_file *files;
    size_t count;
    struct comparison *found;
};

static err refuse(struct comparing *comparing, const char *name, const char *why)
{
    snprintf(comparing->place->reason, sizeof(comparing->place->reason), "%.*s/%s %s", 256, comparing->place->address,
             name, why);
    comparing->found->refused = true;
    return OK;
}

static const char OTHER_DATABASE[] =
    "belongs to another database; give this one a place of its own (BOXOFFICE_BACKUP_TO)";
static const char AHEAD[] =
    "has commits that this database does not have, as if it were an older copy; restore the database from there, or "
    "give it another place (BOXOFFICE_BACKUP_TO)";

static bool same_database(const struct comparing *comparing, const struct archive_origin *origin)
{
    return memcmp(origin->database_id, comparing->end.origin.database_id, ARCHIVE_DATABASE_ID_SIZE) == 0;
}

/* Reads a file as a whole. */
static err text_read(struct comparing *comparing, const struct place_file *file, str *ret_text)
{
    size_t n = 0;
    char *text = arena_alloc(comparing->arena, (size_t)file->size + 1);
    err e = comparing->place->kind->read(comparing->place, file->name.p, 0, text, (size_t)file->size, &n);
    if (!e) *ret_text = (str){text, n};
    return e;
}

/* --- the newest base ---------------------------------------------------------------------------------------------- */

/* A manifest that is damaged counts as missing. */
static err manifest_compare(struct comparing *comparing, const struct place_file *file)
{
    str text, reason = STR_NONE;
    struct base_manifest manifest;
    err e = text_read(comparing, file, &text);
    if (e || manifest_parse(text, comparing->key, comparing->arena, &reason, &manifest)) {
        /* of another key? */
        bool other = !e && !manifest_parse(text, NULL, comparing->arena, &reason, &manifest);
        return other ? refuse(comparing, file->name.p, OTHER_DATABASE) : e;
    }
    if (!same_database(comparing, &manifest.origin)) return refuse(comparing, file->name.p, OTHER_DATABASE);
    comparing->found->has_base = true;
    comparing->found->base = manifest;
    comparing->found->base.chunks = NULL;
    return OK;
}

static bool is_ahead(const struct comparing *comparing, uint64_t epoch, uint64_t commit)
{
    const struct spool_end *end = &comparing->end;
    return epoch > end->origin.epoch || (epoch == end->origin.epoch && commit > end->commit);
}

/* Stops at the newest one that is not damaged: it says what database the place is of. */
static err base_find(struct comparing *comparing)
{
    struct comparison *found = comparing->found;
    for (size_t i = comparing->count; i > 0 && !found->has_base && !found->refused; i--) {
        const struct place_file *file = &comparing->files[i - 1];
        enum archive_file kind;
        uint64_t epoch, commit;
        if (!archive_name_read(file->name, &kind, &epoch, &commit) || kind != ARCHIVE_MANIFEST) continue;
        if (file->size > (int64_t)manifest_text_max((uint64_t)BASE_CHUNKS_MAX * BASE_CHUNK_SIZE)) continue;
        err e = manifest_compare(comparing, file);
        if (e) return e;
        if (found->has_base && is_ahead(comparing, epoch, commit)) return refuse(comparing, file->name.p, AHEAD);
    }
    if (found->has_base && found->base.origin.epoch < comparing->end.origin.epoch) found->has_base = false;
    return OK;
}

/* --- the last segment --------------------------------------------------------------------------------------------- */

struct pair {
    int own; /* file of the spool */
    int64_t own_size;
    const struct place_file *file;
    unsigned char *own_bytes, *place_bytes;
};

static bool own_read(const struct pair *pair, void *bytes, size_t size, int64_t offset)
{
    return pread(pair->own, bytes, size, offset) == (ssize_t)size;
}

/* How many bytes at the beginning are equal. */
static err equal_bytes(struct comparing *comparing, const struct pair *pair, int64_t *ret_equal)
{
    int64_t both = pair->own_size < pair->file->size ? pair->own_size : pair->file->size;
    for (int64_t at = 0; at < both; at += PIECE_SIZE) {
        size_t size = both - at < PIECE_SIZE ? (size_t)(both - at) : PIECE_SIZE, n;
        err e = comparing->place->kind->read(comparing->place, pair->file->name.p, at, pair->place_bytes, size, &n);
        if (e) return e;
        if (!own_read(pair, pair->own_bytes, size, at)) n = 0;
        size_t same = 0;
        while (same < n && pair->own_bytes[same] == pair->place_bytes[same]) same++;
        if (same < size) {
            *ret_equal = at + (int64_t)same;
            return OK;
        }
    }
    *ret_equal = both;
    return OK;
}

/* The last end of a record of the spool that is not behind `offset`. */
static int64_t record_end_before(const struct pair *pair, int64_t offset)
{
    int64_t end = SEGMENT_HEADER_SIZE;
    unsigned char bytes[RECORD_HEADER_SIZE];
    struct record_header header;
    while (end < offset && own_read(pair, bytes, sizeof(bytes), end) && record_header_read(bytes, &header)) {
        int64_t next = end + RECORD_HEADER_SIZE + (int64_t)header.payload_size;
        if (next > offset) break;
        end = next;
    }
    return end;
}

/* Whether the place has a record that begins at `offset`, another one than the spool. */
static err diverges(struct comparing *comparing, const struct pair *pair, int64_t offset, bool *ret_diverges)
{
    unsigned char bytes[RECORD_HEADER_SIZE], own[RECORD_HEADER_SIZE];
    struct record_header header;
    size_t n = 0;
    err e = comparing->place->kind->read(comparing->place, pair->file->name.p, offset, bytes, sizeof(bytes), &n);
    if (e) return e;
    bool valid = n == sizeof(bytes) && record_header_read(bytes, &header);
    bool same = offset + RECORD_HEADER_SIZE <= pair->own_size && own_read(pair, own, sizeof(own), offset) &&
                memcmp(own, bytes, sizeof(own)) == 0;
    *ret_diverges = valid && !same;
    return OK;
}

/* Continues behind the last record that both have; what follows it in the place was never synchronised. */
static err segment_compare(struct comparing *comparing, const struct pair *pair)
{
    int64_t equal = 0;
    bool other = false;
    err e = equal_bytes(comparing, pair, &equal);
    if (e) return e;
    if (equal < SEGMENT_HEADER_SIZE && pair->file->size >= SEGMENT_HEADER_SIZE)
        return refuse(comparing, pair->file->name.p, AHEAD);
    int64_t end = equal < SEGMENT_HEADER_SIZE ? 0 : record_end_before(pair, equal);
    if (end > 0) e = diverges(comparing, pair, end, &other);
    if (e) return e;
    if (other) return refuse(comparing, pair->file->name.p, AHEAD);
    comparing->found->connected = true;
    comparing->found->offset = end;
    return OK;
}

static const struct place_file *last_segment(const struct comparing *comparing, uint64_t *ret_epoch,
                                             uint64_t *ret_commit)
{
    for (size_t i = comparing->count; i > 0; i--) {
        enum archive_file kind;
        if (archive_name_read(comparing->files[i - 1].name, &kind, ret_epoch, ret_commit) && kind == ARCHIVE_SEGMENT)
            return &comparing->files[i - 1];
    }
    return NULL;
}

/* Whether the segment says that it is of this database. One that is too short for its header says nothing. */
static err header_compare(struct comparing *comparing, const struct place_file *file)
{
    unsigned char bytes[SEGMENT_HEADER_SIZE];
    struct segment_header header;
    size_t n = 0;
    err e = comparing->place->kind->read(comparing->place, file->name.p, 0, bytes, sizeof(bytes), &n);
    if (e || n < sizeof(bytes) || !segment_header_read(bytes, &header)) return e;
    return same_database(comparing, &header.origin) ? OK : refuse(comparing, file->name.p, OTHER_DATABASE);
}

static err segments_compare(struct comparing *comparing)
{
    uint64_t epoch, commit;
    struct spool_segment segment;
    const struct place_file *file = last_segment(comparing, &epoch, &commit);
    if (!file) return OK;
    err e = header_compare(comparing, file);
    if (e || comparing->found->refused || epoch < comparing->end.origin.epoch) return e;
    if (is_ahead(comparing, epoch, commit)) return refuse(comparing, file->name.p, AHEAD);
    if (!spool_segment(comparing->spool, commit, &segment) || segment.first_commit != commit) return OK;
    struct pair pair = {.own = spool_segment_open(comparing->spool, commit),
                        .own_size = segment.size,
                        .file = file,
                        .own_bytes = arena_alloc(comparing->arena, PIECE_SIZE),
                        .place_bytes = arena_alloc(comparing->arena, PIECE_SIZE)};
    if (pair.own < 0) return OK; /* removed just now */
    comparing->found->segment = commit;
    e = segment_compare(comparing, &pair);
    close(pair.own);
    return e;
}

/* --- all of it ---------------------------------------------------------------------------------------------------- */

/* A place without a segment that the spool has continues behind its newest base, if the spool has what follows it. */
static void continue_after_base(struct comparing *comparing)
{
    struct comparison *found = comparing->found;
    struct spool_segment segment;
    if (found->connected || found->refused || !found->has_base) return;
    bool nothing = found->base.after == comparing->end.commit;
    bool contained = spool_segment(comparing->spool, found->base.after + 1, &segment) &&
                     segment.first_commit <= found->base.after + 1;
    found->connected = nothing || contained;
    found->segment = contained ? segment.first_commit : 0;
    found->offset = 0;
}

err compare(struct place *place, struct spool *spool, const struct signing_key *key, struct comparison *ret_comparison)
{
    struct comparison found = {0};
    struct comparing comparing = {.place = place,
                                  .spool = spool,
                                  .key = key,
                                  .arena = arena_new(ARENA_SIZE),
                                  .end = spool_synced(spool),
                                  .found = &found};
    err e = place->kind->list(place, comparing.arena, &comparing.files, &comparing.count);
    if (!e) e = base_find(&comparing);
    if (!e && !found.refused) e = segments_compare(&comparing);
    if (!e) continue_after_base(&comparing);
    arena_free(comparing.arena);
    if (!e) *ret_comparison = found;
    return e;
}
