/* The schema as SQL of both dialects, derived from the descriptors: tables (parents first), indexes, full-text search,
 * and the triggers that maintain versions, the audit log and the full-text index for every client. Triggers and checks
 * call no functions of this process, so other clients can write too.
 *
 * Types have the names that Sequelize 6 creates, because its clients decide by the declared type how a value is read.
 * So sync() of the models written by sequelize.h creates the same columns, keys and indexes.
 *
 * The text is constant: it contains names of the schema only, never input. A statement ends at a semicolon at the end
 * of a line, except inside a body in $$; ddl_objects.h relies on that to read it back.
 *
 * Names: table "SupportTickets"; index support_tickets_user_id; check support_ticket_status (entity and field);
 * triggers bookings_version, bookings_audit_insert, ..., events_search_insert, ...; full text "EventsSearch". On
 * PostgreSQL that is a table, and a function "EventsSearch"(words) that returns ids as "found" and their rank as
 * "rank", the lowest being the best match. In addition there is "PeopleEpochs": one number that is incremented by every
 * update or delete of users or sessions, by any client. PostgreSQL also has the roles and schemas of policy.h, and
 * notifies of that number on the channel boxoffice_people: <number> users <id> <id> ...      <number> sessions <id> ...
 * <number> all The scripts for PostgreSQL must run in one transaction, which the caller begins and ends. */
#ifndef SCHEMA_DDL_H
#define SCHEMA_DDL_H

#include "base/buf.h"
#include "schema/schema.h"

/* A field's default as an SQL literal. Bounds: field->default_text is not NULL. */
void ddl_default(struct buf *out, const struct field *field, enum dialect dialect);

/* The condition that a column contains a value that this program reads back, within the limits of the field: a check of
 * the table, and of `boxoffice verify`. NULL, or null in it, passes. False, and nothing written: the declared type
 * ensures it. Bounds: the limits of a text apply if a client may set it; a text of the server has those of its type. */
bool ddl_check(struct buf *out, const struct field *field, enum dialect dialect);

/* The entity with the check that a message of the engine names, and the condition of the check in `out`. NULL: the
 * message names no check of a declared table. */
const struct entity *ddl_check_named(struct buf *out, str message, enum dialect dialect);

/* Deleted rows stay in their table and must not keep their unique values. So where a unique index covers a table whose
 * rows are marked as deleted, its last column is "deletedId": 0, or the id of the row once it is deleted. The engine
 * computes it, for every client, and an index over whole columns is one that ON CONFLICT (upserts of Sequelize) finds.
 * Returns its definition without the name, as both engines and Sequelize write it; NULL: the table has none. */
const char *ddl_deleted_id(const struct entity *entity, enum dialect dialect);

/* Whether the index over a field, which has the flag UNIQUE, covers "deletedId", too. */
bool ddl_covers_deleted_id(const struct entity *entity, const struct field *field);

/* What happens to a reference when its parent is deleted: "CASCADE", "SET NULL" or "RESTRICT". */
const char *ddl_on_delete(const struct field *field);

/* Name of the index over one field ("event_categories_event_id"); in the buffer. */
void ddl_index_name(struct buf *out, const struct entity *entity, const struct field *field);

/* Statements that create the whole schema in an empty database. On SQLite AuditContexts gets its one row, id 1. */
void ddl_schema(struct buf *out, enum dialect dialect);

/* Statements that rebuild the full-text indexes from the rows, for one transaction. */
void ddl_search_rebuild(struct buf *out, enum dialect dialect);

/* Statements that drop the whole schema, children first. */
void ddl_drop(struct buf *out, enum dialect dialect);

#endif
