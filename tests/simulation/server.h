/* The program under test: a request is admitted by the route table, decoded, and becomes a command that runs in a
 * batch, as api/serve.c and api/execute.c do it. */
#ifndef SIMULATION_SERVER_H
#define SIMULATION_SERVER_H

#include "api/call.h"
#include "machine.h"
#include "operations.h"

/* A request on its way. */
struct flight {
    struct command command; /* first member: what the writer gets is also a pointer to the flight */
    struct request request;
    struct actor actor;
    struct input input;
    struct problem problem;
    struct call call; /* for replay.h */
    struct http_request http;
    char response[ROW_TEXT_MAX]; /* of a success */
    int64_t embedded;            /* id of the row in the row of the response */
};

/* The route by which clients reach an operation; NULL: a job. */
const struct route *route_of_operation(const struct operation *operation);

/* Prepares the command; what is refused before it would be queued is refused here. The body lives in the arena. */
MUST_CHECK err flight_admit(struct flight *flight, struct arena *arena);

#endif
