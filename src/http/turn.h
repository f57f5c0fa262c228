/* Fairness between connections. A client may pipeline thousands of requests in one packet, all of which may be handled
 * on the network thread. So that other clients need not wait, a connection starts at most TURN_REQUESTS requests in one
 * turn (one iteration of the loop). If it has more, it waits for the next turn; waiting connections continue in order
 * of arrival, before new bytes are read. Network thread only. */
#ifndef HTTP_TURN_H
#define HTTP_TURN_H

#include <stdbool.h>

struct connection;
struct http_server;

enum { TURN_REQUESTS = 16 };

/* Counts a request passed to the handler. */
void turn_count(struct connection *connection);

/* Whether the connection has started TURN_REQUESTS requests in this turn. */
bool turn_over(struct connection *connection);

/* Makes the connection wait: connection_resume() is called in the next turn. May be repeated. */
void turn_wait(struct connection *connection);

/* Removes the connection from the waiting ones; no effect if it does not wait. */
void turn_leave(struct connection *connection);

/* Begins a new turn: resumes the waiting connections. */
void turn_next(struct http_server *server);

#endif
