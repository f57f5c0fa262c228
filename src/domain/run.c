/* See run.h. */
#include "domain/run.h"

#include "domain/commands.h"

static err run_once(struct unit *unit, struct command *command)
{
    struct command_run *run = (struct command_run *)(void *)command;
    run->result = (struct result){0};
    err e = run->function(unit, &run->input, &run->result);
    if (!e && run->take) run->take(run);
    return e;
}

static int64_t lock_set_fill(struct command_run *run, struct lock_set *lock_set)
{
    lock_set_function *fill = command_lock_set(run->function);
    return fill ? fill(&run->input, lock_set) : 0;
}

static void run_lock_set(struct command *command, struct lock_set *lock_set)
{
    (void)lock_set_fill((struct command_run *)(void *)command, lock_set);
}

err command_run_wait(struct store *store, struct command_run *run)
{
    run->command = (struct command){.actor = run->actor ? run->actor : &system_actor,
                                    .problem = &run->problem,
                                    .shared_id = lock_set_fill(run, NULL),
                                    .lock_set = run_lock_set,
                                    .run = run_once};
    return store_execute(store, &run->command);
}
