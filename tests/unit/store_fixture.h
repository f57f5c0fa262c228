/* A store in a temporary folder with the schema in it, for tests of the store layer. */
#ifndef STORE_FIXTURE_H
#define STORE_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
/* after the headers it needs */
#include <cmocka.h>

#include "base/arena.h"
#include "base/random.h"
#include "schema/ddl.h"
#include "store/unit.h"

struct fixture {
    char folder[64];
    struct arena *arena;
    struct settings settings;
    struct store *store;
    struct actor system;
};

static inline struct fixture *fixture_open(const char *cipher)
{
    struct fixture *fixture = calloc(1, sizeof(*fixture));
    str reason = STR_NONE;
    random_start();
    strcpy(fixture->folder, "/tmp/boxoffice-store-XXXXXX");
    assert_non_null(mkdtemp(fixture->folder));
    fixture->arena = arena_new(256 << 20);
    settings_defaults(&fixture->settings, fixture->arena);
    fixture->settings.storage = arena_printf(fixture->arena, "%s/test.db", fixture->folder);
    fixture->settings.cipher = str_of(cipher);
    fixture->system = (struct actor){.role = ROLE_SYSTEM};
    err e = store_open(&fixture->settings, true, fixture->arena, &reason, &fixture->store);
    if (e) fail_msg("%.*s", STR_ARG(reason));
    struct buf sql = buf_new(fixture->arena, 4 << 20);
    ddl_schema(&sql, DIALECT_SQLITE);
    assert_false(sql.full);
    e = store_script(fixture->store, buf_str(&sql), "SequelizeMeta", STR("20260101000000-initial.js"), false,
                     fixture->arena, &reason);
    if (e) fail_msg("%.*s", STR_ARG(reason));
    return fixture;
}

static inline void fixture_close(struct fixture *fixture)
{
    char command[128];
    store_close(fixture->store);
    snprintf(command, sizeof(command), "rm -r %s", fixture->folder);
    assert_int_equal(system(command), 0);
    arena_free(fixture->arena);
    free(fixture);
}

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
