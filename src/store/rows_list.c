/* Lists of rows: builds the SQL of a struct query, binds its parameters, and reads pages of rows, counts and ids. See
 * rows.h. Lists that differ only in the values of their filters have the same SQL, so it is prepared once. */
#include "base/check.h"
#include "store/rows_private.h"

enum { LIST_BYTES_MAX = 64 << 20, SYMBOL_WORDS_MAX = 4 };

static const char *const operators[] = {
    [COMPARE_EQUAL] = "=",    [COMPARE_NOT_EQUAL] = "<>", [COMPARE_AT_LEAST] = ">=",
    [COMPARE_AT_MOST] = "<=", [COMPARE_ABOVE] = ">",      [COMPARE_BELOW] = "<",
};

/* " = ?" or " NOT IN (?, ?)". */
static void add_values(struct buf *sql, const struct filter *filter)
{
    if (filter->count == 1) {
        buf_printf(sql, " %s ?", operators[filter->comparison]);
        return;
    }
    buf_add(sql, filter->comparison == COMPARE_EQUAL ? STR(" IN (") : STR(" NOT IN ("));
    for (size_t i = 0; i < filter->count; i++) buf_add(sql, i ? STR(", ?") : STR("?"));
    buf_add_char(sql, ')');
}

/* Any or none of the values, of which "no value" may be one. NULL is neither equal to a value nor different from it, so
 * rows without a value are included or excluded by a condition of their own. */
static void add_equality(struct buf *sql, const struct filter *filter, str column)
{
    bool equal = filter->comparison == COMPARE_EQUAL;
    bool nulls = equal ? filter->none : !filter->none && !field_not_null(filter->field);
    if (filter->count == 0 && !filter->none) {
        buf_add(sql, equal ? STR("FALSE") : STR("TRUE"));
        return;
    }
    buf_add_char(sql, '(');
    if (filter->count > 0) {
        buf_add(sql, column);
        add_values(sql, filter);
        if (nulls) BUF_LITERAL(sql, " OR ");
    }
    if (nulls) buf_printf(sql, "%.*s IS NULL", STR_ARG(column));
    if (filter->count == 0 && !equal) buf_printf(sql, "%.*s IS NOT NULL", STR_ARG(column));
    buf_add_char(sql, ')');
}

static void add_same(struct rows *rows, struct buf *sql, const char *table, const struct filter *filter)
{
    if (filter->count == 0) BUF_LITERAL(sql, "FALSE");
    for (size_t i = 0; i < filter->count; i++) {
        buf_add(sql, i ? STR(" OR ") : STR("("));
        rows->engine->search->like(sql, table, filter->field->name);
    }
    if (filter->count > 0) buf_add_char(sql, ')');
}

static void add_condition(struct rows *rows, struct buf *sql, const char *table, const struct filter *filter)
{
    str column = arena_printf(rows->scratch, "\"%s\".\"%s\"", table, filter->field->name);
    if (filter->comparison == COMPARE_LIKE)
        rows->engine->search->like(sql, table, filter->field->name);
    else if (filter->comparison == COMPARE_SAME)
        add_same(rows, sql, table, filter);
    else if (filter->comparison == COMPARE_EQUAL || filter->comparison == COMPARE_NOT_EQUAL)
        add_equality(sql, filter, column);
    else
        buf_printf(sql, "%.*s %s ?", STR_ARG(column), operators[filter->comparison]);
}

/* The condition that joins the listed row with the related ones. */
static void add_join(struct buf *sql, const struct query *query, const struct relation *relation)
{
    const char *listed = query->entity->table, *other = relation->entity->table, *reference = relation->reference->name;
    CHECK(relation->entity != query->entity);
    if (relation->children)
        buf_printf(sql, "\"%s\".\"%s\" = \"%s\".\"id\"", other, reference, listed);
    else
        buf_printf(sql, "\"%s\".\"id\" = \"%s\".\"%s\"", other, listed, reference);
}

static void add_related(struct rows *rows, struct buf *sql, const struct query *query, const struct filter *filter)
{
    const char *other = filter->relation->entity->table;
    struct filter condition = *filter;
    CHECK(rows->visibility == VISIBLE_LIVE);
    if (filter->comparison == COMPARE_NOT_EQUAL) {
        BUF_LITERAL(sql, "NOT ");
        condition.comparison = COMPARE_EQUAL;
    }
    buf_printf(sql, "EXISTS (SELECT 1 FROM \"%s\" WHERE ", other);
    add_join(sql, query, filter->relation);
    BUF_LITERAL(sql, " AND ");
    add_condition(rows, sql, other, &condition);
    buf_add_char(sql, ')');
}

