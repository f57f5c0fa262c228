/* The commands db:*. See database.h and script.h. */
#include "ops/database.h"

#include "base/check.h"
#include "base/json.h"

enum { STATUS_LINE_MAX = 2048 }; /* a name has at most 255 characters, each at most six bytes in JSON */

/* --- opening ------------------------------------------------------------------------------------------------------ */

/* The name of the database in messages. */
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
        return say_failed("%s%.*s does not exist; run boxoffice db:create", settings->database_url.n ? "" : "database ",
                          STR_ARG(display_name(invocation)));
    }
    if (e) return say_failed("%.*s: %.*s", STR_ARG(display_name(invocation)), STR_ARG(reason));
    return EXIT_DONE;
}

/* Switches to the URL whose login may change tables; that of the server need not have this right. */
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
    say("%.*s %s", STR_ARG(display_name(invocation)), existed ? "already exists" : "created");
    return EXIT_DONE;
}

int command_db_drop(struct invocation *invocation)
{
    administer(invocation);
    if (!invocation_has(invocation, OPTION_YES)) {
        return say_usage("this deletes %.*s and everything in it; add --yes to confirm",
                         STR_ARG(display_name(invocation)));
    }
    str reason = STR("");
    err e = store_drop(&invocation->configuration->settings, invocation->arena, &reason);
    if (e == ERR_NOT_FOUND) {
        say("%.*s does not exist; nothing to delete", STR_ARG(display_name(invocation)));
        return EXIT_DONE;
    }
    if (e) return say_failed("%.*s: %.*s", STR_ARG(display_name(invocation)), STR_ARG(reason));
    bool keyed = invocation->configuration->settings.database_url.n == 0;
    say("%.*s deleted%s", STR_ARG(display_name(invocation)), keyed ? "; its key was kept" : "");
    return EXIT_DONE;
}

/* --- running and undoing scripts ---------------------------------------------------------------------------------- */

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
        return say_failed("a copy into this database is not finished; run the same db:copy again to resume it");
    for (size_t i = 0; i < migrations->unknown_count; i++)
        say("unknown migration: %.*s", STR_ARG(migrations->unknown[i]));
    return say_failed(
        "the database has migrations that this version does not know (listed above); use the version that "
        "created them");
}

static int run_one(const struct invocation *invocation, struct store *store, const struct scripts *scripts,
                   struct script *script)
{
    str reason = STR("");
    err e = script_run(scripts, script, store, invocation->arena, &reason);
    if (e) return say_failed("%.*s: %.*s; rolled back", STR_ARG(script->name), STR_ARG(reason));
    script->done = true;
    print("up %.*s\n", STR_ARG(script->name));
    return EXIT_DONE;
}

static int undo_one(const struct invocation *invocation, struct store *store, const struct scripts *scripts,
                    struct script *script)
{
    str reason = STR("");
    err e = script_undo(scripts, script, store, invocation->arena, &reason);
    if (e) return say_failed("%.*s: %.*s; rolled back, it is still up", STR_ARG(script->name), STR_ARG(reason));
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
    if (run == 0) say("no %s are pending", script_kind_name(scripts->kind));
    return EXIT_DONE;
}

