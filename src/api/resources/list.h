/* The query string of a list, in all dialects of the API, as a query of the store. Every error is
 * listed, with the parameter as its pointer.
 *
 *   paging   _start=&_end=   page=&perPage=   range=[0,9]   after=<cursor> (with perPage=); 25 rows, at most LIST_MAX
 *   filters  field=v (repeated: any of), field_ne= (none of), _gte _lte _gt _lt _like, q=<words>,
 *            filter={"field":v,"field_gte":v,"id":[1,2],"q":"words"}
 *   sorting  _sort=a,b&_order=asc,desc   sort=["a","ASC"]
 *   columns  fields=a,b (the id is always included)   _embed=venue,schedules
 *
 * Embedded rows: the one a reference points to, by the reference's name without "Id" (venueId: venue); those that refer
 * to the row, by their table's name with a small first letter (schedules), or by their model's where there is at most
 * one (payment). */
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
    unsigned parts; /* that are understood; parameters of others are unknown */
};

struct embed {
    str name;
    const struct entity *entity;   /* of the embedded rows */
    const struct field *reference; /* of the listed row, or of the other one */
    bool children;                 /* the other rows refer to this one */
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

/* ERR_BAD_REQUEST for a query string that is not well formed, ERR_INVALID for one that is wrong. */
MUST_CHECK err list_parse(struct arena *arena, str query_string, const struct list_rules *rules,
                          struct problem *problem, struct list **ret_list);

/* The value of Link: first, prev, next, last. */
str list_links(struct arena *arena, const struct list *list, str path, const struct page *page);

/* The value of Content-Range: "events 0-9/57". */
str list_range(struct arena *arena, const struct list *list, const struct page *page);

#endif
