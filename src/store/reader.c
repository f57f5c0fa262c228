/* Readers: one thread's door to the data. A reader has a connection for each role, all opened with it, so that what
 * stands in the way (files that cannot be opened, a wrong key) shows when the program starts and not in the middle of a
 * request; the engine hides rows and masks columns by what it set up for the role (schema/policy.h), so nothing here or
 * above decides what may be seen. See store.h. */
#include <stdlib.h>

#include "base/check.h"
#include "base/log.h"
#include "store/rows.h"

struct reader {
    const struct settings *settings;
    const struct engine *engine;
    struct connection *connections[ROLE_SYSTEM + 1];
    struct rows *rows[ROLE_SYSTEM + 1];
    int64_t actor_id;
    enum role role;
    bool begun;
};

void reader_close(struct reader *reader)
{
    if (!reader) return;
    CHECK(!reader->begun);
    for (size_t i = 0; i <= ROLE_SYSTEM; i++) {
        rows_free(reader->rows[i]);
        reader->engine->close(reader->connections[i]);
    }
    free(reader);
}

static err role_open(struct reader *reader, enum role role)
{
    struct arena *arena = arena_new(1 << 20);
    str reason = STR_NONE;
    struct connection_options options = {.settings = reader->settings,
                                         .access = ACCESS_READ,
                                         .role = role,
                                         .actor_id = &reader->actor_id,
                                         .arena = arena,
                                         .ret_reason = &reason};
    err e = reader->engine->open(&options, &reader->connections[role]);
    if (e) LOG(LOG_ERROR, "reader", LOG_TEXT("reason", reason));
    arena_free(arena);
    if (e) return ERR_INTERNAL;
    reader->rows[role] = rows_new(reader->engine, reader->connections[role], role != ROLE_SYSTEM);
    return OK;
}

err reader_open(struct store *store, struct reader **ret_reader)
{
    struct reader *reader = calloc(1, sizeof(*reader));
    CHECK(reader != NULL);
    reader->settings = store_settings(store);
    reader->engine = engine_of(reader->settings);
    for (enum role role = 0; role <= ROLE_SYSTEM; role++) {
        err e = role_open(reader, role);
        if (!e) continue;
        reader_close(reader);
        return e;
    }
    *ret_reader = reader;
    return OK;
}

err reader_begin(struct reader *reader, const struct actor *actor)
{
    CHECK(!reader->begun && actor->role <= ROLE_SYSTEM);
    reader->role = actor->role;
    reader->actor_id = actor->user_id;
    err e = reader->engine->begin(reader->connections[actor->role]);
    if (e) return e;
    reader->begun = true;
    return OK;
}

void reader_end(struct reader *reader)
{
    if (!reader->begun) return;
    reader->engine->rollback(reader->connections[reader->role]);
    reader->begun = false;
}

err reader_get(struct reader *reader, enum entity_id entity, int64_t id, struct arena *arena, struct row **ret_row)
{
    struct row *row;
    CHECK(reader->begun);
    err e = rows_get(reader->rows[reader->role], entity_of(entity), id, arena, &row);
    if (e) return e;
    if (row->deleted_at) return ERR_NOT_FOUND; /* only without row rules */
    *ret_row = row;
    return OK;
}

err reader_list(struct reader *reader, const struct query *query, struct arena *arena, struct page *ret_page)
{
    CHECK(reader->begun);
    return rows_list(reader->rows[reader->role], query, arena, ret_page);
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
    err e = reader->engine->prepare(reader->connections[reader->role], str_of(sql), &statement);
    if (e) return e;
    struct arena *arena = arena_new(64 << 20);
    int columns = reader->engine->columns(statement);
    int64_t count = 0;
    bool found;
    while ((e = reader->engine->step(statement, &found)) == OK && found) {
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
