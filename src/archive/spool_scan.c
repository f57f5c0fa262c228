/* See spool_scan.h. */
#include "archive/spool_scan.h"

#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"

struct piece {
    unsigned char *bytes;
    size_t size;
};

static bool read_fully(int handle, void *bytes, size_t size, int64_t offset)
{
    return file_read_at(handle, bytes, size, offset) == (ssize_t)size;
}

static bool payload_fits(int handle, int64_t offset, const struct record_header *header, struct piece piece)
{
    struct archive_hash found;
    struct archive_hashing hashing;
    archive_hash_begin(&hashing);
    for (uint64_t left = header->payload_size; left > 0;) {
        size_t size = left < piece.size ? (size_t)left : piece.size;
        if (!read_fully(handle, piece.bytes, size, offset)) return false;
        archive_hash_add(&hashing, piece.bytes, size);
        offset += (int64_t)size;
        left -= size;
    }
    archive_hash_end(&hashing, &found);
    return archive_hash_equal(&found, &header->payload);
}

static uint32_t word_at(const unsigned char *p)
{
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

/* The position of the last frame of a record, whose header says it. */
static bool position_read(int handle, int64_t end, const struct segment_header *segment,
                          const struct record_header *record, struct log_position *ret_position)
{
    unsigned char frame[FRAME_HEADER_SIZE];
    if (!read_fully(handle, frame, sizeof(frame), end - FRAME_HEADER_SIZE - (int64_t)segment->page_size)) return false;
    *ret_position = (struct log_position){.salts = {word_at(frame + 8), word_at(frame + 12)},
                                          .frame = record->first_frame + record->frames - 1,
                                          .sums = {word_at(frame + 16), word_at(frame + 20)}};
    return true;
}

/* Adds the record at the end of what was read; false when no whole one that continues it is there. */
static bool record_scan(int handle, struct spool_scan *scan, struct piece piece)
{
    unsigned char bytes[RECORD_HEADER_SIZE];
    struct record_header header;
    int64_t payload = scan->size + RECORD_HEADER_SIZE;
    if (payload > scan->file_size || !read_fully(handle, bytes, sizeof(bytes), scan->size)) return false;
    if (!record_header_read(bytes, &header) || header.commit != scan->end.commit + 1) return false;
    uint64_t size = (uint64_t)header.frames * (FRAME_HEADER_SIZE + scan->header.page_size);
    if (header.payload_size != size || header.frames == 0) return false;
    if (!archive_hash_equal(&header.previous, &scan->end.hash)) return false;
    if (header.payload_size > (uint64_t)(scan->file_size - payload)) return false;
    if (!payload_fits(handle, payload, &header, piece)) return false;
    int64_t end = payload + (int64_t)header.payload_size;
    if (!position_read(handle, end, &scan->header, &header, &scan->end.position)) return false;
    scan->end.commit = header.commit;
    scan->end.time_ms = header.time_ms;
    scan->end.hash = header.hash;
    scan->size = end;
    return true;
}

bool spool_scan(int handle, unsigned char *buffer, size_t buffer_size, struct spool_scan *ret_scan)
{
    unsigned char bytes[SEGMENT_HEADER_SIZE];
    struct spool_scan scan = {.size = SEGMENT_HEADER_SIZE};
    struct stat file;
    if (fstat(handle, &file) != 0 || !read_fully(handle, bytes, sizeof(bytes), 0)) return false;
    if (!segment_header_read(bytes, &scan.header)) return false;
    scan.file_size = file.st_size;
    scan.end.origin = scan.header.origin;
    scan.end.commit = scan.header.first_commit - 1;
    scan.end.hash = scan.header.previous;
    while (record_scan(handle, &scan, (struct piece){buffer, buffer_size})) continue;
    *ret_scan = scan;
    return true;
}
