/* Unit tests of base/: every promise of its headers, at the bounds and just past them. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/asset.h"
#include "base/buf.h"
#include "base/check.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/json.h"
#include "base/log.h"
#include "base/money.h"
#include "base/random.h"
#include "base/str.h"
#include "base/time_text.h"
#include "base/utf8.h"

#define assert_str(s, text) assert_true(str_is(s, text))

/* CHECK ends the process, so what trips it runs in a child; its message would only confuse. */
static void assert_aborts(void (*body)(void))
{
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        if (!freopen("/dev/null", "w", stderr)) _exit(3);
        signal(SIGABRT, SIG_DFL);
        body();
        _exit(0);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
}

/* str */

static void str_none_is_not_empty(void **state)
{
    (void)state;
    assert_null(STR_NONE.p);
    assert_non_null(STR("").p);
    assert_int_equal(STR("").n, 0);
    assert_null(str_of(NULL).p);
    assert_true(str_equal(STR_NONE, STR(""))); /* equal bytes, told apart by p */
}

static void str_equal_compares_bytes(void **state)
{
    (void)state;
    assert_true(str_equal(STR("a\0b"), STR("a\0b")));
    assert_false(str_equal(STR("a\0b"), STR("a\0c")));
    assert_false(str_equal(STR("ab"), STR("abc")));
    assert_true(str_is(STR("abc"), "abc"));
}

static void str_nocase_is_ascii_only(void **state)
{
    (void)state;
    assert_true(str_equal_nocase(STR("Content-LENGTH"), STR("content-length")));
    assert_false(str_equal_nocase(STR("a"), STR("ab")));
    assert_false(str_equal_nocase(STR("["), STR("{"))); /* 32 apart, no letters */
    assert_false(str_equal_nocase(STR("\xC3\x84"), STR("\xC3\xA4")));
}

static void str_cuts_stay_inside(void **state)
{
    (void)state;
    assert_str(str_from(STR("abc"), 1), "bc");
    assert_str(str_from(STR("abc"), 3), "");
    assert_str(str_from(STR("abc"), 9), "");
    assert_str(str_first(STR("abc"), 2), "ab");
    assert_str(str_first(STR("abc"), 9), "abc");
}

static void str_starts_and_ends(void **state)
{
    (void)state;
    assert_true(str_starts(STR("/api/v1"), STR("/api")));
    assert_true(str_starts(STR("x"), STR("")));
    assert_false(str_starts(STR("/ap"), STR("/api")));
    assert_true(str_ends(STR("a.sql"), STR(".sql")));
    assert_false(str_ends(STR("sql"), STR(".sql")));
}

static void str_trim_takes_spaces_and_tabs(void **state)
{
    (void)state;
    assert_str(str_trim(STR(" \t a b\t ")), "a b");
    assert_str(str_trim(STR("\r\na")), "\r\na");
    assert_int_equal(str_trim(STR(" \t ")).n, 0);
}

static void str_split_gives_every_part(void **state)
{
    (void)state;
    str rest = STR("a,,b,");
    str part;
    assert_true(str_split(&rest, ',', &part));
    assert_str(part, "a");
    assert_true(str_split(&rest, ',', &part));
    assert_str(part, "");
    assert_true(str_split(&rest, ',', &part));
    assert_str(part, "b");
    assert_true(str_split(&rest, ',', &part));
    assert_str(part, "");
    assert_false(str_split(&rest, ',', &part));
}

static void str_split_of_empty_and_none(void **state)
{
    (void)state;
    str rest = STR("");
    str part = STR("untouched");
    assert_true(str_split(&rest, ',', &part));
    assert_str(part, "");
    assert_false(str_split(&rest, ',', &part));
    rest = STR_NONE;
    assert_false(str_split(&rest, ',', &part));
}

static void str_find_gives_index_or_length(void **state)
{
    (void)state;
    assert_int_equal(str_find(STR("abcb"), 'b'), 1);
    assert_int_equal(str_find(STR("abc"), 'x'), 3);
    assert_int_equal(str_find(STR_NONE, 'x'), 0);
}

static void str_to_int_takes_whole_numbers(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t value;
    } good[] = {{"0", 0},
                {"-0", 0},
                {"007", 7},
                {"-42", -42},
                {"9223372036854775807", INT64_MAX},
                {"-9223372036854775807", -INT64_MAX}};
    for (size_t i = 0; i < COUNT_OF(good); i++) {
        int64_t value = 99;
        assert_true(str_to_int(str_of(good[i].text), &value));
        assert_int_equal(value, good[i].value);
    }
}

