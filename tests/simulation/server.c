/* See server.h. */
#include "server.h"

#include <stdio.h>

#include "api/replay.h"
#include "base/check.h"
#include "row_text.h"

const struct route *route_of_operation(const struct operation *operation)
{
    size_t count;
    const struct route *routes = routes_table(&count);
    for (size_t i = 0; i < count && operation->roles; i++) {
        const struct route *route = &routes[i];
        bool same_entity = !route->entity || (int)route->entity->id == operation->entity;
        bool reads = operation->rule == rule_look && route->method == HTTP_GET && (route->flags & ONE) && route->entity;
        bool runs = route->command == operation->command && route->takes.kind != TAKE_LIST;
        if (same_entity && (reads || runs)) return route;
    }
    CHECK(!operation->roles);
    return NULL;
}

/* --- in the transaction ------------------------------------------------------------------------------------------- */

/* As api/authenticate.c confirms the actor: the session may have ended while the request waited. */
static err actor_check(struct unit *unit, const struct actor *actor)
{
    struct session *session;
    struct user *user;
    if (!actor->user_id) return OK;
    err e = unit_get(unit, ENTITY_session, actor->session_id, &session);
    if (!e) e = unit_get(unit, ENTITY_user, actor->user_id, &user);
    if (e) return e == ERR_NOT_FOUND ? ERR_UNAUTHENTICATED : e;
    return session->user_id == actor->user_id && session->expires_at > unit->now ? OK : ERR_UNAUTHENTICATED;
}

static void respond(struct flight *flight, const struct result *result)
{
    struct response *response = &flight->call.response;
    bool is_job = flight->actor.role == ROLE_SYSTEM;
    store_row_text(result->row ? result->row->entity->id : ENTITY_user, result->row, flight->response);
    if (is_job && result->count)
        snprintf(flight->response, sizeof(flight->response), "%lld rows", (long long)result->count);
    flight->embedded = result->embedded ? result->embedded->id : 0;
    response->status = 200;
    response->body = str_of(flight->response);
}

static void respond_again(struct flight *flight)
{
    str body = flight->call.response.body;
    snprintf(flight->response, sizeof(flight->response), "%.*s", STR_ARG(body));
}

static err flight_run(struct unit *unit, struct command *command)
{
    struct flight *flight = (struct flight *)(void *)command;
    struct idempotency_key *kept;
    struct result result = {0};
    flight->call.response = (struct response){0};
    flight->response[0] = '\0';
    err e = actor_check(unit, &flight->actor);
    if (!e) e = replay_find(unit, &flight->call, &kept);
    if (e) return e;
    if (flight->call.replay.replayed) {
        respond_again(flight);
        return OK;
    }
    e = flight->request.operation->command(unit, &flight->input, &result);
    if (e) return e;
    respond(flight, &result);
    replay_keep(unit, &flight->call, result.row, kept);
    return OK;
}

/* --- before it ---------------------------------------------------------------------------------------------------- */

static err body_decode(struct flight *flight, struct arena *arena)
{
    const struct request *request = &flight->request;
    const struct operation *operation = request->operation;
    const struct descriptor *descriptor = operation->descriptor;
    struct change *change;
    if (!operation->body) return OK;
    if (!descriptor) descriptor = &entity_of((enum entity_id)operation->entity)->descriptor;
    err e = decode_change(arena, request_body(request, arena), descriptor, operation->mode, &flight->problem, &change);
    if (e) return e;
    change->follow = request->follow;
    flight->input.change = change;
    return OK;
}

static void replay_prepare(struct flight *flight, struct arena *arena)
{
    const struct request *request = &flight->request;
    flight->http = (struct http_request){.arena = arena};
    flight->call.request = &flight->http;
    flight->call.actor = flight->actor;
    if (!request->key) return;
    flight->call.replay.scope = arena_printf(arena, "%064llx", (unsigned long long)request->key);
    flight->call.replay.fingerprint = arena_printf(arena, "%064llx", (unsigned long long)request->key + 1);
}

err flight_admit(struct flight *flight, struct arena *arena)
{
    const struct request *request = &flight->request;
    const struct route *route = route_of_operation(request->operation);
    flight->problem.count = 0;
    flight->call = (struct call){0};
    flight->input = (struct input){.id = request->id, .version = request->version};
    if (request->operation->entity >= 0) flight->input.entity = entity_of((enum entity_id)request->operation->entity);
    flight->actor = (struct actor){request->user_id, request->role, request->session_id, STR_NONE};
    if (request->role != ROLE_SYSTEM && !role_in(route->roles, request->role))
        return request->role == ROLE_ANONYMOUS ? ERR_UNAUTHENTICATED : ERR_FORBIDDEN;
    replay_prepare(flight, arena);
    flight->command = (struct command){.actor = &flight->actor, .problem = &flight->problem, .run = flight_run};
    return body_decode(flight, arena);
}
