/* See unit.h and unit_private.h.
 *
 * A row has up to three states in memory: `row` is what the running command sees and changes, `image` is the row after
 * the last command that finished with it, `stored` is what the database holds. Pending rows are written from their
 * images, in the order in which they were first changed, so parents come before children and every version has its
 * audit entry: before a second command changes a row whose change is still pending, everything pending is written. The
 * exception makes a rush cheap: changes of COUNTER fields alone pile up and are written once. */
#include <stdlib.h>
#include <uthash.h>

#include "base/check.h"
#include "base/random.h"
#include "schema/decode.h"
#include "schema/rule.h"
#include "store/lock_set.h"
#include "store/sets.h"
#include "store/store_private.h"
#include "store/unit_private.h"

enum { BATCH_BYTES_MAX = 256 << 20, KEY_SIZE = 2 * sizeof(int64_t) };

struct unit_entry {
    int64_t key[2]; /* entity, id */
    struct row *row;
    struct row *image;
    struct row *stored;        /* NULL: not in the database yet */
    const struct actor *actor; /* who caused the pending change; NULL: several */
    bool pending;              /* image differs from stored */
    bool touched;              /* the running command changed it */
    bool changed;              /* a command of this batch changed it */
    bool removed;
    enum row_lock held;              /* how it was locked when it was read, where it was */
    struct unit_entry *next;         /* in the pending list */
    struct unit_entry *next_touched; /* by the running command */
    struct unit_entry *next_sibling; /* pending of the same entity */
    UT_hash_handle hh;
};

struct changed_row {
    enum entity_id entity;
    int64_t id;
};

/* What is known of a value of a unique field without asking. */
struct known {
    char *key;                /* "entity field value" */
    struct unit_entry *entry; /* that had it when it was read; NULL: no row has */
    UT_hash_handle hh;
};

struct unit_private {
    const struct engine *engine;
    struct connection *connection;
    struct rows *rows;
    struct unit_entry *map;
    struct known *known;
    bool exclusive;
    bool must_be_exclusive;
    struct unit_entry *pending, **pending_end;
    struct unit_entry *siblings[ENTITY_COUNT]; /* pending, by entity */
    uint64_t pending_fields[ENTITY_COUNT];     /* fields that pending rows change; all ones with a new row */
    struct unit_entry *touched;
    const struct actor *context; /* what AuditContexts holds */
    bool search_stale;
    struct changed_row *changed_row; /* rows that were written */
    size_t changed_count, changed_size;
};

static const struct actor no_actor = {.role = ROLE_SYSTEM};

/* --- life --------------------------------------------------------------------------------------------------------- */

struct unit *unit_open(const struct engine *engine, struct connection *connection, struct rows *rows,
                       const struct settings *settings)
{
    struct unit *unit = calloc(1, sizeof(*unit));
    struct unit_private *private = calloc(1, sizeof(*private));
    CHECK(unit != NULL && private != NULL);
    unit->arena = arena_new(BATCH_BYTES_MAX);
    unit->settings = settings;
    unit->private = private;
    private->engine = engine;
    private->connection = connection;
    private->rows = rows;
    return unit;
}

void unit_free(struct unit *unit)
{
    if (!unit) return;
    HASH_CLEAR(hh, unit->private->map);
    HASH_CLEAR(hh, unit->private->known);
    free(unit->private->changed_row);
    free(unit->private);
    arena_free(unit->arena);
    free(unit);
}

static void pending_clear(struct unit_private *private)
{
    private->pending = NULL;
    private->pending_end = &private->pending;
    memset(private->siblings, 0, sizeof(private->siblings));
    memset(private->pending_fields, 0, sizeof(private->pending_fields));
}

