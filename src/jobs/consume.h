/* One run of a consumer of changes: reads what follows its cursor, hands it over, moves the cursor. */
#ifndef JOBS_CONSUME_H
#define JOBS_CONSUME_H

#include "jobs/jobs.h"

/* *ret_more: more entries can be read at once. *ret_lag_ms: how old the last entry read is, 0 when it was the newest.
 * ERR_STATE_CONFLICT when the cursor was moved by another node meanwhile; the entries are then read again. */
MUST_CHECK err job_consume(const struct job_context *context, const struct job_row *row, bool *ret_more,
                           int64_t *ret_lag_ms);

#endif
