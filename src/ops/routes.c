/* The command routes: prints the route table of the API as text or JSON. */
#include "api/routes.h"

#include "base/check.h"
#include "base/json.h"
#include "ops/cli.h"

enum { ROUTE_LINE_MAX = 2048 };

static int routes_text(struct invocation *invocation, const struct route *routes, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        print("%-7.*s %-44s %-34.*s %s\n", STR_ARG(method_name(routes[i].method)), routes[i].path,
              STR_ARG(roles_text(invocation->arena, routes[i].roles, ",")), routes[i].doc);
    }
    return EXIT_DONE;
}

static void route_json(struct json *json, const struct route *route)
{
    json_object_begin(json);
    json_member_text(json, "method", method_name(route->method));
    json_member_text(json, "path", str_of(route->path));
    json_name(json, STR("roles"));
    json_array_begin(json);
    for (int role = 0; role < ROLE_COUNT; role++) {
        if (role_in(route->roles, (enum role)role)) json_text(json, role_name((enum role)role));
    }
    json_array_end(json);
    json_member_int(json, "status", route->status);
    json_member_text(json, "body", route->takes.descriptor ? str_of(route->takes.descriptor->title) : STR_NONE);
    json_member_bool(json, "documented", !(route->flags & UNLISTED));
    json_member_text(json, "doc", str_of(route->doc));
    json_object_end(json);
}

static int routes_json(struct invocation *invocation, const struct route *routes, size_t count)
{
    struct buf out = buf_new(invocation->arena, ROUTE_LINE_MAX * (count + 1));
    struct json json = json_to(&out);
    json_array_begin(&json);
    for (size_t i = 0; i < count; i++) route_json(&json, &routes[i]);
    json_array_end(&json);
    CHECK(!out.full);
    print_text(buf_str(&out));
    print("\n");
    return EXIT_DONE;
}

int command_routes(struct invocation *invocation)
{
    size_t count;
    const struct route *routes = routes_table(&count);
    bool json = invocation_has(invocation, OPTION_JSON);
    return json ? routes_json(invocation, routes, count) : routes_text(invocation, routes, count);
}
