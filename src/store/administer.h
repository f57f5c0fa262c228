/* Administration of a database, for ops/: scripts and migration tables, single numbers, the structure as text. Runs on
 * the first writer's connection, between its batches, with all rights of the database login. */
#ifndef STORE_ADMINISTER_H
#define STORE_ADMINISTER_H

#include <stdatomic.h>

#include "base/arena.h"
#include "schema/ddl.h"
#include "schema/settings.h"

struct clock_reading;
struct store;

/* The clock that decides for this database: that of its server, or the wall clock of this machine. */
MUST_CHECK err store_clock(struct store *store, struct clock_reading *ret_reading);

/* When the newest entry of the audit log was committed; 0: it has none. */
MUST_CHECK err store_newest_commit(struct store *store, struct arena *arena, int64_t *ret_ms);

/* The SQL dialect of the database that the settings name. */
enum dialect store_dialect(const struct settings *settings);

/* The name of the database for messages, without secrets. */
str store_display_name(const struct settings *settings, struct arena *arena);

/* Removes the database, but never the key. ERR_NOT_FOUND when there is none, ERR_STATE_CONFLICT while it is in use. */
MUST_CHECK err store_drop(const struct settings *settings, struct arena *arena, str *ret_reason);

/* Ends all sessions, whatever migrations the database has: for one that was restored. *ret_reason on failure. */
MUST_CHECK err store_sign_out(struct store *store, struct arena *arena, str *ret_reason);

/* Runs a script of SQL statements in one transaction and records it under `name` in `migration_table`
 * ("SequelizeMeta" or "SequelizeData"), or removes that record. All or nothing. *ret_reason on failure. */
MUST_CHECK err store_script(struct store *store, str sql, const char *migration_table, str name, bool remove,
                            struct arena *arena, str *ret_reason);

/* The rows that a check refuses, when `reason`, the message of a script that failed, names one: "rows 3, 17 of Events",
 * at most ROWS_NAMED of them. STR_NONE: it names no check, or they cannot be read. */
enum { ROWS_NAMED = 10 };
str store_refused_rows(struct store *store, str reason, struct arena *arena);

/* Names in a migration table in order; none when the table does not exist yet. */
MUST_CHECK err store_migration_table(struct store *store, const char *migration_table, struct arena *arena,
                                     str **ret_names, size_t *ret_count);

/* From now on everything in this header that takes long ends with ERR_QUERY_TOO_EXPENSIVE when this becomes true, where
 * the engine can do that. */
void store_interrupt_when(struct store *store, const atomic_bool *stopping);

/* The one number that a constant query without parameters returns. ERR_NOT_FOUND when it returns no row. */
MUST_CHECK err store_number(struct store *store, const char *sql, int64_t *ret_number);

/* The highest id of any row of the entity or assigned by its sequence; 0: none. */
MUST_CHECK err store_last_id(struct store *store, const struct entity *entity, int64_t *ret_id);

/* The structure of the database as sorted text: tables, columns, keys, indexes, triggers, rights. It does not depend on
 * how the structure came about: databases with equal text have the same schema. */
MUST_CHECK err store_structure(struct store *store, struct arena *arena, str *ret_text);

#endif
