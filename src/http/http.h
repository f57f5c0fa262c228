/* HTTP/1.1 server: bytes <-> request and response. Knows no route and no rule of the application.
 *
 * One network thread runs a libuv loop; llhttp parses behind a pre-check of the header block; OpenSSL does TLS. A
 * connection carries one request at a time: pipelined bytes wait, bounded, until the answer to the one before is sent.
 *
 * Life of a request: the header block is complete -> `head` handler, on the network thread (says how many body bytes
 * are welcome, or refuses) -> the body is complete -> `handler`, on the network thread, which must not block ->
 * somebody, on any thread, calls http_respond() exactly once -> the bytes are sent and the request with its arena is
 * released. Between `handler` and http_respond() the request belongs to the application, which may hand it from thread
 * to thread, even when the client has gone.
 *
 * Answers to malformed input follow docs (the table "Bad input" of the API): the server answers those itself with
 * application/problem+json and closes. Sources: RFC 9110, RFC 9112, RFC 9457. */
#ifndef HTTP_HTTP_H
#define HTTP_HTTP_H

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

enum http_method { HTTP_GET, HTTP_HEAD, HTTP_POST, HTTP_PUT, HTTP_PATCH, HTTP_DELETE, HTTP_OPTIONS, HTTP_METHOD_COUNT };

struct http_header {
    str name;  /* as sent */
    str value; /* trimmed */
};

struct http_request {
    struct arena *arena;     /* lives until the answer is sent */
    enum http_method method; /* HEAD arrives as HEAD; its response body is counted but not sent */
    str path;                /* target up to '?', still percent-encoded, starts with '/' */
    str query;               /* behind '?', still percent-encoded; STR_NONE without one */
    const struct http_header *headers;
    size_t header_count;
    str body;
    str remote; /* peer address without port, "127.0.0.1" or "::1" */
    bool tls;
    int64_t received_ms; /* monotonic clock at the first byte */
    char id[33];         /* request id: 32 hex digits, random, NUL-terminated */
    void *application;   /* free for the handler; NULL at first */
};

/* Header by name, any case; STR_NONE when absent. If it came several times the first is returned and, if wanted,
 * *ret_count says how many there were (ret_count may be NULL). */
str http_header(const struct http_request *request, str name, size_t *ret_count);

struct http_response {
    int status;
    const struct http_header *headers; /* names and values without CR, LF, NUL: checked */
    size_t header_count;
    str body;    /* must live in the request's arena or for ever */
    bool close;  /* end the connection after it */
    bool stream; /* body is only the beginning: more comes by http_stream_send() until http_stream_end(); no length is
                    sent, the connection closes at the end; the request stays the application's until http_stream_end()
                  */
};

/* Sends the answer. Any thread; the network thread is woken once for however many answers wait. Adds Date,
 * Content-Length and Connection. Except for a stream the request must not be touched afterwards. */
void http_respond(struct http_request *request, const struct http_response *response);

/* Sends a problem+json answer (type, title, status, requestId) for an error; the connection closes if `close`. */
void http_respond_error(struct http_request *request, err e, bool close);

/* More of a stream: copies the bytes. Returns false when the client is gone or has 64 KiB unread: then end the stream.
 * Any thread. */
bool http_stream_send(struct http_request *request, str bytes);
void http_stream_end(struct http_request *request);

/* Decides on the header block alone. Sets how many body bytes the handler takes (0: a body is refused with 413), or
 * returns an error, which is answered and the connection closed. */
typedef err http_head_handler(void *context, const struct http_request *head, size_t *ret_body_max);

/* Takes over a complete request. Must not block. */
typedef void http_handler(void *context, struct http_request *request);

struct http_options {
    const char *host;                 /* "127.0.0.1", "::", ... */
    int port;                         /* 0: any free one; see http_port() */
    const char *tls_certificate_file; /* PEM chain; NULL: plain HTTP */
    const char *tls_key_file;         /* PEM */
    int connections_max; /* over it the oldest idle connection is closed, else the new one refused with 503 */
    int connections_per_address_max;
    size_t held_max; /* bytes; when the requests and answers that others have not finished hold so much, a new request,
                        the rest of a body and a large answer are refused with 503 */
    size_t held_per_address_max; /* bytes; the same among the requests of one address */
    int progress_ms;             /* no byte of an expected head or body for so long: 408 and close */
    int head_ms;                 /* a head must be complete within this since its first byte: 408 and close */
    int keep_alive_ms;           /* idle connections are closed after it, silently */
    int write_stall_ms;          /* a client that takes no byte of its answer for so long is dropped, and one that
                                    takes fewer than 32 a millisecond on average after it */
    int drain_notice_ms; /* after http_stop() everything is served for so long, so that balancers look elsewhere */
    int drain_ms;        /* and then open requests get so long */
    http_head_handler *head;
    http_handler *handler;
    void *context;
};

enum {
    HTTP_REQUEST_LINE_MAX = 8 * 1024,
    HTTP_HEADERS_SIZE_MAX = 16 * 1024,
    HTTP_HEADERS_MAX = 100,
};

struct http_server;

/* Binds and listens. On failure writes one sentence for the operator to `ret_reason` (size bytes) and returns
 * ERR_INTERNAL. */
MUST_CHECK err http_listen(const struct http_options *options, char *ret_reason, size_t size,
                           struct http_server **ret_server);

/* The port really bound. */
int http_port(const struct http_server *server);

/* Runs the loop on the calling thread until http_stop() and the drain are done. */
void http_run(struct http_server *server);

/* Answers with Connection: close; after drain_notice_ms stops accepting, closes idle connections, lets open requests
 * finish within drain_ms. Any thread, and safe in a signal handler. */
void http_stop(struct http_server *server);

/* Whether http_stop() was called. Any thread. */
bool http_stopping(const struct http_server *server);

/* Whether the notice is over too: whoever holds requests open of his own accord (streams) ends them now. On the network
 * thread. */
bool http_draining(const struct http_server *server);

/* Calls `tick` on the network thread every `interval_ms` while the server runs; at most 8 of them, before http_run().
 */
void http_every(struct http_server *server, int interval_ms, void (*tick)(void *context), void *context);

/* Counters since the start, for metrics. */
struct http_counters {
    uint64_t accepted;
    uint64_t requests;
    uint64_t refused; /* malformed, too large, too slow, too many */
    int connections;  /* open now */
};
struct http_counters http_counters(const struct http_server *server);

/* Frees the server. Call after http_run() returned. */
void http_free(struct http_server *server);

#endif
