/* Row rules under attack: thousands of generated queries, as every role, on a reader's connection. Each value of the
 * data is a canary that names its entity, row and field; whatever a query returns is searched for canaries, and each
 * one found must be one that the role may see by the table in DATA.md, which this test spells out on its own. */
#include "store_fixture.h"

#include "base/check.h"
#include "base/log.h"
#include "schema/mask.h"

enum { A = 1, B, ORGANIZER, SUPPORT, ADMIN, PEOPLE = ADMIN };
enum { PUBLISHED = 1, DRAFT = 2 };

/* --- data --------------------------------------------------------------------------------------------------------- */

static str canary(struct unit *unit, const char *entity, int64_t id, const char *field)
{
    return arena_printf(unit->arena, "<%s:%d:%s>", entity, (int)id, field);
}

/* Every text field of a new row becomes a canary. */
static void *canaries(struct unit *unit, enum entity_id id)
{
    const struct entity *entity = entity_of(id);
    struct row *row = unit_new(unit, id);
    for (size_t i = 0; i < entity->descriptor.count; i++) {
        const struct field *field = &entity->descriptor.fields[i];
        if (type_is_text(field->type)) *field_text(row, field) = canary(unit, entity->name, row->id, field->name);
    }
    return row;
}

static err make_catalogue(struct unit *unit, void *context)
{
    (void)context;
    struct venue *venue = canaries(unit, ENTITY_venue);
    venue->capacity = 100;
    for (int i = PUBLISHED; i <= DRAFT; i++) {
        struct event *event = canaries(unit, ENTITY_event);
        event->venue_id = venue->id;
        event->capacity = 100;
        event->start_date = event->end_date = unit->now + 1000000;
        event->status = i == DRAFT ? EVENT_DRAFT : EVENT_PUBLISHED;
        struct schedule *schedule = unit_new(unit, ENTITY_schedule);
        schedule->event_id = event->id;
        schedule->start_time = schedule->end_time = event->start_date;
        schedule->available_seats = 100;
        struct event_category *category = canaries(unit, ENTITY_event_category);
        category->event_id = event->id;
    }
    return OK;
}

static void make_person(struct unit *unit, int64_t id)
{
    static const int64_t roles[] = {0, USER_CUSTOMER, USER_CUSTOMER, USER_ORGANIZER, USER_SUPPORT, USER_CUSTOMER};
    struct user *user = canaries(unit, ENTITY_user);
    user->role = roles[id];
    user->is_admin = id == ADMIN;
    struct session *session = canaries(unit, ENTITY_session);
    session->user_id = user->id;
    session->token_hash = arena_printf(unit->arena, "<session:%d:tokenHash>", (int)session->id);
    session->expires_at = unit->now + 1000000;
    struct booking *booking = unit_new(unit, ENTITY_booking);
    booking->user_id = user->id;
    booking->event_id = PUBLISHED;
    booking->quantity = 1;
    struct payment *payment = canaries(unit, ENTITY_payment);
    payment->booking_id = booking->id;
    struct support_ticket *ticket = canaries(unit, ENTITY_support_ticket);
    ticket->user_id = user->id;
    struct support_reply *reply = canaries(unit, ENTITY_support_reply);
    reply->support_ticket_id = ticket->id;
    reply->user_id = user->id;
    struct idempotency_key *key = canaries(unit, ENTITY_idempotency_key);
    key->status = 200;
    key->user_id = user->id;
    key->expires_at = unit->now + 1000000;
}

static err make_people(struct unit *unit, void *context)
{
    (void)context;
    for (int64_t id = A; id <= PEOPLE; id++) make_person(unit, id);
    return OK;
}

/* --- what may be seen --------------------------------------------------------------------------------------------- */

struct attacker {
    enum role role;
    int64_t user_id;
};

