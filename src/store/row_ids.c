/* Ids for new rows. See rows.h and struct engine_ids. */
#include "base/check.h"
#include "store/engine/cluster.h"
#include "store/rows_private.h"

enum { IDS_ATTEMPTS = 10000 };

static err ranges_read(struct rows *rows, struct statement *statement, struct ids *ids)
{
    bool found;
    err e;
    ids->first = ids->count = 0;
    while ((e = rows->engine->step(statement, &found)) == OK && found) {
        CHECK(ids->count < IDS_RESERVED);
        ids->ranges[ids->count].next = rows->engine->column_int(statement, 0);
        ids->ranges[ids->count++].last = rows->engine->column_int(statement, 1);
    }
    rows->engine->reset(statement);
    return e;
}

static err ids_query(struct rows *rows, const struct entity *entity,
                     void (*add_query)(struct buf *out, const struct entity *entity), int64_t parameter)
{
    struct statement *statement;
    struct buf sql = rows_sql_start(rows);
    add_query(&sql, entity);
    err e = rows_sql_end(rows, &sql, &statement);
    if (e) return e;
    rows->engine->bind_int(statement, 1, parameter);
    return ranges_read(rows, statement, &rows->ids[entity->id]);
}

/* The number of ids requested doubles with every query: a single new row wastes no ids, and a burst of inserts queries
 * only once in 256 rows. Rows that are still pending are not in the database, so `below` excludes the ids that this
 * batch has used. */
static err ids_fetch(struct rows *rows, const struct entity *entity)
{
    const struct engine_ids *engine = rows->engine->ids;
    struct ids *ids = &rows->ids[entity->id];
    err e = OK;
    ids->first = ids->count = 0;
    ids->requested = ids->requested == 0 ? 1 : ids->requested < IDS_RESERVED ? 2 * ids->requested : IDS_RESERVED;
    if (!ids->below) e = ids_query(rows, entity, engine->next, ids->requested);
    if (!e && ids->count == 0) {
        e = ids_query(rows, entity, engine->gap, ids->below ? ids->below : INT64_MAX);
        if (engine->reserved) ids->count = 0; /* the sequence was reset; the next query returns its ids */
    }
    if (e || ids->count == 0) return e;
    if (!engine->reserved) ids->below = ids->ranges[0].next;
    return OK;
}

void rows_forget_ids(struct rows *rows)
{
    if (rows->engine->ids->reserved) return;
    for (size_t i = 0; i < ENTITY_COUNT; i++) {
        rows->ids[i].first = rows->ids[i].count = 0;
        rows->ids[i].below = 0;
    }
}

/* Reserved ids are void once the connection that reserved them was lost. */
static void reservations_check(struct rows *rows)
{
    const struct engine_cluster *cluster = rows->engine->cluster;
    unsigned generation = cluster ? cluster->generation(rows->connection) : 0;
    if (generation == rows->generation) return;
    for (size_t i = 0; i < ENTITY_COUNT; i++) rows->ids[i].first = rows->ids[i].count = 0;
    rows->generation = generation;
}

err rows_next_id(struct rows *rows, const struct entity *entity, int64_t *ret_id)
{
    struct ids *ids = &rows->ids[entity->id];
    reservations_check(rows);
    for (int i = 0; ids->first == ids->count; i++) {
        if (i == IDS_ATTEMPTS || (i > 0 && !rows->engine->ids->reserved)) return ERR_STORAGE_FULL;
        err e = ids_fetch(rows, entity);
        if (e) return e;
    }
    int64_t id = ids->ranges[ids->first].next;
    CHECK(id >= 1 && id <= entity_id_max(entity));
    if (id == ids->ranges[ids->first].last)
        ids->first++;
    else
        ids->ranges[ids->first].next++;
    *ret_id = id;
    return OK;
}

err rows_last_id(struct rows *rows, const struct entity *entity, int64_t *ret_id)
{
    struct statement *statement;
    struct buf sql = rows_sql_start(rows);
    rows->engine->ids->last(&sql, entity);
    err e = rows_sql_end(rows, &sql, &statement);
    return e ? e : rows_step_number(rows, statement, ret_id);
}
