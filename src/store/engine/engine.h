/* What an engine has to offer: connections, prepared statements, transactions. store/engine/sqlite.c and
 * store/engine/postgres.c implement it; everything else in store/ is the same for every engine. A connection and its
 * statements belong to one thread at a time.
 *
 * Parameters and columns count from 1 and 0. Times and money travel as text in their stored forms, booleans and other
 * numbers as integers.
 *
 * An engine may be on another machine. Then what has no answer worth waiting for (a begin, a write) is only sent, and
 * its error is that of a later call of the same transaction, at the latest of commit(). So any error of a writer's
 * transaction means that all of it is lost. */
#ifndef STORE_ENGINE_H
#define STORE_ENGINE_H

#include "base/buf.h"
#include "schema/ddl.h"
#include "store/store.h"

struct connection;
struct statement;
struct held_lock;

enum access {
    ACCESS_WRITE,   /* everything */
    ACCESS_READ,    /* read-only; what a role may see, or everything for ROLE_SYSTEM */
    ACCESS_REPLICA, /* likewise, on a copy that may lag behind */
};

struct connection_options {
    const struct settings *settings;
    enum access access;
    enum role role;      /* of ACCESS_READ, where every role has a connection of its own */
    bool create;         /* a missing database is made */
    struct arena *arena; /* for *ret_reason */
    str *ret_reason;
};

/* What a transaction is begun for. */
struct transaction {
    enum role role;   /* readers: whose rules apply */
    int64_t actor_id; /* readers: who asks */
    bool awaited;     /* by a request: better no answer than a late one */
    bool exclusive;   /* writers: while it runs no other writer of the database has a transaction */
};

/* What happened in the database that this process did not do; see engine.watch. */
struct watch_events {
    void (*changed)(void *context, enum entity_id entity, int64_t id); /* a person or session; id 0: any */
    void (*people_epoch)(void *context, int64_t epoch);                /* what was told so far is complete up to it */
    void (*activity)(void *context);                                   /* something was written */
    void (*leads)(void *context, bool leads); /* whether this process is the one that runs the jobs */
    void *context;
};

struct watcher;

/* Statements that read the audit log in the order of commits; store/changes.h says what for. */
struct change_order {
    const char *moment; /* highest id, snapshot, number of this transaction */
    const char *open;   /* (previous, base, previous, previous): first and last id, snapshot, lowest number that ran in
                           the previous one, number of this transaction, highest id */
    const char *read;   /* (after, up to, previous, previous, current, limit): ids */
};

struct engine {
    const char *name;
    enum dialect dialect;
    bool shares_connections; /* one connection of a reader serves every role */
    bool many_writers;       /* several writers, of many processes, may have transactions at the same time */
    const char
        *locks[ROW_LOCK_COUNT]; /* what is added to a writer's SELECT, so that nobody changes the row; NULL: nothing */
    err (*open)(const struct connection_options *options, struct connection **ret);
    void (*close)(struct connection *connection);

    /* Statements without results, several of them in one text. *ret_reason may be NULL. */
    err (*execute)(struct connection *connection, str sql, struct arena *arena, str *ret_reason);

    err (*prepare)(struct connection *connection, str sql, struct statement **ret);
    void (*finish)(struct statement *statement);
    void (*bind_int)(struct statement *statement, int parameter, int64_t value);
    void (*bind_bool)(struct statement *statement, int parameter, bool value);
    void (*bind_text)(struct statement *statement, int parameter, str value); /* not copied; STR_NONE binds NULL */
    err (*step)(struct statement *statement, bool *ret_row);
    err (*send)(struct statement *statement); /* runs one whose rows do not matter; its error may come later */
    void (*reset)(struct statement *statement);
    int64_t (*column_int)(struct statement *statement, int column);
    str (*column_text)(struct statement *statement, int column); /* until the next step or reset */
    int (*columns)(struct statement *statement);
    /* Of a statement for rows of entities, these are the columns of numbers, times and money; 0: no value, or one that
     * a foreign writer stored in a form we do not know. Texts are for columns of text, then; the rest may not be text.
     */
    void (*for_values)(struct statement *statement);
    int64_t (*column_time)(struct statement *statement, int column);
    int64_t (*column_money)(struct statement *statement, int column);

