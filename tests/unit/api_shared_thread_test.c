/* Unit tests of what the threads of the API share: the pools, the session cache and the limiter. Also run under
 * ThreadSanitizer. */
#include "unit.h"

#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>

#include "api/limiter.h"
#include "api/password.h"
#include "api/pool.h"
#include "api/session_cache.h"
#include "store_fixture.h"

enum { THREADS = 4 };

static void in_threads(void *(*run)(void *context), void *context)
{
    pthread_t threads[THREADS];
    for (size_t i = 0; i < THREADS; i++) assert_int_equal(pthread_create(&threads[i], NULL, run, context), 0);
    for (size_t i = 0; i < THREADS; i++) assert_int_equal(pthread_join(threads[i], NULL), 0);
}

/* --- pool --------------------------------------------------------------------------------------------------------- */

static atomic_int jobs_run;
static sem_t gate;

static void job_count(struct job *job, struct reader *reader)
{
    (void)job;
    assert_non_null(reader);
    atomic_fetch_add(&jobs_run, 1);
}

static void job_wait(struct job *job, struct reader *reader)
{
    sem_wait(&gate);
    job_count(job, reader);
}

static void a_pool_is_bounded_and_runs_every_accepted_job(void **state)
{
    (void)state;
    enum { WAITING = 8 };
    struct fixture *fixture = fixture_open("none");
    struct job jobs[WAITING + 4] = {0};
    struct pool *pool;
    int taken = 0;
    atomic_store(&jobs_run, 0);
    assert_int_equal(sem_init(&gate, 0, 0), 0);
    assert_int_equal(
        pool_start(fixture->store, fixture->arena, &(struct pool_options){.threads = 2, .waiting = WAITING}, &pool),
        OK);
    for (size_t i = 0; i < COUNT_OF(jobs); i++) {
        jobs[i].run = job_wait;
        if (pool_submit(pool, &jobs[i])) taken++;
    }
    assert_in_range(taken, WAITING, WAITING + 2); /* two may have begun */
    for (int i = 0; i < taken; i++) sem_post(&gate);
    pool_stop(pool);
    assert_int_equal(atomic_load(&jobs_run), taken);
    pool_stop(NULL);
    sem_destroy(&gate);
    fixture_close(fixture);
}

/* All long ones wait for the gate; the short one does not, and opens it. */
static void job_open(struct job *job, struct reader *reader)
{
    for (int i = 0; i < 8; i++) sem_post(&gate);
    job_count(job, reader);
}

static void long_tasks_leave_one_thread_to_the_others(void **state)
{
    (void)state;
    enum { LONG = 8 };
    struct fixture *fixture = fixture_open("none");
    struct job jobs[LONG + 1] = {0};
    struct pool *pool;
    atomic_store(&jobs_run, 0);
    assert_int_equal(sem_init(&gate, 0, 0), 0);
    assert_int_equal(
        pool_start(fixture->store, fixture->arena, &(struct pool_options){.threads = 2, .waiting = LONG}, &pool), OK);
    for (size_t i = 0; i < COUNT_OF(jobs); i++) {
        jobs[i] = (struct job){.run = i < LONG ? job_wait : job_open, .is_long = i < LONG};
        assert_true(pool_submit(pool, &jobs[i]));
    }
    pool_stop(pool); /* would never return if both threads waited */
    assert_int_equal(atomic_load(&jobs_run), LONG + 1);
    sem_destroy(&gate);
    fixture_close(fixture);
}

/* --- session cache ------------------------------------------------------------------------------------------------ */

/* One user, whose row is a number that grows; an entry shows in expires_at which of them it was made of. */
struct shared {
    struct session_cache *cache;
    char hash[HASH_TEXT_SIZE];
    atomic_llong row;
    atomic_bool over;
};

enum { ROUNDS = 20000, FAR_AHEAD = 1000000 };

static void *look_up_again_and_again(void *context)
{
    struct shared *shared = context;
    struct session_entry entry = {.session_id = 1, .user_id = 7};
    while (!atomic_load(&shared->over)) {
        uint64_t mark = session_cache_mark(shared->cache);
        entry.expires_at = FAR_AHEAD + atomic_load(&shared->row);
        session_cache_add(shared->cache, shared->hash, &entry, mark);
    }
    return NULL;
}

static void nothing_stale_after_a_change_was_reported(void **state)
{
    (void)state;
    struct arena *arena = arena_new(16 << 20);
    struct shared shared = {.cache = session_cache_new(arena, 64)};
    struct session_entry entry;
    pthread_t thread;
    hash_sha256_hex(STR("token"), shared.hash);
    assert_int_equal(pthread_create(&thread, NULL, look_up_again_and_again, &shared), 0);
    for (int64_t i = 1; i <= ROUNDS; i++) {
        atomic_store(&shared.row, i);
        session_cache_changed(shared.cache, ENTITY_user, 7);
        if (session_cache_find(shared.cache, shared.hash, 0, &entry)) assert_int_equal(entry.expires_at, FAR_AHEAD + i);
    }
    atomic_store(&shared.over, true);
    assert_int_equal(pthread_join(thread, NULL), 0);
    session_cache_free(shared.cache);
    arena_free(arena);
}

/* --- limiter ------------------------------------------------------------------------------------------------------ */

static struct limiter *limiter;
static atomic_int passed;

static void *ask_at_once(void *context)
{
    (void)context;
    for (int i = 0; i < 100; i++) {
        struct rate_decision response = limiter_count(limiter, RATE_BOOK, KEY_ACTOR, STR("a"), 1000000);
        if (response.retry_s == 0) atomic_fetch_add(&passed, 1);
    }
    return NULL;
}

static void threads_share_a_quota_exactly(void **state)
{
    (void)state;
    struct arena *arena = arena_new(16 << 20);
    random_start();
    limiter = limiter_new(arena, 64);
    in_threads(ask_at_once, NULL);
    assert_int_equal(atomic_load(&passed), 20); /* what a person may book in 10 seconds */
    limiter_free(limiter);
    arena_free(arena);
}

/* --- passwords ---------------------------------------------------------------------------------------------------- */

static void *verify_nobody(void *context)
{
    (void)context;
    struct arena *arena = arena_new(1 << 20);
    assert_false(password_matches(arena, STR_NONE, STR("anything")));
    arena_free(arena);
    return NULL;
}

static void passwords_match_their_hash_only(void **state)
{
    (void)state;
    struct arena *arena = arena_new(1 << 20);
    str hash, other;
    random_start();
    assert_int_equal(password_hash(arena, STR("a long secret"), &hash), OK);
    assert_int_equal(password_hash(arena, STR("a long secret"), &other), OK);
    assert_true(str_starts(hash, STR("$argon2id$v=19$m=19456,t=2,p=1$")));
    assert_false(str_equal(hash, other)); /* salted */
    assert_true(password_matches(arena, hash, STR("a long secret")));
    assert_false(password_matches(arena, hash, STR("a long secreT")));
    assert_false(password_matches(arena, STR("no hash"), STR("no hash")));
    in_threads(verify_nobody, NULL);
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_pool_is_bounded_and_runs_every_accepted_job),
        cmocka_unit_test(long_tasks_leave_one_thread_to_the_others),
        cmocka_unit_test(nothing_stale_after_a_change_was_reported),
        cmocka_unit_test(threads_share_a_quota_exactly),
        cmocka_unit_test(passwords_match_their_hash_only),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
