/* Durable bookings of one hot schedule, measured at three layers:
 *
 *   bare     a loop of prepared statements that writes the same rows (audit context, booking, payment; the schedule
 *            once a batch) with the same triggers, encryption, synchronisation and batch size: the upper limit
 *   writer   booking_create commands in the queue of the group-commit writer in this process, `clients` in flight; with
 *            `keys` each also looks up an idempotency key and stores its response, as the API does
 *   http     POST /api/v1/bookings by `clients` keep-alive connections to a running server, each a different user; with
 *            `keys` each request has an Idempotency-Key
 *
 * Usage: bookings prepare CLIENTS [SCHEDULES] | bare CLIENTS SECONDS | writer CLIENTS SECONDS [keys]
 *        | http CLIENTS SECONDS PORT[,PORT] [keys | SCHEDULES]
 * The database is the one that the BOXOFFICE_* variables name; `bare` knows the embedded one only. With SCHEDULES the
 * people of http spread over so many. With two ports they divide among two nodes. Prints one figure: bookings a
 * second. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/check.h"
#include "base/clock.h"
#include "base/hash.h"
#include "base/random.h"
#include "base/time_text.h"
#include "domain/commands.h"
#include "schema/encode.h"
#include "store/store.h"

enum { CLIENTS_MAX = 1024, SEATS = 1000000, TOKEN_SIZE = 65, RESPONSE_MAX = 4096 };

static struct settings settings;
static struct arena *arena;

static void settings_read(void)
{
    size_t count;
    const struct setting *table = settings_table(&count);
    arena = arena_new(64 << 20);
    settings_defaults(&settings, arena);
    for (size_t i = 0; i < count; i++) {
        const char *value = getenv(table[i].variable);
        err e = value ? setting_set(&settings, &table[i], str_of(value), arena) : OK;
        CHECK(e == OK);
    }
}

static struct store *open_store(void)
{
    struct store *store;
    str reason;
    err e = store_open(&settings, false, arena, &reason, &store);
    if (e) {
        fprintf(stderr, "%.*s\n", STR_ARG(reason));
        exit(1);
    }
    return store;
}

static void token_of(int64_t person, char text[static TOKEN_SIZE])
{
    snprintf(text, TOKEN_SIZE, "%064llx", (long long)(0xbe9c000000 + person));
}

/* --- prepare ------------------------------------------------------------------------------------------------------ */

struct preparing {
    struct command command;
    struct problem problem;
    int64_t clients, schedules;
};

static void person_prepare(struct unit *unit, int64_t number)
{
    char token[TOKEN_SIZE], *hash = arena_alloc(unit->arena, TOKEN_SIZE);
    struct user *user = unit_new(unit, ENTITY_user);
    user->email = arena_printf(unit->arena, "bench-%lld@example.com", (long long)number);
    user->password = STR("!");
    user->name = STR("Bench");
    struct session *session = unit_new(unit, ENTITY_session);
    token_of(number, token);
    hash_sha256_hex(str_of(token), hash);
    session->user_id = user->id;
    session->token_hash = str_of(hash);
    session->expires_at = unit->now + DAY_MS;
}

static void schedule_prepare(struct unit *unit, const struct venue *venue)
{
    struct event *event = unit_new(unit, ENTITY_event);
    event->title = STR("Hot");
    event->price = 1000;
    event->capacity = event->max_seats_per_person = SEATS; /* a few people book for all */
    event->venue_id = venue->id;
    event->start_date = event->end_date = unit->now + 30LL * DAY_MS;
    event->status = EVENT_PUBLISHED;
    struct schedule *schedule = unit_new(unit, ENTITY_schedule);
    schedule->event_id = event->id;
    schedule->start_time = schedule->end_time = event->start_date;
    schedule->available_seats = SEATS;
}

static err prepare_run(struct unit *unit, struct command *command)
{
    struct preparing *preparing = (struct preparing *)command;
    struct venue *venue = unit_new(unit, ENTITY_venue);
    venue->name = venue->address = STR("Bench");
    venue->capacity = SEATS;
    for (int64_t i = 0; i < preparing->schedules; i++) schedule_prepare(unit, venue);
    for (int64_t i = 0; i < preparing->clients; i++) person_prepare(unit, i);
    return OK;
}

