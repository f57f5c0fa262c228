/* A store of its own with the schema in it, for tests of the store layer, on the engine of the run:
 * BOXOFFICE_TEST_ENGINE is sqlite (the default: a file in a temporary folder) or postgres (a new database in the
 * cluster that BOXOFFICE_TEST_POSTGRES names; see tools/postgres). */
#ifndef STORE_FIXTURE_H
#define STORE_FIXTURE_H

#include "unit.h"

#include <libpq-fe.h>
#include <stdatomic.h>

#include "base/arena.h"
#include "base/check.h"
#include "base/random.h"
#include "schema/ddl.h"
#include "store/administer.h"
#include "store/reader.h"
#include "store/store.h"
#include "store/unit.h"

struct fixture {
    char folder[64];
    enum dialect dialect;
    struct arena *arena;
    struct arena *scratch; /* for short use: the user resets it */
    struct settings settings;
    struct store *store;
    struct actor system;
};

static inline enum dialect fixture_dialect(void)
{
    const char *engine = getenv("BOXOFFICE_TEST_ENGINE");
    return engine && strcmp(engine, "postgres") == 0 ? DIALECT_POSTGRES : DIALECT_SQLITE;
}

/* The text that is for the engine of the run. */
static inline const char *sql_on(const char *sqlite, const char *postgres)
{
    return fixture_dialect() == DIALECT_SQLITE ? sqlite : postgres;
}

/* The cluster's URL with a database of its own: of a parameter that is given twice, the last one counts. */
static inline str fixture_url(struct arena *arena)
{
    const char *cluster = getenv("BOXOFFICE_TEST_POSTGRES");
    if (fixture_dialect() != DIALECT_POSTGRES) return STR("");
    if (!cluster) fail_msg("BOXOFFICE_TEST_POSTGRES names no cluster; tools/postgres starts one");
    uint64_t number;
    random_bytes(&number, sizeof(number));
    return arena_printf(arena, "%s%cdbname=unit_%016llx", cluster, strchr(cluster, '?') ? '&' : '?',
                        (unsigned long long)number);
}

static inline void fixture_settings(struct fixture *fixture, const char *cipher)
{
    settings_defaults(&fixture->settings, fixture->arena);
    fixture->settings.storage = arena_printf(fixture->arena, "%s/test.db", fixture->folder);
    fixture->settings.cipher = str_of(cipher);
    fixture->settings.database_url = fixture_url(fixture->arena);
}

/* PostgreSQL copies a database faster than it makes tables: the template of a run (tests/support/templates.mjs). */
static inline void fixture_copy(struct fixture *fixture)
{
    const char *cluster = getenv("BOXOFFICE_TEST_POSTGRES"), *name = strstr(fixture->settings.database_url.p, "unit_");
    str url = arena_printf(fixture->arena, "%s%cdbname=postgres", cluster, strchr(cluster, '?') ? '&' : '?');
    /* Rights on a database are no part of its template. */
    str statements[] = {
        arena_printf(fixture->arena, "CREATE DATABASE %s TEMPLATE \"postgres-migrated\" STRATEGY file_copy", name),
        arena_printf(fixture->arena, "GRANT CREATE ON DATABASE %s TO boxoffice_owner", name)};
    PGconn *pg = PQconnectdb(url.p);
    for (size_t i = 0; i < COUNT_OF(statements); i++) {
        PGresult *result = PQexec(pg, statements[i].p);
        if (PQresultStatus(result) != PGRES_COMMAND_OK) fail_msg("%s", PQerrorMessage(pg));
        PQclear(result);
    }
    PQfinish(pg);
}

static inline void fixture_make(struct fixture *fixture)
{
    str reason = STR_NONE;
    err e = store_open(&fixture->settings, true, fixture->arena, &reason, &fixture->store);
    if (e) fail_msg("%.*s", STR_ARG(reason));
    struct buf sql = buf_new(fixture->arena, 4 << 20);
    ddl_schema(&sql, fixture->dialect);
    assert_false(sql.full);
    e = store_script(fixture->store, buf_str(&sql), "SequelizeMeta", STR("20260101000000-initial.js"), false,
                     fixture->arena, &reason);
    if (e) fail_msg("%.*s", STR_ARG(reason));
}

static inline struct fixture *fixture_open(const char *cipher)
{
    struct fixture *fixture = calloc(1, sizeof(*fixture));
    str reason = STR_NONE;
    random_start();
    strcpy(fixture->folder, "/tmp/boxoffice-store-XXXXXX");
    assert_non_null(mkdtemp(fixture->folder));
    fixture->dialect = fixture_dialect();
    fixture->arena = arena_new(256 << 20);
    fixture->scratch = arena_new(16 << 20);
    fixture_settings(fixture, cipher);
    fixture->system = (struct actor){.role = ROLE_SYSTEM};
    if (fixture->dialect != DIALECT_POSTGRES || !getenv("BOXOFFICE_TEST_TEMPLATES")) {
        fixture_make(fixture);
        return fixture;
    }
    fixture_copy(fixture);
    err e = store_open(&fixture->settings, false, fixture->arena, &reason, &fixture->store);
    if (e) fail_msg("%.*s", STR_ARG(reason));
    return fixture;
}

static inline void fixture_close(struct fixture *fixture)
{
    char command[128];
    str reason = STR_NONE;
    store_close(fixture->store);
    err e = store_drop(&fixture->settings, fixture->arena, &reason);
    if (e) fail_msg("%.*s", STR_ARG(reason));
    snprintf(command, sizeof(command), "rm -r %s", fixture->folder);
    assert_int_equal(system(command), 0);
    arena_free(fixture->scratch);
    arena_free(fixture->arena);
    free(fixture);
}

/* Commands run on a thread of the store, where a failed assertion would end the program without a result. There
 * expect() notes what is wrong, and the test asserts that nothing is. */
static inline atomic_int *unexpected(void)
{
    static atomic_int count;
    return &count;
}

#define expect(condition)                                                                                              \
    do {                                                                                                               \
        if (condition) break;                                                                                          \
        atomic_fetch_add(unexpected(), 1);                                                                             \
        print_error("%s:%d: expected: %s\n", __FILE__, __LINE__, #condition);                                          \
    } while (0)

#define assert_expected() assert_int_equal(atomic_exchange(unexpected(), 0), 0)

/* Runs a function as a command and waits for it. */
struct step {
    struct command command;
    struct problem problem;
    err (*function)(struct unit *unit, void *context);
    void *context;
};

static inline err step_run(struct unit *unit, struct command *command)
{
    struct step *step = (struct step *)command;
    return step->function(unit, step->context);
}

static inline err fixture_run(struct fixture *fixture, const struct actor *actor,
                              err (*function)(struct unit *unit, void *context), void *context)
{
    struct step step = {.function = function, .context = context};
    step.command = (struct command){.actor = actor, .problem = &step.problem, .run = step_run};
    return store_execute(fixture->store, &step.command);
}

#endif
