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
    for (size_t i = 0; i < entity->shape.count; i++) {
        const struct field *field = &entity->shape.fields[i];
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
    return who->role == ROLE_SUPPORT && strcmp(field, "name") == 0;
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

static const char *pick(const char *const *words, size_t count)
{
    return words[roll((unsigned)count)];
}

#define PICK(words) pick(words, COUNT_OF(words))

static const char *const tables[] = {"Users",     "Venues",          "Events",         "Schedules", "EventCategories",
                                     "Bookings",  "Payments",        "SupportTickets", "Sessions",  "SupportReplies",
                                     "AuditLogs", "IdempotencyKeys", "AuditContexts"};

static void table(struct buf *out)
{
    static const char *const odd[] = {"sqlite_master",
                                      "sqlite_temp_master",
                                      "sqlite_schema",
                                      "main.sqlite_schema",
                                      "pragma_table_list",
                                      "\"EventsSearch\"",
                                      "main.\"SupportTicketsSearch\"",
                                      "\"SupportTicketsSearch_data\"",
                                      "main.\"EventsSearch_content\"",
                                      "sqlite_sequence",
                                      "json_each('[1]')",
                                      "pragma_table_info('Users')",
                                      "dbstat",
                                      "\"SequelizeMeta\""};
    if (roll(12) == 0) {
        buf_add(out, str_of(PICK(odd)));
        return;
    }
    switch (roll(7)) {
    case 3:
        buf_printf(out, "main.\"%s\"", PICK(tables));
        break;
    case 4:
        buf_printf(out, "temp.\"%s\"", PICK(tables));
        break;
    case 5:
        buf_printf(out, "[%s]", PICK(tables));
        break;
    default:
        buf_printf(out, "\"%s\"", PICK(tables));
    }
}

static void select_text(struct buf *out, unsigned depth);

static void column(struct buf *out)
{
    static const char *const columns[] = {
        "*",           "\"id\"",          "rowid",          "\"password\"",
        "\"email\"",   "\"name\"",        "\"title\"",      "\"body\"",
        "\"subject\"", "\"description\"", "\"tokenHash\"",  "\"after\"",
        "\"userId\"",  "count(*)",        "max(\"email\")", "group_concat(\"password\")",
        "a.*",         "a.\"password\"",  "a.\"email\"",    "length(\"password\")",
        "sql"};
    buf_add(out, str_of(PICK(columns)));
}

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
    static const char *const joins[] = {" JOIN ", " LEFT JOIN ", " CROSS JOIN ", ", ", " RIGHT JOIN ", " FULL JOIN "};
    if (roll(3) == 0) {
        buf_add(out, str_of(PICK(joins)));
        table(out);
        BUF_LITERAL(out, " AS b");
    }
}

static void condition(struct buf *out, unsigned depth)
{
    static const char *const conditions[] = {" WHERE 1",
                                             " WHERE a.\"id\" > 0",
                                             " WHERE a.\"email\" LIKE '%a%'",
                                             " WHERE a.\"password\" IS NOT NULL",
                                             " WHERE a.rowid = 2",
                                             ""};
    if (depth == 0 || roll(2) == 0) {
        buf_add(out, str_of(PICK(conditions)));
        return;
    }
    buf_add(out, roll(2) ? STR(" WHERE EXISTS (") : STR(" WHERE a.\"id\" IN ("));
    select_text(out, depth - 1);
    BUF_LITERAL(out, ")");
}

static void select_text(struct buf *out, unsigned depth)
{
    static const char *const compounds[] = {" UNION ", " UNION ALL ", " EXCEPT ", " INTERSECT "};
    if (depth > 0 && roll(4) == 0) {
        const char *name = PICK(tables);
        buf_printf(out, "WITH \"%s\" AS %s(SELECT * FROM ", name, roll(2) ? "MATERIALIZED " : "");
        table(out);
        buf_printf(out, ") SELECT * FROM \"%s\"", name);
        return;
    }
    BUF_LITERAL(out, "SELECT ");
    column(out);
    BUF_LITERAL(out, " FROM ");
    source(out, depth);
    condition(out, depth);
    if (depth > 0 && roll(6) == 0) {
        buf_add(out, str_of(PICK(compounds)));
        select_text(out, depth - 1);
    }
}

