/* Unit tests of schema/settings: every default is acceptable, every bound holds. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "schema/settings.h"

static struct arena *arena;

static int setup(void **state)
{
    (void)state;
    arena = arena_new(1 << 20);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    arena_free(arena);
    return 0;
}

static const struct setting *find(const char *name)
{
    size_t count;
    const struct setting *table = settings_table(&count);
    for (size_t i = 0; i < count; i++) {
        if (str_is(str_of(table[i].name), name)) return &table[i];
    }
    fail_msg("no setting %s", name);
    return NULL;
}

static void defaults_are_the_texts_of_the_table(void **state)
{
    (void)state;
    struct settings settings;
    settings_defaults(&settings, arena);
    size_t count;
    const struct setting *table = settings_table(&count);
    assert_true(count > 0);
    for (size_t i = 0; i < count; i++) {
        assert_true(str_is(setting_text(&settings, &table[i], arena), table[i].default_text));
    }
    assert_int_equal(settings.port, 8080);
    assert_true(settings.rate_limits);
    assert_true(str_is(settings.host, "127.0.0.1"));
}

static void values_outside_their_bounds_are_refused(void **state)
{
    (void)state;
    static const struct {
        const char *name, *text;
        err expected;
    } rows[] = {
        {"port", "0", OK},
        {"port", "65535", OK},
        {"port", "65536", ERR_INVALID},
        {"port", "-1", ERR_INVALID},
        {"port", "", ERR_INVALID},
        {"port", "80x", ERR_INVALID},
        {"port", " 80", ERR_INVALID},
        {"port", "99999999999999999999", ERR_INVALID},
        {"hold_ms", "999", ERR_INVALID},
        {"hold_ms", "1000", OK},
        {"demo", "true", OK},
        {"demo", "1", OK},
        {"demo", "false", OK},
        {"demo", "0", OK},
        {"demo", "yes", ERR_INVALID},
        {"demo", "", ERR_INVALID},
        {"storage", "", ERR_INVALID},
        {"storage", "x", OK},
        {"storage", "\xff", ERR_INVALID},
        {"log_level", "inf", ERR_INVALID},
        {"log_level", "info", OK},
        {"log_level", "warningss", ERR_INVALID},
        {"tls_key", "", OK},
        {"database_url", "", OK},
        {"database_url", "postgres://a,b/boxoffice?target_session_attrs=read-write", OK},
        {"writers", "0", ERR_INVALID},
        {"writers", "16", OK},
        {"writers", "17", ERR_INVALID},
        {"commit_ms", "99", ERR_INVALID},
        {"commit_ms", "100", OK},
        {"drain_notice_ms", "0", OK},
        {"drain_notice_ms", "60001", ERR_INVALID},
    };
    struct settings settings;
    settings_defaults(&settings, arena);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        err e = setting_set(&settings, find(rows[i].name), str_of(rows[i].text), arena);
        if (e != rows[i].expected) fail_msg("%s=%s", rows[i].name, rows[i].text);
    }
    assert_int_equal(setting_set(&settings, find("storage"), STR("a\0b"), arena), ERR_INVALID);
    assert_int_equal(setting_set(&settings, find("storage"), STR_NONE, arena), ERR_INVALID);
}

static void refused_text_changes_nothing(void **state)
{
    (void)state;
    struct settings settings;
    settings_defaults(&settings, arena);
    assert_int_equal(setting_set(&settings, find("port"), STR("70000"), arena), ERR_INVALID);
    assert_int_equal(settings.port, 8080);
    assert_int_equal(setting_set(&settings, find("demo"), STR("maybe"), arena), ERR_INVALID);
    assert_false(settings.demo);
}

static void text_is_copied_and_secrets_are_not_printed(void **state)
{
    (void)state;
    struct settings settings;
    settings_defaults(&settings, arena);
    char path[] = "/keys/a";
    assert_int_equal(setting_set(&settings, find("key_file"), str_of(path), arena), OK);
    path[1] = 'X';
    assert_true(str_is(settings.key_file, "/keys/a"));
    assert_true(str_is(setting_text(&settings, find("key_file"), arena), "***"));
    assert_int_equal(setting_set(&settings, find("key_file"), STR(""), arena), OK);
    assert_true(str_is(setting_text(&settings, find("key_file"), arena), ""));
    static const char *const urls[] = {"database_url", "migration_url", "replica_url"};
    for (size_t i = 0; i < sizeof(urls) / sizeof(urls[0]); i++) {
        assert_int_equal(setting_set(&settings, find(urls[i]), STR("postgres://me:word@db/x"), arena), OK);
        assert_true(str_is(setting_text(&settings, find(urls[i]), arena), "***"));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(defaults_are_the_texts_of_the_table, setup, teardown),
        cmocka_unit_test_setup_teardown(values_outside_their_bounds_are_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(refused_text_changes_nothing, setup, teardown),
        cmocka_unit_test_setup_teardown(text_is_copied_and_secrets_are_not_printed, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
