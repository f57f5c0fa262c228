/* See changes.h.
 *
 * A position as text; its parts are separated by spaces:
 *
 *     floor
 *     floor database base previous current after upto mark_transaction mark_id
 *
 * The short form is for an engine that assigns ids in commit order. In the long form `-` means "no snapshot": without
 * `previous` the window is read by id up to the base; without `current` no window is open.
 *
 * The floor is advanced by means of marks. When a window is opened, `mark_transaction` is set to the number of the
 * opening transaction and `mark_id` to the last id of the window before; transactions with higher numbers get
 * higher ids. Once a window has been read to its end and its snapshot shows no transaction up to `mark_transaction`
 * as running, everything up to `mark_id` has been read: `mark_id` becomes the floor, and a new mark is set. */
#include "store/changes.h"

#include <inttypes.h>

#include "base/check.h"
#include "store/store_private.h"

enum { BEGIN_MS = 1000, POSITION_MAX = 65536, SCRATCH_MAX = 4 << 20 };

struct position {
    int64_t floor;
    bool in_commit_order; /* the short form */
    str database;
    int64_t base;
    str previous, current; /* snapshots; STR_NONE if there is none */
    int64_t after, upto;   /* ids of the open window: the last one read, the last one of the window */
    int64_t mark_transaction, mark_id;
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

static err position_parse(str text, struct position *ret_position)
{
    struct position p = {.in_commit_order = str_find(text, ' ') == text.n};
    bool valid = split_int(&text, &p.floor);
    if (valid && !p.in_commit_order) {
        valid = str_split(&text, ' ', &p.database) && split_int(&text, &p.base) && split_snapshot(&text, &p.previous) &&
                split_snapshot(&text, &p.current) && split_int(&text, &p.after) && split_int(&text, &p.upto) &&
                split_int(&text, &p.mark_transaction) && split_int(&text, &p.mark_id);
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
    str text =
        arena_printf(arena, "%" PRId64 " %.*s %" PRId64 " %.*s %.*s %" PRId64 " %" PRId64 " %" PRId64 " %" PRId64,
                     p->floor, STR_ARG(p->database), p->base, STR_ARG(previous), STR_ARG(current), p->after, p->upto,
                     p->mark_transaction, p->mark_id);
    if (text.n > POSITION_MAX) return ERR_OVERLOADED;
    *ret_text = text;
    return OK;
}

/* --- beginning ---------------------------------------------------------------------------------------------------- */

/* Reads the highest id and, with change_order, a snapshot and the number of this transaction. */
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
    if (!e) p->base = access->engine->column_int(statement, 0);
    if (!e && order) p->current = arena_copy(arena, access->engine->column_text(statement, 1));
    if (!e && order) p->mark_transaction = access->engine->column_int(statement, 2);
    access->engine->finish(statement);
    return e;
}

/* Makes a position behind everything committed so far. Call it while no writer has a transaction open: ids committed so
 * far are then at most the highest one, and later ids are higher. */
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
    p.floor = p.after = floor < p.base ? floor : p.base;
    p.upto = p.mark_id = p.base;
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

/* Opens a window if anything was committed since the last one. */
static err window_open(const struct source *source, struct position *p)
{
    const struct engine *engine = source->access.engine;
    struct statement *statement;
    bool row = false;
    err e = statement_of(source, order_of(engine)->open, &statement);
    if (e) return e;
    engine->bind_text(statement, 1, p->previous);
    engine->bind_int(statement, 2, p->base);
    engine->bind_text(statement, 3, p->previous);
    engine->bind_text(statement, 4, p->previous);
    e = statement_step(source, statement, &row);
    if (e) return e;
    CHECK(row);
    int64_t first = engine->column_int(statement, 0);
    if (first > 0) {
        int64_t before_this = p->upto; /* was drawn before this transaction began, so by one with a lower number */
        p->after = first - 1;
        p->upto = engine->column_int(statement, 1);
        p->current = arena_copy(source->arena, engine->column_text(statement, 2));
        if (engine->column_int(statement, 3) > p->mark_transaction) { /* lowest number running in `previous` */
            if (p->mark_id > p->floor) p->floor = p->mark_id;
            p->mark_transaction = engine->column_int(statement, 4);
            p->mark_id = before_this;
        }
    }
    engine->reset(statement);
    return OK;
}

/* The next ids of the open window. */
static err window_ids(const struct source *source, const struct position *p, struct value *ids, size_t *ret_count)
{
    const struct engine *engine = source->access.engine;
    struct statement *statement;
    size_t count = 0;
    bool row = true;
    err e = statement_of(source, order_of(engine)->read, &statement);
    if (e) return e;
    engine->bind_int(statement, 1, p->after);
    engine->bind_int(statement, 2, p->upto);
    engine->bind_text(statement, 3, p->previous);
    engine->bind_text(statement, 4, p->previous);
    engine->bind_text(statement, 5, p->current);
    engine->bind_int(statement, 6, CHANGES_MAX);
    while (!e && row) {
        e = statement_step(source, statement, &row);
        if (!e && row) ids[count++].number = engine->column_int(statement, 0);
    }
    if (e) return e;
    engine->reset(statement);
    *ret_count = count;
    return OK;
}

/* --- reading ------------------------------------------------------------------------------------------------------ */

static err entries_list(const struct source *source, const struct query *query, struct page *ret_page)
{
    if (source->unit) return unit_query(source->unit, query, ret_page);
    return reader_list(source->reader, query, source->arena, ret_page);
}

/* What was read. An id that was found may have no entry any more, if old entries are removed meanwhile; so whether
 * there is more is decided by the ids. */
struct stretch {
    struct page page;
    size_t ids;
    int64_t last; /* the last id, if there is one */
};

/* Up to CHANGES_MAX entries with ids above `after`, in id order; with `upto`, only ids up to it. */
static err entries_by_id(const struct source *source, int64_t after, int64_t upto, struct stretch *ret)
{
    struct query *query = ARENA_NEW(source->arena, struct query);
    struct value values[] = {{.number = after}, {.number = upto}};
    query->entity = entity_of(ENTITY_audit_log);
    query->limit = CHANGES_MAX;
    query_filter(query, FIELD_OF(audit_log, id), COMPARE_ABOVE, &values[0], 1);
    if (upto) query_filter(query, FIELD_OF(audit_log, id), COMPARE_AT_MOST, &values[1], 1);
    err e = entries_list(source, query, &ret->page);
    if (e) return e;
    ret->ids = ret->page.count;
    if (ret->ids) ret->last = ret->page.rows[ret->ids - 1]->id;
    return OK;
}

static err entries_of_window(const struct source *source, const struct position *p, struct stretch *ret)
{
    struct value *ids = ARENA_ARRAY(source->arena, struct value, CHANGES_MAX);
    struct query *query = ARENA_NEW(source->arena, struct query);
    err e = window_ids(source, p, ids, &ret->ids);
    if (e || ret->ids == 0) return e;
    ret->last = ids[ret->ids - 1].number;
    query->entity = entity_of(ENTITY_audit_log);
    query->limit = CHANGES_MAX;
    query_filter(query, FIELD_OF(audit_log, id), COMPARE_EQUAL, ids, ret->ids);
    return entries_list(source, query, &ret->page);
}

static err read_by_id(const struct source *source, struct position *p, struct stretch *ret)
{
    err e = entries_by_id(source, p->floor, 0, ret);
    if (!e && ret->ids) p->floor = ret->last;
    return e;
}

static void window_close(struct position *p)
{
    if (!p->previous.p && p->floor < p->base) p->floor = p->base;
    p->previous = p->current;
    p->current = STR_NONE;
}

static err read_window(const struct source *source, struct position *p, struct stretch *ret)
{
    err e = OK;
    if (!p->current.p) e = window_open(source, p);
    if (e || !p->current.p) return e;
    e = p->previous.p ? entries_of_window(source, p, ret) : entries_by_id(source, p->after, p->upto, ret);
    if (e) return e;
    if (ret->ids) p->after = ret->last;
    if (ret->ids && !p->previous.p) p->floor = p->after;
    if (ret->ids < CHANGES_MAX) window_close(p);
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
    changes.more = stretch.ids == CHANGES_MAX;
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
