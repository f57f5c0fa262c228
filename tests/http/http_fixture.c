/* A small server on src/http for http.test.mjs: it responds to a few paths, on the network thread and on a second
 * thread, and gets its limits from the command line (name=value). Prints its port when it listens; SIGTERM drains.
 *
 * GET  /hello           "hello", at once              GET  /thread      the same from the second thread
 * POST /echo            the body                      POST /thread-echo the same from the second thread
 * GET  /size?n          n bytes                       GET  /status?n    a response with that status and a body
 * GET  /slow?ms         from the second thread, late  GET  /stream?n    n pieces from the second thread, then the end
 * GET  /flood           a stream until it is refused  GET  /split       a header that would split the response
 * GET  /inspect         how the request arrived       GET  /counters    of the server, and floods refused
 * GET  /late?n          the same from the second thread, 200 ms late
 * GET  /busy?us         "busy", after keeping the network thread so long
 * GET  /waste?n         n bytes, after four times as many that are not sent
 * POST /small           takes 16 bytes of body        POST /forbidden   refused by the head handler
 *
 * With "trickle" and a port it is a client that requests /size?n and reads 20 bytes a millisecond, with a smaller
 * receive buffer than scripts can set. Prints "connected" when it has sent the request. */
#include <arpa/inet.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/check.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/log.h"
#include "base/random.h"
#include "http/address.h"
#include "http/http.h"

enum { SMALL_MAX = 16, BODY_MAX = 4 * 1024 * 1024, PIECE_SIZE = 1000, REASON_SIZE = 256 };
enum { TRICKLE_SIZE = 2000, TRICKLE_MS = 100, TRICKLE_BUFFER = 4096 };

struct job {
    struct job *next;
    struct http_request *request;
};

static struct http_server *server;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t arrived = PTHREAD_COND_INITIALIZER;
static struct job *first, **end = &first;
static bool finishing;
static atomic_int ticks;
static atomic_int floods_refused;

static int64_t query_number(const struct http_request *request)
{
    int64_t n = 0;
    (void)str_to_int(request->query, &n);
    return n;
}

static void response(struct http_request *request, int status, str body)
{
    const struct http_header fields[] = {{STR("Content-Type"), STR("text/plain")}};
    http_respond(request,
                 &(struct http_response){.status = status, .headers = fields, .header_count = 1, .body = body});
}

static void response_size(struct http_request *request)
{
    size_t n = (size_t)query_number(request);
    char *bytes = arena_alloc(request->arena, n + 1);
    for (size_t i = 0; i < n; i++) bytes[i] = (char)('a' + i % 26);
    response(request, 200, (str){bytes, n});
}

/* Like a response that was built from rows and smaller buffers. */
static void response_waste(struct http_request *request)
{
    size_t n = 4 * (size_t)query_number(request);
    memset(arena_alloc(request->arena, n), 'w', n);
    response_size(request);
}

static void response_busy(struct http_request *request)
{
    int64_t until_us = clock_monotonic_us() + query_number(request);
    while (clock_monotonic_us() < until_us) continue;
    response(request, 200, STR("busy"));
}

static void response_split(struct http_request *request)
{
    const struct http_header fields[] = {{STR("Location"), STR("/a\r\nSet-Cookie: stolen=1")}};
    http_respond(request, &(struct http_response){.status = 302, .headers = fields, .header_count = 1});
}

static void response_inspect(struct http_request *request)
{
    struct buf out = buf_new(request->arena, BODY_MAX);
    struct json json = json_to(&out);
    json_object_begin(&json);
    json_member_int(&json, "method", request->method);
    json_member_text(&json, "path", request->path);
    json_member_text(&json, "query", request->query);
    json_member_text(&json, "remote", request->remote);
    json_member_bool(&json, "secure", request->secure);
    json_member_text(&json, "id", str_of(request->id));
    json_name(&json, STR("headers"));
    json_array_begin(&json);
    for (size_t i = 0; i < request->header_count; i++) {
        json_text(&json, request->headers[i].name);
        json_text(&json, request->headers[i].value);
    }
    json_array_end(&json);
    json_object_end(&json);
    response(request, 200, buf_str(&out));
}

static void response_counters(struct http_request *request)
{
    struct http_counters c = http_counters(server);
    response(request, 200,
             arena_printf(request->arena,
                          "{\"accepted\":%llu,\"requests\":%llu,\"refused\":%llu,\"evicted\":%llu,\"connections\":%d,"
                          "\"ticks\":%d,\"floodsRefused\":%d}",
                          (unsigned long long)c.accepted, (unsigned long long)c.requests, (unsigned long long)c.refused,
                          (unsigned long long)c.evicted, c.connections, atomic_load(&ticks),
                          atomic_load(&floods_refused)));
}

