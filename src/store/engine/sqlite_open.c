/* Opening SQLite databases: the key, the settings of a connection, and the row policies of a reader's role. A reader
 * has an authorizer that denies everything by default and lets base tables be read only from within that connection's
 * secret views (schema/policy.h). */
#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/check.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/key_file.h"
#include "base/log.h"
#include "base/random.h"
#include "base/unicode.h"
#include "schema/policy.h"
#include "store/engine/sqlite.h"

/* Below this version commits can be lost when a checkpoint and a writer reset the log at the same moment. */
enum { SQLITE_VERSION_MIN = 3051003 };

/* --- the key ------------------------------------------------------------------------------------------------------ */

static bool encrypted(const struct settings *settings)
{
    return !str_is(settings->cipher, "none");
}

/* Writes a new key to a new file, whose name is made from the template of mkostemp(). False with errno set. */
static bool key_write(char *template)
{
    char text[KEY_TEXT_SIZE + 2];
    random_hex(text, KEY_BYTES);
    text[KEY_TEXT_SIZE] = '\n';
    int handle = mkostemp(template, O_CLOEXEC);
    bool written = handle >= 0 && write(handle, text, KEY_TEXT_SIZE + 1) == KEY_TEXT_SIZE + 1 && fsync(handle) == 0;
    if (handle >= 0) close(handle);
    sodium_memzero(text, sizeof(text));
    return written;
}

/* Creates the key of a database that does not exist yet, unless there is one. The file gets its name when it is
 * complete and on disk, so a crash leaves no part of a key. An empty file is replaced, for it never was a key. False
 * with errno set. */
static bool key_create(const char *path, struct arena *arena)
{
    struct stat found;
    bool exists = stat(path, &found) == 0;
    if (exists && found.st_size > 0) return true;
    if (exists && unlink(path) != 0) return false;
    str template = arena_printf(arena, "%s.XXXXXX", path);
    char *temporary = memcpy(arena_alloc(arena, template.n + 1), template.p, template.n + 1);
    bool created = key_write(temporary) && (link(temporary, path) == 0 || errno == EEXIST);
    int reason = errno;
    unlink(temporary);
    errno = reason;
    return created && folder_sync_of(path);
}

/* Whether the file is a database that any client can read. Only before this process has a connection: closing the file
 * releases all locks that the process has on it. */
static bool file_is_plain(const char *path)
{
    static const char head[] = "SQLite format 3";
    char found[sizeof(head)];
    int handle = open(path, O_RDONLY | O_CLOEXEC);
    if (handle < 0) return false;
    ssize_t n = read(handle, found, sizeof(found));
    close(handle);
    return n == (ssize_t)sizeof(found) && memcmp(found, head, sizeof(head)) == 0;
}

static err key_apply(sqlite3 *db, const struct connection_options *options)
{
    str path = key_file_path(options->settings->key_file, options->settings->storage, options->arena);
    char key[sizeof("raw:") + KEY_TEXT_SIZE] = "raw:";
    char pragma[64];
    if (options->access == ACCESS_WRITE && file_is_plain(options->settings->storage.p)) {
        *options->ret_reason = STR("the file is not encrypted; BOXOFFICE_CIPHER=none opens it");
        return ERR_INTERNAL;
    }
    (void)sodium_mlock(key, sizeof(key)); /* as far as the limit allows; the unit forbids swapping anyway */
    const char *failure = key_file_read(path.p, key + 4);
    if (failure) {
        (void)sodium_munlock(key, sizeof(key));
        *options->ret_reason = arena_printf(options->arena, "cannot read the database key %s: %s", path.p, failure);
        return ERR_INTERNAL;
    }
    snprintf(pragma, sizeof(pragma), "PRAGMA cipher='%.*s'", STR_ARG(options->settings->cipher));
    int code = sqlite3_exec(db, pragma, NULL, NULL, NULL);
    if (code == SQLITE_OK) code = sqlite3_key(db, key, (int)strlen(key));
    (void)sodium_munlock(key, sizeof(key)); /* wipes it, too */
    if (code == SQLITE_OK) return OK;
    *options->ret_reason = sqlite_reason(options->arena, db, "cannot use the database key");
    return ERR_INTERNAL;
}

