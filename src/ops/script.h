/* Migrations and seeders: named SQL scripts, each run at most once, in the order of their names.
 *
 * A script consists of the files NAME.js, NAME.up.<dialect>.sql and NAME.down.<dialect>.sql. sequelize-cli runs the .js
 * file, which executes the same SQL; this program has the SQL built in and uses only the name of the .js file. Both
 * record the name in the same table of the database, the migration table, so each sees what the other one did.
 *
 * A script and its record are one transaction: after a failure or a crash it was either run completely or not at all.
 * While a migration runs, foreign keys are not enforced on SQLite, so that tables can be rebuilt; they are checked
 * before the commit.
 *
 * The migrations have a snapshot, schema.<dialect>.sql: the schema that they produce together, from which the next
 * migration is derived (see migration.h). */
#ifndef OPS_SCRIPT_H
#define OPS_SCRIPT_H

#include "ops/dialect.h"
#include "store/administer.h"

enum script_kind { SCRIPT_MIGRATION, SCRIPT_SEEDER, SCRIPT_KIND_COUNT };

struct script {
    str name; /* as recorded: "20260101000000-initial-schema.js" */
    str up;
    str down;
    bool done; /* recorded in the migration table; see scripts_state() */
};

struct scripts {
    enum script_kind kind;
    struct script *list; /* in order of names */
    size_t count;
    size_t pending; /* not done */
    /* Names in the migration table that this program does not have: a later version or another program ran them. */
    str *unknown;
    size_t unknown_count;
};

/* Which scripts to load. */
struct script_choice {
    enum script_kind kind;
    enum dialect dialect;
    str path; /* the folder to read; STR_NONE: the built-in scripts */
};

/* All scripts of a choice, without their state in a database. ERR_NOT_FOUND when a file is missing; *ret_reason names
 * it. */
MUST_CHECK err scripts_load(struct arena *arena, const struct script_choice *choice, str *ret_reason,
                            struct scripts *ret_scripts);

/* The snapshot of the migrations, and its path. ERR_NOT_FOUND as above. */
MUST_CHECK err snapshot_load(struct arena *arena, const struct script_choice *choice, str *ret_reason, str *ret_text);
str snapshot_path(struct arena *arena, const struct script_choice *choice);

/* Compares with the migration table: sets done, pending and unknown. */
MUST_CHECK err scripts_state(struct scripts *scripts, struct store *store, struct arena *arena);

/* A seeder lists the accounts that it creates, with their passwords, in comments. Takes the next one from *rest, which
 * starts as script->up; false after the last. */
bool script_sign_in_next(str *rest, str *ret_sign_in);

/* "migrations", "seeders" */
const char *script_kind_name(enum script_kind kind);

/* The script of a name, with or without .js; NULL when there is none. */
struct script *script_find(const struct scripts *scripts, str name);

/* Runs a script and records it. On failure nothing was changed and *ret_reason says why. */
MUST_CHECK err script_run(const struct scripts *scripts, const struct script *script, struct store *store,
                          struct arena *arena, str *ret_reason);

/* Undoes a script and removes its record. */
MUST_CHECK err script_undo(const struct scripts *scripts, const struct script *script, struct store *store,
                           struct arena *arena, str *ret_reason);

#endif
