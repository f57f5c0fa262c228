/* Names and values of a query string or a form (application/x-www-form-urlencoded as the WHATWG URL standard parses it,
 * but strict: malformed input is refused). */
#ifndef BASE_PARAMETERS_H
#define BASE_PARAMETERS_H

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

/* Decodes a query string or the body of a form (STR_NONE: no parameters). ERR_BAD_REQUEST for a bad escape, text that
 * is not UTF-8, a NUL, or more than PARAMETERS_MAX. */
MUST_CHECK err parameters_parse(struct arena *arena, str query, struct parameters *ret_parameters);

/* Value of the first parameter with this name; STR_NONE without one. */
str parameter_find(const struct parameters *parameters, str name);

/* Adds "name=value", escaped. */
void parameter_add(struct buf *out, str name, str value);

/* Percent-decodes; `plus` turns '+' into a space. ERR_BAD_REQUEST as above. */
MUST_CHECK err percent_decode(struct arena *arena, str text, bool plus, str *ret_text);

#endif
