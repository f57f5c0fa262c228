/* Lists as CSV; see rows.h and schema/csv.h. The rows of a response are read in pages of at most LIST_MAX, each from
 * the position of the one before and in memory that is reset for it. */
#include "schema/csv.h"

#include "api/resources/budget.h"
#include "api/resources/embed.h"
#include "api/resources/rows.h"
#include "api/respond.h"

enum { PAGE_BYTES_MAX = 8 * READ_BYTES_MAX };

struct table {
    struct call *call;
    struct reading reading; /* its arena is that of a page */
    const struct list *list;
    struct query query; /* for the next page */
    struct buf out;
    struct page read; /* all pages so far, without their rows */
};

static struct csv_columns own_columns(const struct table *table)
{
    return (struct csv_columns){table->query.entity, table->list->fields, STR_NONE};
}

static struct csv_columns embedded_columns(const struct embed *embed)
{
    return (struct csv_columns){embed->entity, 0, embed->name};
}

static void header_write(struct table *table)
{
    struct csv_columns columns = own_columns(table);
    csv_names(&table->out, &columns);
    for (size_t i = 0; i < table->list->embed_count; i++) {
        columns = embedded_columns(&table->list->embeds[i]);
        csv_names(&table->out, &columns);
    }
    csv_line_end(&table->out);
}

static void row_write(struct table *table, const struct row *row, const struct embedded *embedded)
{
    struct csv_columns columns = own_columns(table);
    csv_values(&table->out, &columns, row);
    for (size_t i = 0; i < table->list->embed_count; i++) {
        const struct embed *embed = &table->list->embeds[i];
        columns = embedded_columns(embed);
        csv_values(&table->out, &columns, embedded_single(embed, row, &embedded[i]));
    }
    csv_line_end(&table->out);
}

/* The position is that of the last row; only a list in the order of its full-text matches has none. */
static void advance(struct table *table, const struct page *page)
{
    struct query *query = &table->query;
    if (query->total) table->read.total = page->total;
    table->read.count += page->count;
    table->read.last = page->last;
    for (size_t i = 0; i < query->sort_count; i++) {
        str *text = &table->read.last.values[i].text;
        *text = arena_copy(call_arena(table->call), *text);
    }
    query->total = false;
    query->after = query->sort_count > 0 || !query->search.p;
    query->position = table->read.last;
    query->offset = query->after ? 0 : query->offset + (int64_t)page->count;
}

static err page_write(struct table *table, bool *ret_more)
{
    struct page page;
    struct embedded *embedded;
    const struct reading *reading = &table->reading;
    int64_t left = table->list->query.limit - (int64_t)table->read.count;
    table->query.limit = left < LIST_MAX ? left : LIST_MAX;
    arena_reset(reading->arena);
    err e = reader_list(reading->reader, &table->query, reading->arena, &page);
    if (!e) e = budget_check(reading->arena, reading->problem);
    if (!e) e = embeds_read(reading, table->list, &page, &embedded);
    if (e) return e;
    for (size_t i = 0; i < page.count; i++) row_write(table, page.rows[i], embedded);
    *ret_more = page.count == (size_t)table->query.limit && left > LIST_MAX;
    if (page.count > 0 || table->query.total) advance(table, &page);
    return budget_keep(!table->out.full, reading->problem);
}

static err table_write(struct table *table)
{
    bool more = true;
    header_write(table);
    while (more) {
        err e = page_write(table, &more);
        if (e) return e;
    }
    return OK;
}

err list_as_csv(struct call *call, struct reader *reader, const struct list *list)
{
    struct table *table = ARENA_NEW(call_arena(call), struct table);
    *table = (struct table){.call = call, .list = list, .query = list->query};
    table->reading = (struct reading){reader, &call->actor, arena_new(PAGE_BYTES_MAX), &call->problem};
    table->out = buf_new(call_arena(call), READ_BYTES_MAX);
    err e = table_write(table);
    arena_free(table->reading.arena);
    if (e) return e;
    call->response.body = buf_str(&table->out);
    call->response.content_type = STR("text/csv; charset=utf-8; header=present");
    response_header(&call->response, STR("Content-Disposition"),
                    arena_printf(call_arena(call), "attachment; filename=\"%s.csv\"", list->query.entity->resource));
    return list_headers(call, list, &table->read);
}