/* Events and schedules get the ids from 1 on in a fresh database. */
static void prepare(int64_t clients, int64_t schedules)
{
    static const struct actor system = {.role = ROLE_SYSTEM};
    struct store *to = open_store();
    struct preparing preparing = {.clients = clients, .schedules = schedules};
    preparing.command = (struct command){.actor = &system, .problem = &preparing.problem, .run = prepare_run};
    err e = store_execute(to, &preparing.command);
    CHECK(e == OK);
    store_close(to);
}

/* --- bare --------------------------------------------------------------------------------------------------------- */

struct bare {
    sqlite3 *db;
    sqlite3_stmt *begin, *commit, *context, *booking, *payment, *schedule, *no_context;
    int log_frames;
    int64_t id, seats;
};

static void run(sqlite3_stmt *stmt)
{
    int code = sqlite3_step(stmt);
    CHECK(code == SQLITE_DONE);
    sqlite3_reset(stmt);
}

static sqlite3_stmt *prepared(sqlite3 *db, const char *sql)
{
    sqlite3_stmt *stmt;
    int code = sqlite3_prepare_v3(db, sql, -1, SQLITE_PREPARE_PERSISTENT, &stmt, NULL);
    if (code != SQLITE_OK) fprintf(stderr, "%s\n", sqlite3_errmsg(db));
    CHECK(code == SQLITE_OK);
    return stmt;
}

static int log_grew(void *context, sqlite3 *db, const char *database, int frames)
{
    (void)db, (void)database;
    *(int *)context = frames;
    return SQLITE_OK;
}

static void bare_open(struct bare *bare)
{
    char key[72] = "raw:", pragmas[300], path[4200];
    snprintf(path, sizeof(path), "%.*s.key", STR_ARG(settings.storage));
    FILE *file = fopen(path, "r");
    CHECK(file && fread(key + 4, 1, 64, file) == 64);
    fclose(file);
    snprintf(path, sizeof(path), "%.*s", STR_ARG(settings.storage));
    int code = sqlite3_open(path, &bare->db);
    CHECK(code == SQLITE_OK);
    snprintf(pragmas, sizeof(pragmas), "PRAGMA cipher='%.*s'", STR_ARG(settings.cipher));
    sqlite3_exec(bare->db, pragmas, NULL, NULL, NULL);
    sqlite3_key(bare->db, key, (int)strlen(key));
    snprintf(pragmas, sizeof(pragmas),
             "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=0; PRAGMA temp_store=MEMORY;"
             "PRAGMA foreign_keys=ON; PRAGMA cache_size=-%lld",
             (long long)settings.cache_kib);
    code = sqlite3_exec(bare->db, pragmas, NULL, NULL, NULL);
    CHECK(code == SQLITE_OK);
    sqlite3_wal_hook(bare->db, log_grew, &bare->log_frames);
}

static void bare_prepare(struct bare *bare)
{
    bare->begin = prepared(bare->db, "BEGIN IMMEDIATE");
    bare->commit = prepared(bare->db, "COMMIT");
    bare->context = prepared(
        bare->db,
        "UPDATE \"AuditContexts\" SET \"actorId\" = ?, \"actorRole\" = 'customer', \"requestId\" = ? WHERE \"id\" = 1");
    bare->no_context = prepared(
        bare->db,
        "UPDATE \"AuditContexts\" SET \"actorId\" = 0, \"actorRole\" = NULL, \"requestId\" = NULL WHERE \"id\" = 1");
    bare->booking = prepared(bare->db, "INSERT INTO \"Bookings\" (\"id\", \"userId\", \"eventId\", \"quantity\", "
                                       "\"status\", \"totalPrice\", \"bookingDate\", \"scheduleId\", \"expiresAt\", "
                                       "\"createdAt\", \"updatedAt\", \"version\") "
                                       "VALUES (?, ?, 1, 1, 'pending', '10.00', ?, 1, ?, ?, ?, 0)");
    bare->payment = prepared(bare->db, "INSERT INTO \"Payments\" (\"id\", \"bookingId\", \"transactionId\", "
                                       "\"amount\", \"refundedAmount\", \"status\", \"paymentMethod\", \"createdAt\", "
                                       "\"updatedAt\", \"version\") "
                                       "VALUES (?, ?, ?, '10.00', '0.00', 'pending', 'sandbox', ?, ?, 0)");
    bare->schedule = prepared(bare->db, "UPDATE \"Schedules\" SET \"availableSeats\" = ?, \"updatedAt\" = ?, "
                                        "\"version\" = \"version\" + 1 WHERE \"id\" = 1");
}