/* --- row policies ------------------------------------------------------------------------------------------------- */

/* What queries may call; anything else, load_extension and the like included, is denied. */
static bool function_allowed(const char *name)
{
    static const char *const allowed[] = {"actor_id", "count",  "sum",    "min",    "max",       "avg",   "total",
                                          "coalesce", "ifnull", "nullif", "substr", "length",    "lower", "upper",
                                          "like",     "abs",    "round",  "match",  "match_rank"};
    for (size_t i = 0; i < COUNT_OF(allowed); i++) {
        if (sqlite3_stricmp(name, allowed[i]) == 0) return true;
    }
    return false;
}

static bool is_secret_view(const struct connection *connection, const char *context)
{
    return context && strncmp(context, connection->secret, SECRET_SIZE) == 0 && context[SECRET_SIZE] == '_';
}

/* The temp database contains only the policy views: the secret ones and those named like the tables. */
static bool read_allowed(const struct connection *connection, const char *table, const char *database,
                         const char *context)
{
    if (is_secret_view(connection, context)) return true;
    if (connection->trusted && (strstr(table, "Search") || strcmp(table, "PeopleEpochs") == 0)) return true;
    return database && strcmp(database, "temp") == 0 && strncmp(table, "sqlite_", 7) != 0;
}

/* Called by SQLite when a statement is prepared, and again when it is prepared after a change of the schema. */
static int authorize(void *context, int action, const char *first, const char *second, const char *database,
                     const char *view)
{
    const struct connection *connection = context;
    switch (action) {
    case SQLITE_SELECT:
        return SQLITE_OK;
    case SQLITE_READ:
        return read_allowed(connection, first, database, view) ? SQLITE_OK : SQLITE_DENY;
    case SQLITE_FUNCTION:
        return function_allowed(second) ? SQLITE_OK : SQLITE_DENY;
    case SQLITE_TRANSACTION:
        return connection->trusted ? SQLITE_OK : SQLITE_DENY;
    case SQLITE_PRAGMA:
        /* read by the full-text index to notice other writers */
        return connection->trusted && strcmp(first, "data_version") == 0 ? SQLITE_OK : SQLITE_DENY;
    default:
        return SQLITE_DENY;
    }
}

static void actor_id_function(sqlite3_context *context, int count, sqlite3_value **values)
{
    (void)count, (void)values;
    const struct connection *connection = sqlite3_user_data(context);
    sqlite3_result_int64(context, connection->actor_id);
}

static int role_views_create(struct connection *connection, enum role role, struct arena *arena)
{
    random_hex(connection->secret, SECRET_SIZE / 2);
    struct buf sql = buf_new(arena, 64 * 1024);
    for (size_t i = 0; i < ENTITY_COUNT; i++) {
        policy_views(&sql, entity_of((enum entity_id)i), role, str_of(connection->secret));
    }
    buf_add_char(&sql, '\0');
    CHECK(!sql.full);
    int code = sqlite3_exec(connection->db, sql.p, NULL, NULL, NULL);
    sodium_memzero(sql.p, sql.n);
    return code;
}

static bool database_empty(sqlite3 *db)
{
    sqlite3_stmt *stmt = NULL;
    int code = sqlite3_prepare_v2(db, "SELECT 1 FROM sqlite_master WHERE name = 'AuditContexts'", -1, &stmt, NULL);
    if (code == SQLITE_OK) code = sqlite3_step(stmt);
    sqlite3_finalize(stmt);
    return code == SQLITE_DONE; /* after an error the views cannot be created, and that says why */
}

static err views_create(struct connection *connection, const struct connection_options *options)
{
    if (database_empty(connection->db)) {
        *options->ret_reason = arena_printf(options->arena, "the database has no tables; run db:migrate");
        return ERR_INTERNAL;
    }
    if (role_views_create(connection, options->role, options->arena) != SQLITE_OK) {
        *options->ret_reason = sqlite_reason(options->arena, connection->db, "cannot set up the row policies");
        return ERR_INTERNAL;
    }
    return OK;
}

