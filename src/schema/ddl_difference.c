/* See ddl_difference.h. First the fate of every object of both scripts is determined; then objects are dropped, in an
 * order that their dependencies allow, and created or altered, in the order of the new script. */
#include "schema/ddl_difference.h"

#include "base/check.h"
#include "schema/ddl_difference_parts.h"
#include "schema/ddl_template.h"

enum { SQL_MAX = 8 * 1024 * 1024 };

/* --- fates -------------------------------------------------------------------------------------------------------- */

const struct ddl_change *ddl_change_of(const struct ddl_comparison *comparison, str table)
{
    for (size_t i = 0; i < comparison->count; i++) {
        const struct ddl_change *change = &comparison->changes[i];
        const struct ddl_object *object = change->is ? change->is : change->was;
        if (object->kind <= DDL_SEARCH && str_equal(object->name, table)) return change;
    }
    return NULL;
}

/* The name, parameters and results of a function. */
static str signature(const struct ddl_object *function)
{
    return str_first(function->text, ddl_find(function->text, " LANGUAGE "));
}

static enum ddl_fate fate_of(const struct ddl_comparison *comparison, const struct ddl_change *change)
{
    if (!change->was) return FATE_NEW;
    if (!change->is) return FATE_GONE;
    if (str_equal(change->was->text, change->is->text)) return FATE_KEPT;
    if (change->is->kind == DDL_FUNCTION && str_equal(signature(change->was), signature(change->is)))
        return FATE_REPLACED;
    if (change->is->kind != DDL_TABLE) return FATE_REMADE;
    return comparison->dialect == DIALECT_SQLITE ? ddl_sqlite_table_fate(change) : ddl_postgres_table_fate(change);
}

static void pair(struct ddl_comparison *comparison)
{
    const struct ddl_objects *was = &comparison->was, *is = &comparison->is;
    comparison->changes = ARENA_ARRAY(comparison->arena, struct ddl_change, was->count + is->count + 1);
    for (size_t i = 0; i < is->count; i++) {
        comparison->changes[comparison->count++] =
            (struct ddl_change){.is = &is->list[i], .was = ddl_objects_find(was, &is->list[i])};
    }
    for (size_t i = 0; i < was->count; i++) {
        if (ddl_objects_find(is, &was->list[i])) continue;
        comparison->changes[comparison->count++] = (struct ddl_change){.was = &was->list[i]};
    }
    for (size_t i = 0; i < comparison->count; i++) {
        comparison->changes[i].fate = fate_of(comparison, &comparison->changes[i]);
    }
}

static bool depends(const struct ddl_comparison *comparison, const struct ddl_change *change,
                    const struct ddl_change *other)
{
    return comparison->dialect == DIALECT_SQLITE ? ddl_sqlite_depends(change, other)
                                                 : ddl_postgres_depends(change, other);
}

/* Objects that depend on a changed one are recreated, and so on recursively. */
static void recreate_dependents(struct ddl_comparison *comparison)
{
    bool more = true;
    while (more) {
        more = false;
        for (size_t i = 0; i < comparison->count; i++) {
            struct ddl_change *change = &comparison->changes[i];
            if (change->fate != FATE_KEPT && change->fate != FATE_REPLACED) continue;
            for (size_t j = 0; j < comparison->count && change->fate != FATE_REMADE; j++) {
                if (i == j || !depends(comparison, change, &comparison->changes[j])) continue;
                change->fate = FATE_REMADE;
                more = true;
            }
        }
    }
}

/* --- drops -------------------------------------------------------------------------------------------------------- */

/* Indexes, triggers and policies are dropped with their table. */
static bool is_dropped_with_table(const struct ddl_comparison *comparison, const struct ddl_object *object)
{
    static const bool belongs[DDL_KIND_COUNT] = {
        [DDL_INDEX] = true, [DDL_TRIGGER] = true, [DDL_POLICY] = true, [DDL_SECURITY] = true};
    if (!belongs[object->kind]) return false;
    const struct ddl_change *table = ddl_change_of(comparison, object->table);
    return table && (table->fate == FATE_GONE || table->fate == FATE_REMADE);
}

