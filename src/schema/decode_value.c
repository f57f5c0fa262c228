/* See decode_value.h. */
#include "schema/decode_value.h"

#include <ctype.h>

#include "base/buf.h"
#include "base/check.h"
#include "base/money.h"
#include "base/time_text.h"
#include "base/unicode.h"
#include "base/utf8.h"

static const struct verdict fine = {NULL, NULL};

/* --- numbers ------------------------------------------------------------------------------------------------------ */

/* Up to this a double represents every integer. */
#define REAL_INTEGER_MAX 9007199254740992.0

static str number_text(struct arena *arena, const struct field *field, int64_t value)
{
    char buffer[MONEY_TEXT_SIZE];
    if (type_row(field->type)->kind == KIND_MONEY) return arena_copy(arena, money_to_text(value, buffer));
    return arena_printf(arena, "%lld", (long long)value);
}

static struct verdict too_small(struct arena *arena, const struct field *field)
{
    str limit = number_text(arena, field, field_min(field));
    return verdict_wrong("too_small", arena_printf(arena, "Must be at least %.*s", STR_ARG(limit)).p);
}

static struct verdict too_large(struct arena *arena, const struct field *field)
{
    str limit = number_text(arena, field, field_max(field));
    return verdict_wrong("too_large", arena_printf(arena, "Must be at most %.*s", STR_ARG(limit)).p);
}

static struct verdict store_number(struct arena *arena, const struct field *field, int64_t value, void *base)
{
    if (value < field_min(field)) return too_small(arena, field);
    if (value > field_max(field)) return too_large(arena, field);
    *field_int(base, field) = value;
    return fine;
}

/* As in JSON Schema, a number without a fraction is an integer, however it is written: 32.0, 3.2e1. */
static bool integer_of(const json_t *json, int64_t *ret_value)
{
    if (json_is_integer(json)) {
        *ret_value = json_integer_value(json);
        return true;
    }
    double value = json_is_real(json) ? json_real_value(json) : 0.5;
    if (value < -REAL_INTEGER_MAX || value > REAL_INTEGER_MAX || value != (double)(int64_t)value) return false;
    *ret_value = (int64_t)value;
    return true;
}

static struct verdict decode_integer(struct arena *arena, const struct field *field, const json_t *json, void *base)
{
    int64_t value;
    if (!integer_of(json, &value)) return verdict_wrong("type", "Must be an integer");
    return store_number(arena, field, value, base);
}

static struct verdict decode_bool(struct arena *arena, const struct field *field, const json_t *json, void *base)
{
    (void)arena;
    if (!json_is_boolean(json)) return verdict_wrong("type", "Must be true or false");
    *field_int(base, field) = json_is_true(json);
    return fine;
}

/* --- money -------------------------------------------------------------------------------------------------------- */

static const char precision_detail[] = "Must have at most two decimals";

/* An optional minus sign, digits, and optionally a point and digits. */
static bool is_decimal(str text)
{
    if (str_starts(text, STR("-"))) text = str_from(text, 1);
    size_t point = str_find(text, '.');
    if (!str_is_digits(str_first(text, point))) return false;
    return point == text.n || str_is_digits(str_from(text, point + 1));
}

/* Whether a digit other than zero follows the second decimal. */
static bool rounds(str text)
{
    str rest = str_from(text, str_find(text, '.') + 3);
    for (size_t i = 0; i < rest.n; i++) {
        if (rest.p[i] != '0') return true;
    }
    return false;
}

static struct verdict money_of_text(struct arena *arena, const struct field *field, str text, void *base)
{
    int64_t minor;
    if (!is_decimal(text)) return verdict_wrong("format", "Must be a decimal number such as \"12.50\"");
    if (rounds(text)) return verdict_wrong("precision", precision_detail);
    if (money_from_text(text, &minor)) return store_number(arena, field, minor, base);
    return text.p[0] == '-' ? too_small(arena, field) : too_large(arena, field);
}

/* A number is accepted when it is exactly what the parser returns for a text with two decimals. The comparison is
 * exact: with at most ten digits, the quotient is the double nearest to that text, as is the parser's result. */
static struct verdict money_of_real(struct arena *arena, const struct field *field, double value, void *base)
{
    if (value * 100 > (double)MONEY_MAX) return too_large(arena, field);
    if (value * 100 < -(double)MONEY_MAX) return too_small(arena, field);
    int64_t minor = (int64_t)(value * 100 + (value < 0 ? -0.5 : 0.5));
    if ((double)minor / 100 != value) return verdict_wrong("precision", precision_detail);
    return store_number(arena, field, minor, base);
}

static struct verdict money_of_integer(struct arena *arena, const struct field *field, int64_t value, void *base)
{
    if (value > MONEY_MAX / 100) return too_large(arena, field);
    if (value < -MONEY_MAX / 100) return too_small(arena, field);
    return store_number(arena, field, value * 100, base);
}

static str json_str(const json_t *json)
{
    return (str){json_string_value(json), json_string_length(json)};
}

