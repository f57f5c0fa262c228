/* JSON bodies and forms, for every entity and in every mode: decoding does not depend on anything but the bytes, errors
 * come with what is wrong, and what is accepted is within its limits. */
#include "fuzz.h"

#include "schema/decode.h"
#include "schema/encode.h"

static void check_values(const struct change *change)
{
    for (size_t i = 0; i < change->descriptor->count; i++) {
        const struct field *field = &change->descriptor->fields[i];
        if (!change_has(change, field)) continue;
        if (type_is_text(field->type)) {
            CHECK(!field_text(change->values, field)->p ||
                  !memchr(field_text(change->values, field)->p, '\0', field_text(change->values, field)->n));
        } else if (type_row(field->type)->kind == KIND_TIME) {
            CHECK(*field_int(change->values, field) >= 0);
        }
    }
}

static void fuzz(struct arena *arena, str bytes)
{
    static err (*const decoders[])(struct arena *, str, const struct descriptor *, enum decode_mode, struct problem *,
                                   struct change **) = {decode_change, decode_form};
    unsigned form = fuzz_choice(&bytes, 2), mode = fuzz_choice(&bytes, 3), entity = fuzz_choice(&bytes, ENTITY_COUNT);
    const struct descriptor *descriptor = &entity_of((enum entity_id)entity)->descriptor;
    struct problem first = {0}, second = {0};
    struct change *change = NULL, *again = NULL;
    err e = decoders[form](arena, bytes, descriptor, (enum decode_mode)mode, &first, &change);
    CHECK(decoders[form](arena, bytes, descriptor, (enum decode_mode)mode, &second, &again) == e);
    CHECK(first.count == second.count);
    if (!e) check_values(change);
}
