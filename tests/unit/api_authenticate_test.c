/* Unit tests of api/authenticate: a request is authorized once more when its command runs, also when the command that
 * revoked its session or role shares the transaction, so that no commit has reached the session cache yet. */
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

/* A person with a session, and a request of theirs that was admitted. */
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

/* Their request is admitted. */
static void scene_admit(struct unit *unit, struct scene *scene, const struct route *route)
{
    scene->call = (struct call){
        .api = &api,
        .request = &request,
        .route = route,
        .admission = {.actor = {.user_id = scene->user->id, .role = ROLE_ORGANIZER, .session_id = scene->session->id},
                      .mark = session_cache_mark(api.sessions),
                      .expires_at = scene->session->expires_at},
    };
    expect(actor_confirm(&scene->call, unit) == OK);
}

static void scene_set(struct unit *unit, struct scene *scene, const struct route *route)
{
    scene->user = unit_new(unit, ENTITY_user);
    scene->user->email = arena_printf(unit->arena, "%lld@example.com", (long long)scene->user->id);
    scene->user->password = STR("hash");
    scene->user->name = STR("Ada");
    scene->user->role = USER_ORGANIZER;
    scene->session = unit_new(unit, ENTITY_session);
    scene->session->user_id = scene->user->id;
    scene->session->token_hash = unit_random(unit, 32);
    scene->session->expires_at = unit->now + 60000;
    scene_admit(unit, scene, route);
}

static err signed_out(struct unit *unit, void *context)
{
    (void)context;
    struct scene scene;
    scene_set(unit, &scene, route_of(HTTP_POST, "/api/v1/events"));
    unit_delete(unit, scene.session);
    expect(actor_confirm(&scene.call, unit) == ERR_UNAUTHENTICATED);
    expect(actor_confirm(&scene.call, unit) == ERR_UNAUTHENTICATED); /* also when its batch runs again */
    return OK;
}

static void a_request_after_signing_out_is_unauthenticated(void **state)
{
    (void)state;
    assert_int_equal(fixture_run(fixture, &fixture->system, signed_out, NULL), OK);
    assert_expected();
}

static err lost_the_role(struct unit *unit, void *context)
{
    (void)context;
    struct scene scene;
    scene_set(unit, &scene, route_of(HTTP_POST, "/api/v1/events"));
    scene.user->role = USER_CUSTOMER;
    unit_changed(unit, scene.user);
    expect(actor_confirm(&scene.call, unit) == ERR_FORBIDDEN);
    return OK;
}

static void a_request_after_losing_the_role_is_forbidden(void **state)
{
    (void)state;
    assert_int_equal(fixture_run(fixture, &fixture->system, lost_the_role, NULL), OK);
    assert_expected();
}

static err has_another_role(struct unit *unit, void *context)
{
    (void)context;
    struct scene scene;
    scene_set(unit, &scene, route_of(HTTP_POST, "/api/v1/bookings"));
    scene.user->role = USER_CUSTOMER;
    unit_changed(unit, scene.user);
    expect(actor_confirm(&scene.call, unit) == OK);
    expect(scene.call.actor.role == ROLE_CUSTOMER);
    return OK;
}

static void an_allowed_request_runs_with_the_new_role(void **state)
{
    (void)state;
    assert_int_equal(fixture_run(fixture, &fixture->system, has_another_role, NULL), OK);
    assert_expected();
}

static err session_expired(struct unit *unit, void *context)
{
    (void)context;
    struct scene scene;
    scene_set(unit, &scene, route_of(HTTP_POST, "/api/v1/events"));
    scene.call.admission.expires_at = scene.session->expires_at = unit->now;
    expect(actor_confirm(&scene.call, unit) == ERR_UNAUTHENTICATED);
    return OK;
}

static void a_request_of_an_expired_session_is_unauthenticated(void **state)
{
    (void)state;
    assert_int_equal(fixture_run(fixture, &fixture->system, session_expired, NULL), OK);
    assert_expected();
}

static err registers_with_an_expired_cookie(struct unit *unit, void *context)
{
    (void)context;
    struct scene scene;
    scene_set(unit, &scene, route_of(HTTP_POST, "/api/v1/auth/register"));
    scene.call.admission.credential.cookie = true;
    unit_delete(unit, scene.session);
    expect(actor_confirm(&scene.call, unit) == OK);
    expect(scene.call.actor.role == ROLE_ANONYMOUS && scene.call.actor.user_id == 0);
    return OK;
}

