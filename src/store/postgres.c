/* PostgreSQL behind the engine seam: connections, statements and transactions by libpq's pipeline mode.
 *
 * Whatever need not be waited for (BEGIN, the context of the transaction, writes) is sent ahead, and travels together
 * with the next statement whose rows are wanted, or with COMMIT. So a query costs one round trip, and the flush of a
 * batch with its COMMIT another. What was sent and not yet answered stands in `expected`, in order.
 *
 * Invariants:
 *  - a connection works as the application's role or a role of the product, never with the rights of its login, but for
 *    scripts and administration (those run outside of begin);
 *  - the outcome of a COMMIT is known only by its own answer. A connection that breaks before, a server that shuts down
 *    in it, a wait for the synchronous standby that was cancelled (a warning!) or took too long: ERR_OUTCOME_UNKNOWN;
 *  - a wait that was given up is not cancelled, because a cancelled COMMIT becomes visible without its copy. The
 *    connection takes no new work until the answer came;
 *  - writers that may meet take row locks in the order of ids; those whose rows are not known in advance run alone. The
 *    lock for that is LOCK_KEY_WRITE: shared by the former, exclusive for the latter. */
#include "store/postgres.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/check.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/time_text.h"

enum {
    EXPECTED_MAX = 4096,       /* commands sent and not answered; a flush is well below */
    QUERY_MS = 30 * SECOND_MS, /* for anything but a COMMIT */
    HANGING_MS = 100,          /* how long new work waits for a COMMIT that was given up */
    RETRY_MS = 250,            /* between attempts to connect */
    NAME_SIZE = 16,
    ROLES_COUNT = ROLE_SYSTEM + 1,
    INT8_OID = 20,
    TIMESTAMPTZ_OID = 1184,
    SCRIPT_MAX = 8 << 20,
};

enum kind {
    EXPECT_AHEAD,   /* rows do not matter */
    EXPECT_PREPARE, /* of `statement` */
    EXPECT_COLUMNS, /* of `statement`: it has to have some */
    EXPECT_ROWS,    /* of `statement` */
    EXPECT_EPOCH,
    EXPECT_POSITION,
    EXPECT_COMMIT,
    EXPECT_SYNC,
};

struct expectation {
    enum kind kind;
    struct statement *statement; /* NULL: finished meanwhile */
    unsigned generation;
};

struct parameter {
    char *text; /* own copy, NUL-terminated */
    size_t size;
    bool is_null, is_int;
};

struct statement {
    struct connection *connection;
    char name[NAME_SIZE];
    char *sql;
    unsigned prepared; /* generation of the connection that knows it; 0: none */
    size_t parameter_count;
    struct parameter *parameters;
    PGresult *result; /* of the run that is being stepped through */
    int row;          /* -1: not run since the last reset */
    char time[TIME_TEXT_SIZE];
};

struct connection {
    PGconn *pg;
    const struct settings *settings;
    str url;
    enum access access;
    struct arena *arena;
    unsigned generation;  /* of connecting; statements of an earlier one are prepared anew */
    int64_t retry_at_ms;  /* monotonic; no attempt to connect before */
    unsigned names_given; /* to statements */
    bool begun;
    bool hanging;   /* a COMMIT was given up */
    bool unfit;     /* the server became a standby: look for the one that writes */
    bool warned;    /* by the server, since COMMIT was sent */
    bool committed; /* the COMMIT was answered well */
    err failed;     /* what something sent ahead in this transaction came to */
    int64_t actor_id;
    int64_t people_epoch;
    uint64_t position;
    struct expectation expected[EXPECTED_MAX];
    size_t expected_first, expected_count;
    struct statement *begin, *lock_shared, *lock_alone, *epoch, *context, *commit, *rollback, *where, *reached;
    struct statement *roles[ROLES_COUNT];
};

/* --- errors ------------------------------------------------------------------------------------------------------- */

