/* The interface to a database engine. `struct engine` is the part that every connection of every engine has: statements
 * and transactions. Parts with a single purpose have their own tables: search, ids, the database as a whole and copies
 * (engine/database.h), and the cluster, which an embedded engine does not have (engine/cluster.h). engine_sqlite and
 * engine_postgres implement the interface; everything else in store/ is the same for every engine.
 *
 * A connection and its statements belong to one thread at a time. Parameters count from 1, columns from 0. Times and
 * money are bound as text in their stored forms, booleans and other numbers as integers.
 *
 * An engine that talks to a server only sends statements whose result is not used (a begin, a write), without waiting
 * for the response. Their errors are returned by a later call in the same transaction, at the latest by commit(). So
 * any error in a writer's transaction means that the whole transaction is lost. */
#ifndef STORE_ENGINE_H
#define STORE_ENGINE_H

#include "base/buf.h"
#include "schema/ddl.h"
#include "store/command.h"
#include "store/query.h"
#include "store/store.h"

struct connection;
struct statement;
struct engine_search;
struct engine_ids;
struct engine_database;
struct engine_copy;
struct engine_cluster;

enum access {
    ACCESS_WRITE,   /* reads and writes everything */
    ACCESS_READ,    /* read-only: what a role may see, or everything for ROLE_SYSTEM */
    ACCESS_REPLICA, /* likewise, on a replica that may lag behind */
};

struct connection_options {
    const struct settings *settings;
    enum access access;
    enum role role;      /* of ACCESS_READ, where every role has a connection of its own */
    bool create;         /* a missing database is created */
    struct arena *arena; /* for *ret_reason */
    str *ret_reason;
};

struct transaction {
    enum role role;   /* readers: the role whose policies apply */
    int64_t actor_id; /* readers: the user whose rows are visible; 0: not signed in */
    bool awaited;     /* a request waits for it, so timeouts are short: reads have query_ms */
    bool exclusive;   /* writers: no other writer of the database has a transaction at the same time */
};

/* What a column contains. */
enum reading {
    READING_VALUE,
    READING_NULL,       /* *ret_value is 0 and STR_NONE */
    READING_UNREADABLE, /* something that no value of the kind is stored as; *ret_value is untouched */
};

struct engine {
    const char *name;
    enum dialect dialect;
    bool shares_connections; /* a reader's connection can change its role from transaction to transaction */
    const char *collation;   /* in which texts are sorted, in SQL: unicode_compare() of base/unicode.h */
    bool writes_sets;        /* a statement costs a round trip: rows are written as sets (store/sets.h) */

    err (*open)(const struct connection_options *options, struct connection **ret);
    void (*close)(struct connection *connection);

    /* Runs an SQL text with several statements that return no rows. *ret_reason may be NULL. */
    err (*execute)(struct connection *connection, str sql, struct arena *arena, str *ret_reason);

    /* --- statements --- */

    err (*prepare)(struct connection *connection, str sql, struct statement **ret);
    void (*finish)(struct statement *statement); /* accepts NULL */
    void (*bind_int)(struct statement *statement, int parameter, int64_t value);
    void (*bind_bool)(struct statement *statement, int parameter, bool value);
    void (*bind_text)(struct statement *statement, int parameter, str value); /* not copied; STR_NONE binds NULL */
    err (*step)(struct statement *statement, bool *ret_row);
    err (*send)(struct statement *statement); /* runs a statement whose result is not used */
    void (*reset)(struct statement *statement);
    int (*columns)(struct statement *statement);
    int64_t (*column_int)(struct statement *statement, int column);
    str (*column_text)(struct statement *statement, int column); /* until the next step or reset */

    /* Marks a statement that returns rows of entities. Only then may column_value be used, and column_text only for
     * columns of text. */
    void (*for_values)(struct statement *statement);
    /* A value of a kind: the number, or for texts and enumerations the text, until the next step or reset. */
    enum reading (*column_value)(struct statement *statement, int column, enum value_kind kind,
                                 struct value *ret_value);

    /* --- transactions --- */

    err (*begin)(struct connection *connection, const struct transaction *transaction); /* NULL: for administration */
    /* ERR_OUTCOME_UNKNOWN when it cannot be known whether the commit happened and the server's own recovery decides;
     * ends the process when the durability of an embedded database cannot be known. */
    err (*commit)(struct connection *connection);
    void (*rollback)(struct connection *connection); /* does nothing without a transaction */
    /* Readers: announces that the next statement is the last one, so the end of the transaction can be sent with it. */
    void (*last)(struct connection *connection);
    /* The people epoch (store_people_epoch) that the current transaction sees, or the last one on a server. INT64_MAX
     * when it cannot be read, so that no cached session is considered valid in it. */
    int64_t (*people_epoch)(struct connection *connection);
    /* Sets what actor_id() returns in SQL until the end of the transaction. */
    err (*act_as)(struct connection *connection, int64_t actor_id);

    const struct engine_search *search;
    const struct engine_ids *ids;
    const struct engine_database *database;
    const struct engine_copy *copy;
    const struct engine_cluster *cluster; /* NULL: this process is the only one that has the database open */
};

/* Text search. */
struct engine_search {
    /* While trusted, a reader's statements may read the search tables. Only for statements built by rows_list.c. */
    void (*trust)(struct connection *connection, bool trusted);
    /* Adds ` JOIN ... ` that keeps the rows whose searchable text matches the next parameter, with a column "rank". */
    void (*join)(struct buf *out, const struct entity *entity);
    /* Converts the search terms of a user to the value of that parameter. */
    str (*words)(struct arena *arena, str words);
    /* Adds a text column with its ASCII letters in lower case. */
    void (*fold)(struct buf *out, const char *table, const char *column);
    /* Adds the condition that a text column matches the LIKE pattern in the next parameter, ASCII case ignored. */
    void (*like)(struct buf *out, const char *table, const char *column);
};

/* Ids for new rows, from 1 to entity_id_max(). The queries return rows (first, last): ranges of free ids, inclusive. */
struct engine_ids {
    /* The ids after the highest one ever assigned. Parameter: how many. Returns no row when none are left, or when rows
     * of other clients use all that were tried. */
    void (*next)(struct buf *out, const struct entity *entity);
    /* Used when next() has run out because a row has (nearly) the highest possible id: the highest gap between existing
     * ids. Parameter: an id; the gap ends below it. Examines a bounded number of rows, by the index. Where ids are
     * reserved, its result is not used: it makes next() continue from the gap. */
    void (*gap)(struct buf *out, const struct entity *entity);
    /* Whether returned ids belong to this connection, even after a rollback. Else they are only known to be free until
     * the end of the transaction. */
    bool reserved;
    /* The highest id that a row ever had or that the sequence assigned. */
    void (*last)(struct buf *out, const struct entity *entity);
    /* A statement after which new rows get ids above `id`. */
    void (*set_last)(struct buf *out, const struct entity *entity, int64_t id);
};

/* The engine that the settings select. This is the only place that decides it. */
const struct engine *engine_of(const struct settings *settings);

extern const struct engine engine_sqlite, engine_postgres;

#endif
