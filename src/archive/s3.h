/* A bucket of S3 or of a compatible store: objects are written, read, listed and deleted (libcurl, AWS Signature
 * Version 4, path-style addresses; https://docs.aws.amazon.com/AmazonS3/latest/API/). HTTPS only, but plain HTTP to
 * this machine.
 *
 * Every request has a timeout. One that failed for a reason that may pass (no connection, 500, 503 SlowDown) is
 * repeated up to four times within half a minute, after a random pause that doubles. Requests write whole objects, so
 * repeating one changes nothing. When a function fails, the reason is a sentence for the operator, in which no secret
 * occurs.
 *
 * One thread at a time. */
#ifndef ARCHIVE_S3_H
#define ARCHIVE_S3_H

#include "archive/s3_response.h"
#include "schema/settings.h"

enum { S3_REASON_SIZE = 512 };

struct s3;

struct s3_options {
    str bucket;
    const struct settings *settings;
    /* Asked several times a second while a function waits; true: it ends soon, without success. NULL: never. */
    bool (*abandoned)(void *context);
    void *context;
};

/* Reads the keys; sends nothing. ERR_NOT_FOUND: a key cannot be used; *ret_reason, in the arena, says why. */
MUST_CHECK err s3_open(const struct s3_options *options, struct arena *arena, str *ret_reason, struct s3 **ret_s3);
void s3_close(struct s3 *s3);

/* Why the last function failed. */
const char *s3_reason(const struct s3 *s3);

/* Whether the last function sent its request more than once. */
bool s3_was_repeated(const struct s3 *s3);

/* Writes an object, durably: readers see the old one or the new one. ERR_STORAGE_FULL, ERR_INTERNAL. */
MUST_CHECK err s3_put(struct s3 *s3, str key, str bytes);

struct s3_part {
    str key;
    int64_t offset;
    size_t size; /* at least 1, and not beyond the end of the object */
};

/* Reads a part of an object, and the size of the whole. ERR_NOT_FOUND, ERR_INTERNAL; ERR_STATE_CONFLICT: the object
 * does not have this part. */
MUST_CHECK err s3_get(struct s3 *s3, const struct s3_part *part, void *bytes, int64_t *ret_object_size);

/* Lists objects whose keys begin with `prefix`, at most S3_PAGE_OBJECTS, in the order of their keys; `next` of the page
 * before continues (STR_NONE: from the start). The page is in the arena. ERR_INTERNAL. */
MUST_CHECK err s3_list(struct s3 *s3, str prefix, str next, struct arena *arena, struct s3_page *ret_page);

/* Succeeds as well when there is no such object. ERR_INTERNAL. */
MUST_CHECK err s3_delete(struct s3 *s3, str key);

#endif
