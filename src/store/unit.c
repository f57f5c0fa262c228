/* The unit of work: reading and changing rows. See unit.h and unit_private.h. Rows in memory are kept by
 * identity_map.c, loaded before commands run by unit_prepare.c, and written by unit_write.c.
 *
 * Before a second command changes a row whose change is still pending, everything pending is written, so that every
 * version has its own audit entry. There is one exception, which makes bursts of changes to one row cheap: consecutive
 * changes of COUNTER fields are merged and written once. */
#include <stdlib.h>

#include "base/check.h"
#include "base/random.h"
#include "schema/decode_value.h"
#include "schema/rule.h"
#include "store/engine/cluster.h"
#include "store/store_private.h"

enum { BATCH_BYTES_MAX = 256 << 20 };

const struct actor system_actor = {.role = ROLE_SYSTEM}, unit_no_actor = {.role = ROLE_SYSTEM};

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
    private->map.arena = unit->arena;
    return unit;
}

void unit_free(struct unit *unit)
{
    if (!unit) return;
    map_clear(&unit->private->map);
    free(unit->private->changed);
    free(unit->private);
    arena_free(unit->arena);
    free(unit);
}

void unit_clear_pending(struct unit_private *private)
{
    private->pending = NULL;
    private->pending_end = &private->pending;
    memset(private->siblings, 0, sizeof(private->siblings));
    memset(private->pending_fields, 0, sizeof(private->pending_fields));
}

void unit_start(struct unit *unit, int64_t now, bool exclusive)
{
    struct unit_private *private = unit->private;
    map_clear(&private->map);
    arena_reset(unit->arena);
    unit_clear_pending(private);
    unit_forget_pairs(private);
    rows_forget_ids(private->rows);
    private->exclusive = exclusive || !private->engine->cluster;
    private->must_be_exclusive = false;
    private->refused = false;
    private->touched = NULL;
    private->people_epoch = -1;
    private->context = &unit_no_actor;
    private->changed_count = 0;
    private->search_stale = false;
    unit->now = now > unit->now ? now : unit->now; /* never backwards */
}

struct store_access unit_access(const struct unit *unit)
{
    const struct unit_private *private = unit->private;
    return (struct store_access){private->engine, private->connection, private->rows};
}

bool unit_dirty(const struct unit *unit)
{
    return unit->private->pending || unit->private->changed_count > 0;
}

/* --- reading ------------------------------------------------------------------------------------------------------ */

/* In a shared batch other writers may change any row that was not locked in advance, so no further reads
 * are allowed. */
static err may_ask(struct unit *unit)
{
    if (unit->private->exclusive) return OK;
    unit->private->must_be_exclusive = true;
    unit->failed = ERR_OVERLOADED;
    return ERR_OVERLOADED;
}

/* Passes on the result of a read. Any error but ERR_NOT_FOUND ends the transaction. */
err unit_asked(struct unit *unit, err e)
{
    if (e && e != ERR_NOT_FOUND) unit->failed = e;
    return e;
}

static err entry_load(struct unit *unit, enum entity_id id, int64_t row_id, struct unit_entry **ret)
{
    struct unit_entry *entry = map_find(&unit->private->map, id, row_id);
    if (!entry) {
        struct row *row;
        err e = may_ask(unit);
        if (!e) e = unit_asked(unit, rows_get(unit->private->rows, entity_of(id), row_id, unit->arena, &row));
        if (e) return e;
        entry = map_entry(&unit->private->map, row);
    }
    if (entry->removed) return ERR_NOT_FOUND;
    *ret = entry;
    return OK;
}

bool unit_must_be_exclusive(const struct unit *unit)
{
    return unit->private->must_be_exclusive;
}

int64_t unit_people_epoch(struct unit *unit)
{
    struct unit_private *private = unit->private;
    if (private->people_epoch < 0) private->people_epoch = private->engine->people_epoch(private->connection);
    return private->people_epoch;
}

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

/* Loads the row that the reference `via` points to, deleted or not. NULL if there is none. */
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

/* Whether the row has a unique value; a deleted one does not. */
static bool holds(const struct row *row, const struct field *field, struct value value)
{
    if (row->deleted_at) return false;
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
    const struct known_value *known = map_find_known(&unit->private->map, entity, field, value);
    if (known && !known->entry) return ERR_NOT_FOUND;
    if (known && !known->entry->removed && holds(known->entry->row, field, value)) {
        memcpy(ret, &known->entry->row, sizeof(known->entry->row));
        return OK;
    }
    err e = may_ask(unit);
    if (!e) e = unit_asked(unit, rows_find(unit->private->rows, entity, field, value, &row, unit->arena));
    if (e) return e;
    struct unit_entry *entry = map_entry(&unit->private->map, row);
    if (entry->removed || !holds(entry->row, field, value)) return ERR_NOT_FOUND;
    memcpy(ret, &entry->row, sizeof(entry->row));
    return OK;
}

