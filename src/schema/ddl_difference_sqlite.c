/* Changes of tables on SQLite; see ddl_difference.h. */
#include "base/check.h"
#include "schema/ddl_difference_parts.h"
#include "schema/ddl_template.h"

static bool same_columns(const struct ddl_table *a, const struct ddl_table *b)
{
    for (size_t i = 0; i < a->column_count; i++) {
        const struct ddl_column *other = ddl_table_column(b, a->columns[i].name);
        if (other && !str_equal(other->text, a->columns[i].text)) return false;
    }
    return true;
}

/* Whether `b` has every constraint of `a`, unchanged. */
static bool has_constraints(const struct ddl_table *a, const struct ddl_table *b)
{
    for (size_t i = 0; i < a->constraint_count; i++) {
        const struct ddl_constraint *other = ddl_table_constraint(b, a->constraints[i].name);
        if (!other || !str_equal(other->text, a->constraints[i].text)) return false;
    }
    return true;
}

static size_t missing_columns(const struct ddl_table *a, const struct ddl_table *b)
{
    size_t count = 0;
    for (size_t i = 0; i < a->column_count; i++) count += !ddl_table_column(b, a->columns[i].name);
    return count;
}

/* A new column whose definition can include the constraint: the last one that the constraint uses, because columns that
 * are added later do not exist yet. NULL if there is none. */
static const struct ddl_column *column_for_constraint(const struct ddl_table *was, const struct ddl_table *is,
                                                      const struct ddl_constraint *constraint)
{
    for (size_t i = is->column_count; i-- > 0;) {
        const struct ddl_column *column = &is->columns[i];
        if (!ddl_table_column(was, column->name) && ddl_mentions(constraint->text, column->name)) return column;
    }
    return NULL;
}

/* ADD COLUMN works if existing rows can have the column, and if every new constraint can be part of a new column. */
static bool can_add(const struct ddl_table *was, const struct ddl_table *is)
{
    for (size_t i = 0; i < is->column_count; i++) {
        const struct ddl_column *column = &is->columns[i];
        if (ddl_table_column(was, column->name)) continue;
        if (column->key.p || (column->not_null && !column->default_value.p)) return false;
        if (column->references.p && column->default_value.p) return false;
    }
    for (size_t i = 0; i < is->constraint_count; i++) {
        const struct ddl_constraint *constraint = &is->constraints[i];
        if (!ddl_table_constraint(was, constraint->name) && !column_for_constraint(was, is, constraint)) return false;
    }
    return has_constraints(was, is);
}

/* DROP COLUMN works for columns that no other part of the table refers to. */
static bool can_drop(const struct ddl_table *was, const struct ddl_table *is)
{
    for (size_t i = 0; i < was->column_count; i++) {
        const struct ddl_column *column = &was->columns[i];
        if (!ddl_table_column(is, column->name) && (column->key.p || column->references.p)) return false;
    }
    return has_constraints(was, is) && has_constraints(is, was);
}

enum ddl_fate ddl_sqlite_table_fate(const struct ddl_change *change)
{
    const struct ddl_table was = ddl_table_read(change->was), is = ddl_table_read(change->is);
    size_t added = missing_columns(&is, &was), dropped = missing_columns(&was, &is);
    if (!same_columns(&was, &is)) return FATE_REMADE;
    if (added == 0 && dropped == 0)
        return has_constraints(&was, &is) && has_constraints(&is, &was) ? FATE_KEPT : FATE_REMADE;
    if (dropped == 0) return can_add(&was, &is) ? FATE_ALTERED : FATE_REMADE;
    return added == 0 && can_drop(&was, &is) ? FATE_ALTERED : FATE_REMADE;
}

bool ddl_sqlite_depends(const struct ddl_change *change, const struct ddl_change *other)
{
    if (!other->is || other->is->kind != DDL_TABLE || other->fate != FATE_REMADE) return false;
    bool belongs = change->is->kind == DDL_INDEX || change->is->kind == DDL_TRIGGER;
    return belongs && str_equal(change->is->table, other->is->name);
}

/* --- statements --------------------------------------------------------------------------------------------------- */

static void add_columns(struct buf *out, const struct ddl_table *was, const struct ddl_table *is)
{
    for (size_t i = 0; i < is->column_count; i++) {
        const struct ddl_column *column = &is->columns[i];
        if (ddl_table_column(was, column->name)) continue;
        buf_printf(out, "ALTER TABLE %.*s ADD COLUMN %.*s", STR_ARG(is->name), STR_ARG(column->text));
        for (size_t j = 0; j < is->constraint_count; j++) {
            const struct ddl_constraint *constraint = &is->constraints[j];
            if (ddl_table_constraint(was, constraint->name) || column_for_constraint(was, is, constraint) != column)
                continue;
            buf_printf(out, " %.*s", STR_ARG(constraint->text));
        }
        BUF_LITERAL(out, ";\n");
    }
}

static void drop_columns(struct buf *out, const struct ddl_table *was, const struct ddl_table *is)
{
    for (size_t i = 0; i < was->column_count; i++) {
        const struct ddl_column *column = &was->columns[i];
        if (ddl_table_column(is, column->name)) continue;
        buf_printf(out, "ALTER TABLE %.*s DROP COLUMN %.*s;\n", STR_ARG(was->name), STR_ARG(column->name));
    }
}

/* Adds the columns to copy and their values: where a value is now required, rows without one get the default. Types
 * require no conversion, because the engine converts every value that it stores. */
static void add_copied_columns(struct ddl_comparison *comparison, const struct ddl_table *was,
                               const struct ddl_table *is, struct buf *columns, struct buf *values)
{
    const char *comma = "";
    for (size_t i = 0; i < is->column_count; i++) {
        const struct ddl_column *column = &is->columns[i], *old = ddl_table_column(was, column->name);
        bool filled = column->not_null && column->default_value.p;
        if (column->computed) continue;
        if (!old && column->not_null && !filled) ddl_obstacle(comparison, is->name, column->name);
        if (!old) continue;
        buf_printf(columns, "%s%.*s", comma, STR_ARG(column->name));
        if (filled && !old->not_null) {
            buf_printf(values, "%scoalesce(%.*s, %.*s)", comma, STR_ARG(column->name), STR_ARG(column->default_value));
        } else {
            buf_printf(values, "%s%.*s", comma, STR_ARG(column->name));
        }
        comma = ", ";
    }
}

static void rebuild(struct ddl_comparison *comparison, const struct ddl_change *change, const struct ddl_table *was,
                    const struct ddl_table *is)
{
    enum { LIST_MAX = 16 * 1024 };
    static const str create = {"CREATE TABLE ", 13};
    struct buf columns = buf_new(comparison->arena, LIST_MAX), values = buf_new(comparison->arena, LIST_MAX);
    add_copied_columns(comparison, was, is, &columns, &values);
    CHECK(!columns.full && !values.full);
    const struct ddl_value all[] = {
        {"table", ddl_unquoted(is->name)},
        {"definition", str_from(change->is->text, create.n + is->name.n)},
        {"columns", buf_str(&columns)},
        {"values", buf_str(&values)},
        {0},
    };
    ddl_expand(&comparison->out, "sqlite", "table_rebuild", all);
}

void ddl_sqlite_alter(struct ddl_comparison *comparison, const struct ddl_change *change)
{
    const struct ddl_table was = ddl_table_read(change->was), is = ddl_table_read(change->is);
    if (change->fate == FATE_REMADE) {
        rebuild(comparison, change, &was, &is);
    } else {
        add_columns(&comparison->out, &was, &is);
        drop_columns(&comparison->out, &was, &is);
    }
}
