/* Internals of the SQLite engine. Only these files use SQLite: sqlite.c (statements, transactions), sqlite_open.c (key,
 * row policies, opening), sqlite_rank.c (order of search results), sqlite_database.c (the database as a whole). */
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

/* --- sqlite_database.c --- */

extern const struct engine_database sqlite_database;
extern const struct engine_copy sqlite_copy;

#endif
