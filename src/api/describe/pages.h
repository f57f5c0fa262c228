/* What is the same for everybody and for as long as the program runs: the page that says what this is, the API as its
 * tables describe it, for people, and the same as an OpenAPI document. They are made once at the start, since making
 * them takes milliseconds and they are sent on the network thread. The handlers are in handlers.h. */
#ifndef API_PAGES_H
#define API_PAGES_H

#include "base/arena.h"

struct pages;

/* Makes all of them; they live in the arena, which must outlive every response. */
struct pages *pages_new(struct arena *arena);

#endif
