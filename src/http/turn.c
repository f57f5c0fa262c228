/* See turn.h. While somebody waits an idle handle keeps the loop from pausing in the poll. Invariant: who waits has the
 * number of the turn in which it began to, so turn_next() ends with the first that waits for the next turn already. */
#include "http/turn.h"

#include <utlist.h>

#include "http/connection.h"
#include "http/server.h"

static void on_idle(uv_idle_t *idle)
{
    (void)idle;
}

static void current(struct connection *connection)
{
    if (connection->turn == connection->server->turn) return;
    connection->turn = connection->server->turn;
    connection->turn_requests = 0;
}

void turn_count(struct connection *connection)
{
    current(connection);
    connection->turn_requests++;
}

bool turn_over(struct connection *connection)
{
    current(connection);
    return connection->turn_requests >= TURN_REQUESTS;
}

void turn_wait(struct connection *connection)
{
    struct http_server *server = connection->server;
    if (connection->waiting) return;
    connection->waiting = true;
    DL_APPEND2(server->waiting, connection, waiting_prev, waiting_next);
    uv_idle_start(&server->no_pause, on_idle);
}

void turn_leave(struct connection *connection)
{
    struct http_server *server = connection->server;
    if (!connection->waiting) return;
    connection->waiting = false;
    DL_DELETE2(server->waiting, connection, waiting_prev, waiting_next);
    if (!server->waiting) uv_idle_stop(&server->no_pause);
}

void turn_next(struct http_server *server)
{
    server->turn++;
    while (server->waiting && server->waiting->turn != server->turn) {
        struct connection *connection = server->waiting;
        turn_leave(connection);
        connection_resume(connection);
    }
}
