/* See copy.h. */
#include "store/maintain/copy.h"

#include <stdlib.h>

#include "base/check.h"
#include "base/clock.h"
#include "store/engine/database.h"
#include "store/maintain/scan.h"
#include "store/sets.h"

enum {
    RANGE_ROWS_MAX = 1000,
    RANGE_BYTES_MAX = 8 << 20, /* no further page is read beyond this */
    ARENA_MAX = 512 << 20,     /* enough for a page of the largest rows and the statement that writes it */
    SQL_MAX = 64 * 1024,
    PASSES_MAX = 5,     /* before the first freeze */
    CHANGED_FEW = 2000, /* changed rows in a pass that are few enough for a freeze */
    FREEZES_MAX = 3,
    TRIES_MAX = 3, /* to copy a table whose unique values move between rows */
};

struct side {
    const struct engine *engine;
    struct connection *connection;
    struct rows *rows;
};

struct copy {
    const struct copy_options *options;
    struct side source, target;
    struct connection *freezer;  /* connection to the source that keeps its writers waiting */
    struct held_lock *held_lock; /* of the target */
    struct arena *arena;         /* rows of one range, of the source */
    struct arena *page_arena;    /* and of one page of the target's */
    struct arena *reason_arena;
    str reason;
    bool frozen;
    int64_t deadline_ms; /* of the freeze; monotonic */
    int pass;
    int64_t written; /* in this pass */
    int64_t last_ids[ENTITY_COUNT];
};

/* How a walk treats rows that differ. */
enum aim {
    AIM_EQUAL,
    AIM_CLEAR,   /* remove them from the target without replacement */
    AIM_HISTORY, /* change nothing; rows that exist only in the target are an error */
};

/* A walk through one table, range by range. */
struct walk {
    struct copy *copy;
    const struct entity *entity;
    enum aim aim;
    int64_t after, upto; /* the range of ids: above `after`, at most `upto` */
    int64_t last;        /* highest id when the walk began: for AIM_HISTORY its end, else only for progress */
    struct row **rows;   /* the source's rows in the range */
    size_t count;
    size_t next;               /* index of the first row that was not compared yet */
    struct written *requested; /* those of them that are missing in the target */
    size_t requested_count;
    bool changed;
    struct copy_progress progress;
};

static err refuse(struct copy *copy, err e, str reason)
{
    copy->reason = reason;
    return e;
}

/* --- both sides --------------------------------------------------------------------------------------------------- */

static err source_begin(struct copy *copy)
{
    const struct transaction everything = {.role = ROLE_SYSTEM};
    return copy->source.engine->begin(copy->source.connection, &everything);
}

static void source_end(struct copy *copy)
{
    copy->source.engine->rollback(copy->source.connection);
}

static err target_begin(struct copy *copy)
{
    arena_reset(copy->page_arena);
    str reason = STR_NONE;
    err e = copy->target.engine->copy->begin_raw(copy->target.connection, copy->page_arena, &reason);
    return e && reason.p ? refuse(copy, e, arena_copy(copy->reason_arena, reason)) : e;
}

/* Ends the target's transaction: commits if there was no error and something changed. */
static err target_end(struct copy *copy, err e, bool changed)
{
    const struct engine *engine = copy->target.engine;
    uint64_t frames;
    if (!e && changed) e = engine->commit(copy->target.connection);
    if (e || !changed) engine->rollback(copy->target.connection);
    if (!e && changed && engine->database->checkpoint)
        engine->database->checkpoint(copy->target.connection, false, &frames);
    return e;
}

static err source_last_id(struct copy *copy, const struct entity *entity, int64_t *ret_id)
{
    err e = source_begin(copy);
    if (!e) e = rows_last_id(copy->source.rows, entity, ret_id);
    source_end(copy);
    return e;
}

static err target_last_id(struct copy *copy, const struct entity *entity, int64_t *ret_id)
{
    err e = target_begin(copy);
    if (!e) e = rows_last_id(copy->target.rows, entity, ret_id);
    return target_end(copy, e, false);
}

/* Rows as a set, or one by one. */
static err target_write(struct copy *copy, const struct written *list, size_t count)
{
    const struct side *target = &copy->target;
    if (target->engine->writes_sets) return sets_write(target->engine, target->rows, list, count);
    err e = OK;
    for (size_t i = 0; i < count && !e; i++) {
        const struct row *row = list[i].row;
        e = list[i].kind == CHANGE_INSERT ? rows_insert(target->rows, row)
                                          : rows_remove(target->rows, row->entity, row->id);
    }
    return e;
}

