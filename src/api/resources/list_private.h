/* Internals shared by the files that implement list.h: list.c, list_filter.c and links.c. */
#ifndef API_LIST_PRIVATE_H
#define API_LIST_PRIVATE_H

#include "api/resources/list.h"

struct parsing {
    struct arena *arena;
    const struct list_rules *rules;
    struct problem *problem;
    struct list *list;
    unsigned seen; /* keywords, by position */
    str pointer;   /* of the current parameter */
    int64_t start, end, page, per_page;
    str cursor;
    str order;
    str order_pointer;
};

/* A field to filter or sort by: one of the listed rows, or "user.name", one of related rows. */
struct operand {
    const struct relation *relation;
    const struct field *field;
    bool single; /* a row has at most one related row */
};

/* Adds a field error for the current parameter. */
static inline void field_error(struct parsing *parsing, const char *code, const char *detail)
{
    problem_add(parsing->problem, parsing->pointer, code, detail);
}

/* A field that clients can see, or NULL. */
const struct field *shown_field(const struct entity *entity, str name);

/* Whether the name is that of a field that clients can see. */
bool operand_find(const struct parsing *parsing, str name, struct operand *ret_operand);

/* Whether the role may filter and sort by a field; else adds a field error. */
bool operand_usable(struct parsing *parsing, const struct operand *operand);

/* A parameter that is a filter, `filter` and `q`. */
void filter_read(struct parsing *parsing, str name, str text);
void read_filter(struct parsing *parsing, str value);
void read_search(struct parsing *parsing, str value);

#endif
