/* See respond.h. */
#include "api/respond.h"

#include "api/metrics.h"
#include "api/present.h"
#include "api/state.h"
#include "base/check.h"
#include "base/clock.h"
#include "domain/commands.h"
#include "http/field.h"

enum { METHODS_TEXT_MAX = 64 };

void response_header(struct response *response, str name, str value)
{
    CHECK(response->header_count < RESPONSE_HEADERS_MAX);
    response->headers[response->header_count++] = (struct http_header){name, value};
}

str cookie_name(const struct call *call)
{
    return call->request->secure ? STR("__Host-session") : STR("session");
}

str device_cookie_name(const struct call *call)
{
    return call->request->secure ? STR("__Host-device") : STR("device");
}

static void cookie_add(struct call *call, str name, str token, int64_t ms, const char *same_site)
{
    str cookie = arena_printf(call_arena(call), "%.*s=%.*s; Path=/; Max-Age=%lld; HttpOnly; SameSite=%s%s",
                              STR_ARG(name), (int)token.n, token.p ? token.p : "", (long long)(ms / SECOND_MS),
                              same_site, call->request->secure ? "; Secure" : "");
    response_header(&call->response, STR("Set-Cookie"), cookie);
}

void response_cookie(struct call *call, str token)
{
    cookie_add(call, cookie_name(call), token, token.p ? call->api->settings->session_ms : 0, "Lax");
}

void response_device_cookie(struct call *call, str token)
{
    cookie_add(call, device_cookie_name(call), token, DEVICE_KNOWN_MS, "Strict");
}

/* --- fields that every response has ------------------------------------------------------------------------------- */

/* The Origin if its pages may use the API, "*" if all may; else STR_NONE. */
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

/* What every role may see can be cached and revalidated with its ETag; everything else must not be stored. */
static str cache_control(const struct call *call)
{
    if (call->response.cache_control.p) return call->response.cache_control;
    bool open = call->route && call->route->query && call->actor.role == ROLE_ANONYMOUS && call->response.status < 400;
    return open ? STR("no-cache") : STR("no-store");
}

/* RFC 6266 */
static void disposition_add(struct call *call)
{
    const char *name = call->route ? call->route->gives.file_name : NULL;
    if (!name || call->response.status >= 400) return;
    response_header(&call->response, STR("Content-Disposition"),
                    arena_printf(call_arena(call), "attachment; filename=\"%s\"", name));
}

static str content_type(const struct call *call)
{
    static const str html = {"text/html; charset=utf-8", 24}, text = {"text/plain; charset=utf-8", 25};
    if (call->response.content_type.p) return call->response.content_type;
    enum gives_kind kind = call->route ? call->route->gives.kind : GIVE_JSON;
    if (kind == GIVE_HTML) return html;
    return kind == GIVE_TEXT ? text : route_produces(call->route);
}

static void common_add(struct call *call)
{
    struct response *response = &call->response;
    bool bodyless = response->status == 204 || response->status == 303 || response->status == 304;
    if (!bodyless) response_header(response, STR("Content-Type"), content_type(call));
    disposition_add(call);
    response_header(response, STR("Cache-Control"), cache_control(call));
    response_header(response, STR("X-Content-Type-Options"), STR("nosniff"));
    if (response->etag.p) response_header(response, STR("ETag"), response->etag);
    if (response->location.p) response_header(response, STR("Location"), response->location);
    if (call->replay.replayed) response_header(response, STR("Idempotency-Replayed"), STR("true"));
    rate_add(call);
    cors_add(call);
}

/* The call lives in the arena of the request, so neither is touched after http_respond(). */
static void send(struct call *call, bool stream)
{
    struct api *api = call->api;
    struct response *response = &call->response;
    common_add(call);
    struct http_response sent = {.status = response->status,
                                 .headers = response->headers,
                                 .header_count = response->header_count,
                                 .body = response->body.p ? response->body : STR(""),
                                 .stream = stream};
    metrics_request(api->metrics, call->route, response->status, clock_monotonic_us() - call->started_us);
    http_respond(call->request, &sent);
    if (!sent.stream) atomic_fetch_sub(&api->running, 1);
}

/* --- responses ---------------------------------------------------------------------------------------------------- */

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
    send(call, false);
}

void respond_stream(struct call *call)
{
    call->response.status = 200;
    send(call, true);
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

void response_allow(struct call *call)
{
    unsigned methods = call->match.methods | 1u << HTTP_OPTIONS;
    response_header(&call->response, STR("Allow"), methods_text(call_arena(call), methods));
}

void respond_options(struct call *call)
{
    call->response.status = 204;
    response_allow(call);
    if (origin_allowed(call).p && http_header(call->request, STR("Access-Control-Request-Method"), NULL).p) {
        response_header(&call->response, STR("Access-Control-Allow-Methods"),
                        methods_text(call_arena(call), call->match.methods));
        response_header(&call->response, STR("Access-Control-Allow-Headers"),
                        STR("Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, Range"));
        response_header(&call->response, STR("Access-Control-Max-Age"), STR("600"));
    }
    send(call, false);
}

void respond_problem(struct call *call, err e)
{
    present_problem(call, e);
    send(call, false);
}

/* Where a page has to be read for it; never for a refusal because of too much load. */
enum place respond_place(struct call *call)
{
    bool page = call->outcome && present_refusal_is_page(call);
    return page && !(call->route->flags & INSTANT) ? ON_READER : ANYWHERE;
}

err respond(struct call *call, struct reader *reader)
{
    if (call->outcome) {
        present_refusal(call, reader, call->outcome);
        send(call, false);
    } else {
        respond_success(call);
    }
    return OK;
}
