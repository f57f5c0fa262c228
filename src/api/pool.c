/* See pool.h. */
#include "api/pool.h"

#include <pthread.h>

#include "base/check.h"

struct worker {
    struct pool *pool;
    struct reader *reader;
    pthread_t thread;
};

/* Tasks that wait. */
struct lane {
    struct job *first, **end;
    size_t waiting;
};

enum { LANE_SHORT, LANE_LONG, LANE_COUNT };

struct pool {
    pthread_mutex_t mutex;
    pthread_cond_t wake;
    struct lane lanes[LANE_COUNT];
    uint64_t submitted;
    size_t waiting_max; /* in a lane */
    size_t running_long, running_long_max;
    bool stopping;
    struct worker *workers;
    size_t worker_count;
};

/* The lane with the oldest task that may run now; NULL when there is none. */
static struct lane *lane_next(struct pool *pool)
{
    struct lane *brief = &pool->lanes[LANE_SHORT], *lengthy = &pool->lanes[LANE_LONG];
    bool allowed = lengthy->first && pool->running_long < pool->running_long_max;
    if (allowed && (!brief->first || lengthy->first->number < brief->first->number)) return lengthy;
    return brief->first ? brief : NULL;
}

static struct job *lane_take(struct lane *lane)
{
    struct job *job = lane->first;
    lane->first = job->next;
    if (!lane->first) lane->end = &lane->first;
    lane->waiting--;
    return job;
}

/* The next task; NULL when the pool stops and nothing waits that may run. `was_long`: the thread has just run one. */
static struct job *job_take(struct pool *pool, bool was_long)
{
    struct lane *lane;
    pthread_mutex_lock(&pool->mutex);
    if (was_long) pool->running_long--;
    while (!(lane = lane_next(pool)) && !pool->stopping) pthread_cond_wait(&pool->wake, &pool->mutex);
    struct job *job = lane ? lane_take(lane) : NULL;
    if (job && job->is_long) pool->running_long++;
    pthread_mutex_unlock(&pool->mutex);
    return job;
}

static void *worker_run(void *context)
{
    struct worker *worker = context;
    struct job *job;
    bool is_long = false;
    while ((job = job_take(worker->pool, is_long))) {
        is_long = job->is_long; /* `run` may release it */
        job->run(job, worker->reader);
    }
    return NULL;
}

err pool_start(struct store *store, struct arena *arena, const struct pool_options *options, struct pool **ret_pool)
{
    struct pool *pool = ARENA_NEW(arena, struct pool);
    size_t threads = (size_t)options->threads;
    CHECK(threads > 0 && options->waiting > 0);
    CHECK(pthread_mutex_init(&pool->mutex, NULL) == 0 && pthread_cond_init(&pool->wake, NULL) == 0);
    for (int i = 0; i < LANE_COUNT; i++) pool->lanes[i].end = &pool->lanes[i].first;
    pool->waiting_max = options->waiting;
    pool->running_long_max = threads > 1 ? threads - 1 : 1;
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
    struct lane *lane = &pool->lanes[job->is_long ? LANE_LONG : LANE_SHORT];
    job->next = NULL;
    pthread_mutex_lock(&pool->mutex);
    bool room = lane->waiting < pool->waiting_max && !pool->stopping;
    if (room) {
        job->number = pool->submitted++;
        *lane->end = job;
        lane->end = &job->next;
        lane->waiting++;
        pthread_cond_signal(&pool->wake);
    }
    pthread_mutex_unlock(&pool->mutex);
    return room;
}
