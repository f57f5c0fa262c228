/* Unit tests of schema/ddl: the derived schema is loaded into the engine and made to prove its promises. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "base/check.h"
#include "schema/ddl.h"

static struct arena *arena;
static sqlite3 *db;

static str schema_text(enum dialect dialect)
{
    struct buf sql = buf_new(arena, 1 << 20);
    ddl_schema(&sql, dialect);
    buf_add_char(&sql, '\0');
    assert_false(sql.full);
    return (str){sql.p, sql.n - 1};
}

static str drop_text(enum dialect dialect)
{
    struct buf sql = buf_new(arena, 1 << 20);
    ddl_drop(&sql, dialect);
    buf_add_char(&sql, '\0');
    return (str){sql.p, sql.n - 1};
}

static int run(const char *sql)
{
    return sqlite3_exec(db, sql, NULL, NULL, NULL);
}

static void good(const char *sql)
{
    if (run(sql) != SQLITE_OK) fail_msg("%s: %s", sql, sqlite3_errmsg(db));
}

/* The statement fails, and the message holds `why`. */
static void bad(const char *sql, const char *why)
{
    assert_int_not_equal(run(sql), SQLITE_OK);
    if (!strstr(sqlite3_errmsg(db), why)) fail_msg("%s: %s", sql, sqlite3_errmsg(db));
}

static const char *text(const char *sql)
{
    static char result[4096];
    sqlite3_stmt *statement;
    if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL) != SQLITE_OK) fail_msg("%s: %s", sql, sqlite3_errmsg(db));
    const char *value = "(no row)";
    if (sqlite3_step(statement) == SQLITE_ROW) value = (const char *)sqlite3_column_text(statement, 0);
    snprintf(result, sizeof(result), "%s", value ? value : "(null)");
    sqlite3_finalize(statement);
    return result;
}

static int64_t number(const char *sql)
{
    return strtoll(text(sql), NULL, 10);
}

#define NOW   "'2026-12-01 18:30:00.123 +00:00'"
#define LATER "'2026-12-02 18:30:00.000 +00:00'"
#define STAMP ",\"createdAt\",\"updatedAt\")"
#define AT    "," NOW "," NOW ")"

/* A small world: one person, venue, event, schedule, category, booking, payment, ticket and reply, all with id 1. */
static const char world[] =
    "INSERT INTO \"Users\" (\"id\",\"email\",\"password\",\"name\"" STAMP " VALUES (1,'a@b.c','hash','Anna'" AT ";"
    "INSERT INTO \"Venues\" (\"id\",\"name\",\"address\",\"capacity\"" STAMP " VALUES (1,'Hall','Street 1',100" AT ";"
    "INSERT INTO \"Events\" (\"id\",\"title\",\"description\",\"price\",\"capacity\",\"startDate\",\"endDate\","
    "\"venueId\"" STAMP " VALUES (1,'Caf\xC3\xA9 Concert','Strings',19.1,50," NOW "," LATER ",1" AT ";"
    "INSERT INTO \"Schedules\" (\"id\",\"eventId\",\"startTime\",\"endTime\",\"availableSeats\"" STAMP
    " VALUES (1,1," NOW "," LATER ",50" AT ";"
    "INSERT INTO \"EventCategories\" (\"id\",\"eventId\",\"name\"" STAMP " VALUES (1,1,'Music'" AT ";"
    "INSERT INTO \"Bookings\" (\"id\",\"userId\",\"eventId\",\"scheduleId\",\"quantity\"" STAMP " VALUES (1,1,1,1,2" AT
    ";"
    "INSERT INTO \"Payments\" (\"id\",\"bookingId\",\"transactionId\",\"amount\"" STAMP " VALUES (1,1,'T1',38.2" AT ";"
    "INSERT INTO \"SupportTickets\" (\"id\",\"userId\",\"subject\",\"description\"" STAMP
    " VALUES (1,1,'Help','It is dark'" AT ";"
    "INSERT INTO \"SupportReplies\" (\"id\",\"supportTicketId\",\"userId\",\"body\"" STAMP " VALUES (1,1,1,'Light'" AT
    ";"
    "INSERT INTO \"Sessions\" (\"id\",\"userId\",\"tokenHash\",\"expiresAt\"" STAMP " VALUES (1,1,'h'," LATER AT ";";

