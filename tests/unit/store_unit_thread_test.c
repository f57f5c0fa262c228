/* The unit of work and the group commit: identity, piled-up counters, versions and audit of every change, nothing left
 * behind by a refusal, conflicts that refuse only the conflicting command, and the bounds. */
#include "store_fixture.h"

#include "base/check.h"
#include <pthread.h>

#include "base/clock.h"
#include "base/log.h"

static struct fixture *fixture;

static int set_up(void **state)
{
    (void)state;
    fixture = fixture_open("none");
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    fixture_close(fixture);
    return 0;
}

static int64_t number(const char *sql)
{
    int64_t value = -1;
    assert_int_equal(store_number(fixture->store, sql, &value), OK);
    return value;
}

/* --- making things
 * ---------------------------------------------------------------------------------------------------- */

static void fill_venue(struct unit *unit, struct venue *venue)
{
    (void)unit;
    venue->name = STR("Town hall");
    venue->address = STR("1 Main Street");
    venue->capacity = 100;
}

static err make_venue(struct unit *unit, void *context)
{
    struct venue *venue = unit_new(unit, ENTITY_venue);
    fill_venue(unit, venue);
    if (context) *(int64_t *)context = venue->id;
    return OK;
}

static err make_schedule(struct unit *unit, void *context)
{
    struct venue *venue = unit_new(unit, ENTITY_venue);
    fill_venue(unit, venue);
    struct event *event = unit_new(unit, ENTITY_event);
    event->title = STR("Evening of songs");
    event->capacity = 100;
    event->venue_id = venue->id;
    event->start_date = event->end_date = unit->now + DAY_MS;
    struct schedule *schedule = unit_new(unit, ENTITY_schedule);
    schedule->event_id = event->id;
    schedule->start_time = schedule->end_time = event->start_date;
    schedule->available_seats = 100;
    *(int64_t *)context = schedule->id;
    return OK;
}

static err rename_venue(struct unit *unit, void *context)
{
    struct venue *venue;
    err e = unit_get(unit, ENTITY_venue, *(int64_t *)context, &venue);
    if (e) return e;
    venue->name = arena_printf(unit->arena, "%.*s!", STR_ARG(venue->name));
    unit_changed(unit, venue);
    return OK;
}

static err take_seat(struct unit *unit, void *context)
{
    struct schedule *schedule;
    err e = unit_get(unit, ENTITY_schedule, *(int64_t *)context, &schedule);
    if (e) return e;
    if (schedule->available_seats == 0) return ERR_SOLD_OUT;
    schedule->available_seats--;
    unit_changed(unit, schedule);
    return OK;
}

static err delete_venue(struct unit *unit, void *context)
{
    struct venue *venue;
    err e = unit_get(unit, ENTITY_venue, *(int64_t *)context, &venue);
    if (e) return e;
    unit_delete(unit, venue);
    return OK;
}

/* --- many commands in one batch
 * --------------------------------------------------------------------------------------- */

enum { MANY = 16 };

