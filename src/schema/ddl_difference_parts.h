/* What the files behind ddl_difference.h share. */
#ifndef SCHEMA_DDL_DIFFERENCE_PARTS_H
#define SCHEMA_DDL_DIFFERENCE_PARTS_H

#include "schema/ddl_difference.h"
#include "schema/ddl_objects.h"

enum ddl_fate {
    FATE_KEPT,
    FATE_NEW,
    FATE_GONE,
    FATE_ALTERED,  /* a table, in its place */
    FATE_REPLACED, /* a function, in its place */
    FATE_REMADE,   /* dropped and made again; a table: built anew with its rows */
};

/* One object in both scripts. */
struct ddl_change {
    const struct ddl_object *was; /* NULL: it is new */
    const struct ddl_object *is;  /* NULL: it is gone */
    enum ddl_fate fate;
};

struct ddl_comparison {
    struct arena *arena;
    enum dialect dialect;
    struct ddl_objects was, is;
    struct ddl_change *changes; /* those of `is` in order, then what is gone */
    size_t count;
    struct buf out;
    str obstacle; /* see ddl_difference.h */
    str unknown;  /* a difference that has no known statement; STR_NONE: none */
};

/* The change of a table by its name, NULL when neither script has it. */
const struct ddl_change *ddl_change_of(const struct ddl_comparison *comparison, str table);

/* Notes that rows that exist could not have a value for this column. */
void ddl_obstacle(struct ddl_comparison *comparison, str table, str column);

/* How a table that differs is changed: FATE_KEPT when only the order of its lines differs. */
enum ddl_fate ddl_sqlite_table_fate(const struct ddl_change *change);
enum ddl_fate ddl_postgres_table_fate(const struct ddl_change *change);

/* Whether a kept object has to be made anew because `other` changes. */
bool ddl_sqlite_depends(const struct ddl_change *change, const struct ddl_change *other);
bool ddl_postgres_depends(const struct ddl_change *change, const struct ddl_change *other);

/* The statements that change a table and keep its rows. */
void ddl_sqlite_alter(struct ddl_comparison *comparison, const struct ddl_change *change);
void ddl_postgres_alter(struct ddl_comparison *comparison, const struct ddl_change *change);

/* PostgreSQL: what stands before and behind all other statements. */
void ddl_postgres_enter(struct ddl_comparison *comparison);
void ddl_postgres_leave(struct ddl_comparison *comparison);

#endif
