/* Parses bytes into struct http_request, without a socket, so that it can be tested and fuzzed separately.
 *
 * A head is parsed in two steps. head_scan() scans each byte once, as it arrives, and finds the end of the header
 * block; it refuses everything on which HTTP parsers are known to disagree: CR without LF, LF without CR, NUL and other
 * control characters, lines that begin with a space or tab. Then parse_head() passes the whole block to llhttp. The
 * order matters: llhttp 8.1.0 accepts some of these as line ends (CVE-2023-30589, CVE-2024-27982, CVE-2025-23167).
 * Bodies do not go through llhttp; see chunk.h.
 *
 * Invariants: what is accepted or refused does not depend on how the bytes were split; every slice of the request
 * points into the request's arena, never into a network buffer. Sources: RFC 9112 sections 2 to 7. */
#ifndef HTTP_PARSE_H
#define HTTP_PARSE_H

#include "base/buf.h"
#include "http/chunk.h"
#include "http/http.h"

/* llhttp.h defines the names of our methods too, so they are renamed while it is included. */
#define HTTP_GET     LLHTTP_GET
#define HTTP_HEAD    LLHTTP_HEAD
#define HTTP_POST    LLHTTP_POST
#define HTTP_PUT     LLHTTP_PUT
#define HTTP_PATCH   LLHTTP_PATCH
#define HTTP_DELETE  LLHTTP_DELETE
#define HTTP_OPTIONS LLHTTP_OPTIONS
#define HTTP_TRACE   LLHTTP_TRACE
#define HTTP_CONNECT LLHTTP_CONNECT
#include <llhttp.h>
#undef HTTP_GET
#undef HTTP_HEAD
#undef HTTP_POST
#undef HTTP_PUT
#undef HTTP_PATCH
#undef HTTP_DELETE
#undef HTTP_OPTIONS
#undef HTTP_TRACE
#undef HTTP_CONNECT

/* The largest body that a head handler may allow. */
#define PARSE_BODY_MAX ((size_t)64 << 20)

/* State of a scan. Zeroed at the start of every request. */
struct head_scan {
    size_t at;      /* bytes scanned */
    size_t start;   /* of the request line: 2 after an empty line, which may precede it once, else 0 */
    size_t column;  /* in the current line */
    size_t section; /* bytes of the request line, later of the header fields */
    int lines;      /* complete ones, the request line included */
    bool after_cr;
    bool complete; /* bytes [start, at) are a whole header block */
};

/* Scans the bytes from scan->at on. `bytes` always begins at the start of the request. Sets scan->complete at the empty
 * line. Fails with BAD_REQUEST, URI_TOO_LONG or HEADERS_TOO_LARGE. */
MUST_CHECK err head_scan(struct head_scan *scan, str bytes);

/* One request being parsed. */
struct parse {
    llhttp_t llhttp;
    struct http_request *request;
    str authority; /* of a target in absolute-form, which replaces Host; STR_NONE: none */
    struct http_header *headers;
    size_t header_room;
    bool header_value_seen; /* of the newest header */
    bool head_done;
    bool complete; /* the whole body has arrived, request->body is set */
    bool version_1_1;
    bool keep_alive; /* the client asks to keep the connection open */
    bool expects_continue;
    bool chunked;
    uint64_t content_length;
    struct chunk_decoder chunks;
    struct buf body;
};

/* Parses a scanned block of `lines` lines. Fills method, path, query and headers of the request, whose arena must be
 * set; the block is copied. Fails with BAD_REQUEST, NOT_IMPLEMENTED, HTTP_VERSION or
 * EXPECTATION_FAILED. */
MUST_CHECK err parse_head(struct parse *parse, struct http_request *request, str block, int lines);

/* Sets the largest body, after parse_head() and before parse_body(). PAYLOAD_TOO_LARGE if the declared length exceeds
 * it. Bounds: body_max <= PARSE_BODY_MAX. */
MUST_CHECK err parse_body_start(struct parse *parse, size_t body_max);

/* Parses body bytes until parse->complete; *ret_used is the number that belong to this request. Fails with BAD_REQUEST
 * or PAYLOAD_TOO_LARGE. */
MUST_CHECK err parse_body(struct parse *parse, str bytes, size_t *ret_used);

#endif
