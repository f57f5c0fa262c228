/* A small world for tests of the domain: a person of every role, a venue, an event that costs 10.00 with one schedule
 * of 10 seats two days from now, and a free one likewise; and a way to run commands as the pipeline does, with bodies
 * as JSON. Every call checks the promises of all commands: a refused one leaves no entry in the audit log, and after
 * each one every invariant of `verify` about the rows holds, at the time of the test.
 *
 * Time goes on by clock_advance() only forwards, because a unit's time never goes back. */
#ifndef DOMAIN_FIXTURE_H
#define DOMAIN_FIXTURE_H

#include "unit.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/time_text.h"
#include "domain/commands.h"
#include "domain/invariants.h"
#include "schema/decode.h"
#include "store_fixture.h"

struct call {
    command_function *command;
    const struct actor *actor;
    int64_t id;
    int64_t version; /* 0 is a version, so VERSION_ANY must be said */
    const struct descriptor *descriptor;
    enum decode_mode mode;
    const char *body; /* NULL: none */
    const struct entity *entity;
};

struct world {
    struct fixture *fixture;
    struct actor admin, organizer, support, customer, other, anonymous;
    int64_t venue, event, schedule, free_event, free_schedule;
    int64_t now;
    /* of the last call */
    struct result result; /* rows are copies */
    struct problem problem;
    err (*attempt)(struct call call); /* how call() runs a command; NULL: call_once() */
    int64_t device_id;                /* from which the next calls sign in */
    bool follow;                      /* the next calls change rows that depend on the changed one, too */
    bool violated;                    /* another client's rows violate invariants, so they are not checked */
};

static struct world world;

#define ENTITY_DESCRIPTOR(name) (&entity_of(ENTITY_##name)->descriptor)
#define RESULT(type)            ROW(type, world.result.row)

/* --- looking ----------------------------------------------------------------------------------------------------- */

static inline __attribute__((format(printf, 1, 2))) const char *text_of(const char *format, ...)
{
    static char texts[16][1024];
    static size_t next;
    va_list arguments;
    char *text = texts[next++ % 16];
    va_start(arguments, format);
    vsnprintf(text, sizeof(texts[0]), format, arguments);
    va_end(arguments);
    return text;
}

static inline int64_t number(const char *sql)
{
    int64_t value = -1;
    err e = store_number(world.fixture->store, sql, &value);
    if (e) fail_msg("%s: %s", err_row(e)->symbol, sql);
    return value;
}

/* A number of one row: number_of("Schedules", id, "availableSeats"). */
static inline int64_t number_of(const char *table, int64_t id, const char *expression)
{
    return number(text_of("SELECT %s FROM \"%s\" WHERE \"id\" = %lld", expression, table, (long long)id));
}

static inline bool status_is(const char *table, int64_t id, const char *status)
{
    return number_of(table, id, text_of("\"status\" = '%s'", status)) == 1;
}

static inline int64_t seats_left(int64_t schedule)
{
    return number_of("Schedules", schedule, "\"availableSeats\"");
}

static inline int64_t version_of(const char *table, int64_t id)
{
    return number_of(table, id, "\"version\"");
}

static inline int64_t payment_of_booking(int64_t booking)
{
    return number(text_of("SELECT \"id\" FROM \"Payments\" WHERE \"bookingId\" = %lld", (long long)booking));
}

/* Whether the last call was refused by this row of conflicts.def. */
#define has_conflict(code) has_field_error("", code)

/* Whether the last call was refused for this; and for nothing else when it is the only one. */
static inline bool has_field_error(const char *pointer, const char *code)
{
    for (size_t i = 0; i < world.problem.count; i++) {
        const struct field_error *field_error = &world.problem.errors[i];
        if (str_is(field_error->pointer, pointer) && strcmp(field_error->code, code) == 0) return true;
    }
    return false;
}

/* Whether the last call succeeded with this warning. */
static inline bool has_warning(const char *pointer, const char *code)
{
    for (size_t i = 0; world.result.warnings && i < world.result.warnings->count; i++) {
        const struct field_error *warning = &world.result.warnings->errors[i];
        if (str_is(warning->pointer, pointer) && strcmp(warning->code, code) == 0) return true;
    }
    return false;
}

/* The integrity of a file has nothing to do with commands, and single tables take longer; `verify` has its own tests.
 */
