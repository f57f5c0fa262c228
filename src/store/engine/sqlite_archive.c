/* Every commit of an SQLite database goes into the spool of its archive (archive/spool.h), as the frames that it added
 * to the log. They are encrypted there already.
 *
 * The log is read through a descriptor of its own, right after each commit by this connection, and whenever the writer
 * looks for those of other processes. What is in the log stays there until a checkpoint has moved it, and the next
 * commit then begins a new log. So no commit is missed if
 *
 *  - a checkpoint runs only when all of the log is in the spool, and synchronised: the gate. Other processes make none,
 * as long as they see that the log is in use or that this one has the spool open;
 *  - the next log is archived from its first frame on. That it is the next one is known if the log before it ended with
 *    the last record: here because the last checkpoint moved exactly those frames, at the start because the mark
 *    (sqlite_log.c) says so.
 *
 * Anything else is a gap: another process wrote without archiving, a file was exchanged, the spool could not be written
 * until the log became too long. Then the log is archived from its first frame on, after a gap, and new bases are made.
 *
 * Commits that this process finds when it opens the database were made by one that was killed: no later than the log
 * was last written. */
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "archive/ship.h"
#include "base/check.h"
#include "base/clock.h"
#include "base/log.h"
#include "store/engine/sqlite_frames.h"

enum {
    FRAMES_AT_ONCE = 64,
    LOG_FRAMES_MAX = 256 << 10, /* a longer log is moved into the database, whatever that means for the archive */
    ARENA_SIZE = 1 << 20 | FRAMES_AT_ONCE * (LOG_FRAME_HEADER_SIZE + LOG_PAGE_MAX),
    MIB = 1 << 20,
};

struct sqlite_archive {
    struct arena *arena;
    const struct settings *settings;
    struct spool *spool;
    struct gate gate;
    struct signing_key key;
    struct ship *ship; /* NULL: not shipped by this process */
    str log_path;
    int log;      /* open for reading; -1: it does not exist yet */
    int database; /* likewise. Closing it releases SQLite's locks, so that comes after the connection is closed */
    uint32_t page_size;
    int64_t opened_ms;            /* while it is opened: when the log was last written; else 0 */
    bool complete_known;          /* else the next log begins after a gap */
    struct log_position complete; /* end of a log all of which is in the database */
    bool given_up;                /* nothing is archived until the next log begins */
    struct log_position given_up_at;
    bool failing;
    unsigned char *frames;
};

/* --- reading the log ---------------------------------------------------------------------------------------------- */

/* SQLite creates the log when it is used for the first time, and removes it with the last connection. */
static bool header_of(struct sqlite_archive *archive, struct log_header *ret_header)
{
    unsigned char bytes[LOG_HEADER_SIZE];
    if (archive->log < 0) archive->log = open(archive->log_path.p, O_RDONLY | O_CLOEXEC);
    return archive->log >= 0 && pread(archive->log, bytes, sizeof(bytes), 0) == (ssize_t)sizeof(bytes) &&
           log_header_read(bytes, ret_header);
}

static bool same_log(const struct log_position *position, const struct log_header *header)
{
    return memcmp(position->salts, header->salts, sizeof(header->salts)) == 0;
}

static struct log_position start_of(const struct log_header *header)
{
    return (struct log_position){.salts = {header->salts[0], header->salts[1]},
                                 .sums = {header->sum.one, header->sum.two}};
}

static off_t frame_offset(const struct log_header *header, uint32_t frame)
{
    return LOG_HEADER_SIZE + (off_t)(frame - 1) * (LOG_FRAME_HEADER_SIZE + (off_t)header->page_size);
}

/* Whether a frame is of this log and follows the position, which it advances. */
static bool frame_follows(const struct log_header *header, const unsigned char *frame, struct log_position *position)
{
    struct sum before = {position->sums[0], position->sums[1]}, sum = sum_at(frame + 16);
    if (word_at(frame, true) == 0 || word_at(frame + 8, true) != header->salts[0] ||
        word_at(frame + 12, true) != header->salts[1])
        return false;
    size_t size = LOG_FRAME_HEADER_SIZE + header->page_size;
    if (!sum_equal(sum, frame_sum_of(before, frame, size, header->big_endian))) return false;
    position->frame++;
    position->sums[0] = sum.one;
    position->sums[1] = sum.two;
    return true;
}