/* ---- the second thread ---- */

static void sleep_ms(int64_t ms)
{
    nanosleep(&(struct timespec){ms / 1000, (long)(ms % 1000) * 1000000}, NULL);
}

static void stream(struct http_request *request)
{
    char piece[PIECE_SIZE];
    memset(piece, 'x', sizeof(piece));
    int64_t n = query_number(request);
    http_respond(request, &(struct http_response){.status = 200, .body = STR("begin\n"), .stream = true});
    for (int64_t i = 0; i < n; i++) {
        if (!http_stream_send(request, (str){piece, sizeof(piece)})) break;
        sleep_ms(1);
    }
    (void)http_stream_send(request, STR("\nend\n"));
    http_stream_end(request);
}

static void flood(struct http_request *request)
{
    char piece[PIECE_SIZE];
    memset(piece, 'x', sizeof(piece));
    http_respond(request, &(struct http_response){.status = 200, .stream = true});
    while (http_stream_send(request, (str){piece, sizeof(piece)})) continue;
    atomic_fetch_add(&floods_refused, 1);
    http_stream_end(request);
}

static void work(struct http_request *request)
{
    if (str_is(request->path, "/stream"))
        stream(request);
    else if (str_is(request->path, "/flood"))
        flood(request);
    else if (str_is(request->path, "/thread-echo"))
        response(request, 200, request->body);
    else if (str_is(request->path, "/late")) {
        sleep_ms(200);
        response_size(request);
    } else if (str_is(request->path, "/slow")) {
        sleep_ms(query_number(request));
        response(request, 200, STR("slow"));
    } else
        response(request, 200, STR("hello"));
}

static struct job *jobs_wait(void)
{
    pthread_mutex_lock(&mutex);
    while (!first && !finishing) pthread_cond_wait(&arrived, &mutex);
    struct job *jobs = first;
    first = NULL;
    end = &first;
    pthread_mutex_unlock(&mutex);
    return jobs;
}

static void *worker(void *unused)
{
    for (struct job *job; (job = jobs_wait());) {
        for (struct job *next; job; job = next) {
            next = job->next; /* the job is in the request's arena */
            work(job->request);
        }
    }
    return unused;
}

static void job_add(struct http_request *request)
{
    struct job *job = ARENA_NEW(request->arena, struct job);
    job->request = request;
    pthread_mutex_lock(&mutex);
    *end = job;
    end = &job->next;
    pthread_cond_signal(&arrived);
    pthread_mutex_unlock(&mutex);
}

/* ---- the network thread ---- */

static err on_head(void *context, const struct http_request *head, size_t *ret_body_max)
{
    (void)context;
    if (str_is(head->path, "/forbidden")) return ERR_FORBIDDEN;
    *ret_body_max = str_is(head->path, "/small") ? SMALL_MAX : BODY_MAX;
    return OK;
}

static void on_request(void *context, struct http_request *request)
{
    (void)context;
    str path = request->path;
    if (str_is(path, "/hello") || str_is(path, "*"))
        response(request, 200, STR("hello"));
    else if (str_is(path, "/echo") || str_is(path, "/small"))
        response(request, 200, request->body);
    else if (str_is(path, "/size"))
        response_size(request);
    else if (str_is(path, "/waste"))
        response_waste(request);
    else if (str_is(path, "/busy"))
        response_busy(request);
    else if (str_is(path, "/status"))
        response(request, (int)query_number(request), STR("body"));
    else if (str_is(path, "/split"))
        response_split(request);
    else if (str_is(path, "/inspect"))
        response_inspect(request);
    else if (str_is(path, "/counters"))
        response_counters(request);
    else if (str_is(path, "/thread") || str_is(path, "/thread-echo") || str_is(path, "/slow") ||
             str_is(path, "/late") || str_is(path, "/stream") || str_is(path, "/flood"))
        job_add(request);
    else
        http_respond_error(request, ERR_NOT_FOUND, false);
}

static void on_tick(void *context)
{
    atomic_fetch_add((atomic_int *)context, 1);
}

static void on_signal(int signal_number)
{
    (void)signal_number;
    http_stop(server);
}

static struct networks proxies;

static void proxies_set(struct http_options *options, const char *text)
{
    str wrong;
    CHECK(networks_parse(str_of(text), &proxies, &wrong));
    options->proxies = &proxies;
}

