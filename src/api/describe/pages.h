/* Responses that are the same for all clients as long as the program runs: the home page, the documentation of the API
 * derived from its tables, and the OpenAPI document. They are made once at the start, because making them takes
 * milliseconds and they are sent on the network thread. The handlers are in handlers.h. */
#ifndef API_PAGES_H
#define API_PAGES_H

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

struct call;
struct pages;

/* Makes all pages; they live in the arena, which must outlive every response. */
struct pages *pages_new(struct arena *arena);

/* The page /api/docs (docs.c). */
str docs_make(struct arena *arena);

/* Whether the client asks for HTML by name, as browsers do for what a person opens. */
bool page_preferred(const struct call *call);

/* Makes the response a page that says what went wrong, for a person. Its status is that of `e`. */
void page_problem(struct call *call, err e);

#endif
