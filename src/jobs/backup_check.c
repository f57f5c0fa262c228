/* See backup_check.h. */
#include "jobs/backup_check.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "archive/place_cache.h"
#include "archive/restore.h"
#include "base/check.h"
#include "base/key_file.h"
#include "domain/verification.h"
#include "store/administer.h"

enum { SCRATCH_CACHE_KIB = 16 * 1024, PROBLEM_MAX = 500 };

static const size_t ARENA_MAX = (size_t)64 << 30; /* as that of the command: an archive may have many files */

struct check {
    const struct job_context *context;
    const struct committed_digest *expected;
    struct backup *report;
    struct arena *arena;
    struct settings settings; /* of the restored database */
    const char *folder, *path;
    str reason; /* a sentence */
};

/* --- the scratch folder ------------------------------------------------------------------------------------------- */

static void scratch_remove(struct check *check)
{
    restore_remove(check->path, check->arena);
    (void)unlinkat(AT_FDCWD, check->folder, AT_REMOVEDIR);
}

static err scratch_create(struct check *check)
{
    scratch_remove(check);
    if (mkdir(check->folder, 0700) == 0) return OK;
    check->reason = arena_printf(check->arena, "cannot create the folder %s: %s", check->folder, strerror(errno));
    return ERR_INTERNAL;
}

/* The restored database is one of its own, that is not archived and takes little memory. */
static void configure(struct check *check)
{
    const struct settings *served = store_settings(check->context->store);
    check->folder = arena_printf(check->arena, "%.*s.verify", STR_ARG(served->storage)).p;
    check->path = arena_printf(check->arena, "%s/restored.db", check->folder).p;
    check->settings = *served;
    check->settings.storage = str_of(check->path);
    check->settings.key_file = key_file_path(served->key_file, served->storage, check->arena);
    check->settings.backup_to = STR("");
    check->settings.cache_kib = SCRATCH_CACHE_KIB;
}

/* --- restoring ---------------------------------------------------------------------------------------------------- */

static err restore_catalog(struct check *check, struct catalog *catalog)
{
    const struct chain_target target = {.kind = TARGET_COMMIT, .commit = check->expected->commit};
    struct backup *report = check->report;
    struct chain *chain;
    err e = chain_find(catalog, &target, NULL, check->arena, &check->reason, &chain);
    if (!e) e = restore_write(chain, check->path, NULL, check->arena, &check->reason);
    if (e) return e;
    report->epoch = (int64_t)chain->epoch;
    report->commit = (int64_t)chain->commit;
    report->commit_time = chain->time_ms;
    report->bytes = (int64_t)(chain->pages * chain->page_size);
    if (!chain->base_note.p) return OK;
    check->reason = chain->base_note;
    return ERR_INVALID;
}

/* What is read from a bucket is kept, because it is read twice. */
static err restore_from(struct check *check, struct place *place, const struct signing_key *key)
{
    struct catalog *catalog;
    struct place *copy;
    err e = catalog_read(place, key, check->arena, &check->reason, &catalog);
    if (e || place_is_directory(check->report->address)) return e ? e : restore_catalog(check, catalog);
    e = place_cache_open(place, check->folder, check->arena, &check->reason, &copy);
    if (e) return e;
    catalog->place = copy;
    e = restore_catalog(check, catalog);
    place_close(copy);
    return e;
}

static err restore(struct check *check, str address)
{
    struct signing_key key;
    struct place *place;
    const struct place_opening opening = {.address = address,
                                          .settings = store_settings(check->context->store),
                                          .abandoned = job_is_stopping,
                                          .context = (void *)(uintptr_t)check->context};
    err e = signing_key_read(&check->settings, check->arena, &check->reason, &key);
    if (e) return e;
    e = place_open(&opening, check->arena, &check->reason, &place);
    if (!e) {
        e = restore_from(check, place, &key);
        place_close(place);
    }
    sodium_memzero(&key, sizeof(key));
    return e;
}

/* --- the proof ---------------------------------------------------------------------------------------------------- */

static err invariants_hold(struct check *check, struct store *store)
{
    struct verification *verification = ARENA_NEW(check->arena, struct verification);
    store_interrupt_when(store, check->context->stopping);
    verification_run(verification, store, check->arena);
    for (size_t i = 0; i < verification->count; i++) {
        if (verification->violations[i] == 0) continue;
        check->reason = arena_printf(check->arena, "%zu of %zu invariants are violated in the restored database: %s",
                                     verification->broken, verification->count, verification->invariants[i].name);
        return ERR_INVALID;
    }
    return OK;
}

static err digest_equals(struct check *check)
{
    const struct digest_options options = {.stopping = check->context->stopping};
    struct database_digest *digest = ARENA_NEW(check->arena, struct database_digest);
    err e = database_digest(&check->settings, &options, check->arena, &check->reason, digest);
    if (e) return e;
    check->report->digest = arena_copy(check->context->arena, str_of(digest->sha256));
    if (strcmp(digest->sha256, check->expected->digest.sha256) == 0) return OK;
    check->reason = arena_printf(check->arena, "the restored database differs from the one at commit %llu",
                                 (unsigned long long)check->expected->commit);
    return ERR_INVALID;
}

static err prove(struct check *check)
{
    struct store *store;
    err e = store_open(&check->settings, false, check->arena, &check->reason, &store);
    if (e) return e;
    e = invariants_hold(check, store);
    store_close(store);
    return e ? e : digest_equals(check);
}

/* --- the report --------------------------------------------------------------------------------------------------- */

/* The beginning of a long one; without half a character at its end. */
static str problem_of(const struct check *check, err e)
{
    str text = check->reason.n > 0 ? check->reason : str_of(err_row(e)->title);
    size_t n = text.n < PROBLEM_MAX ? text.n : PROBLEM_MAX;
    while (n < text.n && n > 0 && (text.p[n] & 0xc0) == 0x80) n--;
    return arena_copy(check->context->arena, str_first(text, n));
}

err backup_check(const struct job_context *context, str address, const struct committed_digest *expected,
                 struct backup *report)
{
    struct check check = {
        .context = context, .expected = expected, .report = report, .arena = arena_new(ARENA_MAX), .reason = STR_NONE};
    configure(&check);
    err e = scratch_create(&check);
    if (!e) e = restore(&check, address);
    if (!e) e = prove(&check);
    scratch_remove(&check);
    report->is_verified = !e;
    report->problem = e ? problem_of(&check, e) : STR_NONE;
    arena_free(check.arena);
    return e && job_stopping(context) ? ERR_OVERLOADED : OK;
}
