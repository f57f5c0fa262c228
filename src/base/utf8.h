/* UTF-8 as RFC 3629 defines it: shortest form, no surrogates, up to U+10FFFF. */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include "base/str.h"

/* Bytes of the well-formed character at the start of s, 1 to 4; 0 when there is none. */
size_t utf8_length(str s);

bool utf8_valid(str s);

/* Characters in well-formed text. */
size_t utf8_count(str s);

#endif
