/* Heads and bodies of requests, chunked ones included: whatever the bytes are, parsing them in one piece and byte by
 * byte gives the same, and what is accepted keeps the promises that the rest of the program relies on. */
#include "fuzz.h"

#include "http/parse.h"

enum { BODY_MAX = 256 };

struct outcome {
    err error;
    bool complete;
    size_t used;
    struct http_request request;
};

static err head_take(struct parse *parse, struct http_request *request, str bytes, const struct head_scan *scan)
{
    str block = {bytes.p + scan->start, scan->at - scan->start};
    err e = parse_head(parse, request, block, scan->lines);
    return e ? e : parse_body_start(parse, BODY_MAX);
}

static struct outcome parse_steps(struct arena *arena, str bytes, size_t step)
{
    struct outcome outcome = {.request = {.arena = arena}};
    struct head_scan scan = {0};
    struct parse parse = {0};
    for (size_t n = 0; n < bytes.n && !outcome.error && !parse.complete;) {
        n = n + step < bytes.n ? n + step : bytes.n;
        if (!scan.complete) {
            outcome.error = head_scan(&scan, str_first(bytes, n));
            if (outcome.error || !scan.complete) continue;
            outcome.error = head_take(&parse, &outcome.request, bytes, &scan);
            outcome.used = scan.at;
        }
        if (outcome.error || parse.complete) continue;
        size_t used = 0;
        outcome.error = parse_body(&parse, (str){bytes.p + outcome.used, n - outcome.used}, &used);
        outcome.used += used;
    }
    outcome.complete = parse.complete;
    return outcome;
}

static void check_accepted(const struct http_request *request)
{
    CHECK(request->path.n > 0 && (request->path.p[0] == '/' || str_is(request->path, "*")));
    CHECK(request->header_count <= HTTP_HEADERS_MAX && request->body.n <= BODY_MAX);
    for (size_t i = 0; i < request->header_count; i++) {
        str name = request->headers[i].name, value = request->headers[i].value;
        CHECK(name.n > 0 && !memchr(name.p, ' ', name.n) && !memchr(name.p, ':', name.n));
        CHECK(!memchr(value.p, '\r', value.n) && !memchr(value.p, '\n', value.n) && !memchr(value.p, '\0', value.n));
    }
}

static void fuzz(struct arena *arena, str bytes)
{
    struct outcome whole = parse_steps(arena, bytes, bytes.n);
    struct outcome single = parse_steps(arena, bytes, 1);
    CHECK(whole.error == single.error);
    if (whole.error) return;
    CHECK(whole.complete == single.complete && whole.used == single.used);
    CHECK(str_equal(whole.request.path, single.request.path) && str_equal(whole.request.body, single.request.body));
    if (whole.complete) check_accepted(&whole.request);
}
