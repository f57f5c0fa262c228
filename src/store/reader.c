/* See reader.h. A reader has one connection for each role, or one for all roles where the engine can change the role of
 * a connection. Statements are cached for each role. What a role may see is configured in the engine (schema/policy.h);
 * nothing here or in higher layers decides it. */
#include "store/reader.h"

#include <stdlib.h>

#include "base/check.h"
#include "base/clock.h"
#include "base/log.h"
#include "store/store_private.h"

enum { REPLICA_RETRY_MS = 10000 };

/* A connection with its statements for one role. */
struct role_session {
    struct connection *connection;
    struct rows *rows;
};

struct reader {
    struct store *store;
    const struct settings *settings;
    const struct engine *engine;
    struct role_session sessions[ROLE_SYSTEM + 1];
    struct role_session
        replica;                /* as ROLE_ANONYMOUS; has no connection if none is configured or it was never reached */
    int64_t replica_after_ms;   /* monotonic: not tried again before */
    uint64_t reached;           /* a position that the replica is known to have reached */
    struct role_session *begun; /* NULL: no snapshot */
    int64_t people_epoch;       /* of the last snapshot */
};

static void session_close(struct reader *reader, struct role_session *session, bool shared)
{
    rows_free(session->rows);
    if (!shared) reader->engine->close(session->connection);
}

void reader_close(struct reader *reader)
{
    if (!reader) return;
    CHECK(!reader->begun);
    for (enum role role = 0; role <= ROLE_SYSTEM; role++) {
        session_close(reader, &reader->sessions[role], reader->engine->shares_connections && role != ROLE_SYSTEM);
    }
    session_close(reader, &reader->replica, false);
    free(reader);
}

static err session_open(struct reader *reader, enum access access, enum role role, struct role_session *session)
{
    struct arena *arena = arena_new(1 << 20);
    str reason = STR_NONE;
    struct connection_options options = {
        .settings = reader->settings, .access = access, .role = role, .arena = arena, .ret_reason = &reason};
    err e = reader->engine->open(&options, &session->connection);
    if (e) LOG(LOG_ERROR, "reader_failed", LOG_TEXT("reason", reason));
    arena_free(arena);
    return e ? ERR_INTERNAL : OK;
}

static err role_open(struct reader *reader, enum role role)
{
    struct role_session *session = &reader->sessions[role];
    err e = OK;
    if (reader->engine->shares_connections && role != ROLE_SYSTEM)
        session->connection = reader->sessions[ROLE_SYSTEM].connection; /* opened first and closed last */
    else
        e = session_open(reader, ACCESS_READ, role, session);
    if (e) return e;
    session->rows = rows_new(reader->engine, session->connection, role == ROLE_SYSTEM ? VISIBLE_ALL : VISIBLE_LIVE);
    return OK;
}

/* A replica that cannot be reached is only logged; the program serves without it, and tries again later. */
static void replica_open(struct reader *reader)
{
    struct role_session *replica = &reader->replica;
    int64_t now_ms = clock_monotonic_ms();
    if (replica->rows || reader->settings->replica_url.n == 0 || !reader->engine->cluster) return;
    if (now_ms < reader->replica_after_ms) return;
    reader->replica_after_ms = now_ms + REPLICA_RETRY_MS;
    if (session_open(reader, ACCESS_REPLICA, ROLE_ANONYMOUS, replica) != OK) return;
    replica->rows = rows_new(reader->engine, replica->connection, VISIBLE_LIVE);
}

err reader_open_system(struct store *store, struct reader **ret_reader)
{
    struct reader *reader = calloc(1, sizeof(*reader));
    CHECK(reader != NULL);
    reader->store = store;
    reader->settings = store_settings(store);
    reader->engine = engine_of(reader->settings);
    err e = role_open(reader, ROLE_SYSTEM);
    if (e) {
        reader_close(reader);
        return e;
    }
    *ret_reader = reader;
    return OK;
}

err reader_open(struct store *store, struct reader **ret_reader)
{
    struct reader *reader;
    err e = reader_open_system(store, &reader);
    if (e) return e;
    for (enum role role = 0; role < ROLE_SYSTEM; role++) {
        e = role_open(reader, role);
        if (!e) continue;
        reader_close(reader);
        return e;
    }
    replica_open(reader);
    *ret_reader = reader;
    return OK;
}

static err begin_at(struct reader *reader, struct role_session *session, const struct actor *actor)
{
    struct transaction transaction = {.role = actor->role, .actor_id = actor->user_id, .awaited = true};
    CHECK(!reader->begun && actor->role <= ROLE_SYSTEM);
    err e = reader->engine->begin(session->connection, &transaction);
    if (e) return e;
    reader->begun = session;
    return OK;
}

