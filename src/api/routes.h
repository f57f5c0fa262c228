/* The route table: the rows of routes.def, and those of the pages (site/pages.def), which are added before the first
 * look-up. A row says what body a route accepts, what it responds with, which roles may use it and how often; serve()
 * and the documentation of the API only read these columns. After the first look-up the table never changes; any
 * thread. */
#ifndef API_ROUTES_H
#define API_ROUTES_H

#include "api/limiter.h"
#include "base/buf.h"
#include "domain/domain.h"
#include "http/http.h"
#include "store/reader.h"

struct call;

/* Reads in a snapshot of its own and fills call->response. `reader` has not begun; it is NULL for INSTANT routes. */
typedef err query_function(struct call *call, struct reader *reader);

/* Writes a page of HTML. With call->outcome OK it is the requested page; else it is the page of a refused form, shown
 * again with call->problem and the values of the body. `reader` as above. */
typedef err page_function(struct call *call, struct reader *reader, struct buf *out);

/* Where the browser is redirected after a form succeeded: a path of this site, in the arena of the call. */
typedef str next_function(struct call *call, const struct result *result);

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
    BOOKS = 1 << 9,
    UNLISTED = 1 << 10,
    MOVES = 1 << 11,
    EXTENDS = 1 << 12,
    NO_ACTOR = 1 << 13,
    MONITORS = 1 << 14,
    REAUTHENTICATES = 1 << 15,
};

/* A parameter of a path: {id} is a number without leading zeros, {token:text} any text. */
struct path_parameter {
    str name;
    bool is_text;
};

enum { ROUTES_MAX = 160, PATH_TEXT_MAX = 128, PATH_PARAMETERS_MAX = 4 };

/* The body of a request. */
struct takes {
    enum { TAKE_NOTHING, TAKE_JSON, TAKE_LIST, TAKE_FORM, TAKE_FILE } kind; /* NOTHING: or an empty JSON object */
    const struct descriptor *descriptor; /* JSON, LIST (an array of such objects), FORM: of its members; else NULL */
    const char *type;                    /* FILE: the media type */
};

/* The body of a successful response. */
struct gives {
    enum gives_kind { GIVE_JSON, GIVE_ROWS, GIVE_HTML, GIVE_TEXT, GIVE_FILE, GIVE_STREAM, GIVE_COUNT } kind;
    const char *type;      /* FILE: the media type; NULL: the query sets it, and Accept is ignored */
    const char *file_name; /* FILE: the name under which a browser saves it; NULL: it displays it */
};

struct route {
    enum http_method method;
    const char *path;                                      /* as in the documentation: "/api/v1/events/{id}" */
    struct path_parameter parameters[PATH_PARAMETERS_MAX]; /* in the order of the path */
    size_t parameter_count;
    query_function *query;     /* either this */
    command_function *command; /* or this */
    page_function *page;       /* HTML: the page, or the page that shows a refused form again; NULL: none */
    next_function *next;       /* FORM: where to go after success */
    struct takes takes;
    struct gives gives;
    const struct entity *entity; /* NULL: none */
    unsigned roles;              /* ROLE_BITs */
    unsigned flags;
    size_t body_max; /* bytes */
    enum rate_class rate;
    int status; /* on success */
    const char *doc;
};

/* A row as written in the .def files. */
struct route_row {
    struct route route; /* the path with types of its parameters; roles may be one of role_column */
    int entity;         /* an entity_id, or ENTITY_NO_ENTITY */
};

enum { ENTITY_NO_ENTITY = -1 };

/* Stands for the fields of the row's entity in `takes`. */
extern const struct descriptor descriptor_own;

/* Values of the column `roles` in the .def files besides ROLE_BITs: roles that follow from the rules of the entity. */
enum role_column { MAY_READ = 1 << 16, MAY_WRITE = 1 << 17, MAY_TRACE = 1 << 18 };

/* For the macros that expand the .def files: TAKES_##takes and GIVES_##gives. */
#define TAKES_NOTHING                                                                                                  \
    {                                                                                                                  \
        .kind = TAKE_NOTHING                                                                                           \
    }
