/* Which passwords are refused because others would try them first. */
#include "unit.h"

#include "api/common_password.h"

static struct arena *arena;

static const char *refusal(const char *password, const char *email, const char *name)
{
    const char *detail = NULL;
    const char *code = password_refusal(arena, str_of(password), str_of(email), str_of(name), &detail);
    assert_true((code == NULL) == (detail == NULL));
    return code ? code : "";
}

static void common_passwords_are_refused(void **state)
{
    (void)state;
    static const char *const common[] = {"password",
                                         "Password",
                                         "12345678",
                                         "PASSWORD1",
                                         "iloveyou1",
                                         "qwerty123",
                                         "\xef\xbd\x90\xef\xbd\x81ssword" /* with full-width letters */};
    for (size_t i = 0; i < sizeof(common) / sizeof(common[0]); i++)
        assert_string_equal(refusal(common[i], NULL, NULL), "common_password");
    static const char *const good[] = {"a long secret", "tr0mboni and horns", "demo-password-1",
                                       "\xd0\xb4\xd0\xbb\xd0\xb8\xd0\xbd\xd0\xbd\xd1\x8b\xd0\xb9"};
    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
        assert_string_equal(refusal(good[i], "a@example.com", "A"), "");
}

static void what_others_know_of_the_account_is_refused(void **state)
{
    (void)state;
    const char *email = "grace.lindqvist@example.com", *name = "Gr\xc3\xa4"
                                                               "ce Lindqvist";
    static const char *const personal[] = {"grace.lindqvist@example.com", "Grace.Lindqvist",
                                           "GR\xc3\x84"
                                           "CE lindqvist",
                                           "Gra\xcc\x88"
                                           "ce Lindqvist"};
    for (size_t i = 0; i < sizeof(personal) / sizeof(personal[0]); i++)
        assert_string_equal(refusal(personal[i], email, name), "personal_password");
    assert_string_equal(refusal("grace.lindqvist@example.com", NULL, NULL), "");
}

static void the_list_has_a_hundred_thousand(void **state)
{
    (void)state;
    assert_int_equal(common_password_count, 100000);
    for (size_t i = 1; i < common_password_count; i++) assert_true(common_passwords[i - 1] < common_passwords[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(common_passwords_are_refused),
        cmocka_unit_test(what_others_know_of_the_account_is_refused),
        cmocka_unit_test(the_list_has_a_hundred_thousand),
    };
    arena = arena_new(16 << 20);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    arena_free(arena);
    return failed;
}
