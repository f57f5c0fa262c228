/* See str.h. */
#include "base/str.h"

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

bool str_equal_nocase(str a, str b)
{
    if (a.n != b.n) return false;
    for (size_t i = 0; i < a.n; i++) {
        if (lower(a.p[i]) != lower(b.p[i])) return false;
    }
    return true;
}

bool str_starts(str s, str prefix)
{
    return s.n >= prefix.n && str_equal(str_first(s, prefix.n), prefix);
}

bool str_ends(str s, str suffix)
{
    return s.n >= suffix.n && str_equal(str_from(s, s.n - suffix.n), suffix);
}

str str_trim(str s)
{
    while (s.n > 0 && (s.p[0] == ' ' || s.p[0] == '\t')) s = str_from(s, 1);
    while (s.n > 0 && (s.p[s.n - 1] == ' ' || s.p[s.n - 1] == '\t')) s.n--;
    return s;
}

size_t str_find(str s, char c)
{
    const char *hit = s.n ? memchr(s.p, c, s.n) : NULL;
    return hit ? (size_t)(hit - s.p) : s.n;
}

bool str_split(str *rest, char separator, str *ret_part)
{
    if (!rest->p) return false;
    size_t end = str_find(*rest, separator);
    *ret_part = str_first(*rest, end);
    *rest = end == rest->n ? STR_NONE : str_from(*rest, end + 1);
    return true;
}

bool str_is_digits(str s)
{
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] < '0' || s.p[i] > '9') return false;
    }
    return s.n > 0;
}

bool str_to_int(str s, int64_t *ret_value)
{
    bool negative = s.n > 0 && s.p[0] == '-';
    if (negative) s = str_from(s, 1);
    if (s.n == 0 || s.n > 19) return false;
    int64_t value = 0;
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] < '0' || s.p[i] > '9') return false;
        int digit = s.p[i] - '0';
        if (__builtin_mul_overflow(value, 10, &value)) return false;
        if (__builtin_add_overflow(value, negative ? -digit : digit, &value)) return false;
    }
    *ret_value = value;
    return true;
}
