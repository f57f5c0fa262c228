/* Bytes -> struct http_request, without a socket, so that it can be tested and fuzzed alone.
 *
 * A head is taken in two steps. head_scan() walks over the bytes as they arrive, each once, and finds the end of the
 * header block; it refuses everything on which HTTP parsers have been known to disagree: CR without LF, LF without CR,
 * NUL and other controls, lines that begin with a space or tab. Only then does parse_head() show the whole block to
 * llhttp. The order matters: llhttp 8.1.0 on its own takes some of these for line ends (CVE-2023-30589, CVE-2024-27982,
 * CVE-2025-23167). Bodies do not go through llhttp; see chunk.h.
 *
 * Invariants: what is accepted or refused does not depend on how the bytes were split; every slice of the request
 * points into the request's arena, never into a network buffer. Sources: RFC 9112 sections 2 to 7. */
#ifndef HTTP_PARSE_H
#define HTTP_PARSE_H

#include "base/buf.h"
#include "http/chunk.h"
#include "http/http.h"

/* llhttp's header claims the names of our methods, so they are set aside while it is read. */
#define HTTP_GET     LLHTTP_GET
#define HTTP_HEAD    LLHTTP_HEAD
#define HTTP_POST    LLHTTP_POST
#define HTTP_PUT     LLHTTP_PUT
#define HTTP_PATCH   LLHTTP_PATCH
#define HTTP_DELETE  LLHTTP_DELETE
#define HTTP_OPTIONS LLHTTP_OPTIONS
#include <llhttp.h>
#undef HTTP_GET
#undef HTTP_HEAD
#undef HTTP_POST
#undef HTTP_PUT
#undef HTTP_PATCH
#undef HTTP_DELETE
#undef HTTP_OPTIONS

/* The largest body a head handler may welcome. */
#define PARSE_BODY_MAX ((size_t)64 << 20)

/* Where a scan stands. Zeroed at the start of every request. */
struct head_scan {
    size_t at;      /* bytes looked at */
    size_t start;   /* of the request line: 2 behind the one empty line that may precede it, else 0 */
    size_t column;  /* in the present line */
    size_t section; /* bytes of the request line, later of the header fields */
    int lines;      /* complete ones, the request line included */
    bool after_cr;
    bool complete; /* bytes [start, at) are a whole header block */
};

/* Looks at the bytes from scan->at on; `bytes` begins where the request begins and only ever grows. Sets
 * scan->complete at the empty line. Fails with BAD_REQUEST, URI_TOO_LONG or HEADERS_TOO_LARGE. */
MUST_CHECK err head_scan(struct head_scan *scan, str bytes);

/* One request being parsed. */
struct parse {
    llhttp_t llhttp;
    struct http_request *request;
    struct http_header *headers;
    size_t header_room;
    bool header_value_seen; /* of the newest header */
    bool head_done;
    bool complete; /* the body has arrived whole, request->body is set */
    bool version_1_1;
    bool keep_alive; /* the client would like another request on this connection */
    bool expects_continue;
    bool chunked;
    uint64_t content_length;
    struct chunk_decoder chunks;
    struct buf body;
};

/* Parses a scanned block of `lines` lines. Fills method, path, query and headers of the request, whose arena must be
 * set; the block is copied. Fails with BAD_REQUEST, NOT_IMPLEMENTED or HTTP_VERSION. */
MUST_CHECK err parse_head(struct parse *parse, struct http_request *request, str block, int lines);

/* Says how many body bytes are welcome, after parse_head() and before parse_body(). PAYLOAD_TOO_LARGE if the declared
 * length is over it. Bounds: body_max <= PARSE_BODY_MAX. */
MUST_CHECK err parse_body_start(struct parse *parse, size_t body_max);

/* Takes body bytes until parse->complete; *ret_used tells how many were of this request. Fails with BAD_REQUEST or
 * PAYLOAD_TOO_LARGE. */
MUST_CHECK err parse_body(struct parse *parse, str bytes, size_t *ret_used);

#endif
