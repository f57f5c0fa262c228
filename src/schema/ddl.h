/* The schema as SQL of both dialects, derived from the descriptors: tables parents first, indexes, full text, and the
 * triggers that maintain versions, the audit log and the full-text index for every client. Triggers and checks use no
 * functions of this process, so stock clients can write too.
 *
 * Types have the names that Sequelize 6 creates, because its clients decide by the declared type how a value is read.
 * So sync() of the models that sequelize.h writes gives the same columns, keys and indexes.
 *
 * The text is constant: it holds names of the schema only, never input. A statement ends at a
 * semicolon at the end of a line, except inside a body in $$; ddl_objects.h reads it back by that.
 *
 * Names: table "SupportTickets"; index support_tickets_user_id; check support_ticket_status; triggers bookings_version,
 * bookings_audit_insert, ..., events_search_insert, ...; full text "EventsSearch". On PostgreSQL that is a table and a
 * function "EventsSearch"(words) that gives ids as "found" and how well they match as "rank", the best the lowest;
 * besides there are the roles and schemas of policy.h, and "PeopleEpochs": one number that every update or delete of
 * users or sessions raises, by any client, with a notification on the channel boxoffice_people:
 *     <number> users <id> <id> ...      <number> sessions <id> ...      <number> all
 * The scripts for PostgreSQL must run in one transaction, which the caller begins and ends. */
#ifndef SCHEMA_DDL_H
#define SCHEMA_DDL_H

#include "base/buf.h"
#include "schema/schema.h"

/* What stands for "no value" where rows are sorted: before or behind everything the type can hold, the same on every
 * engine. */
const char *ddl_nothing(enum type type, enum dialect dialect);

/* A field's default as SQL literal. Bounds: field->default_text is not NULL. */
void ddl_default(struct buf *out, const struct field *field, enum dialect dialect);

/* The condition that an enumeration's column holds one of its texts. */
void ddl_enum_check(struct buf *out, const struct field *field);

/* What a reference does when its parent goes: "CASCADE", "SET NULL" or "RESTRICT". */
const char *ddl_on_delete(const struct field *field);

/* Name of the index over one field ("event_categories_event_id"); in the buffer. */
void ddl_index_name(struct buf *out, const struct entity *entity, const struct field *field);

/* Statements that make the whole schema in an empty database. On SQLite AuditContexts gets its one row, id 1. */
void ddl_schema(struct buf *out, enum dialect dialect);

/* Statements that make full text anew from the rows, for one transaction. */
void ddl_search_rebuild(struct buf *out, enum dialect dialect);

/* Statements that remove it, children first. */
void ddl_drop(struct buf *out, enum dialect dialect);

#endif
