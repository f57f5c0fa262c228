/* See rows.h. The statement cache is a hash by SQL text in order of use; a list of one shape (same filters and sorts,
 * other values) is therefore prepared once. */
#include "store/rows.h"

#include <stdio.h>
#include <stdlib.h>
#include <uthash.h>

#include "base/check.h"
#include "base/money.h"
#include "base/time_text.h"

enum {
    STATEMENTS_MAX = 256,
    SQL_MAX = 32 * 1024,
    LIST_BYTES_MAX = 64 << 20,
    IDS_RESERVED = 256,
    IDS_ATTEMPTS = 10000,
    ARRAY_MAX = 8 << 20
};

struct cached {
    char *sql;
    struct statement *statement;
    UT_hash_handle hh;
};

/* Ids that new rows of an entity may have. */
struct ids {
    int64_t list[IDS_RESERVED];
    size_t next, count;
    int requested; /* at the last time; twice as many the next time */
};

struct rows {
    const struct engine *engine;
    struct connection *connection;
    enum visibility visibility;
    struct arena *scratch; /* texts of statements while they are made */
    struct arena *kept;
    str columns[ENTITY_COUNT]; /* as SELECT names them; made when they are first needed */
    struct statement *get[ENTITY_COUNT];
    struct statement *insert[ENTITY_COUNT];
    struct cached *cache; /* oldest first */
    struct ids ids[ENTITY_COUNT];
    unsigned session; /* of the connection, when they were reserved */
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
    if (cached) { /* to the end: most recently used */
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

/* An empty text for the next statement; the one before is forgotten. */
static struct buf sql_start(struct rows *rows)
{
    arena_reset(rows->scratch);
    return buf_new(rows->scratch, SQL_MAX);
}

static err sql_end(struct rows *rows, struct buf *sql, struct statement **ret)
{
    CHECK(!sql->full);
    return rows_statement(rows, buf_str(sql), ret);
}

/* Rows that a writer reads must not change until it writes them; nobody ever changes those that are only added to. */
static void add_lock(struct rows *rows, struct buf *sql, const struct entity *entity, enum row_lock row_lock)
{
    const char *lock = rows->engine->locks[row_lock];
    if (rows->visibility == VISIBLE_LOCKED && lock && !(entity->traits & APPEND_ONLY)) buf_add(sql, str_of(lock));
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

static void add_columns(struct rows *rows, struct buf *sql, const struct entity *entity)
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

struct value value_of(const struct row *row, const struct field *field)
{
    const char *p = (const char *)row + field->offset;
    if (type_is_text(field->type)) return (struct value){.text = *(const str *)(const void *)p};
    return (struct value){.number = *(const int64_t *)(const void *)p};
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
        if (value.number == 0 && !type_row(field->type)->always) return STR_NONE;
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

static void bind_value(struct rows *rows, struct statement *statement, int parameter, const struct field *field,
                       struct value value, char text[static TIME_TEXT_SIZE])
{
    if (type_is_text(field->type)) {
        rows->engine->bind_text(statement, parameter, value.text);
    } else {
        bind_number(rows, statement, parameter, field, value.number, text);
    }
}

static int64_t number_from(struct rows *rows, struct statement *statement, int column, const struct field *field)
{
    int64_t number;
    str text;
    switch (type_row(field->type)->kind) {
    case KIND_MONEY:
        return rows->engine->column_money(statement, column);
    case KIND_TIME:
        return rows->engine->column_time(statement, column);
    case KIND_ENUM:
        text = rows->engine->column_text(statement, column);
        return text.p && enum_value(field->of, text, &number) ? number : 0;
    default:
        return rows->engine->column_int(statement, column);
    }
}

static struct row *row_from(struct rows *rows, struct statement *statement, const struct entity *entity,
                            struct arena *arena)
{
    struct row *row = row_new(entity, arena);
    for (size_t i = 0; i < entity->descriptor.count; i++) {
        const struct field *field = &entity->descriptor.fields[i];
        if (type_is_text(field->type)) {
            *field_text(row, field) = arena_copy(arena, rows->engine->column_text(statement, (int)i));
        } else {
            *field_int(row, field) = number_from(rows, statement, (int)i, field);
        }
    }
    return row;
}

/* Steps a statement that gives one row at most, and resets it. */
static err step_one(struct rows *rows, struct statement *statement, const struct entity *entity, struct arena *arena,
                    struct row **ret_row)
{
    bool found;
    err e = rows->engine->step(statement, &found);
    struct row *row = !e && found ? row_from(rows, statement, entity, arena) : NULL;
    rows->engine->reset(statement);
    if (e) return e;
    if (!row) return ERR_NOT_FOUND;
    *ret_row = row;
    return OK;
}

static err step_number(struct rows *rows, struct statement *statement, int64_t *ret_number)
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
    struct buf sql = sql_start(rows);
    BUF_LITERAL(&sql, "SELECT ");
    add_columns(rows, &sql, entity);
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

err rows_find(struct rows *rows, const struct entity *entity, const struct field *field, struct value value,
              struct row **ret_row, struct arena *arena)
{
    struct statement *statement;
    char text[TIME_TEXT_SIZE];
    struct buf sql = sql_start(rows);
    BUF_LITERAL(&sql, "SELECT ");
    add_columns(rows, &sql, entity);
    buf_printf(&sql, " FROM \"%s\" WHERE \"%s\" = ?", entity->table, field->name);
    add_lock(rows, &sql, entity, ROW_LOCK_EXCLUSIVE);
    err e = sql_end(rows, &sql, &statement);
    if (e) return e;
    bind_value(rows, statement, 1, field, value, text);
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
    struct buf sql = sql_start(rows);
    BUF_LITERAL(&sql, "SELECT ");
    add_columns(rows, &sql, entity);
    buf_printf(&sql, " FROM \"%s\" WHERE \"%s\" = ANY(?::%s[]) ORDER BY \"id\"", entity->table, loading->field->name,
               type);
    add_lock(rows, &sql, entity, loading->row_lock);
    err e = sql_end(rows, &sql, &statement);
    if (e) return e;
    add_array(&array, loading->field, loading->values, loading->count);
    CHECK(!array.full);
    rows->engine->bind_text(statement, 1, buf_str(&array));
    struct page page = {.rows = ARENA_ARRAY(arena, struct row *, loading->count)};
    bool found;
    while ((e = rows->engine->step(statement, &found)) == OK && found) {
        CHECK(page.count < loading->count);
        page.rows[page.count++] = row_from(rows, statement, entity, arena);
    }
    rows->engine->reset(statement);
    if (e) return e;
    *ret_page = page;
    return OK;
}

static err insert_statement(struct rows *rows, const struct entity *entity)
{
    if (rows->insert[entity->id]) return OK;
    struct buf sql = sql_start(rows);
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
        bind_value(rows, statement, (int)i + 1, field, value_of(row, field), texts[i]);
    }
    return rows->engine->send(statement);
}

err rows_update(struct rows *rows, const struct row *row, uint64_t mask)
{
    const struct entity *entity = row->entity;
    char texts[FIELDS_MAX][TIME_TEXT_SIZE];
    struct statement *statement;
    struct buf sql = sql_start(rows);
    CHECK(mask != 0);
    buf_printf(&sql, "UPDATE \"%s\" SET ", entity->table);
    for (size_t i = 0, n = 0; i < entity->descriptor.count; i++) {
        if (mask >> i & 1) buf_printf(&sql, "%s\"%s\" = ?", n++ ? ", " : "", entity->descriptor.fields[i].name);
    }
    BUF_LITERAL(&sql, " WHERE \"id\" = ?");
    err e = sql_end(rows, &sql, &statement);
    if (e) return e;
    int parameter = 1;
    for (size_t i = 0; i < entity->descriptor.count; i++) {
        const struct field *field = &entity->descriptor.fields[i];
        if (mask >> i & 1) bind_value(rows, statement, parameter++, field, value_of(row, field), texts[i]);
    }
    rows->engine->bind_int(statement, parameter, row->id);
    return rows->engine->send(statement);
}

err rows_remove(struct rows *rows, const struct entity *entity, int64_t id)
{
    struct statement *statement;
    struct buf sql = sql_start(rows);
    buf_printf(&sql, "DELETE FROM \"%s\" WHERE \"id\" = ?", entity->table);
    err e = sql_end(rows, &sql, &statement);
    if (e) return e;
    rows->engine->bind_int(statement, 1, id);
    return rows->engine->send(statement);
}

/* --- ids ---------------------------------------------------------------------------------------------------------- */

/* The more the faster they go: a command line that makes one row does not leave a gap, a rush asks once in 256 rows. */
static err ids_fetch(struct rows *rows, const struct entity *entity, struct ids *ids)
{
    struct statement *statement;
    bool found;
    struct buf sql = sql_start(rows);
    rows->engine->free_ids(&sql, entity);
    err e = sql_end(rows, &sql, &statement);
    if (e) return e;
    ids->next = ids->count = 0;
    ids->requested = ids->requested == 0 ? 1 : ids->requested < IDS_RESERVED ? 2 * ids->requested : IDS_RESERVED;
    rows->engine->bind_int(statement, 1, ids->requested);
    while ((e = rows->engine->step(statement, &found)) == OK && found) {
        CHECK(ids->count < IDS_RESERVED);
        ids->list[ids->count++] = rows->engine->column_int(statement, 0);
    }
    rows->engine->reset(statement);
    return e;
}

static void ids_drop(struct rows *rows)
{
    for (size_t i = 0; i < ENTITY_COUNT; i++) rows->ids[i].next = rows->ids[i].count = 0;
}

static void ids_check(struct rows *rows)
{
    unsigned session = rows->engine->ids_reserved ? rows->engine->session(rows->connection) : 0;
    if (session != rows->session) ids_drop(rows);
    rows->session = session;
}

err rows_next_id(struct rows *rows, const struct entity *entity, int64_t *ret_id)
{
    struct ids *ids = &rows->ids[entity->id];
    ids_check(rows);
    for (int i = 0; ids->next == ids->count; i++) {
        if (i == IDS_ATTEMPTS) return ERR_STORAGE_FULL;
        err e = ids_fetch(rows, entity, ids);
        if (e) return e;
    }
    int64_t id = ids->list[ids->next];
    if (id > INT32_MAX) return ERR_STORAGE_FULL;
    if (rows->engine->ids_reserved)
        ids->next++;
    else
        ids->list[ids->next]++;
    *ret_id = id;
    return OK;
}

void rows_forget_ids(struct rows *rows)
{
    if (!rows->engine->ids_reserved) ids_drop(rows);
}

/* --- lists -------------------------------------------------------------------------------------------------------- */

static const char *const operators[] = {
    [COMPARE_EQUAL] = "=",    [COMPARE_NOT_EQUAL] = "<>", [COMPARE_AT_LEAST] = ">=",
    [COMPARE_AT_MOST] = "<=", [COMPARE_ABOVE] = ">",      [COMPARE_BELOW] = "<",
};

static void add_filter(struct rows *rows, struct buf *sql, const struct query *query, const struct filter *filter)
{
    const char *table = query->entity->table;
    const char *name = filter->field->name;
    if (filter->comparison == COMPARE_LIKE) {
        BUF_LITERAL(sql, " AND ");
        rows->engine->like(sql, table, name);
        return;
    }
    if (filter->count == 1) {
        buf_printf(sql, " AND \"%s\".\"%s\" %s ?", table, name, operators[filter->comparison]);
        return;
    }
    buf_printf(sql, " AND \"%s\".\"%s\" %s (", table, name, filter->comparison == COMPARE_EQUAL ? "IN" : "NOT IN");
    for (size_t i = 0; i < filter->count; i++) buf_add(sql, i ? STR(", ?") : STR("?"));
    buf_add_char(sql, ')');
}

/* A sort key that is never NULL, so that rows without the value have a place in a cursor's order. */
static void add_sort_key(struct rows *rows, struct buf *sql, const struct query *query, const struct field *field)
{
    bool nullable = !field_not_null(field);
    if (nullable) BUF_LITERAL(sql, "coalesce(");
    buf_printf(sql, "\"%s\".\"%s\"", query->entity->table, field->name);
    if (nullable) buf_printf(sql, ", %s)", ddl_nothing(field->type, rows->engine->dialect));
}

static void add_after(struct rows *rows, struct buf *sql, const struct query *query)
{
    bool sorted = query->sort_count > 0;
    const char *beyond = sorted && query->sorts[0].descending ? "<" : ">";
    if (!sorted) {
        buf_printf(sql, " AND \"%s\".\"id\" > ?", query->entity->table);
        return;
    }
    BUF_LITERAL(sql, " AND (");
    add_sort_key(rows, sql, query, query->sorts[0].field);
    buf_printf(sql, ", \"%s\".\"id\") %s (?, ?)", query->entity->table, beyond);
}

static bool searching(const struct query *query)
{
    return query->search.p != NULL;
}

static void add_from_where(struct rows *rows, struct buf *sql, const struct query *query)
{
    buf_printf(sql, " FROM \"%s\"", query->entity->table);
    if (searching(query)) rows->engine->search_join(sql, query->entity);
    BUF_LITERAL(sql, " WHERE TRUE");
    if (query->entity->paranoid && rows->visibility != VISIBLE_LIVE && !query->deleted)
        buf_printf(sql, " AND \"%s\".\"deletedAt\" IS NULL", query->entity->table);
    for (size_t i = 0; i < query->filter_count; i++) add_filter(rows, sql, query, &query->filters[i]);
}

static void add_order(struct rows *rows, struct buf *sql, const struct query *query)
{
    BUF_LITERAL(sql, " ORDER BY ");
    if (searching(query) && query->sort_count == 0) BUF_LITERAL(sql, "\"rank\", ");
    bool descending = false;
    for (size_t i = 0; i < query->sort_count; i++) {
        descending = query->sorts[i].descending;
        add_sort_key(rows, sql, query, query->sorts[i].field);
        buf_add(sql, descending ? STR(" DESC, ") : STR(", "));
    }
    buf_printf(sql, "\"%s\".\"id\"%s LIMIT ? OFFSET ?", query->entity->table, descending ? " DESC" : "");
}

/* `%` and `_` typed by a person are themselves. */
static str like_pattern(struct arena *arena, str text)
{
    struct buf pattern = buf_new(arena, 2 * text.n + 2);
    buf_add_char(&pattern, '%');
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] == '%' || text.p[i] == '_' || text.p[i] == '\\') buf_add_char(&pattern, '\\');
        buf_add_char(&pattern, text.p[i]);
    }
    buf_add_char(&pattern, '%');
    return buf_str(&pattern);
}