/* --- a range ------------------------------------------------------------------------------------------------------ */

/* Whether the target's column is too small for the number. */
static bool is_too_wide(const struct copy *copy, const struct row *row, const struct field *field)
{
    bool narrow = field->type == TYPE_ID || field->type == TYPE_REF || field->type == TYPE_INT;
    if (!narrow || !copy->target.engine->copy->narrow_ids || (field->flags & WIDE)) return false;
    int64_t number = value_of(row, field).number;
    return number > INT32_MAX || number < INT32_MIN;
}

/* Another client may have written a value that the target cannot hold. */
static err row_check(struct copy *copy, const struct row *row)
{
    const struct descriptor *descriptor = &row->entity->descriptor;
    char text[TIME_TEXT_SIZE];
    for (size_t i = 0; i < descriptor->count; i++) {
        const struct field *field = &descriptor->fields[i];
        str value = value_text(row, field, text);
        const char *what = NULL;
        if (value.n > 0 && copy->target.engine->copy->nul_ends_text && memchr(value.p, 0, value.n))
            what = "holds a NUL character, which the target cannot hold";
        if (is_too_wide(copy, row, field)) what = "holds a number of more than 32 bits, which the target cannot hold";
        if (!what) continue;
        return refuse(copy, ERR_INVALID,
                      arena_printf(copy->reason_arena, "%s of row %lld in %s %s; correct it in the source", field->name,
                                   (long long)row->id, row->entity->table, what));
    }
    return OK;
}

/* Reads the next rows of the source. After its last row the range has no upper end, so that rows that exist only in the
 * target are found. */
static err range_read(struct walk *walk)
{
    struct copy *copy = walk->copy;
    struct scan scan = {copy->source.rows, walk->entity, walk->after, SCAN_END};
    struct page page = {0};
    arena_reset(copy->arena);
    walk->rows = ARENA_ARRAY(copy->arena, struct row *, RANGE_ROWS_MAX);
    walk->requested = ARENA_ARRAY(copy->arena, struct written, RANGE_ROWS_MAX);
    walk->count = 0;
    walk->changed = false;
    err e = source_begin(copy);
    do {
        if (!e) e = scan_next(&scan, copy->arena, &page);
        for (size_t i = 0; i < page.count && !e; i++) {
            walk->rows[walk->count++] = page.rows[i];
            e = row_check(copy, page.rows[i]);
        }
    } while (!e && page.count == LIST_MAX && walk->count + LIST_MAX <= RANGE_ROWS_MAX &&
             arena_used(copy->arena) < RANGE_BYTES_MAX);
    source_end(copy);
    walk->upto = page.count < LIST_MAX ? SCAN_END : scan.after;
    return e;
}

static bool row_equal(const struct row *a, const struct row *b)
{
    const struct descriptor *descriptor = &a->entity->descriptor;
    for (size_t i = 0; i < descriptor->count; i++) {
        if (!field_equal(&descriptor->fields[i], a, b)) return false;
    }
    return true;
}

static void request_next(struct walk *walk)
{
    walk->requested[walk->requested_count++] = (struct written){.kind = CHANGE_INSERT, .row = walk->rows[walk->next++]};
}

/* Whether the source has an equal row. Rows of the source that come before it are missing in the target:
 * requests them. */
static bool row_stays(struct walk *walk, const struct row *row)
{
    while (walk->next < walk->count && walk->rows[walk->next]->id < row->id) request_next(walk);
    if (walk->next == walk->count || walk->rows[walk->next]->id != row->id) return false;
    if (row_equal(walk->rows[walk->next], row)) {
        walk->next++;
        return true;
    }
    request_next(walk);
    return false;
}

/* Removes the rows of one page of the target that the source does not have. */
static err page_compare(struct walk *walk, const struct page *page)
{
    struct copy *copy = walk->copy;
    struct written *removed = ARENA_ARRAY(copy->page_arena, struct written, LIST_MAX);
    size_t count = 0;
    for (size_t i = 0; i < page->count; i++) {
        if (row_stays(walk, page->rows[i])) continue;
        removed[count++] = (struct written){.kind = CHANGE_REMOVE, .row = page->rows[i]};
    }
    if (count == 0) return OK;
    if (walk->aim == AIM_HISTORY) return ERR_STATE_CONFLICT;
    walk->changed = true;
    return target_write(copy, removed, count);
}

