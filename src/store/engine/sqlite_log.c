/* The log of an SQLite database (its "-wal" file): whether it is whole, and a mark of what was acknowledged.
 *
 * SQLite recovers a log up to the first frame whose checksum is wrong, and takes that for the end, because a crash
 * leaves such a tail: the frames of one commit that was not synchronised yet. Damage looks the same to it, and all
 * later commits disappear silently. So the log is read here before SQLite recovers it. Format:
 * https://sqlite.org/fileformat2.html#walformat. How damage differs from a tail:
 *
 *  - Each commit is synchronised before the next one is written, and every start begins a new log, with new salts. So
 *    with the salts of this log at most one commit follows a bad frame: the one that the frame belongs to. More is
 *    damage. A checksum continues that of the frame before, so it also shows whether two frames follow each other.
 *    Salts, page number and commit size are not encrypted; the checksum is that of the encrypted page.
 *  - After each commit was synchronised, the number of its last frame is written to the mark, a file next to the
 *    database. It is not synchronised then, so after a power cut it may name an earlier commit, but never one that was
 *    not on the disk. A log that ends before the mark is damaged, cut short or exchanged.
 *  - When all of the log is in the database (a checkpoint, an orderly end), the mark says so, and is synchronised
 *    before the log may be used again or removed.
 *  - When a log begins, the mark of the one before is kept behind its own. So the archive of the database
 * (sqlite_archive.c) knows whether a log is the next one after the last that it has.
 *
 * Not covered: after a power cut, damage to the last commit of the log, which looks like a tail if the mark
 * had not reached the disk; a database file that is exchanged for an older copy of itself. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/check.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/log.h"
#include "store/engine/sqlite_frames.h"

enum {
    INDEX_LOCK_BYTE = 128,  /* of the "-shm" file: every process that uses the log holds a shared lock on it */
    RESTARTS_MAX = 1 << 16, /* the first salt of a log is that of the log before it plus 1 */
    MARK_READS = 3,
    INDEX_REGION_BYTES = 32 * 1024,
    INDEX_REGION_FRAMES = 4096, /* the first one has 34 fewer, which one more region makes up for */
    INDEX_RESERVE_FRAMES = 96 * 1024,
    INDEX_BATCH_FRAMES = 32 * 1024, /* no batch writes so many */
};

/* --- reading a log ------------------------------------------------------------------------------------------------ */

/* What a log contains. */
struct log {
    bool begun; /* it has a valid header; else no member below is set */
    uint32_t salts[2];
    int64_t frame_bytes;
    int64_t frames;  /* up to the last commit that is whole */
    int64_t commits; /* that are whole */
    int64_t damaged; /* the damaged frame; 0: none */
    bool damaged_header;
    struct sum marked; /* checksum of the frame with the number that the reader asked for */
};

struct log_reading {
    int handle;
    int failed;      /* errno of what failed; 0: nothing */
    bool big_endian; /* words of checksums */
    unsigned char *frame;
    int64_t marked; /* number of the frame whose checksum is requested */
    struct log log;
    struct sum stored, computed; /* checksums of the frame before, as it says and as it should be */
    bool ours;                   /* the frame before belongs to this log */
    int64_t bad;                 /* the first frame whose checksum is wrong; 0: none yet */
    int64_t closing;             /* the first commit from there on */
};

static bool read_at(struct log_reading *reading, void *bytes, size_t size, int64_t offset)
{
    ssize_t n = pread(reading->handle, bytes, size, offset);
    if (n < 0) reading->failed = errno;
    return n == (ssize_t)size;
}

static bool header_read(struct log_reading *reading)
{
    unsigned char bytes[LOG_HEADER_SIZE];
    struct log_header header;
    if (!read_at(reading, bytes, sizeof(bytes), 0) || !log_header_read(bytes, &header)) return false;
    reading->big_endian = header.big_endian;
    reading->stored = reading->computed = header.sum;
    reading->log.begun = reading->ours = true;
    memcpy(reading->log.salts, header.salts, sizeof(header.salts));
    reading->log.frame_bytes = LOG_FRAME_HEADER_SIZE + (int64_t)header.page_size;
    return true;
}

/* The checksum that the current frame should have if the one before has the checksum `before`. */
static struct sum frame_sum(const struct log_reading *reading, struct sum before)
{
    return frame_sum_of(before, reading->frame, (size_t)reading->log.frame_bytes, reading->big_endian);
}

