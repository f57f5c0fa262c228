/* Exports everything stored about a user: every row of every entity that has an owner. It is read in the role of a
 * customer, because for customers the row policies are exactly "own rows", and those are not masked. So a new entity
 * with an owner is exported without a change here. Rows contain the parents that they keep readable (KEEPS): the export
 * says what was booked, even if that was deleted. */
#include "api/call.h"
#include "api/handlers.h"
#include "api/resources/budget.h"
#include "api/resources/embed.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/time_text.h"
#include "schema/rule.h"

/* Memory for one page of rows. It is reset for each page, so that only the response grows. */
enum { PAGE_BYTES_MAX = 64 << 20 };

struct export
{
    struct reading reading; /* its arena is that of a page */
    struct json json;
};

static err page_write(struct export *export, const struct page *page)
{
    struct reading *reading = &export->reading;
    struct embedded *embedded;
    if (page->count == 0) return OK;
    const struct list *kept = embeds_kept(reading->arena, page->rows[0]->entity, reading->actor->role);
    err e = embeds_read(reading, kept, page, &embedded);
    for (size_t i = 0; !e && i < page->count; i++) embeds_encode(&export->json, kept, page->rows[i], embedded);
    return e;
}

static err entity_write(struct export *export, const struct entity *entity)
{
    struct query query = {.entity = entity, .limit = LIST_MAX};
    struct page page;
    json_name(&export->json, str_of(entity->resource));
    json_array_begin(&export->json);
    do {
        arena_reset(export->reading.arena);
        err e = reader_list(export->reading.reader, &query, export->reading.arena, &page);
        if (!e) e = page_write(export, &page);
        if (e) return e;
        query.after = true;
        query.position = page.last;
    } while (page.count == LIST_MAX && !export->json.out->full);
    json_array_end(&export->json);
    return OK;
}

static err export_write(struct export *export)
{
    char now[TIME_TEXT_SIZE];
    json_object_begin(&export->json);
    json_member_text(&export->json, "exportedAt", time_to_rfc3339(clock_now_ms(), now));
    for (size_t i = 0; i < ENTITY_COUNT; i++) {
        const struct entity *entity = entity_of((enum entity_id)i);
        if (!role_reads_own_only(entity, ROLE_CUSTOMER)) continue;
        err e = entity_write(export, entity);
        if (e) return e;
    }
    json_object_end(&export->json);
    return OK;
}

err read_export(struct call *call, struct reader *reader)
{
    struct actor self = call->actor;
    self.role = ROLE_CUSTOMER;
    struct buf out = buf_new(call_arena(call), READ_BYTES_MAX);
    err e = reader_begin(reader, &self);
    if (e) return e;
    struct export export = {{reader, &self, arena_new(PAGE_BYTES_MAX), &call->problem}, json_to(&out)};
    e = export_write(&export);
    reader_end(reader);
    arena_free(export.reading.arena);
    if (!e) e = budget_keep(!out.full, &call->problem);
    if (e) return e;
    call->response.body = buf_str(&out);
    return OK;
}