struct binding {
    struct rows *rows;
    struct statement *statement;
    struct arena *arena;
    int parameter;
};

static void bind_next(struct binding *binding, const struct field *field, struct value value)
{
    char *text = arena_alloc(binding->arena, TIME_TEXT_SIZE);
    bind_value(binding->rows, binding->statement, ++binding->parameter, field, value, text);
}

static void bind_filters(struct binding *binding, const struct query *query)
{
    if (searching(query)) {
        str words = binding->rows->engine->search_words(binding->arena, query->search);
        binding->rows->engine->bind_text(binding->statement, ++binding->parameter, words);
    }
    for (size_t i = 0; i < query->filter_count; i++) {
        const struct filter *filter = &query->filters[i];
        for (size_t n = 0; n < filter->count; n++) {
            struct value value = filter->values[n];
            if (filter->comparison == COMPARE_LIKE) value.text = like_pattern(binding->arena, value.text);
            bind_next(binding, filter->field, value);
        }
    }
}

static void bind_page(struct binding *binding, const struct query *query)
{
    const struct engine *engine = binding->rows->engine;
    if (query->after && query->sort_count > 0) bind_next(binding, query->sorts[0].field, query->after_value);
    if (query->after) engine->bind_int(binding->statement, ++binding->parameter, query->after_id);
    engine->bind_int(binding->statement, ++binding->parameter, query->limit);
    engine->bind_int(binding->statement, ++binding->parameter, query->offset);
}

