/* The writers: the queues, the group commit, and what else needs a connection that may write. See store.h.
 *
 * An embedded database has one writer. Where many may write (engine.many_writers), commands that name all they need
 * (command.beside) go to writers that run beside each other and beside those of other processes; the first writer runs
 * everything else, each batch alone in the database. Each writer has a queue.
 *
 * Invariants: `done` is called only after the commit that holds the command's changes is durable; a command whose flush
 * failed together with others is run again alone, so that nobody is refused for another's conflict; nothing is run
 * again when it is not known whether it was committed; the first writer alone decides about checkpoints. */
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "base/check.h"
#include "base/clock.h"
#include "base/log.h"
#include "store/store_private.h"
#include "store/unit_private.h"

enum { IDLE_MS = 50, COMMANDS_MAX = 4096, WRITERS_MAX = 16, PURGE_MS = 10 * SECOND_MS };

/* Commands that wait for a writer; under queue_lock. */
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
    pthread_mutex_t connection_lock; /* of the first writer's connection, which administration shares */
    struct held_lock *held_lock;
    struct watcher *watcher;
    _Atomic bool search_stale; /* words of persons were taken out of an index since the last purge */
    int64_t purge_after_ms;    /* monotonic */

    pthread_mutex_t queue_lock;
    size_t running; /* writers that take commands */
    size_t queued;
    bool closing;

    store_listener *listener;
    void *listener_context;

    _Atomic bool leads;
    _Atomic int64_t people_epoch;
    _Atomic uint64_t position;
    _Atomic uint64_t commands, commits, refused, checkpoints, log_frames;
};

/* Commands of one batch and what became of them. */
struct batch {
    bool exclusive;
    size_t count;
    struct command *commands[COMMANDS_MAX];
    err results[COMMANDS_MAX];
};

/* --- a batch ------------------------------------------------------------------------------------------------------ */

static void notify(struct writer *writer, struct batch *batch)
{
    const struct store *store = writer->store;
    if (store->listener) unit_notify(writer->unit, store->listener, store->listener_context);
    for (size_t i = 0; i < batch->count; i++) batch->commands[i]->done(batch->commands[i], batch->results[i]);
}

/* What a command found wrong with its input does not go with the error of the batch. */
static void refuse_all(struct batch *batch, err e)
{
    for (size_t i = 0; i < batch->count; i++) {
        batch->results[i] = e;
        batch->commands[i]->problem->count = 0;
    }
}

/* What a commit leaves behind. */
static void committed(struct writer *writer)
{
    struct store *store = writer->store;
    if (unit_search_stale(writer->unit)) atomic_store(&store->search_stale, true);
    atomic_fetch_add(&store->commits, 1);
    if (store->settings->replica_url.n == 0 || !store->engine->position) return;
    /* One that could not be had is beyond every replica, until the next commit has one. */
    uint64_t position = store->engine->position(writer->connection), known = atomic_load(&store->position);
    while ((position > known || known == UINT64_MAX) &&
           !atomic_compare_exchange_weak(&store->position, &known, position)) {
        continue;
    }
}

static void queue_take_first(struct store *store, struct queue *queue, struct batch *batch)
{
    batch->commands[batch->count++] = queue->first;
    queue->first = queue->first->next;
    if (!queue->first) queue->last = &queue->first;
    store->queued--;
}

static bool queue_fits(const struct store *store, const struct queue *queue, const struct batch *batch)
{
    return queue->first && batch->count < (size_t)store->settings->batch_max;
}

/* While the batch waited for its locks more commands came: those that need no further ones come along. So it is as
 * large on a row that several nodes want as on one of its own. */
static err batch_join(struct writer *writer, struct batch *batch)
{
    struct store *store = writer->store;
    size_t before = batch->count;
    if (batch->exclusive || !store->engine->many_writers) return OK;
    pthread_mutex_lock(&store->queue_lock);
    while (queue_fits(store, &writer->queue, batch) && unit_covers(writer->unit, writer->queue.first)) {
        queue_take_first(store, &writer->queue, batch);
    }
    pthread_mutex_unlock(&store->queue_lock);
    return unit_prepare(writer->unit, batch->commands + before, batch->count - before);
}

/* Locks may have taken a while; the commands are decided now, not when the batch began. */
static void time_take(struct unit *unit)
{
    int64_t now_ms = clock_now_ms();
    if (now_ms > unit->now) unit->now = now_ms;
}

