/* See http.h. Listening, the timer for deadlines, ticks, and the shutdown: http_stop() only sets a flag and wakes the
 * loop, which is safe in a signal handler. The loop then ends when no connection and no request of the application is
 * left, or after drain_ms. */
#include "http/server.h"

#include <netdb.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/check.h"
#include "base/log.h"
#include "http/connection.h"
#include "http/respond.h"
#include "http/step.h"
#include "http/tls.h"

enum {
    CLOCK_MS = 100,
    EXPIRED_AT_ONCE = 64,  /* deadlines handled in one turn of the loop */
    ACCEPTED_AT_ONCE = 32, /* connections accepted in one turn */
    BACKLOG = 4096,
    PORT_TEXT_SIZE = 8,
    SEND_BUFFER =
        128 * 1024, /* bytes of a response that the system holds for a client; it allocates up to twice as much */
};

static void handle_close(void *handle)
{
    if (!uv_is_closing(handle)) uv_close(handle, NULL);
}

/* The async handles stay open, unreferenced, because threads may still respond; http_free() closes them. */
static void finish(struct http_server *server)
{
    server->finished = true;
    handle_close(&server->clock);
    handle_close(&server->turn_end);
    handle_close(&server->no_pause);
    for (size_t i = 0; i < server->tick_count; i++) handle_close(&server->ticks[i].timer);
}

void server_check_drained(struct http_server *server)
{
    if (!server->stopping || server->finished) return;
    if (server->connection_count > 0 || server->pool.exchanges) return;
    finish(server);
}

static void drain_over(struct http_server *server)
{
    struct connection *next;
    for (struct connection *connection = server->connections; connection; connection = next) {
        next = connection->next;
        connection_close(connection);
    }
    finish(server);
}

static void drain_begin(struct http_server *server)
{
    server->stopping = true;
    server->drain_until_ms = server_now_ms(server) + server->options.drain_ms;
    handle_close(&server->listener);
    uv_async_send(&server->stop_wake);
}

static void on_clock(uv_timer_t *timer);

/* Handles a bounded number of expired deadlines, so that other clients need not wait when thousands expire together.
 * The rest follow in a later turn of the loop. */
static void expire(struct http_server *server, int64_t now_ms)
{
    for (int i = 0; i < EXPIRED_AT_ONCE; i++) {
        struct deadline *due = deadline_due(&server->deadlines, now_ms);
        if (!due) return;
        connection_expired(connection_of(due));
    }
    CHECK(uv_timer_start(&server->clock, on_clock, 1, CLOCK_MS) == 0);
}

static void on_clock(uv_timer_t *timer)
{
    struct http_server *server = timer->data;
    STEP(server, "clock");
    int64_t now_ms = server_now_ms(server);
    expire(server, now_ms);
    if (server->leaving && !server->stopping && now_ms >= server->drain_at_ms) drain_begin(server);
    if (server->stopping && now_ms >= server->drain_until_ms) drain_over(server);
}

/* Requests sent before the drain may still be unread in the sockets, so these are read once more before idle
 * connections are closed. */
static void on_stop(uv_async_t *wake)
{
    struct http_server *server = wake->data;
    if (server->finished || !atomic_load(&server->stop_requested)) return;
    if (!server->leaving) {
        server->leaving = true;
        server->drain_at_ms = server_now_ms(server) + server->options.drain_notice_ms;
        if (server->options.drain_notice_ms == 0) drain_begin(server);
        return;
    }
    if (!server->stopping) return; /* http_stop() was called again */
    struct connection *idle;
    while ((idle = connection_oldest_idle(server))) connection_close(idle);
    server_check_drained(server);
}

static void on_posts(uv_async_t *wake)
{
    STEP(wake->data, "respond");
    respond_drain(wake->data);
}

/* Accepts the client that libuv reports, unless enough were accepted in this turn: otherwise it would report all that
 * wait, which may be thousands. It reports no further one until this one is accepted, at the end of the turn. */
static void accept_next(struct http_server *server)
{
    STEP(server, "accept");
    server->accept_waits = server->accepted_in_turn == ACCEPTED_AT_ONCE;
    if (server->accept_waits) return;
    server->accepted_in_turn++;
    connection_accept(server);
}

