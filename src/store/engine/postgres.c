/* The PostgreSQL engine: statements, and the SQL that is specific to it. See engine.h; transactions are in
 * postgres_transaction.c.
 *
 * Statements whose result is not used (BEGIN, the context of a transaction, writes) are pipelined: they are sent
 * together with the next statement whose result is used, or with COMMIT. So a query costs one round trip, and so do all
 * writes of a batch together with its COMMIT.
 *
 * Readers use the database role of the actor, writers the role of the application; only scripts and administration use
 * the rights of the login. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/check.h"
#include "store/engine/postgres.h"

enum { TIMESTAMPTZ_OID = 1184, SCRIPT_MAX = 8 << 20, IDS_MARGIN = 1 << 16, GAP_ROWS = 10000 };

/* --- statements --------------------------------------------------------------------------------------------------- */

/* Replaces each `?` by $1, $2, ...; no SQL of this program has a ? inside quotes. */
static char *numbered(str sql, size_t *ret_count)
{
    size_t count = 0, n = 0;
    for (size_t i = 0; i < sql.n; i++) count += sql.p[i] == '?';
    char *text = malloc(sql.n + 6 * count + 1);
    CHECK(text != NULL);
    size_t number = 0;
    for (size_t i = 0; i < sql.n; i++) {
        if (sql.p[i] == '?')
            n += (size_t)snprintf(text + n, 7, "$%zu", ++number);
        else
            text[n++] = sql.p[i];
    }
    text[n] = '\0';
    *ret_count = count;
    return text;
}

/* The server prepares the statement when it is first run, so errors in its SQL are found only then. */
err postgres_prepare(struct connection *connection, str sql, struct statement **ret)
{
    struct statement *statement = calloc(1, sizeof(*statement));
    CHECK(statement != NULL);
    statement->connection = connection;
    statement->row = -1;
    statement->sql = numbered(sql, &statement->parameter_count);
    statement->parameters = calloc(statement->parameter_count + 1, sizeof(*statement->parameters));
    statement->values = calloc(statement->parameter_count + 1, sizeof(*statement->values));
    CHECK(statement->parameters != NULL && statement->values != NULL);
    snprintf(statement->name, sizeof(statement->name), "s%u", ++connection->names_given);
    *ret = statement;
    return OK;
}

/* Deallocates the statement on the server too, together with whatever is sent next. */
static void forget(struct statement *statement)
{
    struct connection *connection = statement->connection;
    for (size_t i = 0; i < connection->expected_count; i++) {
        struct expectation *expected = &connection->expected[(connection->expected_first + i) % EXPECTED_MAX];
        if (expected->statement == statement) expected->statement = NULL;
    }
    if (statement->prepared != connection->generation || !wire_alive(connection)) return;
    char sql[32];
    snprintf(sql, sizeof(sql), "DEALLOCATE %s", statement->name);
    if (PQsendQueryParams(connection->pg, sql, 0, NULL, NULL, NULL, NULL, 0))
        wire_expect(connection, EXPECT_AHEAD, NULL);
}

void postgres_finish(struct statement *statement)
{
    if (!statement) return;
    forget(statement);
    PQclear(statement->result);
    for (size_t i = 0; i < statement->parameter_count; i++) free(statement->parameters[i].text);
    free(statement->parameters);
    free((void *)statement->values);
    free(statement->sql);
    free(statement);
}

static struct parameter *parameter_at(struct statement *statement, int number)
{
    CHECK(number >= 1 && (size_t)number <= statement->parameter_count);
    return &statement->parameters[number - 1];
}

static void parameter_set(struct parameter *parameter, str value)
{
    if (parameter->size <= value.n) {
        parameter->size = value.n + 32;
        parameter->text = realloc(parameter->text, parameter->size);
        CHECK(parameter->text != NULL);
    }
    memcpy(parameter->text, value.p, value.n);
    parameter->text[value.n] = '\0';
    parameter->is_null = false;
}

static void postgres_bind_int(struct statement *statement, int number, int64_t value)
{
    char text[24];
    int n = snprintf(text, sizeof(text), "%lld", (long long)value);
    struct parameter *parameter = parameter_at(statement, number);
    parameter_set(parameter, (str){text, (size_t)n});
    parameter->is_int = true;
}

static void postgres_bind_bool(struct statement *statement, int number, bool value)
{
    parameter_set(parameter_at(statement, number), value ? STR("t") : STR("f"));
}

void postgres_bind_text(struct statement *statement, int number, str value)
{
    struct parameter *parameter = parameter_at(statement, number);
    if (value.p)
        parameter_set(parameter, value);
    else
        parameter->is_null = true;
}

