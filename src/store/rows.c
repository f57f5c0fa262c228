/* Reads and writes single rows and sets of rows on a connection, and caches its statements. See rows.h. The cache is a
 * hash table by SQL text that keeps the order of use. */
#include <stdio.h>
#include <stdlib.h>

#include "base/check.h"
#include "base/log.h"
#include "base/money.h"
#include "base/utf8.h"
#include "store/engine/cluster.h"
#include "store/rows_private.h"

enum { STATEMENTS_MAX = 256, SQL_MAX = 64 * 1024, ARRAY_MAX = 8 << 20 };

struct cached {
    char *sql;
    struct statement *statement;
    UT_hash_handle hh;
};

struct rows *rows_new(const struct engine *engine, struct connection *connection, enum visibility visibility)
{
    struct rows *rows = calloc(1, sizeof(*rows));
    CHECK(rows != NULL);
    rows->engine = engine;
    rows->connection = connection;
    rows->visibility = visibility;
    rows->scratch = arena_new(8 * SQL_MAX);
    rows->kept = arena_new(ENTITY_COUNT * SQL_MAX);
    return rows;
}

static void cached_free(struct rows *rows, struct cached *cached)
{
    HASH_DEL(rows->cache, cached);
    rows->engine->finish(cached->statement);
    free(cached->sql);
    free(cached);
}

void rows_free(struct rows *rows)
{
    if (!rows) return;
    for (size_t i = 0; i < ENTITY_COUNT; i++) {
        rows->engine->finish(rows->get[i]);
        rows->engine->finish(rows->insert[i]);
    }
    while (rows->cache) cached_free(rows, rows->cache);
    arena_free(rows->scratch);
    arena_free(rows->kept);
    free(rows);
}

/* --- statements --------------------------------------------------------------------------------------------------- */

err rows_statement(struct rows *rows, str sql, struct statement **ret)
{
    struct cached *cached;
    HASH_FIND(hh, rows->cache, sql.p, sql.n, cached);
    if (cached) { /* move to the end, as the most recently used */
        HASH_DEL(rows->cache, cached);
        HASH_ADD_KEYPTR(hh, rows->cache, cached->sql, sql.n, cached);
        *ret = cached->statement;
        return OK;
    }
    struct statement *statement;
    err e = rows->engine->prepare(rows->connection, sql, &statement);
    if (e) return e;
    rows->engine->for_values(statement);
    if (HASH_COUNT(rows->cache) >= STATEMENTS_MAX) cached_free(rows, rows->cache);
    cached = calloc(1, sizeof(*cached));
    CHECK(cached != NULL);
    cached->sql = strndup(sql.p, sql.n);
    CHECK(cached->sql != NULL);
    cached->statement = statement;
    HASH_ADD_KEYPTR(hh, rows->cache, cached->sql, sql.n, cached);
    *ret = statement;
    return OK;
}

struct buf rows_sql_start(struct rows *rows)
{
    arena_reset(rows->scratch);
    return buf_new(rows->scratch, SQL_MAX);
}

err rows_sql_end(struct rows *rows, struct buf *sql, struct statement **ret)
{
    CHECK(!sql->full);
    return rows_statement(rows, buf_str(sql), ret);
}

/* Rows that a writer reads must not change until it writes them; rows of append-only tables never change. */
static void add_lock(struct rows *rows, struct buf *sql, const struct entity *entity, enum row_lock row_lock)
{
    const struct engine_cluster *cluster = rows->engine->cluster;
    if (cluster && rows->visibility == VISIBLE_LOCKED && !(entity->traits & APPEND_ONLY))
        buf_add(sql, str_of(cluster->row_locks[row_lock]));
}

static str columns_make(struct rows *rows, const struct entity *entity)
{
    struct buf text = buf_new(rows->kept, SQL_MAX);
    for (size_t i = 0; i < entity->descriptor.count; i++) {
        buf_printf(&text, "%s\"%s\".\"%s\"", i ? ", " : "", entity->table, entity->descriptor.fields[i].name);
    }
    CHECK(!text.full);
    return buf_str(&text);
}

