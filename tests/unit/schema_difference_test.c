/* Unit tests of schema/ddl_difference on short scripts: which statements take one schema to another. What the engines
 * do with them is in store_migration_test.c. */
#include "unit.h"

#include "schema/ddl_difference.h"

static struct arena *arena;

static int setup(void **state)
{
    (void)state;
    arena = arena_new(64 << 20);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    arena_free(arena);
    return 0;
}

static struct ddl_difference difference(enum dialect dialect, const char *was, const char *is)
{
    struct ddl_difference found;
    str reason = STR("");
    err e = ddl_difference(arena, dialect, (const str[]){str_of(was), str_of(is)}, &reason, &found);
    if (e) fail_msg("%.*s", STR_ARG(reason));
    return found;
}

/* Every part is in the SQL, in this order. */
static void holds(str sql, const char *const *parts, size_t count)
{
    const char *at = sql.p;
    for (size_t i = 0; i < count; i++) {
        const char *found = strstr(at, parts[i]);
        if (!found) fail_msg("missing: %s\nin: %.*s", parts[i], STR_ARG(sql));
        at = found + strlen(parts[i]);
    }
}
#define HOLDS(sql, ...) holds(sql, (const char *const[]){__VA_ARGS__}, COUNT_OF(((const char *const[]){__VA_ARGS__})))

#define TABLE(lines) "CREATE TABLE \"A\" (\n  \"id\" INTEGER PRIMARY KEY AUTOINCREMENT" lines "\n);\n"
#define PLAIN        TABLE(",\n  \"x\" TEXT")

static void equal_schemas_have_no_difference(void **state)
{
    (void)state;
    for (enum dialect dialect = 0; dialect < DIALECT_COUNT; dialect++) {
        struct buf sql = buf_new(arena, 1 << 20);
        ddl_schema(&sql, dialect);
        buf_add_char(&sql, '\0');
        assert_int_equal(difference(dialect, sql.p, sql.p).sql.n, 0);
    }
}

static void order_of_lines_is_no_difference(void **state)
{
    (void)state;
    const char *other = TABLE(",\n  \"y\" TEXT,\n  \"x\" TEXT"), *one = TABLE(",\n  \"x\" TEXT,\n  \"y\" TEXT");
    assert_int_equal(difference(DIALECT_SQLITE, one, other).sql.n, 0);
    assert_int_equal(difference(DIALECT_POSTGRES, one, other).sql.n, 0);
}

static void columns_come_and_go(void **state)
{
    (void)state;
    const char *more = TABLE(",\n  \"x\" TEXT,\n  \"y\" INTEGER NOT NULL DEFAULT 3");
    for (enum dialect dialect = 0; dialect < DIALECT_COUNT; dialect++) {
        HOLDS(difference(dialect, PLAIN, more).sql, "ALTER TABLE \"A\" ADD COLUMN \"y\" INTEGER NOT NULL DEFAULT 3;\n");
        HOLDS(difference(dialect, more, PLAIN).sql, "ALTER TABLE \"A\" DROP COLUMN \"y\";\n");
    }
}

static void column_without_value_is_an_obstacle(void **state)
{
    (void)state;
    const char *more = TABLE(",\n  \"x\" TEXT,\n  \"y\" INTEGER NOT NULL");
    for (enum dialect dialect = 0; dialect < DIALECT_COUNT; dialect++) {
        assert_str(difference(dialect, PLAIN, more).obstacle,
                   "\"A\".\"y\" is NOT NULL without a default, so rows that exist cannot have it");
        assert_null(difference(dialect, more, PLAIN).obstacle.p);
    }
}

static void sqlite_builds_a_table_anew_with_what_belongs_to_it(void **state)
{
    (void)state;
#define REST                                                                                                           \
    "CREATE INDEX \"a_x\" ON \"A\" (\"x\");\nCREATE TRIGGER \"a_t\" AFTER INSERT ON \"A\"\nBEGIN SELECT 1; END;\n"
    str sql = difference(DIALECT_SQLITE, PLAIN REST, TABLE(",\n  \"x\" INTEGER NOT NULL DEFAULT 1") REST).sql;
    HOLDS(sql, "CREATE TABLE \"A_rebuilt\" (\n", "(\"id\", \"x\") SELECT \"id\", coalesce(\"x\", 1) FROM \"A\";\n",
          "sqlite_sequence", "DROP TABLE \"A\";\n", "RENAME TO \"A\";\n", "CREATE INDEX \"a_x\"",
          "CREATE TRIGGER \"a_t\"");
    assert_null(strstr(sql.p, "DROP INDEX"));
    assert_null(strstr(sql.p, "DROP TRIGGER"));
}

static void sqlite_adds_an_enumeration_to_a_table(void **state)
{
    (void)state;
    const char *more = TABLE(",\n  \"x\" TEXT,\n  \"k\" TEXT NOT NULL DEFAULT 'a',\n"
                             "  CONSTRAINT \"a_k\" CHECK (\"k\" IN ('a', 'b'))");
    HOLDS(difference(DIALECT_SQLITE, PLAIN, more).sql,
          "ADD COLUMN \"k\" TEXT NOT NULL DEFAULT 'a' CONSTRAINT \"a_k\" CHECK (\"k\" IN ('a', 'b'));\n");
    HOLDS(difference(DIALECT_SQLITE, more, PLAIN).sql, "CREATE TABLE \"A_rebuilt\"");
}

