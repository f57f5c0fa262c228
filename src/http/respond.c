/* See respond.h. Invariant: while an exchange is in the queue no thread uses it. */
#include "http/respond.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/check.h"
#include "base/clock.h"
#include "base/log.h"
#include "http/connection.h"
#include "http/problem.h"
#include "http/send.h"

enum {
    RESPONSE_HEAD_MAX = 64 * 1024,
    RESPONSE_HEAD_USUAL = 512,
    STREAM_UNREAD_MAX = 64 * 1024,
    POSTS_AT_ONCE = 64,         /* entries of the queue that are handled in one turn of the loop */
    LARGE_BODY_MIN = 64 * 1024, /* smaller responses are never replaced by 503 */
};

/* RFC 6797: for two years browsers use TLS only. */
#define HSTS "Strict-Transport-Security: max-age=63072000; includeSubDomains\r\n"

static const char *reason_of(int status)
{
    static const struct {
        int status;
        const char *reason;
    } reasons[] = {
        {200, "OK"},
        {201, "Created"},
        {202, "Accepted"},
        {204, "No Content"},
        {206, "Partial Content"},
        {301, "Moved Permanently"},
        {302, "Found"},
        {303, "See Other"},
        {304, "Not Modified"},
        {307, "Temporary Redirect"},
        {308, "Permanent Redirect"},
        {400, "Bad Request"},
        {401, "Unauthorized"},
        {403, "Forbidden"},
        {404, "Not Found"},
        {405, "Method Not Allowed"},
        {406, "Not Acceptable"},
        {408, "Request Timeout"},
        {409, "Conflict"},
        {410, "Gone"},
        {412, "Precondition Failed"},
        {413, "Content Too Large"},
        {414, "URI Too Long"},
        {415, "Unsupported Media Type"},
        {417, "Expectation Failed"},
        {422, "Unprocessable Content"},
        {428, "Precondition Required"},
        {429, "Too Many Requests"},
        {431, "Request Header Fields Too Large"},
        {500, "Internal Server Error"},
        {501, "Not Implemented"},
        {503, "Service Unavailable"},
        {505, "HTTP Version Not Supported"},
        {507, "Insufficient Storage"},
    };
    for (size_t i = 0; i < COUNT_OF(reasons); i++) {
        if (reasons[i].status == status) return reasons[i].reason;
    }
    return ""; /* RFC 9112 section 4: the reason phrase may be empty */
}

static void field_add(struct buf *head, str name, str value)
{
    buf_add(head, name);
    BUF_LITERAL(head, ": ");
    buf_add(head, value);
    BUF_LITERAL(head, "\r\n");
}

static bool has_line_break(str s)
{
    return s.n > 0 && (memchr(s.p, '\r', s.n) || memchr(s.p, '\n', s.n) || memchr(s.p, '\0', s.n));
}

/* A header field with line breaks would split the response (CWE-113). */
static bool fields_acceptable(const struct http_response *response)
{
    for (size_t i = 0; i < response->header_count; i++) {
        if (has_line_break(response->headers[i].name) || has_line_break(response->headers[i].value)) return false;
    }
    return true;
}

/* Everything up to the body except Date and Connection. */
static void head_format(struct exchange *exchange, const struct http_response *response)
{
    struct buf *head = &exchange->head;
    bool bodyless = response->status == 204 || response->status == 304;
    *head = buf_new(exchange->request.arena, RESPONSE_HEAD_MAX);
    buf_reserve(head, RESPONSE_HEAD_USUAL);
    BUF_LITERAL(head, "HTTP/1.1 ");
    buf_add_int(head, response->status);
    buf_add_char(head, ' ');
    buf_add(head, str_of(reason_of(response->status)));
    BUF_LITERAL(head, "\r\nX-Request-Id: ");
    buf_add(head, str_of(exchange->request.id));
    BUF_LITERAL(head, "\r\n");
    if (exchange->request.secure && exchange->server->options.hsts) BUF_LITERAL(head, HSTS);
    for (size_t i = 0; i < response->header_count; i++)
        field_add(head, response->headers[i].name, response->headers[i].value);
    if (!bodyless && !response->stream) {
        BUF_LITERAL(head, "Content-Length: ");
        buf_add_int(head, (int64_t)response->body.n);
        BUF_LITERAL(head, "\r\n");
    }
    exchange->body_omitted = bodyless || exchange->request.method == HTTP_HEAD;
}

