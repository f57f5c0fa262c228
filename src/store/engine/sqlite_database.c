/* SQLite databases as a whole: checkpoints, the lock of the process, removal, structure, copies. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "archive/spool.h"
#include "base/check.h"
#include "base/file.h"
#include "base/log.h"
#include "schema/storage_files.h"
#include "store/engine/sqlite.h"

enum {
    RESTART_BUSY_MS = 50,
    CHECKPOINT_FRAMES = 8192,     /* log frames at which a busy writer makes a checkpoint */
    CHECKPOINT_IDLE_FRAMES = 256, /* and an idle one */
    RESTART_FRAMES = 64 * 1024,   /* readers have long prevented a reset of the log: wait for them */
};

/* --- upkeep ------------------------------------------------------------------------------------------------------- */

/* Makes a checkpoint. Waits for readers only briefly, and only if they have long prevented a reset of the log: a slow
 * reader must not delay commits. */
static int log_checkpoint(struct connection *connection, int *ret_frames, int *ret_left)
{
    int log = 0, done = 0;
    bool restart = connection->log_frames > RESTART_FRAMES;
    int mode = restart ? SQLITE_CHECKPOINT_RESTART : SQLITE_CHECKPOINT_PASSIVE;
    sqlite3_busy_timeout(connection->db, restart ? RESTART_BUSY_MS : 0);
    int code = sqlite3_wal_checkpoint_v2(connection->db, NULL, mode, &log, &done);
    sqlite3_busy_timeout(connection->db, BUSY_MS);
    sqlite_archive_leave(connection, log, code == SQLITE_OK && log == done);
    *ret_frames = log;
    *ret_left = code == SQLITE_OK ? log - done : log;
    return code;
}

/* A checkpoint that could not finish is retried when the log has grown; until then everything is safe in the log.
 * The same applies when the disk is full, because moving the log into the file may require the file to grow. */
static int sqlite_checkpoint(struct connection *connection, bool idle, uint64_t *ret_log_frames)
{
    int frames = connection->log_frames, moved, left;
    *ret_log_frames = (uint64_t)frames;
    sqlite_archive_look(connection);
    int limit = sqlite_archive_awaits(connection) ? 1 : idle ? CHECKPOINT_IDLE_FRAMES : CHECKPOINT_FRAMES;
    if (frames < limit || frames < connection->checkpoint_at || !sqlite_archive_enter(connection)) return 0;
    int code = log_checkpoint(connection, &moved, &left);
    if (code == SQLITE_OK && left == 0) {
        (void)sqlite_mark_write(connection, moved, true);
        connection->log_frames = 0; /* the hook sets it again at the next commit */
        connection->checkpoint_at = 0;
        return 1;
    }
    if (code == SQLITE_FULL) LOG(LOG_WARNING, "disk_full", LOG_TEXT("during", STR("checkpoint")));
    if (code != SQLITE_OK && code != SQLITE_FULL && (code & 0xff) != SQLITE_BUSY)
        sqlite_end_process(connection, "checkpoint");
    connection->checkpoint_at = frames + CHECKPOINT_FRAMES / 4;
    return 0;
}

/* Deleted words stay in old segments of the index until these are merged into one. The cost grows with the index; it is
 * small when nothing was deleted. */
static err sqlite_purge(struct connection *connection)
{
    char sql[256];
    for (size_t i = 0; i < ENTITY_COUNT; i++) {
        const struct entity *entity = entity_of((enum entity_id)i);
        if (!entity_searchable_personal(entity)) continue;
        snprintf(sql, sizeof(sql), "INSERT INTO \"%sSearch\" (\"%sSearch\") VALUES ('optimize')", entity->table,
                 entity->table);
        int code = sqlite3_exec(connection->db, sql, NULL, NULL, NULL);
        if ((code & 0xff) == SQLITE_IOERR) sqlite_end_process(connection, "purge");
        if (code != SQLITE_OK) return sqlite_error(connection, code);
    }
    return OK;
}

static str sqlite_display_name(const struct settings *settings, struct arena *arena)
{
    (void)arena;
    return settings->storage;
}

/* A lock on a file next to the database. */
struct held_lock {
    int handle;
};