static const struct attacker attackers[] = {
    {ROLE_ANONYMOUS, 0},         {ROLE_CUSTOMER, A},      {ROLE_CUSTOMER, B},
    {ROLE_ORGANIZER, ORGANIZER}, {ROLE_SUPPORT, SUPPORT}, {ROLE_ADMIN, ADMIN},
};

/* Rows 1 to PEOPLE of each entity of a person belong to the person with that number. */
static bool may_see_user(const struct attacker *who, int64_t id, const char *field)
{
    if (strcmp(field, "password") == 0) return false;
    if (who->role == ROLE_ADMIN || id == who->user_id) return true;
    return (who->role == ROLE_SUPPORT || who->role == ROLE_ORGANIZER) && strcmp(field, "name") == 0;
}

static bool may_see(const struct attacker *who, const char *entity, int64_t id, const char *field)
{
    bool manager = who->role == ROLE_ORGANIZER || who->role == ROLE_ADMIN;
    bool helper = who->role == ROLE_SUPPORT || who->role == ROLE_ADMIN;
    if (strcmp(entity, "venue") == 0) return true;
    if (strcmp(entity, "event") == 0 || strcmp(entity, "event_category") == 0) return id == PUBLISHED || manager;
    if (strcmp(entity, "user") == 0) return may_see_user(who, id, field);
    if (strcmp(entity, "session") == 0) return false; /* its only text is the token's hash */
    if (strcmp(entity, "idempotency_key") == 0) return false;
    if (strcmp(entity, "payment") == 0) return manager || helper || id == who->user_id;
    if (strcmp(entity, "support_ticket") == 0) return helper || id == who->user_id;
    if (strcmp(entity, "support_reply") == 0) return helper || id == who->user_id;
    return false;
}

struct watch {
    const struct attacker *who;
    const char *sql;
    uint64_t canaries;
};

static void inspect(void *context, int columns, const char *const *values)
{
    struct watch *watch = context;
    for (int i = 0; i < columns; i++) {
        for (const char *p = values[i] ? strchr(values[i], '<') : NULL; p; p = strchr(p + 1, '<')) {
            char entity[32], field[32];
            int id;
            if (sscanf(p, "<%31[a-z_]:%d:%31[a-zA-Z]>", entity, &id, field) != 3) continue;
            watch->canaries++;
            if (may_see(watch->who, entity, id, field)) continue;
            fail_msg("role %d saw %s %d %s by: %s", (int)watch->who->role, entity, id, field, watch->sql);
        }
    }
}

/* --- generated queries -------------------------------------------------------------------------------------------- */

static uint64_t seed = 20261123;

static unsigned roll(unsigned sides)
{
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (unsigned)(seed >> 33) % sides;
}

/* Words that are put together to queries, and statements that are none; each engine has its own ways around. */
struct words {
    const char *const *list;
    size_t count;
};

#define WORDS(...)                                                                                                     \
    {                                                                                                                  \
        (const char *const[]){__VA_ARGS__}, sizeof((const char *const[]){__VA_ARGS__}) / sizeof(const char *)          \
    }

static const struct words tables =
    WORDS("Users", "Venues", "Events", "Schedules", "EventCategories", "Bookings", "Payments", "SupportTickets",
          "Sessions", "SupportReplies", "AuditLogs", "IdempotencyKeys", "AuditContexts", "JobCursors", "Backups");

static const struct words joins =
    WORDS(" CROSS JOIN ", ", ", " NATURAL JOIN ", " NATURAL LEFT JOIN ", " NATURAL FULL JOIN ");
static const struct words compounds = WORDS(" UNION ", " UNION ALL ", " EXCEPT ", " INTERSECT ");

struct grammar {
    struct words odd;    /* what else a query could be about */
    struct words places; /* what stands before the name of a table */
    struct words columns, conditions, writes;
    struct words statements; /* to be refused */
};