struct batched {
    struct command command;
    struct problem problem;
    err (*function)(struct unit *unit, void *context);
    void *context;
    bool own_batch;
    err result;
    bool called;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t finished = PTHREAD_COND_INITIALIZER;
static size_t open_commands;

static err batched_run(struct unit *unit, struct command *command)
{
    struct batched *batched = (struct batched *)command;
    return batched->function(unit, batched->context);
}

static void batched_done(struct command *command, err e)
{
    struct batched *batched = (struct batched *)command;
    pthread_mutex_lock(&lock);
    batched->result = e;
    batched->called = true;
    if (--open_commands == 0) pthread_cond_signal(&finished);
    pthread_mutex_unlock(&lock);
}

static bool gate_open;

/* Holds the writer until everything is queued, so that what follows shares a batch. */
static err hold_writer(struct unit *unit, void *context)
{
    (void)unit, (void)context;
    pthread_mutex_lock(&lock);
    while (!gate_open) pthread_cond_wait(&finished, &lock);
    pthread_mutex_unlock(&lock);
    return ERR_STATE_CONFLICT;
}

static void submit(struct batched *batched, const struct actor *actor)
{
    batched->command = (struct command){.actor = actor,
                                        .problem = &batched->problem,
                                        .own_batch = batched->own_batch,
                                        .run = batched_run,
                                        .done = batched_done};
    pthread_mutex_lock(&lock);
    open_commands++;
    pthread_mutex_unlock(&lock);
    assert_true(store_submit(fixture->store, &batched->command));
}

static void run_batch(struct batched *commands, size_t count, const struct actor *const *actors)
{
    struct batched gate = {.function = hold_writer};
    gate_open = false;
    submit(&gate, &fixture->system);
    while (store_counters(fixture->store).queued > 0) usleep(1000); /* the writer has it, and nothing else yet */
    for (size_t i = 0; i < count; i++) submit(&commands[i], actors ? actors[i] : &fixture->system);
    pthread_mutex_lock(&lock);
    gate_open = true;
    pthread_cond_broadcast(&finished);
    while (open_commands > 0) pthread_cond_wait(&finished, &lock);
    pthread_mutex_unlock(&lock);
}

/* --- tests
 * ------------------------------------------------------------------------------------------------------------- */

static void a_change_raises_the_version_and_is_audited_once(void **state)
{
    (void)state;
    int64_t id;
    struct actor actor = {.user_id = 7, .role = ROLE_ORGANIZER, .request_id = STR("abc")};
    assert_int_equal(fixture_run(fixture, &actor, make_venue, &id), OK);
    assert_int_equal(fixture_run(fixture, &actor, rename_venue, &id), OK);
    assert_int_equal(number("SELECT \"version\" FROM \"Venues\""), 1);
    assert_int_equal(number("SELECT count(*) FROM \"AuditLogs\" WHERE \"actorId\" = 7 AND \"actorRole\" = 'organizer' "
                            "AND \"requestId\" = 'abc'"),
                     2);
    assert_int_equal(
        number("SELECT count(*) FROM \"AuditLogs\" WHERE \"action\" = 'update' AND \"resourceVersion\" = 1 "
               "AND \"before\" LIKE '%,\"name\":\"Town hall\",%' AND \"after\" LIKE '%,\"name\":\"Town hall!\",%'"),
        1);
    assert_int_equal(number("SELECT count(*) FROM \"AuditContexts\" WHERE \"actorId\" <> 0 OR \"actorRole\" IS NOT "
                            "NULL"),
                     0);
}

/* Stores by how much the version is raised in memory; a trigger raises it in the database, too. */
static err rename_and_compare(struct unit *unit, void *context)
{
    struct venue *venue;
    err e = unit_get(unit, ENTITY_venue, 1, &venue);
    if (e) return e;
    int64_t before = venue->version;
    venue->name = STR("Other hall");
    unit_changed(unit, venue);
    *(int64_t *)context = venue->version - before;
    return OK;
}

static void a_command_knows_the_version_it_made(void **state)
{
    (void)state;
    int64_t raised = 0;
    assert_int_equal(fixture_run(fixture, &fixture->system, make_venue, NULL), OK);
    assert_int_equal(fixture_run(fixture, &fixture->system, rename_and_compare, &raised), OK);
    assert_int_equal(raised, 1);
}

static void commands_of_a_batch_see_each_other(void **state)
{
    (void)state;
    int64_t id;
    struct batched commands[MANY];
    assert_int_equal(fixture_run(fixture, &fixture->system, make_venue, &id), OK);
    for (size_t i = 0; i < MANY; i++) commands[i] = (struct batched){.function = rename_venue, .context = &id};
    run_batch(commands, MANY, NULL);
    assert_int_equal(number("SELECT length(\"name\") - length('Town hall') FROM \"Venues\""), MANY);
    assert_int_equal(number("SELECT \"version\" FROM \"Venues\""), MANY);
    assert_int_equal(number("SELECT count(DISTINCT \"resourceVersion\") FROM \"AuditLogs\""), MANY + 1);
}

static void counter_changes_are_merged_and_written_once(void **state)
{
    (void)state;
    int64_t id;
    struct batched commands[MANY];
    assert_int_equal(fixture_run(fixture, &fixture->system, make_schedule, &id), OK);
    for (size_t i = 0; i < MANY; i++) commands[i] = (struct batched){.function = take_seat, .context = &id};
    run_batch(commands, MANY, NULL);
    assert_int_equal(number("SELECT \"availableSeats\" FROM \"Schedules\""), 100 - MANY);
    assert_int_equal(number("SELECT \"version\" FROM \"Schedules\""), 1);
    assert_int_equal(number("SELECT count(*) FROM \"AuditLogs\" WHERE \"resource\" = 'schedules'"), 2);
}

static err refuse(struct unit *unit, void *context)
{
    (void)context;
    return problem_invalid(unit->problem, STR("/name"), "required", "is missing");
}

static void a_refused_command_changes_nothing(void **state)
{
    (void)state;
    struct batched commands[3] = {{.function = make_venue}, {.function = refuse}, {.function = make_venue}};
    run_batch(commands, 3, NULL);
    assert_int_equal(commands[0].result, OK);
    assert_int_equal(commands[1].result, ERR_INVALID);
    assert_int_equal(commands[1].problem.count, 1);
    assert_int_equal(commands[2].result, OK);
    assert_int_equal(number("SELECT count(*) FROM \"Venues\""), 2);
}

/* The engine refuses a capacity below 1 when the row is written, long after the command said yes. */
static err make_bad_venue(struct unit *unit, void *context)
{
    (void)context;
    struct venue *venue = unit_new(unit, ENTITY_venue);
    fill_venue(unit, venue);
    venue->capacity = 0;
    return OK;
}

static void a_conflict_refuses_only_the_conflicting_command(void **state)
{
    (void)state;
    struct batched commands[MANY];
    for (size_t i = 0; i < MANY; i++) commands[i] = (struct batched){.function = i == 5 ? make_bad_venue : make_venue};
    run_batch(commands, MANY, NULL);
    for (size_t i = 0; i < MANY; i++) assert_int_equal(commands[i].result, i == 5 ? ERR_STATE_CONFLICT : OK);
    assert_int_equal(number("SELECT count(*) FROM \"Venues\""), MANY - 1);
}

static void a_command_alone_in_its_batch_is_refused_by_the_engine(void **state)
{
    (void)state;
    assert_int_equal(fixture_run(fixture, &fixture->system, make_bad_venue, NULL), ERR_STATE_CONFLICT);
    assert_int_equal(number("SELECT count(*) FROM \"Venues\""), 0);
    assert_int_equal(fixture_run(fixture, &fixture->system, make_venue, NULL), OK);
}

/* A list of rows of which the second is refused. */
static err make_refused_list(struct unit *unit, void *context)
{
    err e = make_venue(unit, context);
    if (e) return e;
    unit_part_end(unit);
    return unit_refuse(unit, ERR_INVALID);
}

static void a_refused_list_takes_no_other_command_along(void **state)
{
    (void)state;
    struct batched commands[] = {
        {.function = make_venue}, {.function = make_refused_list, .own_batch = true}, {.function = make_venue}};
    run_batch(commands, COUNT_OF(commands), NULL);
    assert_int_equal(commands[0].result, OK);
    assert_int_equal(commands[1].result, ERR_INVALID);
    assert_int_equal(commands[2].result, OK);
    assert_int_equal(number("SELECT count(*) FROM \"Venues\""), 2);
}

static err count_all(struct unit *unit, void *context)
{
    struct query query = {.entity = entity_of(ENTITY_venue), .limit = LIST_MAX};
    return unit_count(unit, &query, context);
}

/* The same, when a query in the middle of the batch is what finds out. */
static void a_conflict_found_by_a_query_loses_nothing(void **state)
{
    (void)state;
    int64_t first, last, count;
    struct batched commands[] = {{.function = make_venue, .context = &first},
                                 {.function = make_bad_venue},
                                 {.function = make_venue, .context = &last},
                                 {.function = count_all, .context = &count}};
    run_batch(commands, COUNT_OF(commands), NULL);
    assert_int_equal(commands[0].result, OK);
    assert_int_equal(commands[1].result, ERR_STATE_CONFLICT);
    assert_int_equal(commands[2].result, OK);
    assert_int_equal(commands[3].result, OK);
    assert_int_equal(count, 2);
    assert_int_not_equal(first, last);
    assert_int_equal(number("SELECT count(*) FROM \"Venues\""), 2);
}

static err give_seat_back(struct unit *unit, void *context)
{
    struct schedule *schedule;
    err e = unit_get(unit, ENTITY_schedule, *(int64_t *)context, &schedule);
    if (e) return e;
    schedule->available_seats++;
    unit_changed(unit, schedule);
    return OK;
}

static err count_schedules(struct unit *unit, void *context)
{
    struct query query = {.entity = entity_of(ENTITY_schedule), .limit = LIST_MAX};
    struct value none = {0};
    query_filter(&query, FIELD_OF(schedule, available_seats), COMPARE_AT_LEAST, &none, 1);
    return unit_count(unit, &query, context);
}

static err move_schedule(struct unit *unit, void *context)
{
    struct schedule *schedule;
    err e = unit_get(unit, ENTITY_schedule, *(int64_t *)context, &schedule);
    if (e) return e;
    schedule->end_time += 1000;
    unit_changed(unit, schedule);
    return OK;
}

/* However changes of counters and others meet in a batch, each version in the database has one entry in the log, and
 * the last of them is the row's. */
static void versions_and_audit_log_agree_for_any_sequence(void **state)
{
    (void)state;
    int64_t id, count;
    err (*const functions[])(struct unit *, void *) = {take_seat, give_seat_back, count_schedules, move_schedule};
    assert_int_equal(fixture_run(fixture, &fixture->system, make_schedule, &id), OK);
    unsigned seed = 7;
    for (int round = 0; round < 40; round++) {
        struct batched commands[MANY];
        for (size_t i = 0; i < MANY; i++) {
            size_t which = (size_t)rand_r(&seed) % COUNT_OF(functions);
            void *context = functions[which] == count_schedules ? &count : &id;
            commands[i] = (struct batched){.function = functions[which], .context = context};
        }
        run_batch(commands, MANY, NULL);
    }
    assert_int_equal(number("SELECT count(*) - count(DISTINCT \"resourceVersion\") FROM \"AuditLogs\" "
                            "WHERE \"resource\" = 'schedules'"),
                     0);
    assert_int_equal(
        number("SELECT (SELECT \"version\" FROM \"Schedules\") - max(\"resourceVersion\") FROM \"AuditLogs\" "
               "WHERE \"resource\" = 'schedules'"),
        0);
    assert_int_equal(
        number("SELECT count(*) - max(\"resourceVersion\") FROM \"AuditLogs\" WHERE \"resource\" = 'schedules'"), 1);
}

static void script(const char *sql, const char *name)
{
    str reason = STR_NONE;
    err e = store_script(fixture->store, str_of(sql), "SequelizeData", str_of(name), false, fixture->arena, &reason);
    if (e) fail_msg("%.*s", STR_ARG(reason));
}

static void new_venue_id(int64_t expected)
{
    int64_t id;
    assert_int_equal(fixture_run(fixture, &fixture->system, make_venue, &id), OK);
    assert_int_equal(id, expected);
}

static const char venue_copy[] = "INSERT INTO \"Venues\" (\"id\", \"name\", \"address\", \"capacity\", \"createdAt\", "
                                 "\"updatedAt\") SELECT %s, \"name\", \"address\", \"capacity\", \"createdAt\", "
                                 "\"updatedAt\" FROM \"Venues\" WHERE \"id\" = 1";

/* A venue with an id that another client chose. */
static void foreign_venue(const char *id)
{
    char sql[512];
    snprintf(sql, sizeof(sql), venue_copy, id);
    script(sql, id);
}

static void ids_survive_a_sequence_that_was_set_back(void **state)
{
    (void)state;
    new_venue_id(1);
    script(sql_on("DELETE FROM sqlite_sequence", "SELECT setval('\"Venues_id_seq\"', 1, false)"), "a");
    new_venue_id(2);
}

static void ids_continue_below_a_row_with_the_highest_id(void **state)
{
    (void)state;
    new_venue_id(1);
    foreign_venue("2147483647");
    foreign_venue("2147483646");
    script(sql_on("SELECT 1", "SELECT setval('\"Venues_id_seq\"', 2147483647)"), "c");
    new_venue_id(2);
    new_venue_id(3);
    assert_int_equal(number("SELECT count(*) FROM \"Venues\""), 5);
}

static err make_three_venues(struct unit *unit, void *context)
{
    (void)context;
    for (int i = 0; i < 3; i++) fill_venue(unit, unit_new(unit, ENTITY_venue));
    return OK;
}

/* On SQLite also a gap of a single id is used; on PostgreSQL the sequence is set back to a large one. */
static void a_batch_uses_several_gaps(void **state)
{
    (void)state;
    new_venue_id(1);
    foreign_venue("2147483647");
    foreign_venue("2147483645");
    foreign_venue("2147400000");
    script(sql_on("SELECT 1", "SELECT setval('\"Venues_id_seq\"', 2147483647)"), "d");
    assert_int_equal(fixture_run(fixture, &fixture->system, make_three_venues, NULL), OK);
    assert_int_equal(number("SELECT count(*) FROM \"Venues\""), 7);
    assert_int_equal(number("SELECT count(*) FROM \"Venues\" WHERE \"id\" BETWEEN 2 AND 4"),
                     fixture->dialect == DIALECT_SQLITE ? 0 : 3);
}

enum { VENUES_MADE = 600 };

static err make_many_venues(struct unit *unit, void *context)
{
    (void)context;
    for (int i = 0; i < VENUES_MADE; i++) fill_venue(unit, unit_new(unit, ENTITY_venue));
    return OK;
}

/* Seeds say their ids, and no sequence hears of it. */
static void ids_used_by_other_clients_are_skipped(void **state)
{
    (void)state;
    int64_t id;
    assert_int_equal(fixture_run(fixture, &fixture->system, make_venue, &id), OK);
    script("INSERT INTO \"Venues\" (\"id\", \"name\", \"address\", \"capacity\", \"createdAt\", \"updatedAt\") WITH "
           "RECURSIVE taken(n) AS (SELECT 400 UNION ALL SELECT n + 1 FROM taken WHERE n < 1400) SELECT n, 'x', 'x', 1, "
           "v.\"createdAt\", v.\"updatedAt\" FROM taken, \"Venues\" v",
           "a");
    assert_int_equal(fixture_run(fixture, &fixture->system, make_many_venues, NULL), OK);
    assert_int_equal(number("SELECT count(*) FROM \"Venues\""), 1 + 1001 + VENUES_MADE);
}

static err count_venues(struct unit *unit, void *context)
{
    struct query query = {.entity = entity_of(ENTITY_venue), .limit = LIST_MAX};
    struct value name = {.text = STR("Town hall!")};
    query_filter(&query, FIELD_OF(venue, name), COMPARE_EQUAL, &name, 1);
    err e = unit_count(unit, &query, context);
    if (e) return e;
    struct page page;
    e = unit_query(unit, &query, &page);
    if (e) return e;
    return (int64_t)page.count == *(int64_t *)context ? OK : ERR_INTERNAL;
}

static void queries_see_pending_changes(void **state)
{
    (void)state;
    int64_t id, count = -1;
    struct batched commands[] = {{.function = make_venue, .context = &id},
                                 {.function = rename_venue, .context = &id},
                                 {.function = count_venues, .context = &count}};
    run_batch(commands, COUNT_OF(commands), NULL);
    assert_int_equal(commands[2].result, OK);
    assert_int_equal(count, 1);
}

static err count_audit_entries(struct unit *unit, void *context)
{
    struct value venues = {.text = STR("venues")};
    struct query query = {.entity = entity_of(ENTITY_audit_log), .limit = LIST_MAX};
    query_filter(&query, FIELD_OF(audit_log, resource), COMPARE_EQUAL, &venues, 1);
    return unit_count(unit, &query, context);
}

static void queries_see_the_audit_entries_of_pending_changes(void **state)
{
    (void)state;
    int64_t id, count = -1;
    struct batched commands[] = {{.function = make_venue, .context = &id},
                                 {.function = rename_venue, .context = &id},
                                 {.function = count_audit_entries, .context = &count}};
    run_batch(commands, COUNT_OF(commands), NULL);
    assert_int_equal(commands[2].result, OK);
    assert_int_equal(count, 2);
}

static err find_user(struct unit *unit, void *context)
{
    struct user *user;
    err e = unit_find(unit, FIELD_OF(user, email), ENTITY_user, (struct value){.text = STR("a@example.com")}, &user);
    if (e == OK) return ERR_DUPLICATE;
    if (e != ERR_NOT_FOUND) return e;
    user = unit_new(unit, ENTITY_user);
    user->email = STR("a@example.com");
    user->password = STR("x");
    user->name = STR("A");
    if (context) *(int64_t *)context = user->id;
    return OK;
}

static void unique_values_are_found_while_pending(void **state)
{
    (void)state;
    struct batched commands[] = {{.function = find_user}, {.function = find_user}, {.function = find_user}};
    run_batch(commands, COUNT_OF(commands), NULL);
    assert_int_equal(commands[0].result, OK);
    assert_int_equal(commands[1].result, ERR_DUPLICATE);
    assert_int_equal(commands[2].result, ERR_DUPLICATE);
    assert_int_equal(number("SELECT count(*) FROM \"Users\""), 1);
    assert_int_equal(fixture_run(fixture, &fixture->system, find_user, NULL), ERR_DUPLICATE);
}

static void a_deleted_row_is_not_found_but_stays_stored(void **state)
{
    (void)state;
    int64_t id;
    assert_int_equal(fixture_run(fixture, &fixture->system, make_venue, &id), OK);
    assert_int_equal(fixture_run(fixture, &fixture->system, delete_venue, &id), OK);
    assert_int_equal(fixture_run(fixture, &fixture->system, rename_venue, &id), ERR_NOT_FOUND);
    assert_int_equal(number("SELECT count(*) FROM \"Venues\" WHERE \"deletedAt\" IS NOT NULL AND \"version\" = 1"), 1);
    assert_int_equal(number("SELECT count(*) FROM \"AuditLogs\" WHERE \"action\" = 'delete'"), 1);
}

static err write_as_actor(struct unit *unit, void *context)
{
    struct user *user;
    return unit_get_as_actor(unit, ENTITY_user, *(int64_t *)context, ACTION_WRITE, &user);
}

static void row_policies_apply_to_commands_too(void **state)
{
    (void)state;
    int64_t id;
    assert_int_equal(fixture_run(fixture, &fixture->system, find_user, &id), OK);
    struct actor own = {.user_id = id, .role = ROLE_CUSTOMER};
    struct actor other = {.user_id = id + 1, .role = ROLE_CUSTOMER};
    struct actor support = {.user_id = id + 1, .role = ROLE_SUPPORT};
    struct actor admin = {.user_id = id + 1, .role = ROLE_ADMIN};
    assert_int_equal(fixture_run(fixture, &own, write_as_actor, &id), OK);
    assert_int_equal(fixture_run(fixture, &other, write_as_actor, &id), ERR_NOT_FOUND);
    assert_int_equal(fixture_run(fixture, &support, write_as_actor, &id), ERR_FORBIDDEN);
    assert_int_equal(fixture_run(fixture, &admin, write_as_actor, &id), OK);
}

static void a_full_queue_refuses(void **state)
{
    (void)state;
    struct batched gate = {.function = hold_writer};
    struct batched waiting[4], refused = {.function = make_venue};
    fixture->settings.queue_max = 4;
    gate_open = false;
    submit(&gate, &fixture->system);
    while (store_counters(fixture->store).queued > 0) usleep(1000);
    for (size_t i = 0; i < 4; i++) {
        waiting[i] = (struct batched){.function = make_venue};
        submit(&waiting[i], &fixture->system);
    }
    refused.command = (struct command){
        .actor = &fixture->system, .problem = &refused.problem, .run = batched_run, .done = batched_done};
    assert_false(store_submit(fixture->store, &refused.command));
    pthread_mutex_lock(&lock);
    gate_open = true;
    pthread_cond_broadcast(&finished);
    while (open_commands > 0) pthread_cond_wait(&finished, &lock);
    pthread_mutex_unlock(&lock);
    assert_false(refused.called);
    assert_int_equal(store_counters(fixture->store).refused, 1);
    assert_int_equal(number("SELECT count(*) FROM \"Venues\""), 4);
}

static void every_command_gets_its_result_even_when_closing(void **state)
{
    (void)state;
    struct fixture *own = fixture_open("aegis");
    struct fixture *before = fixture;
    struct batched commands[MANY];
    fixture = own;
    for (size_t i = 0; i < MANY; i++) {
        commands[i] = (struct batched){.function = make_venue};
        submit(&commands[i], &own->system);
    }
    fixture_close(own);
    fixture = before;
    for (size_t i = 0; i < MANY; i++) {
        assert_true(commands[i].called);
        assert_int_equal(commands[i].result, OK);
    }
}

/* Where several nodes may serve, tables cannot be changed meanwhile. */
static void a_store_lock_excludes_other_processes(void **state)
{
    (void)state;
    struct store *second;
    str reason;
    assert_int_equal(store_lock(fixture->store, STORE_LOCK_SHARED), OK);
    assert_int_equal(store_open(&fixture->settings, false, fixture->arena, &reason, &second), OK);
    bool many = fixture->dialect == DIALECT_POSTGRES;
    assert_int_equal(store_lock(second, STORE_LOCK_EXCLUSIVE), ERR_STATE_CONFLICT);
    assert_int_equal(store_lock(second, STORE_LOCK_SHARED), many ? OK : ERR_STATE_CONFLICT);
    store_close(second);
}

static void a_failed_script_is_rolled_back(void **state)
{
    (void)state;
    str reason;
    str *names;
    size_t before, count;
    assert_int_equal(store_migration_table(fixture->store, "SequelizeMeta", fixture->arena, &names, &before), OK);
    err e = store_script(fixture->store, STR("CREATE TABLE x (y); CREATE TABLE x (y);"), "SequelizeMeta", STR("x.js"),
                         false, fixture->arena, &reason);
    assert_int_not_equal(e, OK);
    assert_int_equal(number(sql_on("SELECT count(*) FROM sqlite_schema WHERE name = 'x'",
                                   "SELECT count(*) FROM pg_class WHERE relname = 'x'")),
                     0);
    assert_int_equal(store_migration_table(fixture->store, "SequelizeMeta", fixture->arena, &names, &count), OK);
    assert_int_equal(count, before);
}

/* --- what changes within a batch ---------------------------------------------------------------------------------- */

struct schedule_and_venue {
    int64_t schedule, venue;
    int64_t version; /* of the schedule in memory */
};

/* Renaming a venue whose change is pending writes everything that is pending, in the middle of this command. */
static err take_seat_and_rename(struct unit *unit, void *context)
{
    struct schedule_and_venue *both = context;
    struct schedule *schedule;
    err e = take_seat(unit, &both->schedule);
    if (!e) e = rename_venue(unit, &both->venue);
    if (!e) e = unit_get(unit, ENTITY_schedule, both->schedule, &schedule);
    if (e) return e;
    both->version = schedule->version;
    return OK;
}

static void a_merged_change_gets_its_own_version_when_the_earlier_one_is_written(void **state)
{
    (void)state;
    struct schedule_and_venue both;
    struct batched commands[2];
    assert_int_equal(fixture_run(fixture, &fixture->system, make_schedule, &both.schedule), OK);
    assert_int_equal(fixture_run(fixture, &fixture->system, make_venue, &both.venue), OK);
    for (size_t i = 0; i < COUNT_OF(commands); i++) {
        commands[i] = (struct batched){.function = take_seat_and_rename, .context = &both};
    }
    run_batch(commands, COUNT_OF(commands), NULL);
    assert_int_equal(number("SELECT \"availableSeats\" FROM \"Schedules\""), 98);
    assert_int_equal(number("SELECT \"version\" FROM \"Schedules\""), 2);
    assert_int_equal(both.version, 2);
    assert_int_equal(number("SELECT count(DISTINCT \"resourceVersion\") FROM \"AuditLogs\""
                            " WHERE \"resource\" = 'schedules'"),
                     3);
}

struct account {
    int64_t user, session;
};

static err make_account(struct unit *unit, void *context)
{
    struct account *account = context;
    struct user *user = unit_new(unit, ENTITY_user);
    user->email = STR("old@example.com");
    user->password = STR("hash");
    user->name = STR("Ada");
    struct session *session = unit_new(unit, ENTITY_session);
    session->user_id = user->id;
    session->token_hash = STR("token");
    session->expires_at = unit->now + DAY_MS;
    *account = (struct account){user->id, session->id};
    return OK;
}

static err move_and_sign_out(struct unit *unit, void *context)
{
    struct account *account = context;
    struct user *user;
    struct session *session;
    err e = unit_get(unit, ENTITY_user, account->user, &user);
    if (!e) e = unit_get(unit, ENTITY_session, account->session, &session);
    if (e) return e;
    user->email = STR("new@example.com");
    unit_changed(unit, user);
    unit_delete(unit, session);
    return OK;
}

static err find_former_values(struct unit *unit, void *context)
{
    struct account *account = context;
    void *row;
    struct user *user;
    struct value token = {.text = STR("token")}, old = {.text = STR("old@example.com")};
    struct value present = {.text = STR("new@example.com")};
    expect(unit_find(unit, FIELD_OF(session, token_hash), ENTITY_session, token, &row) == ERR_NOT_FOUND);
    expect(unit_get(unit, ENTITY_session, account->session, &row) == ERR_NOT_FOUND);
    expect(unit_find(unit, FIELD_OF(user, email), ENTITY_user, old, &row) == ERR_NOT_FOUND);
    err e = unit_find(unit, FIELD_OF(user, email), ENTITY_user, present, &user);
    if (e) return e;
    expect(user->id == account->user);
    return OK;
}

static void former_unique_values_are_not_found_while_the_change_is_pending(void **state)
{
    (void)state;
    struct account account;
    assert_int_equal(fixture_run(fixture, &fixture->system, make_account, &account), OK);
    struct batched commands[] = {{.function = move_and_sign_out, .context = &account},
                                 {.function = find_former_values, .context = &account}};
    run_batch(commands, COUNT_OF(commands), NULL);
    assert_int_equal(commands[0].result, OK);
    assert_int_equal(commands[1].result, OK);
    assert_expected();
}

static err delete_user(struct unit *unit, void *context)
{
    const struct account *account = context;
    struct user *user;
    err e = unit_get(unit, ENTITY_user, account->user, &user);
    if (e) return e;
    unit_delete(unit, user);
    return OK;
}

static err find_old_address(struct unit *unit, void *context)
{
    (void)context;
    struct user *user;
    struct value old = {.text = STR("old@example.com")};
    return unit_find(unit, FIELD_OF(user, email), ENTITY_user, old, &user);
}

static void a_value_of_a_deleted_row_is_free_while_the_change_is_pending(void **state)
{
    (void)state;
    struct account account;
    assert_int_equal(fixture_run(fixture, &fixture->system, make_account, &account), OK);
    struct batched commands[] = {{.function = delete_user, .context = &account}, {.function = find_old_address}};
    run_batch(commands, COUNT_OF(commands), NULL);
    assert_int_equal(commands[0].result, OK);
    assert_int_equal(commands[1].result, ERR_NOT_FOUND);
}

/* By its id, then by its address, which the unit has not looked for yet. */
static err find_twice(struct unit *unit, void *context)
{
    const struct account *account = context;
    struct user *by_id, *by_address;
    err e = unit_get(unit, ENTITY_user, account->user, &by_id);
    struct value address = {.text = STR("old@example.com")};
    if (!e) e = unit_find(unit, FIELD_OF(user, email), ENTITY_user, address, &by_address);
    if (e) return e;
    return by_id == by_address ? OK : ERR_INTERNAL;
}

static void a_row_is_in_memory_once(void **state)
{
    (void)state;
    struct account account;
    assert_int_equal(fixture_run(fixture, &fixture->system, make_account, &account), OK);
    assert_int_equal(fixture_run(fixture, &fixture->system, find_twice, &account), OK);
}

struct lost {
    struct account account;
    int64_t venue, other_venue;
};

/* Breaks a unique constraint, which is noticed when the row is written. */
static err duplicate_and_rename(struct unit *unit, void *context)
{
    struct lost *lost = context;
    struct user *user = unit_new(unit, ENTITY_user);
    user->email = STR("old@example.com");
    user->password = STR("hash");
    user->name = STR("Copy");
    return rename_venue(unit, &lost->venue);
}

/* The first renaming writes what is pending; when that fails the rest of the command is without effect. */
static err rename_both_and_sign_out(struct unit *unit, void *context)
{
    struct lost *lost = context;
    struct session *session;
    struct venue *venue, *other;
    err e = unit_get(unit, ENTITY_session, lost->account.session, &session);
    if (!e) e = unit_get(unit, ENTITY_venue, lost->venue, &venue);
    if (!e) e = unit_get(unit, ENTITY_venue, lost->other_venue, &other);
    if (e) return e;
    venue->name = other->name = STR("Renamed");
    unit_changed(unit, venue);
    unit_changed(unit, other);
    unit_delete(unit, session);
    return OK;
}

static void a_command_whose_batch_is_lost_while_it_runs_succeeds_alone(void **state)
{
    (void)state;
    struct lost lost;
    assert_int_equal(fixture_run(fixture, &fixture->system, make_account, &lost.account), OK);
    assert_int_equal(fixture_run(fixture, &fixture->system, make_venue, &lost.venue), OK);
    assert_int_equal(fixture_run(fixture, &fixture->system, make_venue, &lost.other_venue), OK);
    struct batched commands[] = {{.function = duplicate_and_rename, .context = &lost},
                                 {.function = rename_both_and_sign_out, .context = &lost}};
    run_batch(commands, COUNT_OF(commands), NULL);
    assert_int_equal(commands[0].result, ERR_DUPLICATE);
    assert_int_equal(commands[1].result, OK);
    assert_int_equal(number("SELECT count(*) FROM \"Venues\" WHERE \"name\" = 'Renamed' AND \"version\" = 1"), 2);
    assert_int_equal(number("SELECT count(*) FROM \"Sessions\""), 0);
}

static err make_many(struct unit *unit, void *context)
{
    for (int i = 0; i < *(int *)context; i++) (void)make_venue(unit, NULL);
    return OK;
}

static void a_command_may_change_thousands_of_rows(void **state)
{
    (void)state;
    int count = 3000;
    assert_int_equal(fixture_run(fixture, &fixture->system, make_many, &count), OK);
    assert_int_equal(number("SELECT count(*) FROM \"Venues\""), count);
}

static err use_too_much_memory(struct unit *unit, void *context)
{
    (void)context;
    int64_t count;
    struct page page;
    struct query query = {.entity = entity_of(ENTITY_venue), .limit = LIST_MAX};
    (void)arena_alloc(unit->arena, 129 << 20); /* more than half of what a batch may use */
    err e = unit_count(unit, &query, &count);
    return e ? e : unit_query(unit, &query, &page);
}

static void a_command_that_uses_too_much_memory_is_refused_and_others_are_not(void **state)
{
    (void)state;
    struct batched commands[] = {{.function = make_venue}, {.function = use_too_much_memory}, {.function = make_venue}};
    run_batch(commands, COUNT_OF(commands), NULL);
    assert_int_equal(commands[0].result, OK);
    assert_int_equal(commands[1].result, ERR_OVERLOADED);
    assert_int_equal(commands[2].result, OK);
    assert_int_equal(number("SELECT count(*) FROM \"Venues\""), 2);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(a_change_raises_the_version_and_is_audited_once),
        TEST(a_command_knows_the_version_it_made),
        TEST(commands_of_a_batch_see_each_other),
        TEST(counter_changes_are_merged_and_written_once),
        TEST(a_refused_command_changes_nothing),
        TEST(a_conflict_refuses_only_the_conflicting_command),
        TEST(a_command_alone_in_its_batch_is_refused_by_the_engine),
        TEST(a_refused_list_takes_no_other_command_along),
        TEST(a_conflict_found_by_a_query_loses_nothing),
        TEST(versions_and_audit_log_agree_for_any_sequence),
        TEST(ids_survive_a_sequence_that_was_set_back),
        TEST(ids_used_by_other_clients_are_skipped),
        TEST(queries_see_pending_changes),
        TEST(queries_see_the_audit_entries_of_pending_changes),
        TEST(ids_continue_below_a_row_with_the_highest_id),
        TEST(a_batch_uses_several_gaps),
        TEST(unique_values_are_found_while_pending),
        TEST(a_deleted_row_is_not_found_but_stays_stored),
        TEST(row_policies_apply_to_commands_too),
        TEST(a_full_queue_refuses),
        TEST(every_command_gets_its_result_even_when_closing),
        TEST(a_store_lock_excludes_other_processes),
        TEST(a_failed_script_is_rolled_back),
        TEST(a_merged_change_gets_its_own_version_when_the_earlier_one_is_written),
        TEST(former_unique_values_are_not_found_while_the_change_is_pending),
        TEST(a_value_of_a_deleted_row_is_free_while_the_change_is_pending),
        TEST(a_row_is_in_memory_once),
        TEST(a_command_whose_batch_is_lost_while_it_runs_succeeds_alone),
        TEST(a_command_may_change_thousands_of_rows),
        TEST(a_command_that_uses_too_much_memory_is_refused_and_others_are_not),
    };
    log_set_level(LOG_SILENT);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
