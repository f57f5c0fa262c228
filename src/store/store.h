/* The seam to the data. Above it nobody knows an engine, a connection or a word of SQL; below it stands one file for
 * each engine. There are two doors:
 *
 *   reader   queries in a read-only snapshot, as an actor: the engine itself hides the rows and masks the columns that
 *            this actor may not see. One reader belongs to one thread.
 *   writer   a thread that takes all commands that queued up while the previous commit was on its way to the disk, runs
 *            them in arrival order in one transaction, commits durably, and only then lets all of them answer. What a
 *            command does to rows goes through a unit of work (store/unit.h). An embedded database has one; where other
 *            processes write too there may be several, which share the commands out (see struct command).
 */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include "base/arena.h"
#include "base/problem.h"
#include "schema/schema.h"
#include "schema/settings.h"

/* Who asks. user_id is 0 for nobody. */
struct actor {
    int64_t user_id;
    enum role role;
    int64_t session_id; /* 0: none */
    str request_id;     /* lives as long as the request; STR_NONE for jobs */
};

struct store;
struct reader;
struct unit;

/* Opens the database that the settings name. With `create` a missing one is made (and its key, mode 0600); without it
 * a missing one is ERR_NOT_FOUND. Also ERR_INTERNAL when it cannot be opened: wrong key, too old an engine, a second
 * server on the same file; then *ret_reason is a sentence for the operator. The settings must outlive the store. */
MUST_CHECK err store_open(const struct settings *settings, bool create, struct arena *arena, str *ret_reason,
                          struct store **ret_store);

/* Stops the writers after the commands that wait, then closes. No reader may be open. Accepts NULL. */
void store_close(struct store *store);

/* What a process needs the database to itself for. */
enum store_lock {
    STORE_LOCK_SHARED, /* it serves: nobody changes tables meanwhile; others serve beside it where the engine has room
                    for them */
    STORE_LOCK_EXCLUSIVE, /* it changes tables: nobody serves meanwhile */
};

/* Holds until the store is closed. ERR_STATE_CONFLICT when somebody else's claim is in the way. */
MUST_CHECK err store_lock(struct store *store, enum store_lock store_lock);
void store_unlock(struct store *store);

/* From now on commands of many requests come: starts what serving needs beside the first writer. After a claim. */
MUST_CHECK err store_serve(struct store *store);

/* Nobody is told any more what other processes do. Before whoever listens (store_on_change) goes away. */
void store_serve_end(struct store *store);

const struct settings *store_settings(const struct store *store);

/* --- queries ----------------------------------------------------------------------------------------------------- */

enum comparison {
    COMPARE_EQUAL,     /* any of the values */
    COMPARE_NOT_EQUAL, /* none of the values */
    COMPARE_AT_LEAST,
    COMPARE_AT_MOST,
    COMPARE_ABOVE,
    COMPARE_BELOW,
    COMPARE_LIKE, /* text contains the value, ASCII case ignored */
};

/* One value of any type; see schema.h. */
struct value {
    int64_t number;
    str text;
};

struct filter {
    const struct field *field;
    enum comparison comparison;
    const struct value *values;
    size_t count; /* 1 to VALUES_MAX; more than one only with (not) equal */
};

struct sort {
    const struct field *field;
    bool descending;
};

enum { FILTERS_MAX = 16, SORTS_MAX = 4, VALUES_MAX = 200, LIST_MAX = 200 };

/* Rows of one entity. Sorted by `sorts`, then by id in the direction of the last sort. */
struct query {
    const struct entity *entity;
    struct filter filters[FILTERS_MAX];
    size_t filter_count;
    struct sort sorts[SORTS_MAX];
    size_t sort_count;
    str search; /* words for full text; STR_NONE: none. With it and without sorts: best first */
    int64_t offset;
    int64_t limit; /* 1 to LIST_MAX */
    bool total;    /* count all that match */
    bool deleted;  /* deleted rows too; for units only */
    bool after;    /* only rows behind (after_value, after_id) in the order of the first sort and id */
    struct value after_value;
    int64_t after_id;
};

struct page {
    struct row **rows;
    size_t count;
    int64_t total; /* when asked for */
};

/* Adds a filter on a number; `value` must live as long as the query. */
void query_filter(struct query *query, const struct field *field, enum comparison comparison,
                  const struct value *values, size_t count);

/* --- readers ------------------------------------------------------------------------------------------------------ */

MUST_CHECK err reader_open(struct store *store, struct reader **ret_reader);
void reader_close(struct reader *reader); /* accepts NULL */

/* Starts a snapshot as an actor; every read until reader_end() sees the same state. ROLE_SYSTEM sees everything. */
MUST_CHECK err reader_begin(struct reader *reader, const struct actor *actor);
/* Likewise for what is public: a replica may answer, if there is one and it has what this process committed last. */
MUST_CHECK err reader_begin_public(struct reader *reader, const struct actor *actor);
void reader_end(struct reader *reader);
/* The next row or list is the last thing that is read; saves a journey. */
void reader_last(struct reader *reader);

/* How many changes of people and sessions the last snapshot saw; see store_people_epoch(). Known after its first
 * read. */
int64_t reader_people_epoch(const struct reader *reader);

/* One row by id, in the arena. ERR_NOT_FOUND also for rows that the actor may not see. */
MUST_CHECK err reader_get(struct reader *reader, enum entity_id entity, int64_t id, struct arena *arena,
                          struct row **ret_row);