static void an_expired_cookie_does_not_prevent_registering(void **state)
{
    (void)state;
    assert_int_equal(fixture_run(fixture, &fixture->system, registers_with_an_expired_cookie, NULL), OK);
    assert_expected();
}

/* Between the check of the password and the creation of the session. */
static err signs_in_with_an_old_password(struct unit *unit, void *context)
{
    (void)context;
    struct scene scene;
    scene_set(unit, &scene, route_of(HTTP_POST, "/api/v1/auth/login"));
    struct call login = {.api = &api, .route = scene.call.route, .input = {.id = scene.user->id}};
    login.admission.password = STR("hash");
    expect(actor_confirm(&login, unit) == OK);
    scene.user->password = STR("another");
    unit_changed(unit, scene.user);
    expect(actor_confirm(&login, unit) == ERR_UNAUTHENTICATED);
    return OK;
}

static void signing_in_with_a_password_changed_meanwhile_is_unauthenticated(void **state)
{
    (void)state;
    assert_int_equal(fixture_run(fixture, &fixture->system, signs_in_with_an_old_password, NULL), OK);
    assert_expected();
}

/* A person whose rows are in the database, so that only what the batch changes is new. */
struct person {
    int64_t user, session;
};

static err person_insert(struct unit *unit, void *context)
{
    struct scene scene;
    scene_set(unit, &scene, route_of(HTTP_POST, "/api/v1/events"));
    *(struct person *)context = (struct person){scene.user->id, scene.session->id};
    return OK;
}

static err scene_get(struct unit *unit, const struct person *person, struct scene *ret_scene)
{
    err e = unit_get(unit, ENTITY_user, person->user, &ret_scene->user);
    if (!e) e = unit_get(unit, ENTITY_session, person->session, &ret_scene->session);
    if (!e) scene_admit(unit, ret_scene, route_of(HTTP_POST, "/api/v1/events"));
    return e;
}

static err role_taken_away(struct unit *unit, void *context)
{
    struct scene scene;
    err e = scene_get(unit, context, &scene);
    if (e) return e;
    scene.user->role = USER_CUSTOMER;
    unit_changed(unit, scene.user);
    expect(actor_confirm(&scene.call, unit) == ERR_FORBIDDEN);
    return OK;
}

static err session_ended(struct unit *unit, void *context)
{
    struct scene scene;
    err e = scene_get(unit, context, &scene);
    if (e) return e;
    unit_delete(unit, scene.session);
    expect(actor_confirm(&scene.call, unit) == ERR_UNAUTHENTICATED);
    return OK;
}

static void what_the_batch_changed_counts_before_its_commit(void **state)
{
    (void)state;
    struct person person;
    err (*const changes[])(struct unit * unit, void *context) = {role_taken_away, session_ended};
    for (size_t i = 0; i < COUNT_OF(changes); i++) {
        assert_int_equal(fixture_run(fixture, &fixture->system, person_insert, &person), OK);
        assert_int_equal(fixture_run(fixture, &fixture->system, changes[i], &person), OK);
        assert_expected();
    }
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
static err change_one_of_two_people(struct unit *unit, void *context)
{
    const int64_t *id = context;
    struct user *user;
    int64_t other;
    expect(unit_get(unit, ENTITY_user, *id, &user) == OK);
    expect(user_inserted(unit, &other) == OK);
    expect(!unit_changes(unit, ENTITY_user, *id)); /* another person registered */
    user->role = USER_ORGANIZER;
    unit_changed(unit, user);
    expect(unit_changes(unit, ENTITY_user, *id));
    return OK;
}

static void only_the_changed_person_is_read_again(void **state)
{
    (void)state;
    int64_t id = 0;
    assert_int_equal(fixture_run(fixture, &fixture->system, user_inserted, &id), OK);
    assert_int_equal(fixture_run(fixture, &fixture->system, change_one_of_two_people, &id), OK);
    assert_expected();
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(a_request_after_signing_out_is_unauthenticated),
        TEST(a_request_after_losing_the_role_is_forbidden),
        TEST(an_allowed_request_runs_with_the_new_role),
        TEST(a_request_of_an_expired_session_is_unauthenticated),
        TEST(an_expired_cookie_does_not_prevent_registering),
        TEST(signing_in_with_a_password_changed_meanwhile_is_unauthenticated),
        TEST(what_the_batch_changed_counts_before_its_commit),
        TEST(only_the_changed_person_is_read_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
