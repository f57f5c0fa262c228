/* Roles, rights, row security and the schemas of the roles on PostgreSQL; see policy.h. Their SQL is
 * in sql/roles.sql. */
#include <stdio.h>

#include "schema/ddl_parts.h"
#include "schema/policy.h"
#include "schema/visible.h"

static const char file[] = "roles";

/* --- roles -------------------------------------------------------------------------------------------------------- */

/* "boxoffice_customer", or with the suffix "_rows" the owner of its views. */
static str role_called(struct arena *arena, enum role role, const char *suffix)
{
    return arena_printf(arena, "boxoffice_%.*s%s", STR_ARG(role_name(role)), suffix);
}

/* A comma-separated list with an item for each role: `before`, the role's name, `after`. */
static str each_role(struct arena *arena, const char *before, const char *suffix, const char *after)
{
    struct buf out = buf_new(arena, DDL_LIST_MAX);
    for (enum role role = 0; role < ROLE_COUNT; role++) {
        str name = role_called(arena, role, suffix);
        buf_printf(&out, "%s%s%.*s%s", role > 0 ? ", " : "", before, STR_ARG(name), after);
    }
    return buf_str(&out);
}

static str owners(struct arena *arena)
{
    return each_role(arena, "", "_rows", "");
}

/* --- the database ------------------------------------------------------------------------------------------------- */

static void guard_functions(struct buf *out, const char *verb, const char *direction)
{
    const struct ddl_value values[] = {{"verb", str_of(verb)}, {"direction", str_of(direction)}, {0}};
    ddl_expand(out, file, "guard", values);
}

void policy_roles(struct buf *out)
{
    struct arena *arena = out->arena;
    const struct ddl_value values[] = {
        {"roles_nologin", each_role(arena, "('", "", "', 'NOLOGIN')")},
        {"owners_nologin", each_role(arena, "('", "_rows", "', 'NOLOGIN')")},
        {"roles_of_app", each_role(arena, "('", "", "', 'boxoffice_app')")},
        {"owners_of_owner", each_role(arena, "('", "_rows", "', 'boxoffice_owner')")},
        {"owners", owners(arena)},
        {0},
    };
    ddl_expand(out, file, "roles", values);
    guard_functions(out, "REVOKE", "FROM");
    ddl_expand(out, file, "enter", NULL);
}

void policy_roles_leave(struct buf *out)
{
    ddl_expand(out, file, "drop_end", NULL);
    guard_functions(out, "GRANT", "TO");
    ddl_expand(out, file, "public_usage", NULL);
}

/* --- tables ------------------------------------------------------------------------------------------------------- */

static bool is_open(const struct field *field)
{
    return !field_is_secret(field);
}

/* A role without a rule gets no policy and therefore sees no row. */
static void add_policies(struct buf *out, const struct entity *entity)
{
    struct arena *arena = out->arena;
    str table = str_of(entity->table), row = arena_printf(arena, "\"%s\"", entity->table);
    const struct ddl_value own[] = {{"table", table}, {0}};
    ddl_expand(out, file, "security", own);
    for (enum role role = 0; role < ROLE_COUNT; role++) {
        const struct predicate *rule = entity_rule(entity, ACTION_READ, role);
        if (!rule) continue;
        struct buf sql = buf_new(arena, DDL_LIST_MAX);
        rule_sql(&sql, rule, row.p, "public.");
        const struct ddl_value values[] = {{"table", table},
                                           {"role", role_name(role)},
                                           {"owner", role_called(arena, role, "_rows")},
                                           {"predicate", buf_str(&sql)},
                                           {0}};
        ddl_expand(out, file, "policy", values);
    }
}

/* The quoted names of the entities' tables with or without a trait, comma-separated, each with a suffix. */
static str each_table(struct arena *arena, const char *suffix, unsigned traits, bool requested)
{
    struct buf out = buf_new(arena, DDL_LIST_MAX);
    for (enum entity_id id = 0; id < ENTITY_COUNT; id++) {
        const struct entity *entity = entity_of(id);
        if (((entity->traits & traits) != 0) != requested) continue;
        buf_printf(&out, "%s\"%s%s\"", out.n > 0 ? ", " : "", entity->table, suffix);
    }
    return buf_str(&out);
}

