/* The local part of an archive: a folder next to the database with the segments that some place does not have yet. Its
 * last segment says up to where the log of the database has been archived, so it is never removed.
 *
 * One process has the spool open, and one thread of it adds records, one for each commit, right after the commit.
 * They are synchronised later: by the threads that ship them, and always before a checkpoint moves their frames out of
 * the log. So what a power cut takes from the spool is still in the log. Any thread may synchronise and read. */
#ifndef ARCHIVE_SPOOL_H
#define ARCHIVE_SPOOL_H

#include "archive/format.h"
#include "base/arena.h"

enum {
    SEGMENT_SIZE_MAX = 16 << 20, /* a segment ends with the record that reaches it */
    SEGMENT_AGE_MAX_MS = 60 * 60 * 1000,
    SEGMENTS_MAX = 4096, /* in the spool; older ones are removed */
};

/* A frame of one of SQLite's logs. */
struct log_position {
    uint32_t salts[2]; /* of the log */
    uint32_t frame;    /* 0: before the first one */
    uint32_t sums[2];  /* its checksum, which the next frame continues */
};

/* The last record, or where the first one continues. */
struct spool_end {
    struct archive_origin origin;
    uint64_t commit; /* 0: none yet */
    int64_t time_ms;
    struct archive_hash hash;
    struct log_position position;
    bool gap; /* what was committed after it is not archived: the next record comes after a gap */
};

struct spool_segment {
    uint64_t first_commit;
    int64_t size; /* of its records that are synchronised, with the header */
    bool gap_before;
};

struct spool;

/* Opens the spool, or creates an empty one with a random database id, whose first record comes after a gap. Incomplete
 * records at its end are cut off. `backlog_max`: bytes of segments; beyond it the oldest are removed.
 * ERR_STATE_CONFLICT when another process has it open; ERR_INTERNAL with a reason. */
MUST_CHECK err spool_open(str folder, int64_t backlog_max, struct arena *arena, str *ret_reason,
                          struct spool **ret_spool);
void spool_close(struct spool *spool); /* accepts NULL */

/* Creates the spool of a database that was restored to a record of an archive: its commits continue that record, after
 * a gap, in the epoch of `start`, whose position is not used. The folder must not exist. */
MUST_CHECK err spool_create(str folder, const struct spool_end *start, struct arena *arena, str *ret_reason);

/* Reads the end of a spool that another process may have open. False when it has no record yet. */
bool spool_look(str folder, struct arena *arena, struct spool_end *ret_end);

/* Removes the spool of a database that is removed. The path is NUL-terminated. */
void spool_remove(str folder);

/* --- for the thread that adds records --- */

/* The end, with records that are not synchronised yet. */
struct spool_end spool_end(struct spool *spool);

/* What is committed from here on does not continue the last record; it is read from this position on. */
void spool_gap(struct spool *spool, const struct log_position *position);

/* Likewise, but nothing is missing: the log before ended with the last record. */
void spool_next_log(struct spool *spool, const struct log_position *position);

struct spool_commit {
    uint32_t page_size;
    uint32_t database_pages;  /* after this commit */
    int64_t time_ms;          /* if it is before that of the last record, that one counts */
    struct log_position last; /* its last frame; the first one follows the position of the end */
};

/* Adds frames to the next record, whose log and page size are given with the first ones. ERR_STORAGE_FULL,
 * ERR_INTERNAL: it is dropped, and errno says why. */
MUST_CHECK err spool_frames(struct spool *spool, const struct spool_commit *commit, str frames);
/* Ends the record; the same errors. */
MUST_CHECK err spool_record(struct spool *spool, const struct spool_commit *commit);
/* Forgets the frames that were added since the last record. */
void spool_drop(struct spool *spool);

/* Whether spool_sync() has failed. Then spool_return() returns to the last synchronised record: the content of the
 * later ones is unknown, but the log still has them. */
bool spool_failed(struct spool *spool);
void spool_return(struct spool *spool);

/* --- for any thread --- */

/* Synchronises all records. False, for ever until spool_return(), when that fails. */
MUST_CHECK bool spool_sync(struct spool *spool);

/* The last synchronised record. */
struct spool_end spool_synced(struct spool *spool);

/* The segment that contains a commit or, if it is no longer there, the first one after it. False when there is none yet
 * that has synchronised records. */
bool spool_segment(struct spool *spool, uint64_t commit, struct spool_segment *ret_segment);

/* The segment after the one that begins with this commit, likewise. */
bool spool_segment_next(struct spool *spool, uint64_t first_commit, struct spool_segment *ret_segment);

/* Bytes of the records from a commit on, by segments. */
int64_t spool_backlog(struct spool *spool, uint64_t commit);

/* Opens a segment for reading; -1 with errno. */
int spool_segment_open(struct spool *spool, uint64_t first_commit);

/* Removes the segments before the one that contains this commit. */
void spool_forget(struct spool *spool, uint64_t commit);

/* The folder, NUL-terminated. */
str spool_folder(const struct spool *spool);

#endif