static bool has_salts(const struct log_reading *reading)
{
    return word_at(reading->frame + 8, true) == reading->log.salts[0] &&
           word_at(reading->frame + 12, true) == reading->log.salts[1];
}

/* Looks at the frame in the buffer. Sets log.damaged when it proves that an earlier one is damaged. */
static void frame_judge(struct log_reading *reading, int64_t number)
{
    struct log *log = &reading->log;
    uint32_t page = word_at(reading->frame, true), commit = word_at(reading->frame + 4, true);
    struct sum stored = sum_at(reading->frame + 16), computed = frame_sum(reading, reading->stored);
    bool follows = sum_equal(stored, computed);
    /* After the bad frame: its checksum itself may be what was damaged. */
    if (!follows && reading->bad) follows = sum_equal(stored, frame_sum(reading, reading->computed));
    /* Checksums do not cover the salts, but only a frame of this log continues the checksum of another one. */
    bool ours = page != 0 && (has_salts(reading) || (reading->ours && follows));
    if (!reading->bad && !(ours && follows && has_salts(reading))) reading->bad = number;
    if (!reading->bad && commit) {
        log->frames = number;
        log->commits++;
    }
    if (!reading->bad && number == reading->marked) log->marked = stored;
    bool later = reading->closing && ours && (commit || (follows && number == reading->closing + 1));
    if (later && !log->damaged) log->damaged = reading->bad;
    if (reading->bad && !reading->closing && ours && commit) reading->closing = number;
    reading->stored = stored;
    reading->computed = computed;
    reading->ours = ours;
}

static void frames_read(struct log_reading *reading, int64_t size)
{
    int64_t count = (size - LOG_HEADER_SIZE) / reading->log.frame_bytes;
    reading->frame = malloc((size_t)reading->log.frame_bytes);
    CHECK(reading->frame != NULL);
    for (int64_t number = 1; number <= count && !reading->log.damaged; number++) {
        int64_t offset = LOG_HEADER_SIZE + (number - 1) * reading->log.frame_bytes;
        if (!read_at(reading, reading->frame, (size_t)reading->log.frame_bytes, offset)) {
            reading->log.damaged = number; /* it has just become shorter */
            break;
        }
        frame_judge(reading, number);
    }
    free(reading->frame);
}

/* Reads the log of a database; one that is missing or empty has not begun. False with errno set when it cannot be
 * read. */
static bool log_read(const char *path, int64_t marked, struct log *ret_log)
{
    struct log_reading reading = {.handle = open(path, O_RDONLY | O_CLOEXEC), .marked = marked};
    struct stat file = {0};
    if (reading.handle < 0 && errno != ENOENT) return false;
    if (reading.handle >= 0 && fstat(reading.handle, &file) != 0) reading.failed = errno;
    if (file.st_size >= LOG_HEADER_SIZE) {
        /* The header is synchronised before the first frame is written. */
        if (header_read(&reading))
            frames_read(&reading, file.st_size);
        else
            reading.log.damaged_header = file.st_size > LOG_HEADER_SIZE;
    }
    if (reading.handle >= 0) close(reading.handle);
    *ret_log = reading.log;
    errno = reading.failed;
    return reading.failed == 0;
}

/* --- the mark ----------------------------------------------------------------------------------------------------- */

enum { MARK_SIZE = 160 };

static str mark_path(str storage, struct arena *arena)
{
    return arena_printf(arena, "%.*s.mark", STR_ARG(storage));
}

/* Always the same size, so that no write leaves a part of an earlier mark. */
static void mark_render(const struct mark *mark, char text[static MARK_SIZE + 1])
{
    char hash[HASH_TEXT_SIZE];
    int n = snprintf(text, MARK_SIZE + 1, "boxoffice log mark 1\n%s salts %08x%08x frame %012lld sum %08x%08x\n",
                     mark->moved ? "moved" : "open ", mark->salts[0], mark->salts[1], (long long)mark->frames,
                     mark->sum.one, mark->sum.two);
    hash_sha256_hex((str){text, (size_t)n}, hash);
    int added = snprintf(text + n, (size_t)(MARK_SIZE + 1 - n), "%s\n", hash);
    CHECK(n + added < MARK_SIZE);
    memset(text + n + added, '\n', (size_t)(MARK_SIZE - n - added));
    text[MARK_SIZE] = '\0';
}

enum mark_state { MARK_NONE, MARK_DAMAGED, MARK_READ, MARK_UNKNOWN };