static void bare_booking(struct bare *bare, int64_t clients, str now, str later)
{
    char transaction[ORDERED_ID_SIZE], request[33];
    int64_t id = ++bare->id;
    ordered_id(clock_now_ms(), transaction);
    snprintf(request, sizeof(request), "%032llx", (long long)id);
    sqlite3_bind_int64(bare->context, 1, 1 + id % clients);
    sqlite3_bind_text(bare->context, 2, request, 32, SQLITE_STATIC);
    run(bare->context);
    sqlite3_bind_int64(bare->booking, 1, id);
    sqlite3_bind_int64(bare->booking, 2, 1 + id % clients);
    sqlite3_bind_text(bare->booking, 3, now.p, (int)now.n, SQLITE_STATIC);
    sqlite3_bind_text(bare->booking, 4, later.p, (int)later.n, SQLITE_STATIC);
    sqlite3_bind_text(bare->booking, 5, now.p, (int)now.n, SQLITE_STATIC);
    sqlite3_bind_text(bare->booking, 6, now.p, (int)now.n, SQLITE_STATIC);
    run(bare->booking);
    sqlite3_bind_int64(bare->payment, 1, id);
    sqlite3_bind_int64(bare->payment, 2, id);
    sqlite3_bind_text(bare->payment, 3, transaction, ORDERED_ID_SIZE - 1, SQLITE_STATIC);
    sqlite3_bind_text(bare->payment, 4, now.p, (int)now.n, SQLITE_STATIC);
    sqlite3_bind_text(bare->payment, 5, now.p, (int)now.n, SQLITE_STATIC);
    run(bare->payment);
    bare->seats--;
}

