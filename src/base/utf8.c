/* See utf8.h. The ranges are those of table 3-7 in the Unicode standard. */
#include "base/utf8.h"

static bool in(unsigned char c, unsigned char low, unsigned char high)
{
    return c >= low && c <= high;
}

static bool tail(const unsigned char *p, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++) {
        if (!in(p[i], 0x80, 0xBF)) return false;
    }
    return true;
}

size_t utf8_length(str s)
{
    const unsigned char *p = (const unsigned char *)s.p;
    if (s.n >= 1 && p[0] < 0x80) return 1;
    if (s.n >= 2 && in(p[0], 0xC2, 0xDF)) return tail(p, 1, 2) ? 2 : 0;
    if (s.n >= 3 && in(p[0], 0xE0, 0xEF)) {
        unsigned char low = p[0] == 0xE0 ? 0xA0 : 0x80;
        unsigned char high = p[0] == 0xED ? 0x9F : 0xBF;
        return in(p[1], low, high) && tail(p, 2, 3) ? 3 : 0;
    }
    if (s.n >= 4 && in(p[0], 0xF0, 0xF4)) {
        unsigned char low = p[0] == 0xF0 ? 0x90 : 0x80;
        unsigned char high = p[0] == 0xF4 ? 0x8F : 0xBF;
        return in(p[1], low, high) && tail(p, 2, 4) ? 4 : 0;
    }
    return 0;
}

/* Most text is ASCII: eight bytes at once. */
static str after_ascii(str s)
{
    static const uint64_t high = UINT64_C(0x8080808080808080);
    uint64_t bytes;
    while (s.n >= sizeof(bytes)) {
        memcpy(&bytes, s.p, sizeof(bytes));
        if (bytes & high) break;
        s = str_from(s, sizeof(bytes));
    }
    return s;
}

bool utf8_valid(str s)
{
    for (s = after_ascii(s); s.n > 0; s = after_ascii(s)) {
        size_t n = utf8_length(s);
        if (n == 0) return false;
        s = str_from(s, n);
    }
    return true;
}

size_t utf8_count(str s)
{
    size_t count = 0;
    for (size_t i = 0; i < s.n; i++) {
        if (((unsigned char)s.p[i] & 0xC0) != 0x80) count++;
    }
    return count;
}
