/* See openapi.h. JSON Schema 2020-12, as used by OpenAPI 3.1. */
#include "schema/openapi.h"

#include <stdio.h>

#include "base/check.h"
#include "base/money.h"
#include "schema/change.h"
#include "schema/visible.h"

const char *openapi_suffix(enum openapi_form form)
{
    static const char *const suffixes[FORM_COUNT] = {"", "Create", "Update", "Replace"};
    return suffixes[form];
}

/* --- which fields ------------------------------------------------------------------------------------------------- */

/* Schemas of requests also have the fields that clients may send but never read. */
static bool is_in(const struct field *field, enum openapi_form form)
{
    if (form == FORM_READ) return field_is_shown(field);
    return field_is_accepted(field) && !(form == FORM_CREATE && field->flags & READ_ONLY);
}

/* As decode.c requires them: a replacement need not repeat what cannot be read. */
static bool is_required(const struct field *field, enum openapi_form form)
{
    if (form == FORM_READ) return field->type == TYPE_ID;
    if (form == FORM_UPDATE || (field->flags & (REQUIRED | READ_ONLY)) != REQUIRED) return false;
    return form == FORM_CREATE || field_is_shown(field);
}

/* Whether a value that differs from the present one is refused. */
static bool is_read_only(const struct field *field, enum openapi_form form)
{
    return field->flags & READ_ONLY || (form == FORM_UPDATE && field->flags & INITIAL);
}

/* --- types -------------------------------------------------------------------------------------------------------- */

/* A field without value is null. */
static void write_type(struct json *json, const struct field *field)
{
    str type = str_of(type_row(field->type)->json);
    if (field_not_null(field)) {
        json_member_text(json, "type", type);
        return;
    }
    json_name(json, STR("type"));
    json_array_begin(json);
    json_text(json, type);
    json_text(json, STR("null"));
    json_array_end(json);
}

static bool is_masked(const struct field *field, enum openapi_form form)
{
    return form == FORM_READ && field_is_maskable(field);
}

static void write_format(struct json *json, const struct field *field, enum openapi_form form)
{
    const char *format = type_row(field->type)->format;
    if (field->flags & WIDE) format = "int64";
    if (!field_is_shown(field)) format = "password";
    if (format && !is_masked(field, form)) json_member_text(json, "format", str_of(format));
}

static void write_number_limits(struct json *json, const struct field *field)
{
    bool is_key = field->type == TYPE_ID || field->type == TYPE_REF;
    json_member_int(json, "minimum", is_key ? 1 : field->min);
    json_member_int(json, "maximum", field->max > 0 ? field->max : field->flags & WIDE ? INT64_MAX : INT32_MAX);
}

/* What decode_value.c accepts. A local part of more than 64 characters is not excluded here. */
static const char *text_pattern(enum type type)
{
#define ATOM "[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
#define HOST "[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
    switch (type) {
    case TYPE_EMAIL:
        return "^" ATOM "(\\." ATOM ")*@(" HOST "(\\." HOST ")+|[Ll][Oo][Cc][Aa][Ll][Hh][Oo][Ss][Tt])$";
    case TYPE_URL:
        return "^[Hh][Tt][Tt][Pp][Ss]?://[A-Za-z0-9]([A-Za-z0-9._~:/?#@!$&'()*+,;=\\[\\]-]|%[0-9A-Fa-f]{2})*$";
    case TYPE_TEXT:
        return "^[^\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f-\\x9f]*$";
    default:
        return "^[^\\x00-\\x1f\\x7f-\\x9f]*$";
    }
#undef ATOM
#undef HOST
}

static void write_text_limits(struct json *json, const struct field *field, enum openapi_form form)
{
    if (is_masked(field, form)) return;
    if (field->min > 0) json_member_int(json, "minLength", field->min);
    if (field->max > 0) json_member_int(json, "maxLength", field->max);
    if (form != FORM_READ) json_member_text(json, "pattern", str_of(text_pattern(field->type)));
}

static int digits_of(int64_t number)
{
    int digits = 1;
    while (number /= 10) digits++;
    return digits;
}

/* JSON Schema cannot limit the number in a text, so the pattern limits its digits. Zeros may precede and follow. */
static void write_money_limits(struct json *json, const struct field *field, enum openapi_form form)
{
    int digits = digits_of((field->max > 0 ? field->max : MONEY_MAX) / 100);
    struct buf pattern = buf_new(json->out->arena, 128);
    if (form == FORM_READ)
        BUF_LITERAL(&pattern, "^-?[0-9]{1,8}\\.[0-9]{2}$");
    else if (field->min > 0)
        buf_printf(&pattern, "^0*([1-9][0-9]{0,%d}(\\.[0-9]{1,2}0*)?|0\\.(0[1-9]|[1-9][0-9]?)0*)$", digits - 1);
    else
        buf_printf(&pattern, "^%s0*[0-9]{1,%d}(\\.[0-9]{1,2}0*)?$", field->min < 0 ? "-?" : "", digits);
    CHECK(!pattern.full);
    json_member_text(json, "pattern", buf_str(&pattern));
}

