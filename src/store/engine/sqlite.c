/* SQLite behind the engine seam: the only file that knows it.
 *
 * The database is one encrypted file (SQLite3 Multiple Ciphers) with a write-ahead log. Invariants:
 *  - a commit returns only after the log is synchronised (synchronous=FULL); an error while writing or synchronising
 * ends the process, because what the disk then holds cannot be known (a retried fsync may lie);
 *  - automatic checkpoints are off; the writer alone moves the log into the file, between transactions (tend);
 *  - a reader of a role has an authorizer that denies everything by default and lets base tables be read only from
 * within that connection's secret views (schema/policy.h);
 *  - nothing temporary ever touches the disk, where it would not be encrypted. */
#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/check.h"
#include "base/log.h"
#include "base/money.h"
#include "base/random.h"
#include "base/time_text.h"
#include "schema/policy.h"
#include "store/engine/engine.h"
#include "store/engine/sqlite.h"

/* Below it commits can be lost when a checkpoint and a writer reset the log at the same moment. */
enum { SQLITE_VERSION_MIN = 3051003 };

enum {
    KEY_BYTES = 32,
    KEY_TEXT_SIZE = 2 * KEY_BYTES,
    SECRET_SIZE = 2 * 16,
    BUSY_MS = 5000,
    RESTART_BUSY_MS = 50,
    CHECKPOINT_FRAMES = 8192,     /* log frames at which a busy writer checkpoints */
    CHECKPOINT_IDLE_FRAMES = 256, /* and an idle one */
    RESTART_FRAMES = 64 * 1024,   /* readers have kept the log from being reset for long: wait for them */
    SCRIPT_MAX = 8 << 20,
};

struct connection {
    sqlite3 *db;
    char secret[SECRET_SIZE + 1]; /* prefix of the policy views; "" for connections without row rules */
    bool writes;
    bool trusted; /* the running statement is our own, not a query's */
    int64_t actor_id;
    int log_frames;
    int checkpoint_at; /* log frames before which another checkpoint is not tried */
    struct statement *begin, *commit, *rollback;
};

struct statement {
    sqlite3_stmt *stmt;
    struct connection *connection;
};

/* --- errors ------------------------------------------------------------------------------------------------------- */

static err error_of(struct connection *connection, int code)
{
    switch (code & 0xff) {
    case SQLITE_OK:
    case SQLITE_ROW:
    case SQLITE_DONE:
        return OK;
    case SQLITE_FULL:
        return ERR_STORAGE_FULL;
    case SQLITE_BUSY:
        return ERR_OVERLOADED;
    case SQLITE_AUTH:
        return ERR_FORBIDDEN;
    case SQLITE_CONSTRAINT: {
        int extended = sqlite3_extended_errcode(connection->db);
        bool taken = extended == SQLITE_CONSTRAINT_UNIQUE || extended == SQLITE_CONSTRAINT_PRIMARYKEY;
        return taken ? ERR_DUPLICATE : ERR_STATE_CONFLICT;
    }
    default:
        LOG(LOG_ERROR, "sqlite", LOG_INT("code", sqlite3_extended_errcode(connection->db)));
        return ERR_INTERNAL;
    }
}

/* The text of the last error; it may quote SQL of ours but never a bound value. */
static str reason_of(struct arena *arena, sqlite3 *db, const char *what)
{
    return arena_printf(arena, "%s: %s", what, db ? sqlite3_errmsg(db) : "out of memory");
}

static _Noreturn void end_process(struct connection *connection, const char *during)
{
    LOG(LOG_ERROR, "durability_unknown", LOG_TEXT("during", str_of(during)),
        LOG_INT("code", sqlite3_extended_errcode(connection->db)));
    _exit(1);
}

/* --- the key ------------------------------------------------------------------------------------------------------ */

static bool encrypted(const struct settings *settings)
{
    return !str_is(settings->cipher, "none");
}

