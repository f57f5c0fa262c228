/* Runs a command function through the writer, for the command line, background jobs and tests. Requests of the API do
 * more in the same transaction and embed their own struct command (api/execute.c). */
#ifndef DOMAIN_RUN_H
#define DOMAIN_RUN_H

#include "domain/domain.h"

/* One run of a command function. It must live until command_run_wait() returns. */
struct command_run {
    struct command command; /* first member; filled in by command_run_wait() */
    command_function *function;
    const struct actor *actor; /* NULL: the system */
    struct input input;
    struct problem problem; /* why the command refused the input */
    /* Of the last run. Its rows and its token belong to the batch and are no longer valid when command_run_wait()
     * returns. */
    struct result result;
    /* Copies from the result what must outlive the batch. Called in the transaction, maybe more than once. NULL:
     * nothing is copied. */
    void (*take)(struct command_run *run);
};

/* Runs the command and waits until its changes are durable. Returns the error of the command or of the commit;
 * ERR_OVERLOADED when the queue is full. Any thread but a writer's. */
MUST_CHECK err command_run_wait(struct store *store, struct command_run *run);

#endif
