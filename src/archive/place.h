/* A place where an archive is kept: a directory, on another disk or a mounted file system, or a bucket of S3. Every
 * place can list, read and extend files; a name never changes and only the last bytes of a file ever do.
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
#include "schema/settings.h"

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
    char reason[PLACE_REASON_SIZE];   /* why the last call failed */
    char address[4096];               /* as the operator wrote it; without secrets */
    bool (*abandoned)(void *context); /* see struct place_opening */
    void *context;
};

/* How a place is opened. */
struct place_opening {
    str address; /* the path of a directory, or s3://BUCKET/PREFIX */
    bool create; /* make a directory that does not exist, but not the folder in which it is: that would hide a disk that
                    is not mounted */
    const struct settings *settings; /* those of buckets are used; must live as long as the place */
    /* Asked before each call that reads or extends, and several times a second while one waits for a network; true: it
     * fails, because the process stops. NULL: never. */
    bool (*abandoned)(void *context);
    void *context;
};

/* ERR_INVALID for an address that is none, ERR_NOT_FOUND for a place that cannot be opened; *ret_reason says why. The
 * place lives in the arena. */
MUST_CHECK err place_open(const struct place_opening *opening, struct arena *arena, str *ret_reason,
                          struct place **ret_place);
void place_close(struct place *place); /* accepts NULL */

/* Whether the place is abandoned; place->reason then says so. */
bool place_abandoned(struct place *place);

/* Why an address is none, or the settings do not suffice for it, in the arena; STR_NONE: it may be one. */
str place_refused(str address, const struct settings *settings, struct arena *arena);

bool place_is_directory(str address);

#endif