static struct verdict decode_money(struct arena *arena, const struct field *field, const json_t *json, void *base)
{
    if (json_is_string(json)) return money_of_text(arena, field, json_str(json), base);
    if (json_is_integer(json)) return money_of_integer(arena, field, json_integer_value(json), base);
    if (json_is_real(json)) return money_of_real(arena, field, json_real_value(json), base);
    return verdict_wrong("type", "Must be a string with a decimal number");
}

/* --- times and enums ---------------------------------------------------------------------------------------------- */

/* Only RFC 3339, not the stored form, which has spaces. */
static bool time_of_text(str text, int64_t *ret_ms)
{
    int64_t ms;
    if (text.n == 0 || str_find(text, ' ') < text.n || str_find(text, '\0') < text.n) return false;
    if (!time_from_text(text, &ms)) return false;
    *ret_ms = ms;
    return true;
}

static struct verdict decode_time(struct arena *arena, const struct field *field, const json_t *json, void *base)
{
    (void)arena;
    if (!json_is_string(json)) return verdict_wrong("type", "Must be a string with an RFC 3339 date-time");
    if (time_of_text(json_str(json), field_int(base, field))) return fine;
    return verdict_wrong("format", "Must be an RFC 3339 date-time such as \"2026-12-01T18:30:00.000Z\"");
}

static str enum_list(struct arena *arena, int of)
{
    const struct enum_table *set = enum_table(of);
    struct buf list = buf_new(arena, 1024);
    BUF_LITERAL(&list, "Must be one of ");
    for (size_t i = 0; i < set->count; i++) buf_printf(&list, "%s%s", i > 0 ? ", " : "", set->texts[i]);
    buf_add_char(&list, '\0');
    return buf_str(&list);
}

static struct verdict decode_enum(struct arena *arena, const struct field *field, const json_t *json, void *base)
{
    if (!json_is_string(json)) return verdict_wrong("type", "Must be a string");
    if (enum_value(field->of, json_str(json), field_int(base, field))) return fine;
    return verdict_wrong("enum", enum_list(arena, field->of).p);
}

/* --- texts -------------------------------------------------------------------------------------------------------- */

static bool is_alphanumeric(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

typedef bool part_test(str part);

/* Whether every part between dots passes the test. */
static bool all_parts(str text, part_test *test)
{
    str part;
    while (str_split(&text, '.', &part)) {
        if (!test(part)) return false;
    }
    return true;
}

static bool is_local_part(str part)
{
    for (size_t i = 0; i < part.n; i++) {
        if (!is_alphanumeric(part.p[i]) && !memchr("!#$%&'*+/=?^_`{|}~-", part.p[i], 19)) return false;
    }
    return part.n > 0;
}

static bool is_host_part(str part)
{
    if (part.n == 0 || part.n > 63 || part.p[0] == '-' || part.p[part.n - 1] == '-') return false;
    for (size_t i = 0; i < part.n; i++) {
        if (!is_alphanumeric(part.p[i]) && part.p[i] != '-') return false;
    }
    return true;
}

/* A dot-atom, one @ and a host name (RFC 5321, without quoting and address literals). */
static bool is_email(str text)
{
    size_t at = str_find(text, '@');
    if (at == 0 || at > 64 || at == text.n) return false;
    str domain = str_from(text, at + 1);
    if (!all_parts(str_first(text, at), is_local_part) || domain.n == 0) return false;
    if (!all_parts(domain, is_host_part)) return false;
    return str_find(domain, '.') < domain.n || str_equal_nocase(domain, STR("localhost"));
}

static bool is_hex(str text, size_t i)
{
    return i < text.n && text.p[i] && strchr("0123456789abcdefABCDEF", text.p[i]);
}

/* Only characters of RFC 3986, and percent signs followed by two hex digits. */
static bool is_url_text(str text)
{
    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];
        if (c == '%' && !(is_hex(text, i + 1) && is_hex(text, i + 2))) return false;
        if (c != '%' && !is_alphanumeric(c) && (c == 0 || !strchr("-._~:/?#[]@!$&'()*+,;=", c))) return false;
    }
    return true;
}

static bool is_url(str text)
{
    size_t scheme = str_find(text, ':');
    str rest = str_from(text, scheme);
    if (!str_equal_nocase(str_first(text, scheme), STR("http")) &&
        !str_equal_nocase(str_first(text, scheme), STR("https"))) {
        return false;
    }
    if (!str_starts(rest, STR("://")) || rest.n == 3 || !is_alphanumeric(rest.p[3])) return false;
    return is_url_text(rest);
}

static str lower(struct arena *arena, str text)
{
    char *copy = arena_alloc(arena, text.n + 1);
    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];
        copy[i] = (char)(c >= 'A' && c <= 'Z' ? c | 0x20 : c);
    }
    return (str){copy, text.n};
}