/* Writes the REVOKE ... FROM ... for a GRANT ... TO ... */
static void revoke(struct buf *out, str grant)
{
    static const str give = {"GRANT ", 6}, to = {" TO ", 4};
    str body = str_from(grant, give.n);
    size_t at = ddl_find(body, to.p);
    str roles = str_from(body, at + to.n);
    buf_printf(out, "REVOKE %.*s FROM %.*s;\n", (int)at, body.p, STR_ARG(roles));
}

static void drop(struct ddl_comparison *comparison, const struct ddl_object *object)
{
    static const char *const words[DDL_KIND_COUNT] = {
        [DDL_TABLE] = "TABLE",     [DDL_SEARCH] = "TABLE",  [DDL_INDEX] = "INDEX",
        [DDL_TRIGGER] = "TRIGGER", [DDL_POLICY] = "POLICY", [DDL_FUNCTION] = "FUNCTION",
    };
    struct buf *out = &comparison->out;
    bool named_by_table =
        object->kind == DDL_POLICY || (object->kind == DDL_TRIGGER && comparison->dialect == DIALECT_POSTGRES);
    /* A column that refers to the table is dropped later, when its own table is altered. */
    bool referred = object->kind == DDL_TABLE && comparison->dialect == DIALECT_POSTGRES;
    if (object->kind == DDL_GRANT) {
        revoke(out, object->text);
    } else if (named_by_table) {
        buf_printf(out, "DROP %s %.*s ON %.*s;\n", words[object->kind], STR_ARG(object->name), STR_ARG(object->table));
    } else {
        buf_printf(out, "DROP %s %.*s%s;\n", words[object->kind], STR_ARG(object->name), referred ? " CASCADE" : "");
    }
}

static void add_drops(struct ddl_comparison *comparison)
{
    static const enum ddl_kind order[] = {DDL_GRANT,  DDL_TRIGGER, DDL_POLICY,  DDL_INDEX,
                                          DDL_SEARCH, DDL_TABLE,   DDL_FUNCTION};
    for (size_t k = 0; k < COUNT_OF(order); k++) {
        for (size_t i = comparison->count; i-- > 0;) {
            const struct ddl_change *change = &comparison->changes[i];
            if (!change->was || change->was->kind != order[k]) continue;
            bool dropped = change->fate == FATE_GONE || (change->fate == FATE_REMADE && order[k] != DDL_TABLE);
            if (dropped && !is_dropped_with_table(comparison, change->was)) drop(comparison, change->was);
        }
    }
}

/* --- creates ------------------------------------------------------------------------------------------------------ */

void ddl_obstacle(struct ddl_comparison *comparison, str table, str column)
{
    buf_printf(&comparison->out,
               "-- %.*s.%.*s has no value for rows that exist, so this works on an empty table only\n", STR_ARG(table),
               STR_ARG(column));
    if (comparison->obstacle.p) return;
    comparison->obstacle =
        arena_printf(comparison->arena, "%.*s.%.*s is NOT NULL without a default, so rows that exist cannot have it",
                     STR_ARG(table), STR_ARG(column));
}

static void alter(struct ddl_comparison *comparison, const struct ddl_change *change)
{
    if (comparison->dialect == DIALECT_SQLITE) {
        ddl_sqlite_alter(comparison, change);
    } else {
        ddl_postgres_alter(comparison, change);
    }
}

static void make(struct ddl_comparison *comparison, const struct ddl_change *change)
{
    static const str create = {"CREATE", 6};
    struct buf *out = &comparison->out;
    bool is_table = change->is->kind == DDL_TABLE;
    if (change->fate == FATE_ALTERED || (change->fate == FATE_REMADE && is_table)) {
        alter(comparison, change);
    } else if (change->fate == FATE_REPLACED) {
        buf_printf(out, "CREATE OR REPLACE%.*s;\n", STR_ARG(str_from(change->is->text, create.n)));
    } else if (change->fate != FATE_KEPT) {
        buf_printf(out, "%.*s;\n", STR_ARG(change->is->text));
    }
    if (change->is->kind == DDL_SEARCH && change->fate != FATE_KEPT) {
        const struct ddl_value values[] = {{"search", ddl_unquoted(change->is->name)}, {0}};
        ddl_expand(out, "sqlite", "search_rebuild", values);
    }
}

