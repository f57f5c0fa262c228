/* The files of an archive: see format.h. */
#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>

#include "archive/format.h"
#include "base/check.h"

static const char SEGMENT_MAGIC[] = "bxsegm 1", RECORD_MAGIC[] = "bxrecd 1";

enum { MAGIC_SIZE = 8 };

/* --- numbers ------------------------------------------------------------------------------------------------------ */

/* Each of these moves *p behind the value. */

static void put(unsigned char **p, const void *bytes, size_t size)
{
    memcpy(*p, bytes, size);
    *p += size;
}

static void put_number(unsigned char **p, uint64_t value, size_t size)
{
    for (size_t i = 0; i < size; i++) *(*p)++ = (unsigned char)(value >> (8 * i));
}

static void take(const unsigned char **p, void *ret_bytes, size_t size)
{
    memcpy(ret_bytes, *p, size);
    *p += size;
}

static uint64_t take_number(const unsigned char **p, size_t size)
{
    uint64_t value = 0;
    for (size_t i = 0; i < size; i++) value |= (uint64_t) * (*p)++ << (8 * i);
    return value;
}

/* --- headers ------------------------------------------------------------------------------------------------------ */

void archive_hash_of(str bytes, struct archive_hash *ret_hash)
{
    crypto_generichash(ret_hash->bytes, ARCHIVE_HASH_SIZE, (const unsigned char *)bytes.p, bytes.n, NULL, 0);
}

bool archive_hash_equal(const struct archive_hash *a, const struct archive_hash *b)
{
    return memcmp(a->bytes, b->bytes, ARCHIVE_HASH_SIZE) == 0;
}

/* Ends a header of `size` bytes with the hash of what precedes it. */
static void put_hash(unsigned char *header, unsigned char **p, size_t size, struct archive_hash *ret_hash)
{
    size_t before = (size_t)(*p - header);
    CHECK(before + ARCHIVE_HASH_SIZE == size);
    archive_hash_of((str){(const char *)header, before}, ret_hash);
    put(p, ret_hash, ARCHIVE_HASH_SIZE);
}

static bool has_hash(const unsigned char *header, size_t size)
{
    struct archive_hash hash;
    archive_hash_of((str){(const char *)header, size - ARCHIVE_HASH_SIZE}, &hash);
    return memcmp(hash.bytes, header + size - ARCHIVE_HASH_SIZE, ARCHIVE_HASH_SIZE) == 0;
}

void segment_header_write(struct segment_header *header, unsigned char ret_bytes[static SEGMENT_HEADER_SIZE])
{
    unsigned char *p = ret_bytes;
    put(&p, SEGMENT_MAGIC, MAGIC_SIZE);
    put(&p, header->origin.database_id, ARCHIVE_DATABASE_ID_SIZE);
    put_number(&p, header->origin.epoch, 8);
    put_number(&p, header->first_commit, 8);
    put_number(&p, (uint64_t)header->created_ms, 8);
    put_number(&p, header->page_size, 4);
    put_number(&p, header->salts[0], 4);
    put_number(&p, header->salts[1], 4);
    put_number(&p, header->gap_before, 4);
    put(&p, &header->previous, ARCHIVE_HASH_SIZE);
    put_hash(ret_bytes, &p, SEGMENT_HEADER_SIZE, &header->hash);
}

bool segment_header_read(const unsigned char bytes[static SEGMENT_HEADER_SIZE], struct segment_header *ret_header)
{
    const unsigned char *p = bytes + MAGIC_SIZE;
    if (memcmp(bytes, SEGMENT_MAGIC, MAGIC_SIZE) != 0 || !has_hash(bytes, SEGMENT_HEADER_SIZE)) return false;
    take(&p, ret_header->origin.database_id, ARCHIVE_DATABASE_ID_SIZE);
    ret_header->origin.epoch = take_number(&p, 8);
    ret_header->first_commit = take_number(&p, 8);
    ret_header->created_ms = (int64_t)take_number(&p, 8);
    ret_header->page_size = (uint32_t)take_number(&p, 4);
    ret_header->salts[0] = (uint32_t)take_number(&p, 4);
    ret_header->salts[1] = (uint32_t)take_number(&p, 4);
    ret_header->gap_before = take_number(&p, 4) != 0;
    take(&p, &ret_header->previous, ARCHIVE_HASH_SIZE);
    take(&p, &ret_header->hash, ARCHIVE_HASH_SIZE);
    return true;
}

