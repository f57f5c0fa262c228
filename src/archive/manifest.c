/* The signed texts of an archive: see manifest.h. */
#include "archive/manifest.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/check.h"
#include "base/time_text.h"

static const str HEAD_TITLE = {"boxoffice archive head 1\n", 25}, MANIFEST_TITLE = {"boxoffice archive base 1\n", 25};

static const str NO_TIME = {"none", 4};

enum {
    HASH_DIGITS = 2 * ARCHIVE_HASH_SIZE,
    MANIFEST_LINES_MAX = 2048, /* without those of the chunks */
    CHUNK_LINE = 6 + HASH_DIGITS + 1,
};

/* --- writing ------------------------------------------------------------------------------------------------------ */

static void add_bytes(struct buf *text, const char *name, const unsigned char *bytes, size_t size)
{
    char digits[HASH_DIGITS + 1];
    buf_printf(text, "%s %s\n", name, sodium_bin2hex(digits, sizeof(digits), bytes, size));
}

static void add_hash(struct buf *text, const char *name, const struct archive_hash *hash)
{
    add_bytes(text, name, hash->bytes, ARCHIVE_HASH_SIZE);
}

static void add_number(struct buf *text, const char *name, uint64_t value)
{
    buf_printf(text, "%s %" PRIu64 "\n", name, value);
}

static void add_time(struct buf *text, const char *name, int64_t ms)
{
    char time[TIME_TEXT_SIZE];
    str value = ms ? time_to_rfc3339(ms, time) : NO_TIME;
    buf_printf(text, "%s %.*s\n", name, STR_ARG(value));
}

static void add_origin(struct buf *text, const struct archive_origin *origin)
{
    add_bytes(text, "database", origin->database_id, ARCHIVE_DATABASE_ID_SIZE);
    add_number(text, "epoch", origin->epoch);
}

static str finish(struct buf *text, const struct signing_key *key)
{
    text_sign(text, key);
    CHECK(!text->full);
    return buf_str(text);
}

str head_render(const struct archive_head *head, const struct signing_key *key, struct arena *arena)
{
    struct buf text = buf_new(arena, HEAD_TEXT_MAX);
    buf_add(&text, HEAD_TITLE);
    add_origin(&text, &head->origin);
    add_number(&text, "commit", head->commit);
    add_time(&text, "time", head->time_ms);
    add_hash(&text, "hash", &head->hash);
    return finish(&text, key);
}

size_t base_chunk_count(uint64_t size)
{
    return (size_t)((size + BASE_CHUNK_SIZE - 1) / BASE_CHUNK_SIZE);
}

size_t manifest_text_max(uint64_t size)
{
    return MANIFEST_LINES_MAX + base_chunk_count(size) * CHUNK_LINE;
}

str manifest_render(const struct base_manifest *manifest, const struct signing_key *key, struct arena *arena)
{
    CHECK(manifest->chunk_count == base_chunk_count(manifest->size) && manifest->chunk_count <= BASE_CHUNKS_MAX);
    struct buf text = buf_new(arena, manifest_text_max(manifest->size));
    buf_add(&text, MANIFEST_TITLE);
    add_origin(&text, &manifest->origin);
    add_number(&text, "after", manifest->after);
    add_hash(&text, "after-hash", &manifest->after_hash);
    add_number(&text, "least", manifest->least);
    add_hash(&text, "least-hash", &manifest->least_hash);
    add_time(&text, "least-time", manifest->least_ms);
    add_time(&text, "created", manifest->created_ms);
    add_number(&text, "gap-before", manifest->gap_before);
    add_number(&text, "page-size", manifest->page_size);
    add_number(&text, "size", manifest->size);
    buf_printf(&text, "program %s\n", manifest->program);
    for (size_t i = 0; i < manifest->chunk_count; i++) add_hash(&text, "chunk", &manifest->chunks[i]);
    return finish(&text, key);
}

/* --- reading ------------------------------------------------------------------------------------------------------ */

/* Reading a text line by line. The first line that is not as expected ends it. */
struct reading {
    str rest;
    bool bad;
};

/* The value of the next line, which has this name. */
static str take_value(struct reading *reading, const char *name)
{
    str line = str_first(reading->rest, str_find(reading->rest, '\n'));
    size_t length = strlen(name);
    if (line.n == reading->rest.n || line.n <= length || line.p[length] != ' ' ||
        !str_starts(line, (str){name, length})) {
        reading->bad = true;
        return STR("");
    }
    reading->rest = str_from(reading->rest, line.n + 1);
    return str_from(line, length + 1);
}

static void take_bytes(struct reading *reading, const char *name, unsigned char *ret_bytes, size_t size)
{
    str digits = take_value(reading, name);
    size_t read = 0;
    if (digits.n != 2 * size || sodium_hex2bin(ret_bytes, size, digits.p, digits.n, NULL, &read, NULL) != 0 ||
        read != size)
        reading->bad = true;
}

