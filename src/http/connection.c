/* See connection.h. Bytes are parsed in the read buffer where possible; only what must wait (an incomplete head,
 * pipelined requests) is copied to `pending`. Reads are limited to the space left in `pending`, so received bytes
 * always fit.
 *
 * Invariants: consume() is not re-entered for a connection (a response sent inside the handler only sets the state, and
 * the loop in consume() continues); a closed connection is freed by the loop, never while a caller still uses it. */
#include "http/connection.h"

#include <stdlib.h>
#include <utlist.h>

#include "base/check.h"
#include "http/proxy_header.h"
#include "http/respond.h"
#include "http/send.h"
#include "http/server.h"
#include "http/step.h"

enum {
    LINGER_MS = 1000,         /* time for a client to read the last response before the connection is reset */
    BODY_MS_PER_BYTE = 2,     /* after progress_ms a body must arrive with at least 500 bytes a second on average */
    PENDING_START = 2 * 1024, /* `pending` doubles from here */
};

static void reading_set(struct connection *connection);

/* ---- waiting for the client ---- */

/* Those of the client: behind a proxy it is known once the head is complete. */
static struct evictable_set *evictables_of(const struct connection *connection)
{
    const struct exchange *exchange = connection->exchange;
    return address_evictables(exchange ? exchange->address : connection->address);
}

static void evictable_add(struct connection *connection)
{
    eviction_remove(&connection->server->eviction, &connection->evictable);
    eviction_add(&connection->server->eviction, evictables_of(connection), &connection->evictable);
}

/* Its age is counted from when it began to wait for the same thing, so a client cannot stay young by sending a little.
 */
void connection_wait(struct connection *connection, enum deadline_kind kind, int64_t ms)
{
    struct http_server *server = connection->server;
    if (connection->deadline.kind != kind) evictable_add(connection);
    deadline_set(&server->deadlines, &connection->deadline, kind, server_now_ms(server) + ms);
}

void connection_proceed(struct connection *connection)
{
    deadline_clear(&connection->server->deadlines, &connection->deadline);
    eviction_remove(&connection->server->eviction, &connection->evictable);
}

/* ---- the end ---- */

/* Requests contain passwords and tokens of sessions, so received bytes are overwritten where they are given up. */
static void pending_free(struct connection *connection)
{
    if (connection->pending) explicit_bzero(connection->pending, connection->pending_size);
    free(connection->pending);
    connection->pending = NULL;
    connection->pending_size = 0;
}

static void on_closed(uv_handle_t *handle)
{
    struct connection *connection = handle->data;
    struct http_server *server = connection->server;
    address_leave(&server->addresses, connection->address);
    tls_session_free(connection->tls);
    pending_free(connection);
    DL_DELETE(server->connections, connection);
    free(connection);
    server->connection_count--;
    atomic_fetch_sub(&server->open, 1);
    server_check_drained(server);
}

void connection_close(struct connection *connection)
{
    if (connection->state == CONNECTION_CLOSED) return;
    connection->state = CONNECTION_CLOSED;
    connection_proceed(connection);
    turn_leave(connection);
    exchange_detach(connection);
    uv_close((uv_handle_t *)&connection->tcp, on_closed);
}

static void on_shutdown(uv_shutdown_t *shutdown, int status)
{
    struct connection *connection = shutdown->data;
    if (status < 0) connection_close(connection);
}

/* Closing a socket with unread bytes would reset the connection and could lose the response. So only the sending side
 * is shut down, and received bytes are dropped until the client closes (RFC 9112 section 9.6). */
static void linger(struct connection *connection)
{
    if (connection->tls) {
        tls_close(connection->tls);
        send_tls_output(connection);
    }
    if (connection->state == CONNECTION_CLOSED) return;
    if (connection->peer_done) {
        connection_close(connection);
        return;
    }
    connection->state = CONNECTION_LINGERING;
    connection->pending_n = 0;
    connection_wait(connection, DEADLINE_LINGER, LINGER_MS);
    connection->shutdown.data = connection;
    int result = uv_shutdown(&connection->shutdown, (uv_stream_t *)&connection->tcp, on_shutdown);
    if (result < 0)
        connection_close(connection);
    else
        reading_set(connection);
}

/* ---- responses ---- */

