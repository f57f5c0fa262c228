/* The protocol with a PostgreSQL server, in libpq's pipeline mode: connecting, sending statements, reading responses.
 * See postgres.h.
 *
 * `expected` lists, in order, what was sent and has no response yet. Responses to statements of an earlier transaction
 * are read before those of the current one; their errors are ignored. */
#include "store/engine/postgres.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/check.h"
#include "base/clock.h"
#include "base/log.h"

enum {
    QUERY_MS = 30 * SECOND_MS, /* when no request waits */
    READ_MS = 10 * SECOND_MS,
    PATIENT_MS = HOUR_MS, /* for administration */
    LOST_MS = 100,        /* how long new work waits for the response to a COMMIT that took too long */
    RETRY_MS = 250,       /* between attempts to connect */
    INT8_OID = 20,
};

/* --- errors ------------------------------------------------------------------------------------------------------- */

/* The first matching prefix of the SQLSTATE decides (appendix A of PostgreSQL's manual). */
static const struct {
    const char *state;
    err e;
} meanings[] = {
    {"23505", ERR_DUPLICATE},  {"23", ERR_STATE_CONFLICT},  {"2200H", ERR_STORAGE_FULL}, /* a sequence has run out */
    {"25006", ERR_OVERLOADED}, /* the server became a standby */
    {"25P02", ERR_OVERLOADED}, /* a consequence of an earlier error */
    {"40", ERR_OVERLOADED},    /* serialization failure, deadlock */
    {"42501", ERR_FORBIDDEN},  {"53100", ERR_STORAGE_FULL}, {"53", ERR_OVERLOADED}, /* connections, memory */
    {"55P03", ERR_OVERLOADED}, {"57", ERR_OVERLOADED},                              /* shut down, cancelled */
    {"08", ERR_OVERLOADED},
};

static const char *state_of(const PGresult *result)
{
    const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    return state ? state : "08006"; /* errors of libpq itself are errors of the connection */
}

static bool state_in(const PGresult *result, const char *prefix)
{
    return strncmp(state_of(result), prefix, strlen(prefix)) == 0;
}

err postgres_error(const PGresult *result)
{
    for (size_t i = 0; i < COUNT_OF(meanings); i++) {
        if (state_in(result, meanings[i].state)) return meanings[i].e;
    }
    /* Neither text nor detail: they may quote values. */
    LOG(LOG_ERROR, "postgres_failed", LOG_TEXT("sqlstate", str_of(state_of(result))));
    return ERR_INTERNAL;
}

/* The first line of the message. Messages about connecting name hosts and users, those about statements quote SQL of
 * this program; neither contain a password. */
str postgres_reason(const PGconn *pg, struct arena *arena)
{
    str text = str_of(pg ? PQerrorMessage(pg) : "out of memory");
    text = str_first(text, str_find(text, '\n'));
    return arena_copy(arena, text.n > 0 ? text : STR("the connection was lost"));
}

/* Whether the server is processing COMMIT: the next response is that of COMMIT, or the end of the one before it. */
static bool commit_runs(const struct connection *connection)
{
    for (size_t i = 0; i < 2 && i < connection->expected_count; i++) {
        if (connection->expected[(connection->expected_first + i) % EXPECTED_MAX].kind == EXPECT_COMMIT) return true;
    }
    return false;
}

/* When the wait for the synchronous standby was cancelled, COMMIT succeeds with a warning. */
static void on_notice(void *context, const PGresult *result)
{
    struct connection *connection = context;
    const char *severity = PQresultErrorField(result, PG_DIAG_SEVERITY_NONLOCALIZED);
    bool warning = severity && strcmp(severity, "WARNING") == 0;
    if (warning && connection->state == STATE_COMMITTING && commit_runs(connection))
        state_set(connection, STATE_COMMIT_WARNED);
}

/* --- connecting --------------------------------------------------------------------------------------------------- */

/* Whether all hosts of a list are this machine; such connections may do without TLS. */
static bool hosts_local(const char *hosts)
{
    static const char *const local[] = {"", "localhost", "127.0.0.1", "::1"};
    str rest = str_of(hosts), host;
    while (str_split(&rest, ',', &host)) {
        bool found = host.n > 0 && host.p[0] == '/';
        for (size_t i = 0; i < COUNT_OF(local); i++) found = found || str_is(host, local[i]);
        if (!found) return false;
    }
    return true;
}

static bool url_local(str url)
{
    PQconninfoOption *options = PQconninfoParse(url.p, NULL);
    const char *hosts = getenv("PGHOST");
    for (PQconninfoOption *o = options; o && o->keyword; o++) {
        bool host = strcmp(o->keyword, "host") == 0 || strcmp(o->keyword, "hostaddr") == 0;
        if (host && o->val) hosts = o->val;
    }
    bool local = hosts_local(hosts);
    PQconninfoFree(options);
    return local;
}

