/* See administer.h. */
#include "store/administer.h"

#include "base/check.h"
#include "base/clock.h"
#include "store/store_private.h"

/* Sequelize creates these tables too, so ours must be identical to those. */
static const struct migration_table {
    const char *name;
    bool changes_tables; /* its scripts change the schema */
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
    CHECK(false); /* names are constants of this program */
    return NULL;
}

static err record(const struct store_access *access, const struct migration_table *migration_table, str name,
                  bool remove)
{
    struct statement *statement;
    bool row;
    err e = access->engine->prepare(access->connection,
                                    str_of(remove ? migration_table->remove : migration_table->insert), &statement);
    if (e) return e;
    access->engine->bind_text(statement, 1, name);
    e = access->engine->step(statement, &row);
    access->engine->finish(statement);
    return e;
}

static err execute_text(const struct store_access *access, const char *sql, struct arena *arena, str *ret_reason)
{
    return sql ? access->engine->execute(access->connection, str_of(sql), arena, ret_reason) : OK;
}

/* References were not enforced while the script ran, so they are checked now. */
static err check_references(const struct store_access *access, str *ret_reason)
{
    struct statement *statement;
    bool dangling = false;
    if (!access->engine->database->migration.check) return OK;
    err e = access->engine->prepare(access->connection, str_of(access->engine->database->migration.check), &statement);
    if (e) return e;
    e = access->engine->step(statement, &dangling);
    access->engine->finish(statement);
    if (e || !dangling) return e;
    *ret_reason =
        STR("a row would refer to a row that does not exist; `boxoffice verify` names it if it is there before");
    return ERR_STATE_CONFLICT;
}

err store_script(struct store *store, str sql, const char *migration_table_name, str name, bool remove,
                 struct arena *arena, str *ret_reason)
{
    struct store_access access = store_enter(store);
    const struct migration_table *migration_table = migration_table_of(migration_table_name);
    *ret_reason = STR("the database is busy");
    err e = migration_table->changes_tables
                ? execute_text(&access, access.engine->database->migration.before, arena, ret_reason)
                : OK;
    if (!e) e = access.engine->begin(access.connection, NULL);
    if (!e) e = execute_text(&access, migration_table->create, arena, ret_reason);
    if (!e) e = access.engine->execute(access.connection, sql, arena, ret_reason);
    if (!e && migration_table->changes_tables) e = check_references(&access, ret_reason);
    if (!e) e = record(&access, migration_table, name, remove);
    if (!e) e = access.engine->commit(access.connection);
    if (e) access.engine->rollback(access.connection);
    if (migration_table->changes_tables) {
        err restored = execute_text(&access, access.engine->database->migration.after, arena, NULL);
        CHECK(restored == OK); /* or references would not be enforced from now on */
    }
    store_leave(store);
    return e;
}

err store_sign_out(struct store *store, struct arena *arena, str *ret_reason)
{
    struct store_access access = store_enter(store);
    *ret_reason = STR("the database is busy");
    err e = access.engine->begin(access.connection, NULL);
    if (!e) e = access.engine->execute(access.connection, STR("DELETE FROM \"Sessions\""), arena, ret_reason);
    if (!e) e = access.engine->commit(access.connection);
    if (e) access.engine->rollback(access.connection);
    store_leave(store);
    return e;
}

static err ids_read(const struct store_access *access, str sql, struct buf *ids)
{
    struct statement *statement;
    bool row;
    err e = access->engine->prepare(access->connection, sql, &statement);
    if (e) return e;
    for (size_t n = 0; (e = access->engine->step(statement, &row)) == OK && row; n++) {
        long long id = access->engine->column_int(statement, 0);
        if (n == ROWS_NAMED)
            BUF_LITERAL(ids, ", ...");
        else
            buf_printf(ids, "%s%lld", n ? ", " : "", id);
    }
    access->engine->finish(statement);
    return e;
}

str store_refused_rows(struct store *store, str reason, struct arena *arena)
{
    enum { CONDITION_MAX = 8192, IDS_MAX = 512 };
    struct buf condition = buf_new(arena, CONDITION_MAX), ids = buf_new(arena, IDS_MAX);
    struct store_access access = store_enter(store);
    const struct entity *entity = ddl_check_named(&condition, reason, access.engine->dialect);
    if (entity) {
        str sql = arena_printf(arena, "SELECT \"id\" FROM \"%s\" WHERE NOT (%.*s) ORDER BY \"id\" LIMIT %d",
                               entity->table, STR_ARG(buf_str(&condition)), ROWS_NAMED + 1);
        if (ids_read(&access, sql, &ids)) ids.n = 0;
    }
    store_leave(store);
    if (ids.n == 0) return STR_NONE;
    return arena_printf(arena, "rows %.*s of %s", STR_ARG(buf_str(&ids)), entity->table);
}

