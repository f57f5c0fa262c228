/* Removing expired rows: see commands.h and due.h. Holds are ended in booking.c, because that releases seats. */
#include "domain/cascade.h"
#include "domain/commands.h"
#include "domain/due.h"

static struct due expired(enum entity_id entity, const struct field *expires_at, struct arena *arena, int64_t now_ms)
{
    struct due due = {{query_of(entity)}, 1};
    query_number(&due.queries[0], arena, expires_at, COMPARE_AT_MOST, now_ms);
    return due;
}

static err expired_remove(struct unit *unit, due_function *due_of, struct result *ret)
{
    struct due due;
    struct page page;
    due_of(unit->arena, unit->now, &due);
    err e = unit_query(unit, &due.queries[0], &page);
    if (e) return e;
    for (size_t i = 0; i < page.count; i++) unit_delete(unit, page.rows[i]);
    ret->count = (int64_t)page.count;
    return OK;
}

void session_due(struct arena *arena, int64_t now_ms, struct due *ret_due)
{
    *ret_due = expired(ENTITY_session, FIELD_OF(session, expires_at), arena, now_ms);
}

err session_expire(struct unit *unit, const struct input *input, struct result *ret)
{
    (void)input;
    return expired_remove(unit, session_due, ret);
}

void device_due(struct arena *arena, int64_t now_ms, struct due *ret_due)
{
    *ret_due = expired(ENTITY_device, FIELD_OF(device, expires_at), arena, now_ms);
}

err device_expire(struct unit *unit, const struct input *input, struct result *ret)
{
    (void)input;
    return expired_remove(unit, device_due, ret);
}

void idempotency_key_due(struct arena *arena, int64_t now_ms, struct due *ret_due)
{
    *ret_due = expired(ENTITY_idempotency_key, FIELD_OF(idempotency_key, expires_at), arena, now_ms);
}

err idempotency_key_expire(struct unit *unit, const struct input *input, struct result *ret)
{
    (void)input;
    return expired_remove(unit, idempotency_key_due, ret);
}
