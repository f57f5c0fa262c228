/* See mask.h. */
#include "schema/mask.h"

#include "base/check.h"

static const char *stars(const struct field *field)
{
    return field->type == TYPE_EMAIL ? "***@***" : "***";
}

/* Length in bytes of the first character as the engines determine it: a lead byte and all continuation bytes after it.
 * Differs from utf8_length() only in ill-formed text, where both sides must still agree. */
static size_t first_character(str text)
{
    size_t n = 1;
    if ((unsigned char)text.p[0] < 0xC0) return n;
    while (n < text.n && ((unsigned char)text.p[n] & 0xC0) == 0x80) n++;
    return n;
}

str mask_text(struct arena *arena, const struct field *field, str text)
{
    CHECK(type_is_text(field->type));
    if (text.n == 0) return text;
    return arena_printf(arena, "%.*s%s", (int)first_character(text), text.p, stars(field));
}

void mask_sql(struct buf *out, const struct field *field, const char *column_expression, enum dialect dialect)
{
    CHECK(dialect < DIALECT_COUNT); /* substr counts characters in all of them */
    if (!type_is_text(field->type)) {
        BUF_LITERAL(out, "NULL");
        return;
    }
    buf_printf(out, "CASE WHEN %s = '' THEN '' ELSE substr(%s, 1, 1) || '%s' END", column_expression, column_expression,
               stars(field));
}
