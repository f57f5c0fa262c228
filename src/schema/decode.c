/* See decode.h. jansson parses; for every type one function validates a parsed value and stores it. */
#include "schema/decode.h"

#include <ctype.h>
#include <jansson.h>

#include "base/buf.h"
#include "base/check.h"
#include "base/money.h"
#include "base/parameters.h"
#include "base/time_text.h"
#include "base/unicode.h"
#include "base/utf8.h"
#include "schema/visible.h"

/* Why a value is invalid; code is NULL when it is valid. */
struct verdict {
    const char *code;
    const char *detail;
};

static const struct verdict fine = {NULL, NULL};

static struct verdict wrong(const char *code, const char *detail)
{
    return (struct verdict){code, detail};
}

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
    return wrong("too_small", arena_printf(arena, "Must be at least %.*s", STR_ARG(limit)).p);
}

static struct verdict too_large(struct arena *arena, const struct field *field)
{
    str limit = number_text(arena, field, field_max(field));
    return wrong("too_large", arena_printf(arena, "Must be at most %.*s", STR_ARG(limit)).p);
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
    if (!integer_of(json, &value)) return wrong("type", "Must be an integer");
    return store_number(arena, field, value, base);
}

static struct verdict decode_bool(struct arena *arena, const struct field *field, const json_t *json, void *base)
{
    (void)arena;
    if (!json_is_boolean(json)) return wrong("type", "Must be true or false");
    *field_int(base, field) = json_is_true(json);
    return fine;
}

/* --- money -------------------------------------------------------------------------------------------------------- */

static const char precision_detail[] = "Must have at most two decimals";

static bool digits_only(str text)
{
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] < '0' || text.p[i] > '9') return false;
    }
    return text.n > 0;
}

/* An optional minus sign, digits, and optionally a point and digits. */
static bool is_decimal(str text)
{
    if (str_starts(text, STR("-"))) text = str_from(text, 1);
    size_t point = str_find(text, '.');
    if (!digits_only(str_first(text, point))) return false;
    return point == text.n || digits_only(str_from(text, point + 1));
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
    if (!is_decimal(text)) return wrong("format", "Must be a decimal number such as \"12.50\"");
    if (rounds(text)) return wrong("precision", precision_detail);
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
    if ((double)minor / 100 != value) return wrong("precision", precision_detail);
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
    return wrong("type", "Must be a string with a decimal number");
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
    if (!json_is_string(json)) return wrong("type", "Must be a string with an RFC 3339 date-time");
    if (time_of_text(json_str(json), field_int(base, field))) return fine;
    return wrong("format", "Must be an RFC 3339 date-time such as \"2026-12-01T18:30:00.000Z\"");
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
    if (!json_is_string(json)) return wrong("type", "Must be a string");
    if (enum_value(field->of, json_str(json), field_int(base, field))) return fine;
    return wrong("enum", enum_list(arena, field->of).p);
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
        return wrong("too_short", arena_printf(arena, "Must have at least %lld characters", (long long)field->min).p);
    }
    if (field->max > 0 && count > (size_t)field->max) {
        return wrong("too_long", arena_printf(arena, "Must have at most %lld characters", (long long)field->max).p);
    }
    return fine;
}

static struct verdict check_form(const struct field *field, str text)
{
    if (field->type == TYPE_EMAIL && !is_email(text)) return wrong("format", "Must be an e-mail address");
    if (field->type == TYPE_URL && !is_url(text)) return wrong("format", "Must be an http or https URL");
    if (field->type != TYPE_TEXT && !unicode_is_line(text))
        return wrong("format", "Must be a single line without control characters and changes of direction");
    if (field->type == TYPE_TEXT && unicode_has_control(text))
        return wrong("format", "Must not contain control characters other than line breaks and tabs");
    bool has_to_show = field->flags & REQUIRED && !(field->flags & HIDDEN);
    if (has_to_show && !unicode_is_visible(text)) return wrong("blank", "Must have something to see");
    return fine;
}

/* Names have no white space around them; a secret is what it is. */
static str outer_space_removed(const struct field *field, str text)
{
    return field->type == TYPE_STRING && !(field->flags & HIDDEN) ? unicode_trim(text) : text;
}

static struct verdict decode_string(struct arena *arena, const struct field *field, const json_t *json, void *base)
{
    if (!json_is_string(json)) return wrong("type", "Must be a string");
    str given = json_str(json), text = outer_space_removed(field, given);
    struct verdict verdict = check_length(arena, field, text);
    if (!verdict.code) verdict = check_form(field, given);
    if (verdict.code) return verdict;
    *field_text(base, field) = field->type == TYPE_EMAIL ? lower(arena, text) : arena_copy(arena, text);
    return fine;
}

