/* Derived migrations on databases with rows, on the engine of the run: the difference of two schemas gives exactly the
 * second one, keeps every row, and back again. */
#include "store_fixture.h"

#include "base/check.h"
#include "schema/ddl_difference.h"

static struct fixture *fixture;

static int setup(void **state)
{
    (void)state;
    fixture = fixture_open("none");
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    fixture_close(fixture);
    return 0;
}

/* --- schemas ------------------------------------------------------------------------------------------------------ */

struct edit {
    const char *from, *to;
};

/* The text with each edit made wherever it fits; each has to fit somewhere. */
static str edited(str text, const struct edit *edits, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct buf out = buf_new(fixture->arena, 4 << 20);
        const char *at = text.p, *found;
        for (; (found = strstr(at, edits[i].from)); at = found + strlen(edits[i].from)) {
            buf_add(&out, (str){at, (size_t)(found - at)});
            buf_add(&out, str_of(edits[i].to));
        }
        if (at == text.p) fail_msg("not in the schema: %s", edits[i].from);
        buf_add(&out, str_of(at));
        buf_add_char(&out, '\0');
        text = str_first(buf_str(&out), out.n - 1);
    }
    return text;
}

static str declared(void)
{
    struct buf sql = buf_new(fixture->arena, 4 << 20);
    ddl_schema(&sql, fixture->dialect);
    buf_add_char(&sql, '\0');
    return str_first(buf_str(&sql), sql.n - 1);
}

/* A searchable field, a value of an enumeration, other types, a value that is required, a reference that acts
 * otherwise, an index less, a new table that another one refers to. */
static str changed(void)
{
    static const struct edit both[] = {
        {"  \"title\" VARCHAR(255) NOT NULL,\n", "  \"title\" VARCHAR(255) NOT NULL,\n  \"subtitle\" VARCHAR(255),\n"},
        {"OLD.\"title\", OLD.\"description\"", "OLD.\"title\", OLD.\"subtitle\", OLD.\"description\""},
        {"NEW.\"title\", NEW.\"description\"", "NEW.\"title\", NEW.\"subtitle\", NEW.\"description\""},
        {"\"status\" = 'expired' OR \"status\" = 'refunded')",
         "\"status\" = 'expired' OR \"status\" = 'refunded' OR \"status\" = 'waiting')"},
        {"\"capacity\" INTEGER NOT NULL,\n  \"facilities\" TEXT,",
         "\"capacity\" DECIMAL(10,2) NOT NULL,\n  \"facilities\" TEXT NOT NULL DEFAULT 'none',"},
        {"(\"id\") ON DELETE SET NULL", "(\"id\") ON DELETE RESTRICT"},
        {"  \"quantity\" INTEGER NOT NULL,\n",
         "  \"quantity\" INTEGER NOT NULL,\n  \"voucherId\" INTEGER REFERENCES \"Vouchers\" (\"id\"),\n"},
        {"CREATE INDEX \"events_price\" ON \"Events\" (\"price\");\n", ""},
    };
    static const struct edit sqlite[] = {
        {"(\"title\", \"description\"", "(\"title\", \"subtitle\", \"description\""},
        {"rowid, \"title\", \"description\"", "rowid, \"title\", \"subtitle\", \"description\""},
        {"OF \"id\", \"title\", \"description\" ON", "OF \"id\", \"title\", \"subtitle\", \"description\" ON"},
        {"OF \"id\", \"title\", \"description\", \"price\"",
         "OF \"id\", \"title\", \"subtitle\", \"description\", \"price\""},
        {"CREATE TABLE \"Bookings\" (", "CREATE TABLE \"Vouchers\" (\n  \"id\" INTEGER PRIMARY KEY AUTOINCREMENT\n);\n"
                                        "CREATE TABLE \"Bookings\" ("},
    };
    static const struct edit postgres[] = {
        {"NEW.\"title\" || ' ' || ", "NEW.\"title\" || ' ' || coalesce(NEW.\"subtitle\", '') || ' ' || "},
        {"r.\"title\", r.", "r.\"title\", r.\"subtitle\", r."},
        {"GRANT SELECT (\"id\", \"title\", ", "GRANT SELECT (\"id\", \"title\", \"subtitle\", "},
        {"TABLE (\"i\" bigint, ", "TABLE (\"i\" integer, "},
        {"AS c(\"i\" bigint, ", "AS c(\"i\" integer, "},
        {"CREATE TABLE \"SupportTickets\" (\n  \"id\" SERIAL", "CREATE TABLE \"SupportTickets\" (\n  \"id\" BIGSERIAL"},
        {"CREATE TABLE \"Bookings\" (", "CREATE TABLE \"Vouchers\" (\n  \"id\" SERIAL PRIMARY KEY\n);\n"
                                        "CREATE TABLE \"Bookings\" ("},
    };
    str text = edited(declared(), both, COUNT_OF(both));
    return fixture->dialect == DIALECT_SQLITE ? edited(text, sqlite, COUNT_OF(sqlite))
                                              : edited(text, postgres, COUNT_OF(postgres));
}

