/* Values that other clients write: both engines store them as PostgreSQL's types do, or refuse them; and what is in a
 * table all the same, because it was written before there were checks, is an error of the store and never another
 * value. */
#include "foreign.h"

#include "base/check.h"
#include "base/log.h"
#include "schema/ddl.h"
#include "store/invariants.h"

static struct fixture *fixture;
static struct foreign foreign;

static int setup(void **state)
{
    (void)state;
    log_set_level(LOG_SILENT);
    fixture = fixture_open("none");
    foreign_open(fixture, &foreign);
    foreign_run(
        &foreign,
        "INSERT INTO \"Venues\" (\"name\", \"address\", \"capacity\") VALUES ('Hall', 'Street 1', 100);"
        "INSERT INTO \"Users\" (\"email\", \"password\", \"name\") VALUES ('a@example.org', 'hash', 'Anna');"
        "INSERT INTO \"Events\" (\"title\", \"price\", \"capacity\", \"startDate\", \"endDate\", \"venueId\")"
        " VALUES ('Concert', '12.50', 50, '2030-01-01 20:00:00.000 +00:00', '2030-01-01 22:00:00.000 +00:00', 1)");
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    foreign_close(&foreign);
    fixture_close(fixture);
    return 0;
}

/* --- reading ------------------------------------------------------------------------------------------------------ */

static err read_row(enum entity_id entity, struct row **ret_row)
{
    struct reader *reader;
    err e = reader_open(fixture->store, &reader);
    if (!e) e = reader_begin(reader, &fixture->system);
    if (!e) {
        e = reader_get(reader, entity, 1, fixture->arena, ret_row);
        reader_end(reader);
    }
    reader_close(reader);
    return e;
}

static err list_rows(enum entity_id entity)
{
    struct query query = {.entity = entity_of(entity), .limit = LIST_MAX};
    struct reader *reader;
    struct page page;
    err e = reader_open(fixture->store, &reader);
    if (!e) e = reader_begin(reader, &fixture->system);
    if (!e) {
        e = reader_list(reader, &query, fixture->arena, &page);
        reader_end(reader);
    }
    reader_close(reader);
    return e;
}

static err get_event(struct unit *unit, void *context)
{
    struct event *event;
    (void)context;
    return unit_get(unit, ENTITY_event, 1, &event);
}

/* Violations of the invariant "constraints" of a table. */
static int64_t violations(enum entity_id entity)
{
    static struct invariant invariants[INVARIANTS_MAX];
    size_t count = invariants_of(fixture->dialect, NULL, NULL, 0, fixture->arena, invariants);
    int64_t number = -1;
    for (size_t i = 0; i < count; i++) {
        if (!str_is(STR("constraints"), invariants[i].name) || invariants[i].entity != entity_of(entity)) continue;
        assert_int_equal(store_number(fixture->store, invariants[i].sql, &number), OK);
    }
    return number;
}

/* --- what is refused ---------------------------------------------------------------------------------------------- */

struct refusal {
    const char *sqlite, *postgres; /* what the column is set to; NULL: the engine's type cannot have it */
    const char *table, *column, *check;
};

