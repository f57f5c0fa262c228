/* Unit tests of what the API reads in header fields: entity tags, accepted types, content types, fields in several
 * lines; and of what an address counts by. */
#include "unit.h"

#include "http/address.h"
#include "http/etag.h"
#include "http/field.h"
#include "http/media.h"

static struct versions parsed(const char *field)
{
    struct versions versions;
    assert_int_equal(if_match_parse(str_of(field), &versions), OK);
    return versions;
}

static void if_match_names_versions(void **state)
{
    (void)state;
    struct versions versions = parsed("\"5\"");
    assert_true(versions.given && !versions.any && versions.count == 1 && versions.values[0] == 5);
    versions = parsed("\"1\", \"0\" ,\"12\"");
    assert_true(versions.count == 3 && versions.values[1] == 0 && versions.values[2] == 12);
    versions = parsed("*");
    assert_true(versions.given && versions.any && versions.count == 0);
    assert_false(parsed(NULL).given);
}

/* They are tags, but never of ours: nothing matches, which is 412 and not 400. */
static void tags_that_match_nothing(void **state)
{
    (void)state;
    static const char *const fields[] = {"W/\"5\"", "\"abc\"", "\"\"", "\"05\"", "\"-1\"", "\"99999999999999999999\""};
    for (size_t i = 0; i < COUNT_OF(fields); i++) {
        struct versions versions = parsed(fields[i]);
        assert_true(versions.given && !versions.any && versions.count == 0);
    }
}

static void if_match_malformed(void **state)
{
    (void)state;
    static const char *const fields[] = {"5",
                                         "",
                                         "\"5",
                                         "5\"",
                                         "\"5\" \"6\"",
                                         "*, \"5\"",
                                         "\"5\", x",
                                         "w/\"5\"",
                                         "\"1\",\"2\",\"3\",\"4\",\"5\",\"6\",\"7\",\"8\",\"9\""};
    struct versions versions;
    for (size_t i = 0; i < COUNT_OF(fields); i++) {
        assert_int_equal(if_match_parse(str_of(fields[i]), &versions), ERR_BAD_REQUEST);
    }
}

static void if_none_match_compares_weakly(void **state)
{
    (void)state;
    assert_true(if_none_match(STR("\"3\""), STR("\"3\"")));
    assert_true(if_none_match(STR("\"1\", W/\"3\""), STR("\"3\"")));
    assert_true(if_none_match(STR("*"), STR("\"3\"")));
    assert_false(if_none_match(STR("\"4\""), STR("\"3\"")));
    assert_false(if_none_match(STR("3"), STR("\"3\"")));
    assert_false(if_none_match(STR_NONE, STR("\"3\"")));
}

static void accept_by_the_closest_range(void **state)
{
    (void)state;
    static const struct {
        const char *accept;
        bool taken;
    } rows[] = {
        {NULL, true},
        {"*/*", true},
        {"application/json", true},
        {"APPLICATION/JSON; charset=utf-8", true},
        {"application/*", true},
        {"text/html, application/xhtml+xml, */*;q=0.8", true},
        {"text/html", false},
        {"", true},
        {" ", true},
        {"application/json;q=0", false},
        {"*/*, application/json;q=0.000", false},
        {"application/*;q=0, application/json;q=0.1", true},
        {"application/jso", false},
        {"app*/*", false},
        {"garbage;;;,,,", false},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        assert_int_equal(media_accepts(str_of(rows[i].accept), STR("application/json")), rows[i].taken);
    }
}

static void accept_has_weights(void **state)
{
    (void)state;
    static const struct {
        const char *accept;
        int json, csv;
    } rows[] = {
        {"", 1000, 1000},
        {"text/csv", 0, 1000},
        {"text/csv;q=0.5, application/json;q=0.75", 750, 500},
        {"text/csv;q=0.001, */*;q=0.1", 100, 1},
        {"text/*;q=0.3, text/csv;q=0.2", 0, 200},
        {"text/csv;q=1.000, application/json;q=\"0.9\"", 900, 1000},
        {"text/csv;q=high, application/json;q=0.x", 1000, 1000},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        assert_int_equal(media_quality(str_of(rows[i].accept), STR("application/json")), rows[i].json);
        assert_int_equal(media_quality(str_of(rows[i].accept), STR("text/csv")), rows[i].csv);
    }
}

static void an_ipv6_address_counts_by_its_network(void **state)
{
    (void)state;
    static const struct {
        const char *address, *network;
    } rows[] = {
        {"127.0.0.1", "127.0.0.1"},
        {"::1", "::/64"},
        {"2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"},
        {"2001:db8:1:2:ffff:ffff:ffff:ffff", "2001:db8:1:2::/64"},
        {"2001:db8:1:3::1", "2001:db8:1:3::/64"},
        {"::ffff:192.0.2.1", "::ffff:192.0.2.1"},
        {"", ""},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        char text[ADDRESS_NETWORK_SIZE];
        str network = address_network(str_of(rows[i].address), text);
        assert_true(str_is(network, rows[i].network));
    }
}

static void a_field_in_several_lines_is_one(void **state)
{
    (void)state;
    static const struct http_header headers[] = {
        {STR("If-Match"), STR("\"1\"")},
        {STR("accept"), STR("")},
        {STR("if-match"), STR("\"2\"")},
        {STR("IF-MATCH"), STR("")},
    };
    struct http_request request = {.arena = arena_new(1 << 16), .headers = headers, .header_count = COUNT_OF(headers)};
    assert_true(str_is(field_joined(&request, STR("If-Match"), ','), "\"1\",\"2\""));
    assert_true(str_is(field_joined(&request, STR("Accept"), ','), ""));
    assert_null(field_joined(&request, STR("Cookie"), ';').p);
    arena_free(request.arena);
}

static void content_types(void **state)
{
    (void)state;
    static const struct {
        const char *field;
        bool taken;
    } rows[] = {
        {"application/json", true},
        {"Application/JSON", true},
        {"application/json; charset=utf-8", true},
        {"application/json;charset=\"UTF-8\"", true},
        {"application/json; boundary=x", true},
        {"application/json; charset=latin1", false},
        {"application/json; charset=", false},
        {"text/json", false},
        {"application/jsonx", false},
        {"", false},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        assert_int_equal(media_is(str_of(rows[i].field), STR("application/json")), rows[i].taken);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(if_match_names_versions),
        cmocka_unit_test(tags_that_match_nothing),
        cmocka_unit_test(if_match_malformed),
        cmocka_unit_test(if_none_match_compares_weakly),
        cmocka_unit_test(accept_by_the_closest_range),
        cmocka_unit_test(accept_has_weights),
        cmocka_unit_test(content_types),
        cmocka_unit_test(an_ipv6_address_counts_by_its_network),
        cmocka_unit_test(a_field_in_several_lines_is_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
