/* Making a base: copying the database file to a place, while checkpoints are held, with a hash for every chunk; then
 * its manifest. One thread. */
#ifndef ARCHIVE_BASE_H
#define ARCHIVE_BASE_H

#include "archive/gate.h"
#include "archive/manifest.h"
#include "archive/place.h"

/* The database of which bases are made. */
struct base_source {
    struct gate *gate;
    struct spool *spool;
    const struct signing_key *key;
    int database; /* open for reading; SQLite's locks end when it is closed */
    uint32_t page_size;
};

struct base;

/* Begins one. ERR_OVERLOADED when that is not possible now (see gate_hold()); ERR_INTERNAL with place->reason. */
MUST_CHECK err base_begin(const struct base_source *source, struct place *place, struct base **ret_base);

/* Copies the next part, and after the last one completes the base. ERR_OVERLOADED when the log became so long that a
 * checkpoint could not wait; or an error of the place. After an error the base is to be ended. */
MUST_CHECK err base_step(struct base *base, bool *ret_complete);

/* The commit that it is named after, and when it was complete. */
uint64_t base_commit(const struct base *base);
uint64_t base_after(const struct base *base);
int64_t base_created_ms(const struct base *base);

void base_end(struct base *base); /* accepts NULL */

#endif