/* A shared lock is exclusive too: only one process may open the file. */
static err sqlite_lock(const struct settings *settings, enum store_lock store_lock, struct held_lock **ret_held)
{
    (void)store_lock;
    char path[4096 + 8];
    snprintf(path, sizeof(path), "%.*s.lock", STR_ARG(settings->storage));
    int handle = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (handle < 0) return ERR_INTERNAL;
    if (flock(handle, LOCK_EX | LOCK_NB) != 0) {
        err e = errno == EWOULDBLOCK ? ERR_STATE_CONFLICT : ERR_INTERNAL;
        close(handle);
        return e;
    }
    struct held_lock *held_lock = calloc(1, sizeof(*held_lock));
    CHECK(held_lock != NULL);
    held_lock->handle = handle;
    *ret_held = held_lock;
    return OK;
}

static void sqlite_unlock(struct held_lock *held_lock)
{
    if (!held_lock) return;
    close(held_lock->handle);
    free(held_lock);
}

static err sqlite_drop(const struct settings *settings, struct arena *arena, str *ret_reason)
{
    struct held_lock *held_lock;
    if (access(settings->storage.p, F_OK) != 0) {
        *ret_reason = arena_printf(arena, "database %s does not exist", settings->storage.p);
        return ERR_NOT_FOUND;
    }
    if (sqlite_lock(settings, STORE_LOCK_EXCLUSIVE, &held_lock) != OK) {
        *ret_reason = arena_printf(arena, "%s is in use by a server", settings->storage.p);
        return ERR_STATE_CONFLICT;
    }
    int failed = unlink(settings->storage.p);
    for (size_t i = 0; i < COUNT_OF(STORAGE_FILES); i++) {
        unlink(arena_printf(arena, "%.*s%s", STR_ARG(settings->storage), STORAGE_FILES[i]).p);
    }
    spool_remove(arena_printf(arena, "%.*s.archive", STR_ARG(settings->storage)));
    sqlite_unlock(held_lock);
    if (!failed && folder_sync_of(settings->storage.p)) return OK;
    *ret_reason = arena_printf(arena, "cannot remove %s", settings->storage.p);
    return ERR_INTERNAL;
}

/* --- structure ---------------------------------------------------------------------------------------------------- */

/* Adds a line "what|column|column..." for each row of a query. */
static err structure_lines(struct connection *connection, struct buf *out, const char *what, const char *sql)
{
    struct statement *statement;
    err e = engine_sqlite.prepare(connection, str_of(sql), &statement);
    if (e) return e;
    bool row;
    while ((e = engine_sqlite.step(statement, &row)) == OK && row) {
        buf_add(out, str_of(what));
        for (int i = 0; i < engine_sqlite.columns(statement); i++) {
            buf_printf(out, "|%.*s", STR_ARG(engine_sqlite.column_text(statement, i)));
        }
        buf_add_char(out, '\n');
    }
    sqlite_finish(statement);
    return e;
}

/* Removes the next constraint with its condition from the definition of a table. */
static bool next_constraint(str *text, str *ret_constraint)
{
    static const char head[] = "CONSTRAINT \"";
    const char *start = memmem(text->p, text->n, head, sizeof(head) - 1);
    if (!start) return false;
    str rest = str_from(*text, (size_t)(start - text->p));
    size_t end = str_find(rest, '(');
    for (int depth = 0; end < rest.n; end++) {
        depth += (rest.p[end] == '(') - (rest.p[end] == ')');
        if (depth == 0) break;
    }
    *ret_constraint = str_first(rest, end + 1);
    *text = str_from(rest, end + 1);
    return true;
}

static int by_text(const void *a, const void *b)
{
    const str *one = a, *other = b;
    int order = memcmp(one->p, other->p, one->n < other->n ? one->n : other->n);
    return order ? order : (one->n > other->n) - (one->n < other->n);
}

/* Constraints are listed separately, because their place depends on history: ALTER TABLE adds them to a column. */
static err structure_constraints(struct connection *connection, struct buf *out)
{
    enum { CONSTRAINTS_MAX = 64 };
    struct statement *statement;
    bool row;
    err e = engine_sqlite.prepare(
        connection, STR("SELECT name, sql FROM sqlite_schema WHERE type = 'table' ORDER BY name"), &statement);
    if (e) return e;
    while ((e = engine_sqlite.step(statement, &row)) == OK && row) {
        str name = engine_sqlite.column_text(statement, 0), rest = engine_sqlite.column_text(statement, 1),
            all[CONSTRAINTS_MAX];
        size_t count = 0;
        while (count < CONSTRAINTS_MAX && next_constraint(&rest, &all[count])) count++;
        qsort(all, count, sizeof(*all), by_text);
        for (size_t i = 0; i < count; i++) {
            buf_printf(out, "constraint|%.*s|%.*s\n", STR_ARG(name), STR_ARG(all[i]));
        }
    }
    sqlite_finish(statement);
    return e;
}

