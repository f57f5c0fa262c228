/* The query string as names and values (application/x-www-form-urlencoded as the WHATWG URL standard parses it, but
 * strict: what is not well formed is refused). */
#ifndef API_PARAMETERS_H
#define API_PARAMETERS_H

#include "base/buf.h"
#include "base/problem.h"

enum { PARAMETERS_MAX = 512 };

struct parameter {
    str name;
    str value;
};

struct parameters {
    struct parameter *items;
    size_t count;
};

/* Decodes a query string (STR_NONE is none). ERR_BAD_REQUEST for a bad escape, text that is not UTF-8, a NUL, or more
 * than PARAMETERS_MAX. */
MUST_CHECK err parameters_parse(struct arena *arena, str query, struct parameters *ret_parameters);

/* Adds "name=value", escaped. */
void parameter_add(struct buf *out, str name, str value);

/* Percent-decodes; `plus` turns '+' into a space. ERR_BAD_REQUEST as above. */
MUST_CHECK err percent_decode(struct arena *arena, str text, bool plus, str *ret_text);

#endif
