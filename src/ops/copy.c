/* The command db:copy: copies a database into another one (store/maintain/copy.h), shows progress, and prints the next
 * steps. Until the copy is complete its target is marked (ops/database.h), so that no server starts on an incomplete
 * one. */
#include "store/maintain/copy.h"

#include <stdio.h>
#include <unistd.h>

#include "base/check.h"
#include "base/clock.h"
#include "base/json.h"
#include "ops/database.h"

enum {
    FREEZE_MS = 4000, /* writers of both engines time out after five seconds */
    FREEZE_MS_MAX = 10 * MINUTE_MS,
    SHOW_MS = 5 * SECOND_MS,
    SHOW_TERMINAL_MS = 200,
    COMMIT_MS = MINUTE_MS, /* of the target, which has no other clients */
    LINE_SIZE = 128,
    LINE_WIDTH = 76, /* padded to this width, to overwrite the previous line */
    JSON_MAX = 4096,
};

/* --- progress ----------------------------------------------------------------------------------------------------- */

struct display {
    bool terminal;
    int pass; /* number of the pass printed last */
    const struct entity *entity;
    int64_t begun_ms, shown_ms; /* start of the table and last output; monotonic */
};

static void show_pass(struct display *display, const struct copy_progress *progress)
{
    if (display->pass == progress->pass) return;
    display->pass = progress->pass;
    say("pass %d, %s", progress->pass, progress->frozen ? "writes to the source are paused" : "the source is in use");
}

/* Overwrites the table's line on a terminal; else prints a new line. */
static void show_table(struct display *display, const struct copy_progress *progress, int64_t spent_ms)
{
    char line[LINE_SIZE];
    long long rows = progress->rows, rate = rows * SECOND_MS / (spent_ms > 0 ? spent_ms : 1);
    snprintf(line, sizeof(line), "%-16s %3d%% %12lld rows, %lld written, %lld rows/s", progress->entity->table,
             progress->percent, rows, (long long)progress->written, rate);
    if (display->terminal)
        fprintf(stderr, "\r  %-*s%s", LINE_WIDTH, line, progress->done ? "\n" : "");
    else
        say("  %s", line);
}

static void show(void *context, const struct copy_progress *progress)
{
    struct display *display = context;
    int64_t now_ms = clock_monotonic_ms();
    show_pass(display, progress);
    if (display->entity != progress->entity) {
        display->entity = progress->entity;
        display->begun_ms = display->shown_ms = now_ms;
    }
    int64_t every_ms = display->terminal ? SHOW_TERMINAL_MS : SHOW_MS;
    if (!progress->done && now_ms - display->shown_ms < every_ms) return;
    if (progress->done) display->entity = NULL;
    if (progress->done && progress->pass > 1 && progress->written == 0 && !display->terminal) return; /* unchanged */
    display->shown_ms = now_ms;
    show_table(display, progress, now_ms - display->begun_ms);
}

/* --- the two databases -------------------------------------------------------------------------------------------- */

struct endpoint {
    struct invocation invocation; /* the command's, with other settings */
    struct store *store;
    str *seeders; /* names in its migration table for seeders */
    size_t seeder_count;
};

static int endpoint_configure(struct endpoint *endpoint, const struct invocation *invocation, enum option option,
                              const char *text)
{
    size_t count;
    (void)settings_table(&count);
    const struct configuration_arguments arguments = {
        .environment = invocation->options[OPTION_ENVIRONMENT],
        .file = invocation->options[OPTION_CONFIGURATION],
        .url = invocation->options[option],
        .url_option = text,
        .values = ARENA_ARRAY(invocation->arena, str, count),
    };
    str reason = STR("");
    endpoint->invocation = *invocation;
    err e = configuration_load(invocation->arena, &arguments, &reason, &endpoint->invocation.configuration);
    if (!e) return EXIT_DONE;
    say("%.*s", STR_ARG(reason));
    return EXIT_CONFIGURATION;
}

static int endpoint_open(struct endpoint *endpoint)
{
    int code = database_open(&endpoint->invocation, false, &endpoint->store);
    if (code != EXIT_DONE) return code;
    err e = store_migration_table(endpoint->store, "SequelizeData", endpoint->invocation.arena, &endpoint->seeders,
                                  &endpoint->seeder_count);
    return e ? say_failed("cannot read the migration table of seeders: %s", err_row(e)->title) : EXIT_DONE;
}

static bool has_seeder(const struct endpoint *endpoint, str name)
{
    for (size_t i = 0; i < endpoint->seeder_count; i++) {
        if (str_equal(endpoint->seeders[i], name)) return true;
    }
    return false;
}

/* Records the seeders of `of` that are missing in `other` in the target, or removes them there. */
static err migration_tables_equal(const struct endpoint *target, const struct endpoint *of,
                                  const struct endpoint *other, bool remove)
{
    str reason;
    for (size_t i = 0; i < of->seeder_count; i++) {
        if (has_seeder(other, of->seeders[i])) continue;
        err e = store_script(target->store, STR(""), "SequelizeData", of->seeders[i], remove, target->invocation.arena,
                             &reason);
        if (e) return e;
    }
    return OK;
}

/* --- the command -------------------------------------------------------------------------------------------------- */

