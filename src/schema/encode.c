/* See encode.h. */
#include "schema/encode.h"

#include "base/check.h"
#include "base/money.h"
#include "base/time_text.h"
#include "schema/mask.h"
#include "schema/visible.h"

/* --- names, quoted once ------------------------------------------------------------------------------------------- */

enum { NAMES_SIZE = 8192 };

static str quoted_names[ENTITY_COUNT][FIELDS_MAX]; /* `,"quantity":`; STR_NONE for fields that are never written */
static char names_space[NAMES_SIZE];

/* Names consist of letters, so there is nothing to escape. Returns the end of the quoted name in `space`. */
static char *quote_name(str *ret_quoted, const char *name, char *space)
{
    size_t n = strlen(name);
    CHECK(space + n + 4 <= names_space + NAMES_SIZE);
    memcpy(space, ",\"", 2);
    memcpy(space + 2, name, n);
    memcpy(space + 2 + n, "\":", 2);
    *ret_quoted = (str){space, n + 4};
    return space + n + 4;
}

__attribute__((constructor)) static void quote_names(void)
{
    char *space = names_space;
    for (enum entity_id id = 0; id < ENTITY_COUNT; id++) {
        const struct descriptor *descriptor = &entity_of(id)->descriptor;
        for (size_t i = 0; i < descriptor->count; i++) {
            if (!field_is_shown(&descriptor->fields[i])) continue;
            space = quote_name(&quoted_names[id][i], descriptor->fields[i].name, space);
        }
    }
}

/* --- values ------------------------------------------------------------------------------------------------------- */

/* Access to the values of a const struct. */
static int64_t number_in(const struct field *field, const void *base)
{
    return *(const int64_t *)(const void *)((const char *)base + field->offset);
}

static str text_in(const struct field *field, const void *base)
{
    return *(const str *)(const void *)((const char *)base + field->offset);
}

/* Writes a text that contains nothing to escape. */
static void put_plain(struct json *json, str text)
{
    char *p = buf_reserve(json->out, text.n + 3);
    if (!p) return;
    char *start = p;
    if (json->comma) *p++ = ',';
    *p++ = '"';
    memcpy(p, text.p, text.n);
    p[text.n] = '"';
    json->out->n += (size_t)(p - start) + text.n + 1;
    json->comma = true;
}

static void put_money(struct json *json, int64_t minor)
{
    char buffer[MONEY_TEXT_SIZE];
    put_plain(json, money_to_text(minor, buffer));
}

static void put_time(struct json *json, int64_t ms)
{
    char buffer[TIME_TEXT_SIZE];
    put_plain(json, time_to_rfc3339(ms, buffer));
}

void encode_value(struct json *json, const struct field *field, const void *base)
{
    if (type_is_text(field->type)) {
        json_text(json, text_in(field, base));
        return;
    }
    int64_t number = number_in(field, base);
    const struct type_row *type = type_row(field->type);
    bool none = number == 0 && !type->always;
    if (none) {
        json_none(json);
        return;
    }
    switch (type->kind) {
    case KIND_BOOL:
        json_bool(json, number != 0);
        return;
    case KIND_MONEY:
        put_money(json, number);
        return;
    case KIND_TIME:
        put_time(json, number);
        return;
    case KIND_ENUM:
        put_plain(json, enum_text(field->of, number));
        return;
    default:
        json_int(json, number);
    }
}

static void put_masked(struct json *json, const struct field *field, const void *base)
{
    if (type_is_text(field->type)) {
        json_text(json, mask_text(json->out->arena, field, text_in(field, base)));
    } else {
        json_none(json);
    }
}

/* --- rows --------------------------------------------------------------------------------------------------------- */

static void put_name(struct json *json, str quoted)
{
    buf_add(json->out, json->comma ? quoted : str_from(quoted, 1));
    json->comma = false;
}

void encode_members(struct json *json, const struct row *row, const struct encoding *encoding)
{
    const struct descriptor *descriptor = &row->entity->descriptor;
    const str *names = quoted_names[row->entity->id];
    uint64_t requested = encoding->fields ? encoding->fields : UINT64_MAX;
    bool mask = encoding->mask && !encoding->own;
    for (size_t i = 0; i < descriptor->count; i++) {
        const struct field *field = &descriptor->fields[i];
        if (!names[i].p || !(requested >> i & 1)) continue;
        put_name(json, names[i]);
        if (mask && !field_is_clear(field, encoding->role)) {
            put_masked(json, field, row);
        } else {
            encode_value(json, field, row);
        }
    }
}

void encode_row(struct json *json, const struct row *row, const struct encoding *encoding)
{
    json_object_begin(json);
    encode_members(json, row, encoding);
    json_object_end(json);
}
