/* See document.h. */
#include "schema/document.h"

#include "schema/ddl.h"
#include "schema/rule.h"

static const char *const privacy_names[] = {
    [PRIVACY_NONE] = "", [PRIVACY_PERSONAL] = "personal", [PRIVACY_SECRET] = "secret"};

static const char *const erasure_names[] = {
    [ERASURE_KEEP] = "kept", [ERASURE_CLEAR] = "cleared", [ERASURE_REPLACE] = "replaced"};

static const char *const action_names[] = {[ACTION_READ] = "read", [ACTION_WRITE] = "change"};

static void choices_write(struct buf *out, const struct enum_table *set)
{
    for (size_t i = 0; i < set->count; i++) buf_printf(out, "%s%s", i ? ", " : "", set->texts[i]);
}

static void type_write(struct buf *out, const struct field *field)
{
    switch (field->type) {
    case TYPE_REF:
        buf_printf(out, "reference to %s", entity_of((enum entity_id)field->of)->table);
        break;
    case TYPE_ENUM:
        choices_write(out, enum_table(field->of));
        break;
    case TYPE_STRING:
    case TYPE_TEXT:
    case TYPE_EMAIL:
    case TYPE_URL:
        buf_printf(out, "%s of %lld to %lld", type_row(field->type)->name, (long long)field->min,
                   (long long)field->max);
        break;
    default:
        buf_add(out, str_of(type_row(field->type)->name));
    }
}

static void given_write(struct buf *out, const struct field *field)
{
    static const struct {
        unsigned flag;
        const char *text;
    } words[] = {
        {READ_ONLY, "by the server"}, {STAFF, "by an admin"}, {INITIAL, "at creation"}, {REQUIRED, "required"}};
    size_t count = 0;
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (!(field->flags & words[i].flag) || (count > 0 && field->flags & READ_ONLY)) continue;
        buf_printf(out, "%s%s", count++ ? ", " : "", words[i].text);
    }
    if (field->default_text && !(field->flags & REQUIRED))
        buf_printf(out, "%sdefault %s", count ? ", " : "", field->default_text);
}

static void field_write(struct buf *out, const struct field *field)
{
    buf_printf(out, "| %s | ", field->name);
    type_write(out, field);
    BUF_LITERAL(out, " | ");
    given_write(out, field);
    BUF_LITERAL(out, " | ");
    if (field->privacy != PRIVACY_NONE) {
        buf_printf(out, "%s, %s", privacy_names[field->privacy], erasure_names[field->erasure]);
        if (field->privacy == PRIVACY_PERSONAL) {
            buf_printf(out, ", in clear from %.*s", STR_ARG(role_name(field->clear)));
        }
    }
    buf_printf(out, " | %s |\n", field->doc);
}

static void roles_write(struct buf *out, unsigned roles)
{
    size_t count = 0;
    for (unsigned role = 0; role < ROLE_COUNT; role++) {
        if (roles >> role & 1) buf_printf(out, "%s%.*s", count++ ? ", " : "", STR_ARG(role_name((enum role)role)));
    }
}

static void rules_write(struct buf *out, const struct entity *entity)
{
    for (size_t i = 0; i < entity->rule_count; i++) {
        const struct rule *rule = &entity->rules[i];
        BUF_LITERAL(out, "- ");
        roles_write(out, rule->roles);
        buf_printf(out, " may %s ", action_names[rule->action]);
        rule_describe(out, &rule->predicate);
        BUF_LITERAL(out, "\n");
    }
    if (entity->rule_count == 0) BUF_LITERAL(out, "- no role sees or changes a row\n");
    for (size_t i = 0; i < entity->constraint_count; i++) {
        buf_printf(out, "- always: `%s`\n", entity->constraints[i].expression);
    }
    for (size_t i = 0; i < entity->index_count; i++) {
        const struct index *index = &entity->indexes[i];
        buf_printf(out, "- %sindex %s (%s)", index->flags & UNIQUE ? "unique " : "", index->name, index->columns);
        if (index->where) buf_printf(out, " where `%s`", index->where);
        BUF_LITERAL(out, "\n");
    }
}

static void index_list(struct buf *out, const struct entity *entity)
{
    for (size_t i = 0; i < entity->descriptor.count; i++) {
        const struct field *field = &entity->descriptor.fields[i];
        if (!(field->flags & (UNIQUE | INDEXED))) continue;
        BUF_LITERAL(out, "- ");
        if (field->flags & UNIQUE) BUF_LITERAL(out, "unique ");
        BUF_LITERAL(out, "index ");
        ddl_index_name(out, entity, field);
        BUF_LITERAL(out, "\n");
    }
}

static void entity_write(struct buf *out, const struct entity *entity)
{
    buf_printf(out, "\n## %s\n\n%s. Model `%s`, resource `%s`.%s\n\n", entity->table, entity->descriptor.doc,
               entity->descriptor.title, entity->resource, entity->traits & AUDITED ? " Every change is audited." : "");
    BUF_LITERAL(out, "| field | type | given | privacy | meaning |\n|---|---|---|---|---|\n");
    for (size_t i = 0; i < entity->descriptor.count; i++) field_write(out, &entity->descriptor.fields[i]);
    BUF_LITERAL(out, "\n");
    rules_write(out, entity);
    index_list(out, entity);
}

void document_schema(struct buf *out)
{
    BUF_LITERAL(out, "# Schema\n\nWritten by `tools/generate` from `src/schema/entities.def`; do not edit.\n");
    for (int i = 0; i < ENTITY_COUNT; i++) entity_write(out, entity_of((enum entity_id)i));
}
