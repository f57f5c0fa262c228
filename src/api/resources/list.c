/* See list.h. A parameter is either a keyword of the table below or a filter. Each is parsed separately; what depends
 * on several of them (paging, the order of sorts, the cursor) is determined at the end. */
#include "api/resources/list.h"

#include <jansson.h>
#include <stdio.h>

#include "api/resources/cursor.h"
#include "api/resources/embed.h"
#include "base/check.h"
#include "base/utf8.h"
#include "schema/decode.h"
#include "schema/visible.h"

enum { SEARCH_MAX = 200 };

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

static void field_error(struct parsing *parsing, const char *code, const char *detail)
{
    problem_add(parsing->problem, parsing->pointer, code, detail);
}

static const struct descriptor *descriptor_of(const struct parsing *parsing)
{
    return &parsing->rules->entity->descriptor;
}

/* A field that clients can see, or NULL. */
static const struct field *shown_field(const struct parsing *parsing, str name)
{
    const struct field *field = field_find(descriptor_of(parsing), name);
    return field && field_is_shown(field) ? field : NULL;
}

/* Whether the role may filter and sort by a field; else adds a field error. */
static bool field_usable(struct parsing *parsing, const struct field *field)
{
    if (!field_is_masked(parsing->rules->entity, field, parsing->rules->role)) return true;
    field_error(parsing, "masked", "This field is masked for your role; it cannot be used to filter or sort");
    return false;
}

/* --- filters ------------------------------------------------------------------------------------------------------ */

static const struct {
    const char *suffix;
    enum comparison comparison;
} suffixes[] = {
    {"_ne", COMPARE_NOT_EQUAL}, {"_gte", COMPARE_AT_LEAST}, {"_lte", COMPARE_AT_MOST},
    {"_gt", COMPARE_ABOVE},     {"_lt", COMPARE_BELOW},     {"_like", COMPARE_LIKE},
};

/* Splits a name such as "price_gte" into the field and the comparison. */
static const struct field *filtered_field(const struct parsing *parsing, str name, enum comparison *ret_comparison)
{
    const struct field *field = shown_field(parsing, name);
    *ret_comparison = COMPARE_EQUAL;
    for (size_t i = 0; !field && i < COUNT_OF(suffixes); i++) {
        str suffix = str_of(suffixes[i].suffix);
        if (!str_ends(name, suffix)) continue;
        field = shown_field(parsing, str_first(name, name.n - suffix.n));
        *ret_comparison = suffixes[i].comparison;
    }
    return field;
}

static bool comparison_fits(const struct field *field, enum comparison comparison)
{
    if (comparison == COMPARE_EQUAL || comparison == COMPARE_NOT_EQUAL) return true;
    if (comparison == COMPARE_LIKE) return type_is_text(field->type);
    return type_row(field->type)->ordered;
}

/* The value of _like is a part of a text, which need not have the format of a whole value (an e-mail address, say). */
static bool value_from(struct parsing *parsing, const struct filter *filter, str text, struct value *ret_value)
{
    bool whole = filter->comparison == COMPARE_EQUAL || filter->comparison == COMPARE_NOT_EQUAL;
    *ret_value = (struct value){.text = text};
    if (type_is_text(filter->field->type) && !whole) return true;
    return decode_text(parsing->arena, filter->field, text, &ret_value->number, &ret_value->text) == OK;
}

static struct filter *filter_same(struct query *query, const struct filter *like)
{
    bool joins = like->comparison == COMPARE_EQUAL || like->comparison == COMPARE_NOT_EQUAL;
    for (size_t i = 0; joins && i < query->filter_count; i++) {
        struct filter *filter = &query->filters[i];
        if (filter->field == like->field && filter->comparison == like->comparison) return filter;
    }
    return NULL;
}

static void filter_join(struct parsing *parsing, struct filter *filter, struct value value)
{
    if (filter->count == VALUES_MAX) {
        field_error(parsing, "too_many", "Limit of 200 values for a field exceeded");
        return;
    }
    struct value *values = (struct value *)(uintptr_t)filter->values; /* made below */
    if (filter->count == 1) {
        values = ARENA_ARRAY(parsing->arena, struct value, VALUES_MAX);
        values[0] = filter->values[0];
        filter->values = values;
    }
    values[filter->count++] = value;
}

static void filter_add(struct parsing *parsing, const struct filter *requested, str text)
{
    struct query *query = &parsing->list->query;
    struct value *value = ARENA_NEW(parsing->arena, struct value);
    if (!value_from(parsing, requested, text, value)) {
        field_error(parsing, "type", "Invalid value for this field");
        return;
    }
    struct filter *same = filter_same(query, requested);
    if (same) {
        filter_join(parsing, same, *value);
    } else if (query->filter_count == FILTERS_MAX) {
        field_error(parsing, "too_many", "Limit of 16 filters exceeded");
    } else {
        query_filter(query, requested->field, requested->comparison, value, 1);
    }
}

