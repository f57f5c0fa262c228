/* See exchange.h. Arenas are reused, so that a request on a kept connection allocates nothing in steady state. */
#include "http/exchange.h"

#include <utlist.h>

#include "base/check.h"
#include "base/random.h"
#include "http/connection.h"
#include "http/server.h"

/* A body of PARSE_BODY_MAX with the copies that growing leaves behind, and as much again for the application. */
#define ARENA_MAX ((size_t)512 << 20)

static struct arena *arena_take(struct exchange_pool *pool)
{
    return pool->count > 0 ? pool->arenas[--pool->count] : arena_new(ARENA_MAX);
}

/* Arenas that served something large are given back to the system. */
static void arena_give(struct exchange_pool *pool, struct arena *arena)
{
    if (pool->count == ARENAS_KEPT || arena_used(arena) > ARENA_KEPT_SIZE_MAX) {
        arena_free(arena);
        return;
    }
    arena_reset(arena);
    pool->arenas[pool->count++] = arena;
}

/* Drawing the bytes of many ids at once saves a system call per request. */
static void id_set(struct exchange_pool *pool, char id[static 2 * ID_BYTES + 1])
{
    static const char digits[] = "0123456789abcdef";
    if (pool->random_left == 0) {
        random_bytes(pool->random, sizeof(pool->random));
        pool->random_left = sizeof(pool->random);
    }
    pool->random_left -= ID_BYTES;
    const unsigned char *bytes = pool->random + pool->random_left;
    for (size_t i = 0; i < ID_BYTES; i++) {
        id[2 * i] = digits[bytes[i] >> 4];
        id[2 * i + 1] = digits[bytes[i] & 15];
    }
    id[2 * ID_BYTES] = '\0';
}

struct exchange *exchange_new(struct connection *connection)
{
    struct http_server *server = connection->server;
    struct arena *arena = arena_take(&server->pool);
    struct exchange *exchange = ARENA_NEW(arena, struct exchange);
    exchange->request.arena = arena;
    exchange->request.body = STR("");
    exchange->request.path = STR("/");
    exchange->request.query = STR_NONE;
    exchange->request.remote = arena_copy(arena, str_of(connection->remote));
    exchange->request.tls = connection->tls != NULL;
    exchange->request.received_ms = connection->first_byte_ms;
    id_set(&server->pool, exchange->request.id);
    exchange->server = server;
    exchange->connection = connection;
    connection->exchange = exchange;
    DL_APPEND(server->pool.exchanges, exchange);
    return exchange;
}

static void release(struct exchange *exchange)
{
    struct http_server *server = exchange->server;
    DL_DELETE(server->pool.exchanges, exchange);
    arena_give(&server->pool, exchange->request.arena);
    server_check_drained(server);
}

void exchange_settle(struct exchange *exchange)
{
    if (exchange->held || exchange->writes > 0 || exchange->connection) return;
    release(exchange);
}

void exchange_detach(struct connection *connection)
{
    struct exchange *exchange = connection->exchange;
    if (!exchange) return;
    connection->exchange = NULL;
    exchange->connection = NULL;
    atomic_store(&exchange->stream_gone, true);
    exchange_settle(exchange);
}

void exchange_pool_free(struct exchange_pool *pool)
{
    while (pool->exchanges) {
        struct exchange *exchange = pool->exchanges;
        DL_DELETE(pool->exchanges, exchange);
        arena_free(exchange->request.arena);
    }
    while (pool->count > 0) arena_free(pool->arenas[--pool->count]);
}
