/* Derives the statements that change a database from one schema script (see ddl.h) to another, for one transaction. Up
 * and down of a migration are this difference in the two directions.
 *
 * Objects are compared by name and text. Objects that differ are dropped and created again; functions are replaced if
 * their parameters and results stay the same. Rows of tables are kept: PostgreSQL alters the table; SQLite adds or
 * drops columns, and for any other change creates a new table, copies the rows with their ids and the id sequence, and
 * gives it the old name. For that, foreign keys must be off on SQLite (store_script() and config/script.js ensure it);
 * no trigger runs. Objects that depend on a changed one (indexes, triggers, policies, grants, the schemas of the roles)
 * are recreated with it, and a full-text index is rebuilt when its columns changed. */
#ifndef SCHEMA_DDL_DIFFERENCE_H
#define SCHEMA_DDL_DIFFERENCE_H

#include "schema/ddl.h"

struct ddl_difference {
    str sql; /* empty: the scripts do not differ */
    /* Why the change is impossible for tables with rows, for a message; STR_NONE: it is possible. The statements then
     * work on empty tables only. */
    str obstacle;
    str losses; /* dropped tables and columns, whose values are lost: "Events.imageLink, Vouchers"; empty: none */
};

/* ERR_INVALID, with *ret_reason, when one of the scripts cannot be read or their difference contains a change that is
 * not supported. */
MUST_CHECK err ddl_difference(struct arena *arena, enum dialect dialect, const str scripts[2], str *ret_reason,
                              struct ddl_difference *ret_difference);

#endif
