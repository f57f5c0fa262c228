/* Column masks: what a role sees of a personal value that it may not see unmasked. It is enough to distinguish rows of
 * a list but not to identify the person. A mask exists in C and as SQL, because the engine masks the rows that it reads
 * for a role, and the server masks the row that it has just written; a test checks that both agree.
 *
 *   e-mail       first character and "***@***"
 *   other text   first character and "***"
 *   not text     no value
 *
 * The empty text stays empty and no value stays no value. Masking is idempotent. */
#ifndef SCHEMA_MASK_H
#define SCHEMA_MASK_H

#include "schema/ddl.h"

/* The masked text, in the arena. Bounds: the field is a text. */
str mask_text(struct arena *arena, const struct field *field, str text);

/* The same as an SQL expression over `column_expression`, which is written up to twice. */
void mask_sql(struct buf *out, const struct field *field, const char *column_expression, enum dialect dialect);

#endif
