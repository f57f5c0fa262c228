/* What the parts of the API share while it runs. Everything in it is made by api_start() and fixed from then on; what
 * changes guards itself. */
#ifndef API_STATE_H
#define API_STATE_H

#include <stdatomic.h>

#include "api/api.h"
#include "api/limiter.h"
#include "api/pool.h"

struct api {
    struct arena *arena; /* holds all of it */
    struct store *store;
    const struct settings *settings;
    struct pool *readers;
    struct pool *hashers;
    struct session_cache *sessions;
    struct limiter *limiter;
    struct streams *streams;
    struct metrics *metrics;
    struct pages *pages;
    const struct http_server *server; /* NULL: not watched */
    struct jobs *jobs;                /* NULL: likewise */
    atomic_size_t running;            /* calls that are under way */
};

#endif
