/* The statements that take a database from one schema script (see ddl.h) to another, for one transaction. Up and down
 * of a migration are the same difference, read in both directions.
 *
 * Objects are compared by name and text. What differs is dropped and made anew; functions are replaced where their
 * parameters and results stay the same. Rows of tables are kept: PostgreSQL alters the table, SQLite adds or drops
 * columns, and for any other change builds a new table, copies the rows with their ids and the id sequence, and gives
 * it the old name. For that, foreign keys have to be off on SQLite (store_script() and config/script.js see to it); no
 * trigger runs. What depends on a changed object (indexes, triggers, policies, grants, the schemas of the roles) is
 * made anew with it, and full text is filled again when its columns changed. */
#ifndef SCHEMA_DDL_DIFFERENCE_H
#define SCHEMA_DDL_DIFFERENCE_H

#include "schema/ddl.h"

struct ddl_difference {
    str sql; /* empty: nothing differs */
    /* Why a database with rows cannot take it, as a sentence; STR_NONE: it can. The statements then work on empty
     * tables only. */
    str obstacle;
    str losses; /* tables and columns that are dropped with their values: "Events.imageLink, Vouchers"; empty: none */
};

/* ERR_INVALID when one of the scripts cannot be read, or differs in something that has no known statement; *ret_reason
 * says what. */
MUST_CHECK err ddl_difference(struct arena *arena, enum dialect dialect, const str scripts[2], str *ret_reason,
                              struct ddl_difference *ret_difference);

#endif