#define EVERY_COLUMN                                                                                                   \
    "*", "*", "\"id\"", "\"password\"", "\"email\"", "\"name\"", "\"title\"", "\"body\"", "\"subject\"",               \
        "\"description\"", "\"tokenHash\"", "\"after\"", "\"userId\"", "count(*)", "max(\"email\")", "a.*",            \
        "a.\"password\"", "a.\"email\"", "length(\"password\")"
#define EVERY_CONDITION " WHERE a.\"id\" > 0", " WHERE a.\"email\" LIKE '%a%'", " WHERE a.\"password\" IS NOT NULL", ""

/* In `writes`, {} is the name of a table in its place. */
#define EVERY_WRITE                                                                                                    \
    "UPDATE {} SET \"id\" = \"id\" RETURNING *", "DELETE FROM {} RETURNING *", "DELETE FROM {}",                       \
        "INSERT INTO {} SELECT * FROM {} RETURNING *", "CREATE TEMP VIEW \"x\" AS SELECT * FROM {}", "DROP VIEW {}",   \
        "CREATE TEMP TABLE \"t\" AS SELECT * FROM {}"

static const struct grammar grammars[DIALECT_COUNT] =
    {
        [DIALECT_SQLITE] =
            {
                .odd = WORDS("sqlite_master", "sqlite_temp_master", "sqlite_schema", "main.sqlite_schema",
                             "pragma_table_list", "\"EventsSearch\"", "main.\"SupportTicketsSearch\"",
                             "\"SupportTicketsSearch_data\"", "main.\"EventsSearch_content\"", "sqlite_sequence",
                             "json_each('[1]')", "pragma_table_info('Users')", "dbstat", "\"SequelizeMeta\"",
                             "\"PeopleEpochs\"", "main.\"PeopleEpochs\""),
                .places = WORDS("", "", "", "", "main.", "temp."),
                .columns = WORDS(EVERY_COLUMN, "rowid", "group_concat(\"password\")", "sql"),
                .conditions = WORDS(EVERY_CONDITION, " WHERE 1", " WHERE a.rowid = 2"),
                .writes = WORDS(EVERY_WRITE, "REPLACE INTO {} (\"id\") VALUES (1) RETURNING *"),
                .statements = WORDS(
                    "PRAGMA writable_schema=ON", "PRAGMA query_only=OFF", "PRAGMA trusted_schema=ON",
                    "PRAGMA table_info('Users')", "PRAGMA database_list", "PRAGMA key='x'", "PRAGMA rekey='x'",
                    "PRAGMA hexkey", "PRAGMA cipher_salt", "ATTACH 'x.db' AS x", "DETACH main", "VACUUM",
                    "VACUUM INTO 'x.db'", "ANALYZE", "REINDEX", "BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT x",
                    "ALTER TABLE \"Users\" RENAME TO \"x\"", "DROP TABLE main.\"Users\"", "CREATE TABLE x (y)",
                    "CREATE TRIGGER t AFTER INSERT ON main.\"Users\" BEGIN SELECT 1; END",
                    "CREATE TEMP TRIGGER t INSTEAD OF DELETE ON \"Users\" BEGIN SELECT 1; END",
                    "SELECT load_extension('x')", "SELECT readfile('/etc/passwd')", "SELECT fts5(1)",
                    "SELECT sqlite_version()", "SELECT hex(\"password\") FROM \"Users\"",
                    "EXPLAIN SELECT * FROM main.\"Users\"", "EXPLAIN QUERY PLAN SELECT * FROM main.\"Users\"",
                    "WITH RECURSIVE x(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM x) SELECT * FROM x",
                    "SELECT * FROM \"EventsSearch\" WHERE \"EventsSearch\" MATCH 'event'",
                    "SELECT snippet(\"EventsSearch\", 0, '', '', '', 9) FROM \"EventsSearch\" WHERE \"EventsSearch\" "
                    "MATCH 'event'",
                    "INSERT INTO \"EventsSearch\"(\"EventsSearch\") VALUES ('rebuild')",
                    /* A CTE named like the secret view would get past the authorizer, so its name must not be found. */
                    "SELECT name FROM sqlite_temp_schema", "SELECT name FROM temp.sqlite_master",
                    "SELECT sql FROM sqlite_temp_master", "SELECT name FROM pragma_table_list",
                    "SELECT * FROM \"Users\" AS u, temp.\"x\"", "SELECT * FROM temp.sqlite_schema"),
            },
        [DIALECT_POSTGRES] =
            {
                .odd = WORDS("pg_stats", "pg_statistic", "pg_authid", "pg_shadow", "pg_settings", "pg_stat_activity",
                             "pg_largeobject", "pg_views", "pg_prepared_statements", "information_schema.columns",
                             "\"EventsSearch\"('event')", "\"SupportTicketsSearch\"('subject')",
                             "public.\"EventsSearch\"('event')", "boxoffice_admin.\"SupportTicketsSearch\"('subject')",
                             "public.\"SupportTicketsSearch\"", "\"SupportTicketsSearch\"", "public.\"PeopleEpochs\"",
                             "public.audit_contexts()", "public.\"SequelizeMeta\"", "json_each('[1]')",
                             "unnest(most_common_vals::text::text[])",
                             "ts_stat('SELECT \"document\" FROM \"EventsSearch\"')", "pg_get_viewdef('\"Users\"')",
                             "pg_stat_get_activity(NULL)"),
                .places = WORDS("", "", "", "", "", "public.", "boxoffice_anonymous.", "boxoffice_customer.",
                                "boxoffice_organizer.", "boxoffice_support.", "boxoffice_admin.", "pg_temp."),
                .columns = WORDS(EVERY_COLUMN, "ctid", "xmin", "tableoid", "a", "row_to_json(a)", "to_jsonb(a)::text",
                                 "a::text", "string_agg(\"password\", ',')",
                                 "query_to_xml('SELECT * FROM \"Users\"', true, true, '')",
                                 "query_to_xml('SELECT * FROM public.\"Users\"', true, true, '')",
                                 "database_to_xml(true, true, '')"),
                .conditions =
                    WORDS(EVERY_CONDITION, " WHERE TRUE", " WHERE a.\"id\" = 2", " WHERE a.\"deletedAt\" IS NULL",
                          " WHERE a.\"userId\" <> 2", " ORDER BY 1 DESC", " LIMIT 3"),
                .writes = WORDS(EVERY_WRITE, "SELECT * INTO TEMP \"t\" FROM {}", "SELECT * FROM {} FOR UPDATE",
                                "TRUNCATE {}", "LOCK {}", "WITH x AS (DELETE FROM {} RETURNING *) SELECT * FROM x",
                                "MERGE INTO {} t USING (SELECT 1) s ON TRUE WHEN MATCHED THEN DELETE",
                                "COPY {} TO STDOUT", "COPY {} FROM STDIN", "EXPLAIN ANALYZE SELECT * FROM {}",
                                "ALTER TABLE {} DISABLE ROW LEVEL SECURITY", "GRANT SELECT ON {} TO PUBLIC",
                                "CREATE POLICY x ON {} USING (TRUE)", "CREATE RULE x AS ON SELECT TO {} DO NOTHING"),
                .statements =
                    WORDS(
                        /* becoming another person */
                        "RESET ROLE", "SET ROLE NONE", "SET ROLE boxoffice_admin", "SET LOCAL ROLE boxoffice_app",
                        "SET LOCAL ROLE boxoffice_admin_rows", "SET SESSION AUTHORIZATION boxoffice_admin",
                        "SET SESSION AUTHORIZATION DEFAULT", "RESET SESSION AUTHORIZATION", "RESET ALL", "DISCARD ALL",
                        "SET boxoffice.actor_id = 5", "SET LOCAL boxoffice.actor_id TO '5'", "SET row_security = off",
                        "SET search_path = boxoffice_admin", "SELECT set_config('role', 'boxoffice_admin', true)",
                        "SELECT set_config('role', 'none', false)",
                        "SELECT set_config('boxoffice.actor_id', '5', true)",
                        "SELECT pg_catalog.set_config('session_authorization', 'postgres', true)",
                        "SELECT * FROM \"Users\" WHERE set_config('boxoffice.actor_id', \"id\"::text, true) <> ''",
                        "UPDATE pg_settings SET setting = 'boxoffice_admin' WHERE name = 'role'",
                        "UPDATE pg_settings SET setting = 'boxoffice_admin' WHERE name = 'role' RETURNING *",
                        "WITH x AS (UPDATE pg_settings SET setting = 'none' WHERE name = 'role' RETURNING *) SELECT * "
                        "FROM x",
                        "GRANT boxoffice_app TO boxoffice_customer", "CREATE ROLE x SUPERUSER",
                        "ALTER ROLE boxoffice_app SUPERUSER",
                        /* other people's places */
                        "SELECT * FROM public.\"Users\"", "TABLE public.\"Users\"",
                        "SELECT * FROM boxoffice_app.\"Users\"", "SELECT * FROM public.\"EventsSearch\"",
                        "SELECT * FROM public.\"EventsSearch\"('event')",
                        "SELECT * FROM public.\"SupportTicketsSearch\"('subject')",
                        "SELECT public.search_query('event')", "SELECT public.raise_people_epoch()",
                        "SELECT * FROM public.audit_contexts()", "SELECT 'public.\"Users\"'::regclass",
                        "SELECT to_regclass('public.\"Users\"')", "SELECT nextval('public.\"Users_id_seq\"')",
                        "SELECT * FROM pg_statistic", "SELECT * FROM pg_authid",
                        "SELECT query_to_xml('SELECT * FROM public.\"Users\"', true, true, '')",
                        "SELECT query_to_xml('SET ROLE NONE', true, true, '')",
                        "SELECT table_to_xml('public.\"Users\"', true, true, '')",
                        "SELECT schema_to_xml('public', true, true, '')",
                        "SELECT * FROM dblink('dbname=postgres', 'SELECT 1') AS t (x integer)",
                        /* files, large objects, programs */
                        "COPY \"Users\" TO STDOUT", "COPY (SELECT 1) TO '/tmp/boxoffice-x'",
                        "COPY (SELECT 1) TO PROGRAM 'true'", "SELECT pg_read_file('/etc/passwd')",
                        "SELECT pg_read_binary_file('PG_VERSION')", "SELECT pg_ls_dir('.')",
                        "SELECT pg_stat_file('PG_VERSION')", "SELECT lo_import('/etc/passwd')",
                        "SELECT lo_export(1, '/tmp/x')", "SELECT lo_create(0)", "SELECT lo_from_bytea(0, 'x')",
                        "SELECT lo_get(1)", "SELECT lo_unlink(1)", "SELECT current_setting('data_directory')",
                        "SELECT current_setting('hba_file')", "SELECT pg_reload_conf()", "SELECT pg_rotate_logfile()",
                        "SELECT pg_switch_wal()", "SELECT pg_logical_emit_message(false, 'x', 'y')",
                        "CREATE EXTENSION dblink",
                        "LOAD 'x'", "CREATE FUNCTION x() RETURNS integer LANGUAGE sql AS 'SELECT 1'",
                        "CREATE TABLE x (y integer)", "CREATE TEMP TABLE x (y integer)", "CREATE SCHEMA x",
                        /* disturbing others */
                        "LISTEN boxoffice_people", "UNLISTEN *", "NOTIFY boxoffice_people, '9 all'",
                        "SELECT pg_notify('boxoffice_people', '9 all')", "SELECT pg_advisory_lock(7461100500000001)",
                        "SELECT pg_advisory_xact_lock(7461100500000001)",
                        "SELECT pg_try_advisory_lock(7461100500000003)",
                        "SELECT pg_advisory_lock_shared(7461100500000002)",
                        "SELECT pg_advisory_unlock(7461100500000002)", "SELECT pg_advisory_unlock_all()",
                        "SELECT pg_try_advisory_lock(1, 2)",
                        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND "
                        "datname = "
                        "current_database()",
                        "SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname "
                        "= "
                        "current_database()",
                        "SELECT pg_stat_reset()", "SELECT pg_export_snapshot()",
                        /* what is no query */
                        "DO $$ BEGIN PERFORM 1; END $$", "CALL x()", "PREPARE x AS SELECT 1", "EXECUTE s1",
                        "EXECUTE s2('5')", "DEALLOCATE ALL", "DECLARE x CURSOR FOR SELECT 1", "FETCH ALL FROM x",
                        "SHOW ALL", "SHOW role", "EXPLAIN SELECT * FROM \"Users\"",
                        "EXPLAIN ANALYZE SELECT * FROM \"Users\"",
                        "EXPLAIN (ANALYZE, VERBOSE, FORMAT JSON) SELECT * FROM \"Users\"", "VACUUM", "ANALYZE",
                        "CHECKPOINT", "REINDEX DATABASE x", "BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT x",
                        "SELECT 1; SELECT 2", "SET TRANSACTION READ WRITE", "SECURITY LABEL ON TABLE \"Users\" IS 'x'"),
            },
};

