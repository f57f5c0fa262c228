/* Masks: what a role sees of a personal value it may not see in clear. Enough to tell rows apart in a list, not enough
 * to know the person. The rule exists twice, in C and as SQL, because the engine masks what it hands out and the server
 * masks what it has just written; a test proves that they agree.
 *
 *   e-mail       first character and "***@***"
 *   other text   first character and "***"
 *   not text     no value
 *
 * The empty text stays empty and no value stays none. Masking twice is masking once. */
#ifndef SCHEMA_MASK_H
#define SCHEMA_MASK_H

#include "schema/ddl.h"

/* The masked text, in the arena. Bounds: the field is a text. */
str mask_text(struct arena *arena, const struct field *field, str text);

/* The same as an SQL expression over `column_expression`, which is written up to twice. */
void mask_sql(struct buf *out, const struct field *field, const char *column_expression, enum dialect dialect);

#endif
