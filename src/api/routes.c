/* See routes.h. Paths are looked up by halving a sorted list of patterns: the number in a path is first replaced by
 * "{id}", which leaves one text to compare. */
#include "api/routes.h"

#include <pthread.h>
#include <stdlib.h>

#include "api/handlers.h"
#include "base/check.h"
#include "domain/commands.h"
#include "schema/rule.h"

/* --- the table ---------------------------------------------------------------------------------------------------- */

enum { NO_ROLES = 0, MAY_READ = 1 << 16, MAY_WRITE = 1 << 17, MAY_TRACE = 1 << 18 };

enum { ENTITY_NO_ENTITY = -1 };

static const struct descriptor descriptor_own; /* stands for the fields of the route's entity */

#define ENTITY_NAMED(name) ENTITY_##name
#define NOTHING            NULL
#define OWN                &descriptor_own
#define BODY(input)        &descriptor_##input

/* A row as written; what depends on entities.def is filled in at start-up. */
struct written {
    struct route route;
    int entity;
};

static const struct written written[] = {
#define QUERY(method_, path_, function, entity_, roles_, flags_, rate_, doc_)                                          \
    {{.method = HTTP_##method_,                                                                                        \
      .path = path_,                                                                                                   \
      .query = function,                                                                                               \
      .roles = roles_,                                                                                                 \
      .flags = flags_,                                                                                                 \
      .rate = RATE_##rate_,                                                                                            \
      .status = 200,                                                                                                   \
      .doc = doc_},                                                                                                    \
     (int)ENTITY_NAMED(entity_)},
#define COMMAND(method_, path_, function, body, entity_, roles_, flags_, body_max_, rate_, status_, doc_)              \
    {{.method = HTTP_##method_,                                                                                        \
      .path = path_,                                                                                                   \
      .command = function,                                                                                             \
      .descriptor = body,                                                                                              \
      .roles = roles_,                                                                                                 \
      .flags = flags_,                                                                                                 \
      .body_max = body_max_,                                                                                           \
      .rate = RATE_##rate_,                                                                                            \
      .status = status_,                                                                                               \
      .doc = doc_},                                                                                                    \
     (int)ENTITY_NAMED(entity_)},
#include "api/routes.def"
#undef QUERY
#undef COMMAND
};

enum { ROUTE_COUNT = COUNT_OF(written) };
_Static_assert(COUNT_OF(written) <= (size_t)ROUTES_MAX, "ROUTES_MAX is too small");

static struct route routes[ROUTE_COUNT];

static unsigned roles_ruled(const struct entity *entity, enum action action)
{
    unsigned roles = 0;
    for (unsigned role = 0; role < ROLE_COUNT; role++) {
        if (entity_rule(entity, action, (enum role)role)) roles |= 1u << role;
    }
    return roles;
}

/* The history of rows is for staff, and for people who see none but their own. */
static unsigned roles_tracing(const struct entity *entity)
{
    unsigned roles = roles_ruled(entity, ACTION_READ) & STAFF_ROLES;
    if (role_reads_own_only(entity, ROLE_CUSTOMER)) roles |= ROLE_BIT(CUSTOMER);
    return roles;
}

static unsigned roles_meant(const struct written *row, const struct entity *entity)
{
    switch (row->route.roles) {
    case MAY_READ:
        return roles_ruled(entity, ACTION_READ);
    case MAY_WRITE:
        return roles_ruled(entity, ACTION_WRITE);
    case MAY_TRACE:
        return roles_tracing(entity);
    default:
        return row->route.roles;
    }
}

size_t route_index(const struct route *route)
{
    CHECK(route >= routes && route < routes + ROUTE_COUNT);
    return (size_t)(route - routes);
}

/* --- look-up ------------------------------------------------------------------------------------------------------ */

struct place {
    str path;
    unsigned methods;
    const struct route *routes[HTTP_METHOD_COUNT];
};

static struct place places[ROUTE_COUNT];
static size_t place_count;

