/* Whether a checkpoint may run: not while the database file is copied. Any thread.
 *
 * The file changes only in checkpoints. So a copy of it that was made while they were held is the state after some
 * commit, `after`, with pages of later commits up to `least` in it, if a checkpoint moved only a part of the log; with
 * the records from after + 1 on it gives every state from `least` on. */
#ifndef ARCHIVE_GATE_H
#define ARCHIVE_GATE_H

#include <pthread.h>

#include "archive/spool.h"

/* Up to which commit the file contains everything. */
struct gate_moved {
    uint64_t commit;
    struct archive_hash hash;
    bool gap_after; /* the next commit comes after a gap, and the file contains what is missing there */
};

struct gate {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    int holders;
    bool running;    /* a checkpoint */
    unsigned broken; /* how often holds were broken */
    bool known;      /* `moved` is known */
    bool awaited;    /* a copy waits until it is */
    struct gate_moved moved;
};

struct gate_hold {
    struct gate_moved after;
    struct spool_end least;
    unsigned broken;
};

void gate_init(struct gate *gate);
void gate_end(struct gate *gate);

/* --- by the thread that makes checkpoints --- */

/* The file contains everything up to the end of the spool: a checkpoint moved all of the log, or another log begins. */
void gate_moved(struct gate *gate, const struct spool_end *end);

/* Begins a checkpoint; false when it is held. With `must` all holds are broken instead. */
bool gate_enter(struct gate *gate, bool must);
void gate_leave(struct gate *gate);

/* Ends all holds: what is copied is not consistent. */
void gate_break(struct gate *gate);

/* Whether a copy waits for a complete checkpoint, after which it can begin. */
bool gate_awaited(struct gate *gate);

/* --- by the threads that copy --- */

/* Holds checkpoints; waits for one that runs. False when it is not known yet what the file contains, or no commit was
 * archived since a gap; try again later. */
bool gate_hold(struct gate *gate, struct spool *spool, struct gate_hold *ret_hold);

/* Whether the hold was never broken: what was read of the file until now is what it was when the hold began. */
bool gate_holds(struct gate *gate, const struct gate_hold *hold);
void gate_release(struct gate *gate, const struct gate_hold *hold);

/* The commit after which a copy made now would continue; 0 when that is not known. Its records are required. */
uint64_t gate_after(struct gate *gate);

#endif
