/* The commands db:*. See database.h and script.h. */
#include "ops/database.h"

#include "base/check.h"
#include "base/json.h"

enum { STATUS_LINE_MAX = 2048 }; /* a name has at most 255 characters, each at most six bytes in JSON */

/* --- opening ----------------------------------------------------------------------------------------------------- */

/* The label of the database, for messages. */
static str display_name(const struct invocation *invocation)
{
    return store_display_name(&invocation->configuration->settings, invocation->arena);
}

int database_open(const struct invocation *invocation, bool create, struct store **ret_store)
{
    const struct settings *settings = &invocation->configuration->settings;
    str reason = STR("");
    err e = store_open(settings, create, invocation->arena, &reason, ret_store);
    if (e == ERR_NOT_FOUND) {
        return say_failed("there is no %s%.*s; `boxoffice db:create` makes one",
                          settings->database_url.n ? "" : "database ", STR_ARG(display_name(invocation)));
    }
    if (e) return say_failed("%.*s: %.*s", STR_ARG(display_name(invocation)), STR_ARG(reason));
    return EXIT_DONE;
}

/* Who serves need not have the right to change tables. */
static void administer(struct invocation *invocation)
{
    struct settings *settings = &invocation->configuration->settings;
    if (settings->migration_url.n > 0) settings->database_url = settings->migration_url;
}

int command_db_create(struct invocation *invocation)
{
    struct store *store;
    str reason;
    administer(invocation);
    bool existed = store_open(&invocation->configuration->settings, false, invocation->arena, &reason, &store) == OK;
    int code = existed ? EXIT_DONE : database_open(invocation, true, &store);
    if (code != EXIT_DONE) return code;
    store_close(store);
    say("%.*s %s", STR_ARG(display_name(invocation)), existed ? "is there already" : "created");
    return EXIT_DONE;
}

int command_db_drop(struct invocation *invocation)
{
    administer(invocation);
    if (!invocation_has(invocation, OPTION_YES)) {
        return say_usage("this removes %.*s and everything in it; say --yes if you mean it",
                         STR_ARG(display_name(invocation)));
    }
    str reason = STR("");
    err e = store_drop(&invocation->configuration->settings, invocation->arena, &reason);
    if (e == ERR_NOT_FOUND) {
        say("there is no %.*s", STR_ARG(display_name(invocation)));
        return EXIT_DONE;
    }
    if (e) return say_failed("%.*s: %.*s", STR_ARG(display_name(invocation)), STR_ARG(reason));
    bool keyed = invocation->configuration->settings.database_url.n == 0;
    say("%.*s removed%s", STR_ARG(display_name(invocation)), keyed ? "; its key was kept" : "");
    return EXIT_DONE;
}

/* --- running and undoing scripts --------------------------------------------------------------------------------- */

static const str mark = {"copy-not-finished", 17};

static bool is_marked(const struct scripts *migrations)
{
    for (size_t i = 0; i < migrations->unknown_count; i++) {
        if (str_equal(migrations->unknown[i], mark)) return true;
    }
    return false;
}

static int check_known(const struct scripts *migrations)
{
    if (migrations->unknown_count == 0) return EXIT_DONE;
    if (is_marked(migrations))
        return say_failed("a copy into this database was not finished; the same db:copy once more finishes it");
    for (size_t i = 0; i < migrations->unknown_count; i++) say("unknown: %.*s", STR_ARG(migrations->unknown[i]));
    return say_failed("the database is newer than this program: it has the migrations named above, which this version "
                      "does not know; use the version that made them");
}

static int run_one(const struct invocation *invocation, struct store *store, const struct scripts *scripts,
                   struct script *script)
{
    str reason = STR("");
    err e = script_run(scripts, script, store, invocation->arena, &reason);
    if (e) return say_failed("%.*s: %.*s; nothing of it was kept", STR_ARG(script->name), STR_ARG(reason));
    script->done = true;
    print("up %.*s\n", STR_ARG(script->name));
    return EXIT_DONE;
}

