/* Support for copying PostgreSQL databases; see struct engine_copy. */
#include <inttypes.h>

#include "base/check.h"
#include "store/engine/postgres.h"

enum { SQL_MAX = 4096 };

static err postgres_identity(struct connection *connection, struct arena *arena, str *ret_identity)
{
    struct statement *statement;
    bool row = false;
    err e = engine_postgres.prepare(connection,
                                    STR("SELECT s.system_identifier || '/' || d.oid FROM pg_control_system() s, "
                                        "pg_database d WHERE d.datname = current_database()"),
                                    &statement);
    if (!e) e = engine_postgres.step(statement, &row);
    if (!e && !row) e = ERR_INTERNAL;
    if (!e) *ret_identity = arena_copy(arena, engine_postgres.column_text(statement, 0));
    engine_postgres.finish(statement);
    return e;
}

/* The advisory lock of begin() blocks writers of this program, the table locks block other clients. AuditLogs is not
 * locked: only triggers of the other tables insert into it. If this process hangs, the server ends the transaction. */
static err postgres_begin_frozen(struct connection *connection, int64_t ms)
{
    const struct transaction exclusive = {.role = ROLE_SYSTEM, .exclusive = true};
    const char *comma = "LOCK TABLE ";
    err e = engine_postgres.begin(connection, &exclusive);
    if (e) return e;
    struct arena *arena = arena_new(1 << 20);
    struct buf sql = buf_new(arena, SQL_MAX);
    buf_printf(&sql,
               "SET LOCAL idle_in_transaction_session_timeout TO %" PRId64 ";\n"
               "SET LOCAL lock_timeout TO %" PRId64 ";\n",
               ms, ms);
    for (enum entity_id id = 0; id < ENTITY_COUNT; id++) {
        if (entity_of(id)->traits & APPEND_ONLY) continue;
        buf_printf(&sql, "%spublic.\"%s\"", comma, entity_of(id)->table);
        comma = ", ";
    }
    BUF_LITERAL(&sql, " IN SHARE MODE");
    CHECK(!sql.full);
    e = engine_postgres.execute(connection, buf_str(&sql), arena, NULL);
    arena_free(arena);
    return e;
}

/* The name of the login as a quoted identifier. */
static str session_user(struct connection *connection, struct arena *arena)
{
    struct statement *statement;
    bool row = false;
    err e = engine_postgres.prepare(connection, STR("SELECT quote_ident(session_user)"), &statement);
    if (!e) e = engine_postgres.step(statement, &row);
    str user = !e && row ? arena_copy(arena, engine_postgres.column_text(statement, 0)) : STR("the login");
    engine_postgres.finish(statement);
    return user;
}

/* With session_replication_role = replica the server runs no triggers, including those that check foreign keys. Only
 * superusers, and roles to which they grant it, may set it. */
static err postgres_begin_raw(struct connection *connection, struct arena *arena, str *ret_reason)
{
    static const struct {
        str sql;
        const char *grant;
    } steps[] = {
        {{"SET LOCAL session_replication_role TO replica", 45}, "GRANT SET ON PARAMETER session_replication_role TO"},
        {{"SET LOCAL ROLE boxoffice_owner", 30}, "GRANT boxoffice_owner TO"},
    };
    str why = STR("");
    err e = engine_postgres.begin(connection, NULL);
    for (size_t i = 0; i < COUNT_OF(steps) && !e; i++) {
        e = engine_postgres.execute(connection, steps[i].sql, arena, &why);
        if (!e) continue;
        engine_postgres.rollback(connection);
        str user = session_user(connection, arena);
        *ret_reason = arena_printf(arena, "%.*s; a superuser of the target allows it with: %s %.*s", STR_ARG(why),
                                   steps[i].grant, STR_ARG(user));
    }
    return e;
}

const struct engine_copy postgres_copy = {
    .identity = postgres_identity,
    .begin_frozen = postgres_begin_frozen,
    .begin_raw = postgres_begin_raw,
    .announce = "UPDATE public.\"PeopleEpochs\" SET \"epoch\" = \"epoch\" + 1 WHERE \"id\" = 1",
    .nul_ends_text = true,
    .narrow_ids = true,
};
