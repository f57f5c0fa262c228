/* Lists of 20 events on PostgreSQL, at two layers:
 *
 *   libpq    CONNECTIONS threads, each with a connection of its own with the role of anonymous clients, run the
 * prepared query of a list and nothing else; with `total` also the prepared query for X-Total-Count http     GET
 * /api/v1/events?_end=20 by CONNECTIONS keep-alive connections to a running server
 *
 * Usage: lists libpq CONNECTIONS SECONDS [total] | http CONNECTIONS SECONDS PORT
 * The database is the one that BOXOFFICE_DATABASE_URL names. Prints one figure: lists a second. */
#include <arpa/inet.h>
#include <libpq-fe.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/check.h"
#include "base/clock.h"
#include "schema/schema.h"

enum { CONNECTIONS_MAX = 1024, RESPONSE_MAX = 64 * 1024, SQL_MAX = 4096 };

/* --- libpq -------------------------------------------------------------------------------------------------------- */

static char list_sql[SQL_MAX];
static bool with_total;
static int64_t end_us;

/* As store/rows.c writes it. */
static void list_sql_make(void)
{
    const struct entity *entity = entity_of(ENTITY_event);
    int n = snprintf(list_sql, SQL_MAX, "SELECT ");
    for (size_t i = 0; i < entity->descriptor.count; i++) {
        n += snprintf(list_sql + n, (size_t)(SQL_MAX - n), "%s\"Events\".\"%s\"", i ? ", " : "",
                      entity->descriptor.fields[i].name);
    }
    snprintf(list_sql + n, (size_t)(SQL_MAX - n),
             " FROM \"Events\" WHERE TRUE ORDER BY \"Events\".\"id\" LIMIT $1 OFFSET $2");
}

static void must(PGresult *result, ExecStatusType status)
{
    if (PQresultStatus(result) != status) fprintf(stderr, "%s", PQresultErrorMessage(result));
    CHECK(PQresultStatus(result) == status);
    PQclear(result);
}

static void *libpq_run(void *context)
{
    uint64_t *count = context;
    const char *values[] = {"20", "0"};
    PGconn *pg = PQconnectdb(getenv("BOXOFFICE_DATABASE_URL"));
    must(PQexec(pg, "SET ROLE boxoffice_anonymous"), PGRES_COMMAND_OK);
    must(PQprepare(pg, "list", list_sql, 0, NULL), PGRES_COMMAND_OK);
    must(PQprepare(pg, "total", "SELECT count(*) FROM \"Events\" WHERE TRUE", 0, NULL), PGRES_COMMAND_OK);
    while (clock_monotonic_us() < end_us) {
        must(PQexecPrepared(pg, "list", 2, values, NULL, NULL, 0), PGRES_TUPLES_OK);
        if (with_total) must(PQexecPrepared(pg, "total", 0, NULL, NULL, NULL, 0), PGRES_TUPLES_OK);
        (*count)++;
    }
    PQfinish(pg);
    return NULL;
}

static double libpq(int connections, int64_t seconds)
{
    static pthread_t threads[CONNECTIONS_MAX];
    static uint64_t counts[CONNECTIONS_MAX];
    uint64_t total = 0;
    list_sql_make();
    end_us = clock_monotonic_us() + seconds * 1000000;
    for (int i = 0; i < connections; i++) CHECK(pthread_create(&threads[i], NULL, libpq_run, &counts[i]) == 0);
    for (int i = 0; i < connections; i++) {
        pthread_join(threads[i], NULL);
        total += counts[i];
    }
    return (double)total / (double)seconds;
}

/* --- http --------------------------------------------------------------------------------------------------------- */

struct client {
    int handle;
    size_t filled;
    char response[RESPONSE_MAX];
};

static struct client clients[CONNECTIONS_MAX];

static void ask(const struct client *client)
{
    static const char request[] = "GET /api/v1/events?_end=20 HTTP/1.1\r\nHost: localhost\r\n\r\n";
    ssize_t sent = send(client->handle, request, sizeof(request) - 1, MSG_NOSIGNAL);
    CHECK(sent == sizeof(request) - 1);
}

/* Whether the response is complete. */
static bool hear(struct client *client)
{
    ssize_t n = recv(client->handle, client->response + client->filled, RESPONSE_MAX - 1 - client->filled, 0);
    CHECK(n > 0);
    client->filled += (size_t)n;
    client->response[client->filled] = '\0';
    const char *end = strstr(client->response, "\r\n\r\n"),
               *length = strcasestr(client->response, "\r\ncontent-length:");
    if (!end || !length) return false;
    CHECK(memcmp(client->response, "HTTP/1.1 200", 12) == 0);
    return client->filled >= (size_t)(end + 4 - client->response) + strtoul(length + 17, NULL, 10);
}

static void connect_to(struct client *client, int port, int epoll)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = client};
    int on = 1;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    client->handle = socket(AF_INET, SOCK_STREAM, 0);
    CHECK(connect(client->handle, (struct sockaddr *)&address, sizeof(address)) == 0);
    setsockopt(client->handle, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    epoll_ctl(epoll, EPOLL_CTL_ADD, client->handle, &event);
    ask(client);
}

static double http(int connections, int64_t seconds, int port)
{
    int epoll = epoll_create1(0);
    struct epoll_event events[256];
    uint64_t count = 0;
    int64_t until_us = clock_monotonic_us() + seconds * 1000000;
    for (int i = 0; i < connections; i++) connect_to(&clients[i], port, epoll);
    while (clock_monotonic_us() < until_us) {
        int ready = epoll_wait(epoll, events, 256, 1000);
        for (int i = 0; i < ready; i++) {
            struct client *client = events[i].data.ptr;
            if (!hear(client)) continue;
            client->filled = 0;
            count++;
            ask(client);
        }
    }
    return (double)count / (double)seconds;
}

int main(int argc, char **argv)
{
    int connections = argc > 3 ? atoi(argv[2]) : 0;
    int64_t seconds = argc > 3 ? atoll(argv[3]) : 0;
    if (connections < 1 || connections > CONNECTIONS_MAX) {
        fprintf(stderr, "usage: lists libpq CONNECTIONS SECONDS [total] | http CONNECTIONS SECONDS PORT\n");
        return 2;
    }
    with_total = argc > 4 && strcmp(argv[4], "total") == 0;
    bool over_http = strcmp(argv[1], "http") == 0 && argc > 4;
    printf("%.0f\n", over_http ? http(connections, seconds, atoi(argv[4])) : libpq(connections, seconds));
    return 0;
}