static void postgres_reset(struct statement *statement)
{
    PQclear(statement->result);
    statement->result = NULL;
    statement->row = -1;
}

/* Other statements return rows too (EXPLAIN, EXECUTE, SHOW, ...), but could reveal how many rows a policy hides, or run
 * a statement that another role prepared. */
static bool is_query(str sql)
{
    return str_starts(sql, STR("SELECT ")) || str_starts(sql, STR("WITH "));
}

/* Readers run queries only. A statement without result columns (SET, RESET, DO, ...) is not a query and is not run. */
static err query_check(struct statement *statement)
{
    struct connection *connection = statement->connection;
    if (connection->access == ACCESS_WRITE || statement->prepared == connection->generation) return OK;
    if (!is_query(str_of(statement->sql))) return ERR_FORBIDDEN;
    bool sent =
        wire_alive(connection) && wire_prepare(statement) && PQsendDescribePrepared(connection->pg, statement->name);
    if (!sent) {
        wire_lose(connection);
        return connection->failed;
    }
    wire_expect(connection, EXPECT_COLUMNS, statement);
    statement->prepared = connection->generation;
    return wire_exchange(connection);
}

/* A writer's statement outside of a transaction is its own transaction. A reader's would run with the wrong rights. */
static err statement_ready(struct statement *statement)
{
    struct connection *connection = statement->connection;
    bool begun = state_in_transaction(connection);
    CHECK(begun || connection->access == ACCESS_WRITE);
    if (!begun) {
        if (!wire_ready(connection)) return ERR_OVERLOADED;
        wire_transaction(connection, false);
    }
    if (connection->failed) return connection->failed;
    return query_check(statement);
}

static err run(struct statement *statement)
{
    struct connection *connection = statement->connection;
    err e = statement_ready(statement);
    if (e) return e;
    bool begun = state_in_transaction(
        connection); /* if not, no request waits for it (verification of invariants, for example) */
    if (!wire_send(statement, EXPECT_ROWS)) wire_lose(connection);
    if (connection->state == STATE_ENDING) transaction_end_send(connection);
    e = begun ? wire_exchange(connection) : wire_exchange_patiently(connection);
    if (e) return e;
    CHECK(statement->result != NULL);
    return OK;
}

static err postgres_step(struct statement *statement, bool *ret_row)
{
    if (statement->row < 0) {
        err e = run(statement);
        if (e) return e;
    }
    *ret_row = ++statement->row < PQntuples(statement->result);
    return OK;
}

err postgres_send(struct statement *statement)
{
    struct connection *connection = statement->connection;
    if (connection->failed) return connection->failed;
    if (!wire_send(statement, EXPECT_AHEAD)) wire_lose(connection);
    return connection->failed;
}

/* libpq returns an empty text for NULL too. */
static str value_at(struct statement *statement, int column)
{
    size_t length = (size_t)PQgetlength(statement->result, statement->row, column);
    if (length == 0 && PQgetisnull(statement->result, statement->row, column)) return STR_NONE;
    return (str){PQgetvalue(statement->result, statement->row, column), length};
}

/* An integer of `size` bytes, most significant first (the manual's "Message Data Types"). */
static int64_t binary_int(const char *p, size_t size)
{
    uint64_t number = p[0] & 0x80 ? UINT64_MAX : 0;
    for (size_t i = 0; i < size; i++) number = number << 8 | (unsigned char)p[i];
    return (int64_t)number;
}

static int64_t postgres_column_int(struct statement *statement, int column)
{
    str value = value_at(statement, column);
    int64_t number;
    if (value.n == 0) return 0;
    if (statement->binary) return binary_int(value.p, value.n);
    if (str_is(value, "t")) return 1;
    return str_to_int(value, &number) ? number : 0;
}

/* The binary format is microseconds since 2000-01-01 00:00 UTC; infinity is the least or greatest number. */
static bool binary_time(str value, int64_t *ret_ms)
{
    static const int64_t epoch_ms = INT64_C(946684800000);
    if (value.n != 8) return false;
    int64_t us = binary_int(value.p, 8);
    if (us <= -epoch_ms * 1000 || us / 1000 > TIME_MAX - epoch_ms || us % 1000 != 0) return false;
    *ret_ms = us / 1000 + epoch_ms;
    return true;
}

/* The binary format of numeric: the number of base-10000 digits, the weight of the first one (10000 to the power of
 * `weight`), the sign, the number of decimals, and the digits. See numeric_send() in PostgreSQL. */