/* Statements see only what was written, so pending changes that could change the result are written first. The audit
 * log is written by triggers, with every change. */
static err flush_for(struct unit *unit, const struct query *query)
{
    const struct descriptor *descriptor = &query->entity->descriptor;
    uint64_t fields = 0;
    if (query->entity->traits & APPEND_ONLY) return unit_flush(unit);
    for (size_t i = 0; i < query->filter_count; i++) fields |= 1ull << field_index(descriptor, query->filters[i].field);
    for (size_t i = 0; i < query->sort_count; i++) fields |= 1ull << field_index(descriptor, query->sorts[i].field);
    const struct field *deleted = field_find(descriptor, STR("deletedAt"));
    if (deleted) fields |= 1ull << field_index(descriptor, deleted);
    return unit->private->pending_fields[query->entity->id] & fields ? unit_flush(unit) : OK;
}

/* Half of the batch's memory is reserved for the result of one query. When the other half is used up, the batch is
 * rolled back and its commands run one by one; a command that is too large even then is refused. */
static err room_check(struct unit *unit)
{
    if (arena_used(unit->arena) <= BATCH_BYTES_MAX / 2) return OK;
    unit->failed = ERR_OVERLOADED;
    return ERR_OVERLOADED;
}

err unit_query_locked(struct unit *unit, const struct query *query, struct page *ret_page)
{
    int64_t *ids;
    size_t count;
    err e = room_check(unit);
    if (!e) e = flush_for(unit, query);
    if (!e) e = unit_asked(unit, rows_ids(unit->private->rows, query, unit->arena, &ids, &count));
    if (!e) e = unit_load_ids(unit, query->entity, ids, count);
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

err unit_query(struct unit *unit, const struct query *query, struct page *ret_page)
{
    err e = may_ask(unit);
    return e ? e : unit_query_locked(unit, query, ret_page);
}

err unit_count(struct unit *unit, const struct query *query, int64_t *ret_count)
{
    err e = may_ask(unit);
    if (!e) e = flush_for(unit, query);
    return e ? e : unit_asked(unit, rows_count(unit->private->rows, query, unit->arena, ret_count));
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

/* Commands do not check for an id: when there is none left the batch is lost. */
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
    if (row->id) touch(unit, map_add(&unit->private->map, row));
    return row;
}

uint64_t row_difference(const struct row *a, const struct row *b)
{
    const struct descriptor *descriptor = &a->entity->descriptor;
    uint64_t mask = 0;
    for (size_t i = 0; i < descriptor->count; i++) {
        if (!field_equal(&descriptor->fields[i], a, b)) mask |= 1ull << i;
    }
    return mask;
}

/* updatedAt and version change with any other field. */
static bool counters_only(const struct row *a, const struct row *b)
{
    const struct descriptor *descriptor = &a->entity->descriptor;
    uint64_t mask = row_difference(a, b);
    for (size_t i = 0; i < descriptor->count; i++) {
        const struct field *field = &descriptor->fields[i];
        bool bookkeeping =
            field->offset == offsetof(struct row, updated_at) || field->offset == offsetof(struct row, version);
        if ((mask >> i & 1) && !(field->flags & COUNTER) && !bookkeeping) return false;
    }
    return true;
}

/* Whether this change may be merged into the pending one. */
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
    const struct unit_entry *entry = map_find(&unit->private->map, entity, id);
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
    private->pending_fields[id] |= entry->stored && !entry->removed ? row_difference(entry->row, entry->image) : ~0ull;
    if (entry->image) {
        memcpy(entry->image, entry->row, entry->row->entity->descriptor.size);
    } else {
        entry->image = map_copy_row(&unit->private->map, entry->row);
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

/* The touched list is in reverse order. Parents are created before their children, so it is reversed here. */
void unit_part_end(struct unit *unit)
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

err unit_refuse(struct unit *unit, err e)
{
    if (unit->failed) return unit->failed; /* a conflict, say, which is retried */
    unit->private->refused = true;
    return unit->failed = e;
}

bool unit_refused(const struct unit *unit)
{
    return unit->private->refused;
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
    unit_part_end(unit);
    return e;
}
