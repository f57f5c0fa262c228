/* HTTP/1.1 server: turns bytes into requests and responses into bytes. Independent of routes and of the application.
 *
 * One network thread runs a libuv loop. llhttp parses the header block after a pre-check; OpenSSL does TLS. A
 * connection handles one request at a time: pipelined bytes are buffered, within a bound, until the previous response
 * is sent.
 *
 * Life of a request: the header block is complete -> the `head` handler sets the largest body or refuses, on the
 * network thread -> the body is complete -> `handler`, on the network thread, which must not block -> the application
 * calls http_respond() exactly once, on any thread -> the response is sent and the request is freed with its arena.
 * Between `handler` and http_respond() the request belongs to the application, which may pass it between threads, even
 * if the client has disconnected.
 *
 * The server itself refuses malformed input, with application/problem+json, and closes the connection. Sources: RFC
 * 9110, RFC 9112, RFC 9457. */
#ifndef HTTP_HTTP_H
#define HTTP_HTTP_H

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

enum http_method {
    HTTP_GET,
    HTTP_HEAD,
    HTTP_POST,
    HTTP_PUT,
    HTTP_PATCH,
    HTTP_DELETE,
    HTTP_OPTIONS,
    HTTP_TRACE, /* this one and the next are known, so that they can be refused with 405 */
    HTTP_CONNECT,
    HTTP_METHOD_COUNT
};

struct http_header {
    str name;  /* as sent */
    str value; /* trimmed */
};

struct networks;

struct http_request {
    struct arena *arena;     /* lives until the response is sent */
    enum http_method method; /* HEAD arrives as HEAD; its response body is counted but not sent */
    str path;                /* target up to '?', without scheme and host, still percent-encoded, starts with '/' */
    str query;               /* after '?', still percent-encoded; STR_NONE without one */
    const struct http_header *headers;
    size_t header_count;
    str body;
    str remote;          /* address of the client without port, "127.0.0.1" or "::1" */
    bool of_proxy;       /* `remote` is a trusted proxy, which stands for many clients and does not say for which */
    bool secure;         /* the client uses TLS, up to here or up to a trusted proxy that says so */
    int64_t received_ms; /* monotonic clock at the first byte */
    char id[33];         /* request id: 32 hex digits, random, NUL-terminated */
    void *application;   /* free for the handler; NULL at first */
};

/* Value of a header by name, case-insensitive; STR_NONE if absent. If there are several, the first one. *ret_count is
 * set to their number (ret_count may be NULL). */
str http_header(const struct http_request *request, str name, size_t *ret_count);

struct http_response {
    int status;
    const struct http_header *headers; /* names and values without CR, LF, NUL: checked */
    size_t header_count;
    str body;    /* must be in the request's arena or static */
    bool close;  /* close the connection after it */
    bool stream; /* `body` is only the first part; the rest follows by http_stream_send() until http_stream_end(). No
                    length is sent and the connection closes at the end. The request belongs to the application until
                    http_stream_end(). */
};

/* Sends the response. Any thread; the network thread is woken once for all queued responses. Adds Date, Content-Length,
 * Connection and Strict-Transport-Security. Except for a stream the request must not be used afterwards. */
void http_respond(struct http_request *request, const struct http_response *response);

/* Sends a problem+json response (type, title, status, requestId) for an error; closes the connection if `close`. */
void http_respond_error(struct http_request *request, err e, bool close);

/* Sends a part of a stream; the bytes are copied. Returns false if the client has disconnected or has 64 KiB unread;
 * the caller then ends the stream. Any thread. */
bool http_stream_send(struct http_request *request, str bytes);
void http_stream_end(struct http_request *request);

/* Called with the header block only. Sets the largest body (0: a body is refused with 413), or returns an error, which
 * is sent before the connection is closed. */
typedef err http_head_handler(void *context, const struct http_request *head, size_t *ret_body_max);

/* Receives a complete request. Must not block. */
typedef void http_handler(void *context, struct http_request *request);

struct http_options {
    const char *host;                 /* "127.0.0.1", "::", ... */
    int port;                         /* 0: a free one; see http_port() */
    const char *tls_certificate_file; /* PEM chain; NULL: plain HTTP */
    const char *tls_key_file;         /* PEM */
    const struct networks
        *proxies;        /* trusted ones: the client is who they say (forwarded.h); must outlive the server */
    bool hsts;           /* responses over TLS, also over that of a trusted proxy, have Strict-Transport-Security */
    bool proxy_protocol; /* their connections begin with the header of the PROXY protocol */
    int connections_max; /* beyond it a connection that waits for its client is closed (eviction.h), or, when there is
                            none, the new one refused with 503 */
    int connections_per_address_max; /* those of trusted proxies are not counted */
    size_t held_max; /* bytes; if the unfinished requests and responses of other clients hold more, new requests,
                        further bytes of bodies and large responses are refused with 503 */
    size_t held_per_address_max; /* bytes; likewise for the requests of one address */
    int progress_ms;             /* without a byte of an expected head or body for this time: 408 and close */
    int head_ms;                 /* longest time from the first byte of a head to its end, else 408 and close */
    int keep_alive_ms;           /* idle connections are closed after this time */
    int write_stall_ms;          /* a client that reads nothing of its response for this time is disconnected, and
                                    after it also one that reads fewer than 32 bytes a millisecond on average; one that
                                    acknowledges nothing for twice this time is reset by the system, too */
    int drain_notice_ms; /* after http_stop() requests are still served for this time, so that load balancers notice */
    int drain_ms;        /* then open requests may take this time to finish */
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

/* Binds and listens. On failure writes a message for the operator to `ret_reason` (size bytes) and returns
 * ERR_STATE_CONFLICT if the port is in use, else ERR_INTERNAL. */
MUST_CHECK err http_listen(const struct http_options *options, char *ret_reason, size_t size,
                           struct http_server **ret_server);

/* The bound port. */
int http_port(const struct http_server *server);

/* The limit of open connections. */
int http_connections_max(const struct http_server *server);

/* Runs the loop on the calling thread until http_stop() and the drain are done. */
void http_run(struct http_server *server);

/* Begins the shutdown: from now on responses have Connection: close; after drain_notice_ms the server stops accepting,
 * closes idle connections and lets open requests finish within drain_ms. Any thread, and safe in a signal handler. */
void http_stop(struct http_server *server);

/* Whether http_stop() was called. Any thread. */
bool http_stopping(const struct http_server *server);

/* Whether drain_notice_ms is over too: then the application ends its streams. Network thread only. */
bool http_draining(const struct http_server *server);

/* Calls `tick` on the network thread every `interval_ms` while the server runs; at most 8 of them, before http_run().
 */
void http_every(struct http_server *server, int interval_ms, void (*tick)(void *context), void *context);

/* Counters since the start, for metrics. */
struct http_counters {
    uint64_t accepted;
    uint64_t requests;
    uint64_t refused;    /* malformed, too large, too slow, too many */
    uint64_t evicted;    /* connections closed to make room for others */
    uint64_t long_steps; /* of the network thread, of more than 1 ms; 0 where they are not measured (step.h) */
    int connections;     /* open now */
};
struct http_counters http_counters(const struct http_server *server);

/* Frees the server. Call after http_run() returned. */
void http_free(struct http_server *server);

#endif
