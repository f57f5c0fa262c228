/* Internals of a store, shared by the files of this folder: its writers, and access to the first connection for
 * administration. */
#ifndef STORE_STORE_PRIVATE_H
#define STORE_STORE_PRIVATE_H

#include <pthread.h>
#include <stdatomic.h>

#include "store/engine/cluster.h"
#include "store/engine/database.h"
#include "store/reader.h"
#include "store/unit_private.h"

enum { COMMANDS_MAX = 4096, WRITERS_MAX = 16 };

/* Commands that wait for a writer; protected by queue_lock. */
struct queue {
    struct command *first, **last;
    pthread_cond_t filled;
};

struct writer {
    struct store *store;
    struct connection *connection;
    struct rows *rows;
    struct unit *unit;
    pthread_t thread;
    struct queue queue;
};

struct store {
    const struct settings *settings;
    const struct engine *engine;
    struct writer writers[WRITERS_MAX];
    size_t writer_count;
    bool archives;                   /* every commit goes into an archive */
    pthread_mutex_t connection_lock; /* of the first writer's connection, which administration uses too */
    struct held_lock *held_lock;
    struct watcher *watcher;
    _Atomic bool search_stale; /* personal words were removed from an index since the last purge */
    int64_t purge_after_ms;    /* monotonic */

    pthread_mutex_t queue_lock;
    size_t running; /* running writer threads */
    size_t queued;
    bool closing;

    struct store_listener listener;

    _Atomic bool leads;
    _Atomic int64_t people_epoch;
    _Atomic int64_t people_coming; /* the epoch after a commit that the writer will report itself; 0: none */
    _Atomic uint64_t position;     /* of the last commit, for replicas; 0: none yet, or no replica is configured */
    _Atomic int64_t verified_ms[PLACES_MAX]; /* see store_archive_verified(); 0: never */
    _Atomic uint64_t commands, commits, refused, checkpoints, log_frames;
};

/* --- writer.c --- */

/* Opens the connection of one more writer. */
MUST_CHECK err writer_open(struct store *store, bool create, struct arena *arena, str *ret_reason);

/* Starts the thread of the writer that was opened last. */
void writer_start(struct store *store);

/* Lets all writers finish what is queued, ends their threads and closes their connections. */
void writers_stop(struct store *store);

/* --- store.c --- */

/* A transaction saw this people epoch. If it is higher than everything reported so far, another client has changed the
 * embedded database: reports that any user or session may have changed. On a server the watcher does this. Any thread.
 */
void store_people_seen(struct store *store, int64_t epoch);

/* The writer has reported what its last commit changed. */
void store_people_reported(struct store *store);

/* The first writer's connection, locked: waits for the running batch, and no other begins until store_leave(). */
struct store_access {
    const struct engine *engine;
    struct connection *connection;
    struct rows *rows;
};
struct store_access store_enter(struct store *store);
void store_leave(struct store *store);

/* The connection of a unit, or of a reader that has begun; for the thread that it belongs to. */
struct store_access unit_access(const struct unit *unit);
struct store_access reader_access(const struct reader *reader);

#endif
