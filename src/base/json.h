/* A streaming JSON writer: begin an object or array, name members, write values, end it. It adds the commas. Depth is
 * bounded by JSON_DEPTH_MAX. */
#ifndef BASE_JSON_H
#define BASE_JSON_H

#include "base/buf.h"

enum { JSON_DEPTH_MAX = 32 };

struct json {
    struct buf *out;
    unsigned depth;
    bool comma; /* the next value or name must be preceded by one */
};

static inline struct json json_to(struct buf *out)
{
    return (struct json){.out = out};
}

void json_object_begin(struct json *json);
void json_object_end(struct json *json);
void json_array_begin(struct json *json);
void json_array_end(struct json *json);
void json_name(struct json *json, str name);

void json_text(struct json *json, str value); /* null for STR_NONE; ill-formed UTF-8 is written as U+FFFD */
void json_int(struct json *json, int64_t value);
void json_bool(struct json *json, bool value);
void json_none(struct json *json);
void json_raw(struct json *json, str value); /* already JSON */

/* Name and value in one line. */
void json_member_text(struct json *json, const char *name, str value);
void json_member_int(struct json *json, const char *name, int64_t value);
void json_member_bool(struct json *json, const char *name, bool value);
void json_member_raw(struct json *json, const char *name, str value);

#endif
