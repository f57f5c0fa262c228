/* See spool.h. */
#include "archive/spool.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "archive/spool_scan.h"
#include "base/check.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"
#include "base/random.h"

enum { BUFFER_SIZE = 1 << 20, ARENA_SIZE = 4 << 20 };

/* The record that is being added, behind the last one. */
struct pending {
    bool begun;
    uint32_t frames, first_frame;
    int64_t payload_size;
    int64_t written; /* bytes of the payload that are in the file; the rest is in the buffer */
    struct archive_hashing hashing;
};

struct spool {
    struct arena *arena;
    str folder;
    struct archive_origin origin;
    int folder_handle, lock_handle;
    int64_t backlog_max;

    /* Of the thread that adds records. */
    struct pending pending;
    unsigned char *buffer; /* room for the header of a record, then frames */
    size_t filled;         /* bytes of frames */
    uint32_t salts[2];     /* of the last segment */
    int64_t created_ms;    /* likewise */

    pthread_mutex_t sync_lock; /* held while a file is synchronised or closed; taken before `lock` */

    pthread_mutex_t lock; /* of what follows */
    int handle;           /* of the last segment; -1: the next record begins a new one */
    int64_t size;         /* of its records */
    struct spool_end end, synced;
    bool changed;      /* since the last synchronisation */
    bool name_synced;  /* the name of the last segment is durable */
    int64_t warned_ms; /* monotonic: when it was last said that segments were dropped */
    bool failed;       /* a synchronisation; see spool_return() */
    struct spool_segment *segments;
    size_t count;
};

/* --- small parts -------------------------------------------------------------------------------------------------- */

static struct spool_segment *last_segment(const struct spool *spool)
{
    return &spool->segments[spool->count - 1];
}

static void remove_first(struct spool *spool)
{
    char name[ARCHIVE_NAME_SIZE];
    archive_name(ARCHIVE_SEGMENT, spool->origin.epoch, spool->segments[0].first_commit, name);
    unlinkat(spool->folder_handle, name, 0);
    spool->count--;
    memmove(spool->segments, spool->segments + 1, spool->count * sizeof(*spool->segments));
}

/* Bytes of all segments, as far as they are synchronised. */
static int64_t total_size(const struct spool *spool)
{
    int64_t total = 0;
    for (size_t i = 0; i < spool->count; i++) total += spool->segments[i].size;
    return total;
}

/* --- opening ------------------------------------------------------------------------------------------------------ */

static bool folder_create(str folder)
{
    return mkdir(folder.p, 0700) == 0 && folder_sync_of(folder.p);
}

static err refuse(str folder, const char *what, struct arena *arena, str *ret_reason)
{
    *ret_reason = arena_printf(arena, "%s %.*s: %s", what, STR_ARG(folder), strerror(errno));
    return ERR_INTERNAL;
}

