/* A place where an archive is kept: a directory, on another disk or a mounted file system. Every place can list, read
 * and extend files; a name never changes and only the last bytes of a file ever do.
 *
 * A call may block for as long as a disk or a network may, so the writer and the network thread make none. When one
 * fails, with ERR_INTERNAL, ERR_NOT_FOUND or ERR_STORAGE_FULL, place->reason is a sentence for the operator. A place
 * belongs to one thread at a time.
 */
#ifndef ARCHIVE_PLACE_H
#define ARCHIVE_PLACE_H

#include "base/arena.h"
#include "base/check.h"
#include "base/err.h"

enum { PLACE_REASON_SIZE = 512 };

struct place;

struct place_file {
    str name; /* NUL-terminated */
    int64_t size;
};

struct place_kind {
    /* All files, sorted by name. */
    err (*list)(struct place *place, struct arena *arena, struct place_file **ret_files, size_t *ret_count);
    /* Reads up to `size` bytes; fewer only at the end of the file. */
    err (*read)(struct place *place, const char *name, int64_t offset, void *bytes, size_t size, size_t *ret_read);
    /* Writes behind the first `offset` bytes of a file, of which the rest is cut off; creates it at offset 0. */
    err (*append)(struct place *place, const char *name, int64_t offset, str bytes);
    /* What was appended to the file, and its name, are durable. When this fails, what was appended since the last
     * success is lost and has to be appended again. */
    err (*sync)(struct place *place, const char *name);
    /* Writes a small file as a whole, durable: readers see the old one or the new one. */
    err (*replace)(struct place *place, const char *name, str bytes);
    err (*remove)(struct place *place, const char *name);
    void (*close)(struct place *place);
};

struct place {
    const struct place_kind *kind;
    char reason[PLACE_REASON_SIZE]; /* why the last call failed */
    char address[4096];             /* as the operator wrote it; without secrets */
};

/* Opens a place by its address, the path of a directory. With `create` one that does not exist is made, but not the
 * folder in which it is: that would hide a disk that is not mounted. ERR_INVALID for an address that is none,
 * ERR_NOT_FOUND for a directory that cannot be opened; *ret_reason says why. The place lives in the arena. */
MUST_CHECK err place_open(str address, bool create, struct arena *arena, str *ret_reason, struct place **ret_place);
void place_close(struct place *place); /* accepts NULL */

/* Why an address is none, in the arena; STR_NONE: it may be one. */
str place_refused(str address, struct arena *arena);

#endif
