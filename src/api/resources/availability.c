/* See availability.h. */
#include "api/resources/availability.h"

#include "api/handlers.h"
#include "api/resources/streams.h"
#include "api/respond.h"
#include "api/state.h"
#include "base/json.h"
#include "base/time_text.h"

enum { AVAILABILITY_BYTES_MAX = 4 << 20, SCHEDULES_MAX = 10000 };

/* No schedule of a cancelled event takes place. */
static enum schedule_status status_of(const struct event *event, const struct schedule *schedule)
{
    return event->status == EVENT_CANCELLED ? SCHEDULE_CANCELLED : (enum schedule_status)schedule->status;
}

static void schedule_write(struct json *json, const struct event *event, const struct schedule *schedule)
{
    char start[TIME_TEXT_SIZE], end[TIME_TEXT_SIZE];
    json_object_begin(json);
    json_member_int(json, "scheduleId", schedule->id);
    json_member_text(json, "startTime", time_to_rfc3339(schedule->start_time, start));
    json_member_text(json, "endTime", time_to_rfc3339(schedule->end_time, end));
    json_member_text(json, "status", enum_text(SET_schedule_status, status_of(event, schedule)));
    json_member_int(json, "availableSeats", schedule->available_seats);
    json_member_int(json, "capacity", event->capacity);
    json_object_end(json);
}

static err schedules_write(struct reader *reader, const struct event *event, struct arena *arena, struct json *json)
{
    struct query *query = ARENA_NEW(arena, struct query);
    struct value id = {.number = event->id};
    struct page page;
    query->entity = entity_of(ENTITY_schedule);
    query->limit = LIST_MAX;
    query_filter(query, FIELD_OF(schedule, event_id), COMPARE_EQUAL, &id, 1);
    query->sorts[query->sort_count++] = (struct sort){NULL, FIELD_OF(schedule, start_time), false};
    do {
        err e = reader_list(reader, query, arena, &page);
        if (e) return e;
        for (size_t i = 0; i < page.count; i++) {
            schedule_write(json, event, ROW(schedule, page.rows[i]));
        }
        query->offset += LIST_MAX;
    } while (page.count == LIST_MAX && query->offset < SCHEDULES_MAX);
    return OK;
}

static err event_write(struct reader *reader, int64_t event_id, struct arena *arena, struct json *json)
{
    struct row *event;
    err e = reader_get(reader, ENTITY_event, event_id, arena, &event);
    if (e) return e;
    json_array_begin(json);
    e = schedules_write(reader, ROW(event, event), arena, json);
    json_array_end(json);
    return e;
}

err availability_read(struct reader *reader, const struct actor *actor, int64_t event_id, struct arena *arena,
                      str *ret_json)
{
    struct buf out = buf_new(arena, AVAILABILITY_BYTES_MAX);
    struct json json = json_to(&out);
    err e = reader_begin(reader, actor);
    if (e) return e;
    e = event_write(reader, event_id, arena, &json);
    reader_end(reader);
    if (e) return e;
    if (out.full) return ERR_INTERNAL;
    *ret_json = buf_str(&out);
    return OK;
}

err read_availability(struct call *call, struct reader *reader)
{
    return availability_read(reader, &call->actor, call->match.id, call_arena(call), &call->response.body);
}

err stream_availability(struct call *call, struct reader *reader)
{
    str shown;
    err e = availability_read(reader, &call->actor, call->match.id, call_arena(call), &shown);
    if (e) return e;
    return streams_add(call->api->streams, call, shown);
}