static void search_add(struct parsing *parsing, str words)
{
    words = str_trim(words);
    if (words.n == 0) return;
    if (!entity_searchable(parsing->rules->entity)) {
        field_error(parsing, "unknown", "Full-text search is not available here");
    } else if (utf8_count(words) > SEARCH_MAX) {
        field_error(parsing, "too_long", "Limit of 200 characters exceeded");
    } else {
        parsing->list->query.search = words;
    }
}

static void filter_read(struct parsing *parsing, str name, str text)
{
    struct filter requested = {0};
    requested.field = filtered_field(parsing, name, &requested.comparison);
    if (!requested.field) {
        field_error(parsing, "unknown", "Unknown parameter or field");
    } else if (!comparison_fits(requested.field, requested.comparison)) {
        field_error(parsing, "type", "This comparison is not available for this field");
    } else if (field_usable(parsing, requested.field)) {
        filter_add(parsing, &requested, text);
    }
}

/* A JSON value as the text that a query string would have; STR_NONE for a value that cannot be compared. */
static str json_value_text(struct arena *arena, const json_t *value)
{
    switch (json_typeof(value)) {
    case JSON_STRING:
        return (str){json_string_value(value), json_string_length(value)};
    case JSON_INTEGER:
        return arena_printf(arena, "%lld", (long long)json_integer_value(value));
    case JSON_REAL:
        return arena_printf(arena, "%.15g", json_real_value(value));
    case JSON_TRUE:
        return STR("true");
    case JSON_FALSE:
        return STR("false");
    default:
        return STR_NONE;
    }
}

static void filter_value_read(struct parsing *parsing, str name, const json_t *value)
{
    str text = arena_copy(parsing->arena, json_value_text(parsing->arena, value));
    if (!text.p)
        field_error(parsing, "type", "Expected a string, number or boolean, or a list of them");
    else if (str_is(name, "q"))
        search_add(parsing, text);
    else
        filter_read(parsing, name, text);
}

static void filter_member_read(struct parsing *parsing, str name, const json_t *value)
{
    str pointer = pointer_to(parsing->arena, name);
    parsing->pointer = arena_printf(parsing->arena, "/filter%.*s", STR_ARG(pointer));
    if (!json_is_array(value)) {
        filter_value_read(parsing, name, value);
        return;
    }
    for (size_t i = 0; i < json_array_size(value); i++) filter_value_read(parsing, name, json_array_get(value, i));
    if (json_array_size(value) == 0) field_error(parsing, "required", "The list must not be empty");
}

/* --- keywords ----------------------------------------------------------------------------------------------------- */

static void read_filter(struct parsing *parsing, str value)
{
    json_t *json = json_loadb(value.p, value.n, JSON_REJECT_DUPLICATES, NULL);
    const char *name;
    size_t length;
    json_t *member;
    if (!json_is_object(json)) field_error(parsing, "format", "Expected a JSON object");
    json_object_keylen_foreach(json, name, length, member)
    {
        filter_member_read(parsing, arena_copy(parsing->arena, (str){name, length}), member);
    }
    json_decref(json);
}

static void read_search(struct parsing *parsing, str value)
{
    search_add(parsing, value);
}

static void number_read(struct parsing *parsing, str text, int64_t min, int64_t *ret_number)
{
    int64_t number;
    if (!str_to_int(text, &number))
        field_error(parsing, "type", "Expected an integer");
    else if (number < min)
        field_error(parsing, "too_small", "Number too small");
    else if (number > PAGE_NUMBER_MAX)
        field_error(parsing, "too_large", "Number too large");
    else
        *ret_number = number;
}

/* A request may use only one kind of paging. */
static void paging_set(struct parsing *parsing, enum paging paging)
{
    enum paging *now = &parsing->list->paging;
    if (*now != PAGING_NONE && *now != paging)
        field_error(parsing, "conflict", "Cannot be combined with another kind of paging");
    *now = paging;
}

static void read_start(struct parsing *parsing, str value)
{
    paging_set(parsing, PAGING_OFFSETS);
    number_read(parsing, value, 0, &parsing->start);
}

static void read_end(struct parsing *parsing, str value)
{
    paging_set(parsing, PAGING_OFFSETS);
    number_read(parsing, value, 0, &parsing->end);
}