static enum mark_state mark_parse(const char text[static MARK_SIZE + 1], struct mark *ret_mark)
{
    char state[6], again[MARK_SIZE + 1];
    struct mark mark;
    long long frames;
    int found = sscanf(text, "boxoffice log mark 1\n%5s salts %8x%8x frame %12lld sum %8x%8x", state, &mark.salts[0],
                       &mark.salts[1], &frames, &mark.sum.one, &mark.sum.two);
    if (found != 6) return MARK_DAMAGED;
    mark.moved = strcmp(state, "moved") == 0;
    mark.frames = frames;
    mark_render(&mark, again);
    if (memcmp(text, again, MARK_SIZE) != 0) return MARK_DAMAGED;
    *ret_mark = mark;
    return MARK_READ;
}

/* A file without content never was a mark: a crash left only its name. MARK_UNKNOWN with errno set: it cannot be read.
 */
static enum mark_state mark_read(const char *path, struct mark *ret_mark)
{
    char text[MARK_SIZE + 1] = "";
    int handle = open(path, O_RDONLY | O_CLOEXEC);
    if (handle < 0) return errno == ENOENT ? MARK_NONE : MARK_UNKNOWN;
    ssize_t n = read(handle, text, MARK_SIZE);
    close(handle);
    if (n < 0) return MARK_UNKNOWN;
    if (n == 0) return MARK_NONE;
    return n == MARK_SIZE ? mark_parse(text, ret_mark) : MARK_DAMAGED;
}

/* Reads the end of the log through the connection's own file. False when the frame is not the commit of this log that
 * it is supposed to be, because another process has begun a new log just now. */
static bool mark_take(struct connection *connection, struct mark *mark)
{
    unsigned char header[LOG_HEADER_SIZE], frame[LOG_FRAME_HEADER_SIZE];
    sqlite3_file *file = NULL;
    sqlite3_file_control(connection->db, "main", SQLITE_FCNTL_JOURNAL_POINTER, &file);
    if (!file || !file->pMethods || file->pMethods->xRead(file, header, sizeof(header), 0) != SQLITE_OK) return false;
    int64_t frame_bytes = LOG_FRAME_HEADER_SIZE + (int64_t)word_at(header + 8, true);
    int64_t last = LOG_HEADER_SIZE + (mark->frames - 1) * frame_bytes;
    if (mark->frames <= 0 || file->pMethods->xRead(file, frame, sizeof(frame), last) != SQLITE_OK) return false;
    if (memcmp(frame + 8, header + 16, 8) != 0 || word_at(frame + 4, true) == 0) return false;
    mark->salts[0] = word_at(header + 16, true);
    mark->salts[1] = word_at(header + 20, true);
    mark->sum = sum_at(frame + 16);
    return true;
}

