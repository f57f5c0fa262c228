/* What the commands that restore from an archive share: see recovery.h. */
#include "ops/recovery.h"

#include <stdio.h>
#include <unistd.h>

#include "archive/place_cache.h"
#include "base/check.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/key_file.h"
#include "base/time_text.h"
#include "domain/verification.h"
#include "ops/script.h"
#include "store/maintain/digest.h"
#include "store/store.h"

enum {
    SHOW_MS = 5 * SECOND_MS,
    SHOW_TERMINAL_MS = 200,
    LINE_WIDTH = 60,
    JSON_MAX = 64 * 1024,
    MIB = 1024 * 1024,
};

/* An archive may have many files, and a database many pages. */
static const size_t ARENA_MAX = (size_t)64 << 30;

/* --- progress ----------------------------------------------------------------------------------------------------- */

static void display_end(struct recovery_display *display)
{
    if (display->terminal && display->what) fputc('\n', stderr);
    display->what = NULL;
}

static void show(void *context, const char *what, uint64_t done, uint64_t total)
{
    struct recovery_display *display = context;
    int64_t now_ms = clock_monotonic_ms();
    if (display->what != what) {
        display_end(display);
        display->what = what;
        if (!display->terminal) display->shown_ms = now_ms; /* short ones are not worth a line */
    } else if (now_ms - display->shown_ms < (display->terminal ? SHOW_TERMINAL_MS : SHOW_MS)) {
        return;
    }
    if (!display->terminal && display->shown_ms == now_ms) return;
    display->shown_ms = now_ms;
    if (done > total) done = total;
    char line[LINE_WIDTH + 1];
    snprintf(line, sizeof(line), "%-9s %3d %% of %llu MiB", what, total ? (int)(done * 100 / total) : 100,
             (unsigned long long)(total / MIB));
    if (display->terminal)
        fprintf(stderr, "\r  %-*s", LINE_WIDTH, line);
    else
        say("  %s", line);
}

/* --- the archive -------------------------------------------------------------------------------------------------- */

/* The restored database is opened as an embedded one, whatever the configured one is, and is not archived. */
static void configure(struct recovery *recovery, const char *path)
{
    const struct settings *configured = &recovery->invocation->configuration->settings;
    recovery->settings = *configured;
    recovery->settings.database_url = STR("");
    recovery->settings.migration_url = STR("");
    recovery->settings.backup_to = STR("");
    recovery->settings.key_file =
        key_file_path(configured->key_file, path ? str_of(path) : configured->storage, recovery->arena);
}

static int key_open(struct recovery *recovery, bool key_required)
{
    err e = signing_key_read(&recovery->settings, recovery->arena, &recovery->key_reason, &recovery->key);
    if (!e) recovery->key_reason = STR_NONE;
    if (!e || !key_required) return EXIT_DONE;
    return say_failed("%.*s; copy the key of the database there, or set BOXOFFICE_KEY_FILE",
                      STR_ARG(recovery->key_reason));
}

/* --from, or the first place that the database is archived to. */
static str place_chosen(const struct invocation *invocation)
{
    str places = invocation->configuration->settings.backup_to, place = STR("");
    if (invocation_has(invocation, OPTION_FROM)) return invocation->options[OPTION_FROM];
    (void)str_split(&places, ',', &place);
    return str_trim(place);
}

int recovery_open(struct recovery *recovery, struct invocation *invocation, const char *path, bool key_required)
{
    str reason = STR(""), place = place_chosen(invocation);
    *recovery = (struct recovery){.invocation = invocation, .arena = arena_new(ARENA_MAX)};
    recovery->display.terminal = isatty(STDERR_FILENO) == 1;
    recovery->progress = (struct chain_progress){show, &recovery->display};
    if (place.n == 0)
        return say_usage("--from is required, the place of the archive, because BOXOFFICE_BACKUP_TO is not set");
    configure(recovery, path);
    int code = key_open(recovery, key_required);
    if (code != EXIT_DONE) return code;
    const struct place_opening opening = {.address = place, .settings = &invocation->configuration->settings};
    err e = place_open(&opening, recovery->arena, &reason, &recovery->place);
    if (e) return say_failed("%.*s", STR_ARG(reason));
    const struct signing_key *key = recovery->key_reason.p ? NULL : &recovery->key;
    e = catalog_read(recovery->place, key, recovery->arena, &reason, &recovery->catalog);
    return e ? say_failed("%.*s", STR_ARG(reason)) : EXIT_DONE;
}

void recovery_close(struct recovery *recovery)
{
    place_close(recovery->copy);
    place_close(recovery->place);
    sodium_memzero(&recovery->key, sizeof(recovery->key));
    arena_free(recovery->arena);
}

/* --- the target --------------------------------------------------------------------------------------------------- */