static void read_page(struct parsing *parsing, str value)
{
    paging_set(parsing, PAGING_PAGES);
    number_read(parsing, value, 1, &parsing->page);
}

/* Used with pages and cursors; see per_page_settle(). */
static void read_per_page(struct parsing *parsing, str value)
{
    number_read(parsing, value, 1, &parsing->per_page);
    if (parsing->per_page > LIST_MAX) field_error(parsing, "too_large", "Limit of 200 rows exceeded");
}

static void read_after(struct parsing *parsing, str value)
{
    paging_set(parsing, PAGING_CURSOR);
    parsing->cursor = value;
}

static void read_range(struct parsing *parsing, str value)
{
    json_t *json = json_loadb(value.p, value.n, 0, NULL);
    json_t *first = json_array_get(json, 0), *last = json_array_get(json, 1);
    bool whole = json_array_size(json) == 2 && json_is_integer(first) && json_is_integer(last);
    int64_t start = json_integer_value(first), end = json_integer_value(last);
    json_decref(json);
    paging_set(parsing, PAGING_RANGE);
    if (!whole || start < 0 || end < start || end >= PAGE_NUMBER_MAX) {
        field_error(parsing, "format", "Expected two numbers, the first and the last row: [0,24]");
        return;
    }
    parsing->start = start;
    parsing->end = end + 1;
}

static void sort_add(struct parsing *parsing, str name, bool descending)
{
    struct query *query = &parsing->list->query;
    const struct field *field = shown_field(parsing, name);
    if (!field) {
        field_error(parsing, "unknown", "Unknown field");
    } else if (query->sort_count == SORTS_MAX) {
        field_error(parsing, "too_many", "Limit of 4 sort fields exceeded");
    } else if (field_usable(parsing, field)) {
        query->sorts[query->sort_count++] = (struct sort){field, descending};
    }
}

/* asc or desc in any case. */
static void direction_read(struct parsing *parsing, str text, bool *ret_descending)
{
    *ret_descending = str_equal_nocase(text, STR("desc"));
    if (!*ret_descending && !str_equal_nocase(text, STR("asc"))) field_error(parsing, "enum", "Expected asc or desc");
}

/* Removes the next name from a list; skips empty names. */
static bool name_next(str *rest, str *ret_name)
{
    while (str_split(rest, ',', ret_name)) {
        *ret_name = str_trim(*ret_name);
        if (ret_name->n > 0) return true;
    }
    return false;
}

static void read_sort_names(struct parsing *parsing, str value)
{
    str name;
    while (name_next(&value, &name)) sort_add(parsing, name, false);
}

static void read_order(struct parsing *parsing, str value)
{
    if (value.n == 0) return;
    str before = parsing->order;
    bool again = before.p != NULL;
    parsing->order = again ? arena_printf(parsing->arena, "%.*s,%.*s", STR_ARG(before), STR_ARG(value)) : value;
    parsing->order_pointer = parsing->pointer;
}

static void read_sort_pairs(struct parsing *parsing, str value)
{
    json_t *json = json_loadb(value.p, value.n, 0, NULL);
    size_t count = json_array_size(json);
    bool format = json_is_array(json) && count > 0 && count % 2 == 0;
    for (size_t i = 0; format && i < count; i++) format = json_is_string(json_array_get(json, i));
    if (!format) field_error(parsing, "format", "Expected a field and its order: [\"title\",\"ASC\"]");
    for (size_t i = 0; format && i < count; i += 2) {
        bool descending;
        direction_read(parsing, str_of(json_string_value(json_array_get(json, i + 1))), &descending);
        sort_add(parsing, str_of(json_string_value(json_array_get(json, i))), descending);
    }
    json_decref(json);
}

static void read_fields(struct parsing *parsing, str value)
{
    str name;
    if (value.n > 0) parsing->list->fields |= 1; /* the id is the first field of every entity */
    while (name_next(&value, &name)) {
        const struct field *field = shown_field(parsing, name);
        if (field)
            parsing->list->fields |= UINT64_C(1) << field_index(descriptor_of(parsing), field);
        else
            field_error(parsing, "unknown", "Unknown field");
    }
}

static bool embed_known(const struct list *list, str name)
{
    for (size_t i = 0; i < list->embed_count; i++) {
        if (str_equal(list->embeds[i].name, name)) return true;
    }
    return false;
}

static void embed_add(struct parsing *parsing, str name)
{
    struct list *list = parsing->list;
    struct embed embed;
    if (embed_known(list, name)) {
        field_error(parsing, "repeated", "Names must not be repeated");
    } else if (!embed_find(parsing->arena, parsing->rules->entity, parsing->rules->role, name, &embed)) {
        field_error(parsing, "unknown", "Unknown relation");
    } else if (list->embed_count == EMBEDS_MAX) {
        field_error(parsing, "too_many", "Limit of 8 relations exceeded");
    } else {
        list->embeds[list->embed_count++] = embed;
    }
}

