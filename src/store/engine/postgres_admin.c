/* PostgreSQL databases as a whole: creating and dropping them, locks between processes, the structure as text. See
 * postgres.h. */
#include "store/engine/postgres.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/check.h"
#include "base/log.h"

/* --- creating and dropping ---------------------------------------------------------------------------------------- */

/* The database that every server has. */
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

/* Without host and user, which may be confidential. */
static str postgres_display_name(const struct settings *settings, struct arena *arena)
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

/* Runs a statement with the quoted name of the database between two texts. */
static err maintaining_run(struct maintaining *maintaining, const char *before, str name, const char *after)
{
    str identifier = quoted(maintaining->pg, name, maintaining->arena);
    PGresult *result =
        PQexec(maintaining->pg, arena_printf(maintaining->arena, "%s%.*s%s", before, STR_ARG(identifier), after).p);
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

/* Text is sorted by bytes, as on SQLite; upper and lower case are known for the letters of every language. */
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

static err postgres_drop(const struct settings *settings, struct arena *arena, str *ret_reason)
{
    struct maintaining maintaining = {.arena = arena, .ret_reason = ret_reason};
    err e = maintaining_open(&maintaining, settings->database_url);
    if (e) return e;
    e = maintaining_run(&maintaining, "DROP DATABASE ", database_name(settings->database_url, arena), "");
    PQfinish(maintaining.pg);
    return e;
}

/* --- locks -------------------------------------------------------------------------------------------------------- */

/* Held by a session of its own, so that it is released when the process ends. */
struct held_lock {
    PGconn *pg;
};

static err lock_try(PGconn *pg, enum store_lock store_lock, struct arena *arena)
{
    bool connected = PQstatus(pg) == CONNECTION_OK;
    str reason = connected ? STR_NONE : postgres_reason(pg, arena); /* the query replaces the message */
    PGresult *result =
        PQexec(pg, store_lock == STORE_LOCK_SHARED ? "SELECT pg_try_advisory_lock_shared(" LOCK_KEY_SERVE ")"
                                                   : "SELECT pg_try_advisory_lock(" LOCK_KEY_SERVE ")");
    bool asked = PQresultStatus(result) == PGRES_TUPLES_OK;
    bool got = asked && strcmp(PQgetvalue(result, 0, 0), "t") == 0;
    PQclear(result);
    if (got) return OK;
    if (asked) return ERR_STATE_CONFLICT;
    LOG(LOG_ERROR, "lock_failed", LOG_TEXT("reason", reason.p ? reason : postgres_reason(pg, arena)));
    return ERR_INTERNAL;
}

static err postgres_lock(const struct settings *settings, enum store_lock store_lock, struct held_lock **ret_held)
{
    struct arena *arena = arena_new(1 << 20);
    PGconn *pg = postgres_connect(settings->database_url, NULL, false, arena);
    err e = lock_try(pg, store_lock, arena);
    arena_free(arena);
    if (e) {
        PQfinish(pg);
        return e;
    }
    struct held_lock *held_lock = calloc(1, sizeof(*held_lock));
    CHECK(held_lock != NULL);
    held_lock->pg = pg;
    *ret_held = held_lock;
    return OK;
}

static void postgres_unlock(struct held_lock *held_lock)
{
    if (!held_lock) return;
    PQfinish(held_lock->pg);
    free(held_lock);
}

/* --- structure ---------------------------------------------------------------------------------------------------- */

/* The objects of the schema: for each kind a query that returns the name of an object and its definition in one line.
 * Roles are given by name, rights are sorted, default rights are written out. The migration tables belong to the login
 * that runs migrations, so their rights are not part of the schema. */
#define OF_OURS       "(n.nspname = 'public' OR starts_with(n.nspname, 'boxoffice_'))"
#define IN_SCHEMA(of) " JOIN pg_namespace n ON n.oid = " of " AND " OF_OURS " "
#define OF_TABLE(of)  " JOIN pg_class c ON c.oid = " of IN_SCHEMA("c.relnamespace")
#define ONE_LINE(sql) "regexp_replace(" sql ", '\\s+', ' ', 'g')"
#define SORTED(acl)   "(SELECT string_agg(a::text, ' ' ORDER BY a::text COLLATE \"C\") FROM unnest(" acl ") a)"
#define RIGHTS(acl, kind, owner)                                                                                       \
    "'OWNER', " owner "::regrole, 'RIGHTS', " SORTED("coalesce(" acl ", acldefault(" kind ", " owner "))")

static const struct {
    const char *what, *sql;
} parts[] = {
    {"schema", "SELECT n.nspname, concat_ws(' ', " RIGHTS("n.nspacl", "'n'", "n.nspowner") ") FROM pg_namespace n "
                                                                                           "WHERE " OF_OURS},
    {"column", "SELECT concat_ws('.', n.nspname, c.relname, t.attname), concat_ws(' ', format_type(t.atttypid, "
               "t.atttypmod), CASE WHEN t.attnotnull THEN 'NOT NULL' END, 'DEFAULT ' || pg_get_expr(d.adbin, "
               "d.adrelid), 'COLLATE ' || nullif(t.attcollation, 0)::regcollation, nullif(t.attidentity::text, ''), "
               "nullif(t.attgenerated::text, ''), 'RIGHTS ' || " SORTED("t.attacl") ") FROM pg_attribute t" OF_TABLE(
                   "t.attrelid") "LEFT JOIN pg_attrdef d ON d.adrelid = t.attrelid AND d.adnum = t.attnum WHERE "
                                 "c.relkind IN ('r', 'p', 'f') AND t.attnum > 0 AND NOT t.attisdropped"},
    {"relation", "SELECT concat_ws('.', n.nspname, c.relname), concat_ws(' ', c.relkind, CASE WHEN c.relrowsecurity "
                 "THEN 'ROW SECURITY' END, CASE WHEN c.relforcerowsecurity THEN 'FORCED' END, c.reloptions::text, "
                 "CASE WHEN NOT starts_with(c.relname, 'Sequelize') THEN concat_ws(' ', " RIGHTS(
                     "c.relacl", "CASE c.relkind WHEN 'S' THEN 's' ELSE 'r' END::\"char\"",
                     "c.relowner") ") END) FROM pg_class c" IN_SCHEMA("c.relnamespace") "WHERE c.relkind NOT IN ('i', "
                                                                                        "'I', 't')"},
    {"constraint", "SELECT concat_ws('.', n.nspname, c.relname, k.conname), pg_get_constraintdef(k.oid) FROM "
                   "pg_constraint k" OF_TABLE("k.conrelid")},
    {"index", "SELECT concat_ws('.', n.nspname, i.indexrelid::regclass), concat_ws(' ', pg_get_indexdef(i.indexrelid), "
              "CASE WHEN NOT i.indisvalid THEN 'INVALID' END) FROM pg_index i" OF_TABLE("i.indrelid")},
    {"trigger", "SELECT concat_ws('.', n.nspname, c.relname, t.tgname), concat_ws(' ', pg_get_triggerdef(t.oid), CASE "
                "WHEN t.tgenabled <> 'O' THEN 'ENABLED ' || t.tgenabled::text END) FROM pg_trigger t" OF_TABLE(
                    "t.tgrelid") "WHERE NOT t.tgisinternal"},
    {"function", "SELECT p.oid::regprocedure, concat_ws(' ', " ONE_LINE("pg_get_functiondef(p.oid)") ", " RIGHTS(
                     "p.proacl", "'f'", "p.proowner") ") FROM pg_proc "
                                                      "p" IN_SCHEMA("p.pronamespace")},
    {"guarded", "SELECT p.oid::regprocedure, " SORTED(
                    "p.proacl") " FROM pg_proc p WHERE p.pronamespace = "
                                "'pg_catalog'::regnamespace AND p.proacl::text LIKE '%boxoffice%'"},
    {"rule", "SELECT concat_ws('.', n.nspname, c.relname, r.rulename), " ONE_LINE(
                 "pg_get_ruledef(r.oid)") " FROM pg_rewrite r" OF_TABLE("r.ev_class")},
    {"policy", "SELECT concat_ws('.', schemaname, tablename, policyname), concat_ws(' ', permissive, 'FOR', cmd, 'TO', "
               "roles::text, 'USING', " ONE_LINE("qual") ", 'CHECK', " ONE_LINE("with_check") ") FROM pg_policies"},
    {"default", "SELECT concat_ws('.', d.defaclrole::regrole, n.nspname, d.defaclobjtype), " SORTED(
                    "d.defaclacl") " FROM pg_default_acl d LEFT JOIN pg_namespace n ON n.oid = d.defaclnamespace"},
};

static err add_part(struct connection *connection, struct buf *out, const char *what, const char *of)
{
    struct arena *arena = arena_new(1 << 20);
    str sql = arena_printf(arena,
                           "SELECT thing::text, nature::text FROM (%s) AS part (thing, nature) ORDER BY "
                           "thing::text COLLATE \"C\", nature::text COLLATE \"C\"",
                           of);
    struct statement *statement;
    bool row;
    err e = engine_postgres.prepare(connection, sql, &statement);
    arena_free(arena);
    if (e) return e;
    while ((e = engine_postgres.step(statement, &row)) == OK && row) {
        buf_printf(out, "%s %.*s: %.*s\n", what, STR_ARG(engine_postgres.column_text(statement, 0)),
                   STR_ARG(engine_postgres.column_text(statement, 1)));
    }
    engine_postgres.finish(statement);
    return e;
}

static err postgres_structure(struct connection *connection, struct arena *arena, str *ret_text)
{
    struct buf out = buf_new(arena, 1 << 20);
    err e = engine_postgres.begin(connection, NULL);
    for (size_t i = 0; !e && i < COUNT_OF(parts); i++) e = add_part(connection, &out, parts[i].what, parts[i].sql);
    engine_postgres.rollback(connection);
    if (e) return e;
    CHECK(!out.full);
    *ret_text = buf_str(&out);
    return OK;
}

const struct engine_database postgres_database = {
    .display_name = postgres_display_name,
    .lock = postgres_lock,
    .unlock = postgres_unlock,
    .drop = postgres_drop,
    .structure = postgres_structure,
    .find_table = "SELECT 1 FROM pg_tables WHERE schemaname = 'public' AND tablename = ?",
};
