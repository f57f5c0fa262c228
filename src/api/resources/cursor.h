/* The opaque text in `after=`: the position where a list continues, as the value of the first sort field and the id of
 * the last row. It is valid only with the sort order for which it was made. It contains only values of that row that
 * the client saw, and is validated like any other input. */
#ifndef API_CURSOR_H
#define API_CURSOR_H

#include "base/arena.h"
#include "store/query.h"

/* The cursor after a row. STR_NONE where no cursor is possible: several sorts, full text, a row without the value
 * sorted by. */
str cursor_of(struct arena *arena, const struct query *query, const struct row *row);

/* Sets after, after_value and after_id. ERR_INVALID when the text is no cursor of this query's sort. */
MUST_CHECK err cursor_read(struct arena *arena, str text, struct query *query);

#endif
