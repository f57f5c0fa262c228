/* See serve.h.
 *
 *     match route -> authenticate -> admit -> decode + validate -> { query on a reader | command through the writer }
 *       -> encode (masked) -> respond
 *
 * Each step is a row: what it does, and where the call must be for it. A booking by somebody who is known stays on the
 * network thread until the writer has it. */
#include "api/serve.h"

#include "api/admit.h"
#include "api/authenticate.h"
#include "api/execute.h"
#include "api/replay.h"
#include "api/respond.h"
#include "api/state.h"
#include "base/check.h"
#include "http/parameters.h"

err request_match(const struct http_request *request, struct match *ret_match)
{
    str path = request->path;
    if (str_find(path, '%') < path.n) {
        err e = percent_decode(request->arena, path, false, &path);
        if (e) return e;
    }
    return route_match(request->method, path, ret_match);
}

static err route_find(struct call *call, struct reader *reader)
{
    (void)reader;
    err e = request_match(call->request, &call->match);
    call->route = e ? NULL : call->match.route;
    return e;
}

static err arrive(struct call *call, struct reader *reader)
{
    (void)reader;
    err e = admit_types(call);
    if (!e) e = admit_address(call);
    if (!e) e = credential_read(call);
    return e;
}

static err admit(struct call *call, struct reader *reader)
{
    (void)reader;
    return admit_actor(call);
}

static err decode(struct call *call, struct reader *reader)
{
    (void)reader;
    err e = replay_read(call);
    if (!e) e = input_read(call);
    if (!e) e = admit_body(call);
    if (!e) replay_seal(call);
    return e;
}

static enum place anywhere(struct call *call)
{
    (void)call;
    return ANYWHERE;
}

static enum place for_actor(struct call *call)
{
    return actor_known(call) ? ANYWHERE : ON_READER;
}

static enum place for_password(struct call *call)
{
    return input_has_password(call) ? ON_HASHER : ANYWHERE;
}

static enum place for_query(struct call *call)
{
    return call->route->command || call->route->flags & INSTANT ? ANYWHERE : ON_READER;
}

static err ready(struct call *call, struct reader *reader)
{
    (void)call;
    (void)reader;
    return OK;
}

static const struct {
    err (*run)(struct call *call, struct reader *reader);
    enum place (*place)(struct call *call);
} steps[] = {
    {route_find, anywhere}, {arrive, anywhere},           {actor_look_up, for_actor}, {admit, anywhere},
    {decode, anywhere},     {input_secure, for_password}, {ready, for_query},
};

enum { STEP_ACTOR = 2 }; /* of `steps` */

/* Once more, as who they are now. */
static void start_again(struct call *call, struct reader *reader)
{
    call->response = (struct response){0};
    call->problem.count = 0;
    call->step = STEP_ACTOR;
    serve(call, ON_READER, reader);
}

/* A stream answers for itself and may be gone when its query returns. */
static void query(struct call *call, struct reader *reader)
{
    bool streams = call->route->flags & STREAM, changed = false;
    err e = call->route->query(call, reader);
    if (streams && !e) return;
    if (reader) {
        bool unread = e && store_is_shared(call->api->store); /* perhaps refused before anything was read */
        err checked = unread ? actor_recheck_now(call, reader, &changed) : actor_recheck(call, reader, &changed);
        if (checked) e = checked;
    }
    if (changed)
        start_again(call, reader);
    else if (e)
        respond_problem(call, e);
    else
        respond_success(call);
}

static void resume_on_reader(struct job *job, struct reader *reader)
{
    serve((struct call *)(void *)((char *)job - offsetof(struct call, job)), ON_READER, reader);
}

static void resume_on_hasher(struct job *job, struct reader *reader)
{
    serve((struct call *)(void *)((char *)job - offsetof(struct call, job)), ON_HASHER, reader);
}

static void move(struct call *call, enum place place)
{
    struct pool *pool = place == ON_READER ? call->api->readers : call->api->hashers;
    call->job.run = place == ON_READER ? resume_on_reader : resume_on_hasher;
    if (!pool_submit(pool, &call->job)) respond_problem(call, ERR_OVERLOADED);
}

/* Whether a step decided by what is remembered of the actor, and would decide otherwise if another process changed it
 * meanwhile. A limit is one whoever they are. */
static bool refusal_doubtful(const struct call *call, err e)
{
    if (e == ERR_RATE_LIMITED || e == ERR_OVERLOADED) return false;
    return call->step > STEP_ACTOR && call->actor.session_id != 0 && store_is_shared(call->api->store);
}

/* On a reader. */
static void refuse_surely(struct call *call, struct reader *reader)
{
    bool changed;
    err refusal = call->refusal;
    call->refusal = OK;
    err e = actor_recheck_now(call, reader, &changed);
    if (changed)
        start_again(call, reader);
    else
        respond_problem(call, e ? e : refusal);
}

static void refuse(struct call *call, err e, enum place place, struct reader *reader)
{
    if (!refusal_doubtful(call, e)) {
        respond_problem(call, e);
        return;
    }
    call->refusal = e;
    if (place == ON_READER)
        refuse_surely(call, reader);
    else
        move(call, ON_READER);
}

void serve(struct call *call, enum place place, struct reader *reader)
{
    if (call->refusal) {
        refuse_surely(call, reader);
        return;
    }
    for (; call->step < COUNT_OF(steps); call->step++) {
        enum place requested = steps[call->step].place(call);
        if (requested != ANYWHERE && requested != place) {
            move(call, requested);
            return;
        }
        err e = steps[call->step].run(call, reader);
        if (e) {
            refuse(call, e, place, reader);
            return;
        }
    }
    if (call->route->command)
        execute(call);
    else
        query(call, reader);
}
