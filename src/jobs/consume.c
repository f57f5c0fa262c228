/* See consume.h. A consumer without a cursor, or with a cursor of another database, first gets a new position. Getting
 * it briefly blocks all writers, so it is done in a transaction of its own. */
#include "jobs/consume.h"

#include "base/check.h"
#include "base/clock.h"
#include "domain/run.h"

/* One command of a run. */
struct consuming {
    struct command command; /* first member */
    struct problem problem;
    const struct job_row *row;
    const struct job_context *context;
    str position;     /* to be saved, or that of a cursor of another database */
    str expected;     /* position that the cursor must still have; STR_NONE: there must be no cursor */
    bool has_cursor;  /* there is a row */
    bool is_readable; /* and it is a position of this database */
    bool more;
    int64_t last_at;
};

static err execute(struct consuming *consuming, err (*run)(struct unit *unit, struct command *command))
{
    consuming->command = (struct command){.actor = &system_actor, .problem = &consuming->problem, .run = run};
    return store_execute(consuming->context->store, &consuming->command);
}

/* --- the cursor --------------------------------------------------------------------------------------------------- */

static err cursor_find(struct unit *unit, const struct job_row *row, struct job_cursor **ret_cursor)
{
    struct value name = {.text = str_of(row->name)};
    return unit_find(unit, FIELD_OF(job_cursor, name), ENTITY_job_cursor, name, ret_cursor);
}

static void cursor_move(struct unit *unit, struct job_cursor *cursor, str position)
{
    cursor->position = arena_copy(unit->arena, position);
    unit_changed(unit, cursor);
}

static err save_run(struct unit *unit, struct command *command)
{
    struct consuming *consuming = (struct consuming *)(void *)command;
    struct job_cursor *cursor;
    err e = cursor_find(unit, consuming->row, &cursor);
    if (e && e != ERR_NOT_FOUND) return e;
    str found = e ? STR_NONE : cursor->position;
    if ((found.p == NULL) != (consuming->expected.p == NULL) || !str_equal(found, consuming->expected))
        return ERR_STATE_CONFLICT;
    if (e) {
        cursor = unit_new(unit, ENTITY_job_cursor);
        cursor->name = str_of(consuming->row->name);
        cursor->position = arena_copy(unit->arena, consuming->position);
        return OK;
    }
    cursor_move(unit, cursor, consuming->position);
    return OK;
}

/* Gives the cursor a position of this database. */
static err cursor_begin(struct consuming *consuming)
{
    struct store *store = consuming->context->store;
    struct arena *arena = consuming->context->arena;
    consuming->expected = consuming->has_cursor ? consuming->position : STR_NONE;
    err e = consuming->has_cursor ? changes_resume(store, consuming->position, arena, &consuming->position)
                                  : changes_begin(store, consuming->row->start, arena, &consuming->position);
    return e ? e : execute(consuming, save_run);
}

/* Handles the result of reading from the cursor. */
static err reading_done(struct consuming *consuming, err e, const struct changes *changes)
{
    consuming->is_readable = e != ERR_STATE_CONFLICT;
    if (e == ERR_STATE_CONFLICT) return OK;
    if (e) return e;
    consuming->more = changes->more;
    consuming->last_at = changes->last_at;
    return OK;
}

/* --- effects in the transaction of the cursor --------------------------------------------------------------------- */

static err apply_run(struct unit *unit, struct command *command)
{
    struct consuming *consuming = (struct consuming *)(void *)command;
    const struct job_row *row = consuming->row;
    struct job_cursor *cursor;
    struct changes changes = {0};
    err e = cursor_find(unit, row, &cursor);
    consuming->has_cursor = e != ERR_NOT_FOUND;
    if (e) return e == ERR_NOT_FOUND ? OK : e;
    consuming->position = arena_copy(consuming->context->arena, cursor->position);
    e = reading_done(consuming, unit_read_changes(unit, cursor->position, row->entities, &changes), &changes);
    if (!e && changes.count) e = row->function.apply(unit, &changes);
    if (!e && changes.moved) cursor_move(unit, cursor, changes.position);
    return e;
}

/* --- effects outside of any transaction --------------------------------------------------------------------------- */

static err cursor_read(struct consuming *consuming)
{
    const struct job_context *context = consuming->context;
    struct value name = {.text = str_of(consuming->row->name)};
    struct query query = {.entity = entity_of(ENTITY_job_cursor), .limit = 1};
    struct page page;
    query_filter(&query, FIELD_OF(job_cursor, name), COMPARE_EQUAL, &name, 1);
    err e = reader_list(context->reader, &query, context->arena, &page);
    if (e) return e;
    consuming->has_cursor = page.count == 1;
    if (page.count == 1) consuming->position = ((const struct job_cursor *)(void *)page.rows[0])->position;
    return OK;
}

static err changes_get(struct consuming *consuming, struct changes *changes)
{
    const struct job_context *context = consuming->context;
    err e = reader_begin(context->reader, &system_actor);
    if (e) return e;
    e = cursor_read(consuming);
    if (!e && consuming->has_cursor) {
        e = reader_read_changes(context->reader, consuming->position, consuming->row->entities, context->arena,
                                changes);
        e = reading_done(consuming, e, changes);
    }
    reader_end(context->reader);
    return e;
}

static err deliver(struct consuming *consuming)
{
    struct changes changes = {0};
    err e = changes_get(consuming, &changes);
    if (!e && changes.count) e = consuming->row->function.deliver(consuming->context, &changes);
    if (e || !changes.moved) return e;
    consuming->expected = consuming->position;
    consuming->position = changes.position;
    return execute(consuming, save_run);
}

/* --- both --------------------------------------------------------------------------------------------------------- */

err job_consume(const struct job_context *context, const struct job_row *row, bool *ret_more, int64_t *ret_lag_ms)
{
    struct consuming consuming = {.row = row, .context = context};
    err e = row->kind == JOB_apply ? execute(&consuming, apply_run) : deliver(&consuming);
    int64_t age_ms = consuming.last_at ? clock_now_ms() - consuming.last_at : 0;
    *ret_lag_ms = (e || consuming.more) && age_ms > 0 ? age_ms : 0; /* entries that fail stay unread, and get older */
    if (e) return e;
    bool begins = !consuming.has_cursor || !consuming.is_readable;
    if (begins) e = cursor_begin(&consuming);
    if (e) return e;
    *ret_more = begins || consuming.more;
    return OK;
}