static int path_compare(str a, str b)
{
    size_t n = a.n < b.n ? a.n : b.n;
    int order = memcmp(a.p, b.p, n);
    if (order) return order;
    return a.n < b.n ? -1 : a.n > b.n;
}

static int place_compare(const void *a, const void *b)
{
    return path_compare(((const struct place *)a)->path, ((const struct place *)b)->path);
}

static int place_compare_path(const void *path, const void *place)
{
    return path_compare(*(const str *)path, ((const struct place *)place)->path);
}

static struct place *place_add(str path)
{
    for (size_t i = 0; i < place_count; i++) {
        if (str_equal(places[i].path, path)) return &places[i];
    }
    places[place_count] = (struct place){.path = path};
    return &places[place_count++];
}

static pthread_once_t linked = PTHREAD_ONCE_INIT;

static void routes_link(void)
{
    for (size_t i = 0; i < ROUTE_COUNT; i++) {
        const struct entity *entity =
            written[i].entity == ENTITY_NO_ENTITY ? NULL : entity_of((enum entity_id)written[i].entity);
        routes[i] = written[i].route;
        routes[i].entity = entity;
        routes[i].roles = roles_meant(&written[i], entity);
        if (routes[i].descriptor == &descriptor_own) routes[i].descriptor = &entity->descriptor;
        struct place *place = place_add(str_of(routes[i].path));
        CHECK(!place->routes[routes[i].method]);
        place->routes[routes[i].method] = &routes[i];
        place->methods |= 1u << routes[i].method;
        if (routes[i].method != HTTP_GET) continue;
        place->routes[HTTP_HEAD] = &routes[i];
        place->methods |= 1u << HTTP_HEAD;
    }
    qsort(places, place_count, sizeof(places[0]), place_compare);
}

const struct route *routes_table(size_t *ret_count)
{
    CHECK(pthread_once(&linked, routes_link) == 0);
    *ret_count = ROUTE_COUNT;
    return routes;
}

/* A row's number, as it is written in one way only. */
static bool id_from(str segment, int64_t *ret_id)
{
    if (segment.n == 0 || segment.n > 18 || segment.p[0] < '1' || segment.p[0] > '9') return false;
    return str_to_int(segment, ret_id);
}

enum { PATTERN_MAX = 128 };

/* The path with its first number replaced by "{id}". False when it is longer than any pattern. */
static bool pattern_of(str path, char pattern[static PATTERN_MAX], size_t *ret_length, int64_t *ret_id)
{
    size_t n = 0;
    int64_t id = 0;
    str rest = path, segment;
    while (str_split(&rest, '/', &segment)) {
        if (id == 0 && id_from(segment, &id)) segment = STR("{id}");
        if (n + segment.n + 1 > PATTERN_MAX) return false;
        memcpy(pattern + n, segment.p, segment.n);
        n += segment.n;
        pattern[n++] = '/';
    }
    *ret_length = n - 1;
    *ret_id = id;
    return true;
}

err route_match(enum http_method method, str path, struct match *ret_match)
{
    char pattern[PATTERN_MAX];
    size_t length;
    int64_t id;
    CHECK(pthread_once(&linked, routes_link) == 0);
    if (str_find(path, '{') != path.n || !pattern_of(path, pattern, &length, &id)) return ERR_NOT_FOUND;
    str requested = {pattern, length};
    const struct place *place = bsearch(&requested, places, place_count, sizeof(places[0]), place_compare_path);
    if (!place) return ERR_NOT_FOUND;
    *ret_match = (struct match){.route = place->routes[method], .id = id, .methods = place->methods};
    return ret_match->route ? OK : ERR_METHOD_NOT_ALLOWED;
}

str method_name(enum http_method method)
{
    static const char *const names[] = {
        [HTTP_GET] = "GET",     [HTTP_HEAD] = "HEAD",     [HTTP_POST] = "POST",       [HTTP_PUT] = "PUT",
        [HTTP_PATCH] = "PATCH", [HTTP_DELETE] = "DELETE", [HTTP_OPTIONS] = "OPTIONS",
    };
    CHECK(method < HTTP_METHOD_COUNT);
    return str_of(names[method]);
}
