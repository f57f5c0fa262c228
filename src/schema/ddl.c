/* See ddl.h. Every kind of statement is written by one function for one entity. What differs between the dialects is in
 * types.def, or is written by ddl_sqlite.c or ddl_postgres.c. */
#include "schema/ddl.h"

#include <ctype.h>
#include <stdio.h>

#include "base/check.h"
#include "base/money.h"
#include "schema/ddl_objects.h"
#include "schema/ddl_parts.h"
#include "schema/policy.h"

/* --- types -------------------------------------------------------------------------------------------------------- */

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

/* --- checks ------------------------------------------------------------------------------------------------------- */

/* Replaces each {} of a condition by the column. */
static void add_condition(struct buf *out, const char *condition, const struct field *field)
{
    for (str rest = str_of(condition); rest.n > 0;) {
        size_t hole = str_find(rest, '{');
        buf_add(out, str_first(rest, hole));
        if (hole < rest.n) buf_printf(out, "\"%s\"", field->name);
        rest = str_from(rest, hole + 2);
    }
}

/* SQLite would make an index of a list after IN for every row that is written. */
static void add_choices(struct buf *out, const struct field *field)
{
    const struct enum_table *set = enum_table(field->of);
    for (size_t i = 0; i < set->count; i++)
        buf_printf(out, "%s\"%s\" = '%s'", i > 0 ? " OR " : "", field->name, set->texts[i]);
}

/* A password is stored as its hash, so limits of what clients send do not apply to hidden columns. */
static bool has_client_limits(const struct field *field)
{
    return !(field->flags & (READ_ONLY | HIDDEN)) && field->max > 0;
}

/* PostgreSQL itself enforces the length of the declared type. */
static void add_length(struct buf *out, const struct field *field, enum dialect dialect)
{
    long long min = 0, max = dialect == DIALECT_SQLITE ? type_row(field->type)->length_max : 0;
    if (has_client_limits(field)) {
        min = field->min;
        max = field->max;
    }
    if (max > 0) buf_printf(out, "length(\"%s\") BETWEEN %lld AND %lld", field->name, min, max);
}

/* PostgreSQL parses the checks of a table for each statement, so they say nothing that the declared type, which ends
 * where int32 or int64 does, or the foreign key ensures. */
static void add_range(struct buf *out, const struct field *field, enum dialect dialect)
{
    int64_t min = field_min(field), max = field_max(field);
    if (dialect == DIALECT_SQLITE || (max != INT32_MAX && max != INT64_MAX)) {
        buf_printf(out, "\"%s\" BETWEEN %lld AND %lld", field->name, (long long)min, (long long)max);
    } else if (field->type != TYPE_REF) {
        buf_printf(out, "\"%s\" >= %lld", field->name, (long long)min);
    }
}

static void add_limits(struct buf *out, const struct field *field, enum dialect dialect)
{
    char min[MONEY_TEXT_SIZE], max[MONEY_TEXT_SIZE];
    switch (type_row(field->type)->kind) {
    case KIND_INTEGER:
        add_range(out, field, dialect);
        return;
    case KIND_MONEY:
        buf_printf(out, "\"%s\" BETWEEN %.*s AND %.*s", field->name, STR_ARG(money_to_text(field_min(field), min)),
                   STR_ARG(money_to_text(field_max(field), max)));
        return;
    case KIND_ENUM:
        add_choices(out, field);
        return;
    case KIND_TEXT:
        add_length(out, field, dialect);
        return;
    default:
        return;
    }
}

bool ddl_check(struct buf *out, const struct field *field, enum dialect dialect)
{
    enum { LIMITS_MAX = 4096 };
    const char *form = type_row(field->type)->in[dialect].check;
    if (field->type == TYPE_ID && field->flags & WIDE) return false; /* any number of 64 bits */
    struct buf limits = buf_new(out->arena, LIMITS_MAX);
    add_limits(&limits, field, dialect);
    CHECK(!limits.full);
    if (!form && limits.n == 0) return false;
    if (!field_not_null(field) && field->type != TYPE_ID) buf_printf(out, "\"%s\" IS NULL OR ", field->name);
    /* Most times of a new row are that of its creation: comparing them is much cheaper than calculating with them. */
    bool is_later = dialect == DIALECT_SQLITE && field->type == TYPE_TIME && strcmp(field->name, "createdAt") != 0;
    if (is_later) buf_printf(out, "\"%s\" IS \"createdAt\" OR ", field->name);
    if (form) add_condition(out, form, field);
    if (form && limits.n > 0) BUF_LITERAL(out, " AND ");
    buf_add(out, buf_str(&limits));
    return true;
}

