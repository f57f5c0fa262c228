/* PostgreSQL behind the engine seam: statements and transactions.
 *
 * Whatever need not be waited for (BEGIN, the context of the transaction, writes) is sent ahead, and travels together
 * with the next statement whose rows are wanted, or with COMMIT. So a query costs one round trip, and the flush of a
 * batch with its COMMIT another.
 *
 * Invariants:
 *  - what a reader reads it reads as a role of the product, what a writer does it does as the application's role; only
 *    scripts and administration have the rights of the login;
 *  - the outcome of a COMMIT is known only by its own answer. A connection that breaks before, a server that shuts down
 *    in it, a wait for the synchronous standby that was cancelled (a warning!) or took too long: ERR_OUTCOME_UNKNOWN;
 *  - a wait that was given up is not cancelled, because a cancelled COMMIT becomes visible without its copy. The
 *    connection takes no new work until the answer came;
 *  - writers that may meet take row locks in the order of ids; those whose rows are not known in advance run alone. The
 *    lock for that is LOCK_KEY_WRITE: shared by the former, exclusive for the latter. */
#include <stdio.h>
#include <stdlib.h>

#include "base/check.h"
#include "base/clock.h"
#include "base/log.h"
#include "store/engine/postgres.h"

enum { TIMESTAMPTZ_OID = 1184, SCRIPT_MAX = 8 << 20 };

/* --- statements --------------------------------------------------------------------------------------------------- */

/* `?` becomes $1, $2, ...; nothing of ours has one inside quotes. */
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

/* Prepared by the server when it is first run; what is wrong with it shows then. */
static err postgres_prepare(struct connection *connection, str sql, struct statement **ret)
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

/* The server forgets it too; that travels with whatever is sent next. */
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

static void postgres_finish(struct statement *statement)
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

static void postgres_bind_text(struct statement *statement, int number, str value)
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

/* The first word says what a statement is. Others than these give rows too (EXPLAIN, EXECUTE, SHOW, ...), and would
 * tell how many rows a rule hides, or run what other roles prepared. */
static bool is_query(str sql)
{
    return str_starts(sql, STR("SELECT ")) || str_starts(sql, STR("WITH "));
}

/* Readers run queries and nothing else: what gives no columns (SET, RESET, DO, ...) is not one, and is not run. */
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

static void rollback_send(struct connection *connection);

/* A writer's statement outside of a transaction is one of its own. */
static err statement_ready(struct statement *statement)
{
    struct connection *connection = statement->connection;
    CHECK(connection->begun || connection->access == ACCESS_WRITE); /* a reader's rights are those of its transaction */
    if (!connection->begun) {
        if (!wire_ready(connection)) return ERR_OVERLOADED;
        wire_transaction(connection);
    }
    if (connection->failed) return connection->failed;
    return query_check(statement);
}