static void postgres_alters_columns_in_place(void **state)
{
    (void)state;
    const char *other = TABLE(",\n  \"x\" VARCHAR(9) NOT NULL DEFAULT 'a'");
    HOLDS(difference(DIALECT_POSTGRES, PLAIN, other).sql, "SET LOCAL ROLE boxoffice_owner;\n",
          "ALTER COLUMN \"x\" TYPE VARCHAR(9) USING coalesce(\"x\"::VARCHAR(9), 'a');\n", "SET DEFAULT 'a';\n",
          "SET NOT NULL;\n", "SET LOCAL ROLE NONE;\n");
    HOLDS(difference(DIALECT_POSTGRES, other, PLAIN).sql, "DROP DEFAULT;\n", "TYPE TEXT USING \"x\"::TEXT;\n",
          "DROP NOT NULL;\n");
}

static void postgres_widens_serial_ids_with_their_sequence(void **state)
{
    (void)state;
    static const char was[] = "CREATE TABLE \"A\" (\n  \"id\" SERIAL PRIMARY KEY\n);\n";
    static const char is[] = "CREATE TABLE \"A\" (\n  \"id\" BIGSERIAL PRIMARY KEY\n);\n";
    HOLDS(difference(DIALECT_POSTGRES, was, is).sql, "ALTER COLUMN \"id\" TYPE BIGINT USING \"id\"::BIGINT;\n",
          "ALTER SEQUENCE \"A_id_seq\" AS BIGINT;\n");
    HOLDS(difference(DIALECT_POSTGRES, is, was).sql, "TYPE INTEGER", "ALTER SEQUENCE \"A_id_seq\" AS INTEGER;\n");
}

#define FUNCTION(result, body)                                                                                         \
    "CREATE FUNCTION \"f\"(\"a\" text) RETURNS " result " LANGUAGE sql AS\n$$ " body ";\n $$;\n"
#define USERS "CREATE POLICY \"p\" ON \"A\" USING (f('a') = 1);\nGRANT EXECUTE ON FUNCTION \"f\"(text) TO someone;\n"

static void postgres_replaces_a_function_or_makes_it_anew_with_its_users(void **state)
{
    (void)state;
    str sql = difference(DIALECT_POSTGRES, PLAIN FUNCTION("integer", "SELECT 1") USERS,
                         PLAIN FUNCTION("integer", "SELECT 2") USERS)
                  .sql;
    HOLDS(sql, "CREATE OR REPLACE FUNCTION \"f\"");
    assert_null(strstr(sql.p, "POLICY"));
    sql = difference(DIALECT_POSTGRES, PLAIN FUNCTION("integer", "SELECT 1") USERS,
                     PLAIN FUNCTION("bigint", "SELECT 1") USERS)
              .sql;
    HOLDS(sql, "REVOKE EXECUTE ON FUNCTION \"f\"(text) FROM someone;\n", "DROP POLICY \"p\" ON \"A\";\n",
          "DROP FUNCTION \"f\"(\"a\" text);\n", "CREATE FUNCTION \"f\"", "CREATE POLICY \"p\"", "GRANT EXECUTE");
}

static void postgres_makes_the_schemas_of_roles_anew(void **state)
{
    (void)state;
#define ROLES "CREATE SCHEMA \"r\";\nCREATE VIEW \"r\".\"A\" AS SELECT \"x\" FROM public.\"A\";\nSET LOCAL ROLE NONE;\n"
    HOLDS(difference(DIALECT_POSTGRES, PLAIN ROLES, TABLE(",\n  \"x\" BIGINT") ROLES).sql,
          "DROP SCHEMA \"r\" CASCADE;\n", "ALTER TABLE \"A\"", "CREATE SCHEMA \"r\";\n", "CREATE VIEW");
    str sql = difference(DIALECT_POSTGRES, PLAIN ROLES, PLAIN "CREATE INDEX \"a_x\" ON \"A\" (\"x\");\n" ROLES).sql;
    assert_null(strstr(sql.p, "SCHEMA"));
}

static void what_cannot_be_read_is_refused(void **state)
{
    (void)state;
    struct ddl_difference found;
    str reason = STR("");
    const str scripts[] = {STR(PLAIN), STR(PLAIN "VACUUM;\n")};
    assert_int_equal(ddl_difference(arena, DIALECT_SQLITE, scripts, &reason, &found), ERR_INVALID);
    assert_str(reason, "unknown statement 'VACUUM...'");
    const str keys[] = {STR("CREATE TABLE \"A\" (\n  \"id\" INTEGER PRIMARY KEY\n);\n"),
                        STR("CREATE TABLE \"A\" (\n  \"id\" INTEGER\n);\n")};
    assert_int_equal(ddl_difference(arena, DIALECT_POSTGRES, keys, &reason, &found), ERR_INVALID);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(equal_schemas_have_no_difference),
        TEST(order_of_lines_is_no_difference),
        TEST(columns_come_and_go),
        TEST(column_without_value_is_an_obstacle),
        TEST(sqlite_builds_a_table_anew_with_what_belongs_to_it),
        TEST(sqlite_adds_an_enumeration_to_a_table),
        TEST(postgres_alters_columns_in_place),
        TEST(postgres_widens_serial_ids_with_their_sequence),
        TEST(postgres_replaces_a_function_or_makes_it_anew_with_its_users),
        TEST(postgres_makes_the_schemas_of_roles_anew),
        TEST(what_cannot_be_read_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