static void str_to_int_refuses_the_rest(void **state)
{
    (void)state;
    static const char *const bad[] = {"",
                                      "-",
                                      "+1",
                                      " 1",
                                      "1 ",
                                      "1.0",
                                      "1e3",
                                      "0x1",
                                      "--1",
                                      "1-",
                                      "a",
                                      "9223372036854775808",
                                      "99999999999999999999"};
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        int64_t value = 99;
        assert_false(str_to_int(str_of(bad[i]), &value));
        assert_int_equal(value, 99); /* outputs stay untouched on failure */
    }
}

/* arena */

static void arena_memory_is_zeroed_and_aligned(void **state)
{
    (void)state;
    struct arena *arena = arena_new(1 << 20);
    for (size_t size = 1; size < 9000; size = size * 3 + 1) {
        unsigned char *p = arena_alloc(arena, size);
        assert_int_equal((uintptr_t)p % _Alignof(max_align_t), 0);
        for (size_t i = 0; i < size; i++) assert_int_equal(p[i], 0);
        memset(p, 0xFF, size);
    }
    arena_free(arena);
    arena_free(NULL);
}

static void arena_is_zeroed_again_after_reset(void **state)
{
    (void)state;
    struct arena *arena = arena_new(1 << 20);
    memset(arena_alloc(arena, 1000), 0xFF, 1000);
    arena_alloc(arena, 100000);
    assert_true(arena_used(arena) >= 101000);
    arena_reset(arena);
    assert_int_equal(arena_used(arena), 0);
    const unsigned char *p = arena_alloc(arena, 1000);
    for (size_t i = 0; i < 1000; i++) assert_int_equal(p[i], 0);
    arena_free(arena);
}

static void arena_takes_its_bound(void **state)
{
    (void)state;
    struct arena *arena = arena_new(4096);
    arena_alloc(arena, 2048);
    arena_alloc(arena, 2048);
    assert_int_equal(arena_used(arena), 4096);
    arena_reset(arena);
    arena_alloc(arena, 4096);
    arena_free(arena);
}

static void one_byte_past_the_bound(void)
{
    struct arena *arena = arena_new(4096);
    arena_alloc(arena, 4096);
    arena_alloc(arena, 1);
}

static void one_huge_allocation(void)
{
    arena_alloc(arena_new(4096), SIZE_MAX);
}

static void product_overflows(void)
{
    arena_array(arena_new(SIZE_MAX), SIZE_MAX / 2, 3);
}

static void arena_ends_the_process_past_its_bound(void **state)
{
    (void)state;
    assert_aborts(one_byte_past_the_bound);
    assert_aborts(one_huge_allocation);
    assert_aborts(product_overflows);
}

static void arena_copies_are_terminated(void **state)
{
    (void)state;
    struct arena *arena = arena_new(4096);
    str copy = arena_copy(arena, str_first(STR("abcdef"), 3));
    assert_string_equal(copy.p, "abc");
    assert_int_equal(copy.n, 3);
    assert_null(arena_copy(arena, STR_NONE).p);
    assert_non_null(arena_copy(arena, STR("")).p);
    assert_string_equal(arena_printf(arena, "%d-%s", 7, "x").p, "7-x");
    assert_int_equal(arena_printf(arena, "%s", "").n, 0);
    arena_free(arena);
}

/* buf */

static void buf_grows_to_its_bound(void **state)
{
    (void)state;
    struct arena *arena = arena_new(1 << 20);
    struct buf buf = buf_new(arena, 1000);
    for (int i = 0; i < 1000; i++) buf_add_char(&buf, (char)('a' + i % 26));
    assert_false(buf.full);
    assert_int_equal(buf_str(&buf).n, 1000);
    for (int i = 0; i < 1000; i++) assert_int_equal(buf.p[i], 'a' + i % 26);
    buf_add_char(&buf, '!');
    assert_true(buf.full);
    assert_int_equal(buf_str(&buf).n, 1000);
    arena_free(arena);
}

static void buf_keeps_its_content_once_full(void **state)
{
    (void)state;
    struct arena *arena = arena_new(4096);
    struct buf buf = buf_new(arena, 4);
    BUF_LITERAL(&buf, "abc");
    BUF_LITERAL(&buf, "de"); /* does not fit, not even in part */
    assert_true(buf.full);
    BUF_LITERAL(&buf, "f"); /* would fit, but must not follow a gap */
    assert_str(buf_str(&buf), "abc");
    assert_null(buf_reserve(&buf, 1));
    arena_free(arena);
}