/* By SQLSTATE, the longest prefix that fits (appendix A of PostgreSQL's manual). */
static const struct {
    const char *state;
    err e;
} meanings[] = {
    {"23505", ERR_DUPLICATE},
    {"23", ERR_STATE_CONFLICT},
    {"2200H", ERR_STORAGE_FULL}, /* a sequence has run out */
    {"25006", ERR_OVERLOADED},   /* the server became a standby */
    {"25P02", ERR_OVERLOADED},   /* a consequence of an earlier error */
    {"40", ERR_OVERLOADED},      /* serialization failure, deadlock */
    {"42501", ERR_FORBIDDEN},
    {"53100", ERR_STORAGE_FULL},
    {"53", ERR_OVERLOADED}, /* connections, memory */
    {"55P03", ERR_OVERLOADED},
    {"57", ERR_OVERLOADED}, /* shut down, cancelled */
    {"08", ERR_OVERLOADED},
};

static const char *state_of(const PGresult *result)
{
    const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    return state ? state : "08006"; /* libpq's own errors are of the connection */
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
    LOG(LOG_ERROR, "postgres", LOG_TEXT("sqlstate", str_of(state_of(result))));
    return ERR_INTERNAL;
}

/* The first line. Messages of connecting name hosts and users, those of commands quote SQL of ours; never a password. */
str postgres_reason(const PGconn *pg, struct arena *arena)
{
    str text = str_of(pg ? PQerrorMessage(pg) : "out of memory");
    text = str_first(text, str_find(text, '\n'));
    return arena_copy(arena, text.n > 0 ? text : STR("the connection was lost"));
}

/* A wait for a synchronous standby that was cancelled ends in a warning and a COMMIT like any other. */
static void on_notice(void *context, const PGresult *result)
{
    struct connection *connection = context;
    const char *severity = PQresultErrorField(result, PG_DIAG_SEVERITY_NONLOCALIZED);
    if (severity && strcmp(severity, "WARNING") == 0) connection->warned = true;
}

/* --- connecting --------------------------------------------------------------------------------------------------- */

/* Whether a host list names this machine only; those connections may do without TLS. */
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

/* What the URL does not say comes before it, what it may not say behind it. A server that stops answering is noticed
 * after about ten seconds, whatever TCP thinks. */
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

/* What every session is like, whatever the server's configuration says. */
static bool session_set_up(struct connection *connection)
{
    char sql[512];
    bool writes = connection->access == ACCESS_WRITE;
    snprintf(sql, sizeof(sql),
             "SET TIME ZONE 'UTC'; SET DateStyle TO ISO; SET IntervalStyle TO iso_8601; SET search_path TO \"$user\", "
             "public; SET standard_conforming_strings TO on; SET client_min_messages TO warning; SET lock_timeout TO "
             "%lld; SET idle_in_transaction_session_timeout TO %d; SET statement_timeout TO %d; SET jit TO off; SET "
             "plan_cache_mode TO auto",
             (long long)connection->settings->commit_ms, 60 * SECOND_MS, writes ? 0 : QUERY_MS);
    PGresult *result = PQexec(connection->pg, sql);
    bool set = PQresultStatus(result) == PGRES_COMMAND_OK;
    PQclear(result);
    return set && PQenterPipelineMode(connection->pg) == 1;
}

/* A server that is gone, or was made a standby, may come back: sessions are made anew, not too often. */
static bool connect_anew(struct connection *connection)
{
    if (clock_monotonic_ms() < connection->retry_at_ms) return false;
    arena_reset(connection->arena);
    PQfinish(connection->pg);
    connection->pg =
        postgres_connect(connection->url, NULL, connection->access == ACCESS_REPLICA, connection->arena);
    connection->expected_count = 0;
    connection->hanging = connection->begun = connection->unfit = false;
    connection->generation++;
    PQsetNoticeReceiver(connection->pg, on_notice, connection);
    if (PQstatus(connection->pg) == CONNECTION_OK && session_set_up(connection)) return true;
    connection->retry_at_ms = clock_monotonic_ms() + RETRY_MS;
    return false;
}

/* Nothing that was sent will be answered any more. */
static void lose(struct connection *connection)
{
    if (connection->pg) PQfinish(connection->pg);
    connection->pg = NULL;
    connection->expected_count = 0;
    connection->hanging = false;
    if (!connection->failed) connection->failed = ERR_OVERLOADED;
}

static bool alive(const struct connection *connection)
{
    return connection->pg && PQstatus(connection->pg) == CONNECTION_OK;
}

/* --- sending ------------------------------------------------------------------------------------------------------ */

