/* Walks over the rows of a table in the order of ids, deleted ones included, a page at a time, so that a table of any
 * size takes the memory of one page. What a walk sees is what the connection's transactions see. */
#ifndef STORE_SCAN_H
#define STORE_SCAN_H

#include "store/rows.h"

struct scan {
    struct rows *rows;
    const struct entity *entity;
    int64_t after; /* id of the last row seen; at first, of the row before the first one wanted */
    int64_t upto;  /* the last id wanted; INT32_MAX: all */
};

/* The next rows, in the arena; none when the walk is over. */
MUST_CHECK err scan_next(struct scan *scan, struct arena *arena, struct page *ret_page);

#endif