static err run(struct statement *statement)
{
    struct connection *connection = statement->connection;
    err e = statement_ready(statement);
    if (e) return e;
    bool exclusive = !connection->begun; /* nobody waits behind it, as when invariants are verified */
    if (!wire_send(statement, EXPECT_ROWS)) wire_lose(connection);
    if (connection->last) rollback_send(connection);
    e = exclusive ? wire_exchange_patiently(connection) : wire_exchange(connection);
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

static err postgres_send(struct statement *statement)
{
    struct connection *connection = statement->connection;
    if (connection->failed) return connection->failed;
    if (!wire_send(statement, EXPECT_AHEAD)) wire_lose(connection);
    return connection->failed;
}

/* An empty value may be none at all. */
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

/* Microseconds since 2000. */
static int64_t postgres_column_time(struct statement *statement, int column)
{
    static const int64_t epoch_ms = INT64_C(946684800000);
    str value = value_at(statement, column);
    CHECK(statement->binary);
    if (value.n != 8) return 0;
    int64_t us = binary_int(value.p, 8);
    bool possible = us > -epoch_ms * 1000 && us / 1000 <= TIME_MAX - epoch_ms;
    return possible ? us / 1000 + epoch_ms : 0;
}

/* Digits to the base of 10000, the first of them weighs 10000 to the power of `weight`: PostgreSQL's numeric_send(). */
static int64_t postgres_column_money(struct statement *statement, int column)
{
    str value = value_at(statement, column);
    CHECK(statement->binary);
    if (value.n < 8) return 0;
    int64_t count = binary_int(value.p, 2), weight = binary_int(value.p + 2, 2), minor = 0;
    if (weight > 2 || value.n < (size_t)(8 + 2 * count)) return 0; /* no amount of ours is so large */
    for (int64_t i = 0; i <= weight + 1; i++) {
        int64_t digit = i < count ? binary_int(value.p + 8 + 2 * i, 2) : 0;
        minor = i <= weight ? minor * 10000 + digit : minor * 100 + digit / 100;
    }
    return binary_int(value.p + 4, 2) == 0x4000 ? -minor : minor;
}

static void postgres_for_values(struct statement *statement)
{
    statement->binary = true;
}

/* "2026-12-01 18:30:00.1+00" to the stored form of times, in place of what the statement held. */
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

/* Several statements in one text do not go through a pipeline, so it is left for them. They belong to the transaction
 * that was begun, and run with the rights of whoever signed in. */
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

/* --- transactions ------------------------------------------------------------------------------------------------- */

static struct statement *prepared(struct connection *connection, struct statement **statement, const char *sql)
{
    err e = *statement ? OK : postgres_prepare(connection, str_of(sql), statement);
    CHECK(e == OK);
    return *statement;
}

static void send_ahead(struct connection *connection, struct statement **statement, const char *sql, enum kind kind)
{
    if (!wire_send(prepared(connection, statement, sql), kind)) wire_lose(connection);
}

static void send_role(struct connection *connection, enum role role)
{
    char sql[64] = "SET LOCAL ROLE boxoffice_app";
    if (role != ROLE_SYSTEM) snprintf(sql, sizeof(sql), "SET LOCAL ROLE boxoffice_%.*s", STR_ARG(role_name(role)));
    send_ahead(connection, &connection->roles[role], sql, EXPECT_AHEAD);
}

static err postgres_act_as(struct connection *connection, int64_t actor_id)
{
    if (connection->actor_id == actor_id) return OK;
    connection->actor_id = actor_id;
    struct statement *set =
        prepared(connection, &connection->context, "SELECT set_config('boxoffice.actor_id', ?, true)");
    char text[24];
    int n = snprintf(text, sizeof(text), "%lld", (long long)actor_id);
    postgres_bind_text(set, 1, (str){text, (size_t)n});
    return postgres_send(set);
}

static void send_epoch(struct connection *connection)
{
    send_ahead(connection, &connection->epoch, "SELECT \"epoch\" FROM public.\"PeopleEpochs\"", EXPECT_EPOCH);
}

/* First the lock, then the look: the epoch is that of a moment when nobody else changes people. */
static void send_writer_context(struct connection *connection, const struct transaction *transaction)
{
    send_role(connection, ROLE_SYSTEM);
    if (transaction->exclusive)
        send_ahead(connection, &connection->lock_exclusive, "SELECT pg_advisory_xact_lock(" LOCK_KEY_WRITE ")",
                   EXPECT_AHEAD);
    else
        send_ahead(connection, &connection->lock_shared, "SELECT pg_advisory_xact_lock_shared(" LOCK_KEY_WRITE ")",
                   EXPECT_AHEAD);
    send_epoch(connection);
}

/* The role comes last: it may neither read the epoch nor say who it is. Nobody signed in has neither. */
static void send_reader_context(struct connection *connection, const struct transaction *transaction)
{
    if (transaction->role != ROLE_ANONYMOUS) send_epoch(connection);
    (void)postgres_act_as(connection, transaction->actor_id); /* an error is that of the transaction */
    send_role(connection, transaction->role);
}

/* Nothing travels yet. A writer's statements each see what was committed before them, under locks; a reader's all see
 * the same. */
static err postgres_begin(struct connection *connection, const struct transaction *transaction)
{
    CHECK(!connection->begun);
    if (!wire_ready(connection)) return ERR_OVERLOADED;
    wire_transaction(connection);
    connection->begun = true;
    bool writes = connection->access == ACCESS_WRITE;
    send_ahead(connection, &connection->begin, "BEGIN", EXPECT_AHEAD);
    connection->actor_id = 0; /* settings of the transaction before are gone */
    connection->awaited = transaction && transaction->awaited;
    if (transaction && writes) send_writer_context(connection, transaction);
    if (transaction && !writes) send_reader_context(connection, transaction);
    return OK;
}

static err postgres_commit(struct connection *connection)
{
    CHECK(connection->begun);
    if (connection->failed) return connection->failed;
    connection->warned = false;
    send_ahead(connection, &connection->commit, "COMMIT", EXPECT_COMMIT);
    bool sent = wire_synchronize(connection);
    bool responded = sent && wire_drain(connection, clock_monotonic_ms() + connection->settings->commit_ms);
    if (connection->committed) {
        connection->begun = false;
        return OK;
    }
    /* Refused by an answer to it, or to something before it. */
    if (responded || (connection->failed && connection->failed != ERR_OVERLOADED)) return connection->failed;
    connection->begun = false;
    connection->hanging = wire_alive(connection);
    LOG(LOG_WARNING, "outcome_unknown", LOG_TEXT("during", STR("commit")));
    return ERR_OUTCOME_UNKNOWN;
}

/* A reader has nothing to take back, and COMMIT costs less; of a transaction that failed it is a ROLLBACK. */
static void rollback_send(struct connection *connection)
{
    connection->begun = connection->last = false;
    if (!wire_alive(connection)) return;
    send_ahead(connection, &connection->rollback, connection->access == ACCESS_WRITE ? "ROLLBACK" : "COMMIT",
               EXPECT_AHEAD);
}

/* Sent and not waited for: the server ends the snapshot, the answer is read before the next transaction. */
static void postgres_rollback(struct connection *connection)
{
    if (!connection->begun) return;
    rollback_send(connection);
    if (wire_alive(connection) && !wire_synchronize(connection)) wire_lose(connection);
}

static void postgres_last(struct connection *connection)
{
    connection->last = true;
}

static int64_t postgres_people_epoch(struct connection *connection)
{
    err e = connection->begun && connection->expected_count > 0 ? wire_exchange(connection) : OK;
    if (e) return INT64_MAX; /* the transaction has failed; nothing that is remembered fits it */
    return connection->people_epoch;
}

static uint64_t postgres_position(struct connection *connection)
{
    send_ahead(connection, &connection->where, "SELECT pg_current_wal_insert_lsn() - '0/0'::pg_lsn", EXPECT_POSITION);
    return wire_exchange(connection) ? UINT64_MAX : connection->position;
}

static bool postgres_has_reached(struct connection *connection, uint64_t position)
{
    if (!wire_ready(connection)) return false;
    wire_transaction(connection);
    connection->position = 0;
    send_ahead(
        connection, &connection->reached,
        "SELECT CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_insert_lsn() END "
        "- '0/0'::pg_lsn",
        EXPECT_POSITION);
    return wire_exchange(connection) == OK && connection->position >= position;
}

/* --- opening and closing ------------------------------------------------------------------------------------------ */

static void postgres_close(struct connection *connection)
{
    if (!connection) return;
    struct statement *statements[] = {connection->begin,    connection->lock_shared, connection->lock_exclusive,
                                      connection->epoch,    connection->context,     connection->commit,
                                      connection->rollback, connection->where,       connection->reached};
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

/* A reader is of no use without tables; who cannot become the application's role cannot work at all. */
static err reader_check(struct connection *connection, const struct connection_options *options)
{
    PQexitPipelineMode(connection->pg);
    bool migrated = exists(connection->pg, "SELECT 1 FROM pg_class WHERE oid = to_regclass('public.\"PeopleEpochs\"')");
    bool member = migrated && exists(connection->pg, "SELECT 1 WHERE pg_has_role('boxoffice_app', 'MEMBER')");
    PQenterPipelineMode(connection->pg);
    if (member) return OK;
    *options->ret_reason = migrated
                               ? arena_copy(options->arena, STR("who signs in to PostgreSQL has to be boxoffice_app, "
                                                                "or a member of it"))
                               : arena_copy(options->arena, STR("the database has no tables yet: run db:migrate"));
    return ERR_INTERNAL;
}

static err connected_check(struct connection *connection, const struct connection_options *options)
{
    PGconn *pg = connection->pg;
    const char *state = pg ? PQparameterStatus(pg, "server_version") : NULL;
    if (!wire_alive(connection)) {
        *options->ret_reason = postgres_reason(pg, options->arena);
        /* libpq hands on no SQLSTATE of connecting. */
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
    (void)wire_connect(connection); /* what it came to is looked at next */
    e = connected_check(connection, options);
    if (e) {
        postgres_close(connection);
        return e;
    }
    *ret = connection;
    return OK;
}

/* --- what differs in SQL ------------------------------------------------------------------------------------------ */

static void postgres_trust(struct connection *connection, bool trusted)
{
    (void)connection;
    (void)trusted; /* nobody needs more than the rights of the role */
}

/* A function of the role's own schema, which finds only rows that the role may see. */
static void postgres_search_join(struct buf *out, const struct entity *entity)
{
    buf_printf(out, " JOIN \"%sSearch\"(?) ON \"found\" = \"%s\".\"id\"", entity->table, entity->table);
}

/* Taken apart by the function. */
static str postgres_search_words(struct arena *arena, str words)
{
    (void)arena;
    return words;
}

/* Only ASCII has letters in the collation "C". */
static void postgres_like(struct buf *out, const char *table, const char *column)
{
    buf_printf(out, "lower(\"%s\".\"%s\" COLLATE \"C\") LIKE lower(?::text COLLATE \"C\") ESCAPE '\\'", table, column);
}

/* Who writes rows with ids of their own leaves the sequence behind; such ids are passed over. OFFSET keeps the look-up
 * one by the index for each id, where the planner would read the whole table to compare it with a few hundred. */
static void postgres_free_ids(struct buf *out, const struct entity *entity)
{
    buf_printf(
        out,
        "SELECT n.\"id\" FROM (SELECT nextval('public.\"%s_id_seq\"'::regclass) AS \"id\" FROM generate_series(1, "
        "?)) n WHERE NOT EXISTS (SELECT 1 FROM \"%s\" r WHERE r.\"id\" = n.\"id\" OFFSET 0) ORDER BY n.\"id\"",
        entity->table, entity->table);
}

static unsigned postgres_session(struct connection *connection)
{
    return connection->generation;
}

/* The server keeps house by itself. */
static int postgres_tend(struct connection *connection, bool idle, uint64_t *ret_log_frames)
{
    (void)connection;
    (void)idle;
    *ret_log_frames = 0;
    return 0;
}

static err postgres_purge(struct connection *connection)
{
    (void)connection; /* vacuuming takes dead words out of the indexes */
    return OK;
}

const struct engine engine_postgres = {
    .name = "postgres",
    .dialect = DIALECT_POSTGRES,
    .shares_connections = true,
    .many_writers = true,
    .locks = {[ROW_LOCK_SHARED] = " FOR SHARE", [ROW_LOCK_EXCLUSIVE] = " FOR NO KEY UPDATE"},
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
    .column_int = postgres_column_int,
    .column_text = postgres_column_text,
    .columns = postgres_columns,
    .for_values = postgres_for_values,
    .column_time = postgres_column_time,
    .column_money = postgres_column_money,
    .begin = postgres_begin,
    .commit = postgres_commit,
    .rollback = postgres_rollback,
    .last = postgres_last,
    .act_as = postgres_act_as,
    .people_epoch = postgres_people_epoch,
    .position = postgres_position,
    .has_reached = postgres_has_reached,
    .trust = postgres_trust,
    .search_join = postgres_search_join,
    .search_words = postgres_search_words,
    .like = postgres_like,
    .free_ids = postgres_free_ids,
    .ids_reserved = true,
    .session = postgres_session,
    .set_based = true,
    .find_table = "SELECT 1 FROM pg_tables WHERE schemaname = 'public' AND tablename = ?",
    .tend = postgres_tend,
    .purge = postgres_purge,
    .structure = postgres_structure,
    .display_name = postgres_display_name,
    .store_lock = postgres_lock,
    .unlock = postgres_unlock,
    .drop = postgres_drop,
    .watch = postgres_watch,
    .unwatch = postgres_unwatch,
    .change_order = &postgres_change_order,
    .identity = postgres_identity,
    .begin_frozen = postgres_begin_frozen,
    .begin_raw = postgres_begin_raw,
    .last_id = postgres_last_id,
    .set_last_id = postgres_set_last_id,
    .copied = "UPDATE public.\"PeopleEpochs\" SET \"epoch\" = \"epoch\" + 1 WHERE \"id\" = 1",
    .nul_ends_text = true,
};