static str key_path(const struct settings *settings, struct arena *arena)
{
    return settings->key_file.n ? settings->key_file : arena_printf(arena, "%.*s.key", STR_ARG(settings->storage));
}

/* Makes a file durable by name: its folder is synchronised too. */
static bool sync_folder(const char *path)
{
    char folder[4096];
    const char *slash = strrchr(path, '/');
    snprintf(folder, sizeof(folder), "%.*s", slash ? (int)(slash - path + 1) : 1, slash ? path : ".");
    int handle = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool synced = handle >= 0 && fsync(handle) == 0;
    if (handle >= 0) close(handle);
    return synced;
}

static bool key_create(const char *path)
{
    char text[KEY_TEXT_SIZE + 2];
    random_hex(text, KEY_BYTES);
    text[KEY_TEXT_SIZE] = '\n';
    int handle = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (handle < 0) return errno == EEXIST;
    bool written = write(handle, text, KEY_TEXT_SIZE + 1) == KEY_TEXT_SIZE + 1 && fsync(handle) == 0;
    close(handle);
    sodium_memzero(text, sizeof(text));
    if (!written) unlink(path);
    return written && sync_folder(path);
}

/* Reads 64 hex digits; the caller wipes them. */
static bool key_read(const char *path, char text[static KEY_TEXT_SIZE + 1])
{
    int handle = open(path, O_RDONLY | O_CLOEXEC);
    if (handle < 0) return false;
    ssize_t n = read(handle, text, KEY_TEXT_SIZE);
    close(handle);
    text[KEY_TEXT_SIZE] = '\0';
    return n == KEY_TEXT_SIZE && strspn(text, "0123456789abcdefABCDEF") == KEY_TEXT_SIZE;
}

static err key_apply(sqlite3 *db, const struct connection_options *options)
{
    str path = key_path(options->settings, options->arena);
    char key[sizeof("raw:") + KEY_TEXT_SIZE] = "raw:";
    char pragma[64];
    if (!key_read(path.p, key + 4)) {
        *options->ret_reason =
            arena_printf(options->arena, "cannot read the database key %s: 64 hex digits are expected", path.p);
        return ERR_INTERNAL;
    }
    snprintf(pragma, sizeof(pragma), "PRAGMA cipher='%.*s'", STR_ARG(options->settings->cipher));
    int code = sqlite3_exec(db, pragma, NULL, NULL, NULL);
    if (code == SQLITE_OK) code = sqlite3_key(db, key, (int)strlen(key));
    sodium_memzero(key, sizeof(key));
    if (code == SQLITE_OK) return OK;
    *options->ret_reason = reason_of(options->arena, db, "cannot use the database key");
    return ERR_INTERNAL;
}

/* --- row rules ---------------------------------------------------------------------------------------------------- */

/* What queries may call; anything else, load_extension and the like included, is denied. */
static bool function_allowed(const char *name)
{
    static const char *const allowed[] = {"actor_id", "count",  "sum",    "min",    "max",    "avg",   "total",
                                          "coalesce", "ifnull", "nullif", "substr", "length", "lower", "upper",
                                          "like",     "abs",    "round",  "rank",   "bm25",   "match"};
    for (size_t i = 0; i < COUNT_OF(allowed); i++) {
        if (sqlite3_stricmp(name, allowed[i]) == 0) return true;
    }
    return false;
}

static bool from_secret_view(const struct connection *connection, const char *context)
{
    return context && strncmp(context, connection->secret, SECRET_SIZE) == 0 && context[SECRET_SIZE] == '_';
}

/* The views with table names, and the secret ones below them, are in the temp database; everything else is not. */
static bool read_allowed(const struct connection *connection, const char *table, const char *database,
                         const char *context)
{
    if (from_secret_view(connection, context)) return true;
    if (connection->trusted && strstr(table, "Search")) return true;
    return database && strcmp(database, "temp") == 0 && strncmp(table, "sqlite_", 7) != 0;
}