static bool binary_money(str value, int64_t *ret_minor)
{
    enum { HEAD = 8, NEGATIVE = 0x4000 };
    if (value.n < HEAD) return false;
    int64_t count = binary_int(value.p, 2), weight = binary_int(value.p + 2, 2), sign = binary_int(value.p + 4, 2);
    bool is_number = sign == 0 || sign == NEGATIVE; /* the others are NaN and the infinities */
    if (!is_number || weight > 2 || count - weight > 2 || value.n != (size_t)(HEAD + 2 * count)) return false;
    int64_t minor = 0;
    for (int64_t i = 0; i <= weight + 1; i++) {
        int64_t digit = i < count ? binary_int(value.p + HEAD + 2 * i, 2) : 0;
        if (i > weight && digit % 100 != 0) return false;
        minor = i <= weight ? minor * 10000 + digit : minor * 100 + digit / 100;
    }
    *ret_minor = sign == NEGATIVE ? -minor : minor;
    return true;
}

/* The server ensures that a column contains values of its type only. */
static enum reading postgres_column_value(struct statement *statement, int column, enum value_kind kind,
                                          struct value *ret_value)
{
    struct value value = {.text = value_at(statement, column)};
    bool readable = true;
    CHECK(statement->binary);
    if (value.text.p) {
        if (kind <= KIND_BOOL) value.number = binary_int(value.text.p, value.text.n);
        if (kind == KIND_TIME) readable = binary_time(value.text, &value.number);
        if (kind == KIND_MONEY) readable = binary_money(value.text, &value.number);
    }
    if (!readable) return READING_UNREADABLE;
    *ret_value = value;
    return value.text.p ? READING_VALUE : READING_NULL;
}

static void postgres_for_values(struct statement *statement)
{
    statement->binary = true;
}

/* Converts "2026-12-01 18:30:00.1+00" to the stored form of times, in the statement's buffer. */
static str time_stored(struct statement *statement, str text)
{
    char *p = statement->time;
    if (text.n < 22 || text.p[10] != ' ' || !str_ends(text, STR("+00"))) return text;
    memcpy(p, "0000-00-00 00:00:00.000 +00:00", 31);
    memcpy(p, text.p, 19);
    size_t digits = text.p[19] == '.' ? text.n - 20 - 3 : 0;
    memcpy(p + 20, text.p + 20, digits < 3 ? digits : 3);
    return (str){p, 30};
}

static str postgres_column_text(struct statement *statement, int column)
{
    str text = value_at(statement, column);
    if (!text.p || PQftype(statement->result, column) != TIMESTAMPTZ_OID) return text;
    return time_stored(statement, text);
}

static int postgres_columns(struct statement *statement)
{
    return statement->result ? PQnfields(statement->result) : 0;
}

/* --- scripts ------------------------------------------------------------------------------------------------------ */

/* A text with several statements cannot be sent in pipeline mode, so the mode is switched off for it. The statements
 * are part of the open transaction and run with the rights of the login. */
static err postgres_execute(struct connection *connection, str sql, struct arena *arena, str *ret_reason)
{
    CHECK(sql.n < SCRIPT_MAX);
    err e = wire_exchange(connection);
    if (e) return e;
    PQexitPipelineMode(connection->pg);
    PGresult *result = PQexec(connection->pg, arena_copy(arena, sql).p);
    ExecStatusType status = PQresultStatus(result);
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK && status != PGRES_EMPTY_QUERY) {
        e = postgres_error(result);
        if (ret_reason) *ret_reason = postgres_reason(connection->pg, arena);
    }
    PQclear(result);
    if (!wire_alive(connection) || !PQenterPipelineMode(connection->pg)) wire_lose(connection);
    return e ? e : connection->failed;
}

/* --- opening and closing ------------------------------------------------------------------------------------------ */

static void postgres_close(struct connection *connection)
{
    if (!connection) return;
    struct statement *statements[] = {connection->begin,          connection->unlimited, connection->lock_shared,
                                      connection->lock_exclusive, connection->epoch,     connection->context,
                                      connection->commit,         connection->rollback,  connection->where,
                                      connection->reached};
    if (connection->pg) PQfinish(connection->pg);
    connection->pg = NULL;
    for (size_t i = 0; i < COUNT_OF(statements); i++) postgres_finish(statements[i]);
    for (size_t i = 0; i < ROLES_COUNT; i++) postgres_finish(connection->roles[i]);
    arena_free(connection->arena);
    free(connection);
}

