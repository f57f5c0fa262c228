/* See serve.h.
 *
 *     match route -> look up actor -> admit -> decode -> { query on a reader | command through the writer }
 *       -> confirm actor -> respond
 *
 * Each step is a row of `steps`: its function, and where the call must run for it. A booking by a user whose session is
 * cached stays on the network thread until it is passed to the writer, and the writer's thread responds, so there are
 * no unnecessary thread switches. A step that fails sets the outcome, and the call continues with the steps that run
 * whatever the outcome. */
#include "api/serve.h"

#include "api/admit.h"
#include "api/authenticate.h"
#include "api/device.h"
#include "api/execute.h"
#include "api/handlers.h"
#include "api/input.h"
#include "api/respond.h"
#include "api/state.h"
#include "base/check.h"

static err match(struct call *call, struct reader *reader)
{
    (void)reader;
    const struct http_request *request = call->request;
    err e = route_match(request->arena, request->method, request->path, &call->match);
    call->route = e ? NULL : call->match.route;
    return e;
}

static err work(struct call *call, struct reader *reader)
{
    if (call->route->command) return execute(call);
    call->queried = reader != NULL;
    return call->route->query(call, reader);
}

/* Whether the work keeps the call: the writer continues it when its command is done; a stream keeps it open. */
static bool work_hands_over(const struct call *call)
{
    return call->route->command || call->route->gives.kind == GIVE_STREAM;
}

static enum place work_place(struct call *call)
{
    return call->route->command || call->route->flags & INSTANT ? ANYWHERE : ON_READER;
}

static bool always(const struct call *call)
{
    (void)call;
    return true;
}

static const struct step {
    err (*run)(struct call *call, struct reader *reader);
    enum place (*place)(struct call *call);      /* NULL: anywhere */
    bool (*hands_over)(const struct call *call); /* after success the call belongs to another thread; NULL: never */
    bool after_failure;                          /* runs whatever the outcome */
} steps[] = {
    {.run = match},
    {.run = admit_request},
    {.run = actor_look_up, .place = actor_place},
    {.run = admit_actor},
    {.run = input_read, .place = input_place},
    {.run = device_look_up, .place = device_place},
    {.run = admit_body},
    {.run = input_secure, .place = input_secure_place},
    {.run = work, .place = work_place, .hands_over = work_hands_over},
    {.run = actor_recheck, .place = actor_recheck_place, .after_failure = true},
    {.run = respond, .place = respond_place, .hands_over = always, .after_failure = true},
};

static struct call *call_of(struct job *job)
{
    return (struct call *)(void *)((char *)job - offsetof(struct call, job));
}

static void continue_on_reader(struct job *job, struct reader *reader)
{
    serve(call_of(job), ON_READER, reader);
}

static void continue_on_hasher(struct job *job, struct reader *reader)
{
    serve(call_of(job), ON_HASHER, reader);
}

static void continue_on_own_hasher(struct job *job, struct reader *reader)
{
    serve(call_of(job), ON_OWN_HASHER, reader);
}

/* False when the queue of that pool is full. */
static bool move(struct call *call, enum place place)
{
    const struct api *api = call->api;
    const struct {
        struct pool *pool;
        void (*run)(struct job *job, struct reader *reader);
    } places[] = {
        [ON_READER] = {api->readers, continue_on_reader},
        [ON_HASHER] = {api->hashers, continue_on_hasher},
        [ON_OWN_HASHER] = {api->own_hashers, continue_on_own_hasher},
    };
    call->job.is_long = place == ON_READER && call->route && read_is_long(call);
    call->job.run = places[place].run;
    return pool_submit(places[place].pool, &call->job);
}

/* The pool's queue is full, so the step cannot run: sends a problem document instead. */
static void respond_without(struct call *call, const struct step *step)
{
    respond_problem(call, step->run == respond ? call->outcome : ERR_OVERLOADED);
}

static const struct step *next_step(struct call *call)
{
    while (call->outcome && !steps[call->step].after_failure) call->step++;
    CHECK(call->step < COUNT_OF(steps)); /* the last one ends the call */
    return &steps[call->step];
}

void serve(struct call *call, enum place place, struct reader *reader)
{
    for (;;) {
        const struct step *step = next_step(call);
        enum place required = step->place ? step->place(call) : ANYWHERE;
        if (required != ANYWHERE && required != place) {
            if (!move(call, required)) respond_without(call, step);
            return;
        }
        bool handed_over = step->hands_over && step->hands_over(call);
        call->step++;
        err e = step->run(call, reader);
        if (handed_over && !e) return;
        if (e) call->outcome = e;
    }
}
