/* Reading an archive up to a commit: finds a base and the records after it, checks each of them, and knows for every
 * page where its last version is.
 *
 * What is checked: the signatures of the head and the manifests; every chunk of the base; of each segment and record
 * its hashes, that it continues the one before, its number and sizes; that the records which a signed text names are
 * these ones. What is damaged, missing, repeated, exchanged, cut or of another database is refused with the name of the
 * file and the first commit that cannot be restored. If the newest base that would do is damaged, an older one is
 * taken, which gives the same result.
 *
 * Where the sequence ends: a server that was killed leaves at most a part of one record at the end of the last segment.
 * That is its end, unless a signed text names a later commit: then that commit is missing, and an end that is only as
 * much as was found is never taken for the whole. */
#ifndef ARCHIVE_CHAIN_H
#define ARCHIVE_CHAIN_H

#include "archive/catalog.h"

enum target_kind {
    TARGET_LATEST,
    TARGET_COMMIT, /* exactly this one */
    TARGET_TIME,   /* the last commit that was not after this time */
};

struct chain_target {
    enum target_kind kind;
    uint64_t commit;
    int64_t time_ms;
};

/* Where the last version of a page is. */
struct chain_page {
    uint32_t segment; /* index in chain.segments, plus 1; 0: in the base */
    uint64_t offset;  /* of the page itself in that file */
    uint64_t check;   /* of its content: notices that the file has changed since it was checked */
};

struct chain {
    const struct catalog *catalog;
    const struct catalog_base *base;
    const struct catalog_segment **segments; /* that contain the commits after the base */
    size_t segment_count;
    /* The state that it gives. */
    uint64_t epoch, commit;
    int64_t time_ms; /* of the commit; 0: none was made yet */
    struct archive_hash hash;
    uint32_t page_size;
    uint64_t pages;          /* size of the database */
    uint64_t records;        /* applied over the base */
    struct chain_page *page; /* by number - 1; beyond page_count all are in the base */
    size_t page_count;
    bool at_end; /* it is the last commit of the archive, not one that the target names */
    /* Notes for the operator: sentences; STR_NONE: nothing to say. */
    str base_note;   /* newer bases that cannot be used */
    str signed_note; /* why no signature covers the commit */
};

/* Called from time to time with the number of bytes that were read, of about so many. */
struct chain_progress {
    void (*show)(void *context, const char *what, uint64_t done, uint64_t total);
    void *context;
};

/* Finds and checks what gives the state of the target. ERR_NOT_FOUND when the archive does not reach that far back or
 * forth, ERR_INVALID when something in it is damaged, ERR_INTERNAL when the place cannot be read; *ret_reason is a
 * sentence. The chain is in the arena, with 24 bytes for each page of the database. */
MUST_CHECK err chain_find(const struct catalog *catalog, const struct chain_target *target,
                          const struct chain_progress *progress, struct arena *arena, str *ret_reason,
                          struct chain **ret_chain);

/* Reads the chunk `index` of the base, of at most BASE_CHUNK_SIZE bytes, and compares its hash. ERR_INVALID when it is
 * damaged; *ret_reason says so. */
MUST_CHECK err chain_read_base(const struct catalog *catalog, const struct catalog_base *base, size_t index,
                               struct arena *arena, unsigned char *ret_bytes, str *ret_reason);

/* Reads a page that is in a segment. ERR_INVALID when it is no longer what was checked. */
MUST_CHECK err chain_read_page(const struct chain *chain, const struct chain_page *page, struct arena *arena,
                               unsigned char *ret_bytes, str *ret_reason);

#endif
