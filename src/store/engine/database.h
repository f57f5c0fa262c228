/* What an engine does with a database as a whole: its lock, its structure, upkeep, removal, copies of it. */
#ifndef STORE_ENGINE_DATABASE_H
#define STORE_ENGINE_DATABASE_H

#include "store/engine/engine.h"

struct held_lock;

struct engine_database {
    /* Name of the database for people, without anything secret. */
    str (*display_name)(const struct settings *settings, struct arena *arena);
    err (*lock)(const struct settings *settings, enum store_lock store_lock, struct held_lock **ret_held);
    void (*unlock)(struct held_lock *held_lock); /* accepts NULL */
    err (*drop)(const struct settings *settings, struct arena *arena, str *ret_reason);
    err (*structure)(struct connection *connection, struct arena *arena, str *ret_text);
    const char *find_table; /* a query that returns a row when the table named by its parameter exists */

    /* For a transaction that changes tables: statements that run before and after it, and a query that returns a row
     * when it left a reference to a row that does not exist. NULL: none is required. */
    struct {
        const char *before, *check, *after;
    } migration;

    /* Checkpoints between transactions of the first writer, `idle` when no command waits. Returns how many were made.
     * NULL: the server makes its own. */
    int (*checkpoint)(struct connection *connection, bool idle, uint64_t *ret_log_frames);
    /* Erases deleted words from the full-text indexes of personal fields. NULL: the server vacuums. */
    err (*purge)(struct connection *connection);
};

/* See store/maintain/copy.h. */
struct engine_copy {
    /* A text that no other database has. */
    err (*identity)(struct connection *connection, struct arena *arena, str *ret_identity);
    /* begin() that keeps all other writers waiting, for `ms` at most. ERR_OVERLOADED when a lock was not granted. */
    err (*begin_frozen)(struct connection *connection, int64_t ms);
    /* begin() for writing rows as they are: no trigger runs and no reference is checked. Such a connection cannot be
     * used for anything else. */
    err (*begin_raw)(struct connection *connection, struct arena *arena, str *ret_reason);
    const char *announce; /* a statement after which other nodes drop all cached sessions; NULL: there are none */
    bool nul_ends_text;   /* a text cannot hold a NUL character */
    bool narrow_ids;      /* a column that is not wide holds 32 bits only (field flag WIDE) */
};

#endif
