/* One client connection: reads, finds requests, hands them over, and goes on when the answer is sent. One request at a
 * time; bytes of the next ones wait in `pending`, up to PENDING_MAX, then reading stops. Network thread only. */
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
    CONNECTION_SENDING,   /* the answer is being sent */
    CONNECTION_LINGERING, /* nothing more will be sent; what comes is dropped until the client closes */
    CONNECTION_CLOSED     /* waits for the loop to let go of it */
};

/* Room for a whole head behind one full read; see connection.c. */
enum { PENDING_MAX = 2 * 32 * 1024 };

struct connection {
    uv_tcp_t tcp;
    uv_shutdown_t shutdown;
    struct http_server *server;
    struct connection *prev, *next;
    struct deadline deadline;
    enum connection_state state;
    bool reading;
    bool consuming; /* inside consume(), further up the stack */
    bool peer_done; /* the client will send no more */
    bool closing;   /* after this answer */
    bool waiting;   /* for its next turn */
    int turn_requests;
    uint64_t turn; /* in which turn_requests were counted */
    struct connection *waiting_prev, *waiting_next;

    struct head_scan scan;
    struct parse parse;
    struct exchange *exchange; /* the request being read, handled or answered; NULL between two */
    int64_t first_byte_ms;     /* of the present request */
    int64_t body_start_ms;
    size_t body_bytes;

    char *pending; /* received and not yet used; NULL when there is nothing */
    size_t pending_n;
    size_t pending_size;

    unsigned writes;     /* under way */
    size_t written;      /* bytes given to the socket or the loop, since the connection began */
    size_t taken_seen;   /* of them the client's system had confirmed so many when last looked */
    size_t taken_before; /* and so many when the present answer began */
    int64_t response_start_ms;

    struct tls_session *tls; /* NULL: plain */
    struct address_count *address;
    char remote[ADDRESS_TEXT_SIZE];
};

/* Takes over a waiting client of the listener. */
void connection_accept(struct http_server *server);

/* Sends the answer of the connection's exchange. */
void connection_respond(struct connection *connection);

/* The answer (or stream) is sent entirely. */
void connection_responded(struct connection *connection);

/* Goes on with what has come while the connection waited: for its turn, or for an answer that was not given inside the
 * handler. */
void connection_resume(struct connection *connection);

/* Ends the connection now. It and its exchange may still be touched until the loop turns. */
void connection_close(struct connection *connection);

/* Acts on a deadline that is due. */
void connection_expired(struct connection *connection);

/* A connection waiting for its next request, longest first; NULL when there is none. */
struct connection *connection_oldest_idle(struct http_server *server);

static inline struct connection *connection_of(struct deadline *deadline)
{
    return (struct connection *)(void *)((char *)deadline - offsetof(struct connection, deadline));
}

#endif
