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
    COMPARE_SAME, /* text is one of the values, ASCII case ignored */
};

/* One value of any type; see schema.h. */
struct value {
    int64_t number;
    str text;
};

/* The way from a listed row to rows of another entity. */
struct relation {
    const struct entity *entity;
    const struct field *reference; /* of the listed row, or of the other ones */
    bool children;                 /* the other rows refer to the listed one; else it refers to one of them */
};

/* A row without a value differs from every value, so COMPARE_NOT_EQUAL includes it unless `none` excludes it. With a
 * relation the condition is that one of the related rows that the actor may see meets it; with COMPARE_NOT_EQUAL, that
 * none of them meets the opposite. */
struct filter {
    const struct relation *relation; /* the field is one of its entity; NULL: of the listed rows */
    const struct field *field;
    enum comparison comparison;
    const struct value *values;
    size_t count; /* up to VALUES_MAX; other than one only with (not) equal and same */
    bool none;    /* "no value" is one more of the values; only with (not) equal */
};

struct sort {
    const struct relation *relation; /* to a single row, of which the field is a text; NULL: of the listed rows */
    const struct field *field;
    bool descending;
};

enum { FILTERS_MAX = 16, SORTS_MAX = 4, SORT_TEXT_MAX = 64, VALUES_MAX = 200, LIST_MAX = 200 };

/* Where a row is in a list: the values by which it is sorted, and its id. */
struct list_position {
    struct value values[SORTS_MAX];
    int64_t id;
};

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
    bool deleted;  /* include deleted rows; for units of work and ROLE_SYSTEM only */
    bool after;    /* only rows after the position */
    struct list_position position;
};

struct page {
    struct row **rows;
    size_t count;
    int64_t total;             /* when asked for */
    struct list_position last; /* of the last row */
};

/* A text that rows have in a field, in one of its spellings, and in how many rows. */
struct text_count {
    str text;
    int64_t rows;
};

enum { TEXTS_MAX = 1000 };

/* Whether a sort has no value for some rows. */
bool sort_nullable(const struct sort *sort);

/* Adds a filter and returns it; `values` must live as long as the query. Checks the bounds FILTERS_MAX and VALUES_MAX.
 */
struct filter *query_filter(struct query *query, const struct field *field, enum comparison comparison,
                            const struct value *values, size_t count);

/* Whether a value of the field stands for "no value" (NULL). */
bool value_is_none(const struct field *field, struct value value);

/* The value of a row. Texts point into the row. */
struct value value_of(const struct row *row, const struct field *field);

/* The value by which a list sorts a row by one of its own fields. Texts point into the row. */
struct value sort_value(const struct row *row, const struct field *field);

#endif
