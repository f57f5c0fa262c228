/* Unit tests of the pages: what is typed by others never becomes HTML, and addresses stay on this site. */
#include "unit.h"

#include "site/views.h"

static struct arena *arena;

static int setup(void **state)
{
    (void)state;
    arena = arena_new(4 << 20);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    arena_free(arena);
    return 0;
}

static const char *rendered(const struct sign_in_view *view)
{
    struct buf out = buf_new(arena, 1 << 20);
    template_sign_in(&out, view);
    buf_add_char(&out, '\0');
    assert_false(out.full);
    return out.p;
}

static void text_is_escaped(void **state)
{
    (void)state;
    struct buf out = buf_new(arena, 1000);
    html_text(&out, STR("<a href=\"x\" title='y'>&amp;"));
    assert_true(str_is(buf_str(&out), "&lt;a href=&quot;x&quot; title=&#39;y&#39;&gt;&amp;amp;"));
}

static void values_of_a_page_are_escaped(void **state)
{
    (void)state;
    struct sign_in_view view = {.page = {.title = STR("<title>")}, .action = url_constant(STR("/sign-in"))};
    view.email.value = STR("\"><script>alert(1)</script>");
    const char *page = rendered(&view);
    assert_null(strstr(page, "<script"));
    assert_non_null(strstr(page, "value=\"&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;\""));
    assert_non_null(strstr(page, "<title>&lt;title&gt; - boxoffice</title>"));
    assert_null(strstr(page, "There is a problem"));
    assert_null(strstr(page, "aria-invalid"));
}

static void a_refused_form_lists_its_errors(void **state)
{
    (void)state;
    struct message_view messages[] = {{url_constant(STR("#email")), STR("Enter it")}, {{STR_NONE}, STR("Wrong")}};
    struct sign_in_view view = {.page = {.refused = true, .errors = {messages, COUNT_OF(messages)}}};
    view.email.error = STR("Enter it");
    const char *page = rendered(&view);
    assert_non_null(strstr(page, "<title>Error: "));
    assert_non_null(strstr(page, "<li><a href=\"#email\">Enter it</a></li>\n<li>Wrong</li>"));
    assert_non_null(strstr(page, "aria-describedby=\"email-error\""));
    assert_null(strstr(page, "aria-describedby=\"password-error\""));
}

static void an_address_stays_on_this_site(void **state)
{
    (void)state;
    static const char *const local[] = {"/", "/events/12?page=2#top", "/a//b"};
    static const char *const foreign[] = {
        "",   "events", "//example.org",         "/\\example.org", "https://example.org/", "javascript:alert(1)",
        " /", "/a b",   "/a\r\nSet-Cookie: x=y", "/\xC3\xA4"};
    struct url home = url_constant(STR("/home"));
    for (size_t i = 0; i < COUNT_OF(local); i++) assert_true(str_is(url_local(str_of(local[i]), home).text, local[i]));
    for (size_t i = 0; i < COUNT_OF(foreign); i++)
        assert_true(str_is(url_local(str_of(foreign[i]), home).text, "/home"));
    char longer[URL_MAX + 2];
    memset(longer, '/', sizeof(longer));
    memset(longer + 1, 'a', sizeof(longer) - 1);
    assert_int_equal(url_local((str){longer, URL_MAX}, home).text.n, URL_MAX);
    assert_true(str_is(url_local((str){longer, URL_MAX + 1}, home).text, "/home"));
    assert_true(str_is(url_local(STR_NONE, home).text, "/home"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(text_is_escaped, setup, teardown),
        cmocka_unit_test_setup_teardown(values_of_a_page_are_escaped, setup, teardown),
        cmocka_unit_test_setup_teardown(a_refused_form_lists_its_errors, setup, teardown),
        cmocka_unit_test_setup_teardown(an_address_stays_on_this_site, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
