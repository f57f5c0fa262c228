/* The user or job on whose behalf rows are read and changed. */
#ifndef STORE_ACTOR_H
#define STORE_ACTOR_H

#include "schema/schema.h"

struct actor {
    int64_t user_id; /* 0: not signed in, or a job */
    enum role role;
    int64_t session_id; /* 0: none */
    str request_id;     /* lives as long as the request; STR_NONE for jobs */
};

/* Background jobs, and the program itself: sees and may change everything. */
extern const struct actor system_actor;

#endif