void unit_start(struct unit *unit, int64_t now, bool exclusive)
{
    struct unit_private *private = unit->private;
    HASH_CLEAR(hh, private->map);
    HASH_CLEAR(hh, private->known);
    arena_reset(unit->arena);
    pending_clear(private);
    rows_forget_ids(private->rows);
    private->exclusive = exclusive || !private->engine->many_writers;
    private->must_be_exclusive = false;
    private->touched = NULL;
    private->context = &no_actor;
    private->changed_count = 0;
    private->search_stale = false;
    unit->now = now > unit->now ? now : unit->now; /* never backwards */
}

struct store_door unit_door(const struct unit *unit, struct rows **ret_rows)
{
    *ret_rows = unit->private->rows;
    return (struct store_door){unit->private->engine, unit->private->connection};
}

bool unit_dirty(const struct unit *unit)
{
    return unit->private->pending || unit->private->changed_count > 0;
}

/* --- the identity map --------------------------------------------------------------------------------------------- */

static struct unit_entry *entry_find(struct unit *unit, enum entity_id entity, int64_t id)
{
    int64_t key[2] = {(int64_t)entity, id};
    struct unit_entry *entry;
    HASH_FIND(hh, unit->private->map, key, KEY_SIZE, entry);
    return entry;
}

static struct row *row_copy(struct unit *unit, const struct row *row)
{
    struct row *copy = arena_alloc(unit->arena, row->entity->descriptor.size);
    memcpy(copy, row, row->entity->descriptor.size);
    return copy;
}

static struct unit_entry *entry_add(struct unit *unit, struct row *row)
{
    struct unit_entry *entry = ARENA_NEW(unit->arena, struct unit_entry);
    entry->key[0] = (int64_t)row->entity->id;
    entry->key[1] = row->id;
    entry->row = row;
    row->state = entry;
    HASH_ADD(hh, unit->private->map, key, KEY_SIZE, entry);
    return entry;
}

/* An entry of a row as the database holds it. */
static struct unit_entry *entry_stored(struct unit *unit, struct row *row)
{
    struct unit_entry *entry = entry_add(unit, row);
    entry->stored = row_copy(unit, row);
    entry->image = row_copy(unit, row);
    return entry;
}

/* Before the database is asked: what others might change at this moment is nothing to decide by. */
static err may_ask(struct unit *unit)
{
    if (unit->private->exclusive) return OK;
    unit->private->must_be_exclusive = true;
    unit->failed = ERR_OVERLOADED;
    return ERR_OVERLOADED;
}

/* What the database answered. Any error but "not there" is the end of the transaction. */
static err asked(struct unit *unit, err e)
{
    if (e && e != ERR_NOT_FOUND) unit->failed = e;
    return e;
}

static err entry_load(struct unit *unit, enum entity_id id, int64_t row_id, struct unit_entry **ret)
{
    struct unit_entry *entry = entry_find(unit, id, row_id);
    if (!entry) {
        struct row *row;
        err e = may_ask(unit);
        if (!e) e = asked(unit, rows_get(unit->private->rows, entity_of(id), row_id, unit->arena, &row));
        if (e) return e;
        entry = entry_stored(unit, row);
    }
    if (entry->removed) return ERR_NOT_FOUND;
    *ret = entry;
    return OK;
}

/* A row that a statement found: the one in the map counts. */
static struct unit_entry *entry_from(struct unit *unit, struct row *row)
{
    struct unit_entry *entry = entry_find(unit, row->entity->id, row->id);
    return entry ? entry : entry_stored(unit, row);
}

/* --- what is read ahead ------------------------------------------------------------------------------------------- */

static str known_key(struct arena *arena, const struct entity *entity, const struct field *field, struct value value)
{
    if (!type_is_text(field->type))
        return arena_printf(arena, "%d %s %lld", (int)entity->id, field->name, (long long)value.number);
    return arena_printf(arena, "%d %s %.*s", (int)entity->id, field->name, STR_ARG(value.text));
}

static struct known *known_find(struct unit *unit, const struct entity *entity, const struct field *field,
                                struct value value)
{
    struct known *known;
    if (!unit->private->known) return NULL;
    str key = known_key(unit->arena, entity, field, value);
    HASH_FIND(hh, unit->private->known, key.p, key.n, known);
    return known;
}

