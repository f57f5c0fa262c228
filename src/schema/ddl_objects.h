/* Reads a schema script (written by ddl_schema(), or saved as migrations/schema.*.sql) as the list of the objects that
 * its statements create. Only scripts in exactly this format can be read: one statement for each object, which begins
 * as written by ddl_*.c and ends with a semicolon at the end of a line; in a table, one line for each column and
 * constraint. */
#ifndef SCHEMA_DDL_OBJECTS_H
#define SCHEMA_DDL_OBJECTS_H

#include "base/arena.h"
#include "base/err.h"
#include "schema/schema.h"

enum ddl_kind {
    DDL_TABLE,
    DDL_SEARCH, /* a virtual table for full-text search */
    DDL_INDEX,
    DDL_FUNCTION,
    DDL_TRIGGER,
    DDL_SECURITY, /* row security of a table */
    DDL_POLICY,
    DDL_GRANT,
    DDL_ROW, /* a row that every database contains */
    DDL_KIND_COUNT
};

/* All slices point into the script. */
struct ddl_object {
    enum ddl_kind kind;
    str name;  /* with quotes; functions: with parameters; grants and rows: the whole statement */
    str table; /* the table that it is or belongs to, with quotes; STR_NONE: none */
    str text;  /* the statement without its semicolon */
};

struct ddl_objects {
    str roles; /* PostgreSQL: the statements before the first table, which create the roles */
    struct ddl_object *list;
    size_t count;
    str schemas; /* PostgreSQL: the statements that create the schema of each role */
};

/* ERR_INVALID when a statement has an unknown form; *ret_reason then quotes its beginning. */
MUST_CHECK err ddl_objects_read(struct arena *arena, str script, str *ret_reason, struct ddl_objects *ret_objects);

/* The object of the same kind and name, NULL when there is none. */
const struct ddl_object *ddl_objects_find(const struct ddl_objects *objects, const struct ddl_object *object);

/* Whether `text` contains `name` (with or without its quotes) as a whole word. */
bool ddl_mentions(str text, str name);

/* The first place of `part` in `text`, or text.n. */
size_t ddl_find(str text, const char *part);

/* "Events" without its quotes. */
str ddl_unquoted(str name);

enum { DDL_CONSTRAINTS_MAX = 2 * FIELDS_MAX };

struct ddl_column {
    str name; /* with its quotes */
    str type;
    str key; /* "PRIMARY KEY" and what follows; STR_NONE: it is not the key */
    bool not_null;
    bool computed;     /* by the engine, from other columns */
    str default_value; /* STR_NONE: none */
    str references;    /* what follows REFERENCES; STR_NONE: it is not a reference */
    str text;          /* the whole definition */
};

struct ddl_constraint {
    str name;
    str text; /* "CONSTRAINT ..." */
};

struct ddl_table {
    str name;
    struct ddl_column columns[FIELDS_MAX];
    size_t column_count;
    struct ddl_constraint constraints[DDL_CONSTRAINTS_MAX];
    size_t constraint_count;
};

/* The columns and constraints of an object of kind DDL_TABLE. */
struct ddl_table ddl_table_read(const struct ddl_object *object);

/* NULL when the table has none of this name. */
const struct ddl_column *ddl_table_column(const struct ddl_table *table, str name);
const struct ddl_constraint *ddl_table_constraint(const struct ddl_table *table, str name);

#endif
