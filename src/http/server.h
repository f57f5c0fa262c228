/* The definition of struct http_server, private to this folder. Everything belongs to the network thread, except the
 * response queue (guarded by its mutex), the counters and `stop_requested` (atomic). */
#ifndef HTTP_SERVER_H
#define HTTP_SERVER_H

#include <pthread.h>
#include <stdatomic.h>
#include <uv.h>

#include "http/address.h"
#include "http/deadline.h"
#include "http/eviction.h"
#include "http/exchange.h"
#include "http/http.h"

enum {
    TICKS_MAX = 8,
    READ_SIZE = 32 * 1024, /* bytes read from a socket at once */
    DATE_SIZE = 30,        /* "Mon, 23 Nov 2026 15:53:20 GMT" and a NUL */
};

struct tick {
    uv_timer_t timer;
    struct http_server *server;
    int interval_ms;
    void (*call)(void *context);
    void *context;
};

/* Responses and pieces of streams for the network thread, oldest first. */
struct post_queue {
    pthread_mutex_t mutex;
    struct post *first;
    struct post **end; /* where the next post is linked */
};

struct http_server {
    struct http_options options;
    uv_loop_t loop;
    uv_tcp_t listener;
    uv_timer_t clock; /* checks the deadlines */
    uv_async_t stop_wake;
    uv_async_t post_wake;
    struct tick ticks[TICKS_MAX];
    size_t tick_count;
    struct tls_context *tls;

    pthread_t thread;
    atomic_bool running;
    atomic_bool stop_requested;
    uv_check_t turn_end;
    uv_idle_t no_pause;         /* active while connections wait */
    uint64_t turn;              /* of the loop */
    struct connection *waiting; /* for the next turn, oldest first */
    int accepted_in_turn;
    bool accept_waits; /* a client waits to be accepted in the next turn */
    bool leaving;      /* http_stop() was called */
    bool stopping;     /* and drain_notice_ms has passed: no new connections */
    bool finished;
    int64_t drain_at_ms;
    int64_t drain_until_ms;

    struct post_queue posts;
    struct post *posts_taken; /* from it, to be handled first */
    struct exchange_pool pool;
    struct deadlines deadlines;
    struct eviction eviction;
    struct addresses addresses;
    struct connection *connections;
    int connection_count;

    int64_t date_second;
    char date[DATE_SIZE];
    char read_buffer[READ_SIZE];
    char plain_buffer[READ_SIZE]; /* decrypted bytes */

    atomic_uint_fast64_t accepted;
    atomic_uint_fast64_t requests;
    atomic_uint_fast64_t refused;
    atomic_uint_fast64_t evicted;
    atomic_uint_fast64_t long_steps;
    atomic_int open;
};

/* Milliseconds of the monotonic clock, as of the start of this turn of the loop. */
static inline int64_t server_now_ms(const struct http_server *server)
{
    return (int64_t)uv_now(&server->loop);
}

/* While stopping: ends the loop when nothing is left to do. */
void server_check_drained(struct http_server *server);

#endif