static bool exists(PGconn *pg, const char *sql)
{
    PGresult *result = PQexec(pg, sql);
    bool found = PQresultStatus(result) == PGRES_TUPLES_OK && PQntuples(result) > 0;
    PQclear(result);
    return found;
}

/* A reader requires that the tables exist, and the right to set the application's role. */
static err reader_check(struct connection *connection, const struct connection_options *options)
{
    PQexitPipelineMode(connection->pg);
    bool migrated = exists(connection->pg, "SELECT 1 FROM pg_class WHERE oid = to_regclass('public.\"PeopleEpochs\"')");
    bool member = migrated && exists(connection->pg, "SELECT 1 WHERE pg_has_role('boxoffice_app', 'MEMBER')");
    PQenterPipelineMode(connection->pg);
    if (member) return OK;
    *options->ret_reason = migrated
                               ? arena_copy(options->arena, STR("the PostgreSQL login has to be boxoffice_app or a "
                                                                "member of it"))
                               : arena_copy(options->arena, STR("the database has no tables; run db:migrate"));
    return ERR_INTERNAL;
}

static err connected_check(struct connection *connection, const struct connection_options *options)
{
    PGconn *pg = connection->pg;
    const char *state = pg ? PQparameterStatus(pg, "server_version") : NULL;
    if (!wire_alive(connection)) {
        *options->ret_reason = postgres_reason(pg, options->arena);
        /* libpq reports no SQLSTATE for errors of connecting. */
        return strstr(options->ret_reason->p, "does not exist") ? ERR_NOT_FOUND : ERR_INTERNAL;
    }
    if (!state || PQserverVersion(pg) < 150000) {
        *options->ret_reason =
            arena_printf(options->arena, "PostgreSQL %s is too old; 15 or later is required", state ? state : "?");
        return ERR_INTERNAL;
    }
    return connection->access == ACCESS_WRITE ? OK : reader_check(connection, options);
}

static err postgres_open(const struct connection_options *options, struct connection **ret)
{
    err e = options->create ? postgres_create(options) : OK;
    if (e) return e;
    struct connection *connection = calloc(1, sizeof(*connection));
    CHECK(connection != NULL);
    connection->settings = options->settings;
    connection->access = options->access;
    connection->url =
        options->access == ACCESS_REPLICA ? options->settings->replica_url : options->settings->database_url;
    connection->arena = arena_new(1 << 20);
    (void)wire_connect(connection); /* the result is checked next */
    e = connected_check(connection, options);
    if (e) {
        postgres_close(connection);
        return e;
    }
    *ret = connection;
    return OK;
}

/* --- search ------------------------------------------------------------------------------------------------------- */

static void postgres_trust(struct connection *connection, bool trusted)
{
    (void)connection;
    (void)trusted; /* the role may use the search function */
}

/* Joins a search function in the schema of the role, which returns only rows that the role may see. */
static void postgres_search_join(struct buf *out, const struct entity *entity)
{
    buf_printf(out, " JOIN \"%sSearch\"(?) ON \"found\" = \"%s\".\"id\"", entity->table, entity->table);
}

/* The search function splits them into words. */
static str postgres_search_words(struct arena *arena, str words)
{
    (void)arena;
    return words;
}

/* In the collation "C" only ASCII letters have cases. */
static void postgres_fold(struct buf *out, const char *table, const char *column)
{
    buf_printf(out, "lower(\"%s\".\"%s\" COLLATE \"C\")", table, column);
}

static void postgres_like(struct buf *out, const char *table, const char *column)
{
    postgres_fold(out, table, column);
    BUF_LITERAL(out, " LIKE lower(?::text COLLATE \"C\") ESCAPE '\\'");
}

static const struct engine_search postgres_search = {
    .trust = postgres_trust,
    .join = postgres_search_join,
    .words = postgres_search_words,
    .fold = postgres_fold,
    .like = postgres_like,
};

/* --- ids ---------------------------------------------------------------------------------------------------------- */

/* The sequence is not used beyond this id. The margin below its real end, where nextval() fails and with it the whole
 * transaction, is for concurrent writers, each of which takes IDS_RESERVED ids after it read the sequence. */
static long long sequence_end(const struct entity *entity)
{
    return entity_id_max(entity) - IDS_MARGIN;
}

/* Rows with ids that another client chose may be ahead of the sequence; such ids are skipped. OFFSET makes the planner
 * look up each id by the index instead of reading the whole table. */
