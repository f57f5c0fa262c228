/* The command archive:status: up to which commit the database is archived, and what each place has of it. It reads the
 * files only, so it works with and without a running server. */
#include "archive/catalog.h"
#include "archive/place_state.h"
#include "archive/spool.h"
#include "base/check.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/time_text.h"
#include "ops/cli.h"

enum {
    ARENA_MAX = 1 << 30,
    ENTRY_MAX = 8192,
    LATE_MS = MINUTE_MS, /* a place that lacks an older commit is not up to date */
};

struct place_report {
    str address;
    str reason; /* why it cannot be restored from now; STR_NONE: it can */
    struct catalog *catalog;
    const struct catalog_base *base; /* the newest usable one; NULL: none */
};

struct status {
    struct invocation *invocation;
    struct arena *arena;
    struct signing_key key;
    bool archived; /* there is a spool */
    struct spool_end last;
    struct place_report places[PLACES_MAX];
    size_t place_count;
    size_t bad;
};

/* --- places ------------------------------------------------------------------------------------------------------- */

static str place_judge(const struct status *status, const struct place_report *report)
{
    const struct catalog *catalog = report->catalog;
    const struct spool_end *last = &status->last;
    if (!catalog->has_head) return catalog->head_damage;
    if (!report->base) return STR("it has no base from which anything can be restored");
    if (!status->archived) return STR_NONE;
    if (memcmp(catalog->head.origin.database_id, last->origin.database_id, ARCHIVE_DATABASE_ID_SIZE) != 0)
        return STR("it is the archive of another database");
    if (catalog->epoch_max > last->origin.epoch)
        return STR("a database that was restored from it continues it; this one is an older copy");
    bool late = catalog->head.commit < last->commit && clock_now_ms() - last->time_ms > LATE_MS;
    return late ? STR("it lacks commits that are more than a minute old") : STR_NONE;
}

static void place_read(struct status *status, str address)
{
    struct place_report *report = &status->places[status->place_count++];
    struct place *place;
    report->address = address;
    const struct place_opening opening = {.address = address, .settings = &status->invocation->configuration->settings};
    err e = place_open(&opening, status->arena, &report->reason, &place);
    if (!e) {
        e = catalog_read(place, &status->key, status->arena, &report->reason, &report->catalog);
        place_close(place);
    }
    if (!e) {
        report->base = catalog_newest_base(report->catalog);
        report->reason = place_judge(status, report);
    }
    if (report->reason.p) status->bad++;
}

/* --- the report --------------------------------------------------------------------------------------------------- */

static str time_of(int64_t ms, char buffer[static TIME_TEXT_SIZE])
{
    return ms ? time_to_rfc3339(ms, buffer) : STR_NONE;
}

static void place_json(struct json *json, const struct place_report *report)
{
    char time[TIME_TEXT_SIZE], made[TIME_TEXT_SIZE];
    const struct catalog *catalog = report->catalog;
    bool has_head = catalog && catalog->has_head;
    json_object_begin(json);
    json_member_text(json, "place", report->address);
    json_member_text(json, "reason", report->reason);
    json_name(json, STR("commit"));
    if (has_head)
        json_int(json, (int64_t)catalog->head.commit);
    else
        json_none(json);
    json_member_text(json, "time", has_head ? time_of(catalog->head.time_ms, time) : STR_NONE);
    json_member_text(json, "base", report->base ? report->base->name : STR_NONE);
    json_member_text(json, "baseMade", report->base ? time_of(report->base->manifest.created_ms, made) : STR_NONE);
    json_object_end(json);
}

static void print_json(const struct status *status)
{
    char time[TIME_TEXT_SIZE];
    struct buf out = buf_new(status->arena, ENTRY_MAX * (status->place_count + 1));
    struct json json = json_to(&out);
    json_object_begin(&json);
    json_member_int(&json, "epoch", (int64_t)status->last.origin.epoch);
    json_member_int(&json, "commit", (int64_t)status->last.commit);
    json_member_text(&json, "time", time_of(status->last.time_ms, time));
    json_name(&json, STR("places"));
    json_array_begin(&json);
    for (size_t i = 0; i < status->place_count; i++) place_json(&json, &status->places[i]);
    json_array_end(&json);
    json_object_end(&json);
    CHECK(!out.full);
    print_text(buf_str(&out));
    print("\n");
}

static void print_place(const struct place_report *report)
{
    char time[TIME_TEXT_SIZE], made[TIME_TEXT_SIZE];
    print("%.*s\n", STR_ARG(report->address));
    if (report->catalog && report->catalog->has_head) {
        str at = time_of(report->catalog->head.time_ms, time);
        print("  up to commit %llu, %.*s\n", (unsigned long long)report->catalog->head.commit, STR_ARG(at));
    }
    if (report->base) {
        str at = time_of(report->base->manifest.created_ms, made);
        print("  newest base of commit %llu, made %.*s\n", (unsigned long long)report->base->least, STR_ARG(at));
    }
    if (report->reason.p) print("  not usable now: %.*s\n", STR_ARG(report->reason));
}

static void print_text_report(const struct status *status)
{
    char time[TIME_TEXT_SIZE];
    str at = time_of(status->last.time_ms, time);
    if (status->archived)
        print("the database is at commit %llu of epoch %llu%s%.*s\n", (unsigned long long)status->last.commit,
              (unsigned long long)status->last.origin.epoch, at.p ? ", " : "", STR_ARG(at));
    else
        print("nothing was archived from this database yet\n");
    for (size_t i = 0; i < status->place_count; i++) print_place(&status->places[i]);
}

static int report(struct status *status)
{
    str places = status->invocation->configuration->settings.backup_to, place, reason;
    if (places.n == 0) return say_failed("BOXOFFICE_BACKUP_TO is not set: this database is not archived");
    if (signing_key_read(&status->invocation->configuration->settings, status->arena, &reason, &status->key))
        return say_failed("%.*s", STR_ARG(reason));
    str storage = status->invocation->configuration->settings.storage;
    str folder = arena_printf(status->arena, "%.*s.archive", STR_ARG(storage));
    status->archived = spool_look(folder, status->arena, &status->last);
    while (str_split(&places, ',', &place) && status->place_count < PLACES_MAX) place_read(status, str_trim(place));
    if (invocation_has(status->invocation, OPTION_JSON))
        print_json(status);
    else
        print_text_report(status);
    if (status->bad == 0) return EXIT_DONE;
    return say_failed("%zu of %zu places are not up to date", status->bad, status->place_count);
}

int command_archive_status(struct invocation *invocation)
{
    struct status *status = ARENA_NEW(invocation->arena, struct status);
    status->invocation = invocation;
    status->arena = arena_new(ARENA_MAX);
    int code = report(status);
    sodium_memzero(&status->key, sizeof(status->key));
    arena_free(status->arena);
    return code;
}
