/* One run of a consumer of changes: reads the changes after its cursor, passes them to the consumer, advances the
 * cursor. */
#ifndef JOBS_CONSUME_H
#define JOBS_CONSUME_H

#include "jobs/jobs.h"

/* *ret_more: more entries can be read without waiting. *ret_lag_ms: the age of the last entry read, 0 if it was the
 * newest. ERR_STATE_CONFLICT when another node moved the cursor in the meantime; the entries are then read again. */
MUST_CHECK err job_consume(const struct job_context *context, const struct job_row *row, bool *ret_more,
                           int64_t *ret_lag_ms);

#endif
