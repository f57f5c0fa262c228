/* See send.h. Invariant: bytes are sent in order, because uv_try_write() refuses while writes are pending
 * (connection->writes > 0). */
#include "http/send.h"

#include <linux/sockios.h>
#include <stdlib.h>
#include <sys/ioctl.h>

#include "base/check.h"
#include "http/server.h"
#include "http/step.h"

enum {
    RESPONSE_BYTES_PER_MS = 32,  /* that a client must read on average, after write_stall_ms */
    TLS_PIECE = 64 * 1024,       /* plaintext that is encrypted at a time */
    TLS_QUEUE_MAX = 1024 * 1024, /* a client that causes TLS output but does not read is disconnected */
};

static uv_stream_t *stream_of(struct connection *connection)
{
    return (uv_stream_t *)&connection->tcp;
}

/* Returns the bytes that the socket accepts at once. On an error closes the connection and returns -1. */
static ssize_t try_write(struct connection *connection, const uv_buf_t *buffers, unsigned count)
{
    int n = uv_try_write(stream_of(connection), buffers, count);
    if (n >= 0) {
        connection->written += (size_t)n;
        return n;
    }
    if (n == UV_EAGAIN) return 0;
    connection_close(connection);
    return -1;
}

/* Bytes not yet acknowledged by the client's TCP, in the queue of the loop and in the socket. The socket must be
 * included because it can buffer megabytes, during which the queue does not change. */
static size_t unacknowledged(struct connection *connection)
{
    size_t queued = uv_stream_get_write_queue_size(stream_of(connection));
    uv_os_fd_t handle;
    int in_socket = 0;
    if (uv_fileno((uv_handle_t *)&connection->tcp, &handle) == 0 && ioctl(handle, SIOCOUTQ, &in_socket) == 0) {
        queued += (size_t)in_socket;
    }
    return queued;
}

/* Streams have no minimum rate: they send when there is something new. */
static bool read_too_slowly(const struct connection *connection)
{
    const struct http_server *server = connection->server;
    if (connection->exchange->stream) return false;
    size_t acknowledged = connection->acknowledged - connection->acknowledged_before;
    int64_t allowed_ms = server->options.write_stall_ms + (int64_t)(acknowledged / RESPONSE_BYTES_PER_MS);
    return server_now_ms(server) - connection->response_start_ms > allowed_ms;
}

/* Updates the acknowledged bytes and the deadline. At the first call for a response, bytes before it may still be
 * unacknowledged, so that acknowledged_before is corrected. Most responses are sent at once, without this. */
static void progress_check(struct connection *connection)
{
    size_t acknowledged = connection->written - unacknowledged(connection);
    connection->acknowledged = acknowledged;
    if (connection->state != CONNECTION_SENDING) return;
    if (acknowledged < connection->acknowledged_before) connection->acknowledged_before = acknowledged;
    if (read_too_slowly(connection)) {
        connection_close(connection);
        return;
    }
    connection_wait(connection, DEADLINE_STALL, connection->server->options.write_stall_ms);
}

bool send_progressed(struct connection *connection)
{
    size_t before = connection->acknowledged;
    progress_check(connection);
    return connection->acknowledged > before;
}

static void start(struct connection *connection, uv_write_t *write, const uv_buf_t *buffers, unsigned count,
                  uv_write_cb done)
{
    connection->writes++;
    for (unsigned i = 0; i < count; i++) connection->written += buffers[i].len;
    CHECK(uv_write(write, stream_of(connection), buffers, count, done) == 0);
    progress_check(connection);
}

static void finished(struct connection *connection, int status)
{
    connection->writes--;
    if (connection->state == CONNECTION_CLOSED) return;
    if (status < 0) {
        connection_close(connection);
        return;
    }
    if (connection->state != CONNECTION_SENDING) return;
    if (connection->writes > 0) {
        progress_check(connection);
        return;
    }
    connection_proceed(connection);
    send_response(connection);
}

struct output *output_new(str bytes)
{
    struct output *output = malloc(sizeof(*output) + bytes.n);
    CHECK(output != NULL);
    *output = (struct output){.size = bytes.n};
    if (bytes.n) memcpy(output->bytes, bytes.p, bytes.n);
    return output;
}

static void output_done(struct output *output)
{
    struct exchange *exchange = output->exchange;
    if (exchange) {
        atomic_fetch_sub(&exchange->stream_unread, output->size);
        exchange->writes--;
        exchange_settle(exchange);
    }
    free(output);
}

static void on_output_written(uv_write_t *write, int status)
{
    struct output *output = write->data;
    struct connection *connection = output->connection;
    STEP(connection->server, "written");
    output_done(output);
    finished(connection, status);
}

/* Passes the bytes after the first `sent` ones to the loop, which frees the output afterwards. */
static void output_start(struct connection *connection, struct output *output, size_t sent)
{
    output->connection = connection;
    output->write.data = output;
    uv_buf_t rest = uv_buf_init(output->bytes + sent, (unsigned)(output->size - sent));
    start(connection, &output->write, &rest, 1, on_output_written);
}

