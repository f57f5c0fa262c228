/* Times as text. In C a time is milliseconds since 1970 UTC, and 0 is "none"; years are 1970 to 9999.
 * The API uses RFC 3339; the stored form is the only one that Sequelize 6 reads and matches on SQLite
 * ("2026-12-01 18:30:00.123 +00:00"). */
#ifndef BASE_TIME_TEXT_H
#define BASE_TIME_TEXT_H

#include "base/str.h"

enum { TIME_TEXT_SIZE = 32 };

#define TIME_MAX INT64_C(253402300799999) /* 9999-12-31T23:59:59.999Z */

/* "2026-12-01T18:30:00.123Z"; the text is in buffer. Bounds: 0 <= ms <= TIME_MAX. */
str time_to_rfc3339(int64_t ms, char buffer[static TIME_TEXT_SIZE]);

/* "2026-12-01 18:30:00.123 +00:00" */
str time_to_stored(int64_t ms, char buffer[static TIME_TEXT_SIZE]);

/* An RFC 3339 date-time with offset or Z and up to nine digits of fraction (truncated to milliseconds), or the stored
 * form. False if it is neither, is not a valid date, or is before 1970 or after 9999. */
bool time_from_text(str text, int64_t *ret_ms);

/* Only the stored form. */
bool time_from_stored(str text, int64_t *ret_ms);

#endif
