/* See machine.h. The functions that run batches are local to the writer, so that no other code uses them; the
 * simulation is compiled together with it, and the linker takes this one. */
#include "machine.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

#include "store/writer.c"

#include "base/random.h"
#include "schema/ddl.h"
#include "storage.h"
#include "store/administer.h"
#include "virtual_clock.h"

struct machine machine;

enum { CHANGED_MAX = 4096 };

static struct {
    struct store *store;
    struct batch batch;
    struct draw chance;

    struct {
        enum entity_id entity;
        int64_t id;
    } changed[CHANGED_MAX];
    size_t changed_count;
} self;

/* --- time and chance ---------------------------------------------------------------------------------------------- */

int64_t machine_now(void)
{
    return clock_now_ms();
}

void machine_pass(int64_t ms)
{
    time_pass(ms);
}

/* Every simulation begins at the same time. */
static void time_begin_again(void)
{
    static int64_t wall_us_first, boot_us_first;
    if (!wall_us_first) {
        wall_us_first = wall_us;
        boot_us_first = boot_us;
    }
    wall_us = wall_us_first;
    boot_us = boot_us_first;
    struct clock_reading reading = clock_wall();
    clock_start(&reading, 0);
}

static const char *chance_name(void)
{
    return "seed";
}

static uint32_t chance_number(void)
{
    return (uint32_t)draw_bits(&self.chance);
}

static void chance_bytes(void *const bytes, const size_t size)
{
    for (size_t i = 0; i < size; i++) ((unsigned char *)bytes)[i] = (unsigned char)draw_bits(&self.chance);
}

static void chance_begin(void)
{
    static randombytes_implementation implementation = {
        .implementation_name = chance_name, .random = chance_number, .buf = chance_bytes};
    randombytes_set_implementation(&implementation);
    random_start();
}

/* --- ids ---------------------------------------------------------------------------------------------------------- */

static struct engine engine;
static const struct engine *real_engine;

/* Ids that a server reserves are lost when a batch is rolled back. For the model those of the table "SimulationIds" are
 * assigned instead, which the rollback gives back. */
static void ids_next(struct buf *out, const struct entity *entity)
{
    buf_printf(out,
               "UPDATE \"SimulationIds\" SET \"last\" = \"last\" + 1 WHERE \"name\" = '%s' AND ? > 0"
               " RETURNING \"last\", \"last\"",
               entity->table);
}

static struct engine_ids ids;

/* One that a failed transaction has fetched but not used. */
static void ids_forget(void)
{
    if (!engine.cluster || !self.store) return;
    ids.reserved = false;
    rows_forget_ids(self.store->writers[0].rows);
    ids.reserved = true;
}

static void ids_wrap(struct buf *sql)
{
    if (!engine.cluster) return;
    ids = *engine.ids;
    ids.next = ids_next;
    engine.ids = &ids;
    BUF_LITERAL(sql, "CREATE TABLE \"SimulationIds\" (\"name\" text PRIMARY KEY, \"last\" bigint NOT NULL);"
                     "GRANT SELECT, UPDATE ON \"SimulationIds\" TO PUBLIC;");
    for (size_t i = 0; i < ENTITY_COUNT; i++)
        buf_printf(sql, "INSERT INTO \"SimulationIds\" VALUES ('%s', 0);", entity_of((enum entity_id)i)->table);
}

/* --- the disk ----------------------------------------------------------------------------------------------------- */

static struct {
    bool counts; /* a batch runs */
    bool failing, ended;
    struct plan plan;
    int64_t calls, commits;                /* of the batch */
    int64_t hits;                          /* calls that failed */
    int64_t committed;                     /* commits that happened but were not reported */
    int64_t hits_before, committed_before; /* the present transaction */
} disk;

static void process_end(void)
{
    storage_process_ends();
    disk.ended = true;
    machine.ends++;
}

static err disk_failure(err e)
{
    disk.hits++;
    return e;
}

