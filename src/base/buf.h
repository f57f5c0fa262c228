/* A text buffer that grows inside an arena up to a bound given at creation. Writing past the bound sets `full` and
 * ignores all later writes, so that a writer checks once at the end. */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include "base/arena.h"
#include "base/str.h"

struct buf {
    struct arena *arena;
    char *p;
    size_t n;
    size_t size; /* allocated */
    size_t max;
    bool full; /* something did not fit */
};

/* An empty buffer of at most `max` bytes; its memory belongs to the arena. */
struct buf buf_new(struct arena *arena, size_t max);

void buf_add(struct buf *buf, str s);
void buf_add_char(struct buf *buf, char c);
void buf_add_int(struct buf *buf, int64_t value);
void buf_printf(struct buf *buf, const char *format, ...) __attribute__((format(printf, 2, 3)));

#define BUF_LITERAL(buf, literal) buf_add(buf, STR(literal))

/* Room for `n` more bytes, or NULL (and `full`); the caller writes there and then adds to buf->n itself. */
char *buf_reserve(struct buf *buf, size_t n);

/* What was written, valid as long as the arena. */
static inline str buf_str(const struct buf *buf)
{
    return (str){buf->p ? buf->p : "", buf->n};
}

#endif
