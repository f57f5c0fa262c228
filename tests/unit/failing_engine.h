/* An engine between the store and that of the run, one call of which fails as if the disk were full. The linker gives
 * it to the store in the place of the real one: programs whose name ends in _failure_test are linked with
 * --wrap=engine_of (meson.build). Calls of the writer count; what the test itself reads does not. */
#ifndef FAILING_ENGINE_H
#define FAILING_ENGINE_H

#include <pthread.h>
#include <stdatomic.h>

#include "store/engine/engine.h"

enum { INJECTED = ERR_STORAGE_FULL };

static const struct engine *real_engine;
static struct engine failing_engine;
static _Atomic int calls_left; /* until the one that fails, which makes it 0; negative: none fails */
static pthread_t test_thread;

/* The n-th call from now on fails, once. */
static inline void fail_at(int n)
{
    test_thread = pthread_self();
    calls_left = n;
}

/* Whether it came so far; no call fails from now on. */
static inline bool has_failed(void)
{
    return atomic_exchange(&calls_left, -1) == 0;
}

static inline bool fails_now(void)
{
    return calls_left > 0 && !pthread_equal(pthread_self(), test_thread) && atomic_fetch_sub(&calls_left, 1) == 1;
}

static err failing_step(struct statement *statement, bool *ret_row)
{
    return fails_now() ? INJECTED : real_engine->step(statement, ret_row);
}

static err failing_send(struct statement *statement)
{
    return fails_now() ? INJECTED : real_engine->send(statement);
}

static err failing_begin(struct connection *connection, const struct transaction *transaction)
{
    return fails_now() ? INJECTED : real_engine->begin(connection, transaction);
}

static err failing_commit(struct connection *connection)
{
    return fails_now() ? INJECTED : real_engine->commit(connection);
}

const struct engine *__real_engine_of(const struct settings *settings);
const struct engine *__wrap_engine_of(const struct settings *settings);

const struct engine *__wrap_engine_of(const struct settings *settings)
{
    real_engine = __real_engine_of(settings);
    failing_engine = *real_engine;
    failing_engine.step = failing_step;
    failing_engine.send = failing_send;
    failing_engine.begin = failing_begin;
    failing_engine.commit = failing_commit;
    return &failing_engine;
}

#endif
