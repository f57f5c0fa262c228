/* The writer's interface to the unit of work, and internals shared by the files that implement it. */
#ifndef STORE_UNIT_PRIVATE_H
#define STORE_UNIT_PRIVATE_H

#include "store/identity_map.h"
#include "store/rows.h"
#include "store/unit.h"

/* --- for the writer --- */

/* A unit on a writing connection and its statements. */
struct unit *unit_open(const struct engine *engine, struct connection *connection, struct rows *rows,
                       const struct settings *settings);
void unit_free(struct unit *unit); /* accepts NULL */

/* Starts a batch in the open transaction, with an empty identity map and the time of the batch. A shared batch (not
 * `exclusive`) can read only what unit_prepare() loaded. */
void unit_start(struct unit *unit, int64_t now, bool exclusive);

/* Loads and locks what the commands declare, where that saves round trips. */
MUST_CHECK err unit_prepare(struct unit *unit, struct command *const *commands, size_t count);

/* Whether every row that the command declares is in memory with a lock that is strong enough. */
bool unit_covers(struct unit *unit, struct command *command);

/* Whether a command of a shared batch read something that was not declared: the batch has to run exclusively. */
bool unit_must_be_exclusive(const struct unit *unit);

/* Whether the last command that ran ended with unit_refuse(). */
bool unit_refused(const struct unit *unit);

/* Runs one command. Checks that a command that failed changed nothing. */
err unit_run(struct unit *unit, struct command *command);

/* Writes everything that is pending. After an error, roll back and call unit_start() again. */
MUST_CHECK err unit_flush(struct unit *unit);

/* Whether the batch wrote or will write anything. */
bool unit_dirty(const struct unit *unit);

/* Whether the batch changed or removed rows that full-text search finds by personal data, so that a purge is due. */
bool unit_search_stale(const struct unit *unit);

/* Reports each row that the batch wrote, once or more. */
void unit_notify(const struct unit *unit, const struct store_listener *listener);

/* --- shared by unit.c, unit_prepare.c and unit_write.c --- */

struct changed_row {
    enum entity_id entity;
    int64_t id;
};

/* The pairs that the commands of the batch declared, and their rows. */
struct pairs {
    struct pair *list;
    size_t count;
    bool loaded;
    struct page page;
};

struct unit_private {
    const struct engine *engine;
    struct connection *connection;
    struct rows *rows;
    struct identity_map map;
    bool exclusive;
    bool must_be_exclusive;
    bool refused;
    struct unit_entry *pending, **pending_end;
    struct unit_entry *siblings[ENTITY_COUNT]; /* pending, by entity */
    uint64_t pending_fields[ENTITY_COUNT]; /* fields that pending rows change; all bits are set if there is a new row */
    struct pairs pairs;
    struct unit_entry *touched;
    int64_t people_epoch;        /* -1: not read yet */
    const struct actor *context; /* the actor that AuditContexts currently names */
    bool search_stale;
    struct changed_row *changed; /* rows that were written */
    size_t changed_count, changed_size;
};

/* Stands for the actor where a row was changed by several actors or by none. */
extern const struct actor unit_no_actor;

void unit_clear_pending(struct unit_private *private);

/* What was read in advance no longer holds, because rows were written or the batch is over. */
void unit_forget_pairs(struct unit_private *private);

/* Passes on the result of a read. Any error but ERR_NOT_FOUND ends the transaction. */
MUST_CHECK err unit_asked(struct unit *unit, err e);

/* Loads rows that are not in memory yet, in one statement, where that saves round trips. */
MUST_CHECK err unit_load_ids(struct unit *unit, const struct entity *entity, const int64_t *ids, size_t count);

/* The fields in which two rows of an entity differ, as a mask. */
uint64_t row_difference(const struct row *a, const struct row *b);

#endif
