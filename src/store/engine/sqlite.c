/* The SQLite engine: statements and transactions. See engine.h.
 *
 * The database is one encrypted file (SQLite3 Multiple Ciphers) with a write-ahead log. Invariants:
 *  - a commit returns only after the log was synchronised (synchronous=FULL). An error while writing or synchronising
 *    ends the process, because the content of the disk is then unknown: a retried fsync may wrongly report success;
 *  - automatic checkpoints are off; only the writer makes checkpoints, between transactions;
 *  - the reader of a role reads only through the policy views (sqlite_open.c);
 *  - no temporary data is written to disk, where it would not be encrypted. */
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/check.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/money.h"
#include "base/time_text.h"
#include "store/engine/sqlite.h"

enum { SCRIPT_MAX = 8 << 20, GAP_ROWS = 10000 };

/* --- errors ------------------------------------------------------------------------------------------------------- */

err sqlite_error(struct connection *connection, int code)
{
    switch (code & 0xff) {
    case SQLITE_OK:
    case SQLITE_ROW:
    case SQLITE_DONE:
        return OK;
    case SQLITE_FULL:
        return ERR_STORAGE_FULL;
    case SQLITE_BUSY:
        return ERR_OVERLOADED;
    case SQLITE_INTERRUPT:
        return ERR_QUERY_TOO_EXPENSIVE;
    case SQLITE_AUTH:
        return ERR_FORBIDDEN;
    case SQLITE_CONSTRAINT: {
        int extended = sqlite3_extended_errcode(connection->db);
        bool duplicate = extended == SQLITE_CONSTRAINT_UNIQUE || extended == SQLITE_CONSTRAINT_PRIMARYKEY;
        return duplicate ? ERR_DUPLICATE : ERR_STATE_CONFLICT;
    }
    default:
        LOG(LOG_ERROR, "sqlite_failed", LOG_INT("code", sqlite3_extended_errcode(connection->db)));
        return ERR_INTERNAL;
    }
}

str sqlite_reason(struct arena *arena, sqlite3 *db, const char *what)
{
    return arena_printf(arena, "%s: %s", what, db ? sqlite3_errmsg(db) : "out of memory");
}

_Noreturn void sqlite_end_process(struct connection *connection, const char *during)
{
    LOG(LOG_ERROR, "durability_unknown", LOG_TEXT("during", str_of(during)),
        LOG_INT("code", sqlite3_extended_errcode(connection->db)));
    _exit(1);
}

/* --- statements --------------------------------------------------------------------------------------------------- */

static err sqlite_prepare(struct connection *connection, str sql, struct statement **ret)
{
    sqlite3_stmt *stmt;
    int code = sqlite3_prepare_v3(connection->db, sql.p, (int)sql.n, SQLITE_PREPARE_PERSISTENT, &stmt, NULL);
    if (code != SQLITE_OK) return sqlite_error(connection, code);
    struct statement *statement = calloc(1, sizeof(*statement));
    CHECK(statement != NULL);
    *statement = (struct statement){stmt, connection};
    *ret = statement;
    return OK;
}

void sqlite_finish(struct statement *statement)
{
    if (!statement) return;
    sqlite3_finalize(statement->stmt);
    free(statement);
}

static void sqlite_bind_int(struct statement *statement, int parameter, int64_t value)
{
    int code = sqlite3_bind_int64(statement->stmt, parameter, value);
    CHECK(code == SQLITE_OK);
}

static void sqlite_bind_bool(struct statement *statement, int parameter, bool value)
{
    sqlite_bind_int(statement, parameter, value);
}

static void sqlite_bind_text(struct statement *statement, int parameter, str value)
{
    int code = value.p ? sqlite3_bind_text64(statement->stmt, parameter, value.p, value.n, SQLITE_STATIC, SQLITE_UTF8)
                       : sqlite3_bind_null(statement->stmt, parameter);
    CHECK(code == SQLITE_OK);
}

static err sqlite_step(struct statement *statement, bool *ret_row)
{
    int code = sqlite3_step(statement->stmt);
    if (code == SQLITE_ROW || code == SQLITE_DONE) {
        *ret_row = code == SQLITE_ROW;
        return OK;
    }
    return sqlite_error(statement->connection, code);
}

