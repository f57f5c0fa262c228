/* Row rules and masks as views, for engines that have no policies of their own. Every reader connection belongs to one
 * role; on it a TEMP view with a secret name holds, for each entity, the rows that the role may read with masked
 * columns masked, and a second view with the table's own name reads the first. The authorizer (store/sqlite.c) lets
 * base tables be read only from within the secret view, so no text of a query can go around it. */
#ifndef SCHEMA_POLICY_H
#define SCHEMA_POLICY_H

#include "base/buf.h"
#include "schema/schema.h"

/* The two CREATE TEMP VIEW statements of an entity. `secret` is unguessable, without quotes. */
void policy_views(struct buf *out, const struct entity *entity, enum role role, str secret);

/* The predicate of a rule with {row} and {Table} filled in: `row` is a quoted name or alias, `schema` goes before table
 * names ("main." or ""). Writes FALSE where there is no rule. */
void policy_predicate(struct buf *out, const char *predicate, const char *row, const char *schema);

#endif
