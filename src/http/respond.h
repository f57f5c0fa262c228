/* From http_respond() on any thread to bytes on the network thread.
 *
 * The answering thread formats the head and enters the exchange into the server's queue; it wakes the network thread
 * only if the queue was empty, so a batch of thousands of answers costs one wake. On the network thread itself answers
 * go out directly. Pieces of streams use the same queue, which keeps them behind their heads. */
#ifndef HTTP_RESPOND_H
#define HTTP_RESPOND_H

#include "http/server.h"

/* Network thread: acts on everything in the queue. */
void respond_drain(struct http_server *server);

/* Before the server is freed: drops what is left in the queue. */
void respond_discard(struct http_server *server);

/* Adds the fields that are known only when the answer is sent, and ends the head. */
void respond_head_finish(struct exchange *exchange, bool close);

#endif
