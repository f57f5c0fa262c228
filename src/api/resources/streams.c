/* See streams.h. */
#include "api/resources/streams.h"

#include <pthread.h>
#include <sodium.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "api/admit.h"
#include "api/resources/availability.h"
#include "api/respond.h"
#include "api/session_cache.h"
#include "api/state.h"
#include "base/check.h"
#include "base/clock.h"

enum {
    HEARTBEAT_MS = 15 * SECOND_MS,
    VISITS_MAX = 1024, /* streams that a tick looks after, so that the network thread does not stop for long */
    LOOK_BYTES_MAX = 64 << 20,
    DIGEST_SIZE = 16,
    NETWORK_SIZE = 16,
};

/* What is compared for every stream is in the table itself, because there may be ten thousand of them. */
struct stream {
    struct call *call;
    int64_t event_id;
    enum role role;
    bool is_new;                         /* what it was sent may have been outdated already */
    bool counted;                        /* by its network */
    unsigned char network[NETWORK_SIZE]; /* a hash of it */
    unsigned char digest[DIGEST_SIZE];   /* of the state last sent */
    int64_t sent_ms;                     /* when something was last sent */
};

/* Streams of one event and role: they are sent the same. */
struct look {
    int64_t event_id;
    struct actor actor; /* of one of them */
};

struct streams {
    pthread_mutex_t mutex; /* guards the table and what it points to */
    struct stream *table;
    size_t count, max;
    bool closed;
    atomic_size_t open; /* number of streams, can be read without the mutex */
    atomic_bool changed;
    atomic_bool added; /* streams that are new */
    atomic_bool looking;
    size_t visited; /* the next tick continues below this position; network thread only */
    struct api *api;
    struct job job;
    struct look *looks; /* of the running look; room for `max` */
};