void record_header_write(struct record_header *header, unsigned char ret_bytes[static RECORD_HEADER_SIZE])
{
    unsigned char *p = ret_bytes;
    put(&p, RECORD_MAGIC, MAGIC_SIZE);
    put_number(&p, header->commit, 8);
    put_number(&p, (uint64_t)header->time_ms, 8);
    put_number(&p, header->frames, 4);
    put_number(&p, header->first_frame, 4);
    put_number(&p, header->database_pages, 4);
    put_number(&p, 0, 4);
    put_number(&p, header->payload_size, 8);
    put_number(&p, 0, 8);
    put_number(&p, 0, 8);
    put(&p, &header->previous, ARCHIVE_HASH_SIZE);
    put(&p, &header->payload, ARCHIVE_HASH_SIZE);
    put_hash(ret_bytes, &p, RECORD_HEADER_SIZE, &header->hash);
}

bool record_header_read(const unsigned char bytes[static RECORD_HEADER_SIZE], struct record_header *ret_header)
{
    const unsigned char *p = bytes + MAGIC_SIZE;
    if (memcmp(bytes, RECORD_MAGIC, MAGIC_SIZE) != 0 || !has_hash(bytes, RECORD_HEADER_SIZE)) return false;
    ret_header->commit = take_number(&p, 8);
    ret_header->time_ms = (int64_t)take_number(&p, 8);
    ret_header->frames = (uint32_t)take_number(&p, 4);
    ret_header->first_frame = (uint32_t)take_number(&p, 4);
    ret_header->database_pages = (uint32_t)take_number(&p, 4);
    p += 4;
    ret_header->payload_size = take_number(&p, 8);
    p += 16;
    take(&p, &ret_header->previous, ARCHIVE_HASH_SIZE);
    take(&p, &ret_header->payload, ARCHIVE_HASH_SIZE);
    take(&p, &ret_header->hash, ARCHIVE_HASH_SIZE);
    return true;
}

/* --- names -------------------------------------------------------------------------------------------------------- */

static const char *const SUFFIXES[] = {
    [ARCHIVE_SEGMENT] = "segment", [ARCHIVE_BASE] = "base", [ARCHIVE_MANIFEST] = "manifest"};

void archive_name(enum archive_file file, uint64_t epoch, uint64_t commit, char ret_name[static ARCHIVE_NAME_SIZE])
{
    int n = snprintf(ret_name, ARCHIVE_NAME_SIZE, "%016" PRIx64 "-%016" PRIx64 ".%s", epoch, commit, SUFFIXES[file]);
    CHECK(n < ARCHIVE_NAME_SIZE);
}

bool archive_name_read(str name, enum archive_file *ret_file, uint64_t *ret_epoch, uint64_t *ret_commit)
{
    char text[ARCHIVE_NAME_SIZE], again[ARCHIVE_NAME_SIZE];
    uint64_t epoch, commit;
    if (name.n >= sizeof(text)) return false;
    memcpy(text, name.p, name.n);
    text[name.n] = '\0';
    if (sscanf(text, "%16" SCNx64 "-%16" SCNx64, &epoch, &commit) != 2) return false;
    for (size_t i = 0; i < COUNT_OF(SUFFIXES); i++) {
        archive_name((enum archive_file)i, epoch, commit, again);
        if (strcmp(text, again) != 0) continue;
        *ret_file = (enum archive_file)i;
        *ret_epoch = epoch;
        *ret_commit = commit;
        return true;
    }
    return false;
}