void connection_respond(struct connection *connection)
{
    struct exchange *exchange = connection->exchange;
    if (exchange->stream && connection->peer_done) {
        connection_close(connection);
        return;
    }
    connection->closing = exchange->close || !connection->parse.keep_alive || connection->server->leaving;
    respond_head_finish(exchange, connection->closing);
    exchange->unsent[0] = uv_buf_init(exchange->head.p, (unsigned)exchange->head.n);
    exchange->unsent[1] = uv_buf_init((char *)(uintptr_t)exchange->body.p, (unsigned)exchange->body.n);
    connection->state = CONNECTION_SENDING;
    connection_proceed(connection);
    send_begin(connection);
}

void connection_responded(struct connection *connection)
{
    connection_proceed(connection); /* before the exchange: it may be the last that counts for the address */
    exchange_detach(connection);
    if (connection->closing) {
        linger(connection);
        return;
    }
    connection->state = CONNECTION_HEAD;
    connection_wait(connection, DEADLINE_IDLE, connection->server->options.keep_alive_ms);
    if (!connection->consuming) connection_resume(connection);
}

/* Responds with an error and closes the connection. */
static void refuse(struct connection *connection, err e)
{
    atomic_fetch_add_explicit(&connection->server->refused, 1, memory_order_relaxed);
    struct exchange *exchange = connection->exchange ? connection->exchange : exchange_new(connection);
    http_respond_error(&exchange->request, e, true);
}

/* ---- requests ---- */

static void hand_over(struct connection *connection)
{
    struct http_server *server = connection->server;
    struct exchange *exchange = connection->exchange;
    atomic_fetch_add_explicit(&server->requests, 1, memory_order_relaxed);
    turn_count(connection);
    exchange_charge(exchange);
    connection->state = CONNECTION_HANDLED;
    exchange->held = true;
    connection_proceed(connection);
    /* The handler may have responded: neither `connection` nor `exchange` may be used afterwards. */
    server->options.handler(server->options.context, &exchange->request);
}

/* Called with a parsed head: asks the application, then continues with the body or the handler. */
static err head_admit(struct connection *connection)
{
    struct http_server *server = connection->server;
    if (exchange_crowded(connection->exchange)) return ERR_OVERLOADED;
    size_t body_max = 0;
    err e = server->options.head(server->options.context, &connection->exchange->request, &body_max);
    if (e) return e;
    e = parse_body_start(&connection->parse, body_max);
    if (e) return e;
    if (connection->parse.complete) {
        hand_over(connection);
        return OK;
    }
    connection->state = CONNECTION_BODY;
    connection->body_start_ms = server_now_ms(server);
    connection->body_bytes = 0;
    connection_wait(connection, DEADLINE_BODY, server->options.progress_ms);
    return OK;
}

/* While a head is incomplete. The shorter of the two limits is set as deadline; the longer one is checked whenever
 * bytes arrive. */
static err head_wait(struct connection *connection)
{
    const struct http_options *options = &connection->server->options;
    int64_t age_ms = server_now_ms(connection->server) - connection->first_byte_ms;
    if (age_ms >= options->head_ms) return ERR_REQUEST_TIMEOUT;
    if (options->progress_ms < options->head_ms)
        connection_wait(connection, DEADLINE_HEAD, options->progress_ms);
    else if (connection->deadline.kind != DEADLINE_HEAD)
        connection_wait(connection, DEADLINE_HEAD, options->head_ms);
    return OK;
}

static err head_take(struct connection *connection, str bytes, size_t *ret_used)
{
    struct head_scan *scan = &connection->scan;
    if (scan->at == 0) connection->first_byte_ms = server_now_ms(connection->server);
    err e = head_scan(scan, bytes);
    if (e) return e;
    *ret_used = 0;
    if (!scan->complete) return head_wait(connection);

    struct exchange *exchange = exchange_new(connection);
    str block = {bytes.p + scan->start, scan->at - scan->start};
    int lines = scan->lines;
    *ret_used = scan->at;
    connection->scan = (struct head_scan){0};
    e = parse_head(&connection->parse, &exchange->request, block, lines);
    if (e) return e;
    exchange_client_set(exchange);
    return head_admit(connection);
}

/* A client could keep a connection forever by sending its body slowly, so the average rate is limited too. */
static bool body_too_slow(const struct connection *connection)
{
    const struct http_server *server = connection->server;
    int64_t allowed_ms = server->options.progress_ms + (int64_t)connection->body_bytes * BODY_MS_PER_BYTE;
    return server_now_ms(server) - connection->body_start_ms > allowed_ms;
}

