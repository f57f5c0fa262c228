/* The structure of an SQLite database as text; see store_structure(). */
#include <stdlib.h>

#include "base/check.h"
#include "store/engine/sqlite.h"

/* Adds a line "what|column|column..." for each row of a query. */
static err structure_lines(struct connection *connection, struct buf *out, const char *what, const char *sql)
{
    struct statement *statement;
    err e = engine_sqlite.prepare(connection, str_of(sql), &statement);
    if (e) return e;
    bool row;
    while ((e = engine_sqlite.step(statement, &row)) == OK && row) {
        buf_add(out, str_of(what));
        for (int i = 0; i < engine_sqlite.columns(statement); i++) {
            buf_printf(out, "|%.*s", STR_ARG(engine_sqlite.column_text(statement, i)));
        }
        buf_add_char(out, '\n');
    }
    engine_sqlite.finish(statement);
    return e;
}

/* Cuts the next constraint with its condition off the text of a table. */
static bool next_constraint(str *text, str *ret_constraint)
{
    static const char head[] = "CONSTRAINT \"";
    const char *start = memmem(text->p, text->n, head, sizeof(head) - 1);
    if (!start) return false;
    str rest = str_from(*text, (size_t)(start - text->p));
    size_t end = str_find(rest, '(');
    for (int depth = 0; end < rest.n; end++) {
        depth += (rest.p[end] == '(') - (rest.p[end] == ')');
        if (depth == 0) break;
    }
    *ret_constraint = str_first(rest, end + 1);
    *text = str_from(rest, end + 1);
    return true;
}

static int by_text(const void *a, const void *b)
{
    const str *one = a, *other = b;
    int order = memcmp(one->p, other->p, one->n < other->n ? one->n : other->n);
    return order ? order : (one->n > other->n) - (one->n < other->n);
}

/* Their order depends on how the table came about: ALTER TABLE puts them into a column. */
static err structure_constraints(struct connection *connection, struct buf *out)
{
    enum { CONSTRAINTS_MAX = 64 };
    struct statement *statement;
    bool row;
    err e = engine_sqlite.prepare(
        connection, STR("SELECT name, sql FROM sqlite_schema WHERE type = 'table' ORDER BY name"), &statement);
    if (e) return e;
    while ((e = engine_sqlite.step(statement, &row)) == OK && row) {
        str name = engine_sqlite.column_text(statement, 0), rest = engine_sqlite.column_text(statement, 1),
            all[CONSTRAINTS_MAX];
        size_t count = 0;
        while (count < CONSTRAINTS_MAX && next_constraint(&rest, &all[count])) count++;
        qsort(all, count, sizeof(*all), by_text);
        for (size_t i = 0; i < count; i++) {
            buf_printf(out, "constraint|%.*s|%.*s\n", STR_ARG(name), STR_ARG(all[i]));
        }
    }
    engine_sqlite.finish(statement);
    return e;
}

err sqlite_structure(struct connection *connection, struct arena *arena, str *ret_text)
{
    static const struct {
        const char *what, *sql;
    } parts[] = {
        {"column", "SELECT t.name, c.name, c.type, c.\"notnull\", c.dflt_value, c.pk FROM sqlite_schema t, "
                   "pragma_table_info(t.name) c WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite\\_%' ESCAPE '\\' "
                   "ORDER BY t.name, c.name"},
        {"key", "SELECT t.name, k.\"from\", k.\"table\", k.\"to\", k.on_update, k.on_delete FROM sqlite_schema t, "
                "pragma_foreign_key_list(t.name) k WHERE t.type = 'table' ORDER BY t.name, k.\"from\""},
        {"index",
         "SELECT t.name, i.name, i.\"unique\", i.partial, (SELECT group_concat(n.name) FROM "
         "pragma_index_info(i.name) n), (SELECT s.sql FROM sqlite_schema s WHERE s.name = i.name AND i.partial) "
         "FROM sqlite_schema t, pragma_index_list(t.name) i WHERE t.type = 'table' ORDER BY t.name, i.name"},
        {"trigger", "SELECT tbl_name, name, sql FROM sqlite_schema WHERE type = 'trigger' ORDER BY name"},
    };
    struct buf out = buf_new(arena, 1 << 20);
    for (size_t i = 0; i < COUNT_OF(parts); i++) {
        err e = structure_lines(connection, &out, parts[i].what, parts[i].sql);
        if (e) return e;
    }
    err e = structure_constraints(connection, &out);
    if (e) return e;
    CHECK(!out.full);
    *ret_text = buf_str(&out);
    return OK;
}