static void sqlite_reset(struct statement *statement)
{
    sqlite3_reset(statement->stmt);
}

static err sqlite_send(struct statement *statement)
{
    bool row;
    err e = sqlite_step(statement, &row);
    sqlite_reset(statement);
    return e;
}

static int64_t sqlite_column_int(struct statement *statement, int column)
{
    return sqlite3_column_int64(statement->stmt, column);
}

static str sqlite_column_text(struct statement *statement, int column)
{
    const char *text = (const char *)sqlite3_column_text(statement->stmt, column);
    if (!text) return STR_NONE;
    return (str){text, (size_t)sqlite3_column_bytes(statement->stmt, column)};
}

static void sqlite_for_values(struct statement *statement)
{
    (void)statement;
}

/* A column may contain a value of any type, whatever it was declared as. */
static bool has_type_of(int type, enum value_kind kind)
{
    switch (kind) {
    case KIND_INTEGER:
    case KIND_BOOL:
        return type == SQLITE_INTEGER;
    case KIND_MONEY:
        return type == SQLITE_INTEGER || type == SQLITE_FLOAT;
    default:
        return type == SQLITE_TEXT;
    }
}

static enum reading sqlite_column_value(struct statement *statement, int column, enum value_kind kind,
                                        struct value *ret_value)
{
    int type = sqlite3_column_type(statement->stmt, column);
    struct value value = {.text = STR_NONE};
    bool readable = type == SQLITE_NULL || has_type_of(type, kind);
    if (readable && type != SQLITE_NULL) {
        if (kind <= KIND_BOOL)
            value.number = sqlite_column_int(statement, column);
        else
            value.text = sqlite_column_text(statement, column);
        if (kind == KIND_BOOL) readable = value.number == 0 || value.number == 1;
        if (kind == KIND_MONEY) readable = money_from_text(value.text, &value.number);
        if (kind == KIND_TIME) readable = time_from_stored(value.text, &value.number);
    }
    if (type != SQLITE_NULL && kind > KIND_BOOL && !value.text.p) readable = false; /* out of memory */
    if (!readable) return READING_UNREADABLE;
    *ret_value = value;
    return type == SQLITE_NULL ? READING_NULL : READING_VALUE;
}

static int sqlite_columns(struct statement *statement)
{
    return sqlite3_column_count(statement->stmt);
}

static err sqlite_execute(struct connection *connection, str sql, struct arena *arena, str *ret_reason)
{
    CHECK(sql.n < SCRIPT_MAX);
    str text = arena_copy(arena, sql); /* NUL-terminated */
    int code = sqlite3_exec(connection->db, text.p, NULL, NULL, NULL);
    if (code == SQLITE_OK) return OK;
    if (ret_reason) *ret_reason = arena_printf(arena, "%s", sqlite3_errmsg(connection->db));
    return sqlite_error(connection, code);
}

/* --- transactions ------------------------------------------------------------------------------------------------- */

/* Runs a statement of this program and returns the number in its only row; *ret_number may be left unset. */
static err control_number(struct connection *connection, struct statement **statement, const char *sql,
                          int64_t *ret_number)
{
    bool row = false;
    connection->trusted = true;
    err e = *statement ? OK : sqlite_prepare(connection, str_of(sql), statement);
    if (!e) {
        e = sqlite_step(*statement, &row);
        if (row) *ret_number = sqlite_column_int(*statement, 0);
        sqlite_reset(*statement);
    }
    connection->trusted = false;
    return e;
}

static err control(struct connection *connection, struct statement **statement, const char *sql)
{
    int64_t none;
    return control_number(connection, statement, sql, &none);
}

static void sqlite_rollback(struct connection *connection)
{
    if (sqlite3_get_autocommit(connection->db)) return;
    err e = control(connection, &connection->rollback, "ROLLBACK");
    if (e) sqlite_end_process(connection, "rollback");
}

