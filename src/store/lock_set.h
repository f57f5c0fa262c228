/* The rows that the commands of a batch lock before they run (store/command.h). They are locked in the order of
 * entities, fields and values. Every writer of the database keeps to this order, so writers cannot deadlock
 * each other. */
#ifndef STORE_LOCK_SET_H
#define STORE_LOCK_SET_H

#include "store/command.h"

/* One row, by a unique field. */
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
    struct pair *pairs; /* of one kind */
    size_t pair_count, pair_size;
    const struct actor *actor; /* of the command that is declaring */
};

/* Sorts the rows and removes duplicates, keeping the strongest lock of each row. */
void lock_set_settle(struct lock_set *lock_set);

#endif