static void buf_empty_is_text(void **state)
{
    (void)state;
    struct arena *arena = arena_new(4096);
    struct buf buf = buf_new(arena, 0);
    assert_non_null(buf_str(&buf).p);
    buf_add(&buf, STR(""));
    buf_add(&buf, STR_NONE);
    assert_false(buf.full);
    buf_add_char(&buf, 'a');
    assert_true(buf.full);
    arena_free(arena);
}

static void buf_writes_numbers(void **state)
{
    (void)state;
    struct arena *arena = arena_new(4096);
    struct buf buf = buf_new(arena, 200);
    buf_add_int(&buf, 0);
    buf_add_char(&buf, ' ');
    buf_add_int(&buf, INT64_MIN);
    buf_add_char(&buf, ' ');
    buf_add_int(&buf, INT64_MAX);
    buf_printf(&buf, " %s=%d", "x", 5);
    assert_str(buf_str(&buf), "0 -9223372036854775808 9223372036854775807 x=5");
    arena_free(arena);
}

static void buf_reserve_is_for_direct_writes(void **state)
{
    (void)state;
    struct arena *arena = arena_new(4096);
    struct buf buf = buf_new(arena, 600);
    BUF_LITERAL(&buf, "ab");
    char *p = buf_reserve(&buf, 500);
    assert_non_null(p);
    memset(p, 'c', 500);
    buf.n += 500;
    assert_int_equal(buf_str(&buf).n, 502);
    assert_int_equal(buf.p[501], 'c');
    assert_null(buf_reserve(&buf, 99));
    arena_free(arena);
}

/* json */

static void json_places_commas(void **state)
{
    (void)state;
    struct arena *arena = arena_new(1 << 16);
    struct buf buf = buf_new(arena, 4096);
    struct json json = json_to(&buf);
    json_object(&json);
    json_member_text(&json, "a", STR("x"));
    json_member_int(&json, "b", -1);
    json_name(&json, STR("c"));
    json_array(&json);
    json_bool(&json, true);
    json_null(&json);
    json_object(&json);
    json_object_end(&json);
    json_array(&json);
    json_array_end(&json);
    json_int(&json, 0);
    json_array_end(&json);
    json_member_bool(&json, "d", false);
    json_member_raw(&json, "e", STR("{\"f\":1}"));
    json_member_text(&json, "g", STR_NONE);
    json_object_end(&json);
    assert_str(buf_str(&buf),
               "{\"a\":\"x\",\"b\":-1,\"c\":[true,null,{},[],0],\"d\":false,\"e\":{\"f\":1},\"g\":null}");
    assert_int_equal(json.depth, 0);
    arena_free(arena);
}

static void check_json_text(str in, const char *out)
{
    struct arena *arena = arena_new(1 << 16);
    struct buf buf = buf_new(arena, 4096);
    struct json json = json_to(&buf);
    json_text(&json, in);
    if (!str_is(buf_str(&buf), out)) fail_msg("got %.*s, wanted %s", STR_ARG(buf_str(&buf)), out);
    arena_free(arena);
}

static void json_escapes_text(void **state)
{
    (void)state;
    check_json_text(STR(""), "\"\"");
    check_json_text(STR("\"\\/\n\r\t"), "\"\\\"\\\\/\\n\\r\\t\"");
    check_json_text(STR("a\0\x1F\x7F"), "\"a\\u0000\\u001f\x7F\"");
    check_json_text(STR("Z\xC3\xBCrich \xF0\x9F\x8E\xAB"), "\"Z\xC3\xBCrich \xF0\x9F\x8E\xAB\"");
}

static void json_replaces_ill_formed_utf8(void **state)
{
    (void)state;
    check_json_text(STR("a\xFF"
                        "b"),
                    "\"a\xEF\xBF\xBD"
                    "b\"");
    check_json_text(STR("\xC3"), "\"\xEF\xBF\xBD\"");
    check_json_text(STR("\xED\xA0\x80"), "\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\"");
    check_json_text(STR("\xC0\xAF!"), "\"\xEF\xBF\xBD\xEF\xBF\xBD!\"");
}

