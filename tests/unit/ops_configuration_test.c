/* Unit tests of ops/configuration: the URL that is built from Sequelize's host, port, username and so on. That it is
 * never printed is tested in tests/ops/cli.test.mjs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "ops/configuration.h"

static struct arena *arena;

static int setup(void **state)
{
    (void)state;
    arena = arena_new(1 << 20);
    return unsetenv("DATABASE_URL") || unsetenv("BOXOFFICE_DATABASE_URL");
}

static int teardown(void **state)
{
    (void)state;
    arena_free(arena);
    return 0;
}

/* database_url for a file with this environment. */
static str url_of(const char *environment)
{
    char path[] = "/tmp/boxoffice-configuration-XXXXXX";
    int handle = mkstemp(path);
    assert_true(handle >= 0);
    dprintf(handle, "{\"test\": %s}", environment);
    close(handle);
    size_t count;
    settings_table(&count);
    const struct configuration_arguments arguments = {
        .environment = STR("test"), .file = str_of(path), .values = ARENA_ARRAY(arena, str, count)};
    struct configuration *configuration;
    str reason;
    err e = configuration_load(arena, &arguments, &reason, &configuration);
    unlink(path);
    if (e) fail_msg("%.*s", STR_ARG(reason));
    return configuration->settings.database_url;
}

static void parts_become_one_url(void **state)
{
    (void)state;
    static const struct {
        const char *environment, *url;
    } rows[] = {
        {"{\"dialect\": \"sqlite\"}", ""},
        {"{\"dialect\": \"postgres\"}", "postgres:///?host=%6C%6F%63%61%6C%68%6F%73%74"},
        {"{\"dialect\": \"postgres\", \"host\": \"::1\", \"port\": 5}", "postgres:///?host=%3A%3A%31&port=%35"},
        {"{\"dialect\": \"postgresql\", \"host\": \"/d\", \"port\": \"5\", \"username\": \"m\", \"password\": "
         "\"&\xc3\xa4\","
         " \"database\": \"x\"}",
         "postgres:///?host=%2F%64&port=%35&user=%6D&password=%26%C3%A4&dbname=%78"},
        {"{\"dialect\": \"postgres\", \"host\": \"h\", \"dialectOptions\": {\"ssl\": true}}",
         "postgres:///?host=%68&sslmode=verify-full"},
        {"{\"dialect\": \"postgres\", \"host\": \"h\", \"dialectOptions\": {\"ssl\": {\"rejectUnauthorized\": false}}}",
         "postgres:///?host=%68&sslmode=require"},
        {"{\"dialect\": \"postgres\", \"host\": \"h\", \"dialectOptions\": {\"ssl\": false}}", "postgres:///?host=%68"},
        {"{\"dialect\": \"postgres\", \"host\": \"h\", \"url\": \"postgres://a,b/x?target_session_attrs=read-write\"}",
         "postgres://a,b/x?target_session_attrs=read-write"},
        {"{\"dialect\": \"postgres\", \"host\": \"h\", \"url\": \"sqlite:x.db\"}", ""},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        str url = url_of(rows[i].environment);
        if (!str_is(url, rows[i].url)) fail_msg("%s: %.*s", rows[i].environment, STR_ARG(url));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(parts_become_one_url, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
