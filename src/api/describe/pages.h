/* Responses that are the same for all clients as long as the program runs: the home page, the documentation of the API
 * derived from its tables, and the OpenAPI document. They are made once at the start, because making them takes
 * milliseconds and they are sent on the network thread. The handlers are in handlers.h. */
#ifndef API_PAGES_H
#define API_PAGES_H

#include "base/arena.h"

struct pages;

/* Makes all pages; they live in the arena, which must outlive every response. */
struct pages *pages_new(struct arena *arena);

#endif
