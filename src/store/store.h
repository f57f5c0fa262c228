/* A database, and the threads of this process that work on it. Code above this layer knows no engine, no connection and
 * no SQL.
 *
 *   store/reader.h       queries in a read-only snapshot, as an actor
 *   store/query.h        descriptions of row lists
 *   store/command.h      queueing commands, which change rows
 *   store/unit.h         how a command reads and changes rows
 *   store/administer.h   migrations, structure, single numbers, for ops/
 *   store/invariants.h   queries that count violations of what must always hold
 *   store/maintain/      copies and digests of whole databases
 *   store/engine/        SQLite and PostgreSQL
 *
 * A store has one writer thread on an embedded database and `writers` (a setting) of them on a database server. Other
 * processes may serve the same server database at the same time; this header reports what they change. */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include "archive/place_state.h"
#include "base/arena.h"
#include "schema/schema.h"
#include "schema/settings.h"

struct store;

/* Opens the database that the settings name. With `create` a missing one is created (and its key file, mode 0600);
 * without it a missing one is ERR_NOT_FOUND. ERR_INTERNAL when it cannot be opened, for example because of a wrong key;
 * then *ret_reason is a sentence for the operator. If the database is on a server, the time of the program begins again
 * with the clock of that server (base/clock.h). The settings must outlive the store. */
MUST_CHECK err store_open(const struct settings *settings, bool create, struct arena *arena, str *ret_reason,
                          struct store **ret_store);

/* Runs the commands that are queued, stops the writers and closes the database. Every reader must have been closed.
 * Accepts NULL. */
void store_close(struct store *store);

enum store_lock {
    STORE_LOCK_SHARED,    /* to serve: no process may change tables; other nodes may serve the same server database */
    STORE_LOCK_EXCLUSIVE, /* to change tables: no process may serve */
};

/* Held until store_unlock() or store_close(). ERR_STATE_CONFLICT when another process holds a conflicting lock. */
MUST_CHECK err store_lock(struct store *store, enum store_lock store_lock);
void store_unlock(struct store *store);

/* Starts the remaining writers and the watcher of other processes. Call store_lock() first. */
MUST_CHECK err store_serve(struct store *store);

/* Stops the watcher: the listener is called by writers only from then on. Before the listener's context is freed. */
void store_serve_end(struct store *store);

const struct settings *store_settings(const struct store *store);

/* Receives changes of rows; for caches and live streams. */
struct store_listener {
    /* A row was committed: by this process, on a writer thread, before `done` of the command; or a user or session by
     * another process, on any thread of the store's callers or the watcher's. id 0: any row of the entity, or of all
     * entities that are watched. */
    void (*changed)(void *context, enum entity_id entity, int64_t id);
    /* Another process committed something; what it was is not known. On the watcher's thread. */
    void (*activity)(void *context);
    void *context;
};

/* Before the first command and before store_serve(). */
void store_on_change(struct store *store, const struct store_listener *listener);

/* The people epoch counts the changes of users and sessions, by any client of the database.
 * All changes up to this number have been reported to the listener. What is cached about users and sessions may be used
 * in a transaction that saw the same number (reader_people_epoch, unit_people_epoch). */
int64_t store_people_epoch(const struct store *store);

/* Whether this process is the leader: the only one, of all that serve the database, that runs leader jobs. */
bool store_leads(const struct store *store);

/* Compares the time of the program with the wall clock (base/clock.h), unless the database has a clock of its own,
 * which the watcher follows. To be called several times a second. */
void store_follow_clock(const struct store *store);

struct store_counters {
    uint64_t commands;
    uint64_t commits;
    uint64_t refused; /* queue full */
    uint64_t checkpoints;
    uint64_t log_frames; /* in the write-ahead log now */
    size_t queued;
};
struct store_counters store_counters(const struct store *store);

/* The archive of an embedded database, if the settings name places for it (backup_to). Every process that opens the
 * database archives what it commits; shipping to the places is for one that stays. */

/* Ships until the store is closed. OK without places; ERR_STATE_CONFLICT when another process archives the database. */
MUST_CHECK err store_archive_start(struct store *store);

/* Requests a new base in every place. */
void store_archive_request_base(struct store *store);

/* The state of a place, counted from 0; false when there is none. Any thread. */
bool store_archive_state(const struct store *store, size_t place, struct place_state *ret_state);

/* A place was verified at this time, by restoring it; for the state of the place. Any thread. */
void store_archive_verified(struct store *store, size_t place, int64_t time_ms);

#endif
