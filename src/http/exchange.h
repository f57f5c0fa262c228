/* A request and its response. Their data is in one arena; this struct is not, because the arena is freed earlier if the
 * response has to wait for a slow client.
 *
 * Memory: the bytes held by unfinished exchanges are counted, for the server and for each address, so that clients who
 * do not read cannot use up the memory. The count is updated on the network thread; what the application allocates
 * after the handler is counted with the response.
 *
 * Lifetime: an exchange is referenced by its connection (which reads it and sends the response), by the application
 * (from the handler to the response or the end of a stream), and by pending writes (whose bytes are in the arena). It
 * is freed with the last reference, so a client may disconnect at any time. The response queue guards the application's
 * part; all other fields belong to the network thread. */
#ifndef HTTP_EXCHANGE_H
#define HTTP_EXCHANGE_H

#include <stdatomic.h>
#include <uv.h>

#include "base/buf.h"
#include "http/http.h"

struct connection;
struct http_server;

enum post_kind { POST_RESPONSE, POST_PIECE, POST_END };

/* An entry of the queue from other threads to the network thread. */
struct post {
    struct post *next;
    enum post_kind kind;
    struct exchange *exchange;
};

struct exchange {
    struct http_request request; /* first: the application's pointer is ours */
    struct http_server *server;
    struct connection *connection; /* NULL after the client has disconnected */
    struct exchange *prev, *next;  /* all of the server's */
    bool held;                     /* by the application */
    unsigned writes;               /* pending, with bytes of this exchange */
    struct address_count *address; /* whose memory is counted; NULL for a refused client */
    size_t charged;                /* bytes counted for it, at the server and the address */

    /* The response. Set by the responding thread before the exchange enters the queue. */
    bool responded;
    bool close;
    bool stream;
    bool body_omitted; /* HEAD, 204, 304 */
    struct buf head;   /* without Date and Connection, which are added when it is sent */
    str body;

    struct post response_post;
    struct post end_post;

    uv_write_t write;
    uv_buf_t unsent[2]; /* the unsent rest of head and body */
    char *kept;         /* copy of the body or the unsent rest, after the arena was freed; else NULL */
    size_t kept_size;
    bool stream_ended;
    atomic_size_t stream_unread; /* bytes of the stream not yet accepted by the socket */
    atomic_bool stream_gone;     /* the client has disconnected */
};

/* Arenas for reuse, and random bytes for the next request ids. */
enum { ARENAS_KEPT = 256, ARENA_KEPT_SIZE_MAX = 64 * 1024, ID_BYTES = 16, IDS_DRAWN = 64 };

struct exchange_pool {
    struct arena *arenas[ARENAS_KEPT];
    size_t count;
    unsigned char random[ID_BYTES * IDS_DRAWN];
    size_t random_left;
    struct exchange *exchanges; /* all existing ones */
    size_t held;                /* bytes counted for them */
};

/* A new exchange for a connection, with arena, id, remote address and nothing else filled in. */
struct exchange *exchange_new(struct connection *connection);

/* Finds out whom a trusted proxy speaks for, after the head was parsed. */
void exchange_client_set(struct exchange *exchange);

/* Updates the count of the bytes that it holds. */
void exchange_charge(struct exchange *exchange);

/* Whether other exchanges hold so much memory that this one must be refused. Never true for the only one of an address.
 */
bool exchange_crowded(const struct exchange *exchange);

/* For a response that comes from another thread: if that saves much memory, copies the body out of the arena, replaces
 * the arena by a new one and returns the old one, which the caller frees. So the network thread need not do it. */
struct arena *exchange_lighten(struct exchange *exchange, str *body);

/* For a response of the network thread itself that a slow client has not accepted at once: if that saves much memory,
 * copies the unsent bytes and frees the arena. Bounds: the exchange is responded and its unsent bytes are not in a
 * pending write. */
void exchange_shrink(struct exchange *exchange);

/* Frees it if it has no more references. */
void exchange_settle(struct exchange *exchange);

/* Drops the reference of the connection to its exchange, if it has one. */
void exchange_detach(struct connection *connection);

/* At the end of the server: frees all exchanges, referenced or not. */
void exchange_pool_free(struct exchange_pool *pool);

static inline struct exchange *exchange_of(struct http_request *request)
{
    return (struct exchange *)(void *)request;
}

#endif
