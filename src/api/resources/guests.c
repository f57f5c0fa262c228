/* GET /schedules/{id}/guests: the guest list of a schedule, for the door. It is the list of its bookings with the
 * people who booked, sorted by their names; `q` finds people by a part of their name, or a booking by its number. */
#include "api/call.h"
#include "api/handlers.h"
#include "api/resources/rows.h"

static bool is_number(str words)
{
    int64_t number;
    return words.p[0] >= '0' && words.p[0] <= '9' && str_to_int(words, &number);
}

static const struct relation *person(struct arena *arena)
{
    struct relation *relation = ARENA_NEW(arena, struct relation);
    *relation = (struct relation){entity_of(ENTITY_user), FIELD_OF(booking, user_id), false};
    return relation;
}

static void guests_search(struct arena *arena, struct query *query, str words)
{
    struct value *value = ARENA_NEW(arena, struct value);
    struct filter *filter = query_filter(query, FIELD_OF(user, name), COMPARE_LIKE, value, 1);
    value->text = words;
    filter->relation = person(arena);
    if (!is_number(words)) return;
    *filter = (struct filter){.field = FIELD_OF(booking, id), .values = value, .count = 1};
    (void)str_to_int(words, &value->number);
}

err read_guests(struct call *call, struct reader *reader)
{
    struct within within = {ENTITY_schedule, FIELD_OF(booking, schedule_id), call->match.id};
    struct list_preset preset = {
        .sort = {person(call_arena(call)), FIELD_OF(user, name), false}, .embed = "user", .search = guests_search};
    return list_within(call, reader, &within, &preset);
}
