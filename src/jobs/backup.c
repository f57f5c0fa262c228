/* See backup.h. The job looks every few seconds whether a run is due; what it knows about earlier ones is in the rows
 * of Backups. */
#include "jobs/backup.h"

#include <unistd.h>

#include "archive/prune.h"
#include "base/check.h"
#include "base/local_time.h"
#include "base/log.h"
#include "domain/commands.h"
#include "domain/run.h"
#include "jobs/backup_check.h"

enum {
    POLL_US = 100 * 1000,
    BASE_MS = 6 * HOUR_MS,       /* how long a base may take */
    FAILING_MS = MINUTE_MS,      /* how long a place may fail meanwhile */
    ARCHIVED_MS = 5 * MINUTE_MS, /* how long a place may take to get a commit */
};

static const size_t ARENA_MAX = (size_t)4 << 30; /* an archive may have many files */

/* --- when --------------------------------------------------------------------------------------------------------- */

bool backup_due(const struct backup_run *last, int64_t now_ms, int minutes)
{
    if (last->started_ms == 0 || last->started_ms > now_ms) return true;
    if (!last->verified) return now_ms - last->started_ms >= BACKUP_RETRY_MS;
    return last->started_ms < local_daily_ms(now_ms, minutes);
}

bool backup_overdue(const struct place_state *state)
{
    return state->verified_age_ms > BACKUP_OVERDUE_MS;
}

/* Repeated every hour. */
static void overdue_say(size_t place, const struct place_state *state)
{
    static atomic_int_least64_t said_ms[PLACES_MAX]; /* monotonic; 0: not yet */
    int64_t now_ms = clock_monotonic_ms(), last_ms = atomic_load(&said_ms[place]);
    if (!backup_overdue(state) || (last_ms && now_ms - last_ms < HOUR_MS)) return;
    atomic_store(&said_ms[place], now_ms);
    LOG(LOG_ERROR, "backup_overdue", LOG_INT("place", (int64_t)place + 1),
        LOG_INT("verified_hours_ago", state->verified_age_ms / HOUR_MS));
}

/* Once, so that it is known who makes backups. */
static void no_archive_say(const struct settings *settings)
{
    static atomic_flag said = ATOMIC_FLAG_INIT;
    if (atomic_flag_test_and_set(&said)) return;
    LOG(LOG_INFO, "backup_skipped",
        LOG_TEXT("reason", settings->database_url.n
                               ? STR("backups of a database server are made by its own tools (pgBackRest)")
                               : STR("BOXOFFICE_BACKUP_TO is not set: there is no backup")));
}

/* --- earlier runs ------------------------------------------------------------------------------------------------- */

/* The newest row about a place; all members are 0 when there is none. */
static err newest_read(const struct job_context *context, size_t place, bool verified, struct backup *ret_backup)
{
    struct value number = {.number = (int64_t)place + 1}, yes = {.number = 1};
    struct query query = {.entity = entity_of(ENTITY_backup), .limit = 1};
    struct page page;
    query_filter(&query, FIELD_OF(backup, place), COMPARE_EQUAL, &number, 1);
    if (verified) query_filter(&query, FIELD_OF(backup, is_verified), COMPARE_EQUAL, &yes, 1);
    query.sorts[query.sort_count++] = (struct sort){.field = FIELD_OF(backup, id), .descending = true};
    err e = reader_list(context->reader, &query, context->arena, &page);
    if (e) return e;
    *ret_backup = page.count ? *(const struct backup *)(void *)page.rows[0] : (struct backup){0};
    return OK;
}

/* The place that a run is about. */
struct place_due {
    size_t place; /* from 0 */
    str address;
    bool is_due;
    bool had_run; /* an earlier one */
};

struct plan {
    struct place_due due[PLACES_MAX];
    size_t count; /* of the places */
    bool any;
};

