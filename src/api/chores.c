/* See chores.h. */
#include "api/chores.h"

#include <stdatomic.h>

#include "api/state.h"
#include "base/check.h"
#include "base/clock.h"
#include "base/log.h"
#include "domain/commands.h"

struct chore {
    struct command command; /* first */
    struct api *api;
    err (*step)(struct unit *unit, int64_t *ret_count);
    int64_t every_ms;
    int64_t next_ms; /* monotonic; network thread only, while not busy */
    atomic_bool busy;
    bool more; /* the last step was a full one */
    struct problem problem;
};

static err holds_expire(struct unit *unit, int64_t *ret_count)
{
    struct input input = {.version = VERSION_ANY};
    struct result result = {0};
    err e = booking_expire(unit, &input, &result);
    if (e) return e;
    *ret_count = result.count;
    return OK;
}

/* Removes rows whose time has come. */
static err ended_remove(struct unit *unit, enum entity_id entity, const struct field *expires, int64_t *ret_count)
{
    struct query *query = ARENA_NEW(unit->arena, struct query);
    struct value now = {.number = unit->now};
    struct page page;
    query->entity = entity_of(entity);
    query->limit = LIST_MAX;
    query_filter(query, expires, COMPARE_AT_MOST, &now, 1);
    err e = unit_query(unit, query, &page);
    if (e) return e;
    for (size_t i = 0; i < page.count; i++) unit_delete(unit, page.rows[i]);
    *ret_count = (int64_t)page.count;
    return OK;
}

static err sessions_remove(struct unit *unit, int64_t *ret_count)
{
    return ended_remove(unit, ENTITY_session, FIELD_OF(session, expires_at), ret_count);
}

static err replays_remove(struct unit *unit, int64_t *ret_count)
{
    return ended_remove(unit, ENTITY_idempotency_key, FIELD_OF(idempotency_key, expires_at), ret_count);
}

static const struct {
    err (*step)(struct unit *unit, int64_t *ret_count);
    int64_t every_ms;
} kinds[] = {
    {holds_expire, 500},
    {sessions_remove, MINUTE_MS},
    {replays_remove, MINUTE_MS},
};

struct chores {
    struct chore chores[COUNT_OF(kinds)];
};

struct chores *chores_new(struct arena *arena, struct api *api)
{
    struct chores *chores = ARENA_NEW(arena, struct chores);
    for (size_t i = 0; i < COUNT_OF(kinds); i++) {
        chores->chores[i].api = api;
        chores->chores[i].step = kinds[i].step;
        chores->chores[i].every_ms = kinds[i].every_ms;
    }
    return chores;
}

static err chore_run(struct unit *unit, struct command *command)
{
    struct chore *chore = (struct chore *)(void *)command;
    int64_t count = 0;
    err e = chore->step(unit, &count);
    chore->more = !e && count >= LIST_MAX;
    return e;
}

static void chore_done(struct command *command, err e)
{
    struct chore *chore = (struct chore *)(void *)command;
    struct api *api = chore->api;
    if (e) LOG(LOG_ERROR, "chore_failed", LOG_TEXT("error", str_of(err_row(e)->code)));
    atomic_store(&chore->busy, false);
    atomic_fetch_sub(&api->running, 1);
}

static void chore_start(struct chore *chore, int64_t now_ms)
{
    static const struct actor system = {.role = ROLE_SYSTEM};
    if (atomic_load(&chore->busy) || (now_ms < chore->next_ms && !chore->more)) return;
    chore->next_ms = now_ms + chore->every_ms;
    chore->more = false;
    chore->command =
        (struct command){.actor = &system, .problem = &chore->problem, .run = chore_run, .done = chore_done};
    atomic_store(&chore->busy, true);
    atomic_fetch_add(&chore->api->running, 1);
    if (store_submit(chore->api->store, &chore->command)) return;
    atomic_store(&chore->busy, false); /* the queue is full; the next tick tries again */
    atomic_fetch_sub(&chore->api->running, 1);
}

void chores_tick(struct chores *chores)
{
    int64_t now_ms = clock_monotonic_ms();
    if (!store_leads(chores->chores[0].api->store)) return; /* another node does them */
    for (size_t i = 0; i < COUNT_OF(kinds); i++) chore_start(&chores->chores[i], now_ms);
}