#define TAKES_JSON(input)                                                                                              \
    {                                                                                                                  \
        .kind = TAKE_JSON, .descriptor = &descriptor_##input                                                           \
    }
#define TAKES_LIST(input)                                                                                              \
    {                                                                                                                  \
        .kind = TAKE_LIST, .descriptor = &descriptor_##input                                                           \
    }
#define TAKES_FORM(input)                                                                                              \
    {                                                                                                                  \
        .kind = TAKE_FORM, .descriptor = &descriptor_##input                                                           \
    }
#define TAKES_FILE(type_)                                                                                              \
    {                                                                                                                  \
        .kind = TAKE_FILE, .type = type_                                                                               \
    }
#define GIVES_JSON                                                                                                     \
    {                                                                                                                  \
        .kind = GIVE_JSON                                                                                              \
    }
#define GIVES_ROWS                                                                                                     \
    {                                                                                                                  \
        .kind = GIVE_ROWS                                                                                              \
    }
#define GIVES_HTML                                                                                                     \
    {                                                                                                                  \
        .kind = GIVE_HTML                                                                                              \
    }
#define GIVES_TEXT                                                                                                     \
    {                                                                                                                  \
        .kind = GIVE_TEXT                                                                                              \
    }
#define GIVES_STREAM                                                                                                   \
    {                                                                                                                  \
        .kind = GIVE_STREAM                                                                                            \
    }
#define GIVES_FILE(type_, as)                                                                                          \
    {                                                                                                                  \
        .kind = GIVE_FILE, .type = type_, .file_name = as                                                              \
    }

/* Adds rows that other layers define. Call it before the first look-up, on one thread; the rows must never be freed. */
void routes_add(const struct route_row *rows, size_t count);

/* All routes: first those of routes.def, in its order, then those that were added. */
const struct route *routes_table(size_t *ret_count);

/* "GET", ... */
str method_name(enum http_method method);

/* The value of a parameter in a path. */
struct path_value {
    str name;
    str text;       /* decoded; 1 to PATH_TEXT_MAX bytes of UTF-8 without control characters */
    int64_t number; /* 0: the parameter is a text */
};

/* The route that matches a request. */
struct match {
    const struct route *route; /* NULL when the path does not support the method */
    int64_t id;                /* the parameter {id}; 0: the path has none */
    unsigned methods;          /* supported by the path: bit 1 << enum http_method; HEAD with every GET */
    size_t value_count;
    struct path_value values[PATH_PARAMETERS_MAX]; /* all parameters, in the order of the path */
};

/* Finds the route for a path, which is still percent-encoded. ERR_BAD_REQUEST when it cannot be decoded, ERR_NOT_FOUND
 * when no route has this path, ERR_METHOD_NOT_ALLOWED (with ret->methods set) when none of them has the method. HEAD
 * finds the route of GET. Texts live in the arena or in `path`. */
MUST_CHECK err route_match(struct arena *arena, enum http_method method, str path, struct match *ret_match);

/* The text parameter of this name. Bounds: the route has it. */
str match_text(const struct match *match, const char *name);

/* The URL path of a row, "/api/v1/events/17", from the route GET .../{id} that reads rows of its entity. STR_NONE when
 * there is no such route. */
str route_address(struct arena *arena, const struct entity *entity, int64_t id);

/* Whether any route accepts or returns rows of the entity. */
bool entity_has_routes(const struct entity *entity);

/* Position in the table, for counters. */
size_t route_index(const struct route *route);

/* The media type of a route's response; STR_NONE: its query decides. ROWS can be CSV_TYPE, too. */
str route_produces(const struct route *route);

#define CSV_TYPE "text/csv"

/* "everyone", or the names of the roles with this between them. */
str roles_text(struct arena *arena, unsigned roles, const char *separator);

static inline bool route_takes_list(const struct route *route)
{
    return route->takes.kind == TAKE_LIST;
}

static inline bool role_in(unsigned roles, enum role role)
{
    return roles >> role & 1;
}

#endif
