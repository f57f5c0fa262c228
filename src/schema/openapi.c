/* See openapi.h. JSON Schema 2020-12, as OpenAPI 3.1 has it. */
#include "schema/openapi.h"

#include <stdio.h>

#include "base/check.h"
#include "base/money.h"

enum form { FORM_READ, FORM_CREATE, FORM_UPDATE };

static const char *const form_suffixes[] = {"", "Create", "Update"};

/* --- which fields ------------------------------------------------------------------------------------------------ */

static bool is_secret(const struct field *field)
{
    return (field->flags & HIDDEN) || field->privacy == PRIVACY_SECRET;
}

/* Hidden fields are only ever sent to us, and hidden read-only ones not even that. */
static bool is_in(const struct field *field, enum form form)
{
    if (!is_secret(field)) return true;
    return form != FORM_READ && !(field->flags & READ_ONLY);
}

static bool is_required(const struct field *field, enum form form)
{
    if (form == FORM_READ) return field->type == TYPE_ID;
    return form == FORM_CREATE && (field->flags & (REQUIRED | READ_ONLY)) == REQUIRED;
}

/* --- types ------------------------------------------------------------------------------------------------------- */

static const struct {
    const char *type;
    const char *format; /* NULL: none */
} types[TYPE_COUNT] = {
    [TYPE_ID] = {"integer", "int32"},   [TYPE_REF] = {"integer", "int32"}, [TYPE_INT] = {"integer", "int32"},
    [TYPE_BOOL] = {"boolean", NULL},    [TYPE_MONEY] = {"string", NULL},   [TYPE_TIME] = {"string", "date-time"},
    [TYPE_ENUM] = {"string", NULL},     [TYPE_STRING] = {"string", NULL},  [TYPE_TEXT] = {"string", NULL},
    [TYPE_EMAIL] = {"string", "email"}, [TYPE_URL] = {"string", "uri"},
};

/* Money may be sent as a number, and a field without value is null. */
static void write_type(struct json *json, const struct field *field, enum form form)
{
    bool number = field->type == TYPE_MONEY && form != FORM_READ;
    if (field_not_null(field) && !number) {
        json_member_text(json, "type", str_of(types[field->type].type));
        return;
    }
    json_name(json, STR("type"));
    json_array_begin(json);
    json_text(json, str_of(types[field->type].type));
    if (number) json_text(json, STR("number"));
    if (!field_not_null(field)) json_text(json, STR("null"));
    json_array_end(json);
}

static bool is_masked(const struct field *field, enum form form)
{
    return form == FORM_READ && field->privacy == PRIVACY_PERSONAL;
}

static void write_format(struct json *json, const struct field *field, enum form form)
{
    const char *format = types[field->type].format;
    if (is_secret(field)) format = "password";
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
    switch (field->type) {
    case TYPE_ID:
    case TYPE_REF:
    case TYPE_INT:
        write_number_limits(json, field);
        return;
    case TYPE_MONEY:
        write_money_limits(json, field, form);
        return;
    case TYPE_ENUM:
        write_enum(json, field);
        return;
    case TYPE_BOOL:
    case TYPE_TIME:
        return;
    default:
        write_text_limits(json, field, form);
    }
}

/* --- examples and defaults --------------------------------------------------------------------------------------- */

/* A value that the type alone makes plausible, JSON; STR_NONE where only the field's meaning could tell. */
static str example_of(const struct field *field)
{
    switch (field->type) {
    case TYPE_ID:
    case TYPE_REF:
        return STR("1");
    case TYPE_INT:
        return field->min <= 2 && (field->max == 0 || field->max >= 2) ? STR("2") : STR_NONE;
    case TYPE_MONEY:
        return STR("\"12.50\"");
    case TYPE_TIME:
        return STR("\"2026-12-01T18:30:00.000Z\"");
    case TYPE_EMAIL:
        return STR("\"anna@example.org\"");
    case TYPE_URL:
        return STR("\"https://example.org/picture.jpg\"");
    default:
        return STR_NONE;
    }
}

static void write_example(struct json *json, const struct field *field)
{
    str example = example_of(field);
    if (!example.p) return;
    json_name(json, STR("examples"));
    json_array_begin(json);
    json_raw(json, example);
    json_array_end(json);
}

static void write_default(struct json *json, const struct field *field, enum form form)
{
    if (form != FORM_CREATE || !field->default_text || (field->flags & READ_ONLY)) return;
    bool quoted = field->type != TYPE_BOOL && field->type != TYPE_INT;
    if (quoted) {
        json_member_text(json, "default", str_of(field->default_text));
    } else {
        json_member_raw(json, "default", str_of(field->default_text));
    }
}

/* --- schemas ----------------------------------------------------------------------------------------------------- */

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
    if (is_secret(field)) json_member_bool(json, "writeOnly", true);
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
    "\"errors\":{\"type\":\"array\",\"maxItems\":32,\"description\":\"Every bad place at once\",\"items\":"
    "{\"type\":\"object\",\"required\":[\"pointer\",\"code\",\"detail\"],\"properties\":{"
    "\"pointer\":{\"type\":\"string\",\"description\":\"JSON pointer (RFC 6901); empty: the whole body\","
    "\"examples\":[\"/quantity\"]},"
    "\"code\":{\"type\":\"string\",\"description\":\"Stable name of the fault\",\"examples\":[\"too_large\"]},"
    "\"detail\":{\"type\":\"string\",\"description\":\"The rule that was not kept\"}}}},"
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