void rows_add_columns(struct rows *rows, struct buf *sql, const struct entity *entity)
{
    str *columns = &rows->columns[entity->id];
    if (!columns->p) *columns = columns_make(rows, entity);
    buf_add(sql, *columns);
}

/* --- values ------------------------------------------------------------------------------------------------------- */

struct row *row_new(const struct entity *entity, struct arena *arena)
{
    struct row *row = arena_alloc(arena, entity->descriptor.size);
    row->entity = entity;
    return row;
}

str value_text(const struct row *row, const struct field *field, char text[static TIME_TEXT_SIZE])
{
    struct value value = value_of(row, field);
    if (type_is_text(field->type)) return value.text;
    switch (type_row(field->type)->kind) {
    case KIND_MONEY:
        return money_to_text(value.number, text);
    case KIND_TIME:
        return value.number ? time_to_stored(value.number, text) : STR_NONE;
    case KIND_ENUM:
        return enum_text(field->of, value.number);
    case KIND_BOOL:
        return value.number ? STR("t") : STR("f");
    default:
        if (value_is_none(field, value)) return STR_NONE;
        return (str){text, (size_t)snprintf(text, TIME_TEXT_SIZE, "%lld", (long long)value.number)};
    }
}

/* `text` must live until the statement is reset: at least TIME_TEXT_SIZE bytes. */
static void bind_number(struct rows *rows, struct statement *statement, int parameter, const struct field *field,
                        int64_t number, char text[static TIME_TEXT_SIZE])
{
    const struct engine *engine = rows->engine;
    switch (type_row(field->type)->kind) {
    case KIND_MONEY:
        engine->bind_text(statement, parameter, money_to_text(number, text));
        break;
    case KIND_TIME:
        engine->bind_text(statement, parameter, number ? time_to_stored(number, text) : STR_NONE);
        break;
    case KIND_ENUM:
        engine->bind_text(statement, parameter, enum_text(field->of, number));
        break;
    case KIND_BOOL:
        engine->bind_bool(statement, parameter, number != 0);
        break;
    default:
        if (number == 0 && !type_row(field->type)->always)
            engine->bind_text(statement, parameter, STR_NONE);
        else
            engine->bind_int(statement, parameter, number);
    }
}

void rows_bind(struct rows *rows, struct statement *statement, int parameter, const struct field *field,
               struct value value, char text[static TIME_TEXT_SIZE])
{
    if (type_is_text(field->type)) {
        rows->engine->bind_text(statement, parameter, value.text);
    } else {
        bind_number(rows, statement, parameter, field, value.number, text);
    }
}

/* Whether a column without a value is one of the field's values. In the views of readers, masks of numbers are NULL. */
static bool may_be_null(const struct rows *rows, const struct field *field)
{
    return !field_not_null(field) || (rows->visibility == VISIBLE_LIVE && field->privacy != PRIVACY_NONE);
}

/* Sets a field of the row to what a column contains; false when that is no value of the field. */
static bool field_read(struct rows *rows, struct statement *statement, int column, const struct field *field,
                       struct arena *arena, struct row *row)
{
    enum value_kind kind = type_row(field->type)->kind;
    struct value value;
    enum reading reading = rows->engine->column_value(statement, column, kind, &value);
    if (reading == READING_UNREADABLE) return false;
    if (reading == READING_NULL) return may_be_null(rows, field); /* the row has 0 or no text already */
    if (kind == KIND_ENUM) return enum_value(field->of, value.text, field_int(row, field));
    if (kind != KIND_TEXT) {
        *field_int(row, field) = value.number;
        return true;
    }
    if (!utf8_valid(value.text)) return false;
    *field_text(row, field) = arena_copy(arena, value.text);
    return true;
}

