/* Roles, privileges, row security and the schemas of the roles on PostgreSQL; see policy.h. */
#include <stdio.h>
#include <string.h>

#include "schema/ddl_parts.h"
#include "schema/policy.h"

/* --- roles -------------------------------------------------------------------------------------------------------- */

enum { NAME_SIZE = 64 };

/* "boxoffice_customer", or with the suffix "_rows" the owner of its views. */
static const char *role_called(char name[NAME_SIZE], enum role role, const char *suffix)
{
    snprintf(name, NAME_SIZE, "boxoffice_%.*s%s", STR_ARG(role_name(role)), suffix);
    return name;
}

/* Something for each role, comma-separated: `before`, the role's name, `after`. */
static void each_role(struct buf *out, const char *before, const char *suffix, const char *after)
{
    char name[NAME_SIZE];
    for (enum role role = 0; role < ROLE_COUNT; role++) {
        buf_printf(out, "%s%s%s%s", role > 0 ? ", " : "", before, role_called(name, role, suffix), after);
    }
}

/* Roles may be made by two databases at once: whoever comes second waits and finds them there. */
#define UNLESS_THERE "EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END; END LOOP; "

static void make_roles(struct buf *out)
{
    BUF_LITERAL(out, "DO $$ DECLARE wanted record; BEGIN\n"
                     "  FOR wanted IN SELECT * FROM (VALUES ('boxoffice_owner', 'NOLOGIN'), "
                     "('boxoffice_migrate', 'LOGIN'), ('boxoffice_app', 'LOGIN NOINHERIT'),\n    ");
    each_role(out, "('", "", "', 'NOLOGIN')");
    BUF_LITERAL(out, ",\n    ");
    each_role(out, "('", "_rows", "', 'NOLOGIN')");
    BUF_LITERAL(out, ") AS roles (name, attributes)\n"
                     "    WHERE to_regrole(name) IS NULL LOOP\n"
                     "    BEGIN EXECUTE format('CREATE ROLE %I %s', wanted.name, wanted.attributes); " UNLESS_THERE
                     "IF EXISTS (SELECT 1 FROM pg_roles WHERE starts_with(rolname, 'boxoffice_') "
                     "AND (rolsuper OR rolbypassrls)) THEN\n"
                     "    RAISE EXCEPTION 'a role of boxoffice has rights that no row rule stops'; END IF; END $$;\n");
}

/* Whoever migrates becomes a member of the owner, for the next migration. */
static void make_members(struct buf *out)
{
    BUF_LITERAL(out, "DO $$ DECLARE wanted record; BEGIN\n"
                     "  FOR wanted IN SELECT * FROM (VALUES ('boxoffice_owner', 'boxoffice_migrate'),\n    ");
    each_role(out, "('", "", "', 'boxoffice_app')");
    BUF_LITERAL(out, ",\n    ");
    each_role(out, "('", "_rows", "', 'boxoffice_owner')");
    BUF_LITERAL(out, ") AS members (granted, member)\n"
                     "    WHERE NOT pg_has_role(member, granted, 'MEMBER') LOOP\n"
                     "    BEGIN EXECUTE format('GRANT %I TO %I', wanted.granted, wanted.member); " UNLESS_THERE
                     "IF NOT pg_has_role(current_user, 'boxoffice_owner', 'USAGE') THEN\n"
                     "    GRANT boxoffice_owner TO CURRENT_USER; END IF; END $$;\n");
}

/* --- the database ------------------------------------------------------------------------------------------------- */

/* What a query could do beside reading, as the engine lets everybody do it: make itself somebody else's (set_config),
 * tell the other nodes what is not so (pg_notify), hold the locks by which they agree, even behind its end (advisory),
 * and write, also when it may only read (large objects, the log). SET and NOTIFY are statements of their own, which no
 * query can hold. lo_import and lo_export are nobody's anyway. Only a superuser may take functions from everybody. */