static void on_client(uv_stream_t *listener, int status)
{
    if (status < 0) {
        LOG(LOG_WARNING, "http_accept_failed", LOG_TEXT("reason", str_of(uv_strerror(status))));
        return;
    }
    accept_next(listener->data);
}

static void on_turn_end(uv_check_t *check)
{
    struct http_server *server = check->data;
    turn_next(server);
    server->accepted_in_turn = 0;
    if (server->accept_waits && !server->stopping) accept_next(server);
}

static void on_tick(uv_timer_t *timer)
{
    struct tick *tick = timer->data;
    STEP(tick->server, "tick");
    tick->call(tick->context);
}

static err listen_failed(char *ret_reason, size_t size, const struct http_options *options, const char *why)
{
    snprintf(ret_reason, size, "cannot listen on %s, port %d: %s", options->host, options->port, why);
    return ERR_INTERNAL;
}

/* Bounds the memory of the system for clients that do not read, also after their connection was closed here. Accepted
 * connections inherit both. */
static void listener_limit(struct http_server *server)
{
    uv_os_fd_t listener;
    int size = SEND_BUFFER;
    unsigned ms = 2 * (unsigned)server->options.write_stall_ms;
    CHECK(uv_fileno((uv_handle_t *)&server->listener, &listener) == 0);
    CHECK(setsockopt(listener, SOL_SOCKET, SO_SNDBUF, &size, sizeof(size)) == 0);
    CHECK(setsockopt(listener, IPPROTO_TCP, TCP_USER_TIMEOUT, &ms, sizeof(ms)) == 0);
}

static err listener_bind(struct http_server *server, char *ret_reason, size_t size)
{
    const struct http_options *options = &server->options;
    const struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE | AI_NUMERICSERV};
    char port[PORT_TEXT_SIZE];
    struct addrinfo *found = NULL;
    snprintf(port, sizeof(port), "%d", options->port);
    int failed = getaddrinfo(options->host, port, &hints, &found);
    if (failed) return listen_failed(ret_reason, size, options, gai_strerror(failed));

    int result = uv_tcp_bind(&server->listener, found->ai_addr, 0);
    freeaddrinfo(found);
    if (result == 0) listener_limit(server);
    if (result == 0) result = uv_listen((uv_stream_t *)&server->listener, BACKLOG, on_client);
    if (result == 0) return OK;
    err e = listen_failed(ret_reason, size, options, uv_strerror(result));
    return result == UV_EADDRINUSE ? ERR_STATE_CONFLICT : e;
}

static void wake_init(struct http_server *server, uv_async_t *wake, uv_async_cb call)
{
    CHECK(uv_async_init(&server->loop, wake, call) == 0);
    wake->data = server;
    uv_unref((uv_handle_t *)wake);
}

static struct http_server *server_new(const struct http_options *options)
{
    CHECK(options->head && options->handler && options->host);
    CHECK(options->held_max > 0 && options->held_per_address_max > 0);
    CHECK(options->port >= 0 && options->port <= UINT16_MAX);
    CHECK(!options->tls_certificate_file == !options->tls_key_file);
    struct http_server *server = calloc(1, sizeof(*server));
    CHECK(server != NULL);
    server->options = *options;
    eviction_init(&server->eviction, (size_t)options->connections_max + REFUSALS_MAX);
    server->posts.end = &server->posts.first;
    CHECK(pthread_mutex_init(&server->posts.mutex, NULL) == 0);
    CHECK(uv_loop_init(&server->loop) == 0);
    CHECK(uv_tcp_init(&server->loop, &server->listener) == 0);
    CHECK(uv_timer_init(&server->loop, &server->clock) == 0);
    CHECK(uv_check_init(&server->loop, &server->turn_end) == 0);
    CHECK(uv_idle_init(&server->loop, &server->no_pause) == 0);
    server->turn_end.data = server;
    server->listener.data = server;
    server->clock.data = server;
    wake_init(server, &server->stop_wake, on_stop);
    wake_init(server, &server->post_wake, on_posts);
    return server;
}

