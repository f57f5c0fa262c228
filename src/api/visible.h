/* What a role may see, read off the descriptors: the same rules that the engine enforces on readers (schema/policy.h),
 * for what happens before and after a query. */
#ifndef API_VISIBLE_H
#define API_VISIBLE_H

#include "schema/schema.h"

/* Whether clients know the field at all. */
static inline bool field_shown(const struct field *field)
{
    return !(field->flags & HIDDEN) && field->privacy != PRIVACY_SECRET;
}

/* Whether every row of the entity that the role may read is the actor's own. */
static inline bool only_own_rows(const struct entity *entity, enum role role)
{
    const char *rule = entity_rule(entity, ACTION_READ, role);
    return rule && entity->owner && str_is(str_of(rule), entity->owner);
}

/* Whether the role sees the field masked in some row. */
static inline bool field_masked(const struct entity *entity, const struct field *field, enum role role)
{
    return field->privacy == PRIVACY_PERSONAL && role < field->clear && !only_own_rows(entity, role);
}

#endif
