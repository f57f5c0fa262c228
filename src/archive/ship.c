/* See ship.h. */
#include "archive/ship.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "archive/compare.h"
#include "base/check.h"
#include "base/clock.h"
#include "base/log.h"

enum {
    ROUND_MS = 500,
    PAUSE_MS = SECOND_MS,
    PAUSE_MAX_MS = MINUTE_MS,
    END_MS = 10 * SECOND_MS,
    PIECE_SIZE = 1 << 20,
    PLACE_ARENA_SIZE = 1 << 20,
    PATH_SIZE = 4096 + 64,
};

/* A place and its thread. The members up to `published` belong to the thread. */
struct link {
    struct ship *ship;
    size_t number;
    str address;
    struct arena *arena; /* of the place, new whenever it is opened */
    struct place *place; /* NULL: not open */
    bool opened;         /* before */
    char *piece;
    bool connected;   /* shipping continues at `segment`; else a base comes first */
    uint64_t segment; /* first commit of the segment that is shipped; 0: of the one after `base` */
    int64_t offset;   /* in it */
    uint64_t head;    /* the commit in the file `head`; 0: unknown */
    bool has_base;
    uint64_t base, base_after; /* of the newest base */
    unsigned bases_requested;  /* that were begun */
    struct base *making;
    int64_t pause_ms, warned_ms;
    bool failing;

    struct {
        atomic_bool failing;
        atomic_int_least64_t complete_ms; /* monotonic; when it last had everything */
        atomic_int_least64_t backlog, base_ms;
        atomic_uint_least64_t commit; /* the last one that it has */
        atomic_uint bases_done;
    } published;

    pthread_t thread;
    bool ended; /* guarded by ship->lock */
};

struct ship {
    struct arena *arena;
    struct base_source source;
    const struct settings *settings;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    bool ending;
    int64_t end_ms; /* monotonic */
    unsigned bases_requested;
    struct link links[PLACES_MAX];
    size_t count;
};

/* --- ending ------------------------------------------------------------------------------------------------------- */

static bool is_ending(struct ship *ship)
{
    pthread_mutex_lock(&ship->lock);
    bool ending = ship->ending;
    pthread_mutex_unlock(&ship->lock);
    return ending;
}

static bool out_of_time(void *context)
{
    struct ship *ship = context;
    return is_ending(ship) && clock_monotonic_ms() > ship->end_ms;
}

/* --- a place ------------------------------------------------------------------------------------------------------ */

static void link_close(struct link *link)
{
    base_end(link->making);
    link->making = NULL;
    place_close(link->place);
    link->place = NULL;
    if (link->arena) arena_free(link->arena);
    link->arena = NULL;
}

static void warn(struct link *link, str reason)
{
    int64_t now_ms = clock_monotonic_ms();
    if (link->failing && now_ms - link->warned_ms < MINUTE_MS) return;
    link->warned_ms = now_ms;
    LOG(LOG_ERROR, "archive_place_failed", LOG_INT("place", (int64_t)link->number + 1), LOG_TEXT("reason", reason));
}

/* Closes the place, so that the next attempt looks at it again. */
static void link_failed(struct link *link, str reason)
{
    warn(link, reason);
    link->failing = true;
    link->pause_ms = link->pause_ms == 0 ? PAUSE_MS : 2 * link->pause_ms;
    if (link->pause_ms > PAUSE_MAX_MS) link->pause_ms = PAUSE_MAX_MS;
    link_close(link);
}

static void link_succeeded(struct link *link)
{
    if (link->failing) LOG(LOG_INFO, "archive_place_recovered", LOG_INT("place", (int64_t)link->number + 1));
    link->failing = false;
    link->pause_ms = 0;
}

/* Opens the place and finds out where to continue. False: it failed. */
static bool link_open(struct link *link)
{
    struct ship *ship = link->ship;
    struct comparison found;
    str reason = STR("");
    if (link->place) return true;
    if (!spool_sync(ship->source.spool)) return false;
    link->arena = arena_new(PLACE_ARENA_SIZE);
    struct place_opening opening = {.address = link->address,
                                    .create = !link->opened,
                                    .settings = ship->settings,
                                    .abandoned = out_of_time,
                                    .context = ship};
    err e = place_open(&opening, link->arena, &reason, &link->place);
    link->opened = true;
    if (!e) {
        e = compare(link->place, ship->source.spool, ship->source.key, &found);
        reason = str_of(link->place->reason);
    }
    if (e || found.refused) {
        link_failed(link, reason);
        return false;
    }
    link->connected = found.connected;
    link->segment = found.segment;
    link->offset = found.offset;
    link->head = 0;
    link->has_base = found.has_base;
    link->base = found.has_base ? found.base.least : 0;
    link->base_after = found.has_base ? found.base.after : 0;
    atomic_store(&link->published.base_ms, found.has_base ? found.base.created_ms : 0);
    return true;
}

