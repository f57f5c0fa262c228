/* The part of an engine for a database as a whole: its lock, structure, maintenance, removal and copies. */
#ifndef STORE_ENGINE_DATABASE_H
#define STORE_ENGINE_DATABASE_H

#include <stdatomic.h>

#include "archive/place_state.h"
#include "store/engine/engine.h"

struct held_lock;

/* The archive of an embedded database: see archive/ship.h. All commits go into its spool while a connection is open
 * whose settings name places (backup_to); these functions concern the places. */
struct engine_archive {
    /* Ships to the places until the connection is closed. ERR_STATE_CONFLICT when the connection does not archive. */
    err (*start)(struct connection *connection);
    void (*request_base)(struct connection *connection);
    /* False when there is no such place, or it is not shipped to. Any thread. */
    bool (*state)(struct connection *connection, size_t place, struct place_state *ret_state);
    /* Archives what was committed until now, also by other processes, and returns the last commit. Inside a transaction
     * of the connection nothing is committed after it. False when the connection does not archive. */
    bool (*commit)(struct connection *connection, uint64_t *ret_commit);
};

struct engine_database {
    /* The name of the database for messages, without secrets. */
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
    /* Statements of the connection are interrupted when this becomes true. NULL: not possible. */
    void (*interrupt_when)(struct connection *connection, const atomic_bool *stopping);
    const struct engine_archive *archive; /* NULL: the server archives itself */
};

/* See store/maintain/copy.h. */
struct engine_copy {
    /* A text that identifies the database: no other one has it. */
    err (*identity)(struct connection *connection, struct arena *arena, str *ret_identity);
    /* Like begin(), but blocks all other writers, for at most `ms`. ERR_OVERLOADED when a lock was not granted. */
    err (*begin_frozen)(struct connection *connection, int64_t ms);
    /* Like begin(), for writing rows unchanged: no trigger runs and no reference is checked. The connection can then
     * not be used for anything else. */
    err (*begin_raw)(struct connection *connection, struct arena *arena, str *ret_reason);
    const char
        *announce; /* a statement that makes other nodes drop all cached sessions; NULL: there are no other nodes */
    bool nul_ends_text; /* a text cannot hold a NUL character */
    bool narrow_ids;    /* only columns with the field flag WIDE hold more than 32 bits */
};

#endif