/* SQLite stores whatever it gets, so there every kind of value is tried that it has. */
static const struct refusal refusals[] = {
    {"26.991", NULL, "Events", "price", "event_price"},
    {"'19.999'", NULL, "Events", "price", "event_price"},
    {"0.1 + 0.2", NULL, "Events", "price", "event_price"},
    {"59.99 / 3", NULL, "Events", "price", "event_price"},
    {"9e999", "'NaN'", "Events", "price", "event_price"},
    {"'12,50'", NULL, "Events", "price", "event_price"},
    {"''", NULL, "Events", "price", "event_price"},
    {"x'3132'", NULL, "Events", "price", "event_price"},
    {"100000", "100000", "Events", "price", "event_price"},
    {"-0.01", "-0.01", "Events", "price", "event_price"},
    {"1.5", NULL, "Events", "capacity", "event_capacity"},
    {"'many'", NULL, "Events", "capacity", "event_capacity"},
    {"0", "0", "Events", "capacity", "event_capacity"},
    {"1000001", "1000001", "Events", "capacity", "event_capacity"},
    {"2147483648", NULL, "Events", "version", "event_version"},
    {"-1", "-1", "Events", "version", "event_version"},
    {"0", "0", "Venues", "id", "venue_id"},
    {"2147483648", NULL, "Venues", "id", "venue_id"},
    {"2", NULL, "Users", "isAdmin", "user_is_admin"},
    {"'true'", NULL, "Users", "isAdmin", "user_is_admin"},
    {"'2030-01-01T20:00:00.000Z'", NULL, "Events", "endDate", "event_end_date"},
    {"'2030-01-01 20:00:00'", NULL, "Events", "endDate", "event_end_date"},
    {"'2030-01-01 20:00:00.000'", NULL, "Events", "endDate", "event_end_date"},
    {"'2030-01-01 20:00:00.000 +01:00'", NULL, "Events", "endDate", "event_end_date"},
    {"'2030-01-01 20:00:00.1234 +00:00'", "'2030-01-01 20:00:00.1234+00'", "Events", "endDate", "event_end_date"},
    {"'2030-02-30 20:00:00.000 +00:00'", NULL, "Events", "endDate", "event_end_date"},
    {"'2030-01-01 24:00:00.000 +00:00'", NULL, "Events", "endDate", "event_end_date"},
    {"'1969-12-31 23:59:59.999 +00:00'", "'1969-12-31 23:59:59.999+00'", "Events", "deletedAt", "event_deleted_at"},
    {"'10000-01-01 00:00:00.000 +00:00'", "'10000-01-01 00:00:00.000+00'", "Events", "endDate", "event_end_date"},
    {"1893528000000", "'infinity'", "Events", "endDate", "event_end_date"},
    {"'-infinity'", "'-infinity'", "Events", "deletedAt", "event_deleted_at"},
    {"'gold'", "'gold'", "Events", "status", "event_status"},
    {"''", "''", "Venues", "name", "venue_name"},
    {"x'416e6e61'", NULL, "Users", "name", "user_name"},
    {"'Ha' || char(0) || 'll'", NULL, "Venues", "name", "venue_name"},
    {"printf('%.201c', 'x')", "repeat('x', 201)", "Venues", "name", "venue_name"},
    {"printf('%.2001c', 'x')", "repeat('x', 2001)", "Venues", "facilities", "venue_facilities"},
    {"printf('%.256c', 'x')", NULL, "Users", "password", "user_password"},
    {"'A@example.org'", "'A@example.org'", "Users", "email", "user_email"},
    {"' a@example.org'", "' a@example.org'", "Users", "email", "user_email"},
    {"'ä@example.org'", "'ä@example.org'", "Users", "email", "user_email"},
};

static const char *refused_value(const struct refusal *refusal)
{
    return fixture->dialect == DIALECT_SQLITE ? refusal->sqlite : refusal->postgres;
}

static const char *assignment(const struct refusal *refusal)
{
    return arena_printf(fixture->arena, "UPDATE \"%s\" SET \"%s\" = %s", refusal->table, refusal->column,
                        refused_value(refusal))
        .p;
}

static void what_cannot_be_read_back_is_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(refusals); i++) {
        if (refused_value(&refusals[i])) foreign_refused(&foreign, assignment(&refusals[i]), refusals[i].check);
    }
    assert_int_equal(violations(ENTITY_event), 0);
}

/* --- what is stored ----------------------------------------------------------------------------------------------- */

static void price_is(const char *written, int64_t minor)
{
    struct row *row;
    foreign_run(&foreign, arena_printf(fixture->arena, "UPDATE \"Events\" SET \"price\" = %s", written).p);
    assert_int_equal(read_row(ENTITY_event, &row), OK);
    assert_int_equal(ROW(event, row)->price, minor);
}

static void amounts_are_what_was_written(void **state)
{
    (void)state;
    price_is("19.99", 1999);
    price_is("'1.50'", 150);
    price_is("20 * 0.7", 1400);
    price_is("0.29", 29);
    price_is("99999.99", 9999999);
    price_is("0", 0);
    if (fixture->dialect == DIALECT_POSTGRES) price_is("26.991", 2699);
}

/* No amount of the column is refused. */
static void every_amount_passes(void **state)
{
    (void)state;
    if (fixture->dialect != DIALECT_SQLITE) skip();
    struct buf sql = buf_new(fixture->arena, 4096);
    BUF_LITERAL(&sql, "CREATE TEMP TABLE amounts (\"totalPrice\" DECIMAL(10,2) CHECK (");
    assert_true(ddl_check(&sql, FIELD_OF(booking, total_price), DIALECT_SQLITE));
    BUF_LITERAL(&sql, "));"
                      "WITH RECURSIVE minor(n) AS (SELECT 0 UNION ALL SELECT n + 7 FROM minor WHERE n < 9999990)"
                      " INSERT INTO amounts SELECT printf('%d.%02d', n / 100, n % 100) FROM minor;"
                      "WITH RECURSIVE minor(n) AS (SELECT 1 UNION ALL SELECT n + 49999 FROM minor WHERE n < 9999900000)"
                      " INSERT INTO amounts SELECT printf('%d.%02d', n / 100, n % 100) FROM minor");
    buf_add_char(&sql, '\0');
    foreign_run(&foreign, sql.p);
}

