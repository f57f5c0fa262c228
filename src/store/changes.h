/* Reads the audit log in commit order, starting from a saved position.
 *
 * Order: the entries of one row come in the order of its versions, and a transaction that committed before another one
 * began always comes first. Each entry is read once. Entries of transactions that are still running come later; they do
 * not delay the entries of others.
 *
 * SQLite has one writer, so ids are in commit order and a position is the last id read.
 *
 * PostgreSQL assigns ids before the commit, so reading "ids greater than the last one" would miss the entries of a
 * transaction that commits late. Each entry therefore records the number of its transaction ("transactionId", set by
 * the column's default). A position has two snapshots: `previous`, all of whose visible entries have been read, and
 * `current`. The entries visible in `current` but not in `previous` form a window, which is read in id order. At its
 * end `current` becomes `previous`, and the next window is opened with a new snapshot. Within a window the order holds
 * because an id is drawn when a row is written: of two changes of one row, the later one has the higher id.
 * A snapshot stays valid across a crash and a failover to a physical replica: it shows a transaction as completed only
 * after that transaction's commit or abort record, which precedes the commit that saves the position in the write-ahead
 * log. So a transaction number that is reused after a crash was not completed in any saved snapshot.
 *
 * The entries of a window are found by their ids, so that no index on the transaction numbers slows down every write. A
 * position therefore has marks, each saying that transactions with numbers above one have ids above another; the ids of
 * a window are above the mark of the oldest transaction that has been completed since the window before. What remains
 * is the cost at the end of a long transaction: all entries written since it began are examined once, a bounded number
 * in each read. While it stays open it costs nothing. An entry to which another client gave an id below those of the
 * window is not found.
 *
 * Transaction numbers are meaningless in another database, for example one restored from a dump or made by db:copy. So
 * a position names its database, and what existed when it was created there is read by id. A position of another
 * database is refused (ERR_STATE_CONFLICT); changes_resume() makes a new one from its `floor`, the id up to which
 * everything has been read. Entries above the floor are then read a second time. */
#ifndef STORE_CHANGES_H
#define STORE_CHANGES_H

#include "store/reader.h"
#include "store/unit.h"

/* Entries examined in one read, at most. */
enum { CHANGES_MAX = LIST_MAX };

enum changes_start {
    CHANGES_FIRST, /* everything in the log */
    CHANGES_NOW,   /* only what is committed later */
};

/* A set of entities as a bit mask: CHANGES_OF(booking) is the changes of bookings. */
#define CHANGES_OF(entity) (UINT64_C(1) << ENTITY_##entity)

struct changes {
    const struct audit_log **entries; /* live as long as the arena, or the batch */
    size_t count;
    str position;    /* after these entries; unchanged if nothing was read */
    bool moved;      /* the position has changed and must be saved */
    bool more;       /* more entries may be available already */
    int64_t last_at; /* when the last examined entry was written, milliseconds; 0 if there was none */
};

/* Creates a position to start from, in the arena. Briefly blocks all writers; ERR_OVERLOADED when they cannot be
 * stopped within a second. Not on a writer thread. */
MUST_CHECK err changes_begin(struct store *store, enum changes_start start, struct arena *arena, str *ret_position);

/* Likewise, after the floor of a position of another database. */
MUST_CHECK err changes_resume(struct store *store, str position, struct arena *arena, str *ret_position);

/* The changes of `entities` after a position, read by a command, or by a reader that was begun as ROLE_SYSTEM. The
 * position must have been saved before the transaction of the command or reader got its number. Exclusive batches, and
 * readers, guarantee that.
 * ERR_STATE_CONFLICT for a position of another database; ERR_INTERNAL for text that is not a position; ERR_OVERLOADED
 * while so many transactions are running that they do not fit into a position. */
MUST_CHECK err unit_read_changes(struct unit *unit, str position, uint64_t entities, struct changes *ret_changes);
MUST_CHECK err reader_read_changes(struct reader *reader, str position, uint64_t entities, struct arena *arena,
                                   struct changes *ret_changes);

#endif
