/* See csv.h. */
#include "schema/csv.h"

#include "base/money.h"
#include "base/time_text.h"
#include "schema/visible.h"

static bool is_formula(str text)
{
    return text.n > 0 && (strchr("=+-@", text.p[0]) || (unsigned char)text.p[0] < 0x20);
}

static bool is_plain(str text)
{
    for (size_t i = 0; i < text.n; i++) {
        if (strchr("\",\r\n", text.p[i])) return false;
    }
    return text.n > 0 && text.p[0] != ' ' && text.p[text.n - 1] != ' ';
}

static void add_quoted(struct buf *out, str text)
{
    buf_add_char(out, '"');
    if (is_formula(text)) buf_add_char(out, '\'');
    while (text.n > 0) {
        size_t end = str_find(text, '"');
        buf_add(out, str_first(text, end));
        if (end < text.n) BUF_LITERAL(out, "\"\"");
        text = str_from(text, end + 1);
    }
    buf_add_char(out, '"');
}

static void add_text(struct buf *out, str text)
{
    if (!text.p) return;
    if (is_plain(text) && !is_formula(text))
        buf_add(out, text);
    else
        add_quoted(out, text);
}

static void add_number(struct buf *out, const struct field *field, int64_t number)
{
    char text[TIME_TEXT_SIZE];
    if (number == 0 && !type_row(field->type)->always) return;
    switch (type_row(field->type)->kind) {
    case KIND_BOOL:
        buf_add(out, number ? STR("true") : STR("false"));
        break;
    case KIND_MONEY:
        buf_add(out, money_to_text(number, text));
        break;
    case KIND_TIME:
        buf_add(out, time_to_rfc3339(number, text));
        break;
    case KIND_ENUM:
        buf_add(out, enum_text(field->of, number));
        break;
    default:
        buf_add_int(out, number);
    }
}

/* Goes to the next column, and adds the comma before it. False after the last one; *position starts at 0. */
static bool column_next(struct buf *out, const struct csv_columns *columns, size_t *position,
                        const struct field **ret_field)
{
    const struct descriptor *descriptor = &columns->entity->descriptor;
    for (size_t i = *position; i < descriptor->count; i++) {
        const struct field *field = &descriptor->fields[i];
        bool requested = !columns->fields || columns->fields >> i & 1;
        if (!requested || !field_is_shown(field)) continue;
        if (*position > 0 || columns->prefix.p) buf_add_char(out, ',');
        *position = i + 1;
        *ret_field = field;
        return true;
    }
    return false;
}

void csv_names(struct buf *out, const struct csv_columns *columns)
{
    const struct field *field;
    for (size_t i = 0; column_next(out, columns, &i, &field);) {
        if (columns->prefix.p) buf_printf(out, "%.*s.", STR_ARG(columns->prefix));
        buf_add(out, str_of(field->name));
    }
}

void csv_values(struct buf *out, const struct csv_columns *columns, const struct row *row)
{
    const struct field *field;
    for (size_t i = 0; column_next(out, columns, &i, &field);) {
        if (!row) continue;
        const char *value = (const char *)row + field->offset;
        if (type_is_text(field->type))
            add_text(out, *(const str *)(const void *)value);
        else
            add_number(out, field, *(const int64_t *)(const void *)value);
    }
}

void csv_line_end(struct buf *out)
{
    BUF_LITERAL(out, "\r\n");
}