static void known_add(struct unit *unit, const struct loading *loading, struct value value, struct unit_entry *entry)
{
    struct known *known = known_find(unit, loading->entity, loading->field, value);
    if (!known) {
        str key = known_key(unit->arena, loading->entity, loading->field, value);
        known = ARENA_NEW(unit->arena, struct known);
        known->key = (char *)(uintptr_t)key.p;
        HASH_ADD_KEYPTR(hh, unit->private->known, known->key, key.n, known);
    }
    known->entry = entry;
}

static err load(struct unit *unit, const struct loading *loading, struct page *ret_page)
{
    err e = asked(unit, rows_load(unit->private->rows, loading, unit->arena, ret_page));
    for (size_t i = 0; !e && i < ret_page->count; i++) {
        struct unit_entry *entry = entry_from(unit, ret_page->rows[i]);
        if (entry->held < loading->row_lock) entry->held = loading->row_lock;
    }
    return e;
}

/* Rows of one entity, where asking for each of them would be a round trip. */
static err ids_load(struct unit *unit, const struct entity *entity, const int64_t *ids, size_t count)
{
    struct page page;
    struct value *values = ARENA_ARRAY(unit->arena, struct value, count + 1);
    struct loading loading = {.entity = entity, .values = values, .row_lock = ROW_LOCK_EXCLUSIVE};
    if (!unit->private->engine->many_writers) return OK;
    loading.field = entity_key(entity);
    for (size_t i = 0; i < count; i++) {
        if (!entry_find(unit, entity->id, ids[i])) values[loading.count++].number = ids[i];
    }
    return loading.count > 0 ? load(unit, &loading, &page) : OK;
}

/* Who has the values that were asked for: nobody, unless a row came. */
static void note_known(struct unit *unit, const struct loading *loading, const struct page *page)
{
    for (size_t i = 0; i < loading->count; i++) known_add(unit, loading, loading->values[i], NULL);
    for (size_t i = 0; i < page->count; i++) {
        struct unit_entry *entry = entry_find(unit, loading->entity->id, page->rows[i]->id);
        known_add(unit, loading, value_of(page->rows[i], loading->field), entry);
    }
}

/* A row that is in memory and locked as it has to be need not be read again. */
static bool lock_is_held(struct unit *unit, const struct row_to_lock *row_to_lock)
{
    if (row_to_lock->field->type != TYPE_ID) return false;
    const struct unit_entry *entry = entry_find(unit, row_to_lock->entity, row_to_lock->value.number);
    return entry && entry->held >= row_to_lock->row_lock;
}

/* One question for all needs of a kind from `first` on that are about the same entity and field. */
static err lock_set_load(struct unit *unit, const struct lock_set *lock_set, size_t first, enum row_lock row_lock)
{
    const struct row_to_lock *like = &lock_set->list[first];
    struct value *values = ARENA_ARRAY(unit->arena, struct value, lock_set->count - first);
    struct loading loading = {
        .entity = entity_of(like->entity), .field = like->field, .values = values, .row_lock = row_lock};
    struct page page;
    for (size_t i = first; i < lock_set->count; i++) {
        const struct row_to_lock *row_to_lock = &lock_set->list[i];
        if (row_to_lock->entity != like->entity || row_to_lock->field != like->field) break;
        if (row_to_lock->row_lock != row_lock || lock_is_held(unit, row_to_lock)) continue;
        values[loading.count++] = row_to_lock->value;
    }
    if (loading.count == 0) return OK;
    err e = load(unit, &loading, &page);
    if (!e && like->field->type != TYPE_ID) note_known(unit, &loading, &page);
    return e;
}