enum result_key {
    RESULT_ROWS,
    RESULT_ROWS_AND_COUNT, /* which is the column behind those of the entity, the same in every row */
    RESULT_IDS,
    RESULT_COUNT,
};

static void add_count(struct rows *rows, struct buf *sql, const struct query *query)
{
    BUF_LITERAL(sql, ", (SELECT count(*)");
    add_from_where(rows, sql, query);
    BUF_LITERAL(sql, ")");
}

static err query_statement(struct rows *rows, const struct query *query, enum result_key response, struct arena *arena,
                           struct binding *ret)
{
    struct buf sql = sql_start(rows);
    BUF_LITERAL(&sql, "SELECT ");
    if (response <= RESULT_ROWS_AND_COUNT) add_columns(rows, &sql, query->entity);
    if (response == RESULT_ROWS_AND_COUNT) add_count(rows, &sql, query);
    if (response == RESULT_IDS) buf_printf(&sql, "\"%s\".\"id\"", query->entity->table);
    if (response == RESULT_COUNT) BUF_LITERAL(&sql, "count(*)");
    add_from_where(rows, &sql, query);
    if (response != RESULT_COUNT && query->after) add_after(rows, &sql, query);
    if (response != RESULT_COUNT) add_order(rows, &sql, query);
    *ret = (struct binding){.rows = rows, .arena = arena};
    err e = sql_end(rows, &sql, &ret->statement);
    if (e) return e;
    if (response == RESULT_ROWS_AND_COUNT) bind_filters(ret, query);
    bind_filters(ret, query);
    if (response != RESULT_COUNT) bind_page(ret, query);
    return OK;
}

