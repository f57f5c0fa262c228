/* Shared by the queries for lists. */
#ifndef API_ROWS_H
#define API_ROWS_H

#include "api/call.h"
#include "api/resources/list.h"

/* X-Total-Count, Content-Range and Link of a page. ERR_INVALID when the next page of a walk cannot be linked. */
MUST_CHECK err list_headers(struct call *call, const struct list *list, const struct page *page);

/* Which rows of the route's entity are listed: all, or those that refer to one row. */
struct within {
    enum entity_id parent;     /* must be readable */
    const struct field *field; /* refers to it; NULL: no such condition */
    int64_t id;
};

/* The query of a route for a list: as JSON, or as CSV if the client prefers it. `preset` may be NULL. */
MUST_CHECK err list_within(struct call *call, struct reader *reader, const struct within *within,
                           const struct list_preset *preset);

/* csv.c: a list as a table, in the snapshot that the reader has begun. It is read page by page, so that only the
 * response is in memory. */
MUST_CHECK err list_as_csv(struct call *call, struct reader *reader, const struct list *list);

#endif
