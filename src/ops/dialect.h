/* What the SQL dialects are called outside: in names of files and on the command line, with the words of Sequelize. */
#ifndef OPS_DIALECT_H
#define OPS_DIALECT_H

#include "schema/ddl.h"

/* The dialect of the store that is built in. */
#define DIALECT_OWN DIALECT_SQLITE

str dialect_name(enum dialect dialect);

/* False when no dialect has this name. */
bool dialect_find(str name, enum dialect *ret_dialect);

#endif