/* The built-in migrations and their state in this database. */
static int migrations_read(const struct invocation *invocation, struct store *store, struct scripts *migrations)
{
    str reason = STR("");
    const struct script_choice built_in = {SCRIPT_MIGRATION, store_dialect(&invocation->configuration->settings),
                                           STR_NONE};
    err e = scripts_load(invocation->arena, &built_in, &reason, migrations);
    if (e) return say_failed("%.*s", STR_ARG(reason));
    e = scripts_state(migrations, store, invocation->arena);
    return e ? say_failed("cannot read the migration table: %s", err_row(e)->title) : EXIT_DONE;
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
    return say_failed("%.*s: %zu of %zu migrations are pending; run boxoffice db:migrate",
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

/* Tables must not change while a server is running: its prepared statements depend on them. */
static int lock_exclusively(struct store *store)
{
    if (store_lock(store, STORE_LOCK_EXCLUSIVE) == OK) return EXIT_DONE;
    return say_failed("a server is running on this database; stop it first");
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

/* Undoes the scripts that were run, in reverse order, down to and including `first`. */
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

/* --- the commands ------------------------------------------------------------------------------------------------- */

/* State of a command on scripts. */
struct operation {
    struct invocation *invocation;
    struct store *store;
    struct scripts scripts;
    struct script *named; /* by an option of the command; NULL: not given */
};

typedef int operation_step(struct operation *operation);

struct operation_row {
    enum script_kind kind;
    enum option path;
    enum option name;         /* OPTION_COUNT: none */
    bool any_migration_table; /* accept unknown names in it */
    operation_step *step;
};

static int operation_prepare(struct operation *operation, const struct operation_row *row)
{
    const struct invocation *invocation = operation->invocation;
    const struct script_choice choice = {row->kind, store_dialect(&invocation->configuration->settings),
                                         invocation->options[row->path]};
    str reason = STR("");
    err e = scripts_load(invocation->arena, &choice, &reason, &operation->scripts);
    if (e) return say_failed("%.*s", STR_ARG(reason));
    if (row->name == OPTION_COUNT || !invocation_has(invocation, row->name)) return EXIT_DONE;
    str name = invocation->options[row->name];
    operation->named = script_find(&operation->scripts, name);
    if (operation->named) return EXIT_DONE;
    if (row->kind == SCRIPT_SEEDER) return say_usage("unknown seeder '%.*s'", STR_ARG(name));
    return say_usage("unknown migration '%.*s'; boxoffice db:migrate:status lists them", STR_ARG(name));
}

/* The common part of all commands on scripts; `row->step` is what differs. */
static int operation_run(struct invocation *invocation, const struct operation_row *row)
{
    struct operation operation = {.invocation = invocation};
    administer(invocation);
    int code = operation_prepare(&operation, row);
    if (code != EXIT_DONE) return code;
    code = database_open(invocation, false, &operation.store);
    if (code != EXIT_DONE) return code;
    err e = scripts_state(&operation.scripts, operation.store, invocation->arena);
    if (e) code = say_failed("cannot read the migration table: %s", err_row(e)->title);
    if (code == EXIT_DONE && !row->any_migration_table) code = check_known(&operation.scripts);
    if (code == EXIT_DONE) code = row->step(&operation);
    store_close(operation.store);
    return code;
}

/* Seeders change only rows, which is allowed while a server is running. */
static int run_exclusive(const struct operation *operation)
{
    return operation->scripts.kind == SCRIPT_MIGRATION ? lock_exclusively(operation->store) : EXIT_DONE;
}

static int step_run(struct operation *operation)
{
    int code = operation->scripts.pending > 0 ? run_exclusive(operation) : EXIT_DONE;
    return code != EXIT_DONE
               ? code
               : run_pending(operation->invocation, operation->store, &operation->scripts, operation->named);
}

static int step_run_named(struct operation *operation)
{
    if (!operation->named) return say_usage("--seed is required");
    if (!operation->named->done)
        return run_one(operation->invocation, operation->store, &operation->scripts, operation->named);
    say("%.*s was already run", STR_ARG(operation->named->name));
    return EXIT_DONE;
}

static int step_undo_named(struct operation *operation)
{
    struct script *script = operation->named ? operation->named : last_done(&operation->scripts);
    if (!script || !script->done) {
        say("nothing to undo");
        return EXIT_DONE;
    }
    int code = run_exclusive(operation);
    return code != EXIT_DONE ? code : undo_one(operation->invocation, operation->store, &operation->scripts, script);
}

static int step_undo_back(struct operation *operation)
{
    const struct script *first = operation->named ? operation->named : operation->scripts.list;
    int code = last_done(&operation->scripts) ? run_exclusive(operation) : EXIT_DONE;
    return code != EXIT_DONE ? code : undo_back_to(operation->invocation, operation->store, &operation->scripts, first);
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

static int step_status(struct operation *operation)
{
    const struct scripts *scripts = &operation->scripts;
    if (!invocation_has(operation->invocation, OPTION_JSON)) return status_text(scripts);
    struct buf out =
        buf_new(operation->invocation->arena, STATUS_LINE_MAX * (scripts->count + scripts->unknown_count + 1));
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
    return operation_run(invocation,
                         &(struct operation_row){SCRIPT_MIGRATION, OPTION_MIGRATIONS_PATH, OPTION_TO, false, step_run});
}

int command_db_migrate_status(struct invocation *invocation)
{
    return operation_run(
        invocation, &(struct operation_row){SCRIPT_MIGRATION, OPTION_MIGRATIONS_PATH, OPTION_COUNT, true, step_status});
}

int command_db_migrate_undo(struct invocation *invocation)
{
    if (invocation_has(invocation, OPTION_TO) && invocation_has(invocation, OPTION_NAME)) {
        return say_usage("--to and --name cannot be combined");
    }
    bool back = invocation_has(invocation, OPTION_TO);
    return operation_run(invocation, &(struct operation_row){SCRIPT_MIGRATION, OPTION_MIGRATIONS_PATH,
                                                             back ? OPTION_TO : OPTION_NAME, false,
                                                             back ? step_undo_back : step_undo_named});
}

int command_db_migrate_undo_all(struct invocation *invocation)
{
    return operation_run(invocation, &(struct operation_row){SCRIPT_MIGRATION, OPTION_MIGRATIONS_PATH, OPTION_TO, false,
                                                             step_undo_back});
}

int command_db_seed(struct invocation *invocation)
{
    return operation_run(
        invocation, &(struct operation_row){SCRIPT_SEEDER, OPTION_SEEDERS_PATH, OPTION_SEED, true, step_run_named});
}

int command_db_seed_all(struct invocation *invocation)
{
    return operation_run(invocation,
                         &(struct operation_row){SCRIPT_SEEDER, OPTION_SEEDERS_PATH, OPTION_COUNT, true, step_run});
}

int command_db_seed_undo(struct invocation *invocation)
{
    return operation_run(
        invocation, &(struct operation_row){SCRIPT_SEEDER, OPTION_SEEDERS_PATH, OPTION_SEED, true, step_undo_named});
}

int command_db_seed_undo_all(struct invocation *invocation)
{
    return operation_run(
        invocation, &(struct operation_row){SCRIPT_SEEDER, OPTION_SEEDERS_PATH, OPTION_COUNT, true, step_undo_back});
}
