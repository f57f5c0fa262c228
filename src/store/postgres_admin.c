/* Databases of PostgreSQL as wholes: making and dropping them, their structure as text, and who may use one for what.
 * See store/postgres.h. */
#include "store/postgres.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/check.h"
#include "base/log.h"

/* --- making and dropping ------------------------------------------------------------------------------------------ */

/* Every server has it. */
static const char maintenance[] = "postgres";

static str database_name(str url, struct arena *arena)
{
    PQconninfoOption *options = PQconninfoParse(url.p, NULL);
    str name = STR_NONE;
    for (PQconninfoOption *o = options; o && o->keyword; o++) {
        if (strcmp(o->keyword, "dbname") == 0 && o->val) name = arena_copy(arena, str_of(o->val));
    }
    PQconninfoFree(options);
    return name.n > 0 ? name : STR("boxoffice");
}

/* Without host and user: the URL may hold more than people should read. */
str postgres_label(const struct settings *settings, struct arena *arena)
{
    return arena_printf(arena, "PostgreSQL database %.*s", STR_ARG(database_name(settings->database_url, arena)));
}

/* "name" as an identifier; NULL: out of memory. */
static str quoted(PGconn *pg, str name, struct arena *arena)
{
    char *text = PQescapeIdentifier(pg, name.p, name.n);
    str copy = text ? arena_copy(arena, str_of(text)) : STR_NONE;
    PQfreemem(text);
    return copy;
}

struct maintaining {
    PGconn *pg;
    struct arena *arena;
    str *ret_reason;
};

static err maintaining_open(struct maintaining *maintaining, str url)
{
    maintaining->pg = postgres_connect(url, maintenance, false, maintaining->arena);
    if (PQstatus(maintaining->pg) == CONNECTION_OK) return OK;
    *maintaining->ret_reason = postgres_reason(maintaining->pg, maintaining->arena);
    PQfinish(maintaining->pg);
    return ERR_INTERNAL;
}

/* `sql` holds one %s for the name of the database. `fine` is a SQLSTATE that is no failure; it is answered as `e`. */
static err maintaining_run(struct maintaining *maintaining, const char *before, str name, const char *behind)
{
    str identifier = quoted(maintaining->pg, name, maintaining->arena);
    PGresult *result =
        PQexec(maintaining->pg, arena_printf(maintaining->arena, "%s%.*s%s", before, STR_ARG(identifier), behind).p);
    err e = OK;
    if (PQresultStatus(result) != PGRES_COMMAND_OK) {
        const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
        *maintaining->ret_reason = postgres_reason(maintaining->pg, maintaining->arena);
        e = ERR_INTERNAL;
        if (state && strcmp(state, "42P04") == 0) e = ERR_DUPLICATE;
        if (state && strcmp(state, "3D000") == 0) e = ERR_NOT_FOUND;
        if (state && strcmp(state, "55006") == 0) e = ERR_STATE_CONFLICT;
    }
    PQclear(result);
    return e;
}

/* Text sorts as bytes on both engines, and knows the letters of every language. */
err postgres_create(const struct connection_options *options)
{
    str url = options->settings->database_url;
    struct maintaining maintaining = {.arena = options->arena, .ret_reason = options->ret_reason};
    err e = maintaining_open(&maintaining, url);
    if (e) return e;
    e = maintaining_run(&maintaining, "CREATE DATABASE ", database_name(url, options->arena),
                        " TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C.UTF-8'");
    PQfinish(maintaining.pg);
    return e == ERR_DUPLICATE ? OK : e;
}

err postgres_drop(const struct settings *settings, struct arena *arena, str *ret_reason)
{
    struct maintaining maintaining = {.arena = arena, .ret_reason = ret_reason};
    err e = maintaining_open(&maintaining, settings->database_url);
    if (e) return e;
    e = maintaining_run(&maintaining, "DROP DATABASE ", database_name(settings->database_url, arena), "");
    PQfinish(maintaining.pg);
    return e;
}

/* --- claims ------------------------------------------------------------------------------------------------------- */

/* Held by a session, so that it goes with the process. */
struct claimed {
    PGconn *pg;
};

static err lock_try(PGconn *pg, enum claim claim, struct arena *arena)
{
    bool connected = PQstatus(pg) == CONNECTION_OK;
    str reason = connected ? STR_NONE : postgres_reason(pg, arena); /* a query would take its place */
    PGresult *result = PQexec(pg, claim == CLAIM_SERVE ? "SELECT pg_try_advisory_lock_shared(" LOCK_KEY_SERVE ")"
                                                       : "SELECT pg_try_advisory_lock(" LOCK_KEY_SERVE ")");
    bool asked = PQresultStatus(result) == PGRES_TUPLES_OK;
    bool got = asked && strcmp(PQgetvalue(result, 0, 0), "t") == 0;
    PQclear(result);
    if (got) return OK;
    if (asked) return ERR_STATE_CONFLICT;
    LOG(LOG_ERROR, "claim", LOG_TEXT("reason", reason.p ? reason : postgres_reason(pg, arena)));
    return ERR_INTERNAL;
}

