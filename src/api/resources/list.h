/* Parses the query string of a list, in all of the API's dialects, into a query of the store. All errors are collected,
 * each with the name of its parameter as its pointer.
 *
 *   paging   _start=&_end=   page=&perPage=   range=[0,9]   after=<cursor> (with perPage=); 25 rows, at most LIST_MAX
 *   filters  field=v (repeated: any of), field_ne= (none of), _gte _lte _gt _lt _like, q=<words>,
 *            filter={"field":v,"field_gte":v,"id":[1,2],"q":"words"}
 *   sorting  _sort=a,b&_order=asc,desc   sort=["a","ASC"]
 *   columns  fields=a,b (the id is always included)   _embed=venue,schedules
 *
 * Names that are separated by commas may also be given one by one: fields=a&fields=b.
 *
 * Embedded rows: the row that a reference points to is named like the reference without "Id" (venueId: venue); the rows
 * that refer to a row are named like their table, starting in lower case (schedules), or like their model if there is
 * at most one (payment). */
#ifndef API_LIST_H
#define API_LIST_H

#include "base/parameters.h"
#include "store/reader.h"

enum { EMBEDS_MAX = 8, LIST_DEFAULT = 25, PAGE_NUMBER_MAX = 1000000000 };

enum list_part {
    LIST_PAGES = 1 << 0,
    LIST_FILTERS = 1 << 1, /* and sorting */
    LIST_SHOWS = 1 << 2,
};

struct list_rules {
    const struct entity *entity;
    enum role role;
    unsigned parts; /* that are accepted; other parameters are unknown */
};

struct embed {
    str name;
    const struct entity *entity;   /* of the embedded rows */
    const struct field *reference; /* a field of the listed row, or of the embedded one */
    bool children;                 /* the embedded rows refer to the listed one */
    bool single;                   /* at most one */
};

enum paging { PAGING_NONE, PAGING_OFFSETS, PAGING_PAGES, PAGING_RANGE, PAGING_CURSOR };

struct list {
    struct query query;
    uint64_t fields; /* bits of the descriptor; 0: all */
    struct embed embeds[EMBEDS_MAX];
    size_t embed_count;
    enum paging paging;
    struct parameters parameters; /* as given */
};

/* ERR_BAD_REQUEST for a query string that is not well formed, ERR_INVALID for invalid parameters. */
MUST_CHECK err list_parse(struct arena *arena, str query_string, const struct list_rules *rules,
                          struct problem *problem, struct list **ret_list);

/* The value of Link: first, prev, next, last. */
str list_links(struct arena *arena, const struct list *list, str path, const struct page *page);

/* The value of Content-Range: "events 0-9/57". */
str list_range(struct arena *arena, const struct list *list, const struct page *page);

#endif