static err lock_set_load_all(struct unit *unit, struct lock_set *lock_set)
{
    err e = OK;
    lock_set_settle(lock_set);
    for (size_t i = 0; i < lock_set->count && !e; i++) {
        const struct row_to_lock *row_to_lock = &lock_set->list[i], *before = i ? row_to_lock - 1 : NULL;
        if (before && before->entity == row_to_lock->entity && before->field == row_to_lock->field) continue;
        for (int row_lock = ROW_LOCK_EXCLUSIVE; row_lock >= ROW_LOCK_SHARED && !e; row_lock--)
            e = lock_set_load(unit, lock_set, i, (enum row_lock)row_lock);
    }
    return e;
}

/* What the rows that were read refer to; a person is hardly ever asked for. */
static void lock_set_follow(struct unit *unit, struct lock_set *lock_set)
{
    for (const struct unit_entry *entry = unit->private->map; entry; entry = entry->hh.next) {
        const struct descriptor *descriptor = &entry->row->entity->descriptor;
        for (size_t i = 0; i < descriptor->count; i++) {
            const struct field *field = &descriptor->fields[i];
            if (field->type != TYPE_REF || field->of == ENTITY_user) continue;
            int64_t id = *field_int(entry->row, field);
            if (!entry_find(unit, (enum entity_id)field->of, id)) {
                lock_set_row(lock_set, (enum entity_id)field->of, id, ROW_LOCK_EXCLUSIVE);
            }
        }
    }
}

/* Commands that run alone also get what their rows refer to, and those again: a payment its booking, that its schedule.
 */
err unit_prepare(struct unit *unit, struct command *const *commands, size_t count)
{
    struct lock_set lock_set = {.arena = unit->arena};
    if (!unit->private->engine->many_writers) return OK;
    for (size_t i = 0; i < count; i++) {
        if (commands[i]->lock_set) commands[i]->lock_set(commands[i], &lock_set);
    }
    err e = lock_set_load_all(unit, &lock_set);
    for (int step = 0; step < 2 && !e && unit->private->exclusive; step++) {
        lock_set.count = 0;
        lock_set_follow(unit, &lock_set);
        e = lock_set_load_all(unit, &lock_set);
    }
    return e;
}

bool unit_covers(struct unit *unit, struct command *command)
{
    struct lock_set lock_set = {.arena = unit->arena};
    bool covered = command->lock_set != NULL;
    if (covered) command->lock_set(command, &lock_set);
    for (size_t i = 0; i < lock_set.count && covered; i++) {
        covered = lock_set.list[i].field->type != TYPE_ID || lock_is_held(unit, &lock_set.list[i]);
    }
    return covered;
}

bool unit_must_be_exclusive(const struct unit *unit)
{
    return unit->private->must_be_exclusive;
}

int64_t unit_people_epoch(struct unit *unit)
{
    return unit->private->engine->people_epoch(unit->private->connection);
}

/* --- reading ------------------------------------------------------------------------------------------------------ */

err unit_get_any(struct unit *unit, enum entity_id entity, int64_t id, void *ret)
{
    struct unit_entry *entry;
    err e = entry_load(unit, entity, id, &entry);
    if (e) return e;
    memcpy(ret, &entry->row, sizeof(entry->row));
    return OK;
}

err unit_get(struct unit *unit, enum entity_id entity, int64_t id, void *ret)
{
    struct row *row;
    err e = unit_get_any(unit, entity, id, &row);
    if (e) return e;
    if (row->deleted_at) return ERR_NOT_FOUND;
    memcpy(ret, &row, sizeof(row));
    return OK;
}

/* The row that a rule looks at: the one that a reference leads to, deleted or not. NULL: there is none. */
static err parent_load(struct unit *unit, struct row *row, const struct field *via, const struct row **ret_parent)
{
    struct unit_entry *entry;
    int64_t id = *field_int(row, via);
    err e = id ? entry_load(unit, (enum entity_id)via->of, id, &entry) : ERR_NOT_FOUND;
    if (e && e != ERR_NOT_FOUND) return e;
    *ret_parent = e ? NULL : entry->row;
    return OK;
}