static const struct grammar *grammar;

static const char *pick(struct words words)
{
    return words.list[roll((unsigned)words.count)];
}

static void place(struct buf *out)
{
    buf_printf(out, "%s\"%s\"", pick(grammar->places), pick(tables));
}

static void table(struct buf *out)
{
    if (roll(12) == 0) {
        buf_add(out, str_of(pick(grammar->odd)));
    } else {
        place(out);
    }
}

static void select_text(struct buf *out, unsigned depth);

static void source(struct buf *out, unsigned depth)
{
    if (depth > 0 && roll(3) == 0) {
        buf_add_char(out, '(');
        select_text(out, depth - 1);
        BUF_LITERAL(out, ")");
    } else {
        table(out);
    }
    BUF_LITERAL(out, " AS a");
    if (roll(3) == 0) {
        buf_add(out, str_of(pick(joins)));
        table(out);
        BUF_LITERAL(out, " AS b");
    }
}

static void condition(struct buf *out, unsigned depth)
{
    if (depth == 0 || roll(2) == 0) {
        buf_add(out, str_of(pick(grammar->conditions)));
        return;
    }
    buf_add(out, roll(2) ? STR(" WHERE EXISTS (") : STR(" WHERE a.\"id\" IN ("));
    select_text(out, depth - 1);
    BUF_LITERAL(out, ")");
}

