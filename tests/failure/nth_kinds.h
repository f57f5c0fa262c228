/* What is run with failures: every kind of command, reads, and what happens to a database as a whole, in a small world
 * with people of all roles and rows for each of them to change. */
#ifndef NTH_KINDS_H
#define NTH_KINDS_H

#include <semaphore.h>

#include "base/clock.h"
#include "base/time_text.h"
#include "domain/commands.h"
#include "nth_points.h"
#include "schema/decode.h"
#include "store/administer.h"
#include "store/reader.h"
#include "store/rows.h"
#include "store/store.h"

struct run;

enum opening { OPENS_STORE, OPENS_READER, OPENS_NOTHING };
enum origin { FROM_WORLD, FROM_CRASH, FROM_NOTHING }; /* the database that a run begins with */

struct kind {
    const char *name;
    err (*act)(struct run *run); /* NULL: a command */
    void (*before)(struct run *run);
    enum opening opening;
    enum origin origin;
    bool steady; /* what is in the database does not change */
    /* of a command */
    command_function *command;
    const struct actor *actor; /* NULL: the system */
    const int64_t *id;
    const char *body;                    /* # stands for the argument */
    const int64_t *argument;             /* of the body */
    const struct descriptor *descriptor; /* of the body; NULL: that of the entity */
    enum entity_id entity;
    enum decode_mode mode;
    int64_t later_ms;       /* it runs so much later */
    bool versioned, follow; /* with If-Match; dependent rows change, too */
};

/* One run of a kind, in a process of its own. */
struct run {
    const struct kind *kind;
    struct settings *settings;
    struct arena *arena;
    struct store *store;
    struct reader *reader;
    struct change *change;
    int64_t version;
};

static struct world {
    struct actor admin, organizer, support, customer, other, anonymous, system;
    int64_t venue, idle_venue, deleted_venue, event, free_event, idle_event, cancelled_event, category, schedule,
        idle_schedule;
    int64_t held, held_payment, paid, paid_payment, cancelled, cancelled_payment, arrived, ticket, session;
    int64_t customer_id, other_id;
} world;

/* --- commands ----------------------------------------------------------------------------------------------------- */

struct running {
    struct command command;
    const struct kind *kind;
    struct input input;
    struct problem problem;
    struct result result;
    int64_t row_id;
    bool records; /* its response is that of the run */
    sem_t done;
    err e;
};

/* The response is sent. */
static void respond(err e)
{
    int attempt = atomic_load(&report->attempt);
    if (!atomic_load(&report->armed) && !atomic_load(&report->disarmed)) return;
    atomic_store(&report->responses[attempt], (int)e);
    atomic_store(&report->responded[attempt], true);
}

static err running_run(struct unit *unit, struct command *command)
{
    struct running *running = (struct running *)(void *)command;
    running->result = (struct result){0};
    err e = running->kind->command(unit, &running->input, &running->result);
    if (!e && running->result.row) running->row_id = running->result.row->id;
    return e;
}

/* On the writer's thread: at this moment the client has its response. */
static void running_done(struct command *command, err e)
{
    struct running *running = (struct running *)(void *)command;
    running->e = e;
    if (running->records) respond(e);
    sem_post(&running->done);
}

static err command_wait(struct run *run, struct running *running)
{
    const struct kind *kind = running->kind;
    running->input.id = kind->id ? *kind->id : 0;
    running->input.version = kind->versioned ? run->version : VERSION_ANY;
    running->input.change = run->change;
    running->input.entity = entity_of(kind->entity);
    running->command = (struct command){.actor = kind->actor ? kind->actor : &world.system,
                                        .problem = &running->problem,
                                        .run = running_run,
                                        .done = running_done};
    sem_init(&running->done, 0, 0);
    if (!store_submit(run->store, &running->command)) return ERR_OVERLOADED;
    while (sem_wait(&running->done) != 0) continue;
    return running->e;
}

static err command_act(struct run *run)
{
    struct running running = {.kind = run->kind, .records = true};
    return command_wait(run, &running);
}

