/* The part of an engine for several writers, of this and other processes, that work on one database at the
 * same time. */
#ifndef STORE_ENGINE_CLUSTER_H
#define STORE_ENGINE_CLUSTER_H

#include "store/engine/engine.h"

/* Reports what other processes did; called on the watcher's thread. */
struct watch_events {
    void (*changed)(void *context, enum entity_id entity, int64_t id); /* a user or session; id 0: any */
    void (*people_epoch)(void *context, int64_t epoch); /* all changes up to this epoch have been reported */
    void (*activity)(void *context);                    /* something was committed */
    void (*leads)(void *context, bool leads);           /* whether this process is the leader */
    void *context;
};

struct watcher;

/* Statements that read the audit log in commit order; see store/changes.h. */
struct change_order {
    const char *moment; /* highest id, last id drawn, snapshot */
    const char *open; /* (previous, previous): highest id, last id drawn, snapshot, lowest number of a transaction that
                         was completed since the previous one, number of this transaction */
    const char *read; /* (upto, after, upto, after, previous, current, limit): the id up to which was read;
                         an id in the window, 0: there is none. At least one row */
};

struct engine_cluster {
    const char *row_locks[ROW_LOCK_COUNT]; /* end of a writer's SELECT, locks the rows it returns */

    const char *clock; /* a query that returns the time of the server, in microseconds since 1970 */

    /* Writers: the position of the last commit in the write-ahead log; UINT64_MAX: it could not be read. */
    uint64_t (*position)(struct connection *connection);
    /* Replicas: whether the position has been replayed. */
    bool (*has_reached)(struct connection *connection, uint64_t position);
    /* Changes with every reconnect. Ids reserved before that are void: after a crash a server may assign them again. */
    unsigned (*generation)(struct connection *connection);

    const struct change_order *change_order; /* NULL if ids are in commit order */

    /* Starts a thread that reports what other processes do, until unwatch(), and follows the server's clock. */
    err (*watch)(const struct settings *settings, const struct watch_events *events, struct watcher **ret_watcher);
    void (*unwatch)(struct watcher *watcher); /* accepts NULL */
};

#endif