static void grant_to_server(struct buf *out)
{
    const struct ddl_value values[] = {
        {"tables", each_table(out->arena, "", APPEND_ONLY, false)},
        {"append_only", each_table(out->arena, "", APPEND_ONLY, true)},
        {"sequences", each_table(out->arena, "_id_seq", 0, false)},
        {0},
    };
    ddl_expand(out, file, "server_grants", values);
    for (enum entity_id id = 0; id < ENTITY_COUNT; id++) {
        const struct ddl_value table[] = {{"table", str_of(entity_of(id)->table)}, {0}};
        if (entity_searchable(entity_of(id))) ddl_expand(out, file, "search_server_grant", table);
    }
}

static void grant_to_roles(struct buf *out, const struct entity *entity)
{
    const struct ddl_value values[] = {{"table", str_of(entity->table)},
                                       {"columns", ddl_columns(out->arena, entity, is_open, "")},
                                       {"owners", owners(out->arena)},
                                       {0}};
    ddl_expand(out, file, "role_grants", values);
    if (entity_searchable(entity)) ddl_expand(out, file, "search_role_grants", values);
}

/* --- the schemas of the roles ------------------------------------------------------------------------------------- */

/* A policy is a filter that every row has to pass. A semi-join is repeated in the view, so that the engine can start
 * from the few rows of the other table. */
static str where_of(struct arena *arena, const struct entity *entity, enum role role)
{
    struct buf out = buf_new(arena, DDL_LIST_MAX);
    const struct predicate *rule = entity_rule(entity, ACTION_READ, role);
    if (rule_is_join(rule)) {
        BUF_LITERAL(&out, " WHERE ");
        rule_sql(&out, rule, "r", "public.");
    }
    if (entity->paranoid) buf_printf(&out, " %s r.\"deletedAt\" IS NULL", out.n > 0 ? "AND" : "WHERE");
    return buf_str(&out);
}

static void add_view(struct buf *out, const struct entity *entity, enum role role, str schema)
{
    struct buf columns = buf_new(out->arena, DDL_LIST_MAX);
    policy_columns(&columns, entity, role, DIALECT_POSTGRES);
    const struct ddl_value values[] = {{"schema", schema},
                                       {"table", str_of(entity->table)},
                                       {"columns", buf_str(&columns)},
                                       {"where", where_of(out->arena, entity, role)},
                                       {0}};
    ddl_expand(out, file, "view", values);
}

static void add_search(struct buf *out, const struct entity *entity, str schema)
{
    const struct ddl_value values[] = {{"schema", schema}, {"table", str_of(entity->table)}, {0}};
    if (entity_searchable(entity)) ddl_expand(out, file, "search", values);
}

static void add_schema(struct buf *out, enum role role)
{
    str schema = role_called(out->arena, role, "");
    const struct ddl_value values[] = {{"schema", schema}, {"owner", role_called(out->arena, role, "_rows")}, {0}};
    ddl_expand(out, file, "schema_enter", values);
    for (enum entity_id id = 0; id < ENTITY_COUNT; id++) add_view(out, entity_of(id), role, schema);
    for (enum entity_id id = 0; id < ENTITY_COUNT; id++) add_search(out, entity_of(id), schema);
    ddl_expand(out, file, "schema_leave", values);
}

/* --- all statements ----------------------------------------------------------------------------------------------- */

void policy_rules(struct buf *out)
{
    grant_to_server(out);
    for (enum entity_id id = 0; id < ENTITY_COUNT; id++) {
        add_policies(out, entity_of(id));
        grant_to_roles(out, entity_of(id));
    }
    for (enum role role = 0; role < ROLE_COUNT; role++) add_schema(out, role);
    ddl_expand(out, file, "end", NULL);
}

void policy_rules_drop(struct buf *out)
{
    ddl_expand(out, file, "drop_start", NULL);
    for (enum role role = ROLE_COUNT; role-- > 0;) {
        buf_printf(out, "DROP SCHEMA \"%.*s\" CASCADE;\n", STR_ARG(role_called(out->arena, role, "")));
    }
}
