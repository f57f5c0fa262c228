/* See streams.h. */
#include "api/resources/streams.h"

#include <pthread.h>
#include <sodium.h>
#include <stdatomic.h>

#include "api/admit.h"
#include "api/resources/availability.h"
#include "api/respond.h"
#include "api/session_cache.h"
#include "api/state.h"
#include "base/check.h"
#include "base/clock.h"

enum { HEARTBEAT_MS = 15 * SECOND_MS, LOOK_BYTES_MAX = 64 << 20, DIGEST_SIZE = 16 };

struct stream {
    struct call *call;                 /* NULL: free */
    str network;                       /* by which it is counted */
    unsigned char digest[DIGEST_SIZE]; /* of the state last sent */
};

struct streams {
    pthread_mutex_t mutex; /* guards the table and what it points to */
    struct stream table[STREAMS_MAX];
    size_t count;
    bool closed;
    atomic_size_t open; /* number of streams, can be read without the mutex */
    atomic_bool changed;
    atomic_bool looking;
    int64_t heartbeat_ms; /* of the last; network thread only */
    struct api *api;
    struct job job;
};

struct streams *streams_new(struct arena *arena)
{
    struct streams *streams = ARENA_NEW(arena, struct streams);
    CHECK(pthread_mutex_init(&streams->mutex, NULL) == 0);
    return streams;
}

void streams_free(struct streams *streams)
{
    if (streams) pthread_mutex_destroy(&streams->mutex);
}

static void digest_of(str shown, unsigned char digest[static DIGEST_SIZE])
{
    crypto_generichash(digest, DIGEST_SIZE, (const unsigned char *)shown.p, shown.n, NULL, 0);
}

/* One event. Our JSON has no line ends, so it is a single line of data. */
static str message_of(struct arena *arena, str shown)
{
    return arena_printf(arena, "event: availability\ndata: %.*s\n\n", STR_ARG(shown));
}

/* --- the table; the mutex is held --------------------------------------------------------------------------------- */

/* A free slot. ERR_OVERLOADED when there are STREAMS_MAX, ERR_RATE_LIMITED when one network has too many of them. */
static err stream_free(struct streams *streams, str network, struct stream **ret_stream)
{
    struct stream *found = NULL;
    size_t same = 0;
    for (size_t i = 0; i < STREAMS_MAX; i++) {
        struct stream *stream = &streams->table[i];
        if (!stream->call)
            found = stream;
        else if (str_equal(stream->network, network))
            same++;
    }
    if (same >= STREAMS_PER_ADDRESS_MAX) return ERR_RATE_LIMITED;
    if (!found) return ERR_OVERLOADED;
    *ret_stream = found;
    return OK;
}

static void stream_end(struct streams *streams, struct stream *stream)
{
    struct call *call = stream->call;
    struct api *api = call->api;
    stream->call = NULL;
    streams->count--;
    atomic_store(&streams->open, streams->count);
    http_stream_end(call->request);
    atomic_fetch_sub(&api->running, 1);
}

static void stream_send(struct streams *streams, struct stream *stream, str bytes)
{
    if (!http_stream_send(stream->call->request, bytes)) stream_end(streams, stream);
}

static err stream_open(struct streams *streams, struct call *call, str shown)
{
    struct stream *stream;
    str network = call_network(call);
    if (streams->closed) return ERR_OVERLOADED;
    err e = stream_free(streams, network, &stream);
    if (e) return e;
    stream->network = network;
    call->response.body = message_of(call_arena(call), shown);
    stream->call = call;
    digest_of(shown, stream->digest);
    streams->count++;
    atomic_store(&streams->open, streams->count);
    respond_stream(call);
    return OK;
}

err streams_add(struct streams *streams, struct call *call, str shown)
{
    if (call->request->method == HTTP_HEAD) {
        respond_success(call);
        return OK;
    }
    pthread_mutex_lock(&streams->mutex);
    err e = stream_open(streams, call, shown);
    pthread_mutex_unlock(&streams->mutex);
    atomic_store(&streams->changed, true); /* what was read may already be outdated */
    return e;
}

/* --- sending new states ------------------------------------------------------------------------------------------- */

void streams_changed(struct streams *streams, enum entity_id entity, int64_t id)
{
    (void)id;
    if (entity != ENTITY_schedule && entity != ENTITY_event) return;
    if (atomic_load_explicit(&streams->open, memory_order_relaxed) == 0) return;
    atomic_store(&streams->changed, true);
}

