/* See ddl.h. Every statement is written by one function from one entity; what differs between the dialects stands in
 * the type table or in a function of its own for each. */
#include "schema/ddl.h"

#include <ctype.h>
#include <stdio.h>

#include "base/check.h"
#include "base/money.h"

/* --- types ------------------------------------------------------------------------------------------------------- */

#define PLAIN        "{}"
#define JSON_OF_BOOL "json(CASE WHEN {} THEN 'true' ELSE 'false' END)"
#define JSON_OF_TIME "to_char({} AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.MS +00:00')"

static const struct type_words words[TYPE_COUNT] = {
    [TYPE_ID] = {{{"INTEGER PRIMARY KEY AUTOINCREMENT", PLAIN}, {"SERIAL PRIMARY KEY", PLAIN}}, "INTEGER"},
    [TYPE_REF] = {{{"INTEGER", PLAIN}, {"INTEGER", PLAIN}}, "INTEGER"},
    [TYPE_INT] = {{{"INTEGER", PLAIN}, {"INTEGER", PLAIN}}, "INTEGER"},
    [TYPE_BOOL] = {{{"TINYINT(1)", JSON_OF_BOOL}, {"BOOLEAN", PLAIN}}, "BOOLEAN"},
    [TYPE_MONEY] = {{{"DECIMAL(10,2)", "printf('%.2f', {})"}, {"DECIMAL(10,2)", "{}::text"}}, "DECIMAL(10, 2)"},
    [TYPE_TIME] = {{{"DATETIME", PLAIN}, {"TIMESTAMP WITH TIME ZONE", JSON_OF_TIME}}, "DATE"},
    [TYPE_ENUM] = {{{"VARCHAR(255)", PLAIN}, {"VARCHAR(255)", PLAIN}}, "STRING"},
    [TYPE_STRING] = {{{"VARCHAR(255)", PLAIN}, {"VARCHAR(255)", PLAIN}}, "STRING"},
    [TYPE_TEXT] = {{{"TEXT", PLAIN}, {"TEXT", PLAIN}}, "TEXT"},
    [TYPE_EMAIL] = {{{"VARCHAR(255)", PLAIN}, {"VARCHAR(255)", PLAIN}}, "STRING"},
    [TYPE_URL] = {{{"VARCHAR(255)", PLAIN}, {"VARCHAR(255)", PLAIN}}, "STRING"},
};

/* The present time as the column type of times holds it. */
static const char *const now[DIALECT_COUNT] = {
    [DIALECT_SQLITE] = "strftime('%Y-%m-%d %H:%M:%f +00:00', 'now')",
    [DIALECT_POSTGRES] = "date_trunc('milliseconds', now())",
};

const struct type_words *type_words(enum type type)
{
    CHECK(type < TYPE_COUNT);
    return &words[type];
}

/* On SQLite the empty text, which is behind every number and before every other text. */
const char *ddl_nothing(enum type type, enum dialect dialect)
{
    if (dialect == DIALECT_SQLITE || type_is_text(type) || type == TYPE_ENUM) return "''";
    return type == TYPE_TIME ? "'-infinity'" : "9223372036854775807";
}

/* As JavaScript prints the number, since Sequelize writes defaults that way: 0, 12.5. */
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

void ddl_fallback(struct buf *out, const struct field *field, enum dialect dialect)
{
    CHECK(field->fallback);
    switch (field->type) {
    case TYPE_BOOL:
        if (dialect == DIALECT_SQLITE) {
            buf_add_char(out, str_is(STR("true"), field->fallback) ? '1' : '0');
            return;
        }
        buf_add(out, str_of(field->fallback));
        return;
    case TYPE_INT:
        buf_add(out, str_of(field->fallback));
        return;
    case TYPE_MONEY:
        add_money(out, field->fallback);
        return;
    default:
        buf_printf(out, "'%s'", field->fallback);
    }
}

/* --- names ------------------------------------------------------------------------------------------------------- */

/* "SupportTickets" -> "support_tickets" */
static void add_snake(struct buf *out, const char *name)
{
    for (const char *p = name; *p; p++) {
        if (isupper((unsigned char)*p) && p > name) buf_add_char(out, '_');
        buf_add_char(out, (char)tolower((unsigned char)*p));
    }
}

void ddl_index_name(struct buf *out, const struct entity *entity, const struct field *field)
{
    add_snake(out, entity->table);
    buf_printf(out, "_%s", field->c_name);
}

