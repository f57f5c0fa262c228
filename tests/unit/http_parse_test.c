/* Tests of the request parser. Every row is parsed in one piece, split in two at every position, and byte by byte, with
 * the same result each time. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/check.h"
#include "http/parse.h"

enum { BODY_MAX = 64, ARENA_SIZE = 1 << 20 };

struct outcome {
    err error;
    bool complete;
    enum http_method method;
    str path, query, body;
    size_t header_count;
    bool keep_alive;
    bool expects_continue;
    size_t used; /* bytes of this request */
};

/* Parses as much of `bytes` as possible; *used is the size of the request so far. */
static err head_step(struct parse *parse, struct head_scan *scan, struct http_request *request, str bytes)
{
    err e = head_scan(scan, bytes);
    if (e || !scan->complete) return e;
    str block = {bytes.p + scan->start, scan->at - scan->start};
    e = parse_head(parse, request, block, scan->lines);
    return e ? e : parse_body_start(parse, BODY_MAX);
}

/* Parses `bytes` as they would arrive in pieces of `first`, then `step` bytes at a time. */
static struct outcome parse_pieces(struct arena *arena, str bytes, size_t first, size_t step)
{
    struct http_request request = {.arena = arena};
    struct parse parse = {0};
    struct head_scan scan = {0};
    struct outcome outcome = {0};
    size_t body_at = 0;
    for (size_t n = first; !outcome.error && !parse.complete; n = n + step < bytes.n ? n + step : bytes.n) {
        if (!scan.complete) {
            outcome.error = head_step(&parse, &scan, &request, str_first(bytes, n));
            body_at = scan.at;
        }
        if (!outcome.error && scan.complete && !parse.complete) {
            size_t used = 0;
            outcome.error = parse_body(&parse, (str){bytes.p + body_at, n - body_at}, &used);
            body_at += used;
        }
        if (n == bytes.n) break;
    }
    if (outcome.error) return outcome;
    outcome.complete = parse.complete;
    outcome.method = request.method;
    outcome.path = request.path;
    outcome.query = request.query;
    outcome.body = request.body;
    outcome.header_count = request.header_count;
    outcome.keep_alive = parse.keep_alive;
    outcome.expects_continue = parse.expects_continue;
    outcome.used = body_at;
    return outcome;
}

/* Prints all failed rows before the test fails. */
static int failures;

#define COMPLAIN(...) (failures++, print_error(__VA_ARGS__), print_error("\n"))

static void compare(const struct outcome *a, const struct outcome *b, str bytes, size_t split)
{
    bool same = a->error == b->error && a->complete == b->complete && a->used == b->used && a->method == b->method &&
                str_equal(a->path, b->path) && str_equal(a->query, b->query) && str_equal(a->body, b->body) &&
                a->header_count == b->header_count && a->keep_alive == b->keep_alive;
    if (!same) COMPLAIN("split at %zu gives error %d instead of %d: %.*s", split, b->error, a->error, STR_ARG(bytes));
}

/* The result, which must not depend on how the bytes are split. */
static struct outcome parse_always(struct arena *arena, str bytes)
{
    struct outcome whole = parse_pieces(arena, bytes, bytes.n, 1);
    for (size_t split = 0; split < bytes.n; split++) {
        struct outcome two = parse_pieces(arena, bytes, split, bytes.n);
        compare(&whole, &two, bytes, split);
    }
    struct outcome single = parse_pieces(arena, bytes, 0, 1);
    compare(&whole, &single, bytes, 0);
    return whole;
}

#define H "Host: a\r\n"
#define G "GET / HTTP/1.1\r\n" H
#define P "POST / HTTP/1.1\r\n" H
#define C P "Transfer-Encoding: chunked\r\n\r\n"

