/* The command restore: writes a database file from an archive under a name of its own, proves it, signs everybody out,
 * and only then gives it its name. */
#include "archive/restore.h"

#include "archive/spool.h"
#include "ops/recovery.h"
#include "store/administer.h"
#include "store/store.h"

/* Tokens of sessions that were ended after the restored commit must not be valid again. */
static int sign_out(struct recovery *recovery)
{
    struct store *store;
    str reason = STR("");
    err e = store_open(&recovery->settings, false, recovery->arena, &reason, &store);
    if (e) return say_failed("cannot open the restored database: %.*s", STR_ARG(reason));
    e = store_sign_out(store, recovery->arena, &reason);
    store_close(store);
    return e ? say_failed("cannot end the sessions: %.*s", STR_ARG(reason)) : EXIT_DONE;
}

/* The archive goes on from the restored commit in a new epoch, which begins with a base: the sessions that were ended
 * are in no record. */
static int continue_archive(struct recovery *recovery, const char *path)
{
    const struct chain *chain = recovery->chain;
    str reason = STR(""), folder = arena_printf(recovery->arena, "%s.archive", path);
    struct spool_end start = {.origin = chain->base->manifest.origin,
                              .commit = chain->commit,
                              .time_ms = chain->time_ms,
                              .hash = chain->hash};
    start.origin.epoch = recovery->catalog->epoch_max + 1;
    err e = spool_create(folder, &start, recovery->arena, &reason);
    return e ? say_failed("%.*s", STR_ARG(reason)) : EXIT_DONE;
}

static int give_name(struct recovery *recovery, const char *partial, const char *path)
{
    str reason = STR("");
    err e = restore_rename(partial, path, recovery->arena, &reason);
    return e ? say_failed("%.*s", STR_ARG(reason)) : EXIT_DONE;
}

static int restore_into(struct recovery *recovery, const char *partial, const char *path)
{
    int code = recovery_write(recovery, partial);
    if (code != EXIT_DONE) return code;
    code = sign_out(recovery);
    if (code == EXIT_DONE) code = continue_archive(recovery, path);
    if (code == EXIT_DONE) code = give_name(recovery, partial, path);
    restore_remove(partial, recovery->arena);
    if (code != EXIT_DONE) return code;
    recovery_print(recovery, path);
    say("restored into %s; everybody is signed out. To serve it: BOXOFFICE_STORAGE=%s boxoffice serve", path, path);
    return EXIT_DONE;
}

static int restore(struct recovery *recovery, const char *path)
{
    str reason = STR(""), partial = arena_printf(recovery->arena, "%s.partial", path);
    bool dry_run = invocation_has(recovery->invocation, OPTION_DRY_RUN);
    err e = restore_check(path, recovery->arena, &reason);
    if (e) return say_failed("%.*s", STR_ARG(reason));
    if (restore_check(partial.p, recovery->arena, &reason))
        return say_failed("another restore into %s is running, or was interrupted; if none is running, rm %s*", path,
                          partial.p);
    int code = recovery_find(recovery, OPTION_TO, path);
    if (code != EXIT_DONE || !dry_run) return code != EXIT_DONE ? code : restore_into(recovery, partial.p, path);
    recovery_print(recovery, path);
    say("nothing was written: --dry-run");
    return EXIT_DONE;
}

int command_restore(struct invocation *invocation)
{
    struct recovery recovery;
    if (!invocation_has(invocation, OPTION_INTO))
        return say_usage("--into is required: the path of the restored database");
    if (!invocation_has(invocation, OPTION_TO))
        return say_usage("--to is required: a commit number, a time in UTC, or latest");
    str path = arena_copy(invocation->arena, invocation->options[OPTION_INTO]);
    int code = recovery_open(&recovery, invocation, path.p, true);
    if (code == EXIT_DONE) code = restore(&recovery, path.p);
    recovery_close(&recovery);
    return code;
}