static void add_filter(struct rows *rows, struct buf *sql, const struct query *query, const struct filter *filter)
{
    BUF_LITERAL(sql, " AND ");
    if (filter->relation)
        add_related(rows, sql, query, filter);
    else
        add_condition(rows, sql, query->entity->table, filter);
}

/* What sort_value() returns, or the text of the related row. */
static void add_sort_key(struct buf *sql, const struct query *query, const struct sort *sort)
{
    const char *table = sort->relation ? sort->relation->entity->table : query->entity->table;
    if (sort->relation) BUF_LITERAL(sql, "(SELECT ");
    if (sort->field->type == TYPE_TEXT)
        buf_printf(sql, "substr(\"%s\".\"%s\", 1, %d)", table, sort->field->name, SORT_TEXT_MAX);
    else
        buf_printf(sql, "\"%s\".\"%s\"", table, sort->field->name);
    if (!sort->relation) return;
    buf_printf(sql, " FROM \"%s\" WHERE ", table);
    add_join(sql, query, sort->relation);
    buf_add_char(sql, ')');
}

/* --- positions ---------------------------------------------------------------------------------------------------- */

/* The id is sorted in the direction of the last sort. */
static bool last_descends(const struct query *query)
{
    return query->sort_count > 0 && query->sorts[query->sort_count - 1].descending;
}

/* Whether the sorts from `first` on and the id can be compared as one row value: none is NULL, all have one direction.
 */
static bool is_row_value(const struct query *query, size_t first)
{
    for (size_t i = first; i < query->sort_count; i++) {
        const struct sort *sort = &query->sorts[i];
        if (sort_nullable(sort) || sort->descending != last_descends(query)) return false;
    }
    return true;
}

/* The engines find the position of a row value in an index. */
static void add_after_row_value(struct buf *sql, const struct query *query, size_t first)
{
    buf_add_char(sql, '(');
    for (size_t i = first; i < query->sort_count; i++) {
        add_sort_key(sql, query, &query->sorts[i]);
        BUF_LITERAL(sql, ", ");
    }
    buf_printf(sql, "\"%s\".\"id\") %s (", query->entity->table, last_descends(query) ? "<" : ">");
    for (size_t i = first; i < query->sort_count; i++) BUF_LITERAL(sql, "?, ");
    BUF_LITERAL(sql, "?)");
}

/* Starts the condition that a row comes after the position by one sort, or is equal in it and comes after the position
 * by what follows, which the caller adds, and the closing parenthesis. */
static void add_after_sort(struct buf *sql, const struct query *query, size_t i)
{
    const struct sort *sort = &query->sorts[i];
    struct buf key = buf_new(sql->arena, 512);
    add_sort_key(&key, query, sort);
    int n = (int)key.n;
    if (value_is_none(sort->field, query->position.values[i])) {
        buf_printf(sql, "(%.*s %s ", n, key.p, sort->descending ? "IS NULL AND" : "IS NOT NULL OR");
        return;
    }
    buf_printf(sql, "(%.*s %s ? OR ", n, key.p, sort->descending ? "<" : ">");
    if (sort->descending && sort_nullable(sort)) buf_printf(sql, "%.*s IS NULL OR ", n, key.p);
    buf_printf(sql, "%.*s = ? AND ", n, key.p);
}

static void add_after(struct buf *sql, const struct query *query)
{
    size_t i = 0;
    BUF_LITERAL(sql, " AND ");
    for (; !is_row_value(query, i); i++) add_after_sort(sql, query, i);
    add_after_row_value(sql, query, i);
    while (i-- > 0) buf_add_char(sql, ')');
}

static bool searching(const struct query *query)
{
    return query->search.p != NULL;
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || (unsigned char)c >= 0x80;
}

/* Moves the next word such as "C++", "C#" or the "C++" of "C++20" from *rest to *ret_word. The full-text indexes know
 * only letters and digits, so to them it is a C like any other. */
