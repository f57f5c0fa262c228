/* See ddl_objects.h. */
#include "schema/ddl_objects.h"

#include <ctype.h>

#include "base/check.h"

size_t ddl_find(str text, const char *part)
{
    const char *found = memmem(text.p, text.n, part, strlen(part));
    return found ? (size_t)(found - text.p) : text.n;
}

str ddl_unquoted(str name)
{
    return name.n > 1 && name.p[0] == '"' ? (str){name.p + 1, name.n - 2} : name;
}

static bool is_word(char c)
{
    return isalnum((unsigned char)c) || c == '_';
}

bool ddl_mentions(str text, str name)
{
    str word = ddl_unquoted(name);
    while (text.n >= word.n && word.n > 0) {
        const char *found = memmem(text.p, text.n, word.p, word.n);
        if (!found) return false;
        const char *end = found + word.n;
        bool starts = found == text.p || !is_word(found[-1]);
        if (starts && (end == text.p + text.n || !is_word(*end))) return true;
        text = str_from(text, (size_t)(end - text.p));
    }
    return false;
}

/* --- statements --------------------------------------------------------------------------------------------------- */

/* Removes the first statement from *rest; the body of a function may contain semicolons. */
static bool next_statement(str *rest, str *ret_text)
{
    bool quoted = false;
    for (size_t i = 0; i + 1 < rest->n; i++) {
        const char *c = rest->p + i;
        if (c[0] == '$' && c[1] == '$') quoted = !quoted;
        if (quoted || c[0] != ';' || c[1] != '\n') continue;
        *ret_text = str_first(*rest, i);
        *rest = str_from(*rest, i + 2);
        return true;
    }
    return false;
}

/* How statements begin, and what separates the object's name from that of its table; NULL: the object is the table. */
static const struct form {
    const char *head;
    enum ddl_kind kind;
} forms[] = {
    {"CREATE TABLE ", DDL_TABLE},        {"CREATE VIRTUAL TABLE ", DDL_SEARCH}, {"CREATE INDEX ", DDL_INDEX},
    {"CREATE UNIQUE INDEX ", DDL_INDEX}, {"CREATE FUNCTION ", DDL_FUNCTION},    {"CREATE TRIGGER ", DDL_TRIGGER},
    {"CREATE POLICY ", DDL_POLICY},      {"ALTER TABLE ", DDL_SECURITY},        {"GRANT ", DDL_GRANT},
    {"INSERT INTO ", DDL_ROW},
};

/* The quoted name at the beginning of a text. */
static str quoted_name(str text)
{
    return str_first(text, text.n > 0 ? str_find(str_from(text, 1), '"') + 2 : 0);
}

static str table_of(enum ddl_kind kind, str name, str rest)
{
    static const str on = {" ON ", 4};
    switch (kind) {
    case DDL_TABLE:
    case DDL_SEARCH:
    case DDL_SECURITY:
        return name;
    case DDL_ROW:
        return quoted_name(rest);
    case DDL_INDEX:
    case DDL_TRIGGER:
    case DDL_POLICY:
        return quoted_name(str_from(rest, ddl_find(rest, " ON \"") + on.n));
    default:
        return STR_NONE;
    }
}

static str name_of(enum ddl_kind kind, str text, str rest)
{
    if (kind == DDL_GRANT || kind == DDL_ROW) return text;
    if (kind == DDL_FUNCTION) return str_first(rest, str_find(rest, ')') + 1);
    return quoted_name(rest);
}

static bool object_read(str text, struct ddl_object *ret_object)
{
    for (size_t i = 0; i < COUNT_OF(forms); i++) {
        const struct form *form = &forms[i];
        if (!str_starts(text, str_of(form->head))) continue;
        str rest = str_from(text, strlen(form->head));
        str name = name_of(form->kind, text, rest);
        *ret_object = (struct ddl_object){form->kind, name, table_of(form->kind, name, rest), text};
        return true;
    }
    return false;
}

/* --- scripts ------------------------------------------------------------------------------------------------------ */

/* The text between two positions in the script. */
static str between(const char *start, const char *end)
{
    return (str){start, (size_t)(end - start)};
}

static size_t statements_at_most(str script)
{
    size_t count = 1;
    for (size_t i = 0; i < script.n; i++) count += script.p[i] == '\n';
    return count;
}

