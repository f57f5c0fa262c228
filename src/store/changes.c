/* See changes.h.
 *
 * A position as text; its parts are separated by spaces:
 *
 *     floor
 *     floor database previous current after upto drawn [transaction id]...
 *
 * The short form is for an engine that assigns ids in commit order. In the long form `-` means "no snapshot": without
 * `previous` the window is read by id; without `current` no window is open.
 *
 * Each pair at the end is a mark: the ids of all transactions with a number above `transaction` are above `id`. When a
 * window is opened, the number of the opening transaction and the last id that was drawn when the window before was
 * opened make a mark, because a transaction with a higher number began later. So the ids of a window are above the mark
 * of its oldest transaction. The floor is the mark of all transactions: it advances with the oldest one that was
 * running in the last snapshot, and a mark is kept as long as a transaction that was running requires it. */
#include "store/changes.h"

#include <inttypes.h>

#include "base/buf.h"
#include "base/check.h"
#include "store/store_private.h"

/* MARKS_MAX: with more running transactions than that, more is read again at the end of some. */
enum { BEGIN_MS = 1000, POSITION_MAX = 65536, MARKS_MAX = 32 };

struct mark {
    int64_t transaction, id;
};

struct position {
    int64_t floor;
    bool in_commit_order; /* the short form */
    str database;
    str previous, current; /* snapshots; STR_NONE if there is none */
    int64_t after, upto;   /* ids of the open window: the last one read, the last one of the window */
    int64_t drawn;         /* last id drawn when the last window was opened */
    struct mark marks[MARKS_MAX];
    size_t mark_count;
};

/* Where changes are read from: the connection of a unit or of a reader, and how to load rows through it. */
struct source {
    struct store_access access;
    struct rows *rows;
    struct arena *arena;
    struct unit *unit;     /* set for a command */
    struct reader *reader; /* set for a reader */
};

/* NULL if ids are in commit order. */
static const struct change_order *order_of(const struct engine *engine)
{
    return engine->cluster ? engine->cluster->change_order : NULL;
}

/* --- positions as text -------------------------------------------------------------------------------------------- */

static bool split_int(str *rest, int64_t *ret_number)
{
    str part;
    return str_split(rest, ' ', &part) && str_to_int(part, ret_number) && *ret_number >= 0;
}

static bool split_snapshot(str *rest, str *ret_snapshot)
{
    if (!str_split(rest, ' ', ret_snapshot)) return false;
    if (str_is(*ret_snapshot, "-")) *ret_snapshot = STR_NONE;
    return true;
}

static bool split_marks(str *rest, struct position *p)
{
    while (rest->p) {
        if (p->mark_count == MARKS_MAX) return false;
        struct mark *mark = &p->marks[p->mark_count++];
        if (!split_int(rest, &mark->transaction) || !split_int(rest, &mark->id)) return false;
    }
    return true;
}

static err position_parse(str text, struct position *ret_position)
{
    struct position p = {.in_commit_order = str_find(text, ' ') == text.n};
    bool valid = split_int(&text, &p.floor);
    if (valid && !p.in_commit_order) {
        valid = str_split(&text, ' ', &p.database) && split_snapshot(&text, &p.previous) &&
                split_snapshot(&text, &p.current) && split_int(&text, &p.after) && split_int(&text, &p.upto) &&
                split_int(&text, &p.drawn) && split_marks(&text, &p);
    }
    if (!valid || text.p) return ERR_INTERNAL;
    *ret_position = p;
    return OK;
}

/* ERR_OVERLOADED if a snapshot lists so many running transactions that the position would be too long to save; there
 * are fewer later. */
static err position_text(const struct position *p, struct arena *arena, str *ret_text)
{
    if (p->in_commit_order) {
        *ret_text = arena_printf(arena, "%" PRId64, p->floor);
        return OK;
    }
    str none = STR("-"), previous = p->previous.p ? p->previous : none, current = p->current.p ? p->current : none;
    struct buf out = buf_new(arena, POSITION_MAX);
    buf_printf(&out, "%" PRId64 " %.*s %.*s %.*s %" PRId64 " %" PRId64 " %" PRId64, p->floor, STR_ARG(p->database),
               STR_ARG(previous), STR_ARG(current), p->after, p->upto, p->drawn);
    for (size_t i = 0; i < p->mark_count; i++)
        buf_printf(&out, " %" PRId64 " %" PRId64, p->marks[i].transaction, p->marks[i].id);
    if (out.full) return ERR_OVERLOADED;
    *ret_text = buf_str(&out);
    return OK;
}

