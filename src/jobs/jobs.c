/* See jobs.h. Workers share one list of jobs under one mutex: each takes the job that has been due for longest, runs it
 * without holding the mutex, and records the result. A worker with nothing to do sleeps until the next job is due, but
 * not longer than LOOK_MS, because the node may have become the leader. */
#include "jobs/jobs.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/check.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/random.h"
#include "domain/commands.h"
#include "domain/run.h"
#include "jobs/backup.h"
#include "jobs/consume.h"

enum { WORKERS_MAX = 16, LOOK_MS = 250, JOBS_BYTES_MAX = 1 << 20, RUN_BYTES_MAX = 64 << 20 };

static const struct job_row table[] = {
#define JOB(name_, period_, scope_, kind_, function_, due_, doc_)                                                      \
    {.name = #name_,                                                                                                   \
     .period_ms = (period_),                                                                                           \
     .scope = JOB_##scope_,                                                                                            \
     .kind = JOB_##kind_,                                                                                              \
     .function.kind_ = (function_),                                                                                    \
     .due = (due_),                                                                                                    \
     .doc = (doc_)},
#define CONSUMER(name_, period_, start_, entities_, kind_, function_, doc_)                                            \
    {.name = #name_,                                                                                                   \
     .period_ms = (period_),                                                                                           \
     .scope = JOB_LEADER,                                                                                              \
     .kind = JOB_##kind_,                                                                                              \
     .function.kind_ = (function_),                                                                                    \
     .doc = (doc_),                                                                                                    \
     .start = CHANGES_##start_,                                                                                        \
     .entities = (entities_)},
#include "jobs/jobs.def"
};

const struct job_row *jobs_table(size_t *ret_count)
{
    *ret_count = COUNT_OF(table);
    return table;
}

/* A job in this process; protected by the mutex, except for the row. */
struct job {
    const struct job_row *row;
    int64_t due_ms;  /* monotonic */
    int failed_runs; /* in a row */
    struct job_counters counters;
};

struct worker {
    struct jobs *jobs;
    struct job_context context;
    pthread_t thread;
};

struct jobs {
    struct arena *arena; /* holds all of it */
    struct store *store;
    pthread_mutex_t mutex;
    pthread_cond_t changed; /* stopping, or a worker ended */
    struct job list[JOBS_MAX];
    size_t count;
    struct worker workers[WORKERS_MAX];
    size_t worker_count;
    size_t active; /* workers that have not ended */
    atomic_bool stopping;
};

bool job_is_stopping(void *context)
{
    return job_stopping(context);
}

/* --- one run ------------------------------------------------------------------------------------------------------ */

/* Whether there are rows for the command to process. */
static err look(const struct job_context *context, const struct job_row *row, bool *ret_found)
{
    struct due due;
    *ret_found = row->due == NULL;
    if (*ret_found) return OK;
    row->due(context->arena, clock_now_ms(), &due);
    err e = reader_begin(context->reader, &system_actor);
    for (size_t i = 0; !e && !*ret_found && i < due.count; i++) {
        struct page page;
        due.queries[i].limit = 1;
        e = reader_list(context->reader, &due.queries[i], context->arena, &page);
        *ret_found = !e && page.count > 0;
    }
    reader_end(context->reader);
    return e;
}

static err command_step(const struct job_context *context, const struct job_row *row, bool *ret_more)
{
    struct command_run run = {.function = row->function.command, .input = {.version = VERSION_ANY}};
    bool found;
    err e = look(context, row, &found);
    if (e || !found) return e;
    e = command_run_wait(context->store, &run);
    *ret_more = !e && run.result.count >= LIST_MAX;
    return e;
}

static err step(const struct job_context *context, const struct job_row *row, bool *ret_more, int64_t *ret_lag_ms)
{
    switch (row->kind) {
    case JOB_command:
        return command_step(context, row, ret_more);
    case JOB_work:
        return row->function.work(context, ret_more);
    case JOB_apply:
    case JOB_deliver:
        break;
    }
    return job_consume(context, row, ret_more, ret_lag_ms);
}

/* --- when a job runs ---------------------------------------------------------------------------------------------- */

