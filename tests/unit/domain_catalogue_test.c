/* Venues, events, schedules, categories: what they refuse, what moves with them, what goes and comes back with them. */
#include "domain_fixture.h"

static err event_patch(int64_t event, const char *body)
{
    return patch(event_update, &world.organizer, ENTITY_event, event, body);
}

static bool is_deleted(const char *table, int64_t id)
{
    return number_of(table, id, "\"deletedAt\" IS NOT NULL") == 1;
}

/* --- venues ------------------------------------------------------------------------------------------------------ */

static void venue_capacity_covers_its_events(void **state)
{
    (void)state;
    assert_int_equal(patch(venue_update, &world.organizer, ENTITY_venue, world.venue, "{\"capacity\": 10}"), OK);
    assert_int_equal(RESULT(venue)->capacity, 10);
    assert_int_equal(patch(venue_update, &world.organizer, ENTITY_venue, world.venue, "{\"capacity\": 9}"),
                     ERR_INVALID);
    assert_true(has_field_error("/capacity", "below_events"));
    clock_advance(3 * DAY_MS);
    assert_int_equal(patch(venue_update, &world.organizer, ENTITY_venue, world.venue, "{\"capacity\": 9}"), OK);
}

static void a_venue_with_future_events_is_not_deleted(void **state)
{
    (void)state;
    assert_int_equal(drop(venue_delete, &world.organizer, ENTITY_venue, world.venue), ERR_STATE_CONFLICT);
    assert_true(has_field_error("", "has_events"));
    clock_advance(3 * DAY_MS);
    assert_int_equal(drop(venue_delete, &world.organizer, ENTITY_venue, world.venue), OK);
    assert_true(is_deleted("Venues", world.venue));
    assert_int_equal(drop(venue_delete, &world.organizer, ENTITY_venue, world.venue), ERR_NOT_FOUND);
}

static void only_organizers_change_venues(void **state)
{
    (void)state;
    assert_int_equal(patch(venue_update, &world.customer, ENTITY_venue, world.venue, "{}"), ERR_FORBIDDEN);
    struct call update = {venue_update,
                          &world.organizer,
                          world.venue,
                          VERSION_ANY,
                          ENTITY_DESCRIPTOR(venue),
                          DECODE_REPLACE,
                          "{\"name\": \"New\", \"address\": \"2 Side Street\", \"capacity\": 50}",
                          NULL};
    assert_int_equal(call(update), OK); /* no If-Match is asked for here */
    update.version = 0;
    assert_int_equal(call(update), ERR_STALE_VERSION);
}

static void only_organizers_change_events_and_schedules(void **state)
{
    (void)state;
    const struct actor *const others[] = {&world.customer, &world.support};
    for (size_t i = 0; i < COUNT_OF(others); i++) {
        assert_int_equal(patch(event_update, others[i], ENTITY_event, world.event, "{\"price\": \"0.00\"}"),
                         ERR_FORBIDDEN);
        assert_int_equal(act(event_cancel, others[i], world.event), ERR_FORBIDDEN);
        assert_int_equal(patch(schedule_update, others[i], ENTITY_schedule, world.schedule, "{}"), ERR_FORBIDDEN);
        assert_int_equal(act(schedule_cancel, others[i], world.schedule), ERR_FORBIDDEN);
    }
}

static void replacing_resets_fields_that_are_not_given(void **state)
{
    (void)state;
    const char *venue = "{\"name\": \"A\", \"address\": \"B\", \"capacity\": 50, \"facilities\": \"Bar\"}";
    assert_int_equal(post(venue_create, &world.organizer, ENTITY_DESCRIPTOR(venue), venue), OK);
    struct call update = {venue_update,
                          &world.organizer,
                          world.result.row->id,
                          VERSION_ANY,
                          ENTITY_DESCRIPTOR(venue),
                          DECODE_REPLACE,
                          "{\"name\": \"A\", \"address\": \"B\", \"capacity\": 50}",
                          NULL};
    assert_int_equal(call(update), OK);
    assert_null(RESULT(venue)->facilities.p);
}

/* --- events ------------------------------------------------------------------------------------------------------ */

static void event_gets_a_schedule(void **state)
{
    (void)state;
    int64_t event = event_made("12.50", 40), schedule = schedule_of(event);
    assert_int_equal(RESULT(event)->price, 1250);
    assert_int_equal(seats_left(schedule), 40);
    assert_int_equal(number(text_of("SELECT count(*) FROM \"Schedules\" s JOIN \"Events\" e ON e.\"id\" = s.\"eventId\""
                                    " WHERE e.\"id\" = %lld AND s.\"startTime\" = e.\"startDate\""
                                    " AND s.\"endTime\" = e.\"endDate\"",
                                    (long long)event)),
                     1);
}