/* Concurrent requests may have been admitted before the responses of the others were counted, so large responses are
 * checked again. Only those of queries: a command that was executed must be reported, and its response is no larger
 * than its request, which was counted. */
static bool response_too_much(const struct exchange *exchange)
{
    if (exchange->request.method != HTTP_GET || exchange->stream) return false;
    return exchange->body.n >= LARGE_BODY_MIN && exchange_crowded(exchange);
}

/* Takes a response from the queue and sends it. Network thread only. */
static void response_take(struct exchange *exchange)
{
    exchange->held = exchange->stream;
    if (!exchange->connection) {
        exchange_settle(exchange);
        return;
    }
    exchange_charge(exchange);
    if (response_too_much(exchange)) {
        atomic_fetch_add_explicit(&exchange->server->refused, 1, memory_order_relaxed);
        exchange->responded = false;
        http_respond_error(&exchange->request, ERR_OVERLOADED, true); /* calls this again, with a small response */
        return;
    }
    connection_respond(exchange->connection);
}

static void queue_add(struct http_server *server, struct post *post)
{
    struct post_queue *queue = &server->posts;
    post->next = NULL;
    pthread_mutex_lock(&queue->mutex);
    bool first = queue->first == NULL;
    *queue->end = post;
    queue->end = &post->next;
    pthread_mutex_unlock(&queue->mutex);
    if (first) uv_async_send(&server->post_wake);
}

static struct post *queue_take(struct http_server *server)
{
    struct post_queue *queue = &server->posts;
    pthread_mutex_lock(&queue->mutex);
    struct post *first = queue->first;
    queue->first = NULL;
    queue->end = &queue->first;
    pthread_mutex_unlock(&queue->mutex);
    return first;
}

static bool on_network_thread(struct http_server *server)
{
    return atomic_load_explicit(&server->running, memory_order_acquire) &&
           pthread_equal(server->thread, pthread_self());
}

void http_respond(struct http_request *request, const struct http_response *response)
{
    struct exchange *exchange = exchange_of(request);
    struct http_server *server = exchange->server;
    CHECK(!exchange->responded && response->status >= 200 && response->status <= 599);
    if (!fields_acceptable(response)) {
        LOG(LOG_ERROR, "http_header_refused", LOG_TEXT("requestId", str_of(request->id)));
        http_respond_error(request, ERR_INTERNAL, true);
        return;
    }
    bool here = on_network_thread(server);
    str body = response->body;
    struct arena *old = here || response->stream ? NULL : exchange_lighten(exchange, &body);
    head_format(exchange, response);
    CHECK(!exchange->head.full);
    exchange->responded = true;
    exchange->body = exchange->body_omitted || !body.p ? STR("") : body;
    exchange->stream = response->stream;
    exchange->close = response->close || response->stream;
    exchange->response_post = (struct post){.kind = POST_RESPONSE, .exchange = exchange};
    if (here)
        response_take(exchange);
    else
        queue_add(server, &exchange->response_post);
    arena_free(old);
}

void http_respond_error(struct http_request *request, err e, bool close)
{
    static const struct http_header fields[] = {
        {{"Content-Type", 12}, {"application/problem+json", 24}},
        {{"Retry-After", 11}, {"1", 1}},
    };
    const struct err_row *row = err_row(e);
    bool later = e == ERR_OVERLOADED || e == ERR_RATE_LIMITED;
    struct http_response response = {
        .status = row->status,
        .headers = fields,
        .header_count = later ? 2 : 1,
        .body = problem_json(request->arena, e, NULL, request->id),
        .close = close,
    };
    http_respond(request, &response);
}