/* A writer takes the write lock at the start, so that it cannot fail later because another writer was faster. */
static err sqlite_begin(struct connection *connection, const struct transaction *transaction)
{
    CHECK(thread_may_wait());
    bool limited = transaction && transaction->awaited && !connection->writes;
    connection->actor_id = transaction ? transaction->actor_id : 0;
    connection->query_end_ms = limited ? clock_monotonic_ms() + connection->query_ms : 0;
    err e = control(connection, &connection->begin, connection->writes ? "BEGIN IMMEDIATE" : "BEGIN");
    if (e || !connection->writes || sqlite_index_reserve(connection)) return e;
    sqlite_rollback(connection);
    return ERR_STORAGE_FULL;
}

static err sqlite_commit(struct connection *connection)
{
    err e = control(connection, &connection->commit, "COMMIT");
    if (e == ERR_INTERNAL) sqlite_end_process(connection, "commit");
    return e;
}

static void sqlite_last(struct connection *connection)
{
    (void)connection; /* there is no round trip to save */
}

static int64_t sqlite_people_epoch(struct connection *connection)
{
    int64_t epoch = INT64_MAX;
    err e = control_number(connection, &connection->epoch, "SELECT \"epoch\" FROM main.\"PeopleEpochs\"", &epoch);
    return e ? INT64_MAX : epoch;
}

static err sqlite_act_as(struct connection *connection, int64_t actor_id)
{
    connection->actor_id = actor_id;
    return OK;
}

/* --- search ------------------------------------------------------------------------------------------------------- */

static void sqlite_trust(struct connection *connection, bool trusted)
{
    connection->trusted = trusted;
}

static void sqlite_search_join(struct buf *out, const struct entity *entity)
{
    buf_printf(out,
               " JOIN (SELECT \"rowid\" AS \"found\", match_rank(\"%sSearch\") AS \"rank\" FROM main.\"%sSearch\""
               " WHERE \"%sSearch\" MATCH ?) ON \"found\" = \"%s\".\"id\"",
               entity->table, entity->table, entity->table, entity->table);
}

/* ASCII characters that FTS5 treats as separators. It has other separators outside of ASCII; words joined by one of
 * those are searched for as a phrase. */
static bool between_words(char c)
{
    bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'), digit = c >= '0' && c <= '9';
    return (unsigned char)c < 0x80 && !letter && !digit;
}

/* Every word must occur, as a prefix. Words are quoted, so that none is interpreted as an operator. */
static str sqlite_search_words(struct arena *arena, str words)
{
    struct buf out = buf_new(arena, 4096);
    while (words.n > 0) {
        size_t end = 0;
        while (end < words.n && !between_words(words.p[end])) end++;
        if (end > 0) buf_printf(&out, "\"%.*s\"* ", (int)end, words.p);
        words = str_from(words, end + 1);
    }
    return out.n && !out.full ? buf_str(&out) : STR("\"\"");
}

static void sqlite_fold(struct buf *out, const char *table, const char *column)
{
    buf_printf(out, "lower(\"%s\".\"%s\")", table, column);
}

/* SQLite's LIKE ignores the case of ASCII letters. */
static void sqlite_like(struct buf *out, const char *table, const char *column)
{
    buf_printf(out, "\"%s\".\"%s\" LIKE ? ESCAPE '\\'", table, column);
}

/* --- ids ---------------------------------------------------------------------------------------------------------- */

/* Ids above both the highest row and the sequence, because another client may have changed either. */
static void sqlite_next_ids(struct buf *out, const struct entity *entity)
{
    long long max = entity_id_max(entity);
    buf_printf(out,
               "SELECT \"last\" + 1, %lld FROM (SELECT max(coalesce((SELECT \"seq\" FROM \"sqlite_sequence\" WHERE "
               "\"name\" = '%s'), 0), coalesce((SELECT max(\"id\") FROM \"%s\"), 0)) AS \"last\") WHERE ? > 0 AND "
               "\"last\" < %lld",
               max, entity->table, entity->table, max);
}

/* The gap ends below "row": the parameter, or the lowest row that has no gap directly below it. Ids of deleted rows in
 * the gap are assigned again. */
