/* Commands: functions that change rows. They are queued, run in batches by the writer threads (store/writer.h) and
 * change rows through a unit of work (store/unit.h).
 *
 * Where several writers work on one database, a command that declares every row it will read (`shared_id`, `lock_set`)
 * runs concurrently with commands of other writers, protected by row locks. Any other command runs in an exclusive
 * batch. A command that reads a row it did not declare is rolled back and run again exclusively, so a wrong declaration
 * costs time, not correctness. */
#ifndef STORE_COMMAND_H
#define STORE_COMMAND_H

#include "base/problem.h"
#include "store/actor.h"
#include "store/query.h"

struct store;
struct unit;
struct lock_set;

enum row_lock {
    ROW_LOCK_SHARED,    /* the row stays unchanged until the commit */
    ROW_LOCK_EXCLUSIVE, /* the command may change the row */
    ROW_LOCK_COUNT
};

/* Adds a row by id; id 0 adds nothing. With lock_set NULL both functions do nothing, so that a command's declaration
 * can also be called only to learn whether it is complete. */
void lock_set_row(struct lock_set *lock_set, enum entity_id entity, int64_t id, enum row_lock row_lock);

/* Adds the row whose unique field has this value, if it exists; a text must live as long as the command. */
void lock_set_value(struct lock_set *lock_set, enum entity_id entity, const struct field *field, struct value value,
                    enum row_lock row_lock);

/* The rows of an entity that refer to two others: the bookings of a person at a schedule. They are searched by the
 * first reference. */
struct pair {
    enum entity_id entity;
    const struct field *fields[2];
    int64_t ids[2];
};

/* Adds rows that the command reads by unit_pair(). They are not locked: no other writer can add or change one while a
 * row of the lock set is locked exclusively. */
void lock_set_pair(struct lock_set *lock_set, const struct pair *pair);

/* The person on whose behalf the command runs; 0: none. */
int64_t lock_set_actor(const struct lock_set *lock_set);

/* A command in the queue; embedded in the caller's own struct, which must live until `done`. */
struct command {
    struct command *next;    /* the queue's */
    struct waiting *waiting; /* of store_execute(); used by the store only */
    const struct actor *actor;
    struct problem *problem; /* collects field errors; emptied before each run */
    int64_t shared_id;       /* id of the row it changes, if `lock_set` declares all it reads; 0: runs exclusively */
    bool own_batch; /* shares no transaction with other commands, because it may be refused after it changed rows */
    void (*lock_set)(struct command *command, struct lock_set *lock_set); /* NULL: declares nothing */
    /* Decides and changes rows, on a writer thread. May be called again after a conflict. What it allocates for its
     * response belongs in the request's arena, not in the unit's. After an error nothing may have been changed. */
    err (*run)(struct unit *unit, struct command *command);
    /* Called once, on the writer thread, when the commit is durable or the command failed. Must not block. */
    void (*done)(struct command *command, err e);
};

/* Queues a command, from any thread. False when the queue is full or the store closes; then nothing is called. */
MUST_CHECK bool store_submit(struct store *store, struct command *command);

/* Submits and waits; for the command line, jobs and tests (domain/run.h runs a command function with it). Sets `done`
 * of the command. Not on a writer thread. ERR_OVERLOADED when the queue is full. */
MUST_CHECK err store_execute(struct store *store, struct command *command);

#endif