#define GUARDED                                                                                                        \
    "p.pronamespace = 'pg_catalog'::regnamespace AND (p.proname IN ('set_config', 'pg_notify', "                       \
    "'pg_logical_emit_message', 'pg_export_snapshot', 'lowrite') OR starts_with(p.proname, 'pg_advisory_') "           \
    "OR starts_with(p.proname, 'pg_try_advisory_') "                                                                   \
    "OR starts_with(p.proname, 'lo_') AND p.proname NOT IN ('lo_import', 'lo_export'))"

static void guard_functions(struct buf *out, const char *verb, const char *direction)
{
    buf_printf(out,
               "DO $$ DECLARE guarded regprocedure; BEGIN\n"
               "  IF NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN RETURN; END IF; "
               "FOR guarded IN SELECT p.oid FROM pg_proc p WHERE " GUARDED " LOOP\n"
               "    EXECUTE format('%s EXECUTE ON FUNCTION %%s %s PUBLIC', guarded); "
               "EXECUTE format('GRANT EXECUTE ON FUNCTION %%s TO boxoffice_owner, boxoffice_migrate, boxoffice_app', "
               "guarded); END LOOP; END $$;\n",
               verb, direction);
}

/* Who migrates makes the ledgers of migrations and seeds, now or later; the server reads them, and another who migrates
 * goes on with them. */
static void share_migration_tables(struct buf *out)
{
    BUF_LITERAL(out, "DO $$ DECLARE maker name; ledger regclass; BEGIN\n"
                     "  FOREACH maker IN ARRAY ARRAY[current_user, 'boxoffice_migrate'] LOOP\n"
                     "    IF pg_has_role(current_user, maker, 'USAGE') THEN "
                     "EXECUTE format('ALTER DEFAULT PRIVILEGES FOR ROLE %I IN SCHEMA public "
                     "GRANT SELECT ON TABLES TO boxoffice_app', maker); "
                     "EXECUTE format('ALTER DEFAULT PRIVILEGES FOR ROLE %I IN SCHEMA public "
                     "GRANT SELECT, INSERT, DELETE ON TABLES TO boxoffice_owner', maker); END IF; END LOOP; "
                     "FOREACH ledger IN ARRAY ARRAY[to_regclass('public.\"SequelizeMeta\"'), "
                     "to_regclass('public.\"SequelizeData\"')] LOOP\n"
                     "    IF ledger IS NOT NULL THEN "
                     "EXECUTE format('GRANT SELECT ON %s TO boxoffice_app', ledger); "
                     "EXECUTE format('GRANT SELECT, INSERT, DELETE ON %s TO boxoffice_owner', ledger); "
                     "END IF; END LOOP; END $$;\n");
}

void policy_roles(struct buf *out)
{
    make_roles(out);
    make_members(out);
    BUF_LITERAL(out, "DO $$ BEGIN EXECUTE format('GRANT CREATE ON DATABASE %I TO boxoffice_owner', "
                     "current_database()); END $$;\n"
                     "REVOKE ALL ON SCHEMA public FROM PUBLIC;\n"
                     "GRANT USAGE, CREATE ON SCHEMA public TO boxoffice_owner;\n"
                     "GRANT USAGE ON SCHEMA public TO boxoffice_migrate, boxoffice_app, ");
    each_role(out, "", "_rows", "");
    BUF_LITERAL(out, ";\n");
    guard_functions(out, "REVOKE", "FROM");
    share_migration_tables(out);
    BUF_LITERAL(out, "SET LOCAL search_path TO public;\n"
                     "SET LOCAL ROLE boxoffice_owner;\n"
                     "ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;\n");
}

void policy_roles_leave(struct buf *out)
{
    BUF_LITERAL(out, "ALTER DEFAULT PRIVILEGES GRANT EXECUTE ON FUNCTIONS TO PUBLIC;\n"
                     "SET LOCAL ROLE NONE;\n"
                     "SET LOCAL client_min_messages TO DEFAULT;\n"
                     "SET LOCAL search_path TO DEFAULT;\n");
    guard_functions(out, "GRANT", "TO");
    BUF_LITERAL(out, "GRANT USAGE ON SCHEMA public TO PUBLIC;\n");
}