static void expect(struct connection *connection, enum kind kind, struct statement *statement)
{
    CHECK(connection->expected_count < EXPECTED_MAX);
    size_t at = (connection->expected_first + connection->expected_count++) % EXPECTED_MAX;
    connection->expected[at] = (struct expectation){kind, statement, connection->generation};
}

/* The type of a parameter follows from where it stands, but numbers are sent as bigint: what no column can hold is then
 * equal to none instead of an error. */
static bool send_prepare(struct statement *statement)
{
    struct connection *connection = statement->connection;
    Oid *types = calloc(statement->parameter_count + 1, sizeof(*types));
    CHECK(types != NULL);
    for (size_t i = 0; i < statement->parameter_count; i++) {
        if (statement->parameters[i].is_int) types[i] = INT8_OID;
    }
    int sent = PQsendPrepare(connection->pg, statement->name, statement->sql, (int)statement->parameter_count, types);
    free(types);
    if (sent) expect(connection, EXPECT_PREPARE, statement);
    return sent == 1;
}

static bool send_statement(struct statement *statement, enum kind kind)
{
    struct connection *connection = statement->connection;
    if (!alive(connection)) return false;
    if (statement->prepared != connection->generation && !send_prepare(statement)) return false;
    const char **values = calloc(statement->parameter_count + 1, sizeof(*values));
    CHECK(values != NULL);
    for (size_t i = 0; i < statement->parameter_count; i++) {
        const struct parameter *parameter = &statement->parameters[i];
        values[i] = parameter->is_null ? NULL : parameter->text;
    }
    int sent = PQsendQueryPrepared(connection->pg, statement->name, (int)statement->parameter_count, values, NULL, NULL, 0);
    free(values);
    if (sent) {
        statement->prepared = connection->generation; /* taken back when preparing fails */
        expect(connection, kind, statement);
    }
    return sent == 1;
}

/* --- receiving ---------------------------------------------------------------------------------------------------- */

/* Waits until an answer can be read; false when the deadline passed or the connection is lost. */
static bool await_answer(struct connection *connection, int64_t deadline_ms)
{
    while (PQisBusy(connection->pg)) {
        int64_t left = deadline_ms - clock_monotonic_ms();
        if (left < 0) return false;
        struct pollfd wait = {.fd = PQsocket(connection->pg), .events = POLLIN};
        int ready = poll(&wait, 1, (int)left);
        if (ready < 0 && errno != EINTR) return false;
        if (ready > 0 && !PQconsumeInput(connection->pg)) {
            lose(connection);
            return false;
        }
    }
    return true;
}

static void fail(struct connection *connection, err e)
{
    if (!connection->failed) connection->failed = e;
}

static void settle_commit(struct connection *connection, const PGresult *result)
{
    ExecStatusType status = PQresultStatus(result);
    if (status == PGRES_COMMAND_OK) {
        bool done = strcmp(PQcmdStatus((PGresult *)(uintptr_t)result), "COMMIT") == 0;
        connection->committed = done && !connection->warned;
        if (!connection->committed) fail(connection, done ? ERR_OUTCOME_UNKNOWN : ERR_OVERLOADED);
        return;
    }
    if (status != PGRES_FATAL_ERROR) { /* skipped, because something before it failed */
        fail(connection, ERR_OVERLOADED);
        return;
    }
    bool unknown = state_in(result, "08") || state_in(result, "57P") || state_in(result, "40003");
    fail(connection, unknown ? ERR_OUTCOME_UNKNOWN : postgres_error(result));
}

static int64_t number_in(const PGresult *result)
{
    int64_t number = 0;
    bool found = PQntuples(result) > 0 && PQnfields(result) > 0 && str_to_int(str_of(PQgetvalue(result, 0, 0)), &number);
    return found ? number : 0;
}

static void settle_error(struct connection *connection, const struct expectation *expected, const PGresult *result)
{
    struct statement *statement = expected->statement;
    if (expected->kind == EXPECT_PREPARE && statement) statement->prepared = 0;
    if (PQresultStatus(result) != PGRES_FATAL_ERROR) {
        fail(connection, ERR_OVERLOADED);
        return;
    }
    fail(connection, postgres_error(result));
    if (state_in(result, "25006")) connection->unfit = true;
}