static str structure_of(struct store *store)
{
    str text;
    assert_int_equal(store_structure(store, fixture->arena, &text), OK);
    return text;
}

/* The structure of another database, made by the script at once. */
static str structure_made_by(str script)
{
    struct settings settings = fixture->settings;
    struct store *store;
    str reason = STR("");
    settings.storage = arena_printf(fixture->arena, "%s/other.db", fixture->folder);
    settings.database_url = fixture_url(fixture->arena);
    err e = store_open(&settings, true, fixture->arena, &reason, &store);
    if (!e) e = store_script(store, script, "SequelizeMeta", STR("whole.js"), false, fixture->arena, &reason);
    if (e) fail_msg("%.*s", STR_ARG(reason));
    str structure = structure_of(store);
    store_close(store);
    e = store_drop(&settings, fixture->arena, &reason);
    if (e) fail_msg("%.*s", STR_ARG(reason));
    return structure;
}

static void same_structure(str a, str b)
{
    str one, other;
    while (str_split(&a, '\n', &one) && str_split(&b, '\n', &other)) {
        if (!str_equal(one, other)) fail_msg("differs:\n%.*s\n%.*s", STR_ARG(one), STR_ARG(other));
    }
    assert_true(str_equal(a, b));
}

/* --- rows --------------------------------------------------------------------------------------------------------- */

static err try_script(str sql, const char *table, const char *name)
{
    str reason = STR("");
    err e = store_script(fixture->store, sql, table, str_of(name), false, fixture->arena, &reason);
    if (e) print_message("%.*s\n", STR_ARG(reason));
    return e;
}

static void rows(const char *name, const char *sql)
{
    assert_int_equal(try_script(str_of(sql), "SequelizeData", name), OK);
}

static int64_t number(const char *sql)
{
    int64_t value = -1;
    if (store_number(fixture->store, sql, &value) != OK) fail_msg("%s", sql);
    return value;
}

static err migrate(const char *name, str was, str is)
{
    struct ddl_difference difference;
    str reason = STR("");
    err e = ddl_difference(fixture->arena, fixture->dialect, (const str[]){was, is}, &reason, &difference);
    if (e) fail_msg("%.*s", STR_ARG(reason));
    assert_null(difference.obstacle.p);
    return try_script(difference.sql, "SequelizeMeta", name);
}

#define NOW "'2026-12-01 18:30:00.123 +00:00'"
#define AT  ", " NOW ", " NOW ")"
#define OF  ", \"createdAt\", \"updatedAt\") VALUES "

/* People, venues, events, dates and bookings; the booking with the highest id is deleted again. */
static const char world[] =
    "INSERT INTO \"Users\" (\"id\", \"email\", \"password\", \"name\"" OF "(1, 'a@b.c', 'hash', 'Anna'" AT ";\n"
    "INSERT INTO \"Venues\" (\"id\", \"name\", \"address\", \"capacity\", \"facilities\"" OF
    "(1, 'Hall', 'Street 1', 100, NULL" AT ", (2, 'Yard', 'Street 2', 50, 'bar'" AT ";\n"
    "INSERT INTO \"Events\" (\"id\", \"title\", \"description\", \"capacity\", \"startDate\", \"endDate\", "
    "\"venueId\"" OF "(1, 'Concert', 'Strings', 50, " NOW ", " NOW ", 1" AT ";\n"
    "INSERT INTO \"Schedules\" (\"id\", \"eventId\", \"startTime\", \"endTime\", \"availableSeats\"" OF "(1, 1, " NOW
    ", " NOW ", 50" AT ";\n"
    "INSERT INTO \"Bookings\" (\"userId\", \"eventId\", \"scheduleId\", \"quantity\"" OF "(1, 1, 1, 2" AT
    ", (1, 1, 1, 3" AT ";\n"
    "DELETE FROM \"Bookings\" WHERE \"quantity\" = 3;\n";

static int64_t found(const char *word)
{
    str sqlite =
        arena_printf(fixture->arena, "SELECT count(*) FROM \"EventsSearch\" WHERE \"EventsSearch\" MATCH '%s'", word);
    str postgres = arena_printf(fixture->arena, "SELECT count(*) FROM public.\"EventsSearch\"('%s')", word);
    return number(sql_on(sqlite.p, postgres.p));
}

/* --- tests -------------------------------------------------------------------------------------------------------- */

static void migration_gives_the_schema_and_back(void **state)
{
    (void)state;
    str old = declared(), new = changed(), before = structure_of(fixture->store);
    assert_int_equal(migrate("1-up.js", old, new), OK);
    same_structure(structure_of(fixture->store), structure_made_by(new));
    assert_int_equal(migrate("2-down.js", new, old), OK);
    same_structure(structure_of(fixture->store), before);
}

