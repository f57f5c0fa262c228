/* See ddl.h. Every kind of statement is written by one function for one entity. What differs between the dialects is in
 * types.def, or is written by ddl_sqlite.c or ddl_postgres.c. */
#include "schema/ddl.h"

#include <ctype.h>
#include <stdio.h>

#include "base/check.h"
#include "base/money.h"
#include "schema/ddl_parts.h"
#include "schema/policy.h"

/* --- types -------------------------------------------------------------------------------------------------------- */

/* On SQLite the empty text, which is sorted after every number and before every other text. */
const char *ddl_nothing(enum type type, enum dialect dialect)
{
    return dialect == DIALECT_SQLITE ? "''" : type_row(type)->last;
}

/* In the format of JavaScript, because Sequelize writes defaults that way: 0, 12.5. */
static void add_money(struct buf *out, const char *text)
{
    char buffer[MONEY_TEXT_SIZE];
    int64_t minor;
    CHECK(money_from_text(str_of(text), &minor));
    str shown = money_to_text(minor, buffer);
    while (shown.p[shown.n - 1] == '0') shown.n--;
    if (shown.p[shown.n - 1] == '.') shown.n--;
    buf_add(out, shown);
}

void ddl_default(struct buf *out, const struct field *field, enum dialect dialect)
{
    CHECK(field->default_text);
    switch (type_row(field->type)->kind) {
    case KIND_BOOL:
        if (dialect == DIALECT_SQLITE) {
            buf_add_char(out, str_is(STR("true"), field->default_text) ? '1' : '0');
            return;
        }
        buf_add(out, str_of(field->default_text));
        return;
    case KIND_INTEGER:
        buf_add(out, str_of(field->default_text));
        return;
    case KIND_MONEY:
        add_money(out, field->default_text);
        return;
    default:
        buf_printf(out, "'%s'", field->default_text);
    }
}

/* --- names -------------------------------------------------------------------------------------------------------- */

str ddl_snake(struct arena *arena, const struct entity *entity)
{
    enum { NAME_MAX_BYTES = 128 };
    struct buf out = buf_new(arena, NAME_MAX_BYTES);
    for (const char *p = entity->table; *p; p++) {
        if (isupper((unsigned char)*p) && p > entity->table) buf_add_char(&out, '_');
        buf_add_char(&out, (char)tolower((unsigned char)*p));
    }
    CHECK(!out.full);
    return buf_str(&out);
}

void ddl_index_name(struct buf *out, const struct entity *entity, const struct field *field)
{
    buf_printf(out, "%.*s_%s", STR_ARG(ddl_snake(out->arena, entity)), field->c_name);
}

bool ddl_is_searched(const struct field *field)
{
    return (field->flags & SEARCH) != 0;
}

bool ddl_is_watched(const struct field *field)
{
    return !str_is(STR("version"), field->name);
}

bool ddl_is_audited(const struct field *field)
{
    return field->privacy == PRIVACY_NONE;
}

str ddl_columns(struct arena *arena, const struct entity *entity, ddl_field_test *test, const char *prefix)
{
    struct buf out = buf_new(arena, DDL_LIST_MAX);
    for (size_t i = 0; i < entity->descriptor.count; i++) {
        const struct field *field = &entity->descriptor.fields[i];
        if (test(field)) buf_printf(&out, "%s%s\"%s\"", out.n > 0 ? ", " : "", prefix, field->name);
    }
    CHECK(!out.full);
    return buf_str(&out);
}

/* --- tables ------------------------------------------------------------------------------------------------------- */

const char *ddl_on_delete(const struct field *field)
{
    CHECK(field->type == TYPE_REF);
    if (field->flags & CASCADE) return "CASCADE";
    return field_not_null(field) ? "RESTRICT" : "SET NULL";
}