/* Whether the log has exactly this frame. */
static bool has_frame(const struct sqlite_archive *archive, const struct log_header *header,
                      const struct log_position *position)
{
    unsigned char frame[LOG_FRAME_HEADER_SIZE];
    if (!same_log(position, header) || position->frame == 0) return false;
    if (pread(archive->log, frame, sizeof(frame), frame_offset(header, position->frame)) != (ssize_t)sizeof(frame))
        return false;
    struct sum sum = sum_at(frame + 16);
    return word_at(frame + 8, true) == header->salts[0] && word_at(frame + 12, true) == header->salts[1] &&
           sum.one == position->sums[0] && sum.two == position->sums[1];
}

/* Reads frames behind a position: the known ones, or if there are none, what another process may have written. */
static size_t frames_read(const struct sqlite_archive *archive, const struct log_header *header,
                          const struct log_position *position, int known)
{
    size_t size = LOG_FRAME_HEADER_SIZE + header->page_size, count = FRAMES_AT_ONCE;
    off_t offset = frame_offset(header, position->frame + 1);
    unsigned char head[LOG_FRAME_HEADER_SIZE];
    if (known > 0 && (uint32_t)known > position->frame) {
        uint32_t left = (uint32_t)known - position->frame;
        if (left < count) count = left;
    } else {
        if (pread(archive->log, head, sizeof(head), offset) != (ssize_t)sizeof(head)) return 0;
        if (word_at(head + 8, true) != header->salts[0] || word_at(head + 12, true) != header->salts[1]) return 0;
    }
    ssize_t n = pread(archive->log, archive->frames, count * size, offset);
    return n > 0 ? (size_t)n / size : 0;
}

/* --- archiving ---------------------------------------------------------------------------------------------------- */

static err frames_add(struct sqlite_archive *archive, const struct spool_commit *commit, size_t first, size_t end)
{
    size_t size = LOG_FRAME_HEADER_SIZE + commit->page_size;
    str frames = {(const char *)archive->frames + first * size, (end - first) * size};
    return first < end ? spool_frames(archive->spool, commit, frames) : OK;
}

/* Adds the frames that were read, as far as they continue the log, with a record for each commit that ends in them.
 * *ret_end: no frame follows. */
static err frames_archive(struct sqlite_archive *archive, const struct log_header *header, size_t count,
                          struct spool_commit *commit, bool *ret_end)
{
    size_t first = 0, i = 0;
    for (; i < count; i++) {
        const unsigned char *frame = archive->frames + i * (LOG_FRAME_HEADER_SIZE + header->page_size);
        if (!frame_follows(header, frame, &commit->last)) break;
        commit->database_pages = word_at(frame + 4, true);
        if (commit->database_pages == 0) continue;
        err e = frames_add(archive, commit, first, i + 1);
        if (!e) e = spool_record(archive->spool, commit);
        if (e) return e;
        first = i + 1;
    }
    *ret_end = i < count;
    return frames_add(archive, commit, first, i);
}

/* Archives the commits behind the end of the spool, which is in this log. */
static err log_archive(struct sqlite_archive *archive, const struct log_header *header, int known)
{
    int64_t now_ms = clock_now_ms();
    bool end = false;
    err e = OK;
    struct spool_commit commit = {.page_size = header->page_size,
                                  .time_ms =
                                      archive->opened_ms && archive->opened_ms < now_ms ? archive->opened_ms : now_ms,
                                  .last = spool_end(archive->spool).position};
    while (!e && !end) {
        size_t count = frames_read(archive, header, &commit.last, known);
        if (count == 0) break;
        e = frames_archive(archive, header, count, &commit, &end);
    }
    if (!e) spool_drop(archive->spool); /* frames of a commit that is not complete */
    return e;
}

static void gap_report(const struct spool_end *end)
{
    if (end->gap) return; /* reported already, or the archive is new */
    LOG(LOG_ERROR, "archive_gap", LOG_INT("after_commit", (int64_t)end->commit),
        LOG_TEXT("reason", STR("the database was changed without archiving; a new base is made")));
}

