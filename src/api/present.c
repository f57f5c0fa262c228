/* See present.h. The response of a successful command is made on the writer thread, inside the transaction: its status,
 * headers and body are stored there for repeated requests with the same Idempotency-Key, and encoding one row takes
 * about a microsecond, less than waking a reader for it. So it must be cheap: the JSON of one row, or for a form a
 * redirect to the page that shows the result. Everything else is made outside of the transaction on a reader: pages for
 * GET, and the page that shows a refused form again. A problem document is so small that any thread may write it. */
#include "api/present.h"

#include "api/describe/pages.h"
#include "api/respond.h"
#include "api/state.h"
#include "base/check.h"
#include "base/json.h"
#include "http/problem.h"
#include "schema/encode.h"
#include "schema/visible.h"

enum { RESPONSE_MAX = 1024 * 1024, PAGE_MAX = 4 * 1024 * 1024 };

/* --- rows as JSON ------------------------------------------------------------------------------------------------- */

/* Whether the row belongs to the actor. A client that is not signed in gets no personal row except for the account that
 * it has just created. */
static bool row_is_own(const struct row *row, const struct actor *actor)
{
    if (actor->role == ROLE_ANONYMOUS || role_reads_own_only(row->entity, actor->role)) return true;
    return actor->user_id != 0 && row_owner(row) == actor->user_id;
}

static struct encoding encoding_of(const struct call *call, const struct row *row)
{
    return (struct encoding){.role = call->actor.role, .mask = true, .own = row_is_own(row, &call->actor)};
}

/* Roles that see fields masked have representations of their own. */
str present_etag(const struct call *call, const struct row *row)
{
    enum role role = call->actor.role;
    bool masked = !row_is_own(row, &call->actor) && entity_is_masked(row->entity, role);
    return etag_of(call_arena(call), row->version, masked ? role_name(role) : STR(""));
}

/* Writes "payUrl": the URL for the next action on the embedded row. */
static void action_write(struct call *call, struct json *json, const struct result *result)
{
    if (!result->action) return;
    struct arena *arena = call_arena(call);
    str address = route_address(arena, result->embedded->entity, result->embedded->id);
    CHECK(address.p != NULL);
    json_member_text(json, arena_printf(arena, "%sUrl", result->action).p,
                     arena_printf(arena, "%.*s/%s", STR_ARG(address), result->action));
}

static void row_write(struct call *call, struct json *json, const struct result *result)
{
    struct encoding encoding = encoding_of(call, result->row);
    json_object_begin(json);
    encode_members(json, result->row, &encoding);
    if (result->embed) {
        encoding = encoding_of(call, result->embedded);
        json_name(json, str_of(result->embed));
        encode_row(json, result->embedded, &encoding);
        action_write(call, json, result);
    }
    if (result->counted) json_member_int(json, result->counted, result->count);
    if (result->warnings) problem_list_write(json, "warnings", result->warnings);
    json_object_end(json);
}

static void sign_in_write(struct call *call, struct json *json, const struct result *result, str token)
{
    struct encoding encoding = {.role = call->actor.role, .own = true}; /* even if another user was signed in before */
    json_object_begin(json);
    json_member_text(json, "token", token);
    json_name(json, STR("user"));
    encode_row(json, result->row, &encoding);
    json_object_end(json);
}

/* The path of the new row; that of the request if the entity has no route for single rows. */
static str location_of(const struct call *call, const struct row *row)
{
    str address = route_address(call_arena(call), row->entity, row->id);
    return address.p ? address : call->request->path;
}

/* The command has succeeded and can no longer be refused. So if the row does not fit into a response, because another
 * client of the database wrote larger values than we accept, the body is omitted (RFC 9110 section 15.3.5). */
static void body_leave_out(struct response *response)
{
    response->body = STR_NONE;
    if (response->status == 200) response->status = 204;
}

static void json_present(struct call *call, const struct result *result, str token)
{
    struct response *response = &call->response;
    if (!result->row || response->status == 204) return;

    struct buf out = buf_new(call_arena(call), RESPONSE_MAX);
    struct json json = json_to(&out);
    if (token.p)
        sign_in_write(call, &json, result, token);
    else
        row_write(call, &json, result);
    response->body = buf_str(&out);
    if (out.full) body_leave_out(response);
    if (token.p) return;
    if (result->row->entity->paranoid) response->etag = present_etag(call, result->row);
    if (response->status == 201) response->location = location_of(call, result->row);
}