/* --- members ------------------------------------------------------------------------------------------------------ */

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

static struct verdict decode_value(struct arena *arena, const struct field *field, const json_t *json, void *base)
{
    if (!json_is_null(json)) return decoders[type_row(field->type)->kind](arena, field, json, base);
    if (field_not_null(field)) return wrong("not_null", "Must not be null");
    set_none(field, base);
    return fine;
}

/* One character of a name, escaped for a JSON pointer (RFC 6901). */
static str pointer_part(str name, size_t length)
{
    if (name.p[0] == '~') return STR("~0");
    if (name.p[0] == '/') return STR("~1");
    return str_first(name, length);
}

str pointer_to(struct arena *arena, str name)
{
    struct buf pointer = buf_new(arena, POINTER_MAX);
    buf_add_char(&pointer, '/');
    while (name.n > 0 && !pointer.full) {
        size_t length = utf8_length(name);
        if (length == 0) length = 1;
        buf_add(&pointer, pointer_part(name, length));
        name = str_from(name, length);
    }
    return buf_str(&pointer);
}

static bool is_expected(const struct field *field, enum decode_mode mode)
{
    if (mode == DECODE_PATCH || !(field->flags & REQUIRED) || (field->flags & READ_ONLY)) return false;
    return mode == DECODE_CREATE || field_is_shown(field);
}

const struct field field_current_password = {
    .name = "currentPassword",
    .c_name = "current_password",
    .type = TYPE_STRING,
    .of = OF_NONE,
    .flags = REQUIRED | HIDDEN,
    .min = 1,
    .max = 255,
    .privacy = PRIVACY_SECRET,
    .doc = "Your present password; required if you change your own",
    .offset = offsetof(struct change, current_password),
    .pointer = "/currentPassword",
};

bool change_proves(const struct descriptor *descriptor)
{
    for (size_t i = 0; i < descriptor->count; i++) {
        if (field_is_accepted(&descriptor->fields[i]) && !field_is_shown(&descriptor->fields[i])) return true;
    }
    return false;
}

static void decode_member(struct arena *arena, str name, const json_t *json, struct problem *problem,
                          struct change *change)
{
    const struct field *field = field_find(change->descriptor, name);
    if (!field || !field_is_accepted(field)) {
        problem_add(problem, pointer_to(arena, name), "unknown", "Unknown field");
        return;
    }
    change->present |= UINT64_C(1) << field_index(change->descriptor, field);
    struct verdict verdict = decode_value(arena, field, json, change->values);
    if (verdict.code) problem_add(problem, pointer_to(arena, name), verdict.code, verdict.detail);
}

static void check_required(struct arena *arena, enum decode_mode mode, const struct change *change,
                           struct problem *problem)
{
    for (size_t i = 0; i < change->descriptor->count; i++) {
        const struct field *field = &change->descriptor->fields[i];
        if (!is_expected(field, mode) || change_has(change, field)) continue;
        problem_add(problem, pointer_to(arena, str_of(field->name)), "required", "Required");
    }
}

static struct change *change_new(struct arena *arena, const struct descriptor *descriptor, enum decode_mode mode)
{
    struct change *change = ARENA_NEW(arena, struct change);
    change->descriptor = descriptor;
    change->values = arena_alloc(arena, descriptor->size);
    change->whole = mode == DECODE_REPLACE;
    for (size_t i = 0; i < descriptor->count; i++) field_set_default(&descriptor->fields[i], change->values);
    return change;
}

/* --- the body ----------------------------------------------------------------------------------------------------- */

/* State of a scan of the body: tracks only the depth and the current member of the outermost object. */
struct place {
    unsigned depth;
    bool in_string;
    bool escaped;
    bool before_name; /* the next text at depth 1 is a name */
    size_t name_start;
    str name; /* name of the member, as written; STR_NONE outside of a member */
};

static void place_in_string(struct place *place, str body, size_t i)
{
    if (place->escaped) {
        place->escaped = false;
        return;
    }
    place->escaped = body.p[i] == '\\';
    if (body.p[i] != '"') return;
    place->in_string = false;
    if (place->depth != 1 || !place->before_name) return;
    place->before_name = false;
    place->name = (str){body.p + place->name_start, i - place->name_start};
}