static int undo_one(const struct invocation *invocation, struct store *store, const struct scripts *scripts,
                    struct script *script)
{
    str reason = STR("");
    err e = script_undo(scripts, script, store, invocation->arena, &reason);
    if (e) return say_failed("%.*s: %.*s; nothing was undone of it", STR_ARG(script->name), STR_ARG(reason));
    script->done = false;
    print("down %.*s\n", STR_ARG(script->name));
    return EXIT_DONE;
}

/* Runs pending scripts in order, up to and including `last` (NULL: all), and prints their names. */
static int run_pending(const struct invocation *invocation, struct store *store, struct scripts *scripts,
                       const struct script *last)
{
    size_t run = 0;
    for (size_t i = 0; i < scripts->count; i++) {
        struct script *script = &scripts->list[i];
        if (last && script > last) break;
        if (script->done) continue;
        int code = run_one(invocation, store, scripts, script);
        if (code != EXIT_DONE) return code;
        run++;
    }
    if (run == 0) say("nothing to do");
    return EXIT_DONE;
}

/* The built-in migrations and what became of them here. */
static int migrations_read(const struct invocation *invocation, struct store *store, struct scripts *migrations)
{
    str reason = STR("");
    const struct script_choice built_in = {SCRIPT_MIGRATION, store_dialect(&invocation->configuration->settings),
                                           STR_NONE};
    err e = scripts_load(invocation->arena, &built_in, &reason, migrations);
    if (e) return say_failed("%.*s", STR_ARG(reason));
    e = scripts_state(migrations, store, invocation->arena);
    return e ? say_failed("cannot read which migrations were run: %s", err_row(e)->title) : EXIT_DONE;
}

/* Likewise; refuses a database that is newer than this program. */
static int migrations_load(const struct invocation *invocation, struct store *store, struct scripts *migrations)
{
    int code = migrations_read(invocation, store, migrations);
    return code != EXIT_DONE ? code : check_known(migrations);
}

static int check_done(const struct invocation *invocation, const struct scripts *migrations)
{
    if (migrations->pending == 0) return EXIT_DONE;
    return say_failed("%.*s: %zu of %zu migrations were not run yet; `boxoffice db:migrate` runs them",
                      STR_ARG(display_name(invocation)), migrations->pending, migrations->count);
}

int database_ready(const struct invocation *invocation, struct store *store)
{
    struct scripts migrations;
    int code = migrations_load(invocation, store, &migrations);
    return code != EXIT_DONE ? code : check_done(invocation, &migrations);
}

int database_ready_or_marked(const struct invocation *invocation, struct store *store, bool *ret_marked)
{
    struct scripts migrations;
    int code = migrations_read(invocation, store, &migrations);
    if (code != EXIT_DONE) return code;
    *ret_marked = migrations.unknown_count == 1 && is_marked(&migrations);
    if (!*ret_marked) code = check_known(&migrations);
    return code != EXIT_DONE ? code : check_done(invocation, &migrations);
}

err database_mark(struct store *store, bool marked, struct arena *arena, str *ret_reason)
{
    return store_script(store, STR(""), "SequelizeMeta", mark, !marked, arena, ret_reason);
}

/* Tables do not change under a running server: it prepared its statements for those it found. */
static int lock_exclusively(struct store *store)
{
    if (store_lock(store, STORE_LOCK_EXCLUSIVE) == OK) return EXIT_DONE;
    return say_failed("a server runs on this database; stop it first");
}

int database_migrate(const struct invocation *invocation, struct store *store)
{
    struct scripts migrations;
    int code = migrations_load(invocation, store, &migrations);
    if (code != EXIT_DONE || migrations.pending == 0) return code;
    code = lock_exclusively(store);
    if (code == EXIT_DONE) code = run_pending(invocation, store, &migrations, NULL);
    store_unlock(store);
    return code;
}

