/* The rows of a batch in memory: the same id is the same pointer. Everything lives in the batch's arena.
 *
 * A row has up to three states: `row` is what the running command sees and changes, `image` is the row after the last
 * command that finished with it, `stored` is what the database holds. */
#ifndef STORE_IDENTITY_MAP_H
#define STORE_IDENTITY_MAP_H

#include "base/hash_table.h"
#include "store/command.h"

struct unit_entry {
    int64_t key[2]; /* entity, id */
    struct row *row;
    struct row *image;
    struct row *stored;        /* NULL: not in the database yet */
    const struct actor *actor; /* who caused the pending change; NULL: several actors */
    bool pending;              /* image differs from stored */
    bool touched;              /* the running command changed it */
    bool changed;              /* a command of this batch changed it */
    bool removed;
    enum row_lock held;              /* the lock it was read with, on an engine that locks rows */
    struct unit_entry *next;         /* in the pending list */
    struct unit_entry *next_touched; /* by the running command */
    struct unit_entry *next_sibling; /* pending of the same entity */
    UT_hash_handle hh;
};

/* What is known about a value of a unique field without querying the database. */
struct known_value {
    char *key;                /* "entity field value" */
    struct unit_entry *entry; /* the row that had the value when it was read; NULL: no row has it */
    UT_hash_handle hh;
};

struct identity_map {
    struct arena *arena;
    struct unit_entry *entries;
    struct known_value *known;
};

/* map_clear() forgets all rows, without freeing the arena; map_clear_known() only what is known about unique values. */
void map_clear(struct identity_map *map);
void map_clear_known(struct identity_map *map);

/* NULL when the row is not in the map. */
struct unit_entry *map_find(struct identity_map *map, enum entity_id entity, int64_t id);

/* Adds a row that the database does not hold yet. */
struct unit_entry *map_add(struct identity_map *map, struct row *row);

/* The entry of a row that was read: the existing one, or else a new one. */
struct unit_entry *map_entry(struct identity_map *map, struct row *row);

struct row *map_copy_row(struct identity_map *map, const struct row *row);

/* NULL: nothing is known about the value. */
const struct known_value *map_find_known(struct identity_map *map, const struct entity *entity,
                                         const struct field *field, struct value value);

/* Records which row has a value of a unique field; `entry` NULL: no row has it. */
void map_add_known(struct identity_map *map, const struct entity *entity, const struct field *field, struct value value,
                   struct unit_entry *entry);

#endif
