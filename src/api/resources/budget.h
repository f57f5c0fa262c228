/* How much memory one read may use: a limit in bytes in addition to the limits in rows, because a row may contain
 * 80,000 bytes of text and a response is built in memory. It is checked after each page of rows, so a read uses at most
 * the budget, one more page of LIST_MAX rows, and the response with the old copies left by growing it: together far
 * less than the limit of a request's arena (http/http.h). Beyond the budget the request is refused (ERR_INVALID,
 * too_much), because the client can request less at a time. */
#ifndef API_BUDGET_H
#define API_BUDGET_H

#include "base/arena.h"
#include "base/problem.h"

enum { READ_BYTES_MAX = 32 << 20 };

/* ERR_INVALID with the field error too_much unless it `fits`. */
static inline err budget_keep(bool fits, struct problem *problem)
{
    if (fits) return OK;
    return problem_invalid(problem, STR(""), "too_much",
                           "The response is too large; request fewer rows, fields or embedded rows at a time");
}

/* The same for the memory in the arena of a read. */
static inline err budget_check(const struct arena *arena, struct problem *problem)
{
    return budget_keep(arena_used(arena) <= READ_BYTES_MAX, problem);
}

#endif