static void open_arrays(unsigned count)
{
    struct arena *arena = arena_new(1 << 16);
    struct buf buf = buf_new(arena, 4096);
    struct json json = json_to(&buf);
    for (unsigned i = 0; i < count; i++) json_array(&json);
    for (unsigned i = 0; i < count; i++) json_array_end(&json);
    arena_free(arena);
}

static void too_deep(void)
{
    open_arrays(JSON_DEPTH_MAX + 1);
}

static void closed_too_often(void)
{
    struct buf buf = buf_new(arena_new(4096), 100);
    struct json json = json_to(&buf);
    json_object_end(&json);
}

static void json_depth_is_bounded(void **state)
{
    (void)state;
    open_arrays(JSON_DEPTH_MAX);
    assert_aborts(too_deep);
    assert_aborts(closed_too_often);
}

/* utf8 */

static void utf8_takes_the_ends_of_every_range(void **state)
{
    (void)state;
    static const char *const good[] = {
        "\x7F",         "\xC2\x80",     "\xDF\xBF",         "\xE0\xA0\x80",     "\xED\x9F\xBF",
        "\xEE\x80\x80", "\xEF\xBF\xBF", "\xF0\x90\x80\x80", "\xF3\xBF\xBF\xBF", "\xF4\x8F\xBF\xBF"};
    for (size_t i = 0; i < COUNT_OF(good); i++) {
        assert_int_equal(utf8_length(str_of(good[i])), strlen(good[i]));
        assert_true(utf8_valid(str_of(good[i])));
        assert_int_equal(utf8_count(str_of(good[i])), 1);
    }
    assert_int_equal(utf8_length(STR("\0")), 1);
    assert_true(utf8_valid(STR("")));
}

static void utf8_refuses_the_ill_formed(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "\x80",             /* continuation alone */
        "\xBF",             /* the same */
        "\xC0\x80",         /* overlong */
        "\xC1\xBF",         /* overlong */
        "\xE0\x9F\xBF",     /* overlong */
        "\xF0\x8F\xBF\xBF", /* overlong */
        "\xED\xA0\x80",     /* surrogate */
        "\xED\xBF\xBF",     /* surrogate */
        "\xF4\x90\x80\x80", /* past U+10FFFF */
        "\xF5\x80\x80\x80", /* no such lead */
        "\xFE",
        "\xFF", /* never */
        "\xC2",
        "\xE1\x80", /* cut */
        "\xF1\x80\x80",
        "\xC2\x41", /* cut; no continuation */
        "\xE1\x80\x41",
        "\xE1\xC0\x80", /* no continuation */
        "\xF1\x80\x80\xC0",
        "\xF1\x41\x80\x80", /* no continuation */
    };
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        assert_int_equal(utf8_length(str_of(bad[i])), 0);
        assert_false(utf8_valid(str_of(bad[i])));
    }
    assert_int_equal(utf8_length(STR("")), 0);
    assert_false(utf8_valid(STR("abc\xFF")));
}

static void utf8_counts_characters(void **state)
{
    (void)state;
    assert_int_equal(utf8_count(STR("Z\xC3\xBCrich \xF0\x9F\x8E\xAB")), 8);
    assert_int_equal(utf8_count(STR("")), 0);
}

/* time_text */

static int64_t time_of(const char *text)
{
    int64_t ms = -1;
    if (!time_from_text(str_of(text), &ms)) fail_msg("refused: %s", text);
    return ms;
}

static void time_known_instants(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t ms;
    } known[] = {{"1970-01-01T00:00:00.001Z", 1},
                 {"2000-02-29T12:34:56.789Z", INT64_C(951827696789)},
                 {"2026-12-01T18:30:00.123Z", INT64_C(1796149800123)},
                 {"2038-01-19T03:14:08.000Z", INT64_C(2147483648000)},
                 {"2100-03-01T00:00:00.000Z", INT64_C(4107542400000)},
                 {"9999-12-31T23:59:59.999Z", TIME_MAX}};
    char buffer[TIME_TEXT_SIZE];
    for (size_t i = 0; i < COUNT_OF(known); i++) {
        assert_int_equal(time_of(known[i].text), known[i].ms);
        assert_str(time_to_rfc3339(known[i].ms, buffer), known[i].text);
    }
    assert_str(time_to_rfc3339(0, buffer), "1970-01-01T00:00:00.000Z");
    assert_str(time_to_stored(INT64_C(1796149800123), buffer), "2026-12-01 18:30:00.123 +00:00");
}