/* A time without an offset is UTC; seconds may be left out. */
static bool time_read(str text, struct arena *arena, int64_t *ret_ms)
{
    enum { MINUTES = sizeof("2026-12-24T18:00") - 1, SECONDS = sizeof("2026-12-24T18:00:00") - 1 };
    if (time_from_text(text, ret_ms)) return true;
    if (text.n != MINUTES && text.n != SECONDS) return false;
    str whole =
        arena_printf(arena, "%.*sT%.*s%s", 10, text.p, STR_ARG(str_from(text, 11)), text.n == MINUTES ? ":00Z" : "Z");
    return (text.p[10] == ' ' || text.p[10] == 'T') && time_from_text(whole, ret_ms);
}

/* "EPOCH:COMMIT" names a commit of an older epoch, which the newest history does not contain. */
static int epoch_choose(struct recovery *recovery, str *text)
{
    size_t colon = str_find(*text, ':');
    int64_t epoch;
    if (colon == text->n || !str_to_int(str_first(*text, colon), &epoch) || !str_is_digits(str_from(*text, colon + 1)))
        return EXIT_DONE;
    *text = str_from(*text, colon + 1);
    if (epoch > 0 && catalog_choose(recovery->catalog, (uint64_t)epoch) == OK) return EXIT_DONE;
    return say_failed("the archive has nothing of epoch %lld", (long long)epoch);
}

static int target_read(struct recovery *recovery, enum option option)
{
    str text = recovery->invocation->options[option];
    int64_t number;
    struct chain_target *target = &recovery->target;
    int code = text.p ? epoch_choose(recovery, &text) : EXIT_DONE;
    if (code != EXIT_DONE) return code;
    if (!text.p || str_is(text, "latest")) {
        target->kind = TARGET_LATEST;
    } else if (str_is_digits(text) && str_to_int(text, &number)) {
        *target = (struct chain_target){.kind = TARGET_COMMIT, .commit = (uint64_t)number};
    } else {
        target->kind = TARGET_TIME;
        if (!time_read(text, recovery->arena, &target->time_ms))
            return say_usage("%s must be a commit number, a time in UTC such as '2026-12-24 18:00:00', or latest",
                             cli_option(option)->text);
    }
    return EXIT_DONE;
}

static void say_notes(const struct recovery *recovery)
{
    const struct chain *chain = recovery->chain;
    if (chain->base_note.p) say("warning: %.*s", STR_ARG(chain->base_note));
    if (chain->signed_note.p) say("warning: %.*s", STR_ARG(chain->signed_note));
    if (recovery->target.kind == TARGET_TIME && chain->at_end)
        say("the archive ends with this commit; what was committed later, if anything was, is not in it");
}

/* What is read from a bucket is kept, because it is read twice. */
static int copy_begin(struct recovery *recovery, const char *path)
{
    str reason = STR("");
    if (!path || place_is_directory(str_of(recovery->place->address))) return EXIT_DONE;
    const char *slash = strrchr(path, '/');
    str folder = slash ? arena_copy(recovery->arena, (str){path, (size_t)(slash - path) + 1}) : STR(".");
    err e = place_cache_open(recovery->place, folder.p, recovery->arena, &reason, &recovery->copy);
    if (e) return say_failed("%.*s", STR_ARG(reason));
    recovery->catalog->place = recovery->copy;
    return EXIT_DONE;
}

int recovery_find(struct recovery *recovery, enum option option, const char *path)
{
    str reason = STR("");
    int code = target_read(recovery, option);
    if (code == EXIT_DONE) code = copy_begin(recovery, path);
    if (code != EXIT_DONE) return code;
    err e = chain_find(recovery->catalog, &recovery->target, &recovery->progress, recovery->arena, &reason,
                       &recovery->chain);
    display_end(&recovery->display);
    if (e) return say_failed("%.*s", STR_ARG(reason));
    say_notes(recovery);
    return EXIT_DONE;
}

/* --- the proof ---------------------------------------------------------------------------------------------------- */

/* Whether the database has exactly the schema of this program; else why not. */
static err schema_check(struct recovery *recovery, struct store *store, str *ret_reason)
{
    struct scripts migrations;
    const struct script_choice built_in = {SCRIPT_MIGRATION, store_dialect(&recovery->settings), STR_NONE};
    *ret_reason = STR_NONE;
    err e = scripts_load(recovery->arena, &built_in, ret_reason, &migrations);
    if (!e) e = scripts_state(&migrations, store, recovery->arena);
    if (e) return e;
    if (migrations.unknown_count)
        *ret_reason = STR("a later version of boxoffice wrote it; use that version");
    else if (migrations.pending)
        *ret_reason = arena_printf(recovery->arena, "%zu migrations are pending; run boxoffice db:migrate on it",
                                   migrations.pending);
    return OK;
}