/* Clients that know nothing of these columns; setup wrote without them. */
static void times_of_creation_have_defaults(void **state)
{
    struct row *row;
    (void)state;
    assert_int_equal(read_row(ENTITY_venue, &row), OK);
    assert_true(row->created_at > INT64_C(1700000000000) && row->updated_at == row->created_at);
}

/* --- what is there all the same ----------------------------------------------------------------------------------- */

static void unchecked(const struct refusal *refusal)
{
    if (fixture->dialect == DIALECT_SQLITE) {
        foreign_run(&foreign, "PRAGMA ignore_check_constraints = ON");
    } else {
        foreign_run(&foreign, arena_printf(fixture->arena, "ALTER TABLE \"%s\" DROP CONSTRAINT \"%s\"", refusal->table,
                                           refusal->check)
                                  .p);
    }
    foreign_run(&foreign, assignment(refusal));
}

/* Of the refused values those that are no value of the field, and not only beyond its limits. */
static void what_cannot_be_read_is_an_error_and_no_other_value(void **state)
{
    static const char *const unreadable[] = {"26.991", "'NaN'",      "'12,50'",    "1.5",
                                             "'many'", "'true'",     "'infinity'", "'2030-01-01 20:00:00'",
                                             "'gold'", "x'416e6e61'"};
    size_t tried = 0;
    (void)state;
    for (size_t i = 0; i < COUNT_OF(refusals); i++) {
        const struct refusal *refusal = &refusals[i];
        bool chosen = false;
        for (size_t k = 0; k < COUNT_OF(unreadable) && refused_value(refusal); k++)
            chosen = chosen || strcmp(refused_value(refusal), unreadable[k]) == 0;
        if (!chosen) continue;
        tried++;
        struct row *row = NULL;
        enum entity_id entity = entity_by_table(str_of(refusal->table))->id;
        unchecked(refusal);
        assert_int_equal(read_row(entity, &row), ERR_INTERNAL);
        assert_null(row);
        assert_int_equal(list_rows(entity), ERR_INTERNAL);
        if (entity == ENTITY_event)
            assert_int_equal(fixture_run(fixture, &fixture->system, get_event, NULL), ERR_INTERNAL);
        assert_int_equal(violations(entity), 1);
        teardown(NULL);
        setup(NULL);
    }
    assert_int_equal(tried, fixture->dialect == DIALECT_SQLITE ? 8 : 3);
}

/* A required column without its NOT NULL. */
static void without_not_null(void)
{
    foreign_run(&foreign, fixture->dialect == DIALECT_SQLITE
                              ? "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = replace(sql,"
                                " '\"capacity\" INTEGER NOT NULL', '\"capacity\" INTEGER') WHERE name = 'Events';"
                                "PRAGMA writable_schema = RESET; PRAGMA ignore_check_constraints = ON"
                              : "ALTER TABLE \"Events\" ALTER COLUMN \"capacity\" DROP NOT NULL");
}

static void a_required_value_that_is_missing_is_an_error_and_not_zero(void **state)
{
    struct row *row = NULL;
    (void)state;
    without_not_null();
    foreign_run(&foreign, "UPDATE \"Events\" SET \"capacity\" = NULL");
    assert_int_equal(read_row(ENTITY_event, &row), ERR_INTERNAL);
    assert_null(row);
    assert_int_equal(list_rows(ENTITY_event), ERR_INTERNAL);
    assert_int_equal(fixture_run(fixture, &fixture->system, get_event, NULL), ERR_INTERNAL);
}

/* What a migration says when the rows that are there break a new check. */
static void rows_that_a_check_refuses_are_named(void **state)
{
    (void)state;
    str reason = STR("a check failed: event_price"), other = STR("a check failed: price");
    unchecked(&(struct refusal){"26.991", "'NaN'", "Events", "price", "event_price"});
    str rows = store_refused_rows(fixture->store, reason, fixture->arena);
    assert_true(str_is(rows, "rows 1 of Events"));
    assert_null(store_refused_rows(fixture->store, other, fixture->arena).p);
}

/* The engine cannot check that; PostgreSQL converts texts and refuses what is none. */
static void text_that_is_not_utf8_is_an_error(void **state)
{
    struct row *row;
    (void)state;
    if (fixture->dialect != DIALECT_SQLITE) skip();
    foreign_run(&foreign, "UPDATE \"Venues\" SET \"name\" = CAST(x'48ff' AS TEXT)");
    assert_int_equal(read_row(ENTITY_venue, &row), ERR_INTERNAL);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(what_cannot_be_read_back_is_refused),
        TEST(amounts_are_what_was_written),
        TEST(every_amount_passes),
        TEST(times_of_creation_have_defaults),
        TEST(what_cannot_be_read_is_an_error_and_no_other_value),
        TEST(a_required_value_that_is_missing_is_an_error_and_not_zero),
        TEST(rows_that_a_check_refuses_are_named),
        TEST(text_that_is_not_utf8_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
