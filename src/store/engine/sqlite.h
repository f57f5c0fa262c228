/* Internals of the SQLite engine. Only these files use SQLite: sqlite.c (statements, transactions), sqlite_open.c (key,
 * row policies, opening), sqlite_log.c (damage to the log, and its room), sqlite_archive.c (every commit goes into the
 * archive), sqlite_rank.c (order of search results),
 * sqlite_database.c (the database as a whole). */
#ifndef STORE_SQLITE_H
#define STORE_SQLITE_H

#include <sqlite3.h>

#include "store/engine/database.h"

/* Of this program's own connections only, so no index, trigger or check of the schema may use it. */
#define SQLITE_COLLATION "unicode"

enum {
    SECRET_SIZE = 2 * 16,
    BUSY_MS = 5000,
    STEPS_BETWEEN_LOOKS = 10000, /* of a statement, until it is asked whether to interrupt it */
};

struct sqlite_archive;

/* A checksum of a log. */
struct sum {
    uint32_t one, two;
};

/* How far a log was acknowledged (sqlite_log.c). */
struct mark {
    bool moved; /* everything up to here is in the database too */
    uint32_t salts[2];
    int64_t frames; /* 0: there is no mark */
    struct sum sum; /* checksum of the last frame */
};

struct connection {
    sqlite3 *db;
    char secret[SECRET_SIZE + 1]; /* prefix of the policy views; "" for connections without row policies */
    bool writes;
    bool trusted; /* the running statement was built by this program and is not a reader's own query */
    int64_t actor_id;
    int64_t query_ms;     /* that the reads of one request may take */
    int64_t query_end_ms; /* of the monotonic clock; 0: they may take as long as they take */
    int log_frames;
    int checkpoint_at; /* no further checkpoint is tried until the log has this many frames */
    bool joined;       /* another process used the log when this connection was opened, so the log is left to it */
    int index_regions; /* of the log's index that are known to exist */
    int mark;          /* file of the mark (sqlite_log.c); -1: none, as for readers */
    bool mark_failed;  /* the mark could not be written the last time */
    uint32_t marked_salts[2];       /* of the log that this connection marked last */
    struct sqlite_archive *archive; /* NULL: this connection does not archive what is committed */
    bool archived_elsewhere;        /* by the process that the log is left to: no checkpoint is made */
    struct statement *begin, *commit, *rollback, *epoch;
};

struct statement {
    sqlite3_stmt *stmt;
    struct connection *connection;
};

/* --- sqlite.c --- */

err sqlite_error(struct connection *connection, int code);

/* The last error as text for a message. It may quote SQL of this program but never a bound value. */
str sqlite_reason(struct arena *arena, sqlite3 *db, const char *what);

/* Ends the process, because after a failed write or synchronisation the content of the disk is unknown. */
_Noreturn void sqlite_end_process(struct connection *connection, const char *during);

void sqlite_finish(struct statement *statement);

/* --- sqlite_open.c --- */

err sqlite_open(const struct connection_options *options, struct connection **ret);
void sqlite_close(struct connection *connection);

/* --- sqlite_rank.c --- */

/* Makes match_rank(TABLE) available to searches on this connection; a code of SQLite. */
int sqlite_rank_create(sqlite3 *db);

/* --- sqlite_log.c --- */

/* Checks that the log is whole and the one that was last written, unless another process uses it (*ret_used). Before
 * the first connection of this process is opened. ERR_INTERNAL with the reason, and what to do, when it is damaged. */
MUST_CHECK err sqlite_log_check(const struct connection_options *options, bool *ret_used);

/* Opens the mark of a writer's connection, which closes it. */
void sqlite_mark_open(struct connection *connection, const struct settings *settings, struct arena *arena);

/* Marks the first `frames` frames of the log as acknowledged; `moved`: they are in the database too, and the mark is
 * synchronised. False when it cannot be written; it then stays what it was, which is still true. */
bool sqlite_mark_write(struct connection *connection, int64_t frames, bool moved);

/* Reads the mark, and that of the log before. */
void sqlite_mark_read(const struct connection *connection, struct mark *ret_mark, struct mark *ret_before);

/* In a writer's transaction: makes room in the index of the log for the frames of a batch. False when the disk is
 * full. */
bool sqlite_index_reserve(struct connection *connection);

/* Begins a new log if possible; a code of SQLite. */
int sqlite_log_renew(struct connection *connection);

/* --- sqlite_archive.c --- */

/* For a writer's connection that was just opened, before it begins a new log: if the settings name places for an
 * archive, everything in the log is archived, and from then on every commit. Where another process archives the
 * database already, the log is left to it (`joined`). ERR_INTERNAL, *ret_reason says why. */
MUST_CHECK err sqlite_archive_open(struct connection *connection, const struct connection_options *options);

/* After a gap: makes sure that a commit follows it, with a number of its own; a code of SQLite. */
int sqlite_archive_begin(struct connection *connection);

/* Archives what was committed since, also by other processes. The functions from here on do nothing without an archive.
 */
void sqlite_archive_look(struct connection *connection);

/* Around a checkpoint. False: it must not run now, because something in the log is not archived durably, or the file
 * is being copied. `complete`: it moved all of the log, which has so many frames. */
bool sqlite_archive_enter(struct connection *connection);
void sqlite_archive_leave(struct connection *connection, int frames, bool complete);

/* Whether a checkpoint is due although the log is short. */
bool sqlite_archive_awaits(const struct connection *connection);

/* Ends shipping, before the last checkpoint of a connection; closes the rest, after the connection is closed. */
void sqlite_archive_end(struct connection *connection);
void sqlite_archive_close(struct sqlite_archive *archive);

extern const struct engine_archive sqlite_archive;

/* --- sqlite_database.c --- */

extern const struct engine_database sqlite_database;
extern const struct engine_copy sqlite_copy;

#endif