static void option_set(struct http_options *options, char *text)
{
    const struct {
        const char *name;
        int *number;
        const char **text;
        size_t *size;
    } known[] = {
        {"port", &options->port, NULL, NULL},
        {"connections_max", &options->connections_max, NULL, NULL},
        {"connections_per_address_max", &options->connections_per_address_max, NULL, NULL},
        {"progress_ms", &options->progress_ms, NULL, NULL},
        {"head_ms", &options->head_ms, NULL, NULL},
        {"keep_alive_ms", &options->keep_alive_ms, NULL, NULL},
        {"write_stall_ms", &options->write_stall_ms, NULL, NULL},
        {"drain_ms", &options->drain_ms, NULL, NULL},
        {"host", NULL, &options->host, NULL},
        {"certificate", NULL, &options->tls_certificate_file, NULL},
        {"key", NULL, &options->tls_key_file, NULL},
        {"held_max", NULL, NULL, &options->held_max},
        {"held_per_address_max", NULL, NULL, &options->held_per_address_max},
    };
    char *value = strchr(text, '=');
    CHECK(value != NULL);
    *value++ = '\0';
    if (strcmp(text, "proxies") == 0) {
        proxies_set(options, value);
        return;
    }
    if (strcmp(text, "proxy_protocol") == 0) {
        options->proxy_protocol = true;
        return;
    }
    if (strcmp(text, "hsts") == 0) {
        options->hsts = true;
        return;
    }
    for (size_t i = 0; i < COUNT_OF(known); i++) {
        if (strcmp(known[i].name, text) != 0) continue;
        if (known[i].number)
            *known[i].number = atoi(value);
        else if (known[i].size)
            *known[i].size = (size_t)atoll(value);
        else
            *known[i].text = value;
        return;
    }
    fprintf(stderr, "unknown option %s\n", text);
    exit(2);
}

static struct http_options options_read(int argc, char **argv)
{
    struct http_options options = {
        .host = "127.0.0.1",
        .connections_max = 1000,
        .connections_per_address_max = 1000,
        .held_max = 512 << 20,
        .held_per_address_max = 64 << 20,
        .progress_ms = 10000,
        .head_ms = 10000,
        .keep_alive_ms = 15000,
        .write_stall_ms = 20000,
        .drain_ms = 5000,
        .head = on_head,
        .handler = on_request,
    };
    for (int i = 1; i < argc; i++) option_set(&options, argv[i]);
    return options;
}

static int trickle(int port)
{
    static const char ask[] = "GET /size?16000000 HTTP/1.1\r\nHost: a\r\n\r\n";
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int client = socket(AF_INET, SOCK_STREAM, 0), buffer = TRICKLE_BUFFER;
    CHECK(client >= 0 && setsockopt(client, SOL_SOCKET, SO_RCVBUF, &buffer, sizeof(buffer)) == 0);
    CHECK(connect(client, (struct sockaddr *)&to, sizeof(to)) == 0);
    CHECK(send(client, ask, sizeof(ask) - 1, 0) == (ssize_t)(sizeof(ask) - 1));
    puts("connected");
    fflush(stdout);
    char bytes[TRICKLE_SIZE];
    while (recv(client, bytes, sizeof(bytes), 0) > 0) sleep_ms(TRICKLE_MS);
    close(client);
    return 0;
}

int main(int argc, char **argv)
{
    if (argc == 3 && strcmp(argv[1], "trickle") == 0) return trickle(atoi(argv[2]));
    struct http_options options = options_read(argc, argv);
    char reason[REASON_SIZE];
    random_start();
    log_set_level(LOG_ERROR); /* some paths keep the network thread busy, which a debug build logs as a warning */
    if (http_listen(&options, reason, sizeof(reason), &server)) {
        fprintf(stderr, "%s\n", reason);
        return 1;
    }
    http_every(server, 20, on_tick, &ticks);
    signal(SIGTERM, on_signal);
    pthread_t thread;
    CHECK(pthread_create(&thread, NULL, worker, NULL) == 0);
    printf("%d\n", http_port(server));
    fflush(stdout);
    http_run(server);

    signal(SIGTERM, SIG_IGN); /* the server is about to be freed */
    pthread_mutex_lock(&mutex);
    finishing = true;
    pthread_cond_signal(&arrived);
    pthread_mutex_unlock(&mutex);
    pthread_join(thread, NULL);
    http_free(server);
    printf("drained\n");
    return 0;
}
