/* See respond.h. */
#include "api/respond.h"

#include "api/metrics.h"
#include "api/state.h"
#include "base/check.h"
#include "base/clock.h"
#include "base/json.h"
#include "http/field.h"

enum { PROBLEM_MAX = 64 * 1024, METHODS_TEXT_MAX = 64 };

void answer_header(struct answer *answer, str name, str value)
{
    CHECK(answer->header_count < ANSWER_HEADERS_MAX);
    answer->headers[answer->header_count++] = (struct http_header){name, value};
}

str cookie_name(const struct call *call)
{
    return call->request->tls ? STR("__Host-session") : STR("session");
}

void answer_cookie(struct call *call, str token)
{
    str name = cookie_name(call);
    long long seconds = token.p ? (long long)(call->api->settings->session_ms / SECOND_MS) : 0;
    str cookie =
        arena_printf(call_arena(call), "%.*s=%.*s; Path=/; Max-Age=%lld; HttpOnly; SameSite=Lax%s", STR_ARG(name),
                     (int)token.n, token.p ? token.p : "", seconds, call->request->tls ? "; Secure" : "");
    answer_header(&call->answer, STR("Set-Cookie"), cookie);
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
    answer_header(&call->answer, STR("Vary"), STR("Origin"));
    if (!origin.p) return;
    answer_header(&call->answer, STR("Access-Control-Allow-Origin"), origin);
    answer_header(&call->answer, STR("Access-Control-Expose-Headers"),
                  STR("Content-Range, ETag, Idempotency-Replayed, Link, Location, RateLimit, RateLimit-Policy, "
                      "Retry-After, X-Request-Id, X-Total-Count"));
}

/* draft-ietf-httpapi-ratelimit-headers */
static void rate_add(struct call *call)
{
    const struct rate_answer *rate = &call->rate;
    if (rate->quota == 0) return;
    const struct rate *row = rate_of(rate->class);
    str policy = arena_printf(call_arena(call), "\"%s\";q=%lld;w=%lld", row->name, (long long)rate->quota,
                              (long long)(row->window_us / 1000000));
    str state = arena_printf(call_arena(call), "\"%s\";r=%lld;t=%lld", row->name, (long long)rate->remaining,
                             (long long)rate->reset_s);
    answer_header(&call->answer, STR("RateLimit-Policy"), policy);
    answer_header(&call->answer, STR("RateLimit"), state);
}

/* What everybody may see can be kept and asked for again with its ETag; anything else is kept nowhere. */
static str cache_control(const struct call *call)
{
    bool open = call->route && call->route->query && call->actor.role == ROLE_ANONYMOUS && call->answer.status < 400;
    return open ? STR("no-cache") : STR("no-store");
}

static void common_add(struct call *call)
{
    struct answer *answer = &call->answer;
    bool bodyless = answer->status == 204 || answer->status == 304;
    if (!bodyless)
        answer_header(answer, STR("Content-Type"),
                      answer->content_type.p ? answer->content_type : STR("application/json"));
    answer_header(answer, STR("Cache-Control"), cache_control(call));
    answer_header(answer, STR("X-Content-Type-Options"), STR("nosniff"));
    if (answer->etag.p) answer_header(answer, STR("ETag"), answer->etag);
    if (answer->location.p) answer_header(answer, STR("Location"), answer->location);
    if (call->replay.replayed) answer_header(answer, STR("Idempotency-Replayed"), STR("true"));
    rate_add(call);
    cors_add(call);
}

/* The call lives in the request's arena, so nothing of it is touched once the request is given away. */
static void send(struct call *call)
{
    struct api *api = call->api;
    struct answer *answer = &call->answer;
    common_add(call);
    struct http_response response = {.status = answer->status,
                                     .headers = answer->headers,
                                     .header_count = answer->header_count,
                                     .body = answer->body.p ? answer->body : STR(""),
                                     .stream = answer->stream};
    metrics_request(api->metrics, call->route, answer->status, clock_monotonic_us() - call->started_us);
    http_respond(call->request, &response);
    if (!response.stream) atomic_fetch_sub(&api->running, 1);
}

/* --- answers ------------------------------------------------------------------------------------------------------ */

static bool not_modified(const struct call *call)
{
    bool reads = call->request->method == HTTP_GET || call->request->method == HTTP_HEAD;
    str field = field_joined(call->request, STR("If-None-Match"), ',');
    return reads && call->answer.etag.p && field.p && if_none_match(field, call->answer.etag);
}

void respond_answer(struct call *call)
{
    struct answer *answer = &call->answer;
    if (answer->status == 0) answer->status = call->route->status;
    if (answer->status == 200 && not_modified(call)) {
        answer->status = 304;
        answer->body = STR("");
    }
    send(call);
}

void respond_stream(struct call *call)
{
    call->answer.status = 200;
    call->answer.stream = true;
    call->answer.content_type = STR("text/event-stream");
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
    answer_header(&call->answer, STR("Allow"), methods_text(call_arena(call), methods));
}

void respond_options(struct call *call)
{
    call->answer.status = 204;
    allow_add(call);
    if (origin_allowed(call).p && http_header(call->request, STR("Access-Control-Request-Method"), NULL).p) {
        answer_header(&call->answer, STR("Access-Control-Allow-Methods"),
                      methods_text(call_arena(call), call->match.methods));
        answer_header(&call->answer, STR("Access-Control-Allow-Headers"),
                      STR("Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, Range"));
        answer_header(&call->answer, STR("Access-Control-Max-Age"), STR("600"));
    }
    send(call);
}

/* --- problems ----------------------------------------------------------------------------------------------------- */

static void faults_write(struct json *json, const struct problem *problem)
{
    json_name(json, STR("errors"));
    json_array_begin(json);
    for (size_t i = 0; i < problem->count; i++) {
        const struct fault *fault = &problem->faults[i];
        json_object_begin(json);
        json_member_text(json, "pointer", fault->pointer);
        json_member_text(json, "code", str_of(fault->code));
        json_member_text(json, "detail", str_of(fault->detail));
        json_object_end(json);
    }
    json_array_end(json);
}

/* One fault speaks for itself; of several the list does. */
static const char *detail_of(const struct problem *problem, const struct err_row *row)
{
    return problem->count == 1 ? problem->faults[0].detail : row->title;
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
    if (call->problem.count > 0) faults_write(&json, &call->problem);
    json_member_text(&json, "requestId", str_of(call->request->id));
    json_object_end(&json);
    return buf_str(&out);
}

static void problem_headers(struct call *call, err e)
{
    struct answer *answer = &call->answer;
    int64_t retry_s = e == ERR_RATE_LIMITED && call->rate.retry_s > 1 ? call->rate.retry_s : 1;
    if (e == ERR_UNAUTHENTICATED) answer_header(answer, STR("WWW-Authenticate"), STR("Bearer"));
    if (e == ERR_METHOD_NOT_ALLOWED) allow_add(call);
    if (e == ERR_RATE_LIMITED || e == ERR_OVERLOADED || e == ERR_OUTCOME_UNKNOWN)
        answer_header(answer, STR("Retry-After"), arena_printf(call_arena(call), "%lld", (long long)retry_s));
}

void respond_problem(struct call *call, err e)
{
    const struct err_row *row = err_row(e);
    call->replay.replayed = false;
    call->answer = (struct answer){.status = row->status, .content_type = STR("application/problem+json")};
    call->answer.body = problem_write(call, row);
    problem_headers(call, e);
    send(call);
}
