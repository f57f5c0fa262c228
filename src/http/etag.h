/* Entity tags and the conditions on them (RFC 9110 sections 8.8.3 and 13). Our tags are strong and hold a row's
 * version: "17". A variant of the row, with masked fields, has a tag of its own: "17-support". */
#ifndef HTTP_ETAG_H
#define HTTP_ETAG_H

#include "base/arena.h"
#include "base/err.h"

enum { VERSIONS_MAX = 8 };

/* The versions that If-Match allows. */
struct versions {
    bool given;
    bool any; /* "*" */
    size_t count;
    int64_t values[VERSIONS_MAX]; /* the numbers in strong tags of our format, of any variant */
};

/* The tag of a version; `variant` is empty or lower-case letters. */
str etag_of(struct arena *arena, int64_t version, str variant);

/* An If-Match field; STR_NONE gives `given` false. Weak tags and tags that are not in our format match nothing.
 * ERR_BAD_REQUEST when it is not a list of tags, or of more than VERSIONS_MAX. */
MUST_CHECK err if_match_parse(str field, struct versions *ret_versions);

/* Whether an If-None-Match field names this tag, compared weakly. */
bool if_none_match(str field, str etag);

#endif