/* The value itself may be personal, so it is not logged. */
static err unreadable(const struct row *row, const struct field *field)
{
    LOG(LOG_ERROR, "value_unreadable", LOG_TEXT("table", str_of(row->entity->table)),
        LOG_TEXT("column", str_of(field->name)), LOG_INT("id", row->id));
    return ERR_INTERNAL;
}

err rows_read(struct rows *rows, struct statement *statement, const struct entity *entity, struct arena *arena,
              struct row **ret_row)
{
    struct row *row = row_new(entity, arena);
    for (size_t i = 0; i < entity->descriptor.count; i++) {
        const struct field *field = &entity->descriptor.fields[i];
        if (!field_read(rows, statement, (int)i, field, arena, row)) return unreadable(row, field);
    }
    *ret_row = row;
    return OK;
}

/* Steps a statement that returns at most one row, and resets it. */
static err step_one(struct rows *rows, struct statement *statement, const struct entity *entity, struct arena *arena,
                    struct row **ret_row)
{
    bool found;
    err e = rows->engine->step(statement, &found);
    if (!e) e = found ? rows_read(rows, statement, entity, arena, ret_row) : ERR_NOT_FOUND;
    rows->engine->reset(statement);
    return e;
}

err rows_step_number(struct rows *rows, struct statement *statement, int64_t *ret_number)
{
    bool found;
    err e = rows->engine->step(statement, &found);
    if (!e) *ret_number = found ? rows->engine->column_int(statement, 0) : 0;
    rows->engine->reset(statement);
    return e;
}

/* --- one row ------------------------------------------------------------------------------------------------------ */

static err get_statement(struct rows *rows, const struct entity *entity)
{
    if (rows->get[entity->id]) return OK;
    struct buf sql = rows_sql_start(rows);
    BUF_LITERAL(&sql, "SELECT ");
    rows_add_columns(rows, &sql, entity);
    buf_printf(&sql, " FROM \"%s\" WHERE \"id\" = ?", entity->table);
    add_lock(rows, &sql, entity, ROW_LOCK_EXCLUSIVE);
    CHECK(!sql.full);
    err e = rows->engine->prepare(rows->connection, buf_str(&sql), &rows->get[entity->id]);
    if (!e) rows->engine->for_values(rows->get[entity->id]);
    return e;
}

err rows_get(struct rows *rows, const struct entity *entity, int64_t id, struct arena *arena, struct row **ret_row)
{
    err e = get_statement(rows, entity);
    if (e) return e;
    struct statement *statement = rows->get[entity->id];
    rows->engine->bind_int(statement, 1, id);
    return step_one(rows, statement, entity, arena, ret_row);
}

/* Only rows that are not deleted have unique values. */
static void add_live(struct buf *sql, const struct entity *entity, const struct field *field)
{
    if (entity->paranoid && field->flags & UNIQUE) BUF_LITERAL(sql, " AND \"deletedAt\" IS NULL");
}

err rows_find(struct rows *rows, const struct entity *entity, const struct field *field, struct value value,
              struct row **ret_row, struct arena *arena)
{
    struct statement *statement;
    char text[TIME_TEXT_SIZE];
    struct buf sql = rows_sql_start(rows);
    BUF_LITERAL(&sql, "SELECT ");
    rows_add_columns(rows, &sql, entity);
    buf_printf(&sql, " FROM \"%s\" WHERE \"%s\" = ?", entity->table, field->name);
    add_live(&sql, entity, field);
    add_lock(rows, &sql, entity, ROW_LOCK_EXCLUSIVE);
    err e = rows_sql_end(rows, &sql, &statement);
    if (e) return e;
    rows_bind(rows, statement, 1, field, value, text);
    return step_one(rows, statement, entity, arena, ret_row);
}

