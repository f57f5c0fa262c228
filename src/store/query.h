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

/* A row without a value differs from every value, so COMPARE_NOT_EQUAL includes it unless `none` excludes it. */
struct filter {
    const struct field *field;
    enum comparison comparison;
    const struct value *values;
    size_t count; /* up to VALUES_MAX; other than one only with (not) equal */
    bool none;    /* "no value" is one more of the values; only with (not) equal */
};

struct sort {
    const struct field *field;
    bool descending;
};

enum { FILTERS_MAX = 16, SORTS_MAX = 4, SORT_TEXT_MAX = 64, VALUES_MAX = 200, LIST_MAX = 200 };

/* Rows of one entity. Sorted by `sorts`, then by id in the direction of the last sort. "No value" is less than every
 * value: rows without one come first in ascending order and last in descending order, on every engine. Fields of
 * TYPE_TEXT are sorted by their first SORT_TEXT_MAX characters. */
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
    bool deleted;  /* include deleted rows; for units of work only */
    bool after;    /* only rows after the position of after_values and after_id in the order of the list */
    struct value after_values[SORTS_MAX]; /* of a row, by sort; see sort_value() */
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

/* Whether a value of the field stands for "no value" (NULL). */
bool value_is_none(const struct field *field, struct value value);

/* The value of a row. Texts point into the row. */
struct value value_of(const struct row *row, const struct field *field);

/* The value by which a list sorts a row. Texts point into the row. */
struct value sort_value(const struct row *row, const struct field *field);

#endif