static bool symbol_word_next(str *rest, str *ret_word)
{
    size_t i = 0;
    while (i < rest->n) {
        size_t start = i;
        while (i < rest->n && is_letter(rest->p[i])) i++;
        size_t letters = i;
        while (i < rest->n && (rest->p[i] == '+' || rest->p[i] == '#')) i++;
        size_t end = i;
        while (i < rest->n && rest->p[i] >= '0' && rest->p[i] <= '9') i++;
        if (letters > start && end > letters && (i == rest->n || !is_letter(rest->p[i]))) {
            *ret_word = (str){rest->p + start, end - start};
            *rest = str_from(*rest, i);
            return true;
        }
        if (i == start) i++;
    }
    return false;
}

/* Such a word must also be part of a searchable text. */
static void add_symbol_words(struct rows *rows, struct buf *sql, const struct query *query)
{
    str rest = query->search, word;
    for (int n = 0; n < SYMBOL_WORDS_MAX && symbol_word_next(&rest, &word); n++) {
        BUF_LITERAL(sql, " AND (FALSE");
        for (size_t i = 0; i < query->entity->descriptor.count; i++) {
            const struct field *field = &query->entity->descriptor.fields[i];
            if (!(field->flags & SEARCH)) continue;
            BUF_LITERAL(sql, " OR ");
            rows->engine->search->like(sql, query->entity->table, field->name);
        }
        buf_add_char(sql, ')');
    }
}

static void add_from_where(struct rows *rows, struct buf *sql, const struct query *query)
{
    buf_printf(sql, " FROM \"%s\"", query->entity->table);
    if (searching(query)) rows->engine->search->join(sql, query->entity);
    BUF_LITERAL(sql, " WHERE TRUE");
    if (query->entity->paranoid && rows->visibility != VISIBLE_LIVE && !query->deleted)
        buf_printf(sql, " AND \"%s\".\"deletedAt\" IS NULL", query->entity->table);
    if (searching(query)) add_symbol_words(rows, sql, query);
    for (size_t i = 0; i < query->filter_count; i++) add_filter(rows, sql, query, &query->filters[i]);
}

static void add_order(struct buf *sql, const struct query *query)
{
    BUF_LITERAL(sql, " ORDER BY ");
    if (searching(query) && query->sort_count == 0) BUF_LITERAL(sql, "\"rank\", ");
    for (size_t i = 0; i < query->sort_count; i++) {
        const struct sort *sort = &query->sorts[i];
        add_sort_key(sql, query, sort);
        if (sort->descending) BUF_LITERAL(sql, " DESC");
        if (sort_nullable(sort)) buf_add(sql, sort->descending ? STR(" NULLS LAST") : STR(" NULLS FIRST"));
        BUF_LITERAL(sql, ", ");
    }
    buf_printf(sql, "\"%s\".\"id\"%s LIMIT ? OFFSET ?", query->entity->table, last_descends(query) ? " DESC" : "");
}

/* A pattern that matches the text, or with `part` any text that contains it. `%` and `_` match only themselves. */
static str like_pattern(struct arena *arena, str text, bool part)
{
    struct buf pattern = buf_new(arena, 2 * text.n + 2);
    if (part) buf_add_char(&pattern, '%');
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] == '%' || text.p[i] == '_' || text.p[i] == '\\') buf_add_char(&pattern, '\\');
        buf_add_char(&pattern, text.p[i]);
    }
    if (part) buf_add_char(&pattern, '%');
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

static void bind_search(struct binding *binding, const struct query *query)
{
    const struct engine *engine = binding->rows->engine;
    str rest = query->search, word;
    engine->bind_text(binding->statement, ++binding->parameter, engine->search->words(binding->arena, query->search));
    for (int n = 0; n < SYMBOL_WORDS_MAX && symbol_word_next(&rest, &word); n++) {
        str pattern = like_pattern(binding->arena, word, true);
        for (size_t i = 0; i < query->entity->descriptor.count; i++) {
            if (!(query->entity->descriptor.fields[i].flags & SEARCH)) continue;
            engine->bind_text(binding->statement, ++binding->parameter, pattern);
        }
    }
}

static void bind_filters(struct binding *binding, const struct query *query)
{
    if (searching(query)) bind_search(binding, query);
    for (size_t i = 0; i < query->filter_count; i++) {
        const struct filter *filter = &query->filters[i];
        for (size_t n = 0; n < filter->count; n++) {
            struct value value = filter->values[n];
            bool part = filter->comparison == COMPARE_LIKE;
            if (part || filter->comparison == COMPARE_SAME) value.text = like_pattern(binding->arena, value.text, part);
            bind_next(binding, filter->field, value);
        }
    }
}