/* Every day up to 2110 and then a prime step to the last year: each differs by one day from the one before. */
static void time_round_trips(void **state)
{
    (void)state;
    char buffer[TIME_TEXT_SIZE];
    for (int64_t ms = 43200123; ms <= TIME_MAX; ms += ms < INT64_C(4418064000000) ? DAY_MS : DAY_MS * INT64_C(97)) {
        int64_t back = 0;
        assert_true(time_from_text(time_to_rfc3339(ms, buffer), &back));
        assert_int_equal(back, ms);
        assert_true(time_from_text(time_to_stored(ms, buffer), &back));
        assert_int_equal(back, ms);
    }
}

static void time_takes_every_rfc3339_form(void **state)
{
    (void)state;
    int64_t noon = time_of("2026-12-01T12:00:00Z");
    static const char *const same[] = {"2026-12-01t12:00:00z",           "2026-12-01 12:00:00Z",
                                       "2026-12-01T12:00:00.0Z",         "2026-12-01T12:00:00.000000000Z",
                                       "2026-12-01T12:00:00.000999999Z", "2026-12-01T13:00:00+01:00",
                                       "2026-12-01T06:30:00-05:30",      "2026-12-02T11:59:00+23:59",
                                       "2026-12-01T12:00:00-00:00",      "2026-12-01 12:00:00.000 +00:00"};
    for (size_t i = 0; i < COUNT_OF(same); i++) assert_int_equal(time_of(same[i]), noon);
    assert_int_equal(time_of("2026-12-01T12:00:00.5Z"), noon + 500);
    assert_int_equal(time_of("2026-12-01T12:00:00.05Z"), noon + 50);
    assert_int_equal(time_of("2026-12-01T12:00:00.0019Z"), noon + 1);
}

static void time_knows_leap_days(void **state)
{
    (void)state;
    static const char *const exist[] = {"1972-02-29T00:00:00Z", "2000-02-29T00:00:00Z", "2024-02-29T00:00:00Z",
                                        "2400-02-29T00:00:00Z", "9996-02-29T00:00:00Z"};
    static const char *const missing[] = {"1973-02-29T00:00:00Z", "2023-02-29T00:00:00Z", "2100-02-29T00:00:00Z",
                                          "2200-02-29T00:00:00Z", "2024-02-30T00:00:00Z"};
    int64_t ms = 7;
    for (size_t i = 0; i < COUNT_OF(exist); i++) {
        assert_int_equal(time_of(exist[i]) % DAY_MS, 0);
        assert_false(time_from_text(str_of(missing[i]), &ms));
    }
    assert_int_equal(ms, 7);
    assert_int_equal(time_of("2024-03-01T00:00:00Z") - time_of("2024-02-28T00:00:00Z"), 2 * DAY_MS);
    assert_int_equal(time_of("2100-03-01T00:00:00Z") - time_of("2100-02-28T00:00:00Z"), DAY_MS);
}