static void take_hash(struct reading *reading, const char *name, struct archive_hash *ret_hash)
{
    take_bytes(reading, name, ret_hash->bytes, ARCHIVE_HASH_SIZE);
}

static uint64_t take_number(struct reading *reading, const char *name, uint64_t max)
{
    str digits = take_value(reading, name);
    int64_t value = 0;
    if (!str_is_digits(digits) || !str_to_int(digits, &value) || (uint64_t)value > max) reading->bad = true;
    return (uint64_t)value;
}

static int64_t take_time(struct reading *reading, const char *name)
{
    int64_t ms = 0;
    str value = take_value(reading, name);
    if (!str_equal(value, NO_TIME) && !time_from_text(value, &ms)) reading->bad = true;
    return ms;
}

static void take_origin(struct reading *reading, struct archive_origin *ret_origin)
{
    take_bytes(reading, "database", ret_origin->database_id, ARCHIVE_DATABASE_ID_SIZE);
    ret_origin->epoch = take_number(reading, "epoch", INT64_MAX);
}

static void take_program(struct reading *reading, char ret_program[static PROGRAM_SIZE])
{
    str program = take_value(reading, "program");
    if (program.n >= PROGRAM_SIZE)
        reading->bad = true;
    else
        snprintf(ret_program, PROGRAM_SIZE, "%.*s", STR_ARG(program));
}

/* Checks the signature and the first line. */
static err begin(str text, str title, const struct signing_key *key, struct reading *reading, str *ret_reason)
{
    reading->bad = false;
    switch (text_check(text, key, &reading->rest)) {
    case SIGNATURE_OTHER_KEY:
        *ret_reason = STR("was signed with another key: it belongs to another database, or the key is not its key");
        return ERR_FORBIDDEN;
    case SIGNATURE_DAMAGED:
        *ret_reason = STR("is damaged: its signature does not fit");
        return ERR_INVALID;
    case SIGNATURE_VALID:
        break;
    }
    if (str_starts(reading->rest, title)) {
        reading->rest = str_from(reading->rest, title.n);
        return OK;
    }
    *ret_reason = STR("is of an unknown format: a later version of boxoffice wrote it, or it is another file");
    return ERR_INVALID;
}

static err finished(const struct reading *reading, str *ret_reason)
{
    if (!reading->bad && reading->rest.n == 0) return OK;
    *ret_reason = STR("is of an unknown format: one of its lines is not as expected");
    return ERR_INVALID;
}

err head_parse(str text, const struct signing_key *key, str *ret_reason, struct archive_head *ret_head)
{
    struct archive_head head = {0};
    struct reading reading;
    err e = begin(text, HEAD_TITLE, key, &reading, ret_reason);
    if (e) return e;
    take_origin(&reading, &head.origin);
    head.commit = take_number(&reading, "commit", INT64_MAX);
    head.time_ms = take_time(&reading, "time");
    take_hash(&reading, "hash", &head.hash);
    e = finished(&reading, ret_reason);
    if (!e) *ret_head = head;
    return e;
}

static void take_chunks(struct reading *reading, struct arena *arena, struct base_manifest *manifest)
{
    if (reading->bad) return;
    manifest->chunk_count = base_chunk_count(manifest->size);
    manifest->chunks = ARENA_ARRAY(arena, struct archive_hash, manifest->chunk_count);
    for (size_t i = 0; i < manifest->chunk_count && !reading->bad; i++)
        take_hash(reading, "chunk", &manifest->chunks[i]);
}

err manifest_parse(str text, const struct signing_key *key, struct arena *arena, str *ret_reason,
                   struct base_manifest *ret_manifest)
{
    struct base_manifest manifest = {0};
    struct reading reading;
    err e = begin(text, MANIFEST_TITLE, key, &reading, ret_reason);
    if (e) return e;
    take_origin(&reading, &manifest.origin);
    manifest.after = take_number(&reading, "after", INT64_MAX);
    take_hash(&reading, "after-hash", &manifest.after_hash);
    manifest.least = take_number(&reading, "least", INT64_MAX);
    take_hash(&reading, "least-hash", &manifest.least_hash);
    manifest.least_ms = take_time(&reading, "least-time");
    manifest.created_ms = take_time(&reading, "created");
    manifest.gap_before = take_number(&reading, "gap-before", 1) != 0;
    manifest.page_size = (uint32_t)take_number(&reading, "page-size", 65536);
    manifest.size = take_number(&reading, "size", (uint64_t)BASE_CHUNKS_MAX * BASE_CHUNK_SIZE);
    take_program(&reading, manifest.program);
    take_chunks(&reading, arena, &manifest);
    e = finished(&reading, ret_reason);
    if (!e) *ret_manifest = manifest;
    return e;
}
