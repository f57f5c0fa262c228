/* Internals shared by the files that implement ddl.h: lists of names, and parts of audit triggers. Texts are in the
 * arena. */
#ifndef SCHEMA_DDL_PARTS_H
#define SCHEMA_DDL_PARTS_H

#include "schema/ddl.h"
#include "schema/ddl_template.h"

/* "SupportTickets" -> "support_tickets", the prefix of the names of the table's indexes and triggers. */
str ddl_snake(struct arena *arena, const struct entity *entity);

typedef bool ddl_field_test(const struct field *field);

bool ddl_is_searched(const struct field *field);
bool ddl_is_watched(const struct field *field); /* a change of it gets an audit entry */
bool ddl_is_audited(const struct field *field); /* the audit log may contain it: it is neither personal nor secret */

/* The quoted names of the fields that pass the test, each with a prefix (`NEW.`), comma-separated. */
str ddl_columns(struct arena *arena, const struct entity *entity, ddl_field_test *test, const char *prefix);

enum operation { OPERATION_INSERT, OPERATION_UPDATE, OPERATION_DELETE, OPERATION_COUNT };

const char *ddl_operation(enum operation operation);        /* "INSERT" */
const char *ddl_operation_suffix(enum operation operation); /* "insert", as part of names */

/* The action of an audit entry, as an SQL expression. `before` and `after` are the names of the rows in it. */
str ddl_audit_action(struct arena *arena, const struct entity *entity, enum operation operation, const char *before,
                     const char *after);

/* A field of `row` in the form used in the audit log; see types.def. */
void ddl_audit_value(struct buf *out, const struct field *field, const char *row, enum dialect dialect);

/* A section of a template without its last line end, to be used as a value in another section. */
str ddl_section(struct arena *arena, const char *file, const char *section);

enum { DDL_LIST_MAX = 64 * 1024 }; /* bytes of a list of columns or of values */

/* Statements that create the objects besides the tables, and statements that drop them again. */
void ddl_sqlite_triggers(struct buf *out);
void ddl_sqlite_drop(struct buf *out);
void ddl_sqlite_search_rebuild(struct buf *out, const struct entity *entity);
void ddl_postgres_search_rebuild(struct buf *out, const struct entity *entity);
void ddl_postgres_triggers(struct buf *out);
void ddl_postgres_drop(struct buf *out);

#endif
