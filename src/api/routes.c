/* See routes.h. Paths are looked up segment by segment in a tree of all routes. At each node a literal segment is tried
 * first, then a number, then a text parameter; if a branch has no match, the next one is tried. */
#include "api/routes.h"

#include <pthread.h>

#include "api/handlers.h"
#include "base/check.h"
#include "base/parameters.h"
#include "base/utf8.h"
#include "domain/commands.h"
#include "schema/decode.h"
#include "schema/rule.h"

/* --- the table ---------------------------------------------------------------------------------------------------- */

const struct descriptor descriptor_own = {.title = "Own"};

#define ENTITY_NAMED(name) ENTITY_##name

static const struct route_row own_rows[] = {
#define QUERY(method_, path_, function, gives_, entity_, roles_, flags_, rate_, doc_)                                  \
    {{.method = HTTP_##method_,                                                                                        \
      .path = path_,                                                                                                   \
      .query = function,                                                                                               \
      .gives = GIVES_##gives_,                                                                                         \
      .roles = roles_,                                                                                                 \
      .flags = flags_,                                                                                                 \
      .rate = RATE_##rate_,                                                                                            \
      .status = 200,                                                                                                   \
      .doc = doc_},                                                                                                    \
     (int)ENTITY_NAMED(entity_)},
#define COMMAND(method_, path_, function, takes_, entity_, roles_, flags_, body_max_, rate_, status_, doc_)            \
    {{.method = HTTP_##method_,                                                                                        \
      .path = path_,                                                                                                   \
      .command = function,                                                                                             \
      .takes = TAKES_##takes_,                                                                                         \
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

enum { ROLES_TEXT_MAX = 256, BATCHES_MAX = 4, PATTERN_MAX = 128, SEGMENTS_MAX = 8, NODES_MAX = ROUTES_MAX * 4 };

/* The rows of this layer, and those that were added. */
static struct {
    const struct route_row *rows;
    size_t count;
} batches[BATCHES_MAX] = {{own_rows, COUNT_OF(own_rows)}};
static size_t batch_count = 1;

static struct route routes[ROUTES_MAX];
static char paths[ROUTES_MAX][PATTERN_MAX]; /* without the types of the parameters */
static size_t route_count;                  /* 0: not linked yet */
static const struct route *addresses[ENTITY_COUNT];
static bool described[ENTITY_COUNT];

void routes_add(const struct route_row *rows, size_t count)
{
    CHECK(route_count == 0 && batch_count < BATCHES_MAX);
    batches[batch_count].rows = rows;
    batches[batch_count++].count = count;
}

static unsigned roles_ruled(const struct entity *entity, enum action action)
{
    unsigned roles = 0;
    for (unsigned role = 0; role < ROLE_COUNT; role++) {
        if (entity_rule(entity, action, (enum role)role)) roles |= 1u << role;
    }
    return roles;
}

/* The history of rows is available to staff, and to roles that see only their own rows. */
static unsigned roles_tracing(const struct entity *entity)
{
    unsigned roles = roles_ruled(entity, ACTION_READ) & STAFF_ROLES;
    if (role_reads_own_only(entity, ROLE_CUSTOMER)) roles |= ROLE_BIT(CUSTOMER);
    return roles;
}

static unsigned roles_meant(const struct route_row *row, const struct entity *entity)
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
    CHECK(route >= routes && route < routes + route_count);
    return (size_t)(route - routes);
}

/* --- the tree of paths -------------------------------------------------------------------------------------------- */

enum segment_kind { SEGMENT_LITERAL, SEGMENT_NUMBER, SEGMENT_TEXT };

struct node {
    enum segment_kind kind;
    str text;                        /* of a literal; else the name of the parameter */
    struct node *first_child, *next; /* siblings in the order of their kinds */
    unsigned methods;                /* 0: no route ends here */
    const struct route *routes[HTTP_METHOD_COUNT];
};

static struct node nodes[NODES_MAX] = {{.kind = SEGMENT_LITERAL}}; /* the first is the root */
static size_t node_count = 1;

/* "{token:text}" is a text parameter, "{id}" a number, anything else a literal. */
static struct node segment_parse(str segment)
{
    if (!str_starts(segment, STR("{"))) return (struct node){.kind = SEGMENT_LITERAL, .text = segment};
    CHECK(str_ends(segment, STR("}")));
    str inside = {segment.p + 1, segment.n - 2};
    size_t colon = str_find(inside, ':');
    CHECK(colon == inside.n || str_is(str_from(inside, colon), ":text"));
    return (struct node){.kind = colon < inside.n ? SEGMENT_TEXT : SEGMENT_NUMBER, .text = str_first(inside, colon)};
}

static struct node *child_add(struct node *parent, struct node segment)
{
    struct node **place = &parent->first_child;
    while (*place && (*place)->kind <= segment.kind) {
        bool same = (*place)->kind == segment.kind && str_equal((*place)->text, segment.text);
        if (same) return *place;
        CHECK((*place)->kind != segment.kind || segment.kind == SEGMENT_LITERAL); /* one name for a parameter */
        place = &(*place)->next;
    }
    CHECK(node_count < NODES_MAX);
    struct node *node = &nodes[node_count++];
    *node = segment;
    node->next = *place;
    return *place = node;
}

static void path_parameter_add(struct route *route, const struct node *segment)
{
    if (segment->kind == SEGMENT_LITERAL) return;
    CHECK(route->parameter_count < PATH_PARAMETERS_MAX);
    route->parameters[route->parameter_count++] = (struct path_parameter){segment->text, segment->kind == SEGMENT_TEXT};
}

static void path_add(struct route *route, str pattern)
{
    struct node *node = nodes;
    str rest = str_from(pattern, 1), segment;
    while (str_split(&rest, '/', &segment)) {
        node = child_add(node, segment_parse(segment));
        path_parameter_add(route, node);
    }
    CHECK(!node->routes[route->method]);
    node->routes[route->method] = route;
    node->methods |= 1u << route->method;
    if (route->method != HTTP_GET) return;
    node->routes[HTTP_HEAD] = route;
    node->methods |= 1u << HTTP_HEAD;
}

/* The pattern without the types of its parameters. */
static void path_write(char path[static PATTERN_MAX], str pattern)
{
    size_t n = 0;
    for (size_t i = 0; i < pattern.n; i++) {
        if (pattern.p[i] == ':') i += sizeof("text");
        CHECK(n + 1 < PATTERN_MAX);
        path[n++] = pattern.p[i];
    }
    path[n] = '\0';
}

/* Checks the rows themselves: the page that shows a refused form again must be a page, and a response that is kept for
 * repeated requests must be complete when the transaction ends. */
static void route_check(const struct route *route)
{
    bool html = route->gives.kind == GIVE_HTML;
    CHECK((route->query != NULL) != (route->command != NULL));
    CHECK((route->takes.kind == TAKE_FORM) == (route->next != NULL));
    CHECK(!route->page || html);
    CHECK(route->takes.kind != TAKE_FILE || (route->takes.type && route->body_max > 0));
    CHECK(!route->command || route->gives.kind == GIVE_JSON || (html && route->next));
    CHECK(route->takes.kind != TAKE_LIST || (route->method == HTTP_POST && route->status == 201));
}

/* The column of the row, or less where the fields of the body require less; 16 KiB cost nothing. */
static size_t body_max_of(const struct route *route)
{
    enum { SMALL_BODY = 16 * 1024 };
    if (route->takes.kind != TAKE_JSON && route->takes.kind != TAKE_FORM) return route->body_max;
    size_t fields = decode_size_max(route->takes.descriptor), most = fields > SMALL_BODY ? fields : SMALL_BODY;
    return most < route->body_max ? most : route->body_max;
}

static void route_link(struct route *route, const struct route_row *row)
{
    const struct entity *entity = row->entity == ENTITY_NO_ENTITY ? NULL : entity_of((enum entity_id)row->entity);
    str pattern = str_of(row->route.path);
    *route = row->route;
    path_write(paths[route - routes], pattern);
    route->path = paths[route - routes];
    route->entity = entity;
    route->roles = roles_meant(row, entity);
    if (route->takes.descriptor == &descriptor_own) route->takes.descriptor = &entity->descriptor;
    route->body_max = body_max_of(route);
    route_check(route);
    path_add(route, pattern);
    if (!entity) return;
    described[entity->id] = true;
    if (route->query && route->flags & ONE && str_ends(pattern, STR("/{id}"))) addresses[entity->id] = route;
}

static void routes_link(void)
{
    for (size_t b = 0; b < batch_count; b++) {
        for (size_t i = 0; i < batches[b].count; i++) {
            CHECK(route_count < ROUTES_MAX);
            route_link(&routes[route_count++], &batches[b].rows[i]);
        }
    }
}

static pthread_once_t linked = PTHREAD_ONCE_INIT;

const struct route *routes_table(size_t *ret_count)
{
    CHECK(pthread_once(&linked, routes_link) == 0);
    *ret_count = route_count;
    return routes;
}

str route_address(struct arena *arena, const struct entity *entity, int64_t id)
{
    CHECK(pthread_once(&linked, routes_link) == 0);
    const struct route *route = addresses[entity->id];
    if (!route) return STR_NONE;
    str path = str_of(route->path);
    str before = str_first(path, path.n - STR("{id}").n);
    return arena_printf(arena, "%.*s%lld", STR_ARG(before), (long long)id);
}

bool entity_has_routes(const struct entity *entity)
{
    CHECK(pthread_once(&linked, routes_link) == 0);
    return described[entity->id];
}

/* --- look-up ------------------------------------------------------------------------------------------------------ */

struct segments {
    str items[SEGMENTS_MAX]; /* decoded */
    size_t count;
};

static err segments_read(struct arena *arena, str path, struct segments *ret_segments)
{
    str rest = str_from(path, 1), segment;
    size_t count = 0;
    while (str_split(&rest, '/', &segment)) {
        if (str_find(segment, '%') < segment.n) {
            err e = percent_decode(arena, segment, false, &segment);
            if (e) return e;
        }
        if (count < SEGMENTS_MAX) ret_segments->items[count] = segment;
        count++;
    }
    ret_segments->count = count;
    return count <= SEGMENTS_MAX ? OK : ERR_NOT_FOUND;
}

/* Reads the id of a row; only its canonical form, without leading zeros, is accepted. */
static bool number_read(str segment, int64_t *ret_number)
{
    if (segment.n == 0 || segment.n > 18 || segment.p[0] < '1' || segment.p[0] > '9') return false;
    return str_to_int(segment, ret_number);
}

static bool text_acceptable(str text)
{
    if (text.n == 0 || text.n > PATH_TEXT_MAX || !utf8_valid(text)) return false;
    for (size_t i = 0; i < text.n; i++) {
        if ((unsigned char)text.p[i] < 0x20 || text.p[i] == 0x7f) return false;
    }
    return true;
}

static bool segment_fits(const struct node *node, str segment, struct path_value *ret_value)
{
    *ret_value = (struct path_value){.name = node->text, .text = segment};
    switch (node->kind) {
    case SEGMENT_LITERAL:
        return str_equal(node->text, segment);
    case SEGMENT_NUMBER:
        return number_read(segment, &ret_value->number);
    case SEGMENT_TEXT:
        return text_acceptable(segment);
    }
    return false;
}

/* The node of a path, and the values of its parameters; at most SEGMENTS_MAX deep. */
static const struct node *node_find(const struct node *node, const struct segments *segments, size_t depth,
                                    struct match *match)
{
    if (depth == segments->count) return node->methods ? node : NULL;
    for (const struct node *child = node->first_child; child; child = child->next) {
        struct path_value value;
        size_t values = match->value_count;
        if (!segment_fits(child, segments->items[depth], &value)) continue;
        if (child->kind != SEGMENT_LITERAL) {
            CHECK(values < PATH_PARAMETERS_MAX);
            match->values[match->value_count++] = value;
        }
        const struct node *found = node_find(child, segments, depth + 1, match);
        if (found) return found;
        match->value_count = values;
    }
    return NULL;
}

static int64_t id_of(const struct match *match)
{
    for (size_t i = 0; i < match->value_count; i++) {
        if (str_is(match->values[i].name, "id")) return match->values[i].number;
    }
    return 0;
}

err route_match(struct arena *arena, enum http_method method, str path, struct match *ret_match)
{
    struct segments segments;
    struct match match = {0};
    CHECK(pthread_once(&linked, routes_link) == 0);
    if (path.n == 0 || path.p[0] != '/') return ERR_NOT_FOUND;
    err e = segments_read(arena, path, &segments);
    if (e) return e;
    const struct node *node = node_find(nodes, &segments, 0, &match);
    if (!node) return ERR_NOT_FOUND;
    match.route = node->routes[method];
    match.methods = node->methods;
    match.id = id_of(&match);
    *ret_match = match;
    return match.route ? OK : ERR_METHOD_NOT_ALLOWED;
}

str match_text(const struct match *match, const char *name)
{
    for (size_t i = 0; i < match->value_count; i++) {
        if (str_is(match->values[i].name, name)) return match->values[i].text;
    }
    CHECK(!"the path has no such parameter");
    return STR_NONE;
}

str route_produces(const struct route *route)
{
    static const str types[GIVE_COUNT] = {
        [GIVE_JSON] = {"application/json", 16},
        [GIVE_ROWS] = {"application/json", 16},
        [GIVE_HTML] = {"text/html", 9},
        [GIVE_TEXT] = {"text/plain", 10},
        [GIVE_STREAM] = {"text/event-stream", 17},
    };
    return route->gives.kind == GIVE_FILE ? str_of(route->gives.type) : types[route->gives.kind];
}

str method_name(enum http_method method)
{
    static const char *const names[] = {
        [HTTP_GET] = "GET",         [HTTP_HEAD] = "HEAD",   [HTTP_POST] = "POST",
        [HTTP_PUT] = "PUT",         [HTTP_PATCH] = "PATCH", [HTTP_DELETE] = "DELETE",
        [HTTP_OPTIONS] = "OPTIONS", [HTTP_TRACE] = "TRACE", [HTTP_CONNECT] = "CONNECT",
    };
    CHECK(method < HTTP_METHOD_COUNT);
    return str_of(names[method]);
}

str roles_text(struct arena *arena, unsigned roles, const char *separator)
{
    if (roles == (1u << ROLE_COUNT) - 1) return STR("everyone");
    struct buf out = buf_new(arena, ROLES_TEXT_MAX);
    for (unsigned role = 0; role < ROLE_COUNT; role++) {
        if (!role_in(roles, (enum role)role)) continue;
        if (out.n > 0) buf_add(&out, str_of(separator));
        buf_add(&out, role_name((enum role)role));
    }
    CHECK(!out.full);
    return buf_str(&out);
}