/* Takes what the result gives; owns it. */
static void settle(struct connection *connection, const struct expectation *expected, PGresult *result)
{
    ExecStatusType status = PQresultStatus(result);
    struct statement *statement = expected->statement;
    if (expected->kind == EXPECT_COMMIT) {
        settle_commit(connection, result);
    } else if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK && status != PGRES_PIPELINE_SYNC) {
        settle_error(connection, expected, result);
    } else if (expected->kind == EXPECT_COLUMNS) {
        if (PQnfields(result) == 0) fail(connection, ERR_FORBIDDEN);
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

/* The next answer, and the NULL that libpq puts behind that of a command. */
static bool receive(struct connection *connection, const struct expectation *expected, int64_t deadline_ms)
{
    if (!await_answer(connection, deadline_ms)) return false;
    PGresult *result = PQgetResult(connection->pg);
    if (!result) return false;
    settle(connection, expected, result);
    if (expected->kind == EXPECT_SYNC) return true;
    return await_answer(connection, deadline_ms) && PQgetResult(connection->pg) == NULL;
}

/* Everything that was sent is answered, or the connection lost, or the deadline over; then it is false. */
static bool drain(struct connection *connection, int64_t deadline_ms)
{
    while (connection->expected_count > 0) {
        struct expectation expected = connection->expected[connection->expected_first];
        if (!receive(connection, &expected, deadline_ms)) {
            if (!alive(connection)) lose(connection);
            return false;
        }
        connection->expected_first = (connection->expected_first + 1) % EXPECTED_MAX;
        connection->expected_count--;
    }
    return true;
}

static bool synchronize(struct connection *connection)
{
    if (!alive(connection) || !PQpipelineSync(connection->pg)) return false;
    expect(connection, EXPECT_SYNC, NULL);
    return true;
}

/* Sends what waits and reads every answer. A query that takes too long costs the connection. */
static err exchange(struct connection *connection)
{
    if (!synchronize(connection) || !drain(connection, clock_monotonic_ms() + QUERY_MS)) lose(connection);
    return connection->failed;
}

/* Whether something was sent that the server need not answer yet. */
static bool unsynchronized(const struct connection *connection)
{
    size_t last = (connection->expected_first + connection->expected_count + EXPECTED_MAX - 1) % EXPECTED_MAX;
    return connection->expected_count > 0 && connection->expected[last].kind != EXPECT_SYNC;
}

/* Ready for new work: what was sent before is answered, a lost connection is made anew. */
static bool ready(struct connection *connection)
{
    int64_t patience = connection->hanging ? HANGING_MS : QUERY_MS;
    if (connection->unfit) lose(connection);
    if (unsynchronized(connection) && !synchronize(connection)) lose(connection);
    if (alive(connection) && drain(connection, clock_monotonic_ms() + patience)) connection->hanging = false;
    if (connection->hanging) return false;
    return alive(connection) || connect_anew(connection);
}

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
            n += (size_t)sprintf(text + n, "$%zu", ++number);
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
    CHECK(statement->parameters != NULL);
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
    if (statement->prepared != connection->generation || !alive(connection)) return;
    char sql[32];
    snprintf(sql, sizeof(sql), "DEALLOCATE %s", statement->name);
    if (PQsendQueryParams(connection->pg, sql, 0, NULL, NULL, NULL, NULL, 0)) expect(connection, EXPECT_AHEAD, NULL);
}