static err range_compare(struct walk *walk)
{
    struct copy *copy = walk->copy;
    struct scan scan = {copy->target.rows, walk->entity, walk->after, walk->upto};
    struct page page;
    walk->next = walk->requested_count = 0;
    do {
        arena_reset(copy->page_arena);
        err e = scan_next(&scan, copy->page_arena, &page);
        if (!e) e = page_compare(walk, &page);
        if (e) return e;
    } while (page.count == LIST_MAX);
    while (walk->next < walk->count) request_next(walk);
    return OK;
}

/* Reads again what was written during the freeze, because no later pass would detect a difference. */
static err range_check(struct walk *walk)
{
    struct copy *copy = walk->copy;
    walk->aim = AIM_HISTORY;
    err e = range_compare(walk);
    walk->aim = AIM_EQUAL;
    if (!e && walk->requested_count > 0) e = ERR_STATE_CONFLICT;
    if (e != ERR_STATE_CONFLICT) return e;
    return refuse(
        copy, ERR_INTERNAL,
        arena_printf(copy->reason_arena, "%s of the target does not hold what was written there", walk->entity->table));
}

static err range_put(struct walk *walk)
{
    if (walk->aim != AIM_EQUAL || walk->requested_count == 0) return OK;
    walk->changed = true;
    walk->progress.written += (int64_t)walk->requested_count;
    walk->copy->written += (int64_t)walk->requested_count;
    return target_write(walk->copy, walk->requested, walk->requested_count);
}

static err range_equalise(struct walk *walk)
{
    struct copy *copy = walk->copy;
    err e = range_read(walk);
    if (e) return e;
    e = target_begin(copy);
    if (!e) e = range_compare(walk);
    if (!e) e = range_put(walk);
    if (!e && copy->frozen && walk->changed && walk->aim == AIM_EQUAL) e = range_check(walk);
    return target_end(copy, e, walk->changed);
}

/* --- a table ------------------------------------------------------------------------------------------------------ */

/* In floating point, because ids may be as large as an int64_t. */
static int percent_of(int64_t id, int64_t last)
{
    if (id >= last) return 100;
    return id > 0 ? (int)(100.0 * (double)id / (double)last) : 0;
}

static void notify(struct walk *walk)
{
    const struct copy_options *options = walk->copy->options;
    struct copy_progress *progress = &walk->progress;
    progress->rows += (int64_t)walk->count;
    progress->done = walk->upto == SCAN_END;
    progress->percent = percent_of(walk->upto, walk->last);
    if (options->progress && walk->aim == AIM_EQUAL) options->progress(options->context, progress);
}

static err table_walk(struct walk *walk, enum aim aim)
{
    struct copy *copy = walk->copy;
    walk->aim = aim;
    walk->progress = (struct copy_progress){.entity = walk->entity, .pass = copy->pass, .frozen = copy->frozen};
    for (walk->after = SCAN_START, walk->upto = SCAN_START; walk->upto < SCAN_END; walk->after = walk->upto) {
        if (copy->frozen && clock_monotonic_ms() > copy->deadline_ms) return ERR_OVERLOADED;
        if (walk->aim == AIM_HISTORY && walk->after >= walk->last) return OK;
        err e = range_equalise(walk);
        if (e) return e;
        notify(walk);
    }
    return OK;
}

/* A unique value may have moved to a row with a lower id. Then the new row conflicts with the target's old one, and all
 * rows that differ have to be removed before any is written. */
static err table_equalise(struct copy *copy, const struct entity *entity)
{
    struct walk walk = {.copy = copy, .entity = entity};
    err e = source_last_id(copy, entity, &walk.last);
    if (e) return e;
    e = table_walk(&walk, AIM_EQUAL);
    for (int tries = 1; e == ERR_DUPLICATE && tries < TRIES_MAX; tries++) {
        e = table_walk(&walk, AIM_CLEAR);
        if (!e) e = table_walk(&walk, AIM_EQUAL);
    }
    if (!e || copy->reason.p || (copy->frozen && e == ERR_OVERLOADED)) return e;
    /* An unreadable value, say, is in the log with its row and column. */
    const char *why = e == ERR_INTERNAL ? "cannot be copied; the log says why" : err_row(e)->title;
    return refuse(copy, e,
                  arena_printf(copy->reason_arena, "%s, ids %lld to %lld: %s", entity->table, (long long)walk.after + 1,
                               (long long)walk.upto, why));
}

/* --- a pass ------------------------------------------------------------------------------------------------------- */

