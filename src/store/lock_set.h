/* What the commands of a batch are known to need, gathered and put in order. The order is that of entities, fields and
 * values, the same for every writer of the database: so locks taken in it cannot lock each other out. */
#ifndef STORE_LOCK_SET_H
#define STORE_LOCK_SET_H

#include "store/store.h"

/* One thing that a command named. */
struct row_to_lock {
    enum entity_id entity;
    enum row_lock row_lock;
    const struct field *field; /* the id, or another unique one */
    struct value value;
};

struct lock_set {
    struct arena *arena;
    struct row_to_lock *list;
    size_t count, size;
};

/* Puts them in order, each place once with its strongest need. */
void lock_set_settle(struct lock_set *lock_set);

#endif
