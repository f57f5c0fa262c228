/* The types of fields: types.def as an enum and a table. */
#ifndef SCHEMA_TYPE_H
#define SCHEMA_TYPE_H

#include "base/str.h"

enum dialect { DIALECT_SQLITE, DIALECT_POSTGRES, DIALECT_COUNT };

enum type {
#define TYPE(symbol, ...) TYPE_##symbol,
#include "schema/types.def"
#undef TYPE
    TYPE_COUNT
};

/* How values are represented in C, in JSON and in columns. There is one set of conversions per kind. */
enum value_kind { KIND_INTEGER, KIND_BOOL, KIND_MONEY, KIND_TIME, KIND_ENUM, KIND_TEXT };

/* The member of a struct for a field of each type: MEMBER_MONEY is int64_t. */
#define KIND_MEMBER_INTEGER     int64_t
#define KIND_MEMBER_BOOL        int64_t
#define KIND_MEMBER_MONEY       int64_t
#define KIND_MEMBER_TIME        int64_t
#define KIND_MEMBER_ENUM        int64_t
#define KIND_MEMBER_TEXT        str
#define TYPE(symbol, kind, ...) typedef KIND_MEMBER_##kind MEMBER_##symbol;
#include "schema/types.def"
#undef TYPE

/* The columns of types.def. */
struct type_row {
    enum value_kind kind;
    bool always;
    bool ordered;
    const char *name;
    const char *title;
    struct {
        const char *sql;
        const char *audit;
        const char *check; /* NULL: the declared type ensures it */
    } in[DIALECT_COUNT];
    int64_t length_max;
    const char *array;
    const char *sequelize;
    const char *json;
    const char *format;
    const char *example;
};

extern const struct type_row type_rows[TYPE_COUNT];

static inline const struct type_row *type_row(enum type type)
{
    return &type_rows[type];
}

static inline bool type_is_text(enum type type)
{
    return type >= TYPE_STRING;
}

#endif