static void select_text(struct buf *out, unsigned depth)
{
    if (depth > 0 && roll(4) == 0) {
        const char *name = pick(tables);
        buf_printf(out, "WITH \"%s\" AS %s(SELECT * FROM ", name, roll(2) ? "MATERIALIZED " : "");
        table(out);
        buf_printf(out, ") SELECT * FROM \"%s\"", name);
        return;
    }
    BUF_LITERAL(out, "SELECT ");
    buf_add(out, str_of(pick(grammar->columns)));
    BUF_LITERAL(out, " FROM ");
    source(out, depth);
    condition(out, depth);
    if (depth > 0 && roll(6) == 0) {
        buf_add(out, str_of(pick(compounds)));
        select_text(out, depth - 1);
    }
}

static void write_text(struct buf *out)
{
    str rest = str_of(pick(grammar->writes)), part;
    bool first = true;
    while (str_split(&rest, '{', &part)) {
        if (!first) place(out);
        buf_add(out, first ? part : str_from(part, 1));
        first = false;
    }
}

/* --- tests -------------------------------------------------------------------------------------------------------- */

static struct fixture *fixture;
static struct reader *reader;

static err attack(const struct attacker *who, const char *sql, int64_t *ret_rows, uint64_t *ret_canaries)
{
    struct actor actor = {.user_id = who->user_id, .role = who->role};
    struct watch watch = {who, sql, 0};
    *ret_rows = 0;
    assert_int_equal(reader_begin(reader, &actor), OK);
    err e = reader_attack(reader, sql, inspect, &watch, ret_rows);
    reader_end(reader);
    if (ret_canaries) *ret_canaries = watch.canaries;
    return e;
}