static const struct {
    const char *what;
    str bytes;
    err error;
} refused[] = {
    /* the request line */
    {"no version", STR("GET /\r\n\r\n"), ERR_BAD_REQUEST},
    {"no target", STR("GET\r\n\r\n"), ERR_BAD_REQUEST},
    {"empty target", STR("GET  HTTP/1.1\r\n" H "\r\n"), ERR_BAD_REQUEST},
    {"two spaces", STR("GET  / HTTP/1.1\r\n" H "\r\n"), ERR_BAD_REQUEST},
    {"space at the end", STR("GET / HTTP/1.1 \r\n" H "\r\n"), ERR_BAD_REQUEST},
    {"space at the start", STR(" GET / HTTP/1.1\r\n" H "\r\n"), ERR_BAD_REQUEST},
    {"tab for space", STR("GET\t/ HTTP/1.1\r\n" H "\r\n"), ERR_BAD_REQUEST},
    {"method is no token", STR("G@T / HTTP/1.1\r\n" H "\r\n"), ERR_BAD_REQUEST},
    {"version is none", STR("GET / HTTQ/1.1\r\n" H "\r\n"), ERR_BAD_REQUEST},
    {"version in small letters", STR("GET / http/1.1\r\n" H "\r\n"), ERR_BAD_REQUEST},
    {"version too short", STR("GET / HTTP/1\r\n" H "\r\n"), ERR_BAD_REQUEST},
    {"version too long", STR("GET / HTTP/1.10\r\n" H "\r\n"), ERR_BAD_REQUEST},
    {"space in target", STR("GET /a b HTTP/1.1\r\n" H "\r\n"), ERR_BAD_REQUEST},
    {"fragment in target", STR("GET /a#b HTTP/1.1\r\n" H "\r\n"), ERR_BAD_REQUEST},
    {"byte over 127 in target", STR("GET /\xc3\xa4 HTTP/1.1\r\n" H "\r\n"), ERR_BAD_REQUEST},
    {"absolute-form of another scheme", STR("GET ftp://a/ HTTP/1.1\r\n" H "\r\n"), ERR_BAD_REQUEST},
    {"absolute-form without a host", STR("GET http:///a HTTP/1.1\r\n" H "\r\n"), ERR_BAD_REQUEST},
    {"absolute-form without slashes", STR("GET http:a/b HTTP/1.1\r\n" H "\r\n"), ERR_BAD_REQUEST},
    {"absolute-form with a user", STR("GET http://u@a/ HTTP/1.1\r\n" H "\r\n"), ERR_BAD_REQUEST},
    {"absolute-form without Host", STR("GET http://a/ HTTP/1.1\r\n\r\n"), ERR_BAD_REQUEST},
    {"CONNECT to a path", STR("CONNECT /a HTTP/1.1\r\n" H "\r\n"), ERR_BAD_REQUEST},
    {"relative target", STR("GET a HTTP/1.1\r\n" H "\r\n"), ERR_BAD_REQUEST},
    {"* for GET", STR("GET * HTTP/1.1\r\n" H "\r\n"), ERR_BAD_REQUEST},
    {"two empty lines first", STR("\r\n\r\n" G "\r\n"), ERR_BAD_REQUEST},
    {"TLS on the plain port", STR("\x16\x03\x01\x02\x00\x01"), ERR_BAD_REQUEST},
    {"unknown method", STR("BREW / HTTP/1.1\r\n" H "\r\n"), ERR_NOT_IMPLEMENTED},
    {"method in small letters", STR("get / HTTP/1.1\r\n" H "\r\n"), ERR_NOT_IMPLEMENTED},
    {"PROPFIND", STR("PROPFIND / HTTP/1.1\r\n" H "\r\n"), ERR_NOT_IMPLEMENTED},
    {"preface of HTTP/2", STR("PRI * HTTP/2.0\r\n\r\n"), ERR_NOT_IMPLEMENTED},
    {"HTTP/0.9", STR("GET / HTTP/0.9\r\n\r\n"), ERR_HTTP_VERSION},
    {"HTTP/1.2", STR("GET / HTTP/1.2\r\n" H "\r\n"), ERR_HTTP_VERSION},
    {"HTTP/2.0", STR("GET / HTTP/2.0\r\n" H "\r\n"), ERR_HTTP_VERSION},
    {"HTTP/3.0", STR("GET / HTTP/3.0\r\n" H "\r\n"), ERR_HTTP_VERSION},

    /* header lines */
    {"space before colon", STR(G "A : b\r\n\r\n"), ERR_BAD_REQUEST},
    {"tab before colon", STR(G "A\t: b\r\n\r\n"), ERR_BAD_REQUEST},
    {"no colon", STR(G "Ab\r\n\r\n"), ERR_BAD_REQUEST},
    {"empty name", STR(G ": b\r\n\r\n"), ERR_BAD_REQUEST},
    {"name is no token", STR(G "A(b): c\r\n\r\n"), ERR_BAD_REQUEST},
    {"byte over 127 in name", STR(G "\xc3\xa4: c\r\n\r\n"), ERR_BAD_REQUEST},
    {"folded with space", STR(G "A: b\r\n c\r\n\r\n"), ERR_BAD_REQUEST},
    {"folded with tab", STR(G "A: b\r\n\tc\r\n\r\n"), ERR_BAD_REQUEST},
    {"first header line indented", STR("GET / HTTP/1.1\r\n Host: a\r\n\r\n"), ERR_BAD_REQUEST},
    {"LF ends the request line", STR("GET / HTTP/1.1\n" H "\r\n"), ERR_BAD_REQUEST},
    {"LF ends a header", STR(G "A: b\nC: d\r\n\r\n"), ERR_BAD_REQUEST},
    {"LF ends the block", STR(G "\n"), ERR_BAD_REQUEST},
    {"CR in a value", STR(G "A: b\rc\r\n\r\n"), ERR_BAD_REQUEST},
    {"CR ends a header (CVE-2023-30589)", STR(G "A: b\rTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"), ERR_BAD_REQUEST},
    {"CR before a name (CVE-2023-30589)", STR(P "A:\rTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"), ERR_BAD_REQUEST},
    {"indented length (CVE-2024-27982)", STR(P " Content-Length: 5\r\n\r\nhello"), ERR_BAD_REQUEST},
    {"CR LF CR X (CVE-2025-23167)", STR(G "\rX"), ERR_BAD_REQUEST},
    {"CR CR LF", STR(G "A: b\r\r\n\r\n"), ERR_BAD_REQUEST},
    {"NUL in a value", STR(G "A: b\0c\r\n\r\n"), ERR_BAD_REQUEST},
    {"NUL in a name", STR(G "A\0: b\r\n\r\n"), ERR_BAD_REQUEST},
    {"NUL in the target", STR("GET /\0 HTTP/1.1\r\n" H "\r\n"), ERR_BAD_REQUEST},
    {"control in a value", STR(G "A: b\x01\r\n\r\n"), ERR_BAD_REQUEST},
    {"DEL in a value", STR(G "A: b\x7f\r\n\r\n"), ERR_BAD_REQUEST},

    /* Host */
    {"no Host", STR("GET / HTTP/1.1\r\n\r\n"), ERR_BAD_REQUEST},
    {"no Host but others", STR("GET / HTTP/1.1\r\nA: b\r\n\r\n"), ERR_BAD_REQUEST},
    {"two Host", STR(G H "\r\n"), ERR_BAD_REQUEST},
    {"two Host, other case", STR(G "hOST: a\r\n\r\n"), ERR_BAD_REQUEST},
    {"two Host on 1.0", STR("GET / HTTP/1.0\r\n" H H "\r\n"), ERR_BAD_REQUEST},
    {"Host with a space", STR("GET / HTTP/1.1\r\nHost: a b\r\n\r\n"), ERR_BAD_REQUEST},
    {"Host with a path", STR("GET / HTTP/1.1\r\nHost: a/b\r\n\r\n"), ERR_BAD_REQUEST},
    {"Host with a user", STR("GET / HTTP/1.1\r\nHost: a@b\r\n\r\n"), ERR_BAD_REQUEST},

    /* Content-Length */
    {"two lengths", STR(P "Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello"), ERR_BAD_REQUEST},
    {"two equal lengths", STR(P "Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello"), ERR_BAD_REQUEST},
    {"list of lengths", STR(P "Content-Length: 5, 5\r\n\r\nhello"), ERR_BAD_REQUEST},
    {"length with plus", STR(P "Content-Length: +5\r\n\r\nhello"), ERR_BAD_REQUEST},
    {"length with minus", STR(P "Content-Length: -5\r\n\r\nhello"), ERR_BAD_REQUEST},
    {"length in hex", STR(P "Content-Length: 0x5\r\n\r\nhello"), ERR_BAD_REQUEST},
    {"length with space", STR(P "Content-Length: 1 5\r\n\r\nhello"), ERR_BAD_REQUEST},
    {"length empty", STR(P "Content-Length:\r\n\r\nhello"), ERR_BAD_REQUEST},
    {"length overflows", STR(P "Content-Length: 18446744073709551621\r\n\r\nhello"), ERR_BAD_REQUEST},
    {"length over the limit", STR(P "Content-Length: 65\r\n\r\n"), ERR_PAYLOAD_TOO_LARGE},
    {"length far over the limit", STR(P "Content-Length: 9223372036854775807\r\n\r\n"), ERR_PAYLOAD_TOO_LARGE},

    /* Transfer-Encoding */
    {"length and coding", STR(P "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"), ERR_BAD_REQUEST},
    {"coding and length", STR(P "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n"), ERR_BAD_REQUEST},
    {"length and unknown coding", STR(P "Content-Length: 5\r\nTransfer-Encoding: x\r\n\r\nhello"), ERR_BAD_REQUEST},
    {"coding on 1.0", STR("POST / HTTP/1.0\r\n" H "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"), ERR_BAD_REQUEST},
    {"chunked twice", STR(P "Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n"), ERR_BAD_REQUEST},
    {"chunked in two fields", STR(P "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
     ERR_BAD_REQUEST},
    {"coding empty", STR(P "Transfer-Encoding:\r\n\r\n"), ERR_BAD_REQUEST},
    {"coding is no token", STR(P "Transfer-Encoding: chu nked\r\n\r\n0\r\n\r\n"), ERR_BAD_REQUEST},
    {"vertical tab before chunked",
     STR(P "Transfer-Encoding: \x0b"
           "chunked\r\n\r\n0\r\n\r\n"),
     ERR_BAD_REQUEST},
    {"gzip", STR(P "Transfer-Encoding: gzip\r\n\r\n"), ERR_NOT_IMPLEMENTED},
    {"gzip, chunked", STR(P "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"), ERR_NOT_IMPLEMENTED},
    {"identity", STR(P "Transfer-Encoding: identity\r\n\r\n"), ERR_NOT_IMPLEMENTED},
    {"xchunked", STR(P "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n"), ERR_NOT_IMPLEMENTED},
    {"chunked with a parameter", STR(P "Transfer-Encoding: chunked;a=b\r\n\r\n0\r\n\r\n"), ERR_NOT_IMPLEMENTED},

    /* chunks */
    {"chunk size with 0x", STR(C "0x5\r\nhello\r\n0\r\n\r\n"), ERR_BAD_REQUEST},
    {"chunk size no number", STR(C "g\r\n"), ERR_BAD_REQUEST},
    {"chunk size empty", STR(C "\r\nhello\r\n0\r\n\r\n"), ERR_BAD_REQUEST},
    {"chunk size negative", STR(C "-5\r\nhello\r\n0\r\n\r\n"), ERR_BAD_REQUEST},
    {"chunk size overflows", STR(C "fffffffffffffffff\r\nhello\r\n0\r\n\r\n"), ERR_BAD_REQUEST},
    {"space behind chunk size", STR(C "5 \r\nhello\r\n0\r\n\r\n"), ERR_BAD_REQUEST},
    {"LF behind chunk size", STR(C "5\nhello\r\n0\r\n\r\n"), ERR_BAD_REQUEST},
    {"CR X behind chunk size", STR(C "5\rXhello\r\n0\r\n\r\n"), ERR_BAD_REQUEST},
    {"LF behind chunk", STR(C "5\r\nhello\n0\r\n\r\n"), ERR_BAD_REQUEST},
    {"chunk longer than said", STR(C "5\r\nhelloX\r\n0\r\n\r\n"), ERR_BAD_REQUEST},
    {"two bytes for CR LF", STR(C "5\r\nhelloXY0\r\n\r\n"), ERR_BAD_REQUEST},
    {"LF behind last chunk", STR(C "0\n\r\n"), ERR_BAD_REQUEST},
    {"LF ends the body", STR(C "0\r\n\n"), ERR_BAD_REQUEST},
    {"CR X ends the body", STR(C "0\r\n\rX"), ERR_BAD_REQUEST},
    {"chunk extension", STR(C "5;a=b\r\nhello\r\n0\r\n\r\n"), ERR_BAD_REQUEST},
    {"trailer", STR(C "0\r\nA: b\r\n\r\n"), ERR_BAD_REQUEST},
    {"length in a trailer", STR(C "0\r\nContent-Length: 5\r\n\r\n"), ERR_BAD_REQUEST},
    {"chunk over the limit", STR(C "41\r\n0123456789012345678901234567890123456789012345678901234567890123x"),
     ERR_PAYLOAD_TOO_LARGE},
    {"chunks over the limit",
     STR(C "20\r\n01234567890123456789012345678901\r\n20\r\n01234567890123456789012345678901"
           "\r\n1\r\nx"),
     ERR_PAYLOAD_TOO_LARGE},

    /* Expect */
    {"other expectation", STR(P "Expect: wonders\r\nContent-Length: 5\r\n\r\nhello"), ERR_EXPECTATION_FAILED},
    {"expectation with a parameter", STR(P "Expect: 100-continue;a=b\r\nContent-Length: 5\r\n\r\nhello"),
     ERR_EXPECTATION_FAILED},
    {"a known and another expectation", STR(P "Expect: 100-continue, wonders\r\nContent-Length: 5\r\n\r\nhello"),
     ERR_EXPECTATION_FAILED},
    {"other expectation in a second field",
     STR(P "Expect: 100-continue\r\nExpect: wonders\r\nContent-Length: 5\r\n\r\nhello"), ERR_EXPECTATION_FAILED},
    {"other expectation without a body", STR(G "Expect: wonders\r\n\r\n"), ERR_EXPECTATION_FAILED},

    /* where several apply, the earlier row of errors.def */
    {"no Host and gzip", STR("POST / HTTP/1.1\r\nTransfer-Encoding: gzip\r\n\r\n"), ERR_BAD_REQUEST},
    {"length over the limit, two Host", STR(P H "Content-Length: 65\r\n\r\n"), ERR_BAD_REQUEST},
};

static const struct {
    const char *what;
    str bytes;
    enum http_method method;
    str path, query, body;
    size_t header_count;
    bool keep_alive;
    bool expects_continue;
    size_t left; /* bytes of the next request */
} accepted[] = {
    {"plain", STR(G "\r\n"), HTTP_GET, STR("/"), STR_NONE, STR(""), 1, true, false, 0},
    {"one empty line first", STR("\r\n" G "\r\n"), HTTP_GET, STR("/"), STR_NONE, STR(""), 1, true, false, 0},
    {"query", STR("GET /a?b=c HTTP/1.1\r\n" H "\r\n"), HTTP_GET, STR("/a"), STR("b=c"), STR(""), 1, true, false, 0},
    {"empty query", STR("GET /a? HTTP/1.1\r\n" H "\r\n"), HTTP_GET, STR("/a"), STR(""), STR(""), 1, true, false, 0},
    {"two marks", STR("GET /a?b?c HTTP/1.1\r\n" H "\r\n"), HTTP_GET, STR("/a"), STR("b?c"), STR(""), 1, true, false, 0},
    {"percent", STR("GET /%c3%a4 HTTP/1.1\r\n" H "\r\n"), HTTP_GET, STR("/%c3%a4"), STR_NONE, STR(""), 1, true, false,
     0},
    {"two slashes", STR("GET //a/b HTTP/1.1\r\n" H "\r\n"), HTTP_GET, STR("//a/b"), STR_NONE, STR(""), 1, true, false,
     0},
    {"browser's brackets", STR("GET /?a[]={1|2} HTTP/1.1\r\n" H "\r\n"), HTTP_GET, STR("/"), STR("a[]={1|2}"), STR(""),
     1, true, false, 0},
    {"HEAD", STR("HEAD / HTTP/1.1\r\n" H "\r\n"), HTTP_HEAD, STR("/"), STR_NONE, STR(""), 1, true, false, 0},
    {"PUT", STR("PUT / HTTP/1.1\r\n" H "\r\n"), HTTP_PUT, STR("/"), STR_NONE, STR(""), 1, true, false, 0},
    {"PATCH", STR("PATCH / HTTP/1.1\r\n" H "\r\n"), HTTP_PATCH, STR("/"), STR_NONE, STR(""), 1, true, false, 0},
    {"DELETE", STR("DELETE / HTTP/1.1\r\n" H "\r\n"), HTTP_DELETE, STR("/"), STR_NONE, STR(""), 1, true, false, 0},
    {"OPTIONS", STR("OPTIONS / HTTP/1.1\r\n" H "\r\n"), HTTP_OPTIONS, STR("/"), STR_NONE, STR(""), 1, true, false, 0},
    {"TRACE", STR("TRACE /a HTTP/1.1\r\n" H "\r\n"), HTTP_TRACE, STR("/a"), STR_NONE, STR(""), 1, true, false, 0},
    {"CONNECT", STR("CONNECT a:443 HTTP/1.1\r\n" H "\r\n"), HTTP_CONNECT, STR("/"), STR_NONE, STR(""), 1, true, false,
     0},
    {"absolute-form", STR("GET http://b:80/a?q=/?x HTTP/1.1\r\n" H "\r\n"), HTTP_GET, STR("/a"), STR("q=/?x"), STR(""),
     1, true, false, 0},
    {"absolute-form of https", STR("GET HTTPS://b/ HTTP/1.1\r\n" H "\r\n"), HTTP_GET, STR("/"), STR_NONE, STR(""), 1,
     true, false, 0},
    {"absolute-form without a path", STR("GET http://b?q HTTP/1.1\r\n" H "\r\n"), HTTP_GET, STR("/"), STR("q"), STR(""),
     1, true, false, 0},
    {"absolute-form with nothing", STR("GET http://[::1]:80 HTTP/1.1\r\n" H "\r\n"), HTTP_GET, STR("/"), STR_NONE,
     STR(""), 1, true, false, 0},
    {"absolute-form of OPTIONS *", STR("OPTIONS http://b HTTP/1.1\r\n" H "\r\n"), HTTP_OPTIONS, STR("*"), STR_NONE,
     STR(""), 1, true, false, 0},
    {"OPTIONS *", STR("OPTIONS * HTTP/1.1\r\n" H "\r\n"), HTTP_OPTIONS, STR("*"), STR_NONE, STR(""), 1, true, false, 0},
    {"empty value", STR(G "A:\r\n\r\n"), HTTP_GET, STR("/"), STR_NONE, STR(""), 2, true, false, 0},
    {"blank value", STR(G "A: \t \r\n\r\n"), HTTP_GET, STR("/"), STR_NONE, STR(""), 2, true, false, 0},
    {"UTF-8 in a value", STR(G "A: \xc3\xa4\r\n\r\n"), HTTP_GET, STR("/"), STR_NONE, STR(""), 2, true, false, 0},
    {"Host empty", STR("GET / HTTP/1.1\r\nHost:\r\n\r\n"), HTTP_GET, STR("/"), STR_NONE, STR(""), 1, true, false, 0},
    {"Host IPv6 and port", STR("GET / HTTP/1.1\r\nHost: [::1]:80\r\n\r\n"), HTTP_GET, STR("/"), STR_NONE, STR(""), 1,
     true, false, 0},
    {"close", STR(G "Connection: close\r\n\r\n"), HTTP_GET, STR("/"), STR_NONE, STR(""), 2, false, false, 0},
    {"Close among others", STR(G "Connection: x, Close\r\n\r\n"), HTTP_GET, STR("/"), STR_NONE, STR(""), 2, false,
     false, 0},
    {"1.0", STR("GET / HTTP/1.0\r\n\r\n"), HTTP_GET, STR("/"), STR_NONE, STR(""), 0, false, false, 0},
    {"1.0 with Host", STR("GET / HTTP/1.0\r\n" H "\r\n"), HTTP_GET, STR("/"), STR_NONE, STR(""), 1, false, false, 0},
    {"1.0 keep-alive", STR("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"), HTTP_GET, STR("/"), STR_NONE, STR(""),
     1, true, false, 0},
    {"1.0 with body", STR("POST / HTTP/1.0\r\nContent-Length: 2\r\n\r\nhi"), HTTP_POST, STR("/"), STR_NONE, STR("hi"),
     1, false, false, 0},
    {"upgrade is ignored", STR(G "Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n" G "\r\n"), HTTP_GET, STR("/"),
     STR_NONE, STR(""), 3, true, false, sizeof(G "\r\n") - 1},
    {"upgrade with body", STR(P "Connection: Upgrade\r\nUpgrade: h2c\r\nContent-Length: 2\r\n\r\nhi"), HTTP_POST,
     STR("/"), STR_NONE, STR("hi"), 4, true, false, 0},
    {"length", STR(P "Content-Length: 5\r\n\r\nhello"), HTTP_POST, STR("/"), STR_NONE, STR("hello"), 2, true, false, 0},
    {"length 0", STR(P "Content-Length: 0\r\n\r\n"), HTTP_POST, STR("/"), STR_NONE, STR(""), 2, true, false, 0},
    {"length with zeros", STR(P "Content-Length: 0005\r\n\r\nhello"), HTTP_POST, STR("/"), STR_NONE, STR("hello"), 2,
     true, false, 0},
    {"GET with body", STR(G "Content-Length: 5\r\n\r\nhello"), HTTP_GET, STR("/"), STR_NONE, STR("hello"), 2, true,
     false, 0},
    {"body with NUL", STR(P "Content-Length: 3\r\n\r\na\0b"), HTTP_POST, STR("/"), STR_NONE, STR("a\0b"), 2, true,
     false, 0},
    {"pipelined", STR(P "Content-Length: 5\r\n\r\nhello" G "\r\n"), HTTP_POST, STR("/"), STR_NONE, STR("hello"), 2,
     true, false, sizeof(G "\r\n") - 1},
    {"pipelined behind close", STR(G "Connection: close\r\n\r\nGET"), HTTP_GET, STR("/"), STR_NONE, STR(""), 2, false,
     false, 3},
    {"chunked", STR(C "5\r\nhello\r\n1\r\n!\r\n0\r\n\r\n"), HTTP_POST, STR("/"), STR_NONE, STR("hello!"), 2, true,
     false, 0},
    {"chunked, capitals", STR(P "Transfer-Encoding: Chunked\r\n\r\nA\r\n0123456789\r\n0\r\n\r\n"), HTTP_POST, STR("/"),
     STR_NONE, STR("0123456789"), 2, true, false, 0},
    {"chunked and empty", STR(C "0\r\n\r\n"), HTTP_POST, STR("/"), STR_NONE, STR(""), 2, true, false, 0},
    {"chunked, pipelined", STR(C "1\r\nx\r\n0\r\n\r\n" G "\r\n"), HTTP_POST, STR("/"), STR_NONE, STR("x"), 2, true,
     false, sizeof(G "\r\n") - 1},
    {"expectation", STR(P "Expect: 100-continue\r\nContent-Length: 2\r\n\r\nhi"), HTTP_POST, STR("/"), STR_NONE,
     STR("hi"), 3, true, true, 0},
    {"two expectations", STR(P "Expect: 100-continue\r\nExpect: , 100-Continue\r\nContent-Length: 2\r\n\r\nhi"),
     HTTP_POST, STR("/"), STR_NONE, STR("hi"), 4, true, true, 0},
    {"expectation on 1.0", STR("POST / HTTP/1.0\r\nExpect: wonders\r\nContent-Length: 2\r\n\r\nhi"), HTTP_POST,
     STR("/"), STR_NONE, STR("hi"), 2, false, false, 0},
    {"body at the limit",
     STR(P "Content-Length: 64\r\n\r\n0123456789012345678901234567890123456789012345678901234567890123"), HTTP_POST,
     STR("/"), STR_NONE, STR("0123456789012345678901234567890123456789012345678901234567890123"), 2, true, false, 0},
};

static void malformed_requests_are_refused(void **state)
{
    (void)state;
    failures = 0;
    struct arena *arena = arena_new((size_t)64 << 20);
    for (size_t i = 0; i < COUNT_OF(refused); i++) {
        arena_reset(arena);
        struct outcome outcome = parse_always(arena, refused[i].bytes);
        if (outcome.error != refused[i].error) {
            COMPLAIN("%s: error %d, not %d (complete: %d)", refused[i].what, outcome.error, refused[i].error,
                     outcome.complete);
        }
    }
    arena_free(arena);
    assert_int_equal(failures, 0);
}

static void good_requests_are_parsed(void **state)
{
    (void)state;
    failures = 0;
    struct arena *arena = arena_new((size_t)64 << 20);
    for (size_t i = 0; i < COUNT_OF(accepted); i++) {
        arena_reset(arena);
        str bytes = accepted[i].bytes;
        struct outcome outcome = parse_always(arena, bytes);
        bool right = !outcome.error && outcome.complete && outcome.method == accepted[i].method &&
                     str_equal(outcome.path, accepted[i].path) && str_equal(outcome.query, accepted[i].query) &&
                     !outcome.query.p == !accepted[i].query.p && str_equal(outcome.body, accepted[i].body) &&
                     outcome.header_count == accepted[i].header_count && outcome.keep_alive == accepted[i].keep_alive &&
                     outcome.expects_continue == accepted[i].expects_continue;
        if (!right) COMPLAIN("%s: error %d, complete %d", accepted[i].what, outcome.error, outcome.complete);
        if (bytes.n - outcome.used != accepted[i].left)
            COMPLAIN("%s: %zu bytes left, not %zu", accepted[i].what, bytes.n - outcome.used, accepted[i].left);
    }
    arena_free(arena);
    assert_int_equal(failures, 0);
}

/* `head`, n times `filler`, `tail`. */
static str repeated(struct arena *arena, const char *head, const char *filler, size_t n, const char *tail)
{
    struct buf out = buf_new(arena, ARENA_SIZE);
    buf_add(&out, str_of(head));
    for (size_t i = 0; i < n; i++) buf_add(&out, str_of(filler));
    buf_add(&out, str_of(tail));
    assert_false(out.full);
    return buf_str(&out);
}

static err error_of(struct arena *arena, str bytes)
{
    struct outcome one = parse_pieces(arena, bytes, bytes.n, 1);
    struct outcome halves = parse_pieces(arena, bytes, bytes.n / 2, bytes.n);
    assert_int_equal(one.error, halves.error);
    return one.error;
}

static void limits_hold_exactly(void **state)
{
    (void)state;
    struct arena *arena = arena_new((size_t)64 << 20);
    size_t target = HTTP_REQUEST_LINE_MAX - strlen("GET / HTTP/1.1");
    const char *rest = " HTTP/1.1\r\n" H "\r\n";
    assert_int_equal(error_of(arena, repeated(arena, "GET /", "a", target, rest)), OK);
    assert_int_equal(error_of(arena, repeated(arena, "GET /", "a", target + 1, rest)), ERR_URI_TOO_LONG);

    size_t value = HTTP_HEADERS_SIZE_MAX - strlen(H "A: \r\n");
    assert_int_equal(error_of(arena, repeated(arena, G "A: ", "a", value, "\r\n\r\n")), OK);
    assert_int_equal(error_of(arena, repeated(arena, G "A: ", "a", value + 1, "\r\n\r\n")), ERR_HEADERS_TOO_LARGE);

    assert_int_equal(error_of(arena, repeated(arena, G, "A: b\r\n", HTTP_HEADERS_MAX - 1, "\r\n")), OK);
    assert_int_equal(error_of(arena, repeated(arena, G, "A: b\r\n", HTTP_HEADERS_MAX, "\r\n")), ERR_HEADERS_TOO_LARGE);
    arena_free(arena);
}

/* The scan decides about what has arrived, so a line that never ends, or a folded one, does not wait for the end of the
 * head, at which llhttp would refuse it, too. */
static void the_scan_refuses_an_incomplete_head(void **state)
{
    (void)state;
    struct arena *arena = arena_new((size_t)64 << 20);
    assert_int_equal(error_of(arena, repeated(arena, G "A: ", "a", HTTP_HEADERS_SIZE_MAX, "")), ERR_HEADERS_TOO_LARGE);
    assert_int_equal(error_of(arena, STR(G "A: b\r\n ")), ERR_BAD_REQUEST);
    assert_int_equal(error_of(arena, STR(G "A: b\r\n\t")), ERR_BAD_REQUEST);
    arena_free(arena);
}

/* Leading zeros of a chunk size are limited. */
static void chunk_framing_is_bounded(void **state)
{
    (void)state;
    struct arena *arena = arena_new((size_t)64 << 20);
    assert_int_equal(error_of(arena, repeated(arena, C, "0", 4000, "1\r\nx\r\n0\r\n\r\n")), ERR_BAD_REQUEST);
    assert_int_equal(error_of(arena, repeated(arena, C, "1\r\nx\r\n", BODY_MAX, "0\r\n\r\n")), OK);
    arena_free(arena);
}

static void headers_are_found_in_any_case(void **state)
{
    (void)state;
    struct arena *arena = arena_new(ARENA_SIZE);
    struct http_request request = {.arena = arena};
    struct parse parse;
    str block = STR(G "X-a:  one \r\nx-A: two\r\nB:\r\n\r\n");
    assert_int_equal(parse_head(&parse, &request, block, 5), OK);
    size_t count;
    assert_true(str_is(http_header(&request, STR("x-a"), &count), "one"));
    assert_int_equal(count, 2);
    assert_true(str_is(http_header(&request, STR("b"), &count), ""));
    assert_non_null(http_header(&request, STR("b"), NULL).p);
    assert_null(http_header(&request, STR("c"), &count).p);
    assert_int_equal(count, 0);
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(malformed_requests_are_refused),
        cmocka_unit_test(good_requests_are_parsed),
        cmocka_unit_test(limits_hold_exactly),
        cmocka_unit_test(the_scan_refuses_an_incomplete_head),
        cmocka_unit_test(chunk_framing_is_bounded),
        cmocka_unit_test(headers_are_found_in_any_case),
    };
    return cmocka_run_group_tests_name("http_parse", tests, NULL, NULL);
}
