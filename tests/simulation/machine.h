/* The machine on which a simulated server runs: its clock, its disk, and the process, which may end at any call of the
 * engine and be started again. There is one, and one thread: the functions of the writer (store/writer.c) run batches
 * on the thread of the simulation.
 *
 * The disk. While a batch runs its calls of the engine are counted, and what happens at one of them is planned: it
 * fails, it and all later ones fail, or the process ends there. A commit can also happen and then not be
 * reported, because the process ends or because the outcome is unknown. */
#ifndef SIMULATION_MACHINE_H
#define SIMULATION_MACHINE_H

#include "draw.h"
#include "store/command.h"
#include "store/rows.h"

enum plan_kind {
    DISK_WORKS,
    DISK_FAILS_ONCE,
    DISK_FAILS,             /* from then on, for the rest of the batch */
    COMMIT_LOST,            /* the commit does not happen, and that is not known */
    COMMIT_UNREPORTED,      /* the commit happens, and that is not known */
    PROCESS_ENDS,           /* before the call */
    PROCESS_ENDS_COMMITTED, /* after the call, if it is a commit */
    PLAN_COUNT
};

struct plan {
    enum plan_kind kind;
    int64_t call; /* which call of the batch, from 1; of COMMIT_ and _COMMITTED: which commit */
    err failure;
};

/* What happened to one command. */
enum fate {
    FATE_RUN,     /* its result is its response */
    FATE_FAILED,  /* its transaction was rolled back because of the disk */
    FATE_LOST,    /* rolled back, and the client does not know */
    FATE_UNKNOWN, /* committed, and the client does not know */
};

struct machine {
    struct settings settings;
    struct arena *arena;   /* for the whole run */
    struct arena *scratch; /* reset by its user */
    int64_t batches, failures, ends;
};

extern struct machine machine;

/* Makes the folder of the databases, and the template that every simulation begins with: `furnish` fills it. */
void machine_prepare(void (*furnish)(void));

/* Removes the folder. */
void machine_remove(void);

/* A new machine with a copy of the template. Chance of the program (tokens, ids) follows from the seed from now on. */
void machine_begin(uint64_t seed);
void machine_end(void);

/* Ends the process, as a kill does, and starts it again. */
void machine_restart(void);

/* Virtual time. */
int64_t machine_now(void);
void machine_pass(int64_t ms);

struct outcome_of_command {
    enum fate fate;
    err e; /* the response, if the fate is FATE_RUN */
};

/* Runs commands in one batch, as a writer does. If the plan ended the process, it has been started again, and the
 * result is true. */
bool machine_run(struct command **commands, size_t count, const struct plan *plan, struct outcome_of_command *ret);

/* What the writer does when no command waits: checkpoints. */
void machine_idle(void);

/* The rows that were written since the last call, as the store reports them. */
void machine_changed(void (*each)(void *context, enum entity_id entity, int64_t id), void *context);

/* Reads, which never fail. NULL: no such row; else in the scratch arena. */
const struct row *machine_row(enum entity_id entity, int64_t id);
int64_t machine_number(const char *sql);
enum dialect machine_dialect(void);

/* For readers, which are closed before the process ends. */
struct store *machine_store(void);

#endif
