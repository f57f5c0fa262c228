/* Reads and writes whole small files; for the command line only. */
#ifndef OPS_FILE_H
#define OPS_FILE_H

#include "base/arena.h"
#include "base/err.h"

enum { FILE_MAX = 16 * 1024 * 1024 };

/* Reads `descriptor` to its end, without closing it. The text is in the arena and NUL-terminated. ERR_INTERNAL when
 * reading fails (see errno), ERR_PAYLOAD_TOO_LARGE for more than `max` bytes. */
MUST_CHECK err file_drain(struct arena *arena, int descriptor, size_t max, str *ret_text);

/* A file by path, at most FILE_MAX bytes. ERR_NOT_FOUND when it cannot be opened (see errno). */
MUST_CHECK err file_read(struct arena *arena, const char *path, str *ret_text);

/* Creates or replaces a file. ERR_INTERNAL when that fails (see errno). */
MUST_CHECK err file_write(const char *path, str text);

#endif
