/* See gate.h. */
#include "archive/gate.h"

#include "base/check.h"

void gate_init(struct gate *gate)
{
    *gate = (struct gate){0};
    pthread_mutex_init(&gate->lock, NULL);
    pthread_cond_init(&gate->changed, NULL);
}

void gate_end(struct gate *gate)
{
    pthread_cond_destroy(&gate->changed);
    pthread_mutex_destroy(&gate->lock);
}

void gate_moved(struct gate *gate, const struct spool_end *end)
{
    pthread_mutex_lock(&gate->lock);
    gate->known = true;
    gate->moved = (struct gate_moved){end->commit, end->hash, end->gap};
    pthread_mutex_unlock(&gate->lock);
}

/* With the lock. */
static void break_holds(struct gate *gate)
{
    if (gate->holders == 0) return;
    gate->broken++;
    gate->holders = 0;
}

void gate_break(struct gate *gate)
{
    pthread_mutex_lock(&gate->lock);
    break_holds(gate);
    pthread_mutex_unlock(&gate->lock);
}

bool gate_enter(struct gate *gate, bool must)
{
    pthread_mutex_lock(&gate->lock);
    if (must) break_holds(gate);
    bool entered = gate->holders == 0;
    if (entered) gate->running = true;
    pthread_mutex_unlock(&gate->lock);
    return entered;
}

void gate_leave(struct gate *gate)
{
    pthread_mutex_lock(&gate->lock);
    gate->running = false;
    pthread_cond_broadcast(&gate->changed);
    pthread_mutex_unlock(&gate->lock);
}

bool gate_awaited(struct gate *gate)
{
    pthread_mutex_lock(&gate->lock);
    bool awaited = gate->awaited && !gate->known;
    pthread_mutex_unlock(&gate->lock);
    return awaited;
}

bool gate_hold(struct gate *gate, struct spool *spool, struct gate_hold *ret_hold)
{
    pthread_mutex_lock(&gate->lock);
    while (gate->running) pthread_cond_wait(&gate->changed, &gate->lock);
    struct spool_end end = spool_end(spool);
    bool held = gate->known && !end.gap;
    gate->awaited = !gate->known;
    if (held) {
        gate->holders++;
        *ret_hold = (struct gate_hold){.after = gate->moved, .least = end, .broken = gate->broken};
    }
    pthread_mutex_unlock(&gate->lock);
    return held;
}

bool gate_holds(struct gate *gate, const struct gate_hold *hold)
{
    pthread_mutex_lock(&gate->lock);
    bool holds = hold->broken == gate->broken;
    pthread_mutex_unlock(&gate->lock);
    return holds;
}

uint64_t gate_after(struct gate *gate)
{
    pthread_mutex_lock(&gate->lock);
    uint64_t after = gate->known ? gate->moved.commit : 0;
    pthread_mutex_unlock(&gate->lock);
    return after;
}

void gate_release(struct gate *gate, const struct gate_hold *hold)
{
    pthread_mutex_lock(&gate->lock);
    if (hold->broken == gate->broken) {
        CHECK(gate->holders > 0);
        gate->holders--;
    }
    pthread_mutex_unlock(&gate->lock);
}
