/* See migration.h. */
#include "ops/migration.h"

#include <errno.h>

#include "base/check.h"
#include "base/clock.h"
#include "base/time_text.h"
#include "ops/dialect.h"
#include "ops/file.h"
#include "ops/script.h"
#include "schema/ddl_difference.h"

enum { DDL_MAX = 8 * 1024 * 1024, NAME_LENGTH_MAX = 60, STAMP_LENGTH = 14, FILES_MAX = 2 * DIALECT_COUNT + 1 };

static const str default_folder = {"migrations", 10};

/* A file to be written at the end, after all checks. */
struct output {
    str path, text;
};

struct derivation {
    struct invocation *invocation;
    struct arena *arena;
    str folder, name;
    str stem; /* folder/20261128223000-name */
    struct output files[FILES_MAX];
    size_t file_count;
    struct output snapshots[DIALECT_COUNT];
    bool differs; /* on any engine */
    bool stale;   /* a snapshot is not the text of the declared schema */
};

str migration_declared(struct arena *arena, enum dialect dialect)
{
    struct buf ddl = buf_new(arena, DDL_MAX);
    ddl_schema(&ddl, dialect);
    CHECK(!ddl.full);
    return buf_str(&ddl);
}

static struct script_choice choice_of(const struct derivation *derivation, enum dialect dialect)
{
    return (struct script_choice){SCRIPT_MIGRATION, dialect, derivation->folder};
}

/* --- the name ----------------------------------------------------------------------------------------------------- */

/* Words of lower-case letters and digits, with a dash between two of them. */
static bool is_valid_name(str name)
{
    if (name.n == 0 || name.n > NAME_LENGTH_MAX || name.p[0] == '-' || name.p[name.n - 1] == '-') return false;
    for (size_t i = 0; i < name.n; i++) {
        char c = name.p[i];
        if (c == '-' && name.p[i - 1] == '-') return false;
        if (c != '-' && !(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9')) return false;
    }
    return true;
}

/* The time as a number, 20261128223000: the digits of "2026-11-28T22:30:00". */
static int64_t stamp_of(int64_t now_ms)
{
    enum { SECONDS_END = 19 };
    char buffer[TIME_TEXT_SIZE];
    str text = str_first(time_to_rfc3339(now_ms, buffer), SECONDS_END);
    int64_t stamp = 0;
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] >= '0' && text.p[i] <= '9') stamp = stamp * 10 + (text.p[i] - '0');
    }
    return stamp;
}

/* Puts a number before the name that sorts after all others, even if the clock of the last author was ahead. */
static int choose_stem(struct derivation *derivation, const struct scripts *scripts)
{
    int64_t stamp = stamp_of(clock_now_ms()), last;
    str ending = arena_printf(derivation->arena, "-%.*s.js", STR_ARG(derivation->name));
    for (size_t i = 0; i < scripts->count; i++) {
        str name = scripts->list[i].name;
        if (str_equal(str_from(name, STAMP_LENGTH), ending)) {
            return say_failed("migration '%.*s' already exists as %.*s; choose another name", STR_ARG(derivation->name),
                              STR_ARG(name));
        }
        if (str_to_int(str_first(name, STAMP_LENGTH), &last) && last >= stamp) stamp = last + 1;
    }
    derivation->stem = arena_printf(derivation->arena, "%.*s/%lld-%.*s", STR_ARG(derivation->folder), (long long)stamp,
                                    STR_ARG(derivation->name));
    return EXIT_DONE;
}

/* --- the difference ----------------------------------------------------------------------------------------------- */

static void add_file(struct derivation *derivation, str ending, str text)
{
    CHECK(derivation->file_count < FILES_MAX);
    str path = arena_printf(derivation->arena, "%.*s.%.*s", STR_ARG(derivation->stem), STR_ARG(ending));
    derivation->files[derivation->file_count++] = (struct output){path, text};
}

static const char up_comment[] = "-- Derived by `boxoffice schema --migration`; see docs/RECIPES.md.\n";
static const char down_comment[] = "-- Undoes the migration. The values of columns and the rows of tables that it "
                                   "drops are lost. It fails, and changes\n"
                                   "-- nothing, when a row has a value that the schema before did not allow.\n";