static err body_take(struct connection *connection, str bytes, size_t *ret_used)
{
    err e = parse_body(&connection->parse, bytes, ret_used);
    if (e) return e;
    connection->body_bytes += *ret_used;
    if (connection->parse.complete) {
        hand_over(connection);
        return OK;
    }
    exchange_charge(connection->exchange);
    if (exchange_crowded(connection->exchange)) return ERR_OVERLOADED;
    if (body_too_slow(connection)) return ERR_REQUEST_TIMEOUT;
    connection_wait(connection, DEADLINE_BODY, connection->server->options.progress_ms);
    return OK;
}

/* Processes some of the bytes and returns how many; 0 if they have to wait. */
static size_t consume_step(struct connection *connection, str bytes)
{
    size_t used = 0;
    err e;
    switch (connection->state) {
    case CONNECTION_HEAD:
        e = head_take(connection, bytes, &used);
        break;
    case CONNECTION_BODY:
        e = body_take(connection, bytes, &used);
        break;
    case CONNECTION_HANDLED:
    case CONNECTION_SENDING:
        return 0;
    default:
        return bytes.n;
    }
    if (!e) return used;
    refuse(connection, e);
    return bytes.n;
}

/* It waits for the server and not for its client, so it is not evicted. */
static void wait_for_turn(struct connection *connection)
{
    connection_proceed(connection);
    turn_wait(connection);
}

static size_t consume(struct connection *connection, str bytes)
{
    size_t used = 0, step = 1;
    connection->consuming = true;
    while (used < bytes.n && step > 0) {
        if (connection->state == CONNECTION_HEAD && turn_over(connection)) {
            wait_for_turn(connection);
            break;
        }
        step = consume_step(connection, str_from(bytes, used));
        used += step;
    }
    connection->consuming = false;
    return used;
}

/* Sends the interim response for "Expect: 100-continue". */
static void continue_send(struct connection *connection)
{
    if (connection->state != CONNECTION_BODY || !connection->parse.expects_continue) return;
    connection->parse.expects_continue = false;
    if (connection->body_bytes == 0) send_interim(connection, STR("HTTP/1.1 100 Continue\r\n\r\n"));
}

/* ---- pending bytes ---- */

static void pending_add(struct connection *connection, str bytes)
{
    size_t required = connection->pending_n + bytes.n;
    CHECK(required <= PENDING_MAX);
    if (required > connection->pending_size) {
        size_t size = connection->pending_size ? connection->pending_size : PENDING_START;
        while (size < required) size *= 2;
        char *larger = malloc(size);
        CHECK(larger != NULL);
        if (connection->pending_n > 0) memcpy(larger, connection->pending, connection->pending_n);
        pending_free(connection);
        connection->pending = larger;
        connection->pending_size = size;
    }
    memcpy(connection->pending + connection->pending_n, bytes.p, bytes.n);
    connection->pending_n = required;
}

static void pending_take(struct connection *connection, size_t n)
{
    size_t before = connection->pending_n;
    connection->pending_n = n < before ? before - n : 0;
    if (connection->pending_n == 0) {
        pending_free(connection);
        return;
    }
    memmove(connection->pending, connection->pending + n, connection->pending_n);
    explicit_bzero(connection->pending + connection->pending_n, before - connection->pending_n);
}

/* Number of bytes that may be received now. */
static size_t room(const struct connection *connection)
{
    if (connection->state == CONNECTION_CLOSED) return 0;
    size_t free_bytes = PENDING_MAX - connection->pending_n;
    return free_bytes < READ_SIZE ? free_bytes : READ_SIZE;
}

static void feed_pending(struct connection *connection)
{
    if (connection->pending_n == 0) return;
    size_t used = consume(connection, (str){connection->pending, connection->pending_n});
    if (used > 0) pending_take(connection, used);
}

/* Processes received plaintext. Bounds: at most room(). */
static void feed(struct connection *connection, str bytes)
{
    if (connection->pending_n > 0) {
        pending_add(connection, bytes);
        feed_pending(connection);
    } else {
        size_t used = consume(connection, bytes);
        if (used < bytes.n) pending_add(connection, str_from(bytes, used));
    }
    continue_send(connection);
}

