/* Row policies and column masks, written as SQL for both engines from the predicates of rule.h.
 *
 * SQLite has no row policies. Every reader connection belongs to one role and has two TEMP views for each entity: one
 * with a secret name, which selects the rows that the role may read, with masked columns masked; and one with the
 * table's own name, which selects from the first. The authorizer (store/engine/sqlite_open.c) lets base tables be read
 * only from within the secret view, so no query can bypass it.
 *
 * PostgreSQL: tables are in the schema public, belong to boxoffice_owner and have row security, which applies to the
 * owner too. Each role R has a schema boxoffice_R with one view for each entity, named like the table. The views apply
 * the masks. They belong to boxoffice_R_rows, which may read the columns that are not secret and, by its policies, the
 * rows that the role may read. boxoffice_R has rights on its views only; so a query that runs as boxoffice_R requires
 * no WHERE clause about the actor, finds the views under the names of the tables, and cannot bypass them. (Views with
 * the rights of the reading role could not mask: the role would require the right to read the column unmasked.)
 *
 *   boxoffice_owner            owns everything
 *   boxoffice_migrate          a login that is a member of it
 *   boxoffice_app              the login of the server: reads and writes every row, may become every boxoffice_R
 *   boxoffice_R                what queries for role R run as: boxoffice_anonymous, boxoffice_customer, ...
 *   boxoffice_R_rows           owns the views of role R
 *
 * The roles belong to the whole cluster. The login that migrates the first database must have CREATEROLE; after that
 * membership in boxoffice_owner is sufficient. Logins get no password here. If a superuser migrates, the right to call
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

/* PostgreSQL: statements that create the missing roles and then act as the owner. */
void policy_roles(struct buf *out);

/* PostgreSQL: row security, privileges and the schema of each role, after tables and functions are created. At the end
 * stops acting as the owner. */
void policy_rules(struct buf *out);

/* PostgreSQL: drops the schemas of the roles, as the owner, so that the tables can be dropped. */
void policy_rules_drop(struct buf *out);

/* PostgreSQL: grants again what policy_roles() revoked from PUBLIC. The roles are kept, because other databases may use
 * them too. */
void policy_roles_leave(struct buf *out);

#endif
