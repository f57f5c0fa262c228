/* See query.h. */
#include "store/query.h"

#include "base/check.h"

struct filter *query_filter(struct query *query, const struct field *field, enum comparison comparison,
                            const struct value *values, size_t count)
{
    CHECK(query->filter_count < FILTERS_MAX && count <= VALUES_MAX);
    struct filter *filter = &query->filters[query->filter_count++];
    *filter = (struct filter){.field = field, .comparison = comparison, .values = values, .count = count};
    return filter;
}

bool sort_nullable(const struct sort *sort)
{
    return sort->relation || !field_not_null(sort->field);
}

bool value_is_none(const struct field *field, struct value value)
{
    if (type_is_text(field->type)) return !value.text.p;
    return value.number == 0 && !type_row(field->type)->always;
}

struct value value_of(const struct row *row, const struct field *field)
{
    const char *p = (const char *)row + field->offset;
    if (type_is_text(field->type)) return (struct value){.text = *(const str *)(const void *)p};
    return (struct value){.number = *(const int64_t *)(const void *)p};
}

/* The first characters of a well-formed text. */
static str characters_first(str text, size_t count)
{
    size_t end;
    for (end = 0; end < text.n; end++) {
        bool starts = ((unsigned char)text.p[end] & 0xC0) != 0x80;
        if (starts && count-- == 0) break;
    }
    return str_first(text, end);
}

struct value sort_value(const struct row *row, const struct field *field)
{
    struct value value = value_of(row, field);
    if (field->type == TYPE_TEXT && value.text.p) value.text = characters_first(value.text, SORT_TEXT_MAX);
    return value;
}
