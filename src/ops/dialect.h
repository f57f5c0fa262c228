/* What the SQL dialects are called outside: in names of files and on the command line, with the words of Sequelize. */
#ifndef OPS_DIALECT_H
#define OPS_DIALECT_H

#include "schema/ddl.h"
#include "schema/settings.h"

str dialect_name(enum dialect dialect);

/* By its name, or by the other one that Sequelize and libpq know it by. False when no dialect has this name. */
bool dialect_find(str name, enum dialect *ret_dialect);

#endif
