/* Addresses and networks, the headers by which proxies name their clients, and the header of the PROXY protocol. */
#include "base/buf.h"
#include "base/check.h"
#include "http/forwarded.h"
#include "http/proxy_header.h"
#include "unit.h"

static struct arena *arena;

static const char *text_of_address(const struct address *address)
{
    static char text[ADDRESS_TEXT_SIZE];
    address_text(address, text);
    return text;
}

/* --- networks ----------------------------------------------------------------------------------------------------- */

static bool network_has(const char *networks, const char *address)
{
    struct networks list;
    struct address one;
    str wrong;
    assert_true(networks_parse(str_of(networks), &list, &wrong));
    assert_true(address_parse(str_of(address), &one));
    return networks_contain(&list, &one);
}

static void networks_contain_their_addresses(void **state)
{
    (void)state;
    static const struct {
        const char *networks, *address;
        bool contained;
    } rows[] = {
        {"", "127.0.0.1", false},
        {"127.0.0.1", "127.0.0.1", true},
        {"127.0.0.1", "127.0.0.2", false},
        {"10.0.0.0/8", "10.255.0.1", true},
        {"10.0.0.0/8", "11.0.0.1", false},
        {"192.0.2.128/25", "192.0.2.127", false},
        {"192.0.2.128/25", "192.0.2.200", true},
        {" 10.0.0.0/8 , 2001:db8::/32 ", "2001:db8:1::1", true},
        {"2001:db8::/33", "2001:db8:8000::1", false},
        {"0.0.0.0/0", "203.0.113.9", true},
        {"0.0.0.0/0", "2001:db8::1", false},
        {"::/0", "203.0.113.9", true},
        {"192.0.2.1", "::ffff:192.0.2.1", true},
        {"::1", "::1", true},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        if (network_has(rows[i].networks, rows[i].address) != rows[i].contained)
            fail_msg("%s, %s", rows[i].networks, rows[i].address);
    }
}

static void other_texts_are_no_networks(void **state)
{
    (void)state;
    static const char *const rows[] = {"localhost",   "10.0.0.0/33", "10.0.0.0/-1",  "10.0.0.1/8", "10.0.0.0/",
                                       "10.0.0.0/8,", "10.0.0/8",    "::/129",       "[::1]",      "fe80::1%lo",
                                       ",",           "10.0.0.0 /8", "2001:db8::/16"};
    struct networks list;
    str wrong;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        if (networks_parse(str_of(rows[i]), &list, &wrong)) fail_msg("%s", rows[i]);
    }
    struct buf many = buf_new(arena, 4096);
    for (int i = 0; i <= NETWORKS_MAX; i++) buf_printf(&many, "%s10.0.0.%d", i > 0 ? "," : "", i);
    assert_false(networks_parse(buf_str(&many), &list, &wrong));
}

/* --- whom a proxy speaks for -------------------------------------------------------------------------------------- */

/* The client that a request from 10.0.0.1 has, as "address" or "address https". */
static const char *client_of(const struct http_header *headers, size_t count)
{
    struct networks trusted;
    str wrong;
    assert_true(networks_parse(STR("10.0.0.0/8, fd00::/8"), &trusted, &wrong));
    struct http_request request = {.arena = arena, .headers = headers, .header_count = count};
    struct client client = {.secure = false};
    assert_true(address_parse(STR("10.0.0.1"), &client.address));
    forwarded_read(&request, &trusted, &client);
    return arena_printf(arena, "%s%s", text_of_address(&client.address), client.secure ? " https" : "").p;
}