static err batch_run_commands(struct writer *writer, struct batch *batch)
{
    err e = unit_prepare(writer->unit, batch->commands, batch->count);
    if (!e) e = batch_join(writer, batch);
    time_take(writer->unit);
    for (size_t i = 0; i < batch->count && !e; i++) {
        batch->results[i] = unit_run(writer->unit, batch->commands[i]);
        e = writer->unit->failed;
    }
    return e ? e : unit_flush(writer->unit);
}

/* Also where nothing was written: the row of a repeated key was locked, so the commit waits until what it tells of has
 * its copy, too. A commit that nobody waited for is visible before that. */
static bool worth_committing(const struct writer *writer)
{
    return unit_dirty(writer->unit) || writer->store->engine->many_writers;
}

/* Runs the commands in a transaction. An error means that nothing of it is in the database, or ERR_OUTCOME_UNKNOWN. */
static err batch_try(struct writer *writer, struct batch *batch)
{
    const struct engine *engine = writer->store->engine;
    struct transaction transaction = {.role = ROLE_SYSTEM, .awaited = true, .exclusive = batch->exclusive};
    unit_start(writer->unit, clock_now_ms(), batch->exclusive);
    err e = engine->begin(writer->connection, &transaction);
    if (e) return e;
    e = batch_run_commands(writer, batch);
    if (!e && worth_committing(writer)) {
        e = engine->commit(writer->connection);
        if (!e) {
            committed(writer);
            return OK;
        }
    }
    engine->rollback(writer->connection);
    return e;
}

/* When a batch that failed has to be answered: what waits for a lock that nobody gives back, or for a server that is
 * gone, must not hold up everybody behind it. */
static int64_t batch_deadline_ms(const struct store *store)
{
    return store->engine->many_writers ? clock_monotonic_ms() + 2 * store->settings->commit_ms : INT64_MAX;
}

/* After a conflict everybody is tried alone, so that only the command at fault is refused. */
static void batch_split(struct writer *writer, struct batch *batch, int64_t deadline_ms)
{
    struct batch *one = calloc(1, sizeof(*one));
    CHECK(one != NULL);
    one->exclusive = true;
    one->count = 1;
    for (size_t i = 0; i < batch->count; i++) {
        one->commands[0] = batch->commands[i];
        err e = clock_monotonic_ms() < deadline_ms ? batch_try(writer, one) : ERR_OVERLOADED;
        if (e) refuse_all(one, e);
        notify(writer, one);
    }
    free(one);
}

/* Whether another attempt may come to something else: with one command at a time, or because of what others did
 * meanwhile. What may have been committed is not for us to try again. */
static bool worth_another(const struct writer *writer, const struct batch *batch, err e)
{
    bool conflict = e == ERR_OVERLOADED || e == ERR_DUPLICATE || e == ERR_STATE_CONFLICT;
    if (!e || e == ERR_OUTCOME_UNKNOWN) return false;
    return batch->count > 1 || (conflict && writer->store->engine->many_writers);
}

static void batch_run(struct writer *writer, struct batch *batch)
{
    int64_t deadline_ms = batch_deadline_ms(writer->store);
    err e = batch_try(writer, batch);
    if (e && unit_must_be_exclusive(writer->unit)) {
        batch->exclusive = true;
        e = batch_try(writer, batch);
    }
    if (worth_another(writer, batch, e)) {
        batch_split(writer, batch, deadline_ms);
    } else {
        if (e) refuse_all(batch, e);
        notify(writer, batch);
    }
    atomic_fetch_add(&writer->store->commands, batch->count);
}

/* --- the queues --------------------------------------------------------------------------------------------------- */

/* Commands that change the same row go to the same writer, so that writers do not wait for each other. */
static struct queue *queue_for(struct store *store, const struct command *command)
{
    bool exclusive = command->shared_id == 0 || store->running == 1;
    size_t others = store->running - 1;
    return &store->writers[exclusive ? 0 : 1 + (size_t)command->shared_id % others].queue;
}

bool store_submit(struct store *store, struct command *command)
{
    pthread_mutex_lock(&store->queue_lock);
    bool taken = !store->closing && store->queued < (size_t)store->settings->queue_max;
    if (taken) {
        struct queue *queue = queue_for(store, command);
        command->next = NULL;
        *queue->last = command;
        queue->last = &command->next;
        store->queued++;
        if (queue->first == command) pthread_cond_signal(&queue->filled);
    }
    pthread_mutex_unlock(&store->queue_lock);
    if (!taken) atomic_fetch_add(&store->refused, 1);
    return taken;
}

