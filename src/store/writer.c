/* The writers: queues of commands and group commit. See command.h.
 *
 * A writer takes all commands that were queued while its previous commit was written to disk, runs them in arrival
 * order in one transaction, commits durably, and calls `done` of each. An embedded database has one writer. On a
 * server, commands that declare all rows they read are distributed over the other writers, which run concurrently with
 * each other and with those of other processes; the first writer runs all other commands in exclusive batches.
 *
 * Invariants: `done` is called only when the commit with the command's changes is durable; after a conflict each
 * command of the batch is run again in a batch of its own, so that none is refused because of another's conflict;
 * nothing is run again when the outcome of its commit is unknown; only the first writer makes checkpoints. */
#include <errno.h>
#include <stdlib.h>

#include "base/check.h"
#include "base/clock.h"
#include "store/store_private.h"

enum { IDLE_MS = 50, LOOK_MS = 500, PURGE_MS = 10 * SECOND_MS };

/* Commands of one batch and their results. */
struct batch {
    bool exclusive;
    size_t count;
    struct command *commands[COMMANDS_MAX];
    err results[COMMANDS_MAX];
};

/* --- the queues --------------------------------------------------------------------------------------------------- */

/* Commands that change the same row go to the same writer, so that writers do not wait for each other's locks. */
static struct queue *queue_for(struct store *store, const struct command *command)
{
    bool exclusive = command->shared_id == 0 || store->running == 1;
    size_t others = store->running - 1;
    return &store->writers[exclusive ? 0 : 1 + (size_t)command->shared_id % others].queue;
}

bool store_submit(struct store *store, struct command *command)
{
    pthread_mutex_lock(&store->queue_lock);
    bool accepted = !store->closing && store->queued < (size_t)store->settings->queue_max;
    if (accepted) {
        struct queue *queue = queue_for(store, command);
        command->next = NULL;
        *queue->last = command;
        queue->last = &command->next;
        store->queued++;
        if (queue->first == command) pthread_cond_signal(&queue->filled);
    }
    pthread_mutex_unlock(&store->queue_lock);
    if (!accepted) atomic_fetch_add(&store->refused, 1);
    return accepted;
}

/* The functions below run with queue_lock held. */

static void queue_take_first(struct store *store, struct queue *queue, struct batch *batch)
{
    batch->commands[batch->count++] = queue->first;
    queue->first = queue->first->next;
    if (!queue->first) queue->last = &queue->first;
    store->queued--;
}

static bool queue_fits(const struct store *store, const struct queue *queue, const struct batch *batch)
{
    if (!queue->first || batch->count == (size_t)store->settings->batch_max) return false;
    return batch->count == 0 || !(queue->first->own_batch || batch->commands[0]->own_batch);
}