static err permitted(struct unit *unit, struct row *row, enum action action, bool *ret_permitted)
{
    const struct predicate *rule = entity_rule(row->entity, action, unit->actor->role);
    const struct row *parent = NULL;
    err e = rule && rule->via ? parent_load(unit, row, rule->via, &parent) : OK;
    if (e) return e;
    *ret_permitted = rule_holds(rule, row, parent, unit->actor->user_id);
    return OK;
}

err unit_get_as_actor(struct unit *unit, enum entity_id entity, int64_t id, enum action action, void *ret)
{
    struct row *row;
    bool readable, writable = true;
    err e = unit_get(unit, entity, id, &row);
    if (e) return e;
    e = permitted(unit, row, ACTION_READ, &readable);
    if (e) return e;
    if (!readable) return ERR_NOT_FOUND;
    if (action == ACTION_WRITE) e = permitted(unit, row, ACTION_WRITE, &writable);
    if (e) return e;
    if (!writable) return ERR_FORBIDDEN;
    memcpy(ret, &row, sizeof(row));
    return OK;
}

static bool holds(const struct row *row, const struct field *field, struct value value)
{
    const char *p = (const char *)row + field->offset;
    if (type_is_text(field->type)) return str_equal(*(const str *)(const void *)p, value.text);
    return *(const int64_t *)(const void *)p == value.number;
}

err unit_find(struct unit *unit, const struct field *field, enum entity_id id, struct value value, void *ret)
{
    const struct entity *entity = entity_of(id);
    struct row *row;
    for (struct unit_entry *entry = unit->private->siblings[id]; entry; entry = entry->next_sibling) {
        if (holds(entry->image, field, value) && !entry->removed) {
            memcpy(ret, &entry->row, sizeof(entry->row));
            return OK;
        }
    }
    const struct known *known = known_find(unit, entity, field, value);
    if (known && !known->entry) return ERR_NOT_FOUND;
    if (known && !known->entry->removed && holds(known->entry->row, field, value)) {
        memcpy(ret, &known->entry->row, sizeof(known->entry->row));
        return OK;
    }
    err e = may_ask(unit);
    if (!e) e = asked(unit, rows_find(unit->private->rows, entity, field, value, &row, unit->arena));
    if (e) return e;
    struct unit_entry *entry = entry_from(unit, row);
    if (entry->removed || !holds(entry->row, field, value)) return ERR_NOT_FOUND;
    memcpy(ret, &entry->row, sizeof(entry->row));
    return OK;
}

/* Statements see only what is written: what could change their answer is written first. */
static err flush_for(struct unit *unit, const struct query *query)
{
    const struct descriptor *descriptor = &query->entity->descriptor;
    uint64_t fields = 0;
    for (size_t i = 0; i < query->filter_count; i++) fields |= 1ull << field_index(descriptor, query->filters[i].field);
    for (size_t i = 0; i < query->sort_count; i++) fields |= 1ull << field_index(descriptor, query->sorts[i].field);
    const struct field *deleted = field_find(descriptor, STR("deletedAt"));
    if (deleted) fields |= 1ull << field_index(descriptor, deleted);
    return unit->private->pending_fields[query->entity->id] & fields ? unit_flush(unit) : OK;
}

/* Half of the batch's memory is for what a query may add. Past that the batch is given up: its commands are run one by
 * one, and one that is too large by itself is refused. */
static err room_check(struct unit *unit)
{
    if (arena_used(unit->arena) <= BATCH_BYTES_MAX / 2) return OK;
    unit->failed = ERR_OVERLOADED;
    return ERR_OVERLOADED;
}