static void postgres_next_ids(struct buf *out, const struct entity *entity)
{
    buf_printf(out,
               "SELECT n.\"id\", n.\"id\" FROM (SELECT nextval('public.\"%s_id_seq\"'::regclass) AS \"id\" FROM "
               "generate_series(1, ?) WHERE (SELECT last_value FROM public.\"%s_id_seq\") < %lld) n WHERE NOT EXISTS "
               "(SELECT 1 FROM \"%s\" r WHERE r.\"id\" = n.\"id\" OFFSET 0) ORDER BY n.\"id\"",
               entity->table, entity->table, sequence_end(entity), entity->table);
}

/* When the sequence is at its end, resets it to the start of the highest gap of more than IDS_MARGIN ids. Concurrent
 * writers do so one after the other; the lock is held until the rows with the first of these ids are committed. */
static void postgres_gap(struct buf *out, const struct entity *entity)
{
    const char *table = entity->table;
    long long end = sequence_end(entity);
    buf_printf(
        out,
        "WITH turn AS MATERIALIZED (SELECT pg_advisory_xact_lock(" LOCK_KEY_IDS ")), top AS (SELECT least(?::bigint, "
        "%lld) AS id UNION ALL (SELECT r.\"id\" FROM \"%s\" r WHERE r.\"id\" BETWEEN 1 AND %lld ORDER BY r.\"id\" DESC "
        "LIMIT %d)), gap AS (SELECT top.id, (SELECT coalesce(max(r.\"id\"), 0) FROM \"%s\" r WHERE r.\"id\" BETWEEN 1 "
        "AND top.id - 1) AS before FROM top), highest AS (SELECT before FROM gap WHERE id - before > %d ORDER BY id "
        "DESC LIMIT 1) SELECT CASE WHEN (SELECT last_value FROM public.\"%s_id_seq\") >= %lld THEN "
        "setval('public.\"%s_id_seq\"'::regclass, before + 1, false) END, 0 FROM turn, highest",
        end, table, end, GAP_ROWS, table, IDS_MARGIN, table, end, table);
}

static void postgres_last_id(struct buf *out, const struct entity *entity)
{
    buf_printf(
        out,
        "SELECT greatest((SELECT max(\"id\") FROM public.\"%s\"), (SELECT CASE WHEN is_called THEN last_value END "
        "FROM public.\"%s_id_seq\"), 0)",
        entity->table, entity->table);
}

static void postgres_set_last_id(struct buf *out, const struct entity *entity, int64_t id)
{
    int64_t max = entity_id_max(entity);
    buf_printf(out, "SELECT setval('public.\"%s_id_seq\"', %" PRId64 ");\n", entity->table, id < max ? id : max);
}

static const struct engine_ids postgres_ids = {
    .next = postgres_next_ids,
    .gap = postgres_gap,
    .reserved = true,
    .last = postgres_last_id,
    .set_last = postgres_set_last_id,
};

/* --- the engine --------------------------------------------------------------------------------------------------- */

static unsigned postgres_generation(struct connection *connection)
{
    return connection->generation;
}

static const struct engine_cluster postgres_cluster = {
    .row_locks = {[ROW_LOCK_SHARED] = " FOR SHARE", [ROW_LOCK_EXCLUSIVE] = " FOR NO KEY UPDATE"},
    .clock = "SELECT " CLOCK_SQL,
    .position = postgres_position,
    .has_reached = postgres_has_reached,
    .generation = postgres_generation,
    .change_order = &postgres_change_order,
    .watch = postgres_watch,
    .unwatch = postgres_unwatch,
};

const struct engine engine_postgres = {
    .name = "postgres",
    .dialect = DIALECT_POSTGRES,
    .collation = "und-x-icu",
    .shares_connections = true,
    .writes_sets = true,
    .open = postgres_open,
    .close = postgres_close,
    .execute = postgres_execute,
    .prepare = postgres_prepare,
    .finish = postgres_finish,
    .bind_int = postgres_bind_int,
    .bind_bool = postgres_bind_bool,
    .bind_text = postgres_bind_text,
    .step = postgres_step,
    .send = postgres_send,
    .reset = postgres_reset,
    .columns = postgres_columns,
    .column_int = postgres_column_int,
    .column_text = postgres_column_text,
    .for_values = postgres_for_values,
    .column_value = postgres_column_value,
    .begin = postgres_begin,
    .commit = postgres_commit,
    .rollback = postgres_rollback,
    .last = postgres_last,
    .people_epoch = postgres_people_epoch,
    .act_as = postgres_act_as,
    .search = &postgres_search,
    .ids = &postgres_ids,
    .database = &postgres_database,
    .copy = &postgres_copy,
    .cluster = &postgres_cluster,
};