/* Undoes done scripts, the last one first, down to and including `first`. */
static int undo_back_to(const struct invocation *invocation, struct store *store, struct scripts *scripts,
                        const struct script *first)
{
    size_t undone = 0;
    for (size_t i = scripts->count; i > 0 && &scripts->list[i - 1] >= first; i--) {
        struct script *script = &scripts->list[i - 1];
        if (!script->done) continue;
        int code = undo_one(invocation, store, scripts, script);
        if (code != EXIT_DONE) return code;
        undone++;
    }
    if (undone == 0) say("nothing to undo");
    return EXIT_DONE;
}

static struct script *last_done(const struct scripts *scripts)
{
    for (size_t i = scripts->count; i > 0; i--) {
        if (scripts->list[i - 1].done) return &scripts->list[i - 1];
    }
    return NULL;
}

/* --- the commands ------------------------------------------------------------------------------------------------ */

/* What a command on scripts works with. */
struct job {
    struct invocation *invocation;
    struct store *store;
    struct scripts scripts;
    struct script *named; /* by the option that the command has; NULL: not given */
};

typedef int job_step(struct job *job);

struct job_row {
    enum script_kind kind;
    enum option path;
    enum option name;         /* OPTION_COUNT: none */
    bool any_migration_table; /* unknown names are no reason to refuse */
    job_step *step;
};

static int job_prepare(struct job *job, const struct job_row *row)
{
    const struct invocation *invocation = job->invocation;
    const struct script_choice choice = {row->kind, store_dialect(&invocation->configuration->settings),
                                         invocation->options[row->path]};
    str reason = STR("");
    err e = scripts_load(invocation->arena, &choice, &reason, &job->scripts);
    if (e) return say_failed("%.*s", STR_ARG(reason));
    if (row->name == OPTION_COUNT || !invocation_has(invocation, row->name)) return EXIT_DONE;
    str name = invocation->options[row->name];
    job->named = script_find(&job->scripts, name);
    return job->named ? EXIT_DONE : say_usage("there is no %.*s", STR_ARG(name));
}

/* What every command on scripts does around its step. */
static int job_run(struct invocation *invocation, const struct job_row *row)
{
    struct job job = {.invocation = invocation};
    administer(invocation);
    int code = job_prepare(&job, row);
    if (code != EXIT_DONE) return code;
    code = database_open(invocation, false, &job.store);
    if (code != EXIT_DONE) return code;
    err e = scripts_state(&job.scripts, job.store, invocation->arena);
    if (e) code = say_failed("cannot read what was run so far: %s", err_row(e)->title);
    if (code == EXIT_DONE && !row->any_migration_table) code = check_known(&job.scripts);
    if (code == EXIT_DONE) code = row->step(&job);
    store_close(job.store);
    return code;
}

/* Rows may change under a running server. */
static int run_exclusive(const struct job *job)
{
    return job->scripts.kind == SCRIPT_MIGRATION ? lock_exclusively(job->store) : EXIT_DONE;
}

static int step_run(struct job *job)
{
    int code = job->scripts.pending > 0 ? run_exclusive(job) : EXIT_DONE;
    return code != EXIT_DONE ? code : run_pending(job->invocation, job->store, &job->scripts, job->named);
}

static int step_run_named(struct job *job)
{
    if (!job->named) return say_usage("say which one with --seed NAME");
    if (!job->named->done) return run_one(job->invocation, job->store, &job->scripts, job->named);
    say("%.*s was run already", STR_ARG(job->named->name));
    return EXIT_DONE;
}

static int step_undo_named(struct job *job)
{
    struct script *script = job->named ? job->named : last_done(&job->scripts);
    if (!script || !script->done) {
        say("nothing to undo");
        return EXIT_DONE;
    }
    int code = run_exclusive(job);
    return code != EXIT_DONE ? code : undo_one(job->invocation, job->store, &job->scripts, script);
}