void array_text(struct buf *out, str text)
{
    if (!text.p) {
        BUF_LITERAL(out, "NULL");
        return;
    }
    buf_add_char(out, '"');
    while (text.n > 0) {
        size_t plain = 0;
        while (plain < text.n && text.p[plain] != '"' && text.p[plain] != '\\') plain++;
        buf_add(out, str_first(text, plain));
        if (plain == text.n) break;
        buf_add_char(out, '\\');
        buf_add_char(out, text.p[plain]);
        text = str_from(text, plain + 1);
    }
    buf_add_char(out, '"');
}

/* Values of a field as the text of an array. */
static void add_array(struct buf *out, const struct field *field, const struct value *values, size_t count)
{
    buf_add_char(out, '{');
    for (size_t i = 0; i < count; i++) {
        if (i) buf_add_char(out, ',');
        if (type_is_text(field->type))
            array_text(out, values[i].text);
        else
            buf_add_int(out, values[i].number);
    }
    buf_add_char(out, '}');
}

err rows_load(struct rows *rows, const struct loading *loading, struct arena *arena, struct page *ret_page)
{
    const struct entity *entity = loading->entity;
    const char *type = type_is_text(loading->field->type) ? "text" : "bigint";
    struct statement *statement;
    struct buf array = buf_new(arena, ARRAY_MAX);
    struct buf sql = rows_sql_start(rows);
    BUF_LITERAL(&sql, "SELECT ");
    rows_add_columns(rows, &sql, entity);
    buf_printf(&sql, " FROM \"%s\" WHERE \"%s\" = ANY(?::%s[])", entity->table, loading->field->name, type);
    add_live(&sql, entity, loading->field);
    BUF_LITERAL(&sql, " ORDER BY \"id\"");
    add_lock(rows, &sql, entity, loading->row_lock);
    err e = rows_sql_end(rows, &sql, &statement);
    if (e) return e;
    add_array(&array, loading->field, loading->values, loading->count);
    CHECK(!array.full);
    rows->engine->bind_text(statement, 1, buf_str(&array));
    struct page page = {.rows = ARENA_ARRAY(arena, struct row *, loading->count)};
    bool found;
    while ((e = rows->engine->step(statement, &found)) == OK && found) {
        CHECK(page.count < loading->count);
        e = rows_read(rows, statement, entity, arena, &page.rows[page.count]);
        if (e) break;
        page.count++;
    }
    rows->engine->reset(statement);
    if (e) return e;
    *ret_page = page;
    return OK;
}

/* The plus keeps the engine from searching by the second reference, which may be that of half of the table. */
static err pairs_statement(struct rows *rows, const struct pair *kind, bool many, struct statement **ret)
{
    const struct entity *entity = entity_of(kind->entity);
    const char *compared = many ? "ANY(?::bigint[])" : "?";
    struct buf sql = rows_sql_start(rows);
    BUF_LITERAL(&sql, "SELECT ");
    rows_add_columns(rows, &sql, entity);
    buf_printf(&sql, " FROM \"%s\" WHERE \"%s\" = %s AND +\"%s\" = %s LIMIT ?", entity->table, kind->fields[0]->name,
               compared, kind->fields[1]->name, compared);
    return rows_sql_end(rows, &sql, ret);
}

static void bind_pairs(struct rows *rows, struct statement *statement, const struct pair *pairs, size_t count,
                       struct arena *arena)
{
    for (int side = 0; side < 2; side++) {
        if (count == 1) {
            rows->engine->bind_int(statement, side + 1, pairs->ids[side]);
            continue;
        }
        struct buf array = buf_new(arena, 24 * count + 2);
        for (size_t i = 0; i < count; i++) {
            buf_printf(&array, "%c%lld", i ? ',' : '{', (long long)pairs[i].ids[side]);
        }
        buf_add_char(&array, '}');
        rows->engine->bind_text(statement, side + 1, buf_str(&array));
    }
}

