/* Changes of tables, and what surrounds all changes, on PostgreSQL; see ddl_difference.h. */
#include "base/check.h"
#include "schema/ddl_difference_parts.h"
#include "schema/ddl_template.h"

/* A serial column is an integer with a sequence. */
static str plain_type(str type)
{
    if (str_is(type, "SERIAL")) return STR("INTEGER");
    return str_is(type, "BIGSERIAL") ? STR("BIGINT") : type;
}

static bool same_type(const struct ddl_column *a, const struct ddl_column *b)
{
    return str_equal(plain_type(a->type), plain_type(b->type));
}

/* Whether `b` has every column and constraint of `a`, unchanged. */
static bool holds_lines(const struct ddl_table *a, const struct ddl_table *b)
{
    for (size_t i = 0; i < a->column_count; i++) {
        const struct ddl_column *other = ddl_table_column(b, a->columns[i].name);
        if (!other || !str_equal(other->text, a->columns[i].text)) return false;
    }
    for (size_t i = 0; i < a->constraint_count; i++) {
        const struct ddl_constraint *other = ddl_table_constraint(b, a->constraints[i].name);
        if (!other || !str_equal(other->text, a->constraints[i].text)) return false;
    }
    return true;
}

enum ddl_fate ddl_postgres_table_fate(const struct ddl_change *change)
{
    const struct ddl_table was = ddl_table_read(change->was), is = ddl_table_read(change->is);
    return holds_lines(&was, &is) && holds_lines(&is, &was) ? FATE_KEPT : FATE_ALTERED;
}

/* The engine does not allow dropping a column or changing its type while a trigger or a policy uses it. */
static bool changes_columns(const struct ddl_change *change)
{
    if (change->fate != FATE_ALTERED) return false;
    const struct ddl_table was = ddl_table_read(change->was), is = ddl_table_read(change->is);
    for (size_t i = 0; i < was.column_count; i++) {
        const struct ddl_column *column = ddl_table_column(&is, was.columns[i].name);
        if (!column || !same_type(&was.columns[i], column)) return true;
    }
    return false;
}

bool ddl_postgres_depends(const struct ddl_change *change, const struct ddl_change *other)
{
    if (!other->was) return false;
    bool reads_columns = change->is->kind == DDL_TRIGGER || change->is->kind == DDL_POLICY;
    if (other->was->kind == DDL_TABLE)
        return reads_columns && ddl_mentions(change->was->text, other->was->name) && changes_columns(other);
    if (other->was->kind != DDL_FUNCTION || other->fate != FATE_REMADE) return false;
    str name = str_first(other->was->name, str_find(other->was->name, '('));
    return change->is->kind != DDL_TABLE && ddl_mentions(change->was->text, name);
}

/* --- tables ------------------------------------------------------------------------------------------------------- */

/* Where a value is now required, the statement that changes the type also sets the default in rows without a value. */
static bool is_filled(const struct ddl_column *was, const struct ddl_column *is)
{
    return is->not_null && !was->not_null && is->default_value.p;
}

/* The default is dropped first and set again afterwards, since the engine might not be able to convert it. */
static bool is_retyped(const struct ddl_column *was, const struct ddl_column *is)
{
    return !same_type(was, is) || is_filled(was, is);
}

static void alter_type(struct buf *out, str table, const struct ddl_column *was, const struct ddl_column *is)
{
    str name = is->name, type = plain_type(is->type);
    if (!is_retyped(was, is)) return;
    if (was->default_value.p) {
        buf_printf(out, "ALTER TABLE %.*s ALTER COLUMN %.*s DROP DEFAULT;\n", STR_ARG(table), STR_ARG(name));
    }
    buf_printf(out, "ALTER TABLE %.*s ALTER COLUMN %.*s TYPE %.*s USING ", STR_ARG(table), STR_ARG(name),
               STR_ARG(type));
    if (is_filled(was, is)) {
        buf_printf(out, "coalesce(%.*s::%.*s, %.*s);\n", STR_ARG(name), STR_ARG(type), STR_ARG(is->default_value));
    } else {
        buf_printf(out, "%.*s::%.*s;\n", STR_ARG(name), STR_ARG(type));
    }
    if (str_equal(is->type, type)) return;
    str bare_table = ddl_unquoted(table), bare = ddl_unquoted(name);
    buf_printf(out, "ALTER SEQUENCE \"%.*s_%.*s_seq\" AS %.*s;\n", STR_ARG(bare_table), STR_ARG(bare), STR_ARG(type));
}