void send_tls_output(struct connection *connection)
{
    str cipher = tls_output(connection->tls);
    if (cipher.n == 0) return;
    uv_buf_t buffer = uv_buf_init((char *)(uintptr_t)cipher.p, (unsigned)cipher.n);
    ssize_t n = try_write(connection, &buffer, 1);
    if (n < 0) return;
    if ((size_t)n < cipher.n) {
        struct output *rest = output_new(str_from(cipher, (size_t)n));
        output_start(connection, rest, 0);
    }
    tls_output_clear(connection->tls);
    if (uv_stream_get_write_queue_size(stream_of(connection)) > TLS_QUEUE_MAX) connection_close(connection);
}

/* Encrypts and sends; false when the connection broke. */
static bool send_encrypted(struct connection *connection, str bytes)
{
    if (!tls_write(connection->tls, bytes)) {
        connection_close(connection);
        return false;
    }
    send_tls_output(connection);
    return connection->state != CONNECTION_CLOSED;
}

static size_t unsent_size(const struct exchange *exchange)
{
    return exchange->unsent[0].len + exchange->unsent[1].len;
}

/* Removes the first n unsent bytes. */
static void unsent_take(struct exchange *exchange, size_t n)
{
    for (size_t i = 0; i < COUNT_OF(exchange->unsent); i++) {
        size_t part = n < exchange->unsent[i].len ? n : exchange->unsent[i].len;
        exchange->unsent[i].base += part;
        exchange->unsent[i].len -= part;
        n -= part;
    }
}

static void on_response_written(uv_write_t *write, int status)
{
    struct exchange *exchange = write->data;
    struct connection *connection = write->handle->data;
    STEP(connection->server, "written");
    exchange->writes--;
    exchange_settle(exchange);
    finished(connection, status);
}

static void send_plain(struct connection *connection)
{
    struct exchange *exchange = connection->exchange;
    unsigned skip = exchange->unsent[0].len == 0, count = 2 - skip - (exchange->unsent[1].len == 0);
    ssize_t n = try_write(connection, exchange->unsent + skip, count);
    if (n < 0) return;
    unsent_take(exchange, (size_t)n);
    if (unsent_size(exchange) == 0) return;
    exchange_shrink(exchange);
    exchange->write.data = exchange;
    exchange->writes++;
    start(connection, &exchange->write, exchange->unsent, 2, on_response_written);
    unsent_take(exchange, unsent_size(exchange));
}

/* Encrypts the next part only, so that a large response to a slow client is not encrypted as a whole. The beginning of
 * a stream is, because its pieces must follow it. */
static void send_secret(struct connection *connection)
{
    struct exchange *exchange = connection->exchange;
    const uv_buf_t *next = exchange->unsent[0].len > 0 ? &exchange->unsent[0] : &exchange->unsent[1];
    str part = {next->base, next->len};
    if (!exchange->stream) part = str_first(part, TLS_PIECE);
    if (!tls_write(connection->tls, part)) {
        connection_close(connection);
        return;
    }
    unsent_take(exchange, part.n);
    bool more = unsent_size(exchange) > 0 && tls_output(connection->tls).n < TLS_PIECE;
    if (!more) send_tls_output(connection);
}

/* Writes of TLS itself may still be pending when a response begins, so their progress is checked here, too. */
void send_response(struct connection *connection)
{
    struct exchange *exchange = connection->exchange;
    while (unsent_size(exchange) > 0) {
        if (connection->tls && connection->writes > 0 && !exchange->stream) {
            exchange_shrink(exchange);
            progress_check(connection);
            return;
        }
        if (connection->tls)
            send_secret(connection);
        else
            send_plain(connection);
        if (connection->state == CONNECTION_CLOSED) return;
    }
    if (connection->writes > 0) return;
    if (exchange->stream && !exchange->stream_ended) return;
    connection_responded(connection);
}

void send_begin(struct connection *connection)
{
    connection->response_start_ms = server_now_ms(connection->server);
    connection->acknowledged_before = connection->written;
    send_response(connection);
}

void send_piece(struct connection *connection, struct output *piece)
{
    piece->exchange->writes++;
    if (connection->tls) {
        send_encrypted(connection, (str){piece->bytes, piece->size});
        output_done(piece);
        return;
    }
    uv_buf_t buffer = uv_buf_init(piece->bytes, (unsigned)piece->size);
    ssize_t n = try_write(connection, &buffer, 1);
    if (n < 0 || (size_t)n == piece->size)
        output_done(piece);
    else
        output_start(connection, piece, (size_t)n);
}

void send_interim(struct connection *connection, str bytes)
{
    if (connection->tls) {
        send_encrypted(connection, bytes);
        return;
    }
    uv_buf_t buffer = uv_buf_init((char *)(uintptr_t)bytes.p, (unsigned)bytes.n);
    ssize_t n = try_write(connection, &buffer, 1);
    if (n >= 0 && (size_t)n < bytes.n) output_start(connection, output_new(str_from(bytes, (size_t)n)), 0);
}
