/* The inside of the engine for PostgreSQL, for its own files: postgres.c (statements, transactions), postgres_wire.c
 * (the conversation with the server), postgres_admin.c (databases as wholes), postgres_watch.c (what others do). */
#ifndef STORE_POSTGRES_H
#define STORE_POSTGRES_H

#include <libpq-fe.h>

#include "base/time_text.h"
#include "store/engine/engine.h"

/* Keys of advisory locks; see store/engine/postgres.c for what each is for. */
#define LOCK_KEY_WRITE "7461100500000001"
#define LOCK_KEY_SERVE "7461100500000002"
#define LOCK_KEY_JOBS  "7461100500000003"

/* Commands sent and not answered, at most; a flush is well below. */
enum { EXPECTED_MAX = 4096, NAME_SIZE = 16, ROLES_COUNT = ROLE_SYSTEM + 1 };

/* What is expected of an answer. */
enum kind {
    EXPECT_AHEAD,   /* rows do not matter */
    EXPECT_PREPARE, /* of `statement` */
    EXPECT_COLUMNS, /* of `statement`: it has to have some */
    EXPECT_ROWS,    /* of `statement` */
    EXPECT_EPOCH,
    EXPECT_POSITION,
    EXPECT_COMMIT,
    EXPECT_SYNC,
};

struct expectation {
    enum kind kind;
    struct statement *statement; /* NULL: finished meanwhile */
    unsigned transaction;        /* in which it was sent */
};

struct parameter {
    char *text; /* own copy, NUL-terminated */
    size_t size;
    bool is_null, is_int;
};

struct statement {
    struct connection *connection;
    char name[NAME_SIZE];
    char *sql;
    unsigned prepared; /* generation of the connection that knows it; 0: none */
    size_t parameter_count;
    struct parameter *parameters;
    const char **values; /* of the parameters, as libpq takes them */
    PGresult *result;    /* of the run that is being stepped through */
    int row;             /* -1: not run since the last reset */
    bool binary;         /* rows come in PostgreSQL's binary format */
    char time[TIME_TEXT_SIZE];
};

struct connection {
    PGconn *pg;
    const struct settings *settings;
    str url;
    enum access access;
    struct arena *arena;
    unsigned generation;  /* of connecting; statements of an earlier one are prepared anew */
    int64_t retry_at_ms;  /* monotonic; no attempt to connect before */
    unsigned transaction; /* the present one; what those before it come to is nobody's business any more */
    unsigned names_given; /* to statements */
    bool begun;
    bool awaited;   /* the transaction, by a request */
    bool last;      /* the next exchange ends the transaction */
    bool hanging;   /* a COMMIT was given up */
    bool unfit;     /* the server became a standby: look for the one that writes */
    bool warned;    /* by the server, since COMMIT was sent */
    bool committed; /* the COMMIT was answered well */
    err failed;     /* what something sent ahead in this transaction came to */
    int64_t actor_id;
    int64_t people_epoch;
    uint64_t position;
    struct expectation expected[EXPECTED_MAX];
    size_t expected_first, expected_count;
    struct statement *begin, *lock_shared, *lock_exclusive, *epoch, *context, *commit, *rollback, *where, *reached;
    struct statement *roles[ROLES_COUNT];
};

/* --- postgres_wire.c ---------------------------------------------------------------------------------------------- */

/* Makes the connection anew; false when that failed or was tried a moment ago. */
bool wire_connect(struct connection *connection);

/* Gives it up: nothing that was sent will be answered any more, and the transaction has failed. */
void wire_lose(struct connection *connection);
bool wire_alive(const struct connection *connection);

/* Ready for a new transaction. A COMMIT that was given up is waited for, a moment; a lost connection is made anew. */
bool wire_ready(struct connection *connection);

/* From here on what is sent belongs to a new transaction. */
void wire_transaction(struct connection *connection);

/* Sends a statement with its parameters, preparing it first if need be; what comes of it is kept by its kind. False
 * when the connection is lost. wire_prepare() sends the preparation alone. */
bool wire_send(struct statement *statement, enum kind kind);
bool wire_prepare(struct statement *statement);

/* Notes that an answer of this kind will come to what was just sent in another way. */
void wire_expect(struct connection *connection, enum kind kind, struct statement *statement);

/* From here on the server answers, also when something before failed. */
bool wire_synchronize(struct connection *connection);

/* Reads everything that was sent; false when the connection is lost or the deadline over (monotonic clock). */
bool wire_drain(struct connection *connection, int64_t deadline_ms);

/* What a failed command means to a request. */
err postgres_error(const PGresult *result);

/* Both. A query that takes too long costs the connection. What the transaction came to so far. */
MUST_CHECK err wire_exchange(struct connection *connection);
/* Likewise for what may take long. */
MUST_CHECK err wire_exchange_patiently(struct connection *connection);

/* Connects by a URL with the defaults that every connection has: TLS that is checked, deadlines, UTC. `database` in
 * place of the URL's own; NULL: that. A connection that failed is returned too, for its message; NULL without memory.
 */
PGconn *postgres_connect(str url, const char *database, bool standby, struct arena *arena);

/* One line, without what could be secret in it. */
str postgres_reason(const PGconn *pg, struct arena *arena);

/* --- postgres_admin.c --------------------------------------------------------------------------------------------- */

MUST_CHECK err postgres_create(const struct connection_options *options);
err postgres_drop(const struct settings *settings, struct arena *arena, str *ret_reason);
err postgres_structure(struct connection *connection, struct arena *arena, str *ret_text);
str postgres_display_name(const struct settings *settings, struct arena *arena);
err postgres_lock(const struct settings *settings, enum store_lock store_lock, struct held_lock **ret_held);
void postgres_unlock(struct held_lock *held_lock);

/* --- postgres_copy.c ---------------------------------------------------------------------------------------------- */

err postgres_identity(struct connection *connection, struct arena *arena, str *ret_identity);
err postgres_begin_frozen(struct connection *connection, int64_t ms);
err postgres_begin_raw(struct connection *connection, struct arena *arena, str *ret_reason);
void postgres_last_id(struct buf *out, const struct entity *entity);
void postgres_set_last_id(struct buf *out, const struct entity *entity, int64_t id);

/* --- postgres_changes.c ------------------------------------------------------------------------------------------- */

extern const struct change_order postgres_change_order;

/* --- postgres_watch.c --------------------------------------------------------------------------------------------- */

err postgres_watch(const struct settings *settings, const struct watch_events *events, struct watcher **ret_watcher);
void postgres_unwatch(struct watcher *watcher);

#endif
