/* The opaque text in `after=`: the position where a list continues, as the values of its sort fields and the id of the
 * last row. "No value" is a position like any other. A cursor is valid only with the sort order for which it was made.
 * It contains only values of that row that the client saw, and is validated like any other input. */
#ifndef API_CURSOR_H
#define API_CURSOR_H

#include "base/arena.h"
#include "store/query.h"

enum { CURSOR_MAX = 2200 };

/* The cursor after the last row of a page. STR_NONE where no cursor is possible: no row, a list in the order of its
 * full-text matches, or values that are too long together (CURSOR_MAX bytes). */
str cursor_of(struct arena *arena, const struct query *query, const struct page *page);

/* Sets `after` and the position. ERR_INVALID when the text is no cursor of this query's sorts. */
MUST_CHECK err cursor_read(struct arena *arena, str text, struct query *query);

#endif