static const char *certificates(void)
{
    static const char debian[] = "/etc/ssl/certs/ca-certificates.crt";
    return access(debian, R_OK) == 0 ? debian : NULL;
}

/* Later members override earlier ones: defaults are before the URL, what the URL may not override is after it. A server
 * that stops responding is detected after about ten seconds. */
PGconn *postgres_connect(str url, const char *database, bool standby, struct arena *arena)
{
    bool local = url_local(url);
    const char *words[][2] = {
        {"application_name", "boxoffice"},
        {"connect_timeout", "5"},
        {"keepalives_idle", "5"},
        {"keepalives_interval", "2"},
        {"keepalives_count", "3"},
        {"tcp_user_timeout", "10000"},
        {"target_session_attrs", standby ? "any" : "read-write"},
        {"sslmode", local ? "prefer" : "verify-full"},
        {"sslrootcert", local ? NULL : certificates()},
        {"dbname", arena_copy(arena, url).p},
        {"dbname", database},
        {"client_encoding", "UTF8"},
    };
    const char *keywords[COUNT_OF(words) + 1] = {NULL}, *values[COUNT_OF(words) + 1] = {NULL};
    for (size_t i = 0, n = 0; i < COUNT_OF(words); i++) {
        if (!words[i][1]) continue;
        keywords[n] = words[i][0];
        values[n++] = words[i][1];
    }
    return PQconnectdbParams(keywords, values, 1);
}

/* Settings of the session that must not depend on the server's configuration. A reader's transactions are read-only
 * snapshots by default, which is cheaper than a SET in each. A writer, and the foreign key checks that it causes, find
 * rows by key: the planner must not choose a scan while a table is small and keep that plan when it has grown. */
static bool session_set_up(struct connection *connection)
{
    char sql[768];
    bool writes = connection->access == ACCESS_WRITE;
    const struct settings *settings = connection->settings;
    long long lock_ms = writes ? settings->commit_ms : settings->query_ms / 2, query_ms = settings->query_ms;
    snprintf(sql, sizeof(sql),
             "SET TIME ZONE 'UTC'; SET DateStyle TO ISO; SET IntervalStyle TO iso_8601; SET search_path TO \"$user\", "
             "public; SET standard_conforming_strings TO on; SET client_min_messages TO warning; SET lock_timeout TO "
             "%lld; SET idle_in_transaction_session_timeout TO %d; SET statement_timeout TO %lld; SET jit TO off; SET "
             "default_transaction_isolation TO '%s'; SET default_transaction_read_only TO %s; SET enable_seqscan TO %s",
             lock_ms, 60 * SECOND_MS, writes ? 0 : query_ms, writes ? "read committed" : "repeatable read",
             writes ? "off" : "on", writes ? "off" : "on");
    PGresult *result = PQexec(connection->pg, sql);
    bool set = PQresultStatus(result) == PGRES_COMMAND_OK;
    PQclear(result);
    return set && PQenterPipelineMode(connection->pg) == 1;
}

/* The server may become available again. While attempts to connect fail, at most half of the time is spent on them, so
 * that requests are refused quickly. */
bool wire_connect(struct connection *connection)
{
    int64_t begun_ms = clock_monotonic_ms();
    CHECK(connection->state == STATE_IDLE);
    if (begun_ms < connection->retry_at_ms) return false;
    arena_reset(connection->arena);
    PQfinish(connection->pg);
    connection->pg = postgres_connect(connection->url, NULL, connection->access == ACCESS_REPLICA, connection->arena);
    connection->expected_count = 0;
    connection->generation++;
    PQsetNoticeReceiver(connection->pg, on_notice, connection);
    if (PQstatus(connection->pg) == CONNECTION_OK && session_set_up(connection)) return true;
    int64_t now_ms = clock_monotonic_ms();
    connection->retry_at_ms = now_ms + (now_ms - begun_ms > RETRY_MS ? now_ms - begun_ms : RETRY_MS);
    return false;
}

void wire_lose(struct connection *connection)
{
    if (connection->pg) PQfinish(connection->pg);
    connection->pg = NULL;
    connection->expected_count = 0;
    if (connection->state == STATE_COMMIT_LOST || connection->state == STATE_STANDBY) state_set(connection, STATE_IDLE);
    if (connection->state == STATE_STANDBY_BEGUN) state_set(connection, STATE_BEGUN);
    if (!connection->failed) connection->failed = ERR_OVERLOADED;
}

bool wire_alive(const struct connection *connection)
{
    return connection->pg && PQstatus(connection->pg) == CONNECTION_OK;
}

/* --- sending ------------------------------------------------------------------------------------------------------ */