/* The client will send nothing more. A complete request still gets its response; a stream is ended. */
static void peer_finished(struct connection *connection)
{
    connection->peer_done = true;
    if (connection->waiting) return;
    bool sending = connection->state == CONNECTION_SENDING;
    bool streaming = sending && connection->exchange->stream && connection->exchange->held;
    if (streaming || !(sending || connection->state == CONNECTION_HANDLED)) connection_close(connection);
}

/* ---- reading ---- */

static void on_allocate(uv_handle_t *handle, size_t suggested, uv_buf_t *ret_buffer)
{
    (void)suggested;
    struct connection *connection = handle->data;
    size_t size = connection->tls ? READ_SIZE : room(connection);
    *ret_buffer = uv_buf_init(connection->server->read_buffer, (unsigned)size);
}

/* Decrypts and processes as much as there is room for. */
static void feed_tls(struct connection *connection)
{
    char *buffer = connection->server->plain_buffer;
    enum tls_result result = TLS_BYTES;
    while (result == TLS_BYTES && room(connection) > 0) {
        size_t n = 0;
        result = tls_read(connection->tls, buffer, room(connection), &n);
        if (result == TLS_BYTES) feed(connection, (str){buffer, n});
        explicit_bzero(buffer, n);
    }
    if (connection->state == CONNECTION_CLOSED) return;
    send_tls_output(connection);
    if (connection->state == CONNECTION_CLOSED) return;
    if (result == TLS_FAILED) {
        atomic_fetch_add_explicit(&connection->server->refused, 1, memory_order_relaxed);
        connection_close(connection);
    } else if (result == TLS_END && !connection->peer_done) {
        peer_finished(connection);
    }
}

static bool peer_admit(struct connection *connection, const struct address *peer);
static void turn_away(struct connection *connection);

/* Processes what follows the header of a proxy, which has `size` bytes. */
static void proxied_feed(struct connection *connection, str received, size_t size)
{
    if (connection->tls) {
        tls_receive(connection->tls, str_from(received, size));
        pending_take(connection, received.n);
        feed_tls(connection);
    } else {
        pending_take(connection, size);
        feed_pending(connection);
    }
}

/* Bytes of a trusted proxy up to the end of its header, which come before TLS. They are limited in time by the deadline
 * of an idle connection, which they do not move. */
static void feed_proxy_header(struct connection *connection, str bytes)
{
    struct address client = connection->peer;
    size_t size = 0;
    pending_add(connection, bytes);
    str received = {connection->pending, connection->pending_n};
    enum proxy_header header = proxy_header_read(received, &size, &client);
    if (header == PROXY_HEADER_INCOMPLETE) return;
    connection->proxy_header = false;
    if (header == PROXY_HEADER_INVALID) {
        atomic_fetch_add_explicit(&connection->server->refused, 1, memory_order_relaxed);
        connection_close(connection);
    } else if (!peer_admit(connection, &client)) {
        turn_away(connection);
    } else {
        evictable_add(connection); /* with the others of its client */
        proxied_feed(connection, received, size);
    }
}

static void on_read(uv_stream_t *stream, ssize_t n, const uv_buf_t *buffer);

/* Reads only while there is room. */
static void reading_set(struct connection *connection)
{
    bool requested = room(connection) > 0 && !connection->peer_done;
    if (connection->state == CONNECTION_CLOSED || requested == connection->reading) return;
    connection->reading = requested;
    if (requested)
        CHECK(uv_read_start((uv_stream_t *)&connection->tcp, on_allocate, on_read) == 0);
    else
        uv_read_stop((uv_stream_t *)&connection->tcp);
}

static void on_read(uv_stream_t *stream, ssize_t n, const uv_buf_t *buffer)
{
    struct connection *connection = stream->data;
    STEP(connection->server, "read");
    if (n == 0) return;
    if (n == UV_EOF) {
        connection->reading = false;
        peer_finished(connection);
        return;
    }
    if (n < 0) {
        connection_close(connection);
        return;
    }
    str bytes = {buffer->base, (size_t)n};
    if (connection->state == CONNECTION_LINGERING) return;
    if (connection->proxy_header) {
        feed_proxy_header(connection, bytes);
    } else if (connection->tls) {
        tls_receive(connection->tls, bytes);
        feed_tls(connection);
    } else {
        feed(connection, bytes);
    }
    explicit_bzero(buffer->base, (size_t)n);
    reading_set(connection);
}