static void the_last_untrusted_address_is_the_client(void **state)
{
    (void)state;
    static const struct {
        const char *name, *value, *client;
    } rows[] = {
        {"X-Forwarded-For", "192.0.2.7", "192.0.2.7"},
        {"X-Forwarded-For", "192.0.2.7:4711", "192.0.2.7"},
        {"X-Forwarded-For", "203.0.113.1, 192.0.2.7", "192.0.2.7"}, /* the first was written by the client */
        {"X-Forwarded-For", "192.0.2.7, 10.0.0.2,10.0.0.3", "192.0.2.7"},
        {"X-Forwarded-For", "10.0.0.9", "10.0.0.9"},
        {"X-Forwarded-For", "2001:db8::7", "2001:db8::7"},
        {"X-Forwarded-For", "[2001:db8::7]:80", "2001:db8::7"},
        {"X-Forwarded-For", "203.0.113.1, unknown", "10.0.0.1"},
        {"X-Forwarded-For", "203.0.113.1, unknown, 10.0.0.2", "10.0.0.2"},
        {"X-Forwarded-For", "", "10.0.0.1"},
        {"X-Forwarded-For", "203.0.113.1,", "10.0.0.1"},
        {"X-Forwarded-For", "203.0.113.1:x", "10.0.0.1"},
        {"X-Forwarded-For", "203.0.113.1:70000", "10.0.0.1"},
        {"X-Forwarded-For", "localhost", "10.0.0.1"},
        {"Forwarded", "for=192.0.2.7", "192.0.2.7"},
        {"Forwarded", "For=\"192.0.2.7:80\";Proto=https;by=10.0.0.1", "192.0.2.7 https"},
        {"Forwarded", "for=\"[2001:db8::7]:4711\";proto=http", "2001:db8::7"},
        {"Forwarded", "for=203.0.113.1;proto=http, for=192.0.2.7;proto=https", "192.0.2.7 https"},
        {"Forwarded", "for=192.0.2.7;proto=https, for=10.0.0.2;proto=http", "192.0.2.7 https"},
        {"Forwarded", "for=\"[fd00::2]\" , for=\"[fd00::3]\"", "fd00::2"},
        {"Forwarded", "for=203.0.113.1, for=unknown", "10.0.0.1"},
        {"Forwarded", "for=203.0.113.1, for=_hidden, for=10.0.0.2", "10.0.0.2"},
        {"Forwarded", "for=203.0.113.1, proto=https", "10.0.0.1"},
        {"Forwarded", "for=203.0.113.1;for=203.0.113.2", "10.0.0.1"},
        {"Forwarded", "for=\"203.0.113.1, for=192.0.2.7", "10.0.0.1"}, /* an open quote of the client's */
        {"Forwarded", "for=\"a,b\\\"\", for=192.0.2.7", "192.0.2.7"},
        {"X-Forwarded-Proto", "https", "10.0.0.1 https"},
        {"Via", "1.1 proxy", "10.0.0.1"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct http_header header = {str_of(rows[i].name), str_of(rows[i].value)};
        const char *client = client_of(&header, 1);
        if (strcmp(client, rows[i].client) != 0) fail_msg("%s: %s: %s", rows[i].name, rows[i].value, client);
    }
}

static void headers_that_disagree_are_not_used(void **state)
{
    (void)state;
    const struct http_header both[] = {{STR("Forwarded"), STR("for=203.0.113.1;proto=https")},
                                       {STR("X-Forwarded-For"), STR("192.0.2.7")},
                                       {STR("X-Forwarded-Proto"), STR("https")}};
    assert_string_equal(client_of(both, 2), "10.0.0.1");
    assert_string_equal(client_of(both + 1, 2), "192.0.2.7 https");
    const struct http_header same[] = {{STR("Forwarded"), STR("for=192.0.2.7;proto=https")},
                                       {STR("X-Forwarded-For"), STR("192.0.2.7")}};
    assert_string_equal(client_of(same, 2), "192.0.2.7 https");
    const struct http_header lines[] = {{STR("X-Forwarded-For"), STR("203.0.113.1")},
                                        {STR("X-Forwarded-For"), STR("192.0.2.7, 10.0.0.2")}};
    assert_string_equal(client_of(lines, 2), "192.0.2.7");
}

/* A client that writes addresses of proxies cannot make the search long. */
static void the_search_is_bounded(void **state)
{
    (void)state;
    struct buf many = buf_new(arena, 16384);
    BUF_LITERAL(&many, "203.0.113.1");
    for (int i = 0; i < 1000; i++) BUF_LITERAL(&many, ",10.0.0.2");
    struct http_header header = {STR("X-Forwarded-For"), buf_str(&many)};
    assert_string_equal(client_of(&header, 1), "10.0.0.2");
}

/* --- the PROXY protocol ------------------------------------------------------------------------------------------- */

static const str signature = {"\r\n\r\n\0\r\nQUIT\n", 12};

/* Reads a header byte by byte: what it names, "-" for the proxy itself, "invalid" or "incomplete". */
static const char *named(str header)
{
    struct address address;
    size_t size = 0;
    assert_true(address_parse(STR("10.0.0.1"), &address));
    enum proxy_header result = PROXY_HEADER_INCOMPLETE;
    for (size_t n = 1; n <= header.n && result == PROXY_HEADER_INCOMPLETE; n++) {
        result = proxy_header_read(str_first(header, n), &size, &address);
        if (result == PROXY_HEADER_COMPLETE) assert_int_equal(n, size);
    }
    if (result == PROXY_HEADER_INVALID) return "invalid";
    if (result == PROXY_HEADER_INCOMPLETE) return "incomplete";
    return strcmp(text_of_address(&address), "10.0.0.1") == 0 ? "-" : text_of_address(&address);
}

static void lines_of_version_1_are_read(void **state)
{
    (void)state;
    static const struct {
        const char *line, *client;
    } rows[] = {
        {"PROXY TCP4 192.0.2.7 198.51.100.1 56324 443\r\n", "192.0.2.7"},
        {"PROXY TCP6 2001:db8::7 2001:db8::1 56324 443\r\n", "2001:db8::7"},
        {"PROXY UNKNOWN\r\n", "-"},
        {"PROXY UNKNOWN ffff::1 ffff::2 1 2\r\n", "-"},
        {"PROXY TCP4 192.0.2.7 198.51.100.1 56324 443\n", "invalid"},
        {"PROXY TCP4 2001:db8::7 2001:db8::1 56324 443\r\n", "invalid"},
        {"PROXY TCP6 192.0.2.7 198.51.100.1 56324 443\r\n", "invalid"},
        {"PROXY TCP4 192.0.2.7 198.51.100.1 56324\r\n", "invalid"},
        {"PROXY TCP4 192.0.2.7 198.51.100.1 56324 443 1\r\n", "invalid"},
        {"PROXY TCP4 192.0.2.7 198.51.100.1 -1 443\r\n", "invalid"},
        {"PROXY TCP4 192.0.2.7 198.51.100.1  443\r\n", "invalid"},
        {"PROXY TCP5 192.0.2.7 198.51.100.1 1 443\r\n", "invalid"},
        {"PROXY \r\n", "invalid"},
        {"PROXY TCP4 192.0.2.7", "incomplete"},
        {"GET / HTTP/1.1\r\n", "invalid"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        const char *client = named(str_of(rows[i].line));
        if (strcmp(client, rows[i].client) != 0) fail_msg("%s: %s", rows[i].line, client);
    }
    struct buf line = buf_new(arena, 256);
    BUF_LITERAL(&line, "PROXY UNKNOWN ");
    while (line.n < 120) buf_add_char(&line, 'x');
    assert_string_equal(named(buf_str(&line)), "invalid");
}

/* A header of version 2 with `fields` after its first 16 bytes. */
static str version_2(int command, int family, size_t length, str fields)
{
    struct buf out = buf_new(arena, 70000);
    buf_add(&out, signature);
    buf_add_char(&out, (char)command);
    buf_add_char(&out, (char)family);
    buf_add_char(&out, (char)(length >> 8));
    buf_add_char(&out, (char)length);
    buf_add(&out, fields);
    return buf_str(&out);
}

static void headers_of_version_2_are_read(void **state)
{
    (void)state;
    static const str v4 = {"\xc0\x00\x02\x07\xc6\x33\x64\x01\xdc\x04\x01\xbb", 12};
    char v6[36] = {0x20, 0x01, 0x0d, (char)0xb8};
    v6[15] = 7;
    assert_string_equal(named(version_2(0x21, 0x11, v4.n, v4)), "192.0.2.7");
    assert_string_equal(named(version_2(0x21, 0x21, sizeof(v6), (str){v6, sizeof(v6)})), "2001:db8::7");
    assert_string_equal(named(version_2(0x20, 0x00, 0, STR(""))), "-"); /* LOCAL: a health check */
    assert_string_equal(named(version_2(0x20, 0x11, v4.n, v4)), "-");
    assert_string_equal(named(version_2(0x21, 0x00, 0, STR(""))), "-");
    assert_string_equal(named(version_2(0x21, 0x11, 8, str_first(v4, 8))), "invalid");
    assert_string_equal(named(version_2(0x22, 0x11, v4.n, v4)), "invalid");
    assert_string_equal(named(version_2(0x11, 0x11, v4.n, v4)), "invalid");
    assert_string_equal(named(version_2(0x21, 0x11, 5000, v4)), "invalid");
    assert_string_equal(named(version_2(0x21, 0x11, v4.n + 1, v4)), "incomplete");
    struct buf fields = buf_new(arena, 256); /* with a further field of 32 bytes */
    buf_add(&fields, v4);
    for (int i = 0; i < 35; i++) buf_add_char(&fields, 4);
    assert_string_equal(named(version_2(0x21, 0x11, fields.n, buf_str(&fields))), "192.0.2.7");
}

static int setup(void **state)
{
    (void)state;
    arena = arena_new(16 << 20);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    arena_free(arena);
    return 0;
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(networks_contain_their_addresses),
        TEST(other_texts_are_no_networks),
        TEST(the_last_untrusted_address_is_the_client),
        TEST(headers_that_disagree_are_not_used),
        TEST(the_search_is_bounded),
        TEST(lines_of_version_1_are_read),
        TEST(headers_of_version_2_are_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