void present_result(struct call *call, const struct result *result)
{
    const struct route *route = call->route;
    str token = route->flags & SIGNS_IN ? arena_copy(call_arena(call), result->token) : STR_NONE;
    call->response.status = route->status;
    if (token.p || route->flags & SIGNS_OUT) response_cookie(call, token);
    if (result->device.p)
        response_device_cookie(call, arena_copy(call_arena(call), result->device));
    else if (call->input.device_id)
        response_device_cookie(call, call->device_token);
    if (route->next)
        call->response.location = route->next(call, result);
    else
        json_present(call, result, token);
}

void present_results(struct call *call, const struct result *results, size_t count)
{
    struct response *response = &call->response;
    struct buf out = buf_new(call_arena(call), RESPONSE_MAX);
    struct json json = json_to(&out);
    response->status = call->route->status;
    json_array_begin(&json);
    for (size_t i = 0; i < count; i++) row_write(call, &json, &results[i]);
    json_array_end(&json);
    response->body = buf_str(&out);
    if (out.full) body_leave_out(response);
}

/* --- pages -------------------------------------------------------------------------------------------------------- */

err present_page(struct call *call, struct reader *reader)
{
    struct buf out = buf_new(call_arena(call), PAGE_MAX);
    err e = call->route->page(call, reader, &out);
    if (e) return e;
    CHECK(!out.full);
    call->response.body = buf_str(&out);
    return OK;
}

/* --- refusals ----------------------------------------------------------------------------------------------------- */

static void refusal_headers(struct call *call, err e)
{
    struct response *response = &call->response;
    int64_t retry_s = e == ERR_RATE_LIMITED && call->rate.retry_s > 1 ? call->rate.retry_s : 1;
    if (e == ERR_UNAUTHENTICATED) response_header(response, STR("WWW-Authenticate"), STR("Bearer"));
    if (e == ERR_METHOD_NOT_ALLOWED) response_allow(call);
    if (e == ERR_RATE_LIMITED || e == ERR_OVERLOADED || e == ERR_OUTCOME_UNKNOWN)
        response_header(response, STR("Retry-After"), arena_printf(call_arena(call), "%lld", (long long)retry_s));
}

/* A person who opens an address in a browser gets a page. Operations that the description names respond as it says. */
static bool shows_page(const struct call *call)
{
    bool operation = call->route && !(call->route->flags & UNLISTED);
    return !operation && call->api->pages && page_preferred(call);
}

void present_problem(struct call *call, err e)
{
    call->replay.replayed = false;
    call->response = (struct response){.status = err_row(e)->status, .content_type = STR("application/problem+json")};
    if (shows_page(call))
        page_problem(call, e);
    else
        call->response.body = problem_json(call_arena(call), e, &call->problem, call->request->id);
    refusal_headers(call, e);
}

bool present_refusal_is_page(const struct call *call)
{
    bool limited = call->outcome == ERR_RATE_LIMITED || call->outcome == ERR_OVERLOADED;
    return call->route && call->route->page && (call->route->flags & INSTANT || !limited);
}

/* A path that would exist without its last slash is redirected there. */
static bool present_redirect(struct call *call, err e)
{
    struct match match;
    str path = call->request->path, without = str_first(path, path.n > 0 ? path.n - 1 : 0);
    bool reads = call->request->method == HTTP_GET || call->request->method == HTTP_HEAD;
    if (e != ERR_NOT_FOUND || call->route || !reads || !str_ends(path, STR("/")) || str_ends(without, STR("/")))
        return false;
    if (route_match(call_arena(call), HTTP_GET, without, &match)) return false;
    call->response = (struct response){.status = 308, .content_type = STR("text/plain; charset=utf-8")};
    str query = call->request->query;
    call->response.location = arena_printf(call_arena(call), "%.*s%s%.*s", STR_ARG(without), query.n > 0 ? "?" : "",
                                           (int)query.n, query.n > 0 ? query.p : "");
    return true;
}

void present_refusal(struct call *call, struct reader *reader, err e)
{
    call->outcome = e;
    call->replay.replayed = false;
    call->response = (struct response){.status = err_row(e)->status};
    if (present_redirect(call, e)) return;
    if (present_refusal_is_page(call) && present_page(call, reader) == OK)
        refusal_headers(call, e);
    else
        present_problem(call, e);
}