static void write_enum(struct json *json, const struct field *field)
{
    const struct enum_table *set = enum_table(field->of);
    json_name(json, STR("enum"));
    json_array_begin(json);
    for (size_t i = 0; i < set->count; i++) json_text(json, str_of(set->texts[i]));
    json_array_end(json);
}

static void write_limits(struct json *json, const struct field *field, enum openapi_form form)
{
    switch (type_row(field->type)->kind) {
    case KIND_INTEGER:
        write_number_limits(json, field);
        return;
    case KIND_MONEY:
        write_money_limits(json, field, form);
        return;
    case KIND_ENUM:
        write_enum(json, field);
        return;
    case KIND_TEXT:
        write_text_limits(json, field, form);
        return;
    case KIND_BOOL:
    case KIND_TIME:
        return;
    }
}

/* --- examples and defaults ---------------------------------------------------------------------------------------- */

/* Of texts, by the name of the field; others have the example of their type. */
static const struct {
    const char *name;
    const char *text;
} text_examples[] = {
    {"password", "correct horse battery staple"},
    {"name", "Blue Room"},
    {"address", "1 Harbour Street, Bergen"},
    {"facilities", "Step-free access, bar"},
    {"title", "A night of jazz"},
    {"description", "Two sets with an interval."},
    {"subject", "Seats together"},
    {"body", "Could we sit together, please?"},
    {"transactionId", "01JBX8Z4M6N7P8Q9R0S1T2V3W4"},
};

static void write_examples(struct json *json, const char *raw, str text)
{
    json_name(json, STR("examples"));
    json_array_begin(json);
    if (raw)
        json_raw(json, str_of(raw));
    else
        json_text(json, text);
    json_array_end(json);
}

/* The example of the type is left out where the limits of the field exclude it. */
static void write_example(struct json *json, const struct field *field)
{
    const char *example = type_row(field->type)->example;
    bool fits = field->type != TYPE_INT || (field->min <= 2 && (field->max == 0 || field->max >= 2));
    if (example && fits) write_examples(json, example, STR_NONE);
    for (size_t i = 0; !example && type_is_text(field->type) && i < COUNT_OF(text_examples); i++) {
        if (str_is(str_of(text_examples[i].name), field->name))
            write_examples(json, NULL, str_of(text_examples[i].text));
    }
}

static void write_default(struct json *json, const struct field *field, enum openapi_form form)
{
    if (form != FORM_CREATE || !field->default_text || (field->flags & READ_ONLY)) return;
    enum value_kind kind = type_row(field->type)->kind;
    bool quoted = kind != KIND_BOOL && kind != KIND_INTEGER;
    if (quoted) {
        json_member_text(json, "default", str_of(field->default_text));
    } else {
        json_member_raw(json, "default", str_of(field->default_text));
    }
}

/* --- schemas ------------------------------------------------------------------------------------------------------ */

static void write_description(struct json *json, const struct field *field, enum openapi_form form)
{
    struct buf text = buf_new(json->out->arena, 512);
    buf_add(&text, str_of(field->doc));
    if (is_masked(field, form)) BUF_LITERAL(&text, ". Masked for roles that may not see it");
    if (form == FORM_READ) {
        json_member_text(json, "description", buf_str(&text));
        return;
    }
    if (is_read_only(field, form))
        BUF_LITERAL(&text, ". May be sent back unchanged");
    else if (field->flags & INITIAL && form == FORM_REPLACE)
        BUF_LITERAL(&text, ". Cannot be changed");
    if (field->flags & STAFF) BUF_LITERAL(&text, ". Only admins may set it");
    json_member_text(json, "description", buf_str(&text));
}

static void write_property(struct json *json, const struct field *field, enum openapi_form form)
{
    json_name(json, str_of(field->name));
    json_object_begin(json);
    write_type(json, field);
    write_format(json, field, form);
    write_limits(json, field, form);
    write_default(json, field, form);
    if (is_read_only(field, form)) json_member_bool(json, "readOnly", true);
    if (!field_is_shown(field)) json_member_bool(json, "writeOnly", true);
    write_description(json, field, form);
    write_example(json, field);
    json_object_end(json);
}

static void write_required(struct json *json, const struct descriptor *descriptor, enum openapi_form form)
{
    bool any = false;
    for (size_t i = 0; i < descriptor->count; i++) any = any || is_required(&descriptor->fields[i], form);
    if (!any) return;
    json_name(json, STR("required"));
    json_array_begin(json);
    for (size_t i = 0; i < descriptor->count; i++) {
        if (is_required(&descriptor->fields[i], form)) json_text(json, str_of(descriptor->fields[i].name));
    }
    json_array_end(json);
}