/* Another log than that of the last record has begun. */
static void log_begun(struct sqlite_archive *archive, const struct log_header *header)
{
    struct spool_end end = spool_end(archive->spool);
    struct log_position start = start_of(header);
    bool next = archive->complete_known && memcmp(&end.position, &archive->complete, sizeof(end.position)) == 0;
    if (next) {
        spool_next_log(archive->spool, &start);
    } else {
        gap_report(&end);
        spool_gap(archive->spool, &start);
    }
    archive->given_up = false;
    end = spool_end(archive->spool);
    gate_moved(&archive->gate, &end);
}

static void failing_report(struct sqlite_archive *archive, err e)
{
    int reason = errno;
    if (e && !archive->failing)
        LOG(LOG_ERROR, "archive_failed", LOG_TEXT("during", STR("writing")),
            LOG_TEXT("reason", str_of(strerror(reason))));
    archive->failing = e != OK;
}

/* Archives everything that was committed. False: something is in the log that is not in the spool. */
static bool archive_all(struct connection *connection)
{
    struct sqlite_archive *archive = connection->archive;
    struct log_header header;
    if (spool_failed(archive->spool)) {
        gate_break(&archive->gate);
        spool_return(archive->spool);
    }
    if (!header_of(archive, &header)) return connection->log_frames == 0;
    if (archive->given_up && same_log(&archive->given_up_at, &header)) return false;
    struct spool_end end = spool_end(archive->spool);
    if (!same_log(&end.position, &header) || archive->given_up) log_begun(archive, &header);
    uint32_t before = spool_end(archive->spool).position.frame;
    err e = log_archive(archive, &header, connection->log_frames);
    uint32_t archived = spool_end(archive->spool).position.frame;
    failing_report(archive, e);
    if (archived > before && archived > (uint32_t)connection->log_frames) connection->log_frames = (int)archived;
    return !e && archived >= (uint32_t)connection->log_frames;
}

void sqlite_archive_look(struct connection *connection)
{
    if (connection->archive) (void)archive_all(connection);
}

/* --- checkpoints -------------------------------------------------------------------------------------------------- */

/* The log must become shorter, although it is not archived. */
static void give_up(struct sqlite_archive *archive)
{
    struct log_header header;
    if (archive->given_up || !header_of(archive, &header)) return;
    archive->given_up = true;
    archive->given_up_at = start_of(&header);
    archive->complete_known = false;
    LOG(LOG_ERROR, "archive_given_up", LOG_TEXT("reason", STR("the spool cannot be written, and the log is too long")));
}

bool sqlite_archive_enter(struct connection *connection)
{
    struct sqlite_archive *archive = connection->archive;
    if (!archive) return !connection->archived_elsewhere;
    bool must = connection->log_frames > LOG_FRAMES_MAX;
    bool archived = archive_all(connection) && spool_sync(archive->spool);
    if (!archived && must) give_up(archive);
    return (archived || archive->given_up) && gate_enter(&archive->gate, must);
}

void sqlite_archive_leave(struct connection *connection, int frames, bool complete)
{
    struct sqlite_archive *archive = connection->archive;
    if (!archive) return;
    (void)archive_all(connection); /* another process may have committed just before */
    struct spool_end end = spool_end(archive->spool);
    if (complete && frames > 0 && !archive->given_up && end.position.frame == (uint32_t)frames) {
        archive->complete_known = true;
        archive->complete = end.position;
        gate_moved(&archive->gate, &end);
    }
    gate_leave(&archive->gate);
}

bool sqlite_archive_awaits(const struct connection *connection)
{
    struct sqlite_archive *archive = connection->archive;
    return archive && (archive->given_up || gate_awaited(&archive->gate));
}

/* --- opening ------------------------------------------------------------------------------------------------------ */

static bool mark_is(const struct mark *mark, const struct log_position *position)
{
    return mark->moved && memcmp(mark->salts, position->salts, sizeof(mark->salts)) == 0 &&
           mark->frames == position->frame && mark->sum.one == position->sums[0] && mark->sum.two == position->sums[1];
}