void sqlite_mark_open(struct connection *connection, const struct settings *settings, struct arena *arena)
{
    str path = mark_path(settings->storage, arena);
    bool existed = access(path.p, F_OK) == 0;
    connection->mark = open(path.p, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (connection->mark < 0) LOG(LOG_WARNING, "mark_failed", LOG_TEXT("reason", str_of(strerror(errno))));
    if (!existed) (void)folder_sync_of(path.p); /* a mark whose name is lost is missing, which is no error */
}

/* Reads one of the two marks in the file. */
static bool mark_at(const struct connection *connection, off_t offset, char text[static MARK_SIZE + 1],
                    struct mark *ret_mark)
{
    ssize_t n = connection->mark < 0 ? -1 : pread(connection->mark, text, MARK_SIZE, offset);
    text[n == MARK_SIZE ? MARK_SIZE : 0] = '\0';
    return n == MARK_SIZE && mark_parse(text, ret_mark) == MARK_READ;
}

void sqlite_mark_read(const struct connection *connection, struct mark *ret_mark, struct mark *ret_before)
{
    char text[MARK_SIZE + 1];
    *ret_mark = *ret_before = (struct mark){0};
    (void)mark_at(connection, 0, text, ret_mark);
    (void)mark_at(connection, MARK_SIZE, text, ret_before);
}

/* Keeps the mark of the log before, when this is the first mark of a log. */
static bool mark_keep(struct connection *connection, const struct mark *mark)
{
    char text[MARK_SIZE + 1];
    struct mark before = {0};
    if (memcmp(connection->marked_salts, mark->salts, sizeof(mark->salts)) == 0) return true;
    bool read = mark_at(connection, 0, text, &before);
    bool same = read && memcmp(before.salts, mark->salts, sizeof(mark->salts)) == 0;
    if (!read) memset(text, '\n', MARK_SIZE); /* there was none, or it is damaged */
    if (!same && pwrite(connection->mark, text, MARK_SIZE, MARK_SIZE) != MARK_SIZE) return false;
    memcpy(connection->marked_salts, mark->salts, sizeof(mark->salts));
    return true;
}

bool sqlite_mark_write(struct connection *connection, int64_t frames, bool moved)
{
    struct mark mark = {.moved = moved, .frames = frames};
    char text[MARK_SIZE + 1];
    if (connection->mark < 0 || !mark_take(connection, &mark)) return false;
    mark_render(&mark, text);
    bool written = mark_keep(connection, &mark) && pwrite(connection->mark, text, MARK_SIZE, 0) == MARK_SIZE;
    if (written && moved) written = fdatasync(connection->mark) == 0;
    if (!written && !connection->mark_failed)
        LOG(LOG_WARNING, "mark_failed", LOG_TEXT("reason", str_of(strerror(errno))));
    connection->mark_failed = !written;
    return written;
}

/* --- the room of the index ---------------------------------------------------------------------------------------- */

/* The index ("-shm") is mapped memory in a file, 32 KiB for 4096 frames. It would have to grow after a commit was
 * written, when it is too late to refuse it; so it grows before, when the writer has the write lock. */
bool sqlite_index_reserve(struct connection *connection)
{
    int regions = (connection->log_frames + INDEX_RESERVE_FRAMES) / INDEX_REGION_FRAMES + 1;
    int required = (connection->log_frames + INDEX_BATCH_FRAMES) / INDEX_REGION_FRAMES + 1;
    sqlite3_file *file = NULL;
    void volatile *memory;
    if (required <= connection->index_regions) return true;
    sqlite3_file_control(connection->db, "main", SQLITE_FCNTL_FILE_POINTER, &file);
    if (file->pMethods->xShmMap(file, regions - 1, INDEX_REGION_BYTES, 1, &memory) != SQLITE_OK) return false;
    connection->index_regions = regions;
    return true;
}

/* --- beginning a new log ------------------------------------------------------------------------------------------ */

/* Moves the whole log into the database and empties it, so that the next commit begins a log with new salts, and no
 * rest of a crash can be taken for a part of it. If the disk is full or another process reads, the log just goes on. */
int sqlite_log_renew(struct connection *connection)
{
    int frames = 0, moved = 0;
    if (!sqlite_archive_enter(connection)) return SQLITE_OK;
    int code = sqlite3_wal_checkpoint_v2(connection->db, NULL, SQLITE_CHECKPOINT_PASSIVE, &frames, &moved);
    sqlite_archive_leave(connection, frames, code == SQLITE_OK && frames == moved);
    if (code == SQLITE_FULL || (code & 0xff) == SQLITE_BUSY) return SQLITE_OK;
    connection->log_frames = frames > 0 ? frames : 0;
    if (code != SQLITE_OK || frames <= 0 || frames != moved) return code;
    if (!sqlite_mark_write(connection, frames, true)) return SQLITE_OK;
    if (connection->archive) { /* another process may have committed since; the next commit begins a new log, too */
        connection->log_frames = 0;
        return SQLITE_OK;
    }
    code = sqlite3_wal_checkpoint_v2(connection->db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
    if (code == SQLITE_OK) connection->log_frames = 0;
    return (code & 0xff) == SQLITE_BUSY ? SQLITE_OK : code;
}

/* --- the check ---------------------------------------------------------------------------------------------------- */

struct check {
    const struct connection_options *options;
    str log_path, mark_path;
    bool shared; /* other programs may write the database, too */
    enum mark_state state;
    struct mark mark;
    struct log log;
};

/* Whether a process uses the log: it was recovered then, and changes while it is read. Reading the lock of the index
 * here is safe only because this process has no connection yet: closing the file releases all its locks. False with
 * errno set when that is not known. */
static bool log_used(str storage, struct arena *arena, bool *ret_used)
{
    int handle = open(arena_printf(arena, "%.*s-shm", STR_ARG(storage)).p, O_RDWR | O_CLOEXEC);
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = INDEX_LOCK_BYTE, .l_len = 1};
    if (handle < 0) {
        *ret_used = false;
        return errno == ENOENT;
    }
    bool known = fcntl(handle, F_GETLK, &lock) == 0;
    close(handle);
    if (known) *ret_used = lock.l_type != F_UNLCK;
    return known;
}

/* Whether the log is the marked one or one that came after it. */
static bool log_continues(const struct check *check)
{
    uint32_t restarts = check->log.salts[0] - check->mark.salts[0];
    if (restarts == 0) return check->log.salts[1] == check->mark.salts[1];
    return restarts < RESTARTS_MAX;
}

static str damage_text(const struct check *check, int64_t frame)
{
    const struct log *log = &check->log;
    int64_t whole = LOG_HEADER_SIZE + log->frames * log->frame_bytes;
    return arena_printf(check->options->arena,
                        "the log %s is damaged or cut short at frame %lld, in commit %lld, and what was committed from "
                        "there on cannot be read. Nothing was changed. Keep copies of all files and restore a backup; "
                        "to give up these commits: truncate -s %lld %s && rm -f %s",
                        check->log_path.p, (long long)frame, (long long)log->commits + 1, (long long)whole,
                        check->log_path.p, check->mark_path.p);
}

static str other_text(const struct check *check, const char *what)
{
    return arena_printf(check->options->arena,
                        "%s; it does not belong to this database as it was last written (commit frame %lld). Nothing "
                        "was changed. Put back the file that was there; if the database was restored from a copy on "
                        "purpose, remove %s",
                        what, (long long)check->mark.frames, check->mark_path.p);
}

/* Why the marked commits are not in the log or the database; STR_NONE: they are. */
static str mark_refuses(const struct check *check)
{
    const struct log *log = &check->log;
    const struct mark *mark = &check->mark;
    bool same = log->begun && log->salts[0] == mark->salts[0] && log->salts[1] == mark->salts[1];
    struct arena *arena = check->options->arena;
    if (check->state == MARK_NONE) return STR_NONE;
    if (check->state == MARK_DAMAGED)
        return arena_printf(arena,
                            "the mark %s is damaged. Nothing was changed. Check the disk; if boxoffice verify finds "
                            "nothing wrong with a copy of the database, remove the mark",
                            check->mark_path.p);
    if (same && log->frames < mark->frames) return damage_text(check, log->frames + 1);
    if (same && !sum_equal(log->marked, mark->sum))
        return other_text(check, arena_printf(arena, "the log %s is another one", check->log_path.p).p);
    if (same || mark->moved || check->shared) return STR_NONE;
    if (!log->begun)
        return other_text(check, arena_printf(arena, "the log %s is missing or empty", check->log_path.p).p);
    if (log_continues(check)) return STR_NONE;
    return other_text(check, arena_printf(arena, "the log %s is another one", check->log_path.p).p);
}

static str unreadable_text(const struct check *check, str path)
{
    return arena_printf(check->options->arena, "cannot read %s: %s", path.p, strerror(errno));
}

/* The mark is read first: meanwhile the log can only become longer. */
static str check_once(struct check *check)
{
    check->state = mark_read(check->mark_path.p, &check->mark);
    if (check->state == MARK_UNKNOWN) return unreadable_text(check, check->mark_path);
    if (!log_read(check->log_path.p, check->state == MARK_READ ? check->mark.frames : 0, &check->log))
        return unreadable_text(check, check->log_path);
    if (check->log.damaged_header)
        return arena_printf(check->options->arena,
                            "the header of the log %s is damaged, and none of its commits can be read. Nothing was "
                            "changed. Keep copies of all files and restore a backup",
                            check->log_path.p);
    if (check->log.damaged) return damage_text(check, check->log.damaged);
    return mark_refuses(check);
}

err sqlite_log_check(const struct connection_options *options, bool *ret_used)
{
    struct check check = {.options = options, .shared = str_is(options->settings->cipher, "none")};
    str storage = options->settings->storage, reason = STR_NONE;
    check.log_path = arena_printf(options->arena, "%.*s-wal", STR_ARG(storage));
    check.mark_path = mark_path(storage, options->arena);
    /* Another process may open the database just now; then the next reading finds no damage or the log in use. */
    for (int i = 0; i < MARK_READS; i++) {
        bool known = log_used(storage, options->arena, ret_used);
        if (known && *ret_used) return OK;
        reason = known
                     ? check_once(&check)
                     : unreadable_text(&check, arena_printf(options->arena, "the locks of %.*s-shm", STR_ARG(storage)));
        if (!reason.p) return OK;
    }
    *options->ret_reason = reason;
    return ERR_INTERNAL;
}