static struct verdict check_length(struct arena *arena, const struct field *field, str text)
{
    size_t count = utf8_count(text);
    if (count < (size_t)field->min) {
        return verdict_wrong("too_short",
                             arena_printf(arena, "Must have at least %lld characters", (long long)field->min).p);
    }
    if (field->max > 0 && count > (size_t)field->max) {
        return verdict_wrong("too_long",
                             arena_printf(arena, "Must have at most %lld characters", (long long)field->max).p);
    }
    return fine;
}

static struct verdict check_form(const struct field *field, str text)
{
    if (field->type == TYPE_EMAIL && !is_email(text)) return verdict_wrong("format", "Must be an e-mail address");
    if (field->type == TYPE_URL && !is_url(text)) return verdict_wrong("format", "Must be an http or https URL");
    if (field->type != TYPE_TEXT && !unicode_is_line(text))
        return verdict_wrong("format", "Must be a single line without control characters and changes of direction");
    if (field->type == TYPE_TEXT && unicode_has_control(text))
        return verdict_wrong("format", "Must not contain control characters other than line breaks and tabs");
    bool has_to_show = field->flags & REQUIRED && !(field->flags & HIDDEN);
    if (has_to_show && !unicode_is_visible(text)) return verdict_wrong("blank", "Must have something to see");
    return fine;
}

/* Names have no white space around them; a secret is what it is. */
static str outer_space_removed(const struct field *field, str text)
{
    return field->type == TYPE_STRING && !(field->flags & HIDDEN) ? unicode_trim(text) : text;
}

static struct verdict decode_string(struct arena *arena, const struct field *field, const json_t *json, void *base)
{
    if (!json_is_string(json)) return verdict_wrong("type", "Must be a string");
    str given = json_str(json), text = outer_space_removed(field, given);
    struct verdict verdict = check_length(arena, field, text);
    if (!verdict.code) verdict = check_form(field, given);
    if (verdict.code) return verdict;
    *field_text(base, field) = field->type == TYPE_EMAIL ? lower(arena, text) : arena_copy(arena, text);
    return fine;
}

/* --- any type ----------------------------------------------------------------------------------------------------- */

typedef struct verdict decoder(struct arena *arena, const struct field *field, const json_t *json, void *base);

static decoder *const decoders[] = {
    [KIND_INTEGER] = decode_integer, [KIND_BOOL] = decode_bool, [KIND_MONEY] = decode_money,
    [KIND_TIME] = decode_time,       [KIND_ENUM] = decode_enum, [KIND_TEXT] = decode_string,
};

static void set_none(const struct field *field, void *base)
{
    if (type_is_text(field->type)) {
        *field_text(base, field) = STR_NONE;
    } else {
        *field_int(base, field) = 0;
    }
}

struct verdict decode_value(struct arena *arena, const struct field *field, const json_t *json, void *base)
{
    if (!json_is_null(json)) return decoders[type_row(field->type)->kind](arena, field, json, base);
    if (field_not_null(field)) return verdict_wrong("not_null", "Must not be null");
    set_none(field, base);
    return fine;
}

/* --- query strings and defaults ----------------------------------------------------------------------------------- */

static bool bool_of_text(str text, int64_t *ret_value)
{
    bool on = str_is(text, "true") || str_is(text, "1");
    if (!on && !str_is(text, "false") && !str_is(text, "0")) return false;
    *ret_value = on;
    return true;
}

/* Without a fraction, or with one of zeros. */
static bool integer_of_text(str text, int64_t *ret_number)
{
    size_t point = str_find(text, '.');
    str fraction = str_from(text, point < text.n ? point + 1 : point);
    bool zeros = point == text.n || fraction.n > 0;
    for (size_t i = 0; i < fraction.n; i++) zeros = zeros && fraction.p[i] == '0';
    return zeros && str_to_int(str_first(text, point), ret_number);
}

static bool number_of_text(const struct field *field, str text, int64_t *ret_number)
{
    switch (type_row(field->type)->kind) {
    case KIND_BOOL:
        return bool_of_text(text, ret_number);
    case KIND_MONEY:
        return is_decimal(text) && money_from_text(text, ret_number);
    case KIND_TIME:
        return time_of_text(text, ret_number);
    case KIND_ENUM:
        return enum_value(field->of, text, ret_number);
    default:
        return integer_of_text(text, ret_number);
    }
}

err decode_text(struct arena *arena, const struct field *field, str text, int64_t *ret_number, str *ret_text)
{
    int64_t number = 0;
    bool is_text = type_is_text(field->type);
    if (is_text && (!text.p || !utf8_valid(text) || str_find(text, '\0') < text.n)) return ERR_INVALID;
    if (!is_text && !number_of_text(field, text, &number)) return ERR_INVALID;
    *ret_number = number;
    *ret_text = STR_NONE;
    if (is_text) *ret_text = field->type == TYPE_EMAIL ? lower(arena, text) : arena_copy(arena, text);
    return OK;
}

void field_set_default(const struct field *field, void *base)
{
    set_none(field, base);
    if (!field->default_text) return;
    str text = str_of(field->default_text);
    if (type_is_text(field->type)) {
        *field_text(base, field) = text;
        return;
    }
    CHECK(number_of_text(field, text, field_int(base, field)));
}