static void event_errors_come_all_at_once(void **state)
{
    (void)state;
    const char *body = text_of("{\"title\": \"T\", \"capacity\": 101, \"startDate\": \"%s\", \"endDate\": \"%s\","
                               " \"venueId\": %lld, \"version\": 3}",
                               in(-HOUR_MS), in(-2 * HOUR_MS), (long long)world.venue);
    assert_int_equal(post(event_create, &world.organizer, ENTITY_DESCRIPTOR(event), body), ERR_INVALID);
    assert_int_equal(world.problem.count, 4);
    assert_true(has_field_error("/endDate", "order") && has_field_error("/startDate", "past"));
    assert_true(has_field_error("/capacity", "exceeds_venue") && has_field_error("/version", "read_only"));
    body = text_of("{\"title\": \"T\", \"capacity\": 1, \"startDate\": \"%s\", \"endDate\": \"%s\", \"venueId\": 999}",
                   in(HOUR_MS), in(HOUR_MS));
    assert_int_equal(post(event_create, &world.organizer, ENTITY_DESCRIPTOR(event), body), ERR_INVALID);
    assert_int_equal(world.problem.count, 1);
    assert_true(has_field_error("/venueId", "not_found"));
}

static void an_event_with_bookings_does_not_become_a_draft(void **state)
{
    (void)state;
    assert_int_equal(event_patch(world.event, "{\"status\": \"draft\"}"), OK);
    assert_int_equal(event_patch(world.event, "{\"status\": \"published\"}"), OK);
    booked(&world.customer, world.event, 1);
    assert_int_equal(event_patch(world.event, "{\"status\": \"draft\"}"), ERR_STATE_CONFLICT);
    assert_int_equal(event_patch(world.event, "{\"status\": \"cancelled\"}"), OK);
}

static void a_new_capacity_changes_the_available_seats(void **state)
{
    (void)state;
    int64_t second = schedule_made(world.event, 3 * DAY_MS, 3 * DAY_MS + HOUR_MS);
    booked(&world.organizer, world.free_event, 10);
    assert_int_equal(event_patch(world.free_event, "{\"capacity\": 9}"), ERR_INVALID);
    assert_true(has_field_error("/capacity", "seats_taken"));
    assert_int_equal(event_patch(world.event, "{\"capacity\": 30}"), OK);
    assert_int_equal(seats_left(world.schedule), 30);
    assert_int_equal(seats_left(second), 30);
    assert_int_equal(event_patch(world.event, "{\"capacity\": 101}"), ERR_INVALID);
    assert_true(has_field_error("/capacity", "exceeds_venue"));
    clock_advance(2 * DAY_MS + HOUR_MS);
    assert_int_equal(event_patch(world.event, "{\"capacity\": 20}"), OK);
    assert_int_equal(seats_left(world.schedule), 30); /* has begun */
    assert_int_equal(seats_left(second), 20);
}

static void new_dates_of_an_event_move_its_only_schedule(void **state)
{
    (void)state;
    const char *dates = text_of("{\"startDate\": \"%s\", \"endDate\": \"%s\"}", in(5 * DAY_MS), in(6 * DAY_MS));
    assert_int_equal(event_patch(world.event, dates), OK);
    assert_int_equal(number(text_of("SELECT count(*) FROM \"Schedules\" s JOIN \"Events\" e ON e.\"id\" = s.\"eventId\""
                                    " WHERE s.\"id\" = %lld AND s.\"startTime\" = e.\"startDate\""
                                    " AND s.\"endTime\" = e.\"endDate\"",
                                    (long long)world.schedule)),
                     1);
    schedule_made(world.free_event, 3 * DAY_MS, 4 * DAY_MS);
    int64_t version = version_of("Schedules", world.free_schedule);
    assert_int_equal(event_patch(world.free_event, text_of("{\"endDate\": \"%s\"}", in(5 * DAY_MS))), OK);
    assert_int_equal(version_of("Schedules", world.free_schedule), version); /* not the only one */
    assert_int_equal(event_patch(world.event, text_of("{\"startDate\": \"%s\"}", in(-HOUR_MS))), ERR_INVALID);
    assert_true(has_field_error("/startDate", "past"));
    clock_advance(5 * DAY_MS + HOUR_MS);
    assert_int_equal(event_patch(world.event, text_of("{\"startDate\": \"%s\"}", in(HOUR_MS))), ERR_STATE_CONFLICT);
    assert_int_equal(event_patch(world.event, text_of("{\"endDate\": \"%s\"}", in(3 * DAY_MS))), OK);
    assert_int_equal(event_patch(world.event, "{\"title\": \"It runs\"}"), OK);
}

static int64_t category_made(int64_t event, const char *name)
{
    const char *body = text_of("{\"eventId\": %lld, \"name\": \"%s\"}", (long long)event, name);
    assert_int_equal(post(category_create, &world.organizer, ENTITY_DESCRIPTOR(event_category), body), OK);
    return world.result.row->id;
}

