/* Shared by the queries for lists. */
#ifndef API_ROWS_H
#define API_ROWS_H

#include "api/call.h"
#include "api/resources/list.h"

/* X-Total-Count, Content-Range and Link of a page. ERR_INVALID when the next page of a walk cannot be linked. */
MUST_CHECK err list_headers(struct call *call, const struct list *list, const struct page *page);

#endif
