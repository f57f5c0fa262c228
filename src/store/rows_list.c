/* Lists of rows: builds the SQL of a struct query, binds its parameters, and reads pages of rows, counts and ids. See
 * rows.h. Lists that differ only in the values of their filters have the same SQL, so it is prepared once. */
#include "base/check.h"
#include "store/rows_private.h"

enum { LIST_BYTES_MAX = 64 << 20 };

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
        rows->engine->search->like(sql, table, name);
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

/* A sort key that is never NULL, so that rows without a value have a position in a cursor too. */
static void add_sort_key(struct rows *rows, struct buf *sql, const struct query *query, const struct field *field)
{
    bool nullable = !field_not_null(field);
    if (nullable) BUF_LITERAL(sql, "coalesce(");
    buf_printf(sql, "\"%s\".\"%s\"", query->entity->table, field->name);
    if (nullable) buf_printf(sql, ", %s)", ddl_nothing(field->type, rows->engine->dialect));
    /* What the server writes itself (references of payments, say) is no text that people look for. */
    bool prose = type_is_text(field->type) && !(field->flags & READ_ONLY);
    if (prose) buf_printf(sql, " COLLATE \"%s\"", rows->engine->collation);
}

static void add_after(struct rows *rows, struct buf *sql, const struct query *query)
{
    bool sorted = query->sort_count > 0;
    const char *comparison = sorted && query->sorts[0].descending ? "<" : ">";
    if (!sorted) {
        buf_printf(sql, " AND \"%s\".\"id\" > ?", query->entity->table);
        return;
    }
    BUF_LITERAL(sql, " AND (");
    add_sort_key(rows, sql, query, query->sorts[0].field);
    buf_printf(sql, ", \"%s\".\"id\") %s (?, ?)", query->entity->table, comparison);
}

static bool searching(const struct query *query)
{
    return query->search.p != NULL;
}

static void add_from_where(struct rows *rows, struct buf *sql, const struct query *query)
{
    buf_printf(sql, " FROM \"%s\"", query->entity->table);
    if (searching(query)) rows->engine->search->join(sql, query->entity);
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

/* Escapes `%` and `_`, so that in a search term they match only themselves. */
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
    rows_bind(binding->rows, binding->statement, ++binding->parameter, field, value, text);
}

static void bind_filters(struct binding *binding, const struct query *query)
{
    if (searching(query)) {
        str words = binding->rows->engine->search->words(binding->arena, query->search);
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

enum selection {
    SELECT_ROWS,
    SELECT_ROWS_AND_COUNT, /* the total is an additional column, the same in every row */
    SELECT_IDS,
    SELECT_COUNT,
};

static void add_count(struct rows *rows, struct buf *sql, const struct query *query)
{
    BUF_LITERAL(sql, ", (SELECT count(*)");
    add_from_where(rows, sql, query);
    BUF_LITERAL(sql, ")");
}

static err query_statement(struct rows *rows, const struct query *query, enum selection selection, struct arena *arena,
                           struct binding *ret)
{
    struct buf sql = rows_sql_start(rows);
    BUF_LITERAL(&sql, "SELECT ");
    if (selection <= SELECT_ROWS_AND_COUNT) rows_add_columns(rows, &sql, query->entity);
    if (selection == SELECT_ROWS_AND_COUNT) add_count(rows, &sql, query);
    if (selection == SELECT_IDS) buf_printf(&sql, "\"%s\".\"id\"", query->entity->table);
    if (selection == SELECT_COUNT) BUF_LITERAL(&sql, "count(*)");
    add_from_where(rows, &sql, query);
    if (selection != SELECT_COUNT && query->after) add_after(rows, &sql, query);
    if (selection != SELECT_COUNT) add_order(rows, &sql, query);
    *ret = (struct binding){.rows = rows, .arena = arena};
    err e = rows_sql_end(rows, &sql, &ret->statement);
    if (e) return e;
    if (selection == SELECT_ROWS_AND_COUNT) bind_filters(ret, query);
    bind_filters(ret, query);
    if (selection != SELECT_COUNT) bind_page(ret, query);
    return OK;
}

static err list_rows(struct rows *rows, const struct query *query, struct arena *arena, struct page *page)
{
    struct binding binding;
    bool found = false;
    err e = query_statement(rows, query, query->total ? SELECT_ROWS_AND_COUNT : SELECT_ROWS, arena, &binding);
    if (e) return e;
    page->rows = ARENA_ARRAY(arena, struct row *, (size_t)query->limit);
    size_t before = arena_used(arena);
    while ((e = rows->engine->step(binding.statement, &found)) == OK && found) {
        CHECK(page->count < (size_t)query->limit);
        if (arena_used(arena) - before > LIST_BYTES_MAX) break;
        e = rows_read(rows, binding.statement, query->entity, arena, &page->rows[page->count]);
        if (e) break;
        page->count++;
        if (query->total) {
            page->total = rows->engine->column_int(binding.statement, (int)query->entity->descriptor.count);
        }
    }
    rows->engine->reset(binding.statement);
    return !e && found ? ERR_OVERLOADED : e; /* only rows written by other clients can be that large */
}

static err count_rows(struct rows *rows, const struct query *query, struct arena *arena, int64_t *ret_count)
{
    struct binding binding;
    err e = query_statement(rows, query, SELECT_COUNT, arena, &binding);
    return e ? e : rows_step_number(rows, binding.statement, ret_count);
}

/* The total is a column of the rows. Without rows it is 0, unless the page starts after the last row. */
static bool count_unknown(const struct query *query, const struct page *page)
{
    return query->total && page->count == 0 && (query->limit == 0 || query->offset > 0 || query->after);
}

err rows_list(struct rows *rows, const struct query *query, struct arena *arena, struct page *ret_page)
{
    struct page page = {0};
    CHECK(query->limit >= 0 && query->limit <= LIST_MAX);
    rows->engine->search->trust(rows->connection, searching(query));
    err e = query->limit > 0 ? list_rows(rows, query, arena, &page) : OK;
    if (!e && count_unknown(query, &page)) e = count_rows(rows, query, arena, &page.total);
    rows->engine->search->trust(rows->connection, false);
    if (e) return e;
    *ret_page = page;
    return OK;
}

err rows_count(struct rows *rows, const struct query *query, struct arena *arena, int64_t *ret_count)
{
    rows->engine->search->trust(rows->connection, searching(query));
    err e = count_rows(rows, query, arena, ret_count);
    rows->engine->search->trust(rows->connection, false);
    return e;
}

err rows_ids(struct rows *rows, const struct query *query, struct arena *arena, int64_t **ret_ids, size_t *ret_count)
{
    struct binding binding;
    err e = query_statement(rows, query, SELECT_IDS, arena, &binding);
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