static void alter_default(struct buf *out, str table, const struct ddl_column *was, const struct ddl_column *is)
{
    bool dropped = is_retyped(was, is);
    if (str_equal(was->default_value, is->default_value) && !dropped) return;
    if (is->default_value.p) {
        buf_printf(out, "ALTER TABLE %.*s ALTER COLUMN %.*s SET DEFAULT %.*s;\n", STR_ARG(table), STR_ARG(is->name),
                   STR_ARG(is->default_value));
    } else if (was->default_value.p && !dropped) {
        buf_printf(out, "ALTER TABLE %.*s ALTER COLUMN %.*s DROP DEFAULT;\n", STR_ARG(table), STR_ARG(is->name));
    }
}

static void alter_reference(struct buf *out, str table, const struct ddl_column *was, const struct ddl_column *is)
{
    if (str_equal(was->references, is->references)) return;
    str bare_table = ddl_unquoted(table), bare = ddl_unquoted(is->name);
    if (was->references.p) {
        buf_printf(out, "ALTER TABLE %.*s DROP CONSTRAINT IF EXISTS \"%.*s_%.*s_fkey\";\n", STR_ARG(table),
                   STR_ARG(bare_table), STR_ARG(bare));
    }
    if (is->references.p) {
        buf_printf(out, "ALTER TABLE %.*s ADD CONSTRAINT \"%.*s_%.*s_fkey\" FOREIGN KEY (%.*s) REFERENCES %.*s;\n",
                   STR_ARG(table), STR_ARG(bare_table), STR_ARG(bare), STR_ARG(is->name), STR_ARG(is->references));
    }
}

static void alter_column(struct ddl_comparison *comparison, str table, const struct ddl_column *was,
                         const struct ddl_column *is)
{
    struct buf *out = &comparison->out;
    if (!str_equal(was->key, is->key)) comparison->unknown = is->text;
    alter_type(out, table, was, is);
    alter_default(out, table, was, is);
    if (was->not_null != is->not_null) {
        if (is->not_null && !is->default_value.p) ddl_obstacle(comparison, table, is->name);
        buf_printf(out, "ALTER TABLE %.*s ALTER COLUMN %.*s %s NOT NULL;\n", STR_ARG(table), STR_ARG(is->name),
                   is->not_null ? "SET" : "DROP");
    }
    alter_reference(out, table, was, is);
}

/* A constraint on a column whose type changes must be recreated: the engine stores its condition with type casts. */
static bool reads_retyped(const struct ddl_constraint *constraint, const struct ddl_table *a, const struct ddl_table *b)
{
    for (size_t i = 0; i < a->column_count; i++) {
        const struct ddl_column *column = &a->columns[i], *other = ddl_table_column(b, column->name);
        if (other && !same_type(column, other) && ddl_mentions(constraint->text, column->name)) return true;
    }
    return false;
}

/* Adds or drops the constraints of `a` that are missing or different in `b`, and those that must be recreated. */
static void alter_constraints(struct buf *out, const struct ddl_table *a, const struct ddl_table *b, bool add)
{
    for (size_t i = 0; i < a->constraint_count; i++) {
        const struct ddl_constraint *constraint = &a->constraints[i];
        const struct ddl_constraint *other = ddl_table_constraint(b, constraint->name);
        bool kept = other && str_equal(other->text, constraint->text) && !reads_retyped(constraint, a, b);
        if (kept) continue;
        str name = constraint->name, text = constraint->text;
        if (add) {
            buf_printf(out, "ALTER TABLE %.*s ADD %.*s;\n", STR_ARG(a->name), STR_ARG(text));
        } else {
            buf_printf(out, "ALTER TABLE %.*s DROP CONSTRAINT %.*s;\n", STR_ARG(a->name), STR_ARG(name));
        }
    }
}

static void drop_columns(struct buf *out, const struct ddl_table *was, const struct ddl_table *is)
{
    for (size_t i = 0; i < was->column_count; i++) {
        if (ddl_table_column(is, was->columns[i].name)) continue;
        buf_printf(out, "ALTER TABLE %.*s DROP COLUMN %.*s;\n", STR_ARG(was->name), STR_ARG(was->columns[i].name));
    }
}

static void add_column(struct ddl_comparison *comparison, str table, const struct ddl_column *column)
{
    if (column->not_null && !column->default_value.p) ddl_obstacle(comparison, table, column->name);
    buf_printf(&comparison->out, "ALTER TABLE %.*s ADD COLUMN %.*s;\n", STR_ARG(table), STR_ARG(column->text));
}

