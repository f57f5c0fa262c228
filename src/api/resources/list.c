/* See list.h. A parameter is either a keyword of the table below or a filter. Each is parsed separately; what depends
 * on several of them (paging, the order of sorts, the cursor) is determined at the end. */
#include <jansson.h>

#include "api/resources/cursor.h"
#include "api/resources/embed.h"
#include "api/resources/list_private.h"
#include "base/check.h"
#include "schema/decode.h"

static const struct descriptor *descriptor_of(const struct parsing *parsing)
{
    return &parsing->rules->entity->descriptor;
}

/* --- keywords ----------------------------------------------------------------------------------------------------- */

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

/* The most rows that a page can have. */
static int64_t limit_max(const struct parsing *parsing)
{
    return parsing->rules->flat ? TABLE_MAX : LIST_MAX;
}

static void limit_check(struct parsing *parsing, int64_t limit)
{
    const char *detail = parsing->rules->flat ? "Limit of 10,000 rows exceeded" : "Limit of 200 rows exceeded";
    if (limit > limit_max(parsing)) field_error(parsing, "too_large", detail);
}

/* Used with pages and cursors; see paging_settle(). */
static void read_per_page(struct parsing *parsing, str value)
{
    number_read(parsing, value, 1, &parsing->per_page);
    limit_check(parsing, parsing->per_page);
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

/* A row is sorted by its own fields and by texts of the single rows that it refers to. */
static bool operand_sorts(const struct operand *operand)
{
    if (!operand->relation) return true;
    return operand->single && !operand->relation->children && type_is_text(operand->field->type);
}

static void sort_add(struct parsing *parsing, str name, bool descending)
{
    struct query *query = &parsing->list->query;
    struct operand operand;
    if (!operand_find(parsing, name, &operand)) {
        field_error(parsing, "unknown", "Unknown field");
    } else if (!operand_sorts(&operand)) {
        field_error(parsing, "type", "Only texts of a row that is referred to can be used to sort");
    } else if (query->sort_count == SORTS_MAX) {
        field_error(parsing, "too_many", "Limit of 4 sort fields exceeded");
    } else if (operand_usable(parsing, &operand)) {
        query->sorts[query->sort_count++] = (struct sort){operand.relation, operand.field, descending};
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
        const struct field *field = shown_field(parsing->rules->entity, name);
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
    } else if (parsing->rules->flat && !embed.single) {
        field_error(parsing, "several", "A table has no place for several embedded rows");
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

bool is_paging(str name)
{
    for (size_t i = 0; i < COUNT_OF(keywords); i++) {
        if (keywords[i].part == LIST_PAGES && str_is(name, keywords[i].name)) return true;
    }
    return false;
}

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

/* A page without a given size contains all rows that were requested by their ids; a table, all that it can have. */
static int64_t limit_default(const struct parsing *parsing)
{
    const struct query *query = &parsing->list->query;
    size_t ids = 0;
    if (parsing->rules->flat) return TABLE_MAX;
    for (size_t i = 0; i < query->filter_count; i++) {
        const struct filter *filter = &query->filters[i];
        if (!filter->relation && filter->field->type == TYPE_ID && filter->comparison == COMPARE_EQUAL)
            ids = filter->count;
    }
    return ids > LIST_DEFAULT ? (int64_t)ids : LIST_DEFAULT;
}

static void window_settle(struct parsing *parsing)
{
    struct query *query = &parsing->list->query;
    if (parsing->end < 0) parsing->end = parsing->start + limit_default(parsing);
    query->offset = parsing->start;
    query->limit = parsing->end - parsing->start;
    parsing->pointer = parsing->list->paging == PAGING_RANGE ? STR("/range") : STR("/_end");
    if (query->limit < 0) field_error(parsing, "order", "The end must not be before the start");
    limit_check(parsing, query->limit);
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
    query->limit = parsing->per_page ? parsing->per_page : limit_default(parsing);
    if (parsing->per_page && (paging == PAGING_OFFSETS || paging == PAGING_RANGE)) {
        parsing->pointer = STR("/perPage");
        field_error(parsing, "conflict", "Cannot be combined with another kind of paging");
    }
    if (paging == PAGING_OFFSETS || paging == PAGING_RANGE) window_settle(parsing);
    if (paging == PAGING_PAGES) query->offset = (parsing->page - 1) * query->limit;
    if (paging == PAGING_CURSOR) cursor_settle(parsing);
}

static void preset_settle(struct parsing *parsing)
{
    const struct list_preset *preset = parsing->rules->preset;
    struct query *query = &parsing->list->query;
    str words = query->search;
    query->search = STR_NONE;
    parsing->pointer = STR("/q");
    if (query->sort_count == 0) query->sorts[query->sort_count++] = preset->sort;
    if (parsing->list->embed_count == 0) read_embed(parsing, str_of(preset->embed));
    if (words.p && query->filter_count == FILTERS_MAX)
        field_error(parsing, "too_many", "Limit of 16 filters exceeded");
    else if (words.p)
        preset->search(parsing->arena, query, words);
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
    if (rules->preset) preset_settle(&parsing);
    order_settle(&parsing);
    paging_settle(&parsing);
    if (problem->count > 0) return ERR_INVALID;
    *ret_list = list;
    return OK;
}