/* --- segments ----------------------------------------------------------------------------------------------------- */

/* Ships the rest of a segment; sets `connected` to false when the spool no longer has it. */
static err segment_ship(struct link *link, const struct spool_segment *segment)
{
    char name[ARCHIVE_NAME_SIZE];
    struct spool *spool = link->ship->source.spool;
    archive_name(ARCHIVE_SEGMENT, spool_synced(spool).origin.epoch, segment->first_commit, name);
    int handle = spool_segment_open(spool, segment->first_commit);
    err e = OK;
    link->connected = handle >= 0;
    while (link->connected && link->offset < segment->size && !out_of_time(link->ship) && !e) {
        int64_t left = segment->size - link->offset;
        ssize_t n = pread(handle, link->piece, left < PIECE_SIZE ? (size_t)left : PIECE_SIZE, link->offset);
        if (n <= 0) {
            snprintf(link->place->reason, sizeof(link->place->reason), "cannot read the spool: %s", strerror(errno));
            e = ERR_INTERNAL;
            break;
        }
        e = link->place->kind->append(link->place, name, link->offset, (str){link->piece, (size_t)n});
        if (!e) link->offset += n;
    }
    if (handle >= 0) close(handle);
    if (!e && link->connected) e = link->place->kind->sync(link->place, name);
    return e;
}

/* Whether a base has to be made before this segment is shipped. */
static bool base_comes_first(const struct link *link, const struct spool_segment *segment)
{
    return segment->gap_before && link->base < segment->first_commit;
}

/* The segment that is shipped next; false: there is none yet, or no longer. */
static bool segment_next(struct link *link, struct spool_segment *ret_segment)
{
    struct spool *spool = link->ship->source.spool;
    if (link->segment > 0) {
        bool found = spool_segment(spool, link->segment, ret_segment);
        link->connected = !found || ret_segment->first_commit == link->segment;
        return found && link->connected;
    }
    if (!spool_segment(spool, link->base_after + 1, ret_segment)) return false;
    link->connected = ret_segment->first_commit <= link->base_after + 1;
    link->segment = link->connected ? ret_segment->first_commit : 0;
    link->offset = 0;
    return link->connected;
}

/* Ships all segments up to `end`. */
static err segments_ship(struct link *link, const struct spool_end *end, bool *ret_complete)
{
    struct spool_segment segment, next;
    struct spool *spool = link->ship->source.spool;
    *ret_complete = false;
    while (segment_next(link, &segment)) {
        if (base_comes_first(link, &segment)) link->connected = false;
        if (!link->connected) return OK;
        err e = link->offset < segment.size ? segment_ship(link, &segment) : OK;
        if (e || !link->connected || link->offset < segment.size) return e;
        if (!spool_segment_next(spool, segment.first_commit, &next) || next.first_commit > end->commit) {
            *ret_complete = true;
            return OK;
        }
        link->segment = next.first_commit;
        link->offset = 0;
    }
    *ret_complete = link->connected && link->base_after >= end->commit;
    return OK;
}

static err head_write(struct link *link, const struct spool_end *end)
{
    struct archive_head head = {
        .origin = end->origin, .commit = end->commit, .time_ms = end->time_ms, .hash = end->hash};
    if (link->head == end->commit) return OK;
    struct arena *arena = arena_new(PLACE_ARENA_SIZE);
    str text = head_render(&head, link->ship->source.key, arena);
    err e = link->place->kind->replace(link->place, ARCHIVE_HEAD, text);
    arena_free(arena);
    if (!e) link->head = end->commit;
    return e;
}

/* What every place has is removed from the spool, up to where a new base would begin. The last segment of a place
 * stays: what it has is compared with it, and continues there. */
static void spool_shrink(struct ship *ship)
{
    uint64_t commit = gate_after(ship->source.gate);
    for (size_t i = 0; i < ship->count; i++) {
        uint64_t has = atomic_load(&ship->links[i].published.commit);
        if (has < commit) commit = has;
    }
    spool_forget(ship->source.spool, commit);
}