/* --- marks -------------------------------------------------------------------------------------------------------- */

static int64_t lower(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* The ids of entries that have yet to be read and are of a transaction with this number, or of a later one, are above
 * this id. */
static int64_t bound_of(const struct position *p, int64_t transaction)
{
    int64_t bound = p->floor;
    for (size_t i = 0; i < p->mark_count; i++) {
        const struct mark *mark = &p->marks[i];
        if (mark->transaction < transaction && mark->id > bound) bound = mark->id;
    }
    return bound;
}

/* When there are too many marks, the newest one is replaced: that is always safe. */
static void mark_add(struct position *p, int64_t transaction, int64_t id)
{
    if (id <= bound_of(p, INT64_MAX)) return;
    if (p->mark_count == MARKS_MAX) p->mark_count--;
    p->marks[p->mark_count++] = (struct mark){transaction, id};
}

/* The next number of a snapshot, "xmin:xmax:xip,xip"; 0 if there is none. */
static int64_t snapshot_number(str *rest, char separator)
{
    str part;
    int64_t number;
    return str_split(rest, separator, &part) && str_to_int(part, &number) ? number : 0;
}

/* Whether a mark with this id is the bound of a transaction that was not completed in `previous`. */
static bool is_bound(const struct position *p, int64_t id)
{
    str rest = p->previous;
    (void)snapshot_number(&rest, ':');
    bool found = bound_of(p, INT64_MAX) == id || bound_of(p, snapshot_number(&rest, ':')) == id;
    while (!found && rest.p) found = bound_of(p, snapshot_number(&rest, ',')) == id;
    return found;
}

/* Call it when everything visible in `previous` has been read. */
static void marks_advance(struct position *p)
{
    str rest = p->previous;
    size_t count = 0;
    p->floor = bound_of(p, snapshot_number(&rest, ':'));
    for (size_t i = 0; i < p->mark_count; i++) {
        struct mark mark = p->marks[i];
        if (mark.id > p->floor && is_bound(p, mark.id)) p->marks[count++] = mark;
    }
    p->mark_count = count;
}

/* --- beginning ---------------------------------------------------------------------------------------------------- */

/* Reads the highest id and, with change_order, the last id drawn and a snapshot. */
static err moment_read(const struct store_access *access, struct arena *arena, struct position *p)
{
    const struct change_order *order = order_of(access->engine);
    struct statement *statement;
    bool row = false;
    str sql = order ? str_of(order->moment) : STR("SELECT coalesce(max(\"id\"), 0) FROM \"AuditLogs\"");
    err e = access->engine->prepare(access->connection, sql, &statement);
    if (e) return e;
    e = access->engine->step(statement, &row);
    if (!e && !row) e = ERR_INTERNAL;
    if (!e) p->upto = p->drawn = access->engine->column_int(statement, 0);
    if (!e && order) p->drawn = access->engine->column_int(statement, 1);
    if (!e && order) p->current = arena_copy(arena, access->engine->column_text(statement, 2));
    access->engine->finish(statement);
    return e;
}

/* Makes a position whose first window is everything committed so far with an id above the floor. Writers are stopped
 * meanwhile: ids drawn later are above the last one drawn. */
static err begin_behind(struct store *store, int64_t floor, struct arena *arena, str *ret_position)
{
    struct position p = {0};
    struct store_access access = store_enter(store);
    err e = access.engine->copy->begin_frozen(access.connection, BEGIN_MS);
    if (!e) e = moment_read(&access, arena, &p);
    if (!e && order_of(access.engine)) e = access.engine->copy->identity(access.connection, arena, &p.database);
    access.engine->rollback(access.connection);
    store_leave(store);
    if (e) return e;
    p.in_commit_order = order_of(access.engine) == NULL;
    p.after = lower(floor, p.upto);
    p.floor = lower(p.after, p.drawn);
    return position_text(&p, arena, ret_position);
}

err changes_begin(struct store *store, enum changes_start start, struct arena *arena, str *ret_position)
{
    return begin_behind(store, start == CHANGES_FIRST ? 0 : INT64_MAX, arena, ret_position);
}

err changes_resume(struct store *store, str position, struct arena *arena, str *ret_position)
{
    struct position p;
    err e = position_parse(position, &p);
    return e ? e : begin_behind(store, p.floor, arena, ret_position);
}

/* --- windows ------------------------------------------------------------------------------------------------------ */

/* In a unit a failed statement loses the whole batch. */
static err failed(const struct source *source, err e)
{
    if (source->unit) source->unit->failed = e;
    return e;
}

static err statement_of(const struct source *source, const char *sql, struct statement **ret_statement)
{
    err e = rows_statement(source->rows, str_of(sql), ret_statement);
    return e ? failed(source, e) : OK;
}

static err statement_step(const struct source *source, struct statement *statement, bool *ret_row)
{
    err e = source->access.engine->step(statement, ret_row);
    if (!e) return OK;
    source->access.engine->reset(statement);
    return failed(source, e);
}

/* Opens a window unless nothing can be in it. */
static err window_open(const struct source *source, struct position *p)
{
    const struct engine *engine = source->access.engine;
    struct statement *statement;
    bool row = false;
    err e = statement_of(source, order_of(engine)->open, &statement);
    if (e) return e;
    engine->bind_text(statement, 1, p->previous);
    engine->bind_text(statement, 2, p->previous);
    e = statement_step(source, statement, &row);
    if (e) return e;
    CHECK(row);
    int64_t upto = engine->column_int(statement, 0), drawn = engine->column_int(statement, 1);
    int64_t after = bound_of(p, engine->column_int(statement, 3));
    if (after < drawn || p->upto < upto) {
        mark_add(p, engine->column_int(statement, 4), p->drawn);
        p->current = arena_copy(source->arena, engine->column_text(statement, 2));
        p->after = after;
        p->upto = upto;
        p->drawn = drawn;
    }
    engine->reset(statement);
    return OK;
}

/* The next ids of the open window, and the id up to which there are no others. */
static err window_ids(const struct source *source, const struct position *p, struct value *ids, size_t *ret_count,
                      int64_t *ret_end)
{
    const struct engine *engine = source->access.engine;
    struct statement *statement;
    size_t count = 0;
    int64_t end = 0, id;
    bool row = true;
    err e = statement_of(source, order_of(engine)->read, &statement);
    if (e) return e;
    engine->bind_int(statement, 1, p->upto);
    engine->bind_int(statement, 2, p->after);
    engine->bind_int(statement, 3, p->upto);
    engine->bind_int(statement, 4, p->after);
    engine->bind_text(statement, 5, p->previous);
    engine->bind_text(statement, 6, p->current);
    engine->bind_int(statement, 7, CHANGES_MAX);
    while (!(e = statement_step(source, statement, &row)) && row) {
        end = engine->column_int(statement, 0);
        id = engine->column_int(statement, 1); /* 0: there are none */
        if (id) ids[count++].number = id;
    }
    if (e) return e;
    engine->reset(statement);
    *ret_count = count;
    *ret_end = count == CHANGES_MAX ? ids[count - 1].number : end;
    return OK;
}

/* --- reading ------------------------------------------------------------------------------------------------------ */

static err entries_list(const struct source *source, const struct query *query, struct page *ret_page)
{
    if (source->unit) return unit_query(source->unit, query, ret_page);
    return reader_list(source->reader, query, source->arena, ret_page);
}

/* What was read. An id that was found may have no entry any more, if old entries are removed meanwhile. */
struct stretch {
    struct page page;
    int64_t end; /* the last id examined */
    bool more;   /* more ids may be available already */
};

/* Up to CHANGES_MAX entries with ids above `after`, up to `upto`, in id order. */
static err entries_by_id(const struct source *source, int64_t after, int64_t upto, struct stretch *ret)
{
    struct query *query = ARENA_NEW(source->arena, struct query);
    struct value values[] = {{.number = after}, {.number = upto}};
    query->entity = entity_of(ENTITY_audit_log);
    query->limit = CHANGES_MAX;
    query_filter(query, FIELD_OF(audit_log, id), COMPARE_ABOVE, &values[0], 1);
    query_filter(query, FIELD_OF(audit_log, id), COMPARE_AT_MOST, &values[1], 1);
    err e = entries_list(source, query, &ret->page);
    if (e) return e;
    ret->end = ret->page.count ? ret->page.rows[ret->page.count - 1]->id : after;
    ret->more = ret->page.count == CHANGES_MAX;
    return OK;
}

static err entries_of_window(const struct source *source, const struct position *p, struct stretch *ret)
{
    struct value *ids = ARENA_ARRAY(source->arena, struct value, CHANGES_MAX);
    struct query *query = ARENA_NEW(source->arena, struct query);
    size_t count;
    err e = window_ids(source, p, ids, &count, &ret->end);
    if (e) return e;
    ret->more = ret->end < p->upto;
    if (count == 0) return OK;
    query->entity = entity_of(ENTITY_audit_log);
    query->limit = CHANGES_MAX;
    query_filter(query, FIELD_OF(audit_log, id), COMPARE_EQUAL, ids, count);
    return entries_list(source, query, &ret->page);
}

static err read_by_id(const struct source *source, struct position *p, struct stretch *ret)
{
    err e = entries_by_id(source, p->floor, INT64_MAX, ret);
    if (!e) p->floor = ret->end;
    return e;
}

static void window_close(struct position *p)
{
    if (!p->previous.p) p->floor = lower(p->upto, p->drawn);
    p->previous = p->current;
    p->current = STR_NONE;
    marks_advance(p);
}

static err read_window(const struct source *source, struct position *p, struct stretch *ret)
{
    err e = OK;
    if (!p->current.p) e = window_open(source, p);
    if (e || !p->current.p) return e;
    e = p->previous.p ? entries_of_window(source, p, ret) : entries_by_id(source, p->after, p->upto, ret);
    if (e) return e;
    p->after = ret->end;
    if (!p->previous.p) p->floor = lower(p->after, p->drawn);
    if (!ret->more) window_close(p);
    return OK;
}

/* Ids stay valid in a copy of a database, snapshots do not. */
static err database_check(const struct source *source, const struct position *p)
{
    const struct store_access *access = &source->access;
    str database = STR_NONE;
    if (p->in_commit_order != (order_of(access->engine) == NULL)) return ERR_STATE_CONFLICT;
    if (p->in_commit_order) return OK;
    err e = access->engine->copy->identity(access->connection, source->arena, &database);
    if (e) return failed(source, e);
    return str_equal(database, p->database) ? OK : ERR_STATE_CONFLICT;
}

/* Keeps those entries of the page that are about the entities. */
static void entries_choose(const struct page *page, uint64_t entities, struct arena *arena, struct changes *changes)
{
    changes->entries = ARENA_ARRAY(arena, const struct audit_log *, page->count + 1);
    for (size_t i = 0; i < page->count; i++) {
        const struct audit_log *entry = (const struct audit_log *)(void *)page->rows[i];
        const struct entity *entity = entity_by_resource(entry->resource);
        bool is_chosen = entity && (entities >> entity->id & 1);
        if (is_chosen) changes->entries[changes->count++] = entry;
    }
}

static err changes_read(const struct source *source, str position, uint64_t entities, struct changes *ret_changes)
{
    struct position p;
    struct stretch stretch = {0};
    struct changes changes = {0};
    err e = position_parse(position, &p);
    if (!e) e = database_check(source, &p);
    if (!e) e = p.in_commit_order ? read_by_id(source, &p, &stretch) : read_window(source, &p, &stretch);
    if (!e) e = position_text(&p, source->arena, &changes.position);
    if (e) return e;
    const struct page *page = &stretch.page;
    changes.more = stretch.more;
    changes.moved = !str_equal(changes.position, position);
    if (page->count) changes.last_at = page->rows[page->count - 1]->created_at;
    entries_choose(page, entities, source->arena, &changes);
    *ret_changes = changes;
    return OK;
}

err unit_read_changes(struct unit *unit, str position, uint64_t entities, struct changes *ret_changes)
{
    struct source source = {.arena = unit->arena, .unit = unit};
    source.access = unit_access(unit);
    source.rows = source.access.rows;
    return changes_read(&source, position, entities, ret_changes);
}

err reader_read_changes(struct reader *reader, str position, uint64_t entities, struct arena *arena,
                        struct changes *ret_changes)
{
    struct source source = {.arena = arena, .reader = reader};
    source.access = reader_access(reader);
    source.rows = source.access.rows;
    return changes_read(&source, position, entities, ret_changes);
}
