/* What the files of the PostgreSQL engine share. They are the only ones that know PostgreSQL: postgres.c (statements),
 * postgres_transaction.c (transactions), postgres_wire.c (the protocol), postgres_admin.c and postgres_copy.c
 * (databases as wholes), postgres_watch.c (what other processes do). */
#ifndef STORE_POSTGRES_H
#define STORE_POSTGRES_H

#include <libpq-fe.h>

#include "base/time_text.h"
#include "store/engine/cluster.h"
#include "store/engine/database.h"

/* Keys of advisory locks. */
#define LOCK_KEY_WRITE "7461100500000001" /* shared: batches that lock their rows; exclusive: any other batch */
#define LOCK_KEY_SERVE "7461100500000002" /* shared: the database is served; exclusive: its tables are changed */
#define LOCK_KEY_JOBS  "7461100500000003" /* held by the leader */
#define LOCK_KEY_IDS   "7461100500000004" /* held while a sequence is set back */

/* Statements that were sent and have no response yet, at most; the writes of a batch are far fewer. */
enum { EXPECTED_MAX = 4096, NAME_SIZE = 16, ROLES_COUNT = ROLE_SYSTEM + 1 };

/* What a response is used for. */
enum kind {
    EXPECT_AHEAD,   /* nothing: rows do not matter */
    EXPECT_PREPARE, /* of `statement` */
    EXPECT_COLUMNS, /* of `statement`: it must have some */
    EXPECT_ROWS,    /* of `statement` */
    EXPECT_EPOCH,
    EXPECT_POSITION,
    EXPECT_COMMIT,
    EXPECT_SYNC,
};

struct expectation {
    enum kind kind;
    struct statement *statement; /* NULL: none, or it was finished meanwhile */
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

/* What a connection is doing. The transitions between these states are in postgres_transaction.c; state_set() checks
 * them. That a connection is lost is no state: then `pg` is NULL or has failed, in a transaction as well as outside. */
enum connection_state {
    STATE_IDLE,          /* no transaction */
    STATE_BEGUN,         /* in a transaction */
    STATE_ENDING,        /* in a reader's transaction, which ends with its next statement */
    STATE_COMMITTING,    /* COMMIT was sent */
    STATE_COMMIT_WARNED, /* COMMIT was sent, and the server warned that it may not be replicated */
    STATE_COMMITTED,     /* COMMIT succeeded */
    STATE_COMMIT_LOST,   /* the response to COMMIT did not come in time: no new work until it comes */
    STATE_STANDBY_BEGUN, /* in a transaction that failed because the server became a standby */
    STATE_STANDBY,       /* likewise, and the transaction is over: the connection is replaced before the next one */
    STATE_COUNT
};

struct connection {
    PGconn *pg;
    const struct settings *settings;
    str url;
    enum access access;
    struct arena *arena;
    unsigned generation;  /* raised by every reconnect; statements of an earlier one are prepared again */
    int64_t retry_at_ms;  /* monotonic; no attempt to connect before */
    unsigned transaction; /* number of the present one; errors of earlier ones are ignored */
    unsigned names_given; /* to statements */
    enum connection_state state;
    int64_t timeout_ms; /* of exchanges in this transaction */
    err failed;         /* the first error in this transaction */
    int64_t actor_id;
    int64_t people_epoch;
    uint64_t position;
    struct expectation expected[EXPECTED_MAX];
    size_t expected_first, expected_count;
    struct statement *begin, *lock_shared, *lock_exclusive, *epoch, *context, *commit, *rollback, *where, *reached;
    struct statement *roles[ROLES_COUNT];
};

/* --- postgres.c --------------------------------------------------------------------------------------------------- */

err postgres_prepare(struct connection *connection, str sql, struct statement **ret);
void postgres_finish(struct statement *statement);
void postgres_bind_text(struct statement *statement, int number, str value);
err postgres_send(struct statement *statement);

/* --- postgres_transaction.c --------------------------------------------------------------------------------------- */

void state_set(struct connection *connection, enum connection_state state);
bool state_in_transaction(const struct connection *connection);

err postgres_begin(struct connection *connection, const struct transaction *transaction);
err postgres_commit(struct connection *connection);
void postgres_rollback(struct connection *connection);
void postgres_last(struct connection *connection);
err postgres_act_as(struct connection *connection, int64_t actor_id);
int64_t postgres_people_epoch(struct connection *connection);
uint64_t postgres_position(struct connection *connection);
bool postgres_has_reached(struct connection *connection, uint64_t position);

/* Sends the end of a transaction without changes, together with what was sent before. */
void transaction_end_send(struct connection *connection);

/* --- postgres_wire.c ---------------------------------------------------------------------------------------------- */

/* Connects again; false when that failed, or failed a moment ago. */
bool wire_connect(struct connection *connection);

/* Closes the connection: no response will come any more, and the transaction has failed. */
void wire_lose(struct connection *connection);
bool wire_alive(const struct connection *connection);

/* Prepares for a new transaction: waits briefly for the response to a COMMIT that took too long, replaces a lost
 * connection. False when the connection cannot be used now. */
bool wire_ready(struct connection *connection);

/* From here on what is sent belongs to a new transaction. `awaited`: a request waits for it, so deadlines are short. */
void wire_transaction(struct connection *connection, bool awaited);

/* Sends a statement with its parameters, preceded by its preparation when the server does not know it yet. False when
 * the connection is lost. wire_prepare() sends only the preparation. */
bool wire_send(struct statement *statement, enum kind kind);
bool wire_prepare(struct statement *statement);

/* Notes that a response to what was just sent in another way will come. */
void wire_expect(struct connection *connection, enum kind kind, struct statement *statement);

/* A synchronisation point: the server responds to everything before it, also after an error. */
bool wire_synchronize(struct connection *connection);

/* Reads the responses to everything that was sent; false when the connection is lost or the deadline (monotonic clock)
 * has passed. */
bool wire_drain(struct connection *connection, int64_t deadline_ms);

/* The error that a failed statement means for a request. */
err postgres_error(const PGresult *result);

/* Synchronises and reads the responses. When that takes too long the connection is closed. Returns the first error of
 * the transaction. */
MUST_CHECK err wire_exchange(struct connection *connection);
/* Likewise for statements of administration, which may take long. */
MUST_CHECK err wire_exchange_patiently(struct connection *connection);

/* Connects by a URL with defaults for all connections: verified TLS, timeouts. `database` replaces the one of the URL;
 * NULL does not. A connection that failed is returned too, for its message; NULL: out of memory. */
PGconn *postgres_connect(str url, const char *database, bool standby, struct arena *arena);

/* The error message in one line, without anything secret. */
str postgres_reason(const PGconn *pg, struct arena *arena);

/* --- postgres_changes.c ------------------------------------------------------------------------------------------- */

extern const struct change_order postgres_change_order;

/* --- postgres_admin.c, postgres_copy.c, postgres_watch.c ---------------------------------------------------------- */

extern const struct engine_database postgres_database;
extern const struct engine_copy postgres_copy;

MUST_CHECK err postgres_create(const struct connection_options *options);

err postgres_watch(const struct settings *settings, const struct watch_events *events, struct watcher **ret_watcher);
void postgres_unwatch(struct watcher *watcher);

#endif
