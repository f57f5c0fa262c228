/* See api.h. */
#include "api/api.h"

#include <time.h>

#include "api/describe/pages.h"
#include "api/metrics.h"
#include "api/resources/streams.h"
#include "api/respond.h"
#include "api/serve.h"
#include "api/session_cache.h"
#include "api/state.h"
#include "base/check.h"
#include "base/clock.h"

enum {
    API_BYTES_MAX = 64 << 20,
    SESSIONS_CACHED = 65536,
    RATE_KEYS = 65536,
    READERS_WAITING_MAX = 1024,
    HASHERS_WAITING_MAX = 64,
    BODY_UNROUTED_MAX = 64 * 1024, /* of a request that will be refused with 404 */
};

/* On the writer thread, after each commit and before its responses. */
static void changed(void *context, enum entity_id entity, int64_t id)
{
    struct api *api = context;
    session_cache_changed(api->sessions, entity, id);
    streams_changed(api->streams, entity, id);
}

/* Another node may have sold seats. */
static void activity(void *context)
{
    const struct api *api = context;
    streams_changed(api->streams, ENTITY_schedule, 0);
}

static err pools_start(struct api *api)
{
    const struct settings *settings = api->settings;
    const struct pool_options readers = {.threads = settings->readers, .waiting = READERS_WAITING_MAX};
    const struct pool_options hashers = {
        .threads = settings->hashers, .waiting = HASHERS_WAITING_MAX, .system_only = true};
    const struct pool_options own_hashers = {.threads = 1, .waiting = HASHERS_WAITING_MAX, .system_only = true};
    err e = pool_start(api->store, api->arena, &readers, &api->readers);
    if (!e) e = pool_start(api->store, api->arena, &hashers, &api->hashers);
    return e ? e : pool_start(api->store, api->arena, &own_hashers, &api->own_hashers);
}

err api_start(struct store *store, const struct settings *settings, struct arena *arena, str *ret_reason,
              struct api **ret_api)
{
    struct arena *own = arena_new(API_BYTES_MAX);
    struct api *api = ARENA_NEW(own, struct api);
    api->arena = own;
    api->store = store;
    api->settings = settings;
    api->sessions = session_cache_new(own, SESSIONS_CACHED);
    api->limiter = limiter_new(own, RATE_KEYS);
    api->streams = streams_new(own, (size_t)settings->listeners_max);
    api->metrics = metrics_new(own);
    api->pages = pages_new(own);
    if (pools_start(api)) {
        *ret_reason = arena_copy(arena, STR("The database cannot be opened for reading"));
        api_stop(api);
        return ERR_INTERNAL;
    }
    store_on_change(store, &(struct store_listener){.changed = changed, .activity = activity, .context = api});
    *ret_api = api;
    return OK;
}

/* No new calls arrive any more; those in progress end by themselves. */
static void wait_for_calls(struct api *api)
{
    const struct timespec moment = {.tv_nsec = 1000000};
    while (atomic_load(&api->running) > 0) nanosleep(&moment, NULL);
}

void api_stop(struct api *api)
{
    if (!api) return;
    streams_close(api->streams);
    wait_for_calls(api);
    pool_stop(api->own_hashers);
    pool_stop(api->hashers);
    pool_stop(api->readers);
    streams_free(api->streams);
    limiter_free(api->limiter);
    session_cache_free(api->sessions);
    arena_free(api->arena);
}

err api_head(void *api, const struct http_request *head, size_t *ret_body_max)
{
    (void)api;
    struct match match;
    bool routed = route_match(head->arena, head->method, head->path, &match) == OK;
    *ret_body_max = routed ? match.route->body_max : BODY_UNROUTED_MAX;
    return OK;
}

/* Whether OPTIONS names a path that exists, or with "*" the server as a whole (RFC 9110 section 9.3.7). */
static bool options_found(const struct http_request *request, struct match *ret_match)
{
    if (request->method != HTTP_OPTIONS) return false;
    if (!str_is(request->path, "*")) {
        err e = route_match(request->arena, request->method, request->path, ret_match);
        return e == ERR_METHOD_NOT_ALLOWED;
    }
    *ret_match = (struct match){.methods = (1u << HTTP_TRACE) - 1};
    return true;
}

void api_handle(void *context, struct http_request *request)
{
    struct api *api = context;
    struct call *call = ARENA_NEW(request->arena, struct call);
    atomic_fetch_add(&api->running, 1);
    call->api = api;
    call->request = request;
    call->actor = (struct actor){.role = ROLE_ANONYMOUS, .request_id = str_of(request->id)};
    call->started_us = clock_monotonic_us();
    if (options_found(request, &call->match))
        respond_options(call);
    else
        serve(call, ANYWHERE, NULL);
}

void api_tick(void *context)
{
    struct api *api = context;
    store_follow_clock(api->store);
    streams_tick(api->streams, api);
    if (api->server && http_draining(api->server)) streams_close(api->streams);
}

void api_watch(struct api *api, const struct http_server *server, struct jobs *jobs, const struct networks *monitoring)
{
    api->server = server;
    api->jobs = jobs;
    api->monitoring = monitoring;
}