void wire_expect(struct connection *connection, enum kind kind, struct statement *statement)
{
    CHECK(connection->expected_count < EXPECTED_MAX);
    size_t at = (connection->expected_first + connection->expected_count++) % EXPECTED_MAX;
    connection->expected[at] = (struct expectation){kind, statement, connection->transaction};
}

/* The server infers the types of parameters, except that numbers are sent as bigint: a number that does not fit the
 * column then equals no value instead of causing an error. */
bool wire_prepare(struct statement *statement)
{
    struct connection *connection = statement->connection;
    Oid *types = calloc(statement->parameter_count + 1, sizeof(*types));
    CHECK(types != NULL);
    for (size_t i = 0; i < statement->parameter_count; i++) {
        if (statement->parameters[i].is_int) types[i] = INT8_OID;
    }
    int sent = PQsendPrepare(connection->pg, statement->name, statement->sql, (int)statement->parameter_count, types);
    free(types);
    if (sent) wire_expect(connection, EXPECT_PREPARE, statement);
    return sent == 1;
}

bool wire_send(struct statement *statement, enum kind kind)
{
    struct connection *connection = statement->connection;
    if (!wire_alive(connection)) return false;
    if (statement->prepared != connection->generation && !wire_prepare(statement)) return false;
    for (size_t i = 0; i < statement->parameter_count; i++) {
        const struct parameter *parameter = &statement->parameters[i];
        statement->values[i] = parameter->is_null ? NULL : parameter->text;
    }
    int sent = PQsendQueryPrepared(connection->pg, statement->name, (int)statement->parameter_count, statement->values,
                                   NULL, NULL, statement->binary);
    if (sent) {
        statement->prepared = connection->generation; /* set to 0 again when preparing fails */
        wire_expect(connection, kind, statement);
    }
    return sent == 1;
}

/* --- receiving ---------------------------------------------------------------------------------------------------- */

/* Waits until a response can be read; false when the deadline passed or the connection is lost. */
static bool await_result(struct connection *connection, int64_t deadline_ms)
{
    while (PQisBusy(connection->pg)) {
        int64_t left = deadline_ms - clock_monotonic_ms();
        if (left < 0) return false;
        struct pollfd wait = {.fd = PQsocket(connection->pg), .events = POLLIN};
        int ready = poll(&wait, 1, (int)left);
        if (ready < 0 && errno != EINTR) return false;
        if (ready > 0 && !PQconsumeInput(connection->pg)) {
            wire_lose(connection);
            return false;
        }
    }
    return true;
}

static void fail(struct connection *connection, const struct expectation *expected, err e)
{
    if (!connection->failed && expected->transaction == connection->transaction) connection->failed = e;
}

static void settle_commit(struct connection *connection, const struct expectation *expected, const PGresult *result)
{
    ExecStatusType status = PQresultStatus(result);
    if (status == PGRES_COMMAND_OK) {
        bool done = strcmp(PQcmdStatus((PGresult *)(uintptr_t)result), "COMMIT") == 0;
        if (done && connection->state == STATE_COMMITTING)
            state_set(connection, STATE_COMMITTED);
        else
            fail(connection, expected, done ? ERR_OUTCOME_UNKNOWN : ERR_OVERLOADED);
        return;
    }
    if (status != PGRES_FATAL_ERROR) { /* skipped, because an earlier statement failed */
        fail(connection, expected, ERR_OVERLOADED);
        return;
    }
    bool unknown = state_in(result, "08") || state_in(result, "57P") || state_in(result, "40003");
    fail(connection, expected, unknown ? ERR_OUTCOME_UNKNOWN : postgres_error(result));
}

static int64_t number_in(const PGresult *result)
{
    int64_t number = 0;
    bool found =
        PQntuples(result) > 0 && PQnfields(result) > 0 && str_to_int(str_of(PQgetvalue(result, 0, 0)), &number);
    return found ? number : 0;
}

/* Records that the server became a standby, which is read-only: a transaction on it cannot succeed. */
static void note_standby(struct connection *connection)
{
    if (state_in_transaction(connection)) {
        if (!connection->failed) connection->failed = ERR_OVERLOADED;
        if (connection->state != STATE_STANDBY_BEGUN) state_set(connection, STATE_STANDBY_BEGUN);
    } else if (connection->state == STATE_IDLE) {
        state_set(connection, STATE_STANDBY);
    }
}

static void settle_error(struct connection *connection, const struct expectation *expected, const PGresult *result)
{
    struct statement *statement = expected->statement;
    if (expected->kind == EXPECT_PREPARE && statement) statement->prepared = 0;
    if (PQresultStatus(result) != PGRES_FATAL_ERROR) {
        fail(connection, expected, ERR_OVERLOADED);
        return;
    }
    bool expired = connection->access != ACCESS_WRITE && state_in(result, "57014");
    fail(connection, expected, expired ? ERR_QUERY_TOO_EXPENSIVE : postgres_error(result));
    if (state_in(result, "25006")) note_standby(connection);
}