static void generated_queries_disclose_nothing(void **state)
{
    (void)state;
    const size_t queries = fixture->dialect == DIALECT_SQLITE ? 4000 : 1000; /* each is a round trip */
    size_t ran = 0;
    uint64_t seen = 0;
    struct arena *arena = arena_new(1 << 20);
    for (size_t n = 0; n < queries; n++) {
        arena_reset(arena);
        struct buf sql = buf_new(arena, 64 * 1024);
        if (roll(5) == 0) {
            write_text(&sql);
        } else {
            select_text(&sql, 3);
        }
        buf_add_char(&sql, '\0');
        for (size_t i = 0; i < COUNT_OF(attackers); i++) {
            int64_t rows;
            uint64_t canaries_seen;
            ran += attack(&attackers[i], sql.p, &rows, &canaries_seen) == OK;
            seen += canaries_seen;
        }
    }
    arena_free(arena);
    print_message("# %zu of the queries ran, %llu values were seen\n", ran, (unsigned long long)seen);
    assert_true(ran > queries / 2);  /* the attack is not all syntax errors */
    assert_true(seen > queries / 4); /* and does read what it may */
}

static void statements_beyond_queries_are_refused(void **state)
{
    (void)state;
    for (size_t n = 0; n < grammar->statements.count; n++) {
        for (size_t i = 0; i < COUNT_OF(attackers); i++) {
            int64_t rows;
            const char *sql = grammar->statements.list[n];
            err e = attack(&attackers[i], sql, &rows, NULL);
            if (e == OK) fail_msg("allowed to role %d: %s", (int)attackers[i].role, sql);
        }
    }
}

