/* Values of fields, from JSON and from text: for every type one function validates a value and stores it in the struct
 * of the row or input. What is accepted is described in decode.h. */
#ifndef SCHEMA_DECODE_VALUE_H
#define SCHEMA_DECODE_VALUE_H

#include <jansson.h>

#include "base/arena.h"
#include "schema/schema.h"

/* Why a value is invalid; code is NULL when it is valid. Both live as long as the arena. */
struct verdict {
    const char *code; /* of the second kind of decode.h */
    const char *detail;
};

static inline struct verdict verdict_wrong(const char *code, const char *detail)
{
    return (struct verdict){code, detail};
}

/* Decodes the value of a field into the struct `base`, which is left as it was when the value is invalid. */
struct verdict decode_value(struct arena *arena, const struct field *field, const json_t *json, void *base);

/* Decodes one value of a query string; ERR_INVALID if it is not of the field's type. The limits of the field do not
 * apply, so that filters can exceed them. Booleans are true, false, 1 or 0. Sets either the number or the text, and
 * clears the other one. */
MUST_CHECK err decode_text(struct arena *arena, const struct field *field, str text, int64_t *ret_number,
                           str *ret_text);

/* Sets a field of the struct `base` to its default, or to 0 or no text if it has none. */
void field_set_default(const struct field *field, void *base);

#endif