err rows_pairs(struct rows *rows, const struct pair *pairs, size_t count, size_t limit, struct arena *arena,
               struct page *ret_page)
{
    struct statement *statement;
    struct page page = {.rows = ARENA_ARRAY(arena, struct row *, limit)};
    bool found;
    CHECK(count == 1 || rows->engine->cluster);
    err e = pairs_statement(rows, pairs, count > 1, &statement);
    if (e) return e;
    bind_pairs(rows, statement, pairs, count, arena);
    rows->engine->bind_int(statement, 3, (int64_t)limit);
    while ((e = rows->engine->step(statement, &found)) == OK && found) {
        CHECK(page.count < limit);
        e = rows_read(rows, statement, entity_of(pairs->entity), arena, &page.rows[page.count]);
        if (e) break;
        page.count++;
    }
    rows->engine->reset(statement);
    if (e) return e;
    *ret_page = page;
    return OK;
}

static err insert_statement(struct rows *rows, const struct entity *entity)
{
    if (rows->insert[entity->id]) return OK;
    struct buf sql = rows_sql_start(rows);
    buf_printf(&sql, "INSERT INTO \"%s\" (", entity->table);
    for (size_t i = 0; i < entity->descriptor.count; i++) {
        buf_printf(&sql, "%s\"%s\"", i ? ", " : "", entity->descriptor.fields[i].name);
    }
    BUF_LITERAL(&sql, ") VALUES (");
    for (size_t i = 0; i < entity->descriptor.count; i++) buf_add(&sql, i ? STR(", ?") : STR("?"));
    BUF_LITERAL(&sql, ")");
    CHECK(!sql.full);
    return rows->engine->prepare(rows->connection, buf_str(&sql), &rows->insert[entity->id]);
}

err rows_insert(struct rows *rows, const struct row *row)
{
    const struct entity *entity = row->entity;
    char texts[FIELDS_MAX][TIME_TEXT_SIZE];
    err e = insert_statement(rows, entity);
    if (e) return e;
    struct statement *statement = rows->insert[entity->id];
    for (size_t i = 0; i < entity->descriptor.count; i++) {
        const struct field *field = &entity->descriptor.fields[i];
        rows_bind(rows, statement, (int)i + 1, field, value_of(row, field), texts[i]);
    }
    return rows->engine->send(statement);
}

err rows_update(struct rows *rows, const struct row *row, uint64_t mask)
{
    const struct entity *entity = row->entity;
    char texts[FIELDS_MAX][TIME_TEXT_SIZE];
    struct statement *statement;
    struct buf sql = rows_sql_start(rows);
    CHECK(mask != 0);
    buf_printf(&sql, "UPDATE \"%s\" SET ", entity->table);
    for (size_t i = 0, n = 0; i < entity->descriptor.count; i++) {
        if (mask >> i & 1) buf_printf(&sql, "%s\"%s\" = ?", n++ ? ", " : "", entity->descriptor.fields[i].name);
    }
    BUF_LITERAL(&sql, " WHERE \"id\" = ?");
    err e = rows_sql_end(rows, &sql, &statement);
    if (e) return e;
    int parameter = 1;
    for (size_t i = 0; i < entity->descriptor.count; i++) {
        const struct field *field = &entity->descriptor.fields[i];
        if (mask >> i & 1) rows_bind(rows, statement, parameter++, field, value_of(row, field), texts[i]);
    }
    rows->engine->bind_int(statement, parameter, row->id);
    return rows->engine->send(statement);
}

err rows_remove(struct rows *rows, const struct entity *entity, int64_t id)
{
    struct statement *statement;
    struct buf sql = rows_sql_start(rows);
    buf_printf(&sql, "DELETE FROM \"%s\" WHERE \"id\" = ?", entity->table);
    err e = rows_sql_end(rows, &sql, &statement);
    if (e) return e;
    rows->engine->bind_int(statement, 1, id);
    return rows->engine->send(statement);
}