static inline bool invariant_matters(const struct invariant *invariant)
{
    return !invariant->entity && strcmp(invariant->name, "integrity") != 0;
}

/* All in one statement, as this follows every call; one by one when something is wrong. */
static inline void assert_invariants(void)
{
    static struct invariant invariants[INVARIANTS_MAX];
    char stamp[TIME_TEXT_SIZE];
    time_to_stored(world.now, stamp);
    struct arena *arena = world.fixture->scratch;
    size_t count = invariants_of(world.fixture->dialect, text_of("'%s'", stamp), domain_invariants,
                                 domain_invariant_count, arena, invariants);
    struct buf sum = buf_new(arena, 64 << 10);
    BUF_LITERAL(&sum, "SELECT 0");
    for (size_t i = 0; i < count; i++) {
        if (invariant_matters(&invariants[i])) buf_printf(&sum, " + (%s)", invariants[i].sql);
    }
    assert_false(sum.full);
    bool broken = number(arena_copy(arena, buf_str(&sum)).p) != 0;
    for (size_t i = 0; broken && i < count; i++) {
        if (!invariant_matters(&invariants[i])) continue;
        int64_t violations = number(invariants[i].sql);
        if (violations) fail_msg("%s: %d violations", invariants[i].name, (int)violations);
    }
    arena_reset(arena);
}

/* --- running ----------------------------------------------------------------------------------------------------- */

/* Rows and texts of a result belong to the batch. */
static inline struct row *row_kept(const struct row *row)
{
    if (!row) return NULL;
    const struct descriptor *descriptor = &row->entity->descriptor;
    struct row *copy = arena_alloc(world.fixture->arena, descriptor->size);
    memcpy(copy, row, descriptor->size);
    for (size_t i = 0; i < descriptor->count; i++) {
        if (!type_is_text(descriptor->fields[i].type)) continue;
        str *text = field_text(copy, &descriptor->fields[i]);
        *text = arena_copy(world.fixture->arena, *text);
    }
    return copy;
}

static inline struct problem *warnings_kept(const struct problem *warnings)
{
    static struct problem kept;
    kept.count = 0;
    for (size_t i = 0; warnings && i < warnings->count; i++) {
        const struct field_error *warning = &warnings->errors[i];
        problem_add(&kept, warning->pointer, warning->code, ""); /* pointer and code are constants */
    }
    return &kept;
}

struct running {
    struct command command;
    struct call call;
    struct input input;
};

static inline err call_run(struct unit *unit, struct command *command)
{
    struct running *running = (struct running *)command;
    struct result result = {0};
    err e = running->call.command(unit, &running->input, &result);
    if (e) return e;
    world.result = result;
    world.result.row = row_kept(result.row);
    world.result.embedded = row_kept(result.embedded);
    world.result.warnings = warnings_kept(result.warnings);
    world.result.token = arena_copy(world.fixture->arena, result.token);
    world.result.device = arena_copy(world.fixture->arena, result.device);
    return OK;
}

static inline err call_once(struct call call)
{
    struct running running = {.call = call, .input = {.id = call.id, .version = call.version, .entity = call.entity}};
    running.input.device_id = world.device_id;
    struct change *change = NULL;
    world.problem.count = 0;
    memset(&world.result, 0, sizeof(world.result));
    if (call.body) {
        str body = arena_copy(world.fixture->arena, str_of(call.body));
        err e = decode_change(world.fixture->arena, body, call.descriptor, call.mode, &world.problem, &change);
        if (e) fail_msg("%s: %s", err_row(e)->symbol, call.body);
        if (call.mode == DECODE_REPLACE) change->whole = true;
        change->follow = world.follow;
        running.input.change = change;
    }
    running.command = (struct command){.actor = call.actor, .problem = &world.problem, .run = call_run};
    int64_t changes = number("SELECT count(*) FROM \"AuditLogs\"");
    err e = store_execute(world.fixture->store, &running.command);
    if (e) assert_int_equal(number("SELECT count(*) FROM \"AuditLogs\""), changes);
    if (e == ERR_INVALID) assert_true(world.problem.count > 0);
    if (world.problem.count > 0) assert_true(e != OK);
    if (!world.violated) assert_invariants();
    return e;
}

static inline err call(struct call call)
{
    return world.attempt ? world.attempt(call) : call_once(call);
}

