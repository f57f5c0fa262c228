/* Opening and closing a store, its lock, and the listener for changes made by other processes. See store.h; commands
 * run in writer.c. */
#include <stdlib.h>

#include "base/check.h"
#include "base/clock.h"
#include "base/log.h"
#include "store/administer.h"
#include "store/store_private.h"

/* --- what other processes do -------------------------------------------------------------------------------------- */

static void on_changed(void *context, enum entity_id entity, int64_t id)
{
    const struct store *store = context;
    store->listener.changed(store->listener.context, entity, id);
}

static void on_people_epoch(void *context, int64_t epoch)
{
    atomic_store(&((struct store *)context)->people_epoch, epoch);
}

static void on_activity(void *context)
{
    const struct store *store = context;
    store->listener.activity(store->listener.context);
}

static void on_leads(void *context, bool leads)
{
    atomic_store(&((struct store *)context)->leads, leads);
}

static err watch_start(struct store *store)
{
    const struct watch_events events = {on_changed, on_people_epoch, on_activity, on_leads, store};
    if (!store->engine->cluster) return OK;
    return store->engine->cluster->watch(store->settings, &events, &store->watcher);
}

int64_t store_people_epoch(const struct store *store)
{
    return atomic_load(&store->people_epoch);
}

static void epoch_raise(struct store *store, int64_t epoch)
{
    int64_t known = atomic_load(&store->people_epoch);
    while (epoch != INT64_MAX && epoch > known && !atomic_compare_exchange_weak(&store->people_epoch, &known, epoch))
        continue;
}

void store_people_seen(struct store *store, int64_t epoch)
{
    bool reported = epoch <= atomic_load(&store->people_epoch) || epoch <= atomic_load(&store->people_coming);
    if (store->engine->cluster || epoch == INT64_MAX || reported) return;
    store->listener.changed(store->listener.context, ENTITY_user, 0);
    epoch_raise(store, epoch);
}

void store_people_reported(struct store *store)
{
    epoch_raise(store, atomic_exchange(&store->people_coming, 0));
}

bool store_leads(const struct store *store)
{
    return atomic_load(&store->leads);
}

/* --- opening and closing ------------------------------------------------------------------------------------------ */

static void synchronisation_init(struct store *store)
{
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    for (size_t i = 0; i < WRITERS_MAX; i++) {
        struct queue *queue = &store->writers[i].queue;
        queue->last = &queue->first;
        pthread_cond_init(&queue->filled, &monotonic);
    }
    pthread_condattr_destroy(&monotonic);
    pthread_mutex_init(&store->queue_lock, NULL);
    pthread_mutex_init(&store->connection_lock, NULL);
}

static void synchronisation_end(struct store *store)
{
    for (size_t i = 0; i < WRITERS_MAX; i++) pthread_cond_destroy(&store->writers[i].queue.filled);
    pthread_mutex_destroy(&store->queue_lock);
    pthread_mutex_destroy(&store->connection_lock);
}

/* The listener of a store that has none: the command line caches nothing. */
static void ignore_change(void *context, enum entity_id entity, int64_t id)
{
    (void)context, (void)entity, (void)id;
}

static void ignore_activity(void *context)
{
    (void)context;
}

/* All nodes of a server share its clock. */
static err time_begin(struct store *store, str *ret_reason)
{
    struct clock_reading reading;
    if (!store->engine->cluster) return OK;
    err e = store_clock(store, &reading);
    if (!e) clock_start(&reading, 0);
    if (e) *ret_reason = STR("the clock of the server cannot be read");
    return e ? ERR_INTERNAL : OK;
}

void store_follow_clock(const struct store *store)
{
    if (store->engine->cluster) return;
    struct clock_reading reading = clock_wall();
    clock_follow(&reading);
}

