/* The writer: the queue, the group commit, and what else needs the one connection that may write. See store.h.
 *
 * Invariants: `done` is called only after the commit that holds the command's changes is durable; a command whose flush
 * failed together with others is run again alone, so that nobody is refused for another's conflict; the writer thread
 * alone decides about checkpoints. */
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/check.h"
#include "base/clock.h"
#include "base/log.h"
#include "store/store_private.h"
#include "store/unit_private.h"

enum { IDLE_MS = 50, COMMANDS_MAX = 4096, PURGE_MS = 10 * SECOND_MS };

struct store {
    const struct settings *settings;
    const struct engine *engine;
    struct connection *connection; /* under `connection_lock` */
    struct rows *rows;
    struct unit *unit;
    int64_t actor_id;
    int claim; /* handle of the lock, -1: none */
    pthread_mutex_t connection_lock;
    _Atomic bool unlearned; /* words of persons were taken out of an index since the last purge */
    int64_t purge_after_ms; /* monotonic */

    pthread_t thread;
    pthread_mutex_t queue_lock;
    pthread_cond_t queue_filled;
    struct command *first, **last;
    size_t queued;
    bool closing;

    store_listener *listener;
    void *listener_context;
    void (*batch_done)(void *context);
    void *batch_context;

    _Atomic uint64_t commands, commits, refused, checkpoints, log_frames;
};

/* Commands of one batch and what became of them. */
struct batch {
    size_t count;
    struct command *commands[COMMANDS_MAX];
    err results[COMMANDS_MAX];
};

/* --- a batch ------------------------------------------------------------------------------------------------------ */

static void tell(struct store *store, struct batch *batch)
{
    if (store->listener) unit_tell(store->unit, store->listener, store->listener_context);
    for (size_t i = 0; i < batch->count; i++) batch->commands[i]->done(batch->commands[i], batch->results[i]);
}

static void refuse_all(struct batch *batch, err e)
{
    for (size_t i = 0; i < batch->count; i++) batch->results[i] = e;
}

/* Runs the commands in the transaction that was begun, and ends it. An error means that nothing of it is in the
 * database. */
static err batch_try(struct store *store, struct batch *batch)
{
    err e = OK;
    unit_start(store->unit, clock_now_ms());
    for (size_t i = 0; i < batch->count && !e; i++) {
        batch->results[i] = unit_run(store->unit, batch->commands[i]);
        e = store->unit->failed;
    }
    if (!e) e = unit_flush(store->unit);
    if (!e && unit_dirty(store->unit)) {
        e = store->engine->commit(store->connection);
        if (!e) {
            if (unit_unlearned(store->unit)) atomic_store(&store->unlearned, true);
            atomic_fetch_add(&store->commits, 1);
            return OK;
        }
    }
    store->engine->rollback(store->connection);
    return e;
}

/* After a conflict everybody is tried alone, so that only the command at fault is refused. */
static void batch_split(struct store *store, struct batch *batch)
{
    err e = OK;
    struct batch *one = calloc(1, sizeof(*one));
    CHECK(one != NULL);
    one->count = 1;
    for (size_t i = 0; i < batch->count; i++) {
        one->commands[0] = batch->commands[i];
        if (!e) e = store->engine->begin(store->connection);
        err result = e ? e : batch_try(store, one);
        if (result) refuse_all(one, result);
        tell(store, one);
    }
    free(one);
}

static void batch_run(struct store *store, struct batch *batch)
{
    pthread_mutex_lock(&store->connection_lock);
    err begun = store->engine->begin(store->connection);
    err e = begun ? begun : batch_try(store, batch);
    if (!begun && e && batch->count > 1) {
        batch_split(store, batch);
    } else {
        if (e) refuse_all(batch, e);
        tell(store, batch);
    }
    pthread_mutex_unlock(&store->connection_lock);
    atomic_fetch_add(&store->commands, batch->count);
    if (store->batch_done) store->batch_done(store->batch_context);
}

/* --- the queue ---------------------------------------------------------------------------------------------------- */

bool store_submit(struct store *store, struct command *command)
{
    pthread_mutex_lock(&store->queue_lock);
    bool taken = !store->closing && store->queued < (size_t)store->settings->queue_max;
    if (taken) {
        command->next = NULL;
        *store->last = command;
        store->last = &command->next;
        if (store->queued++ == 0) pthread_cond_signal(&store->queue_filled);
    }
    pthread_mutex_unlock(&store->queue_lock);
    if (!taken) atomic_fetch_add(&store->refused, 1);
    return taken;
}

static void tend(struct store *store, bool idle)
{
    uint64_t frames;
    pthread_mutex_lock(&store->connection_lock);
    int checkpoints = store->engine->tend(store->connection, idle, &frames);
    pthread_mutex_unlock(&store->connection_lock);
    atomic_fetch_add(&store->checkpoints, (uint64_t)checkpoints);
    atomic_store(&store->log_frames, frames);
}

/* When nothing waits, and not too often: it may take a while, and somebody could provoke it. */
static void purge(struct store *store)
{
    int64_t now_ms = clock_monotonic_ms();
    if (!atomic_load(&store->unlearned) || now_ms < store->purge_after_ms) return;
    pthread_mutex_lock(&store->connection_lock);
    err e = store->engine->purge(store->connection);
    pthread_mutex_unlock(&store->connection_lock);
    atomic_store(&store->unlearned, e != OK);
    store->purge_after_ms = now_ms + PURGE_MS;
}

/* Waits for a command for a moment; false when none came. */
static bool wait_a_moment(struct store *store)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_nsec += IDLE_MS * 1000000L;
    if (until.tv_nsec >= 1000000000L) {
        until.tv_nsec -= 1000000000L;
        until.tv_sec++;
    }
    int code = 0;
    while (!store->first && !store->closing && code != ETIMEDOUT) {
        code = pthread_cond_timedwait(&store->queue_filled, &store->queue_lock, &until);
    }
    return store->first || store->closing;
}