/* The quoted name of a trigger, index or function that belongs to a table. */
static void add_name(struct buf *out, const struct entity *entity, const char *suffix)
{
    buf_add_char(out, '"');
    add_snake(out, entity->table);
    buf_printf(out, "%s\"", suffix);
}

typedef bool field_test(const struct field *field);

static bool is_searched(const struct field *field)
{
    return (field->flags & SEARCH) != 0;
}

static bool is_watched(const struct field *field)
{
    return !str_is(STR("version"), field->name);
}

/* What the audit log may keep: nothing about a person, no secret. */
static bool is_audited(const struct field *field)
{
    return field->privacy == PRIVACY_NONE;
}

/* The quoted names of the fields that pass, each with a prefix (`NEW.`), comma-separated. */
static void add_columns(struct buf *out, const struct entity *entity, field_test *test, const char *prefix)
{
    const char *comma = "";
    for (size_t i = 0; i < entity->shape.count; i++) {
        const struct field *field = &entity->shape.fields[i];
        if (!test(field)) continue;
        buf_printf(out, "%s%s\"%s\"", comma, prefix, field->name);
        comma = ", ";
    }
}

/* --- tables ------------------------------------------------------------------------------------------------------ */

const char *ddl_on_delete(const struct field *field)
{
    CHECK(field->type == TYPE_REF);
    if (field->flags & CASCADE) return "CASCADE";
    return field_not_null(field) ? "RESTRICT" : "SET NULL";
}

static void add_column(struct buf *out, const struct field *field, enum dialect dialect)
{
    buf_printf(out, "  \"%s\" %s", field->name, words[field->type].in[dialect].sql);
    if (field->type != TYPE_ID && field_not_null(field)) BUF_LITERAL(out, " NOT NULL");
    if (field->fallback) {
        BUF_LITERAL(out, " DEFAULT ");
        ddl_fallback(out, field, dialect);
    }
    if (field->type != TYPE_REF) return;
    buf_printf(out, " REFERENCES \"%s\" (\"id\") ON DELETE %s ON UPDATE CASCADE",
               entity_of((enum entity_id)field->of)->table, ddl_on_delete(field));
}

static void add_enum_check(struct buf *out, const struct entity *entity, const struct field *field)
{
    const struct enum_table *set = enum_table(field->of);
    buf_printf(out, ",\n  CONSTRAINT \"%s_%s\" CHECK (\"%s\" IN (", entity->name, field->c_name, field->name);
    for (size_t i = 0; i < set->count; i++) buf_printf(out, "%s'%s'", i > 0 ? ", " : "", set->texts[i]);
    BUF_LITERAL(out, "))");
}

static void add_table(struct buf *out, const struct entity *entity, enum dialect dialect)
{
    buf_printf(out, "CREATE TABLE \"%s\" (\n", entity->table);
    for (size_t i = 0; i < entity->shape.count; i++) {
        if (i > 0) BUF_LITERAL(out, ",\n");
        add_column(out, &entity->shape.fields[i], dialect);
    }
    for (size_t i = 0; i < entity->shape.count; i++) {
        const struct field *field = &entity->shape.fields[i];
        if (field->type == TYPE_ENUM) add_enum_check(out, entity, field);
    }
    for (size_t i = 0; i < entity->constraint_count; i++) {
        const struct constraint *constraint = &entity->constraints[i];
        buf_printf(out, ",\n  CONSTRAINT \"%s\" CHECK (%s)", constraint->name, constraint->expression);
    }
    BUF_LITERAL(out, "\n);\n");
}