/* --- tables ------------------------------------------------------------------------------------------------------- */

static bool is_open(const struct field *field)
{
    return field->privacy != PRIVACY_SECRET;
}

/* A role without a rule has no policy, and so no row. */
static void add_policies(struct buf *out, const struct entity *entity)
{
    char name[NAME_SIZE], row[NAME_SIZE + 2];
    snprintf(row, sizeof(row), "\"%s\"", entity->table);
    buf_printf(out,
               "ALTER TABLE %s ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;\n"
               "CREATE POLICY \"server\" ON %s TO boxoffice_app, boxoffice_owner USING (TRUE) WITH CHECK (TRUE);\n",
               row, row);
    for (enum role role = 0; role < ROLE_COUNT; role++) {
        const char *predicate = entity_rule(entity, ACTION_READ, role);
        if (!predicate) continue;
        buf_printf(out, "CREATE POLICY \"%.*s\" ON %s FOR SELECT TO %s USING (", STR_ARG(role_name(role)), row,
                   role_called(name, role, "_rows"));
        policy_predicate(out, predicate, row, "public.");
        BUF_LITERAL(out, ");\n");
    }
}

/* The quoted names of the entities' tables with or without a trait, comma-separated, each with a suffix. */
static void each_table(struct buf *out, const char *suffix, unsigned traits, bool requested)
{
    const char *comma = "";
    for (enum entity_id id = 0; id < ENTITY_COUNT; id++) {
        const struct entity *entity = entity_of(id);
        if (((entity->traits & traits) != 0) != requested) continue;
        buf_printf(out, "%s\"%s%s\"", comma, entity->table, suffix);
        comma = ", ";
    }
}

/* Which rows can be found by their words is what invariants ask; the words themselves only the functions see. */
static void grant_to_server(struct buf *out)
{
    BUF_LITERAL(out, "GRANT SELECT, INSERT, UPDATE, DELETE ON ");
    each_table(out, "", APPEND_ONLY, false);
    BUF_LITERAL(out, " TO boxoffice_app;\nGRANT SELECT, INSERT ON ");
    each_table(out, "", APPEND_ONLY, true);
    BUF_LITERAL(out, " TO boxoffice_app;\nGRANT SELECT, USAGE, UPDATE ON SEQUENCE ");
    each_table(out, "_id_seq", 0, false);
    BUF_LITERAL(out, " TO boxoffice_app;\n"
                     "GRANT SELECT ON \"PeopleEpochs\" TO boxoffice_app;\n");
    for (enum entity_id id = 0; id < ENTITY_COUNT; id++) {
        const struct entity *entity = entity_of(id);
        if (!entity_searchable(entity)) continue;
        buf_printf(out, "GRANT SELECT (\"id\") ON \"%sSearch\" TO boxoffice_app;\n", entity->table);
    }
}

static void grant_to_roles(struct buf *out, const struct entity *entity)
{
    BUF_LITERAL(out, "GRANT SELECT (");
    ddl_columns(out, entity, is_open, "");
    buf_printf(out, ") ON \"%s\" TO ", entity->table);
    each_role(out, "", "_rows", "");
    BUF_LITERAL(out, ";\n");
    if (!entity_searchable(entity)) return;
    buf_printf(out, "GRANT EXECUTE ON FUNCTION \"%sSearch\"(text) TO boxoffice_app, ", entity->table);
    each_role(out, "", "_rows", "");
    BUF_LITERAL(out, ";\n");
}

/* --- the schemas of the roles ------------------------------------------------------------------------------------- */

/* Rows that are told by another table: as a policy this is a filter, which all rows have to pass; said again by the
 * view it is a join, which can begin with the few rows of the other table. */
static bool is_join(const char *predicate)
{
    return predicate && strstr(predicate, " IN (SELECT ");
}

