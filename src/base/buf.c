/* See buf.h. */
#include "base/buf.h"

#include <stdio.h>

#include "base/check.h"

struct buf buf_new(struct arena *arena, size_t max)
{
    return (struct buf){.arena = arena, .max = max};
}

static void grow(struct buf *buf, size_t need)
{
    size_t size = buf->size ? buf->size * 2 : 256;
    if (size < need) size = need;
    if (size > buf->max) size = buf->max;
    char *p = arena_alloc(buf->arena, size + 1); /* the NUL of vsnprintf */
    if (buf->n) memcpy(p, buf->p, buf->n);
    buf->p = p;
    buf->size = size;
}

char *buf_reserve(struct buf *buf, size_t n)
{
    if (buf->full || n > buf->max - buf->n) {
        buf->full = true;
        return NULL;
    }
    if (buf->n + n > buf->size) grow(buf, buf->n + n);
    return buf->p + buf->n;
}

void buf_add(struct buf *buf, str s)
{
    if (s.n == 0) return;
    char *p = buf_reserve(buf, s.n);
    if (!p) return;
    memcpy(p, s.p, s.n);
    buf->n += s.n;
}

void buf_add_char(struct buf *buf, char c)
{
    buf_add(buf, (str){&c, 1});
}

void buf_add_int(struct buf *buf, int64_t value)
{
    char digits[24];
    char *p = digits + sizeof(digits);
    uint64_t rest = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
    do {
        *--p = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest);
    if (value < 0) *--p = '-';
    buf_add(buf, (str){p, (size_t)(digits + sizeof(digits) - p)});
}

void buf_printf(struct buf *buf, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    va_list again;
    va_copy(again, arguments);
    int n = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    CHECK(n >= 0);
    char *p = buf_reserve(buf, (size_t)n);
    if (p) {
        vsnprintf(p, (size_t)n + 1, format, again);
        buf->n += (size_t)n;
    }
    va_end(again);
}