void connection_resume(struct connection *connection)
{
    feed_pending(connection);
    continue_send(connection);
    if (connection->state == CONNECTION_CLOSED) return;
    if (connection->tls && !connection->reading && room(connection) > 0) feed_tls(connection);
    reading_set(connection);
    bool idle = connection->state == CONNECTION_HEAD || connection->state == CONNECTION_BODY;
    if (connection->peer_done && idle && !connection->waiting) connection_close(connection);
}

/* ---- deadlines ---- */

void connection_expired(struct connection *connection)
{
    switch (connection->deadline.kind) {
    case DEADLINE_HEAD:
    case DEADLINE_BODY:
        refuse(connection, ERR_REQUEST_TIMEOUT);
        return;
    case DEADLINE_STALL:
        if (!send_progressed(connection)) connection_close(connection);
        return;
    default:
        connection_close(connection);
    }
}

/* ---- the beginning ---- */

struct connection *connection_oldest_idle(struct http_server *server)
{
    struct deadline *first = server->deadlines.first[DEADLINE_IDLE];
    return first ? connection_of(first) : NULL;
}

static struct connection *connection_of_evictable(struct evictable *evictable)
{
    return (struct connection *)(void *)((char *)evictable - offsetof(struct connection, evictable));
}

/* Whether the connection is within the limit; evicts another one if that makes room. */
static bool below_cap(struct http_server *server)
{
    if (server->connection_count <= server->options.connections_max) return true;
    struct evictable *evictable = eviction_choose(&server->eviction);
    if (!evictable) return false;
    atomic_fetch_add_explicit(&server->evicted, 1, memory_order_relaxed);
    connection_close(connection_of_evictable(evictable));
    return true;
}

/* Counts the connection of a client; those that a trusted proxy makes for many clients are not counted. */
static bool peer_admit(struct connection *connection, const struct address *peer)
{
    struct http_server *server = connection->server;
    connection->peer = *peer;
    connection->proxied = server->options.proxies && networks_contain(server->options.proxies, peer);
    if (connection->proxied) return true;
    connection->address = address_enter(&server->addresses, peer, server->options.connections_per_address_max);
    return connection->address != NULL;
}

static bool admit(struct connection *connection)
{
    struct http_server *server = connection->server;
    struct sockaddr_storage name;
    int size = sizeof(name);
    if (uv_tcp_getpeername(&connection->tcp, (struct sockaddr *)&name, &size) < 0) return false;
    struct address peer = address_of(&name);
    bool admitted = peer_admit(connection, &peer) && below_cap(server);
    connection->proxy_header = admitted && connection->proxied && server->options.proxy_protocol;
    return admitted;
}

/* Responds with 503 in plain HTTP. TLS clients are just closed, because a handshake would cost too much. */
static void turn_away(struct connection *connection)
{
    struct http_server *server = connection->server;
    if (server->tls || server->connection_count > server->options.connections_max + REFUSALS_MAX) {
        atomic_fetch_add_explicit(&server->refused, 1, memory_order_relaxed);
        connection_close(connection);
        return;
    }
    connection->first_byte_ms = server_now_ms(server);
    refuse(connection, ERR_OVERLOADED);
    reading_set(connection);
}

static struct connection *connection_new(struct http_server *server)
{
    struct connection *connection = calloc(1, sizeof(*connection));
    CHECK(connection != NULL);
    connection->server = server;
    CHECK(uv_tcp_init(&server->loop, &connection->tcp) == 0);
    connection->tcp.data = connection;
    DL_APPEND(server->connections, connection);
    server->connection_count++;
    atomic_fetch_add(&server->open, 1);
    return connection;
}

void connection_accept(struct http_server *server)
{
    struct connection *connection = connection_new(server);
    if (uv_accept((uv_stream_t *)&server->listener, (uv_stream_t *)&connection->tcp) < 0) {
        connection_close(connection);
        return;
    }
    atomic_fetch_add_explicit(&server->accepted, 1, memory_order_relaxed);
    uv_tcp_nodelay(&connection->tcp, 1);
    if (!admit(connection)) {
        turn_away(connection);
        return;
    }
    if (server->tls) connection->tls = tls_session_new(server->tls);
    connection_wait(connection, DEADLINE_IDLE, server->options.keep_alive_ms);
    reading_set(connection);
}
