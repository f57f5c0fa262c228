/* A decoded request body: the values as a struct, and which fields the body had. */
#ifndef SCHEMA_CHANGE_H
#define SCHEMA_CHANGE_H

#include "schema/schema.h"

struct change {
    const struct descriptor *descriptor;
    void *values;         /* a struct of the descriptor; fields that were not given hold their defaults */
    uint64_t present;     /* bit i: field i of the descriptor was given */
    bool whole;           /* PUT: writable fields that were not given are set to their defaults */
    bool follow;          /* rows that depend on this one change with it (route flags MOVES, EXTENDS) */
    str current_password; /* of the actor, checked before the command runs; STR_NONE: not given */
};

/* Bodies of one kind. */
struct change_list {
    struct change **list;
    size_t count;
};

/* The member "currentPassword" of a body that changes a row with a password. It is no field of the row. */
extern const struct field field_current_password;

/* Whether bodies that change such a row may have it. */
bool change_proves(const struct descriptor *descriptor);

static inline bool change_has(const struct change *change, const struct field *field)
{
    return change->present >> field_index(change->descriptor, field) & 1;
}

#endif