/* INTEGER has 64 bits on SQLite and 32 on PostgreSQL. */
static const char *column_type(const struct field *field, enum dialect dialect)
{
    bool wide = dialect == DIALECT_POSTGRES && (field->flags & WIDE);
    if (!wide) return type_row(field->type)->in[dialect].sql;
    return field->type == TYPE_ID ? "BIGSERIAL PRIMARY KEY" : "BIGINT";
}

static void add_column(struct buf *out, const struct field *field, enum dialect dialect)
{
    buf_printf(out, "  \"%s\" %s", field->name, column_type(field, dialect));
    if (field->type != TYPE_ID && field_not_null(field)) BUF_LITERAL(out, " NOT NULL");
    if (field->default_text) {
        BUF_LITERAL(out, " DEFAULT ");
        ddl_default(out, field, dialect);
    }
    if (field->type != TYPE_REF) return;
    buf_printf(out, " REFERENCES \"%s\" (\"id\") ON DELETE %s ON UPDATE CASCADE",
               entity_of((enum entity_id)field->of)->table, ddl_on_delete(field));
}

void ddl_enum_check(struct buf *out, const struct field *field)
{
    const struct enum_table *set = enum_table(field->of);
    buf_printf(out, "\"%s\" IN (", field->name);
    for (size_t i = 0; i < set->count; i++) buf_printf(out, "%s'%s'", i > 0 ? ", " : "", set->texts[i]);
    BUF_LITERAL(out, ")");
}

static void add_enum_constraint(struct buf *out, const struct entity *entity, const struct field *field)
{
    buf_printf(out, ",\n  CONSTRAINT \"%s_%s\" CHECK (", entity->name, field->c_name);
    ddl_enum_check(out, field);
    BUF_LITERAL(out, ")");
}

/* PostgreSQL assigns ids before the commit, so reading changes in commit order requires the number of the transaction;
 * see store/changes.h. The default sets it for every writer: clients do not write the column, and no model has it. */
static bool has_transaction(const struct entity *entity, enum dialect dialect)
{
    return dialect == DIALECT_POSTGRES && (entity->traits & APPEND_ONLY);
}

static void add_table(struct buf *out, const struct entity *entity, enum dialect dialect)
{
    buf_printf(out, "CREATE TABLE \"%s\" (\n", entity->table);
    for (size_t i = 0; i < entity->descriptor.count; i++) {
        if (i > 0) BUF_LITERAL(out, ",\n");
        add_column(out, &entity->descriptor.fields[i], dialect);
    }
    if (has_transaction(entity, dialect))
        BUF_LITERAL(out, ",\n  \"transactionId\" xid8 NOT NULL DEFAULT pg_current_xact_id()");
    for (size_t i = 0; i < entity->descriptor.count; i++) {
        const struct field *field = &entity->descriptor.fields[i];
        if (field->type == TYPE_ENUM) add_enum_constraint(out, entity, field);
    }
    for (size_t i = 0; i < entity->constraint_count; i++) {
        const struct constraint *constraint = &entity->constraints[i];
        buf_printf(out, ",\n  CONSTRAINT \"%s\" CHECK (%s)", constraint->name, constraint->expression);
    }
    BUF_LITERAL(out, "\n);\n");
}

/* A unique field has one unique index, which serves as the constraint too. */
static void add_indexes(struct buf *out, const struct entity *entity)
{
    for (size_t i = 0; i < entity->descriptor.count; i++) {
        const struct field *field = &entity->descriptor.fields[i];
        if (!(field->flags & (UNIQUE | INDEXED))) continue;
        buf_printf(out, "CREATE %sINDEX \"", field->flags & UNIQUE ? "UNIQUE " : "");
        ddl_index_name(out, entity, field);
        buf_printf(out, "\" ON \"%s\" (\"%s\");\n", entity->table, field->name);
    }
    for (size_t i = 0; i < entity->index_count; i++) {
        const struct index *index = &entity->indexes[i];
        buf_printf(out, "CREATE %sINDEX \"%s\" ON \"%s\" (%s)", index->flags & UNIQUE ? "UNIQUE " : "", index->name,
                   entity->table, index->columns);
        if (index->where) buf_printf(out, " WHERE %s", index->where);
        BUF_LITERAL(out, ";\n");
    }
}

