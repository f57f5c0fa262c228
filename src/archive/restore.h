/* Writing the database file that a chain gives. It is written under a name of its own and read again; only a file that
 * is complete and on the disk gets its name. */
#ifndef ARCHIVE_RESTORE_H
#define ARCHIVE_RESTORE_H

#include "archive/chain.h"

/* Whether a database may be restored to this path: none of its files is there, and its folder is. ERR_STATE_CONFLICT or
 * ERR_NOT_FOUND; *ret_reason is a sentence. */
MUST_CHECK err restore_check(const char *path, struct arena *arena, str *ret_reason);

/* Writes the file `path`, which must not exist, synchronises it and compares what can be read from it with what was
 * written. On failure the file is removed and *ret_reason is a sentence; ERR_STORAGE_FULL when the disk is full. */
MUST_CHECK err restore_write(const struct chain *chain, const char *path, const struct chain_progress *progress,
                             struct arena *arena, str *ret_reason);

/* Removes a restored database file with all that belongs to it, except its key. */
void restore_remove(const char *path, struct arena *arena);

/* Gives the file its final name, durably. Never over an existing file. ERR_STATE_CONFLICT, ERR_INTERNAL. */
MUST_CHECK err restore_rename(const char *from, const char *to, struct arena *arena, str *ret_reason);

#endif