static void postgres_finish(struct statement *statement)
{
    if (!statement) return;
    forget(statement);
    PQclear(statement->result);
    for (size_t i = 0; i < statement->parameter_count; i++) free(statement->parameters[i].text);
    free(statement->parameters);
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

/* Readers run queries and nothing else: what gives no columns (SET, RESET, DO, ...) is not one, and is not run. */
static err query_check(struct statement *statement)
{
    struct connection *connection = statement->connection;
    if (connection->access == ACCESS_WRITE || statement->prepared == connection->generation) return OK;
    bool sent = alive(connection) && send_prepare(statement) && PQsendDescribePrepared(connection->pg, statement->name);
    if (!sent) {
        lose(connection);
        return connection->failed;
    }
    expect(connection, EXPECT_COLUMNS, statement);
    statement->prepared = connection->generation;
    return exchange(connection);
}

static err run(struct statement *statement)
{
    struct connection *connection = statement->connection;
    if (!connection->begun) { /* a transaction of its own */
        if (!ready(connection)) return ERR_OVERLOADED;
        connection->failed = OK;
    }
    if (connection->failed) return connection->failed;
    err e = query_check(statement);
    if (e) return e;
    if (!send_statement(statement, EXPECT_ROWS)) lose(connection);
    e = exchange(connection);
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
    if (!send_statement(statement, EXPECT_AHEAD)) lose(connection);
    return connection->failed;
}

static bool is_null(struct statement *statement, int column)
{
    return PQgetisnull(statement->result, statement->row, column) != 0;
}

static str value_at(struct statement *statement, int column)
{
    if (is_null(statement, column)) return STR_NONE;
    return (str){PQgetvalue(statement->result, statement->row, column),
                 (size_t)PQgetlength(statement->result, statement->row, column)};
}

static int64_t postgres_column_int(struct statement *statement, int column)
{
    str text = value_at(statement, column);
    int64_t number;
    if (str_is(text, "t")) return 1;
    return text.p && str_to_int(text, &number) ? number : 0;
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
    err e = exchange(connection);
    if (e) return e;
    PQexitPipelineMode(connection->pg);
    PGresult *result = PQexec(connection->pg, arena_copy(arena, sql).p);
    ExecStatusType status = PQresultStatus(result);
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK && status != PGRES_EMPTY_QUERY) {
        e = postgres_error(result);
        if (ret_reason) *ret_reason = postgres_reason(connection->pg, arena);
    }
    PQclear(result);
    if (!alive(connection) || !PQenterPipelineMode(connection->pg)) lose(connection);
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
    if (!send_statement(prepared(connection, statement, sql), kind)) lose(connection);
}

