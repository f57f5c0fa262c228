/* Problem documents (RFC 9457), the only place where one is written. */
#ifndef HTTP_PROBLEM_H
#define HTTP_PROBLEM_H

#include "base/arena.h"
#include "base/problem.h"

struct json; /* base/json.h, whose names are also jansson's */

/* Writes the member `name`: the array of the problem's errors. */
void problem_list_write(struct json *json, const char *name, const struct problem *problem);

/* The body of application/problem+json for an error. `problem` adds "detail" and "errors"; NULL: neither is known. */
str problem_json(struct arena *arena, err e, const struct problem *problem, const char *request_id);

#endif
