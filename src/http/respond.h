/* From http_respond() on any thread to bytes on the network thread.
 *
 * The responding thread formats the head and appends the exchange to the server's queue. It wakes the network thread
 * only if the queue was empty, so a batch of thousands of responses costs one wake-up. On the network thread responses
 * are sent directly. Pieces of streams use the same queue, which keeps them in order after their heads. */
#ifndef HTTP_RESPOND_H
#define HTTP_RESPOND_H

#include "http/server.h"

/* Network thread: processes a bounded number of entries of the queue, and wakes the thread again when there are more,
 * so that a batch of thousands does not delay other clients. */
void respond_drain(struct http_server *server);

/* Before the server is freed: drops the entries of the queue. */
void respond_discard(struct http_server *server);

/* Adds the header fields that are known only when the response is sent, and ends the head. */
void respond_head_finish(struct exchange *exchange, bool close);

#endif