static void add_check(struct buf *out, const struct entity *entity, const struct field *field, enum dialect dialect)
{
    enum { CONDITION_MAX = 8192 };
    if (entity->traits & UNCHECKED) return;
    struct buf condition = buf_new(out->arena, CONDITION_MAX);
    if (!ddl_check(&condition, field, dialect)) return;
    CHECK(!condition.full);
    buf_printf(out, ",\n  CONSTRAINT \"%s_%s\" CHECK (%.*s)", entity->name, field->c_name,
               STR_ARG(buf_str(&condition)));
}

const struct entity *ddl_check_named(struct buf *out, str message, enum dialect dialect)
{
    for (enum entity_id id = 0; id < ENTITY_COUNT; id++) {
        const struct entity *entity = entity_of(id);
        for (size_t i = 0; i < entity->constraint_count; i++) {
            if (!ddl_mentions(message, str_of(entity->constraints[i].name))) continue;
            buf_add(out, str_of(entity->constraints[i].expression));
            return entity;
        }
        for (size_t i = 0; i < entity->descriptor.count; i++) {
            const struct field *field = &entity->descriptor.fields[i];
            str name = arena_printf(out->arena, "%s_%s", entity->name, field->c_name);
            if (ddl_mentions(message, name) && ddl_check(out, field, dialect)) return entity;
        }
    }
    return NULL;
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

static const char *const dialect_file[DIALECT_COUNT] = {[DIALECT_SQLITE] = "sqlite", [DIALECT_POSTGRES] = "postgres"};

static void add_column(struct buf *out, const struct field *field, enum dialect dialect)
{
    buf_printf(out, "  \"%s\" %s", field->name, column_type(field, dialect));
    if (field->type != TYPE_ID && field_not_null(field)) BUF_LITERAL(out, " NOT NULL");
    if (field->default_text) {
        BUF_LITERAL(out, " DEFAULT ");
        ddl_default(out, field, dialect);
    }
    if (field->flags & STAMP)
        buf_printf(out, " DEFAULT (%.*s)", STR_ARG(ddl_section(out->arena, dialect_file[dialect], "now")));
    if (field->type != TYPE_REF) return;
    buf_printf(out, " REFERENCES \"%s\" (\"id\") ON DELETE %s ON UPDATE CASCADE",
               entity_of((enum entity_id)field->of)->table, ddl_on_delete(field));
}

static bool has_unique_index(const struct entity *entity)
{
    for (size_t i = 0; i < entity->descriptor.count; i++) {
        if (entity->descriptor.fields[i].flags & UNIQUE) return true;
    }
    for (size_t i = 0; i < entity->index_count; i++) {
        if (entity->indexes[i].flags & UNIQUE) return true;
    }
    return false;
}

/* Only VIRTUAL columns can be added to a table on SQLite, and PostgreSQL has only STORED ones. */
const char *ddl_deleted_id(const struct entity *entity, enum dialect dialect)
{
#define COMPUTED "INTEGER GENERATED ALWAYS AS (CASE WHEN \"deletedAt\" IS NULL THEN 0 ELSE \"id\" END) "
    static const char *const definitions[DIALECT_COUNT] = {
        [DIALECT_SQLITE] = COMPUTED "VIRTUAL", [DIALECT_POSTGRES] = COMPUTED "STORED"};
#undef COMPUTED
    return entity->paranoid && has_unique_index(entity) ? definitions[dialect] : NULL;
}

bool ddl_covers_deleted_id(const struct entity *entity, const struct field *field)
{
    return entity->paranoid && field->flags & UNIQUE;
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
    const char *deleted_id = ddl_deleted_id(entity, dialect);
    if (deleted_id) buf_printf(out, ",\n  \"deletedId\" %s", deleted_id);
    if (has_transaction(entity, dialect))
        BUF_LITERAL(out, ",\n  \"transactionId\" xid8 NOT NULL DEFAULT pg_current_xact_id()");
    for (size_t i = 0; i < entity->descriptor.count; i++) {
        add_check(out, entity, &entity->descriptor.fields[i], dialect);
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
        buf_printf(out, "\" ON \"%s\" (\"%s\"%s);\n", entity->table, field->name,
                   ddl_covers_deleted_id(entity, field) ? ", \"deletedId\"" : "");
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