static void an_event_is_deleted_when_no_booking_is_live(void **state)
{
    (void)state;
    int64_t category = category_made(world.event, "Music");
    int64_t booking = confirmed(&world.customer, world.event, 1), held = booked(&world.other, world.event, 1);
    assert_int_equal(drop(event_delete, &world.organizer, ENTITY_event, world.event), ERR_STATE_CONFLICT);
    assert_int_equal(act(booking_cancel, &world.customer, booking), OK);
    assert_int_equal(drop(event_delete, &world.organizer, ENTITY_event, world.event), ERR_STATE_CONFLICT);
    clock_advance(world.fixture->settings.hold_ms);
    assert_int_equal(drop(event_delete, &world.organizer, ENTITY_event, world.event), OK);
    assert_true(is_deleted("Events", world.event) && is_deleted("Schedules", world.schedule));
    assert_true(is_deleted("EventCategories", category));
    assert_int_equal(act(booking_expire, &world.fixture->system, 0), OK);
    assert_true(status_is("Bookings", held, "expired"));
    assert_int_equal(seats_left(world.schedule), 10);
    assert_int_equal(drop(event_delete, &world.organizer, ENTITY_event, world.event), ERR_NOT_FOUND);
}

static void an_event_that_is_over_is_deleted_with_confirmed_bookings(void **state)
{
    (void)state;
    int64_t booking = confirmed(&world.customer, world.event, 1);
    clock_advance(2 * DAY_MS + HOUR_MS);
    assert_int_equal(drop(event_delete, &world.organizer, ENTITY_event, world.event), ERR_STATE_CONFLICT);
    clock_advance(2 * HOUR_MS);
    assert_int_equal(drop(event_delete, &world.organizer, ENTITY_event, world.event), OK);
    assert_true(status_is("Bookings", booking, "confirmed"));
}

/* --- schedules ---------------------------------------------------------------------------------------------------- */

static void a_new_schedule_has_all_seats(void **state)
{
    (void)state;
    assert_int_equal(seats_left(schedule_made(world.event, DAY_MS, DAY_MS + HOUR_MS)), 10);
    assert_int_equal(number_of("Events", world.event, text_of("\"startDate\" = '%s'", stored_in(DAY_MS))), 1);
    const char *body = text_of("{\"eventId\": %lld, \"startTime\": \"%s\", \"endTime\": \"%s\","
                               " \"availableSeats\": 99}",
                               (long long)world.event, in(-HOUR_MS), in(-2 * HOUR_MS));
    assert_int_equal(post(schedule_create, &world.organizer, ENTITY_DESCRIPTOR(schedule), body), ERR_INVALID);
    assert_int_equal(world.problem.count, 4);
    assert_true(has_field_error("/startTime", "outside_event"));
    assert_true(has_field_error("/startTime", "past") && has_field_error("/endTime", "order"));
    assert_true(has_field_error("/availableSeats", "read_only"));
    body = text_of("{\"eventId\": 999, \"startTime\": \"%s\", \"endTime\": \"%s\"}", in(HOUR_MS), in(HOUR_MS));
    assert_int_equal(post(schedule_create, &world.organizer, ENTITY_DESCRIPTOR(schedule), body), ERR_INVALID);
    assert_true(has_field_error("/eventId", "not_found"));
}

static void a_schedule_that_has_begun_keeps_its_start(void **state)
{
    (void)state;
    const struct actor *actor = &world.organizer;
    const char *moved = text_of("{\"startTime\": \"%s\", \"endTime\": \"%s\"}", in(DAY_MS), in(2 * DAY_MS + HOUR_MS));
    assert_int_equal(patch_following(schedule_update, ENTITY_schedule, world.schedule, moved), OK);
    const char *other = text_of("{\"eventId\": %lld}", (long long)world.free_event);
    assert_int_equal(patch(schedule_update, actor, ENTITY_schedule, world.schedule, other), ERR_INVALID);
    assert_true(has_field_error("/eventId", "read_only"));
    clock_advance(DAY_MS + HOUR_MS);
    const char *again = text_of("{\"startTime\": \"%s\"}", in(HOUR_MS));
    assert_int_equal(patch(schedule_update, actor, ENTITY_schedule, world.schedule, again), ERR_STATE_CONFLICT);
    assert_true(has_field_error("/startTime", "schedule_started"));
    const char *longer = text_of("{\"endTime\": \"%s\"}", in(5 * DAY_MS));
    assert_int_equal(patch_following(schedule_update, ENTITY_schedule, world.schedule, longer), OK);
    const char *shorter = text_of("{\"endTime\": \"%s\"}", in(-5 * DAY_MS));
    assert_int_equal(patch(schedule_update, actor, ENTITY_schedule, world.schedule, shorter), ERR_INVALID);
    assert_true(has_field_error("/endTime", "order"));
}

