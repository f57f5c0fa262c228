/* See respond.h. */
#include "api/respond.h"

#include "api/metrics.h"
#include "api/state.h"
#include "base/check.h"
#include "base/clock.h"
#include "base/json.h"
#include "http/field.h"

enum { PROBLEM_MAX = 64 * 1024, METHODS_TEXT_MAX = 64 };

void response_header(struct response *response, str name, str value)
{
    CHECK(response->header_count < RESPONSE_HEADERS_MAX);
    response->headers[response->header_count++] = (struct http_header){name, value};
}

str cookie_name(const struct call *call)
{
    return call->request->tls ? STR("__Host-session") : STR("session");
}

void response_cookie(struct call *call, str token)
{
    str name = cookie_name(call);
    long long seconds = token.p ? (long long)(call->api->settings->session_ms / SECOND_MS) : 0;
    str cookie =
        arena_printf(call_arena(call), "%.*s=%.*s; Path=/; Max-Age=%lld; HttpOnly; SameSite=Lax%s", STR_ARG(name),
                     (int)token.n, token.p ? token.p : "", seconds, call->request->tls ? "; Secure" : "");
    response_header(&call->response, STR("Set-Cookie"), cookie);
}

/* --- fields that every response has ------------------------------------------------------------------------------- */

/* The Origin if its pages may use the API, "*" where all may; else STR_NONE. */
static str origin_allowed(const struct call *call)
{
    str origin = http_header(call->request, STR("Origin"), NULL);
    str rest = call->api->settings->cors_origins, allowed;
    while (origin.p && str_split(&rest, ',', &allowed)) {
        allowed = str_trim(allowed);
        if (str_is(allowed, "*")) return STR("*");
        if (allowed.n > 0 && str_equal(allowed, origin)) return origin;
    }
    return STR_NONE;
}

static void cors_add(struct call *call)
{
    if (call->api->settings->cors_origins.n == 0) return;
    str origin = origin_allowed(call);
    response_header(&call->response, STR("Vary"), STR("Origin"));
    if (!origin.p) return;
    response_header(&call->response, STR("Access-Control-Allow-Origin"), origin);
    response_header(&call->response, STR("Access-Control-Expose-Headers"),
                    STR("Content-Range, ETag, Idempotency-Replayed, Link, Location, RateLimit, RateLimit-Policy, "
                        "Retry-After, X-Request-Id, X-Total-Count"));
}

/* draft-ietf-httpapi-ratelimit-headers */
static void rate_add(struct call *call)
{
    const struct rate_decision *rate = &call->rate;
    if (rate->quota == 0) return;
    const struct rate *row = rate_of(rate->class);
    str policy = arena_printf(call_arena(call), "\"%s\";q=%lld;w=%lld", row->name, (long long)rate->quota,
                              (long long)(row->window_us / 1000000));
    str state = arena_printf(call_arena(call), "\"%s\";r=%lld;t=%lld", row->name, (long long)rate->remaining,
                             (long long)rate->reset_s);
    response_header(&call->response, STR("RateLimit-Policy"), policy);
    response_header(&call->response, STR("RateLimit"), state);
}

/* What everybody may see can be kept and asked for again with its ETag; anything else is kept nowhere. */
static str cache_control(const struct call *call)
{
    bool open = call->route && call->route->query && call->actor.role == ROLE_ANONYMOUS && call->response.status < 400;
    return open ? STR("no-cache") : STR("no-store");
}

static void common_add(struct call *call)
{
    struct response *response = &call->response;
    bool bodyless = response->status == 204 || response->status == 304;
    if (!bodyless)
        response_header(response, STR("Content-Type"),
                        response->content_type.p ? response->content_type : STR("application/json"));
    response_header(response, STR("Cache-Control"), cache_control(call));
    response_header(response, STR("X-Content-Type-Options"), STR("nosniff"));
    if (response->etag.p) response_header(response, STR("ETag"), response->etag);
    if (response->location.p) response_header(response, STR("Location"), response->location);
    if (call->replay.replayed) response_header(response, STR("Idempotency-Replayed"), STR("true"));
    rate_add(call);
    cors_add(call);
}

/* The call lives in the request's arena, so nothing of it is touched once the request is given away. */
static void send(struct call *call)
{
    struct api *api = call->api;
    struct response *response = &call->response;
    common_add(call);
    struct http_response sent = {.status = response->status,
                                 .headers = response->headers,
                                 .header_count = response->header_count,
                                 .body = response->body.p ? response->body : STR(""),
                                 .stream = response->stream};
    metrics_request(api->metrics, call->route, response->status, clock_monotonic_us() - call->started_us);
    http_respond(call->request, &sent);
    if (!sent.stream) atomic_fetch_sub(&api->running, 1);
}