static void tend(struct writer *writer, bool idle)
{
    struct store *store = writer->store;
    uint64_t frames;
    pthread_mutex_lock(&store->connection_lock);
    int checkpoints = store->engine->tend(writer->connection, idle, &frames);
    pthread_mutex_unlock(&store->connection_lock);
    atomic_fetch_add(&store->checkpoints, (uint64_t)checkpoints);
    atomic_store(&store->log_frames, frames);
}

/* When nothing waits, and not too often: it may take a while, and somebody could provoke it. */
static void purge(struct writer *writer)
{
    struct store *store = writer->store;
    int64_t now_ms = clock_monotonic_ms();
    if (!atomic_load(&store->search_stale) || now_ms < store->purge_after_ms) return;
    pthread_mutex_lock(&store->connection_lock);
    err e = store->engine->purge(writer->connection);
    pthread_mutex_unlock(&store->connection_lock);
    atomic_store(&store->search_stale, e != OK);
    store->purge_after_ms = now_ms + PURGE_MS;
}

/* Waits for a command for a moment; false when none came. */
static bool wait_a_moment(struct writer *writer)
{
    struct store *store = writer->store;
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_nsec += IDLE_MS * 1000000L;
    if (until.tv_nsec >= 1000000000L) {
        until.tv_nsec -= 1000000000L;
        until.tv_sec++;
    }
    int code = 0;
    while (!writer->queue.first && !store->closing && code != ETIMEDOUT) {
        code = pthread_cond_timedwait(&writer->queue.filled, &store->queue_lock, &until);
    }
    return writer->queue.first || store->closing;
}

/* Everything that waits, up to the bound of a batch; false when the store closes and nothing waits any more. */
static bool batch_take(struct writer *writer, struct batch *batch)
{
    struct store *store = writer->store;
    pthread_mutex_lock(&store->queue_lock);
    if (!wait_a_moment(writer) && writer == store->writers) {
        pthread_mutex_unlock(&store->queue_lock);
        tend(writer, true);
        purge(writer);
        pthread_mutex_lock(&store->queue_lock);
    }
    while (!writer->queue.first && !store->closing) pthread_cond_wait(&writer->queue.filled, &store->queue_lock);
    batch->count = 0;
    batch->exclusive = writer == store->writers;
    while (queue_fits(store, &writer->queue, batch)) queue_take_first(store, &writer->queue, batch);
    pthread_mutex_unlock(&store->queue_lock);
    return batch->count > 0;
}

static void *writer_main(void *context)
{
    struct writer *writer = context;
    bool first = writer == writer->store->writers;
    struct batch *batch = calloc(1, sizeof(*batch));
    CHECK(batch != NULL);
    while (batch_take(writer, batch)) {
        if (first) pthread_mutex_lock(&writer->store->connection_lock);
        batch_run(writer, batch);
        if (first) pthread_mutex_unlock(&writer->store->connection_lock);
        if (first) tend(writer, false);
    }
    free(batch);
    return NULL;
}

/* --- what others do ----------------------------------------------------------------------------------------------- */

static void on_changed(void *context, enum entity_id entity, int64_t id)
{
    struct store *store = context;
    if (store->listener) store->listener(store->listener_context, entity, id);
}

static void on_people_epoch(void *context, int64_t epoch)
{
    atomic_store(&((struct store *)context)->people_epoch, epoch);
}

/* Something was written, and whoever shows rows looks again. */
static void on_activity(void *context)
{
    on_changed(context, ENTITY_schedule, 0);
}

static void on_leads(void *context, bool leads)
{
    atomic_store(&((struct store *)context)->leads, leads);
}

static err watch_start(struct store *store)
{
    const struct watch_events events = {on_changed, on_people_epoch, on_activity, on_leads, store};
    if (!store->engine->watch) return OK;
    return store->engine->watch(store->settings, &events, &store->watcher);
}

int64_t store_people_epoch(const struct store *store)
{
    return atomic_load(&store->people_epoch);
}

bool store_is_shared(const struct store *store)
{
    return store->engine->watch != NULL;
}

bool store_leads(const struct store *store)
{
    return atomic_load(&store->leads);
}

