/* See decode.h. jansson parses; decode_value.h decodes the values of members. */
#include "schema/decode.h"

#include <ctype.h>
#include <jansson.h>

#include "base/buf.h"
#include "base/check.h"
#include "base/parameters.h"
#include "base/utf8.h"
#include "schema/decode_scan.h"
#include "schema/decode_value.h"
#include "schema/visible.h"

/* --- members ------------------------------------------------------------------------------------------------------ */

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
    .doc = "Your present password. Required to change your own; for another address or other rights, if you have not "
           "entered it in this session during the last five minutes",
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

/* --- sizes ------------------------------------------------------------------------------------------------------- */

/* A character outside of the basic plane is two escapes in JSON (\ud83d\ude00) and four in a form (%F0%9F%98%80). */
enum { CHARACTER_SIZE_MAX = 12, SCALAR_SIZE_MAX = 64, MEMBER_SPACE = 64, BODY_SPACE = 4096 };

static size_t member_size_max(const struct field *field)
{
    size_t characters = type_is_text(field->type) ? (size_t)field->max : 0;
    return strlen(field->name) * CHARACTER_SIZE_MAX + characters * CHARACTER_SIZE_MAX + SCALAR_SIZE_MAX + MEMBER_SPACE;
}

size_t decode_size_max(const struct descriptor *descriptor)
{
    size_t size = BODY_SPACE; /* also for members that only responses have */
    for (size_t i = 0; i < descriptor->count; i++) {
        if (field_is_accepted(&descriptor->fields[i])) size += member_size_max(&descriptor->fields[i]);
    }
    return size;
}

/* --- the body ----------------------------------------------------------------------------------------------------- */

static struct verdict syntax_verdict(const json_error_t *error)
{
    switch (json_error_code(error)) {
    case json_error_invalid_utf8:
        return verdict_wrong("encoding", "Must be valid UTF-8");
    case json_error_duplicate_key:
        return verdict_wrong("duplicate", "Duplicate member name");
    case json_error_numeric_overflow:
        return verdict_wrong("number_range", "Number out of range");
    case json_error_end_of_input_expected:
        return verdict_wrong("trailing", "Unexpected data after the JSON value");
    case json_error_null_character:
    case json_error_null_byte_in_key:
        return verdict_wrong("nul", "Strings must not contain the character NUL");
    default:
        return verdict_wrong("syntax", "Invalid JSON syntax");
    }
}

static err malformed(struct problem *problem, str pointer, struct verdict verdict)
{
    problem_add(problem, pointer, verdict.code, verdict.detail);
    return ERR_MALFORMED_JSON;
}

/* What makes parsing the body pointless. */
static err body_check(struct arena *arena, str body, const struct scan_rules *rules, struct problem *problem)
{
    struct place end = body_scan(rules, body, body.n);
    if (end.depth > DECODE_DEPTH_MAX) {
        return malformed(problem, place_pointer(arena, &end),
                         verdict_wrong("depth", "Objects and arrays are nested too deeply"));
    }
    if (end.impossible > IMPOSSIBLE_MAX) {
        body_report(arena, rules, body, problem);
        return ERR_INVALID;
    }
    if (rules->items_max == 0 || end.item < rules->items_max) return OK;
    return problem_invalid(problem, STR(""), "too_long",
                           arena_printf(arena, "Must have at most %zu items", rules->items_max).p);
}

