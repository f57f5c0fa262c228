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

/* A position in the history of the database behind this process's last commit; 0: none, or nobody asks. */
uint64_t store_position(const struct store *store);

#endif