static void bind_after(struct binding *binding, const struct query *query)
{
    for (size_t i = 0; i < query->sort_count; i++) {
        const struct field *field = query->sorts[i].field;
        int times = is_row_value(query, i) ? 1 : value_is_none(field, query->position.values[i]) ? 0 : 2;
        while (times-- > 0) bind_next(binding, field, query->position.values[i]);
    }
    binding->rows->engine->bind_int(binding->statement, ++binding->parameter, query->position.id);
}

static void bind_page(struct binding *binding, const struct query *query)
{
    const struct engine *engine = binding->rows->engine;
    if (query->after) bind_after(binding, query);
    engine->bind_int(binding->statement, ++binding->parameter, query->limit);
    engine->bind_int(binding->statement, ++binding->parameter, query->offset);
}

enum selection {
    SELECT_ROWS,
    SELECT_ROWS_AND_COUNT, /* the total is an additional column, the same in every row */
    SELECT_IDS,
    SELECT_COUNT,
};

/* The texts of related rows by which the list is sorted, as additional columns. */
static void add_related_keys(struct buf *sql, const struct query *query)
{
    for (size_t i = 0; i < query->sort_count; i++) {
        if (!query->sorts[i].relation) continue;
        BUF_LITERAL(sql, ", ");
        add_sort_key(sql, query, &query->sorts[i]);
    }
}

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
    if (selection <= SELECT_ROWS_AND_COUNT) add_related_keys(&sql, query);
    if (selection == SELECT_ROWS_AND_COUNT) add_count(rows, &sql, query);
    if (selection == SELECT_IDS) buf_printf(&sql, "\"%s\".\"id\"", query->entity->table);
    if (selection == SELECT_COUNT) BUF_LITERAL(&sql, "count(*)");
    add_from_where(rows, &sql, query);
    if (selection != SELECT_COUNT && query->after) add_after(&sql, query);
    if (selection != SELECT_COUNT) add_order(&sql, query);
    *ret = (struct binding){.rows = rows, .arena = arena};
    err e = rows_sql_end(rows, &sql, &ret->statement);
    if (e) return e;
    if (selection == SELECT_ROWS_AND_COUNT) bind_filters(ret, query);
    bind_filters(ret, query);
    if (selection != SELECT_COUNT) bind_page(ret, query);
    return OK;
}

/* Reads the current row and the additional columns after its own. */
static void row_take(struct binding *binding, const struct query *query, struct page *page)
{
    const struct engine *engine = binding->rows->engine;
    int column = (int)query->entity->descriptor.count;
    struct row *row = rows_read(binding->rows, binding->statement, query->entity, binding->arena);
    for (size_t i = 0; i < query->sort_count; i++) {
        const struct sort *sort = &query->sorts[i];
        if (!sort->relation)
            page->last.values[i] = sort_value(row, sort->field);
        else
            page->last.values[i].text = arena_copy(binding->arena, engine->column_text(binding->statement, column++));
    }
    if (query->total) page->total = engine->column_int(binding->statement, column);
    page->last.id = row->id;
    page->rows[page->count++] = row;
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
        row_take(&binding, query, page);
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

static err texts_statement(struct rows *rows, const struct entity *entity, const struct field *field,
                           struct statement **ret)
{
    const char *table = entity->table;
    struct buf sql = rows_sql_start(rows);
    CHECK(rows->visibility == VISIBLE_LIVE);
    buf_printf(&sql, "SELECT min(\"%s\".\"%s\"), count(*) FROM \"%s\" GROUP BY ", table, field->name, table);
    rows->engine->search->fold(&sql, table, field->name);
    BUF_LITERAL(&sql, " ORDER BY count(*) DESC, ");
    rows->engine->search->fold(&sql, table, field->name);
    buf_printf(&sql, " LIMIT %d", TEXTS_MAX);
    return rows_sql_end(rows, &sql, ret);
}

err rows_texts(struct rows *rows, const struct entity *entity, const struct field *field, struct arena *arena,
               struct text_count *ret_texts, size_t *ret_count)
{
    struct statement *statement;
    size_t count = 0;
    bool found;
    err e = texts_statement(rows, entity, field, &statement);
    if (e) return e;
    while ((e = rows->engine->step(statement, &found)) == OK && found) {
        CHECK(count < TEXTS_MAX);
        ret_texts[count].text = arena_copy(arena, rows->engine->column_text(statement, 0));
        ret_texts[count++].rows = rows->engine->column_int(statement, 1);
    }
    rows->engine->reset(statement);
    if (e) return e;
    *ret_count = count;
    return OK;
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