bool http_stream_send(struct http_request *request, str bytes)
{
    struct exchange *exchange = exchange_of(request);
    CHECK(exchange->stream);
    if (atomic_load(&exchange->stream_gone)) return false;
    if (exchange->body_omitted || bytes.n == 0) return true;
    if (atomic_load(&exchange->stream_unread) >= STREAM_UNREAD_MAX) return false;
    atomic_fetch_add(&exchange->stream_unread, bytes.n);
    struct output *piece = output_new(bytes);
    piece->post = (struct post){.kind = POST_PIECE, .exchange = exchange};
    piece->exchange = exchange;
    queue_add(exchange->server, &piece->post);
    return true;
}

void http_stream_end(struct http_request *request)
{
    struct exchange *exchange = exchange_of(request);
    CHECK(exchange->stream);
    exchange->end_post = (struct post){.kind = POST_END, .exchange = exchange};
    queue_add(exchange->server, &exchange->end_post);
}

static struct output *piece_of(struct post *post)
{
    return (struct output *)(void *)post; /* its first member */
}

static void piece_take(struct output *piece)
{
    struct connection *connection = piece->exchange->connection;
    if (connection)
        send_piece(connection, piece);
    else
        free(piece);
}

static void end_take(struct exchange *exchange)
{
    exchange->held = false;
    exchange->stream_ended = true;
    if (exchange->connection)
        send_response(exchange->connection);
    else
        exchange_settle(exchange);
}

static void post_take(struct post *post)
{
    switch (post->kind) {
    case POST_RESPONSE:
        response_take(post->exchange);
        return;
    case POST_PIECE:
        piece_take(piece_of(post));
        return;
    case POST_END:
        end_take(post->exchange);
        return;
    }
}

/* The next entry, NULL when there is none. */
static struct post *post_next(struct http_server *server)
{
    if (!server->posts_taken) server->posts_taken = queue_take(server);
    struct post *post = server->posts_taken;
    if (post) server->posts_taken = post->next; /* handling it may free it */
    return post;
}

void respond_drain(struct http_server *server)
{
    for (int i = 0; i < POSTS_AT_ONCE; i++) {
        struct post *post = post_next(server);
        if (!post) return;
        post_take(post);
    }
    uv_async_send(&server->post_wake);
}

void respond_discard(struct http_server *server)
{
    struct post *post;
    while ((post = post_next(server))) {
        if (post->kind == POST_PIECE) free(piece_of(post));
    }
}

/* RFC 9110 section 5.6.7: English names in any locale. Formatted once a second. */
static str date_text(struct http_server *server)
{
    static const char days[] = "SunMonTueWedThuFriSat", months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    int64_t second = clock_now_ms() / SECOND_MS;
    if (second != server->date_second) {
        time_t now = (time_t)second;
        struct tm t;
        gmtime_r(&now, &t);
        char text[64];
        snprintf(text, sizeof(text), "%.3s, %02d %.3s %04d %02d:%02d:%02d GMT", days + 3 * t.tm_wday, t.tm_mday,
                 months + 3 * t.tm_mon, t.tm_year + 1900, t.tm_hour, t.tm_min, t.tm_sec);
        memcpy(server->date, text, DATE_SIZE);
        server->date_second = second;
    }
    return (str){server->date, DATE_SIZE - 1};
}

void respond_head_finish(struct exchange *exchange, bool close)
{
    struct buf *head = &exchange->head;
    BUF_LITERAL(head, "Date: ");
    buf_add(head, date_text(exchange->server));
    if (close)
        BUF_LITERAL(head, "\r\nConnection: close\r\n\r\n");
    else
        BUF_LITERAL(head, "\r\nConnection: keep-alive\r\n\r\n");
    CHECK(!head->full);
}
