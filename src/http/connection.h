/* A client connection: reads and parses requests, passes them to the handler, and continues after the response is sent.
 * One request at a time; bytes of the next ones are buffered in `pending`, up to PENDING_MAX, then reading stops.
 * Network thread only. */
#ifndef HTTP_CONNECTION_H
#define HTTP_CONNECTION_H

#include <uv.h>

#include "http/address.h"
#include "http/deadline.h"
#include "http/exchange.h"
#include "http/parse.h"
#include "http/tls.h"
#include "http/turn.h"

enum connection_state {
    CONNECTION_HEAD,      /* waiting for a head, or in the middle of one */
    CONNECTION_BODY,      /* in the middle of a body */
    CONNECTION_HANDLED,   /* the application has the request */
    CONNECTION_SENDING,   /* the response is being sent */
    CONNECTION_LINGERING, /* everything is sent; received bytes are dropped until the client closes */
    CONNECTION_CLOSED     /* freed when the loop has closed its handle */
};

/* Enough for a whole head after one full read; see connection.c. */
enum { PENDING_MAX = 2 * 32 * 1024 };

/* Connections beyond the limit that get a 503; further ones are just closed. */
enum { REFUSALS_MAX = 64 };

struct connection {
    uv_tcp_t tcp;
    uv_shutdown_t shutdown;
    struct http_server *server;
    struct connection *prev, *next;
    struct deadline deadline;
    struct evictable evictable; /* while it has a deadline */
    enum connection_state state;
    bool reading;
    bool consuming; /* inside consume(), further up the stack */
    bool peer_done; /* the client will send no more */
    bool closing;   /* after this response */
    bool waiting;   /* for its next turn */
    int turn_requests;
    uint64_t turn; /* in which turn_requests were counted */
    struct connection *waiting_prev, *waiting_next;

    struct head_scan scan;
    struct parse parse;
    struct exchange *exchange; /* the current request; NULL between two */
    int64_t first_byte_ms;     /* of the current request */
    int64_t body_start_ms;
    size_t body_bytes;

    char *pending; /* received and not yet processed; NULL if empty */
    size_t pending_n;
    size_t pending_size;

    unsigned writes;            /* pending */
    size_t written;             /* bytes passed to the socket or the loop since the connection began */
    size_t acknowledged;        /* of them acknowledged by the client's TCP at the last check */
    size_t acknowledged_before; /* and when the current response began */
    int64_t response_start_ms;

    struct tls_session *tls;       /* NULL: plain */
    struct address peer;           /* or whom the PROXY protocol names */
    bool proxied;                  /* the peer is a trusted proxy */
    bool proxy_header;             /* and its header is not complete yet; it is in `pending` */
    struct address_count *address; /* NULL: a trusted proxy, which is not limited, or a client over the limit */
};

/* Accepts a client that waits at the listener. */
void connection_accept(struct http_server *server);

/* Sends the response of the connection's exchange. */
void connection_respond(struct connection *connection);

/* Called when the response (or stream) is sent completely. */
void connection_responded(struct connection *connection);

/* Processes the bytes buffered while the connection waited for its turn or for the response. */
void connection_resume(struct connection *connection);

/* Closes the connection. It and its exchange stay valid until the next iteration of the loop. */
void connection_close(struct connection *connection);

/* Handles an expired deadline. */
void connection_expired(struct connection *connection);

/* Sets or moves the deadline of a connection that waits for its client; until connection_proceed() it can be evicted.
 */
void connection_wait(struct connection *connection, enum deadline_kind kind, int64_t ms);

/* It does not wait for its client any more. */
void connection_proceed(struct connection *connection);

/* A connection waiting for its next request, longest first; NULL when there is none. */
struct connection *connection_oldest_idle(struct http_server *server);

static inline struct connection *connection_of(struct deadline *deadline)
{
    return (struct connection *)(void *)((char *)deadline - offsetof(struct connection, deadline));
}

#endif
