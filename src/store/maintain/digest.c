/* See digest.h. */
#include "store/maintain/digest.h"

#include <inttypes.h>

#include "base/check.h"
#include "schema/image.h"
#include "schema/visible.h"
#include "store/maintain/scan.h"
#include "store/store_private.h"

enum { PAGE_BYTES_MAX = 256 << 20 };

/* --- what differs on every run ------------------------------------------------------------------------------------ */

/* Values, other than times and secrets, that differ each time the same commands are run. */
static bool is_random(const struct entity *entity, const struct field *field)
{
    static const struct {
        enum entity_id entity;
        size_t offset;
    } random[] = {
        {ENTITY_payment, offsetof(struct payment, transaction_id)},
        {ENTITY_audit_log, offsetof(struct audit_log, id)}, /* the order within a transaction depends on the engine */
        {ENTITY_audit_log, offsetof(struct audit_log, request_id)},
        {ENTITY_job_cursor, offsetof(struct job_cursor, position)},       /* its format depends on the engine */
        {ENTITY_idempotency_key, offsetof(struct idempotency_key, body)}, /* a response, with times in it */
    };
    for (size_t i = 0; i < COUNT_OF(random); i++) {
        if (random[i].entity == entity->id && random[i].offset == field->offset) return true;
    }
    return false;
}

static bool field_lasts(const struct entity *entity, const struct field *field)
{
    return field->type != TYPE_TIME && !field_is_secret(field) && !is_random(entity, field);
}

static bool is_image(const struct entity *entity, const struct field *field)
{
    return entity->id == ENTITY_audit_log &&
           (field->offset == offsetof(struct audit_log, before) || field->offset == offsetof(struct audit_log, after));
}

/* An image without the fields that differ on every run; the text itself if it is not an image. */
static str lasting_image(const struct audit_log *log, str text, struct arena *scratch)
{
    const struct entity *entity = entity_by_resource(log->resource);
    str lasting = entity ? image_json(scratch, entity, text, field_lasts) : STR_NONE;
    return lasting.p ? lasting : text;
}

/* A digest of rows being computed. */
struct digest {
    struct hash hash;
    unsigned char sum[HASH_SIZE]; /* of the hashes of rows, where their order is undefined */
    int64_t rows;
    bool lasting;
};

/* --- rows --------------------------------------------------------------------------------------------------------- */

/* Small pieces are buffered, because most are a few bytes. */
struct buffered {
    struct hash *hash;
    size_t n;
    char bytes[2048];
};

static void buffer_flush(struct buffered *buffered)
{
    hash_add(buffered->hash, (str){buffered->bytes, buffered->n});
    buffered->n = 0;
}

static void buffer_add(struct buffered *buffered, str piece)
{
    if (piece.n > sizeof(buffered->bytes) - buffered->n) buffer_flush(buffered);
    if (piece.n > sizeof(buffered->bytes)) {
        hash_add(buffered->hash, piece);
        return;
    }
    memcpy(buffered->bytes + buffered->n, piece.p, piece.n);
    buffered->n += piece.n;
}

static void add_text(struct buffered *buffered, str text)
{
    char length[24];
    size_t at = sizeof(length);
    if (!text.p) {
        buffer_add(buffered, STR("-,"));
        return;
    }
    length[--at] = ':';
    size_t rest = text.n;
    do length[--at] = (char)('0' + rest % 10);
    while ((rest /= 10) > 0);
    buffer_add(buffered, (str){length + at, sizeof(length) - at});
    buffer_add(buffered, text);
    buffer_add(buffered, STR(","));
}

static void digest_start(struct digest *digest, bool lasting)
{
    *digest = (struct digest){.lasting = lasting};
    hash_start(&digest->hash);
}

static bool is_ordered(const struct digest *digest, const struct entity *entity)
{
    return !digest->lasting || entity->id != ENTITY_audit_log;
}

static void add_row(struct digest *digest, struct hash *hash, const struct row *row, struct arena *scratch)
{
    const struct entity *entity = row->entity;
    struct buffered buffered;
    char text[TIME_TEXT_SIZE];
    buffered.hash = hash;
    buffered.n = 0;
    for (size_t i = 0; i < entity->descriptor.count; i++) {
        const struct field *field = &entity->descriptor.fields[i];
        if (digest->lasting && !field_lasts(entity, field)) continue;
        str value = value_text(row, field, text);
        if (digest->lasting && is_image(entity, field)) value = lasting_image(ROW(audit_log, row), value, scratch);
        add_text(&buffered, str_of(field->name));
        add_text(&buffered, value);
    }
    buffer_flush(&buffered);
}

static void add_row_anywhere(struct digest *digest, const struct row *row, struct arena *scratch)
{
    unsigned char bytes[HASH_SIZE];
    struct hash hash;
    hash_start(&hash);
    add_row(digest, &hash, row, scratch);
    hash_end_bytes(&hash, bytes);
    sodium_add(digest->sum, bytes, HASH_SIZE);
}

static void digest_row(struct digest *digest, const struct row *row, struct arena *scratch)
{
    if (is_ordered(digest, row->entity))
        add_row(digest, &digest->hash, row, scratch);
    else
        add_row_anywhere(digest, row, scratch);
    digest->rows++;
}

/* --- databases ---------------------------------------------------------------------------------------------------- */

bool entity_digested(const struct entity *entity)
{
    return entity->id != ENTITY_audit_context;
}