static err list_rows(struct rows *rows, const struct query *query, struct arena *arena, struct page *page)
{
    struct binding binding;
    bool found = false;
    err e = query_statement(rows, query, query->total ? RESULT_ROWS_AND_COUNT : RESULT_ROWS, arena, &binding);
    if (e) return e;
    page->rows = ARENA_ARRAY(arena, struct row *, (size_t)query->limit);
    size_t before = arena_used(arena);
    while ((e = rows->engine->step(binding.statement, &found)) == OK && found) {
        CHECK(page->count < (size_t)query->limit);
        if (arena_used(arena) - before > LIST_BYTES_MAX) break;
        page->rows[page->count++] = row_from(rows, binding.statement, query->entity, arena);
        if (query->total) {
            page->total = rows->engine->column_int(binding.statement, (int)query->entity->descriptor.count);
        }
    }
    rows->engine->reset(binding.statement);
    return !e && found ? ERR_OVERLOADED : e; /* only rows that another client made are so large */
}

static err count_rows(struct rows *rows, const struct query *query, struct arena *arena, int64_t *ret_count)
{
    struct binding binding;
    err e = query_statement(rows, query, RESULT_COUNT, arena, &binding);
    return e ? e : step_number(rows, binding.statement, ret_count);
}

/* Rows come with how many there are of them. Where none comes there is none, or the page is behind the last. */
static bool count_unknown(const struct query *query, const struct page *page)
{
    return query->total && page->count == 0 && (query->limit == 0 || query->offset > 0 || query->after);
}

