/* See dialect.h. */
#include "ops/dialect.h"

#include "base/check.h"

static const char *const names[DIALECT_COUNT] = {[DIALECT_SQLITE] = "sqlite", [DIALECT_POSTGRES] = "postgres"};

str dialect_name(enum dialect dialect)
{
    CHECK(dialect < DIALECT_COUNT);
    return str_of(names[dialect]);
}

bool dialect_find(str name, enum dialect *ret_dialect)
{
    if (str_is(name, "postgresql")) name = dialect_name(DIALECT_POSTGRES);
    for (size_t i = 0; i < DIALECT_COUNT; i++) {
        if (!str_is(name, names[i])) continue;
        *ret_dialect = (enum dialect)i;
        return true;
    }
    return false;
}