static err link_ship(struct link *link)
{
    bool complete;
    struct spool *spool = link->ship->source.spool;
    if (!spool_sync(spool)) return OK; /* the thread that adds records deals with it */
    int64_t now_ms = clock_monotonic_ms();
    struct spool_end end = spool_synced(spool);
    err e = segments_ship(link, &end, &complete);
    if (!e && complete && link->has_base) e = head_write(link, &end);
    if (!e && complete && link->has_base) {
        atomic_store(&link->published.complete_ms, now_ms);
        atomic_store(&link->published.commit, end.commit);
        spool_shrink(link->ship);
    }
    uint64_t from = link->segment ? link->segment : link->base_after + 1;
    int64_t backlog = spool_backlog(spool, link->connected ? from : 0) - (link->connected ? link->offset : 0);
    atomic_store(&link->published.backlog, backlog > 0 ? backlog : 0);
    return e;
}

/* --- bases -------------------------------------------------------------------------------------------------------- */

static bool base_due(const struct link *link)
{
    return !link->has_base || !link->connected || link->bases_requested != link->ship->bases_requested;
}

static void base_made(struct link *link)
{
    LOG(LOG_INFO, "base_made", LOG_INT("place", (int64_t)link->number + 1),
        LOG_INT("commit", (int64_t)base_commit(link->making)));
    link->has_base = true;
    link->base = base_commit(link->making);
    link->base_after = base_after(link->making);
    atomic_store(&link->published.base_ms, base_created_ms(link->making));
    if (link->connected) return;
    link->connected = true;
    link->segment = 0;
    link->offset = 0;
}

/* Makes a part of the base that is due. */
static err link_base(struct link *link)
{
    bool complete = false;
    struct ship *ship = link->ship;
    pthread_mutex_lock(&ship->lock);
    bool due = base_due(link), ending = ship->ending;
    unsigned requested = ship->bases_requested;
    pthread_mutex_unlock(&ship->lock);
    if (ending || (!link->making && !due)) return OK;
    if (!link->making && link->connected && link->has_base && link->base == spool_end(ship->source.spool).commit) {
        link->bases_requested = requested; /* there is one of this commit */
        atomic_store(&link->published.bases_done, requested);
        return OK;
    }
    if (!link->making) {
        err e = base_begin(&ship->source, link->place, &link->making);
        if (e) return e == ERR_OVERLOADED ? OK : e;
        link->bases_requested = requested;
    }
    err e = base_step(link->making, &complete);
    if (!e && !complete) return OK;
    if (e == ERR_OVERLOADED)
        snprintf(link->place->reason, sizeof(link->place->reason),
                 "the log became too long while a base was made; it is made again");
    if (!e) base_made(link);
    if (!e) atomic_store(&link->published.bases_done, link->bases_requested);
    if (e) link->bases_requested = requested - 1;
    base_end(link->making);
    link->making = NULL;
    return e;
}

/* --- the threads -------------------------------------------------------------------------------------------------- */

/* Another process requests bases by a file. */
static void request_path(str folder, char ret_path[static PATH_SIZE])
{
    int n = snprintf(ret_path, PATH_SIZE, "%.*s/base-requested", STR_ARG(folder));
    CHECK(n < PATH_SIZE);
}

static void request_look(struct link *link)
{
    char path[PATH_SIZE];
    if (link->number > 0) return;
    request_path(spool_folder(link->ship->source.spool), path);
    if (unlink(path) == 0) ship_request_base(link->ship);
}

bool ship_request_base_of(str spool_folder)
{
    char path[PATH_SIZE];
    request_path(spool_folder, path);
    int handle = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    if (handle >= 0) close(handle);
    return handle >= 0;
}

static void link_round(struct link *link)
{
    request_look(link);
    if (!link_open(link)) return;
    err e = link->connected ? link_ship(link) : OK;
    if (!e) e = link_base(link);
    if (e)
        link_failed(link, str_of(link->place->reason));
    else
        link_succeeded(link);
}

/* Waits for the next round; not at all while a base is made. */
static void link_wait(struct link *link)
{
    struct ship *ship = link->ship;
    struct timespec until;
    int64_t wait_ms = link->pause_ms ? link->pause_ms : ROUND_MS;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += wait_ms / 1000;
    until.tv_nsec += wait_ms % 1000 * 1000000;
    if (until.tv_nsec >= 1000000000) {
        until.tv_nsec -= 1000000000;
        until.tv_sec++;
    }
    pthread_mutex_lock(&ship->lock);
    unsigned requested = ship->bases_requested;
    int code = 0;
    while (!ship->ending && ship->bases_requested == requested && !link->making && code != ETIMEDOUT)
        code = pthread_cond_timedwait(&ship->changed, &ship->lock, &until);
    pthread_mutex_unlock(&ship->lock);
}

