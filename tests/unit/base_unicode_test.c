/* Unit tests of base/unicode: what can be seen, what is one name, and the order in which people look for names. */
#include "unit.h"

#include "base/unicode.h"

static void order_is_the_one_people_look_for(void **state)
{
    (void)state;
    static const char *const sorted[] = {"",       "10 Tenors", "Älpler", "ångström", "apple", "Apple", "Banana",
                                         "cherry", "éclair",    "Zebra",  "zoo",      "Ωmega", "東京"};
    for (size_t i = 0; i < COUNT_OF(sorted); i++) {
        for (size_t k = 0; k < COUNT_OF(sorted); k++) {
            int order = unicode_compare(str_of(sorted[i]), str_of(sorted[k]));
            if ((order > 0) - (order < 0) != (i > k) - (i < k)) fail_msg("%s, %s: %d", sorted[i], sorted[k], order);
        }
    }
}

/* Otherwise a cursor could not tell them apart. */
static void only_equal_bytes_compare_equal(void **state)
{
    (void)state;
    str composed = STR("\xC3\xA9"), decomposed = STR("e\xCC\x81");
    assert_int_equal(unicode_compare(composed, composed), 0);
    assert_int_not_equal(unicode_compare(composed, decomposed), 0);
    assert_int_equal(unicode_compare(composed, decomposed) > 0, unicode_compare(decomposed, composed) < 0);
}

static void names_are_one_when_people_take_them_for_one(void **state)
{
    (void)state;
    struct arena *arena = arena_new(1 << 20);
    static const char *const pairs[][2] = {
        {"Music", "mUSIC"},
        {"Caf\xC3\xA9", "cafe\xCC\x81"},
        {"Stra\xC3\x9F"
         "e",
         "STRASSE"},
        {"\xEF\xBC\xAD", "m"},
        {"Mu\xC2\xADsic", "music"},
        {"\xEF\xB7\xBA", "\xEF\xB7\xBA"},
    };
    for (size_t i = 0; i < COUNT_OF(pairs); i++) {
        str a = unicode_folded(arena, str_of(pairs[i][0])), b = unicode_folded(arena, str_of(pairs[i][1]));
        if (!str_equal(a, b)) fail_msg("%.*s, %.*s", STR_ARG(a), STR_ARG(b));
    }
    assert_false(str_equal(unicode_folded(arena, STR("Music")), unicode_folded(arena, STR("Musik"))));
    assert_int_equal(unicode_folded(arena, STR("")).n, 0);
    arena_free(arena);
}

static void outer_white_space_is_removed(void **state)
{
    (void)state;
    assert_str(unicode_trim(STR(" \xC2\xA0"
                                "a b\xE3\x80\x80\t")),
               "a b");
    assert_str(unicode_trim(STR("a")), "a");
    assert_int_equal(unicode_trim(STR(" \xE2\x80\xA8 ")).n, 0);
    assert_int_equal(unicode_trim(STR("")).n, 0);
}

static void passwords_have_one_form(void **state)
{
    (void)state;
    struct arena *arena = arena_new(1 << 16);
    assert_str(unicode_opaque(arena, STR("cafe\xCC\x81\xC2\xA0"
                                         "A")),
               "caf\xC3\xA9 A");
    assert_str(unicode_opaque(arena, STR(" a ")), " a ");
    assert_int_equal(unicode_opaque(arena, STR("")).n, 0);
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(order_is_the_one_people_look_for),
        cmocka_unit_test(only_equal_bytes_compare_equal),
        cmocka_unit_test(names_are_one_when_people_take_them_for_one),
        cmocka_unit_test(outer_white_space_is_removed),
        cmocka_unit_test(passwords_have_one_form),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
