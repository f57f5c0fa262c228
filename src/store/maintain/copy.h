/* Copies everything from one database to another, of any engine, while the source is in use. Ids, versions and times
 * stay as they are; the copying itself is not audited.
 *
 * The target is made equal to the source, whatever it contains: tables are compared in ranges of ids, and the rows of a
 * range that differ are replaced in one transaction of the target. So a copy that was interrupted at any moment is
 * resumed by running it again, and running a finished one again only costs the comparison and what has changed.
 *
 * Procedure: all tables are copied repeatedly while the source is in use, until a pass finds only few changes. Then the
 * source's writers are blocked (the freeze) for a last pass, which compares every row of the source with the target. A
 * freeze that takes too long is abandoned and tried again a few times. At the end of the freeze the target equals the
 * source.
 *
 * A target is accepted when it is empty, or when every entry of its audit log is also in the source's: any change made
 * in the target, by any client, would have left an entry that the source does not have. Therefore AuditLogs is copied
 * first. */
#ifndef STORE_COPY_H
#define STORE_COPY_H

#include "store/maintain/digest.h"

struct copy;

struct copy_progress {
    const struct entity *entity;
    int pass; /* from 1 */
    bool frozen;
    int64_t rows;    /* of the table, compared in this pass */
    int64_t written; /* of them, written to the target */
    int percent;
    bool done; /* the table is finished in this pass */
};

struct copy_options {
    const struct settings *from, *to;
    bool unfinished;   /* the target is known to be that of an interrupted copy */
    int64_t freeze_ms; /* how long the source's writers may be blocked at a time */
    void (*progress)(void *context, const struct copy_progress *progress);
    void *context;
};

struct copy_summary {
    struct database_digest digest; /* of the target, and so of the source at the end of the freeze */
    int64_t rows, written;         /* `written` in all passes */
    int passes;
    int64_t frozen_ms; /* the last freeze */
};

/* Opens both databases, which must have the tables of this program, and locks the target exclusively. On failure
 * *ret_reason is a sentence for the operator. The options must outlive the copy. */
MUST_CHECK err copy_open(const struct copy_options *options, struct arena *arena, str *ret_reason,
                         struct copy **ret_copy);

/* ERR_OVERLOADED: no freeze was long enough; the target is close to the source but not equal to it. */
MUST_CHECK err copy_run(struct copy *copy, struct arena *arena, str *ret_reason, struct copy_summary *ret_summary);

void copy_close(struct copy *copy); /* accepts NULL */

#endif