static err sqlite_structure(struct connection *connection, struct arena *arena, str *ret_text)
{
    static const struct {
        const char *what, *sql;
    } parts[] = {
        {"column", "SELECT t.name, c.name, c.type, c.\"notnull\", c.dflt_value, c.pk FROM sqlite_schema t, "
                   "pragma_table_info(t.name) c WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite\\_%' ESCAPE '\\' "
                   "ORDER BY t.name, c.name"},
        {"key", "SELECT t.name, k.\"from\", k.\"table\", k.\"to\", k.on_update, k.on_delete FROM sqlite_schema t, "
                "pragma_foreign_key_list(t.name) k WHERE t.type = 'table' ORDER BY t.name, k.\"from\""},
        {"index",
         "SELECT t.name, i.name, i.\"unique\", i.partial, (SELECT group_concat(n.name) FROM "
         "pragma_index_info(i.name) n), (SELECT s.sql FROM sqlite_schema s WHERE s.name = i.name AND i.partial) "
         "FROM sqlite_schema t, pragma_index_list(t.name) i WHERE t.type = 'table' ORDER BY t.name, i.name"},
        {"trigger", "SELECT tbl_name, name, sql FROM sqlite_schema WHERE type = 'trigger' ORDER BY name"},
    };
    struct buf out = buf_new(arena, 1 << 20);
    for (size_t i = 0; i < COUNT_OF(parts); i++) {
        err e = structure_lines(connection, &out, parts[i].what, parts[i].sql);
        if (e) return e;
    }
    err e = structure_constraints(connection, &out);
    if (e) return e;
    CHECK(!out.full);
    *ret_text = buf_str(&out);
    return OK;
}

/* --- copies ------------------------------------------------------------------------------------------------------- */

/* Identifies the file itself, whatever path leads to it. */
static err sqlite_identity(struct connection *connection, struct arena *arena, str *ret_identity)
{
    struct stat file;
    if (stat(sqlite3_db_filename(connection->db, "main"), &file) != 0) return ERR_INTERNAL;
    *ret_identity = arena_printf(arena, "%llu/%llu", (unsigned long long)file.st_dev, (unsigned long long)file.st_ino);
    return OK;
}

/* A write transaction excludes all others. */
static err sqlite_begin_frozen(struct connection *connection, int64_t ms)
{
    (void)ms;
    return engine_sqlite.begin(connection, NULL);
}

/* Foreign keys can only be switched off outside of transactions. */
static err sqlite_begin_raw(struct connection *connection, struct arena *arena, str *ret_reason)
{
    sqlite3_db_config(connection->db, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
    err e = engine_sqlite.execute(connection, STR("PRAGMA foreign_keys=OFF"), arena, ret_reason);
    return e ? e : engine_sqlite.begin(connection, NULL);
}

/* --- interrupting ------------------------------------------------------------------------------------------------- */

static int is_stopping(void *context)
{
    const atomic_bool *stopping = context;
    return atomic_load(stopping);
}

static void interrupt_when(struct connection *connection, const atomic_bool *stopping)
{
    sqlite3_progress_handler(connection->db, STEPS_BETWEEN_LOOKS, is_stopping, (void *)(uintptr_t)stopping);
}

const struct engine_database sqlite_database = {
    .display_name = sqlite_display_name,
    .lock = sqlite_lock,
    .unlock = sqlite_unlock,
    .drop = sqlite_drop,
    .structure = sqlite_structure,
    .find_table = "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?",
    /* A table is rebuilt by dropping the old one, which must not affect rows that refer to it. The pragma has no effect
     * inside a transaction, so it is set before. */
    .migration = {.before = "PRAGMA foreign_keys=OFF",
                  .check = "SELECT 1 FROM pragma_foreign_key_check LIMIT 1",
                  .after = "PRAGMA foreign_keys=ON"},
    .checkpoint = sqlite_checkpoint,
    .purge = sqlite_purge,
    .interrupt_when = interrupt_when,
    .archive = &sqlite_archive,
};

const struct engine_copy sqlite_copy = {
    .identity = sqlite_identity,
    .begin_frozen = sqlite_begin_frozen,
    .begin_raw = sqlite_begin_raw,
};
