/* What ops/ uses of the store apart from readers and commands: scripts and their migration tables, numbers, the structure.
 * These share the writer's connection, between its batches. */
#include "base/check.h"
#include "store/rows.h"
#include "store/store_private.h"

/* Migration tables are those that Sequelize makes; ours must be made alike. */
static const struct migration_table {
    const char *name;
    bool changes_tables; /* its scripts do */
    const char *create, *names, *insert, *remove;
} migration_tables[] = {
#define MIGRATION_TABLE(table, changes_tables)                                                                         \
    {                                                                                                                  \
#table, changes_tables,                                                                                        \
            "CREATE TABLE IF NOT EXISTS \"" #table "\" (\"name\" VARCHAR(255) NOT NULL UNIQUE PRIMARY KEY)",           \
            "SELECT \"name\" FROM \"" #table "\" ORDER BY \"name\"",                                                   \
            "INSERT INTO \"" #table "\" (\"name\") VALUES (?)", "DELETE FROM \"" #table "\" WHERE \"name\" = ?"        \
    }
    MIGRATION_TABLE(SequelizeMeta, true),
    MIGRATION_TABLE(SequelizeData, false),
#undef MIGRATION_TABLE
};

static const struct migration_table *migration_table_of(const char *name)
{
    for (size_t i = 0; i < COUNT_OF(migration_tables); i++) {
        if (strcmp(migration_tables[i].name, name) == 0) return &migration_tables[i];
    }
    CHECK(false); /* names are constants of ours */
    return NULL;
}

static err record(const struct store_door *door, const struct migration_table *migration_table, str name, bool remove)
{
    struct statement *statement;
    bool row;
    err e = door->engine->prepare(door->connection, str_of(remove ? migration_table->remove : migration_table->insert),
                                  &statement);
    if (e) return e;
    door->engine->bind_text(statement, 1, name);
    e = door->engine->step(statement, &row);
    door->engine->finish(statement);
    return e;
}

static err execute_text(const struct store_door *door, const char *sql, struct arena *arena, str *ret_reason)
{
    return sql ? door->engine->execute(door->connection, str_of(sql), arena, ret_reason) : OK;
}

/* No reference was enforced while the script ran. */
static err check_references(const struct store_door *door, str *ret_reason)
{
    struct statement *statement;
    bool dangling = false;
    if (!door->engine->migration.check) return OK;
    err e = door->engine->prepare(door->connection, str_of(door->engine->migration.check), &statement);
    if (e) return e;
    e = door->engine->step(statement, &dangling);
    door->engine->finish(statement);
    if (e || !dangling) return e;
    *ret_reason =
        STR("a row would refer to a row that does not exist; `boxoffice verify` names it if it is there before");
    return ERR_STATE_CONFLICT;
}

err store_script(struct store *store, str sql, const char *migration_table_name, str name, bool remove,
                 struct arena *arena, str *ret_reason)
{
    struct store_door door = store_enter(store);
    const struct migration_table *migration_table = migration_table_of(migration_table_name);
    *ret_reason = STR("the database is busy");
    err e =
        migration_table->changes_tables ? execute_text(&door, door.engine->migration.before, arena, ret_reason) : OK;
    if (!e) e = door.engine->begin(door.connection, NULL);
    if (!e) e = execute_text(&door, migration_table->create, arena, ret_reason);
    if (!e) e = door.engine->execute(door.connection, sql, arena, ret_reason);
    if (!e && migration_table->changes_tables) e = check_references(&door, ret_reason);
    if (!e) e = record(&door, migration_table, name, remove);
    if (!e) e = door.engine->commit(door.connection);
    if (e) door.engine->rollback(door.connection);
    if (migration_table->changes_tables) {
        err restored = execute_text(&door, door.engine->migration.after, arena, NULL);
        CHECK(restored == OK); /* or references would not be enforced from now on */
    }
    store_leave(store);
    return e;
}

/* Reading must not require the right to create the table. */
static err table_find(const struct store_door *door, const char *name, bool *ret_found)
{
    struct statement *statement;
    err e = door->engine->prepare(door->connection, str_of(door->engine->find_table), &statement);
    if (e) return e;
    door->engine->bind_text(statement, 1, str_of(name));
    e = door->engine->step(statement, ret_found);
    door->engine->finish(statement);
    return e;
}

static err names_read(const struct store_door *door, const struct migration_table *migration_table, struct buf *names)
{
    struct statement *statement;
    bool row, found;
    err e = table_find(door, migration_table->name, &found);
    if (e || !found) return e;
    e = door->engine->prepare(door->connection, str_of(migration_table->names), &statement);
    if (e) return e;
    while ((e = door->engine->step(statement, &row)) == OK && row) {
        if (names->n) buf_add_char(names, '\n');
        buf_add(names, door->engine->column_text(statement, 0));
    }
    door->engine->finish(statement);
    return e;
}

err store_migration_table(struct store *store, const char *migration_table, struct arena *arena, str **ret_names,
                          size_t *ret_count)
{
    struct buf text = buf_new(arena, 1 << 20);
    struct store_door door = store_enter(store);
    err e = names_read(&door, migration_table_of(migration_table), &text);
    store_leave(store);
    if (e) return e;
    CHECK(!text.full);
    size_t count = text.n ? 1 : 0;
    for (size_t i = 0; i < text.n; i++) count += text.p[i] == '\n';
    str *names = ARENA_ARRAY(arena, str, count ? count : 1);
    str rest = text.n ? buf_str(&text) : STR_NONE;
    for (size_t i = 0; str_split(&rest, '\n', &names[i]); i++) continue;
    *ret_names = names;
    *ret_count = count;
    return OK;
}

err store_number(struct store *store, const char *sql, int64_t *ret_number)
{
    struct store_door door = store_enter(store);
    struct statement *statement;
    bool row = false;
    err e = door.engine->prepare(door.connection, str_of(sql), &statement);
    if (!e) {
        e = door.engine->step(statement, &row);
        if (!e && !row) e = ERR_NOT_FOUND;
        if (!e) *ret_number = door.engine->column_int(statement, 0);
        door.engine->finish(statement);
    }
    store_leave(store);
    return e;
}

err store_structure(struct store *store, struct arena *arena, str *ret_text)
{
    struct store_door door = store_enter(store);
    err e = door.engine->structure(door.connection, arena, ret_text);
    store_leave(store);
    return e;
}

err store_drop(const struct settings *settings, struct arena *arena, str *ret_reason)
{
    return engine_of(settings)->drop(settings, arena, ret_reason);
}

str store_display_name(const struct settings *settings, struct arena *arena)
{
    return engine_of(settings)->display_name(settings, arena);
}
