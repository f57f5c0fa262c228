/* Unit tests of api/routes: how a path finds its row, and what the table must hold to. */
#include "unit.h"

#include "api/admit.h"
#include "api/input.h"
#include "api/state.h"
#include "domain/commands.h"

static struct arena *arena;

static err no_query(struct call *call, struct reader *reader)
{
    (void)call;
    (void)reader;
    return OK;
}

static err no_command(struct unit *unit, const struct input *input, struct result *ret)
{
    (void)unit;
    (void)input;
    (void)ret;
    return OK;
}

#define ANYBODY ((1u << ROLE_COUNT) - 1)
#define TEST_QUERY(path_)                                                                                              \
    {                                                                                                                  \
        {.method = HTTP_GET, .path = path_, .query = no_query, .roles = ANYBODY, .status = 200}, ENTITY_NO_ENTITY      \
    }

/* Rows as another layer adds them. */
static const struct route_row added[] = {
    TEST_QUERY("/test/a/{id}/b/{other}"),
    TEST_QUERY("/test/link/{token:text}"),
    TEST_QUERY("/test/link/fixed"),
    TEST_QUERY("/test/{id}/number"),
    TEST_QUERY("/test/{name:text}/text"),
    {{.method = HTTP_POST,
      .path = "/test/pictures",
      .command = no_command,
      .takes = TAKES_FILE("image/png"),
      .roles = ANYBODY,
      .body_max = 1000,
      .status = 204},
     ENTITY_NO_ENTITY},
};

static struct match found(enum http_method method, const char *path)
{
    struct match match;
    assert_int_equal(route_match(arena, method, str_of(path), &match), OK);
    return match;
}

static void paths_match_their_route(void **state)
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