static void bare_batch(struct bare *bare, int64_t clients)
{
    char now_text[TIME_TEXT_SIZE], later_text[TIME_TEXT_SIZE];
    int64_t now_ms = clock_now_ms();
    str now = time_to_stored(now_ms, now_text), later = time_to_stored(now_ms + settings.hold_ms, later_text);
    run(bare->begin);
    for (int64_t i = 0; i < clients; i++) bare_booking(bare, clients, now, later);
    run(bare->no_context);
    sqlite3_bind_int64(bare->schedule, 1, bare->seats);
    sqlite3_bind_text(bare->schedule, 2, now.p, (int)now.n, SQLITE_STATIC);
    run(bare->schedule);
    run(bare->commit);
    if (bare->log_frames < 8192) return; /* as the writer does */
    sqlite3_wal_checkpoint_v2(bare->db, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
    bare->log_frames = 0;
}

static double bare(int64_t clients, int64_t seconds)
{
    struct bare bare = {.seats = SEATS};
    bare_open(&bare);
    bare_prepare(&bare);
    int64_t start = clock_monotonic_us();
    while (clock_monotonic_us() - start < seconds * 1000000) bare_batch(&bare, clients);
    return (double)bare.id * 1e6 / (double)(clock_monotonic_us() - start);
}

/* --- writer ------------------------------------------------------------------------------------------------------- */

struct client {
    struct command command;
    struct problem problem;
    struct actor actor;
    struct change change;
    struct booking_request request;
    char request_id[33];
    uint64_t bookings;
};

static struct store *store;
static struct client people[CLIENTS_MAX];
static bool with_keys;
static _Atomic bool stopped;
static _Atomic int64_t in_flight;
static _Atomic uint64_t responded;

/* A new key: the look-up must find nothing. */
static err key_check(struct unit *unit, str scope)
{
    struct idempotency_key *row;
    err e =
        unit_find(unit, FIELD_OF(idempotency_key, scope), ENTITY_idempotency_key, (struct value){.text = scope}, &row);
    return e == ERR_NOT_FOUND ? OK : ERR_DUPLICATE;
}

static void key_keep(struct unit *unit, str scope, const struct result *result)
{
    struct buf body = buf_new(unit->arena, RESPONSE_MAX);
    struct json json = json_to(&body);
    struct encoding encoding = {.role = ROLE_CUSTOMER, .own = true};
    json_object_begin(&json);
    encode_members(&json, result->row, &encoding);
    json_name(&json, str_of(result->embed));
    encode_row(&json, result->embedded, &encoding);
    json_object_end(&json);
    struct idempotency_key *row = unit_new(unit, ENTITY_idempotency_key);
    row->scope = row->fingerprint = scope;
    row->status = 201;
    row->location = arena_printf(unit->arena, "/api/v1/bookings/%lld", (long long)result->row->id);
    row->etag = STR("\"0\"");
    row->body = buf_str(&body);
    row->user_id = unit->actor->user_id;
    row->expires_at = unit->now + DAY_MS;
}

static err client_run(struct unit *unit, struct command *command)
{
    struct client *client = (struct client *)command;
    struct input input = {.version = VERSION_ANY, .change = &client->change};
    struct result result = {0};
    if (!with_keys) return booking_create(unit, &input, &result);
    char *hash = arena_alloc(unit->arena, HASH_TEXT_SIZE);
    hash_sha256_hex(arena_printf(unit->arena, "%lld %s", (long long)client->actor.user_id, client->request_id), hash);
    err e = key_check(unit, str_of(hash));
    if (!e) e = booking_create(unit, &input, &result);
    if (!e) key_keep(unit, str_of(hash), &result);
    return e;
}

static void client_done(struct command *command, err e)
{
    struct client *client = (struct client *)command;
    CHECK(e == OK);
    responded++;
    snprintf(client->request_id, sizeof(client->request_id), "%032llx", (long long)++client->bookings);
    if (stopped || !store_submit(store, command)) in_flight--;
}

static double writer(int64_t clients, int64_t seconds, bool keys)
{
    with_keys = keys;
    store = open_store();
    int64_t start = clock_monotonic_us();
    in_flight = clients;
    for (int64_t i = 0; i < clients; i++) {
        struct client *client = &people[i];
        client->request = (struct booking_request){.event_id = 1, .schedule_id = 1, .quantity = 1};
        client->request.payment_method = METHOD_SANDBOX;
        client->change =
            (struct change){.descriptor = &descriptor_booking_request, .values = &client->request, .present = 7};
        snprintf(client->request_id, sizeof(client->request_id), "%032x", 0);
        client->actor = (struct actor){i + 1, ROLE_CUSTOMER, i + 1, {client->request_id, 32}};
        client->command = (struct command){
            .actor = &client->actor, .problem = &client->problem, .run = client_run, .done = client_done};
        bool taken = store_submit(store, &client->command);
        CHECK(taken);
    }
    usleep((useconds_t)seconds * 1000000);
    uint64_t count = responded;
    double rate = (double)count * 1e6 / (double)(clock_monotonic_us() - start);
    stopped = true;
    while (in_flight > 0) usleep(1000);
    struct store_counters counters = store_counters(store);
    fprintf(stderr, "writer: mean batch %.1f\n", (double)counters.commands / (double)counters.commits);
    store_close(store);
    return rate;
}

/* --- http --------------------------------------------------------------------------------------------------------- */

struct connection {
    int handle;
    int64_t number, schedule;
    uint64_t requests;
    size_t filled;
    char input[4096];
};

static struct connection connections[CLIENTS_MAX];
static int64_t schedules = 1;

/* The next schedule is any other: multiplied by a prime, so that neighbours do not meet at the same ones. */
static int64_t schedule_next(struct connection *connection)
{
    connection->schedule = (connection->schedule * 7919 + connection->number + 1) % schedules;
    return connection->schedule + 1;
}

static void request_send(struct connection *connection, bool keys)
{
    char token[TOKEN_SIZE], key[96] = "", body[160], text[1024];
    long long schedule = schedule_next(connection);
    int length = snprintf(body, sizeof(body),
                          "{\"eventId\":%lld,\"scheduleId\":%lld,\"quantity\":1,\"paymentMethod\":\"sandbox\"}",
                          schedule, schedule);
    token_of(connection->number, token);
    if (keys) {
        snprintf(key, sizeof(key), "Idempotency-Key: %lld-%llu-%d\r\n", (long long)connection->number,
                 (unsigned long long)connection->requests, (int)getpid());
    }
    int n = snprintf(text, sizeof(text),
                     "POST /api/v1/bookings HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer %s\r\n"
                     "Content-Type: application/json\r\n%sContent-Length: %d\r\n\r\n%s",
                     token, key, length, body);
    ssize_t sent = send(connection->handle, text, (size_t)n, MSG_NOSIGNAL);
    CHECK(sent == n);
    connection->requests++;
}

/* The size of a complete response at the start of the input; 0 while it is incomplete. */
static size_t response_length(struct connection *connection)
{
    connection->input[connection->filled] = '\0';
    char *end = strstr(connection->input, "\r\n\r\n");
    char *length = strcasestr(connection->input, "\r\ncontent-length:");
    if (!end || !length) return 0;
    size_t total = (size_t)(end + 4 - connection->input) + strtoul(length + 17, NULL, 10);
    return connection->filled >= total ? total : 0;
}

static uint64_t responses_read(struct connection *connection, bool keys)
{
    ssize_t n = recv(connection->handle, connection->input + connection->filled,
                     sizeof(connection->input) - 1 - connection->filled, 0);
    CHECK(n > 0);
    connection->filled += (size_t)n;
    if (response_length(connection) == 0) return 0;
    if (memcmp(connection->input, "HTTP/1.1 201", 12) != 0) {
        fprintf(stderr, "%.*s\n", (int)connection->filled, connection->input);
        exit(1);
    }
    connection->filled = 0;
    request_send(connection, keys);
    return 1;
}

/* `ports` is one, or two with a comma between, taken in turn. */
static void connect_all(int epoll, int64_t clients, const char *ports)
{
    const char *second = strchr(ports, ',');
    uint16_t numbers[] = {(uint16_t)atoi(ports), (uint16_t)atoi(second ? second + 1 : ports)};
    struct sockaddr_in address = {.sin_family = AF_INET};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    for (int64_t i = 0; i < clients; i++) {
        struct connection *connection = &connections[i];
        int on = 1;
        connection->number = i;
        address.sin_port = htons(numbers[i % 2]);
        connection->handle = socket(AF_INET, SOCK_STREAM, 0);
        int code = connect(connection->handle, (struct sockaddr *)&address, sizeof(address));
        CHECK(code == 0);
        setsockopt(connection->handle, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
        struct epoll_event event = {.events = EPOLLIN, .data.ptr = connection};
        epoll_ctl(epoll, EPOLL_CTL_ADD, connection->handle, &event);
    }
}

static double http(int64_t clients, int64_t seconds, const char *ports, bool keys)
{
    int epoll = epoll_create1(0);
    uint64_t count = 0;
    struct epoll_event events[256];
    connect_all(epoll, clients, ports);
    int64_t start = clock_monotonic_us();
    for (int64_t i = 0; i < clients; i++) request_send(&connections[i], keys);
    while (clock_monotonic_us() - start < seconds * 1000000) {
        int ready = epoll_wait(epoll, events, COUNT_OF(events), 1000);
        for (int i = 0; i < ready; i++) count += responses_read(events[i].data.ptr, keys);
    }
    return (double)count * 1e6 / (double)(clock_monotonic_us() - start);
}

int main(int argc, char **argv)
{
    int64_t clients = argc > 2 ? atoll(argv[2]) : 0, seconds = argc > 3 ? atoll(argv[3]) : 0;
    if (clients < 1 || clients > CLIENTS_MAX) {
        fprintf(stderr, "usage: bookings prepare|bare|writer|http CLIENTS [SECONDS [PORT] [keys]]\n");
        return 2;
    }
    random_start();
    settings_read();
    str what = str_of(argv[1]);
    bool keys = argc > 4 && strcmp(argv[argc - 1], "keys") == 0;
    if (str_is(what, "prepare")) prepare(clients, argc > 3 ? atoll(argv[3]) : 1);
    if (str_is(what, "bare")) printf("%.0f\n", bare(clients, seconds));
    if (str_is(what, "writer")) printf("%.0f\n", writer(clients, seconds, keys));
    if (!str_is(what, "http") || argc < 5) return 0;
    if (argc > 5 && !keys) schedules = atoll(argv[5]);
    printf("%.0f\n", http(clients, seconds, argv[4], keys));
    return 0;
}
