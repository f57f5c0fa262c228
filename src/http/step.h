/* Measures the steps of the network thread, in builds with STEPS_MEASURED (tools/build debug). While one client's step
 * runs all others wait, so no step may take long. A step is one callback of the loop; what counts is the processor time
 * of the thread, so other load on the machine does not. A step of more than a millisecond is logged (network_step_long)
 * and counted. */
#ifndef HTTP_STEP_H
#define HTTP_STEP_H

#include "http/server.h"

#ifdef STEPS_MEASURED

struct step {
    struct http_server *server;
    const char *name;
    int64_t start_us;
};

struct step step_begin(struct http_server *server, const char *name);
void step_end(const struct step *step);

/* The rest of the block is a step. */
#define STEP(server, name) __attribute__((cleanup(step_end))) struct step step = step_begin(server, name)

#else
#define STEP(server, name) (void)(server)
#endif

#endif