/* Whether the log that the spool ends with was complete: the present one, if there is one, is the next. */
static bool log_ended(const struct connection *connection, const struct log_header *header,
                      const struct log_position *position)
{
    struct mark mark, before;
    sqlite_mark_read(connection, &mark, &before);
    bool marked = header && memcmp(mark.salts, header->salts, sizeof(mark.salts)) == 0;
    return mark_is(&mark, position) || (marked && mark_is(&before, position));
}

/* Finds out how the log continues what is archived. */
static void continuity_find(struct connection *connection)
{
    struct sqlite_archive *archive = connection->archive;
    struct spool_end end = spool_end(archive->spool);
    struct log_header header;
    bool begun = header_of(archive, &header);
    if (begun && has_frame(archive, &header, &end.position)) return;
    archive->complete_known = !end.gap && log_ended(connection, begun ? &header : NULL, &end.position);
    archive->complete = end.position;
    if (begun && (!archive->complete_known || !same_log(&end.position, &header))) {
        log_begun(archive, &header);
        return;
    }
    if (!archive->complete_known) {
        gap_report(&end);
        spool_gap(archive->spool, &(struct log_position){0});
        end = spool_end(archive->spool);
    }
    gate_moved(&archive->gate, &end);
}

static uint32_t page_size_of(sqlite3 *db)
{
    sqlite3_stmt *stmt = NULL;
    uint32_t size = 0;
    if (sqlite3_prepare_v2(db, "PRAGMA page_size", -1, &stmt, NULL) == SQLITE_OK && sqlite3_step(stmt) == SQLITE_ROW)
        size = (uint32_t)sqlite3_column_int(stmt, 0);
    sqlite3_finalize(stmt);
    return size;
}

/* When the log was last written, which is when its last commit was made. */
static int64_t log_written_ms(const struct sqlite_archive *archive)
{
    struct stat log;
    if (archive->log < 0 || fstat(archive->log, &log) != 0) return 0;
    return log.st_mtim.tv_sec * INT64_C(1000) + log.st_mtim.tv_nsec / 1000000;
}

static err database_read_open(struct sqlite_archive *archive, const struct connection_options *options)
{
    archive->database = open(options->settings->storage.p, O_RDONLY | O_CLOEXEC);
    if (archive->database >= 0) return OK;
    *options->ret_reason = arena_printf(options->arena, "cannot read the database: %s", strerror(errno));
    return ERR_INTERNAL;
}

static err settings_check(const struct connection_options *options)
{
    const struct settings *settings = options->settings;
    if (str_is(settings->cipher, "none")) {
        *options->ret_reason =
            STR("backup_to requires an encrypted database: with BOXOFFICE_CIPHER=none the archive would "
                "contain plain text, which is not supported; unset BOXOFFICE_BACKUP_TO");
        return ERR_INTERNAL;
    }
    str reason = STR_NONE;
    if (ship_check(settings, options->arena, &reason) == OK) return OK;
    *options->ret_reason = arena_printf(options->arena, "BOXOFFICE_BACKUP_TO: %.*s", STR_ARG(reason));
    return ERR_INTERNAL;
}

static struct sqlite_archive *archive_new(const struct settings *settings)
{
    struct arena *arena = arena_new(ARENA_SIZE);
    struct sqlite_archive *archive = ARENA_NEW(arena, struct sqlite_archive);
    archive->arena = arena;
    archive->settings = settings;
    archive->log_path = arena_printf(arena, "%.*s-wal", STR_ARG(settings->storage));
    archive->log = archive->database = -1;
    archive->frames = arena_alloc(arena, (size_t)FRAMES_AT_ONCE * (LOG_FRAME_HEADER_SIZE + LOG_PAGE_MAX));
    gate_init(&archive->gate);
    return archive;
}

static err archive_fill(struct sqlite_archive *archive, struct connection *connection,
                        const struct connection_options *options)
{
    str folder = arena_printf(options->arena, "%.*s.archive", STR_ARG(options->settings->storage));
    err e = spool_open(folder, options->settings->backup_backlog_mib * MIB, options->arena, options->ret_reason,
                       &archive->spool);
    if (!e) e = signing_key_read(options->settings, options->arena, options->ret_reason, &archive->key);
    if (!e) e = database_read_open(archive, options);
    archive->page_size = page_size_of(connection->db);
    return e;
}

