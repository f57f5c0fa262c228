/* SQL templates: the files src/schema/sql/NAME.sql, which are embedded in the program. A file consists of sections. A
 * section starts after the line `-- name: SECTION` and ends before the next line that starts with `--`, so comments are
 * placed between sections. In a section, {name} is replaced by a value; values are inserted unchanged and not expanded
 * again.
 *
 * Templates and values are constants, so a missing section or value is a programming error. */
#ifndef SCHEMA_DDL_TEMPLATE_H
#define SCHEMA_DDL_TEMPLATE_H

#include "base/buf.h"

struct ddl_value {
    const char *name; /* NULL ends an array of values */
    str text;
};

/* Writes a section of a file with values inserted. `values` may be NULL if there are none. */
void ddl_expand(struct buf *out, const char *file, const char *section, const struct ddl_value *values);

#endif
