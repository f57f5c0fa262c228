/* Retention: removing what is older than anything that has to be restorable. The newest base whose state is not after
 * a given time is kept, and with it everything from which later commits are restored; what comes before it goes. So
 * every commit after that time stays restorable, and the state at that time too. Bases of a history that was abandoned
 * by restoring an earlier state are kept as long as other ones. */
#ifndef ARCHIVE_PRUNE_H
#define ARCHIVE_PRUNE_H

#include "archive/catalog.h"

struct prune_plan {
    const struct catalog_base *oldest; /* the base that is kept; NULL: none is old enough, so nothing is removed */
    const char **names;                /* of the files to remove, in this order: a base is not used without manifest */
    size_t count;
    uint64_t bytes; /* of these files */
};

/* What may be removed so that every commit since this time stays restorable. Errors are those of the place;
 * *ret_reason is a sentence. */
MUST_CHECK err prune_plan(const struct catalog *catalog, int64_t since_ms, struct arena *arena, str *ret_reason,
                          struct prune_plan *ret_plan);

/* Reads the base that is kept, and only if it is sound removes the files. ERR_INVALID when it is damaged, ERR_INTERNAL
 * when a file cannot be removed; *ret_removed says how many were. Run again, it continues. */
MUST_CHECK err prune_run(const struct catalog *catalog, const struct prune_plan *plan, struct arena *arena,
                         str *ret_reason, size_t *ret_removed);

#endif
