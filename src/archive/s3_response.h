/* What S3 sends in XML: pages of a listing (ListObjectsV2) and errors. Read with expat; a document with a DOCTYPE, with
 * texts longer than S3's limits or more than S3_PAGE_OBJECTS objects is refused. Pure; any thread. */
#ifndef ARCHIVE_S3_RESPONSE_H
#define ARCHIVE_S3_RESPONSE_H

#include "base/arena.h"
#include "base/err.h"

enum { S3_PAGE_OBJECTS = 1000, S3_KEY_MAX = 1024, S3_TEXT_MAX = 4096, S3_CODE_SIZE = 64, S3_REGION_SIZE = 64 };

struct s3_object {
    str key;
    int64_t size;
};

struct s3_page {
    struct s3_object *objects; /* in the order of the response */
    size_t count;
    str next; /* the continuation token; STR_NONE: this is the last page */
};

/* ERR_INVALID when it is not a page. Everything is in the arena, two megabytes at most. */
MUST_CHECK err s3_page_parse(str xml, struct arena *arena, struct s3_page *ret_page);

/* The members of an error that are of use, of letters, digits and hyphens; empty when there are none. */
struct s3_error {
    char code[S3_CODE_SIZE];
    char region[S3_REGION_SIZE]; /* where the bucket is, if the error says so */
};
void s3_error_parse(str xml, struct s3_error *ret_error);

/* What an error means. */
struct s3_problem {
    long status; /* 0: any */
    const char *code;
    bool repeated; /* the reason may pass, so the request is repeated */
    err e;
    const char *sentence; /* for the operator */
};
const struct s3_problem *s3_problem_of(long status, const char *code);

#endif
