/* Row policies: which rows of an entity a role may read or change, and who owns a row. They are declared in
 * entities.def (OWNER, RULE) and implemented in two equivalent forms: rule_holds() evaluates one on rows in memory,
 * rule_sql() writes it as SQL for either engine. No other code interprets a predicate, so a new kind of predicate, or a
 * condition that applies to every rule (a tenant), is one line in each of these two functions. store_rule_test checks
 * that both forms agree. */
#ifndef SCHEMA_RULE_H
#define SCHEMA_RULE_H

#include "base/buf.h"
#include "schema/schema.h"

/* The predicate of the rows on which a role may act; NULL: none. ROLE_SYSTEM may act on every row. */
const struct predicate *entity_rule(const struct entity *entity, enum action action, enum role role);

/* Whether a role may act on every row of an entity. */
bool role_acts_on_all(const struct entity *entity, enum action action, enum role role);

/* Whether the rows of an entity that a role may read are exactly those that belong to the actor. */
bool role_reads_own_only(const struct entity *entity, enum role role);

/* The owner of a row; 0: it has none, or only the row that it refers to has one (a payment: its booking). */
int64_t row_owner(const struct row *row);

/* Whether a predicate holds for a row and an actor (0: not signed in). `parent` is the row that predicate->via points
 * to; NULL: there is no such row, or the predicate has no `via`. Without a predicate (NULL) no row passes. */
bool rule_holds(const struct predicate *predicate, const struct row *row, const struct row *parent, int64_t actor_id);

/* The same as an SQL expression that uses actor_id(). `row` is the quoted name or the alias of the row's table;
 * `schema` is the prefix for the names of other tables ("main." or ""). */
void rule_sql(struct buf *out, const struct predicate *predicate, const char *row, const char *schema);

/* Whether the expression is a semi-join, so that the engine can start from the few rows of the other table. */
bool rule_is_join(const struct predicate *predicate);

/* The predicate in words, for docs/SCHEMA.md: "rows whose `userId` is the actor". */
void rule_describe(struct buf *out, const struct predicate *predicate);

#endif