static int step_undo_back(struct job *job)
{
    const struct script *first = job->named ? job->named : job->scripts.list;
    int code = last_done(&job->scripts) ? run_exclusive(job) : EXIT_DONE;
    return code != EXIT_DONE ? code : undo_back_to(job->invocation, job->store, &job->scripts, first);
}

static const char *state_of(const struct script *script)
{
    return script->done ? "up" : "down";
}

static int status_text(const struct scripts *scripts)
{
    for (size_t i = 0; i < scripts->count; i++) {
        print("%s %.*s\n", state_of(&scripts->list[i]), STR_ARG(scripts->list[i].name));
    }
    for (size_t i = 0; i < scripts->unknown_count; i++) print("unknown %.*s\n", STR_ARG(scripts->unknown[i]));
    return EXIT_DONE;
}

static void status_object(struct json *json, str name, const char *state)
{
    json_object_begin(json);
    json_member_text(json, "name", name);
    json_member_text(json, "state", str_of(state));
    json_object_end(json);
}

static int step_status(struct job *job)
{
    const struct scripts *scripts = &job->scripts;
    if (!invocation_has(job->invocation, OPTION_JSON)) return status_text(scripts);
    struct buf out = buf_new(job->invocation->arena, STATUS_LINE_MAX * (scripts->count + scripts->unknown_count + 1));
    struct json json = json_to(&out);
    json_array_begin(&json);
    for (size_t i = 0; i < scripts->count; i++) {
        status_object(&json, scripts->list[i].name, state_of(&scripts->list[i]));
    }
    for (size_t i = 0; i < scripts->unknown_count; i++) status_object(&json, scripts->unknown[i], "unknown");
    json_array_end(&json);
    print_text(buf_str(&out));
    print("\n");
    return EXIT_DONE;
}

int command_db_migrate(struct invocation *invocation)
{
    return job_run(invocation, &(struct job_row){SCRIPT_MIGRATION, OPTION_MIGRATIONS_PATH, OPTION_TO, false, step_run});
}

int command_db_migrate_status(struct invocation *invocation)
{
    return job_run(invocation,
                   &(struct job_row){SCRIPT_MIGRATION, OPTION_MIGRATIONS_PATH, OPTION_COUNT, true, step_status});
}

int command_db_migrate_undo(struct invocation *invocation)
{
    if (invocation_has(invocation, OPTION_TO) && invocation_has(invocation, OPTION_NAME)) {
        return say_usage("--to and --name exclude each other");
    }
    bool back = invocation_has(invocation, OPTION_TO);
    return job_run(invocation,
                   &(struct job_row){SCRIPT_MIGRATION, OPTION_MIGRATIONS_PATH, back ? OPTION_TO : OPTION_NAME, false,
                                     back ? step_undo_back : step_undo_named});
}

int command_db_migrate_undo_all(struct invocation *invocation)
{
    return job_run(invocation,
                   &(struct job_row){SCRIPT_MIGRATION, OPTION_MIGRATIONS_PATH, OPTION_TO, false, step_undo_back});
}

int command_db_seed(struct invocation *invocation)
{
    return job_run(invocation,
                   &(struct job_row){SCRIPT_SEEDER, OPTION_SEEDERS_PATH, OPTION_SEED, true, step_run_named});
}

int command_db_seed_all(struct invocation *invocation)
{
    return job_run(invocation, &(struct job_row){SCRIPT_SEEDER, OPTION_SEEDERS_PATH, OPTION_COUNT, true, step_run});
}

int command_db_seed_undo(struct invocation *invocation)
{
    return job_run(invocation,
                   &(struct job_row){SCRIPT_SEEDER, OPTION_SEEDERS_PATH, OPTION_SEED, true, step_undo_named});
}

int command_db_seed_undo_all(struct invocation *invocation)
{
    return job_run(invocation,
                   &(struct job_row){SCRIPT_SEEDER, OPTION_SEEDERS_PATH, OPTION_COUNT, true, step_undo_back});
}
