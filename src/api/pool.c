/* See pool.h. */
#include "api/pool.h"

#include <pthread.h>

#include "base/check.h"

struct worker {
    struct pool *pool;
    struct reader *reader;
    pthread_t thread;
};

struct pool {
    pthread_mutex_t mutex;
    pthread_cond_t wake;
    struct job *first, **end;
    size_t waiting, waiting_max;
    bool stopping;
    struct worker *workers;
    size_t worker_count;
};

/* The next task; NULL when the pool stops and the queue is empty. */
static struct job *job_take(struct pool *pool)
{
    pthread_mutex_lock(&pool->mutex);
    while (!pool->first && !pool->stopping) pthread_cond_wait(&pool->wake, &pool->mutex);
    struct job *job = pool->first;
    if (job) {
        pool->first = job->next;
        if (!pool->first) pool->end = &pool->first;
        pool->waiting--;
    }
    pthread_mutex_unlock(&pool->mutex);
    return job;
}

static void *worker_run(void *context)
{
    struct worker *worker = context;
    struct job *job;
    while ((job = job_take(worker->pool))) job->run(job, worker->reader);
    return NULL;
}

err pool_start(struct store *store, struct arena *arena, const struct pool_options *options, struct pool **ret_pool)
{
    struct pool *pool = ARENA_NEW(arena, struct pool);
    size_t threads = (size_t)options->threads;
    CHECK(threads > 0 && options->waiting > 0);
    CHECK(pthread_mutex_init(&pool->mutex, NULL) == 0 && pthread_cond_init(&pool->wake, NULL) == 0);
    pool->end = &pool->first;
    pool->waiting_max = options->waiting;
    pool->workers = ARENA_ARRAY(arena, struct worker, threads);
    for (; pool->worker_count < threads; pool->worker_count++) {
        struct worker *worker = &pool->workers[pool->worker_count];
        worker->pool = pool;
        err e = options->system_only ? reader_open_system(store, &worker->reader) : reader_open(store, &worker->reader);
        if (e) {
            pool_stop(pool);
            return e;
        }
        CHECK(pthread_create(&worker->thread, NULL, worker_run, worker) == 0);
    }
    *ret_pool = pool;
    return OK;
}

void pool_stop(struct pool *pool)
{
    if (!pool) return;
    pthread_mutex_lock(&pool->mutex);
    pool->stopping = true;
    pthread_cond_broadcast(&pool->wake);
    pthread_mutex_unlock(&pool->mutex);
    for (size_t i = 0; i < pool->worker_count; i++) {
        CHECK(pthread_join(pool->workers[i].thread, NULL) == 0);
        reader_close(pool->workers[i].reader);
    }
    pthread_cond_destroy(&pool->wake);
    pthread_mutex_destroy(&pool->mutex);
}

bool pool_submit(struct pool *pool, struct job *job)
{
    job->next = NULL;
    pthread_mutex_lock(&pool->mutex);
    bool room = pool->waiting < pool->waiting_max && !pool->stopping;
    if (room) {
        *pool->end = job;
        pool->end = &job->next;
        pool->waiting++;
        pthread_cond_signal(&pool->wake);
    }
    pthread_mutex_unlock(&pool->mutex);
    return room;
}
