/* See cursor.h. The text is base64url of the sorts, each as index of the field and direction, the id, and for each sort
 * its value as a length and a text or number, or "-" for no value: "3d,7a." "42." "5:Music" "-". */
#include "api/resources/cursor.h"

#include <sodium.h>
#include <stdio.h>

#include "base/buf.h"
#include "base/money.h"
#include "base/time_text.h"
#include "base/utf8.h"

enum { VARIANT = sodium_base64_VARIANT_URLSAFE_NO_PADDING };

/* "3d,7a." for a list in descending order of its fourth field, then ascending by its eighth; "0r1d." in descending
 * order of the second field of the row to which its first field refers. */
static void add_sorts(struct buf *out, const struct query *query)
{
    const struct descriptor *descriptor = &query->entity->descriptor;
    for (size_t i = 0; i < query->sort_count; i++) {
        const struct sort *sort = &query->sorts[i];
        const struct relation *relation = sort->relation;
        const struct descriptor *of = relation ? &relation->entity->descriptor : descriptor;
        if (i > 0) buf_add_char(out, ',');
        if (relation) buf_printf(out, "%zur", field_index(descriptor, relation->reference));
        buf_printf(out, "%zu%c", field_index(of, sort->field), sort->descending ? 'd' : 'a');
    }
    buf_add_char(out, '.');
}

static bool possible(const struct query *query)
{
    return query->sort_count > 0 || !query->search.p;
}

static void add_value(struct buf *out, const struct field *field, struct value value)
{
    char digits[24];
    str text = value.text;
    if (value_is_none(field, value)) {
        buf_add_char(out, '-');
        return;
    }
    if (!type_is_text(field->type))
        text = (str){digits, (size_t)snprintf(digits, sizeof(digits), "%lld", (long long)value.number)};
    buf_printf(out, "%zu:", text.n);
    buf_add(out, text);
}

str cursor_of(struct arena *arena, const struct query *query, const struct page *page)
{
    if (!possible(query) || page->count == 0) return STR_NONE;
    struct buf plain = buf_new(arena, CURSOR_MAX);
    add_sorts(&plain, query);
    buf_printf(&plain, "%lld.", (long long)page->last.id);
    for (size_t i = 0; i < query->sort_count; i++) {
        add_value(&plain, query->sorts[i].field, page->last.values[i]);
    }
    if (plain.full) return STR_NONE;
    size_t size = sodium_base64_encoded_len(plain.n, VARIANT);
    char *text = arena_alloc(arena, size);
    sodium_bin2base64(text, size, (const unsigned char *)plain.p, plain.n, VARIANT);
    return str_of(text);
}

/* --- reading ------------------------------------------------------------------------------------------------------ */

/* Moves the number before `end` from *rest to *ret_number. */
static bool take_number(str *rest, char end, int64_t *ret_number)
{
    size_t n = str_find(*rest, end);
    if (n == rest->n || !str_to_int(str_first(*rest, n), ret_number)) return false;
    *rest = str_from(*rest, n + 1);
    return true;
}

/* Whether a row can have the value: enums are in the range of their set, times in the range of the calendar. */
static bool number_possible(const struct field *field, int64_t number)
{
    enum value_kind kind = type_row(field->type)->kind;
    if (kind == KIND_ENUM) return number >= 0 && (size_t)number < enum_table(field->of)->count;
    if (kind == KIND_TIME) return number > 0 && number <= TIME_MAX;
    return number >= -MONEY_MAX && number <= MONEY_MAX; /* the widest of the other types */
}

static bool value_read(const struct field *field, str text, struct value *ret_value)
{
    *ret_value = (struct value){.text = text};
    if (type_is_text(field->type)) return utf8_valid(text);
    return str_to_int(text, &ret_value->number) && number_possible(field, ret_value->number);
}

static bool take_value(str *rest, const struct sort *sort, struct value *ret_value)
{
    int64_t length;
    if (str_starts(*rest, STR("-"))) {
        *rest = str_from(*rest, 1);
        *ret_value = (struct value){.text = STR_NONE};
        return sort_nullable(sort);
    }
    if (!take_number(rest, ':', &length) || length < 0 || (size_t)length > rest->n) return false;
    str text = str_first(*rest, (size_t)length);
    *rest = str_from(*rest, (size_t)length);
    return value_read(sort->field, text, ret_value);
}

static bool position_read(str rest, struct query *query)
{
    if (!take_number(&rest, '.', &query->position.id) || query->position.id < 1) return false;
    for (size_t i = 0; i < query->sort_count; i++) {
        if (!take_value(&rest, &query->sorts[i], &query->position.values[i])) return false;
    }
    query->after = true;
    return rest.n == 0;
}

err cursor_read(struct arena *arena, str text, struct query *query)
{
    if (!possible(query) || text.n == 0 || text.n > 2 * CURSOR_MAX) return ERR_INVALID;
    unsigned char *plain = arena_alloc(arena, text.n);
    struct buf sorts = buf_new(arena, 128);
    size_t n;
    const char *end;
    if (sodium_base642bin(plain, text.n, text.p, text.n, NULL, &n, &end, VARIANT) != 0) return ERR_INVALID;
    if (end != text.p + text.n) return ERR_INVALID;
    str rest = {(const char *)plain, n};
    add_sorts(&sorts, query);
    if (!str_starts(rest, buf_str(&sorts))) return ERR_INVALID;
    return position_read(str_from(rest, sorts.n), query) ? OK : ERR_INVALID;
}
