/* Rows as JSON, straight from the struct into the buffer: names are quoted once at start-up, values are written without
 * a tree in between. Lists of rows are the hot path of the server.
 *
 * Money is a decimal string, times are RFC 3339 in UTC with milliseconds, enums their texts, "no value" is null. Hidden
 * fields and secrets are never written, for any role. */
#ifndef SCHEMA_ENCODE_H
#define SCHEMA_ENCODE_H

#include "base/json.h"
#include "schema/schema.h"

/* What of a row is written, and for whom. */
struct encoding {
    enum role role;
    bool mask;       /* mask what the role may not see in clear; false for rows that come masked from the engine */
    bool own;        /* the row is the actor's own: nothing is masked */
    uint64_t fields; /* bit i: field i of the shape; 0: all */
};

/* The row as an object. */
void encode_row(struct json *json, const struct row *row, const struct encoding *encoding);

/* Only its members, for a caller that opened the object and adds more. */
void encode_members(struct json *json, const struct row *row, const struct encoding *encoding);

/* The value of one field of the struct `base`, in clear. */
void encode_value(struct json *json, const struct field *field, const void *base);

#endif
