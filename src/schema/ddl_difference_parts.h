/* Internals shared by the files that implement ddl_difference.h. */
#ifndef SCHEMA_DDL_DIFFERENCE_PARTS_H
#define SCHEMA_DDL_DIFFERENCE_PARTS_H

#include "schema/ddl_difference.h"
#include "schema/ddl_objects.h"

enum ddl_fate {
    FATE_KEPT,
    FATE_NEW,
    FATE_GONE,
    FATE_ALTERED,  /* a table, by ALTER TABLE */
    FATE_REPLACED, /* a function, by CREATE OR REPLACE */
    FATE_REMADE,   /* dropped and created again; a table: rebuilt with its rows */
};

/* An object in the two scripts. */
struct ddl_change {
    const struct ddl_object *was; /* NULL: it is new */
    const struct ddl_object *is;  /* NULL: it is dropped */
    enum ddl_fate fate;
};

struct ddl_comparison {
    struct arena *arena;
    enum dialect dialect;
    struct ddl_objects was, is;
    struct ddl_change *changes; /* the objects of `is` in order, then the dropped ones */
    size_t count;
    struct buf out;
    str obstacle; /* see ddl_difference.h */
    str unknown;  /* the statement of an object whose change is not supported; STR_NONE: none */
};

/* The change of a table by its name, NULL when neither script has it. */
const struct ddl_change *ddl_change_of(const struct ddl_comparison *comparison, str table);

/* Records that existing rows would have no value for this column. */
void ddl_obstacle(struct ddl_comparison *comparison, str table, str column);

/* How a table that differs is changed: FATE_KEPT when only the order of its lines differs. */
enum ddl_fate ddl_sqlite_table_fate(const struct ddl_change *change);
enum ddl_fate ddl_postgres_table_fate(const struct ddl_change *change);

/* Whether an unchanged object must be recreated because `other` changes. */
bool ddl_sqlite_depends(const struct ddl_change *change, const struct ddl_change *other);
bool ddl_postgres_depends(const struct ddl_change *change, const struct ddl_change *other);

/* Writes the statements that change a table and keep its rows. */
void ddl_sqlite_alter(struct ddl_comparison *comparison, const struct ddl_change *change);
void ddl_postgres_alter(struct ddl_comparison *comparison, const struct ddl_change *change);

/* PostgreSQL: writes the statements before and after all others. */
void ddl_postgres_enter(struct ddl_comparison *comparison);
void ddl_postgres_leave(struct ddl_comparison *comparison);

#endif