/* Handles a result and frees it, unless it contains rows. */
static void settle(struct connection *connection, const struct expectation *expected, PGresult *result)
{
    ExecStatusType status = PQresultStatus(result);
    struct statement *statement = expected->statement;
    if (expected->kind == EXPECT_COMMIT) {
        settle_commit(connection, expected, result);
    } else if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK && status != PGRES_PIPELINE_SYNC) {
        settle_error(connection, expected, result);
    } else if (expected->kind == EXPECT_COLUMNS) {
        if (PQnfields(result) == 0) fail(connection, expected, ERR_FORBIDDEN);
    } else if (expected->kind == EXPECT_EPOCH) {
        connection->people_epoch = number_in(result);
    } else if (expected->kind == EXPECT_POSITION) {
        connection->position = (uint64_t)number_in(result);
    } else if (expected->kind == EXPECT_ROWS && statement) {
        PQclear(statement->result);
        statement->result = result;
        return;
    }
    PQclear(result);
}

/* Reads the next response, and the NULL by which libpq marks the end of a statement's results. */
static bool receive(struct connection *connection, const struct expectation *expected, int64_t deadline_ms)
{
    if (!await_result(connection, deadline_ms)) return false;
    PGresult *result = PQgetResult(connection->pg);
    if (!result) return false;
    settle(connection, expected, result);
    if (expected->kind == EXPECT_SYNC) return true;
    return await_result(connection, deadline_ms) && PQgetResult(connection->pg) == NULL;
}

bool wire_drain(struct connection *connection, int64_t deadline_ms)
{
    while (connection->expected_count > 0) {
        struct expectation expected = connection->expected[connection->expected_first];
        if (!receive(connection, &expected, deadline_ms)) {
            if (!wire_alive(connection)) wire_lose(connection);
            return false;
        }
        connection->expected_first = (connection->expected_first + 1) % EXPECTED_MAX;
        connection->expected_count--;
    }
    return true;
}

bool wire_synchronize(struct connection *connection)
{
    if (!wire_alive(connection) || !PQpipelineSync(connection->pg)) return false;
    wire_expect(connection, EXPECT_SYNC, NULL);
    return true;
}

static err exchange_within(struct connection *connection, int64_t ms)
{
    if (!wire_synchronize(connection) || !wire_drain(connection, clock_monotonic_ms() + ms)) wire_lose(connection);
    return connection->failed;
}

err wire_exchange(struct connection *connection)
{
    return exchange_within(connection, state_in_transaction(connection) ? connection->timeout_ms : QUERY_MS);
}

err wire_exchange_patiently(struct connection *connection)
{
    return exchange_within(connection, PATIENT_MS);
}

/* Whether something was sent after the last synchronisation point, so that the server need not respond yet. */
static bool unsynchronized(const struct connection *connection)
{
    size_t last = (connection->expected_first + connection->expected_count + EXPECTED_MAX - 1) % EXPECTED_MAX;
    return connection->expected_count > 0 && connection->expected[last].kind != EXPECT_SYNC;
}

/* The server itself ends a writer's wait for a lock after commit_ms; a longer wait means that the server does not
 * respond at all. */
void wire_transaction(struct connection *connection, bool awaited)
{
    connection->transaction++;
    connection->failed = OK;
    connection->timeout_ms = connection->access == ACCESS_WRITE ? 2 * connection->settings->commit_ms
                                                                : connection->settings->query_ms + READ_MS;
    if (!awaited) connection->timeout_ms = QUERY_MS;
}

/* Detects that the server closed the connection since it was last used. */
static void check_alive(struct connection *connection)
{
    if (!wire_alive(connection) || !PQconsumeInput(connection->pg)) wire_lose(connection);
}

bool wire_ready(struct connection *connection)
{
    if (connection->state == STATE_STANDBY) wire_lose(connection);
    check_alive(connection);
    bool wait = connection->state == STATE_COMMIT_LOST || connection->expected_count > EXPECTED_MAX / 2;
    if (wait && unsynchronized(connection) && !wire_synchronize(connection)) wire_lose(connection);
    bool drained = wait && wire_alive(connection) && wire_drain(connection, clock_monotonic_ms() + LOST_MS);
    if (drained && connection->state == STATE_COMMIT_LOST) state_set(connection, STATE_IDLE);
    if (connection->state == STATE_COMMIT_LOST) return false;
    if (connection->state == STATE_STANDBY) wire_lose(connection);
    return wire_alive(connection) || wire_connect(connection);
}
