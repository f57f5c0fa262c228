/* The writer's connection for administration, between its batches. */
#ifndef STORE_STORE_PRIVATE_H
#define STORE_STORE_PRIVATE_H

#include "store/engine/engine.h"

struct store_door {
    const struct engine *engine;
    struct connection *connection;
};

/* Waits for the batch that runs and keeps the writer out until store_leave(). */
struct store_door store_enter(struct store *store);
void store_leave(struct store *store);

/* Where a unit, or a reader that has begun, reads; with its statements. For the thread that it belongs to. */
struct rows;
struct store_door unit_door(const struct unit *unit, struct rows **ret_rows);
struct store_door reader_door(const struct reader *reader, struct rows **ret_rows);

/* A position in the history of the database behind this process's last commit; 0: none, or nobody asks. */
uint64_t store_position(const struct store *store);

#endif