static err place_look(const struct job_context *context, int minutes, struct place_due *due)
{
    struct backup last, verified;
    err e = newest_read(context, due->place, false, &last);
    if (!e) e = newest_read(context, due->place, true, &verified);
    if (e) return e;
    const struct backup_run run = {.started_ms = last.started_at, .verified = last.is_verified};
    due->is_due = backup_due(&run, clock_now_ms(), minutes);
    due->had_run = last.started_at != 0;
    if (verified.finished_at) store_archive_verified(context->store, due->place, verified.finished_at);
    return OK;
}

static err plan_make(const struct job_context *context, int minutes, struct plan *plan)
{
    struct place_state state;
    str addresses = store_settings(context->store)->backup_to, address;
    err e = reader_begin(context->reader, &system_actor);
    if (e) return e;
    while (!e && str_split(&addresses, ',', &address) && store_archive_state(context->store, plan->count, &state)) {
        struct place_due *due = &plan->due[plan->count];
        *due = (struct place_due){.place = plan->count++, .address = arena_copy(context->arena, str_trim(address))};
        e = place_look(context, minutes, due);
        if (!e && store_archive_state(context->store, due->place, &state)) overdue_say(due->place, &state);
        plan->any = plan->any || due->is_due;
    }
    reader_end(context->reader);
    return e;
}

/* --- the base ----------------------------------------------------------------------------------------------------- */

/* Waits until the state of a place is as expected; false when that takes too long, or the process is stopping. */
static bool place_wait(const struct job_context *context, size_t place, int64_t max_ms,
                       bool (*reached)(const struct place_state *state, int64_t commit), int64_t commit)
{
    struct place_state state;
    int64_t begun_ms = clock_monotonic_ms(), sound_ms = begun_ms;
    while (!job_stopping(context) && store_archive_state(context->store, place, &state)) {
        int64_t now_ms = clock_monotonic_ms();
        if (reached(&state, commit)) return true;
        if (!state.failing) sound_ms = now_ms;
        if (now_ms - begun_ms > max_ms || now_ms - sound_ms > FAILING_MS) return false;
        usleep(POLL_US);
    }
    return false;
}

static bool has_base(const struct place_state *state, int64_t commit)
{
    (void)commit;
    return !state->base_due;
}

static bool has_commit(const struct place_state *state, int64_t commit)
{
    return state->commit >= commit;
}

/* --- a run -------------------------------------------------------------------------------------------------------- */

struct run {
    const struct job_context *context;
    struct plan plan;
    bool has_base[PLACES_MAX];
    struct committed_digest expected;
    str reason; /* why there is no digest; STR_NONE: there is one */
    int64_t started_ms;
};

static err record(const struct run *run, struct backup *report)
{
    struct change change = {.descriptor = &entity_of(ENTITY_backup)->descriptor, .values = report};
    struct command_run command = {.function = backup_record, .input = {.version = VERSION_ANY, .change = &change}};
    report->finished_at = clock_now_ms();
    err e = command_run_wait(run->context->store, &command);
    if (e) return e;
    if (report->is_verified) {
        store_archive_verified(run->context->store, (size_t)report->place - 1, report->finished_at);
        LOG(LOG_INFO, "backup_verified", LOG_INT("place", report->place), LOG_INT("commit", report->commit),
            LOG_INT("duration_ms", report->finished_at - report->started_at));
    } else {
        LOG(LOG_ERROR, "backup_failed", LOG_INT("place", report->place), LOG_TEXT("reason", report->problem));
    }
    return OK;
}

static err verify(const struct run *run, const struct place_due *due, struct backup *report)
{
    report->problem = run->reason;
    if (run->reason.p) return OK;
    report->problem = STR("no new base was made in time; the log says why: archive_place_failed");
    if (!run->has_base[due->place]) return OK;
    report->problem = STR("the newest commits did not arrive in time; the log says why: archive_place_failed");
    if (!place_wait(run->context, due->place, ARCHIVED_MS, has_commit, (int64_t)run->expected.commit)) return OK;
    return backup_check(run->context, due->address, &run->expected, report);
}

/* --- retention ---------------------------------------------------------------------------------------------------- */

