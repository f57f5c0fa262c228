/* Taking turns. A client may pipeline thousands of requests in one packet, and each of them may be answered on the
 * network thread; so that it does not keep everybody else waiting, a connection starts at most TURN_REQUESTS requests
 * in one turn of the loop. If it has more it waits, and goes on in the next turn before anything new is read, in the
 * order in which the connections began to wait. Network thread only. */
#ifndef HTTP_TURN_H
#define HTTP_TURN_H

#include <stdbool.h>

struct connection;
struct http_server;

enum { TURN_REQUESTS = 16 };

/* Counts a request that is handed over. */
void turn_count(struct connection *connection);

/* Has the connection had its share of this turn? */
bool turn_over(struct connection *connection);

/* Lets the connection go on in the next turn: connection_resume() is called. May be repeated. */
void turn_wait(struct connection *connection);

/* Forgets that it waits; accepts one that does not. */
void turn_leave(struct connection *connection);

/* The loop begins a new turn: whoever waits goes on. */
void turn_next(struct http_server *server);

#endif