static void add_view(struct buf *out, const struct entity *entity, enum role role, const char *schema)
{
    buf_printf(out, "CREATE VIEW \"%s\".\"%s\" AS SELECT ", schema, entity->table);
    policy_columns(out, entity, role, DIALECT_POSTGRES);
    buf_printf(out, " FROM public.\"%s\" AS r", entity->table);
    const char *predicate = entity_rule(entity, ACTION_READ, role), *glue = " WHERE ";
    if (is_join(predicate)) {
        buf_add(out, str_of(glue));
        policy_predicate(out, predicate, "r", "public.");
        glue = " AND ";
    }
    if (entity->paranoid) buf_printf(out, "%sr.\"deletedAt\" IS NULL", glue);
    BUF_LITERAL(out, ";\n");
}

static void add_search(struct buf *out, const struct entity *entity, const char *schema)
{
    if (!entity_searchable(entity)) return;
    buf_printf(out,
               "CREATE FUNCTION \"%s\".\"%sSearch\"(\"words\" text) RETURNS TABLE (\"found\" integer, \"rank\" real)\n"
               "  LANGUAGE sql STABLE ROWS 100 SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS\n"
               "$$ SELECT s.\"found\", s.\"rank\" FROM public.\"%sSearch\"($1) s JOIN \"%s\".\"%s\" r "
               "ON r.\"id\" = s.\"found\" $$;\n",
               schema, entity->table, entity->table, schema, entity->table);
}

static void add_schema(struct buf *out, enum role role)
{
    char schema[NAME_SIZE], owner[NAME_SIZE];
    role_called(schema, role, "");
    role_called(owner, role, "_rows");
    buf_printf(out,
               "CREATE SCHEMA \"%s\";\n"
               "GRANT USAGE, CREATE ON SCHEMA \"%s\" TO %s;\n"
               "GRANT USAGE ON SCHEMA \"%s\" TO %s;\n"
               "SET LOCAL ROLE %s;\n",
               schema, schema, owner, schema, schema, owner);
    for (enum entity_id id = 0; id < ENTITY_COUNT; id++) add_view(out, entity_of(id), role, schema);
    for (enum entity_id id = 0; id < ENTITY_COUNT; id++) add_search(out, entity_of(id), schema);
    buf_printf(out,
               "GRANT SELECT ON ALL TABLES IN SCHEMA \"%s\" TO %s;\n"
               "REVOKE ALL ON ALL FUNCTIONS IN SCHEMA \"%s\" FROM PUBLIC;\n"
               "GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA \"%s\" TO %s;\n"
               "SET LOCAL ROLE boxoffice_owner;\n",
               schema, schema, schema, schema, schema);
}

/* --- the whole ---------------------------------------------------------------------------------------------------- */

/* Rules and masks ask who reads with the rights of whoever reads, so everybody may ask. */
void policy_rules(struct buf *out)
{
    BUF_LITERAL(out, "GRANT EXECUTE ON FUNCTION \"actor_id\"() TO PUBLIC;\n");
    grant_to_server(out);
    for (enum entity_id id = 0; id < ENTITY_COUNT; id++) {
        add_policies(out, entity_of(id));
        grant_to_roles(out, entity_of(id));
    }
    for (enum role role = 0; role < ROLE_COUNT; role++) add_schema(out, role);
    BUF_LITERAL(out, "SET LOCAL ROLE NONE;\n"
                     "SET LOCAL search_path TO DEFAULT;\n");
}

void policy_rules_drop(struct buf *out)
{
    char schema[NAME_SIZE];
    BUF_LITERAL(out, "SET LOCAL search_path TO public;\n"
                     "SET LOCAL client_min_messages TO warning;\n"
                     "SET LOCAL ROLE boxoffice_owner;\n");
    for (enum role role = ROLE_COUNT; role-- > 0;) {
        buf_printf(out, "DROP SCHEMA \"%s\" CASCADE;\n", role_called(schema, role, ""));
    }
}
