/* The bytes of a log of SQLite (its "-wal" file): a header, then frames, each the header of the frame and a page. A
 * checksum continues that of the frame before. Format: https://sqlite.org/fileformat2.html#walformat. Pure. */
#ifndef STORE_SQLITE_FRAMES_H
#define STORE_SQLITE_FRAMES_H

#include "store/engine/sqlite.h"

enum {
    LOG_HEADER_SIZE = 32,
    LOG_FRAME_HEADER_SIZE = 24,
    LOG_PAGE_MIN = 512,
    LOG_PAGE_MAX = 65536,
    LOG_MAGIC = 0x377f0682, /* the lowest bit: checksums are of big-endian words */
};

struct log_header {
    bool big_endian; /* words of checksums */
    uint32_t page_size;
    uint32_t salts[2];
    struct sum sum;
};

static inline uint32_t word_at(const unsigned char *p, bool big_endian)
{
    return big_endian ? (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3]
                      : (uint32_t)p[3] << 24 | (uint32_t)p[2] << 16 | (uint32_t)p[1] << 8 | p[0];
}

static inline struct sum sum_of(struct sum sum, const unsigned char *p, size_t size, bool big_endian)
{
    for (size_t i = 0; i < size; i += 8) {
        sum.one += word_at(p + i, big_endian) + sum.two;
        sum.two += word_at(p + i + 4, big_endian) + sum.one;
    }
    return sum;
}

static inline bool sum_equal(struct sum a, struct sum b)
{
    return a.one == b.one && a.two == b.two;
}

static inline struct sum sum_at(const unsigned char *p)
{
    return (struct sum){word_at(p, true), word_at(p + 4, true)};
}

/* The checksum of a frame, salts and checksum left out, after one with the checksum `before`. */
static inline struct sum frame_sum_of(struct sum before, const unsigned char *frame, size_t frame_size, bool big_endian)
{
    struct sum sum = sum_of(before, frame, 8, big_endian);
    return sum_of(sum, frame + LOG_FRAME_HEADER_SIZE, frame_size - LOG_FRAME_HEADER_SIZE, big_endian);
}

/* False when it is no valid header. */
static inline bool log_header_read(const unsigned char bytes[static LOG_HEADER_SIZE], struct log_header *ret_header)
{
    uint32_t magic = word_at(bytes, true), page = word_at(bytes + 8, true);
    if ((magic & ~1u) != LOG_MAGIC || page < LOG_PAGE_MIN || page > LOG_PAGE_MAX || (page & (page - 1))) return false;
    struct sum sum = sum_at(bytes + 24);
    bool big_endian = magic & 1;
    if (!sum_equal(sum, sum_of((struct sum){0}, bytes, 24, big_endian))) return false;
    *ret_header = (struct log_header){.big_endian = big_endian,
                                      .page_size = page,
                                      .salts = {word_at(bytes + 16, true), word_at(bytes + 20, true)},
                                      .sum = sum};
    return true;
}

#endif