/* --- opening ------------------------------------------------------------------------------------------------------ */

static int on_commit(void *context, sqlite3 *db, const char *database, int frames)
{
    (void)db, (void)database;
    struct connection *connection = context;
    connection->log_frames = frames;
    if (connection->writes) (void)sqlite_mark_write(connection, frames, false);
    sqlite_archive_look(connection);
    return SQLITE_OK;
}

/* SQLite returns the mode that is in effect. */
static int use_log(struct connection *connection)
{
    sqlite3_stmt *stmt = NULL;
    int code = sqlite3_prepare_v2(connection->db, "PRAGMA journal_mode=WAL", -1, &stmt, NULL);
    if (code == SQLITE_OK) code = sqlite3_step(stmt);
    bool used = code == SQLITE_ROW && strcmp((const char *)sqlite3_column_text(stmt, 0), "wal") == 0;
    int ended = sqlite3_finalize(stmt); /* commits */
    if (ended != SQLITE_OK) return ended;
    if (code == SQLITE_ROW) return used ? SQLITE_OK : SQLITE_CANTOPEN;
    return code == SQLITE_DONE ? SQLITE_CANTOPEN : code;
}

/* The setting is the sum for all connections: a third for the writer, the rest in equal parts for the readers. A thread
 * that runs queries has a connection for each role, one that hashes passwords or runs jobs has one. */
static long long cache_kib(const struct settings *settings, bool writes)
{
    int64_t roles = ROLE_SYSTEM + 1, for_writer = settings->cache_kib / 3;
    int64_t readers = settings->readers * roles + settings->hashers + 1 + settings->workers;
    return writes ? for_writer : (settings->cache_kib - for_writer) / readers;
}

static int collate(void *context, int a_length, const void *a, int b_length, const void *b)
{
    (void)context;
    return unicode_compare((str){a, (size_t)a_length}, (str){b, (size_t)b_length});
}

/* Called by SQLite from time to time: whether to interrupt the query. */
static int out_of_time(void *context)
{
    const struct connection *connection = context;
    return connection->query_end_ms != 0 && clock_monotonic_ms() > connection->query_end_ms;
}

