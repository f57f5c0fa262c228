/* The opaque text in `after=`: where a list goes on, as the value of the first sort and the id of the last row seen.
 * It is bound to the sort it was made for. It holds nothing that its reader did not see, and is checked like any input.
 */
#ifndef API_CURSOR_H
#define API_CURSOR_H

#include "base/arena.h"
#include "store/query.h"

/* The cursor behind a row. STR_NONE where a cursor cannot do it: several sorts, full text, a row without the value
 * sorted by. */
str cursor_of(struct arena *arena, const struct query *query, const struct row *row);

/* Sets after, after_value and after_id. ERR_INVALID when the text is no cursor of this query's sort. */
MUST_CHECK err cursor_read(struct arena *arena, str text, struct query *query);

#endif