static void database_digest_add(struct database_digest *digest, const struct entity *entity, struct digest *table)
{
    struct table_digest *added = &digest->tables[digest->count++];
    added->entity = entity;
    added->rows = table->rows;
    if (!is_ordered(table, entity)) hash_add(&table->hash, (str){(const char *)table->sum, HASH_SIZE});
    hash_end(&table->hash, added->sha256);
}

static void database_digest_end(struct database_digest *digest)
{
    struct hash hash;
    struct buffered buffered = {.hash = &hash};
    char rows[24];
    hash_start(&hash);
    for (size_t i = 0; i < digest->count; i++) {
        const struct table_digest *table = &digest->tables[i];
        int n = snprintf(rows, sizeof(rows), "%" PRId64, table->rows);
        add_text(&buffered, str_of(table->entity->table));
        add_text(&buffered, (str){rows, (size_t)n});
        add_text(&buffered, str_of(table->sha256));
    }
    buffer_flush(&buffered);
    hash_end(&hash, digest->sha256);
}

static bool is_set(const atomic_bool *stopping)
{
    return stopping && atomic_load(stopping);
}

static err digest_table(struct rows *rows, const struct entity *entity, const atomic_bool *stopping,
                        struct arena *arena, struct digest *digest)
{
    struct scan scan = {.rows = rows, .entity = entity, .after = SCAN_START, .upto = SCAN_END};
    struct page page;
    do {
        if (is_set(stopping)) return ERR_OVERLOADED;
        arena_reset(arena);
        err e = scan_next(&scan, arena, &page);
        if (e) return e;
        for (size_t i = 0; i < page.count; i++) digest_row(digest, page.rows[i], arena);
    } while (page.count > 0);
    return OK;
}

err rows_digest(struct rows *rows, bool lasting, const atomic_bool *stopping, struct database_digest *ret_digest)
{
    struct arena *arena = arena_new(PAGE_BYTES_MAX);
    struct database_digest all = {0};
    err e = OK;
    for (enum entity_id id = 0; id < ENTITY_COUNT && !e; id++) {
        struct digest table;
        if (!entity_digested(entity_of(id))) continue;
        digest_start(&table, lasting);
        e = digest_table(rows, entity_of(id), stopping, arena, &table);
        if (!e) database_digest_add(&all, entity_of(id), &table);
    }
    arena_free(arena);
    if (e) return e;
    database_digest_end(&all);
    *ret_digest = all;
    return OK;
}

/* --- snapshots ---------------------------------------------------------------------------------------------------- */

struct snapshot {
    const struct engine *engine;
    struct connection *connection;
    struct rows *rows;
};

static err snapshot_open(const struct settings *settings, struct arena *arena, str *ret_reason,
                         struct snapshot *ret_snapshot)
{
    struct snapshot snapshot = {.engine = engine_of(settings)};
    const struct connection_options options = {
        .settings = settings, .access = ACCESS_READ, .role = ROLE_SYSTEM, .arena = arena, .ret_reason = ret_reason};
    err e = snapshot.engine->open(&options, &snapshot.connection);
    if (e) return e;
    snapshot.rows = rows_new(snapshot.engine, snapshot.connection, VISIBLE_ALL);
    *ret_snapshot = snapshot;
    return OK;
}

static err snapshot_begin(struct snapshot *snapshot)
{
    const struct transaction everything = {.role = ROLE_SYSTEM};
    return snapshot->engine->begin(snapshot->connection, &everything);
}

static void snapshot_close(struct snapshot *snapshot)
{
    snapshot->engine->rollback(snapshot->connection);
    rows_free(snapshot->rows);
    snapshot->engine->close(snapshot->connection);
}

err database_digest(const struct settings *settings, const struct digest_options *options, struct arena *arena,
                    str *ret_reason, struct database_digest *ret_digest)
{
    struct snapshot snapshot;
    err e = snapshot_open(settings, arena, ret_reason, &snapshot);
    if (e) return e;
    e = snapshot_begin(&snapshot);
    if (!e) e = rows_digest(snapshot.rows, options->lasting, options->stopping, ret_digest);
    if (e) *ret_reason = str_of(err_row(e)->title);
    snapshot_close(&snapshot);
    return e;
}

/* While the writer has a transaction, no process can commit; what was committed before is what the snapshot contains.
 * The first read fixes it. */
static err snapshot_begin_at_commit(struct snapshot *snapshot, struct store *store, uint64_t *ret_commit)
{
    struct store_access access = store_enter(store);
    const struct engine_archive *archive = access.engine->database->archive;
    err e = archive ? access.engine->begin(access.connection, NULL) : ERR_NOT_FOUND;
    if (!e) {
        e = archive->commit(access.connection, ret_commit) ? snapshot_begin(snapshot) : ERR_NOT_FOUND;
        if (!e) (void)snapshot->engine->people_epoch(snapshot->connection);
        access.engine->rollback(access.connection);
    }
    store_leave(store);
    return e;
}

err store_digest_at_commit(struct store *store, const atomic_bool *stopping, struct arena *arena, str *ret_reason,
                           struct committed_digest *ret_digest)
{
    struct snapshot snapshot;
    err e = snapshot_open(store_settings(store), arena, ret_reason, &snapshot);
    if (e) return e;
    e = snapshot_begin_at_commit(&snapshot, store, &ret_digest->commit);
    if (!e) e = rows_digest(snapshot.rows, false, stopping, &ret_digest->digest);
    if (e) *ret_reason = e == ERR_NOT_FOUND ? STR("the last commit is not archived") : str_of(err_row(e)->title);
    snapshot_close(&snapshot);
    return e;
}