static void sqlite_gap(struct buf *out, const struct entity *entity)
{
    const char *table = entity->table;
    buf_printf(
        out,
        "WITH top AS (SELECT min(?, %lld) AS \"id\"), gap AS (SELECT CASE WHEN NOT EXISTS (SELECT 1 FROM \"%s\" r "
        "WHERE r.\"id\" = top.\"id\" - 1) THEN top.\"id\" ELSE (SELECT r.\"id\" FROM \"%s\" r WHERE r.\"id\" BETWEEN "
        "max(2, top.\"id\" - %d) AND top.\"id\" - 1 AND NOT EXISTS (SELECT 1 FROM \"%s\" b WHERE b.\"id\" = r.\"id\" "
        "- 1) ORDER BY r.\"id\" DESC LIMIT 1) END AS \"row\" FROM top) SELECT 1 + coalesce((SELECT max(r.\"id\") FROM "
        "\"%s\" r WHERE r.\"id\" BETWEEN 1 AND gap.\"row\" - 1), 0), gap.\"row\" - 1 FROM gap WHERE gap.\"row\" > 1",
        (long long)entity_id_max(entity), table, table, GAP_ROWS, table, table);
}

static void sqlite_last_id(struct buf *out, const struct entity *entity)
{
    buf_printf(out,
               "SELECT max(coalesce((SELECT max(\"seq\") FROM \"sqlite_sequence\" WHERE \"name\" = '%s'), 0), "
               "coalesce((SELECT max(\"id\") FROM \"%s\"), 0))",
               entity->table, entity->table);
}

static void sqlite_set_last_id(struct buf *out, const struct entity *entity, int64_t id)
{
    buf_printf(out,
               "DELETE FROM \"sqlite_sequence\" WHERE \"name\" = '%s';\n"
               "INSERT INTO \"sqlite_sequence\" (\"name\", \"seq\") VALUES ('%s', %lld);\n",
               entity->table, entity->table, (long long)id);
}

static const struct engine_ids sqlite_ids = {
    .next = sqlite_next_ids,
    .gap = sqlite_gap,
    .last = sqlite_last_id,
    .set_last = sqlite_set_last_id,
};

static const struct engine_search sqlite_search = {
    .trust = sqlite_trust,
    .join = sqlite_search_join,
    .words = sqlite_search_words,
    .fold = sqlite_fold,
    .like = sqlite_like,
};

/* --- opening ------------------------------------------------------------------------------------------------------ */

/* The time of the program as SQLite counts it: milliseconds since noon of 24 November -4713. */
static int vfs_time(sqlite3_vfs *vfs, sqlite3_int64 *ret_ms)
{
    (void)vfs;
    *ret_ms = INT64_C(210866760000000) + clock_now_ms();
    return SQLITE_OK;
}

/* 'now' in SQL, for triggers and defaults, is not the wall clock, which may be stepped. */
static void time_set(void)
{
    sqlite3_vfs *vfs = sqlite3_vfs_find(NULL);
    CHECK(vfs && vfs->iVersion >= 2);
    vfs->xCurrentTimeInt64 = vfs_time;
}

static err sqlite_open_timed(const struct connection_options *options, struct connection **ret)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, time_set);
    return sqlite_open(options, ret);
}

const struct engine engine_sqlite = {
    .name = "sqlite",
    .dialect = DIALECT_SQLITE,
    .collation = SQLITE_COLLATION,
    .open = sqlite_open_timed,
    .close = sqlite_close,
    .execute = sqlite_execute,
    .prepare = sqlite_prepare,
    .finish = sqlite_finish,
    .bind_int = sqlite_bind_int,
    .bind_bool = sqlite_bind_bool,
    .bind_text = sqlite_bind_text,
    .step = sqlite_step,
    .send = sqlite_send,
    .reset = sqlite_reset,
    .columns = sqlite_columns,
    .column_int = sqlite_column_int,
    .column_text = sqlite_column_text,
    .for_values = sqlite_for_values,
    .column_value = sqlite_column_value,
    .begin = sqlite_begin,
    .commit = sqlite_commit,
    .rollback = sqlite_rollback,
    .last = sqlite_last,
    .people_epoch = sqlite_people_epoch,
    .act_as = sqlite_act_as,
    .search = &sqlite_search,
    .ids = &sqlite_ids,
    .database = &sqlite_database,
    .copy = &sqlite_copy,
};