static void an_earlier_end_ends_the_holds_of_a_schedule(void **state)
{
    (void)state;
    int64_t booking = booked(&world.customer, world.event, 1);
    const char *moved = text_of("{\"startTime\": \"%s\", \"endTime\": \"%s\"}", in(MINUTE_MS), in(2 * MINUTE_MS));
    assert_int_equal(patch_following(schedule_update, ENTITY_schedule, world.schedule, moved), OK);
    clock_advance(2 * MINUTE_MS);
    assert_int_equal(act(payment_pay, &world.customer, payment_of_booking(booking)), ERR_HOLD_EXPIRED);
}

static void a_schedule_is_deleted_when_another_remains(void **state)
{
    (void)state;
    const struct actor *actor = &world.organizer;
    assert_int_equal(drop(schedule_delete, actor, ENTITY_schedule, world.schedule), ERR_STATE_CONFLICT);
    int64_t booking = confirmed(&world.customer, world.event, 1);
    int64_t second = schedule_made(world.event, 3 * DAY_MS, 3 * DAY_MS + HOUR_MS);
    assert_int_equal(drop(schedule_delete, actor, ENTITY_schedule, world.schedule), ERR_STATE_CONFLICT);
    assert_int_equal(act(booking_cancel, &world.customer, booking), OK);
    assert_int_equal(drop(schedule_delete, actor, ENTITY_schedule, world.schedule), OK);
    assert_int_equal(drop(schedule_delete, actor, ENTITY_schedule, second), ERR_STATE_CONFLICT);
}

/* Its bookings stay, but no longer prevent that the event is deleted. */
static void an_event_is_deleted_after_a_schedule_that_was_over(void **state)
{
    (void)state;
    int64_t booking = confirmed(&world.customer, world.event, 1);
    schedule_made(world.event, 3 * DAY_MS, 3 * DAY_MS + HOUR_MS);
    clock_advance(2 * DAY_MS + 4 * HOUR_MS);
    assert_int_equal(drop(schedule_delete, &world.organizer, ENTITY_schedule, world.schedule), OK);
    assert_int_equal(drop(event_delete, &world.organizer, ENTITY_event, world.event), OK);
    assert_true(status_is("Bookings", booking, "confirmed"));
}

/* Changes the venue and restores the new version, as a later command of the batch may. */
static err change_and_restore(struct unit *unit, void *context)
{
    struct restore_request request = {.version = *(int64_t *)context + 1};
    struct change change = {.descriptor = &descriptor_restore_request, .values = &request};
    struct input input = {world.venue, VERSION_ANY, &change, .entity = entity_of(ENTITY_venue)};
    struct result result = {0};
    struct venue *venue;
    err e = unit_get(unit, ENTITY_venue, world.venue, &venue);
    if (e) return e;
    venue->capacity++;
    unit_changed(unit, venue);
    unit_part_end(unit);
    return resource_restore(unit, &input, &result);
}

static void a_version_of_the_same_batch_is_in_the_history(void **state)
{
    (void)state;
    int64_t version = version_of("Venues", world.venue);
    assert_int_equal(fixture_run(world.fixture, &world.organizer, change_and_restore, &version), OK);
    assert_int_equal(version_of("Venues", world.venue), version + 1);
}

/* --- categories -------------------------------------------------------------------------------------------------- */

static void a_category_is_unique_within_its_event(void **state)
{
    (void)state;
    int64_t music = category_made(world.event, "Music"), family = category_made(world.event, "Family");
    category_made(world.free_event, "Music");
    const char *again = text_of("{\"eventId\": %lld, \"name\": \"Music\"}", (long long)world.event);
    assert_int_equal(post(category_create, &world.organizer, ENTITY_DESCRIPTOR(event_category), again), ERR_DUPLICATE);
    static const char *const same[] = {"music", "MUSIC ", "M\\uff55sic", "Mu\\u00adsic"};
    for (size_t i = 0; i < COUNT_OF(same); i++) {
        const char *body = text_of("{\"eventId\": %lld, \"name\": \"%s\"}", (long long)world.event, same[i]);
        assert_int_equal(post(category_create, &world.organizer, ENTITY_DESCRIPTOR(event_category), body),
                         ERR_DUPLICATE);
    }
    assert_int_equal(patch(category_update, &world.organizer, ENTITY_event_category, family, "{\"name\": \"Music\"}"),
                     ERR_DUPLICATE);
    assert_int_equal(patch(category_update, &world.organizer, ENTITY_event_category, music, "{\"name\": \"Music\"}"),
                     OK);
    assert_int_equal(drop(category_delete, &world.organizer, ENTITY_event_category, music), OK);
    assert_int_equal(patch(category_update, &world.organizer, ENTITY_event_category, family, "{\"name\": \"Music\"}"),
                     OK);
    assert_int_equal(restore(&world.organizer, ENTITY_event_category, music, 0), ERR_DUPLICATE);
}

