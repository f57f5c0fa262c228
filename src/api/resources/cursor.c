/* See cursor.h. The text is base64url of "<field>.<direction>.<id>.<value>": the index of the field in its descriptor
 * ("-" without a sort), and the value as a number or as text. */
#include "api/resources/cursor.h"

#include <sodium.h>

#include "base/buf.h"
#include "base/money.h"
#include "base/time_text.h"
#include "base/utf8.h"

enum { CURSOR_MAX = 2048, VARIANT = sodium_base64_VARIANT_URLSAFE_NO_PADDING };

/* "3.d" for a list in descending order of its fourth field. */
static str sort_text(struct arena *arena, const struct query *query)
{
    if (query->sort_count == 0) return STR("-.a");
    const struct sort *sort = &query->sorts[0];
    size_t index = field_index(&query->entity->descriptor, sort->field);
    return arena_printf(arena, "%zu.%c", index, sort->descending ? 'd' : 'a');
}

static bool possible(const struct query *query)
{
    return query->sort_count == 1 || (query->sort_count == 0 && !query->search.p);
}

/* The row's value of the first sort; false when it has none. */
static bool sort_value(const struct query *query, const struct row *row, struct value *ret_value)
{
    *ret_value = (struct value){.text = STR("")};
    if (query->sort_count == 0) return true;
    const struct field *field = query->sorts[0].field;
    const char *base = (const char *)row + field->offset;
    if (type_is_text(field->type)) {
        ret_value->text = *(const str *)(const void *)base;
        return ret_value->text.p != NULL;
    }
    ret_value->number = *(const int64_t *)(const void *)base;
    return ret_value->number != 0 || field_not_null(field);
}

str cursor_of(struct arena *arena, const struct query *query, const struct row *row)
{
    struct value value;
    if (!possible(query) || !sort_value(query, row, &value)) return STR_NONE;
    struct buf plain = buf_new(arena, CURSOR_MAX);
    buf_add(&plain, sort_text(arena, query));
    buf_printf(&plain, ".%lld.", (long long)row->id);
    if (query->sort_count > 0 && type_is_text(query->sorts[0].field->type))
        buf_add(&plain, value.text);
    else
        buf_add_int(&plain, value.number);
    if (plain.full) return STR_NONE;
    size_t size = sodium_base64_encoded_len(plain.n, VARIANT);
    char *text = arena_alloc(arena, size);
    sodium_bin2base64(text, size, (const unsigned char *)plain.p, plain.n, VARIANT);
    return str_of(text);
}

/* Removes `prefix` and a dot from *rest. */
static bool take_prefix(str *rest, str prefix)
{
    if (!str_starts(*rest, prefix) || rest->n <= prefix.n || rest->p[prefix.n] != '.') return false;
    *rest = str_from(*rest, prefix.n + 1);
    return true;
}

static bool value_read(const struct query *query, str text, struct value *ret_value)
{
    bool is_text = query->sort_count > 0 && type_is_text(query->sorts[0].field->type);
    *ret_value = (struct value){.text = is_text ? text : STR_NONE};
    return is_text ? utf8_valid(text) : str_to_int(text, &ret_value->number);
}

/* Whether a row can have the value: enums are in the range of their set, times in the range of the calendar. */
static bool value_possible(const struct query *query, struct value value)
{
    if (query->sort_count == 0) return true;
    const struct field *field = query->sorts[0].field;
    if (type_is_text(field->type)) return true;
    enum value_kind kind = type_row(field->type)->kind;
    if (kind == KIND_ENUM) return value.number >= 0 && (size_t)value.number < enum_table(field->of)->count;
    if (kind == KIND_TIME) return value.number > 0 && value.number <= TIME_MAX;
    return value.number >= -MONEY_MAX && value.number <= MONEY_MAX; /* the widest of the other types */
}

err cursor_read(struct arena *arena, str text, struct query *query)
{
    if (!possible(query) || text.n == 0 || text.n > 2 * CURSOR_MAX) return ERR_INVALID;
    unsigned char *plain = arena_alloc(arena, text.n);
    size_t n;
    const char *end;
    if (sodium_base642bin(plain, text.n, text.p, text.n, NULL, &n, &end, VARIANT) != 0) return ERR_INVALID;
    if (end != text.p + text.n) return ERR_INVALID;

    str rest = {(const char *)plain, n};
    struct value value;
    int64_t id;
    if (!take_prefix(&rest, sort_text(arena, query))) return ERR_INVALID;
    str id_text = str_first(rest, str_find(rest, '.'));
    if (!str_to_int(id_text, &id) || id < 1 || !take_prefix(&rest, id_text)) return ERR_INVALID;
    if (!value_read(query, rest, &value) || !value_possible(query, value)) return ERR_INVALID;
    query->after = true;
    query->after_value = value;
    query->after_id = id;
    return OK;
}