/* A unique field has one unique index, which is constraint and index at once. */
static void add_indexes(struct buf *out, const struct entity *entity)
{
    for (size_t i = 0; i < entity->shape.count; i++) {
        const struct field *field = &entity->shape.fields[i];
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

/* --- parts of triggers ------------------------------------------------------------------------------------------- */

#define AUDIT_COLUMNS                                                                                                  \
    "\"actorId\", \"actorRole\", \"requestId\", \"action\", \"resource\", \"resourceId\", \"resourceVersion\", "       \
    "\"before\", \"after\", \"createdAt\", \"updatedAt\""

enum operation { OPERATION_INSERT, OPERATION_UPDATE, OPERATION_DELETE, OPERATION_COUNT };

static const char *const operation_words[OPERATION_COUNT] = {"INSERT", "UPDATE", "DELETE"};
static const char *const operation_suffixes[OPERATION_COUNT] = {"insert", "update", "delete"};

/* The row that a trigger speaks of. */
static const char *operation_row(enum operation operation)
{
    return operation == OPERATION_DELETE ? "OLD" : "NEW";
}

static void trigger_begin(struct buf *out, const struct entity *entity, const char *purpose, enum operation operation)
{
    char suffix[32];
    snprintf(suffix, sizeof(suffix), "_%s_%s", purpose, operation_suffixes[operation]);
    BUF_LITERAL(out, "CREATE TRIGGER ");
    add_name(out, entity, suffix);
    BUF_LITERAL(out, " ");
}

/* Version of the row after an update; a writer that left it alone gets it raised by the version trigger, which may run
 * before or after the trigger that asks. */
static const char version_after[] =
    "CASE WHEN NEW.\"version\" = OLD.\"version\" THEN OLD.\"version\" + 1 ELSE NEW.\"version\" END";

static void add_audit_value(struct buf *out, const struct field *field, const char *row, enum dialect dialect)
{
    str form = str_of(words[field->type].in[dialect].audit);
    size_t hole = str_find(form, '{');
    buf_printf(out, "%.*s%s.\"%s\"%s", (int)hole, form.p, row, field->name, form.p + hole + 2);
}

/* The pairs of a JSON object that holds what the audit log may know of a row. `version` is an expression for it, or
 * NULL: as the row has it. */
static void add_pairs(struct buf *out, const struct entity *entity, const char *row, const char *version,
                      enum dialect dialect)
{
    const char *comma = "";
    for (size_t i = 0; i < entity->shape.count; i++) {
        const struct field *field = &entity->shape.fields[i];
        if (!is_audited(field)) continue;
        buf_printf(out, "%s'%s', ", comma, field->name);
        if (version && !is_watched(field)) {
            buf_add(out, str_of(version));
        } else {
            add_audit_value(out, field, row, dialect);
        }
        comma = ", ";
    }
}

/* What an update does to a row, by what becomes of deletedAt. */
static void add_update_action(struct buf *out, const struct entity *entity)
{
    if (!entity->paranoid) {
        BUF_LITERAL(out, "'update'");
        return;
    }
    BUF_LITERAL(out, "CASE WHEN (OLD.\"deletedAt\" IS NULL) = (NEW.\"deletedAt\" IS NULL) THEN 'update' "
                     "WHEN OLD.\"deletedAt\" IS NULL THEN 'delete' ELSE 'restore' END");
}

/* --- triggers of SQLite ------------------------------------------------------------------------------------------ */

/* Who the running transaction writes for; NULL when nobody said. */
#define CONTEXT_OF(name) "(SELECT \"" name "\" FROM \"AuditContexts\" WHERE \"id\" = 1)"

/* The inner update names no column that the audit trigger watches, so a change is one entry. */
static void sqlite_version(struct buf *out, const struct entity *entity)
{
    BUF_LITERAL(out, "CREATE TRIGGER ");
    add_name(out, entity, "_version");
    buf_printf(out,
               " AFTER UPDATE ON \"%s\" WHEN NEW.\"version\" = OLD.\"version\"\n"
               "BEGIN UPDATE \"%s\" SET \"version\" = \"version\" + 1 WHERE \"id\" = NEW.\"id\"; END;\n",
               entity->table, entity->table);
}

static void sqlite_action(struct buf *out, const struct entity *entity, enum operation operation)
{
    if (operation == OPERATION_UPDATE) {
        add_update_action(out, entity);
        return;
    }
    buf_printf(out, "'%s'", operation == OPERATION_INSERT ? "create" : "delete");
}

static void sqlite_version_value(struct buf *out, const struct entity *entity, enum operation operation)
{
    if (!entity->paranoid) {
        BUF_LITERAL(out, "0");
        return;
    }
    if (operation == OPERATION_UPDATE) {
        buf_add(out, str_of(version_after));
        return;
    }
    buf_printf(out, "%s.\"version\"", operation_row(operation));
}

/* The row before (OLD) or after (NEW) as JSON; NULL where the operation has no such row. */
static void sqlite_image(struct buf *out, const struct entity *entity, const char *row, enum operation operation)
{
    bool is_new = str_is(STR("NEW"), row);
    if (operation == (is_new ? OPERATION_DELETE : OPERATION_INSERT)) {
        BUF_LITERAL(out, "NULL");
        return;
    }
    BUF_LITERAL(out, "json_object(");
    add_pairs(out, entity, row, is_new && operation == OPERATION_UPDATE ? version_after : NULL, DIALECT_SQLITE);
    BUF_LITERAL(out, ")");
}

/* VALUES and not SELECT: with a trigger on its target (the log has one) SQLite puts the rows of a SELECT into a
 * temporary table first, which costs more than the three look-ups of one cached row. */
static void sqlite_audit_values(struct buf *out, const struct entity *entity, enum operation operation)
{
    BUF_LITERAL(out, "  VALUES (coalesce(" CONTEXT_OF("actorId") ", 0), " CONTEXT_OF("actorRole") ", " CONTEXT_OF(
                         "requestId") ",\n  ");
    sqlite_action(out, entity, operation);
    buf_printf(out, ", '%s', %s.\"id\", ", entity->resource, operation_row(operation));
    sqlite_version_value(out, entity, operation);
    BUF_LITERAL(out, ",\n  ");
    sqlite_image(out, entity, "OLD", operation);
    BUF_LITERAL(out, ",\n  ");
    sqlite_image(out, entity, "NEW", operation);
    const char *when = operation == OPERATION_DELETE ? now[DIALECT_SQLITE] : "NEW.\"updatedAt\"";
    buf_printf(out, ",\n  %s, %s); END;\n", when, when);
}

static void sqlite_audit(struct buf *out, const struct entity *entity, enum operation operation)
{
    trigger_begin(out, entity, "audit", operation);
    buf_printf(out, "AFTER %s ", operation_words[operation]);
    if (operation == OPERATION_UPDATE) {
        BUF_LITERAL(out, "OF ");
        add_columns(out, entity, is_watched, "");
        BUF_LITERAL(out, " ");
    }
    buf_printf(out, "ON \"%s\"\nBEGIN INSERT INTO \"AuditLogs\" (" AUDIT_COLUMNS ")\n", entity->table);
    sqlite_audit_values(out, entity, operation);
}

/* REPLACE removes a row without telling the triggers of deletion, so taking an id that exists is refused as well. */
static void sqlite_append_only(struct buf *out, const struct entity *entity)
{
    static const char refuse[] = "BEGIN SELECT RAISE(ABORT, 'append_only'); END;\n";
    trigger_begin(out, entity, "keep", OPERATION_INSERT);
    buf_printf(out, "BEFORE INSERT ON \"%s\" WHEN EXISTS (SELECT 1 FROM \"%s\" WHERE \"id\" = NEW.\"id\")\n%s",
               entity->table, entity->table, refuse);
    trigger_begin(out, entity, "keep", OPERATION_UPDATE);
    buf_printf(out, "BEFORE UPDATE ON \"%s\"\n%s", entity->table, refuse);
    trigger_begin(out, entity, "keep", OPERATION_DELETE);
    buf_printf(out, "BEFORE DELETE ON \"%s\"\n%s", entity->table, refuse);
}

static void search_forget(struct buf *out, const struct entity *entity)
{
    buf_printf(out, "INSERT INTO \"%sSearch\" (\"%sSearch\", rowid, ", entity->table, entity->table);
    add_columns(out, entity, is_searched, "");
    BUF_LITERAL(out, ") VALUES ('delete', OLD.\"id\", ");
    add_columns(out, entity, is_searched, "OLD.");
    BUF_LITERAL(out, "); ");
}

static void search_learn(struct buf *out, const struct entity *entity)
{
    buf_printf(out, "INSERT INTO \"%sSearch\" (rowid, ", entity->table);
    add_columns(out, entity, is_searched, "");
    BUF_LITERAL(out, ") VALUES (NEW.\"id\", ");
    add_columns(out, entity, is_searched, "NEW.");
    BUF_LITERAL(out, "); ");
}

static void search_trigger(struct buf *out, const struct entity *entity, enum operation operation)
{
    trigger_begin(out, entity, "search", operation);
    buf_printf(out, "AFTER %s ", operation_words[operation]);
    if (operation == OPERATION_UPDATE) {
        BUF_LITERAL(out, "OF \"id\", ");
        add_columns(out, entity, is_searched, "");
        BUF_LITERAL(out, " ");
    }
    buf_printf(out, "ON \"%s\"", entity->table);
    if (operation == OPERATION_UPDATE) {
        BUF_LITERAL(out, " WHEN (OLD.\"id\", ");
        add_columns(out, entity, is_searched, "OLD.");
        BUF_LITERAL(out, ") IS NOT (NEW.\"id\", ");
        add_columns(out, entity, is_searched, "NEW.");
        BUF_LITERAL(out, ")");
    }
    BUF_LITERAL(out, "\nBEGIN ");
    if (operation != OPERATION_INSERT) search_forget(out, entity);
    if (operation != OPERATION_DELETE) search_learn(out, entity);
    BUF_LITERAL(out, "END;\n");
}

static void sqlite_search(struct buf *out, const struct entity *entity)
{
    buf_printf(out, "CREATE VIRTUAL TABLE \"%sSearch\" USING fts5(", entity->table);
    add_columns(out, entity, is_searched, "");
    buf_printf(out, ", content='%s', content_rowid='id', tokenize='unicode61 remove_diacritics 2');\n", entity->table);
    for (enum operation operation = OPERATION_INSERT; operation < OPERATION_COUNT; operation++)
        search_trigger(out, entity, operation);
}

/* The row is changed, never removed: without it changes could not be laid at anybody's door. */
static void sqlite_context(struct buf *out)
{
    buf_printf(
        out,
        "INSERT INTO \"AuditContexts\" (\"id\", \"actorId\", \"createdAt\", \"updatedAt\") VALUES (1, 0, %s, %s);\n",
        now[DIALECT_SQLITE], now[DIALECT_SQLITE]);
    BUF_LITERAL(out, "CREATE TRIGGER \"audit_contexts_keep_delete\" BEFORE DELETE ON \"AuditContexts\"\n"
                     "BEGIN SELECT RAISE(ABORT, 'audit_context'); END;\n");
}

static void sqlite_triggers(struct buf *out, const struct entity *entity)
{
    if (entity_searchable(entity)) sqlite_search(out, entity);
    if (entity->paranoid) sqlite_version(out, entity);
    if (entity->traits & APPEND_ONLY) sqlite_append_only(out, entity);
    if (!(entity->traits & AUDITED)) return;
    for (enum operation operation = OPERATION_INSERT; operation < OPERATION_COUNT; operation++)
        sqlite_audit(out, entity, operation);
}

/* --- triggers of PostgreSQL -------------------------------------------------------------------------------------- */

/* Who writes is a setting of the transaction here, not a row: a row would make all writers wait for each other. */
#define SETTING_OF(name) "nullif(current_setting('boxoffice." name "', true), '')"

static void postgres_functions(struct buf *out)
{
    BUF_LITERAL(out, "CREATE FUNCTION \"raise_version\"() RETURNS trigger LANGUAGE plpgsql AS\n"
                     "$$ BEGIN NEW.\"version\" := OLD.\"version\" + 1; RETURN NEW; END $$;\n");
    BUF_LITERAL(out, "CREATE FUNCTION \"refuse_append_only\"() RETURNS trigger LANGUAGE plpgsql AS\n"
                     "$$ BEGIN RAISE EXCEPTION 'append_only'; END $$;\n");
}

static void postgres_image(struct buf *out, const struct entity *entity, const char *row, const char *absent)
{
    buf_printf(out, "CASE WHEN TG_OP <> '%s' THEN json_build_object(", absent);
    add_pairs(out, entity, row, NULL, DIALECT_POSTGRES);
    BUF_LITERAL(out, ")::text END");
}

/* One function serves the three events of a table. It runs after the version trigger, so the version is the final
 * one; the row that an operation does not have is all NULL. */
static void postgres_audit_function(struct buf *out, const struct entity *entity)
{
    BUF_LITERAL(out, "CREATE FUNCTION ");
    add_name(out, entity, "_audit");
    BUF_LITERAL(out,
                "() RETURNS trigger LANGUAGE plpgsql AS\n"
                "$$ BEGIN INSERT INTO \"AuditLogs\" (" AUDIT_COLUMNS ")\n"
                "  VALUES (coalesce(" SETTING_OF("actor_id") "::integer, 0), " SETTING_OF("actor_role") ", " SETTING_OF(
                    "request_id") ",\n"
                                  "  CASE TG_OP WHEN 'INSERT' THEN 'create' WHEN 'DELETE' THEN 'delete' ELSE ");
    add_update_action(out, entity);
    buf_printf(out, " END,\n  '%s', coalesce(NEW.\"id\", OLD.\"id\"), %s,\n  ", entity->resource,
               entity->paranoid ? "coalesce(NEW.\"version\", OLD.\"version\")" : "0");
    postgres_image(out, entity, "OLD", "INSERT");
    BUF_LITERAL(out, ",\n  ");
    postgres_image(out, entity, "NEW", "DELETE");
    buf_printf(out, ",\n  coalesce(NEW.\"updatedAt\", %s), coalesce(NEW.\"updatedAt\", %s)); RETURN NULL; END $$;\n",
               now[DIALECT_POSTGRES], now[DIALECT_POSTGRES]);
}

static void postgres_audit(struct buf *out, const struct entity *entity)
{
    postgres_audit_function(out, entity);
    BUF_LITERAL(out, "CREATE TRIGGER ");
    add_name(out, entity, "_audit");
    BUF_LITERAL(out, " AFTER INSERT OR DELETE OR UPDATE OF ");
    add_columns(out, entity, is_watched, "");
    buf_printf(out, " ON \"%s\"\n  FOR EACH ROW EXECUTE FUNCTION ", entity->table);
    add_name(out, entity, "_audit");
    BUF_LITERAL(out, "();\n");
}

static void postgres_version(struct buf *out, const struct entity *entity)
{
    BUF_LITERAL(out, "CREATE TRIGGER ");
    add_name(out, entity, "_version");
    buf_printf(out,
               " BEFORE UPDATE ON \"%s\" FOR EACH ROW WHEN (NEW.\"version\" = OLD.\"version\")\n"
               "  EXECUTE FUNCTION \"raise_version\"();\n",
               entity->table);
}

static void postgres_append_only(struct buf *out, const struct entity *entity)
{
    BUF_LITERAL(out, "CREATE TRIGGER ");
    add_name(out, entity, "_keep");
    buf_printf(out,
               " BEFORE UPDATE OR DELETE OR TRUNCATE ON \"%s\"\n"
               "  FOR EACH STATEMENT EXECUTE FUNCTION \"refuse_append_only\"();\n",
               entity->table);
}

/* An index over an expression instead of a column, so that the columns stay those of the models. */
static void postgres_search(struct buf *out, const struct entity *entity)
{
    BUF_LITERAL(out, "CREATE INDEX ");
    add_name(out, entity, "_search");
    buf_printf(out, " ON \"%s\" USING GIN (to_tsvector('simple'", entity->table);
    const char *glue = ", ";
    for (size_t i = 0; i < entity->shape.count; i++) {
        if (!is_searched(&entity->shape.fields[i])) continue;
        buf_printf(out, "%scoalesce(\"%s\", '')", glue, entity->shape.fields[i].name);
        glue = " || ' ' || ";
    }
    BUF_LITERAL(out, "));\n");
}

static void postgres_triggers(struct buf *out, const struct entity *entity)
{
    if (entity_searchable(entity)) postgres_search(out, entity);
    if (entity->paranoid) postgres_version(out, entity);
    if (entity->traits & APPEND_ONLY) postgres_append_only(out, entity);
    if (entity->traits & AUDITED) postgres_audit(out, entity);
}

/* --- the whole --------------------------------------------------------------------------------------------------- */

void ddl_schema(struct buf *out, enum dialect dialect)
{
    for (enum entity_id id = 0; id < ENTITY_COUNT; id++) {
        add_table(out, entity_of(id), dialect);
        add_indexes(out, entity_of(id));
    }
    if (dialect == DIALECT_POSTGRES) postgres_functions(out);
    for (enum entity_id id = 0; id < ENTITY_COUNT; id++) {
        if (dialect == DIALECT_SQLITE) sqlite_triggers(out, entity_of(id));
        if (dialect == DIALECT_POSTGRES) postgres_triggers(out, entity_of(id));
    }
    if (dialect == DIALECT_SQLITE) sqlite_context(out);
}

static void drop_functions(struct buf *out)
{
    for (enum entity_id id = 0; id < ENTITY_COUNT; id++) {
        if (!(entity_of(id)->traits & AUDITED)) continue;
        BUF_LITERAL(out, "DROP FUNCTION ");
        add_name(out, entity_of(id), "_audit");
        BUF_LITERAL(out, "();\n");
    }
    BUF_LITERAL(out, "DROP FUNCTION \"raise_version\"();\nDROP FUNCTION \"refuse_append_only\"();\n");
}

/* Triggers and indexes go with their table. */
void ddl_drop(struct buf *out, enum dialect dialect)
{
    for (size_t i = ENTITY_COUNT; i-- > 0;) {
        const struct entity *entity = entity_of((enum entity_id)i);
        if (dialect == DIALECT_SQLITE && entity_searchable(entity)) {
            buf_printf(out, "DROP TABLE \"%sSearch\";\n", entity->table);
        }
        buf_printf(out, "DROP TABLE \"%s\";\n", entity->table);
    }
    if (dialect == DIALECT_POSTGRES) drop_functions(out);
}
