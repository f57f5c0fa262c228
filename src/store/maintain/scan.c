/* See scan.h. */
#include "store/maintain/scan.h"

err scan_next(struct scan *scan, struct arena *arena, struct page *ret_page)
{
    struct value upto = {.number = scan->upto};
    struct query query = {.entity = scan->entity,
                          .limit = LIST_MAX,
                          .deleted = true,
                          .after = scan->after != SCAN_START,
                          .position.id = scan->after};
    query_filter(&query, entity_key(scan->entity), COMPARE_AT_MOST, &upto, 1);
    err e = rows_list(scan->rows, &query, arena, ret_page);
    if (!e && ret_page->count > 0) scan->after = ret_page->rows[ret_page->count - 1]->id;
    return e;
}