static void read_embed(struct parsing *parsing, str value)
{
    str name;
    while (name_next(&value, &name)) embed_add(parsing, name);
}

static const struct keyword {
    const char *name;
    unsigned part;
    void (*read)(struct parsing *parsing, str value);
    bool repeats; /* its values may be separated by commas or given one by one */
} keywords[] = {
    {"_start", LIST_PAGES, read_start, false},      {"_end", LIST_PAGES, read_end, false},
    {"page", LIST_PAGES, read_page, false},         {"perPage", LIST_PAGES, read_per_page, false},
    {"after", LIST_PAGES, read_after, false},       {"range", LIST_PAGES, read_range, false},
    {"q", LIST_FILTERS, read_search, false},        {"filter", LIST_FILTERS, read_filter, false},
    {"_sort", LIST_FILTERS, read_sort_names, true}, {"_order", LIST_FILTERS, read_order, true},
    {"sort", LIST_FILTERS, read_sort_pairs, false}, {"fields", LIST_SHOWS, read_fields, true},
    {"_embed", LIST_SHOWS, read_embed, true},
};

static void keyword_read(struct parsing *parsing, size_t i, str value)
{
    if (parsing->seen >> i & 1 && !keywords[i].repeats) {
        field_error(parsing, "repeated", "This parameter must not be repeated");
        return;
    }
    parsing->seen |= 1u << i;
    keywords[i].read(parsing, value);
}

static void parameter_read(struct parsing *parsing, const struct parameter *parameter)
{
    unsigned parts = parsing->rules->parts;
    parsing->pointer = pointer_to(parsing->arena, parameter->name);
    for (size_t i = 0; i < COUNT_OF(keywords); i++) {
        if (!(keywords[i].part & parts) || !str_is(parameter->name, keywords[i].name)) continue;
        keyword_read(parsing, i, parameter->value);
        return;
    }
    if (parts & LIST_FILTERS)
        filter_read(parsing, parameter->name, parameter->value);
    else
        field_error(parsing, "unknown", "Unknown parameter");
}

/* --- settings that depend on several parameters ------------------------------------------------------------------- */

static void order_settle(struct parsing *parsing)
{
    struct query *query = &parsing->list->query;
    str rest = parsing->order, text;
    parsing->pointer = parsing->order_pointer;
    for (size_t i = 0; str_split(&rest, ',', &text); i++) {
        bool descending;
        direction_read(parsing, str_trim(text), &descending);
        if (i < query->sort_count) query->sorts[i].descending = descending;
    }
}

static void window_settle(struct parsing *parsing)
{
    struct query *query = &parsing->list->query;
    if (parsing->end < 0) parsing->end = parsing->start + LIST_DEFAULT;
    query->offset = parsing->start;
    query->limit = parsing->end - parsing->start;
    parsing->pointer = parsing->list->paging == PAGING_RANGE ? STR("/range") : STR("/_end");
    if (query->limit < 0) field_error(parsing, "order", "The end must not be before the start");
    if (query->limit > LIST_MAX) field_error(parsing, "too_large", "Limit of 200 rows exceeded");
}

static void cursor_settle(struct parsing *parsing)
{
    parsing->pointer = STR("/after");
    if (cursor_read(parsing->arena, parsing->cursor, &parsing->list->query))
        field_error(parsing, "format", "Invalid cursor, or of a list with another order");
}

static void paging_settle(struct parsing *parsing)
{
    struct query *query = &parsing->list->query;
    enum paging paging = parsing->list->paging;
    query->limit = parsing->per_page ? parsing->per_page : LIST_DEFAULT;
    if (parsing->per_page && (paging == PAGING_OFFSETS || paging == PAGING_RANGE)) {
        parsing->pointer = STR("/perPage");
        field_error(parsing, "conflict", "Cannot be combined with another kind of paging");
    }
    if (paging == PAGING_OFFSETS || paging == PAGING_RANGE) window_settle(parsing);
    if (paging == PAGING_PAGES) query->offset = (parsing->page - 1) * query->limit;
    if (paging == PAGING_CURSOR) cursor_settle(parsing);
}

