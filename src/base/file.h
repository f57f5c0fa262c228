/* Whole reads and writes of files, and durable names. A call that is interrupted by a signal goes on. errno says why
 * something failed. Any thread. */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/err.h"

/* Writes all of it. */
bool file_write_at(int handle, const void *bytes, size_t size, int64_t offset);

/* The number of bytes read, less than `size` only at the end of the file; -1. */
ssize_t file_read_at(int handle, void *bytes, size_t size, int64_t offset);

/* Synchronises a folder, which makes names in it durable; or the folder that contains a path of less than 4 KiB. */
bool folder_sync(const char *folder);
bool folder_sync_of(const char *path);

/* ERR_STORAGE_FULL when that is what errno says, else ERR_INTERNAL. */
err file_error(int reason);

#endif