/* Another process of this program may be about to close it. */
static err spool_lock(struct spool *spool, struct arena *arena, str *ret_reason)
{
    spool->lock_handle = openat(spool->folder_handle, "lock", O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (spool->lock_handle < 0) return refuse(spool->folder, "cannot open the lock of", arena, ret_reason);
    if (flock(spool->lock_handle, LOCK_EX | LOCK_NB) == 0) return OK;
    if (errno == EWOULDBLOCK) return ERR_STATE_CONFLICT;
    return refuse(spool->folder, "cannot lock", arena, ret_reason);
}

static int by_commit(const void *a, const void *b)
{
    const struct spool_segment *one = a, *other = b;
    return (one->first_commit > other->first_commit) - (one->first_commit < other->first_commit);
}

/* The segments, by name. Of more than SEGMENTS_MAX the rest is not found; adding records never makes so many. */
static bool segments_list(struct spool *spool, uint64_t *ret_epoch)
{
    struct dirent *entry;
    int handle = openat(spool->folder_handle, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *directory = handle >= 0 ? fdopendir(handle) : NULL;
    if (!directory) return false;
    while ((entry = readdir(directory)) && spool->count < SEGMENTS_MAX) {
        enum archive_file kind;
        struct stat file;
        uint64_t epoch, commit;
        if (!archive_name_read(str_of(entry->d_name), &kind, &epoch, &commit) || kind != ARCHIVE_SEGMENT) continue;
        if (fstatat(spool->folder_handle, entry->d_name, &file, 0) != 0) continue;
        *ret_epoch = epoch;
        spool->segments[spool->count++] = (struct spool_segment){.first_commit = commit, .size = file.st_size};
    }
    closedir(directory);
    qsort(spool->segments, spool->count, sizeof(*spool->segments), by_commit);
    return true;
}

/* Reads the last segment up to its last whole record, and cuts off what follows. One without a record is removed. */
static bool last_scan(struct spool *spool, uint64_t epoch)
{
    char name[ARCHIVE_NAME_SIZE];
    struct spool_segment *segment = last_segment(spool);
    struct spool_scan scan;
    archive_name(ARCHIVE_SEGMENT, epoch, segment->first_commit, name);
    int handle = openat(spool->folder_handle, name, O_RDWR | O_CLOEXEC);
    if (handle < 0) return false;
    bool whole = spool_scan(handle, spool->buffer, BUFFER_SIZE, &scan) && scan.end.commit >= segment->first_commit;
    if (!whole) {
        close(handle);
        spool->count--;
        return unlinkat(spool->folder_handle, name, 0) == 0;
    }
    segment->size = scan.size;
    segment->gap_before = scan.header.gap_before;
    spool->handle = handle;
    spool->size = scan.size;
    spool->end = scan.end;
    spool->created_ms = scan.header.created_ms;
    memcpy(spool->salts, scan.header.salts, sizeof(spool->salts));
    return scan.size == scan.file_size || ftruncate(handle, scan.size) == 0;
}

/* Whether the segments before the last one come after a gap. */
static bool headers_read(struct spool *spool)
{
    for (size_t i = 0; i + 1 < spool->count; i++) {
        unsigned char bytes[SEGMENT_HEADER_SIZE];
        struct segment_header header;
        int handle = spool_segment_open(spool, spool->segments[i].first_commit);
        bool read = handle >= 0 && pread(handle, bytes, sizeof(bytes), 0) == (ssize_t)sizeof(bytes);
        if (handle >= 0) close(handle);
        errno = EBADMSG;
        if (!read || !segment_header_read(bytes, &header)) return false;
        spool->segments[i].gap_before = header.gap_before;
    }
    return true;
}

/* Where the first record of an empty spool continues: what spool_create() wrote, or nothing. */
static void begin_read(struct spool *spool)
{
    unsigned char bytes[SEGMENT_HEADER_SIZE];
    struct segment_header header = {0};
    int handle = openat(spool->folder_handle, "begin", O_RDONLY | O_CLOEXEC);
    ssize_t n = handle >= 0 ? pread(handle, bytes, sizeof(bytes), 0) : -1;
    if (handle >= 0) close(handle);
    spool->end = (struct spool_end){.gap = true};
    if (n == (ssize_t)sizeof(bytes) && segment_header_read(bytes, &header)) {
        spool->end.origin = header.origin;
        spool->end.commit = header.first_commit - 1;
        spool->end.time_ms = header.created_ms;
        spool->end.hash = header.previous;
        return;
    }
    random_bytes(spool->end.origin.database_id, ARCHIVE_DATABASE_ID_SIZE);
    spool->end.origin.epoch = 1;
}

static bool content_read(struct spool *spool)
{
    uint64_t epoch = 0;
    if (!segments_list(spool, &epoch)) return false;
    while (spool->count > 0 && spool->handle < 0) {
        if (!last_scan(spool, epoch)) return false;
    }
    if (spool->count == 0) begin_read(spool);
    spool->synced = spool->end;
    spool->origin = spool->end.origin;
    spool->changed = spool->count > 0; /* what was read may not be on the disk yet */
    return spool->count == 0 || headers_read(spool);
}

err spool_open(str folder, int64_t backlog_max, struct arena *arena, str *ret_reason, struct spool **ret_spool)
{
    struct arena *own = arena_new(ARENA_SIZE);
    struct spool *spool = ARENA_NEW(own, struct spool);
    *spool = (struct spool){.arena = own,
                            .folder = arena_copy(own, folder),
                            .folder_handle = -1,
                            .lock_handle = -1,
                            .handle = -1,
                            .backlog_max = backlog_max,
                            .buffer = arena_alloc(own, RECORD_HEADER_SIZE + BUFFER_SIZE),
                            .segments = ARENA_ARRAY(own, struct spool_segment, SEGMENTS_MAX)};
    pthread_mutex_init(&spool->lock, NULL);
    pthread_mutex_init(&spool->sync_lock, NULL);
    err e = OK;
    if (!folder_create(spool->folder) && errno != EEXIST)
        e = refuse(folder, "cannot create the folder", arena, ret_reason);
    if (!e) spool->folder_handle = open(spool->folder.p, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (!e && spool->folder_handle < 0) e = refuse(folder, "cannot open the folder", arena, ret_reason);
    if (!e) e = spool_lock(spool, arena, ret_reason);
    if (!e && !content_read(spool)) e = refuse(folder, "cannot read the segments in", arena, ret_reason);
    if (e) {
        spool_close(spool);
        return e;
    }
    *ret_spool = spool;
    return OK;
}

void spool_close(struct spool *spool)
{
    if (!spool) return;
    if (spool->handle >= 0) close(spool->handle);
    if (spool->folder_handle >= 0) close(spool->folder_handle);
    if (spool->lock_handle >= 0) close(spool->lock_handle);
    pthread_mutex_destroy(&spool->lock);
    pthread_mutex_destroy(&spool->sync_lock);
    arena_free(spool->arena);
}

err spool_create(str folder, const struct spool_end *start, struct arena *arena, str *ret_reason)
{
    unsigned char bytes[SEGMENT_HEADER_SIZE];
    struct segment_header header = {.origin = start->origin,
                                    .first_commit = start->commit + 1,
                                    .created_ms = start->time_ms,
                                    .gap_before = true,
                                    .previous = start->hash};
    str path = arena_printf(arena, "%.*s/begin", STR_ARG(folder)), copy = arena_copy(arena, folder);
    segment_header_write(&header, bytes);
    if (!folder_create(copy)) return refuse(folder, "cannot create the folder", arena, ret_reason);
    int handle = open(path.p, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    bool written = handle >= 0 && file_write_at(handle, bytes, sizeof(bytes), 0) && fsync(handle) == 0;
    if (handle >= 0) close(handle);
    if (written && folder_sync(copy.p)) return OK;
    return refuse(path, "cannot write", arena, ret_reason);
}

/* The name of the last segment in a folder; false: there is none. */
static bool last_name(DIR *directory, char ret_name[static ARCHIVE_NAME_SIZE])
{
    struct dirent *entry;
    enum archive_file kind;
    uint64_t epoch, commit, last = 0;
    while ((entry = readdir(directory))) {
        if (!archive_name_read(str_of(entry->d_name), &kind, &epoch, &commit) || kind != ARCHIVE_SEGMENT) continue;
        if (commit <= last) continue;
        last = commit;
        archive_name(ARCHIVE_SEGMENT, epoch, commit, ret_name);
    }
    return last > 0;
}

bool spool_look(str folder, struct arena *arena, struct spool_end *ret_end)
{
    char name[ARCHIVE_NAME_SIZE];
    struct spool_scan scan;
    DIR *directory = opendir(arena_copy(arena, folder).p);
    if (!directory) return false;
    int handle = last_name(directory, name) ? openat(dirfd(directory), name, O_RDONLY | O_CLOEXEC) : -1;
    closedir(directory);
    if (handle < 0) return false;
    bool read = spool_scan(handle, arena_alloc(arena, BUFFER_SIZE), BUFFER_SIZE, &scan);
    close(handle);
    if (read) *ret_end = scan.end;
    return read && scan.end.commit > 0;
}

void spool_remove(str folder)
{
    DIR *directory = opendir(folder.p);
    struct dirent *entry;
    if (!directory) return;
    while ((entry = readdir(directory))) (void)unlinkat(dirfd(directory), entry->d_name, 0);
    closedir(directory);
    (void)rmdir(folder.p);
}

str spool_folder(const struct spool *spool)
{
    return spool->folder;
}

/* --- segments ----------------------------------------------------------------------------------------------------- */

/* Ends the last segment; the next record begins a new one. Called with both locks. */
static void segment_close(struct spool *spool)
{
    if (spool->handle >= 0) close(spool->handle);
    spool->handle = -1;
}

/* Synchronises what was added. Called with sync_lock. */
static bool sync_now(struct spool *spool)
{
    pthread_mutex_lock(&spool->lock);
    struct spool_end end = spool->end;
    int handle = spool->handle;
    int64_t size = spool->size;
    bool name_synced = spool->name_synced, synced = !spool->failed;
    bool required = handle >= 0 && (spool->changed || !name_synced);
    spool->changed = false;
    pthread_mutex_unlock(&spool->lock);
    if (synced && required) synced = fdatasync(handle) == 0 && (name_synced || fsync(spool->folder_handle) == 0);
    int reason = errno;
    pthread_mutex_lock(&spool->lock);
    if (!synced && !spool->failed)
        LOG(LOG_ERROR, "archive_failed", LOG_TEXT("during", STR("synchronisation")),
            LOG_TEXT("reason", str_of(strerror(reason))));
    if (!synced) spool->failed = true;
    if (synced && required) {
        spool->name_synced = true;
        last_segment(spool)->size = size;
    }
    if (synced) spool->synced = end;
    pthread_mutex_unlock(&spool->lock);
    return synced;
}

bool spool_sync(struct spool *spool)
{
    pthread_mutex_lock(&spool->sync_lock);
    bool synced = sync_now(spool);
    pthread_mutex_unlock(&spool->sync_lock);
    return synced;
}

static bool segment_ends(const struct spool *spool, const struct log_position *log)
{
    if (spool->handle < 0 || spool->end.gap || spool->size >= SEGMENT_SIZE_MAX) return true;
    int64_t age_ms = clock_now_ms() - spool->created_ms;
    return memcmp(spool->salts, log->salts, sizeof(log->salts)) != 0 || age_ms >= SEGMENT_AGE_MAX_MS;
}

/* Called with `lock`. */
static void make_room(struct spool *spool)
{
    bool dropped = false;
    while (spool->count > 1 && (spool->count == SEGMENTS_MAX || total_size(spool) > spool->backlog_max)) {
        remove_first(spool);
        dropped = true;
    }
    int64_t now_ms = clock_monotonic_ms();
    if (!dropped || (spool->warned_ms && now_ms - spool->warned_ms < MINUTE_MS)) return;
    spool->warned_ms = now_ms;
    LOG(LOG_WARNING, "archive_backlog_dropped", LOG_INT("first_commit", (int64_t)spool->segments[0].first_commit));
}

/* Creates the next segment. A file of its name has no record that anything refers to. */
static bool segment_create(struct spool *spool, const struct spool_commit *commit)
{
    unsigned char bytes[SEGMENT_HEADER_SIZE];
    char name[ARCHIVE_NAME_SIZE];
    struct segment_header header = {.origin = spool->end.origin,
                                    .first_commit = spool->end.commit + 1,
                                    .created_ms = clock_now_ms(),
                                    .page_size = commit->page_size,
                                    .salts = {commit->last.salts[0], commit->last.salts[1]},
                                    .gap_before = spool->end.gap,
                                    .previous = spool->end.hash};
    segment_header_write(&header, bytes);
    archive_name(ARCHIVE_SEGMENT, spool->origin.epoch, header.first_commit, name);
    unlinkat(spool->folder_handle, name, 0);
    int handle = openat(spool->folder_handle, name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (handle < 0) return false;
    if (!file_write_at(handle, bytes, sizeof(bytes), 0)) {
        int reason = errno;
        close(handle);
        unlinkat(spool->folder_handle, name, 0);
        errno = reason;
        return false;
    }
    memcpy(spool->salts, header.salts, sizeof(spool->salts));
    spool->created_ms = header.created_ms;
    pthread_mutex_lock(&spool->lock);
    spool->handle = handle;
    spool->size = SEGMENT_HEADER_SIZE;
    spool->name_synced = false;
    pthread_mutex_unlock(&spool->lock);
    return true;
}

/* The segment of the next record. It is listed when it has one. */
static bool segment_prepare(struct spool *spool, const struct spool_commit *commit)
{
    if (!segment_ends(spool, &commit->last)) return true;
    pthread_mutex_lock(&spool->sync_lock);
    bool synced = sync_now(spool);
    pthread_mutex_lock(&spool->lock);
    if (synced) segment_close(spool);
    pthread_mutex_unlock(&spool->lock);
    bool created = synced && segment_create(spool, commit);
    pthread_mutex_unlock(&spool->sync_lock);
    return created;
}

/* --- records ------------------------------------------------------------------------------------------------------ */

struct spool_end spool_end(struct spool *spool)
{
    pthread_mutex_lock(&spool->lock);
    struct spool_end end = spool->end;
    pthread_mutex_unlock(&spool->lock);
    return end;
}

static void continue_at(struct spool *spool, const struct log_position *position, bool gap)
{
    CHECK(!spool->pending.begun);
    pthread_mutex_lock(&spool->lock);
    spool->end.position = *position;
    spool->end.gap = spool->end.gap || gap;
    pthread_mutex_unlock(&spool->lock);
}

void spool_gap(struct spool *spool, const struct log_position *position)
{
    continue_at(spool, position, true);
}

void spool_next_log(struct spool *spool, const struct log_position *position)
{
    continue_at(spool, position, false);
}

void spool_drop(struct spool *spool)
{
    spool->pending.begun = false;
    spool->filled = 0;
}

/* Where the payload of the pending record begins in the file. */
static int64_t payload_offset(const struct spool *spool)
{
    return spool->size + RECORD_HEADER_SIZE;
}

static err dropped(struct spool *spool)
{
    int reason = errno;
    spool_drop(spool);
    errno = reason;
    return file_error(reason);
}

/* Writes the frames in the buffer to the file. */
static bool buffer_write(struct spool *spool)
{
    struct pending *pending = &spool->pending;
    if (!file_write_at(spool->handle, spool->buffer + RECORD_HEADER_SIZE, spool->filled,
                       payload_offset(spool) + pending->written))
        return false;
    pending->written += (int64_t)spool->filled;
    spool->filled = 0;
    return true;
}

err spool_frames(struct spool *spool, const struct spool_commit *commit, str frames)
{
    struct pending *pending = &spool->pending;
    if (!pending->begun) {
        if (!segment_prepare(spool, commit)) return dropped(spool);
        *pending = (struct pending){.begun = true, .first_frame = spool->end.position.frame + 1};
        archive_hash_begin(&pending->hashing);
    }
    archive_hash_add(&pending->hashing, frames.p, frames.n);
    errno = EFBIG;
    if (pending->frames >= RECORD_FRAMES_MAX) return dropped(spool);
    pending->frames += (uint32_t)(frames.n / (FRAME_HEADER_SIZE + commit->page_size));
    pending->payload_size += (int64_t)frames.n;
    while (frames.n > 0) {
        if (spool->filled == BUFFER_SIZE && !buffer_write(spool)) return dropped(spool);
        str part = str_first(frames, BUFFER_SIZE - spool->filled);
        memcpy(spool->buffer + RECORD_HEADER_SIZE + spool->filled, part.p, part.n);
        spool->filled += part.n;
        frames = str_from(frames, part.n);
    }
    return OK;
}

/* Writes the record: at once if it is in the buffer as a whole, else its header last. */
static bool record_write(struct spool *spool, const unsigned char header[static RECORD_HEADER_SIZE])
{
    if (spool->pending.written == 0) {
        memcpy(spool->buffer, header, RECORD_HEADER_SIZE);
        return file_write_at(spool->handle, spool->buffer, RECORD_HEADER_SIZE + spool->filled, spool->size);
    }
    return buffer_write(spool) && file_write_at(spool->handle, header, RECORD_HEADER_SIZE, spool->size);
}

/* The record is a part of the archive from now on. */
static void record_added(struct spool *spool, const struct record_header *header, const struct log_position *last)
{
    pthread_mutex_lock(&spool->lock);
    if (spool->size == SEGMENT_HEADER_SIZE) {
        make_room(spool);
        spool->segments[spool->count++] = (struct spool_segment){header->commit, 0, spool->end.gap};
    }
    spool->size += RECORD_HEADER_SIZE + (int64_t)header->payload_size;
    spool->end.commit = header->commit;
    spool->end.time_ms = header->time_ms;
    spool->end.hash = header->hash;
    spool->end.position = *last;
    spool->end.gap = false;
    spool->changed = true;
    pthread_mutex_unlock(&spool->lock);
}

err spool_record(struct spool *spool, const struct spool_commit *commit)
{
    unsigned char bytes[RECORD_HEADER_SIZE];
    struct pending *pending = &spool->pending;
    CHECK(pending->begun && pending->frames > 0);
    struct record_header header = {.commit = spool->end.commit + 1,
                                   .time_ms =
                                       commit->time_ms > spool->end.time_ms ? commit->time_ms : spool->end.time_ms,
                                   .frames = pending->frames,
                                   .first_frame = pending->first_frame,
                                   .database_pages = commit->database_pages,
                                   .payload_size = (uint64_t)pending->payload_size,
                                   .previous = spool->end.hash};
    archive_hash_end(&pending->hashing, &header.payload);
    record_header_write(&header, bytes);
    if (!record_write(spool, bytes)) return dropped(spool);
    record_added(spool, &header, &commit->last);
    spool_drop(spool);
    return OK;
}

bool spool_failed(struct spool *spool)
{
    pthread_mutex_lock(&spool->lock);
    bool failed = spool->failed;
    pthread_mutex_unlock(&spool->lock);
    return failed;
}

void spool_return(struct spool *spool)
{
    char name[ARCHIVE_NAME_SIZE];
    spool_drop(spool);
    pthread_mutex_lock(&spool->sync_lock);
    pthread_mutex_lock(&spool->lock);
    if (spool->failed) {
        bool gap = spool->end.gap, listed = spool->count > 0 && spool->size > SEGMENT_HEADER_SIZE;
        if (listed && last_segment(spool)->size == 0) {
            archive_name(ARCHIVE_SEGMENT, spool->origin.epoch, last_segment(spool)->first_commit, name);
            unlinkat(spool->folder_handle, name, 0);
            gap = gap || last_segment(spool)->gap_before;
            spool->count--;
        } else if (listed && spool->handle >= 0 && ftruncate(spool->handle, last_segment(spool)->size) != 0) {
            LOG(LOG_ERROR, "archive_failed", LOG_TEXT("during", STR("cutting off")),
                LOG_TEXT("reason", str_of(strerror(errno))));
        }
        segment_close(spool);
        spool->end = spool->synced;
        spool->end.gap = spool->end.gap || gap;
        spool->failed = false;
    }
    pthread_mutex_unlock(&spool->lock);
    pthread_mutex_unlock(&spool->sync_lock);
}

/* --- reading ------------------------------------------------------------------------------------------------------ */

struct spool_end spool_synced(struct spool *spool)
{
    pthread_mutex_lock(&spool->lock);
    struct spool_end end = spool->synced;
    pthread_mutex_unlock(&spool->lock);
    return end;
}

/* The index of the segment that contains a commit or follows it; `count` when there is none. Called with `lock`. */
static size_t segment_index(const struct spool *spool, uint64_t commit)
{
    size_t i = spool->count;
    while (i > 0 && spool->segments[i - 1].first_commit > commit) i--;
    bool contained = i > 0 && (i < spool->count || commit <= spool->end.commit);
    return contained ? i - 1 : i;
}

bool spool_segment(struct spool *spool, uint64_t commit, struct spool_segment *ret_segment)
{
    pthread_mutex_lock(&spool->lock);
    size_t i = segment_index(spool, commit);
    bool found = i < spool->count && spool->segments[i].size > 0;
    if (found) *ret_segment = spool->segments[i];
    pthread_mutex_unlock(&spool->lock);
    return found;
}

bool spool_segment_next(struct spool *spool, uint64_t first_commit, struct spool_segment *ret_segment)
{
    size_t i = 0;
    pthread_mutex_lock(&spool->lock);
    while (i < spool->count && spool->segments[i].first_commit <= first_commit) i++;
    bool found = i < spool->count && spool->segments[i].size > 0;
    if (found) *ret_segment = spool->segments[i];
    pthread_mutex_unlock(&spool->lock);
    return found;
}

int64_t spool_backlog(struct spool *spool, uint64_t commit)
{
    int64_t size = 0;
    pthread_mutex_lock(&spool->lock);
    for (size_t i = segment_index(spool, commit); i < spool->count; i++) size += spool->segments[i].size;
    pthread_mutex_unlock(&spool->lock);
    return size;
}

int spool_segment_open(struct spool *spool, uint64_t first_commit)
{
    char name[ARCHIVE_NAME_SIZE];
    archive_name(ARCHIVE_SEGMENT, spool->origin.epoch, first_commit, name); /* the epoch never changes */
    return openat(spool->folder_handle, name, O_RDONLY | O_CLOEXEC);
}

void spool_forget(struct spool *spool, uint64_t commit)
{
    pthread_mutex_lock(&spool->lock);
    while (spool->count > 1 && spool->segments[1].first_commit <= commit) remove_first(spool);
    pthread_mutex_unlock(&spool->lock);
}