/* Everything that waits, up to the bound of a batch; false when the store closes and nothing waits any more. */
static bool batch_take(struct store *store, struct batch *batch)
{
    pthread_mutex_lock(&store->queue_lock);
    if (!wait_a_moment(store)) {
        pthread_mutex_unlock(&store->queue_lock);
        tend(store, true);
        purge(store);
        pthread_mutex_lock(&store->queue_lock);
    }
    while (!store->first && !store->closing) pthread_cond_wait(&store->queue_filled, &store->queue_lock);
    batch->count = 0;
    while (store->first && batch->count < (size_t)store->settings->batch_max) {
        batch->commands[batch->count++] = store->first;
        store->first = store->first->next;
        store->queued--;
    }
    if (!store->first) store->last = &store->first;
    pthread_mutex_unlock(&store->queue_lock);
    return batch->count > 0;
}

static void *writer_main(void *context)
{
    struct store *store = context;
    struct batch *batch = calloc(1, sizeof(*batch));
    CHECK(batch != NULL);
    while (batch_take(store, batch)) {
        batch_run(store, batch);
        tend(store, false);
    }
    free(batch);
    return NULL;
}

/* --- opening ------------------------------------------------------------------------------------------------------ */

static void synchronisation_init(struct store *store)
{
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&store->queue_filled, &monotonic);
    pthread_condattr_destroy(&monotonic);
    pthread_mutex_init(&store->queue_lock, NULL);
    pthread_mutex_init(&store->connection_lock, NULL);
}

err store_open(const struct settings *settings, bool create, struct arena *arena, str *ret_reason,
               struct store **ret_store)
{
    struct store *store = calloc(1, sizeof(*store));
    CHECK(store != NULL && settings->batch_max <= COMMANDS_MAX);
    store->settings = settings;
    store->engine = engine_of(settings);
    store->last = &store->first;
    store->claim = -1;
    struct connection_options options = {settings, ACCESS_WRITE, ROLE_SYSTEM, &store->actor_id,
                                         create,   arena,        ret_reason};
    err e = store->engine->open(&options, &store->connection);
    if (e) {
        free(store);
        return e;
    }
    store->rows = rows_new(store->engine, store->connection, false);
    store->unit = unit_open(store->rows, settings, &store->actor_id);
    synchronisation_init(store);
    int code = pthread_create(&store->thread, NULL, writer_main, store);
    CHECK(code == 0);
    *ret_store = store;
    return OK;
}

void store_close(struct store *store)
{
    if (!store) return;
    pthread_mutex_lock(&store->queue_lock);
    store->closing = true;
    pthread_cond_signal(&store->queue_filled);
    pthread_mutex_unlock(&store->queue_lock);
    pthread_join(store->thread, NULL);
    unit_free(store->unit);
    rows_free(store->rows);
    store->engine->close(store->connection);
    if (store->claim >= 0) close(store->claim);
    pthread_cond_destroy(&store->queue_filled);
    pthread_mutex_destroy(&store->queue_lock);
    pthread_mutex_destroy(&store->connection_lock);
    free(store);
}

err store_claim(struct store *store)
{
    atomic_store(&store->unlearned, true); /* the process before may have ended too early */
    return store->engine->claim(store->settings, &store->claim);
}

const struct settings *store_settings(const struct store *store)
{
    return store->settings;
}

void store_on_batch(struct store *store, void (*batch_done)(void *context), void *context)
{
    store->batch_done = batch_done;
    store->batch_context = context;
}

void store_on_change(struct store *store, store_listener *listener, void *context)
{
    store->listener = listener;
    store->listener_context = context;
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

/* --- waiting for a command
 * -------------------------------------------------------------------------------------------- */

/* Stands in for the caller's command while it waits. */
struct waiting {
    struct command command;
    struct command *inner;
    pthread_mutex_t lock;
    pthread_cond_t finished;
    bool is_done;
    err result;
};

static err waiting_run(struct unit *unit, struct command *command)
{
    struct waiting *waiting = (struct waiting *)command;
    return waiting->inner->run(unit, waiting->inner);
}

static void waiting_done(struct command *command, err e)
{
    struct waiting *waiting = (struct waiting *)command;
    pthread_mutex_lock(&waiting->lock);
    waiting->result = e;
    waiting->is_done = true;
    pthread_cond_signal(&waiting->finished);
    pthread_mutex_unlock(&waiting->lock);
}

err store_execute(struct store *store, struct command *command)
{
    struct waiting waiting = {.command = *command, .inner = command};
    waiting.command.run = waiting_run;
    waiting.command.done = waiting_done;
    pthread_mutex_init(&waiting.lock, NULL);
    pthread_cond_init(&waiting.finished, NULL);
    waiting.result = ERR_OVERLOADED;
    if (store_submit(store, &waiting.command)) {
        pthread_mutex_lock(&waiting.lock);
        while (!waiting.is_done) pthread_cond_wait(&waiting.finished, &waiting.lock);
        pthread_mutex_unlock(&waiting.lock);
    }
    pthread_cond_destroy(&waiting.finished);
    pthread_mutex_destroy(&waiting.lock);
    return waiting.result;
}

/* --- administration
 * --------------------------------------------------------------------------------------------------- */

struct store_door store_enter(struct store *store)
{
    pthread_mutex_lock(&store->connection_lock);
    return (struct store_door){store->engine, store->connection};
}

void store_leave(struct store *store)
{
    pthread_mutex_unlock(&store->connection_lock);
}