static void write_text(struct buf *out)
{
    const char *name = PICK(tables);
    const char *schema = roll(2) ? "main." : "";
    switch (roll(8)) {
    case 0:
        buf_printf(out, "UPDATE %s\"%s\" SET \"id\" = \"id\" RETURNING *", schema, name);
        break;
    case 1:
        buf_printf(out, "DELETE FROM %s\"%s\" RETURNING *", schema, name);
        break;
    case 2:
        buf_printf(out, "DELETE FROM %s\"%s\"", schema, name);
        break;
    case 3:
        buf_printf(out, "INSERT INTO %s\"%s\" SELECT * FROM main.\"%s\" RETURNING *", schema, name, name);
        break;
    case 4:
        buf_printf(out, "REPLACE INTO %s\"%s\" (\"id\") VALUES (1) RETURNING *", schema, name);
        break;
    case 5:
        buf_printf(out, "CREATE TEMP VIEW \"x%u\" AS SELECT * FROM main.\"%s\"", roll(9), name);
        break;
    case 6:
        buf_printf(out, "DROP VIEW \"%s\"", name);
        break;
    default:
        buf_printf(out, "CREATE TEMP TABLE \"t%u\" AS SELECT * FROM %s\"%s\"", roll(9), schema, name);
    }
}

static const char *const fixed[] = {
    "PRAGMA writable_schema=ON",
    "PRAGMA query_only=OFF",
    "PRAGMA trusted_schema=ON",
    "PRAGMA table_info('Users')",
    "PRAGMA database_list",
    "PRAGMA key='x'",
    "PRAGMA rekey='x'",
    "PRAGMA hexkey",
    "PRAGMA cipher_salt",
    "ATTACH 'x.db' AS x",
    "DETACH main",
    "VACUUM",
    "VACUUM INTO 'x.db'",
    "ANALYZE",
    "REINDEX",
    "BEGIN",
    "COMMIT",
    "ROLLBACK",
    "SAVEPOINT x",
    "ALTER TABLE \"Users\" RENAME TO \"x\"",
    "DROP TABLE main.\"Users\"",
    "CREATE TABLE x (y)",
    "CREATE TRIGGER t AFTER INSERT ON main.\"Users\" BEGIN SELECT 1; END",
    "CREATE TEMP TRIGGER t INSTEAD OF DELETE ON \"Users\" BEGIN SELECT 1; END",
    "SELECT load_extension('x')",
    "SELECT readfile('/etc/passwd')",
    "SELECT fts5(1)",
    "SELECT sqlite_version()",
    "SELECT hex(\"password\") FROM \"Users\"",
    "EXPLAIN SELECT * FROM main.\"Users\"",
    "EXPLAIN QUERY PLAN SELECT * FROM main.\"Users\"",
    "WITH RECURSIVE x(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM x) SELECT * FROM x",
    "SELECT * FROM \"EventsSearch\" WHERE \"EventsSearch\" MATCH 'event'",
    "SELECT snippet(\"EventsSearch\", 0, '', '', '', 9) FROM \"EventsSearch\" WHERE \"EventsSearch\" MATCH 'event'",
    "INSERT INTO \"EventsSearch\"(\"EventsSearch\") VALUES ('rebuild')",
};

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

static void generated_queries_show_nothing_hidden(void **state)
{
    (void)state;
    enum { QUERIES = 4000 };
    size_t ran = 0;
    uint64_t seen = 0;
    struct arena *arena = arena_new(1 << 20);
    for (size_t n = 0; n < QUERIES; n++) {
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
    assert_true(ran > QUERIES / 2); /* the attack is not all syntax errors */
    assert_true(seen > 1000);       /* and does read what it may */
}

static void statements_beyond_queries_are_refused(void **state)
{
    (void)state;
    for (size_t n = 0; n < COUNT_OF(fixed); n++) {
        for (size_t i = 0; i < COUNT_OF(attackers); i++) {
            int64_t rows;
            err e = attack(&attackers[i], fixed[n], &rows, NULL);
            if (e == OK) fail_msg("allowed: %s", fixed[n]);
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
        {"SELECT * FROM \"Users\" WHERE \"password\" IS NOT NULL", {0, 0, 0, 0, 0, 0}},
        {"SELECT * FROM \"Users\" WHERE \"email\" LIKE '<user%'", {0, 1, 1, 1, 1, 5}},
        {"SELECT * FROM \"Users\" WHERE \"name\" LIKE '<user%'", {0, 1, 1, 1, 5, 5}},
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

/* A CTE named like the secret view would get past the authorizer, so its name must not be found anywhere. */
static void the_secret_name_stays_secret(void **state)
{
    (void)state;
    static const char *const tries[] = {
        "SELECT name FROM sqlite_temp_schema",      "SELECT name FROM temp.sqlite_master",
        "SELECT sql FROM sqlite_temp_master",       "SELECT name FROM pragma_table_list",
        "SELECT * FROM \"Users\" AS u, temp.\"x\"", "SELECT * FROM temp.sqlite_schema",
    };
    for (size_t n = 0; n < COUNT_OF(tries); n++) {
        int64_t rows;
        assert_int_not_equal(attack(&attackers[1], tries[n], &rows, NULL), OK);
    }
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
        cmocka_unit_test(generated_queries_show_nothing_hidden),
        cmocka_unit_test(statements_beyond_queries_are_refused),
        cmocka_unit_test(the_secret_name_stays_secret),
        cmocka_unit_test(nothing_was_changed),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