err http_listen(const struct http_options *options, char *ret_reason, size_t size, struct http_server **ret_server)
{
    signal(SIGPIPE, SIG_IGN); /* writing to a closed connection must not end the process */
    struct http_server *server = server_new(options);
    err e = OK;
    if (options->tls_certificate_file) {
        e = tls_context_new(options->tls_certificate_file, options->tls_key_file, ret_reason, size, &server->tls);
    }
    if (!e) e = listener_bind(server, ret_reason, size);
    if (e) {
        http_free(server);
        return e;
    }
    *ret_server = server;
    return OK;
}

int http_port(const struct http_server *server)
{
    struct sockaddr_storage address;
    int size = sizeof(address);
    CHECK(uv_tcp_getsockname(&server->listener, (struct sockaddr *)&address, &size) == 0);
    bool v4 = address.ss_family == AF_INET;
    in_port_t port =
        v4 ? ((struct sockaddr_in *)(void *)&address)->sin_port : ((struct sockaddr_in6 *)(void *)&address)->sin6_port;
    return ntohs(port);
}

int http_connections_max(const struct http_server *server)
{
    return server->options.connections_max;
}

void http_every(struct http_server *server, int interval_ms, void (*call)(void *context), void *context)
{
    CHECK(server->tick_count < TICKS_MAX && interval_ms > 0 && !atomic_load(&server->running));
    struct tick *tick = &server->ticks[server->tick_count++];
    *tick = (struct tick){.server = server, .interval_ms = interval_ms, .call = call, .context = context};
    CHECK(uv_timer_init(&server->loop, &tick->timer) == 0);
    tick->timer.data = tick;
}

void http_run(struct http_server *server)
{
    server->thread = pthread_self();
    atomic_store_explicit(&server->running, true, memory_order_release);
    CHECK(uv_timer_start(&server->clock, on_clock, CLOCK_MS, CLOCK_MS) == 0);
    CHECK(uv_check_start(&server->turn_end, on_turn_end) == 0);
    for (size_t i = 0; i < server->tick_count; i++) {
        uint64_t interval_ms = (uint64_t)server->ticks[i].interval_ms;
        CHECK(uv_timer_start(&server->ticks[i].timer, on_tick, interval_ms, interval_ms) == 0);
    }
    thread_set_may_wait(false);
    uv_run(&server->loop, UV_RUN_DEFAULT);
    thread_set_may_wait(true);
    atomic_store_explicit(&server->running, false, memory_order_release);
}

void http_stop(struct http_server *server)
{
    atomic_store(&server->stop_requested, true);
    uv_async_send(&server->stop_wake);
}

bool http_stopping(const struct http_server *server)
{
    return atomic_load(&server->stop_requested);
}

bool http_draining(const struct http_server *server)
{
    return server->stopping;
}

struct http_counters http_counters(const struct http_server *server)
{
    return (struct http_counters){
        .accepted = atomic_load_explicit(&server->accepted, memory_order_relaxed),
        .requests = atomic_load_explicit(&server->requests, memory_order_relaxed),
        .refused = atomic_load_explicit(&server->refused, memory_order_relaxed),
        .evicted = atomic_load_explicit(&server->evicted, memory_order_relaxed),
        .long_steps = atomic_load_explicit(&server->long_steps, memory_order_relaxed),
        .connections = atomic_load_explicit(&server->open, memory_order_relaxed),
    };
}

void http_free(struct http_server *server)
{
    CHECK(!atomic_load(&server->running));
    server->leaving = server->stopping = server->finished = true;
    drain_over(server);
    handle_close(&server->listener);
    handle_close(&server->stop_wake);
    handle_close(&server->post_wake);
    uv_run(&server->loop, UV_RUN_DEFAULT); /* lets the loop free its handles */
    CHECK(uv_loop_close(&server->loop) == 0);
    respond_discard(server);
    exchange_pool_free(&server->pool);
    eviction_free(&server->eviction);
    tls_context_free(server->tls);
    pthread_mutex_destroy(&server->posts.mutex);
    free(server);
}
