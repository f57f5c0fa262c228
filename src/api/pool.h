/* A thread pool with a bounded queue; each thread has its own reader. For work that may block: queries and hashing
 * passwords. */
#ifndef API_POOL_H
#define API_POOL_H

#include "base/arena.h"
#include "store/reader.h"

/* A task, embedded in a struct of its owner; lives until `run` returns, which may release it. */
struct job {
    struct job *next; /* the queue's */
    void (*run)(struct job *job, struct reader *reader);
    bool is_long;    /* it may take long: one thread stays free of such tasks, if there are several */
    uint64_t number; /* the queue's: in which order tasks came */
};

struct pool;

struct pool_options {
    int64_t threads;
    size_t waiting;   /* tasks for which there is room, and again as many long ones */
    bool system_only; /* its tasks read only as ROLE_SYSTEM */
};

/* Starts the threads. The memory belongs to the arena. Fails when a reader cannot be opened. */
MUST_CHECK err pool_start(struct store *store, struct arena *arena, const struct pool_options *options,
                          struct pool **ret_pool);

/* Runs the queued tasks, then ends the threads. Accepts NULL. */
void pool_stop(struct pool *pool);

/* False when the queue is full. Any thread. Tasks run in the order in which they were submitted, but for long ones that
 * wait while all threads that they may use are taken. */
MUST_CHECK bool pool_submit(struct pool *pool, struct job *job);

#endif
