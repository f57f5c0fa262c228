/* See rule.h. */
#include "schema/rule.h"

#include <ctype.h>

#include "base/check.h"

/* --- who may do what ---------------------------------------------------------------------------------------------- */

const struct predicate *entity_rule(const struct entity *entity, enum action action, enum role role)
{
    static const struct predicate all = {.kind = PREDICATE_ALL};
    if (role == ROLE_SYSTEM) return &all;
    for (size_t i = 0; i < entity->rule_count; i++) {
        const struct rule *rule = &entity->rules[i];
        if (rule->action == action && (rule->roles & (1u << role))) return &rule->predicate;
    }
    return NULL;
}

bool role_acts_on_all(const struct entity *entity, enum action action, enum role role)
{
    const struct predicate *rule = entity_rule(entity, action, role);
    return rule && rule->kind == PREDICATE_ALL;
}

static bool is_same(const struct predicate *a, const struct predicate *b)
{
    return a->kind == b->kind && a->via == b->via && a->field == b->field && a->value == b->value;
}

bool role_reads_own_only(const struct entity *entity, enum role role)
{
    const struct predicate *rule = entity_rule(entity, ACTION_READ, role);
    return rule && entity->owner && is_same(rule, entity->owner);
}

static int64_t number_in(const struct row *row, const struct field *field)
{
    return *(const int64_t *)(const void *)((const char *)row + field->offset);
}

int64_t row_owner(const struct row *row)
{
    const struct predicate *owner = row->entity->owner;
    return owner && !owner->via ? number_in(row, owner->field) : 0;
}

/* --- in memory ---------------------------------------------------------------------------------------------------- */

bool rule_holds(const struct predicate *predicate, const struct row *row, const struct row *parent, int64_t actor_id)
{
    if (!predicate) return false;
    const struct row *tested = predicate->via ? parent : row;
    if (!tested) return false;
    switch (predicate->kind) {
    case PREDICATE_ALL:
        return true;
    case PREDICATE_ACTOR:
        return actor_id != 0 && number_in(tested, predicate->field) == actor_id;
    case PREDICATE_NOT:
        return number_in(tested, predicate->field) != predicate->value;
    }
    CHECK(false);
    return false;
}

/* --- as SQL ------------------------------------------------------------------------------------------------------- */

/* The last capital letter of the table's name: t for SupportTickets. */
static char alias_of(const struct entity *entity)
{
    char alias = 0;
    for (const char *p = entity->table; *p; p++) {
        if (isupper((unsigned char)*p)) alias = (char)tolower((unsigned char)*p);
    }
    return alias;
}

static void add_actor(struct buf *out, const struct predicate *predicate, const char *row, const char *schema)
{
    if (!predicate->via) {
        buf_printf(out, "%s.\"%s\" = actor_id()", row, predicate->field->name);
        return;
    }
    const struct entity *parent = entity_of((enum entity_id)predicate->via->of);
    char alias = alias_of(parent);
    buf_printf(out, "%s.\"%s\" IN (SELECT %c.\"id\" FROM %s\"%s\" %c WHERE %c.\"%s\" = actor_id())", row,
               predicate->via->name, alias, schema, parent->table, alias, alias, predicate->field->name);
}

/* Nearly every row passes, so looking up the parent for each row is cheaper than a join. */
static void add_not(struct buf *out, const struct predicate *predicate, const char *row, const char *schema)
{
    if (!predicate->via) {
        buf_printf(out, "%s.\"%s\"", row, predicate->field->name);
    } else {
        const struct entity *parent = entity_of((enum entity_id)predicate->via->of);
        char alias = alias_of(parent);
        buf_printf(out, "(SELECT %c.\"%s\" FROM %s\"%s\" %c WHERE %c.\"id\" = %s.\"%s\")", alias,
                   predicate->field->name, schema, parent->table, alias, alias, row, predicate->via->name);
    }
    str value = enum_text(predicate->field->of, predicate->value);
    buf_printf(out, " <> '%.*s'", STR_ARG(value));
}

void rule_sql(struct buf *out, const struct predicate *predicate, const char *row, const char *schema)
{
    if (!predicate) {
        BUF_LITERAL(out, "FALSE");
        return;
    }
    switch (predicate->kind) {
    case PREDICATE_ALL:
        BUF_LITERAL(out, "TRUE");
        break;
    case PREDICATE_ACTOR:
        add_actor(out, predicate, row, schema);
        break;
    case PREDICATE_NOT:
        add_not(out, predicate, row, schema);
        break;
    }
}

bool rule_is_join(const struct predicate *predicate)
{
    return predicate && predicate->kind == PREDICATE_ACTOR && predicate->via;
}

/* --- in words ----------------------------------------------------------------------------------------------------- */

void rule_describe(struct buf *out, const struct predicate *predicate)
{
    if (predicate->kind == PREDICATE_ALL) {
        BUF_LITERAL(out, "every row");
        return;
    }
    BUF_LITERAL(out, "rows whose ");
    if (predicate->via) {
        const struct entity *parent = entity_of((enum entity_id)predicate->via->of);
        buf_printf(out, "`%s` refers to a row of %s whose ", predicate->via->name, parent->table);
    }
    buf_printf(out, "`%s` is ", predicate->field->name);
    if (predicate->kind == PREDICATE_ACTOR) {
        BUF_LITERAL(out, "the actor");
    } else {
        str value = enum_text(predicate->field->of, predicate->value);
        buf_printf(out, "not `%.*s`", STR_ARG(value));
    }
}
