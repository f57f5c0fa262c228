/* The daily backup of an embedded database: a new base in each place of its archive, which is then verified by
 * restoring the newest state from it (backup_check.h), and recorded as a row of Backups. There is one run on each local
 * date, at backup_at or as soon as the server runs again; the first one as soon as there is an archive; and an hour
 * after a run that failed. Databases on a server are backed up by tools of that server. */
#ifndef JOBS_BACKUP_H
#define JOBS_BACKUP_H

#include "jobs/jobs.h"

enum { BACKUP_RETRY_MS = HOUR_MS, BACKUP_OVERDUE_MS = 26 * HOUR_MS };

MUST_CHECK job_work backup_daily;

/* The last run for a place. */
struct backup_run {
    int64_t started_ms; /* 0: there was none */
    bool verified;
};

/* Whether the next run is due; `minutes` is the time of day (base/local_time.h). A run that began in the future was
 * made while the clock was wrong, and does not count. */
bool backup_due(const struct backup_run *last, int64_t now_ms, int minutes);

/* Whether a place was last verified too long ago. One that never was is not overdue: it was given a moment ago, or each
 * run for it fails, which is logged. */
bool backup_overdue(const struct place_state *state);

#endif