static void add_creates(struct ddl_comparison *comparison)
{
    for (size_t i = 0; i < comparison->is.count; i++) make(comparison, &comparison->changes[i]);
}

/* --- all statements ----------------------------------------------------------------------------------------------- */

/* Every table has row security from the start; changing it or switching it off is not supported. */
static void find_unsupported(struct ddl_comparison *comparison)
{
    for (size_t i = 0; i < comparison->count; i++) {
        const struct ddl_change *change = &comparison->changes[i];
        bool undone = change->fate == FATE_GONE || change->fate == FATE_REMADE;
        if (!undone || change->was->kind != DDL_SECURITY || is_dropped_with_table(comparison, change->was)) continue;
        comparison->unknown = change->was->text;
    }
}

static void loss_add(struct buf *out, str table, str column)
{
    buf_printf(out, "%s%.*s", out->n ? ", " : "", STR_ARG(ddl_unquoted(table)));
    if (column.p) buf_printf(out, ".%.*s", STR_ARG(ddl_unquoted(column)));
}

static str losses_of(const struct ddl_comparison *comparison)
{
    struct buf out = buf_new(comparison->arena, SQL_MAX);
    for (size_t i = 0; i < comparison->count; i++) {
        const struct ddl_change *change = &comparison->changes[i];
        if (!change->was || change->was->kind != DDL_TABLE) continue;
        const struct ddl_table was = ddl_table_read(change->was);
        if (!change->is) {
            loss_add(&out, was.name, STR_NONE);
            continue;
        }
        const struct ddl_table is = ddl_table_read(change->is);
        for (size_t j = 0; j < was.column_count; j++) {
            if (!was.columns[j].computed && !ddl_table_column(&is, was.columns[j].name))
                loss_add(&out, was.name, was.columns[j].name);
        }
    }
    return buf_str(&out);
}

static bool differs(const struct ddl_comparison *comparison)
{
    bool roles = !str_equal(comparison->was.roles, comparison->is.roles) ||
                 !str_equal(comparison->was.schemas, comparison->is.schemas);
    for (size_t i = 0; i < comparison->count && !roles; i++) roles = comparison->changes[i].fate != FATE_KEPT;
    return roles;
}

static void write_statements(struct ddl_comparison *comparison)
{
    if (!differs(comparison)) return;
    bool enter = comparison->dialect == DIALECT_POSTGRES;
    if (enter) ddl_postgres_enter(comparison);
    add_drops(comparison);
    add_creates(comparison);
    if (enter) ddl_postgres_leave(comparison);
}

err ddl_difference(struct arena *arena, enum dialect dialect, const str scripts[2], str *ret_reason,
                   struct ddl_difference *ret_difference)
{
    struct ddl_comparison comparison = {.arena = arena, .dialect = dialect, .out = buf_new(arena, SQL_MAX)};
    err e = ddl_objects_read(arena, scripts[0], ret_reason, &comparison.was);
    if (!e) e = ddl_objects_read(arena, scripts[1], ret_reason, &comparison.is);
    if (e) return e;
    pair(&comparison);
    recreate_dependents(&comparison);
    find_unsupported(&comparison);
    write_statements(&comparison);
    if (comparison.unknown.p) {
        *ret_reason = arena_printf(arena, "the change of '%.*s' is not supported", STR_ARG(comparison.unknown));
        return ERR_INVALID;
    }
    CHECK(!comparison.out.full);
    *ret_difference = (struct ddl_difference){buf_str(&comparison.out), comparison.obstacle, losses_of(&comparison)};
    return OK;
}