/* Decodes the body and reads the version, which the client knows. */
static void command_prepare(struct run *run)
{
    const struct kind *kind = run->kind;
    struct problem problem = {0};
    err e = OK;
    if (kind->body) {
        const char *argument = strchr(kind->body, '#');
        int n = argument ? (int)(argument - kind->body) : 0;
        str body = argument
                       ? arena_printf(run->arena, "%.*s%lld%s", n, kind->body, (long long)*kind->argument, argument + 1)
                       : str_of(kind->body);
        const struct descriptor *descriptor =
            kind->descriptor ? kind->descriptor : &entity_of(kind->entity)->descriptor;
        e = decode_change(run->arena, body, descriptor, kind->mode, &problem, &run->change);
        if (e) fprintf(stderr, "%s: %s %.*s\n", kind->body, err_row(e)->symbol, STR_ARG(problem.errors[0].pointer));
        CHECK(e == OK);
        run->change->follow = kind->follow;
    }
    if (!kind->versioned) return;
    str sql = arena_printf(run->arena, "SELECT \"version\" FROM \"%s\" WHERE \"id\" = %lld",
                           entity_of(kind->entity)->table, (long long)*kind->id);
    e = store_number(run->store, sql.p, &run->version);
    CHECK(e == OK);
}

/* A command that succeeds; the id of its row. */
static int64_t made(struct run *run, struct kind kind)
{
    struct run one = {.kind = &kind, .arena = run->arena, .store = run->store};
    struct running running = {.kind = &kind};
    command_prepare(&one);
    err e = command_wait(&one, &running);
    if (e) {
        fprintf(stderr, "%s: %s %s\n", kind.body ? kind.body : "a command of the world", err_row(e)->symbol,
                running.problem.count ? running.problem.errors[0].code : "");
        abort();
    }
    return running.row_id;
}

/* --- the world ---------------------------------------------------------------------------------------------------- */

static int64_t looked_up(struct run *run, const char *sql)
{
    int64_t number;
    err e = store_number(run->store, sql, &number);
    CHECK(e == OK);
    return number;
}

static struct actor person(struct run *run, const char *body, enum role role)
{
    return (struct actor){.user_id = made(run, (struct kind){.command = user_create, .body = body}), .role = role};
}

#define PERSON(name, rest)                                                                                             \
    "{\"email\": \"" name "@example.com\", \"name\": \"" name "\", \"password\": \"12345678\"" rest "}"

static void people_make(struct run *run)
{
    world.anonymous = (struct actor){.role = ROLE_ANONYMOUS};
    world.system = (struct actor){.role = ROLE_SYSTEM};
    world.admin = person(run, PERSON("admin", ", \"isAdmin\": true"), ROLE_ADMIN);
    world.organizer = person(run, PERSON("organizer", ", \"role\": \"organizer\""), ROLE_ORGANIZER);
    world.support = person(run, PERSON("support", ", \"role\": \"support\""), ROLE_SUPPORT);
    world.customer = person(run, PERSON("customer", ""), ROLE_CUSTOMER);
    world.other = person(run, PERSON("other", ""), ROLE_CUSTOMER);
    world.customer_id = world.customer.user_id;
    world.other_id = world.other.user_id;
    made(run, (struct kind){.command = session_create, .actor = &world.anonymous, .id = &world.customer_id});
    world.session = looked_up(run, "SELECT max(\"id\") FROM \"Sessions\"");
}

#define EVENT(title, price)                                                                                            \
    "{\"title\": \"" title "\", \"price\": \"" price "\", \"capacity\": 10, \"startDate\": \"2027-01-17T18:00:00Z\","  \
    " \"endDate\": \"2027-01-17T21:00:00Z\", \"venueId\": #}"

static int64_t event_made(struct run *run, const char *body)
{
    return made(run, (struct kind){.command = event_create,
                                   .actor = &world.organizer,
                                   .body = body,
                                   .argument = &world.venue,
                                   .entity = ENTITY_event});
}

static const char schedule_body[] =
    "{\"eventId\": #, \"startTime\": \"2027-01-18T18:00:00Z\", \"endTime\": \"2027-01-18T21:00:00Z\"}";

