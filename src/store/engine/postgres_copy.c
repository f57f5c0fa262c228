/* What copies of databases need of PostgreSQL; see the end of struct engine. */
#include <inttypes.h>

#include "base/check.h"
#include "store/engine/postgres.h"

enum { SQL_MAX = 4096 };

err postgres_identity(struct connection *connection, struct arena *arena, str *ret_identity)
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

/* Our writers all hold the advisory lock; the locks on tables are for those of others. AuditLogs needs none: the
 * server may only add to it, and does so by triggers of the other tables. The server of the database itself lets
 * go when this process hangs. */
err postgres_begin_frozen(struct connection *connection, int64_t ms)
{
    const struct transaction exclusive = {.role = ROLE_SYSTEM, .exclusive = true};
    const char *comma = "LOCK TABLE ";
    err e = engine_postgres.begin(connection, &exclusive);
    if (e) return e;
    struct arena *arena = arena_new(1 << 20);
    struct buf sql = buf_new(arena, SQL_MAX);
    buf_printf(&sql, "SET LOCAL idle_in_transaction_session_timeout TO %" PRId64 ";\n", ms);
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

/* Who signs in, as an identifier. */
static str session_user(struct connection *connection, struct arena *arena)
{
    struct statement *statement;
    bool row = false;
    err e = engine_postgres.prepare(connection, STR("SELECT quote_ident(session_user)"), &statement);
    if (!e) e = engine_postgres.step(statement, &row);
    str user = !e && row ? arena_copy(arena, engine_postgres.column_text(statement, 0)) : STR("whoever signs in");
    engine_postgres.finish(statement);
    return user;
}

/* As a replica the server runs no trigger, those of references included. That is for superusers and whom they let. */
err postgres_begin_raw(struct connection *connection, struct arena *arena, str *ret_reason)
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

void postgres_last_id(struct buf *out, const struct entity *entity)
{
    buf_printf(
        out,
        "SELECT greatest((SELECT max(\"id\") FROM public.\"%s\"), (SELECT CASE WHEN is_called THEN last_value END "
        "FROM public.\"%s_id_seq\"), 0)",
        entity->table, entity->table);
}

void postgres_set_last_id(struct buf *out, const struct entity *entity, int64_t id)
{
    buf_printf(out, "SELECT setval('public.\"%s_id_seq\"', %" PRId64 ");\n", entity->table, id);
}