err sqlite_archive_open(struct connection *connection, const struct connection_options *options)
{
    str folder = arena_printf(options->arena, "%.*s.archive", STR_ARG(options->settings->storage));
    connection->archived_elsewhere = connection->joined && access(folder.p, F_OK) == 0;
    if (options->settings->backup_to.n == 0) return OK;
    err e = settings_check(options);
    if (e) return e;
    struct sqlite_archive *archive = archive_new(options->settings);
    e = archive_fill(archive, connection, options);
    if (e) sqlite_archive_close(archive);
    if (e == ERR_STATE_CONFLICT) {
        connection->joined = connection->archived_elsewhere = true;
        return OK;
    }
    if (e) return ERR_INTERNAL;
    connection->archived_elsewhere = false;
    connection->archive = archive;
    continuity_find(connection);
    archive->opened_ms = log_written_ms(archive);
    (void)archive_all(connection);
    archive->opened_ms = 0;
    return OK;
}

int sqlite_archive_begin(struct connection *connection)
{
    struct sqlite_archive *archive = connection->archive;
    char sql[64];
    sqlite3_stmt *stmt = NULL;
    if (!archive || !spool_end(archive->spool).gap) return SQLITE_OK;
    int code = sqlite3_prepare_v2(connection->db, "PRAGMA user_version", -1, &stmt, NULL);
    if (code == SQLITE_OK) code = sqlite3_step(stmt);
    int version = code == SQLITE_ROW ? sqlite3_column_int(stmt, 0) : 0;
    sqlite3_finalize(stmt);
    if (code != SQLITE_ROW) return code;
    snprintf(sql, sizeof(sql), "PRAGMA user_version=%d", version); /* writes the first page, unchanged */
    return sqlite3_exec(connection->db, sql, NULL, NULL, NULL);
}

/* --- closing ------------------------------------------------------------------------------------------------------ */

void sqlite_archive_end(struct connection *connection)
{
    struct sqlite_archive *archive = connection->archive;
    if (!archive) return;
    (void)archive_all(connection);
    if (ship_end(archive->ship)) {
        archive->ship = NULL;
        return;
    }
    connection->archive = NULL; /* what a place still uses is left to the end of the process */
    connection->joined = true;
}

void sqlite_archive_close(struct sqlite_archive *archive)
{
    if (!archive) return;
    spool_close(archive->spool);
    if (archive->log >= 0) close(archive->log);
    if (archive->database >= 0) close(archive->database);
    gate_end(&archive->gate);
    sodium_memzero(&archive->key, sizeof(archive->key));
    arena_free(archive->arena);
}

/* --- places ------------------------------------------------------------------------------------------------------- */

static err archive_start(struct connection *connection)
{
    struct sqlite_archive *archive = connection->archive;
    if (!archive) return ERR_STATE_CONFLICT;
    const struct base_source source = {.gate = &archive->gate,
                                       .spool = archive->spool,
                                       .key = &archive->key,
                                       .database = archive->database,
                                       .page_size = archive->page_size};
    archive->ship = ship_start(&source, archive->settings);
    return OK;
}

static void archive_request_base(struct connection *connection)
{
    if (connection->archive && connection->archive->ship) ship_request_base(connection->archive->ship);
}

static bool archive_state(struct connection *connection, size_t place, struct place_state *ret_state)
{
    return connection->archive && ship_state(connection->archive->ship, place, ret_state);
}

static bool archive_commit(struct connection *connection, uint64_t *ret_commit)
{
    struct sqlite_archive *archive = connection->archive;
    if (!archive || !archive_all(connection)) return false;
    struct spool_end end = spool_end(archive->spool);
    *ret_commit = end.commit;
    return !end.gap;
}

const struct engine_archive sqlite_archive = {
    .start = archive_start,
    .request_base = archive_request_base,
    .state = archive_state,
    .commit = archive_commit,
};
