/* What an engine has to offer: connections, prepared statements, transactions. store/sqlite.c implements it; everything
 * else in store/ is the same for every engine. A connection and its statements belong to one thread at a time.
 *
 * Parameters and columns count from 1 and 0 as in SQLite. Times and money travel as text in their stored forms,
 * booleans and other numbers as integers. */
#ifndef STORE_ENGINE_H
#define STORE_ENGINE_H

#include "base/buf.h"
#include "store/store.h"

struct connection;
struct statement;

enum access {
    ACCESS_WRITE, /* everything */
    ACCESS_READ,  /* read-only; what a role may see, or everything for ROLE_SYSTEM */
};

struct connection_options {
    const struct settings *settings;
    enum access access;
    enum role role;          /* of ACCESS_READ */
    const int64_t *actor_id; /* what actor_id() gives in SQL; must outlive the connection */
    bool create;             /* a missing database is made */
    struct arena *arena;     /* for *ret_reason */
    str *ret_reason;
};

struct engine {
    const char *name;
    err (*open)(const struct connection_options *options, struct connection **ret);
    void (*close)(struct connection *connection);

    /* Statements without results, several of them in one text. *ret_reason may be NULL. */
    err (*execute)(struct connection *connection, str sql, struct arena *arena, str *ret_reason);

    err (*prepare)(struct connection *connection, str sql, struct statement **ret);
    void (*finish)(struct statement *statement);
    void (*bind_int)(struct statement *statement, int parameter, int64_t value);
    void (*bind_text)(struct statement *statement, int parameter, str value); /* not copied; STR_NONE binds NULL */
    err (*step)(struct statement *statement, bool *ret_row);
    void (*reset)(struct statement *statement);
    bool (*is_null)(struct statement *statement, int column);
    int64_t (*column_int)(struct statement *statement, int column);
    str (*column_text)(struct statement *statement, int column); /* until the next step or reset */
    int (*columns)(struct statement *statement);

    err (*begin)(struct connection *connection);
    err (*commit)(struct connection *connection); /* ends the process when durability cannot be known */
    void (*rollback)(struct connection *connection);

    /* While trusted, statements made by the row generator may read the search tables (see sqlite.c). */
    void (*trust)(struct connection *connection, bool trusted);
    /* ` JOIN ... ` that keeps rows whose searchable text matches the next parameter and offers "rank". */
    void (*search_join)(struct buf *out, const struct entity *entity);
    /* Words a person typed as the parameter of it. */
    str (*search_words)(struct arena *arena, str words);

    /* An expression: the highest id ever given in the entity's table. */
    void (*last_id)(struct buf *out, const struct entity *entity);

    /* Housekeeping between transactions of the writer; `idle` when nothing waits. Returns checkpoints made. */
    int (*tend)(struct connection *connection, bool idle, uint64_t *ret_log_frames);
    /* Makes words that were taken out of the full-text indexes of personal fields leave the database. */
    err (*purge)(struct connection *connection);
    err (*structure)(struct connection *connection, struct arena *arena, str *ret_text);
    err (*claim)(const struct settings *settings, int *ret_handle);
    err (*drop)(const struct settings *settings, struct arena *arena, str *ret_reason);
};

/* The engine that the settings ask for. */
const struct engine *engine_of(const struct settings *settings);

extern const struct engine engine_sqlite;

#endif