/* The integrity of the file only. */
static size_t file_check(const struct verification *verification)
{
    for (size_t i = 0; i < verification->count; i++) {
        if (strcmp(verification->invariants[i].name, "integrity") == 0) return verification->violations[i] != 0;
    }
    return 1;
}

static int invariants_check(struct recovery *recovery, struct store *store)
{
    struct verification *verification = ARENA_NEW(recovery->arena, struct verification);
    err e = schema_check(recovery, store, &recovery->proof.digest_reason);
    if (e) return say_failed("cannot read the restored database: %s", err_row(e)->title);
    verification_run(verification, store, recovery->arena);
    if (recovery->proof.digest_reason.p)
        return file_check(verification) ? say_failed("the restored database file is not sound") : EXIT_DONE;
    recovery->proof.invariants = verification->count - verification->broken;
    for (size_t i = 0; i < verification->count; i++) {
        if (verification->violations[i] != 0) say("violated: %s", verification->invariants[i].doc);
    }
    if (verification->broken == 0) return EXIT_DONE;
    return say_failed("%zu of %zu invariants are violated in the restored database", verification->broken,
                      verification->count);
}

static int prove(struct recovery *recovery)
{
    struct store *store;
    struct database_digest *digest = ARENA_NEW(recovery->arena, struct database_digest);
    str reason = STR("");
    err e = store_open(&recovery->settings, false, recovery->arena, &reason, &store);
    if (e) return say_failed("cannot open the restored database: %.*s", STR_ARG(reason));
    int code = invariants_check(recovery, store);
    store_close(store);
    if (code != EXIT_DONE || recovery->proof.digest_reason.p) return code;
    e = database_digest(&recovery->settings, &(struct digest_options){0}, recovery->arena, &reason, digest);
    if (e) return say_failed("cannot read the restored database: %.*s", STR_ARG(reason));
    snprintf(recovery->proof.sha256, sizeof(recovery->proof.sha256), "%s", digest->sha256);
    return EXIT_DONE;
}

int recovery_write(struct recovery *recovery, const char *path)
{
    str reason = STR("");
    recovery->settings.storage = str_of(path);
    err e = restore_write(recovery->chain, path, &recovery->progress, recovery->arena, &reason);
    display_end(&recovery->display);
    if (e) return say_failed("%.*s", STR_ARG(reason));
    int code = prove(recovery);
    if (code != EXIT_DONE) restore_remove(path, recovery->arena);
    return code;
}

/* --- the report --------------------------------------------------------------------------------------------------- */

static str time_of(const struct recovery *recovery, char buffer[static TIME_TEXT_SIZE])
{
    return recovery->chain->time_ms ? time_to_rfc3339(recovery->chain->time_ms, buffer) : STR_NONE;
}

static void print_json(const struct recovery *recovery, const char *path)
{
    const struct chain *chain = recovery->chain;
    const struct proof *proof = &recovery->proof;
    char time[TIME_TEXT_SIZE];
    struct buf out = buf_new(recovery->arena, JSON_MAX);
    struct json json = json_to(&out);
    json_object_begin(&json);
    json_member_text(&json, "into", str_of(path));
    json_member_int(&json, "epoch", (int64_t)chain->epoch);
    json_member_int(&json, "commit", (int64_t)chain->commit);
    json_member_text(&json, "time", time_of(recovery, time));
    json_member_text(&json, "base", chain->base->name);
    json_member_int(&json, "records", (int64_t)chain->records);
    json_member_int(&json, "bytes", (int64_t)(chain->pages * chain->page_size));
    json_member_bool(&json, "signed", !chain->signed_note.p);
    json_member_bool(&json, "atEnd", chain->at_end);
    json_member_int(&json, "invariants", (int64_t)proof->invariants);
    json_member_text(&json, "sha256", proof->sha256[0] ? str_of(proof->sha256) : STR_NONE);
    json_object_end(&json);
    CHECK(!out.full);
    print_text(buf_str(&out));
    print("\n");
}

void recovery_print(const struct recovery *recovery, const char *path)
{
    const struct chain *chain = recovery->chain;
    char time[TIME_TEXT_SIZE];
    str at = time_of(recovery, time);
    if (invocation_has(recovery->invocation, OPTION_JSON)) {
        print_json(recovery, path);
        return;
    }
    print("commit %llu of epoch %llu%s%.*s: %.1f MiB, from %s and %llu later commits\n",
          (unsigned long long)chain->commit, (unsigned long long)chain->epoch, at.p ? ", " : "", STR_ARG(at),
          (double)(chain->pages * chain->page_size) / MIB, chain->base->name.p, (unsigned long long)chain->records);
    if (recovery->proof.sha256[0])
        print("all %zu invariants hold; sha256 %s\n", recovery->proof.invariants, recovery->proof.sha256);
    if (recovery->proof.digest_reason.p)
        print("the file is sound; invariants and digest were not checked: %.*s\n",
              STR_ARG(recovery->proof.digest_reason));
}