static void catalogue_make(struct run *run)
{
    const struct kind venue = {.command = venue_create,
                               .entity = ENTITY_venue,
                               .actor = &world.organizer,
                               .body = "{\"name\": \"Hall\", \"address\": \"1 Main Street\", \"capacity\": 100}"};
    world.venue = made(run, venue);
    world.idle_venue = made(run, venue);
    world.deleted_venue = made(run, venue);
    made(run, (struct kind){.command = venue_delete, .actor = &world.organizer, .id = &world.deleted_venue});
    world.event = event_made(run, EVENT("Evening", "10.00"));
    world.schedule = looked_up(run, "SELECT max(\"id\") FROM \"Schedules\"");
    world.free_event = event_made(run, EVENT("Matinee", "0.00"));
    world.cancelled_event = event_made(run, EVENT("Storm", "5.00"));
    world.idle_event = event_made(run, EVENT("Night", "1.00"));
    world.idle_schedule = made(run, (struct kind){.command = schedule_create,
                                                  .actor = &world.organizer,
                                                  .body = schedule_body,
                                                  .argument = &world.idle_event,
                                                  .entity = ENTITY_schedule,
                                                  .follow = true});
    world.category = made(run, (struct kind){.command = category_create,
                                             .actor = &world.organizer,
                                             .body = "{\"eventId\": #, \"name\": \"Music\"}",
                                             .argument = &world.event,
                                             .entity = ENTITY_event_category});
}

static const char booking_body[] = "{\"eventId\": #, \"quantity\": 2}";

static int64_t booked(struct run *run, const int64_t *event, int64_t *ret_payment)
{
    int64_t booking = made(run, (struct kind){.command = booking_create,
                                              .actor = &world.customer,
                                              .body = booking_body,
                                              .argument = event,
                                              .descriptor = &descriptor_booking_request});
    *ret_payment = looked_up(run, "SELECT max(\"id\") FROM \"Payments\"");
    return booking;
}

static int64_t bought(struct run *run, const int64_t *event, int64_t *ret_payment)
{
    int64_t booking = booked(run, event, ret_payment);
    made(run, (struct kind){.command = payment_pay, .actor = &world.customer, .id = ret_payment});
    return booking;
}

static void bookings_make(struct run *run)
{
    int64_t payment;
    world.held = booked(run, &world.event, &world.held_payment);
    world.paid = bought(run, &world.event, &world.paid_payment);
    world.arrived = bought(run, &world.event, &payment);
    made(run, (struct kind){.command = booking_checkin, .actor = &world.organizer, .id = &world.arrived});
    world.cancelled = bought(run, &world.event, &world.cancelled_payment);
    made(run, (struct kind){.command = booking_cancel, .actor = &world.customer, .id = &world.cancelled});
    bought(run, &world.cancelled_event, &payment);
    made(run, (struct kind){.command = event_cancel, .actor = &world.organizer, .id = &world.cancelled_event});
}

/* As api/replay.c keeps the response to a request with an Idempotency-Key. */
static err key_insert(struct unit *unit, const struct input *input, struct result *ret)
{
    (void)input, (void)ret;
    struct idempotency_key *key = unit_new(unit, ENTITY_idempotency_key);
    key->scope = unit_random(unit, 32);
    key->fingerprint = unit_random(unit, 32);
    key->status = 201;
    key->body = STR("{}");
    key->expires_at = unit->now + DAY_MS;
    return OK;
}

static const char ticket_body[] = "{\"subject\": \"Help\", \"description\": \"I lost my seats\"}";

static void world_make(struct run *run)
{
    people_make(run);
    catalogue_make(run);
    bookings_make(run);
    made(run, (struct kind){.command = key_insert});
    world.ticket = made(run, (struct kind){.command = support_ticket_create,
                                           .actor = &world.customer,
                                           .body = ticket_body,
                                           .entity = ENTITY_support_ticket});
}

/* --- reads -------------------------------------------------------------------------------------------------------- */

static void hash_row(struct hash *hash, const struct row *row)
{
    const struct descriptor *descriptor = &row->entity->descriptor;
    for (size_t i = 0; i < descriptor->count; i++) {
        char text[TIME_TEXT_SIZE];
        str value = value_text(row, &descriptor->fields[i], text);
        hash_add(hash, value.p ? STR("=") : STR("-"));
        if (value.p) hash_add(hash, value);
        hash_add(hash, STR(";"));
    }
}

/* What a client would get, as a digest. */
static void rows_returned(struct row *const *rows, size_t count, int64_t total)
{
    struct hash hash;
    hash_start(&hash);
    for (size_t i = 0; i < count; i++) hash_row(&hash, rows[i]);
    hash_add(&hash, (str){(const char *)&total, sizeof(total)});
    hash_end(&hash, report->what[atomic_load(&report->attempt)]);
}

