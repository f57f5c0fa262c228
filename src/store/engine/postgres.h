/* Internals of the PostgreSQL engine. Only these files use PostgreSQL: postgres.c (statements), postgres_transaction.c
 * (transactions), postgres_wire.c (the protocol), postgres_admin.c and postgres_copy.c (databases as a whole),
 * postgres_watch.c and postgres_changes.c (changes by other processes, and in commit order). */
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
#define LOCK_KEY_IDS   "7461100500000004" /* held while a sequence is reset */

/* The time of the server, in microseconds since 1970. */
#define CLOCK_SQL "(extract(epoch FROM clock_timestamp()) * 1000000)::bigint"

/* EXPECTED_MAX: statements sent whose responses have not been read yet; the writes of a batch are far fewer. */
enum { EXPECTED_MAX = 4096, NAME_SIZE = 16, ROLES_COUNT = ROLE_SYSTEM + 1 };

/* What a response is used for. */
enum kind {
    EXPECT_AHEAD,   /* nothing: the result is not used */
    EXPECT_PREPARE, /* of `statement`: it has been prepared */
    EXPECT_COLUMNS, /* of `statement`: it must have some */
    EXPECT_ROWS,    /* of `statement`: its result */
    EXPECT_EPOCH,
    EXPECT_POSITION,
    EXPECT_COMMIT,
    EXPECT_SYNC,
};

struct expectation {
    enum kind kind;
    struct statement *statement; /* NULL: none, or already finished */
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
    unsigned prepared; /* generation of the connection in which it was prepared; 0: not prepared */
    size_t parameter_count;
    struct parameter *parameters;
    const char **values; /* of the parameters, in the form that libpq requires */
    PGresult *result;    /* of the current run */
    int row;             /* -1: not run since the last reset */
    bool binary;         /* rows come in PostgreSQL's binary format */
    char time[TIME_TEXT_SIZE];
};

/* What a connection is doing. postgres_transaction.c defines the transitions between these states; state_set() checks
 * them. A lost connection is not a state of its own: it can occur in any state, and `pg` is then NULL or has failed. */
enum connection_state {
    STATE_IDLE,          /* no transaction */
    STATE_BEGUN,         /* in a transaction */
    STATE_ENDING,        /* in a reader's transaction, which ends with its next statement */
    STATE_COMMITTING,    /* COMMIT was sent */
    STATE_COMMIT_WARNED, /* COMMIT was sent, and the server warned that it may not be replicated */
    STATE_COMMITTED,     /* COMMIT succeeded */
    STATE_COMMIT_LOST,   /* the response to COMMIT did not come in time: no new work until it comes */
    STATE_STANDBY_BEGUN, /* in a transaction that failed because the server became a standby */
    STATE_STANDBY,       /* likewise, and the transaction has ended: the connection is replaced before the next one */
    STATE_COUNT
};

struct connection {
    PGconn *pg;
    const struct settings *settings;
    str url;
    enum access access;
    struct arena *arena;
    unsigned generation;  /* raised by every reconnect; statements of an earlier one are prepared again */
    int64_t retry_at_ms;  /* monotonic; no attempt to connect before this time */
    unsigned transaction; /* number of the current one; errors of earlier ones are ignored */
    unsigned names_given; /* number of statement names given so far */
    enum connection_state state;
    int64_t timeout_ms; /* of exchanges in this transaction */
    err failed;         /* the first error in this transaction */
    int64_t actor_id;
    int64_t people_epoch;
    uint64_t position;
    struct expectation expected[EXPECTED_MAX];
    size_t expected_first, expected_count;
    struct statement *begin, *unlimited, *lock_shared, *lock_exclusive, *epoch, *context, *commit, *rollback, *where,
        *reached;
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

/* Reconnects; false when that fails, or failed so recently that it is not tried again yet. */
bool wire_connect(struct connection *connection);

/* Closes the connection: outstanding responses are given up and the transaction has failed. */
void wire_lose(struct connection *connection);
bool wire_alive(const struct connection *connection);

/* Prepares for a new transaction: waits briefly for an overdue response to COMMIT, and replaces a lost connection.
 * False when the connection cannot be used now. */
bool wire_ready(struct connection *connection);

/* Statements sent from now on belong to a new transaction. `awaited`: a request waits for it, so timeouts are short. */
void wire_transaction(struct connection *connection, bool awaited);

/* Sends a statement with its parameters, preceded by its preparation when the server does not know it yet. False when
 * the connection is lost. wire_prepare() sends only the preparation. */
bool wire_send(struct statement *statement, enum kind kind);
bool wire_prepare(struct statement *statement);

/* Records that a response is expected to something that was sent without wire_send(). */
void wire_expect(struct connection *connection, enum kind kind, struct statement *statement);

/* Sends a synchronisation point: the server responds to everything before it, also after an error. */
bool wire_synchronize(struct connection *connection);

/* Reads the responses to everything that was sent; false when the connection is lost or the deadline (monotonic clock)
 * has passed. */
bool wire_drain(struct connection *connection, int64_t deadline_ms);

/* The error code for a failed statement. */
err postgres_error(const PGresult *result);

/* Sends a synchronisation point and reads all responses. When that takes too long, the connection is closed. Returns
 * the first error of the transaction. */
MUST_CHECK err wire_exchange(struct connection *connection);
/* Likewise with a long timeout, for administration. */
MUST_CHECK err wire_exchange_patiently(struct connection *connection);

/* Connects to a URL with the defaults for all connections: verified TLS, timeouts. `database` overrides the database of
 * the URL unless it is NULL. A failed connection is returned too, for its error message; NULL: out of memory. */
PGconn *postgres_connect(str url, const char *database, bool standby, struct arena *arena);

/* The error message as one line, without secrets. */
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