/* Checked before the table is read, so that reading a missing table does not require the right to create it. */
static err table_find(const struct store_access *access, const char *name, bool *ret_found)
{
    struct statement *statement;
    err e = access->engine->prepare(access->connection, str_of(access->engine->database->find_table), &statement);
    if (e) return e;
    access->engine->bind_text(statement, 1, str_of(name));
    e = access->engine->step(statement, ret_found);
    access->engine->finish(statement);
    return e;
}

static err names_read(const struct store_access *access, const struct migration_table *migration_table,
                      struct buf *names)
{
    struct statement *statement;
    bool row, found;
    err e = table_find(access, migration_table->name, &found);
    if (e || !found) return e;
    e = access->engine->prepare(access->connection, str_of(migration_table->names), &statement);
    if (e) return e;
    while ((e = access->engine->step(statement, &row)) == OK && row) {
        if (names->n) buf_add_char(names, '\n');
        buf_add(names, access->engine->column_text(statement, 0));
    }
    access->engine->finish(statement);
    return e;
}

err store_migration_table(struct store *store, const char *migration_table, struct arena *arena, str **ret_names,
                          size_t *ret_count)
{
    struct buf text = buf_new(arena, 1 << 20);
    struct store_access access = store_enter(store);
    err e = names_read(&access, migration_table_of(migration_table), &text);
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

void store_interrupt_when(struct store *store, const atomic_bool *stopping)
{
    struct store_access access = store_enter(store);
    if (access.engine->database->interrupt_when) access.engine->database->interrupt_when(access.connection, stopping);
    store_leave(store);
}

err store_number(struct store *store, const char *sql, int64_t *ret_number)
{
    struct store_access access = store_enter(store);
    struct statement *statement;
    bool row = false;
    err e = access.engine->prepare(access.connection, str_of(sql), &statement);
    if (!e) {
        e = access.engine->step(statement, &row);
        if (!e && !row) e = ERR_NOT_FOUND;
        if (!e) *ret_number = access.engine->column_int(statement, 0);
        access.engine->finish(statement);
    }
    store_leave(store);
    return e;
}

err store_last_id(struct store *store, const struct entity *entity, int64_t *ret_id)
{
    struct store_access access = store_enter(store);
    err e = rows_last_id(access.rows, entity, ret_id);
    store_leave(store);
    return e;
}

err store_structure(struct store *store, struct arena *arena, str *ret_text)
{
    struct store_access access = store_enter(store);
    err e = access.engine->database->structure(access.connection, arena, ret_text);
    store_leave(store);
    return e;
}

enum dialect store_dialect(const struct settings *settings)
{
    return engine_of(settings)->dialect;
}

err store_drop(const struct settings *settings, struct arena *arena, str *ret_reason)
{
    return engine_of(settings)->database->drop(settings, arena, ret_reason);
}

str store_display_name(const struct settings *settings, struct arena *arena)
{
    return engine_of(settings)->database->display_name(settings, arena);
}

/* --- time --------------------------------------------------------------------------------------------------------- */

err store_clock(struct store *store, struct clock_reading *ret_reading)
{
    struct clock_reading reading = clock_wall();
    err e = OK;
    if (store->engine->cluster) {
        e = store_number(store, store->engine->cluster->clock, &reading.time_us);
        reading.after_us = clock_boot_us();
    }
    if (!e) *ret_reading = reading;
    return e;
}

err store_newest_commit(struct store *store, struct arena *arena, int64_t *ret_ms)
{
    struct query *query = ARENA_NEW(arena, struct query);
    struct reader *reader;
    struct page page = {0};
    query->entity = entity_of(ENTITY_audit_log);
    query->sorts[query->sort_count++] = (struct sort){.field = FIELD_OF(audit_log, id), .descending = true};
    query->limit = 1;
    err e = reader_open_system(store, &reader);
    if (e) return e;
    e = reader_begin(reader, &system_actor);
    if (!e) e = reader_list(reader, query, arena, &page);
    reader_end(reader);
    reader_close(reader);
    if (!e) *ret_ms = page.count > 0 ? page.rows[0]->created_at : 0;
    return e;
}
