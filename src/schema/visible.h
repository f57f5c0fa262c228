/* Which fields clients can see. All code that reads or writes fields on behalf of clients (JSON, bodies, filters,
 * OpenAPI, the documentation page, the views of both engines) uses these functions. */
#ifndef SCHEMA_VISIBLE_H
#define SCHEMA_VISIBLE_H

#include "schema/rule.h"

/* No client may read the value, whatever its role, not even from the database's views. */
static inline bool field_is_secret(const struct field *field)
{
    return field->privacy == PRIVACY_SECRET;
}

/* The field is part of rows and lists. */
static inline bool field_is_shown(const struct field *field)
{
    return !(field->flags & HIDDEN) && !field_is_secret(field);
}

/* Request bodies may contain the field: those that are shown, so that a row can be sent back as it was read, and those
 * that clients only ever send, such as a password. */
static inline bool field_is_accepted(const struct field *field)
{
    return field_is_shown(field) || !(field->flags & READ_ONLY);
}

/* There are roles that see the value masked. */
static inline bool field_is_maskable(const struct field *field)
{
    return field->privacy == PRIVACY_PERSONAL;
}

/* The role sees the value unmasked even in rows of other people. */
static inline bool field_is_clear(const struct field *field, enum role role)
{
    return field->clear <= role;
}

/* The role sees the field masked in some of the rows that it may read. */
static inline bool field_is_masked(const struct entity *entity, const struct field *field, enum role role)
{
    return !field_is_clear(field, role) && !role_reads_own_only(entity, role);
}

/* The role sees some rows of the entity with masked fields. */
static inline bool entity_is_masked(const struct entity *entity, enum role role)
{
    for (size_t i = 0; i < entity->descriptor.count; i++) {
        const struct field *field = &entity->descriptor.fields[i];
        if (field_is_shown(field) && field_is_masked(entity, field, role)) return true;
    }
    return false;
}

#endif