static int setup(void **state)
{
    (void)state;
    arena = arena_new(64 << 20);
    if (sqlite3_open(":memory:", &db) != SQLITE_OK) return 1;
    good(schema_text(DIALECT_SQLITE).p);
    good(world);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    sqlite3_close(db);
    arena_free(arena);
    return 0;
}

static void every_field_is_a_column(void **state)
{
    (void)state;
    for (enum entity_id id = 0; id < ENTITY_COUNT; id++) {
        const struct entity *entity = entity_of(id);
        str sql = arena_printf(arena, "SELECT group_concat(name) FROM pragma_table_info('%s')", entity->table);
        struct buf expected = buf_new(arena, 4096);
        for (size_t i = 0; i < entity->descriptor.count; i++) {
            buf_printf(&expected, "%s%s", i ? "," : "", entity->descriptor.fields[i].name);
        }
        buf_add_char(&expected, '\0');
        assert_string_equal(text(sql.p), expected.p);
    }
}

static void columns_are_declared_as_sequelize_does(void **state)
{
    (void)state;
    static const struct {
        const char *table, *column, *declared;
    } rows[] = {
        {"Users", "id", "INTEGER,0,(none),1"},
        {"Users", "email", "VARCHAR(255),1,(none),0"},
        {"Users", "isAdmin", "TINYINT(1),1,0,0"},
        {"Users", "role", "VARCHAR(255),1,'customer',0"},
        {"Events", "description", "TEXT,0,(none),0"},
        {"Events", "price", "DECIMAL(10,2),1,0,0"},
        {"Events", "imageUrl", "VARCHAR(255),0,(none),0"},
        {"Events", "startDate", "DATETIME,1,(none),0"},
        {"Events", "venueId", "INTEGER,1,(none),0"},
        {"Bookings", "scheduleId", "INTEGER,0,(none),0"},
        {"Bookings", "deletedAt", "DATETIME,0,(none),0"},
        {"Bookings", "version", "INTEGER,1,0,0"},
        {"Schedules", "availableSeats", "INTEGER,1,0,0"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        str sql = arena_printf(arena,
                               "SELECT type||','||\"notnull\"||','||coalesce(dflt_value,'(none)')||','||pk FROM "
                               "pragma_table_info('%s') WHERE name = '%s'",
                               rows[i].table, rows[i].column);
        assert_string_equal(text(sql.p), rows[i].declared);
    }
    assert_int_equal(number("SELECT count(*) FROM pragma_table_list WHERE strict"), 0);
}

static void indexes_have_their_names(void **state)
{
    (void)state;
    static const struct {
        const char *index, *found;
    } rows[] = {
        {"users_email", "Users,1"},
        {"users_is_admin", "Users,0"},
        {"events_venue_id", "Events,0"},
        {"event_categories_event_id", "EventCategories,0"},
        {"event_categories_event_id_name", "EventCategories,1"},
        {"bookings_status_expires_at", "Bookings,0"},
        {"bookings_user_id", "Bookings,0"},
        {"payments_transaction_id", "Payments,1"},
        {"payments_booking_id", "Payments,1"},
        {"audit_logs_resource_resource_id", "AuditLogs,0"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        str sql =
            arena_printf(arena,
                         "SELECT s.tbl_name||','||l.\"unique\" FROM sqlite_schema s, pragma_index_list(s.tbl_name) l "
                         "WHERE s.type = 'index' AND l.name = s.name AND s.name = '%s'",
                         rows[i].index);
        assert_string_equal(text(sql.p), rows[i].found);
    }
    assert_int_equal(number("SELECT count(*) FROM sqlite_schema WHERE name LIKE 'sqlite_autoindex_%'"), 0);
}

static void references_restrict_cascade_or_clear(void **state)
{
    (void)state;
    bad("DELETE FROM \"Users\"", "FOREIGN KEY");
    bad("DELETE FROM \"Venues\"", "FOREIGN KEY");
    bad("DELETE FROM \"Events\"", "FOREIGN KEY");
    bad("DELETE FROM \"Bookings\"", "FOREIGN KEY");
    bad("UPDATE \"Events\" SET \"venueId\" = 9", "FOREIGN KEY");
    good("DELETE FROM \"SupportTickets\"");
    assert_int_equal(number("SELECT count(*) FROM \"SupportReplies\""), 0);
    good("DELETE FROM \"Schedules\"");
    assert_string_equal(text("SELECT \"scheduleId\" FROM \"Bookings\""), "(null)");
    good("DELETE FROM \"Payments\"; DELETE FROM \"Bookings\"; DELETE FROM \"Events\"");
    assert_int_equal(number("SELECT count(*) FROM \"EventCategories\""), 0);
    good("DELETE FROM \"Users\"");
    assert_int_equal(number("SELECT count(*) FROM \"Sessions\""), 0);
    assert_int_equal(number("SELECT count(*) FROM \"AuditLogs\" WHERE \"action\" = 'delete' AND \"resource\" IN "
                            "('support-replies', 'event-categories', 'sessions')"),
                     3);
}

static void foreign_keys_follow_their_parent(void **state)
{
    (void)state;
    good("UPDATE \"Users\" SET \"id\" = 7");
    assert_int_equal(number("SELECT \"userId\" FROM \"Bookings\""), 7);
}

static void checks_and_unique_values_hold(void **state)
{
    (void)state;
    static const char *const refused[][2] = {
        {"UPDATE \"Bookings\" SET \"quantity\" = 0", "booking_quantity"},
        {"UPDATE \"Bookings\" SET \"status\" = 'lost'", "booking_status"},
        {"UPDATE \"Bookings\" SET \"status\" = NULL", "NOT NULL"},
        {"UPDATE \"Bookings\" SET \"totalPrice\" = -0.01", "booking_total"},
        {"UPDATE \"Schedules\" SET \"availableSeats\" = -1", "schedule_seats"},
        {"UPDATE \"Schedules\" SET \"endTime\" = '2026-11-30 00:00:00.000 +00:00'", "schedule_times"},
        {"UPDATE \"Events\" SET \"endDate\" = '2026-11-30 00:00:00.000 +00:00'", "event_dates"},
        {"UPDATE \"Events\" SET \"price\" = -1", "event_price"},
        {"UPDATE \"Payments\" SET \"refundedAmount\" = 38.21", "payment_refunded"},
        {"UPDATE \"Payments\" SET \"paymentMethod\" = 'gold'", "payment_payment_method"},
        {"UPDATE \"Users\" SET \"role\" = 'admin'", "user_role"},
        {"INSERT INTO \"Users\" (\"email\",\"password\",\"name\"" STAMP " VALUES ('a@b.c','h','B'" AT, "UNIQUE"},
        {"INSERT INTO \"Payments\" (\"bookingId\",\"transactionId\"" STAMP " VALUES (1,'T2'" AT, "UNIQUE"},
        {"INSERT INTO \"EventCategories\" (\"eventId\",\"name\"" STAMP " VALUES (1,'Music'" AT, "UNIQUE"},
    };
    for (size_t i = 0; i < COUNT_OF(refused); i++) bad(refused[i][0], refused[i][1]);
    good("UPDATE \"Payments\" SET \"refundedAmount\" = 38.2");
    good("UPDATE \"EventCategories\" SET \"deletedAt\" = " NOW);
    good("INSERT INTO \"EventCategories\" (\"eventId\",\"name\"" STAMP " VALUES (1,'Music'" AT);
}

static void version_rises_unless_the_writer_raised_it(void **state)
{
    (void)state;
    good("UPDATE \"Venues\" SET \"name\" = 'B'");
    assert_int_equal(number("SELECT \"version\" FROM \"Venues\""), 1);
    good("UPDATE \"Venues\" SET \"name\" = 'C', \"version\" = \"version\" + 1");
    assert_int_equal(number("SELECT \"version\" FROM \"Venues\""), 2);
    good("UPDATE \"Venues\" SET \"name\" = 'D', \"version\" = 2");
    assert_int_equal(number("SELECT \"version\" FROM \"Venues\""), 3);
    good("PRAGMA recursive_triggers = ON; UPDATE \"Venues\" SET \"name\" = 'E'");
    assert_int_equal(number("SELECT \"version\" FROM \"Venues\""), 4);
}

/* Entries about the venue, newest last, without those of the setup. */
#define ENTRIES "FROM \"AuditLogs\" WHERE \"resource\" = 'venues' AND \"id\" > 10"

static void every_change_is_one_audit_entry(void **state)
{
    (void)state;
    assert_int_equal(number("SELECT count(*) FROM \"AuditLogs\""), 10); /* rows of the world */
    good("UPDATE \"Venues\" SET \"name\" = 'B'");
    good("UPDATE \"Venues\" SET \"name\" = 'C', \"version\" = 5");
    good("UPDATE \"Venues\" SET \"deletedAt\" = " NOW);
    good("UPDATE \"Venues\" SET \"facilities\" = 'x'");
    good("UPDATE \"Venues\" SET \"deletedAt\" = NULL");
    good("INSERT INTO \"Venues\" (\"id\",\"name\",\"address\",\"capacity\"" STAMP " VALUES (2,'N','A',1" AT);
    good("UPDATE \"Venues\" SET \"capacity\" = 9"); /* two rows, two entries */
    good("DELETE FROM \"Venues\" WHERE \"id\" = 2");
    assert_string_equal(
        text("SELECT group_concat(\"action\"||\"resourceId\"||':'||\"resourceVersion\" ORDER BY \"id\") " ENTRIES),
        "update1:1,update1:5,delete1:6,update1:7,restore1:8,create2:0,update1:9,update2:1,delete2:1");
    good("UPDATE \"Sessions\" SET \"expiresAt\" = " NOW);
    assert_int_equal(number("SELECT count(*) FROM \"AuditLogs\" WHERE \"resource\" = 'sessions'"), 2);
}

static void a_new_version_only_is_no_change(void **state)
{
    (void)state;
    good("UPDATE \"Venues\" SET \"version\" = 3");
    assert_int_equal(number("SELECT count(*) " ENTRIES), 0);
}

static void entries_show_the_row_before_and_after(void **state)
{
    (void)state;
    good("UPDATE \"Events\" SET \"price\" = 20, \"updatedAt\" = " LATER);
    static const char last[] = "FROM \"AuditLogs\" ORDER BY \"id\" DESC LIMIT 1";
    static const char *const rows[][2] = {
        {"SELECT \"before\"->>'price'", "19.10"},
        {"SELECT \"after\"->>'price'", "20.00"},
        {"SELECT json_type(\"after\",'$.price')", "text"},
        {"SELECT \"before\"->>'version'", "0"},
        {"SELECT \"after\"->>'version'", "1"},
        {"SELECT \"after\"->>'title'", "Caf\xC3\xA9 Concert"},
        {"SELECT json_type(\"after\",'$.imageUrl')", "null"},
        {"SELECT \"after\"->>'startDate'", "2026-12-01 18:30:00.123 +00:00"},
        {"SELECT \"createdAt\"", "2026-12-02 18:30:00.000 +00:00"},
        {"SELECT \"updatedAt\"", "2026-12-02 18:30:00.000 +00:00"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        assert_string_equal(text(arena_printf(arena, "%s %s", rows[i][0], last).p), rows[i][1]);
    }
    assert_string_equal(text("SELECT \"before\" FROM \"AuditLogs\" WHERE \"id\" = 1"), "(null)");
    good("DELETE FROM \"Payments\"");
    assert_string_equal(text(arena_printf(arena, "SELECT \"after\" %s", last).p), "(null)");
    assert_true(number(arena_printf(arena, "SELECT \"createdAt\" LIKE '____-__-__ __:__:__.___ +00:00' %s", last).p));
}

/* Of a person the log keeps flags and dates only. */
static void audit_entries_hold_no_personal_data(void **state)
{
    (void)state;
    good("UPDATE \"Users\" SET \"isAdmin\" = 1");
    static const char last[] = "FROM \"AuditLogs\" WHERE \"resource\" = 'users' ORDER BY \"id\" DESC LIMIT 1";
    assert_string_equal(text(arena_printf(arena, "SELECT json_type(\"before\",'$.isAdmin') %s", last).p), "false");
    assert_string_equal(text(arena_printf(arena, "SELECT json_type(\"after\",'$.isAdmin') %s", last).p), "true");
    static const char *const kept_out[] = {"a@b.c", "hash", "Anna", "It is dark", "Help", "Light"};
    for (size_t i = 0; i < COUNT_OF(kept_out); i++) {
        str sql = arena_printf(arena,
                               "SELECT count(*) FROM \"AuditLogs\" WHERE instr(coalesce(\"before\",'')||"
                               "coalesce(\"after\",''), '%s') > 0",
                               kept_out[i]);
        assert_int_equal(number(sql.p), 0);
    }
}

static void audit_entries_name_the_actor(void **state)
{
    (void)state;
    assert_string_equal(text("SELECT \"actorId\"||coalesce(\"actorRole\",'-') FROM \"AuditLogs\" WHERE \"id\" = 1"),
                        "0-");
    good(
        "UPDATE \"AuditContexts\" SET \"actorId\" = 5, \"actorRole\" = 'admin', \"requestId\" = 'r1' WHERE \"id\" = 1");
    good("UPDATE \"Venues\" SET \"name\" = 'B'");
    assert_string_equal(text("SELECT \"actorId\"||\"actorRole\"||\"requestId\" " ENTRIES), "5adminr1");
    bad("DELETE FROM \"AuditContexts\"", "audit_context");
}

static void the_audit_log_is_append_only(void **state)
{
    (void)state;
    bad("UPDATE \"AuditLogs\" SET \"actorId\" = 9", "append_only");
    bad("DELETE FROM \"AuditLogs\" WHERE \"id\" = 1", "append_only");
    bad("REPLACE INTO \"AuditLogs\" (\"id\",\"action\",\"resource\",\"resourceId\"" STAMP " VALUES (1,'a','r',1" AT,
        "append_only");
    good("INSERT INTO \"AuditLogs\" (\"action\",\"resource\",\"resourceId\"" STAMP " VALUES ('a','r',1" AT);
    assert_int_equal(number("SELECT count(*) FROM \"AuditLogs\""), 11);
}

#define HITS(word) "SELECT count(*) FROM \"EventsSearch\" WHERE \"EventsSearch\" MATCH '" word "'"

static void full_text_follows_every_change(void **state)
{
    (void)state;
    assert_int_equal(number(HITS("cafe")), 1);
    assert_int_equal(number(HITS("strings")), 1);
    good("UPDATE \"Events\" SET \"title\" = 'Opera'");
    assert_int_equal(number(HITS("cafe")), 0);
    assert_int_equal(number(HITS("opera")), 1);
    good("UPDATE \"Events\" SET \"description\" = NULL");
    assert_int_equal(number(HITS("strings")), 0);
    good("UPDATE \"Events\" SET \"title\" = \"title\", \"price\" = 3");
    assert_int_equal(number(HITS("opera")), 1);
    good("DELETE FROM \"Payments\"; DELETE FROM \"Bookings\"; UPDATE \"Events\" SET \"id\" = 5");
    assert_int_equal(number("SELECT rowid FROM \"EventsSearch\" WHERE \"EventsSearch\" MATCH 'opera'"), 5);
    good("DELETE FROM \"Events\"");
    assert_int_equal(number(HITS("opera")), 0);
    good("INSERT INTO \"EventsSearch\" (\"EventsSearch\", rank) VALUES ('integrity-check', 1)");
    assert_int_equal(
        number("SELECT count(*) FROM \"SupportTicketsSearch\" WHERE \"SupportTicketsSearch\" MATCH 'dark'"), 1);
}

static void only_text_of_the_schema_is_required_to_write(void **state)
{
    (void)state;
    assert_int_equal(number("PRAGMA integrity_check"), 0); /* "ok" is no number */
    assert_string_equal(text("PRAGMA integrity_check"), "ok");
    assert_string_equal(text("PRAGMA foreign_key_check"), "(no row)");
}

static void drop_removes_everything(void **state)
{
    (void)state;
    good(drop_text(DIALECT_SQLITE).p);
    assert_int_equal(number("SELECT count(*) FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%'"), 0);
    good(schema_text(DIALECT_SQLITE).p);
}

/* Cut at ";\n", each piece is one whole statement. */
static void statements_end_where_lines_do(void **state)
{
    (void)state;
    good(drop_text(DIALECT_SQLITE).p);
    char *sql = (char *)(uintptr_t)schema_text(DIALECT_SQLITE).p;
    size_t count = 0;
    while (*sql) {
        char *end = strstr(sql, ";\n");
        assert_non_null(end);
        sqlite3_stmt *statement;
        const char *tail;
        assert_int_equal(sqlite3_prepare_v2(db, sql, (int)(end + 1 - sql), &statement, &tail), SQLITE_OK);
        assert_ptr_equal(tail, end + 1);
        assert_int_equal(sqlite3_step(statement), SQLITE_DONE);
        sqlite3_finalize(statement);
        sql = end + 2;
        count++;
    }
    assert_true(count > 80);
}

/* What the engine of the other dialect does with its text is tested with a server; here, that the text is there. */
static void has_all(str sql, const char *const *parts, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (!strstr(sql.p, parts[i])) fail_msg("missing: %s", parts[i]);
    }
}

static size_t occurrences(str sql, const char *part)
{
    size_t count = 0;
    for (const char *p = sql.p; (p = strstr(p, part)); p++) count++;
    return count;
}

static void the_other_dialect_declares_the_same(void **state)
{
    (void)state;
    str sql = schema_text(DIALECT_POSTGRES);
    static const char *const parts[] = {
        "\"id\" SERIAL PRIMARY KEY",
        "\"isAdmin\" BOOLEAN NOT NULL DEFAULT false",
        "\"startDate\" TIMESTAMP WITH TIME ZONE NOT NULL",
        "\"price\" DECIMAL(10,2) NOT NULL DEFAULT 0",
        "CREATE UNIQUE INDEX \"users_email\" ON \"Users\" (\"email\")",
        "CREATE INDEX \"events_search\" ON \"EventsSearch\" USING GIN (\"document\")",
        "public.search_document(NEW.\"title\" || ' ' || coalesce(NEW.\"description\", ''))",
        ("CREATE TRIGGER \"events_search_update\" AFTER UPDATE ON \"Events\" FOR EACH ROW WHEN ((OLD.\"title\", "
         "OLD.\"description\") IS DISTINCT FROM (NEW.\"title\", NEW.\"description\")) EXECUTE"),
        "CREATE TRIGGER \"bookings_version\" BEFORE UPDATE ON \"Bookings\"",
        "CREATE TRIGGER \"audit_logs_keep\" BEFORE UPDATE OR DELETE OR TRUNCATE",
        "CREATE TRIGGER \"users_epoch_update\" AFTER UPDATE ON \"Users\"",
        "CREATE TRIGGER \"sessions_epoch_delete\" AFTER DELETE ON \"Sessions\"",
    };
    has_all(sql, parts, COUNT_OF(parts));
    static const char *const foreign[] = {"AUTOINCREMENT", "TINYINT", "DATETIME", "fts5", "strftime"};
    for (size_t i = 0; i < COUNT_OF(foreign); i++) assert_null(strstr(sql.p, foreign[i]));
}

/* The text of an entry is put together with the members in the order of the fields, nothing personal among them. */
static void the_other_dialect_audits_statements(void **state)
{
    (void)state;
    str sql = schema_text(DIALECT_POSTGRES);
    static const char *const parts[] = {
        "CREATE TRIGGER \"bookings_audit_insert\" AFTER INSERT ON \"Bookings\" REFERENCING NEW TABLE AS new_rows "
        "FOR EACH STATEMENT EXECUTE FUNCTION \"bookings_audit_insert\"();\n",
        "REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows "
        "FOR EACH STATEMENT EXECUTE FUNCTION \"bookings_audit_update\"();\n",
        "'{\"id\":' || n.\"id\"::text || ',\"isAdmin\":' || n.\"isAdmin\"::text || ',\"isVerified\":'",
        "',\"totalPrice\":' || '\"' || n.\"totalPrice\" || '\"'",
        "',\"imageUrl\":' || coalesce(to_json(n.\"imageUrl\")::text, 'null')",
    };
    has_all(sql, parts, COUNT_OF(parts));
    assert_null(strstr(sql.p, "'{\"id\":' || n.\"id\"::text || ',\"email\"'"));
    assert_null(strstr(sql.p, "AuditLogs\" REFERENCING"));
}

static void the_other_dialect_guards_every_table(void **state)
{
    (void)state;
    str sql = schema_text(DIALECT_POSTGRES);
    static const char *const parts[] = {
        "CREATE POLICY \"customer\" ON \"Bookings\" FOR SELECT TO boxoffice_customer_rows USING "
        "(\"Bookings\".\"userId\" = actor_id());\n",
        "CREATE POLICY \"support\" ON \"Schedules\" FOR SELECT TO boxoffice_support_rows USING "
        "((SELECT e.\"status\" FROM public.\"Events\" e WHERE e.\"id\" = \"Schedules\".\"eventId\") <> 'draft');\n",
        " FROM public.\"Payments\" AS r WHERE r.\"bookingId\" IN (SELECT b.\"id\" FROM public.\"Bookings\" b WHERE "
        "b.\"userId\" = actor_id()) AND r.\"deletedAt\" IS NULL;\n",
        "CREATE VIEW \"boxoffice_support\".\"Users\" AS SELECT r.\"id\", CASE WHEN r.\"id\" = actor_id() THEN "
        "r.\"email\" ELSE CASE WHEN r.\"email\" = '' THEN '' ELSE substr(r.\"email\", 1, 1) || '***@***' END END AS "
        "\"email\", NULL AS \"password\", r.\"name\",",
        "GRANT SELECT (\"id\", \"email\", \"name\", \"isAdmin\"",
        "GRANT SELECT, INSERT ON \"AuditLogs\" TO boxoffice_app;\n",
        "p.proname IN ('set_config', 'pg_notify', ",
        "REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC",
        "GRANT SELECT, INSERT, UPDATE, DELETE ON \"Users\", \"Venues\", ",
    };
    has_all(sql, parts, COUNT_OF(parts));
    assert_int_equal(occurrences(sql, " ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;\n"), ENTITY_COUNT);
    assert_int_equal(occurrences(sql, "CREATE POLICY \"server\" ON "), ENTITY_COUNT);
    assert_int_equal(occurrences(sql, "CREATE VIEW "), (size_t)ENTITY_COUNT * ROLE_COUNT);
    assert_int_equal(occurrences(sql, "CREATE SCHEMA "), ROLE_COUNT);
    assert_null(strstr(sql.p, "\"customer\" ON \"AuditLogs\""));
    assert_null(strstr(sql.p, "security_invoker"));
    /* A function with its owner's rights never looks where its caller says. */
    assert_int_equal(occurrences(sql, "SECURITY DEFINER"),
                     occurrences(sql, "SECURITY DEFINER SET search_path = pg_catalog, pg_temp"));
}

/* Behind the statement: behind the first semicolon at the end of a line that is not part of a body in $$. */
static const char *next_statement(const char *sql)
{
    const char *end = strstr(sql, ";\n"), *body = strstr(sql, "$$");
    while (end && body && body < end) {
        const char *close = strstr(body + 2, "$$");
        assert_non_null(close);
        end = strstr(close, ";\n");
        body = strstr(close + 2, "$$");
    }
    assert_non_null(end);
    return end + 2;
}

static void the_other_dialect_ends_statements_where_lines_do(void **state)
{
    (void)state;
    static const char *const verbs[] = {"CREATE ", "ALTER ", "GRANT ", "REVOKE ",
                                        "INSERT ", "DO $$ ", "DROP ",  "SET LOCAL "};
    const str texts[] = {schema_text(DIALECT_POSTGRES), drop_text(DIALECT_POSTGRES)};
    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        for (const char *p = texts[i].p; *p; p = next_statement(p)) {
            size_t verb = 0;
            while (verb < COUNT_OF(verbs) && strncmp(p, verbs[verb], strlen(verbs[verb])) != 0) verb++;
            if (verb == COUNT_OF(verbs)) fail_msg("no statement: %.40s", p);
        }
        assert_non_null(strstr(texts[i].p, "SET LOCAL ROLE boxoffice_owner;\n"));
        assert_non_null(strstr(texts[i].p, "SET LOCAL ROLE NONE;\n"));
    }
}

static void the_other_dialect_is_dropped_except_its_roles(void **state)
{
    (void)state;
    str sql = drop_text(DIALECT_POSTGRES);
    static const char *const parts[] = {
        "DROP SCHEMA \"boxoffice_customer\" CASCADE;\n",
        "DROP FUNCTION \"bookings_audit_update\"();\n",
        "DROP FUNCTION \"EventsSearch\"(text);\n",
        "DROP TABLE \"PeopleEpochs\";\n",
    };
    has_all(sql, parts, COUNT_OF(parts));
    assert_int_equal(occurrences(sql, "DROP TABLE "), occurrences(schema_text(DIALECT_POSTGRES), "CREATE TABLE "));
    assert_int_equal(occurrences(sql, "DROP FUNCTION "),
                     occurrences(schema_text(DIALECT_POSTGRES), "CREATE FUNCTION \"") -
                         occurrences(schema_text(DIALECT_POSTGRES), "CREATE FUNCTION \"boxoffice_"));
    assert_null(strstr(sql.p, "DROP ROLE"));
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(every_field_is_a_column),
        TEST(columns_are_declared_as_sequelize_does),
        TEST(indexes_have_their_names),
        TEST(references_restrict_cascade_or_clear),
        TEST(foreign_keys_follow_their_parent),
        TEST(checks_and_unique_values_hold),
        TEST(version_rises_unless_the_writer_raised_it),
        TEST(every_change_is_one_audit_entry),
        TEST(a_new_version_only_is_no_change),
        TEST(entries_show_the_row_before_and_after),
        TEST(audit_entries_hold_no_personal_data),
        TEST(audit_entries_name_the_actor),
        TEST(the_audit_log_is_append_only),
        TEST(full_text_follows_every_change),
        TEST(only_text_of_the_schema_is_required_to_write),
        TEST(drop_removes_everything),
        TEST(statements_end_where_lines_do),
        TEST(the_other_dialect_declares_the_same),
        TEST(the_other_dialect_audits_statements),
        TEST(the_other_dialect_guards_every_table),
        TEST(the_other_dialect_ends_statements_where_lines_do),
        TEST(the_other_dialect_is_dropped_except_its_roles),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
