/* See chunk.h. Invariant: in CHUNK_DATA the rest of the chunk fits into the buffer, which is checked when the size is
 * complete. */
#include "http/chunk.h"

enum { DIGITS_MAX = 16 };

static int hex_value(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

static err size_step(struct chunk_decoder *decoder, char c)
{
    int value = hex_value(c);
    if (c == '\r' && decoder->digits > 0) {
        decoder->state = CHUNK_SIZE_LF;
        return OK;
    }
    if (value < 0 || ++decoder->digits > DIGITS_MAX) return ERR_BAD_REQUEST;
    decoder->left = decoder->left << 4 | (unsigned)value;
    return OK;
}

static err size_end(struct chunk_decoder *decoder, char c, const struct buf *body)
{
    if (c != '\n') return ERR_BAD_REQUEST;
    if (decoder->left > body->max - body->n) return ERR_PAYLOAD_TOO_LARGE;
    decoder->state = decoder->left > 0 ? CHUNK_DATA : CHUNK_END_CR;
    decoder->digits = 0;
    return OK;
}

static err expect(struct chunk_decoder *decoder, char c, char expected, enum chunk_state next)
{
    if (c != expected) return ERR_BAD_REQUEST;
    decoder->state = next;
    return OK;
}

/* Handles one byte of the framing. */
static err framing_step(struct chunk_decoder *decoder, char c, const struct buf *body)
{
    switch (decoder->state) {
    case CHUNK_SIZE:
        return size_step(decoder, c);
    case CHUNK_SIZE_LF:
        return size_end(decoder, c, body);
    case CHUNK_DATA_CR:
        return expect(decoder, c, '\r', CHUNK_DATA_LF);
    case CHUNK_DATA_LF:
        return expect(decoder, c, '\n', CHUNK_SIZE);
    case CHUNK_END_CR:
        return expect(decoder, c, '\r', CHUNK_END_LF);
    case CHUNK_END_LF:
        return expect(decoder, c, '\n', CHUNK_DONE);
    default:
        return ERR_INTERNAL;
    }
}

static size_t data_take(struct chunk_decoder *decoder, str bytes, struct buf *body)
{
    str part = str_first(bytes, decoder->left < bytes.n ? (size_t)decoder->left : bytes.n);
    buf_add(body, part);
    decoder->left -= part.n;
    if (decoder->left == 0) decoder->state = CHUNK_DATA_CR;
    return part.n;
}

err chunk_decode(struct chunk_decoder *decoder, str bytes, struct buf *body, size_t *ret_used)
{
    size_t used = 0;
    while (used < bytes.n && decoder->state != CHUNK_DONE) {
        if (decoder->state == CHUNK_DATA) {
            used += data_take(decoder, str_from(bytes, used), body);
            continue;
        }
        err e = framing_step(decoder, bytes.p[used++], body);
        if (e) return e;
    }
    *ret_used = used;
    return OK;
}
