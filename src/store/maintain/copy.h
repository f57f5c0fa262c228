/* Copies everything from one database to another, of any engine, while the first one is served. Ids, versions and times
 * stay as they are; nothing is audited, counted or told to anybody on the way.
 *
 * The target is made equal to the source, whatever it holds: tables are walked in ranges of ids, the rows of a range
 * are compared one by one, and what differs is replaced in one transaction of the target. So a copy that was
 * interrupted at any moment is finished by doing it again, and doing it again to a finished one costs a comparison and
 * what changed.
 *
 * Order of events: passes over all tables while the source is served, until little changed during one; then its writers
 * are kept waiting (the freeze) for a last pass, which has compared every row of the source with what the target holds
 * when it ends. A freeze is given up when it lasts too long, and tried again a few times. The target is then the source
 * as it was at the end of the freeze.
 *
 * A target is acceptable when it is empty, or when the source's history goes on from its own: every entry of its audit
 * log stands in the source's. Whoever changed anything in the target, by whatever client, has left an entry there that
 * the source does not have. AuditLogs are therefore copied first. */
#ifndef STORE_COPY_H
#define STORE_COPY_H

#include "store/maintain/digest.h"

struct copy;

struct copy_progress {
    const struct entity *entity;
    int pass; /* from 1 */
    bool frozen;
    int64_t rows;    /* of the table, looked at in this pass */
    int64_t written; /* of them, put into the target */
    int percent;
    bool done; /* with the table in this pass */
};

struct copy_options {
    const struct settings *from, *to;
    bool unfinished;   /* the target is known to be that of a copy that was interrupted */
    int64_t freeze_ms; /* how long the source's writers may be kept waiting at a time */
    void (*progress)(void *context, const struct copy_progress *progress);
    void *context;
};

struct copy_summary {
    struct database_digest digest; /* of the target, and so of the source at the end of the freeze */
    int64_t rows, written;         /* `written` in all passes */
    int passes;
    int64_t frozen_ms; /* the last freeze */
};

/* Opens both databases, which have to have the tables of this program, and keeps servers away from the target. On
 * failure *ret_reason is a sentence for the operator. The options must outlive the copy. */
MUST_CHECK err copy_open(const struct copy_options *options, struct arena *arena, str *ret_reason,
                         struct copy **ret_copy);

/* ERR_OVERLOADED: no freeze was long enough, the target is near the source but not equal to it. */
MUST_CHECK err copy_run(struct copy *copy, struct arena *arena, str *ret_reason, struct copy_summary *ret_summary);

void copy_close(struct copy *copy); /* accepts NULL */

#endif