/* Splits a script into its three parts, each consisting of whole statements. */
static void script_cut(str script, struct ddl_objects *objects, str *ret_middle)
{
    static const str table = {"CREATE TABLE ", 13}, schema = {"CREATE SCHEMA ", 14},
                     leave = {"SET LOCAL ROLE NONE", 19};
    str rest = script, text;
    const char *first = NULL, *schemas = NULL, *end = NULL;
    while (!end && next_statement(&rest, &text)) {
        if (!first && str_starts(text, table)) first = text.p;
        if (!schemas && str_starts(text, schema)) schemas = text.p;
        if (first && str_equal(text, leave)) end = text.p;
    }
    if (!end) end = script.p + script.n;
    if (!first) first = script.p;
    if (!schemas) schemas = end;
    objects->roles = between(script.p, first);
    objects->schemas = between(schemas, end);
    *ret_middle = between(first, schemas);
}

err ddl_objects_read(struct arena *arena, str script, str *ret_reason, struct ddl_objects *ret_objects)
{
    enum { SHOWN = 60 };
    struct ddl_objects objects = {.list = ARENA_ARRAY(arena, struct ddl_object, statements_at_most(script))};
    str rest, text;
    script_cut(script, &objects, &rest);
    while (next_statement(&rest, &text)) {
        if (object_read(text, &objects.list[objects.count++])) continue;
        *ret_reason = arena_printf(arena, "unknown statement '%.*s...'", STR_ARG(str_first(text, SHOWN)));
        return ERR_INVALID;
    }
    *ret_objects = objects;
    return OK;
}

const struct ddl_object *ddl_objects_find(const struct ddl_objects *objects, const struct ddl_object *object)
{
    for (size_t i = 0; i < objects->count; i++) {
        const struct ddl_object *other = &objects->list[i];
        if (other->kind == object->kind && str_equal(other->name, object->name) &&
            str_equal(other->table, object->table)) {
            return other;
        }
    }
    return NULL;
}

/* --- tables ------------------------------------------------------------------------------------------------------- */

/* Removes `mark` and what follows it from the end of *text, and returns what followed; STR_NONE when there is
 * no mark. */
static str take_suffix(str *text, const char *mark)
{
    size_t at = ddl_find(*text, mark);
    if (at == text->n) return STR_NONE;
    str behind = str_from(*text, at + strlen(mark));
    *text = str_first(*text, at);
    return behind;
}

static struct ddl_column column_read(str line)
{
    struct ddl_column column = {.name = quoted_name(line), .text = line};
    str rest = str_from(line, column.name.n + 1);
    column.computed = ddl_find(rest, " GENERATED ALWAYS AS ") < rest.n;
    column.references = take_suffix(&rest, " REFERENCES ");
    column.default_value = take_suffix(&rest, " DEFAULT ");
    column.not_null = take_suffix(&rest, " NOT NULL").p != NULL;
    size_t key = ddl_find(rest, "PRIMARY KEY");
    if (key < rest.n) column.key = str_from(rest, key);
    column.type = str_trim(str_first(rest, key));
    return column;
}

struct ddl_table ddl_table_read(const struct ddl_object *object)
{
    static const str constraint = {"CONSTRAINT ", 11};
    struct ddl_table table = {.name = object->name};
    str rest = object->text, line;
    str_split(&rest, '\n', &line); /* CREATE TABLE "Name" ( */
    while (str_split(&rest, '\n', &line) && !str_is(line, ")")) {
        line = str_trim(line);
        if (line.n > 0 && line.p[line.n - 1] == ',') line.n--;
        if (str_starts(line, constraint)) {
            CHECK(table.constraint_count < DDL_CONSTRAINTS_MAX);
            table.constraints[table.constraint_count++] =
                (struct ddl_constraint){quoted_name(str_from(line, constraint.n)), line};
        } else {
            CHECK(table.column_count < FIELDS_MAX);
            table.columns[table.column_count++] = column_read(line);
        }
    }
    return table;
}

const struct ddl_column *ddl_table_column(const struct ddl_table *table, str name)
{
    for (size_t i = 0; i < table->column_count; i++) {
        if (str_equal(table->columns[i].name, name)) return &table->columns[i];
    }
    return NULL;
}

const struct ddl_constraint *ddl_table_constraint(const struct ddl_table *table, str name)
{
    for (size_t i = 0; i < table->constraint_count; i++) {
        if (str_equal(table->constraints[i].name, name)) return &table->constraints[i];
    }
    return NULL;
}
