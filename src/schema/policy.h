/* Row rules and masks, rendered for both engines from one predicate text for each rule.
 *
 * SQLite has no policies of its own. Every reader connection belongs to one role; on it a TEMP view with a secret name
 * holds, for each entity, the rows that the role may read with masked columns masked, and a second view with the
 * table's own name reads the first. The authorizer (store/engine/sqlite.c) lets base tables be read only from within
 * the secret view, so no text of a query can go around it.
 *
 * PostgreSQL: tables stand in schema public, belong to boxoffice_owner and have row security that holds for the owner
 * too. For each role R there is a schema boxoffice_R with one view for each entity, named like the table. The views
 * mask, and belong to boxoffice_R_rows, which has the columns that are not secret and, by its policies, the rows that
 * the role may read. boxoffice_R has nothing but its views; so a query that runs as boxoffice_R needs no WHERE clause
 * about who asks, finds the views under the tables' names, and cannot go around them. (Views with the rights of whoever
 * reads them could not mask: the reader would need the column in clear.)
 *
 *   boxoffice_owner            owns everything
 *   boxoffice_migrate          a login that is a member of it
 *   boxoffice_app              the login of the server: reads and writes every row, may become every boxoffice_R
 *   boxoffice_R                what queries for role R run as: boxoffice_anonymous, boxoffice_customer, ...
 *   boxoffice_R_rows           owns the views of role R
 *
 * The roles belong to the whole cluster; whoever migrates the first database needs CREATEROLE, after that membership in
 * boxoffice_owner is enough. Logins get no password here. When a superuser migrates, set_config() and pg_notify() are
 * taken from everybody else in the database, so that no text of a query can change who asks. */
#ifndef SCHEMA_POLICY_H
#define SCHEMA_POLICY_H

#include "base/buf.h"
#include "schema/ddl.h"
#include "schema/schema.h"

/* The predicate of a rule with {row} and {Table} filled in: `row` is a quoted name or alias, `schema` goes before table
 * names ("main." or ""). Writes FALSE where there is no rule. */
void policy_predicate(struct buf *out, const char *predicate, const char *row, const char *schema);

/* Whose row a rule lets through, where that is all it says: the person in `person` of the row itself, or of the row of
 * another entity that `via` refers to. */
struct ownership {
    const struct field *via; /* NULL: the row itself */
    const struct field *person;
};

/* Reads it off the predicate, of which there are two forms: {row}."F" = actor_id(), and {row}."F" IN (SELECT x."id"
 * FROM {T} x WHERE x."P" = actor_id()). False for any other: then only the engine can tell. */
bool policy_ownership(const struct entity *entity, const char *predicate, struct ownership *ret_ownership);

/* What a role sees of an entity's columns, under their own names, as a list; the row is called r. */
void policy_columns(struct buf *out, const struct entity *entity, enum role role, enum dialect dialect);

/* SQLite: the two CREATE TEMP VIEW statements of an entity. `secret` is unguessable, without quotes. */
void policy_views(struct buf *out, const struct entity *entity, enum role role, str secret);

/* PostgreSQL, as statements. First the roles that are missing; from there on the owner works. */
void policy_roles(struct buf *out);

/* When tables and functions are there: row security, privileges, and the schema of each role. Gives back the rights of
 * whoever migrates. */
void policy_rules(struct buf *out);

/* Removes the schemas of the roles, as the owner, so that the tables can go. */
void policy_rules_drop(struct buf *out);

/* The last of it: what was taken from everybody is given back. The roles stay, other databases may have them too. */
void policy_roles_leave(struct buf *out);

#endif
