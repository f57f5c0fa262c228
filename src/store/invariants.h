/* Invariants of every committed state, as queries that count violations. They recompute everything from the rows
 * themselves, so they also find damage done by other clients of the database. */
#ifndef STORE_INVARIANTS_H
#define STORE_INVARIANTS_H

#include "base/arena.h"
#include "schema/ddl.h"

/* The tables that a rule applies to. */
enum invariant_tables {
    INVARIANT_ONE_QUERY, /* one query for the whole database */
    AUDITED_TABLES,
    SEARCHED_TABLES,
    ALL_TABLES,
    REFERRING_TABLES,
};

enum { INVARIANT_ANY_DIALECT = DIALECT_COUNT };

/* A row of store/invariants.def or of a table of a higher layer. `sql` may have names in braces (invariants.def). */
struct invariant_rule {
    const char *name;
    int dialect; /* or INVARIANT_ANY_DIALECT */
    enum invariant_tables tables;
    const char *doc, *sql;
};

struct invariant {
    const char *name;
    const char *doc;
    const struct entity *entity; /* the table it checks; NULL: several */
    const char *sql;             /* returns the number of violations; for store_number() */
};

enum { INVARIANTS_MAX = 256 };

/* The rules of the store, then the caller's `rules`, as queries in a dialect; returns their number. `now` is the
 * current time as an SQL expression; NULL: the engine's clock. The texts are in the arena. */
size_t invariants_of(enum dialect dialect, const char *now, const struct invariant_rule *rules, size_t rule_count,
                     struct arena *arena, struct invariant ret_invariants[INVARIANTS_MAX]);

#endif
