/* Background jobs: the rows of jobs.def, run by a few worker threads.
 *
 * - A job runs at most once at a time in a process. A LEADER job runs only while store_leads().
 * - A failed run is repeated after a pause that doubles each time (with jitter), up to JOB_ATTEMPTS_MAX runs. Then the
 *   job counts as failed and waits for its next period. Each failed run is logged: job_failed.
 * - A run in a batch of the writer must be short. A run that does I/O calls job_stopping() from time to time, and
 *   returns when it is true.
 */
#ifndef JOBS_JOBS_H
#define JOBS_JOBS_H

#include <stdatomic.h>

#include "base/clock.h"
#include "domain/domain.h"
#include "domain/due.h"
#include "store/changes.h"
#include "store/store.h"

enum {
    JOBS_MAX = 64,
    JOB_ATTEMPTS_MAX = 6,
    JOB_RETRY_MS = 250,           /* pause before the second run, plus or minus up to half of it */
    JOB_STOP_MS = 10 * SECOND_MS, /* how long jobs_stop() waits for runs, plus the time that a command may take */
};

enum job_scope { JOB_LEADER, JOB_EVERY_NODE };
enum job_kind { JOB_command, JOB_work, JOB_apply, JOB_deliver };

/* The context of a function that runs outside of the writer's batch. It has the reader and the arena to itself while it
 * runs; the arena is reset afterwards. It runs commands with command_run_wait(). */
struct job_context {
    struct store *store;
    struct reader *reader;
    struct arena *arena;
    const atomic_bool *stopping;
    bool leader; /* of a LEADER job */
};

/* Whether the run should return soon, with OK: the process is stopping, or another node has become the leader in the
 * meantime. For a moment a LEADER job may run on both nodes. */
static inline bool job_stopping(const struct job_context *context)
{
    return atomic_load(context->stopping) || (context->leader && !store_leads(context->store));
}

/* Likewise, for functions that are given a callback and its context: the job_context. */
bool job_is_stopping(void *context);

/* *ret_more: there is more to do without waiting for the next period. */
typedef err job_work(const struct job_context *context, bool *ret_more);
/* Writes the effects of the changes as rows of the unit. Like any other command it may be run more than once. */
typedef err job_apply(struct unit *unit, const struct changes *changes);
typedef err job_deliver(const struct job_context *context, const struct changes *changes);

struct job_row {
    const char *name;
    int64_t period_ms;
    enum job_scope scope;
    enum job_kind kind;
    union {
        command_function *command;
        job_work *work;
        job_apply *apply;
        job_deliver *deliver;
    } function;
    due_function *due; /* of commands; NULL: they always run */
    const char *doc;
    enum changes_start start; /* of consumers */
    uint64_t entities;        /* of consumers: CHANGES_OF()... */
};

/* The rows of jobs.def. */
const struct job_row *jobs_table(size_t *ret_count);

struct jobs;

struct jobs_options {
    struct store *store;
    const struct job_row *rows; /* live as long as the jobs */
    size_t count;               /* at most JOBS_MAX */
    int64_t workers;            /* threads */
};

/* Starts the workers; every job is due immediately. Fails when a reader cannot be opened. The store must outlive the
 * jobs. */
MUST_CHECK err jobs_start(const struct jobs_options *options, struct jobs **ret_jobs);

/* Starts no further runs, waits for those in progress and closes the readers. A run that does not end in time
 * (JOB_STOP_MS) ends the process, because its resources cannot be freed; what was committed is durable. Accepts NULL.
 */
void jobs_stop(struct jobs *jobs);

/* Stops the jobs and frees everything; the counters must not be read afterwards. Accepts NULL. */
void jobs_free(struct jobs *jobs);

struct job_counters {
    const char *name;
    bool consumes;           /* a consumer of changes */
    int64_t runs;            /* all runs, including failed ones */
    int64_t retries;         /* runs that repeated a failed one */
    int64_t failures;        /* how often the last attempt of a period failed */
    int64_t duration_us;     /* of all runs */
    int64_t last_success_ms; /* clock_now_ms(); 0: none yet */
    int64_t running;         /* 1 while it runs, else 0 */
    int64_t lag_ms;          /* of a consumer: age of the last entry it read if there are more, else 0 */
};

/* The counters of the i-th job; false after the last one. Any thread. */
bool jobs_counters(struct jobs *jobs, size_t i, struct job_counters *ret_counters);

#endif