/* Among the rest: no offset; before 1970; zero, which means none. */
static void time_refuses_everything_else(void **state)
{
    (void)state;
    static const char *const bad[] = {"",
                                      "2026",
                                      "2026-12-01",
                                      "2026-12-01T",
                                      "2026-12-01T12",
                                      "2026-12-01T12:00",
                                      "2026-12-01T12:00Z",
                                      "2026-12-01T12:00:00",
                                      "2026-12-01X12:00:00Z",
                                      "2026-12-01  12:00:00Z",
                                      " 2026-12-01T12:00:00Z",
                                      "2026-12-01T12:00:00Z ",
                                      "2026-12-01T12:00:00ZZ",
                                      "2026-12-01T12:00:00Z+00:00",
                                      "2026-12-01T12:00:00+0000",
                                      "2026-12-01T12:00:00+00",
                                      "2026-12-01T12:00:00+24:00",
                                      "2026-12-01T12:00:00+00:60",
                                      "2026-12-01T12:00:00+-1:00",
                                      "2026-12-01T12:00:00.Z",
                                      "2026-12-01T12:00:00,5Z",
                                      "2026-12-01T12:00:00.0000000000Z",
                                      "2026-12-01T24:00:00Z",
                                      "2026-12-01T12:60:00Z",
                                      "2026-12-01T12:00:60Z",
                                      "2026-12-01T-1:00:00Z",
                                      "2026-12-01T1:00:00Z",
                                      "2026-12-01T12:0:00Z",
                                      "2026-12-01T12-00-00Z",
                                      "20261201T120000Z",
                                      "2026-00-01T12:00:00Z",
                                      "2026-13-01T12:00:00Z",
                                      "2026-12-00T12:00:00Z",
                                      "2026-12-32T12:00:00Z",
                                      "2026-04-31T12:00:00Z",
                                      "2026-06-31T12:00:00Z",
                                      "2026-09-31T12:00:00Z",
                                      "2026-11-31T12:00:00Z",
                                      "2026-1-01T12:00:00Z",
                                      "26-12-01T12:00:00Z",
                                      "+2026-12-01T12:00:00Z",
                                      "-2026-12-01T12:00:00Z",
                                      "12026-12-01T12:00:00Z",
                                      "2026/12/01T12:00:00Z",
                                      "2026-W49-2T12:00:00Z",
                                      "2026-335T12:00:00Z",
                                      "1969-12-31T23:59:59Z",
                                      "0000-01-01T00:00:00Z",
                                      "1970-01-01T00:00:00Z",
                                      "1970-01-01T00:30:00+01:00",
                                      "9999-12-31T23:59:59-00:01",
                                      "Tue, 01 Dec 2026 12:00:00 GMT",
                                      "1796126400000",
                                      "now",
                                      "null"};
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        int64_t ms = 7;
        if (time_from_text(str_of(bad[i]), &ms)) fail_msg("taken: %s", bad[i]);
        assert_int_equal(ms, 7);
    }
    int64_t ms;
    assert_false(time_from_text(STR("2026-12-01T12:00:00Z\0"), &ms));
    assert_false(time_from_text(STR("2026-12-01\0"
                                    "12:00:00Z"),
                                &ms));
    assert_false(time_from_text(STR("2026-12-01T12:00:00\0"), &ms));
    assert_false(time_from_text(STR_NONE, &ms));
}

static void time_before_1970(void)
{
    char buffer[TIME_TEXT_SIZE];
    time_to_rfc3339(-1, buffer);
}

static void time_after_9999(void)
{
    char buffer[TIME_TEXT_SIZE];
    time_to_stored(TIME_MAX + 1, buffer);
}

static void time_bounds_are_checked(void **state)
{
    (void)state;
    assert_aborts(time_before_1970);
    assert_aborts(time_after_9999);
}

/* money */

static void money_reads_and_writes(void **state)
{
    (void)state;
    static const struct {
        const char *in;
        int64_t minor;
        const char *out;
    } rows[] = {{"0", 0, "0.00"},
                {"0.00", 0, "0.00"},
                {"12", 1200, "12.00"},
                {"12.3", 1230, "12.30"},
                {"12.30", 1230, "12.30"},
                {"12.3000", 1230, "12.30"},
                {"0.05", 5, "0.05"},
                {"-0.05", -5, "-0.05"},
                {"007.10", 710, "7.10"},
                {"99999999.99", MONEY_MAX, "99999999.99"},
                {"-99999999.99", -MONEY_MAX, "-99999999.99"}};
    char buffer[MONEY_TEXT_SIZE];
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        int64_t minor = 7;
        if (!money_from_text(str_of(rows[i].in), &minor)) fail_msg("refused: %s", rows[i].in);
        assert_int_equal(minor, rows[i].minor);
        assert_str(money_to_text(minor, buffer), rows[i].out);
    }
}

static void money_refuses_everything_else(void **state)
{
    (void)state;
    static const char *const bad[] = {"",
                                      "-",
                                      ".",
                                      "-.",
                                      ".5",
                                      "5.",
                                      "1.005",
                                      "1.001",
                                      "1,50",
                                      "1 ",
                                      " 1",
                                      "+1",
                                      "--1",
                                      "1-",
                                      "1e2",
                                      "1.5e1",
                                      "0x10",
                                      "1.2.3",
                                      "1.-5",
                                      "-.5",
                                      "NaN",
                                      "Infinity",
                                      "12 EUR",
                                      "100000000",
                                      "100000000.00",
                                      "999999999999999999999",
                                      "1.0 ",
                                      "1.0000000000000000000000000000000000"};
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        int64_t minor = 7;
        if (money_from_text(str_of(bad[i]), &minor)) fail_msg("taken: %s", bad[i]);
        assert_int_equal(minor, 7);
    }
    int64_t minor;
    assert_false(money_from_text(STR("1\0"), &minor));
    assert_false(money_from_text(STR("1.5\0"), &minor));
    assert_false(money_from_text(STR_NONE, &minor));
}

static void money_past_the_bound(void)
{
    char buffer[MONEY_TEXT_SIZE];
    money_to_text(MONEY_MAX + 1, buffer);
}