static void categories_of_an_event_are_limited(void **state)
{
    (void)state;
    str reason;
    str sql = arena_printf(world.fixture->arena,
                           "INSERT INTO \"EventCategories\" (\"eventId\", \"name\", \"createdAt\", \"updatedAt\")"
                           " WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000)"
                           " SELECT %lld, 'category ' || i, '2026-01-01 00:00:00.000 +00:00',"
                           " '2026-01-01 00:00:00.000 +00:00' FROM n;",
                           (long long)world.event);
    assert_int_equal(store_script(world.fixture->store, sql, "SequelizeData", STR("20260102000000-categories.js"),
                                  false, world.fixture->arena, &reason),
                     OK);
    const char *more = text_of("{\"eventId\": %lld, \"name\": \"one more\"}", (long long)world.event);
    assert_int_equal(post(category_create, &world.organizer, ENTITY_DESCRIPTOR(event_category), more), ERR_INVALID);
    assert_true(has_field_error("/eventId", "too_many"));
    assert_int_equal(drop(event_delete, &world.organizer, ENTITY_event, world.event), OK); /* in many pages */
    assert_int_equal(number("SELECT count(*) FROM \"EventCategories\" WHERE \"deletedAt\" IS NULL"), 0);
}

/* --- restoring --------------------------------------------------------------------------------------------------- */

static void restoring_a_version_obeys_the_guards_of_an_update(void **state)
{
    (void)state;
    int64_t version = version_of("Events", world.event);
    assert_int_equal(event_patch(world.event, "{\"title\": \"Other\", \"price\": \"7.50\", \"capacity\": 20}"), OK);
    booked(&world.customer, world.event, 15);
    assert_int_equal(restore(&world.organizer, ENTITY_event, world.event, version), ERR_INVALID);
    assert_true(has_field_error("/capacity", "seats_taken"));
    assert_int_equal(event_patch(world.event, "{\"capacity\": 30}"), OK);
    assert_int_equal(restore(&world.organizer, ENTITY_event, world.event, version + 1), OK);
    assert_int_equal(RESULT(event)->capacity, 20);
    assert_int_equal(RESULT(event)->price, 750);
    assert_true(str_is(RESULT(event)->title, "Other"));
    assert_int_equal(seats_left(world.schedule), 5);
    assert_int_equal(restore(&world.organizer, ENTITY_event, world.event, 999), ERR_INVALID);
    assert_true(has_field_error("/version", "not_found"));
    assert_int_equal(restore(&world.customer, ENTITY_event, world.event, version), ERR_FORBIDDEN);
}

static void a_deleted_venue_is_restored(void **state)
{
    (void)state;
    const char *body = "{\"name\": \"Barn\", \"address\": \"Hill\", \"capacity\": 50}";
    assert_int_equal(post(venue_create, &world.organizer, ENTITY_DESCRIPTOR(venue), body), OK);
    int64_t venue = world.result.row->id;
    assert_int_equal(patch(venue_update, &world.organizer, ENTITY_venue, venue, "{\"name\": \"Big barn\"}"), OK);
    assert_int_equal(drop(venue_delete, &world.organizer, ENTITY_venue, venue), OK);
    assert_int_equal(restore(&world.customer, ENTITY_venue, venue, 0), ERR_NOT_FOUND);
    assert_int_equal(restore(&world.organizer, ENTITY_venue, venue, 0), OK);
    assert_true(str_is(RESULT(venue)->name, "Barn"));
    assert_false(is_deleted("Venues", venue));
}

static void a_deleted_event_is_restored_with_its_schedule(void **state)
{
    (void)state;
    category_made(world.event, "Music");
    assert_int_equal(drop(event_delete, &world.organizer, ENTITY_event, world.event), OK);
    assert_int_equal(restore(&world.organizer, ENTITY_schedule, world.schedule, 0), ERR_STATE_CONFLICT);
    assert_true(has_conflict("event_deleted"));
    assert_int_equal(restore(&world.organizer, ENTITY_event, world.event, 0), OK);
    assert_int_equal(number(text_of("SELECT count(*) FROM \"Schedules\" WHERE \"eventId\" = %lld"
                                    " AND \"deletedAt\" IS NULL AND \"availableSeats\" = 10",
                                    (long long)world.event)),
                     1);
    booked(&world.customer, world.event, 10);
}

static void an_event_is_restored_with_what_was_deleted_with_it(void **state)
{
    (void)state;
    int64_t early = category_made(world.event, "Early"), music = category_made(world.event, "Music");
    int64_t spare = category_made(world.free_event, "Spare");
    assert_int_equal(drop(category_delete, &world.organizer, ENTITY_event_category, early), OK);
    clock_advance(MINUTE_MS);
    assert_int_equal(drop(event_delete, &world.organizer, ENTITY_event, world.event), OK);
    const char *venue = "{\"name\": \"Gone\", \"address\": \"Hill\", \"capacity\": 50}";
    assert_int_equal(post(venue_create, &world.organizer, ENTITY_DESCRIPTOR(venue), venue), OK);
    assert_int_equal(drop(venue_delete, &world.organizer, ENTITY_venue, world.result.row->id), OK);
    assert_true(deleted_rows_seen());
    assert_int_equal(restore(&world.organizer, ENTITY_event, world.event, 0), OK);
    assert_false(is_deleted("Schedules", world.schedule) || is_deleted("EventCategories", music));
    assert_true(is_deleted("EventCategories", early)); /* went before */
    assert_false(is_deleted("EventCategories", spare));
    assert_int_equal(number("SELECT count(*) FROM \"Schedules\""), 2);
}

