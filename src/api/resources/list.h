/* Parses the query string of a list, in all of the API's dialects, into a query of the store. All errors are collected,
 * each with the name of its parameter as its pointer.
 *
 *   paging   _start=&_end=   page=&perPage=   range=[0,9]   after=<cursor> (with perPage=); at most LIST_MAX rows, by
 *            default 25 or as many as there are ids in the query. As a table (CSV) TABLE_MAX rows, also by default
 *   filters  field=v (repeated: any of), field_ne= (none of), _gte _lte _gt _lt _like, q=<words>,
 *            filter={"field":v,"field_gte":v,"id":[1,2],"q":"words"}
 *   sorting  _sort=a,b&_order=asc,desc   sort=["a","ASC"]
 *   columns  fields=a,b (the id is always included)   _embed=venue,schedules
 *
 * Names that are separated by commas may also be given one by one: fields=a&fields=b.
 *
 * Rows without a value differ from every value, so field_ne= includes them. field=null and field_ne=null, or the null
 * of JSON in filter=, request the rows without and with a value; for fields other than texts field= without a value is
 * the same as field=null. In a query string the word null is a text only for fields that always have a value; a text of
 * this word is filter={"field":"null"}. An empty list of values, id= or filter={"id":[]}, matches no row.
 *
 * Filters also take fields of related rows, under the names of embedded rows: user.name_like=ann,
 * eventCategories.name=Jazz. A list can be sorted by texts of rows that its rows refer to: _sort=user.name. Events also
 * have category=Jazz, which is like eventCategories.name=Jazz but ignores the case of ASCII letters.
 *
 * Embedded rows: the row that a reference points to is named like the reference without "Id" (venueId: venue); the rows
 * that refer to a row are named like their table, starting in lower case (schedules), or like their model if there is
 * at most one (payment). */
#ifndef API_LIST_H
#define API_LIST_H

#include "base/parameters.h"
#include "store/reader.h"

enum { EMBEDS_MAX = 8, LIST_DEFAULT = 25, TABLE_MAX = 10000, PAGE_NUMBER_MAX = 1000000000 };

enum list_part {
    LIST_PAGES = 1 << 0,
    LIST_FILTERS = 1 << 1, /* and sorting */
    LIST_SHOWS = 1 << 2,
};

/* How a list differs from other lists of its entity. */
struct list_preset {
    struct sort sort;  /* without _sort */
    const char *embed; /* without _embed: names, separated by commas */
    /* What `q` means; the words are not empty. */
    void (*search)(struct arena *arena, struct query *query, str words);
};

struct list_rules {
    const struct entity *entity;
    enum role role;
    unsigned parts; /* that are accepted; other parameters are unknown */
    bool flat; /* the list becomes a table: only single rows can be embedded, and a page has up to TABLE_MAX rows */
    const struct list_preset *preset; /* NULL: none */
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

/* The value of Link: first, prev, next, last, as far as they fit into 3,000 bytes; next is the last to be left out.
 * STR_NONE: no link. ERR_INVALID when a walk by cursor could not continue, because its next link is too long. */
MUST_CHECK err list_links(struct arena *arena, const struct list *list, str path, const struct page *page,
                          str *ret_links);

/* The value of Content-Range: "events 0-9/57". */
str list_range(struct arena *arena, const struct list *list, const struct page *page);

/* Whether a parameter is about the page, and therefore no part of links to other pages. */
bool is_paging(str name);

#endif
