/* Named results. A function that can fail returns `err`, and callers must look at it; everything that a client can be
 * told about an error stands in one row of errors.def. */
#ifndef BASE_ERR_H
#define BASE_ERR_H

typedef enum err {
    OK = 0,
#define ERROR(symbol, status, code, title) ERR_##symbol,
#include "base/errors.def"
#undef ERROR
    ERR_COUNT
} err;

struct err_row {
    const char *symbol; /* "SOLD_OUT" */
    int status;         /* HTTP status */
    const char *code;   /* stable machine-readable name, the end of the problem's `type` */
    const char *title;  /* one sentence a person can read; never holds data */
};

/* The row of an error. Bounds: e is a valid err other than OK. */
const struct err_row *err_row(err e);

#define MUST_CHECK __attribute__((warn_unused_result))

#endif
