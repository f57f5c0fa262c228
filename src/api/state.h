/* The state shared by the parts of the API. api_start() creates everything in it; afterwards it is constant, except for
 * parts that do their own locking. */
#ifndef API_STATE_H
#define API_STATE_H

#include <stdatomic.h>

#include "api/api.h"
#include "api/limiter.h"
#include "api/pool.h"

struct api {
    struct arena *arena; /* owns all memory of the API */
    struct store *store;
    const struct settings *settings;
    struct pool *readers;
    struct pool *hashers;     /* for strangers */
    struct pool *own_hashers; /* for people who are signed in or on a known device */
    struct session_cache *sessions;
    struct limiter *limiter;
    struct streams *streams;
    struct metrics *metrics;
    struct pages *pages;
    const struct http_server *server;  /* NULL: not watched */
    struct jobs *jobs;                 /* NULL: no counters of jobs */
    const struct networks *monitoring; /* may read /metrics without signing in; NULL: none */
    atomic_size_t running;             /* calls in progress */
};

#endif