static int configure(struct connection *connection, const struct connection_options *options)
{
    char pragmas[512];
    bool writes = connection->writes;
    snprintf(pragmas, sizeof(pragmas),
             "PRAGMA busy_timeout=%d; PRAGMA cache_size=-%lld; PRAGMA temp_store=MEMORY; PRAGMA mmap_size=0;"
             "PRAGMA trusted_schema=OFF; PRAGMA foreign_keys=ON; PRAGMA wal_autocheckpoint=0; PRAGMA synchronous=FULL;"
             "PRAGMA cell_size_check=ON",
             BUSY_MS, cache_kib(options->settings, writes));
    int code = sqlite3_exec(connection->db, pragmas, NULL, NULL, NULL);
    if (code == SQLITE_OK && writes) code = use_log(connection);
    if (code != SQLITE_OK) return code;
    sqlite3_db_config(connection->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    sqlite3_db_config(connection->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, writes ? 0 : 1, NULL);
    if (!writes) sqlite3_progress_handler(connection->db, STEPS_BETWEEN_LOOKS, out_of_time, connection);
    sqlite3_wal_hook(connection->db, on_commit, connection);
    code = sqlite_rank_create(connection->db);
    if (code != SQLITE_OK) return code;
    code = sqlite3_create_collation_v2(connection->db, SQLITE_COLLATION, SQLITE_UTF8, NULL, collate, NULL);
    if (code != SQLITE_OK) return code;
    return sqlite3_create_function(connection->db, "actor_id", 0,
                                   SQLITE_UTF8 | SQLITE_INNOCUOUS | (writes ? 0 : SQLITE_DETERMINISTIC), connection,
                                   actor_id_function, NULL, NULL);
}

/* Creates the database's folder if it is missing; its parent must exist. */
static bool folder_create(str path, struct arena *arena)
{
    const char *slash = strrchr(path.p, '/');
    if (!slash || slash == path.p) return true;
    str folder = arena_copy(arena, str_first(path, (size_t)(slash - path.p)));
    return mkdir(folder.p, 0700) == 0 || errno == EEXIST;
}

/* Says what the system said. */
static err file_refused(const struct connection_options *options, const char *what, str path)
{
    *options->ret_reason = arena_printf(options->arena, "%s %.*s: %s", what, STR_ARG(path), strerror(errno));
    return ERR_INTERNAL;
}

static err file_prepare(const struct connection_options *options)
{
    const struct settings *settings = options->settings;
    str key = key_file_path(settings->key_file, settings->storage, options->arena);
    if (access(settings->storage.p, R_OK | W_OK) == 0) return OK;
    if (errno != ENOENT) return file_refused(options, "cannot open the database", settings->storage);
    if (!options->create) {
        *options->ret_reason =
            arena_printf(options->arena, "database %s does not exist; run db:create", settings->storage.p);
        return ERR_NOT_FOUND;
    }
    if (!folder_create(settings->storage, options->arena))
        return file_refused(options, "cannot create the folder of", settings->storage);
    if (encrypted(settings) && !key_create(key.p, options->arena))
        return file_refused(options, "cannot write the database key", key);
    /* SQLite creates the log with the permissions of this file. */
    int handle = open(settings->storage.p, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    if (handle < 0) return file_refused(options, "cannot create", settings->storage);
    close(handle);
    return OK;
}

/* Room for the index of the log, as far as there is any; a batch that finds none is refused. */
static void index_prepare(struct connection *connection)
{
    if (sqlite3_exec(connection->db, "BEGIN IMMEDIATE", NULL, NULL, NULL) != SQLITE_OK) return;
    if (!sqlite_index_reserve(connection)) LOG(LOG_WARNING, "disk_full", LOG_TEXT("during", STR("start")));
    sqlite3_exec(connection->db, "ROLLBACK", NULL, NULL, NULL);
}

static err log_prepare(struct connection *connection, const struct connection_options *options)
{
    sqlite_mark_open(connection, options->settings, options->arena);
    err e = sqlite_archive_open(connection, options);
    if (e) return e;
    int code = connection->joined ? SQLITE_OK : sqlite_log_renew(connection);
    if (code == SQLITE_OK) code = sqlite_archive_begin(connection);
    if (code != SQLITE_OK) {
        *options->ret_reason = sqlite_reason(options->arena, connection->db, "cannot move the log into the database");
        return ERR_INTERNAL;
    }
    index_prepare(connection);
    return OK;
}

/* The first read shows whether the key is right. */
static err open_configured(struct connection *connection, const struct connection_options *options)
{
    err e = encrypted(options->settings) ? key_apply(connection->db, options) : OK;
    if (e) return e;
    int code = sqlite3_exec(connection->db, "SELECT count(*) FROM sqlite_master", NULL, NULL, NULL);
    if (code == SQLITE_OK) code = configure(connection, options);
    if (code != SQLITE_OK) {
        const char *what =
            code != SQLITE_NOTADB ? "cannot open the database"
            : encrypted(options->settings)
                ? "cannot open the database (is the key that of another database, or BOXOFFICE_CIPHER another one?)"
                : "cannot open the database (it is encrypted, but BOXOFFICE_CIPHER=none is set?)";
        *options->ret_reason = sqlite_reason(options->arena, connection->db, what);
        return ERR_INTERNAL;
    }
    if (connection->writes) return log_prepare(connection, options);
    if (options->role != ROLE_SYSTEM) e = views_create(connection, options);
    if (e) return e;
    if (sqlite3_exec(connection->db, "PRAGMA query_only=ON", NULL, NULL, NULL) != SQLITE_OK) {
        *options->ret_reason = sqlite_reason(options->arena, connection->db, "cannot make the connection read-only");
        return ERR_INTERNAL;
    }
    if (options->role != ROLE_SYSTEM) sqlite3_set_authorizer(connection->db, authorize, connection);
    return OK;
}

/* Room that is freed when a database cannot be opened on a full disk, because the index of the log has to be made
 * again. */
enum { RESERVE_BYTES = 1 << 20 };

static void reserve_create(str path)
{
    struct stat found;
    int handle = open(path.p, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    bool made = handle >= 0 && fstat(handle, &found) == 0 &&
                (found.st_size == RESERVE_BYTES || posix_fallocate(handle, 0, RESERVE_BYTES) == 0);
    if (handle >= 0) close(handle);
    if (made) return;
    unlink(path.p);
    LOG(LOG_WARNING, "disk_full", LOG_TEXT("during", STR("start")));
}

static bool is_full(sqlite3 *db)
{
    return sqlite3_errcode(db) == SQLITE_FULL || sqlite3_extended_errcode(db) == SQLITE_IOERR_SHMSIZE;
}

/* *ret_full: it failed because the disk is full. */
static err open_connection(const struct connection_options *options, bool joined, bool *ret_full,
                           struct connection **ret)
{
    struct connection *connection = calloc(1, sizeof(*connection));
    CHECK(connection != NULL);
    connection->writes = options->access == ACCESS_WRITE;
    connection->query_ms = options->settings->query_ms;
    connection->joined = joined;
    connection->mark = -1;
    int code = sqlite3_open_v2(options->settings->storage.p, &connection->db, SQLITE_OPEN_READWRITE, NULL);
    err e = ERR_INTERNAL;
    if (code == SQLITE_OK) {
        sqlite3_busy_timeout(connection->db, BUSY_MS);
        e = open_configured(connection, options);
    } else {
        *options->ret_reason = sqlite_reason(options->arena, connection->db, "cannot open the database");
    }
    *ret_full = e && is_full(connection->db);
    if (e)
        sqlite_close(connection);
    else
        *ret = connection;
    return e;
}

static err open_writer(const struct connection_options *options, struct connection **ret)
{
    bool full, joined;
    str reserve = arena_printf(options->arena, "%.*s.reserve", STR_ARG(options->settings->storage));
    err e = file_prepare(options);
    if (!e) e = sqlite_log_check(options, &joined);
    if (e) return e;
    e = open_connection(options, joined, &full, ret);
    if (e && full && unlink(reserve.p) == 0) e = open_connection(options, joined, &full, ret);
    if (!e) reserve_create(reserve);
    return e;
}

err sqlite_open(const struct connection_options *options, struct connection **ret)
{
    bool full;
    if (sqlite3_libversion_number() < SQLITE_VERSION_MIN) {
        *options->ret_reason = arena_printf(options->arena, "SQLite %s can lose commits; 3.51.3 or later is required",
                                            sqlite3_libversion());
        return ERR_INTERNAL;
    }
    return options->access == ACCESS_WRITE ? open_writer(options, ret) : open_connection(options, false, &full, ret);
}

/* Closing the last connection of a file removes the log: not before the mark says that all of it is in the database. */
static void log_end(struct connection *connection)
{
    int frames = 0, moved = 0, code = SQLITE_BUSY;
    sqlite_archive_end(connection);
    if (!connection->joined && sqlite_archive_enter(connection)) {
        code = sqlite3_wal_checkpoint_v2(connection->db, NULL, SQLITE_CHECKPOINT_PASSIVE, &frames, &moved);
        sqlite_archive_leave(connection, frames, code == SQLITE_OK && frames == moved);
    }
    bool whole = code == SQLITE_OK && frames == moved && (frames <= 0 || sqlite_mark_write(connection, frames, true));
    if (!whole) sqlite3_db_config(connection->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
}

void sqlite_close(struct connection *connection)
{
    if (!connection) return;
    if (connection->mark >= 0)
        log_end(connection);
    else if (connection->writes && connection->db) /* a log that disappears must be marked as moved */
        sqlite3_db_config(connection->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
    if (connection->db) sqlite3_set_authorizer(connection->db, NULL, NULL); /* NULL: there was no memory for it */
    sqlite_finish(connection->begin);
    sqlite_finish(connection->commit);
    sqlite_finish(connection->rollback);
    sqlite_finish(connection->epoch);
    int code = sqlite3_close(connection->db);
    CHECK(code == SQLITE_OK); /* every statement was finished */
    sqlite_archive_close(connection->archive);
    if (connection->mark >= 0) close(connection->mark);
    free(connection);
}