err unit_query(struct unit *unit, const struct query *query, struct page *ret_page)
{
    int64_t *ids;
    size_t count;
    err e = may_ask(unit);
    if (!e) e = room_check(unit);
    if (!e) e = flush_for(unit, query);
    if (!e) e = asked(unit, rows_ids(unit->private->rows, query, unit->arena, &ids, &count));
    if (!e) e = ids_load(unit, query->entity, ids, count);
    if (e) return e;
    struct page page = {.rows = ARENA_ARRAY(unit->arena, struct row *, count ? count : 1)};
    for (size_t i = 0; i < count; i++) {
        struct unit_entry *entry;
        e = entry_load(unit, query->entity->id, ids[i], &entry);
        if (e) return e;
        page.rows[page.count++] = entry->row;
    }
    *ret_page = page;
    return OK;
}

err unit_count(struct unit *unit, const struct query *query, int64_t *ret_count)
{
    err e = may_ask(unit);
    if (!e) e = flush_for(unit, query);
    return e ? e : asked(unit, rows_count(unit->private->rows, query, unit->arena, ret_count));
}

/* --- changing ----------------------------------------------------------------------------------------------------- */

static void touch(struct unit *unit, struct unit_entry *entry)
{
    if (entry->touched) return;
    entry->touched = true;
    entry->changed = true;
    entry->next_touched = unit->private->touched;
    unit->private->touched = entry;
}

/* A row always gets an id, so that commands need not ask; where there is none the batch is lost. */
static int64_t next_id(struct unit *unit, const struct entity *entity)
{
    int64_t id = 0;
    err e = rows_next_id(unit->private->rows, entity, &id);
    if (e) unit->failed = e;
    return e ? 0 : id;
}

void *unit_new(struct unit *unit, enum entity_id id)
{
    const struct entity *entity = entity_of(id);
    struct row *row = row_new(entity, unit->arena);
    for (size_t i = 0; i < entity->descriptor.count; i++) field_set_default(&entity->descriptor.fields[i], row);
    row->id = next_id(unit, entity);
    row->created_at = unit->now;
    row->updated_at = unit->now;
    if (row->id) touch(unit, entry_add(unit, row));
    return row;
}

static uint64_t difference(const struct row *a, const struct row *b)
{
    const struct descriptor *descriptor = &a->entity->descriptor;
    uint64_t mask = 0;
    for (size_t i = 0; i < descriptor->count; i++) {
        if (!field_equal(&descriptor->fields[i], a, b)) mask |= 1ull << i;
    }
    return mask;
}

/* Bookkeeping columns go with any change. */
static bool counters_only(const struct row *a, const struct row *b)
{
    const struct descriptor *descriptor = &a->entity->descriptor;
    uint64_t mask = difference(a, b);
    for (size_t i = 0; i < descriptor->count; i++) {
        const struct field *field = &descriptor->fields[i];
        bool bookkeeping =
            field->offset == offsetof(struct row, updated_at) || field->offset == offsetof(struct row, version);
        if ((mask >> i & 1) && !(field->flags & COUNTER) && !bookkeeping) return false;
    }
    return true;
}

/* Whether this change may join the one that is pending. */
static bool joins(const struct unit_entry *entry)
{
    return entry->stored && counters_only(entry->row, entry->image) && counters_only(entry->image, entry->stored);
}

void unit_changed(struct unit *unit, void *changed)
{
    struct row *row = changed;
    struct unit_entry *entry = row->state;
    if (unit->failed) return;
    CHECK(entry && entry->row == row && !entry->removed);
    if (entry->touched) return;
    bool joined = entry->pending && joins(entry);
    if (entry->pending && !joined && unit_flush(unit)) return; /* the batch is lost */
    row->updated_at = unit->now;
    if (row->entity->paranoid && !joined) row->version = entry->image->version + 1;
    touch(unit, entry);
}

void unit_delete(struct unit *unit, void *deleted)
{
    struct row *row = deleted;
    if (row->entity->paranoid) row->deleted_at = unit->now;
    unit_changed(unit, row);
    if (!unit->failed && !row->entity->paranoid) row->state->removed = true;
}