static err get_act(struct run *run)
{
    struct row *row;
    err e = reader_begin(run->reader, &world.customer);
    if (e) return e;
    e = reader_get(run->reader, ENTITY_payment, world.paid_payment, run->arena, &row);
    if (!e) rows_returned(&row, 1, 0);
    reader_end(run->reader);
    return e;
}

static err find_act(struct run *run)
{
    struct row *row;
    err e = reader_begin(run->reader, &world.system);
    if (e) return e;
    e = reader_find(run->reader, ENTITY_user, FIELD_OF(user, email), STR("customer@example.com"), run->arena, &row);
    if (!e) rows_returned(&row, 1, 0);
    reader_end(run->reader);
    return e;
}

static err list(struct run *run, const struct actor *actor, const struct query *query)
{
    struct page page;
    err e = reader_begin(run->reader, actor);
    if (e) return e;
    e = reader_list(run->reader, query, run->arena, &page);
    if (!e) rows_returned(page.rows, page.count, page.total);
    reader_end(run->reader);
    return e;
}

static err list_act(struct run *run)
{
    struct query *query = ARENA_NEW(run->arena, struct query);
    *query = (struct query){.entity = entity_of(ENTITY_booking), .limit = LIST_MAX, .total = true};
    query->sorts[query->sort_count++] = (struct sort){.field = FIELD_OF(booking, quantity), .descending = true};
    return list(run, &world.organizer, query);
}

static err filter_act(struct run *run)
{
    struct query *query = ARENA_NEW(run->arena, struct query);
    struct value least = {.number = 500};
    *query = (struct query){.entity = entity_of(ENTITY_event), .limit = LIST_MAX};
    query_filter(query, FIELD_OF(event, price), COMPARE_AT_LEAST, &least, 1);
    query->sorts[query->sort_count++] = (struct sort){.field = FIELD_OF(event, title)};
    return list(run, &world.anonymous, query);
}

static err search_act(struct run *run)
{
    struct query *query = ARENA_NEW(run->arena, struct query);
    *query = (struct query){.entity = entity_of(ENTITY_support_ticket), .limit = LIST_MAX, .search = STR("lost sea")};
    return list(run, &world.support, query);
}

static err history_act(struct run *run)
{
    struct query *query = ARENA_NEW(run->arena, struct query);
    *query = (struct query){.entity = entity_of(ENTITY_audit_log), .limit = LIST_MAX, .total = true};
    return list(run, &world.system, query);
}

static err texts_act(struct run *run)
{
    struct text_count *texts;
    struct hash hash;
    size_t count;
    err e = reader_begin(run->reader, &world.anonymous);
    if (e) return e;
    e = reader_texts(run->reader, ENTITY_event_category, FIELD_OF(event_category, name), run->arena, &texts, &count);
    hash_start(&hash);
    for (size_t i = 0; i < count && !e; i++) hash_add(&hash, texts[i].text);
    hash_end(&hash, report->what[atomic_load(&report->attempt)]);
    reader_end(run->reader);
    return e;
}

/* --- the database as a whole -------------------------------------------------------------------------------------- */

static void store_end(struct run *run)
{
    reader_close(run->reader);
    store_close(run->store);
    run->reader = NULL;
    run->store = NULL;
}

static err store_begin(struct run *run, enum opening opening, bool create)
{
    str reason = STR_NONE;
    err e = store_open(run->settings, create, run->arena, &reason, &run->store);
    if (e) {
        fprintf(stderr, "%.*s\n", STR_ARG(reason));
        run->store = NULL;
        return e;
    }
    e = store_lock(run->store, STORE_LOCK_SHARED);
    if (!e) e = store_serve(run->store);
    if (!e && opening == OPENS_READER) e = reader_open(run->store, &run->reader);
    if (e) {
        run->reader = NULL;
        store_end(run);
    }
    return e;
}

static err start_act(struct run *run)
{
    return store_begin(run, OPENS_READER, false);
}

static err create_act(struct run *run)
{
    return store_begin(run, OPENS_STORE, true);
}

static err end_act(struct run *run)
{
    store_end(run);
    return OK;
}

static void some_commands(struct run *run)
{
    int64_t payment;
    bought(run, &world.event, &payment);
    made(run, (struct kind){.command = booking_cancel, .actor = &world.customer, .id = &world.held});
}

