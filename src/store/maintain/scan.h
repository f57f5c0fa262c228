/* Reads the rows of a table in id order, deleted rows included, one page at a time, so that a table of any size
 * requires only the memory of one page. It sees what the connection's transaction sees. */
#ifndef STORE_SCAN_H
#define STORE_SCAN_H

#include "store/rows.h"

#define SCAN_START INT64_MIN
#define SCAN_END   INT64_MAX

struct scan {
    struct rows *rows;
    const struct entity *entity;
    int64_t after; /* only rows with higher ids; advances with each page. SCAN_START: all */
    int64_t upto;  /* only rows up to this id. SCAN_END: all */
};

/* The next rows, in the arena; none when the scan is over. */
MUST_CHECK err scan_next(struct scan *scan, struct arena *arena, struct page *ret_page);

#endif
