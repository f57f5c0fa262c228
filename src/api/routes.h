/* The routes as a table, made of routes.def, and how a request finds its row. Pure; any thread. */
#ifndef API_ROUTES_H
#define API_ROUTES_H

#include "api/limiter.h"
#include "domain/domain.h"
#include "http/http.h"
#include "store/reader.h"

struct call;

/* Answers from a snapshot: fills call->answer. The reader has not begun; NULL for INSTANT routes. */
typedef err query_function(struct call *call, struct reader *reader);

enum route_flag {
    INSTANT = 1 << 0,
    LISTED = 1 << 1,
    ONE = 1 << 2,
    HASH = 1 << 3,
    VERIFY = 1 << 4,
    SIGNS_IN = 1 << 5,
    SIGNS_OUT = 1 << 6,
    NO_REPLAY = 1 << 7,
    ME = 1 << 8,
    STREAM = 1 << 9,
    HTML = 1 << 10,
    TEXT = 1 << 11,
    UNLISTED = 1 << 12,
};

struct route {
    enum http_method method;
    const char *path;                    /* with {id} */
    query_function *query;               /* one of these */
    command_function *command;           /* two */
    const struct descriptor *descriptor; /* of the body; NULL: none */
    const struct entity *entity;         /* NULL: none */
    unsigned roles;                      /* ROLE_BITs */
    unsigned flags;
    size_t body_max; /* bytes */
    enum rate_class rate;
    int status; /* of success */
    const char *doc;
};

enum { ROUTES_MAX = 160 };

/* All of them, in the order of routes.def. */
const struct route *routes_table(size_t *ret_count);

/* "GET", ... */
str method_name(enum http_method method);

/* What a request's path leads to. */
struct match {
    const struct route *route; /* NULL when the path has no such method */
    int64_t id;                /* 0: the path has none */
    unsigned methods;          /* that the path has: bit 1 << enum http_method; HEAD where there is GET */
};

/* ERR_NOT_FOUND when no route has this path, ERR_METHOD_NOT_ALLOWED (with ret->methods set) when none has the method.
 * HEAD finds the row of GET. */
MUST_CHECK err route_match(enum http_method method, str path, struct match *ret_match);

/* Position in the table, for counters. */
size_t route_index(const struct route *route);

static inline bool role_in(unsigned roles, enum role role)
{
    return roles >> role & 1;
}

#endif