struct streams *streams_new(struct arena *arena, size_t max)
{
    struct streams *streams = ARENA_NEW(arena, struct streams);
    streams->max = max;
    streams->table = ARENA_ARRAY(arena, struct stream, max);
    streams->looks = ARENA_ARRAY(arena, struct look, max);
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

static size_t streams_of_network(const struct streams *streams, const struct stream *stream)
{
    size_t same = 0;
    for (size_t i = 0; i < streams->count; i++) {
        const struct stream *other = &streams->table[i];
        same += other->counted && memcmp(other->network, stream->network, NETWORK_SIZE) == 0;
    }
    return same;
}

/* A sixth of the connections is left for other requests. */
static size_t streams_max(const struct streams *streams, const struct api *api)
{
    if (!api->server) return streams->max;
    size_t connections = (size_t)http_connections_max(api->server), share = connections - (connections + 5) / 6;
    return share < streams->max ? share : streams->max;
}

/* Whether there is room for it. */
static err stream_admit(const struct streams *streams, const struct stream *stream)
{
    const struct api *api = stream->call->api;
    size_t per_address = (size_t)(api->settings->connections_per_address_max + 1) / 2;
    if (streams->closed || streams->count >= streams_max(streams, api)) return ERR_OVERLOADED;
    return stream->counted && streams_of_network(streams, stream) >= per_address ? ERR_RATE_LIMITED : OK;
}

/* The last stream takes its place, so a loop that ends streams runs from the end of the table to its beginning. */
static void stream_end(struct streams *streams, struct stream *stream)
{
    struct call *call = stream->call;
    struct api *api = call->api;
    *stream = streams->table[--streams->count];
    atomic_store(&streams->open, streams->count);
    http_stream_end(call->request);
    atomic_fetch_sub(&api->running, 1);
}

static void stream_send(struct streams *streams, struct stream *stream, str bytes)
{
    stream->sent_ms = clock_monotonic_ms();
    if (!http_stream_send(stream->call->request, bytes)) stream_end(streams, stream);
}

static err stream_open(struct streams *streams, struct call *call, str shown)
{
    struct stream stream = {.call = call,
                            .event_id = call->match.id,
                            .role = call->actor.role,
                            .is_new = true,
                            .counted = !call->request->of_proxy,
                            .sent_ms = clock_monotonic_ms()};
    str network = call_network(call);
    crypto_generichash(stream.network, NETWORK_SIZE, (const unsigned char *)network.p, network.n, NULL, 0);
    digest_of(shown, stream.digest);
    err e = stream_admit(streams, &stream);
    if (e) return e;
    call->response.body = message_of(call_arena(call), shown);
    streams->table[streams->count++] = stream;
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
    atomic_store(&streams->added, true);
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

static int look_compare(const void *a, const void *b)
{
    const struct look *one = a, *two = b;
    if (one->event_id != two->event_id) return one->event_id < two->event_id ? -1 : 1;
    return (int)one->actor.role - (int)two->actor.role;
}

static bool look_concerns(const struct look *look, const struct stream *stream)
{
    return stream->event_id == look->event_id && stream->role == look->actor.role;
}

/* What has to be read, each once: for all streams, or for those that were added since the last look. */
static size_t looks_collect(struct streams *streams, bool all, struct look *looks)
{
    size_t count = 0, kept = 0;
    pthread_mutex_lock(&streams->mutex);
    for (size_t i = 0; i < streams->count; i++) {
        struct stream *stream = &streams->table[i];
        if (!(all || stream->is_new)) continue;
        const struct actor *actor = &stream->call->actor;
        looks[count++] = (struct look){stream->event_id, {.user_id = actor->user_id, .role = actor->role}};
        stream->is_new = false;
    }
    pthread_mutex_unlock(&streams->mutex);
    qsort(looks, count, sizeof(*looks), look_compare);
    for (size_t i = 0; i < count; i++) {
        if (kept == 0 || look_compare(&looks[kept - 1], &looks[i]) != 0) looks[kept++] = looks[i];
    }
    return kept;
}

/* Whether the client's session and role are still valid. When the session or the user changed (or the cache evicted
 * them) the stream ends: the client reconnects automatically, and the session is looked up again. */
static bool listener_known(const struct stream *stream)
{
    const struct call *call = stream->call;
    struct session_entry entry;
    if (stream->role == ROLE_ANONYMOUS) return true;
    if (!session_cache_find(call->api->sessions, call->credential.hash, clock_now_ms(), &entry)) return false;
    return entry.role == stream->role;
}

static void stream_notify(struct streams *streams, struct stream *stream, const unsigned char *digest, str message)
{
    if (!listener_known(stream) || !message.p) {
        stream_end(streams, stream);
        return;
    }
    if (memcmp(digest, stream->digest, DIGEST_SIZE) == 0) return;
    memcpy(stream->digest, digest, DIGEST_SIZE);
    stream_send(streams, stream, message);
}

/* Reads one state, without the mutex, and sends it to its streams; if it cannot be read they end. */
static void look_take(struct streams *streams, const struct look *look, struct reader *reader, struct arena *arena)
{
    str shown, message = STR_NONE;
    unsigned char digest[DIGEST_SIZE] = {0};
    if (availability_read(reader, &look->actor, look->event_id, arena, &shown) == OK) {
        digest_of(shown, digest);
        message = message_of(arena, shown);
    }
    pthread_mutex_lock(&streams->mutex);
    for (size_t i = streams->count; i-- > 0;) {
        struct stream *stream = &streams->table[i];
        if (look_concerns(look, stream)) stream_notify(streams, stream, digest, message);
    }
    pthread_mutex_unlock(&streams->mutex);
}

/* Runs on a reader. */
static void look_run(struct job *job, struct reader *reader)
{
    struct streams *streams = (struct streams *)(void *)((char *)job - offsetof(struct streams, job));
    struct api *api = streams->api;
    struct arena *arena = arena_new(LOOK_BYTES_MAX);
    atomic_store(&streams->added, false);
    bool all = atomic_exchange(&streams->changed, false);
    size_t count = looks_collect(streams, all, streams->looks);
    for (size_t i = 0; i < count; i++) {
        look_take(streams, &streams->looks[i], reader, arena);
        arena_reset(arena);
    }
    arena_free(arena);
    atomic_store(&streams->looking, false);
    atomic_fetch_sub(&api->running, 1);
}

static void look_start(struct streams *streams, struct api *api)
{
    bool due = atomic_load(&streams->changed) || atomic_load(&streams->added);
    if (!due || atomic_exchange(&streams->looking, true)) return;
    streams->api = api;
    streams->job.run = look_run;
    atomic_fetch_add(&api->running, 1);
    if (pool_submit(api->readers, &streams->job)) return;
    atomic_fetch_sub(&api->running, 1);
    atomic_store(&streams->looking, false);
}

/* A client that signed out, lost the role or whose session expired receives nothing more, not even heartbeats. A
 * heartbeat is a comment, which clients ignore but which reveals a broken connection. */
static void stream_visit(struct streams *streams, struct stream *stream, int64_t now_ms)
{
    if (!listener_known(stream))
        stream_end(streams, stream);
    else if (now_ms - stream->sent_ms >= HEARTBEAT_MS)
        stream_send(streams, stream, STR(":\n\n"));
}

/* Visits the next ones, from the end of the table to its beginning. */
static void streams_visit(struct streams *streams)
{
    int64_t now_ms = clock_monotonic_ms();
    size_t next = streams->visited;
    if (next == 0 || next > streams->count) next = streams->count;
    for (size_t visits = 0; next > 0 && visits < VISITS_MAX; visits++)
        stream_visit(streams, &streams->table[--next], now_ms);
    streams->visited = next;
}

void streams_tick(struct streams *streams, struct api *api)
{
    if (atomic_load(&streams->open) == 0) return;
    look_start(streams, api);
    /* The network thread does not wait for the reader; the next tick comes soon. */
    if (pthread_mutex_trylock(&streams->mutex) != 0) return;
    streams_visit(streams);
    pthread_mutex_unlock(&streams->mutex);
}

void streams_close(struct streams *streams)
{
    pthread_mutex_lock(&streams->mutex);
    streams->closed = true;
    while (streams->count > 0) stream_end(streams, &streams->table[streams->count - 1]);
    pthread_mutex_unlock(&streams->mutex);
}