/* --- parts of triggers -------------------------------------------------------------------------------------------- */

const char *ddl_operation(enum operation operation)
{
    static const char *const names[OPERATION_COUNT] = {"INSERT", "UPDATE", "DELETE"};
    CHECK(operation < OPERATION_COUNT);
    return names[operation];
}

const char *ddl_operation_suffix(enum operation operation)
{
    static const char *const suffixes[OPERATION_COUNT] = {"insert", "update", "delete"};
    CHECK(operation < OPERATION_COUNT);
    return suffixes[operation];
}

void ddl_audit_value(struct buf *out, const struct field *field, const char *row, enum dialect dialect)
{
    str form = str_of(type_row(field->type)->in[dialect].audit);
    size_t hole = str_find(form, '{');
    buf_printf(out, "%.*s%s.\"%s\"%s", (int)hole, form.p, row, field->name, form.p + hole + 2);
}

/* The action of an update depends on how deletedAt changes. */
str ddl_audit_action(struct arena *arena, const struct entity *entity, enum operation operation, const char *before,
                     const char *after)
{
    static const char *const actions[OPERATION_COUNT] = {"'create'", "'update'", "'delete'"};
    if (operation != OPERATION_UPDATE || !entity->paranoid) return str_of(actions[operation]);
    return arena_printf(arena,
                        "CASE WHEN (%s.\"deletedAt\" IS NULL) = (%s.\"deletedAt\" IS NULL) THEN 'update' "
                        "WHEN %s.\"deletedAt\" IS NULL THEN 'delete' ELSE 'restore' END",
                        before, after, before);
}

str ddl_section(struct arena *arena, const char *file, const char *section)
{
    struct buf out = buf_new(arena, DDL_LIST_MAX);
    ddl_expand(&out, file, section, NULL);
    return str_first(buf_str(&out), out.n - 1);
}

/* --- all statements ----------------------------------------------------------------------------------------------- */

static void add_tables(struct buf *out, enum dialect dialect)
{
    for (enum entity_id id = 0; id < ENTITY_COUNT; id++) {
        add_table(out, entity_of(id), dialect);
        add_indexes(out, entity_of(id));
    }
}

void ddl_schema(struct buf *out, enum dialect dialect)
{
    if (dialect == DIALECT_SQLITE) {
        add_tables(out, dialect);
        ddl_sqlite_triggers(out);
        return;
    }
    policy_roles(out);
    add_tables(out, dialect);
    ddl_postgres_triggers(out);
    policy_rules(out);
}

void ddl_search_rebuild(struct buf *out, enum dialect dialect)
{
    for (enum entity_id id = 0; id < ENTITY_COUNT; id++) {
        if (!entity_searchable(entity_of(id))) continue;
        if (dialect == DIALECT_SQLITE)
            ddl_sqlite_search_rebuild(out, entity_of(id));
        else
            ddl_postgres_search_rebuild(out, entity_of(id));
    }
}

/* Triggers, policies and indexes are dropped with their table. */
void ddl_drop(struct buf *out, enum dialect dialect)
{
    if (dialect == DIALECT_POSTGRES) policy_rules_drop(out);
    for (size_t i = ENTITY_COUNT; i-- > 0;) {
        const struct entity *entity = entity_of((enum entity_id)i);
        if (entity_searchable(entity)) buf_printf(out, "DROP TABLE \"%sSearch\";\n", entity->table);
        buf_printf(out, "DROP TABLE \"%s\";\n", entity->table);
    }
    if (dialect == DIALECT_SQLITE) {
        ddl_sqlite_drop(out);
        return;
    }
    ddl_postgres_drop(out);
    policy_roles_leave(out);
}
