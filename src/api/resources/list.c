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
static const struct field *shown_field(const struct entity *entity, str name)
{
    const struct field *field = field_find(&entity->descriptor, name);
    return field && field_is_shown(field) ? field : NULL;
}

/* A field to filter or sort by: one of the listed rows, or "user.name", one of related rows. */
struct operand {
    const struct relation *relation;
    const struct field *field;
    bool single; /* a row has at most one related row */
};

/* Whether the name is that of a field that clients can see. */
static bool operand_find(const struct parsing *parsing, str name, struct operand *ret_operand)
{
    struct embed embed;
    const struct list_rules *rules = parsing->rules;
    size_t dot = str_find(name, '.');
    *ret_operand = (struct operand){NULL, shown_field(rules->entity, name), true};
    if (dot == name.n) return ret_operand->field;
    if (!embed_find(parsing->arena, rules->entity, rules->role, str_first(name, dot), &embed)) return false;
    struct relation *relation = ARENA_NEW(parsing->arena, struct relation);
    *relation = (struct relation){embed.entity, embed.reference, embed.children};
    *ret_operand = (struct operand){relation, shown_field(embed.entity, str_from(name, dot + 1)), embed.single};
    return ret_operand->field;
}

/* Whether the role may filter and sort by a field; else adds a field error. */
static bool operand_usable(struct parsing *parsing, const struct operand *operand)
{
    const struct entity *entity = operand->relation ? operand->relation->entity : parsing->rules->entity;
    if (!field_is_masked(entity, operand->field, parsing->rules->role)) return true;
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
static bool filtered_operand(const struct parsing *parsing, str name, struct operand *ret_operand,
                             enum comparison *ret_comparison)
{
    bool by_category = parsing->rules->entity->id == ENTITY_event && str_is(name, "category");
    bool found = operand_find(parsing, by_category ? STR("eventCategories.name") : name, ret_operand);
    *ret_comparison = by_category ? COMPARE_SAME : COMPARE_EQUAL;
    for (size_t i = 0; !found && i < COUNT_OF(suffixes); i++) {
        str suffix = str_of(suffixes[i].suffix);
        if (!str_ends(name, suffix)) continue;
        found = operand_find(parsing, str_first(name, name.n - suffix.n), ret_operand);
        *ret_comparison = suffixes[i].comparison;
    }
    return found;
}

static bool is_equality(enum comparison comparison)
{
    return comparison == COMPARE_EQUAL || comparison == COMPARE_NOT_EQUAL;
}

/* Whether a filter can have several values, of which one or none has to match. */
static bool has_several(enum comparison comparison)
{
    return is_equality(comparison) || comparison == COMPARE_SAME;
}

static bool comparison_fits(const struct field *field, enum comparison comparison)
{
    if (is_equality(comparison)) return true;
    if (comparison == COMPARE_LIKE || comparison == COMPARE_SAME) return type_is_text(field->type);
    return type_row(field->type)->ordered;
}

/* The value of _like is a part of a text, which need not have the format of a whole value (an e-mail address, say). */
static bool value_from(struct parsing *parsing, const struct filter *filter, str text, struct value *ret_value)
{
    *ret_value = (struct value){.text = text};
    if (type_is_text(filter->field->type) && !is_equality(filter->comparison)) return true;
    return decode_text(parsing->arena, filter->field, text, &ret_value->number, &ret_value->text) == OK;
}

static bool same_relation(const struct relation *a, const struct relation *b)
{
    return a == b || (a && b && a->entity == b->entity && a->reference == b->reference);
}

static struct filter *filter_same(struct query *query, const struct filter *like)
{
    for (size_t i = 0; has_several(like->comparison) && i < query->filter_count; i++) {
        struct filter *filter = &query->filters[i];
        bool same = filter->field == like->field && same_relation(filter->relation, like->relation);
        if (same && filter->comparison == like->comparison) return filter;
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
    if (filter->count <= 1) {
        values = ARENA_ARRAY(parsing->arena, struct value, VALUES_MAX);
        if (filter->count == 1) values[0] = filter->values[0];
        filter->values = values;
    }
    values[filter->count++] = value;
}

/* The filter of this field and comparison to which values can be added: the existing one or a new one without values.
 * NULL, and a field error, when there are too many. */
static struct filter *filter_start(struct parsing *parsing, const struct filter *requested)
{
    struct query *query = &parsing->list->query;
    struct filter *same = filter_same(query, requested);
    if (same) return same;
    if (query->filter_count == FILTERS_MAX) {
        field_error(parsing, "too_many", "Limit of 16 filters exceeded");
        return NULL;
    }
    struct filter *filter = query_filter(query, requested->field, requested->comparison, NULL, 0);
    filter->relation = requested->relation;
    return filter;
}

static void filter_add(struct parsing *parsing, const struct filter *requested, str text)
{
    struct value value;
    if (!value_from(parsing, requested, text, &value)) {
        field_error(parsing, "type", "Invalid value for this field");
        return;
    }
    struct filter *filter = filter_start(parsing, requested);
    if (filter) filter_join(parsing, filter, value);
}

static bool may_lack_value(const struct filter *filter)
{
    return !field_not_null(filter->field) || filter->field->type == TYPE_ID;
}

/* Adds "no value" to the values of a filter. No row lacks its id, so for the id it is an empty list. */
static void filter_add_none(struct parsing *parsing, const struct filter *requested)
{
    if (!may_lack_value(requested) || !is_equality(requested->comparison)) {
        field_error(parsing, "type", "This field always has a value, or the comparison requires one");
        return;
    }
    struct filter *filter = filter_start(parsing, requested);
    if (filter) filter->none = true;
}

/* In a query string "null", and for other fields than texts nothing, means no value if the field can be without one. A
 * text that is the word null can be requested with filter={"field":"null"}. */
static bool means_none(const struct filter *requested, str text)
{
    if (!is_equality(requested->comparison)) return false;
    if (text.n > 0) return !field_not_null(requested->field) && str_is(text, "null");
    return !type_is_text(requested->field->type) && may_lack_value(requested);
}

static void search_add(struct parsing *parsing, str words)
{
    words = str_trim(words);
    if (words.n == 0) return;
    if (!parsing->rules->preset && !entity_searchable(parsing->rules->entity)) {
        field_error(parsing, "unknown", "Full-text search is not available here");
    } else if (utf8_count(words) > SEARCH_MAX) {
        field_error(parsing, "too_long", "Limit of 200 characters exceeded");
    } else {
        parsing->list->query.search = words;
    }
}

/* The filter that a name such as "price_gte" stands for; false, and a field error, when it is not available. */
static bool filter_named(struct parsing *parsing, str name, struct filter *ret_filter)
{
    struct operand operand;
    enum comparison comparison;
    if (!filtered_operand(parsing, name, &operand, &comparison)) {
        field_error(parsing, "unknown", "Unknown parameter or field");
        return false;
    }
    if (!comparison_fits(operand.field, comparison)) {
        field_error(parsing, "type", "This comparison is not available for this field");
        return false;
    }
    *ret_filter = (struct filter){.relation = operand.relation, .field = operand.field, .comparison = comparison};
    return operand_usable(parsing, &operand);
}

static void filter_read(struct parsing *parsing, str name, str text)
{
    struct filter requested;
    if (!filter_named(parsing, name, &requested)) return;
    if (means_none(&requested, text))
        filter_add_none(parsing, &requested);
    else
        filter_add(parsing, &requested, text);
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

static void filter_value_read(struct parsing *parsing, const struct filter *requested, const json_t *value)
{
    str text = arena_copy(parsing->arena, json_value_text(parsing->arena, value));
    if (json_is_null(value))
        filter_add_none(parsing, requested);
    else if (text.p)
        filter_add(parsing, requested, text);
    else
        field_error(parsing, "type", "Expected a string, number, boolean or null, or a list of them");
}

/* A list of values means any of them, so an empty list matches no row. */
static void filter_values_read(struct parsing *parsing, const struct filter *requested, const json_t *values)
{
    bool empty = json_array_size(values) == 0;
    if (empty && has_several(requested->comparison))
        (void)filter_start(parsing, requested);
    else if (empty)
        field_error(parsing, "required", "The list must not be empty");
    for (size_t i = 0; i < json_array_size(values); i++)
        filter_value_read(parsing, requested, json_array_get(values, i));
}

static void filter_member_read(struct parsing *parsing, str name, const json_t *value)
{
    struct filter requested;
    str pointer = pointer_to(parsing->arena, name);
    parsing->pointer = arena_printf(parsing->arena, "/filter%.*s", STR_ARG(pointer));
    if (str_is(name, "q") && json_is_string(value)) {
        search_add(parsing, arena_copy(parsing->arena, json_value_text(parsing->arena, value)));
        return;
    }
    if (!filter_named(parsing, name, &requested)) return;
    if (json_is_array(value))
        filter_values_read(parsing, &requested, value);
    else
        filter_value_read(parsing, &requested, value);
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
    parsing->order = value.n > 0 ? value : STR_NONE;
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
} keywords[] = {
    {"_start", LIST_PAGES, read_start},       {"_end", LIST_PAGES, read_end},
    {"page", LIST_PAGES, read_page},          {"perPage", LIST_PAGES, read_per_page},
    {"after", LIST_PAGES, read_after},        {"range", LIST_PAGES, read_range},
    {"q", LIST_FILTERS, read_search},         {"filter", LIST_FILTERS, read_filter},
    {"_sort", LIST_FILTERS, read_sort_names}, {"_order", LIST_FILTERS, read_order},
    {"sort", LIST_FILTERS, read_sort_pairs},  {"fields", LIST_SHOWS, read_fields},
    {"_embed", LIST_SHOWS, read_embed},
};

static void keyword_read(struct parsing *parsing, size_t i, str value)
{
    if (parsing->seen >> i & 1) {
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

/* --- links to other pages ----------------------------------------------------------------------------------------- */

/* Proxies buffer the headers of a response in one page of memory, 4 KiB by default in nginx, and respond with 502 to
 * more. The links may use most of that; the other headers of a list take less than 1 KiB. */
enum { LINKS_MAX = 3000 };

enum link { LINK_FIRST, LINK_PREV, LINK_NEXT, LINK_LAST, LINK_COUNT };

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

static str link_of(struct arena *arena, const struct list *list, str path, const struct target *target)
{
    struct buf out = buf_new(arena, LINKS_MAX);
    buf_add_char(&out, '<');
    buf_add(&out, path);
    buf_add_char(&out, '?');
    for (size_t i = 0; i < list->parameters.count; i++) {
        const struct parameter *parameter = &list->parameters.items[i];
        if (is_paging(parameter->name)) continue;
        parameter_add(&out, parameter->name, parameter->value);
        buf_add_char(&out, '&');
    }
    window_add(&out, list, target);
    buf_printf(&out, ">; rel=\"%s\"", target->relation);
    return out.full ? STR_NONE : buf_str(&out);
}

static bool is_full(const struct list *list, const struct page *page)
{
    return page->count == (size_t)list->query.limit;
}

/* STR_NONE when the page is the last one or the link too long. A request without an offset gets a cursor where
 * possible. */
static str link_next(struct arena *arena, const struct list *list, str path, const struct page *page)
{
    struct target next = {"next", list->query.offset + list->query.limit, STR_NONE};
    bool walks = list->paging == PAGING_NONE || list->paging == PAGING_CURSOR;
    bool more = list->paging == PAGING_CURSOR ? is_full(list, page) : next.offset < page->total;
    if (!more) return STR_NONE;
    if (walks) next.cursor = cursor_of(arena, &list->query, page);
    str link = link_of(arena, list, path, &next);
    if (link.p || list->paging == PAGING_CURSOR) return link;
    next.cursor = STR_NONE;
    return link_of(arena, list, path, &next);
}

/* Fills `ret_links` in the order of the header. */
static void links_make(struct arena *arena, const struct list *list, str path, const struct page *page,
                       str ret_links[static LINK_COUNT])
{
    int64_t limit = list->query.limit, offset = list->query.offset;
    struct target first = {"first", 0, STR_NONE}, prev = {"prev", offset > limit ? offset - limit : 0, STR_NONE},
                  last = {"last", page->total > 0 ? (page->total - 1) / limit * limit : 0, STR_NONE};
    ret_links[LINK_FIRST] = link_of(arena, list, path, &first);
    ret_links[LINK_PREV] = offset > 0 ? link_of(arena, list, path, &prev) : STR_NONE;
    ret_links[LINK_NEXT] = link_next(arena, list, path, page);
    ret_links[LINK_LAST] = link_of(arena, list, path, &last);
}

/* Keeps the links that fit into the header, the most useful ones first. */
static void links_limit(str links[static LINK_COUNT])
{
    static const enum link by_use[] = {LINK_NEXT, LINK_PREV, LINK_FIRST, LINK_LAST};
    size_t length = 0;
    for (size_t i = 0; i < COUNT_OF(by_use); i++) {
        str *link = &links[by_use[i]];
        if (length + link->n > LINKS_MAX) *link = STR_NONE;
        if (link->p) length += link->n + 2;
    }
}

err list_links(struct arena *arena, const struct list *list, str path, const struct page *page, str *ret_links)
{
    str links[LINK_COUNT] = {STR_NONE};
    struct buf out = buf_new(arena, LINKS_MAX);
    if (list->query.limit > 0) links_make(arena, list, path, page, links);
    links_limit(links);
    if (!links[LINK_NEXT].p && list->paging == PAGING_CURSOR && is_full(list, page)) return ERR_INVALID;
    for (size_t i = 0; i < LINK_COUNT; i++) {
        if (links[i].p && out.n > 0) BUF_LITERAL(&out, ", ");
        if (links[i].p) buf_add(&out, links[i]);
    }
    *ret_links = out.n > 0 ? buf_str(&out) : STR_NONE;
    return OK;
}

str list_range(struct arena *arena, const struct list *list, const struct page *page)
{
    const char *unit = list->query.entity->resource;
    long long total = page->total, first = list->query.offset;
    if (page->count == 0 || list->paging == PAGING_CURSOR) return arena_printf(arena, "%s */%lld", unit, total);
    return arena_printf(arena, "%s %lld-%lld/%lld", unit, first, first + (long long)page->count - 1, total);
}