/* SQLite asks when a statement is prepared, and again when it prepares it anew. */
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
        /* the full-text index asks whether somebody else wrote */
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
    bool empty = true;
    if (sqlite3_prepare_v2(db, "SELECT 1 FROM sqlite_master WHERE name = 'AuditContexts'", -1, &stmt, NULL) ==
        SQLITE_OK) {
        empty = sqlite3_step(stmt) != SQLITE_ROW;
    }
    sqlite3_finalize(stmt);
    return empty;
}

static err views_create(struct connection *connection, const struct connection_options *options)
{
    if (database_empty(connection->db)) {
        *options->ret_reason = arena_printf(options->arena, "the database has no tables yet: run db:migrate");
        return ERR_INTERNAL;
    }
    if (role_views_create(connection, options->role, options->arena) != SQLITE_OK) {
        *options->ret_reason = reason_of(options->arena, connection->db, "cannot set up the row rules");
        return ERR_INTERNAL;
    }
    return OK;
}

/* --- opening ------------------------------------------------------------------------------------------------------ */

static int log_grew(void *context, sqlite3 *db, const char *database, int frames)
{
    (void)db, (void)database;
    struct connection *connection = context;
    connection->log_frames = frames;
    return SQLITE_OK;
}

/* SQLite answers with the mode that it really uses. */
static int use_log(struct connection *connection)
{
    sqlite3_stmt *stmt = NULL;
    int code = sqlite3_prepare_v2(connection->db, "PRAGMA journal_mode=WAL", -1, &stmt, NULL);
    if (code == SQLITE_OK) code = sqlite3_step(stmt);
    bool used = code == SQLITE_ROW && strcmp((const char *)sqlite3_column_text(stmt, 0), "wal") == 0;
    sqlite3_finalize(stmt);
    if (code == SQLITE_ROW) return used ? SQLITE_OK : SQLITE_CANTOPEN;
    return code == SQLITE_DONE ? SQLITE_CANTOPEN : code;
}

