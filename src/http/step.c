/* See step.h. */
#include "http/step.h"

#ifdef STEPS_MEASURED

#include <time.h>

#include "base/log.h"

enum { STEP_MAX_US = 1000 };

/* A system call, unlike reading the other clocks; so release builds do not measure. */
static int64_t thread_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

struct step step_begin(struct http_server *server, const char *name)
{
    return (struct step){.server = server, .name = name, .start_us = thread_us()};
}

void step_end(const struct step *step)
{
    int64_t duration_us = thread_us() - step->start_us;
    if (duration_us <= STEP_MAX_US) return;
    atomic_fetch_add_explicit(&step->server->long_steps, 1, memory_order_relaxed);
    LOG(LOG_WARNING, "network_step_long", LOG_TEXT("step", str_of(step->name)), LOG_INT("duration_us", duration_us));
}

#endif