MUST_CHECK err reader_list(struct reader *reader, const struct query *query, struct arena *arena,
                           struct page *ret_page);

/* Runs any SQL text as the begun actor and counts its rows; for each of them calls `row` with the columns as text
 * (NULL allowed). Exists so that tests can attack the row rules; nothing of the product calls it. */
MUST_CHECK err reader_attack(struct reader *reader, const char *sql,
                             void (*row)(void *context, int columns, const char *const *values), void *context,
                             int64_t *ret_rows);

/* --- commands ----------------------------------------------------------------------------------------------------- */

/* What a command is known to need before it runs. An engine that is far away reads the needs of a whole batch at once.
 *
 * A command that names *all* it will read (`beside`) runs beside commands of other writers: its rows are locked in the
 * order of entities and ids. It is still right when it reads something else: then its batch is run again alone. Any
 * other command runs alone in the database, so that nothing it decides by can change meanwhile. */
enum row_lock {
    ROW_LOCK_SHARED,    /* unchanged until the commit */
    ROW_LOCK_EXCLUSIVE, /* to be changed */
    ROW_LOCK_COUNT
};

struct lock_set;

/* A row by id; 0 is none. Without `needs` (NULL) these two do nothing, for who only wants to know whether all is
 * named. */
void lock_set_row(struct lock_set *lock_set, enum entity_id entity, int64_t id, enum row_lock row_lock);
/* The row, if any, whose unique field has this value; a text must live as long as the command. */
void lock_set_value(struct lock_set *lock_set, enum entity_id entity, const struct field *field, struct value value,
                    enum row_lock row_lock);

/* A command in the queue; embedded in the caller's own struct, which must live until `done`. */
struct command {
    struct command *next;    /* the queue's */
    struct waiting *waiting; /* of store_execute(); used by the store only */
    const struct actor *actor;
    struct problem *problem; /* where faults are listed; emptied before each run */
    int64_t shared_id;       /* names all its needs, and this row is the one it changes: its id; 0: runs alone */
    void (*lock_set)(struct command *command, struct lock_set *lock_set); /* NULL: nothing is known */
    /* Decides and changes rows of the unit, on the writer thread. May be called again after a conflict. What it
     * allocates for its answer belongs in the request's arena, not in the unit's. Returning an error means: nothing was
     * changed. */
    err (*run)(struct unit *unit, struct command *command);
    /* Told once, on the writer thread, after the commit is durable (or the command failed). Must not block. */
    void (*done)(struct command *command, err e);
};

/* Queues a command. False when the queue is full or the store closes: then nothing will be called. Any thread. */
MUST_CHECK bool store_submit(struct store *store, struct command *command);

/* Submits and waits; for the command line, jobs and tests (domain/run.h runs a command function so). Sets `done` of the
 * command. Not on a writer thread. */
MUST_CHECK err store_execute(struct store *store, struct command *command);

/* Called on a writer thread after each commit with the rows it changed (entity, id), before `done`, and on a thread of
 * the store's own with people and sessions that others changed (id 0: any of them, or who knows what): caches of
 * sessions and answers hang on it. Set before the first command and before store_serve(). */
typedef void store_listener(void *context, enum entity_id entity, int64_t id);
void store_on_change(struct store *store, store_listener *listener, void *context);

/* The number of changes of people and sessions up to which the listener was told all of them. What is remembered about
 * them may be used in a transaction that saw the same number (reader_people_epoch, unit_people_epoch). */
int64_t store_people_epoch(const struct store *store);

/* Whether other processes may serve the same database, and change what this one remembers. */
bool store_is_shared(const struct store *store);

/* Whether this process is the one, of all that serve the database, that runs the jobs. */
bool store_leads(const struct store *store);

struct store_counters {
    uint64_t commands;
    uint64_t commits;
    uint64_t refused; /* queue full */
    uint64_t checkpoints;
    uint64_t log_frames; /* in the write-ahead log now */
    size_t queued;
};
struct store_counters store_counters(const struct store *store);

/* --- administration (ops/)
 * -------------------------------------------------------------------------------------------- */

/* Runs a script of SQL statements in one transaction with full rights, and records it under `name` in `ledger`
 * ("SequelizeMeta" or "SequelizeData"), or removes that record. All or nothing. *ret_reason on failure. */
MUST_CHECK err store_script(struct store *store, str sql, const char *migration_table, str name, bool remove,
                            struct arena *arena, str *ret_reason);

/* Names in a ledger in order; none when the table does not exist yet. */
MUST_CHECK err store_migration_table(struct store *store, const char *migration_table, struct arena *arena,
                                     str **ret_names, size_t *ret_count);

/* One number from a constant query without parameters, as SYSTEM; for verify. */
MUST_CHECK err store_number(struct store *store, const char *sql, int64_t *ret_number);

/* Structure of the database as text: every table, column, key, index, trigger, sorted, independent of how it came
 * about; two databases with equal text have the same schema. */
MUST_CHECK err store_structure(struct store *store, struct arena *arena, str *ret_text);

/* What people call the database that the settings name; nothing in it is secret. */
str store_display_name(const struct settings *settings, struct arena *arena);

/* Removes the database files (and never the key). ERR_NOT_FOUND when there is none. */
MUST_CHECK err store_drop(const struct settings *settings, struct arena *arena, str *ret_reason);

#endif
