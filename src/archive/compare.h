/* What a place has, compared to the spool: where shipping continues, and whether it may. */
#ifndef ARCHIVE_COMPARE_H
#define ARCHIVE_COMPARE_H

#include "archive/manifest.h"
#include "archive/place.h"
#include "archive/spool.h"

struct comparison {
    bool refused;     /* the place is of another database, or has commits that this one does not have: place->reason */
    bool connected;   /* shipping continues in this segment at this offset; else a base is required first */
    uint64_t segment; /* its first commit; 0: with the first one after `base` */
    int64_t offset;
    bool has_base;
    struct base_manifest base; /* the newest one of this epoch; without its hashes */
};

/* The spool must be synchronised. Errors are those of the place. */
MUST_CHECK err compare(struct place *place, struct spool *spool, const struct signing_key *key,
                       struct comparison *ret_comparison);

#endif