/* OK, or why a call does not happen. */
static err disk_call(void)
{
    if (!disk.counts) return OK;
    if (disk.ended) return disk_failure(ERR_OUTCOME_UNKNOWN);
    if (disk.failing) return disk_failure(disk.plan.failure);
    if (++disk.calls != disk.plan.call) return OK;
    switch (disk.plan.kind) {
    case DISK_FAILS:
        disk.failing = true;
        return disk_failure(disk.plan.failure);
    case DISK_FAILS_ONCE:
        return disk_failure(disk.plan.failure);
    case PROCESS_ENDS:
        process_end();
        return disk_failure(ERR_OUTCOME_UNKNOWN);
    default:
        return OK;
    }
}

static err disk_step(struct statement *statement, bool *ret_row)
{
    err e = disk_call();
    return e ? e : real_engine->step(statement, ret_row);
}

static err disk_send(struct statement *statement)
{
    err e = disk_call();
    return e ? e : real_engine->send(statement);
}

static err disk_begin(struct connection *connection, const struct transaction *transaction)
{
    disk.hits_before = disk.hits;
    disk.committed_before = disk.committed;
    ids_forget();
    err e = disk_call();
    return e ? e : real_engine->begin(connection, transaction);
}

static err disk_commit(struct connection *connection)
{
    err e = disk_call();
    if (e || !disk.counts) return e ? e : real_engine->commit(connection);
    bool planned = ++disk.commits == disk.plan.call;
    if (planned && disk.plan.kind == COMMIT_LOST) return disk_failure(ERR_OUTCOME_UNKNOWN);
    e = real_engine->commit(connection);
    bool unreported = disk.plan.kind == COMMIT_UNREPORTED || disk.plan.kind == PROCESS_ENDS_COMMITTED;
    if (e || !planned || !unreported) return e;
    disk.committed++;
    if (disk.plan.kind == PROCESS_ENDS_COMMITTED) process_end();
    return disk_failure(ERR_OUTCOME_UNKNOWN);
}

static void engine_wrap(void)
{
    real_engine = engine_of(&machine.settings);
    engine = *real_engine;
    engine.step = disk_step;
    engine.send = disk_send;
    engine.begin = disk_begin;
    engine.commit = disk_commit;
}

/* --- the process -------------------------------------------------------------------------------------------------- */

static void on_changed(void *context, enum entity_id entity, int64_t id)
{
    (void)context;
    if (id == 0) return;
    CHECK(self.changed_count < CHANGED_MAX);
    self.changed[self.changed_count].entity = entity;
    self.changed[self.changed_count++].id = id;
}

static void on_activity(void *context)
{
    (void)context;
}

/* Like store_open(), without the thread. */
static void process_start(bool create)
{
    str reason = STR_NONE;
    struct store *store = calloc(1, sizeof(*store));
    CHECK(store != NULL);
    store->settings = &machine.settings;
    store->engine = &engine;
    store->leads = true;
    store->listener = (struct store_listener){.changed = on_changed, .activity = on_activity};
    pthread_mutex_init(&store->queue_lock, NULL);
    pthread_mutex_init(&store->connection_lock, NULL);
    err e = writer_open(store, create, machine.scratch, &reason);
    if (e) fprintf(stderr, "cannot start again: %.*s\n", STR_ARG(reason));
    CHECK(!e);
    arena_reset(machine.scratch);
    self.store = store;
}

/* Closing moves the log into the file, which is that of the process that ended. */
static void process_forget(void)
{
    struct writer *writer = &self.store->writers[0];
    unit_free(writer->unit);
    rows_free(writer->rows);
    self.store->engine->close(writer->connection);
    pthread_mutex_destroy(&self.store->queue_lock);
    pthread_mutex_destroy(&self.store->connection_lock);
    free(self.store);
    self.store = NULL;
}

static void process_start_again(void)
{
    process_forget();
    storage_process_starts(&machine.settings);
    process_start(false);
}

void machine_restart(void)
{
    process_end();
    process_start_again();
    disk.ended = false;
}

/* --- life --------------------------------------------------------------------------------------------------------- */