err list_parse(struct arena *arena, str query_string, const struct list_rules *rules, struct problem *problem,
               struct list **ret_list)
{
    struct list *list = ARENA_NEW(arena, struct list);
    struct parsing parsing = {
        .arena = arena, .rules = rules, .problem = problem, .list = list, .end = -1, .page = 1, .order = STR_NONE};
    err e = parameters_parse(arena, query_string, &list->parameters);
    if (e) return e;
    list->query.entity = rules->entity;
    list->query.total = true;
    for (size_t i = 0; i < list->parameters.count; i++) parameter_read(&parsing, &list->parameters.items[i]);
    order_settle(&parsing);
    paging_settle(&parsing);
    if (problem->count > 0) return ERR_INVALID;
    *ret_list = list;
    return OK;
}

/* --- links to other pages ----------------------------------------------------------------------------------------- */

/* A position in the list, for the kind of paging that the request uses. */
struct target {
    const char *relation;
    int64_t offset;
    str cursor; /* instead of the offset */
};

static bool is_paging(str name)
{
    for (size_t i = 0; i < COUNT_OF(keywords); i++) {
        if (keywords[i].part == LIST_PAGES && str_is(name, keywords[i].name)) return true;
    }
    return false;
}

static void number_add(struct buf *out, const char *name, int64_t number)
{
    char digits[24];
    int n = snprintf(digits, sizeof(digits), "%lld", (long long)number);
    parameter_add(out, str_of(name), (str){digits, (size_t)n});
}

static void window_add(struct buf *out, const struct list *list, const struct target *target)
{
    int64_t limit = list->query.limit;
    if (target->cursor.p) {
        parameter_add(out, STR("after"), target->cursor);
        BUF_LITERAL(out, "&");
        number_add(out, "perPage", limit);
    } else if (list->paging == PAGING_PAGES) {
        number_add(out, "page", target->offset / limit + 1);
        BUF_LITERAL(out, "&");
        number_add(out, "perPage", limit);
    } else if (list->paging == PAGING_RANGE) {
        buf_printf(out, "range=%%5B%lld,%lld%%5D", (long long)target->offset, (long long)(target->offset + limit - 1));
    } else {
        number_add(out, "_start", target->offset);
        BUF_LITERAL(out, "&");
        number_add(out, "_end", target->offset + limit);
    }
}

static void link_add(struct buf *out, const struct list *list, str path, const struct target *target)
{
    if (out->n > 0) BUF_LITERAL(out, ", ");
    buf_add_char(out, '<');
    buf_add(out, path);
    buf_add_char(out, '?');
    for (size_t i = 0; i < list->parameters.count; i++) {
        const struct parameter *parameter = &list->parameters.items[i];
        if (is_paging(parameter->name)) continue;
        parameter_add(out, parameter->name, parameter->value);
        buf_add_char(out, '&');
    }
    window_add(out, list, target);
    buf_printf(out, ">; rel=\"%s\"", target->relation);
}

/* After the last row of the page; false at the end. A request without an offset gets a cursor where possible. */
static bool next_target(struct arena *arena, const struct list *list, const struct page *page, struct target *ret)
{
    bool walks = list->paging == PAGING_NONE || list->paging == PAGING_CURSOR;
    *ret = (struct target){"next", list->query.offset + list->query.limit, STR_NONE};
    if (walks && page->count > 0) ret->cursor = cursor_of(arena, &list->query, page->rows[page->count - 1]);
    if (list->paging == PAGING_CURSOR) return ret->cursor.p && page->count == (size_t)list->query.limit;
    return ret->offset < page->total;
}

enum { LINKS_MAX = 32 * 1024 };

str list_links(struct arena *arena, const struct list *list, str path, const struct page *page)
{
    struct buf out = buf_new(arena, LINKS_MAX);
    int64_t limit = list->query.limit, offset = list->query.offset;
    if (limit == 0) return STR_NONE;
    int64_t last = page->total > 0 ? (page->total - 1) / limit * limit : 0;
    struct target next;
    link_add(&out, list, path, &(struct target){"first", 0, STR_NONE});
    if (offset > 0) link_add(&out, list, path, &(struct target){"prev", offset > limit ? offset - limit : 0, STR_NONE});
    if (next_target(arena, list, page, &next)) link_add(&out, list, path, &next);
    link_add(&out, list, path, &(struct target){"last", last, STR_NONE});
    return out.full ? STR_NONE : buf_str(&out);
}

str list_range(struct arena *arena, const struct list *list, const struct page *page)
{
    const char *unit = list->query.entity->resource;
    long long total = page->total, first = list->query.offset;
    if (page->count == 0 || list->paging == PAGING_CURSOR) return arena_printf(arena, "%s */%lld", unit, total);
    return arena_printf(arena, "%s %lld-%lld/%lld", unit, first, first + (long long)page->count - 1, total);
}
