/* Names of the SQL dialects in file names and on the command line, as in Sequelize. */
#ifndef OPS_DIALECT_H
#define OPS_DIALECT_H

#include "schema/ddl.h"
#include "schema/settings.h"

str dialect_name(enum dialect dialect);

/* Finds a dialect by its name or by the alias that Sequelize or libpq has for it. False when there is none. */
bool dialect_find(str name, enum dialect *ret_dialect);

#endif