static err prune_in(const struct job_context *context, struct place *place, struct arena *arena, str *ret_reason,
                    size_t *ret_removed)
{
    const struct settings *settings = store_settings(context->store);
    struct signing_key key;
    struct catalog *catalog;
    struct prune_plan plan;
    err e = signing_key_read(settings, arena, ret_reason, &key);
    if (e) return e;
    e = catalog_read(place, &key, arena, ret_reason, &catalog);
    sodium_memzero(&key, sizeof(key));
    int64_t since_ms = clock_now_ms() - settings->backup_keep_days * DAY_MS;
    if (!e) e = prune_plan(catalog, since_ms, arena, ret_reason, &plan);
    return e ? e : prune_run(catalog, &plan, arena, ret_reason, ret_removed);
}

/* Removes what is older than it has to be. A place where this process may not remove anything is pruned by another one
 * (backup:prune); that is said, but it is no failure of the backup. */
static void prune(const struct job_context *context, const struct place_due *due)
{
    struct arena *arena = arena_new(ARENA_MAX);
    struct place *place;
    size_t removed = 0;
    str reason = STR("");
    const struct place_opening opening = {.address = due->address,
                                          .settings = store_settings(context->store),
                                          .abandoned = job_is_stopping,
                                          .context = (void *)(uintptr_t)context};
    err e = place_open(&opening, arena, &reason, &place);
    if (!e) {
        e = prune_in(context, place, arena, &reason, &removed);
        place_close(place);
    }
    if (e && !job_stopping(context))
        LOG(LOG_WARNING, "backup_prune_failed", LOG_INT("place", (int64_t)due->place + 1), LOG_TEXT("reason", reason));
    if (removed > 0)
        LOG(LOG_INFO, "backup_pruned", LOG_INT("place", (int64_t)due->place + 1), LOG_INT("files", (int64_t)removed));
    arena_free(arena);
}

static err place_run(const struct run *run, const struct place_due *due)
{
    struct backup report = {.place = (int64_t)due->place + 1, .address = due->address, .started_at = run->started_ms};
    err e = verify(run, due, &report);
    if (job_stopping(run->context)) return OK; /* it is made again at the next start */
    if (!e) e = record(run, &report);
    if (!e && report.is_verified) prune(run->context, due);
    return e;
}

/* The first run verifies the base with which the archive began. */
static void bases_make(struct run *run)
{
    bool requested = false;
    for (size_t i = 0; i < run->plan.count; i++)
        requested = requested || (run->plan.due[i].is_due && run->plan.due[i].had_run);
    if (requested) store_archive_request_base(run->context->store);
    for (size_t i = 0; i < run->plan.count; i++) {
        if (run->plan.due[i].is_due) run->has_base[i] = place_wait(run->context, i, BASE_MS, has_base, 0);
    }
}

static err run_once(struct run *run)
{
    bases_make(run);
    if (job_stopping(run->context)) return OK;
    str reason = STR("");
    err e = store_digest_at_commit(run->context->store, run->context->stopping, run->context->arena, &reason,
                                   &run->expected);
    run->reason = e ? reason : STR_NONE;
    e = OK;
    for (size_t i = 0; i < run->plan.count && !e && !job_stopping(run->context); i++) {
        if (run->plan.due[i].is_due) e = place_run(run, &run->plan.due[i]);
    }
    return e;
}

/* --- the job ------------------------------------------------------------------------------------------------------ */

err backup_daily(const struct job_context *context, bool *ret_more)
{
    struct run run = {.context = context, .started_ms = clock_now_ms()};
    struct place_state state;
    int minutes;
    *ret_more = false;
    if (!store_archive_state(context->store, 0, &state)) {
        no_archive_say(store_settings(context->store));
        return OK;
    }
    bool valid = time_of_day_read(store_settings(context->store)->backup_at, &minutes);
    CHECK(valid); /* checked by the command serve */
    err e = plan_make(context, minutes, &run.plan);
    return e || !run.plan.any ? e : run_once(&run);
}
