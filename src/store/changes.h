/* Reading the audit log in the order of commits, from a position on.
 *
 * Order: entries of one row come in the order of its versions, and a transaction that was committed before another one
 * began never comes after it. Each entry is read once; entries of transactions that are still running come later and
 * hold up nothing.
 *
 * SQLite has one writer, so ids are in the order of commits and a position is the last id.
 *
 * PostgreSQL gives ids before the commit, so "greater than the last id" would skip the entries of a transaction that
 * commits late. Each entry therefore holds the number of its transaction ("transactionId", filled in by its default).
 * A position has two snapshots: `previous`, in which everything visible has been read, and `current`. What is visible
 * in `current` but not in `previous` is a window; it is read in the order of ids. At its end `current` becomes
 * `previous`, and the next window is opened with a snapshot of that moment. Order holds within a window because ids are
 * drawn when a row is written: of two changes of one row the later one draws the higher id.
 * A snapshot outlives a crash and a failover to a physical copy: a transaction counts as completed in it only after its
 * commit or abort record, which stands in the write-ahead log before the commit that saves the position. So a number
 * that is given out again after a crash was not yet completed in any saved snapshot.
 *
 * Numbers of transactions mean nothing in another database, where a dump or db:copy brings them. So a position names
 * its database and a `base`: entries up to the base existed when the position began there, and are read by id. A
 * position of another database is refused (ERR_STATE_CONFLICT); changes_begin() makes a new one from its `floor`, the
 * id up to which everything has been read. Entries behind the floor are then read once more. */
#ifndef STORE_CHANGES_H
#define STORE_CHANGES_H

#include "store/reader.h"
#include "store/unit.h"

/* At most so many entries are looked at in one read. */
enum { CHANGES_MAX = LIST_MAX };

enum changes_start {
    CHANGES_FIRST, /* everything that the log holds */
    CHANGES_NOW,   /* only what is committed from now on */
};

/* A set of entities: the changes of bookings. */
#define CHANGES_OF(entity) (UINT64_C(1) << ENTITY_##entity)

struct changes {
    const struct audit_log **entries; /* live as long as the arena, or the batch */
    size_t count;
    str position;    /* behind them; as before where nothing was read */
    bool moved;      /* the position is another one: save it */
    bool more;       /* there may be more at once */
    int64_t last_at; /* when the last entry that was looked at was written, milliseconds; 0: none was */
};

/* A position to begin with, in the arena. Keeps all writers out for a moment; ERR_OVERLOADED when they do not let it
 * within a second. Not on a writer thread. */
MUST_CHECK err changes_begin(struct store *store, enum changes_start start, struct arena *arena, str *ret_position);

/* Likewise, behind the floor of a position of another database. */
MUST_CHECK err changes_resume(struct store *store, str position, struct arena *arena, str *ret_position);

/* The changes of `entities` that follow a position, as a command or as a reader that has begun as ROLE_SYSTEM sees
 * them. ERR_STATE_CONFLICT for a position of another database; ERR_INTERNAL for what is no position. */
MUST_CHECK err unit_read_changes(struct unit *unit, str position, uint64_t entities, struct changes *ret_changes);
MUST_CHECK err reader_read_changes(struct reader *reader, str position, uint64_t entities, struct arena *arena,
                                   struct changes *ret_changes);

#endif
