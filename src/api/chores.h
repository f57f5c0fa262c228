/* Work that nobody asks for: ending holds to the second, and removing what has ended (sessions, kept answers). Each
 * chore is a command like any other, in steps of bounded size; the next step is submitted when the last one is done and
 * its time has come. */
#ifndef API_CHORES_H
#define API_CHORES_H

#include "store/command.h"
#include "store/store.h"

struct api;
struct chores;

struct chores *chores_new(struct arena *arena, struct api *api);

/* Submits the chores that are due. Network thread. */
void chores_tick(struct chores *chores);

#endif
