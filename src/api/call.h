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

/* The kind of thread on which a step of serve() can run. */
enum place {
    ANYWHERE,
    ON_READER,
    ON_HASHER,
    ON_OWN_HASHER, /* for people who are signed in or on a known device: strangers cannot fill its queue */
};

struct response {
    int status; /* 0: that of the route */
    str body;
    str content_type;  /* STR_NONE: that of the route */
    str cache_control; /* STR_NONE: depends on who may see the response (respond.c) */
    str location;      /* location and etag are stored for repeated requests */
    str etag;
    struct http_header headers[RESPONSE_HEADERS_MAX];
    size_t header_count;
};

enum { COOKIES_MAX = 4 };

struct credential {
    char hash[HASH_TEXT_SIZE]; /* of the token; empty: none given */
    bool cookie;               /* a browser sends it with every request */
};

/* What the call was admitted with. It may wait before its command runs, so it is confirmed then. */
struct admission {
    struct actor actor; /* the actor at admission; commands of a batch that was rolled back run again with this */
    struct credential credential;
    uint64_t mark;      /* mark of the session cache at which session and user were as in `actor` */
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
    struct command command; /* first member, so that the writer's pointer is also one to the call */
    struct job job;         /* while it waits for a pool */
    struct api *api;
    struct http_request *request;
    struct match match;
    const struct route *route; /* match.route; NULL when nothing matched */
    size_t step;               /* of serve(): the next to run */
    size_t actor_step;         /* the step that looks up the actor; the call restarts there when the actor changed */
    err outcome;               /* why it was refused; OK: it was not, or not yet */
    bool queried;              /* its query ran, on a reader */
    bool actor_confirmed;      /* in the transaction that decided the outcome */
    struct credential credential;
    char cookies[COOKIES_MAX]
                [HASH_TEXT_SIZE]; /* hashes of further session cookies, tried when the credential is unknown */
    size_t cookie_count;
    str device_token; /* of a sign-in: the cookie of a device, known or not; STR_NONE: none */
    struct admission admission;
    struct actor actor;
    struct input input;
    struct change_list changes; /* LIST: what creates each row; input.change is that of the one that is being created */
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