static void each_role_counts_what_it_may_see(void **state)
{
    (void)state;
    static const struct {
        const char *sql;
        int64_t rows[COUNT_OF(attackers)];
    } counts[] = {
        {"SELECT * FROM \"Users\"", {0, 1, 1, 5, 5, 5}},
        {"SELECT * FROM \"Venues\"", {1, 1, 1, 1, 1, 1}},
        {"SELECT * FROM \"Events\"", {1, 1, 1, 2, 1, 2}},
        {"SELECT * FROM \"Schedules\"", {1, 1, 1, 2, 1, 2}},
        {"SELECT * FROM \"EventCategories\"", {1, 1, 1, 2, 1, 2}},
        {"SELECT * FROM \"Bookings\"", {0, 1, 1, 5, 5, 5}},
        {"SELECT * FROM \"Payments\"", {0, 1, 1, 5, 5, 5}},
        {"SELECT * FROM \"SupportTickets\"", {0, 1, 1, 1, 5, 5}},
        {"SELECT * FROM \"SupportReplies\"", {0, 1, 1, 1, 5, 5}},
        {"SELECT * FROM \"Sessions\"", {0, 1, 1, 1, 1, 1}},
        {"SELECT * FROM \"IdempotencyKeys\"", {0, 0, 0, 0, 0, 0}},
        {"SELECT * FROM \"AuditLogs\" WHERE \"id\" <= 5", {0, 0, 0, 0, 0, 5}},
        {"SELECT * FROM \"JobCursors\"", {0, 0, 0, 0, 0, 0}},
        {"SELECT count(*) FROM \"AuditLogs\"", {1, 1, 1, 1, 1, 1}},
        {"SELECT count(*) FROM \"Sessions\"", {1, 1, 1, 1, 1, 1}},
        {"SELECT * FROM \"Users\" WHERE \"password\" IS NOT NULL", {0, 0, 0, 0, 0, 0}},
        {"SELECT * FROM \"Users\" WHERE \"email\" LIKE '<user%'", {0, 1, 1, 1, 1, 5}},
        {"SELECT * FROM \"Users\" WHERE \"name\" LIKE '<user%'", {0, 1, 1, 5, 5, 5}},
    };
    for (size_t n = 0; n < COUNT_OF(counts); n++) {
        for (size_t i = 0; i < COUNT_OF(attackers); i++) {
            int64_t rows;
            assert_int_equal(attack(&attackers[i], counts[n].sql, &rows, NULL), OK);
            if (rows != counts[n].rows[i]) {
                fail_msg("%s as role %d: %lld rows, not %lld", counts[n].sql, (int)attackers[i].role, (long long)rows,
                         (long long)counts[n].rows[i]);
            }
        }
    }
}

