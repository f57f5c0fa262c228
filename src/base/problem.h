/* Field errors of a request: where it is invalid, with a code and a message each. Filled by decoding, validation and
 * commands, and sent as the member `errors` of a problem (RFC 9457). Details describe the rule and never contain the
 * value, which may be personal. */
#ifndef BASE_PROBLEM_H
#define BASE_PROBLEM_H

#include "base/err.h"
#include "base/str.h"

enum { FIELD_ERRORS_MAX = 32 };

struct field_error {
    str pointer;      /* RFC 6901: "/quantity", "/filter/price_gte"; "" is the whole body */
    const char *code; /* "required", "unknown", "too_long", ...: stable */
    const char *detail;
};

struct problem {
    size_t count; /* field errors beyond FIELD_ERRORS_MAX are dropped */
    struct field_error errors[FIELD_ERRORS_MAX];
};

/* Adds a field error; `pointer` must live as long as the problem. */
static inline void problem_add(struct problem *problem, str pointer, const char *code, const char *detail)
{
    if (problem->count < FIELD_ERRORS_MAX)
        problem->errors[problem->count++] = (struct field_error){pointer, code, detail};
}

/* Adds a field error and returns ERR_INVALID, for one-line guards. */
static inline err problem_invalid(struct problem *problem, str pointer, const char *code, const char *detail)
{
    problem_add(problem, pointer, code, detail);
    return ERR_INVALID;
}

#endif
