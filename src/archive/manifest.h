/* The signed texts of an archive: `head`, which names the last commit that a place has, and the manifest of each base.
 * Both are lines "name value", in the order of the members below, and end with a signature (sign.h). Hashes are hex
 * digits, times RFC 3339 in UTC or `none`. Pure; any thread.
 *
 * A base is a copy of the database file that was made while no checkpoint wrote to it, although commits went on into
 * the log. Its file contains every commit up to `after`, the last one before the log that was current then; it may
 * contain pages of later ones, because a checkpoint may have moved a part of that log before, but none later than
 * `least`. The records from after+1 on, applied over it in order, give the state of any commit from `least` on. */
#ifndef ARCHIVE_MANIFEST_H
#define ARCHIVE_MANIFEST_H

#include "archive/format.h"
#include "archive/sign.h"

#define ARCHIVE_HEAD "head" /* the name of the file */

enum {
    BASE_CHUNK_SIZE = 1024 * 1024, /* of which each has a hash; the last one may be shorter */
    BASE_CHUNKS_MAX = 1024 * 1024, /* a terabyte */
    PROGRAM_SIZE = 32,
    HEAD_TEXT_MAX = 1024,
};

struct archive_head {
    struct archive_origin origin;
    uint64_t commit; /* the last one that is durable in this place; 0: none yet */
    int64_t time_ms; /* of that commit; 0: none */
    struct archive_hash hash;
};

struct base_manifest {
    struct archive_origin origin;
    uint64_t after;
    struct archive_hash after_hash; /* of the record `after`; zeros for 0 */
    uint64_t least;                 /* the base and its manifest are named after this commit */
    struct archive_hash least_hash;
    int64_t least_ms;   /* time of that commit; 0: there is none yet */
    int64_t created_ms; /* when the base was complete */
    bool gap_before;    /* it was made after a gap that precedes after+1, and contains what was not archived there */
    uint32_t page_size;
    uint64_t size;               /* of the file, in bytes */
    char program[PROGRAM_SIZE];  /* version that wrote it */
    struct archive_hash *chunks; /* one for each BASE_CHUNK_SIZE of the file */
    size_t chunk_count;
};

/* The number of chunks of a file of this size. */
size_t base_chunk_count(uint64_t size);

/* The signed text, in the arena. */
str head_render(const struct archive_head *head, const struct signing_key *key, struct arena *arena);
str manifest_render(const struct base_manifest *manifest, const struct signing_key *key, struct arena *arena);

/* The longest text of a manifest for a base of this size. */
size_t manifest_text_max(uint64_t size);

/* Reads a text and checks its signature; without a key (NULL) only that it is not damaged. ERR_INVALID: *ret_reason
 * says what is wrong with it, a part of a sentence that begins with the name of the file. */
MUST_CHECK err head_parse(str text, const struct signing_key *key, str *ret_reason, struct archive_head *ret_head);
MUST_CHECK err manifest_parse(str text, const struct signing_key *key, struct arena *arena, str *ret_reason,
                              struct base_manifest *ret_manifest);

#endif