/* Waits for a command for less than a second; false when none came. */
static bool queue_wait(struct writer *writer, int ms)
{
    struct store *store = writer->store;
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_nsec += ms * 1000000L;
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

/* --- a batch ------------------------------------------------------------------------------------------------------ */

static void notify(struct writer *writer, struct batch *batch)
{
    unit_notify(writer->unit, &writer->store->listener);
    store_people_reported(writer->store);
    for (size_t i = 0; i < batch->count; i++) batch->commands[i]->done(batch->commands[i], batch->results[i]);
}

/* Fails all commands with the error of the batch. The field errors that a command found no longer apply, unless it has
 * refused the batch with them. */
static void refuse_all(const struct writer *writer, struct batch *batch, err e)
{
    for (size_t i = 0; i < batch->count; i++) {
        batch->results[i] = e;
        if (!unit_refused(writer->unit)) batch->commands[i]->problem->count = 0;
    }
}

/* Saves the log position of the commit, so that the replica is read only once it has replayed it. If the position
 * cannot be read (UINT64_MAX), the replica is not read until the next commit. */
static void position_note(struct writer *writer)
{
    struct store *store = writer->store;
    const struct engine_cluster *cluster = store->engine->cluster;
    if (store->settings->replica_url.n == 0 || !cluster) return;
    uint64_t position = cluster->position(writer->connection), known = atomic_load(&store->position);
    while ((position > known || known == UINT64_MAX) &&
           !atomic_compare_exchange_weak(&store->position, &known, position)) {
        continue;
    }
}

static void committed(struct writer *writer)
{
    if (unit_search_stale(writer->unit)) atomic_store(&writer->store->search_stale, true);
    atomic_fetch_add(&writer->store->commits, 1);
    position_note(writer);
}

/* Adds commands that were queued while the batch waited for its locks and that require no further locks. So batches on
 * a row that several nodes contend for are as large as on a row that only one node uses. */
static err batch_join(struct writer *writer, struct batch *batch)
{
    struct store *store = writer->store;
    size_t before = batch->count;
    if (batch->exclusive || !store->engine->cluster) return OK;
    pthread_mutex_lock(&store->queue_lock);
    while (queue_fits(store, &writer->queue, batch) && unit_covers(writer->unit, writer->queue.first)) {
        queue_take_first(store, &writer->queue, batch);
    }
    pthread_mutex_unlock(&store->queue_lock);
    return unit_prepare(writer->unit, batch->commands + before, batch->count - before);
}

/* Waiting for locks may have taken a while, and commands decide by the time at which they run. */
static void time_advance(struct unit *unit)
{
    int64_t now_ms = clock_now_ms();
    if (now_ms > unit->now) unit->now = now_ms;
}

static err batch_run_commands(struct writer *writer, struct batch *batch)
{
    err e = unit_prepare(writer->unit, batch->commands, batch->count);
    if (!e) e = batch_join(writer, batch);
    time_advance(writer->unit);
    for (size_t i = 0; i < batch->count && !e; i++) {
        batch->results[i] = unit_run(writer->unit, batch->commands[i]);
        e = writer->unit->failed;
    }
    return e ? e : unit_flush(writer->unit);
}

/* On a server a batch that wrote nothing is committed too: it may have read a row (a stored response to an idempotency
 * key) whose own commit is visible but not yet replicated, and COMMIT waits until it is. */
static bool worth_committing(const struct writer *writer)
{
    return unit_dirty(writer->unit) || writer->store->engine->cluster;
}

/* An embedded database has no watcher. The writer holds the write lock from here to its commit, so what other clients
 * changed is known now, and what this batch changes is known before the commit. */
static void people_begin(const struct writer *writer)
{
    if (writer->store->engine->cluster) return;
    store_people_seen(writer->store, unit_people_epoch(writer->unit));
}

static void people_commit(const struct writer *writer)
{
    const struct engine *engine = writer->store->engine;
    if (engine->cluster) return;
    atomic_store(&writer->store->people_coming, engine->people_epoch(writer->connection));
}

/* Runs the commands in a transaction. After an error it is rolled back, unless the error is
 * ERR_OUTCOME_UNKNOWN. */
static err batch_try(struct writer *writer, struct batch *batch)
{
    const struct engine *engine = writer->store->engine;
    struct transaction transaction = {.role = ROLE_SYSTEM, .awaited = true, .exclusive = batch->exclusive};
    unit_start(writer->unit, clock_now_ms(), batch->exclusive);
    err e = engine->begin(writer->connection, &transaction);
    if (e) return e;
    people_begin(writer);
    e = batch_run_commands(writer, batch);
    if (!e && worth_committing(writer)) {
        people_commit(writer);
        e = engine->commit(writer->connection);
        if (!e) {
            committed(writer);
            return OK;
        }
        atomic_store(&writer->store->people_coming, 0);
    }
    engine->rollback(writer->connection);
    return e;
}

/* When retries end: queued commands must not wait for a lock that is never released or a server that is down. An
 * embedded database has no such delays. */
static int64_t batch_deadline_ms(const struct store *store)
{
    return store->engine->cluster ? clock_monotonic_ms() + 2 * store->settings->commit_ms : INT64_MAX;
}

/* After a conflict the commands run one by one, so that only the one that causes the conflict is refused. */
static void batch_split(struct writer *writer, struct batch *batch, int64_t deadline_ms)
{
    struct batch *one = calloc(1, sizeof(*one));
    CHECK(one != NULL);
    one->exclusive = true;
    one->count = 1;
    for (size_t i = 0; i < batch->count; i++) {
        one->commands[0] = batch->commands[i];
        err e = clock_monotonic_ms() < deadline_ms ? batch_try(writer, one) : ERR_OVERLOADED;
        if (e) refuse_all(writer, one, e);
        notify(writer, one);
    }
    free(one);
}

/* Whether a retry can succeed: because the commands then run one at a time, or because of what other processes did in
 * the meantime. What may have been committed must not be retried. */
static bool worth_retrying(const struct writer *writer, const struct batch *batch, err e)
{
    bool conflict = e == ERR_OVERLOADED || e == ERR_DUPLICATE || e == ERR_STATE_CONFLICT;
    if (!e || e == ERR_OUTCOME_UNKNOWN || unit_refused(writer->unit)) return false;
    return batch->count > 1 || (conflict && writer->store->engine->cluster);
}

static void batch_run(struct writer *writer, struct batch *batch)
{
    int64_t deadline_ms = batch_deadline_ms(writer->store);
    err e = batch_try(writer, batch);
    if (e && unit_must_be_exclusive(writer->unit)) {
        batch->exclusive = true;
        e = batch_try(writer, batch);
    }
    if (worth_retrying(writer, batch, e)) {
        batch_split(writer, batch, deadline_ms);
    } else {
        if (e) refuse_all(writer, batch, e);
        notify(writer, batch);
    }
    atomic_fetch_add(&writer->store->commands, batch->count);
}

/* --- upkeep of the database, by the first writer ------------------------------------------------------------------ */

static void checkpoint(struct writer *writer, bool idle)
{
    struct store *store = writer->store;
    uint64_t frames;
    if (!store->engine->database->checkpoint) return;
    pthread_mutex_lock(&store->connection_lock);
    int made = store->engine->database->checkpoint(writer->connection, idle, &frames);
    atomic_fetch_add(&store->checkpoints, (uint64_t)made);
    pthread_mutex_unlock(&store->connection_lock);
    atomic_store(&store->log_frames, frames);
}

/* Only when no command waits, and at most once in PURGE_MS: it may take long, and clients can trigger it. Returns
 * whether it is still to be done. */
static bool purge(struct writer *writer)
{
    struct store *store = writer->store;
    int64_t now_ms = clock_monotonic_ms();
    if (!store->engine->database->purge || !atomic_load(&store->search_stale)) return false;
    if (now_ms < store->purge_after_ms) return true;
    pthread_mutex_lock(&store->connection_lock);
    err e = store->engine->database->purge(writer->connection);
    pthread_mutex_unlock(&store->connection_lock);
    atomic_store(&store->search_stale, e != OK);
    store->purge_after_ms = now_ms + PURGE_MS;
    return e != OK;
}

/* --- the threads -------------------------------------------------------------------------------------------------- */

static bool is_first(const struct writer *writer)
{
    return writer == writer->store->writers;
}

/* All commands that wait, up to the bound of a batch. False when the store closes and none waits. */
static bool batch_take(struct writer *writer, struct batch *batch)
{
    struct store *store = writer->store;
    bool idle_work = is_first(writer);
    int wait_ms = IDLE_MS;
    pthread_mutex_lock(&store->queue_lock);
    while (idle_work && !queue_wait(writer, wait_ms)) {
        pthread_mutex_unlock(&store->queue_lock);
        checkpoint(writer, true);
        idle_work = purge(writer) || store->archives; /* other processes may commit at any time */
        wait_ms = LOOK_MS;
        pthread_mutex_lock(&store->queue_lock);
    }
    while (!writer->queue.first && !store->closing) pthread_cond_wait(&writer->queue.filled, &store->queue_lock);
    batch->count = 0;
    batch->exclusive = is_first(writer);
    while (queue_fits(store, &writer->queue, batch)) queue_take_first(store, &writer->queue, batch);
    pthread_mutex_unlock(&store->queue_lock);
    return batch->count > 0;
}

static void *writer_main(void *context)
{
    struct writer *writer = context;
    bool first = is_first(writer);
    struct batch *batch = calloc(1, sizeof(*batch));
    CHECK(batch != NULL);
    while (batch_take(writer, batch)) {
        if (first) pthread_mutex_lock(&writer->store->connection_lock);
        batch_run(writer, batch);
        if (first) pthread_mutex_unlock(&writer->store->connection_lock);
        if (first) checkpoint(writer, false);
    }
    free(batch);
    return NULL;
}

err writer_open(struct store *store, bool create, struct arena *arena, str *ret_reason)
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

void writer_start(struct store *store)
{
    struct writer *writer = &store->writers[store->writer_count - 1];
    int code = pthread_create(&writer->thread, NULL, writer_main, writer);
    CHECK(code == 0);
    pthread_mutex_lock(&store->queue_lock);
    store->running++;
    pthread_mutex_unlock(&store->queue_lock);
}

void writers_stop(struct store *store)
{
    pthread_mutex_lock(&store->queue_lock);
    store->closing = true;
    for (size_t i = 0; i < store->writer_count; i++) pthread_cond_signal(&store->writers[i].queue.filled);
    pthread_mutex_unlock(&store->queue_lock);
    for (size_t i = 0; i < store->writer_count; i++) pthread_join(store->writers[i].thread, NULL);
    for (size_t i = 0; i < store->writer_count; i++) {
        unit_free(store->writers[i].unit);
        rows_free(store->writers[i].rows);
        store->engine->close(store->writers[i].connection);
    }
}

/* --- waiting for a command ---------------------------------------------------------------------------------------- */

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
