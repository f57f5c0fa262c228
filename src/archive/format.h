/* The archive of an embedded database, from which every commit can be restored: its files, byte by byte. Writing and
 * reading them is elsewhere; here is only what they look like. Numbers are little-endian. Pure; any thread.
 *
 * An archive belongs to one database and consists of
 *
 *   <epoch>-<commit>.segment   a part of the sequence of commits, beginning with this one
 *   <epoch>-<commit>.base      a copy of the database file, and
 *   <epoch>-<commit>.manifest  what it is, written when the copy is complete (manifest.h)
 *   head                       the last commit that was archived, signed (manifest.h)
 *
 * with epoch and commit as 16 hex digits each, so that names sort in the order of the sequence.
 *
 * A commit is what one transaction wrote: the pages that it changed, as the frames of SQLite's log
 * (https://sqlite.org/fileformat2.html#walformat). Commits are numbered without gaps from 1. The pages are encrypted
 * in the log already, so the key of the database is not required to keep, move or check an archive.
 *
 * A segment is a header and one record for each commit. Each of them contains the hash of the one before, across
 * segments: so a record that is damaged, missing, repeated, moved or of another database does not fit, and where a
 * chain of valid records ends is known exactly. The epoch rises when a database is restored or a follower is
 * promoted; the first record of an epoch continues the hash of the record that it was restored to. */
#ifndef ARCHIVE_FORMAT_H
#define ARCHIVE_FORMAT_H

#include <openssl/sha.h>

#include "base/err.h"
#include "base/str.h"

enum {
    ARCHIVE_HASH_SIZE = 32, /* SHA-256 */
    ARCHIVE_DATABASE_ID_SIZE = 16,
    SEGMENT_HEADER_SIZE = 128,
    RECORD_HEADER_SIZE = 160,
    FRAME_HEADER_SIZE = 24, /* of a frame in a record, as in the log: page number first, big-endian */
    ARCHIVE_NAME_SIZE = 48,
    RECORD_FRAMES_MAX = 1 << 20,
};

struct archive_hash {
    unsigned char bytes[ARCHIVE_HASH_SIZE];
};

/* Which database, and which of its histories. */
struct archive_origin {
    unsigned char database_id[ARCHIVE_DATABASE_ID_SIZE]; /* random */
    uint64_t epoch;                                      /* from 1 */
};

struct segment_header {
    struct archive_origin origin;
    uint64_t first_commit; /* number of its first record */
    int64_t created_ms;
    uint32_t page_size;
    uint32_t salts[2]; /* of the log that its frames come from */
    bool gap_before;   /* what was written before its first commit was not archived: only a later base helps */
    struct archive_hash previous;
    struct archive_hash hash; /* of all before it */
};

struct record_header {
    uint64_t commit;
    int64_t time_ms;         /* when it was committed; never decreases */
    uint32_t frames;         /* from 1 to RECORD_FRAMES_MAX */
    uint32_t first_frame;    /* its number in the log, from 1 */
    uint32_t database_pages; /* size of the database after this commit */
    uint64_t payload_size;   /* of the frames, which follow the header */
    struct archive_hash previous;
    struct archive_hash payload; /* hash of the frames */
    struct archive_hash hash;    /* of all before it, with which the next record continues */
};

/* These set `hash` and return the encoded header. */
void segment_header_write(struct segment_header *header, unsigned char ret_bytes[static SEGMENT_HEADER_SIZE]);
void record_header_write(struct record_header *header, unsigned char ret_bytes[static RECORD_HEADER_SIZE]);

/* False when the bytes are no valid header. Whether it fits the chain is for the caller to compare. */
bool segment_header_read(const unsigned char bytes[static SEGMENT_HEADER_SIZE], struct segment_header *ret_header);
bool record_header_read(const unsigned char bytes[static RECORD_HEADER_SIZE], struct record_header *ret_header);

void archive_hash_of(str bytes, struct archive_hash *ret_hash);

/* Likewise, piece by piece. */
struct archive_hashing {
    SHA256_CTX state;
};
void archive_hash_begin(struct archive_hashing *hashing);
void archive_hash_add(struct archive_hashing *hashing, const void *bytes, size_t size);
void archive_hash_end(struct archive_hashing *hashing, struct archive_hash *ret_hash);

bool archive_hash_equal(const struct archive_hash *a, const struct archive_hash *b);

enum archive_file { ARCHIVE_SEGMENT, ARCHIVE_BASE, ARCHIVE_MANIFEST };

/* The name of a file; and back: false when a name is none of these. */
void archive_name(enum archive_file file, uint64_t epoch, uint64_t commit, char ret_name[static ARCHIVE_NAME_SIZE]);
bool archive_name_read(str name, enum archive_file *ret_file, uint64_t *ret_epoch, uint64_t *ret_commit);

#endif
