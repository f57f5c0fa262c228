/* See policy.h. */
#include "schema/policy.h"

#include <stdio.h>

#include "schema/ddl.h"
#include "schema/mask.h"
#include "schema/visible.h"

/* Prefix for the names of tables in a rule: the schema that contains them. */
static const char *const home[DIALECT_COUNT] = {[DIALECT_SQLITE] = "main.", [DIALECT_POSTGRES] = "public."};

/* Secrets are never selected; masked columns are unmasked in rows that belong to the actor. */
static void add_column(struct buf *out, const struct entity *entity, const struct field *field, enum role role,
                       enum dialect dialect)
{
    char name[64];
    if (field_is_secret(field)) {
        buf_printf(out, "NULL AS \"%s\"", field->name);
        return;
    }
    snprintf(name, sizeof(name), "r.\"%s\"", field->name);
    if (field_is_clear(field, role)) {
        buf_add(out, str_of(name));
        return;
    }
    BUF_LITERAL(out, "CASE WHEN ");
    rule_sql(out, entity->owner, "r", home[dialect]);
    buf_printf(out, " THEN %s ELSE ", name);
    mask_sql(out, field, name, dialect);
    buf_printf(out, " END AS \"%s\"", field->name);
}

void policy_columns(struct buf *out, const struct entity *entity, enum role role, enum dialect dialect)
{
    for (size_t i = 0; i < entity->descriptor.count; i++) {
        if (i > 0) BUF_LITERAL(out, ", ");
        add_column(out, entity, &entity->descriptor.fields[i], role, dialect);
    }
}

/* Every view compares a column that is not the id: a table of which a query reads no other ("count(*)") is reported to
 * the authorizer as if it were read outside of the view, and refused. */
void policy_views(struct buf *out, const struct entity *entity, enum role role, str secret)
{
    buf_printf(out, "CREATE TEMP VIEW \"%.*s_%s\" AS SELECT ", STR_ARG(secret), entity->table);
    policy_columns(out, entity, role, DIALECT_SQLITE);
    buf_printf(out, " FROM main.\"%s\" AS r WHERE (", entity->table);
    rule_sql(out, entity_rule(entity, ACTION_READ, role), "r", home[DIALECT_SQLITE]);
    buf_printf(out, ") AND r.%s;\n", entity->paranoid ? "\"deletedAt\" IS NULL" : "\"createdAt\" IS r.\"createdAt\"");
    buf_printf(out, "CREATE TEMP VIEW \"%s\" AS SELECT * FROM temp.\"%.*s_%s\";\n", entity->table, STR_ARG(secret),
               entity->table);
}