    err (*begin)(struct connection *connection, const struct transaction *transaction);
    /* ERR_OUTCOME_UNKNOWN when nobody can say whether it happened; ends the process when durability cannot be known. */
    err (*commit)(struct connection *connection);
    void (*rollback)(struct connection *connection);
    /* Readers: what is asked for next is all, so the end may travel with it. */
    void (*last)(struct connection *connection);
    /* What actor_id() gives in SQL from now on. */
    err (*act_as)(struct connection *connection, int64_t actor_id);
    /* How many changes of people and sessions the last transaction saw; 0 where nobody else makes any. */
    int64_t (*people_epoch)(struct connection *connection);
    /* Writers: a position in the history of the database behind the last commit; for replicas. */
    uint64_t (*position)(struct connection *connection);
    /* Replicas: whether it has come so far. */
    bool (*has_reached)(struct connection *connection, uint64_t position);

    /* While trusted, statements made by the row generator may read the search tables (see sqlite.c). */
    void (*trust)(struct connection *connection, bool trusted);
    /* ` JOIN ... ` that keeps rows whose searchable text matches the next parameter and offers "rank". */
    void (*search_join)(struct buf *out, const struct entity *entity);
    /* Words a person typed as the parameter of it. */
    str (*search_words)(struct arena *arena, str words);

    /* A condition: the text column contains the pattern that is the next parameter, ASCII case ignored. */
    void (*like)(struct buf *out, const char *table, const char *column);

    /* A query for ids that are free in the entity's table. Its parameter is how many are wanted. With `ids_reserved` it
     * gives at most as many rows, which are this connection's from now on; none when all that were looked at are taken,
     * then others are next. Else it gives one row, from which on all are free. */
    void (*free_ids)(struct buf *out, const struct entity *entity);
    bool ids_reserved;
    /* With `ids_reserved`: changes when the connection was made anew. Ids of before are no longer anybody's: a server
     * that crashed gives out again what no commit came behind. */
    unsigned (*session)(struct connection *connection);

    /* Rows are written as sets (store/sets.c), not one by one. */
    bool set_based;

    /* A query that gives a row when there is a table with the name that is its parameter. */
    const char *find_table;

    /* A transaction that changes tables: statements that run before and after it, and a query that gives a row when it
     * left a reference to a row that does not exist. NULL: the engine requires none. */
    struct {
        const char *before, *check, *after;
    } migration;

    /* Housekeeping between transactions of the writer; `idle` when nothing waits. Returns checkpoints made. */
    int (*tend)(struct connection *connection, bool idle, uint64_t *ret_log_frames);
    /* Makes words that were taken out of the full-text indexes of personal fields leave the database. */
    err (*purge)(struct connection *connection);
    err (*structure)(struct connection *connection, struct arena *arena, str *ret_text);
    /* What people call the database; nothing in it is secret. */
    str (*display_name)(const struct settings *settings, struct arena *arena);
    err (*store_lock)(const struct settings *settings, enum store_lock store_lock, struct held_lock **ret_held);
    void (*unlock)(struct held_lock *held_lock);
    err (*drop)(const struct settings *settings, struct arena *arena, str *ret_reason);
    /* Tells what others do to the database, on a thread of its own, until unwatch(). NULL: there are no others. */
    err (*watch)(const struct settings *settings, const struct watch_events *events, struct watcher **ret_watcher);
    void (*unwatch)(struct watcher *watcher);

    /* --- copies of whole databases, see store/maintain/copy.h --- */

    /* A text that no other database has. */
    err (*identity)(struct connection *connection, struct arena *arena, str *ret_identity);
    /* begin() for a writer that keeps all others from writing, `ms` at most; ERR_OVERLOADED when they do not let it. */
    err (*begin_frozen)(struct connection *connection, int64_t ms);
    /* begin() for a writer of rows as they are: no trigger runs, no reference is looked after. The connection is of no
     * other use afterwards. */
    err (*begin_raw)(struct connection *connection, struct arena *arena, str *ret_reason);
    /* A query for the highest id that any row of the entity ever had, and a statement (none for 0) that lets those of
     * new rows begin behind an id. */
    void (*last_id)(struct buf *out, const struct entity *entity);
    void (*set_last_id)(struct buf *out, const struct entity *entity, int64_t id);
    const struct change_order *change_order; /* NULL: ids are in the order of commits */
    const char *copied; /* a statement that tells others that anything may have changed; NULL: there are no others */
    bool nul_ends_text; /* a text cannot hold a NUL character */
};

/* The engine that the settings ask for. */
const struct engine *engine_of(const struct settings *settings);

extern const struct engine engine_sqlite, engine_postgres;

#endif
