/* See execute.h. */
#include "api/execute.h"

#include "api/authenticate.h"
#include "api/metrics.h"
#include "api/present.h"
#include "api/replay.h"
#include "api/serve.h"
#include "api/state.h"
#include "domain/commands.h"
#include "http/field.h"

/* Whether the path names the row that the command changes. */
static bool changes_row(const struct call *call)
{
    bool creates = call->route->status == 201 || call->route->flags & SIGNS_IN;
    return !creates && call->route->entity && call->input.id != 0;
}

/* The command compares a single version. "*" and lists are compared here, and the command gets the version of the row
 * if it is among them. */
static err version_settle(struct unit *unit, struct call *call)
{
    const struct versions *requested = &call->if_match;
    struct row *row;
    call->input.version = VERSION_ANY;
    if (!requested->given || !changes_row(call)) return OK;
    if (!requested->any && requested->count == 1) {
        call->input.version = requested->values[0];
        return OK;
    }
    err e = unit_get_as_actor(unit, call->route->entity->id, call->input.id, ACTION_READ, &row);
    if (e) return e;
    bool among = requested->any;
    for (size_t i = 0; i < requested->count; i++) among = among || requested->values[i] == row->version;
    if (!among) return ERR_STALE_VERSION;
    call->input.version = row->version;
    return OK;
}

/* If-None-Match of a change: the row must not exist, or not have one of these tags (RFC 9110 section 13.1.2). */
static err none_match_check(struct unit *unit, const struct call *call)
{
    str field = field_joined(call->request, STR("If-None-Match"), ',');
    struct row *row;
    if (!field.p || !changes_row(call)) return OK;
    err e = unit_get_as_actor(unit, call->route->entity->id, call->input.id, ACTION_READ, &row);
    if (e) return e;
    return if_none_match(field, present_etag(call, row)) ? ERR_STALE_VERSION : OK;
}

/* Creates all rows of a list, or none: each is created as if it had been the only one, and sees those before it. */
static err items_run(struct unit *unit, struct call *call)
{
    const struct change_list *changes = &call->changes;
    struct result *results = ARENA_ARRAY(call_arena(call), struct result, changes->count);
    for (size_t i = 0; i < changes->count; i++) {
        size_t errors = call->problem.count;
        call->input.change = changes->list[i];
        err e = call->route->command(unit, &call->input, &results[i]);
        if (e) {
            problem_prefix(&call->problem, call_arena(call), errors, arena_printf(call_arena(call), "/%zu", i));
            return unit_refuse(unit, e);
        }
        unit_part_end(unit);
    }
    present_results(call, results, changes->count);
    return OK;
}

static err row_run(struct unit *unit, struct call *call, struct row **ret_row)
{
    struct result result = {0};
    err e = version_settle(unit, call);
    if (!e) e = none_match_check(unit, call);
    if (!e) e = call->route->command(unit, &call->input, &result);
    if (e) return e;
    present_result(call, &result);
    *ret_row = result.row;
    return OK;
}

static err command_run(struct unit *unit, struct command *command)
{
    struct call *call = (struct call *)(void *)command;
    struct idempotency_key *kept;
    struct row *responded = NULL;
    call->response = (struct response){0};
    err e = actor_confirm(call, unit);
    if (e) return e;
    e = replay_find(unit, call, &kept);
    if (e || call->replay.replayed) return e;
    e = route_takes_list(call->route) ? items_run(unit, call) : row_run(unit, call, &responded);
    if (e) return e;
    replay_keep(unit, call, responded, kept);
    return OK;
}

static void command_done(struct command *command, err e)
{
    struct call *call = (struct call *)(void *)command;
    if (call->route->flags & BOOKS && !call->replay.replayed) metrics_booking(call->api->metrics, e);
    call->outcome = e;
    call->actor_confirmed = true;
    serve(call, ANYWHERE, NULL);
}

/* The lock set: that of the command, or else the row of the path; and the stored response to the Idempotency-Key. */
static int64_t lock_set_fill(struct call *call, struct lock_set *lock_set)
{
    lock_set_function *of_command = route_takes_list(call->route) ? NULL : command_lock_set(call->route->command);
    lock_set_value(lock_set, ENTITY_idempotency_key, FIELD_OF(idempotency_key, scope),
                   (struct value){.text = call->replay.scope}, ROW_LOCK_EXCLUSIVE);
    if (of_command) return of_command(&call->input, lock_set);
    if (call->route->entity) lock_set_row(lock_set, call->route->entity->id, call->input.id, ROW_LOCK_EXCLUSIVE);
    return 0;
}

static void command_lock_set_fill(struct command *command, struct lock_set *lock_set)
{
    (void)lock_set_fill((struct call *)(void *)command, lock_set);
}

err execute(struct call *call)
{
    call->command = (struct command){.actor = &call->actor,
                                     .problem = &call->problem,
                                     .shared_id = lock_set_fill(call, NULL),
                                     .own_batch = route_takes_list(call->route),
                                     .lock_set = command_lock_set_fill,
                                     .run = command_run,
                                     .done = command_done};
    call->admission.actor = call->actor;
    call->admission.credential = call->credential;
    return store_submit(call->api->store, &call->command) ? OK : ERR_OVERLOADED;
}
