/* Writing to a connection, plain or through TLS. First the socket is tried directly; what it does not take is left to
 * the loop, and the deadline DEADLINE_STALL watches that the client keeps taking it, and fast enough: an answer that
 * trickles is a way to keep its memory for ever. Network thread only. */
#ifndef HTTP_SEND_H
#define HTTP_SEND_H

#include "http/connection.h"

/* Bytes with memory of their own: a piece of a stream, or what is left of a record. */
struct output {
    struct post post; /* pieces come by the queue */
    uv_write_t write;
    struct connection *connection;
    struct exchange *exchange; /* pieces: whose unread count to lower; else NULL */
    size_t size;
    char bytes[];
};

struct output *output_new(str bytes);

/* Sends exchange->unsent, from its beginning; connection_responded() is called at the end. */
void send_begin(struct connection *connection);

/* Goes on with it. */
void send_response(struct connection *connection);

/* Sends a piece of a stream and frees it when it is taken. */
void send_piece(struct connection *connection, struct output *piece);

/* Sends a few bytes beside an answer: an interim response. */
void send_interim(struct connection *connection, str bytes);

/* Sends what TLS wants to have sent. */
void send_tls_output(struct connection *connection);

/* Has the client taken some of what is under way since the last call? Closes the connection when its average since the
 * answer began is too slow. */
bool send_progressed(struct connection *connection);

#endif