static void template_make(void (*furnish)(void))
{
    str reason = STR_NONE;
    struct buf sql = buf_new(machine.scratch, 4 << 20);
    process_start(true);
    ddl_schema(&sql, machine_dialect());
    ids_wrap(&sql);
    CHECK(!sql.full);
    err e = store_script(self.store, buf_str(&sql), "SequelizeMeta", STR("20260101000000-initial.js"), false,
                         machine.arena, &reason);
    CHECK(!e);
    furnish();
    process_forget();
    storage_keep_template();
}

void machine_prepare(void (*furnish)(void))
{
    chance_begin();
    time_begin_again();
    machine.arena = arena_new(64 << 20);
    machine.scratch = arena_new(64 << 20);
    settings_defaults(&machine.settings, machine.arena);
    machine.settings.cipher = STR("none");
    machine.settings.session_ms = 12 * (int64_t)DAY_MS; /* some expire */
    storage_prepare(&machine.settings);
    engine_wrap();
    template_make(furnish);
}

void machine_remove(void)
{
    storage_remove();
    arena_free(machine.scratch);
    arena_free(machine.arena);
}

void machine_begin(uint64_t seed)
{
    self.chance = (struct draw){seed ^ UINT64_C(0x5851F42D4C957F2D)};
    self.changed_count = 0;
    time_begin_again();
    storage_begin(&machine.settings);
    process_start(false);
}

void machine_end(void)
{
    process_forget();
    storage_end();
}

/* --- batches ------------------------------------------------------------------------------------------------------ */

/* Where `done` of the running batch puts what happened: commands are finished in their order. */
static struct {
    struct outcome_of_command *outcomes;
    size_t finished;
} running;

/* A batch that failed is split, and each of its commands is tried again by itself. So what happened since the last
 * begin is what happened to the command. */
static enum fate fate_now(err e)
{
    if (disk.hits == disk.hits_before) return FATE_RUN;
    if (disk.committed > disk.committed_before) return FATE_UNKNOWN;
    return e == ERR_OUTCOME_UNKNOWN ? FATE_LOST : FATE_FAILED;
}

static void finished(struct command *command, err e)
{
    (void)command;
    running.outcomes[running.finished++] = (struct outcome_of_command){fate_now(e), e};
}

bool machine_run(struct command **commands, size_t count, const struct plan *plan, struct outcome_of_command *ret)
{
    struct batch *batch = &self.batch;
    struct writer *writer = &self.store->writers[0];
    memset(&disk, 0, sizeof(disk));
    disk.plan = *plan;
    disk.counts = true;
    batch->exclusive = true;
    batch->count = count;
    running.outcomes = ret;
    running.finished = 0;
    for (size_t i = 0; i < count; i++) {
        batch->commands[i] = commands[i];
        commands[i]->done = finished;
    }
    batch_run(writer, batch);
    CHECK(running.finished == count);
    disk.counts = false;
    machine.batches++;
    machine.failures += disk.hits > 0;
    if (disk.ended) process_start_again();
    return disk.ended;
}

void machine_idle(void)
{
    checkpoint(&self.store->writers[0], true);
    purge(&self.store->writers[0]);
}

/* --- looking ------------------------------------------------------------------------------------------------------ */

void machine_changed(void (*each)(void *context, enum entity_id entity, int64_t id), void *context)
{
    for (size_t i = 0; i < self.changed_count; i++) each(context, self.changed[i].entity, self.changed[i].id);
    self.changed_count = 0;
}

const struct row *machine_row(enum entity_id entity, int64_t id)
{
    struct row *row;
    err e = rows_get(self.store->writers[0].rows, entity_of(entity), id, machine.scratch, &row);
    CHECK(!e || e == ERR_NOT_FOUND);
    return e ? NULL : row;
}

int64_t machine_number(const char *sql)
{
    int64_t number;
    err e = store_number(self.store, sql, &number);
    CHECK(!e);
    return number;
}

enum dialect machine_dialect(void)
{
    return engine.dialect;
}

struct store *machine_store(void)
{
    return self.store;
}