/* Behind the views of a server: the owners of the views have no right to select secrets, and no other role has a right
 * on a table. */
static void no_role_may_select_secrets(void **state)
{
    (void)state;
    int64_t count;
    if (fixture->dialect != DIALECT_POSTGRES) skip();
    assert_int_equal(store_number(fixture->store,
                                  "SELECT count(*) FROM pg_roles r WHERE starts_with(r.rolname, 'boxoffice_')"
                                  " AND r.rolname NOT IN ('boxoffice_app', 'boxoffice_owner', 'boxoffice_migrate')"
                                  " AND (has_column_privilege(r.oid, 'public.\"Users\"', 'password', 'SELECT')"
                                  " OR has_column_privilege(r.oid, 'public.\"Sessions\"', 'tokenHash', 'SELECT')"
                                  " OR has_table_privilege(r.oid, 'public.\"Users\"', 'INSERT, UPDATE, DELETE'))",
                                  &count),
                     OK);
    assert_int_equal(count, 0);
}

static void nothing_was_changed(void **state)
{
    (void)state;
    static const struct {
        const char *sql;
        int64_t count;
    } rows[] = {
        {"SELECT count(*) FROM \"Users\"", PEOPLE},
        {"SELECT count(*) FROM \"Venues\"", 1},
        {"SELECT count(*) FROM \"Events\"", 2},
        {"SELECT count(*) FROM \"Schedules\"", 2},
        {"SELECT count(*) FROM \"EventCategories\"", 2},
        {"SELECT count(*) FROM \"Bookings\"", PEOPLE},
        {"SELECT count(*) FROM \"Payments\"", PEOPLE},
        {"SELECT count(*) FROM \"SupportTickets\"", PEOPLE},
        {"SELECT count(*) FROM \"SupportReplies\"", PEOPLE},
        {"SELECT count(*) FROM \"Sessions\"", PEOPLE},
        {"SELECT count(*) FROM \"IdempotencyKeys\"", PEOPLE},
        {"SELECT sum(\"version\") FROM \"Users\"", 0},
    };
    for (size_t n = 0; n < COUNT_OF(rows); n++) {
        int64_t count;
        assert_int_equal(store_number(fixture->store, rows[n].sql, &count), OK);
        assert_int_equal(count, rows[n].count);
    }
}

static int set_up(void **state)
{
    (void)state;
    log_set_level(LOG_SILENT); /* most attacks are errors */
    fixture = fixture_open("aegis");
    grammar = &grammars[fixture->dialect];
    if (fixture_run(fixture, &fixture->system, make_catalogue, NULL)) return 1;
    if (fixture_run(fixture, &fixture->system, make_people, NULL)) return 1;
    return reader_open(fixture->store, &reader) != OK;
}

static int tear_down(void **state)
{
    (void)state;
    reader_close(reader);
    fixture_close(fixture);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_role_counts_what_it_may_see),
        cmocka_unit_test(generated_queries_disclose_nothing),
        cmocka_unit_test(statements_beyond_queries_are_refused),
        cmocka_unit_test(no_role_may_select_secrets),
        cmocka_unit_test(nothing_was_changed),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
