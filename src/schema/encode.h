/* Writes rows as JSON, directly from the struct into the buffer: names are quoted once at start-up, and there is no
 * tree of values in between, because lists of rows are the hot path of the server.
 *
 * Money is a decimal string, times are RFC 3339 in UTC with milliseconds, enums are their texts, "no value" is null.
 * Only fields that are shown (schema/visible.h) are written. */
#ifndef SCHEMA_ENCODE_H
#define SCHEMA_ENCODE_H

#include "base/json.h"
#include "schema/schema.h"

/* Which fields are written, and for which role. */
struct encoding {
    enum role role;
    bool mask;       /* mask what the role may not see; false for rows that the engine has masked */
    bool own;        /* the row belongs to the actor: nothing is masked */
    uint64_t fields; /* bit i: field i of the descriptor; 0: all */
};

/* The row as an object. */
void encode_row(struct json *json, const struct row *row, const struct encoding *encoding);

/* Only the members of the object, for a caller that has begun it and adds more. */
void encode_members(struct json *json, const struct row *row, const struct encoding *encoding);

/* The value of one field of the struct `base`, unmasked. */
void encode_value(struct json *json, const struct field *field, const void *base);

#endif
