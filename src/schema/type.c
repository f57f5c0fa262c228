/* See type.h. */
#include "schema/type.h"

enum { OPTIONAL, ALWAYS };
enum { UNORDERED, ORDERED };

/* clang-format off */
#define TYPE(symbol, kind, always, ordered, name, title, sqlite, sqlite_audit, postgres, postgres_audit, array, last, \
             sequelize, json, format, example) \
    [TYPE_##symbol] = {KIND_##kind, always, ordered, name, title, {{sqlite, sqlite_audit}, {postgres, postgres_audit}}, \
                       array, last, sequelize, json, format, example},
/* clang-format on */

const struct type_row type_rows[TYPE_COUNT] = {
#include "schema/types.def"
};
