/* What the files behind ddl.h share: lists of names, and parts of audit triggers. Texts are in the arena. */
#ifndef SCHEMA_DDL_PARTS_H
#define SCHEMA_DDL_PARTS_H

#include "schema/ddl.h"
#include "schema/ddl_template.h"

/* "SupportTickets" -> "support_tickets", which begins the names of what belongs to the table. */
str ddl_snake(struct arena *arena, const struct entity *entity);

typedef bool ddl_field_test(const struct field *field);

bool ddl_is_searched(const struct field *field);
bool ddl_is_watched(const struct field *field); /* a change of it is a change worth an entry */
bool ddl_is_audited(const struct field *field); /* what the audit log may keep: nothing about a person, no secret */

/* The quoted names of the fields that pass, each with a prefix (`NEW.`), comma-separated. */
str ddl_columns(struct arena *arena, const struct entity *entity, ddl_field_test *test, const char *prefix);

enum operation { OPERATION_INSERT, OPERATION_UPDATE, OPERATION_DELETE, OPERATION_COUNT };

const char *ddl_operation(enum operation operation);        /* "INSERT" */
const char *ddl_operation_suffix(enum operation operation); /* "insert", as it stands in names */

/* The action that an entry names, as an expression. `before` and `after` are what the rows are called in it. */
str ddl_audit_action(struct arena *arena, const struct entity *entity, enum operation operation, const char *before,
                     const char *after);

/* A field of `row` as the audit log keeps it; see types.def. */
void ddl_audit_value(struct buf *out, const struct field *field, const char *row, enum dialect dialect);

/* A section of a template without its last line end, for a value of another. */
str ddl_section(struct arena *arena, const char *file, const char *section);

enum { DDL_LIST_MAX = 64 * 1024 }; /* bytes of a list of columns or of values */

/* What stands after the tables, and what removes it again, as statements. */
void ddl_sqlite_triggers(struct buf *out);
void ddl_sqlite_search_rebuild(struct buf *out, const struct entity *entity);
void ddl_postgres_search_rebuild(struct buf *out, const struct entity *entity);
void ddl_postgres_triggers(struct buf *out);
void ddl_postgres_drop(struct buf *out);

#endif
