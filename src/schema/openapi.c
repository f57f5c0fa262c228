/* See openapi.h. JSON Schema 2020-12, as used by OpenAPI 3.1. */
#include "schema/openapi.h"

#include <stdio.h>

#include "base/check.h"
#include "base/money.h"
#include "schema/change.h"
#include "schema/visible.h"

enum form { FORM_READ, FORM_CREATE, FORM_UPDATE };

static const char *const form_suffixes[] = {"", "Create", "Update"};

/* --- which fields ------------------------------------------------------------------------------------------------- */

/* Schemas of requests also have the fields that clients may send but never read. */
static bool is_in(const struct field *field, enum form form)
{
    return form == FORM_READ ? field_is_shown(field) : field_is_accepted(field);
}

static bool is_required(const struct field *field, enum form form)
{
    if (form == FORM_READ) return field->type == TYPE_ID;
    return form == FORM_CREATE && (field->flags & (REQUIRED | READ_ONLY)) == REQUIRED;
}

/* --- types -------------------------------------------------------------------------------------------------------- */

/* Money may be sent as a number too; a field without value is null. */
static void write_type(struct json *json, const struct field *field, enum form form)
{
    bool number = type_row(field->type)->kind == KIND_MONEY && form != FORM_READ;
    if (field_not_null(field) && !number) {
        json_member_text(json, "type", str_of(type_row(field->type)->json));
        return;
    }
    json_name(json, STR("type"));
    json_array_begin(json);
    json_text(json, str_of(type_row(field->type)->json));
    if (number) json_text(json, STR("number"));
    if (!field_not_null(field)) json_text(json, STR("null"));
    json_array_end(json);
}

static bool is_masked(const struct field *field, enum form form)
{
    return form == FORM_READ && field_is_maskable(field);
}

static void write_format(struct json *json, const struct field *field, enum form form)
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

static void write_text_limits(struct json *json, const struct field *field, enum form form)
{
    if (is_masked(field, form)) return;
    if (field->min > 0) json_member_int(json, "minLength", field->min);
    if (field->max > 0) json_member_int(json, "maxLength", field->max);
}

static void write_money_limits(struct json *json, const struct field *field, enum form form)
{
    char buffer[MONEY_TEXT_SIZE];
    if (form == FORM_READ) {
        json_member_text(json, "pattern", STR("^-?[0-9]{1,8}\\.[0-9]{2}$"));
        return;
    }
    json_member_text(json, "pattern", STR("^-?[0-9]{1,8}(\\.[0-9]{1,2}0*)?$"));
    json_member_raw(json, "minimum", money_to_text(field->min, buffer));
    json_member_raw(json, "maximum", money_to_text(field->max > 0 ? field->max : MONEY_MAX, buffer));
}

static void write_enum(struct json *json, const struct field *field)
{
    const struct enum_table *set = enum_table(field->of);
    json_name(json, STR("enum"));
    json_array_begin(json);
    for (size_t i = 0; i < set->count; i++) json_text(json, str_of(set->texts[i]));
    json_array_end(json);
}

static void write_limits(struct json *json, const struct field *field, enum form form)
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

/* The type's example, where the limits of the field allow it. */
static void write_example(struct json *json, const struct field *field)
{
    const char *example = type_row(field->type)->example;
    bool fits = field->type != TYPE_INT || (field->min <= 2 && (field->max == 0 || field->max >= 2));
    if (!example || !fits) return;
    json_name(json, STR("examples"));
    json_array_begin(json);
    json_raw(json, str_of(example));
    json_array_end(json);
}

static void write_default(struct json *json, const struct field *field, enum form form)
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

static void write_description(struct json *json, const struct field *field, enum form form)
{
    const char *more = "";
    if (is_masked(field, form)) more = ". Masked for roles that may not see it";
    if (form == FORM_UPDATE && (field->flags & INITIAL)) more = ". Cannot be changed later";
    struct buf text = buf_new(json->out->arena, 512);
    buf_printf(&text, "%s%s", field->doc, more);
    json_member_text(json, "description", buf_str(&text));
}

static void write_property(struct json *json, const struct field *field, enum form form)
{
    json_name(json, str_of(field->name));
    json_object_begin(json);
    write_type(json, field, form);
    write_format(json, field, form);
    write_limits(json, field, form);
    write_default(json, field, form);
    if (field->flags & READ_ONLY) json_member_bool(json, "readOnly", true);
    if (!field_is_shown(field)) json_member_bool(json, "writeOnly", true);
    write_description(json, field, form);
    write_example(json, field);
    json_object_end(json);
}

static void write_required(struct json *json, const struct descriptor *descriptor, enum form form)
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

static void write_descriptor(struct json *json, const struct descriptor *descriptor, enum form form, const char *suffix)
{
    char name[64];
    int n = snprintf(name, sizeof(name), "%s%s", descriptor->title, suffix);
    CHECK(n > 0 && (size_t)n < sizeof(name));
    json_name(json, str_of(name));
    json_object_begin(json);
    json_member_text(json, "type", STR("object"));
    json_member_text(json, "description", str_of(descriptor->doc));
    write_required(json, descriptor, form);
    json_name(json, STR("properties"));
    json_object_begin(json);
    for (size_t i = 0; i < descriptor->count; i++) {
        if (is_in(&descriptor->fields[i], form)) write_property(json, &descriptor->fields[i], form);
    }
    if (form == FORM_UPDATE && change_proves(descriptor)) write_property(json, &field_current_password, form);
    json_object_end(json);
    if (form != FORM_READ) json_member_bool(json, "additionalProperties", false);
    json_object_end(json);
}

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
    "\"errors\":{\"type\":\"array\",\"maxItems\":32,\"description\":\"All invalid fields\",\"items\":"
    "{\"type\":\"object\",\"required\":[\"pointer\",\"code\",\"detail\"],\"properties\":{"
    "\"pointer\":{\"type\":\"string\",\"description\":\"JSON pointer (RFC 6901); empty: the whole body\","
    "\"examples\":[\"/quantity\"]},"
    "\"code\":{\"type\":\"string\",\"description\":\"Stable name of the error\",\"examples\":[\"too_large\"]},"
    "\"detail\":{\"type\":\"string\",\"description\":\"The rule that the value violates\"}}}},"
    "\"requestId\":{\"type\":\"string\",\"description\":\"Name this when asking for help\"}}}";

bool openapi_is_writable(const struct entity *entity)
{
    for (size_t i = 0; i < entity->descriptor.count; i++) {
        if (!(entity->descriptor.fields[i].flags & READ_ONLY)) return true;
    }
    return false;
}

static void write_entity(struct json *json, const struct entity *entity)
{
    enum form last = openapi_is_writable(entity) ? FORM_UPDATE : FORM_READ;
    for (enum form form = FORM_READ; form <= last; form++) {
        write_descriptor(json, &entity->descriptor, form, form_suffixes[form]);
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

void openapi_schemas(struct json *json, bool (*described)(const struct entity *entity))
{
    json_object_begin(json);
    for (enum entity_id id = 0; id < ENTITY_COUNT; id++) {
        if (described(entity_of(id))) write_entity(json, entity_of(id));
    }
    for (size_t i = 0; i < COUNT_OF(inputs); i++) write_descriptor(json, inputs[i], FORM_CREATE, "");
    json_member_raw(json, "Problem", str_of(problem_schema));
    json_object_end(json);
}