/* Creation, or a command with a body of its own. */
static inline err post(command_function *command, const struct actor *actor, const struct descriptor *descriptor,
                       const char *body)
{
    return call((struct call){command, actor, 0, VERSION_ANY, descriptor, DECODE_CREATE, body, NULL});
}

/* An action with a body. */
static inline err post_on(command_function *command, const struct actor *actor, int64_t id,
                          const struct descriptor *descriptor, const char *body)
{
    return call((struct call){command, actor, id, VERSION_ANY, descriptor, DECODE_CREATE, body, NULL});
}

/* A change whose If-Match is the present version. */
static inline err patch(command_function *command, const struct actor *actor, enum entity_id entity, int64_t id,
                        const char *body)
{
    const struct entity *of = entity_of(entity);
    int64_t version = version_of(of->table, id);
    return call((struct call){command, actor, id, version, &of->descriptor, DECODE_PATCH, body, NULL});
}

/* Likewise, with the rows that depend on the changed one. */
static inline err patch_following(command_function *command, enum entity_id entity, int64_t id, const char *body)
{
    world.follow = true;
    err e = patch(command, &world.organizer, entity, id, body);
    world.follow = false;
    return e;
}

/* An action or a deletion without a body and If-Match. */
static inline err act(command_function *command, const struct actor *actor, int64_t id)
{
    return call((struct call){command, actor, id, VERSION_ANY, NULL, 0, NULL, NULL});
}

/* A deletion that says the version. */
static inline err drop(command_function *command, const struct actor *actor, enum entity_id entity, int64_t id)
{
    int64_t version = version_of(entity_of(entity)->table, id);
    return call((struct call){command, actor, id, version, NULL, 0, NULL, NULL});
}

static inline err restore(const struct actor *actor, enum entity_id entity, int64_t id, int64_t version)
{
    const char *body = text_of("{\"version\": %lld}", (long long)version);
    return call((struct call){resource_restore, actor, id, VERSION_ANY, &descriptor_restore_request, DECODE_CREATE,
                              body, entity_of(entity)});
}

/* --- time -------------------------------------------------------------------------------------------------------- */

static inline err advance_step(struct unit *unit, void *context)
{
    unit->now += *(int64_t *)context;
    world.now = unit->now;
    return OK;
}

/* From now on it is so much later; 0 stops the clock of the test at the unit's. */
static inline void clock_advance(int64_t ms)
{
    assert_int_equal(fixture_run(world.fixture, &world.fixture->system, advance_step, &ms), OK);
}

/* The time so much from now in the stored form. */
static inline const char *stored_in(int64_t ms)
{
    char text[TIME_TEXT_SIZE];
    time_to_stored(world.now + ms, text);
    return text_of("%s", text);
}

/* The time so much from now in the form of JSON. */
static inline const char *in(int64_t ms)
{
    char text[TIME_TEXT_SIZE];
    time_to_rfc3339(world.now + ms, text);
    return text_of("%s", text);
}

/* --- the world --------------------------------------------------------------------------------------------------- */

static inline struct actor person(const char *name, const char *role, bool admin)
{
    const char *body = text_of("{\"email\": \"%s@example.com\", \"name\": \"%s\", \"password\": \"12345678\","
                               " \"role\": \"%s\", \"isAdmin\": %s}",
                               name, name, role, admin ? "true" : "false");
    assert_int_equal(post(user_create, &world.fixture->system, ENTITY_DESCRIPTOR(user), body), OK);
    enum role roles[] = {[USER_CUSTOMER] = ROLE_CUSTOMER, [USER_ORGANIZER] = ROLE_ORGANIZER, ROLE_SUPPORT};
    return (struct actor){.user_id = world.result.row->id, .role = admin ? ROLE_ADMIN : roles[RESULT(user)->role]};
}

/* An event of so many seats, any number for one person, two days from now for three hours. */
static inline int64_t event_made(const char *price, int capacity)
{
    const char *body = text_of("{\"title\": \"Evening\", \"price\": \"%s\", \"capacity\": %d, \"startDate\": \"%s\","
                               " \"endDate\": \"%s\", \"venueId\": %lld, \"maxSeatsPerPerson\": 1000}",
                               price, capacity, in(2 * DAY_MS), in(2 * DAY_MS + 3 * HOUR_MS), (long long)world.venue);
    assert_int_equal(post(event_create, &world.organizer, ENTITY_DESCRIPTOR(event), body), OK);
    return world.result.row->id;
}

