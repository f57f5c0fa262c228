/* Filters of lists: of the query string and as JSON, by fields of the listed rows and of related ones; see list.h. */
#include <jansson.h>

#include "api/resources/embed.h"
#include "api/resources/list_private.h"
#include "base/check.h"
#include "base/utf8.h"
#include "schema/decode.h"
#include "schema/decode_value.h"
#include "schema/visible.h"

enum { SEARCH_MAX = 200 };

/* --- fields ------------------------------------------------------------------------------------------------------- */

const struct field *shown_field(const struct entity *entity, str name)
{
    const struct field *field = field_find(&entity->descriptor, name);
    return field && field_is_shown(field) ? field : NULL;
}

bool operand_find(const struct parsing *parsing, str name, struct operand *ret_operand)
{
    struct embed embed;
    const struct list_rules *rules = parsing->rules;
    size_t dot = str_find(name, '.');
    *ret_operand = (struct operand){NULL, shown_field(rules->entity, name), true};
    if (dot == name.n) return ret_operand->field;
    if (!embed_find(parsing->arena, rules->entity, rules->role, str_first(name, dot), &embed)) return false;
    struct relation *relation = ARENA_NEW(parsing->arena, struct relation);
    *relation = (struct relation){embed.entity, embed.reference, embed.children, NULL};
    *ret_operand = (struct operand){relation, shown_field(embed.entity, str_from(name, dot + 1)), embed.single};
    return ret_operand->field;
}

bool operand_usable(struct parsing *parsing, const struct operand *operand)
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

void filter_read(struct parsing *parsing, str name, str text)
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

void read_filter(struct parsing *parsing, str value)
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

void read_search(struct parsing *parsing, str value)
{
    search_add(parsing, value);
}
