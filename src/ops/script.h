/* Migrations and seeders: scripts of SQL with a name, run at most once each, in order of names.
 *
 * A script NAME.js stands beside NAME.up.<dialect>.sql and NAME.down.<dialect>.sql. The .js file is what sequelize-cli
 * runs (it executes the same SQL); our binary has the SQL inside and only takes the .js for the name, which both record
 * in the same table of the database, the ledger. So either sees what the other did.
 *
 * Running one and recording it is one transaction: after a failure or a crash it was run wholly or not at all. */
#ifndef OPS_SCRIPT_H
#define OPS_SCRIPT_H

#include "ops/dialect.h"
#include "store/administer.h"

enum script_kind { SCRIPT_MIGRATION, SCRIPT_SEEDER, SCRIPT_KIND_COUNT };

struct script {
    str name; /* as recorded: "20260101000000-initial-schema.js" */
    str up;
    str down;
    bool done; /* the ledger has it; see scripts_state() */
};

struct scripts {
    enum script_kind kind;
    struct script *list; /* in order of names */
    size_t count;
    size_t pending; /* not done */
    /* Names in the ledger that are none of ours: the database was changed by a later version or by somebody else. */
    str *unknown;
    size_t unknown_count;
};

/* Which scripts are meant. */
struct script_choice {
    enum script_kind kind;
    enum dialect dialect;
    str path; /* the folder where they stand; STR_NONE: those built in */
};

/* All scripts of a choice. Nothing is known of their state yet. ERR_NOT_FOUND when a file is missing; *ret_reason names
 * it. */
MUST_CHECK err scripts_load(struct arena *arena, const struct script_choice *choice, str *ret_reason,
                            struct scripts *ret_scripts);

/* Compares with the ledger: sets done, pending and unknown. */
MUST_CHECK err scripts_state(struct scripts *scripts, struct store *store, struct arena *arena);

/* The script meant by a name, with or without .js; NULL when there is none. */
struct script *script_find(const struct scripts *scripts, str name);

/* Runs a script and records it. On failure nothing was changed and *ret_reason says why. */
MUST_CHECK err script_run(const struct scripts *scripts, const struct script *script, struct store *store,
                          struct arena *arena, str *ret_reason);

/* Undoes a script and removes its record. */
MUST_CHECK err script_undo(const struct scripts *scripts, const struct script *script, struct store *store,
                           struct arena *arena, str *ret_reason);

#endif