/* Adds a schedule to an event and extends its dates to include it. */
static inline int64_t schedule_made(int64_t event, int64_t start, int64_t end)
{
    const char *body = text_of("{\"eventId\": %lld, \"startTime\": \"%s\", \"endTime\": \"%s\"}", (long long)event,
                               in(start), in(end));
    world.follow = true;
    assert_int_equal(post(schedule_create, &world.organizer, ENTITY_DESCRIPTOR(schedule), body), OK);
    world.follow = false;
    return world.result.row->id;
}

static inline int64_t schedule_of(int64_t event)
{
    return number(text_of("SELECT min(\"id\") FROM \"Schedules\" WHERE \"eventId\" = %lld", (long long)event));
}

static inline err book(const struct actor *actor, int64_t event, int quantity)
{
    return post(booking_create, actor, &descriptor_booking_request,
                text_of("{\"eventId\": %lld, \"quantity\": %d}", (long long)event, quantity));
}

static inline int64_t booked(const struct actor *actor, int64_t event, int quantity)
{
    assert_int_equal(book(actor, event, quantity), OK);
    return world.result.row->id;
}

/* A booking that is paid for. */
static inline int64_t confirmed(const struct actor *actor, int64_t event, int quantity)
{
    int64_t booking = booked(actor, event, quantity);
    assert_int_equal(act(payment_pay, actor, payment_of_booking(booking)), OK);
    return booking;
}

static int world_open(void **state)
{
    (void)state;
    memset(&world, 0, sizeof(world));
    world.fixture = fixture_open("none");
    clock_advance(0);
    world.anonymous = (struct actor){.role = ROLE_ANONYMOUS};
    world.admin = person("admin", "customer", true);
    world.organizer = person("organizer", "organizer", false);
    world.support = person("support", "support", false);
    world.customer = person("customer", "customer", false);
    world.other = person("other", "customer", false);
    const char *venue = "{\"name\": \"Hall\", \"address\": \"1 Main Street\", \"capacity\": 100}";
    assert_int_equal(post(venue_create, &world.organizer, ENTITY_DESCRIPTOR(venue), venue), OK);
    world.venue = world.result.row->id;
    world.event = event_made("10.00", 10);
    world.schedule = schedule_of(world.event);
    world.free_event = event_made("0.00", 10);
    world.free_schedule = schedule_of(world.free_event);
    return 0;
}

static int world_close(void **state)
{
    (void)state;
    fixture_close(world.fixture);
    return 0;
}

/* What another client of the database does, which knows none of our rules. */
static inline void by_another_client(const char *sql)
{
    static int scripts;
    str reason = STR_NONE, name = arena_printf(world.fixture->arena, "20260102%06d-other.js", ++scripts);
    err e =
        store_script(world.fixture->store, str_of(sql), "SequelizeData", name, false, world.fixture->arena, &reason);
    if (e) fail_msg("%.*s: %s", STR_ARG(reason), sql);
}

/* Likewise by one that switches off a check of the table, or wrote before there was one. */
static inline void by_an_unchecked_client(const char *table, const char *check, const char *sql)
{
    by_another_client(
        fixture_dialect() == DIALECT_SQLITE
            ? text_of("PRAGMA ignore_check_constraints = ON; %s; PRAGMA ignore_check_constraints = OFF;", sql)
            : text_of("ALTER TABLE \"%s\" DROP CONSTRAINT \"%s\"; %s;", table, check, sql));
}

/* --- what a test finds in the store ------------------------------------------------------------------------------ */

static inline err deleted_step(struct unit *unit, void *context)
{
    struct query query = {.entity = entity_of(ENTITY_venue), .limit = LIST_MAX, .deleted = true};
    int64_t *ret_count = context;
    return unit_count(unit, &query, ret_count);
}

/* Whether units see deleted rows on request; there has to be a deleted venue. */
static inline bool deleted_rows_seen(void)
{
    int64_t count = 0;
    assert_int_equal(fixture_run(world.fixture, &world.fixture->system, deleted_step, &count), OK);
    return count == number("SELECT count(*) FROM \"Venues\"");
}

#endif
