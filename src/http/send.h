/* Writing to a connection, plain or through TLS. Writes directly to the socket first and leaves the rest to the loop.
 * The deadline DEADLINE_STALL then checks that the client reads fast enough, because a slow reader would occupy the
 * memory of its response forever. Network thread only. */
#ifndef HTTP_SEND_H
#define HTTP_SEND_H

#include "http/connection.h"

/* A copy of bytes to send: a piece of a stream, or the rest of a TLS record. */
struct output {
    struct post post; /* of pieces, which come through the queue */
    uv_write_t write;
    struct connection *connection;
    struct exchange *exchange; /* of pieces, to lower its count of unread bytes; else NULL */
    size_t size;
    char bytes[];
};

struct output *output_new(str bytes);

/* Sends exchange->unsent, from its beginning; connection_responded() is called at the end. */
void send_begin(struct connection *connection);

/* Continues sending it. */
void send_response(struct connection *connection);

/* Sends a piece of a stream and then frees it. */
void send_piece(struct connection *connection, struct output *piece);

/* Sends an interim response. */
void send_interim(struct connection *connection, str bytes);

/* Sends the output of the TLS session. */
void send_tls_output(struct connection *connection);

/* Whether the client has read something since the last call. Closes the connection if its average rate since the start
 * of the response is too low. */
bool send_progressed(struct connection *connection);

#endif
