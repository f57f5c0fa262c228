/* Whether a checkpoint may run: not while the database file is copied. Any thread.
 *
 * The file changes only in checkpoints. So a copy of it that was made while they were held is the state after some
 * commit, `after`, with pages of later commits up to `least` in it, if a checkpoint moved only a part of the log; with
 * the records from after + 1 on it gives every state from `least` on. */
#ifndef ARCHIVE_GATE_H
#define ARCHIVE_GATE_H

#include <pthread.h>

#include "archive/spool.h"

struct gate {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    int holders;
    bool running;    /* a checkpoint */
    unsigned broken; /* how often holds were broken */
    bool known;      /* `moved` is known */
    bool awaited;    /* a copy waits until it is */
    uint64_t moved;  /* all commits up to this one are in the file */
};

struct gate_hold {
    uint64_t after;
    struct spool_end least;
    unsigned broken;
};

void gate_init(struct gate *gate);
void gate_end(struct gate *gate);

/* --- by the thread that makes checkpoints --- */

/* All commits up to this one are in the file. */
void gate_moved(struct gate *gate, uint64_t commit);

/* Begins a checkpoint; false when it is held. With `must` all holds are broken instead. */
bool gate_enter(struct gate *gate, bool must);
void gate_leave(struct gate *gate);

/* Whether a copy waits for a complete checkpoint, after which it can begin. */
bool gate_awaited(struct gate *gate);

/* --- by the thread that copies --- */

/* Holds checkpoints; waits for one that runs. False when it is not known yet what the file contains, or no commit was
 * archived since a gap; try again later. */
bool gate_hold(struct gate *gate, struct spool *spool, struct gate_hold *ret_hold);

/* Whether the hold was never broken: what was read of the file until now is what it was when the hold began. */
bool gate_holds(struct gate *gate, const struct gate_hold *hold);
void gate_release(struct gate *gate, const struct gate_hold *hold);

#endif
