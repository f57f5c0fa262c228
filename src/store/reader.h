/* Readers: queries in a read-only snapshot, as an actor. The engine hides the rows and masks the columns that the actor
 * may not see, so callers make no access checks of their own. A reader belongs to one thread. */
#ifndef STORE_READER_H
#define STORE_READER_H

#include "store/actor.h"
#include "store/query.h"

struct store;
struct reader;

/* Opens all connections of a reader, so that an unreadable file or a wrong key shows at start and not during a request.
 * ERR_INTERNAL, with the reason in the log. */
MUST_CHECK err reader_open(struct store *store, struct reader **ret_reader);

/* Likewise, for a thread that reads only as ROLE_SYSTEM: opens that connection. */
MUST_CHECK err reader_open_system(struct store *store, struct reader **ret_reader);

void reader_close(struct reader *reader); /* accepts NULL */

/* Starts a snapshot: every read until reader_end() sees the same state. ROLE_SYSTEM sees every row unmasked.
 * ERR_OVERLOADED when the database cannot be reached. */
MUST_CHECK err reader_begin(struct reader *reader, const struct actor *actor);

/* Likewise, on the read replica if there is one, the actor is not signed in, and the replica has everything that this
 * process committed. */
MUST_CHECK err reader_begin_public(struct reader *reader, const struct actor *actor);

void reader_end(struct reader *reader);

/* Announces that the next row or list is the last read of the snapshot, which saves a round trip. */
void reader_last(struct reader *reader);

/* The people epoch (store_people_epoch) that the last snapshot of a signed-in actor saw. */
int64_t reader_people_epoch(const struct reader *reader);

/* One row by id, in the arena. ERR_NOT_FOUND also for rows that the actor may not see. */
MUST_CHECK err reader_get(struct reader *reader, enum entity_id entity, int64_t id, struct arena *arena,
                          struct row **ret_row);

/* The row with this value of a unique field, in the arena. ERR_NOT_FOUND as above. */
MUST_CHECK err reader_find(struct reader *reader, enum entity_id entity, const struct field *field, str text,
                           struct arena *arena, struct row **ret_row);

MUST_CHECK err reader_list(struct reader *reader, const struct query *query, struct arena *arena,
                           struct page *ret_page);

/* The texts of a field of the rows that the actor may see, the most frequent first; texts that differ only in the case
 * of ASCII letters are counted as one. At most TEXTS_MAX, in the arena. */
MUST_CHECK err reader_texts(struct reader *reader, enum entity_id entity, const struct field *field,
                            struct arena *arena, struct text_count **ret_texts, size_t *ret_count);

/* Runs any SQL text as the actor of the snapshot and counts its rows; `row` is called for each of them with its columns
 * as text (NULL: no value). Only tests call it, to attack the row policies. */
MUST_CHECK err reader_attack(struct reader *reader, const char *sql,
                             void (*row)(void *context, int columns, const char *const *values), void *context,
                             int64_t *ret_rows);

#endif
