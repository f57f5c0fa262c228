/* A decoded body: a struct of some descriptor, and which of its fields were given. */
#ifndef SCHEMA_CHANGE_H
#define SCHEMA_CHANGE_H

#include "schema/schema.h"

struct change {
    const struct descriptor *descriptor;
    void *values;     /* struct of the descriptor; fields not given hold their defaults */
    uint64_t present; /* bit i: field i of the descriptor was given */
    bool whole;       /* PUT: writable fields not given return to their defaults */
};

static inline bool change_has(const struct change *change, const struct field *field)
{
    return change->present >> field_index(change->descriptor, field) & 1;
}

#endif