/* Between half and one and a half of a pause that doubles with each failed run. */
static int64_t retry_pause_ms(int failed_runs)
{
    int64_t pause_ms = (int64_t)JOB_RETRY_MS << (failed_runs - 1);
    uint32_t random;
    random_bytes(&random, sizeof(random));
    return pause_ms / 2 + (int64_t)(random % (uint64_t)pause_ms);
}

static void run_succeeded(struct job *job, int64_t started_ms, bool more)
{
    job->failed_runs = 0;
    job->counters.last_success_ms = clock_now_ms();
    job->due_ms = more ? started_ms : started_ms + job->row->period_ms;
}

static void run_failed(struct job *job, int64_t now_ms)
{
    job->failed_runs++;
    if (job->failed_runs < JOB_ATTEMPTS_MAX) {
        job->due_ms = now_ms + retry_pause_ms(job->failed_runs);
        return;
    }
    job->failed_runs = 0;
    job->counters.failures++;
    job->due_ms = now_ms + job->row->period_ms;
}

/* The job that has been due for longest; if there is none, NULL, and when to look again. */
static struct job *job_due(struct jobs *jobs, int64_t now_ms, int64_t *ret_look_ms)
{
    bool leads = store_leads(jobs->store);
    struct job *due = NULL;
    *ret_look_ms = now_ms + LOOK_MS;
    for (size_t i = 0; i < jobs->count; i++) {
        struct job *job = &jobs->list[i];
        if (job->counters.running || (job->row->scope == JOB_LEADER && !leads)) continue;
        if (job->due_ms <= now_ms && (!due || job->due_ms < due->due_ms)) due = job;
        if (job->due_ms < *ret_look_ms) *ret_look_ms = job->due_ms;
    }
    return due;
}

/* --- workers ------------------------------------------------------------------------------------------------------ */

static void failure_log(const struct job *job, err e, int attempt, int64_t duration_us)
{
    LOG(attempt < JOB_ATTEMPTS_MAX ? LOG_WARNING : LOG_ERROR, "job_failed", LOG_TEXT("job", str_of(job->row->name)),
        LOG_TEXT("error", str_of(err_row(e)->code)), LOG_INT("attempt", attempt),
        LOG_INT("duration_ms", duration_us / 1000));
}

/* Runs the job; the mutex is held before and after, but not during the run. */
static void job_run(struct worker *worker, struct job *job)
{
    struct jobs *jobs = worker->jobs;
    int64_t started_ms = clock_monotonic_ms(), started_us = clock_monotonic_us(), lag_ms = 0;
    bool more = false;
    job->counters.running = 1;
    job->counters.runs++;
    if (job->failed_runs > 0) job->counters.retries++;
    pthread_mutex_unlock(&jobs->mutex);
    worker->context.leader = job->row->scope == JOB_LEADER;
    err e = step(&worker->context, job->row, &more, &lag_ms);
    int64_t duration_us = clock_monotonic_us() - started_us;
    if (e) failure_log(job, e, job->failed_runs + 1, duration_us);
    arena_reset(worker->context.arena);
    pthread_mutex_lock(&jobs->mutex);
    job->counters.running = 0;
    job->counters.duration_us += duration_us;
    if (e)
        run_failed(job, clock_monotonic_ms());
    else
        run_succeeded(job, started_ms, more);
    job->counters.lag_ms = lag_ms;
}

static void sleep_until(struct jobs *jobs, int64_t time_ms)
{
    struct timespec until = {.tv_sec = time_ms / SECOND_MS, .tv_nsec = time_ms % SECOND_MS * 1000000L};
    (void)pthread_cond_timedwait(&jobs->changed, &jobs->mutex, &until);
}

static void *worker_main(void *context)
{
    struct worker *worker = context;
    struct jobs *jobs = worker->jobs;
    pthread_mutex_lock(&jobs->mutex);
    while (!atomic_load(&jobs->stopping)) {
        int64_t look_ms;
        struct job *job = job_due(jobs, clock_monotonic_ms(), &look_ms);
        if (job)
            job_run(worker, job);
        else
            sleep_until(jobs, look_ms);
    }
    jobs->active--;
    pthread_cond_broadcast(&jobs->changed);
    pthread_mutex_unlock(&jobs->mutex);
    return NULL;
}