static void a_restored_schedule_has_the_seats_of_the_present_capacity(void **state)
{
    (void)state;
    int64_t second = schedule_made(world.event, 3 * DAY_MS, 3 * DAY_MS + HOUR_MS);
    assert_int_equal(drop(schedule_delete, &world.organizer, ENTITY_schedule, second), OK);
    assert_int_equal(event_patch(world.event, "{\"capacity\": 50}"), OK);
    assert_int_equal(restore(&world.organizer, ENTITY_schedule, second, 0), OK);
    assert_int_equal(seats_left(second), 50);
}

/* Another client may delete a schedule that people have booked. */
static void a_schedule_with_more_people_than_seats_is_not_restored(void **state)
{
    (void)state;
    confirmed(&world.customer, world.event, 3);
    by_another_client(text_of("UPDATE \"Schedules\" SET \"deletedAt\" = '%s' WHERE \"id\" = %lld;", stored_in(0),
                              (long long)world.schedule));
    assert_int_equal(event_patch(world.event, "{\"capacity\": 2}"), OK);
    assert_int_equal(restore(&world.organizer, ENTITY_schedule, world.schedule, 0), ERR_STATE_CONFLICT);
    assert_true(has_conflict("seats_taken"));
    assert_int_equal(event_patch(world.event, "{\"capacity\": 3}"), OK);
    assert_int_equal(restore(&world.organizer, ENTITY_schedule, world.schedule, 0), OK);
    assert_int_equal(seats_left(world.schedule), 0);
}

/* --- what is to come is decided by schedules ---------------------------------------------------------------------- */

static err schedule_post(const struct actor *actor, int64_t event, int64_t start, int64_t end)
{
    return post(schedule_create, actor, ENTITY_DESCRIPTOR(schedule),
                text_of("{\"eventId\": %lld, \"startTime\": \"%s\", \"endTime\": \"%s\"}", (long long)event, in(start),
                        in(end)));
}

static void a_schedule_lies_within_the_dates_of_its_event(void **state)
{
    (void)state;
    assert_int_equal(schedule_post(&world.organizer, world.event, DAY_MS, 4 * DAY_MS), ERR_INVALID);
    assert_int_equal(world.problem.count, 2);
    assert_true(has_field_error("/startTime", "outside_event") && has_field_error("/endTime", "outside_event"));
    const char *moved = text_of("{\"endTime\": \"%s\"}", in(20 * DAY_MS));
    assert_int_equal(patch(schedule_update, &world.organizer, ENTITY_schedule, world.schedule, moved), ERR_INVALID);
    assert_true(has_field_error("/endTime", "outside_event"));
    int64_t version = version_of("Events", world.event);
    assert_int_equal(schedule_post(&world.organizer, world.event, 2 * DAY_MS + HOUR_MS, 2 * DAY_MS + 2 * HOUR_MS), OK);
    assert_int_equal(version_of("Events", world.event), version);
    schedule_made(world.event, DAY_MS, DAY_MS + HOUR_MS);
    schedule_made(world.event, 5 * DAY_MS, 6 * DAY_MS);
    assert_int_equal(number(text_of("SELECT count(*) FROM \"Events\" WHERE \"id\" = %lld AND \"startDate\" = '%s'"
                                    " AND \"endDate\" = '%s'",
                                    (long long)world.event, stored_in(DAY_MS), stored_in(6 * DAY_MS))),
                     1);
}

static void an_event_does_not_leave_its_schedules_behind(void **state)
{
    (void)state;
    int64_t second = schedule_made(world.event, 3 * DAY_MS, 3 * DAY_MS + HOUR_MS);
    const char *dates = text_of("{\"startDate\": \"%s\", \"endDate\": \"%s\"}", in(12 * DAY_MS), in(14 * DAY_MS));
    assert_int_equal(event_patch(world.event, dates), ERR_INVALID);
    assert_true(has_field_error("/startDate", "outside_event"));
    assert_int_equal(event_patch(world.event, text_of("{\"endDate\": \"%s\"}", in(3 * DAY_MS))), ERR_INVALID);
    assert_true(has_field_error("/endDate", "outside_event"));
    assert_int_equal(patch_following(event_update, ENTITY_event, world.event, dates), OK);
    assert_int_equal(number_of("Schedules", world.schedule, text_of("\"startTime\" = '%s'", stored_in(12 * DAY_MS))),
                     1);
    assert_int_equal(number_of("Schedules", second, text_of("\"startTime\" = '%s'", stored_in(13 * DAY_MS))), 1);
    const char *early = text_of("{\"startDate\": \"%s\", \"endDate\": \"%s\"}", in(DAY_MS), in(DAY_MS + HOUR_MS));
    assert_int_equal(patch_following(event_update, ENTITY_event, world.event, early), ERR_INVALID);
    assert_true(has_field_error("/endDate", "outside_event"));
}