static void send_role(struct connection *connection, enum role role)
{
    char sql[64] = "SET LOCAL ROLE boxoffice_app";
    if (role != ROLE_SYSTEM)
        snprintf(sql, sizeof(sql), "SET LOCAL ROLE boxoffice_%.*s", STR_ARG(role_name(role)));
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

/* Under the rights of the application's role, because a role of the product may neither read the epoch nor say who it
 * is. */
static void send_context(struct connection *connection, const struct transaction *transaction)
{
    connection->actor_id = 0; /* settings of the transaction before are gone */
    send_role(connection, ROLE_SYSTEM);
    if (connection->access == ACCESS_WRITE && transaction->alone)
        send_ahead(connection, &connection->lock_alone, "SELECT pg_advisory_xact_lock(" LOCK_KEY_WRITE ")", EXPECT_AHEAD);
    if (connection->access == ACCESS_WRITE && !transaction->alone)
        send_ahead(connection, &connection->lock_shared, "SELECT pg_advisory_xact_lock_shared(" LOCK_KEY_WRITE ")",
                   EXPECT_AHEAD);
    send_ahead(connection, &connection->epoch, "SELECT \"epoch\" FROM \"PeopleEpochs\"", EXPECT_EPOCH);
    if (connection->access == ACCESS_WRITE || transaction->role == ROLE_SYSTEM) return;
    (void)postgres_act_as(connection, transaction->actor_id); /* an error is that of the transaction */
    send_role(connection, transaction->role);
}

/* Nothing travels yet. A writer's statements each see what was committed before them, under locks; a reader's all see
 * the same. */
static err postgres_begin(struct connection *connection, const struct transaction *transaction)
{
    CHECK(!connection->begun);
    if (!ready(connection)) return ERR_OVERLOADED;
    connection->failed = OK;
    connection->warned = connection->committed = false;
    connection->begun = true;
    bool writes = connection->access == ACCESS_WRITE;
    send_ahead(connection, &connection->begin,
               writes ? "BEGIN ISOLATION LEVEL READ COMMITTED" : "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
               EXPECT_AHEAD);
    if (transaction) send_context(connection, transaction);
    return OK;
}

static err postgres_commit(struct connection *connection)
{
    CHECK(connection->begun);
    if (connection->failed) return connection->failed;
    connection->warned = false;
    send_ahead(connection, &connection->commit, "COMMIT", EXPECT_COMMIT);
    bool sent = synchronize(connection);
    bool answered = sent && drain(connection, clock_monotonic_ms() + connection->settings->commit_ms);
    if (connection->committed) {
        connection->begun = false;
        return OK;
    }
    /* Refused by an answer to it, or to something before it. */
    if (answered || (connection->failed && connection->failed != ERR_OVERLOADED)) return connection->failed;
    connection->begun = false;
    connection->hanging = alive(connection);
    LOG(LOG_WARNING, "outcome_unknown", LOG_TEXT("during", STR("commit")));
    return ERR_OUTCOME_UNKNOWN;
}

/* Sent and not waited for: the server ends the snapshot, the answer is read before the next transaction. */
static void postgres_rollback(struct connection *connection)
{
    if (!connection->begun) return;
    connection->begun = false;
    if (!alive(connection)) return;
    send_ahead(connection, &connection->rollback, "ROLLBACK", EXPECT_AHEAD);
    if (!synchronize(connection)) lose(connection);
}

static int64_t postgres_people_epoch(struct connection *connection)
{
    if (connection->begun && connection->expected_count > 0) (void)exchange(connection); /* fails the transaction */
    return connection->people_epoch;
}

static uint64_t postgres_position(struct connection *connection)
{
    send_ahead(connection, &connection->where, "SELECT pg_current_wal_insert_lsn() - '0/0'::pg_lsn", EXPECT_POSITION);
    return exchange(connection) ? UINT64_MAX : connection->position;
}

static bool postgres_has_reached(struct connection *connection, uint64_t position)
{
    if (!ready(connection)) return false;
    connection->failed = OK;
    connection->position = 0;
    send_ahead(connection, &connection->reached,
               "SELECT CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_insert_lsn() END "
               "- '0/0'::pg_lsn",
               EXPECT_POSITION);
    return exchange(connection) == OK && connection->position >= position;
}

/* --- opening and closing ------------------------------------------------------------------------------------------ */

static void postgres_close(struct connection *connection)
{
    if (!connection) return;
    struct statement *statements[] = {connection->begin,    connection->lock_shared, connection->lock_alone,
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
    *options->ret_reason = migrated ? arena_copy(options->arena, STR("who signs in to PostgreSQL has to be boxoffice_app, "
                                                                     "or a member of it"))
                                    : arena_copy(options->arena, STR("the database has no tables yet: run db:migrate"));
    return ERR_INTERNAL;
}

static err connected_check(struct connection *connection, const struct connection_options *options)
{
    PGconn *pg = connection->pg;
    const char *state = pg ? PQparameterStatus(pg, "server_version") : NULL;
    if (!alive(connection)) {
        *options->ret_reason = postgres_reason(pg, options->arena);
        /* libpq hands on no SQLSTATE of connecting. */
        return strstr(options->ret_reason->p, "does not exist") ? ERR_NOT_FOUND : ERR_INTERNAL;
    }
    if (!state || PQserverVersion(pg) < 150000) {
        *options->ret_reason = arena_printf(options->arena, "PostgreSQL %s is too old; 15 is needed", state ? state : "?");
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
    connection->url = options->access == ACCESS_REPLICA ? options->settings->replica_url : options->settings->database_url;
    connection->arena = arena_new(1 << 20);
    (void)connect_anew(connection); /* what it came to is looked at next */
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

static void postgres_free_ids(struct buf *out, const struct entity *entity)
{
    buf_printf(out, "SELECT nextval('public.\"%s_id_seq\"'::regclass) FROM generate_series(1, ?)", entity->table);
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
    .locks = {[NEED_STABLE] = " FOR SHARE", [NEED_CHANGE] = " FOR NO KEY UPDATE"},
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
    .begin = postgres_begin,
    .commit = postgres_commit,
    .rollback = postgres_rollback,
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
    .set_based = true,
    .find_table = "SELECT 1 FROM pg_tables WHERE schemaname = 'public' AND tablename = ?",
    .tend = postgres_tend,
    .purge = postgres_purge,
    .structure = postgres_structure,
    .label = postgres_label,
    .claim = postgres_claim,
    .disclaim = postgres_disclaim,
    .drop = postgres_drop,
    .watch = postgres_watch,
    .unwatch = postgres_unwatch,
};