static void unknown_paths_are_not_found(void **state)
{
    (void)state;
    static const char *const paths[] = {
        "/api/v1/",
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

static void methods_of_a_path_are_listed(void **state)
{
    (void)state;
    struct match match;
    assert_int_equal(route_match(arena, HTTP_PUT, STR("/api/v1/events"), &match), ERR_METHOD_NOT_ALLOWED);
    assert_int_equal(match.methods, 1u << HTTP_GET | 1u << HTTP_HEAD | 1u << HTTP_POST);
    assert_int_equal(route_match(arena, HTTP_POST, STR("/api/v1/payments"), &match), ERR_METHOD_NOT_ALLOWED);
    assert_int_equal(route_match(arena, HTTP_OPTIONS, STR("/livez"), &match), ERR_METHOD_NOT_ALLOWED);
}

static void every_route_is_complete(void **state)
{
    (void)state;
    size_t count;
    const struct route *routes = routes_table(&count);
    assert_in_range(count, COUNT_OF(added) + 1, ROUTES_MAX);
    for (size_t i = 0; i < count; i++) {
        const struct route *route = &routes[i];
        assert_true((route->query == NULL) != (route->command == NULL));
        assert_true(route->roles != 0 && route->roles < 1u << ROLE_COUNT);
        assert_true(route->method != HTTP_GET || (route->query && route->body_max == 0));
        assert_true(!route->command || route->body_max > 0);
        assert_int_equal(route_index(route), i);
    }
}

static void parameters_are_typed(void **state)
{
    (void)state;
    struct match match = found(HTTP_GET, "/test/a/12/b/34");
    assert_int_equal(match.id, 12);
    assert_int_equal(match.value_count, 2);
    assert_str(match.values[1].name, "other");
    assert_int_equal(match.values[1].number, 34);
    assert_string_equal(found(HTTP_GET, "/test/link/fixed").route->path, "/test/link/fixed");
    assert_string_equal(found(HTTP_GET, "/test/link/other").route->path, "/test/link/{token}");
    assert_string_equal(found(HTTP_GET, "/test/5/number").route->path, "/test/{id}/number");
    assert_string_equal(found(HTTP_GET, "/test/5/text").route->path, "/test/{name}/text");
    assert_int_equal(route_match(arena, HTTP_GET, STR("/test/a/12/b/x"), &match), ERR_NOT_FOUND);
    assert_int_equal(route_match(arena, HTTP_GET, STR("/test/x/number"), &match), ERR_NOT_FOUND);
}

static void text_parameters_are_decoded_and_bounded(void **state)
{
    (void)state;
    struct match match = found(HTTP_GET, "/test/link/R%C3%A9sum%C3%A9%20%2F");
    assert_str(match_text(&match, "token"), "R\xC3\xA9sum\xC3\xA9 /");
    assert_int_equal(route_match(arena, HTTP_GET, STR("/test/link/%ff"), &match), ERR_BAD_REQUEST);
    assert_int_equal(route_match(arena, HTTP_GET, STR("/test/link/%zz"), &match), ERR_BAD_REQUEST);
    assert_int_equal(route_match(arena, HTTP_GET, STR("/test/link/\xff"), &match), ERR_NOT_FOUND);
    assert_int_equal(route_match(arena, HTTP_GET, STR("/test/link/a%0ab"), &match), ERR_NOT_FOUND);
    assert_int_equal(route_match(arena, HTTP_GET, STR("/test/link/"), &match), ERR_NOT_FOUND);
    char path[] = "/test/link/";
    struct buf longer = buf_new(arena, 1000);
    buf_add(&longer, str_of(path));
    for (int i = 0; i < PATH_TEXT_MAX; i++) buf_add_char(&longer, 'a');
    assert_int_equal(route_match(arena, HTTP_GET, buf_str(&longer), &match), OK);
    buf_add_char(&longer, 'a');
    assert_int_equal(route_match(arena, HTTP_GET, buf_str(&longer), &match), ERR_NOT_FOUND);
}

/* What a request with this body comes to at the route that takes a file. */
static err file_sent(struct call *call, const char *content_type, str body)
{
    static struct settings settings;
    static struct api api = {.settings = &settings};
    struct http_header *header = ARENA_NEW(arena, struct http_header);
    struct http_request *request = ARENA_NEW(arena, struct http_request);
    *header = (struct http_header){STR("Content-Type"), str_of(content_type)};
    *request = (struct http_request){.arena = arena,
                                     .method = HTTP_POST,
                                     .headers = header,
                                     .header_count = 1,
                                     .body = body,
                                     .remote = STR("127.0.0.1")};
    *call = (struct call){.api = &api, .request = request, .route = found(HTTP_POST, "/test/pictures").route};
    err e = admit_request(call, NULL);
    return e ? e : input_read(call, NULL);
}

static void a_file_has_a_type_and_a_size(void **state)
{
    (void)state;
    struct call call;
    assert_int_equal(found(HTTP_POST, "/test/pictures").route->body_max, 1000); /* the server refuses larger bodies */
    assert_int_equal(file_sent(&call, "image/png", STR("PNG")), OK);
    assert_str(call.input.file, "PNG");
    assert_null(call.input.change);
    assert_int_equal(file_sent(&call, "image/gif", STR("GIF")), ERR_UNSUPPORTED_MEDIA_TYPE);
    assert_int_equal(file_sent(&call, "application/json", STR("{}")), ERR_UNSUPPORTED_MEDIA_TYPE);
}

static void rows_have_addresses_where_a_route_reads_them(void **state)
{
    (void)state;
    assert_str(route_address(arena, entity_of(ENTITY_event_category), 7), "/api/v1/event-categories/7");
    assert_null(route_address(arena, entity_of(ENTITY_support_reply), 7).p);
    assert_true(entity_has_routes(entity_of(ENTITY_support_reply)));
    assert_false(entity_has_routes(entity_of(ENTITY_idempotency_key)));
}

static unsigned roles_of(enum http_method method, const char *path)
{
    return found(method, path).route->roles;
}

/* Derived from the rules of entities.def. */
static void roles_follow_the_row_policies(void **state)
{
    (void)state;
    unsigned all = (1u << ROLE_COUNT) - 1, signed_in = all & ~ROLE_BIT(ANONYMOUS);
    unsigned managers = ROLE_BIT(ORGANIZER) | ROLE_BIT(ADMIN);
    assert_int_equal(roles_of(HTTP_GET, "/api/v1/events"), all);
    assert_int_equal(roles_of(HTTP_POST, "/api/v1/events"), managers);
    assert_int_equal(roles_of(HTTP_GET, "/api/v1/bookings"), signed_in);
    assert_int_equal(roles_of(HTTP_DELETE, "/api/v1/bookings/1"), ROLE_BIT(ADMIN));
    /* Customers see the history of their own rows only, staff that of all they can read. */
    assert_int_equal(roles_of(HTTP_GET, "/api/v1/bookings/1/history"), signed_in);
    assert_int_equal(roles_of(HTTP_GET, "/api/v1/events/1/history"), signed_in & ~ROLE_BIT(CUSTOMER));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(paths_match_their_route),
        cmocka_unit_test(unknown_paths_are_not_found),
        cmocka_unit_test(methods_of_a_path_are_listed),
        cmocka_unit_test(every_route_is_complete),
        cmocka_unit_test(roles_follow_the_row_policies),
        cmocka_unit_test(parameters_are_typed),
        cmocka_unit_test(text_parameters_are_decoded_and_bounded),
        cmocka_unit_test(a_file_has_a_type_and_a_size),
        cmocka_unit_test(rows_have_addresses_where_a_route_reads_them),
    };
    arena = arena_new(4 << 20);
    routes_add(added, COUNT_OF(added));
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    arena_free(arena);
    return failed;
}
