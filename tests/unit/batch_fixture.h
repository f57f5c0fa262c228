/* Commands that change rows in a simple way, and a way to let many of them share a batch. */
#ifndef BATCH_FIXTURE_H
#define BATCH_FIXTURE_H

#include <pthread.h>

#include "base/clock.h"
#include "base/log.h"
#include "store_fixture.h"

static struct fixture *fixture;

static inline int set_up(void **state)
{
    (void)state;
    fixture = fixture_open("none");
    return 0;
}

static inline int tear_down(void **state)
{
    (void)state;
    fixture_close(fixture);
    return 0;
}

static inline int64_t number(const char *sql)
{
    int64_t value = -1;
    assert_int_equal(store_number(fixture->store, sql, &value), OK);
    return value;
}

/* --- making things ------------------------------------------------------------------------------------------------ */

static inline void fill_venue(struct unit *unit, struct venue *venue)
{
    (void)unit;
    venue->name = STR("Town hall");
    venue->address = STR("1 Main Street");
    venue->capacity = 100;
}

static inline err make_venue(struct unit *unit, void *context)
{
    struct venue *venue = unit_new(unit, ENTITY_venue);
    fill_venue(unit, venue);
    if (context) *(int64_t *)context = venue->id;
    return OK;
}

static inline err make_schedule(struct unit *unit, void *context)
{
    struct venue *venue = unit_new(unit, ENTITY_venue);
    fill_venue(unit, venue);
    struct event *event = unit_new(unit, ENTITY_event);
    event->title = STR("Evening of songs");
    event->capacity = 100;
    event->venue_id = venue->id;
    event->start_date = event->end_date = unit->now + DAY_MS;
    struct schedule *schedule = unit_new(unit, ENTITY_schedule);
    schedule->event_id = event->id;
    schedule->start_time = schedule->end_time = event->start_date;
    schedule->available_seats = 100;
    *(int64_t *)context = schedule->id;
    return OK;
}

static inline err rename_venue(struct unit *unit, void *context)
{
    struct venue *venue;
    err e = unit_get(unit, ENTITY_venue, *(int64_t *)context, &venue);
    if (e) return e;
    venue->name = arena_printf(unit->arena, "%.*s!", STR_ARG(venue->name));
    unit_changed(unit, venue);
    return OK;
}

static inline err take_seat(struct unit *unit, void *context)
{
    struct schedule *schedule;
    err e = unit_get(unit, ENTITY_schedule, *(int64_t *)context, &schedule);
    if (e) return e;
    if (schedule->available_seats == 0) return ERR_SOLD_OUT;
    schedule->available_seats--;
    unit_changed(unit, schedule);
    return OK;
}

static inline err delete_venue(struct unit *unit, void *context)
{
    struct venue *venue;
    err e = unit_get(unit, ENTITY_venue, *(int64_t *)context, &venue);
    if (e) return e;
    unit_delete(unit, venue);
    return OK;
}

/* --- many commands in one batch ----------------------------------------------------------------------------------- */

enum { MANY = 16 };

struct batched {
    struct command command;
    struct problem problem;
    err (*function)(struct unit *unit, void *context);
    void *context;
    bool own_batch;
    err result;
    bool called;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t finished = PTHREAD_COND_INITIALIZER;
static size_t open_commands;

static inline err batched_run(struct unit *unit, struct command *command)
{
    struct batched *batched = (struct batched *)command;
    return batched->function(unit, batched->context);
}

static inline void batched_done(struct command *command, err e)
{
    struct batched *batched = (struct batched *)command;
    pthread_mutex_lock(&lock);
    batched->result = e;
    batched->called = true;
    if (--open_commands == 0) pthread_cond_signal(&finished);
    pthread_mutex_unlock(&lock);
}

static bool gate_open;

/* Holds the writer until everything is queued, so that what follows shares a batch. */
static inline err hold_writer(struct unit *unit, void *context)
{
    (void)unit, (void)context;
    pthread_mutex_lock(&lock);
    while (!gate_open) pthread_cond_wait(&finished, &lock);
    pthread_mutex_unlock(&lock);
    return ERR_STATE_CONFLICT;
}

static inline void submit(struct batched *batched, const struct actor *actor)
{
    batched->command = (struct command){.actor = actor,
                                        .problem = &batched->problem,
                                        .own_batch = batched->own_batch,
                                        .run = batched_run,
                                        .done = batched_done};
    pthread_mutex_lock(&lock);
    open_commands++;
    pthread_mutex_unlock(&lock);
    assert_true(store_submit(fixture->store, &batched->command));
}

static inline void run_batch(struct batched *commands, size_t count, const struct actor *const *actors)
{
    struct batched gate = {.function = hold_writer};
    gate_open = false;
    submit(&gate, &fixture->system);
    while (store_counters(fixture->store).queued > 0) usleep(1000); /* the writer has it, and nothing else yet */
    for (size_t i = 0; i < count; i++) submit(&commands[i], actors ? actors[i] : &fixture->system);
    pthread_mutex_lock(&lock);
    gate_open = true;
    pthread_cond_broadcast(&finished);
    while (open_commands > 0) pthread_cond_wait(&finished, &lock);
    pthread_mutex_unlock(&lock);
}

#endif
