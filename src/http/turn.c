/* See turn.h. While connections wait an active idle handle prevents the loop from blocking in poll. Invariant: a
 * waiting connection has the number of the turn in which it began to wait, so turn_next() stops at the first one that
 * began to wait in the new turn. */
#include "http/turn.h"

#include <utlist.h>

#include "http/connection.h"
#include "http/step.h"

static void on_idle(uv_idle_t *idle)
{
    (void)idle;
}

static void turn_update(struct connection *connection)
{
    if (connection->turn == connection->server->turn) return;
    connection->turn = connection->server->turn;
    connection->turn_requests = 0;
}

void turn_count(struct connection *connection)
{
    turn_update(connection);
    connection->turn_requests++;
}

bool turn_over(struct connection *connection)
{
    turn_update(connection);
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
        STEP(server, "turn");
        turn_leave(connection);
        connection_resume(connection);
    }
}
