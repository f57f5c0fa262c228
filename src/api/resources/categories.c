/* GET /categories: the names of event categories for a choice of filters (events?category=), each with the number of
 * events that the client may see, the most frequent first. */
#include "api/call.h"
#include "api/handlers.h"
#include "base/json.h"

enum { BYTES_MAX = 2 << 20 };

static str names_write(struct arena *arena, const struct text_count *names, size_t count)
{
    struct buf out = buf_new(arena, BYTES_MAX);
    struct json json = json_to(&out);
    json_array_begin(&json);
    for (size_t i = 0; i < count; i++) {
        json_object_begin(&json);
        json_member_text(&json, "name", names[i].text);
        json_member_int(&json, "events", names[i].rows);
        json_object_end(&json);
    }
    json_array_end(&json);
    return buf_str(&out);
}

err read_categories(struct call *call, struct reader *reader)
{
    struct text_count *names;
    size_t count;
    err e = reader_begin_public(reader, &call->actor);
    if (e) return e;
    reader_last(reader);
    e = reader_texts(reader, ENTITY_event_category, FIELD_OF(event_category, name), call_arena(call), &names, &count);
    reader_end(reader);
    if (e) return e;
    call->response.body = names_write(call_arena(call), names, count);
    return OK;
}
