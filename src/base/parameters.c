/* See parameters.h. */
#include "base/parameters.h"

#include "base/utf8.h"

static int hex_value(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

/* The byte that an escape such as "%41" at the start of s represents; -1 when there is no escape. */
static int escaped_byte(str s)
{
    if (s.n < 3) return -1;
    int high = hex_value(s.p[1]), low = hex_value(s.p[2]);
    return high < 0 || low < 0 ? -1 : high << 4 | low;
}

err percent_decode(struct arena *arena, str text, bool plus, str *ret_text)
{
    char *decoded = arena_alloc(arena, text.n + 1);
    size_t n = 0;
    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];
        if (c == '%') {
            int byte = escaped_byte(str_from(text, i));
            if (byte <= 0) return ERR_BAD_REQUEST;
            c = (char)byte;
            i += 2;
        } else if (c == '\0') {
            return ERR_BAD_REQUEST;
        } else if (c == '+' && plus) {
            c = ' ';
        }
        decoded[n++] = c;
    }
    str result = {decoded, n};
    if (!utf8_valid(result)) return ERR_BAD_REQUEST;
    *ret_text = result;
    return OK;
}

static err parameter_parse(struct arena *arena, str part, struct parameter *ret)
{
    size_t equals = str_find(part, '=');
    err e = percent_decode(arena, str_first(part, equals), true, &ret->name);
    if (e) return e;
    return percent_decode(arena, str_from(part, equals + 1), true, &ret->value);
}

static size_t parts_of(str query)
{
    size_t count = query.p ? 1 : 0;
    for (size_t i = 0; i < query.n; i++) count += query.p[i] == '&';
    return count;
}

err parameters_parse(struct arena *arena, str query, struct parameters *ret_parameters)
{
    size_t parts = parts_of(query);
    if (parts > PARAMETERS_MAX) return ERR_BAD_REQUEST;
    struct parameters parameters = {.items = ARENA_ARRAY(arena, struct parameter, parts + 1)};
    str part;
    while (str_split(&query, '&', &part)) {
        if (part.n == 0) continue;
        err e = parameter_parse(arena, part, &parameters.items[parameters.count]);
        if (e) return e;
        parameters.count++;
    }
    *ret_parameters = parameters;
    return OK;
}

str parameter_find(const struct parameters *parameters, str name)
{
    for (size_t i = 0; i < parameters->count; i++) {
        if (str_equal(parameters->items[i].name, name)) return parameters->items[i].value;
    }
    return STR_NONE;
}

/* RFC 3986's unreserved characters are not escaped, nor are a few more that are harmless and common in our queries. */
static bool stays(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || (c && strchr("-._~,:/", c));
}

static void add_escaped(struct buf *out, str s)
{
    for (size_t i = 0; i < s.n; i++) {
        if (stays(s.p[i]))
            buf_add_char(out, s.p[i]);
        else
            buf_printf(out, "%%%02X", (unsigned)(unsigned char)s.p[i]);
    }
}

void parameter_add(struct buf *out, str name, str value)
{
    add_escaped(out, name);
    buf_add_char(out, '=');
    add_escaped(out, value);
}