err rows_list(struct rows *rows, const struct query *query, struct arena *arena, struct page *ret_page)
{
    struct page page = {0};
    CHECK(query->limit >= 0 && query->limit <= LIST_MAX);
    rows->engine->trust(rows->connection, searching(query));
    err e = query->limit > 0 ? list_rows(rows, query, arena, &page) : OK;
    if (!e && count_unknown(query, &page)) e = count_rows(rows, query, arena, &page.total);
    rows->engine->trust(rows->connection, false);
    if (e) return e;
    *ret_page = page;
    return OK;
}

err rows_count(struct rows *rows, const struct query *query, struct arena *arena, int64_t *ret_count)
{
    rows->engine->trust(rows->connection, searching(query));
    err e = count_rows(rows, query, arena, ret_count);
    rows->engine->trust(rows->connection, false);
    return e;
}

err rows_ids(struct rows *rows, const struct query *query, struct arena *arena, int64_t **ret_ids, size_t *ret_count)
{
    struct binding binding;
    err e = query_statement(rows, query, RESULT_IDS, arena, &binding);
    if (e) return e;
    int64_t *ids = ARENA_ARRAY(arena, int64_t, (size_t)query->limit);
    size_t count = 0;
    bool found;
    while ((e = rows->engine->step(binding.statement, &found)) == OK && found) {
        ids[count++] = rows->engine->column_int(binding.statement, 0);
    }
    rows->engine->reset(binding.statement);
    if (e) return e;
    *ret_ids = ids;
    *ret_count = count;
    return OK;
}
