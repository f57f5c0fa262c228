/* Text as people see and compare it, with the tables of ICU. All texts are well-formed UTF-8. Any thread. */
#ifndef BASE_UNICODE_H
#define BASE_UNICODE_H

#include "base/arena.h"

/* Without white space at both ends; a part of the same text. */
str unicode_trim(str text);

/* Whether there is something to see: a character that is not white space, and not one that is invisible or only changes
 * the one before it (combining marks, zero width, fillers, variation selectors, tags). */
bool unicode_is_visible(str text);

/* Whether the text is one line that shows its characters in their order: no control characters, no line or paragraph
 * separators, and none of the characters that override, embed or isolate a direction. */
bool unicode_is_line(str text);

/* Whether there are control characters other than line feed, carriage return and tab. */
bool unicode_has_control(str text);

/* Equal for texts that people take for the same: normalised (NFKC), without case, without invisible characters
 * ("NFKC_Casefold" of the Unicode standard, section 3.13). In the arena. */
str unicode_folded(struct arena *arena, str text);

/* A password in the one form in which it is compared: NFC, and every space is U+0020 ("OpaqueString" of RFC 8265). In
 * the arena. */
str unicode_opaque(struct arena *arena, str text);

/* The order in which people look for texts: the root collation of CLDR, and texts that are equal in it by their bytes.
 * Less than, equal to or greater than 0, like memcmp(). PostgreSQL's collation "und-x-icu" is the same. */
int unicode_compare(str a, str b);

#endif