bool unit_changes(struct unit *unit, enum entity_id entity, int64_t id)
{
    const struct unit_entry *entry = entry_find(unit, entity, id);
    return entry && entry->changed;
}

str unit_random(struct unit *unit, size_t bytes)
{
    char *text = arena_alloc(unit->arena, 2 * bytes + 1);
    random_hex(text, bytes);
    return (str){text, 2 * bytes};
}

str unit_ordered_id(struct unit *unit)
{
    char *text = arena_alloc(unit->arena, ORDERED_ID_SIZE);
    ordered_id(unit->now, text);
    return (str){text, ORDERED_ID_SIZE - 1};
}

/* --- running ------------------------------------------------------------------------------------------------------ */

static void entry_pend(struct unit *unit, struct unit_entry *entry)
{
    struct unit_private *private = unit->private;
    size_t id = (size_t)entry->key[0];
    private->pending_fields[id] |= entry->stored && !entry->removed ? difference(entry->row, entry->image) : ~0ull;
    if (entry->image) {
        memcpy(entry->image, entry->row, entry->row->entity->descriptor.size);
    } else {
        entry->image = row_copy(unit, entry->row);
    }
    entry->actor = entry->pending ? NULL : unit->actor;
    if (entry->pending) return;
    entry->pending = true;
    entry->next = NULL;
    *private->pending_end = entry;
    private->pending_end = &entry->next;
    entry->next_sibling = private->siblings[id];
    private->siblings[id] = entry;
}

/* The touched list is last-in first-out; parents are made before children, so it is turned round. */
static void command_end(struct unit *unit)
{
    struct unit_entry *in_order = NULL;
    while (unit->private->touched) {
        struct unit_entry *entry = unit->private->touched;
        unit->private->touched = entry->next_touched;
        entry->next_touched = in_order;
        in_order = entry;
    }
    for (struct unit_entry *entry = in_order; entry; entry = entry->next_touched) {
        entry->touched = false;
        entry_pend(unit, entry);
    }
}

err unit_run(struct unit *unit, struct command *command)
{
    unit->actor = command->actor;
    unit->problem = command->problem;
    unit->failed = OK;
    command->problem->count = 0;
    err e = command->run(unit, command);
    if (unit->failed) return unit->failed;
    CHECK(e == OK || !unit->private->touched); /* a refused command changes nothing */
    command_end(unit);
    return e;
}

/* --- writing ------------------------------------------------------------------------------------------------------ */

static err context_write(struct unit *unit, const struct actor *actor)
{
    struct unit_private *private = unit->private;
    if (private->context == actor) return OK;
    struct audit_context row = {
        .entity = entity_of(ENTITY_audit_context),
        .id = 1,
        .updated_at = unit->now,
        .actor_id = actor->user_id,
        .actor_role = actor == &no_actor ? STR_NONE : role_name(actor->role),
        .request_id = actor->request_id,
    };
    const struct descriptor *descriptor = &row.entity->descriptor;
    uint64_t mask = 1ull << field_index(descriptor, FIELD_OF(audit_context, actor_id)) |
                    1ull << field_index(descriptor, FIELD_OF(audit_context, actor_role)) |
                    1ull << field_index(descriptor, FIELD_OF(audit_context, request_id));
    private->context = actor;
    return rows_update(private->rows, &row.row, mask);
}

static void changed_add(struct unit_private *private, const struct unit_entry *entry)
{
    if (private->changed_count == private->changed_size) {
        private->changed_size = private->changed_size ? 2 * private->changed_size : 1024;
        private->changed_row = reallocarray(private->changed_row, private->changed_size, sizeof(*private->changed_row));
        CHECK(private->changed_row != NULL);
    }
    private->changed_row[private->changed_count++] = (struct changed_row){(enum entity_id)entry->key[0], entry->key[1]};
}

