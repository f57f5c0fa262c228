/* Files with secrets: the key of a database, which is 64 hex digits, and others. Who reads one has to wipe the text
 * from memory. */
#ifndef BASE_KEY_FILE_H
#define BASE_KEY_FILE_H

#include "base/arena.h"

enum { KEY_BYTES = 32, KEY_TEXT_SIZE = 2 * KEY_BYTES };

/* Its path: `chosen`, or if that is empty the path of the database with .key appended. NUL-terminated, in the arena. */
str key_file_path(str chosen, str storage, struct arena *arena);

/* Reads the digits, which are NUL-terminated. A file that other users can read is refused. NULL, or why that failed. */
const char *key_file_read(const char *path, char ret_text[static KEY_TEXT_SIZE + 1]);

/* Reads a file with another secret, of fewer than `size` bytes; NUL-terminated. Likewise. */
const char *secret_file_read(const char *path, char *ret_text, size_t size);

#endif
