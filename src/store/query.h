/* Descriptions of row lists: filters, sort order, full-text search, a page or a position in a cursor. Readers and
 * units of work run them (store/reader.h, store/unit.h). */
#ifndef STORE_QUERY_H
#define STORE_QUERY_H

#include "base/arena.h"
#include "schema/schema.h"

enum comparison {
    COMPARE_EQUAL,     /* any of the values */
    COMPARE_NOT_EQUAL, /* none of the values */
    COMPARE_AT_LEAST,
    COMPARE_AT_MOST,
    COMPARE_ABOVE,
    COMPARE_BELOW,
    COMPARE_LIKE, /* text contains the value, ASCII case ignored */
};

/* One value of any type; see schema.h. */
struct value {
    int64_t number;
    str text;
};

struct filter {
    const struct field *field;
    enum comparison comparison;
    const struct value *values;
    size_t count; /* 1 to VALUES_MAX; more than one only with (not) equal */
};

struct sort {
    const struct field *field;
    bool descending;
};

enum { FILTERS_MAX = 16, SORTS_MAX = 4, VALUES_MAX = 200, LIST_MAX = 200 };

/* Rows of one entity. Sorted by `sorts`, then by id in the direction of the last sort. */
struct query {
    const struct entity *entity;
    struct filter filters[FILTERS_MAX];
    size_t filter_count;
    struct sort sorts[SORTS_MAX];
    size_t sort_count;
    str search; /* full-text search terms; STR_NONE: none. Without sorts the best match comes first */
    int64_t offset;
    int64_t limit; /* 0 to LIST_MAX */
    bool total;    /* count all rows that match */
    bool deleted;  /* include deleted rows; for units of work and ROLE_SYSTEM only */
    bool after;    /* only rows after (after_value, after_id) in the order of the first sort and id */
    struct value after_value;
    int64_t after_id;
};

struct page {
    struct row **rows;
    size_t count;
    int64_t total; /* when asked for */
};

/* Adds a filter; `values` must live as long as the query. Checks the bounds FILTERS_MAX and VALUES_MAX. */
void query_filter(struct query *query, const struct field *field, enum comparison comparison,
                  const struct value *values, size_t count);

#endif