/* --- answers ------------------------------------------------------------------------------------------------------ */

static bool not_modified(const struct call *call)
{
    bool reads = call->request->method == HTTP_GET || call->request->method == HTTP_HEAD;
    str field = field_joined(call->request, STR("If-None-Match"), ',');
    return reads && call->response.etag.p && field.p && if_none_match(field, call->response.etag);
}

void respond_success(struct call *call)
{
    struct response *response = &call->response;
    if (response->status == 0) response->status = call->route->status;
    if (response->status == 200 && not_modified(call)) {
        response->status = 304;
        response->body = STR("");
    }
    send(call);
}

void respond_stream(struct call *call)
{
    call->response.status = 200;
    call->response.stream = true;
    call->response.content_type = STR("text/event-stream");
    send(call);
}

/* "GET, HEAD, PUT" */
static str methods_text(struct arena *arena, unsigned methods)
{
    struct buf out = buf_new(arena, METHODS_TEXT_MAX);
    for (unsigned method = 0; method < HTTP_METHOD_COUNT; method++) {
        if (!(methods >> method & 1)) continue;
        if (out.n > 0) BUF_LITERAL(&out, ", ");
        buf_add(&out, method_name((enum http_method)method));
    }
    return buf_str(&out);
}

static void allow_add(struct call *call)
{
    unsigned methods = call->match.methods | 1u << HTTP_OPTIONS;
    response_header(&call->response, STR("Allow"), methods_text(call_arena(call), methods));
}

void respond_options(struct call *call)
{
    call->response.status = 204;
    allow_add(call);
    if (origin_allowed(call).p && http_header(call->request, STR("Access-Control-Request-Method"), NULL).p) {
        response_header(&call->response, STR("Access-Control-Allow-Methods"),
                        methods_text(call_arena(call), call->match.methods));
        response_header(&call->response, STR("Access-Control-Allow-Headers"),
                        STR("Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, Range"));
        response_header(&call->response, STR("Access-Control-Max-Age"), STR("600"));
    }
    send(call);
}

/* --- problems ----------------------------------------------------------------------------------------------------- */

static void errors_write(struct json *json, const struct problem *problem)
{
    json_name(json, STR("errors"));
    json_array_begin(json);
    for (size_t i = 0; i < problem->count; i++) {
        const struct field_error *field_error = &problem->errors[i];
        json_object_begin(json);
        json_member_text(json, "pointer", field_error->pointer);
        json_member_text(json, "code", str_of(field_error->code));
        json_member_text(json, "detail", str_of(field_error->detail));
        json_object_end(json);
    }
    json_array_end(json);
}

/* One fault speaks for itself; of several the list does. */
static const char *detail_of(const struct problem *problem, const struct err_row *row)
{
    return problem->count == 1 ? problem->errors[0].detail : row->title;
}

static str problem_write(const struct call *call, const struct err_row *row)
{
    struct buf out = buf_new(call_arena(call), PROBLEM_MAX);
    struct json json = json_to(&out);
    json_object_begin(&json);
    json_member_text(&json, "type", arena_printf(call_arena(call), "/problems/%s", row->code));
    json_member_text(&json, "title", str_of(row->title));
    json_member_int(&json, "status", row->status);
    json_member_text(&json, "detail", str_of(detail_of(&call->problem, row)));
    if (call->problem.count > 0) errors_write(&json, &call->problem);
    json_member_text(&json, "requestId", str_of(call->request->id));
    json_object_end(&json);
    return buf_str(&out);
}

static void problem_headers(struct call *call, err e)
{
    struct response *response = &call->response;
    int64_t retry_s = e == ERR_RATE_LIMITED && call->rate.retry_s > 1 ? call->rate.retry_s : 1;
    if (e == ERR_UNAUTHENTICATED) response_header(response, STR("WWW-Authenticate"), STR("Bearer"));
    if (e == ERR_METHOD_NOT_ALLOWED) allow_add(call);
    if (e == ERR_RATE_LIMITED || e == ERR_OVERLOADED || e == ERR_OUTCOME_UNKNOWN)
        response_header(response, STR("Retry-After"), arena_printf(call_arena(call), "%lld", (long long)retry_s));
}

void respond_problem(struct call *call, err e)
{
    const struct err_row *row = err_row(e);
    call->replay.replayed = false;
    call->response = (struct response){.status = row->status, .content_type = STR("application/problem+json")};
    call->response.body = problem_write(call, row);
    problem_headers(call, e);
    send(call);
}
