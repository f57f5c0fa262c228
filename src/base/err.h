/* Error codes. A function that can fail returns `err`, which callers must check. The HTTP status, code and title of an
 * error are one row of errors.def. */
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
    const char *title;  /* for people; never contains data of the request */
};

/* The row of an error. Bounds: e is a valid err other than OK. */
const struct err_row *err_row(err e);

#define MUST_CHECK __attribute__((warn_unused_result))

#endif
