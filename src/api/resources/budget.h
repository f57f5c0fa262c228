/* How much one read may collect: a bound in bytes in addition to the bounds in rows, because a row may hold 80,000
 * bytes of text and a response is built in memory. It is checked after each page of rows, so what is held at worst is
 * the budget, one page of LIST_MAX rows beyond it, and the response with the copies that its growth leaves behind:
 * together far below what a request's arena takes (http/http.h). Past the budget the request is wrong (ERR_INVALID,
 * too_much): the client can request less at a time. */
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

/* The same for what lies in the arena of a read. */
static inline err budget_check(const struct arena *arena, struct problem *problem)
{
    return budget_keep(arena_used(arena) <= READ_BYTES_MAX, problem);
}

#endif
