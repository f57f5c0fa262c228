/* Responses from many threads at once: each request gets its own response, in order on its connection; clients that
 * disconnect do not affect others; streams keep their pieces in order. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/check.h"
#include "base/random.h"
#include "http/http.h"

enum { WORKERS = 4, CLIENTS = 4, ROUNDS = 20, PIPELINED = 25, PIECES = 50, QUEUE_MAX = 4096, TEXT_SIZE = 256 * 1024 };

static struct http_server *server;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t arrived = PTHREAD_COND_INITIALIZER;
static struct http_request *queue[QUEUE_MAX];
static size_t queued;
static bool finishing;

static err on_head(void *context, const struct http_request *head, size_t *ret_body_max)
{
    (void)context, (void)head;
    *ret_body_max = 0;
    return OK;
}

static void on_request(void *context, struct http_request *request)
{
    (void)context;
    pthread_mutex_lock(&mutex);
    CHECK(queued < QUEUE_MAX);
    queue[queued++] = request;
    pthread_cond_signal(&arrived);
    pthread_mutex_unlock(&mutex);
}

static struct http_request *request_wait(void)
{
    pthread_mutex_lock(&mutex);
    while (queued == 0 && !finishing) pthread_cond_wait(&arrived, &mutex);
    struct http_request *request = queued > 0 ? queue[--queued] : NULL;
    pthread_mutex_unlock(&mutex);
    return request;
}

static void stream(struct http_request *request)
{
    http_respond(request, &(struct http_response){.status = 200, .stream = true});
    for (int i = 0; i < PIECES; i++) {
        char piece[8];
        int n = snprintf(piece, sizeof(piece), "%d,", i);
        if (!http_stream_send(request, (str){piece, (size_t)n})) break;
    }
    http_stream_end(request);
}

/* Echoes the path, so that a wrong response is detected. */
static void *worker(void *unused)
{
    for (struct http_request *request; (request = request_wait());) {
        if (str_is(request->path, "/stream"))
            stream(request);
        else
            http_respond(request, &(struct http_response){.status = 200, .body = request->path});
    }
    return unused;
}

static void *network(void *unused)
{
    http_run(server);
    return unused;
}

static int client_connect(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((in_port_t)http_port(server))};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int s = socket(AF_INET, SOCK_STREAM, 0);
    CHECK(s >= 0 && connect(s, (struct sockaddr *)&address, sizeof(address)) == 0);
    return s;
}

static void client_write(int s, const char *text)
{
    CHECK(write(s, text, strlen(text)) == (ssize_t)strlen(text));
}

/* Reads until the server closes. */
static void client_read(int s, char *ret_text)
{
    size_t n = 0;
    for (ssize_t got = 1; got > 0; n += (size_t)got) {
        CHECK(n < TEXT_SIZE - 1);
        got = read(s, ret_text + n, TEXT_SIZE - 1 - n);
        CHECK(got >= 0);
    }
    ret_text[n] = '\0';
    close(s);
}

static void round_pipelined(int client, int round, char *text)
{
    int s = client_connect();
    for (int i = 0; i < PIPELINED; i++) {
        char bytes[128];
        snprintf(bytes, sizeof(bytes), "GET /%d/%d/%d HTTP/1.1\r\nHost: a\r\n%s\r\n", client, round, i,
                 i == PIPELINED - 1 ? "Connection: close\r\n" : "");
        client_write(s, bytes);
    }
    client_read(s, text);
    char *at = text;
    for (int i = 0; i < PIPELINED; i++) {
        char requested[64];
        snprintf(requested, sizeof(requested), "\r\n\r\n/%d/%d/%d", client, round, i);
        at = strstr(at, requested);
        CHECK(at != NULL);
        at += strlen(requested);
        CHECK(*at == 'H' || *at == '\0');
    }
}

static void round_stream(char *text)
{
    int s = client_connect();
    client_write(s, "GET /stream HTTP/1.1\r\nHost: a\r\n\r\n");
    client_read(s, text);
    char *at = strstr(text, "\r\n\r\n");
    CHECK(at != NULL);
    at += 4;
    for (int i = 0; i < PIECES; i++) {
        char *end;
        CHECK(strtol(at, &end, 10) == i && *end == ',');
        at = end + 1;
    }
    CHECK(*at == '\0');
}

/* Sends a request and disconnects. */
static void round_gone(void)
{
    int s = client_connect();
    client_write(s, "GET /gone HTTP/1.1\r\nHost: a\r\n\r\nGET /gone HTTP/1.1\r\nHost: a\r\n\r\n");
    close(s);
}

static void *client(void *number)
{
    char *text = malloc(TEXT_SIZE);
    CHECK(text != NULL);
    for (int round = 0; round < ROUNDS; round++) {
        round_gone();
        round_pipelined((int)(intptr_t)number, round, text);
        round_stream(text);
    }
    free(text);
    return NULL;
}

static void responses_from_many_threads_reach_their_requests(void **state)
{
    (void)state;
    struct http_options options = {
        .host = "127.0.0.1",
        .connections_max = 100,
        .connections_per_address_max = 100,
        .held_max = 512 << 20,
        .held_per_address_max = 64 << 20,
        .progress_ms = 10000,
        .head_ms = 10000,
        .keep_alive_ms = 10000,
        .write_stall_ms = 10000,
        .drain_ms = 10000,
        .head = on_head,
        .handler = on_request,
    };
    char reason[256];
    pthread_t network_thread, workers[WORKERS], clients[CLIENTS];
    assert_int_equal(http_listen(&options, reason, sizeof(reason), &server), OK);
    pthread_create(&network_thread, NULL, network, NULL);
    for (int i = 0; i < WORKERS; i++) pthread_create(&workers[i], NULL, worker, NULL);
    for (int i = 0; i < CLIENTS; i++) pthread_create(&clients[i], NULL, client, (void *)(intptr_t)i);
    for (int i = 0; i < CLIENTS; i++) pthread_join(clients[i], NULL);
    http_stop(server);
    pthread_join(network_thread, NULL);

    pthread_mutex_lock(&mutex);
    finishing = true;
    pthread_cond_broadcast(&arrived);
    pthread_mutex_unlock(&mutex);
    for (int i = 0; i < WORKERS; i++) pthread_join(workers[i], NULL);
    assert_true(http_counters(server).requests >= CLIENTS * ROUNDS * (PIPELINED + 1));
    assert_int_equal(http_counters(server).connections, 0);
    http_free(server);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(responses_from_many_threads_reach_their_requests)};
    random_start();
    return cmocka_run_group_tests_name("http_respond_thread", tests, NULL, NULL);
}
