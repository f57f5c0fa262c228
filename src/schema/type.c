/* See type.h. */
#include "schema/type.h"

enum { OPTIONAL, ALWAYS };
enum { UNORDERED, ORDERED };

/* clang-format off */
#define TYPE(symbol, kind, always, ordered, name, title, sqlite, sqlite_audit, sqlite_check, postgres, postgres_audit, \
             postgres_check, length_max, array, sequelize, json, format, example) \
    [TYPE_##symbol] = {KIND_##kind, always, ordered, name, title, \
                       {{sqlite, sqlite_audit, sqlite_check}, {postgres, postgres_audit, postgres_check}}, \
                       length_max, array, sequelize, json, format, example},
/* clang-format on */

const struct type_row type_rows[TYPE_COUNT] = {
#include "schema/types.def"
};
