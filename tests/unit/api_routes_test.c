/* Unit tests of api/routes: how a path finds its row, and what the table must hold to. */
#include "unit.h"

#include "api/routes.h"
#include "domain/commands.h"

static struct arena *arena;

static struct match found(enum http_method method, const char *path)
{
    struct match match;
    assert_int_equal(route_match(arena, method, str_of(path), &match), OK);
    return match;
}

static void paths_find_their_row(void **state)
{
    (void)state;
    struct match match = found(HTTP_POST, "/api/v1/bookings/42/cancel");
    assert_ptr_equal(match.route->command, booking_cancel);
    assert_int_equal(match.id, 42);
    match = found(HTTP_POST, "/api/v1/bookings");
    assert_ptr_equal(match.route->command, booking_create);
    assert_ptr_equal(match.route->takes.descriptor, &descriptor_booking_request);
    assert_int_equal(match.id, 0);
    match = found(HTTP_PATCH, "/api/v1/event-categories/7");
    assert_ptr_equal(match.route->command, category_update);
    assert_ptr_equal(match.route->takes.descriptor, &entity_of(ENTITY_event_category)->descriptor);
    assert_ptr_equal(found(HTTP_HEAD, "/api/v1/events").route, found(HTTP_GET, "/api/v1/events").route);
    assert_non_null(found(HTTP_GET, "/").route);
}

static void paths_that_lead_nowhere(void **state)
{
    (void)state;
    static const char *const paths[] = {
        "/api/v1",
        "/api/v1/events/",
        "/api/v1/events/abc",
        "/api/v1/events/01",
        "/api/v1/events/0",
        "/api/v1/events/-1",
        "/api/v1/events/{id}",
        "/api/v1/events/1/2",
        "//api/v1/events",
        "/api/v1/Events",
        "/api/v1/events/99999999999999999999",
        "/api/v2/events",
        "",
        "events",
    };
    struct match match;
    for (size_t i = 0; i < COUNT_OF(paths); i++) {
        assert_int_equal(route_match(arena, HTTP_GET, str_of(paths[i]), &match), ERR_NOT_FOUND);
    }
    char longer[4096];
    memset(longer, 'a', sizeof(longer));
    longer[0] = '/';
    assert_int_equal(route_match(arena, HTTP_GET, (str){longer, sizeof(longer)}, &match), ERR_NOT_FOUND);
}

static void methods_that_a_path_has(void **state)
{
    (void)state;
    struct match match;
    assert_int_equal(route_match(arena, HTTP_PUT, STR("/api/v1/events"), &match), ERR_METHOD_NOT_ALLOWED);
    assert_int_equal(match.methods, 1u << HTTP_GET | 1u << HTTP_HEAD | 1u << HTTP_POST);
    assert_int_equal(route_match(arena, HTTP_POST, STR("/api/v1/payments"), &match), ERR_METHOD_NOT_ALLOWED);
    assert_int_equal(route_match(arena, HTTP_OPTIONS, STR("/livez"), &match), ERR_METHOD_NOT_ALLOWED);
}

static void every_row_is_whole(void **state)
{
    (void)state;
    size_t count;
    const struct route *routes = routes_table(&count);
    assert_in_range(count, 1, ROUTES_MAX);
    for (size_t i = 0; i < count; i++) {
        const struct route *route = &routes[i];
        assert_true((route->query == NULL) != (route->command == NULL));
        assert_true(route->roles != 0 && route->roles < 1u << ROLE_COUNT);
        assert_true(route->method != HTTP_GET || (route->query && route->body_max == 0));
        assert_true(!route->command || route->body_max > 0);
        assert_int_equal(route_index(route), i);
    }
}

static unsigned roles_of(enum http_method method, const char *path)
{
    return found(method, path).route->roles;
}

/* Derived from the rules of entities.def. */
static void roles_follow_the_row_rules(void **state)
{
    (void)state;
    unsigned all = (1u << ROLE_COUNT) - 1, signed_in = all & ~ROLE_BIT(ANONYMOUS);
    unsigned managers = ROLE_BIT(ORGANIZER) | ROLE_BIT(ADMIN);
    assert_int_equal(roles_of(HTTP_GET, "/api/v1/events"), all);
    assert_int_equal(roles_of(HTTP_POST, "/api/v1/events"), managers);
    assert_int_equal(roles_of(HTTP_GET, "/api/v1/bookings"), signed_in);
    assert_int_equal(roles_of(HTTP_DELETE, "/api/v1/bookings/1"), ROLE_BIT(ADMIN));
    /* Customers follow what is theirs alone, staff everything they can read. */
    assert_int_equal(roles_of(HTTP_GET, "/api/v1/bookings/1/history"), signed_in);
    assert_int_equal(roles_of(HTTP_GET, "/api/v1/events/1/history"), signed_in & ~ROLE_BIT(CUSTOMER));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(paths_find_their_row),       cmocka_unit_test(paths_that_lead_nowhere),
        cmocka_unit_test(methods_that_a_path_has),    cmocka_unit_test(every_row_is_whole),
        cmocka_unit_test(roles_follow_the_row_rules),
    };
    arena = arena_new(1 << 20);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    arena_free(arena);
    return failed;
}