static void structure_shows_a_value_that_is_allowed_now(void **state)
{
    (void)state;
    static const struct edit edits[] = {
        {"\"status\" = 'expired' OR \"status\" = 'refunded')",
         "\"status\" = 'expired' OR \"status\" = 'refunded' OR \"status\" = 'waiting')"}};
    str structure = structure_made_by(edited(declared(), edits, COUNT_OF(edits)));
    assert_false(str_equal(structure, structure_of(fixture->store)));
}

static void migration_keeps_rows(void **state)
{
    (void)state;
    rows("world.js", world);
    int64_t entries = number("SELECT count(*) FROM \"AuditLogs\"");
    assert_int_equal(migrate("1-up.js", declared(), changed()), OK);
    assert_int_equal(number("SELECT count(*) FROM \"AuditLogs\""), entries);
    assert_int_equal(number("SELECT count(*) FROM \"Bookings\" WHERE \"scheduleId\" = 1"), 1);
    assert_int_equal(number("SELECT count(*) FROM \"Venues\" WHERE \"capacity\" IN (50, 100) AND \"version\" = 0"), 2);
    assert_int_equal(number("SELECT count(*) FROM \"Venues\" WHERE \"facilities\" = 'none'"), 1);
    assert_int_equal(number("SELECT count(*) FROM \"Venues\" WHERE \"facilities\" = 'bar'"), 1);
    assert_int_equal(found("strings"), 1);
    assert_int_equal(migrate("2-down.js", changed(), declared()), OK);
    assert_int_equal(number("SELECT count(*) FROM \"AuditLogs\""), entries);
    assert_int_equal(number("SELECT count(*) FROM \"Bookings\""), 1);
    assert_int_equal(found("strings"), 1);
}

static void what_was_made_anew_works(void **state)
{
    (void)state;
    rows("world.js", world);
    assert_int_equal(migrate("1-up.js", declared(), changed()), OK);
    int64_t entries = number("SELECT count(*) FROM \"AuditLogs\"");
    rows(
        "more.js",
        "INSERT INTO \"Bookings\" (\"userId\", \"eventId\", \"quantity\", \"status\"" OF "(1, 1, 7, 'waiting'" AT
        ";\nUPDATE \"Events\" SET \"subtitle\" = 'Harp';\nUPDATE \"Venues\" SET \"name\" = 'Nave' WHERE \"id\" = 1;\n");
    assert_int_equal(number("SELECT \"id\" FROM \"Bookings\" WHERE \"quantity\" = 7"), 3); /* 2 was given out before */
    assert_int_equal(number("SELECT count(*) FROM \"AuditLogs\""), entries + 3);
    assert_int_equal(number("SELECT \"version\" FROM \"Venues\" WHERE \"id\" = 1"), 1);
    assert_int_equal(found("harp"), 1);
    assert_int_not_equal(try_script(STR("DELETE FROM \"Schedules\";\n"), "SequelizeData", "restricted.js"), OK);
    assert_int_not_equal(try_script(STR("DELETE FROM \"Events\";\n"), "SequelizeData", "refers.js"), OK);
    assert_int_not_equal(try_script(STR("UPDATE \"Bookings\" SET \"status\" = 'lost';\n"), "SequelizeData", "check.js"),
                         OK);
}

static void undo_with_values_that_are_refused_changes_nothing(void **state)
{
    (void)state;
    rows("world.js", world);
    assert_int_equal(migrate("1-up.js", declared(), changed()), OK);
    rows("waits.js", "UPDATE \"Bookings\" SET \"status\" = 'waiting';\n");
    str before = structure_of(fixture->store);
    assert_int_not_equal(migrate("2-down.js", changed(), declared()), OK);
    same_structure(structure_of(fixture->store), before);
    assert_int_equal(number("SELECT count(*) FROM \"Bookings\" WHERE \"status\" = 'waiting'"), 1);
}

/* References are not enforced while a migration runs on SQLite, but afterwards each has to lead to a row. */
static void migration_cannot_leave_references_that_lead_nowhere(void **state)
{
    (void)state;
    rows("world.js", world);
    str sql = STR("DELETE FROM \"Users\";\n");
    assert_int_not_equal(try_script(sql, "SequelizeMeta", "1-bad.js"), OK);
    assert_int_equal(number("SELECT count(*) FROM \"Users\""), 1);
    assert_int_not_equal(try_script(sql, "SequelizeData", "2-bad.js"), OK);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(migration_gives_the_schema_and_back),
        TEST(structure_shows_a_value_that_is_allowed_now),
        TEST(migration_keeps_rows),
        TEST(what_was_made_anew_works),
        TEST(undo_with_values_that_are_refused_changes_nothing),
        TEST(migration_cannot_leave_references_that_lead_nowhere),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