err store_open(const struct settings *settings, bool create, struct arena *arena, str *ret_reason,
               struct store **ret_store)
{
    struct store *store = calloc(1, sizeof(*store));
    CHECK(store != NULL && settings->batch_max <= COMMANDS_MAX);
    store->settings = settings;
    store->engine = engine_of(settings);
    store->archives = store->engine->database->archive && settings->backup_to.n > 0;
    store->leads = !store->engine->cluster;
    store->listener = (struct store_listener){.changed = ignore_change, .activity = ignore_activity};
    err e = writer_open(store, create, arena, ret_reason);
    if (e) {
        free(store);
        return e;
    }
    synchronisation_init(store);
    writer_start(store);
    e = time_begin(store, ret_reason);
    if (e) {
        store_close(store);
        return e;
    }
    *ret_store = store;
    return OK;
}

err store_serve(struct store *store)
{
    struct arena *arena = arena_new(1 << 20);
    str reason = STR_NONE;
    err e = OK;
    while (!e && store->engine->cluster && store->writer_count < (size_t)store->settings->writers) {
        e = writer_open(store, false, arena, &reason);
        if (!e) writer_start(store);
    }
    if (e) LOG(LOG_ERROR, "writer_failed", LOG_TEXT("reason", reason));
    arena_free(arena);
    return e ? e : watch_start(store);
}

void store_serve_end(struct store *store)
{
    if (store->watcher) store->engine->cluster->unwatch(store->watcher);
    store->watcher = NULL;
}

void store_close(struct store *store)
{
    if (!store) return;
    store_serve_end(store);
    writers_stop(store);
    store_unlock(store);
    synchronisation_end(store);
    free(store);
}

err store_lock(struct store *store, enum store_lock store_lock)
{
    atomic_store(&store->search_stale, true); /* the previous process may have ended before its purge */
    return store->engine->database->lock(store->settings, store_lock, &store->held_lock);
}

void store_unlock(struct store *store)
{
    store->engine->database->unlock(store->held_lock);
    store->held_lock = NULL;
}

const struct settings *store_settings(const struct store *store)
{
    return store->settings;
}

void store_on_change(struct store *store, const struct store_listener *listener)
{
    store->listener = *listener;
}

struct store_counters store_counters(const struct store *store)
{
    struct store *s = (struct store *)(uintptr_t)store;
    pthread_mutex_lock(&s->queue_lock);
    size_t queued = s->queued;
    pthread_mutex_unlock(&s->queue_lock);
    return (struct store_counters){atomic_load(&s->commands),    atomic_load(&s->commits),    atomic_load(&s->refused),
                                   atomic_load(&s->checkpoints), atomic_load(&s->log_frames), queued};
}

/* --- the archive -------------------------------------------------------------------------------------------------- */

err store_archive_start(struct store *store)
{
    if (!store->archives) return OK;
    return store->engine->database->archive->start(store->writers[0].connection);
}

void store_archive_request_base(struct store *store)
{
    if (store->archives) store->engine->database->archive->request_base(store->writers[0].connection);
}

bool store_archive_state(const struct store *store, size_t place, struct place_state *ret_state)
{
    if (!store->archives) return false;
    if (!store->engine->database->archive->state(store->writers[0].connection, place, ret_state)) return false;
    int64_t verified_ms = atomic_load(&store->verified_ms[place]);
    if (verified_ms) ret_state->verified_age_ms = clock_now_ms() - verified_ms;
    return true;
}

void store_archive_verified(struct store *store, size_t place, int64_t time_ms)
{
    CHECK(place < PLACES_MAX);
    atomic_store(&store->verified_ms[place], time_ms);
}

/* --- administration ----------------------------------------------------------------------------------------------- */

struct store_access store_enter(struct store *store)
{
    pthread_mutex_lock(&store->connection_lock);
    return (struct store_access){store->engine, store->writers[0].connection, store->writers[0].rows};
}

void store_leave(struct store *store)
{
    pthread_mutex_unlock(&store->connection_lock);
}