err postgres_claim(const struct settings *settings, enum claim claim, struct claimed **ret_claimed)
{
    struct arena *arena = arena_new(1 << 20);
    PGconn *pg = postgres_connect(settings->database_url, NULL, false, arena);
    err e = lock_try(pg, claim, arena);
    arena_free(arena);
    if (e) {
        PQfinish(pg);
        return e;
    }
    struct claimed *claimed = calloc(1, sizeof(*claimed));
    CHECK(claimed != NULL);
    claimed->pg = pg;
    *ret_claimed = claimed;
    return OK;
}

void postgres_disclaim(struct claimed *claimed)
{
    if (!claimed) return;
    PQfinish(claimed->pg);
    free(claimed);
}

/* --- structure ---------------------------------------------------------------------------------------------------- */

/* What the schema is made of, one query for each kind of thing; rows come sorted by "C". Roles stand in policies and
 * rights by name. */
static const struct {
    const char *what, *sql;
} parts[] = {
    {"column",
     "SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, pg_get_expr(d.adbin, d.adrelid) "
     "FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace "
     "LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum WHERE c.relkind = 'r' AND a.attnum > 0 "
     "AND NOT a.attisdropped AND n.nspname = 'public' ORDER BY c.relname::text COLLATE \"C\", a.attname::text COLLATE "
     "\"C\""},
    {"constraint", "SELECT c.relname, k.conname, pg_get_constraintdef(k.oid) FROM pg_constraint k JOIN pg_class c ON "
                   "c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'public' ORDER "
                   "BY c.relname::text COLLATE \"C\", k.conname::text COLLATE \"C\""},
    {"index", "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY indexname::text COLLATE "
              "\"C\""},
    {"trigger", "SELECT c.relname, t.tgname, pg_get_triggerdef(t.oid) FROM pg_trigger t JOIN pg_class c ON c.oid = "
                "t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE NOT t.tgisinternal AND n.nspname = "
                "'public' ORDER BY c.relname::text COLLATE \"C\", t.tgname::text COLLATE \"C\""},
    {"function",
     "SELECT n.nspname, p.proname, md5(pg_get_functiondef(p.oid)), p.proacl::text, p.proowner::regrole::text "
     "FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE n.nspname = 'public' OR n.nspname "
     "LIKE 'boxoffice%' ORDER BY n.nspname::text COLLATE \"C\", p.proname::text COLLATE \"C\""},
    {"view", "SELECT schemaname, viewname, viewowner, md5(definition) FROM pg_views WHERE schemaname LIKE 'boxoffice%' "
             "ORDER BY schemaname::text COLLATE \"C\", viewname::text COLLATE \"C\""},
    {"policy", "SELECT tablename, policyname, roles::text, cmd, qual, with_check FROM pg_policies WHERE schemaname = "
               "'public' ORDER BY tablename::text COLLATE \"C\", policyname::text COLLATE \"C\""},
    {"rights", "SELECT n.nspname, c.relname, c.relrowsecurity, c.relforcerowsecurity, c.relowner::regrole::text, "
               "c.relacl::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('r', "
               "'v', 'S') AND (n.nspname = 'public' OR n.nspname LIKE 'boxoffice%') AND c.relname NOT LIKE "
               "'Sequelize%' ORDER BY n.nspname::text COLLATE \"C\", c.relname::text COLLATE \"C\""},
};

static err lines(struct connection *connection, struct buf *out, const char *what, const char *sql)
{
    struct statement *statement;
    bool row;
    err e = engine_postgres.prepare(connection, str_of(sql), &statement);
    if (e) return e;
    while ((e = engine_postgres.step(statement, &row)) == OK && row) {
        buf_add(out, str_of(what));
        for (int i = 0; i < engine_postgres.columns(statement); i++) {
            buf_printf(out, "|%.*s", STR_ARG(engine_postgres.column_text(statement, i)));
        }
        buf_add_char(out, '\n');
    }
    engine_postgres.finish(statement);
    return e;
}

err postgres_structure(struct connection *connection, struct arena *arena, str *ret_text)
{
    struct buf out = buf_new(arena, 1 << 20);
    err e = engine_postgres.begin(connection, NULL);
    for (size_t i = 0; !e && i < COUNT_OF(parts); i++) e = lines(connection, &out, parts[i].what, parts[i].sql);
    engine_postgres.rollback(connection);
    if (e) return e;
    CHECK(!out.full);
    *ret_text = buf_str(&out);
    return OK;
}