/* Enough to be worth a checkpoint; words of people are removed. */
static void many_commands(struct run *run)
{
    some_commands(run);
    made(run, (struct kind){.command = support_ticket_update,
                            .actor = &world.customer,
                            .id = &world.ticket,
                            .body = "{\"subject\": \"Found\", \"description\": \"They were under the chair\"}",
                            .entity = ENTITY_support_ticket,
                            .mode = DECODE_PATCH});
    for (int i = 0; i < 24; i++) event_made(run, EVENT("One of many", "0.00"));
}

static err nothing_run(struct unit *unit, const struct input *input, struct result *ret)
{
    (void)unit, (void)input, (void)ret;
    return OK;
}

/* The work of an idle writer: a checkpoint, and the purge of words. */
static err rest_act(struct run *run)
{
    const struct kind nothing = {.command = nothing_run};
    struct running running = {.kind = &nothing};
    int64_t rests = atomic_load(&writer_rests);
    atomic_store(&writer_may_be_idle, true);
    err e = command_wait(run, &running);
    while (atomic_load(&writer_rests) == rests) sched_yield();
    return e;
}

static const char migration[] = "ALTER TABLE \"Venues\" ADD COLUMN \"colour\" VARCHAR(20);\n"
                                "UPDATE \"Venues\" SET \"name\" = \"name\" || ' (old)', \"colour\" = 'red';\n"
                                "CREATE INDEX \"venues_colour\" ON \"Venues\" (\"colour\");\n"
                                "CREATE TABLE \"Copies\" AS SELECT * FROM \"AuditLogs\";\n"
                                "DROP INDEX \"events_venue_id\";\n";

static err migration_act(struct run *run)
{
    str reason = STR_NONE;
    return store_script(run->store, str_of(migration), "SequelizeMeta", STR("20270101000000-colours.js"), false,
                        run->arena, &reason);
}

/* --- all of them -------------------------------------------------------------------------------------------------- */

#define BY(person)        .actor = &world.person
#define ON(type, at)      .entity = ENTITY_##type, .id = &world.at
#define NEW(type)         .entity = ENTITY_##type, .mode = DECODE_CREATE
#define COMMAND(function) .name = #function, .command = function
#define PATCH             .mode = DECODE_PATCH

