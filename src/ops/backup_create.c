/* The command backup:create: a new base in every place of the archive. Only the process that archives the database can
 * make one, because checkpoints have to be held meanwhile. So a running server is requested to, by a file in the spool;
 * else this process archives while it runs. Either way the base is done when the place has it. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "archive/catalog.h"
#include "archive/ship.h"
#include "base/check.h"
#include "base/clock.h"
#include "base/json.h"
#include "ops/database.h"

enum {
    ARENA_MAX = 1 << 30,
    POLL_MS = 200,
    WAIT_MS = HOUR_MS,
    SAY_MS = 10 * SECOND_MS,
    ENTRY_MAX = 8192,
};

struct target {
    str address;
    uint64_t commit; /* that the place had at the beginning: the base is of this one or a later one */
    uint64_t base;   /* of its newest base */
    char name[ARCHIVE_NAME_SIZE];
    bool done;
};

struct creation {
    struct invocation *invocation;
    const struct settings *settings;
    struct signing_key key;
    struct store *store;
    bool requested;  /* from a running server */
    uint64_t commit; /* the last one at the beginning: the bases are of this one or a later one */
    struct target targets[PLACES_MAX];
    size_t count;
};

/* --- what a place has --------------------------------------------------------------------------------------------- */

static void newest_base(const struct catalog *catalog, struct target *target)
{
    const struct catalog_base *base = catalog_newest_base(catalog);
    if (!base) return;
    target->base = base->least;
    snprintf(target->name, sizeof(target->name), "%.*s", STR_ARG(base->name));
}

/* Reads its newest base; it stays what it was while the place cannot be read. */
static void target_read(const struct creation *creation, struct target *target)
{
    struct arena *arena = arena_new(ARENA_MAX);
    struct place *place;
    struct catalog *catalog;
    str reason;
    const struct place_opening opening = {.address = target->address, .settings = creation->settings};
    err e = place_open(&opening, arena, &reason, &place);
    if (!e) {
        e = catalog_read(place, &creation->key, arena, &reason, &catalog);
        if (!e) newest_base(catalog, target);
        place_close(place);
    }
    arena_free(arena);
}

static int targets_read(struct creation *creation)
{
    str places = creation->settings->backup_to, address, reason = STR("");
    if (creation->settings->database_url.n > 0)
        return say_failed("a database on a server is archived there; docs/OPERATIONS.md says how");
    if (places.n == 0) return say_failed("BOXOFFICE_BACKUP_TO is not set; it names the places of the archive");
    if (ship_check(creation->settings, creation->invocation->arena, &reason) != OK)
        return say_failed("BOXOFFICE_BACKUP_TO: %.*s", STR_ARG(reason));
    if (signing_key_read(creation->settings, creation->invocation->arena, &reason, &creation->key) != OK)
        return say_failed("%.*s", STR_ARG(reason));
    while (str_split(&places, ',', &address)) {
        struct target *target = &creation->targets[creation->count++];
        target->address = arena_copy(creation->invocation->arena, str_trim(address));
    }
    return EXIT_DONE;
}

/* --- waiting ------------------------------------------------------------------------------------------------------ */

static bool all_done(struct creation *creation)
{
    bool done = true;
    for (size_t i = 0; i < creation->count; i++) {
        struct target *target = &creation->targets[i];
        if (!target->done) target_read(creation, target);
        target->done = target->name[0] && target->base >= creation->commit;
        done = done && target->done;
    }
    return done;
}

static int wait_done(struct creation *creation)
{
    int64_t begun_ms = clock_monotonic_ms(), said_ms = begun_ms;
    while (!all_done(creation)) {
        int64_t now_ms = clock_monotonic_ms();
        if (creation->requested && store_lock(creation->store, STORE_LOCK_SHARED) == OK)
            return say_failed("the server has ended before it made the base; run the same command again");
        if (now_ms - begun_ms > WAIT_MS) return say_failed("no base after an hour; the log of the server says why");
        for (size_t i = 0; i < creation->count && now_ms - said_ms > SAY_MS; i++) {
            if (!creation->targets[i].done) say("waiting for %.*s", STR_ARG(creation->targets[i].address));
        }
        if (now_ms - said_ms > SAY_MS) said_ms = now_ms;
        usleep(POLL_MS * 1000);
    }
    return EXIT_DONE;
}

/* --- the command -------------------------------------------------------------------------------------------------- */

/* A server that archives has the spool open; one that does not cannot be helped from here. */
static int base_request(struct creation *creation)
{
    bool serving = store_lock(creation->store, STORE_LOCK_SHARED) != OK;
    err e = store_archive_start(creation->store);
    str folder = arena_printf(creation->invocation->arena, "%.*s.archive", STR_ARG(creation->settings->storage));
    struct spool_end end;
    if (spool_look(folder, creation->invocation->arena, &end)) creation->commit = end.commit;
    if (!e && serving) return say_failed("the running server does not archive; set BOXOFFICE_BACKUP_TO for it, too");
    if (!e) {
        store_archive_request_base(creation->store);
        return EXIT_DONE;
    }
    if (!serving) return say_failed("another command archives this database; try again when it has ended");
    creation->requested = true;
    if (ship_request_base_of(folder)) return EXIT_DONE;
    return say_failed("cannot write to %.*s: %s", STR_ARG(folder), strerror(errno));
}

static void print_done(const struct creation *creation)
{
    struct buf out = buf_new(creation->invocation->arena, ENTRY_MAX * (creation->count + 1));
    struct json json = json_to(&out);
    json_array_begin(&json);
    for (size_t i = 0; i < creation->count; i++) {
        const struct target *target = &creation->targets[i];
        if (!invocation_has(creation->invocation, OPTION_JSON))
            print("%.*s: %s\n", STR_ARG(target->address), target->name);
        json_object_begin(&json);
        json_member_text(&json, "place", target->address);
        json_member_text(&json, "base", str_of(target->name));
        json_member_int(&json, "commit", (int64_t)target->base);
        json_object_end(&json);
    }
    json_array_end(&json);
    CHECK(!out.full);
    if (!invocation_has(creation->invocation, OPTION_JSON)) return;
    print_text(buf_str(&out));
    print("\n");
}

int command_backup_create(struct invocation *invocation)
{
    struct creation *creation = ARENA_NEW(invocation->arena, struct creation);
    creation->invocation = invocation;
    creation->settings = &invocation->configuration->settings;
    int code = targets_read(creation);
    if (code == EXIT_DONE) code = database_open(invocation, false, &creation->store);
    if (code == EXIT_DONE) code = base_request(creation);
    if (code == EXIT_DONE) code = wait_done(creation);
    store_close(creation->store);
    sodium_memzero(&creation->key, sizeof(creation->key));
    if (code == EXIT_DONE) print_done(creation);
    return code;
}
