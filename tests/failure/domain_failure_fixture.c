/* Furnishes a database for the failure tests, which the command line cannot do fast enough: hundreds of people who are
 * signed in without a password having been hashed, and schedules with exactly so many seats. Everything goes through
 * the store, so that triggers and invariants hold.
 *
 * Usage: domain_failure_fixture PEOPLE SHOWINGS SEATS PRICE_MINOR
 * The database is the one that the BOXOFFICE_* variables name; it is migrated already. The first of the people is an
 * admin. Prints JSON: {"people": [{"id", "token"}], "schedules": [{"eventId", "scheduleId", "seats"}]}. */
#include <stdio.h>
#include <stdlib.h>

#include "base/check.h"
#include "base/clock.h"
#include "base/hash.h"
#include "base/json.h"
#include "base/random.h"
#include "domain/domain.h"
#include "store/administer.h"
#include "store/store.h"

enum {
    TOKEN_BYTES = 32,
    PEOPLE_MAX = 2000,
    SCHEDULES_MAX = 500,
    SEATS_MAX = 1000000,
    PRICE_MAX = 9999999,
    OUTPUT_MAX = 1 << 20
};

struct furnishing {
    struct command command;
    struct problem problem;
    struct json *json;
    int64_t people, schedules, seats, price;
};

static void person_furnish(struct unit *unit, struct json *json, int64_t number)
{
    str token = unit_random(unit, TOKEN_BYTES);
    char *hash = arena_alloc(unit->arena, HASH_TEXT_SIZE);
    struct user *user = unit_new(unit, ENTITY_user);
    user->email = arena_printf(unit->arena, "failure-%lld@example.com", (long long)user->id);
    user->password = STR("!"); /* no hash of any password */
    user->name = STR("Failure");
    user->is_admin = number == 0;
    struct session *session = unit_new(unit, ENTITY_session);
    hash_sha256_hex(token, hash);
    session->user_id = user->id;
    session->token_hash = str_of(hash);
    session->authenticated_at = unit->now; // erasing the account does not require the password again
    session->expires_at = unit->now + DAY_MS;
    json_object_begin(json);
    json_member_int(json, "id", user->id);
    json_member_text(json, "token", token);
    json_object_end(json);
}

static void schedule_furnish(struct unit *unit, const struct furnishing *furnishing, int64_t venue_id)
{
    struct event *event = unit_new(unit, ENTITY_event);
    event->title = STR("Failure");
    event->price = furnishing->price;
    event->capacity = event->max_seats_per_person = furnishing->seats; // a few people book for all
    event->venue_id = venue_id;
    event->start_date = event->end_date = unit->now + DAY_MS;
    event->status = EVENT_PUBLISHED;
    struct schedule *schedule = unit_new(unit, ENTITY_schedule);
    schedule->event_id = event->id;
    schedule->start_time = event->start_date;
    schedule->end_time = event->end_date;
    schedule->available_seats = furnishing->seats;
    json_object_begin(furnishing->json);
    json_member_int(furnishing->json, "eventId", event->id);
    json_member_int(furnishing->json, "scheduleId", schedule->id);
    json_member_int(furnishing->json, "seats", furnishing->seats);
    json_object_end(furnishing->json);
}

static err furnish_run(struct unit *unit, struct command *command)
{
    const struct furnishing *furnishing = (struct furnishing *)command;
    struct json *json = furnishing->json;
    json->out->n = 0; /* a command may be run twice */
    *json = json_to(json->out);
    struct venue *venue = unit_new(unit, ENTITY_venue);
    venue->name = venue->address = STR("Failure");
    venue->capacity = furnishing->seats;
    json_object_begin(json);
    json_name(json, STR("people"));
    json_array_begin(json);
    for (int64_t i = 0; i < furnishing->people; i++) person_furnish(unit, json, i);
    json_array_end(json);
    json_name(json, STR("schedules"));
    json_array_begin(json);
    for (int64_t i = 0; i < furnishing->schedules; i++) schedule_furnish(unit, furnishing, venue->id);
    json_array_end(json);
    json_object_end(json);
    return OK;
}

static void settings_read(struct settings *settings, struct arena *arena)
{
    size_t count;
    const struct setting *table = settings_table(&count);
    settings_defaults(settings, arena);
    for (size_t i = 0; i < count; i++) {
        const char *value = getenv(table[i].variable);
        err e = value ? setting_set(settings, &table[i], str_of(value), arena) : OK;
        CHECK(e == OK);
    }
}

static int furnish(struct furnishing *furnishing, const struct settings *settings, struct arena *arena)
{
    static const struct actor system = {.role = ROLE_SYSTEM};
    struct store *store;
    str reason;
    err e = store_open(settings, false, arena, &reason, &store);
    if (e) {
        fprintf(stderr, "%.*s\n", STR_ARG(reason));
        return EXIT_FAILURE;
    }
    furnishing->command = (struct command){.actor = &system, .problem = &furnishing->problem, .run = furnish_run};
    e = store_execute(store, &furnishing->command);
    store_close(store);
    if (e) {
        fprintf(stderr, "%s\n", err_row(e)->title);
        return EXIT_FAILURE;
    }
    CHECK(!furnishing->json->out->full);
    printf("%.*s\n", STR_ARG(buf_str(furnishing->json->out)));
    return EXIT_SUCCESS;
}

static bool number_of(const char *text, int64_t max, int64_t *ret_number)
{
    int64_t number;
    if (!str_to_int(str_of(text), &number) || number < 0 || number > max) return false;
    *ret_number = number;
    return true;
}

int main(int argc, char **argv)
{
    struct furnishing furnishing = {0};
    struct settings settings;
    if (argc != 5 || !number_of(argv[1], PEOPLE_MAX, &furnishing.people) ||
        !number_of(argv[2], SCHEDULES_MAX, &furnishing.schedules) ||
        !number_of(argv[3], SEATS_MAX, &furnishing.seats) || !number_of(argv[4], PRICE_MAX, &furnishing.price)) {
        fprintf(stderr, "usage: domain_failure_fixture PEOPLE SHOWINGS SEATS PRICE_MINOR\n");
        return 2;
    }
    random_start();
    struct arena *arena = arena_new(64 << 20);
    struct buf out = buf_new(arena, OUTPUT_MAX);
    struct json json = json_to(&out);
    furnishing.json = &json;
    settings_read(&settings, arena);
    int code = furnish(&furnishing, &settings, arena);
    arena_free(arena);
    return code;
}
