/* Unit tests of base/: everything that its headers specify, at the bounds and just beyond them. Times and money as text
 * are in base_value_test.c. */
#include "unit.h"

#include "base/arena.h"
#include "base/asset.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/json.h"
#include "base/log.h"
#include "base/random.h"
#include "base/time_text.h"
#include "base/utf8.h"

/* str */

static void str_none_is_not_empty(void **state)
{
    (void)state;
    assert_null(STR_NONE.p);
    assert_non_null(STR("").p);
    assert_int_equal(STR("").n, 0);
    assert_null(str_of(NULL).p);
    assert_true(str_equal(STR_NONE, STR(""))); /* equal bytes, but different p */
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

static void str_slices_stay_in_bounds(void **state)
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

static void str_trim_removes_spaces_and_tabs(void **state)
{
    (void)state;
    assert_str(str_trim(STR(" \t a b\t ")), "a b");
    assert_str(str_trim(STR("\r\na")), "\r\na");
    assert_int_equal(str_trim(STR(" \t ")).n, 0);
}

static void str_split_returns_every_part(void **state)
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

static void str_find_returns_index_or_length(void **state)
{
    (void)state;
    assert_int_equal(str_find(STR("abcb"), 'b'), 1);
    assert_int_equal(str_find(STR("abc"), 'x'), 3);
    assert_int_equal(str_find(STR_NONE, 'x'), 0);
}

static void str_to_int_accepts_whole_numbers(void **state)
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

/* Reads what AddressSanitizer considers unused. */
__attribute__((no_sanitize_address)) static bool is_zero(const volatile unsigned char *p, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        if (p[i] != 0) return false;
    }
    return true;
}

static void arena_with_a_secret_is_wiped(void **state)
{
    (void)state;
    for (int wiped = 0; wiped < 2; wiped++) {
        struct arena *arena = arena_new(1 << 20);
        unsigned char *p = arena_alloc(arena, 1000); /* in the block that a reset keeps */
        memset(p, 0xFF, 1000);
        if (wiped) arena_wipe(arena);
        arena_reset(arena);
        assert_int_equal(is_zero(p, 1000), wiped);
        arena_free(arena);
    }
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

static void arena_allows_its_bound(void **state)
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

static void arena_aborts_beyond_its_bound(void **state)
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

static void buf_empty_is_empty_text(void **state)
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
    json_object_begin(&json);
    json_member_text(&json, "a", STR("x"));
    json_member_int(&json, "b", -1);
    json_name(&json, STR("c"));
    json_array_begin(&json);
    json_bool(&json, true);
    json_none(&json);
    json_object_begin(&json);
    json_object_end(&json);
    json_array_begin(&json);
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
    if (!str_is(buf_str(&buf), out)) fail_msg("got %.*s, expected %s", STR_ARG(buf_str(&buf)), out);
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
    for (unsigned i = 0; i < count; i++) json_array_begin(&json);
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
        "\x80",             /* continuation without a lead byte */
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
    assert_true(clock_now_ms() > INT64_C(1767225600000)); /* 2026 */
}

/* Runs body() and returns what it writes to stderr, NUL-terminated. */
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
                                              cmocka_unit_test(str_slices_stay_in_bounds),
                                              cmocka_unit_test(str_starts_and_ends),
                                              cmocka_unit_test(str_trim_removes_spaces_and_tabs),
                                              cmocka_unit_test(str_split_returns_every_part),
                                              cmocka_unit_test(str_split_of_empty_and_none),
                                              cmocka_unit_test(str_find_returns_index_or_length),
                                              cmocka_unit_test(str_to_int_accepts_whole_numbers),
                                              cmocka_unit_test(str_to_int_refuses_the_rest),
                                              cmocka_unit_test(arena_memory_is_zeroed_and_aligned),
                                              cmocka_unit_test(arena_with_a_secret_is_wiped),
                                              cmocka_unit_test(arena_is_zeroed_again_after_reset),
                                              cmocka_unit_test(arena_allows_its_bound),
                                              cmocka_unit_test(arena_aborts_beyond_its_bound),
                                              cmocka_unit_test(arena_copies_are_terminated),
                                              cmocka_unit_test(buf_grows_to_its_bound),
                                              cmocka_unit_test(buf_keeps_its_content_once_full),
                                              cmocka_unit_test(buf_empty_is_empty_text),
                                              cmocka_unit_test(buf_writes_numbers),
                                              cmocka_unit_test(buf_reserve_is_for_direct_writes),
                                              cmocka_unit_test(json_places_commas),
                                              cmocka_unit_test(json_escapes_text),
                                              cmocka_unit_test(json_replaces_ill_formed_utf8),
                                              cmocka_unit_test(json_depth_is_bounded),
                                              cmocka_unit_test(utf8_takes_the_ends_of_every_range),
                                              cmocka_unit_test(utf8_refuses_the_ill_formed),
                                              cmocka_unit_test(utf8_counts_characters),
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