static void *link_main(void *context)
{
    struct link *link = context;
    struct ship *ship = link->ship;
    for (bool last = false; !last;) {
        last = is_ending(ship); /* a round that begins then ships everything */
        link_round(link);
        atomic_store(&link->published.failing, link->failing);
        if (!last) link_wait(link);
    }
    link_close(link);
    pthread_mutex_lock(&ship->lock);
    link->ended = true;
    pthread_cond_broadcast(&ship->changed);
    pthread_mutex_unlock(&ship->lock);
    return NULL;
}

err ship_check(const struct settings *settings, struct arena *arena, str *ret_reason)
{
    str addresses = settings->backup_to, address;
    size_t count = 0;
    while (str_split(&addresses, ',', &address)) {
        *ret_reason = place_refused(str_trim(address), settings, arena);
        if (ret_reason->p) return ERR_INVALID;
        if (++count <= PLACES_MAX) continue;
        *ret_reason = arena_printf(arena, "more than %d places", PLACES_MAX);
        return ERR_INVALID;
    }
    return OK;
}

struct ship *ship_start(const struct base_source *source, const struct settings *settings)
{
    struct arena *arena = arena_new(2 * PLACES_MAX * PIECE_SIZE);
    struct ship *ship = ARENA_NEW(arena, struct ship);
    pthread_condattr_t monotonic;
    str addresses = settings->backup_to, address;
    ship->arena = arena;
    ship->source = *source;
    ship->settings = settings;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&ship->changed, &monotonic);
    pthread_condattr_destroy(&monotonic);
    pthread_mutex_init(&ship->lock, NULL);
    while (str_split(&addresses, ',', &address)) {
        CHECK(ship->count < PLACES_MAX); /* ship_check() */
        struct link *link = &ship->links[ship->count];
        link->ship = ship;
        link->number = ship->count++;
        link->address = arena_copy(arena, str_trim(address));
        link->piece = arena_alloc(arena, PIECE_SIZE);
        atomic_store(&link->published.complete_ms, clock_monotonic_ms());
    }
    for (size_t i = 0; i < ship->count; i++) {
        int code = pthread_create(&ship->links[i].thread, NULL, link_main, &ship->links[i]);
        CHECK(code == 0);
    }
    return ship;
}

/* Waits until all threads have ended, but not much longer than they may take. */
static bool threads_wait(struct ship *ship)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += 2 * END_MS / 1000;
    bool ended = true;
    pthread_mutex_lock(&ship->lock);
    for (size_t i = 0; i < ship->count; i++) {
        int code = 0;
        while (!ship->links[i].ended && code != ETIMEDOUT)
            code = pthread_cond_timedwait(&ship->changed, &ship->lock, &until);
        ended = ended && ship->links[i].ended;
    }
    pthread_mutex_unlock(&ship->lock);
    return ended;
}

bool ship_end(struct ship *ship)
{
    if (!ship) return true;
    pthread_mutex_lock(&ship->lock);
    ship->ending = true;
    ship->end_ms = clock_monotonic_ms() + END_MS;
    pthread_cond_broadcast(&ship->changed);
    pthread_mutex_unlock(&ship->lock);
    if (!threads_wait(ship)) {
        LOG(LOG_ERROR, "archive_place_failed", LOG_TEXT("reason", STR("a place does not respond; it is left behind")));
        return false;
    }
    for (size_t i = 0; i < ship->count; i++) pthread_join(ship->links[i].thread, NULL);
    pthread_cond_destroy(&ship->changed);
    pthread_mutex_destroy(&ship->lock);
    arena_free(ship->arena);
    return true;
}

void ship_request_base(struct ship *ship)
{
    pthread_mutex_lock(&ship->lock);
    ship->bases_requested++;
    pthread_cond_broadcast(&ship->changed);
    pthread_mutex_unlock(&ship->lock);
}

bool ship_state(struct ship *ship, size_t place, struct place_state *ret_state)
{
    if (!ship || place >= ship->count) return false;
    struct link *link = &ship->links[place];
    uint64_t has = atomic_load(&link->published.commit), last = spool_end(ship->source.spool).commit;
    int64_t waiting_ms = clock_monotonic_ms() - atomic_load(&link->published.complete_ms);
    int64_t base_ms = atomic_load(&link->published.base_ms);
    pthread_mutex_lock(&ship->lock);
    unsigned requested = ship->bases_requested;
    pthread_mutex_unlock(&ship->lock);
    *ret_state = (struct place_state){.failing = atomic_load(&link->published.failing),
                                      .lag_ms = has >= last ? 0 : waiting_ms,
                                      .backlog = atomic_load(&link->published.backlog),
                                      .commit = (int64_t)has,
                                      .base_age_ms = base_ms ? clock_now_ms() - base_ms : -1,
                                      .base_due = !base_ms || atomic_load(&link->published.bases_done) != requested,
                                      .verified_age_ms = -1};
    return true;
}
