/* Unit of work: how commands read and change rows. Rows live in an identity map for the length of a batch: the same id
 * is the same pointer, read once, changed in memory, written once. Everything here runs on the writer thread.
 *
 * A command reads, decides, and only then changes: it makes all calls that can fail before it changes the first row. So
 * a command that fails has changed nothing. */
#ifndef STORE_UNIT_H
#define STORE_UNIT_H

#include "schema/settings.h"
#include "store/command.h"

struct unit {
    struct arena *arena; /* for the batch */
    int64_t now;         /* time of the batch, milliseconds; never goes back */
    const struct settings *settings;
    const struct actor *actor; /* of the running command */
    struct problem *problem;   /* of the running command */
    err failed;                /* a read or write failed and the batch will be rolled back; checked by the writer */
    struct unit_private *private;
};

/* The row with this id; ERR_NOT_FOUND when there is none or it is deleted. *ret is a struct of the entity, e.g.
 * `struct booking *`, to be changed in place and then announced with unit_changed(). */
MUST_CHECK err unit_get(struct unit *unit, enum entity_id entity, int64_t id, void *ret);

/* Likewise, deleted rows included. */
MUST_CHECK err unit_get_any(struct unit *unit, enum entity_id entity, int64_t id, void *ret);

/* unit_get() under the row policies of the actor: ERR_NOT_FOUND when the actor may not read the row, ERR_FORBIDDEN when
 * it may read but not write it (ACTION_WRITE). */
MUST_CHECK err unit_get_as_actor(struct unit *unit, enum entity_id entity, int64_t id, enum action action, void *ret);

/* The row whose unique field has this value; ERR_NOT_FOUND when there is none. Deleted rows have no unique values. */
MUST_CHECK err unit_find(struct unit *unit, const struct field *field, enum entity_id entity, struct value value,
                         void *ret);

/* Rows that match and are not deleted, with the changes made earlier in the batch. Without full-text search. */
MUST_CHECK err unit_query(struct unit *unit, const struct query *query, struct page *ret_page);

/* unit_query() that is possible in a shared batch, too. Only for commands that use none of the rows but those which no
 * other writer can change while the lock set of the command is locked: the children of a row that it locks
 * exclusively. */
MUST_CHECK err unit_query_locked(struct unit *unit, const struct query *query, struct page *ret_page);

/* The rows of a pair, deleted or not, with the changes made earlier in the batch; only to be read. Possible in a shared
 * batch, too, and of all commands that declare such pairs only the first one asks the database, once for all. At most
 * PAIR_ROWS_MAX: then some may be missing. */
MUST_CHECK err unit_pair(struct unit *unit, const struct pair *pair, struct page *ret_page);
enum { PAIR_ROWS_MAX = 500 };

/* How many match. */
MUST_CHECK err unit_count(struct unit *unit, const struct query *query, int64_t *ret_count);

/* A new row with id, createdAt, updatedAt and the defaults of its fields; it is written at the end of the batch. Fill
 * it in before the command returns. When no id is left, the batch is rolled back with ERR_STORAGE_FULL. */
void *unit_new(struct unit *unit, enum entity_id entity);

/* Records that the row was changed in place: sets updatedAt and increments the version. */
void unit_changed(struct unit *unit, void *row);

/* Soft deletion where the entity has deletedAt, else the row is removed. */
void unit_delete(struct unit *unit, void *row);

/* Whether a command of this batch changed or removed the row, so that what was cached about it is no longer valid. */
bool unit_changes(struct unit *unit, enum entity_id entity, int64_t id);

/* The people epoch at the start of this batch; see store_people_epoch(). */
int64_t unit_people_epoch(struct unit *unit);

/* Ends a part of a command that does several things of one kind: what follows sees its changes, as it would see those
 * of an earlier command. */
void unit_part_end(struct unit *unit);

/* Refuses a command of which parts have ended, and rolls its batch back. Bounds: it has a batch of its own (own_batch).
 * Returns e. */
err unit_refuse(struct unit *unit, err e);

/* `bytes` of randomness as hex text in the unit's arena, for tokens. Each run of the command gets a new value. */
str unit_random(struct unit *unit, size_t bytes);

/* An id ordered by time (base/random.h) in the unit's arena. */
str unit_ordered_id(struct unit *unit);

#endif
