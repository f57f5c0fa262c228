/* Unit tests of schema/mask: the rule, and that C and the engine say the same. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "base/check.h"
#include "schema/mask.h"

static const struct field *field_of_user(const char *name)
{
    return field_find(&entity_of(ENTITY_user)->descriptor, str_of(name));
}

static void masks_are_as_declared(void **state)
{
    (void)state;
    static const struct {
        const char *field, *text, *masked;
    } rows[] = {
        {"email", "anna@example.org", "a***@***"},
        {"email", "a***@***", "a***@***"},
        {"email", "", ""},
        {"email", "\xC3\x84nne@example.org", "\xC3\x84***@***"},
        {"name", "Anna", "A***"},
        {"name", "A", "A***"},
        {"name", "A***", "A***"},
        {"name", "", ""},
        {"name", "\xF0\x9F\x8E\xAB!", "\xF0\x9F\x8E\xAB***"},
        {"name", "e\xCC\x81t\xC3\xA9", "e***"},
    };
    struct arena *arena = arena_new(1 << 20);
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        str masked = mask_text(arena, field_of_user(rows[i].field), str_of(rows[i].text));
        assert_true(str_is(masked, rows[i].masked));
    }
    assert_null(mask_text(arena, field_of_user("name"), STR_NONE).p);
    arena_free(arena);
}

/* A text from a small alphabet that holds every length of character, and ill-formed bytes. */
static str make_text(uint32_t *seed, char *buffer)
{
    static const char *const parts[] = {
        "a", "Z", "@", "*", " ", "'", "\xC3\xA9", "\xE2\x82\xAC", "\xF0\x9F\x8E\xAB", "\x80", "\xC3", "\xFF"};
    size_t n = 0;
    *seed = *seed * 1664525u + 1013904223u;
    for (uint32_t count = (*seed >> 24) % 6; count > 0; count--) {
        *seed = *seed * 1664525u + 1013904223u;
        str part = str_of(parts[(*seed >> 16) % COUNT_OF(parts)]);
        memcpy(buffer + n, part.p, part.n);
        n += part.n;
    }
    return (str){buffer, n};
}

static void assert_same(struct arena *arena, sqlite3_stmt *statement, const struct field *field, str text)
{
    sqlite3_reset(statement);
    assert_int_equal(sqlite3_bind_text(statement, 1, text.p, (int)text.n, SQLITE_STATIC), SQLITE_OK);
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    str masked = mask_text(arena, field, text);
    const char *engine = (const char *)sqlite3_column_text(statement, 0);
    assert_int_equal(engine == NULL, masked.p == NULL);
    if (engine) assert_true(str_equal((str){engine, (size_t)sqlite3_column_bytes(statement, 0)}, masked));
    if (engine) assert_true(str_equal(mask_text(arena, field, masked), masked));
}

static void masks_of_the_engine_and_the_server_agree(void **state)
{
    (void)state;
    static const char *const names[] = {"email", "name"};
    sqlite3 *db;
    assert_int_equal(sqlite3_open(":memory:", &db), SQLITE_OK);
    struct arena *arena = arena_new(16 << 20);
    uint32_t seed = 7;
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        const struct field *field = field_of_user(names[i]);
        struct buf sql = buf_new(arena, 4096);
        BUF_LITERAL(&sql, "SELECT ");
        mask_sql(&sql, field, "?1", DIALECT_SQLITE);
        sqlite3_stmt *statement;
        assert_int_equal(sqlite3_prepare_v2(db, sql.p, (int)sql.n, &statement, NULL), SQLITE_OK);
        assert_same(arena, statement, field, STR_NONE);
        for (int round = 0; round < 3000; round++) {
            char buffer[64];
            assert_same(arena, statement, field, make_text(&seed, buffer));
        }
        sqlite3_finalize(statement);
    }
    arena_free(arena);
    sqlite3_close(db);
}

static void what_is_not_text_has_no_value(void **state)
{
    (void)state;
    struct arena *arena = arena_new(1 << 20);
    struct buf sql = buf_new(arena, 4096);
    mask_sql(&sql, field_of_user("id"), "r.\"id\"", DIALECT_POSTGRES);
    assert_true(str_is(buf_str(&sql), "NULL"));
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(masks_are_as_declared),
        cmocka_unit_test(masks_of_the_engine_and_the_server_agree),
        cmocka_unit_test(what_is_not_text_has_no_value),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