void ddl_postgres_alter(struct ddl_comparison *comparison, const struct ddl_change *change)
{
    const struct ddl_table was = ddl_table_read(change->was), is = ddl_table_read(change->is);
    alter_constraints(&comparison->out, &was, &is, false);
    drop_columns(&comparison->out, &was, &is);
    for (size_t i = 0; i < is.column_count; i++) {
        const struct ddl_column *column = &is.columns[i], *old = ddl_table_column(&was, column->name);
        if (old) {
            alter_column(comparison, is.name, old, column);
        } else {
            add_column(comparison, is.name, column);
        }
    }
    alter_constraints(&comparison->out, &is, &was, true);
}

/* --- before and after the changes --------------------------------------------------------------------------------- */

/* The views of the roles depend on all tables and some functions, so they are recreated when any of these change. */
static bool must_recreate_schemas(const struct ddl_comparison *comparison)
{
    bool remakes = !str_equal(comparison->was.schemas, comparison->is.schemas);
    for (size_t i = 0; i < comparison->count && !remakes; i++) {
        const struct ddl_change *change = &comparison->changes[i];
        enum ddl_kind kind = change->is ? change->is->kind : change->was->kind;
        bool read = kind == DDL_TABLE || kind == DDL_FUNCTION;
        remakes = read && change->fate != FATE_KEPT && change->fate != FATE_REPLACED;
    }
    return remakes;
}

static void drop_schemas(struct buf *out, str schemas)
{
    static const str create = {"CREATE SCHEMA ", 14};
    str line;
    while (str_split(&schemas, '\n', &line)) {
        if (!str_starts(line, create)) continue;
        str rest = str_from(line, create.n);
        buf_printf(out, "DROP SCHEMA %.*s CASCADE;\n", STR_ARG(str_first(rest, str_find(rest, ';'))));
    }
}

void ddl_postgres_enter(struct ddl_comparison *comparison)
{
    struct buf *out = &comparison->out;
    if (!str_equal(comparison->was.roles, comparison->is.roles)) buf_add(out, comparison->is.roles);
    ddl_expand(out, "postgres", "migration_enter", NULL);
    if (must_recreate_schemas(comparison)) drop_schemas(out, comparison->was.schemas);
}

/* The expression for the search document in the function of a search trigger; STR_NONE for any other function. */
static str document_of(const struct ddl_object *function)
{
    static const str head = {"VALUES (NEW.\"id\", ", 18};
    if (ddl_find(function->text, "search_document(NEW.") == function->text.n &&
        ddl_find(function->text, "search_document(coalesce(NEW.") == function->text.n)
        return STR_NONE;
    str rest = str_from(function->text, ddl_find(function->text, head.p) + head.n);
    return str_first(rest, ddl_find(rest, ")\n  ON CONFLICT"));
}

static str search_table_of(const struct ddl_object *function)
{
    static const str head = {"INSERT INTO public.\"", 20};
    str rest = str_from(function->text, ddl_find(function->text, head.p) + head.n);
    return str_first(rest, ddl_find(rest, "Search\""));
}

static bool words_change(const struct ddl_comparison *comparison)
{
    bool change = false;
    for (size_t i = 0; i < comparison->is.count && !change; i++) {
        const struct ddl_change *function = &comparison->changes[i];
        if (function->is->kind != DDL_FUNCTION || function->fate == FATE_KEPT) continue;
        change = str_starts(function->is->name, STR("\"search_words\"")) ||
                 str_starts(function->is->name, STR("\"search_document\""));
    }
    return change;
}

static void refill_search(struct ddl_comparison *comparison)
{
    bool all = words_change(comparison);
    for (size_t i = 0; i < comparison->is.count; i++) {
        const struct ddl_change *change = &comparison->changes[i];
        if (change->is->kind != DDL_FUNCTION || (change->fate == FATE_KEPT && !all)) continue;
        str document = document_of(change->is);
        if (!document.p) continue;
        const struct ddl_value values[] = {
            {"table", search_table_of(change->is)}, {"row", STR("new")}, {"document", document}, {0}};
        ddl_expand(&comparison->out, "postgres", "search_rebuild", values);
    }
}

void ddl_postgres_leave(struct ddl_comparison *comparison)
{
    if (must_recreate_schemas(comparison)) buf_add(&comparison->out, comparison->is.schemas);
    refill_search(comparison);
    ddl_expand(&comparison->out, "postgres", "migration_leave", NULL);
}