static void place_outside(struct place *place, str body, size_t i)
{
    switch (body.p[i]) {
    case '"':
        place->in_string = true;
        place->name_start = i + 1;
        return;
    case '{':
    case '[':
        place->before_name = place->depth == 0 && body.p[i] == '{';
        place->depth++;
        return;
    case '}':
    case ']':
        if (place->depth > 0) place->depth--;
        return;
    case ',':
        if (place->depth != 1 || !place->name.p) return;
        place->before_name = true;
        place->name = STR_NONE;
        return;
    default:
        return;
    }
}

/* Scans up to the byte `end`, or until the depth exceeds the limit. */
static struct place place_at(str body, size_t end)
{
    struct place place = {0};
    for (size_t i = 0; i < end && i < body.n && place.depth <= DECODE_DEPTH_MAX; i++) {
        if (place.in_string) {
            place_in_string(&place, body, i);
        } else {
            /* The parser reports an error one byte late, so the last member stays current until a byte follows the
             * object. */
            if (place.depth == 0 && !strchr(" \t\r\n", body.p[i])) place.name = STR_NONE;
            place_outside(&place, body, i);
        }
    }
    return place;
}

/* Pointer to the member at a position, unless its name contains escapes or is not valid UTF-8. */
static str place_pointer(struct arena *arena, const struct place *place)
{
    bool plain = place->name.p && utf8_valid(place->name) && str_find(place->name, '\\') == place->name.n;
    return plain ? pointer_to(arena, place->name) : STR("");
}

static struct verdict syntax_verdict(const json_error_t *error)
{
    switch (json_error_code(error)) {
    case json_error_invalid_utf8:
        return wrong("encoding", "Must be valid UTF-8");
    case json_error_duplicate_key:
        return wrong("duplicate", "Duplicate member name");
    case json_error_numeric_overflow:
        return wrong("number_range", "Number out of range");
    case json_error_end_of_input_expected:
        return wrong("trailing", "Unexpected data after the JSON value");
    case json_error_null_character:
    case json_error_null_byte_in_key:
        return wrong("nul", "Strings must not contain the character NUL");
    default:
        return wrong("syntax", "Invalid JSON syntax");
    }
}

static err malformed(struct problem *problem, str pointer, struct verdict verdict)
{
    problem_add(problem, pointer, verdict.code, verdict.detail);
    return ERR_MALFORMED_JSON;
}

/* The parsed body; the caller releases it. */
static err body_parse(struct arena *arena, str body, struct problem *problem, json_t **ret_json)
{
    struct place end = place_at(body, body.n);
    if (end.depth > DECODE_DEPTH_MAX) {
        return malformed(problem, place_pointer(arena, &end),
                         wrong("depth", "Objects and arrays are nested too deeply"));
    }
    json_error_t error;
    json_t *json = json_loadb(body.p ? body.p : "", body.n, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &error);
    if (!json) {
        struct place place = place_at(body, error.position > 0 ? (size_t)error.position : 0);
        return malformed(problem, place_pointer(arena, &place), syntax_verdict(&error));
    }
    *ret_json = json;
    return OK;
}

/* Members that the response to a change adds to those of the row. Clients send a row back as they got it. */
static bool is_of_response(const char *name)
{
    return strcmp(name, "warnings") == 0 || strcmp(name, "affectedBookings") == 0;
}

static void decode_proof(struct arena *arena, const json_t *json, struct problem *problem, struct change *change)
{
    struct verdict verdict = decode_value(arena, &field_current_password, json, change);
    if (verdict.code) problem_add(problem, str_of(field_current_password.pointer), verdict.code, verdict.detail);
}

static void decode_members(struct arena *arena, json_t *json, enum decode_mode mode, struct problem *problem,
                           struct change *change)
{
    const char *name;
    json_t *value;
    json_object_foreach(json, name, value)
    {
        bool changes = mode != DECODE_CREATE, proof = strcmp(name, field_current_password.name) == 0;
        if (changes && is_of_response(name)) continue;
        if (changes && proof && change_proves(change->descriptor))
            decode_proof(arena, value, problem, change);
        else
            decode_member(arena, str_of(name), value, problem, change);
    }
    check_required(arena, mode, change, problem);
}

err decode_change(struct arena *arena, str body, const struct descriptor *descriptor, enum decode_mode mode,
                  struct problem *problem, struct change **ret_change)
{
    json_t *json = NULL;
    err e = body_parse(arena, body, problem, &json);
    if (e) return e;
    size_t errors = problem->count;
    struct change *change = change_new(arena, descriptor, mode);
    if (json_is_object(json)) {
        decode_members(arena, json, mode, problem, change);
    } else {
        problem_add(problem, STR(""), "type", "Must be an object");
    }
    json_decref(json);
    if (problem->count > errors) return ERR_INVALID;
    *ret_change = change;
    return OK;
}

