/* S3: addresses, settings, and the XML of responses. Requests are tested from outside, by tests/ops/s3.test.mjs. */
#include "unit.h"

#include <stdio.h>

#include "archive/s3_address.h"
#include "archive/s3_response.h"

enum { ARENA_MAX = 16 << 20 };

static struct arena *arena;

static int begin(void **state)
{
    (void)state;
    arena = arena_new(ARENA_MAX);
    return 0;
}

static int end(void **state)
{
    (void)state;
    arena_free(arena);
    return 0;
}

/* --- addresses ---------------------------------------------------------------------------------------------------- */

static void an_address_has_a_bucket_and_a_prefix(void **state)
{
    (void)state;
    static const struct {
        const char *address, *bucket, *prefix;
    } rows[] = {
        {"s3://abc", "abc", ""},
        {"s3://abc/", "abc", ""},
        {"s3://my.bucket-1/a", "my.bucket-1", "a"},
        {"s3://abc/a/b.c/D_e+f=g@1/", "abc", "a/b.c/D_e+f=g@1"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct s3_address address;
        assert_null(s3_address_parse(str_of(rows[i].address), &address).p);
        assert_true(str_is(address.bucket, rows[i].bucket));
        assert_true(str_is(address.prefix, rows[i].prefix));
    }
}

static void what_is_no_address_is_refused(void **state)
{
    (void)state;
    static const char *const rows[] = {
        "",
        "s3:",
        "s3:/abc",
        "s3://",
        "s3://ab",
        "s3://Abc",
        "s3://a_b_c",
        "s3://-abc",
        "s3://abc.",
        "s3://abc//x",
        "s3://abc/x//y",
        "s3://abc/x//",
        "s3://abc/.",
        "s3://abc/../x",
        "s3://abc/x/..",
        "s3://abc/x?y",
        "s3://abc/x y",
        "s3://abc/\xc3\xa4",
        "S3://abc/x",
        "https://abc",
        "s3://u:p@abc",
        "s3://abc/x\r\ny:",
        "s3://a123456789012345678901234567890123456789012345678901234567890123",
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct s3_address address;
        assert_non_null(s3_address_parse(str_of(rows[i]), &address).p);
    }
    char longest[5 + 4 + S3_PREFIX_MAX + 2] = "s3://abc/";
    memset(longest + 9, 'x', S3_PREFIX_MAX + 1);
    struct s3_address address;
    assert_null(s3_address_parse((str){longest, 9 + S3_PREFIX_MAX}, &address).p);
    assert_non_null(s3_address_parse((str){longest, 9 + S3_PREFIX_MAX + 1}, &address).p);
}

static bool endpoint_is_accepted(const char *endpoint)
{
    struct settings settings;
    settings_defaults(&settings, arena);
    settings.s3_endpoint = str_of(endpoint);
    settings.s3_access_key_file = settings.s3_secret_key_file = STR("/key");
    return s3_settings_refused(&settings, arena).p == NULL;
}

static void plain_http_is_for_this_machine_only(void **state)
{
    (void)state;
    static const char *const accepted[] = {
        "",
        "https://s3.example.com",
        "https://s3.example.com:9000",
        "https://10.0.0.1",
        "https://[fd00::1]:9000",
        "http://localhost:9000",
        "http://127.0.0.1",
        "http://127.1.2.3:1",
        "http://[::1]:9000",
    };
    static const char *const refused[] = {
        "s3.example.com",        "ftp://s3.example.com",     "https://",
        "http://10.0.0.1",       "http://127.example.com",   "http://localhost.example.com",
        "http://localhost@host", "https://user:pw@host",     "https://host/path",
        "https://host?x",        "https://host#x",           "https://host name",
        "http://[fd00::1]",      "http://127.0.0.1@host:80", "https://:443",
    };
    for (size_t i = 0; i < COUNT_OF(accepted); i++) assert_true(endpoint_is_accepted(accepted[i]));
    for (size_t i = 0; i < COUNT_OF(refused); i++) assert_false(endpoint_is_accepted(refused[i]));
}

static void the_endpoint_of_aws_is_that_of_the_region(void **state)
{
    (void)state;
    struct settings settings;
    settings_defaults(&settings, arena);
    settings.s3_region = STR("eu-central-1");
    assert_true(str_is(s3_endpoint(&settings, arena), "https://s3.eu-central-1.amazonaws.com"));
    assert_non_null(strstr(s3_settings_refused(&settings, arena).p, "BOXOFFICE_S3_ACCESS_KEY_FILE"));
    settings.s3_access_key_file = STR("/key");
    assert_non_null(strstr(s3_settings_refused(&settings, arena).p, "BOXOFFICE_S3_SECRET_KEY_FILE"));
}

/* --- pages -------------------------------------------------------------------------------------------------------- */

#define LISTED(inside) "<ListBucketResult xmlns='http://s3.amazonaws.com/doc/2006-03-01/'>" inside "</ListBucketResult>"

static err page(const char *xml, struct s3_page *ret_page)
{
    return s3_page_parse(str_of(xml), arena, ret_page);
}

static void a_page_has_its_objects_and_the_next_token(void **state)
{
    (void)state;
    struct s3_page found;
    assert_int_equal(
        page("<?xml version='1.0' encoding='UTF-8'?>\n" LISTED(
                 "<Name>b</Name><Prefix>Key</Prefix><IsTruncated>true</IsTruncated>\n <Contents>\n"
                 "<Key>a&amp;&#x26;b</Key><ETag>&quot;0&quot;</ETag><Size>12</Size><Owner><ID>x</ID></Owner>"
                 "</Contents><Contents><Size>0</Size><Key><![CDATA[c]]></Key></Contents>"
                 "<CommonPrefixes><Prefix>p/</Prefix></CommonPrefixes>"
                 "<NextContinuationToken>1/+=</NextContinuationToken>"),
             &found),
        OK);
    assert_int_equal(found.count, 2);
    assert_true(str_is(found.objects[0].key, "a&&b"));
    assert_int_equal(found.objects[0].size, 12);
    assert_true(str_is(found.objects[1].key, "c"));
    assert_true(str_is(found.next, "1/+="));
    assert_int_equal(page(LISTED("<IsTruncated>false</IsTruncated>"), &found), OK);
    assert_int_equal(found.count, 0);
    assert_null(found.next.p);
}

static void what_is_no_page_is_refused(void **state)
{
    (void)state;
    static const char *const rows[] = {
        "",
        "no XML",
        "<html></html>",
        "<Error><Code>X</Code></Error>",
        "<ListBucketResult>",
        LISTED("<Contents><Key>a</Key></Contents>"),
        LISTED("<Contents><Size>1</Size></Contents>"),
        LISTED("<Contents><Key>a</Key><Size>-1</Size></Contents>"),
        LISTED("<Contents><Key>a</Key><Size>1e3</Size></Contents>"),
        LISTED("<Contents><Key>a</Key><Size>99999999999999999999</Size></Contents>"),
        LISTED("<IsTruncated>true</IsTruncated>"),
        LISTED("<IsTruncated>false</IsTruncated><NextContinuationToken>x</NextContinuationToken>"),
        "<!DOCTYPE a [<!ENTITY b 'c'>]>" LISTED("<IsTruncated>false</IsTruncated>"),
        LISTED("<a><a><a><a><a><a><a><a></a></a></a></a></a></a></a></a>"),
        LISTED("&unknown;"),
    };
    struct s3_page found;
    for (size_t i = 0; i < COUNT_OF(rows); i++) assert_int_equal(page(rows[i], &found), ERR_INVALID);
}

static void a_page_has_at_most_so_many_objects(void **state)
{
    (void)state;
    struct s3_page found;
    for (size_t count = S3_PAGE_OBJECTS; count <= S3_PAGE_OBJECTS + 1; count++) {
        char *xml = arena_alloc(arena, 64 * (count + 2)), *next = xml;
        next += sprintf(next, "<ListBucketResult>");
        for (size_t i = 0; i < count; i++)
            next += sprintf(next, "<Contents><Key>%zu</Key><Size>1</Size></Contents>", i);
        sprintf(next, "</ListBucketResult>");
        assert_int_equal(page(xml, &found), count == S3_PAGE_OBJECTS ? OK : ERR_INVALID);
    }
}

static void a_key_has_at_most_so_many_bytes(void **state)
{
    (void)state;
    struct s3_page found;
    char key[S3_TEXT_MAX + 2];
    static const int sizes[] = {S3_KEY_MAX, S3_KEY_MAX + 1, S3_TEXT_MAX, S3_TEXT_MAX + 1};
    for (size_t i = 0; i < COUNT_OF(sizes); i++) {
        memset(key, 'x', sizeof(key));
        str xml = arena_printf(arena, LISTED("<Contents><Key>%.*s</Key><Size>1</Size></Contents>"), sizes[i], key);
        assert_int_equal(page(xml.p, &found), i == 0 ? OK : ERR_INVALID);
    }
}

/* --- errors ------------------------------------------------------------------------------------------------------- */

static void an_error_has_a_code_and_a_region(void **state)
{
    (void)state;
    static const struct {
        const char *xml, *code, *region;
    } rows[] = {
        {"<Error><Code>SlowDown</Code><Message>m</Message></Error>", "SlowDown", ""},
        {"<?xml version=\"1.0\"?><Error><Region>eu-west-1</Region><Code>A</Code></Error>", "A", "eu-west-1"},
        {"<Error><Code>a b</Code><Region>&lt;</Region></Error>", "", ""},
        {"<Error><Code>\x1b[1m</Code></Error>", "", ""},
        {"<Error><Code>A</Code>", "", ""},
        {"<html><Code>A</Code></html>", "", ""},
        {"", "", ""},
        {"<Error><Code>aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffffgggg</Code></Error>", "", ""},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct s3_error error;
        s3_error_parse(str_of(rows[i].xml), &error);
        assert_string_equal(error.code, rows[i].code);
        assert_string_equal(error.region, rows[i].region);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(an_address_has_a_bucket_and_a_prefix, begin, end),
        cmocka_unit_test_setup_teardown(what_is_no_address_is_refused, begin, end),
        cmocka_unit_test_setup_teardown(plain_http_is_for_this_machine_only, begin, end),
        cmocka_unit_test_setup_teardown(the_endpoint_of_aws_is_that_of_the_region, begin, end),
        cmocka_unit_test_setup_teardown(a_page_has_its_objects_and_the_next_token, begin, end),
        cmocka_unit_test_setup_teardown(what_is_no_page_is_refused, begin, end),
        cmocka_unit_test_setup_teardown(a_page_has_at_most_so_many_objects, begin, end),
        cmocka_unit_test_setup_teardown(a_key_has_at_most_so_many_bytes, begin, end),
        cmocka_unit_test_setup_teardown(an_error_has_a_code_and_a_region, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