static void money_bounds_are_checked(void **state)
{
    (void)state;
    assert_aborts(money_past_the_bound);
}

/* random */

static void random_hex_is_hex_and_new(void **state)
{
    (void)state;
    char a[129], b[129];
    random_hex(a, 64);
    random_hex(b, 64);
    assert_int_equal(strlen(a), 128);
    assert_int_equal(strspn(a, "0123456789abcdef"), 128);
    assert_string_not_equal(a, b);
    random_hex(a, 0);
    assert_string_equal(a, "");
}

static void hex_too_long(void)
{
    char text[200];
    random_hex(text, 65);
}

static void random_hex_is_bounded(void **state)
{
    (void)state;
    assert_aborts(hex_too_long);
}

static void ordered_ids_sort_by_time(void **state)
{
    (void)state;
    char before[ORDERED_ID_SIZE] = "", now[ORDERED_ID_SIZE];
    for (int64_t ms = 1; ms <= TIME_MAX; ms = ms * 3 + 1) {
        ordered_id(ms, now);
        assert_int_equal(strlen(now), ORDERED_ID_SIZE - 1);
        assert_int_equal(strspn(now, "0123456789ABCDEFGHJKMNPQRSTVWXYZ"), ORDERED_ID_SIZE - 1);
        assert_true(strcmp(before, now) < 0);
        memcpy(before, now, sizeof(now));
    }
    ordered_id(INT64_C(1469918176385), now);
    assert_memory_equal(now, "01ARYZ6S41", 10); /* the example of the ULID specification */
}

static void ordered_ids_of_one_instant_differ(void **state)
{
    (void)state;
    char a[ORDERED_ID_SIZE], b[ORDERED_ID_SIZE];
    ordered_id(INT64_C(1796149800123), a);
    ordered_id(INT64_C(1796149800123), b);
    assert_memory_equal(a, b, 10);
    assert_string_not_equal(a, b);
}

/* err, clock, log, asset */

static void err_rows_are_complete(void **state)
{
    (void)state;
    for (err e = OK + 1; e < ERR_COUNT; e++) {
        const struct err_row *row = err_row(e);
        assert_true(row->status >= 400 && row->status <= 599);
        assert_true(row->symbol[0] && row->title[0]);
        assert_int_equal(strspn(row->code, "abcdefghijklmnopqrstuvwxyz_0123456789"), strlen(row->code));
        for (err other = OK + 1; other < e; other++) assert_string_not_equal(row->code, err_row(other)->code);
    }
    assert_int_equal(err_row(ERR_SOLD_OUT)->status, 409);
}

static void row_of_ok(void)
{
    err_row(OK);
}

static void err_has_no_row_for_ok(void **state)
{
    (void)state;
    assert_aborts(row_of_ok);
}

static void clock_moves_forward(void **state)
{
    (void)state;
    int64_t us = clock_monotonic_us();
    int64_t ms = clock_monotonic_ms();
    usleep(2000);
    assert_true(clock_monotonic_us() - us >= 2000);
    assert_true(clock_monotonic_ms() > ms);
    assert_true(clock_now_ms() > time_of("2026-01-01T00:00:00Z"));
}

/* What body() writes to stderr, read back through a pipe; the text is NUL-terminated. */
static void stderr_of(void (*body)(void), char *ret_text, size_t size)
{
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    int kept = dup(STDERR_FILENO);
    dup2(ends[1], STDERR_FILENO);
    body();
    dup2(kept, STDERR_FILENO);
    close(kept);
    close(ends[1]);
    ssize_t n = read(ends[0], ret_text, size - 1);
    close(ends[0]);
    ret_text[n > 0 ? n : 0] = '\0';
}

static void log_lines(void)
{
    LOG(LOG_DEBUG, "dropped");
    LOG(LOG_WARNING, "forged", LOG_TEXT("path", STR("/a\"\n{\"x\":1}")), LOG_INT("n", -5));
}

static void log_long_line(void)
{
    static char text[5000];
    memset(text, 'x', sizeof(text));
    LOG(LOG_ERROR, "long", LOG_TEXT("text", ((str){text, sizeof(text)})));
}

