/* Writes rows as a table in CSV (RFC 4180), with the same fields and values as in JSON (encode.h): money as a decimal,
 * times as RFC 3339, true and false. No value is an empty cell, the empty text is "". Lines end with CR LF.
 *
 * A spreadsheet would execute a text that starts like a formula, and anybody can write one into a name. So a text that
 * starts with = + - @ or a control character gets an apostrophe before it. */
#ifndef SCHEMA_CSV_H
#define SCHEMA_CSV_H

#include "base/buf.h"
#include "schema/schema.h"

/* Columns of one entity. */
struct csv_columns {
    const struct entity *entity;
    uint64_t fields; /* bit i: field i of the descriptor; 0: all */
    str prefix;      /* of the names in the header, followed by a dot; STR_NONE: none */
};

/* The names of the columns, with a comma before each; only columns without a prefix are the first of a line. */
void csv_names(struct buf *out, const struct csv_columns *columns);

/* The values of a row, likewise; empty cells for no row (NULL). */
void csv_values(struct buf *out, const struct csv_columns *columns, const struct row *row);

void csv_line_end(struct buf *out);

#endif