err reader_begin(struct reader *reader, const struct actor *actor)
{
    CHECK(reader->sessions[actor->role].rows != NULL);
    return begin_at(reader, &reader->sessions[actor->role], actor);
}

/* Whether the replica has everything that this process committed. */
static bool replica_fits(struct reader *reader)
{
    uint64_t position = atomic_load(&reader->store->position);
    replica_open(reader);
    if (!reader->replica.rows) return false;
    if (position <= reader->reached) return true;
    if (!reader->engine->cluster->has_reached(reader->replica.connection, position)) return false;
    reader->reached = position;
    return true;
}

err reader_begin_public(struct reader *reader, const struct actor *actor)
{
    if (actor->role == ROLE_ANONYMOUS && replica_fits(reader) && begin_at(reader, &reader->replica, actor) == OK)
        return OK;
    return reader_begin(reader, actor);
}

void reader_end(struct reader *reader)
{
    if (!reader->begun) return;
    if (reader->begun != &reader->sessions[ROLE_ANONYMOUS] && reader->begun != &reader->replica) {
        reader->people_epoch = reader->engine->people_epoch(reader->begun->connection);
        store_people_seen(reader->store, reader->people_epoch);
    }
    reader->engine->rollback(reader->begun->connection);
    reader->begun = NULL;
}

void reader_last(struct reader *reader)
{
    CHECK(reader->begun);
    reader->engine->last(reader->begun->connection);
}

struct store_access reader_access(const struct reader *reader)
{
    CHECK(reader->begun);
    return (struct store_access){reader->engine, reader->begun->connection, reader->begun->rows};
}

int64_t reader_people_epoch(const struct reader *reader)
{
    return reader->people_epoch;
}

err reader_get(struct reader *reader, enum entity_id entity, int64_t id, struct arena *arena, struct row **ret_row)
{
    struct row *row;
    CHECK(reader->begun);
    err e = rows_get(reader->begun->rows, entity_of(entity), id, arena, &row);
    if (e) return e;
    if (row->deleted_at) return ERR_NOT_FOUND; /* seen by ROLE_SYSTEM only */
    *ret_row = row;
    return OK;
}

err reader_find(struct reader *reader, enum entity_id entity, const struct field *field, str text, struct arena *arena,
                struct row **ret_row)
{
    struct query *query = ARENA_NEW(arena, struct query);
    struct value value = {.text = text};
    struct page page;
    query->entity = entity_of(entity);
    query->limit = 1;
    query_filter(query, field, COMPARE_EQUAL, &value, 1);
    err e = reader_list(reader, query, arena, &page);
    if (e) return e;
    if (page.count == 0) return ERR_NOT_FOUND;
    *ret_row = page.rows[0];
    return OK;
}

err reader_list(struct reader *reader, const struct query *query, struct arena *arena, struct page *ret_page)
{
    CHECK(reader->begun);
    return rows_list(reader->begun->rows, query, arena, ret_page);
}

err reader_texts(struct reader *reader, enum entity_id entity, const struct field *field, struct arena *arena,
                 struct text_count **ret_texts, size_t *ret_count)
{
    struct text_count *texts = ARENA_ARRAY(arena, struct text_count, TEXTS_MAX);
    CHECK(reader->begun);
    err e = rows_texts(reader->begun->rows, entity_of(entity), field, arena, texts, ret_count);
    if (e) return e;
    *ret_texts = texts;
    return OK;
}

/* The columns of a row as NUL-terminated text. */
static const char *const *texts_of(struct reader *reader, struct statement *statement, int columns, struct arena *arena)
{
    const char **texts = ARENA_ARRAY(arena, const char *, (size_t)columns + 1);
    for (int i = 0; i < columns; i++) {
        texts[i] = arena_copy(arena, reader->engine->column_text(statement, i)).p;
    }
    return texts;
}

err reader_attack(struct reader *reader, const char *sql,
                  void (*row)(void *context, int columns, const char *const *values), void *context, int64_t *ret_rows)
{
    struct statement *statement;
    CHECK(reader->begun);
    err e = reader->engine->prepare(reader->begun->connection, str_of(sql), &statement);
    if (e) return e;
    struct arena *arena = arena_new(64 << 20);
    int64_t count = 0;
    bool found;
    while ((e = reader->engine->step(statement, &found)) == OK && found) {
        int columns = reader->engine->columns(statement); /* known once there is a row */
        if (row) row(context, columns, texts_of(reader, statement, columns, arena));
        arena_reset(arena);
        count++;
    }
    reader->engine->finish(statement);
    arena_free(arena);
    if (e) return e;
    *ret_rows = count;
    return OK;
}
