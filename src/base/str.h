/* Slices: a pointer and a length, never owning. A slice with p == NULL is "no value" (SQL NULL, JSON null), which is
 * different from the empty text. Slices are NUL-terminated only where documented. */
#ifndef BASE_STR_H
#define BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef struct str {
    const char *p;
    size_t n;
} str;

#define STR(literal) ((str){"" literal, sizeof(literal) - 1})
#define STR_NONE     ((str){NULL, 0})
#define STR_ARG(s)   (int)(s).n, (s).p /* for "%.*s" */

static inline str str_of(const char *text)
{
    return text ? (str){text, strlen(text)} : STR_NONE;
}

static inline bool str_equal(str a, str b)
{
    return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

static inline bool str_is(str a, const char *text)
{
    return str_equal(a, str_of(text));
}

static inline str str_from(str s, size_t start)
{
    return start >= s.n ? (str){s.p + s.n, 0} : (str){s.p + start, s.n - start};
}

static inline str str_first(str s, size_t n)
{
    return (str){s.p, n < s.n ? n : s.n};
}

/* ASCII case-insensitive, for header names and tokens. */
bool str_equal_nocase(str a, str b);

bool str_starts(str s, str prefix);
bool str_ends(str s, str suffix);

/* Without leading and trailing spaces and tabs. */
str str_trim(str s);

/* Moves the text before the first separator from *rest to *ret_part; false when *rest is exhausted (p == NULL).
 * "a,,b" gives "a", "", "b". */
bool str_split(str *rest, char separator, str *ret_part);

/* Index of the first c, or s.n. */
size_t str_find(str s, char c);

/* Whether `s` consists of ASCII digits, at least one. */
bool str_is_digits(str s);

/* Parses a whole decimal number with an optional sign; false if `s` is anything else or out of range. */
bool str_to_int(str s, int64_t *ret_value);

#endif
