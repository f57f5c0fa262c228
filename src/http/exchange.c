/* See exchange.h. Arenas are reused, so that a request on a persistent connection allocates almost nothing in
 * steady state. */
#include "http/exchange.h"

#include <stdlib.h>
#include <utlist.h>

#include "base/check.h"
#include "base/random.h"
#include "http/connection.h"
#include "http/forwarded.h"
#include "http/server.h"

/* A body of PARSE_BODY_MAX, with the old copies left by growing it, and as much again for the application. */
#define ARENA_MAX ((size_t)512 << 20)

enum { SHRINK_GAIN_MIN = 64 * 1024 }; /* least number of bytes freed by copying the rest of a response */

static struct arena *arena_take(struct exchange_pool *pool)
{
    return pool->count > 0 ? pool->arenas[--pool->count] : arena_new(ARENA_MAX);
}

/* Large arenas are freed instead of being kept for reuse. */
static void arena_give(struct exchange_pool *pool, struct arena *arena)
{
    if (pool->count == ARENAS_KEPT || arena_used(arena) > ARENA_KEPT_SIZE_MAX) {
        arena_free(arena);
        return;
    }
    arena_reset(arena);
    pool->arenas[pool->count++] = arena;
}

/* Random bytes are generated for many ids at once, which saves a system call per request. */
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

/* malloc() and not calloc(), which does not use glibc's per-thread cache. */
static struct exchange *exchange_alloc(struct arena *arena)
{
    struct exchange *exchange = malloc(sizeof(*exchange));
    CHECK(exchange != NULL);
    memset(exchange, 0, sizeof(*exchange));
    exchange->request.arena = arena;
    return exchange;
}

static void client_set(struct http_request *request, const struct client *client)
{
    char text[ADDRESS_TEXT_SIZE];
    address_text(&client->address, text);
    request->remote = arena_copy(request->arena, str_of(text));
    request->secure = client->secure;
}

struct exchange *exchange_new(struct connection *connection)
{
    struct http_server *server = connection->server;
    struct arena *arena = arena_take(&server->pool);
    struct exchange *exchange = exchange_alloc(arena);
    exchange->request.body = STR("");
    exchange->request.path = STR("/");
    exchange->request.query = STR_NONE;
    client_set(&exchange->request, &(struct client){connection->peer, connection->tls != NULL});
    exchange->request.received_ms = connection->first_byte_ms;
    id_set(&server->pool, exchange->request.id);
    exchange->server = server;
    exchange->connection = connection;
    exchange->address = connection->address;
    connection->exchange = exchange;
    DL_APPEND(server->pool.exchanges, exchange);
    exchange_charge(exchange);
    return exchange;
}

/* ---- memory ---- */

static void charge_set(struct exchange *exchange, size_t bytes)
{
    struct http_server *server = exchange->server;
    server->pool.held += bytes - exchange->charged;
    address_charge(&server->addresses, exchange->address, exchange->charged, bytes);
    exchange->charged = bytes;
}

void exchange_charge(struct exchange *exchange)
{
    struct arena *arena = exchange->request.arena;
    charge_set(exchange, sizeof(*exchange) + exchange->kept_size + (arena ? arena_used(arena) : 0));
}

void exchange_client_set(struct exchange *exchange)
{
    struct http_server *server = exchange->server;
    const struct connection *connection = exchange->connection;
    struct client client = {connection->peer, connection->tls != NULL};
    if (!connection->proxied) return;
    forwarded_read(&exchange->request, server->options.proxies, &client);
    client_set(&exchange->request, &client);
    exchange->request.of_proxy = networks_contain(server->options.proxies, &client.address);
    charge_set(exchange, 0);
    if (!exchange->request.of_proxy) exchange->address = address_find(&server->addresses, &client.address);
    exchange_charge(exchange);
}

bool exchange_crowded(const struct exchange *exchange)
{
    const struct http_server *server = exchange->server;
    if (server->pool.held - exchange->charged >= server->options.held_max) return true;
    if (!exchange->address) return false;
    return address_held(exchange->address) - exchange->charged >= server->options.held_per_address_max;
}

struct arena *exchange_lighten(struct exchange *exchange, str *body)
{
    struct arena *arena = exchange->request.arena;
    if (arena_used(arena) < body->n + SHRINK_GAIN_MIN) return NULL;
    exchange->kept_size = body->n;
    exchange->kept = malloc(body->n + 1);
    CHECK(exchange->kept != NULL);
    if (body->n > 0) memcpy(exchange->kept, body->p, body->n);
    *body = (str){exchange->kept, body->n};
    exchange->request.arena = arena_new(ARENA_MAX);
    return arena;
}

void exchange_shrink(struct exchange *exchange)
{
    struct arena *arena = exchange->request.arena;
    uv_buf_t *unsent = exchange->unsent;
    size_t size = unsent[0].len + unsent[1].len;
    if (!arena || exchange->kept || exchange->stream || arena_used(arena) < size + SHRINK_GAIN_MIN) return;
    char *kept = malloc(size);
    CHECK(kept != NULL);
    if (unsent[0].len > 0) memcpy(kept, unsent[0].base, unsent[0].len);
    if (unsent[1].len > 0) memcpy(kept + unsent[0].len, unsent[1].base, unsent[1].len);
    unsent[0] = uv_buf_init(kept, (unsigned)size);
    unsent[1] = uv_buf_init(NULL, 0);
    exchange->kept = kept;
    exchange->kept_size = size;
    exchange->head = (struct buf){0};
    exchange->body = STR("");
    exchange->request.arena = NULL;
    arena_give(&exchange->server->pool, arena);
    exchange_charge(exchange);
}

/* ---- the end ---- */

static void exchange_free(struct exchange *exchange)
{
    free(exchange->kept);
    free(exchange);
}

static void release(struct exchange *exchange)
{
    struct http_server *server = exchange->server;
    DL_DELETE(server->pool.exchanges, exchange);
    charge_set(exchange, 0);
    if (exchange->request.arena) arena_give(&server->pool, exchange->request.arena);
    exchange_free(exchange);
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
        charge_set(exchange, 0);
        arena_free(exchange->request.arena);
        exchange_free(exchange);
    }
    while (pool->count > 0) arena_free(pool->arenas[--pool->count]);
}
