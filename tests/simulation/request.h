/* Requests of a simulation: what a client sends, as numbers, from which the body is written (request.c) and the model
 * decides (model.h). */
#ifndef SIMULATION_REQUEST_H
#define SIMULATION_REQUEST_H

#include "base/arena.h"
#include "domain/domain.h"
#include "schema/decode.h"

/* Members of bodies; the table in request.c has their names and kinds. */
enum argument {
    ARG_EVENT,
    ARG_SCHEDULE,
    ARG_USER,
    ARG_VENUE,
    ARG_QUANTITY,
    ARG_METHOD,
    ARG_GUEST,
    ARG_AMOUNT,
    ARG_PAID_AT,
    ARG_TITLE,
    ARG_PRICE,
    ARG_CAPACITY,
    ARG_MAX_SEATS,
    ARG_VERIFIED_ONLY,
    ARG_START_DATE,
    ARG_END_DATE,
    ARG_SALES_START,
    ARG_SALES_END,
    ARG_EVENT_STATUS,
    ARG_START_TIME,
    ARG_END_TIME,
    ARG_SCHEDULE_STATUS,
    ARG_NAME,
    ARG_ADDRESS,
    ARG_EMAIL,
    ARG_PASSWORD,
    ARG_USER_ROLE,
    ARG_IS_ADMIN,
    ARG_IS_VERIFIED,
    ARG_REASON,
    ARG_VERSION,
    ARG_COUNT
};

struct operation;

struct request {
    const struct operation *operation;
    int64_t user_id; /* 0: not signed in, or a job */
    enum role role;
    int64_t session_id;
    int64_t id;      /* in the path */
    int64_t version; /* If-Match; VERSION_ANY: none */
    bool follow;     /* moveSchedules, extendEvent */
    uint32_t given;  /* bit i: argument i is in the body */
    int64_t values[ARG_COUNT];
    int64_t key; /* Idempotency-Key; 0: none */
};

static inline void request_give(struct request *request, enum argument argument, int64_t value)
{
    request->given |= 1u << argument;
    request->values[argument] = value;
}

static inline bool gives(const struct request *request, enum argument argument)
{
    return request->given >> argument & 1;
}

/* The value, or that of a request that does not give it. */
static inline int64_t given_or(const struct request *request, enum argument argument, int64_t otherwise)
{
    return gives(request, argument) ? request->values[argument] : otherwise;
}

/* The JSON body, NUL-terminated in the arena. */
str request_body(const struct request *request, struct arena *arena);

/* One line for the trace. */
str request_text(const struct request *request, struct arena *arena);

#endif