static int derive_direction(struct derivation *derivation, enum dialect dialect, const str scripts[2], bool up)
{
    struct ddl_difference difference;
    str reason, dialect_text = dialect_name(dialect);
    err e = ddl_difference(derivation->arena, dialect, scripts, &reason, &difference);
    if (e) return say_failed("cannot derive the migration for %.*s: %.*s", STR_ARG(dialect_text), STR_ARG(reason));
    if (up && difference.obstacle.p) {
        return say_failed("%.*s; give it a default in src/schema/entities.def, or make it optional",
                          STR_ARG(difference.obstacle));
    }
    derivation->differs = derivation->differs || difference.sql.n > 0;
    if (up && difference.losses.n > 0)
        say("warning: the migration for %.*s drops %.*s with all values; to keep them, add the statements that copy "
            "them",
            STR_ARG(dialect_text), STR_ARG(difference.losses));
    str text = arena_printf(derivation->arena, "%s%.*s", up ? up_comment : down_comment, STR_ARG(difference.sql));
    add_file(derivation, arena_printf(derivation->arena, "%s.%.*s.sql", up ? "up" : "down", STR_ARG(dialect_text)),
             text);
    return EXIT_DONE;
}

static int derive_dialect(struct derivation *derivation, enum dialect dialect)
{
    const struct script_choice choice = choice_of(derivation, dialect);
    str reason, snapshot, declared = migration_declared(derivation->arena, dialect);
    err e = snapshot_load(derivation->arena, &choice, &reason, &snapshot);
    if (e) return say_failed("%.*s; restore it, it is what the next migration is derived from", STR_ARG(reason));
    derivation->stale = derivation->stale || !str_equal(snapshot, declared);
    derivation->snapshots[dialect] = (struct output){snapshot_path(derivation->arena, &choice), declared};
    int code = derive_direction(derivation, dialect, (const str[]){snapshot, declared}, true);
    if (code == EXIT_DONE) code = derive_direction(derivation, dialect, (const str[]){declared, snapshot}, false);
    return code;
}

/* --- the files ---------------------------------------------------------------------------------------------------- */

static int write_all(const struct output *files, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (file_write(files[i].path.p, files[i].text) != OK) {
            return say_failed("cannot write %s: %s", files[i].path.p, strerror(errno));
        }
        print("%s\n", files[i].path.p);
    }
    return EXIT_DONE;
}

/* The .js file is written last, because only with it the other files are a migration. */
static int write_migration(struct derivation *derivation)
{
    static const char script[] =
        "'use strict';\n\n"
        "/* Derived by `boxoffice schema --migration`: runs the SQL files of the same name. */\n"
        "module.exports = require('../config/script')(__filename);\n";
    if (derivation->differs) {
        add_file(derivation, STR("js"), str_of(script));
        int code = write_all(derivation->files, derivation->file_count);
        if (code != EXIT_DONE) return code;
    } else {
        say("nothing to migrate: the declared schema has not changed%s",
            derivation->stale ? " except for the order of its parts; the snapshots were rewritten" : "");
    }
    return derivation->stale ? write_all(derivation->snapshots, DIALECT_COUNT) : EXIT_DONE;
}

int migration_derive(struct invocation *invocation)
{
    str path = invocation->options[OPTION_MIGRATIONS_PATH];
    struct derivation derivation = {
        .invocation = invocation,
        .arena = invocation->arena,
        .folder = path.p ? path : default_folder,
        .name = invocation->options[OPTION_MIGRATION],
    };
    if (!is_valid_name(derivation.name)) {
        return say_usage("--migration: invalid name '%.*s'; use lower-case words separated by dashes, at most %d "
                         "characters, as in event-subtitle",
                         STR_ARG(derivation.name), NAME_LENGTH_MAX);
    }
    struct scripts scripts;
    str reason;
    const struct script_choice any = choice_of(&derivation, 0);
    err e = scripts_load(derivation.arena, &any, &reason, &scripts);
    if (e) return say_failed("%.*s; run it where the folder is, or name it with --migrations-path", STR_ARG(reason));
    int code = choose_stem(&derivation, &scripts);
    for (enum dialect dialect = 0; dialect < DIALECT_COUNT && code == EXIT_DONE; dialect++)
        code = derive_dialect(&derivation, dialect);
    return code == EXIT_DONE ? write_migration(&derivation) : code;
}
