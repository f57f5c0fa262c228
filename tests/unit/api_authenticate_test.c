/* Unit tests of api/authenticate: what a request was let in by is looked at again when its command runs, also when the
 * command that changed it shares its transaction, so that no commit has told the cache yet. */
#include "unit.h"

#include "api/authenticate.h"
#include "api/session_cache.h"
#include "api/state.h"
#include "store_fixture.h"

static struct fixture *fixture;
static struct api api;
static struct http_request request;

static int setup(void **state)
{
    (void)state;
    fixture = fixture_open("none");
    request = (struct http_request){.arena = fixture->arena};
    api = (struct api){.store = fixture->store, .sessions = session_cache_new(fixture->arena, 64)};
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    session_cache_free(api.sessions);
    fixture_close(fixture);
    return 0;
}

/* A person with a session, and a request of theirs that was let in. */
struct scene {
    struct user *user;
    struct session *session;
    struct call call;
};

static const struct route *route_of(enum http_method method, const char *path)
{
    struct match match;
    assert_int_equal(route_match(fixture->arena, method, str_of(path), &match), OK);
    return match.route;
}

static void scene_set(struct unit *unit, struct scene *scene, const struct route *route)
{
    scene->user = unit_new(unit, ENTITY_user);
    scene->user->email = arena_printf(unit->arena, "%lld@example.com", (long long)scene->user->id);
    scene->user->password = STR("hash");
    scene->user->name = STR("Somebody");
    scene->user->role = USER_ORGANIZER;
    scene->session = unit_new(unit, ENTITY_session);
    scene->session->user_id = scene->user->id;
    scene->session->token_hash = unit_random(unit, 32);
    scene->session->expires_at = unit->now + 1000;
    scene->call = (struct call){
        .api = &api,
        .request = &request,
        .route = route,
        .admission = {.actor = {.user_id = scene->user->id, .role = ROLE_ORGANIZER, .session_id = scene->session->id},
                      .mark = session_cache_mark(api.sessions),
                      .expires_at = scene->session->expires_at},
    };
    assert_int_equal(actor_confirm(&scene->call, unit), OK);
}

static err signed_out(struct unit *unit, void *context)
{
    (void)context;
    struct scene scene;
    scene_set(unit, &scene, route_of(HTTP_POST, "/api/v1/events"));
    unit_delete(unit, scene.session);
    assert_int_equal(actor_confirm(&scene.call, unit), ERR_UNAUTHENTICATED);
    assert_int_equal(actor_confirm(&scene.call, unit), ERR_UNAUTHENTICATED); /* also when its batch runs again */
    return OK;
}

static err lost_the_role(struct unit *unit, void *context)
{
    (void)context;
    struct scene scene;
    scene_set(unit, &scene, route_of(HTTP_POST, "/api/v1/events"));
    scene.user->role = USER_CUSTOMER;
    unit_changed(unit, scene.user);
    assert_int_equal(actor_confirm(&scene.call, unit), ERR_FORBIDDEN);
    return OK;
}

/* The command runs with the rights that are left. */
static err has_another_role(struct unit *unit, void *context)
{
    (void)context;
    struct scene scene;
    scene_set(unit, &scene, route_of(HTTP_POST, "/api/v1/bookings"));
    scene.user->role = USER_CUSTOMER;
    unit_changed(unit, scene.user);
    assert_int_equal(actor_confirm(&scene.call, unit), OK);
    assert_int_equal(scene.call.actor.role, ROLE_CUSTOMER);
    return OK;
}

static err stayed_too_long(struct unit *unit, void *context)
{
    (void)context;
    struct scene scene;
    scene_set(unit, &scene, route_of(HTTP_POST, "/api/v1/events"));
    scene.call.admission.expires_at = scene.session->expires_at = unit->now;
    assert_int_equal(actor_confirm(&scene.call, unit), ERR_UNAUTHENTICATED);
    return OK;
}

/* A browser's cookie that ended keeps nobody from signing in. */
static err signs_in_again(struct unit *unit, void *context)
{
    (void)context;
    struct scene scene;
    scene_set(unit, &scene, route_of(HTTP_POST, "/api/v1/auth/register"));
    scene.call.admission.credential.cookie = true;
    unit_delete(unit, scene.session);
    assert_int_equal(actor_confirm(&scene.call, unit), OK);
    assert_true(scene.call.actor.role == ROLE_ANONYMOUS && scene.call.actor.user_id == 0);
    return OK;
}

/* The password that was tried was changed before the session could be made. */
static err tried_an_old_password(struct unit *unit, void *context)
{
    (void)context;
    struct scene scene;
    scene_set(unit, &scene, route_of(HTTP_POST, "/api/v1/auth/login"));
    struct call login = {.api = &api, .route = scene.call.route, .input = {.id = scene.user->id}};
    login.admission.password = STR("hash");
    assert_int_equal(actor_confirm(&login, unit), OK);
    scene.user->password = STR("another");
    unit_changed(unit, scene.user);
    assert_int_equal(actor_confirm(&login, unit), ERR_UNAUTHENTICATED);
    return OK;
}

static err user_inserted(struct unit *unit, void *context)
{
    struct user *user = unit_new(unit, ENTITY_user);
    user->email = arena_printf(unit->arena, "%lld@example.com", (long long)user->id);
    user->password = STR("hash");
    user->name = STR("Anna");
    *(int64_t *)context = user->id;
    return OK;
}

/* Runs in a batch of its own, so the first person comes from the database. */
static err only_the_changed_person_is_read_again(struct unit *unit, void *context)
{
    const int64_t *id = context;
    struct user *user;
    int64_t other;
    assert_int_equal(unit_get(unit, ENTITY_user, *id, &user), OK);
    assert_int_equal(user_inserted(unit, &other), OK);
    assert_false(unit_changes(unit, ENTITY_user, *id)); /* another person registered */
    user->role = USER_ORGANIZER;
    unit_changed(unit, user);
    assert_true(unit_changes(unit, ENTITY_user, *id));
    return OK;
}

static void a_batch_knows_whom_it_changed(void **state)
{
    (void)state;
    int64_t id = 0;
    assert_int_equal(fixture_run(fixture, &fixture->system, user_inserted, &id), OK);
    assert_int_equal(fixture_run(fixture, &fixture->system, only_the_changed_person_is_read_again, &id), OK);
}

static void who_waited_is_looked_at_again(void **state)
{
    (void)state;
    static err (*const scenes[])(struct unit * unit, void *context) = {
        signed_out, lost_the_role, has_another_role, stayed_too_long, signs_in_again, tried_an_old_password,
    };
    for (size_t i = 0; i < COUNT_OF(scenes); i++) {
        assert_int_equal(fixture_run(fixture, &fixture->system, scenes[i], NULL), OK);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(who_waited_is_looked_at_again, setup, teardown),
        cmocka_unit_test_setup_teardown(a_batch_knows_whom_it_changed, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