static const struct kind kinds[] = {
    {COMMAND(venue_create), BY(organizer), NEW(venue),
     .body = "{\"name\": \"Barn\", \"address\": \"Hill\", \"capacity\": 50}"},
    {COMMAND(venue_update), BY(organizer), ON(venue, venue), PATCH, .body = "{\"capacity\": 60}"},
    {COMMAND(venue_delete), BY(organizer), ON(venue, idle_venue)},
    {COMMAND(event_create), BY(organizer), NEW(event), .body = EVENT("Dawn", "3.00"), .argument = &world.venue},
    {COMMAND(event_update), BY(organizer), ON(event, event), PATCH, .body = "{\"capacity\": 20, \"title\": \"Late\"}"},
    {COMMAND(event_cancel), BY(organizer), ON(event, event)},
    {COMMAND(event_delete), BY(organizer), ON(event, idle_event)},
    {COMMAND(cancellation_settle)},
    {COMMAND(schedule_create), BY(organizer), NEW(schedule), .body = schedule_body, .argument = &world.event,
     .follow = true},
    {COMMAND(schedule_update), BY(organizer), ON(schedule, idle_schedule), PATCH,
     .body = "{\"startTime\": \"2027-01-18T17:00:00Z\"}"},
    {COMMAND(schedule_cancel), BY(organizer), ON(schedule, schedule)},
    {COMMAND(schedule_delete), BY(organizer), ON(schedule, idle_schedule)},
    {COMMAND(category_create), BY(organizer), NEW(event_category), .body = "{\"eventId\": #, \"name\": \"Jazz\"}",
     .argument = &world.event},
    {COMMAND(category_update), BY(organizer), ON(event_category, category), PATCH, .body = "{\"name\": \"Opera\"}"},
    {COMMAND(category_delete), BY(organizer), ON(event_category, category)},
    {COMMAND(user_create), BY(admin), NEW(user), .body = PERSON("new", "")},
    {COMMAND(user_update), BY(admin), ON(user, customer_id), PATCH, .body = "{\"role\": \"support\"}"},
    {COMMAND(me_update), BY(customer), .entity = ENTITY_user, PATCH, .body = "{\"password\": \"another one\"}"},
    {COMMAND(account_register), BY(anonymous), .descriptor = &descriptor_register_request,
     .body = PERSON("stranger", "")},
    {COMMAND(account_erase), BY(other)},
    {COMMAND(user_delete), BY(admin), .id = &world.other_id},
    {COMMAND(session_create), BY(anonymous), .id = &world.customer_id},
    {COMMAND(session_reauthenticate), BY(customer), .id = &world.session, .later_ms = HOUR_MS},
    {COMMAND(session_delete), BY(customer), .id = &world.session},
    {COMMAND(session_expire), .later_ms = INT64_C(40) * DAY_MS},
    {COMMAND(device_expire), .later_ms = INT64_C(400) * DAY_MS},
    {COMMAND(idempotency_key_expire), .later_ms = INT64_C(8) * DAY_MS},
    {COMMAND(booking_create), BY(customer), .descriptor = &descriptor_booking_request, .body = booking_body,
     .argument = &world.event},
    {.name = "booking_create (free)",
     .command = booking_create,
     BY(other),
     .descriptor = &descriptor_booking_request,
     .body = booking_body,
     .argument = &world.free_event},
    {COMMAND(booking_update), BY(customer), ON(booking, held), PATCH, .versioned = true, .body = "{\"quantity\": 1}"},
    {COMMAND(booking_cancel), BY(customer), ON(booking, paid)},
    {COMMAND(booking_delete), BY(admin), ON(booking, cancelled), .versioned = true},
    {COMMAND(booking_expire), .later_ms = DAY_MS},
    {COMMAND(booking_checkin), BY(organizer), ON(booking, paid)},
    {COMMAND(booking_undo_checkin), BY(organizer), .id = &world.arrived, .descriptor = &descriptor_undo_checkin_request,
     .body = "{\"reason\": \"Wrong line\"}"},
    {COMMAND(payment_update), BY(customer), ON(payment, held_payment), PATCH, .versioned = true,
     .body = "{\"paymentMethod\": \"cash\"}"},
    {COMMAND(payment_pay), BY(customer), .id = &world.held_payment},
    {COMMAND(payment_fail), BY(organizer), .id = &world.held_payment},
    {COMMAND(payment_refund), BY(organizer), .id = &world.paid_payment, .descriptor = &descriptor_refund_request,
     .body = "{\"amount\": \"5.00\"}"},
    {COMMAND(payment_delete), BY(admin), ON(payment, cancelled_payment), .versioned = true},
    {COMMAND(support_ticket_create), BY(customer), NEW(support_ticket), .body = ticket_body},
    {COMMAND(support_ticket_update), BY(support), ON(support_ticket, ticket), PATCH,
     .body = "{\"priority\": \"high\"}"},
    {COMMAND(support_ticket_delete), BY(customer), ON(support_ticket, ticket)},
    {COMMAND(support_reply_create), BY(support), .id = &world.ticket, .descriptor = &descriptor_reply_request,
     .body = "{\"body\": \"Look under the chair\"}"},
    {COMMAND(resource_restore), BY(admin), ON(venue, deleted_venue), .descriptor = &descriptor_restore_request,
     .body = "{\"version\": 0}"},

    {.name = "read a row", .act = get_act, .opening = OPENS_READER, .steady = true},
    {.name = "find a row", .act = find_act, .opening = OPENS_READER, .steady = true},
    {.name = "list", .act = list_act, .opening = OPENS_READER, .steady = true},
    {.name = "filter", .act = filter_act, .opening = OPENS_READER, .steady = true},
    {.name = "search", .act = search_act, .opening = OPENS_READER, .steady = true},
    {.name = "history", .act = history_act, .opening = OPENS_READER, .steady = true},
    {.name = "texts", .act = texts_act, .opening = OPENS_READER, .steady = true},

    {.name = "start", .act = start_act, .opening = OPENS_NOTHING, .steady = true},
    {.name = "start after a crash", .act = start_act, .opening = OPENS_NOTHING, .origin = FROM_CRASH, .steady = true},
    {.name = "create", .act = create_act, .opening = OPENS_NOTHING, .origin = FROM_NOTHING, .steady = true},
    {.name = "rest", .act = rest_act, .before = many_commands, .steady = true},
    {.name = "end", .act = end_act, .before = some_commands, .steady = true},
    {.name = "migration", .act = migration_act},
};

#endif