static int configure(struct connection *connection, const struct connection_options *options)
{
    char pragmas[512];
    int64_t cache = options->settings->cache_kib;
    bool writes = connection->writes;
    snprintf(pragmas, sizeof(pragmas),
             "PRAGMA busy_timeout=%d; PRAGMA cache_size=-%lld; PRAGMA temp_store=MEMORY; PRAGMA mmap_size=0;"
             "PRAGMA trusted_schema=OFF; PRAGMA foreign_keys=ON; PRAGMA wal_autocheckpoint=0; PRAGMA synchronous=FULL;"
             "PRAGMA cell_size_check=ON",
             BUSY_MS, (long long)(writes ? cache : cache / 4));
    int code = sqlite3_exec(connection->db, pragmas, NULL, NULL, NULL);
    if (code == SQLITE_OK && writes) code = use_log(connection);
    if (code != SQLITE_OK) return code;
    sqlite3_db_config(connection->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    sqlite3_db_config(connection->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, writes ? 0 : 1, NULL);
    sqlite3_wal_hook(connection->db, log_grew, connection);
    return sqlite3_create_function(connection->db, "actor_id", 0,
                                   SQLITE_UTF8 | SQLITE_INNOCUOUS | (writes ? 0 : SQLITE_DETERMINISTIC), connection,
                                   actor_id_function, NULL, NULL);
}

static void sqlite_close(struct connection *connection);

/* The folder that the database stands in, if it is missing; its parent must exist. */
static bool folder_create(str path, struct arena *arena)
{
    const char *slash = strrchr(path.p, '/');
    if (!slash || slash == path.p) return true;
    str folder = arena_copy(arena, str_first(path, (size_t)(slash - path.p)));
    return mkdir(folder.p, 0700) == 0 || errno == EEXIST;
}

static err file_prepare(const struct connection_options *options)
{
    const struct settings *settings = options->settings;
    str key = key_path(settings, options->arena);
    if (access(settings->storage.p, F_OK) == 0) return OK;
    if (!options->create) {
        *options->ret_reason =
            arena_printf(options->arena, "database %s does not exist; run db:create", settings->storage.p);
        return ERR_NOT_FOUND;
    }
    if (!folder_create(settings->storage, options->arena)) {
        *options->ret_reason = arena_printf(options->arena, "cannot create the folder of %s", settings->storage.p);
        return ERR_INTERNAL;
    }
    if (encrypted(settings) && !key_create(key.p)) {
        *options->ret_reason = arena_printf(options->arena, "cannot write the database key %s", key.p);
        return ERR_INTERNAL;
    }
    /* SQLite gives the log the rights of the file. */
    int handle = open(settings->storage.p, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    if (handle >= 0) {
        close(handle);
        return OK;
    }
    *options->ret_reason = arena_printf(options->arena, "cannot create %s", settings->storage.p);
    return ERR_INTERNAL;
}

/* The first read proves the key. */
static err open_configured(struct connection *connection, const struct connection_options *options)
{
    err e = encrypted(options->settings) ? key_apply(connection->db, options) : OK;
    if (e) return e;
    int code = sqlite3_exec(connection->db, "SELECT count(*) FROM sqlite_master", NULL, NULL, NULL);
    if (code == SQLITE_OK) code = configure(connection, options);
    if (code != SQLITE_OK) {
        bool unreadable = code == SQLITE_NOTADB;
        *options->ret_reason =
            reason_of(options->arena, connection->db,
                      unreadable ? "cannot open the database (wrong key or cipher?)" : "cannot open the database");
        return ERR_INTERNAL;
    }
    if (connection->writes) return OK;
    if (options->role != ROLE_SYSTEM) e = views_create(connection, options);
    if (e) return e;
    if (sqlite3_exec(connection->db, "PRAGMA query_only=ON", NULL, NULL, NULL) != SQLITE_OK) {
        *options->ret_reason = reason_of(options->arena, connection->db, "cannot make the connection read-only");
        return ERR_INTERNAL;
    }
    if (options->role != ROLE_SYSTEM) sqlite3_set_authorizer(connection->db, authorize, connection);
    return OK;
}

static err sqlite_open(const struct connection_options *options, struct connection **ret)
{
    if (sqlite3_libversion_number() < SQLITE_VERSION_MIN) {
        *options->ret_reason = arena_printf(options->arena, "SQLite %s can lose commits; 3.51.3 or later is required",
                                            sqlite3_libversion());
        return ERR_INTERNAL;
    }
    err e = file_prepare(options);
    if (e) return e;
    struct connection *connection = calloc(1, sizeof(*connection));
    CHECK(connection != NULL);
    connection->writes = options->access == ACCESS_WRITE;
    int code = sqlite3_open_v2(options->settings->storage.p, &connection->db, SQLITE_OPEN_READWRITE, NULL);
    if (code != SQLITE_OK) {
        *options->ret_reason = reason_of(options->arena, connection->db, "cannot open the database");
        sqlite_close(connection);
        return ERR_INTERNAL;
    }
    sqlite3_busy_timeout(connection->db, BUSY_MS);
    e = open_configured(connection, options);
    if (e) {
        sqlite_close(connection);
        return e;
    }
    *ret = connection;
    return OK;
}

/* --- statements --------------------------------------------------------------------------------------------------- */

static err sqlite_prepare(struct connection *connection, str sql, struct statement **ret)
{
    sqlite3_stmt *stmt;
    int code = sqlite3_prepare_v3(connection->db, sql.p, (int)sql.n, SQLITE_PREPARE_PERSISTENT, &stmt, NULL);
    if (code != SQLITE_OK) return error_of(connection, code);
    struct statement *statement = calloc(1, sizeof(*statement));
    CHECK(statement != NULL);
    *statement = (struct statement){stmt, connection};
    *ret = statement;
    return OK;
}

static void sqlite_finish(struct statement *statement)
{
    if (!statement) return;
    sqlite3_finalize(statement->stmt);
    free(statement);
}

static void sqlite_bind_int(struct statement *statement, int parameter, int64_t value)
{
    int code = sqlite3_bind_int64(statement->stmt, parameter, value);
    CHECK(code == SQLITE_OK);
}

static void sqlite_bind_bool(struct statement *statement, int parameter, bool value)
{
    sqlite_bind_int(statement, parameter, value);
}

static void sqlite_bind_text(struct statement *statement, int parameter, str value)
{
    int code = value.p ? sqlite3_bind_text64(statement->stmt, parameter, value.p, value.n, SQLITE_STATIC, SQLITE_UTF8)
                       : sqlite3_bind_null(statement->stmt, parameter);
    CHECK(code == SQLITE_OK);
}

static err sqlite_step(struct statement *statement, bool *ret_row)
{
    int code = sqlite3_step(statement->stmt);
    if (code == SQLITE_ROW || code == SQLITE_DONE) {
        *ret_row = code == SQLITE_ROW;
        return OK;
    }
    return error_of(statement->connection, code);
}

static void sqlite_reset(struct statement *statement)
{
    sqlite3_reset(statement->stmt);
}

static err sqlite_send(struct statement *statement)
{
    bool row;
    err e = sqlite_step(statement, &row);
    sqlite_reset(statement);
    return e;
}

static int64_t sqlite_column_int(struct statement *statement, int column)
{
    return sqlite3_column_int64(statement->stmt, column);
}

static str sqlite_column_text(struct statement *statement, int column)
{
    const char *text = (const char *)sqlite3_column_text(statement->stmt, column);
    if (!text) return STR_NONE;
    return (str){text, (size_t)sqlite3_column_bytes(statement->stmt, column)};
}

static void sqlite_for_values(struct statement *statement)
{
    (void)statement;
}

static int64_t sqlite_column_time(struct statement *statement, int column)
{
    str text = sqlite_column_text(statement, column);
    int64_t ms;
    return text.p && time_from_text(text, &ms) ? ms : 0;
}

static int64_t sqlite_column_money(struct statement *statement, int column)
{
    int64_t minor;
    return money_from_text(sqlite_column_text(statement, column), &minor) ? minor : 0;
}

static int sqlite_columns(struct statement *statement)
{
    return sqlite3_column_count(statement->stmt);
}

static err sqlite_execute(struct connection *connection, str sql, struct arena *arena, str *ret_reason)
{
    CHECK(sql.n < SCRIPT_MAX);
    str text = arena_copy(arena, sql); /* NUL-terminated */
    int code = sqlite3_exec(connection->db, text.p, NULL, NULL, NULL);
    if (code == SQLITE_OK) return OK;
    if (ret_reason) *ret_reason = arena_printf(arena, "%s", sqlite3_errmsg(connection->db));
    return error_of(connection, code);
}

/* --- transactions ------------------------------------------------------------------------------------------------- */

static err control(struct connection *connection, struct statement **statement, const char *sql)
{
    bool row;
    connection->trusted = true;
    err e = *statement ? OK : sqlite_prepare(connection, str_of(sql), statement);
    if (!e) {
        e = sqlite_step(*statement, &row);
        sqlite_reset(*statement);
    }
    connection->trusted = false;
    return e;
}

/* A writer takes the write lock at once, so that it never has to give up half-way. */
static err sqlite_begin(struct connection *connection, const struct transaction *transaction)
{
    connection->actor_id = transaction ? transaction->actor_id : 0;
    return control(connection, &connection->begin, connection->writes ? "BEGIN IMMEDIATE" : "BEGIN");
}

static err sqlite_commit(struct connection *connection)
{
    err e = control(connection, &connection->commit, "COMMIT");
    if (e == ERR_INTERNAL) end_process(connection, "commit");
    return e;
}

static void sqlite_rollback(struct connection *connection)
{
    if (sqlite3_get_autocommit(connection->db)) return;
    err e = control(connection, &connection->rollback, "ROLLBACK");
    if (e) end_process(connection, "rollback");
}

static void sqlite_last(struct connection *connection)
{
    (void)connection; /* nothing travels */
}

static err sqlite_act_as(struct connection *connection, int64_t actor_id)
{
    connection->actor_id = actor_id;
    return OK;
}

/* This process alone serves the file, and tells its caches itself. */
static int64_t sqlite_people_epoch(struct connection *connection)
{
    (void)connection;
    return 0;
}

static void sqlite_close(struct connection *connection)
{
    if (!connection) return;
    sqlite3_set_authorizer(connection->db, NULL, NULL);
    sqlite_finish(connection->begin);
    sqlite_finish(connection->commit);
    sqlite_finish(connection->rollback);
    int code = sqlite3_close(connection->db);
    CHECK(code == SQLITE_OK); /* every statement was finished */
    free(connection);
}

/* --- search ------------------------------------------------------------------------------------------------------- */

static void sqlite_trust(struct connection *connection, bool trusted)
{
    connection->trusted = trusted;
}

static void sqlite_search_join(struct buf *out, const struct entity *entity)
{
    buf_printf(out,
               " JOIN (SELECT \"rowid\" AS \"found\", \"rank\" FROM main.\"%sSearch\" WHERE \"%sSearch\" MATCH ?) "
               "ON \"found\" = \"%s\".\"id\"",
               entity->table, entity->table, entity->table);
}

/* What FTS5 takes for no part of a word. What else it does so is beyond ASCII, and joins words to a phrase. */
static bool between_words(char c)
{
    bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'), digit = c >= '0' && c <= '9';
    return (unsigned char)c < 0x80 && !letter && !digit;
}

/* Every word must occur, as a prefix; quoted, so that nothing typed is an operator. */
static str sqlite_search_words(struct arena *arena, str words)
{
    struct buf out = buf_new(arena, 4096);
    while (words.n > 0) {
        size_t end = 0;
        while (end < words.n && !between_words(words.p[end])) end++;
        if (end > 0) buf_printf(&out, "\"%.*s\"* ", (int)end, words.p);
        words = str_from(words, end + 1);
    }
    return out.n && !out.full ? buf_str(&out) : STR("\"\"");
}

/* SQLite's LIKE ignores the case of ASCII letters. */
static void sqlite_like(struct buf *out, const char *table, const char *column)
{
    buf_printf(out, "\"%s\".\"%s\" LIKE ? ESCAPE '\\'", table, column);
}

/* The sequence alone would do, but another client may have set it back. However many are wanted, all that follow are
 * free. */
static void sqlite_free_ids(struct buf *out, const struct entity *entity)
{
    buf_printf(out,
               "SELECT 1 + max(coalesce((SELECT \"seq\" FROM \"sqlite_sequence\" WHERE \"name\" = '%s'), 0), "
               "coalesce((SELECT max(\"id\") FROM \"%s\"), 0)) WHERE ? > 0",
               entity->table, entity->table);
}

/* --- housekeeping ------------------------------------------------------------------------------------------------- */

/* Moves the log into the file. Waits for readers for a moment only, and only when they have kept the log from being
 * reset for long: nobody's commit hangs on somebody's long look. */
static int checkpoint(struct connection *connection, int *ret_left)
{
    int log = 0, done = 0;
    bool restart = connection->log_frames > RESTART_FRAMES;
    int mode = restart ? SQLITE_CHECKPOINT_RESTART : SQLITE_CHECKPOINT_PASSIVE;
    sqlite3_busy_timeout(connection->db, restart ? RESTART_BUSY_MS : 0);
    int code = sqlite3_wal_checkpoint_v2(connection->db, NULL, mode, &log, &done);
    sqlite3_busy_timeout(connection->db, BUSY_MS);
    *ret_left = code == SQLITE_OK ? log - done : log;
    return code;
}

/* What could not be done now is tried again when the log has grown; until then everything is safe in the log. That
 * includes a full disk: the file may have to grow for what the log already holds. */
static int sqlite_tend(struct connection *connection, bool idle, uint64_t *ret_log_frames)
{
    int frames = connection->log_frames, left;
    *ret_log_frames = (uint64_t)frames;
    if (frames < (idle ? CHECKPOINT_IDLE_FRAMES : CHECKPOINT_FRAMES) || frames < connection->checkpoint_at) return 0;
    int code = checkpoint(connection, &left);
    if (code == SQLITE_OK && left == 0) {
        connection->log_frames = 0; /* the hook tells anew with the next commit */
        connection->checkpoint_at = 0;
        return 1;
    }
    if (code == SQLITE_FULL) LOG(LOG_WARNING, "disk_full", LOG_TEXT("during", STR("checkpoint")));
    if (code != SQLITE_OK && code != SQLITE_FULL && (code & 0xff) != SQLITE_BUSY) end_process(connection, "checkpoint");
    connection->checkpoint_at = frames + CHECKPOINT_FRAMES / 4;
    return 0;
}

/* Words taken out of an index stay in its old segments until these are merged into one. Costs the more the larger the
 * index is, and little when nothing was taken out. */
static err sqlite_purge(struct connection *connection)
{
    char sql[256];
    for (size_t i = 0; i < ENTITY_COUNT; i++) {
        const struct entity *entity = entity_of((enum entity_id)i);
        if (!entity_searchable_personal(entity)) continue;
        snprintf(sql, sizeof(sql), "INSERT INTO \"%sSearch\" (\"%sSearch\") VALUES ('optimize')", entity->table,
                 entity->table);
        int code = sqlite3_exec(connection->db, sql, NULL, NULL, NULL);
        if (code != SQLITE_OK) return error_of(connection, code);
    }
    return OK;
}

static str sqlite_display_name(const struct settings *settings, struct arena *arena)
{
    (void)arena;
    return settings->storage;
}

/* A lock on a file beside the database. */
struct held_lock {
    int handle;
};

/* Serving or not: one process has the file. */
static err sqlite_lock(const struct settings *settings, enum store_lock store_lock, struct held_lock **ret_held)
{
    (void)store_lock;
    char path[4096 + 8];
    snprintf(path, sizeof(path), "%.*s.lock", STR_ARG(settings->storage));
    int handle = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (handle < 0) return ERR_INTERNAL;
    if (flock(handle, LOCK_EX | LOCK_NB) != 0) {
        close(handle);
        return ERR_STATE_CONFLICT;
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
    static const char *const suffixes[] = {"-wal", "-shm", ".lock"};
    struct held_lock *held_lock;
    if (access(settings->storage.p, F_OK) != 0) {
        *ret_reason = arena_printf(arena, "database %s does not exist", settings->storage.p);
        return ERR_NOT_FOUND;
    }
    if (sqlite_lock(settings, STORE_LOCK_EXCLUSIVE, &held_lock) != OK) {
        *ret_reason = arena_printf(arena, "a server is using %s", settings->storage.p);
        return ERR_STATE_CONFLICT;
    }
    int failed = unlink(settings->storage.p);
    for (size_t i = 0; i < COUNT_OF(suffixes); i++) {
        unlink(arena_printf(arena, "%.*s%s", STR_ARG(settings->storage), suffixes[i]).p);
    }
    sqlite_unlock(held_lock);
    if (!failed && sync_folder(settings->storage.p)) return OK;
    *ret_reason = arena_printf(arena, "cannot remove %s", settings->storage.p);
    return ERR_INTERNAL;
}

/* --- copies ------------------------------------------------------------------------------------------------------- */

/* The file itself, by whatever path. */
static err sqlite_identity(struct connection *connection, struct arena *arena, str *ret_identity)
{
    struct stat file;
    if (stat(sqlite3_db_filename(connection->db, "main"), &file) != 0) return ERR_INTERNAL;
    *ret_identity = arena_printf(arena, "%llu/%llu", (unsigned long long)file.st_dev, (unsigned long long)file.st_ino);
    return OK;
}

/* There is one writer at a time anyway. */
static err sqlite_begin_frozen(struct connection *connection, int64_t ms)
{
    (void)ms;
    return sqlite_begin(connection, NULL);
}

/* References can only be switched off outside of transactions. */
static err sqlite_begin_raw(struct connection *connection, struct arena *arena, str *ret_reason)
{
    sqlite3_db_config(connection->db, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
    err e = sqlite_execute(connection, STR("PRAGMA foreign_keys=OFF"), arena, ret_reason);
    return e ? e : sqlite_begin(connection, NULL);
}

static void sqlite_last_id(struct buf *out, const struct entity *entity)
{
    buf_printf(out,
               "SELECT max(coalesce((SELECT max(\"seq\") FROM \"sqlite_sequence\" WHERE \"name\" = '%s'), 0), "
               "coalesce((SELECT max(\"id\") FROM \"%s\"), 0))",
               entity->table, entity->table);
}

static void sqlite_set_last_id(struct buf *out, const struct entity *entity, int64_t id)
{
    buf_printf(out,
               "DELETE FROM \"sqlite_sequence\" WHERE \"name\" = '%s';\n"
               "INSERT INTO \"sqlite_sequence\" (\"name\", \"seq\") VALUES ('%s', %lld);\n",
               entity->table, entity->table, (long long)id);
}

const struct engine engine_sqlite = {
    .name = "sqlite",
    .dialect = DIALECT_SQLITE,
    .open = sqlite_open,
    .close = sqlite_close,
    .execute = sqlite_execute,
    .prepare = sqlite_prepare,
    .finish = sqlite_finish,
    .bind_int = sqlite_bind_int,
    .bind_bool = sqlite_bind_bool,
    .bind_text = sqlite_bind_text,
    .step = sqlite_step,
    .send = sqlite_send,
    .reset = sqlite_reset,
    .column_int = sqlite_column_int,
    .column_text = sqlite_column_text,
    .columns = sqlite_columns,
    .for_values = sqlite_for_values,
    .column_time = sqlite_column_time,
    .column_money = sqlite_column_money,
    .begin = sqlite_begin,
    .commit = sqlite_commit,
    .rollback = sqlite_rollback,
    .last = sqlite_last,
    .act_as = sqlite_act_as,
    .people_epoch = sqlite_people_epoch,
    .trust = sqlite_trust,
    .search_join = sqlite_search_join,
    .search_words = sqlite_search_words,
    .like = sqlite_like,
    .free_ids = sqlite_free_ids,
    .find_table = "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?",
    /* A table is built anew by dropping the old one, which must not touch rows that refer to it. The switch has no
     * effect inside of a transaction. */
    .migration = {.before = "PRAGMA foreign_keys=OFF",
                  .check = "SELECT 1 FROM pragma_foreign_key_check LIMIT 1",
                  .after = "PRAGMA foreign_keys=ON"},
    .tend = sqlite_tend,
    .purge = sqlite_purge,
    .structure = sqlite_structure,
    .display_name = sqlite_display_name,
    .store_lock = sqlite_lock,
    .unlock = sqlite_unlock,
    .drop = sqlite_drop,
    .identity = sqlite_identity,
    .begin_frozen = sqlite_begin_frozen,
    .begin_raw = sqlite_begin_raw,
    .last_id = sqlite_last_id,
    .set_last_id = sqlite_set_last_id,
};
