/* The unit of work and the group commit: identity, piled-up counters, versions and audit of every change, nothing left
 * behind by a refusal, conflicts that refuse only the conflicting command, and the bounds. */
#include "batch_fixture.h"

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
    bool accepted = store_submit(fixture->store, &refused.command);
    pthread_mutex_lock(&lock);
    open_commands += accepted;
    gate_open = true;
    pthread_cond_broadcast(&finished);
    while (open_commands > 0) pthread_cond_wait(&finished, &lock);
    pthread_mutex_unlock(&lock);
    assert_false(accepted || refused.called);
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
        TEST(ids_continue_below_a_row_with_the_highest_id),
        TEST(a_batch_uses_several_gaps),
        TEST(unique_values_are_found_while_pending),
        TEST(a_deleted_row_is_not_found_but_stays_stored),
        TEST(row_policies_apply_to_commands_too),
        TEST(a_full_queue_refuses),
        TEST(every_command_gets_its_result_even_when_closing),
        TEST(a_store_lock_excludes_other_processes),
        TEST(a_failed_script_is_rolled_back),
    };
    log_set_level(LOG_SILENT);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
