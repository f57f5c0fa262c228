/* What the commands of a batch are known to need, gathered and put in order. The order is that of entities, fields and
 * values, the same for every writer of the database: so locks taken in it cannot lock each other out. */
#ifndef STORE_NEEDS_H
#define STORE_NEEDS_H

#include "store/store.h"

/* One thing that a command named. */
struct needed {
    enum entity_id entity;
    enum need need;
    const struct field *field; /* the id, or another unique one */
    struct value value;
};

struct needs {
    struct arena *arena;
    struct needed *list;
    size_t count, size;
};

/* Puts them in order, each place once with its strongest need. */
void needs_settle(struct needs *needs);

#endif
