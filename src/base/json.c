/* See json.h. */
#include "base/json.h"

#include "base/check.h"
#include "base/utf8.h"

static void begin_value(struct json *json)
{
    if (json->comma) buf_add_char(json->out, ',');
    json->comma = true;
}

static void open(struct json *json, char bracket)
{
    begin_value(json);
    CHECK(json->depth < JSON_DEPTH_MAX);
    json->depth++;
    buf_add_char(json->out, bracket);
    json->comma = false;
}

static void close(struct json *json, char bracket)
{
    CHECK(json->depth > 0);
    json->depth--;
    buf_add_char(json->out, bracket);
    json->comma = true;
}

void json_object_begin(struct json *json)
{
    open(json, '{');
}

void json_object_end(struct json *json)
{
    close(json, '}');
}

void json_array_begin(struct json *json)
{
    open(json, '[');
}

void json_array_end(struct json *json)
{
    close(json, ']');
}

static void add_escaped(struct buf *out, unsigned char c)
{
    switch (c) {
    case '"':
        BUF_LITERAL(out, "\\\"");
        break;
    case '\\':
        BUF_LITERAL(out, "\\\\");
        break;
    case '\n':
        BUF_LITERAL(out, "\\n");
        break;
    case '\r':
        BUF_LITERAL(out, "\\r");
        break;
    case '\t':
        BUF_LITERAL(out, "\\t");
        break;
    default:
        buf_printf(out, "\\u%04x", c);
    }
}

/* Number of bytes at the start of a text that require no escaping in JSON. */
static size_t plain_bytes(str s)
{
    size_t i = 0;
    while (i < s.n) {
        unsigned char c = (unsigned char)s.p[i];
        size_t length = c < 0x80 ? 1 : utf8_length(str_from(s, i));
        if (c < 0x20 || c == '"' || c == '\\' || length == 0) break;
        i += length;
    }
    return i;
}

/* Most texts require no escaping and are copied in one step. */
static void add_quoted(struct buf *out, str s)
{
    size_t plain = plain_bytes(s);
    char *p = plain == s.n ? buf_reserve(out, s.n + 2) : NULL;
    if (p) {
        p[0] = '"';
        if (s.n) memcpy(p + 1, s.p, s.n);
        p[s.n + 1] = '"';
        out->n += s.n + 2;
        return;
    }
    buf_add_char(out, '"');
    for (; s.n > 0; plain = plain_bytes(s)) {
        buf_add(out, str_first(s, plain));
        s = str_from(s, plain);
        if (s.n == 0) break;
        unsigned char c = (unsigned char)s.p[0];
        if (c < 0x80)
            add_escaped(out, c);
        else
            BUF_LITERAL(out, "\xEF\xBF\xBD");
        s = str_from(s, 1);
    }
    buf_add_char(out, '"');
}

void json_name(struct json *json, str name)
{
    begin_value(json);
    add_quoted(json->out, name);
    buf_add_char(json->out, ':');
    json->comma = false;
}

void json_text(struct json *json, str value)
{
    if (!value.p) {
        json_none(json);
        return;
    }
    begin_value(json);
    add_quoted(json->out, value);
}

void json_int(struct json *json, int64_t value)
{
    begin_value(json);
    buf_add_int(json->out, value);
}

void json_bool(struct json *json, bool value)
{
    json_raw(json, value ? STR("true") : STR("false"));
}

void json_none(struct json *json)
{
    json_raw(json, STR("null"));
}

void json_raw(struct json *json, str value)
{
    begin_value(json);
    buf_add(json->out, value);
}

void json_member_text(struct json *json, const char *name, str value)
{
    json_name(json, str_of(name));
    json_text(json, value);
}

void json_member_int(struct json *json, const char *name, int64_t value)
{
    json_name(json, str_of(name));
    json_int(json, value);
}

void json_member_bool(struct json *json, const char *name, bool value)
{
    json_name(json, str_of(name));
    json_bool(json, value);
}

void json_member_raw(struct json *json, const char *name, str value)
{
    json_name(json, str_of(name));
    json_raw(json, value);
}
