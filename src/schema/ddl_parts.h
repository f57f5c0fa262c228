/* What the files behind ddl.h share: names, fields that a statement is about, and parts of audit triggers. */
#ifndef SCHEMA_DDL_PARTS_H
#define SCHEMA_DDL_PARTS_H

#include "schema/ddl.h"

/* The quoted name of a trigger, index or function that belongs to a table: "support_tickets" and the suffix. */
void ddl_name(struct buf *out, const struct entity *entity, const char *suffix);

typedef bool ddl_field_test(const struct field *field);

bool ddl_is_searched(const struct field *field);
bool ddl_is_watched(const struct field *field); /* a change of it is a change worth an entry */
bool ddl_is_audited(const struct field *field); /* what the audit log may keep: nothing about a person, no secret */

/* The quoted names of the fields that pass, each with a prefix (`NEW.`), comma-separated. */
void ddl_columns(struct buf *out, const struct entity *entity, ddl_field_test *test, const char *prefix);

enum operation { OPERATION_INSERT, OPERATION_UPDATE, OPERATION_DELETE, OPERATION_COUNT };

const char *ddl_operation(enum operation operation); /* "INSERT" */

/* The quoted name of a trigger for one operation: "bookings_audit_insert". */
void ddl_operation_name(struct buf *out, const struct entity *entity, const char *purpose, enum operation operation);

#define DDL_AUDIT_COLUMNS                                                                                              \
    "\"actorId\", \"actorRole\", \"requestId\", \"action\", \"resource\", \"resourceId\", \"resourceVersion\", "       \
    "\"before\", \"after\", \"createdAt\", \"updatedAt\""

/* The action that an entry names, as an expression. `before` and `after` are what the rows are called in it. */
void ddl_audit_action(struct buf *out, const struct entity *entity, enum operation operation, const char *before,
                      const char *after);

/* A field of `row` as the audit log keeps it; see type_words. */
void ddl_audit_value(struct buf *out, const struct field *field, const char *row, enum dialect dialect);

/* What stands after the tables, and what removes it again, as statements. */
void ddl_sqlite_triggers(struct buf *out);
void ddl_sqlite_search_rebuild(struct buf *out, const struct entity *entity);
void ddl_postgres_search_rebuild(struct buf *out, const struct entity *entity);
void ddl_postgres_functions(struct buf *out);
void ddl_postgres_triggers(struct buf *out);
void ddl_postgres_drop(struct buf *out);

#endif
