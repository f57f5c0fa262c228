/* Strict decoder of the chunked transfer coding (RFC 9112 section 7.1). llhttp 8.1.0 is not strict enough: it accepts a
 * bare LF as the end of a body, extensions and leading zeros without bound, and (built leniently) any two bytes as the
 * CR LF after a chunk. Extensions and trailers are refused: clients do not send them, and proxies disagree on them. */
#ifndef HTTP_CHUNK_H
#define HTTP_CHUNK_H

#include "base/buf.h"
#include "base/err.h"

enum chunk_state {
    CHUNK_SIZE, /* hexadecimal digits */
    CHUNK_SIZE_LF,
    CHUNK_DATA,
    CHUNK_DATA_CR,
    CHUNK_DATA_LF,
    CHUNK_END_CR, /* after the last chunk */
    CHUNK_END_LF,
    CHUNK_DONE
};

/* Zeroed at the start of a body. */
struct chunk_decoder {
    enum chunk_state state;
    unsigned digits; /* of the size, so far */
    uint64_t left;   /* the size, then the missing bytes of the chunk */
};

/* Adds the content of `bytes` to body until decoder->state is CHUNK_DONE; *ret_used is the number of bytes that were
 * used. Fails with BAD_REQUEST, or PAYLOAD_TOO_LARGE as soon as a chunk is announced that does not fit into the buffer.
 */
MUST_CHECK err chunk_decode(struct chunk_decoder *decoder, str bytes, struct buf *body, size_t *ret_used);

#endif
