/* Internals of the SQLite engine. Only these files use SQLite: sqlite.c (statements, transactions), sqlite_open.c (key,
 * row policies, opening), sqlite_log.c (damage to the log, and its room), sqlite_rank.c (order of search results),
 * sqlite_database.c (the database as a whole). */
#ifndef STORE_SQLITE_H
#define STORE_SQLITE_H

#include <sqlite3.h>

#include "store/engine/database.h"

/* Of this program's own connections only, so no index, trigger or check of the schema may use it. */
#define SQLITE_COLLATION "unicode"

enum { SECRET_SIZE = 2 * 16, BUSY_MS = 5000 };

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

/* Makes the name of a file durable by synchronising its folder. */
bool sqlite_sync_folder(const char *path);

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

/* In a writer's transaction: makes room in the index of the log for the frames of a batch. False when the disk is
 * full. */
bool sqlite_index_reserve(struct connection *connection);

/* Begins a new log if possible; a code of SQLite. */
int sqlite_log_renew(struct connection *connection);

/* --- sqlite_database.c --- */

extern const struct engine_database sqlite_database;
extern const struct engine_copy sqlite_copy;

#endif