static err pass(struct copy *copy)
{
    copy->pass++;
    copy->written = 0;
    err e = table_equalise(copy, entity_of(ENTITY_audit_log));
    for (enum entity_id id = 0; id < ENTITY_COUNT && !e; id++) {
        if (id == ENTITY_audit_log || !entity_digested(entity_of(id))) continue;
        e = table_equalise(copy, entity_of(id));
    }
    return e;
}

static err passes_served(struct copy *copy, struct copy_summary *summary)
{
    err e;
    do {
        e = pass(copy);
        summary->written += copy->written;
    } while (!e && copy->written > CHANGED_FEW && copy->pass < PASSES_MAX);
    return e;
}

static err frozen_work(struct copy *copy, struct copy_summary *summary)
{
    err e = pass(copy);
    summary->written += copy->written;
    for (enum entity_id id = 0; id < ENTITY_COUNT && !e; id++) {
        arena_reset(copy->page_arena);
        e = source_last_id(copy, entity_of(id), &copy->last_ids[id]);
    }
    return e;
}

/* Runs one freeze. Only if its transaction commits were the writers blocked all the time. */
static err freeze(struct copy *copy, struct copy_summary *summary)
{
    const struct engine *engine = copy->source.engine;
    int64_t begun_ms = clock_monotonic_ms(), freeze_ms = copy->options->freeze_ms;
    err e = engine->copy->begin_frozen(copy->freezer, freeze_ms);
    copy->frozen = !e;
    copy->deadline_ms = clock_monotonic_ms() + freeze_ms;
    if (!e) e = frozen_work(copy, summary);
    copy->frozen = false;
    if (!e && engine->commit(copy->freezer) != OK) e = ERR_OVERLOADED;
    engine->rollback(copy->freezer);
    summary->frozen_ms = clock_monotonic_ms() - begun_ms;
    return e;
}

static err freeze_until_equal(struct copy *copy, struct copy_summary *summary)
{
    for (int i = 0; i < FREEZES_MAX; i++) {
        err e = i > 0 ? pass(copy) : OK;
        if (!e) e = freeze(copy, summary);
        if (e != ERR_OVERLOADED || copy->reason.p) return e;
    }
    return refuse(copy, ERR_OVERLOADED,
                  STR("the last comparison did not fit into the time for which the source's writers may be kept "
                      "waiting; allow more with --freeze-ms, or stop the source's servers first"));
}

/* Sets the sequences to continue after those of the source, and rebuilds the search indexes. */
static err finish(struct copy *copy)
{
    const struct side *target = &copy->target;
    struct arena *arena = copy->arena;
    arena_reset(arena);
    struct buf sql = buf_new(arena, SQL_MAX);
    for (enum entity_id id = 0; id < ENTITY_COUNT; id++) {
        int64_t last;
        err e = target_last_id(copy, entity_of(id), &last);
        if (e) return e;
        if (copy->last_ids[id] > last) last = copy->last_ids[id];
        if (last > 0) target->engine->ids->set_last(&sql, entity_of(id), last);
    }
    ddl_search_rebuild(&sql, target->engine->dialect);
    if (target->engine->copy->announce) buf_add(&sql, str_of(target->engine->copy->announce));
    CHECK(!sql.full);
    err e = target_begin(copy);
    if (!e) e = target->engine->execute(target->connection, buf_str(&sql), arena, &copy->reason);
    if (e && copy->reason.p) copy->reason = arena_copy(copy->reason_arena, copy->reason);
    return target_end(copy, e, true);
}

/* The target is locked, so the digest can be computed after the freeze. */
static err target_digest(struct copy *copy, struct copy_summary *summary)
{
    err e = target_begin(copy);
    if (!e) e = rows_digest(copy->target.rows, false, NULL, &summary->digest);
    for (size_t i = 0; i < summary->digest.count; i++) summary->rows += summary->digest.tables[i].rows;
    return target_end(copy, e, false);
}

err copy_run(struct copy *copy, struct arena *arena, str *ret_reason, struct copy_summary *ret_summary)
{
    struct copy_summary summary = {0};
    copy->reason = STR_NONE;
    err e = passes_served(copy, &summary);
    if (!e) e = freeze_until_equal(copy, &summary);
    if (!e) e = finish(copy);
    if (!e) e = target_digest(copy, &summary);
    if (e) {
        *ret_reason = arena_copy(arena, copy->reason.p ? copy->reason : str_of(err_row(e)->title));
        return e;
    }
    summary.passes = copy->pass;
    *ret_summary = summary;
    return OK;
}

/* --- opening ------------------------------------------------------------------------------------------------------ */

