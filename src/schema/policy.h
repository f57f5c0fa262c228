/* Row policies and column masks, written as SQL for both engines from the predicates of rule.h.
 *
 * SQLite has no policies of its own. Every reader connection belongs to one role; on it a TEMP view with a secret name
 * holds, for each entity, the rows that the role may read with masked columns masked, and a second view with the
 * table's own name reads the first. The authorizer (store/engine/sqlite.c) lets base tables be read only from within
 * the secret view, so no query can bypass it.
 *
 * PostgreSQL: tables stand in schema public, belong to boxoffice_owner and have row security that holds for the owner
 * too. For each role R there is a schema boxoffice_R with one view for each entity, named like the table. The views
 * mask, and belong to boxoffice_R_rows, which has the columns that are not secret and, by its policies, the rows that
 * the role may read. boxoffice_R has nothing but its views; so a query that runs as boxoffice_R requires no WHERE
 * clause about the actor, finds the views under the names of the tables, and cannot bypass them. (Views with the rights
 * of the reading role could not mask: it would need the right to read the column in clear.)
 *
 *   boxoffice_owner            owns everything
 *   boxoffice_migrate          a login that is a member of it
 *   boxoffice_app              the login of the server: reads and writes every row, may become every boxoffice_R
 *   boxoffice_R                what queries for role R run as: boxoffice_anonymous, boxoffice_customer, ...
 *   boxoffice_R_rows           owns the views of role R
 *
 * The roles belong to the whole cluster. The login that migrates the first database must have CREATEROLE, after that
 * membership in boxoffice_owner is enough. Logins get no password here. If a superuser migrates, the right to call
 * set_config() and pg_notify() is revoked from PUBLIC, so that no query can change the actor. */
#ifndef SCHEMA_POLICY_H
#define SCHEMA_POLICY_H

#include "base/buf.h"
#include "schema/ddl.h"
#include "schema/schema.h"

/* What a role sees of an entity's columns, under their own names, as a list; the row is called r. */
void policy_columns(struct buf *out, const struct entity *entity, enum role role, enum dialect dialect);

/* SQLite: the two CREATE TEMP VIEW statements of an entity. `secret` is an unguessable name without quotes. */
void policy_views(struct buf *out, const struct entity *entity, enum role role, str secret);

/* PostgreSQL: statements that create the missing roles and continue as the owner. */
void policy_roles(struct buf *out);

/* PostgreSQL: row security, privileges and the schema of each role, after tables and functions are created. Ends the
 * work as the owner. */
void policy_rules(struct buf *out);

/* PostgreSQL: drops the schemas of the roles, as the owner, so that the tables can be dropped. */
void policy_rules_drop(struct buf *out);

/* PostgreSQL: grants again what policy_roles() revoked from PUBLIC. The roles stay, other databases may use them too.
 */
void policy_roles_leave(struct buf *out);

#endif