/* --- starting and stopping ---------------------------------------------------------------------------------------- */

static struct jobs *jobs_new(const struct jobs_options *options)
{
    struct arena *arena = arena_new(JOBS_BYTES_MAX);
    struct jobs *jobs = ARENA_NEW(arena, struct jobs);
    pthread_condattr_t monotonic;
    CHECK(options->count <= JOBS_MAX && options->workers >= 1 && options->workers <= WORKERS_MAX);
    jobs->arena = arena;
    jobs->store = options->store;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&jobs->changed, &monotonic);
    pthread_condattr_destroy(&monotonic);
    pthread_mutex_init(&jobs->mutex, NULL);
    for (; jobs->count < options->count; jobs->count++) {
        struct job *job = &jobs->list[jobs->count];
        job->row = &options->rows[jobs->count];
        job->counters.name = job->row->name;
        job->counters.consumes = job->row->kind == JOB_apply || job->row->kind == JOB_deliver;
    }
    return jobs;
}

static err worker_prepare(struct jobs *jobs, struct worker *worker)
{
    worker->jobs = jobs;
    worker->context = (struct job_context){.store = jobs->store, .stopping = &jobs->stopping};
    err e = reader_open_system(jobs->store, &worker->context.reader);
    if (e) return e;
    worker->context.arena = arena_new(RUN_BYTES_MAX);
    return OK;
}

static void worker_start(struct jobs *jobs, struct worker *worker)
{
    pthread_mutex_lock(&jobs->mutex);
    jobs->active++;
    pthread_mutex_unlock(&jobs->mutex);
    int code = pthread_create(&worker->thread, NULL, worker_main, worker);
    CHECK(code == 0);
    jobs->worker_count++;
}

err jobs_start(const struct jobs_options *options, struct jobs **ret_jobs)
{
    struct jobs *jobs = jobs_new(options);
    while (jobs->worker_count < (size_t)options->workers) {
        struct worker *worker = &jobs->workers[jobs->worker_count];
        err e = worker_prepare(jobs, worker);
        if (e) {
            jobs_free(jobs);
            return e;
        }
        worker_start(jobs, worker);
    }
    *ret_jobs = jobs;
    return OK;
}

/* Call it with the mutex held. */
static void wait_for_runs(struct jobs *jobs)
{
    int64_t command_ms = 2 * store_settings(jobs->store)->commit_ms; /* see store/writer.c */
    int64_t deadline_ms = clock_monotonic_ms() + JOB_STOP_MS + command_ms;
    while (jobs->active > 0 && clock_monotonic_ms() < deadline_ms) sleep_until(jobs, deadline_ms);
    if (jobs->active == 0) return;
    for (size_t i = 0; i < jobs->count; i++) {
        if (jobs->list[i].counters.running)
            LOG(LOG_ERROR, "job_stop_timed_out", LOG_TEXT("job", str_of(jobs->list[i].row->name)));
    }
    _exit(EXIT_FAILURE);
}

void jobs_stop(struct jobs *jobs)
{
    if (!jobs) return;
    pthread_mutex_lock(&jobs->mutex);
    atomic_store(&jobs->stopping, true);
    pthread_cond_broadcast(&jobs->changed);
    wait_for_runs(jobs);
    pthread_mutex_unlock(&jobs->mutex);
    for (size_t i = 0; i < jobs->worker_count; i++) {
        struct worker *worker = &jobs->workers[i];
        pthread_join(worker->thread, NULL);
        reader_close(worker->context.reader);
        arena_free(worker->context.arena);
    }
    jobs->worker_count = 0;
}

void jobs_free(struct jobs *jobs)
{
    if (!jobs) return;
    jobs_stop(jobs);
    pthread_cond_destroy(&jobs->changed);
    pthread_mutex_destroy(&jobs->mutex);
    arena_free(jobs->arena);
}

bool jobs_counters(struct jobs *jobs, size_t i, struct job_counters *ret_counters)
{
    if (i >= jobs->count) return false;
    pthread_mutex_lock(&jobs->mutex);
    *ret_counters = jobs->list[i].counters;
    pthread_mutex_unlock(&jobs->mutex);
    return true;
}
