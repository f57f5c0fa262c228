/* One request and its answer. What belongs to them lives in one arena; this struct does not, because the arena is let
 * go before it when an answer has to wait for its client.
 *
 * Memory: what unfinished exchanges hold is counted, for the server and for each address, so that clients who do not
 * read cannot fill it. It is counted when it changes on the network thread; what the application adds between handler
 * and answer counts from the answer on.
 *
 * An exchange is held by up to three parties: its connection (which reads it and sends the answer), the application
 * (between the handler and the answer, or the end of a stream), and writes under way (whose bytes are in the arena). It
 * is released when the last of them lets go, so a client may vanish at any time. The application's part is guarded by
 * the answer queue; all other fields belong to the network thread. */
#ifndef HTTP_EXCHANGE_H
#define HTTP_EXCHANGE_H

#include <stdatomic.h>
#include <uv.h>

#include "base/buf.h"
#include "http/http.h"

struct connection;
struct http_server;

enum post_kind { POST_RESPONSE, POST_PIECE, POST_END };

/* An entry of the queue that leads from any thread to the network thread. */
struct post {
    struct post *next;
    enum post_kind kind;
    struct exchange *exchange;
};

struct exchange {
    struct http_request request; /* first: the application's pointer is ours */
    struct http_server *server;
    struct connection *connection; /* NULL once the client has gone */
    struct exchange *prev, *next;  /* all of the server's */
    bool held;                     /* by the application */
    unsigned writes;               /* under way with bytes of ours */
    struct address_count *address; /* whose memory it is; NULL for a client that was turned away */
    size_t charged;                /* bytes counted, of the server and the address */

    /* The answer. Set by the thread that answers, before the exchange enters the queue. */
    bool responded;
    bool close;
    bool stream;
    bool body_omitted; /* HEAD, 204, 304 */
    struct buf head;   /* without Date and Connection, which are added when it is sent */
    str body;

    struct post response_post;
    struct post end_post;

    uv_write_t write;
    uv_buf_t unsent[2]; /* head and body, what is left of them */
    char *kept;         /* where that is once the arena is let go; else NULL */
    size_t kept_size;
    bool stream_ended;
    atomic_size_t stream_unread; /* bytes of pieces that the system has not taken yet */
    atomic_bool stream_gone;     /* the client has */
};

/* Arenas kept for the next requests, and random bytes drawn in bulk for their ids. */
enum { ARENAS_KEPT = 256, ARENA_KEPT_SIZE_MAX = 64 * 1024, ID_BYTES = 16, IDS_DRAWN = 64 };

struct exchange_pool {
    struct arena *arenas[ARENAS_KEPT];
    size_t count;
    unsigned char random[ID_BYTES * IDS_DRAWN];
    size_t random_left;
    struct exchange *exchanges; /* all that live */
    size_t held;                /* bytes counted of them */
};

/* A new exchange for a connection, with arena, id, remote address and nothing else filled in. */
struct exchange *exchange_new(struct connection *connection);

/* Counts anew what it holds. */
void exchange_charge(struct exchange *exchange);

/* Do others hold so much that this exchange should not go on? The first of an address always may. */
bool exchange_crowded(const struct exchange *exchange);

/* The client did not take the answer at once: keeps only the bytes that are still unsent, and lets go of the arena,
 * when that saves much. Bounds: an answer, whose unsent bytes are not under way yet. */
void exchange_shrink(struct exchange *exchange);

/* Frees it if nobody holds it any more. */
void exchange_settle(struct exchange *exchange);

/* The connection lets go of its exchange; accepts having none. */
void exchange_detach(struct connection *connection);

/* At the end of the server: releases everything, held or not. */
void exchange_pool_free(struct exchange_pool *pool);

static inline struct exchange *exchange_of(struct http_request *request)
{
    return (struct exchange *)(void *)request;
}

#endif