/* What the row is to the database. An entry that was made and removed within the batch is nothing to it. */
static bool written_of(const struct unit_entry *entry, struct written *ret_written)
{
    const struct entity *entity = entry->row->entity;
    *ret_written = (struct written){.row = entry->image, .actor = entry->actor};
    if (entry->removed) {
        ret_written->kind = CHANGE_REMOVE;
        return entry->stored != NULL;
    }
    if (!entry->stored) {
        ret_written->kind = CHANGE_INSERT;
        return true;
    }
    ret_written->kind = CHANGE_UPDATE;
    ret_written->mask = difference(entry->image, entry->stored);
    ret_written->mask |= 1ull << field_index(&entity->descriptor, entity_updated_at(entity));
    return true;
}

static err row_write(struct unit *unit, const struct written *written)
{
    struct rows *rows = unit->private->rows;
    const struct entity *entity = written->row->entity;
    err e = OK;
    if (entity->traits & AUDITED) e = context_write(unit, written->actor ? written->actor : &no_actor);
    if (e) return e;
    switch (written->kind) {
    case CHANGE_INSERT:
        return rows_insert(rows, written->row);
    case CHANGE_UPDATE:
        return rows_update(rows, written->row, written->mask);
    case CHANGE_REMOVE:
        return rows_remove(rows, entity, written->row->id);
    }
    return OK;
}

/* Rows changed by many commands come last: they belong to nobody, and the context changes once for them. */
static err write_one_by_one(struct unit *unit, const struct written *list, size_t count)
{
    err e = OK;
    for (size_t i = 0; i < count && !e; i++) {
        if (list[i].actor) e = row_write(unit, &list[i]);
    }
    for (size_t i = 0; i < count && !e; i++) {
        if (!list[i].actor) e = row_write(unit, &list[i]);
    }
    return e ? e : context_write(unit, &no_actor);
}

/* The row is in the database as its image. */
static void entry_written(struct unit *unit, struct unit_entry *entry)
{
    const struct entity *entity = entry->row->entity;
    entry->pending = false;
    if (entry->stored && entity_searchable_personal(entity)) unit->private->search_stale = true;
    if (!entry->stored) entry->stored = row_copy(unit, entry->image);
    memcpy(entry->stored, entry->image, entity->descriptor.size);
    changed_add(unit->private, entry);
}

static err pending_write(struct unit *unit)
{
    struct unit_private *private = unit->private;
    size_t count = 0, pending = 0;
    for (struct unit_entry *entry = private->pending; entry; entry = entry->next) pending++;
    struct written *list = ARENA_ARRAY(unit->arena, struct written, pending + 1);
    for (struct unit_entry *entry = private->pending; entry; entry = entry->next) {
        if (written_of(entry, &list[count])) count++;
    }
    err e = private->engine->set_based ? sets_write(private->engine, private->rows, list, count)
                                       : write_one_by_one(unit, list, count);
    for (struct unit_entry *entry = private->pending; entry && !e; entry = entry->next) entry_written(unit, entry);
    return e;
}

/* A change that joined a pending one is on its own once that one is written: a version of its own. */
static void touched_part(struct unit *unit)
{
    for (struct unit_entry *entry = unit->private->touched; entry; entry = entry->next_touched) {
        bool joined = entry->stored && entry->row->version == entry->stored->version;
        if (joined && entry->row->entity->paranoid) entry->row->version++;
    }
}

err unit_flush(struct unit *unit)
{
    err e = pending_write(unit);
    pending_clear(unit->private);
    HASH_CLEAR(hh, unit->private->known); /* rows that were just written may have values that nobody had */
    if (e) unit->failed = e;
    if (!e) touched_part(unit);
    return e;
}

bool unit_search_stale(const struct unit *unit)
{
    return unit->private->search_stale;
}

void unit_notify(const struct unit *unit, store_listener *listener, void *context)
{
    for (size_t i = 0; i < unit->private->changed_count; i++) {
        listener(context, unit->private->changed_row[i].entity, unit->private->changed_row[i].id);
    }
}