/* Schedules that were outside before do not prevent other changes; `verify` lists those that are upcoming. */
static void schedules_that_were_outside_stay(void **state)
{
    (void)state;
    by_another_client(text_of("UPDATE \"Schedules\" SET \"startTime\" = '%s', \"endTime\" = '%s' WHERE \"id\" = %lld",
                              stored_in(20 * DAY_MS), stored_in(21 * DAY_MS), (long long)world.schedule));
    world.violated = true;
    assert_int_equal(event_patch(world.event, text_of("{\"endDate\": \"%s\"}", in(3 * DAY_MS))), OK);
    const char *dates = text_of("{\"startDate\": \"%s\", \"endDate\": \"%s\"}", in(12 * DAY_MS), in(14 * DAY_MS));
    assert_int_equal(patch_following(event_update, ENTITY_event, world.event, dates), ERR_INVALID);
    clock_advance(4 * DAY_MS); /* the event has ended, its schedule has not */
    assert_int_equal(patch(venue_update, &world.organizer, ENTITY_venue, world.venue, "{\"capacity\": 9}"),
                     ERR_INVALID);
    assert_true(has_field_error("/capacity", "below_events"));
    assert_int_equal(drop(venue_delete, &world.organizer, ENTITY_venue, world.venue), ERR_STATE_CONFLICT);
    assert_true(has_field_error("", "has_events"));
}

static void an_event_takes_place_again_only_at_a_venue_that_fits(void **state)
{
    (void)state;
    clock_advance(3 * DAY_MS);
    assert_int_equal(patch(venue_update, &world.organizer, ENTITY_venue, world.venue, "{\"capacity\": 9}"), OK);
    world.follow = true;
    assert_int_equal(schedule_post(&world.organizer, world.event, DAY_MS, 2 * DAY_MS), ERR_INVALID);
    assert_true(has_field_error("/eventId", "exceeds_venue"));
    assert_int_equal(event_patch(world.event, text_of("{\"endDate\": \"%s\"}", in(DAY_MS))), ERR_INVALID);
    assert_true(has_field_error("/capacity", "exceeds_venue"));
    assert_int_equal(patch(venue_update, &world.organizer, ENTITY_venue, world.venue, "{\"capacity\": 10}"), OK);
    assert_int_equal(drop(venue_delete, &world.organizer, ENTITY_venue, world.venue), OK);
    assert_int_equal(schedule_post(&world.organizer, world.event, DAY_MS, 2 * DAY_MS), ERR_STATE_CONFLICT);
    assert_true(has_field_error("/eventId", "venue_deleted"));
    assert_int_equal(event_patch(world.event, text_of("{\"endDate\": \"%s\"}", in(DAY_MS))), ERR_STATE_CONFLICT);
    assert_true(has_field_error("/venueId", "venue_deleted"));
    assert_int_equal(event_patch(world.event, "{\"title\": \"It was good\"}"), OK);
    world.follow = false;
}

static void overlaps_in_a_venue_are_warnings(void **state)
{
    (void)state;
    event_made("1.00", 5); /* both others are at this time, too */
    assert_int_equal(world.result.warnings->count, 2);
    assert_true(has_warning("/startDate", "venue_occupied"));
    assert_int_equal(schedule_post(&world.organizer, world.event, 2 * DAY_MS + HOUR_MS, 2 * DAY_MS + 2 * HOUR_MS), OK);
    assert_true(has_warning("/startTime", "venue_occupied"));
    assert_int_equal(event_patch(world.free_event, "{\"title\": \"Same time\"}"), OK);
    assert_int_equal(world.result.warnings->count, 0);
    const char *dates = text_of("{\"startDate\": \"%s\", \"endDate\": \"%s\"}", in(8 * DAY_MS), in(9 * DAY_MS));
    assert_int_equal(event_patch(world.free_event, dates), OK);
    assert_int_equal(world.result.warnings->count, 0);
    const char *venue = "{\"name\": \"Barn\", \"address\": \"Hill\", \"capacity\": 50}";
    assert_int_equal(post(venue_create, &world.organizer, ENTITY_DESCRIPTOR(venue), venue), OK);
    assert_int_equal(event_patch(world.event, text_of("{\"venueId\": %lld}", (long long)world.result.row->id)), OK);
    assert_int_equal(world.result.warnings->count, 0);
    for (int i = 0; i < 10; i++) event_made("1.00", 5);
    assert_int_equal(world.result.warnings->count, 5);
}