/* The parsed body; the caller releases it. */
static err body_parse(struct arena *arena, str body, const struct scan_rules *rules, struct problem *problem,
                      json_t **ret_json)
{
    err e = body_check(arena, body, rules, problem);
    if (e) return e;
    json_error_t error;
    json_t *json = json_loadb(body.p ? body.p : "", body.n, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &error);
    if (!json) {
        struct place place = body_scan(rules, body, error.position > 0 ? (size_t)error.position : 0);
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

/* One change from a JSON object; anything else is a field error. */
static struct change *decode_object(struct arena *arena, json_t *json, const struct descriptor *descriptor,
                                    enum decode_mode mode, struct problem *problem)
{
    struct change *change = change_new(arena, descriptor, mode);
    if (json_is_object(json))
        decode_members(arena, json, mode, problem, change);
    else
        problem_add(problem, STR(""), "type", "Must be an object");
    return change;
}

err decode_change(struct arena *arena, str body, const struct descriptor *descriptor, enum decode_mode mode,
                  struct problem *problem, struct change **ret_change)
{
    const struct scan_rules rules = {.descriptor = descriptor};
    json_t *json = NULL;
    err e = body_parse(arena, body, &rules, problem, &json);
    if (e) return e;
    size_t errors = problem->count;
    struct change *change = decode_object(arena, json, descriptor, mode, problem);
    json_decref(json);
    if (problem->count > errors) return ERR_INVALID;
    *ret_change = change;
    return OK;
}

/* Whether it is an array with items; the scan has limited their number. */
static struct verdict array_verdict(const json_t *json)
{
    if (!json_is_array(json)) return verdict_wrong("type", "Must be an array");
    bool empty = json_array_size(json) == 0;
    return empty ? verdict_wrong("too_short", "Must have at least one item") : (struct verdict){0};
}

static void decode_items(struct arena *arena, const json_t *json, const struct descriptor *descriptor,
                         struct problem *problem, struct change_list *changes)
{
    changes->count = json_array_size(json);
    changes->list = ARENA_ARRAY(arena, struct change *, changes->count);
    for (size_t i = 0; i < changes->count; i++) {
        size_t errors = problem->count;
        changes->list[i] = decode_object(arena, json_array_get(json, i), descriptor, DECODE_CREATE, problem);
        problem_prefix(problem, arena, errors, arena_printf(arena, "/%zu", i));
    }
}

err decode_changes(struct arena *arena, str body, const struct descriptor *descriptor, size_t max,
                   struct problem *problem, struct change_list *ret_changes)
{
    const struct scan_rules rules = {.descriptor = descriptor, .items_max = max};
    json_t *json = NULL;
    err e = body_parse(arena, body, &rules, problem, &json);
    if (e) return e;
    size_t errors = problem->count;
    struct verdict verdict = array_verdict(json);
    if (verdict.code)
        problem_add(problem, STR(""), verdict.code, verdict.detail);
    else
        decode_items(arena, json, descriptor, problem, ret_changes);
    json_decref(json);
    return problem->count > errors ? ERR_INVALID : OK;
}

/* --- forms -------------------------------------------------------------------------------------------------------- */

/* Why a name or value cannot be decoded. */
static struct verdict escape_verdict(str text)
{
    for (size_t i = 0; i < text.n; i++) {
        bool escaped = text.p[i] == '%';
        bool digits = escaped && i + 2 < text.n && isxdigit((unsigned char)text.p[i + 1]) &&
                      isxdigit((unsigned char)text.p[i + 2]);
        if (escaped && !digits)
            return verdict_wrong("syntax", "A percent sign must be followed by two hexadecimal digits");
        if (text.p[i] == '\0' || (digits && text.p[i + 1] == '0' && text.p[i + 2] == '0'))
            return verdict_wrong("nul", "Text must not hold the character NUL");
    }
    return verdict_wrong("encoding", "Text must be well-formed UTF-8");
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
                              verdict_wrong("duplicate", "A name may occur only once in a form"));
    }
    return OK;
}

/* A number that does not fit int64_t is replaced by the nearest one, which is out of range for the field too. */
static json_t *form_integer(str text)
{
    int64_t value;
    bool negative = str_starts(text, STR("-"));
    if (str_to_int(text, &value)) return json_integer(value);
    if (!str_is_digits(str_from(text, negative))) return json_stringn(text.p, text.n);
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