struct copy_command {
    struct invocation *invocation;
    struct endpoint source, target;
    int64_t freeze_ms;
    struct display display;
    struct copy_summary summary;
};

static int copy_command_configure(struct copy_command *command)
{
    struct invocation *invocation = command->invocation;
    if (!invocation_has(invocation, OPTION_FROM) || !invocation_has(invocation, OPTION_TO))
        return say_usage("--from and --to are required");
    if (invocation_has(invocation, OPTION_URL)) return say_usage("db:copy uses --from and --to instead of --url");
    command->freeze_ms = FREEZE_MS;
    str freeze = invocation->options[OPTION_FREEZE_MS];
    if (freeze.p &&
        (!str_to_int(freeze, &command->freeze_ms) || command->freeze_ms < 1 || command->freeze_ms > FREEZE_MS_MAX))
        return say_usage("--freeze-ms must be a number from 1 to %d", FREEZE_MS_MAX);
    int code = endpoint_configure(&command->source, invocation, OPTION_FROM, "--from");
    if (code == EXIT_DONE) code = endpoint_configure(&command->target, invocation, OPTION_TO, "--to");
    if (code == EXIT_DONE) command->target.invocation.configuration->settings.commit_ms = COMMIT_MS;
    return code;
}

static int copy_all(struct copy_command *command, struct copy *copy)
{
    struct arena *arena = command->invocation->arena;
    str reason = STR("");
    err e = copy_run(copy, arena, &reason, &command->summary);
    if (e && command->display.terminal && command->display.entity) fputc('\n', stderr); /* ends the progress line */
    if (e) return say_failed("%.*s; run the same command again to resume", STR_ARG(reason));
    e = migration_tables_equal(&command->target, &command->source, &command->target, false);
    if (!e) e = migration_tables_equal(&command->target, &command->target, &command->source, true);
    if (!e) e = database_mark(command->target.store, false, arena, &reason);
    return e ? say_failed("cannot write the migration tables of the target: %s", err_row(e)->title) : EXIT_DONE;
}

static int copy_into_marked(struct copy_command *command, bool unfinished)
{
    struct arena *arena = command->invocation->arena;
    struct copy *copy;
    str reason = STR("");
    const struct copy_options options = {
        .from = &command->source.invocation.configuration->settings,
        .to = &command->target.invocation.configuration->settings,
        .unfinished = unfinished,
        .freeze_ms = command->freeze_ms,
        .progress = show,
        .context = &command->display,
    };
    err e = copy_open(&options, arena, &reason, &copy);
    if (e) return say_failed("%.*s", STR_ARG(reason));
    if (!unfinished) e = database_mark(command->target.store, true, arena, &reason);
    int code = e ? say_failed("cannot mark the target as unfinished: %.*s", STR_ARG(reason)) : copy_all(command, copy);
    copy_close(copy);
    return code;
}

static void print_summary_json(const struct copy_command *command)
{
    const struct copy_summary *summary = &command->summary;
    struct buf out = buf_new(command->invocation->arena, JSON_MAX);
    struct json json = json_to(&out);
    json_object_begin(&json);
    json_member_text(&json, "sha256", str_of(summary->digest.sha256));
    json_member_int(&json, "rows", summary->rows);
    json_member_int(&json, "written", summary->written);
    json_member_int(&json, "passes", summary->passes);
    json_member_int(&json, "frozenMs", summary->frozen_ms);
    json_object_end(&json);
    CHECK(!out.full);
    print_text(buf_str(&out));
    print("\n");
}

static void report(const struct copy_command *command)
{
    const struct copy_summary *summary = &command->summary;
    const str *options = command->invocation->options;
    if (invocation_has(command->invocation, OPTION_JSON))
        print_summary_json(command);
    else
        print("%lld rows, %lld written, sha256 %s\n", (long long)summary->rows, (long long)summary->written,
              summary->digest.sha256);
    say("the target equals the source as of the end of the pause of writes, which took %lld ms",
        (long long)summary->frozen_ms);
    say("later writes exist only in the source. To switch to the target:");
    say("  1. stop every server of the source");
    say("  2. boxoffice db:copy --from '%.*s' --to '%.*s'   # copies what changed since", STR_ARG(options[OPTION_FROM]),
        STR_ARG(options[OPTION_TO]));
    say("  3. start the servers with BOXOFFICE_DATABASE_URL or BOXOFFICE_STORAGE set to the target");
}

static int copy_command_run(struct copy_command *command)
{
    bool unfinished = false;
    int code = endpoint_open(&command->source);
    if (code == EXIT_DONE) code = database_ready(&command->source.invocation, command->source.store);
    if (code == EXIT_DONE) code = endpoint_open(&command->target);
    if (code == EXIT_DONE)
        code = database_ready_or_marked(&command->target.invocation, command->target.store, &unfinished);
    if (code == EXIT_DONE) code = copy_into_marked(command, unfinished);
    store_close(command->target.store);
    store_close(command->source.store);
    if (code == EXIT_DONE) report(command);
    return code;
}

int command_db_copy(struct invocation *invocation)
{
    struct copy_command *command = ARENA_NEW(invocation->arena, struct copy_command);
    command->invocation = invocation;
    command->display.terminal = isatty(STDERR_FILENO) == 1;
    int code = copy_command_configure(command);
    return code != EXIT_DONE ? code : copy_command_run(command);
}
