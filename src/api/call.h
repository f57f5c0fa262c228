/* One request on its way through serve(). It lives in the request's arena and belongs to one thread at a time: the
 * network thread, a thread of a pool, or a writer. Sending the response (respond.h) ends it. */
#ifndef API_CALL_H
#define API_CALL_H

#include "api/pool.h"
#include "api/routes.h"
#include "base/hash.h"
#include "http/etag.h"
#include "store/command.h"
#include "store/reader.h"

struct api;

enum { RESPONSE_HEADERS_MAX = 24 };

/* Where a step of serve() can run. */
enum place { ANYWHERE, ON_READER, ON_HASHER };

struct response {
    int status; /* 0: the route's */
    str body;
    str content_type;  /* STR_NONE: what the route gives */
    str cache_control; /* STR_NONE: by who may see it (respond.c) */
    str location;      /* these two are kept for repetitions */
    str etag;
    struct http_header headers[RESPONSE_HEADERS_MAX];
    size_t header_count;
};

struct credential {
    char hash[HASH_TEXT_SIZE]; /* of the token; empty: none given */
    bool cookie;               /* a browser sends it with every request */
};

/* What the call was admitted by. It may wait before its command runs, and is confirmed then. */
struct admission {
    struct actor actor; /* as it was admitted; a batch that is rolled back runs its commands again, from here */
    struct credential credential;
    uint64_t mark;      /* of the session cache, when session and person were as the actor says */
    int64_t expires_at; /* of the session */
    str password;       /* the hash that the password matched; STR_NONE: none was checked */
};

struct replay {
    str key;
    str scope; /* STR_NONE: no Idempotency-Key */
    str fingerprint;
    bool replayed;
};

struct call {
    struct command command; /* first: the writer's pointer is ours */
    struct job job;         /* while it waits for a pool */
    struct api *api;
    struct http_request *request;
    struct match match;
    const struct route *route; /* match.route; NULL when nothing matched */
    size_t step;               /* of serve(): the next to run */
    size_t actor_step;         /* that looked the actor up; where the call starts again when the actor changed */
    err outcome;               /* why it was refused; OK: not (yet) */
    bool queried;              /* its query ran, on a reader */
    bool actor_confirmed;      /* in the transaction that decided the outcome */
    struct credential credential;
    struct admission admission;
    struct actor actor;
    struct input input;
    struct versions if_match;
    struct replay replay;
    struct rate_decision rate; /* the tightest limit that was counted */
    struct problem problem;
    struct response response;
    int64_t started_us;
};

/* The arena of its request. */
static inline struct arena *call_arena(const struct call *call)
{
    return call->request->arena;
}

#endif