static void what_is_cancelled_occupies_no_venue(void **state)
{
    (void)state;
    assert_int_equal(act(event_cancel, &world.organizer, world.free_event), OK);
    event_made("1.00", 5);
    assert_int_equal(world.result.warnings->count, 1); /* the schedule of world.event */
    assert_int_equal(act(schedule_cancel, &world.organizer, world.schedule), OK);
    event_made("1.00", 5);
    assert_int_equal(world.result.warnings->count, 1); /* that of the event above */
    const char *moved = text_of("{\"startTime\": \"%s\"}", in(2 * DAY_MS + MINUTE_MS));
    assert_int_equal(patch(schedule_update, &world.organizer, ENTITY_schedule, world.schedule, moved), OK);
    assert_int_equal(world.result.warnings->count, 0);
}

static void a_schedule_that_is_over_is_deleted_with_confirmed_bookings(void **state)
{
    (void)state;
    confirmed(&world.customer, world.event, 1);
    schedule_made(world.event, 9 * DAY_MS, 9 * DAY_MS + HOUR_MS);
    assert_int_equal(drop(schedule_delete, &world.organizer, ENTITY_schedule, world.schedule), ERR_STATE_CONFLICT);
    assert_true(has_conflict("has_bookings"));
    clock_advance(3 * DAY_MS);
    assert_int_equal(drop(schedule_delete, &world.organizer, ENTITY_schedule, world.schedule), OK);
}

static void admins_enter_the_past(void **state)
{
    (void)state;
    const char *body = text_of("{\"title\": \"Last year\", \"capacity\": 7, \"startDate\": \"%s\", \"endDate\": \"%s\","
                               " \"venueId\": %lld}",
                               in(-20 * DAY_MS), in(-19 * DAY_MS), (long long)world.venue);
    assert_int_equal(post(event_create, &world.organizer, ENTITY_DESCRIPTOR(event), body), ERR_INVALID);
    assert_true(has_field_error("/startDate", "past"));
    assert_int_equal(post(event_create, &world.admin, ENTITY_DESCRIPTOR(event), body), OK);
    int64_t event = world.result.row->id;
    assert_int_equal(book(&world.customer, event, 1), ERR_INVALID);
    assert_true(has_field_error("/scheduleId", "sale_closed"));
    int64_t start = -20 * DAY_MS + HOUR_MS, end = -20 * DAY_MS + 2 * HOUR_MS;
    assert_int_equal(schedule_post(&world.organizer, event, start, end), ERR_INVALID);
    assert_int_equal(schedule_post(&world.admin, event, start, end), OK);
    assert_int_equal(RESULT(schedule)->available_seats, 7);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, world_open, world_close)
    const struct CMUnitTest tests[] = {
        TEST(venue_capacity_covers_its_events),
        TEST(a_venue_with_future_events_is_not_deleted),
        TEST(only_organizers_change_venues),
        TEST(only_organizers_change_events_and_schedules),
        TEST(replacing_resets_fields_that_are_not_given),
        TEST(event_gets_a_schedule),
        TEST(event_errors_come_all_at_once),
        TEST(an_event_with_bookings_does_not_become_a_draft),
        TEST(a_new_capacity_changes_the_available_seats),
        TEST(new_dates_of_an_event_move_its_only_schedule),
        TEST(an_event_is_deleted_when_no_booking_is_live),
        TEST(an_event_that_is_over_is_deleted_with_confirmed_bookings),
        TEST(a_new_schedule_has_all_seats),
        TEST(a_schedule_that_has_begun_keeps_its_start),
        TEST(an_earlier_end_ends_the_holds_of_a_schedule),
        TEST(a_schedule_is_deleted_when_another_remains),
        TEST(an_event_is_deleted_after_a_schedule_that_was_over),
        TEST(a_version_of_the_same_batch_is_in_the_history),
        TEST(a_category_is_unique_within_its_event),
        TEST(categories_of_an_event_are_limited),
        TEST(a_schedule_lies_within_the_dates_of_its_event),
        TEST(an_event_does_not_leave_its_schedules_behind),
        TEST(schedules_that_were_outside_stay),
        TEST(an_event_takes_place_again_only_at_a_venue_that_fits),
        TEST(overlaps_in_a_venue_are_warnings),
        TEST(what_is_cancelled_occupies_no_venue),
        TEST(a_schedule_that_is_over_is_deleted_with_confirmed_bookings),
        TEST(admins_enter_the_past),
        TEST(restoring_a_version_obeys_the_guards_of_an_update),
        TEST(a_deleted_venue_is_restored),
        TEST(a_deleted_event_is_restored_with_its_schedule),
        TEST(an_event_is_restored_with_what_was_deleted_with_it),
        TEST(a_restored_schedule_has_the_seats_of_the_present_capacity),
        TEST(a_schedule_with_more_people_than_seats_is_not_restored),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