/* A state that was read once for several streams. */
struct look {
    int64_t event_id;
    enum role role;
    err e;
    str message;
    unsigned char digest[DIGEST_SIZE];
};

static void look_at(struct look *look, const struct stream *stream, struct reader *reader, struct arena *arena)
{
    const struct call *call = stream->call;
    if (look->event_id == call->match.id && look->role == call->actor.role) return;
    str shown;
    arena_reset(arena);
    *look = (struct look){.event_id = call->match.id, .role = call->actor.role};
    look->e = availability_read(reader, &call->actor, look->event_id, arena, &shown);
    if (look->e) return;
    digest_of(shown, look->digest);
    look->message = message_of(arena, shown);
}

static void stream_notify(struct streams *streams, struct stream *stream, const struct look *look)
{
    if (look->e) {
        stream_end(streams, stream);
        return;
    }
    if (memcmp(look->digest, stream->digest, DIGEST_SIZE) == 0) return;
    memcpy(stream->digest, look->digest, DIGEST_SIZE);
    stream_send(streams, stream, look->message);
}

/* Whether the client's session and role are still valid. When the session or the user changed (or the cache evicted
 * them) the stream ends: the client reconnects automatically, and the session is looked up again. */
static bool listener_known(const struct call *call)
{
    struct session_entry entry;
    if (call->actor.role == ROLE_ANONYMOUS) return true;
    if (!session_cache_find(call->api->sessions, call->credential.hash, clock_now_ms(), &entry)) return false;
    return entry.role == call->actor.role;
}

static void look_for(struct streams *streams, struct stream *stream, struct look *look, struct reader *reader,
                     struct arena *arena)
{
    if (!listener_known(stream->call)) {
        stream_end(streams, stream);
        return;
    }
    look_at(look, stream, reader, arena);
    stream_notify(streams, stream, look);
}

/* Runs on a reader. New streams wait until it is finished, for a few milliseconds. */
static void look_run(struct job *job, struct reader *reader)
{
    struct streams *streams = (struct streams *)(void *)((char *)job - offsetof(struct streams, job));
    struct api *api = streams->api;
    struct arena *arena = arena_new(LOOK_BYTES_MAX);
    struct look look = {0};
    atomic_store(&streams->changed, false);
    pthread_mutex_lock(&streams->mutex);
    for (size_t i = 0; i < STREAMS_MAX; i++) {
        struct stream *stream = &streams->table[i];
        if (stream->call) look_for(streams, stream, &look, reader, arena);
    }
    pthread_mutex_unlock(&streams->mutex);
    arena_free(arena);
    atomic_store(&streams->looking, false);
    atomic_fetch_sub(&api->running, 1);
}

static void look_start(struct streams *streams, struct api *api)
{
    if (!atomic_load(&streams->changed) || atomic_exchange(&streams->looking, true)) return;
    streams->api = api;
    streams->job.run = look_run;
    atomic_fetch_add(&api->running, 1);
    if (pool_submit(api->readers, &streams->job)) return;
    atomic_fetch_sub(&api->running, 1);
    atomic_store(&streams->looking, false);
}

static void each(struct streams *streams, void (*act)(struct streams *streams, struct stream *stream))
{
    for (size_t i = 0; i < STREAMS_MAX; i++) {
        if (streams->table[i].call) act(streams, &streams->table[i]);
    }
}

/* A client that signed out, lost the role or whose session expired receives nothing more, not even heartbeats. */
static void listener_check(struct streams *streams, struct stream *stream)
{
    if (!listener_known(stream->call)) stream_end(streams, stream);
}

/* Sends a comment, which clients ignore but which reveals a broken connection. */
static void heartbeat(struct streams *streams, struct stream *stream)
{
    stream_send(streams, stream, STR(":\n\n"));
}

void streams_tick(struct streams *streams, struct api *api)
{
    int64_t now_ms = clock_monotonic_ms();
    if (atomic_load(&streams->open) == 0) return;
    look_start(streams, api);
    /* The network thread does not wait for the reader; the next tick comes soon. */
    if (pthread_mutex_trylock(&streams->mutex) != 0) return;
    each(streams, listener_check);
    if (now_ms - streams->heartbeat_ms >= HEARTBEAT_MS) {
        streams->heartbeat_ms = now_ms;
        each(streams, heartbeat);
    }
    pthread_mutex_unlock(&streams->mutex);
}

void streams_close(struct streams *streams)
{
    pthread_mutex_lock(&streams->mutex);
    streams->closed = true;
    each(streams, stream_end);
    pthread_mutex_unlock(&streams->mutex);
}
