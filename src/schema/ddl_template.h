/* SQL templates: the files src/schema/sql/NAME.sql, which are part of the program. A file holds sections. A section
 * starts behind the line `-- name: SECTION` and ends at the next line that starts with `--`, so comments stand between
 * sections. In a section, {name} stands for a value; values are inserted as they are and not expanded again.
 *
 * Templates and values are constants of the schema, so a missing section or value is a programming error. */
#ifndef SCHEMA_DDL_TEMPLATE_H
#define SCHEMA_DDL_TEMPLATE_H

#include "base/buf.h"

struct ddl_value {
    const char *name; /* NULL ends an array of values */
    str text;
};

/* Writes a section of a file with its values filled in. `values` may be NULL: there are none. */
void ddl_expand(struct buf *out, const char *file, const char *section, const struct ddl_value *values);

#endif