static err side_open(struct side *side, const struct settings *settings, enum access access, struct copy *copy)
{
    const struct connection_options options = {.settings = settings,
                                               .access = access,
                                               .role = ROLE_SYSTEM,
                                               .arena = copy->reason_arena,
                                               .ret_reason = &copy->reason};
    side->engine = engine_of(settings);
    err e = side->engine->open(&options, &side->connection);
    if (!e) side->rows = rows_new(side->engine, side->connection, VISIBLE_ALL);
    return e;
}

static err freezer_open(struct copy *copy)
{
    const struct connection_options options = {.settings = copy->options->from,
                                               .access = ACCESS_WRITE,
                                               .role = ROLE_SYSTEM,
                                               .arena = copy->reason_arena,
                                               .ret_reason = &copy->reason};
    return copy->source.engine->open(&options, &copy->freezer);
}

static err check_different(struct copy *copy)
{
    str from, to;
    const struct side *source = &copy->source, *target = &copy->target;
    if (source->engine != target->engine) return OK;
    err e = source_begin(copy);
    if (!e) e = source->engine->copy->identity(source->connection, copy->reason_arena, &from);
    source_end(copy);
    if (!e) e = target->engine->copy->identity(target->connection, copy->reason_arena, &to);
    if (e || !str_equal(from, to)) return e;
    return refuse(copy, ERR_INVALID, STR("source and target are the same database"));
}

static err target_lock(struct copy *copy)
{
    err e = copy->target.engine->database->lock(copy->options->to, STORE_LOCK_EXCLUSIVE, &copy->held_lock);
    return e ? refuse(copy, e, STR("a server runs on the target; stop it first")) : OK;
}

static err target_is_empty(struct copy *copy, bool *ret_empty)
{
    bool empty = true;
    err e = target_begin(copy);
    for (enum entity_id id = 0; id < ENTITY_COUNT && !e && empty; id++) {
        struct scan scan = {.rows = copy->target.rows, .entity = entity_of(id), .after = SCAN_START, .upto = SCAN_END};
        struct page page;
        arena_reset(copy->page_arena);
        if (!entity_digested(entity_of(id))) continue;
        e = scan_next(&scan, copy->page_arena, &page);
        empty = !e && page.count == 0;
    }
    e = target_end(copy, e, false);
    if (!e) *ret_empty = empty;
    return e;
}

static err check_acceptable(struct copy *copy)
{
    struct walk walk = {.copy = copy, .entity = entity_of(ENTITY_audit_log)};
    bool empty;
    err e = target_is_empty(copy, &empty);
    if (e || empty) return e;
    e = target_last_id(copy, walk.entity, &walk.last);
    if (!e) e = table_walk(&walk, AIM_HISTORY);
    bool known = walk.last > 0 || copy->options->unfinished;
    if (e != ERR_STATE_CONFLICT && (e || known)) return e;
    return refuse(copy, ERR_STATE_CONFLICT,
                  STR("the target holds data that did not come from the source; copy into an empty database"));
}

err copy_open(const struct copy_options *options, struct arena *arena, str *ret_reason, struct copy **ret_copy)
{
    struct copy *copy = calloc(1, sizeof(*copy));
    CHECK(copy != NULL);
    copy->options = options;
    copy->reason_arena = arena_new(ARENA_MAX);
    copy->arena = arena_new(ARENA_MAX);
    copy->page_arena = arena_new(ARENA_MAX);
    err e = side_open(&copy->source, options->from, ACCESS_READ, copy);
    if (!e) e = freezer_open(copy);
    if (!e) e = side_open(&copy->target, options->to, ACCESS_WRITE, copy);
    if (!e) e = check_different(copy);
    if (!e) e = target_lock(copy);
    if (!e) e = check_acceptable(copy);
    if (e) {
        *ret_reason = arena_copy(arena, copy->reason.p ? copy->reason : str_of(err_row(e)->title));
        copy_close(copy);
        return e;
    }
    *ret_copy = copy;
    return OK;
}

static void side_close(struct side *side)
{
    rows_free(side->rows);
    if (side->connection) side->engine->close(side->connection);
}

void copy_close(struct copy *copy)
{
    if (!copy) return;
    if (copy->freezer) copy->source.engine->close(copy->freezer);
    side_close(&copy->source);
    side_close(&copy->target);
    if (copy->held_lock) copy->target.engine->database->unlock(copy->held_lock);
    arena_free(copy->page_arena);
    arena_free(copy->arena);
    arena_free(copy->reason_arena);
    free(copy);
}
