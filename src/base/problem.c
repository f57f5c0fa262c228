/* See problem.h. */
#include "base/problem.h"

#include <stdio.h>

void problem_explain_list(struct problem *problem, str pointer, const char *code, const char *format, va_list values)
{
    if (problem->count == 0) problem->facts_size = 0; /* emptied since */
    char *detail = problem->facts + problem->facts_size;
    size_t room = FACTS_MAX - problem->facts_size;
    if (room == 0) return problem_add(problem, pointer, code, "");
    int n = vsnprintf(detail, room, format, values);
    problem->facts_size += n < 0 ? 0 : (size_t)n < room ? (size_t)n + 1 : room;
    problem_add(problem, pointer, code, detail);
}

void problem_prefix(struct problem *problem, struct arena *arena, size_t from, str prefix)
{
    for (size_t i = from; i < problem->count; i++) {
        str *pointer = &problem->errors[i].pointer;
        *pointer = arena_printf(arena, "%.*s%.*s", STR_ARG(prefix), STR_ARG(*pointer));
    }
}

void problem_explain(struct problem *problem, str pointer, const char *code, const char *format, ...)
{
    va_list values;
    va_start(values, format);
    problem_explain_list(problem, pointer, code, format, values);
    va_end(values);
}
