/* Field errors of a request: where it is invalid, with a code and a message each. Filled by decoding, validation and
 * commands, and sent as the member `errors` of a problem (RFC 9457). Details describe the rule, or the fact that stands
 * against the request, and never contain a value that may be personal. */
#ifndef BASE_PROBLEM_H
#define BASE_PROBLEM_H

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

#include <stdarg.h>

enum { FIELD_ERRORS_MAX = 32, FACTS_MAX = 512 };

struct field_error {
    str pointer;      /* RFC 6901: "/quantity", "/filter/price_gte"; "" is the whole body */
    const char *code; /* "required", "unknown", "too_long", ...: stable */
    const char *detail;
};

struct problem {
    size_t count; /* field errors beyond FIELD_ERRORS_MAX are dropped */
    struct field_error errors[FIELD_ERRORS_MAX];
    char facts[FACTS_MAX]; /* details that were formatted; a problem is therefore never copied */
    size_t facts_size;
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

/* Puts a prefix before the pointers of the field errors from index `from` on: "/3" for those of the fourth item. */
void problem_prefix(struct problem *problem, struct arena *arena, size_t from, str prefix);

/* Adds a field error whose detail is formatted; one that does not fit into FACTS_MAX is cut. */
void problem_explain(struct problem *problem, str pointer, const char *code, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
void problem_explain_list(struct problem *problem, str pointer, const char *code, const char *format, va_list values)
    __attribute__((format(printf, 4, 0)));

#endif