uint64_t store_position(const struct store *store)
{
    return atomic_load(&store->position);
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

static err writer_open(struct store *store, bool create, struct arena *arena, str *ret_reason)
{
    struct writer *writer = &store->writers[store->writer_count];
    struct connection_options options = {.settings = store->settings,
                                         .access = ACCESS_WRITE,
                                         .role = ROLE_SYSTEM,
                                         .create = create,
                                         .arena = arena,
                                         .ret_reason = ret_reason};
    CHECK(store->writer_count < WRITERS_MAX);
    err e = store->engine->open(&options, &writer->connection);
    if (e) return e;
    writer->store = store;
    writer->rows = rows_new(store->engine, writer->connection, VISIBLE_LOCKED);
    writer->unit = unit_open(store->engine, writer->connection, writer->rows, store->settings);
    store->writer_count++;
    return OK;
}

static void writer_start(struct writer *writer)
{
    struct store *store = writer->store;
    int code = pthread_create(&writer->thread, NULL, writer_main, writer);
    CHECK(code == 0);
    pthread_mutex_lock(&store->queue_lock);
    store->running++;
    pthread_mutex_unlock(&store->queue_lock);
}

err store_open(const struct settings *settings, bool create, struct arena *arena, str *ret_reason,
               struct store **ret_store)
{
    struct store *store = calloc(1, sizeof(*store));
    CHECK(store != NULL && settings->batch_max <= COMMANDS_MAX);
    store->settings = settings;
    store->engine = engine_of(settings);
    store->leads = !store->engine->watch;
    err e = writer_open(store, create, arena, ret_reason);
    if (e) {
        free(store);
        return e;
    }
    synchronisation_init(store);
    writer_start(&store->writers[0]);
    *ret_store = store;
    return OK;
}

/* Until now the first writer took everything. */
err store_serve(struct store *store)
{
    struct arena *arena = arena_new(1 << 20);
    str reason = STR_NONE;
    err e = OK;
    while (!e && store->engine->many_writers && store->writer_count < (size_t)store->settings->writers) {
        e = writer_open(store, false, arena, &reason);
        if (!e) writer_start(&store->writers[store->writer_count - 1]);
    }
    if (e) LOG(LOG_ERROR, "writer", LOG_TEXT("reason", reason));
    arena_free(arena);
    return e ? e : watch_start(store);
}

void store_serve_end(struct store *store)
{
    if (store->watcher) store->engine->unwatch(store->watcher);
    store->watcher = NULL;
}

static void writers_stop(struct store *store)
{
    pthread_mutex_lock(&store->queue_lock);
    store->closing = true;
    for (size_t i = 0; i < store->writer_count; i++) pthread_cond_signal(&store->writers[i].queue.filled);
    pthread_mutex_unlock(&store->queue_lock);
    for (size_t i = 0; i < store->writer_count; i++) pthread_join(store->writers[i].thread, NULL);
}

void store_close(struct store *store)
{
    if (!store) return;
    store_serve_end(store);
    writers_stop(store);
    for (size_t i = 0; i < store->writer_count; i++) {
        unit_free(store->writers[i].unit);
        rows_free(store->writers[i].rows);
        store->engine->close(store->writers[i].connection);
    }
    store_unlock(store);
    synchronisation_end(store);
    free(store);
}

err store_lock(struct store *store, enum store_lock store_lock)
{
    atomic_store(&store->search_stale, true); /* the process before may have ended too early */
    return store->engine->store_lock(store->settings, store_lock, &store->held_lock);
}

void store_unlock(struct store *store)
{
    store->engine->unlock(store->held_lock);
    store->held_lock = NULL;
}

const struct settings *store_settings(const struct store *store)
{
    return store->settings;
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

/* The thread that waits for a command. */
struct waiting {
    pthread_mutex_t lock;
    pthread_cond_t finished;
    bool is_done;
    err result;
};

static void waiting_done(struct command *command, err e)
{
    struct waiting *waiting = command->waiting;
    pthread_mutex_lock(&waiting->lock);
    waiting->result = e;
    waiting->is_done = true;
    pthread_cond_signal(&waiting->finished);
    pthread_mutex_unlock(&waiting->lock);
}

err store_execute(struct store *store, struct command *command)
{
    struct waiting waiting = {.result = ERR_OVERLOADED};
    pthread_mutex_init(&waiting.lock, NULL);
    pthread_cond_init(&waiting.finished, NULL);
    command->waiting = &waiting;
    command->done = waiting_done;
    if (store_submit(store, command)) {
        pthread_mutex_lock(&waiting.lock);
        while (!waiting.is_done) pthread_cond_wait(&waiting.finished, &waiting.lock);
        pthread_mutex_unlock(&waiting.lock);
    }
    command->waiting = NULL;
    pthread_cond_destroy(&waiting.finished);
    pthread_mutex_destroy(&waiting.lock);
    return waiting.result;
}

/* --- administration
 * --------------------------------------------------------------------------------------------------- */

struct store_door store_enter(struct store *store)
{
    pthread_mutex_lock(&store->connection_lock);
    return (struct store_door){store->engine, store->writers[0].connection};
}

void store_leave(struct store *store)
{
    pthread_mutex_unlock(&store->connection_lock);
}
