/* See policy.h. */
#include "schema/policy.h"

#include <stdio.h>

#include "schema/ddl.h"
#include "schema/mask.h"

void policy_predicate(struct buf *out, const char *predicate, const char *row, const char *schema)
{
    str rest = predicate ? str_of(predicate) : STR("FALSE");
    while (rest.n > 0) {
        size_t open = str_find(rest, '{');
        buf_add(out, str_first(rest, open));
        if (open == rest.n) return;
        rest = str_from(rest, open + 1);
        size_t end = str_find(rest, '}');
        str name = str_first(rest, end);
        if (str_is(name, "row")) {
            buf_add(out, str_of(row));
        } else {
            buf_printf(out, "%s\"%.*s\"", schema, STR_ARG(name));
        }
        rest = str_from(rest, end + 1);
    }
}

/* Where tables are found that a rule names. */
static const char *const home[DIALECT_COUNT] = {[DIALECT_SQLITE] = "main.", [DIALECT_POSTGRES] = "public."};

static const struct field *named(const struct entity *entity, const char *name)
{
    return entity ? field_find(&entity->descriptor, str_of(name)) : NULL;
}

bool policy_ownership(const struct entity *entity, const char *predicate, struct ownership *ret_ownership)
{
    char field[32], table[32], person[32];
    int end = 0;
    if (sscanf(predicate, "{row}.\"%31[A-Za-z]\" = actor_id()%n", field, &end) == 1 && end > 0 && !predicate[end]) {
        *ret_ownership = (struct ownership){.person = named(entity, field)};
        return ret_ownership->person != NULL;
    }
    int count = sscanf(predicate,
                       "{row}.\"%31[A-Za-z]\" IN (SELECT %*[a-z].\"id\" FROM {%31[A-Za-z]} %*[a-z] WHERE "
                       "%*[a-z].\"%31[A-Za-z]\" = actor_id())%n",
                       field, table, person, &end);
    if (count != 3 || end == 0 || predicate[end]) return false;
    const struct field *via = named(entity, field);
    const struct entity *other = entity_by_table(str_of(table));
    *ret_ownership = (struct ownership){.via = via, .person = named(other, person)};
    return via && via->type == TYPE_REF && other && via->of == (int)other->id && ret_ownership->person;
}

/* Secrets are nobody's; a masked value is in clear in the actor's own rows. */
static void add_column(struct buf *out, const struct entity *entity, const struct field *field, enum role role,
                       enum dialect dialect)
{
    char name[64];
    if (field->privacy == PRIVACY_SECRET) {
        buf_printf(out, "NULL AS \"%s\"", field->name);
        return;
    }
    snprintf(name, sizeof(name), "r.\"%s\"", field->name);
    if (field->clear <= role) {
        buf_add(out, str_of(name));
        return;
    }
    BUF_LITERAL(out, "CASE WHEN ");
    policy_predicate(out, entity->owner, "r", home[dialect]);
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

void policy_views(struct buf *out, const struct entity *entity, enum role role, str secret)
{
    buf_printf(out, "CREATE TEMP VIEW \"%.*s_%s\" AS SELECT ", STR_ARG(secret), entity->table);
    policy_columns(out, entity, role, DIALECT_SQLITE);
    buf_printf(out, " FROM main.\"%s\" AS r WHERE (", entity->table);
    policy_predicate(out, entity_rule(entity, ACTION_READ, role), "r", home[DIALECT_SQLITE]);
    buf_printf(out, ")%s;\n", entity->paranoid ? " AND r.\"deletedAt\" IS NULL" : "");
    buf_printf(out, "CREATE TEMP VIEW \"%s\" AS SELECT * FROM temp.\"%.*s_%s\";\n", entity->table, STR_ARG(secret),
               entity->table);
}