static void log_cannot_be_forged(void **state)
{
    (void)state;
    char text[8192];
    stderr_of(log_lines, text, sizeof(text));
    assert_non_null(
        strstr(text, "\"level\":\"warning\",\"event\":\"forged\",\"path\":\"/a\\\"\\n{\\\"x\\\":1}\",\"n\":-5}\n"));
    assert_null(strstr(text, "dropped"));
    assert_ptr_equal(strchr(text, '\n'), text + strlen(text) - 1); /* one line */
}

static void log_line_is_bounded(void **state)
{
    (void)state;
    char text[8192];
    stderr_of(log_long_line, text, sizeof(text));
    assert_string_equal(text, "{\"level\":\"warning\",\"event\":\"log_line_too_long\"}\n");
}

static void assets_are_in_order_and_found(void **state)
{
    (void)state;
    size_t i = 0;
    for (const struct asset *asset; (asset = asset_at(i)); i++) {
        assert_ptr_equal(asset_find(asset->name), asset);
        assert_int_equal(asset->data[asset->size], 0);
        if (i > 0) assert_true(strcmp(asset_at(i - 1)->name, asset->name) < 0);
    }
    assert_int_equal(i, asset_count);
    assert_null(asset_at(SIZE_MAX));
    assert_null(asset_find("no such asset"));
    assert_null(asset_find(""));
}

static int start(void **state)
{
    (void)state;
    random_start();
    return 0;
}

int main(void)
{
    static const struct CMUnitTest tests[] = {cmocka_unit_test(str_none_is_not_empty),
                                              cmocka_unit_test(str_equal_compares_bytes),
                                              cmocka_unit_test(str_nocase_is_ascii_only),
                                              cmocka_unit_test(str_cuts_stay_inside),
                                              cmocka_unit_test(str_starts_and_ends),
                                              cmocka_unit_test(str_trim_takes_spaces_and_tabs),
                                              cmocka_unit_test(str_split_gives_every_part),
                                              cmocka_unit_test(str_split_of_empty_and_none),
                                              cmocka_unit_test(str_find_gives_index_or_length),
                                              cmocka_unit_test(str_to_int_takes_whole_numbers),
                                              cmocka_unit_test(str_to_int_refuses_the_rest),
                                              cmocka_unit_test(arena_memory_is_zeroed_and_aligned),
                                              cmocka_unit_test(arena_is_zeroed_again_after_reset),
                                              cmocka_unit_test(arena_takes_its_bound),
                                              cmocka_unit_test(arena_ends_the_process_past_its_bound),
                                              cmocka_unit_test(arena_copies_are_terminated),
                                              cmocka_unit_test(buf_grows_to_its_bound),
                                              cmocka_unit_test(buf_keeps_its_content_once_full),
                                              cmocka_unit_test(buf_empty_is_text),
                                              cmocka_unit_test(buf_writes_numbers),
                                              cmocka_unit_test(buf_reserve_is_for_direct_writes),
                                              cmocka_unit_test(json_places_commas),
                                              cmocka_unit_test(json_escapes_text),
                                              cmocka_unit_test(json_replaces_ill_formed_utf8),
                                              cmocka_unit_test(json_depth_is_bounded),
                                              cmocka_unit_test(utf8_takes_the_ends_of_every_range),
                                              cmocka_unit_test(utf8_refuses_the_ill_formed),
                                              cmocka_unit_test(utf8_counts_characters),
                                              cmocka_unit_test(time_known_instants),
                                              cmocka_unit_test(time_round_trips),
                                              cmocka_unit_test(time_takes_every_rfc3339_form),
                                              cmocka_unit_test(time_knows_leap_days),
                                              cmocka_unit_test(time_refuses_everything_else),
                                              cmocka_unit_test(time_bounds_are_checked),
                                              cmocka_unit_test(money_reads_and_writes),
                                              cmocka_unit_test(money_refuses_everything_else),
                                              cmocka_unit_test(money_bounds_are_checked),
                                              cmocka_unit_test(random_hex_is_hex_and_new),
                                              cmocka_unit_test(random_hex_is_bounded),
                                              cmocka_unit_test(ordered_ids_sort_by_time),
                                              cmocka_unit_test(ordered_ids_of_one_instant_differ),
                                              cmocka_unit_test(err_rows_are_complete),
                                              cmocka_unit_test(err_has_no_row_for_ok),
                                              cmocka_unit_test(clock_moves_forward),
                                              cmocka_unit_test(log_cannot_be_forged),
                                              cmocka_unit_test(log_line_is_bounded),
                                              cmocka_unit_test(assets_are_in_order_and_found)};
    return cmocka_run_group_tests_name("base", tests, start, NULL);
}
