/* Row policies: which rows of an entity a role may read or change, and to which person a row belongs. They are declared
 * in entities.def (OWNER, RULE) and are the same in two forms: rule_holds() evaluates one on rows in memory, rule_sql()
 * writes it for either engine. Nothing else interprets a predicate, so a new kind of predicate, or a condition that
 * holds for every rule (a tenant), is one line in each of these two functions. store_rule_test proves that both forms
 * agree. */
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

/* The person that a row belongs to; 0: none, or only the row that it refers to says so (a payment: its booking). */
int64_t row_owner(const struct row *row);

/* Whether a predicate holds for a row and an actor (0: not signed in). `parent` is the row that predicate->via leads
 * to; NULL: there is no such row, or the predicate has no `via`. No row passes if the predicate is NULL. */
bool rule_holds(const struct predicate *predicate, const struct row *row, const struct row *parent, int64_t actor_id);

/* The same as an SQL expression that uses actor_id(). `row` is the quoted name or alias of the row's table, `schema`
 * is written before the names of other tables ("main." or ""). */
void rule_sql(struct buf *out, const struct predicate *predicate, const char *row, const char *schema);

/* Whether the expression is a semi-join, which the engine can begin with the few rows of the other table. */
bool rule_is_join(const struct predicate *predicate);

/* The predicate in words, for docs/SCHEMA.md: "rows whose `userId` is the actor". */
void rule_describe(struct buf *out, const struct predicate *predicate);

#endif