/* --- forms -------------------------------------------------------------------------------------------------------- */

/* Why a name or value cannot be decoded. */
static struct verdict escape_verdict(str text)
{
    for (size_t i = 0; i < text.n; i++) {
        bool escaped = text.p[i] == '%';
        bool digits = escaped && i + 2 < text.n && isxdigit((unsigned char)text.p[i + 1]) &&
                      isxdigit((unsigned char)text.p[i + 2]);
        if (escaped && !digits) return wrong("syntax", "A percent sign must be followed by two hexadecimal digits");
        if (text.p[i] == '\0' || (digits && text.p[i + 1] == '0' && text.p[i + 2] == '0'))
            return wrong("nul", "Text must not hold the character NUL");
    }
    return wrong("encoding", "Text must be well-formed UTF-8");
}

static err form_malformed(struct problem *problem, str pointer, struct verdict verdict)
{
    problem_add(problem, pointer, verdict.code, verdict.detail);
    return ERR_BAD_REQUEST;
}

static bool form_repeats(const struct parameters *form, size_t i)
{
    for (size_t k = 0; k < i; k++) {
        if (str_equal(form->items[k].name, form->items[i].name)) return true;
    }
    return false;
}

static err form_parse(struct arena *arena, str body, struct problem *problem, struct parameters *ret_form)
{
    if (parameters_parse(arena, body, ret_form)) return form_malformed(problem, STR(""), escape_verdict(body));
    for (size_t i = 0; i < ret_form->count; i++) {
        if (!form_repeats(ret_form, i)) continue;
        return form_malformed(problem, pointer_to(arena, ret_form->items[i].name),
                              wrong("duplicate", "A name may occur only once in a form"));
    }
    return OK;
}

/* A number that does not fit int64_t is replaced by the nearest one, which is out of range for the field too. */
static json_t *form_integer(str text)
{
    int64_t value;
    bool negative = str_starts(text, STR("-"));
    if (str_to_int(text, &value)) return json_integer(value);
    if (!digits_only(str_from(text, negative))) return json_stringn(text.p, text.n);
    return json_integer(negative ? INT64_MIN : INT64_MAX);
}

static json_t *form_text(struct arena *arena, str text)
{
    struct buf out = buf_new(arena, text.n + 1);
    for (size_t i = 0; i < text.n; i++) {
        bool line_end = str_starts(str_from(text, i), STR("\r\n"));
        if (!line_end) buf_add_char(&out, text.p[i]);
    }
    return json_stringn(out.p ? out.p : "", out.n);
}

/* The JSON value that a client would send for the value of an input. */
static json_t *form_value(struct arena *arena, const struct field *field, str text)
{
    if (text.n == 0) return json_null();
    switch (type_row(field->type)->kind) {
    case KIND_INTEGER:
        return form_integer(text);
    case KIND_BOOL:
        if (str_is(text, "true") || str_is(text, "on")) return json_true();
        return str_is(text, "false") ? json_false() : json_stringn(text.p, text.n);
    case KIND_TEXT:
        if (field->type == TYPE_TEXT) return form_text(arena, text);
        return json_stringn(text.p, text.n);
    default:
        return json_stringn(text.p, text.n);
    }
}

static void form_member(struct arena *arena, const struct parameter *parameter, struct problem *problem,
                        struct change *change)
{
    const struct field *field = field_find(change->descriptor, parameter->name);
    if (field && parameter->value.n == 0 && field_not_null(field)) return; /* left empty */
    json_t *json = field ? form_value(arena, field, parameter->value) : json_null();
    CHECK(json != NULL);
    decode_member(arena, parameter->name, json, problem, change);
    json_decref(json);
}

err decode_form(struct arena *arena, str body, const struct descriptor *descriptor, enum decode_mode mode,
                struct problem *problem, struct change **ret_change)
{
    struct parameters form;
    err e = form_parse(arena, body, problem, &form);
    if (e) return e;
    size_t errors = problem->count;
    struct change *change = change_new(arena, descriptor, mode);
    for (size_t i = 0; i < form.count; i++) form_member(arena, &form.items[i], problem, change);
    check_required(arena, mode, change, problem);
    if (problem->count > errors) return ERR_INVALID;
    *ret_change = change;
    return OK;
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