static void write_name(struct json *json, const char *title, enum openapi_form form)
{
    char name[64];
    int n = snprintf(name, sizeof(name), "%s%s", title, openapi_suffix(form));
    CHECK(n > 0 && (size_t)n < sizeof(name));
    json_name(json, str_of(name));
}

/* Everything up to the last property of the descriptor; write_descriptor_end() follows. */
static void write_descriptor(struct json *json, const struct descriptor *descriptor, enum openapi_form form)
{
    json_object_begin(json);
    json_member_text(json, "type", STR("object"));
    json_member_text(json, "description", str_of(descriptor->doc));
    write_required(json, descriptor, form);
    json_name(json, STR("properties"));
    json_object_begin(json);
    for (size_t i = 0; i < descriptor->count; i++) {
        if (is_in(&descriptor->fields[i], form)) write_property(json, &descriptor->fields[i], form);
    }
}

static void write_descriptor_end(struct json *json, enum openapi_form form)
{
    json_object_end(json);
    if (form != FORM_READ) json_member_bool(json, "additionalProperties", false);
    json_object_end(json);
}

static const char field_error_schema[] =
    "{\"type\":\"object\",\"description\":\"An invalid field, or a reason\","
    "\"required\":[\"pointer\",\"code\",\"detail\"],\"properties\":{"
    "\"pointer\":{\"type\":\"string\",\"description\":\"JSON pointer (RFC 6901); empty: the whole body\","
    "\"examples\":[\"/quantity\"]},"
    "\"code\":{\"type\":\"string\",\"description\":\"Stable name of the error\",\"examples\":[\"too_large\"]},"
    "\"detail\":{\"type\":\"string\",\"description\":\"The rule that the value violates, or the fact\"}}}";

/* RFC 9457 with our two members. */
static const char problem_schema[] =
    "{\"type\":\"object\",\"description\":\"What went wrong (RFC 9457)\","
    "\"required\":[\"type\",\"title\",\"status\"],\"properties\":{"
    "\"type\":{\"type\":\"string\",\"format\":\"uri-reference\",\"description\":\"Stable name of the kind of "
    "problem\"},"
    "\"title\":{\"type\":\"string\",\"description\":\"The kind of problem in one sentence\"},"
    "\"status\":{\"type\":\"integer\",\"minimum\":400,\"maximum\":599,\"description\":\"The HTTP status\"},"
    "\"detail\":{\"type\":\"string\",\"description\":\"More about this occurrence\"},"
    "\"instance\":{\"type\":\"string\",\"format\":\"uri-reference\",\"description\":\"This occurrence\"},"
    "\"errors\":{\"type\":\"array\",\"maxItems\":32,\"description\":\"All invalid fields, or the reason of a "
    "conflict\","
    "\"items\":{\"$ref\":\"#/components/schemas/FieldError\"}},"
    "\"requestId\":{\"type\":\"string\",\"description\":\"Name this when asking for help\"}}}";

static void write_entity(struct json *json, const struct entity *entity, const struct openapi_rows *rows)
{
    unsigned forms = rows->forms(entity);
    for (enum openapi_form form = FORM_READ; form < FORM_COUNT; form++) {
        if (!(forms >> form & 1)) continue;
        write_name(json, entity->descriptor.title, form);
        write_descriptor(json, &entity->descriptor, form);
        if (form == FORM_READ) rows->relations(json, entity);
        bool proves = form >= FORM_UPDATE && change_proves(&entity->descriptor);
        if (proves) write_property(json, &field_current_password, form);
        write_descriptor_end(json, form);
    }
}

static const struct descriptor *const inputs[] = {
#define INPUT(name, title, doc) &descriptor_##name,
#define INPUT_FIELD(input, name, text, type, of, flags, min, max, default_text, doc)
#define INPUT_END(name)
#include "schema/inputs.def"
#undef INPUT
#undef INPUT_FIELD
#undef INPUT_END
};

void openapi_schemas(struct json *json, const struct openapi_rows *rows)
{
    for (enum entity_id id = 0; id < ENTITY_COUNT; id++) write_entity(json, entity_of(id), rows);
    for (size_t i = 0; i < COUNT_OF(inputs); i++) {
        json_name(json, str_of(inputs[i]->title));
        write_descriptor(json, inputs[i], FORM_CREATE);
        write_descriptor_end(json, FORM_CREATE);
    }
    json_member_raw(json, "FieldError", str_of(field_error_schema));
    json_member_raw(json, "Problem", str_of(problem_schema));
}
