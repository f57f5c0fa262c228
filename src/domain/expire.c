/* Removing expired rows: see commands.h. Holds are ended in booking.c, because that releases seats. */
#include "domain/cascade.h"
#include "domain/commands.h"

static err expired_remove(struct unit *unit, enum entity_id entity, const struct field *expires_at, struct result *ret)
{
    struct value now = {.number = unit->now};
    struct query query = query_of(entity);
    struct page page;
    query_filter(&query, expires_at, COMPARE_AT_MOST, &now, 1);
    err e = unit_query(unit, &query, &page);
    if (e) return e;
    for (size_t i = 0; i < page.count; i++) unit_delete(unit, page.rows[i]);
    ret->count = (int64_t)page.count;
    return OK;
}

err session_expire(struct unit *unit, const struct input *input, struct result *ret)
{
    (void)input;
    return expired_remove(unit, ENTITY_session, FIELD_OF(session, expires_at), ret);
}

err device_expire(struct unit *unit, const struct input *input, struct result *ret)
{
    (void)input;
    return expired_remove(unit, ENTITY_device, FIELD_OF(device, expires_at), ret);
}

err idempotency_key_expire(struct unit *unit, const struct input *input, struct result *ret)
{
    (void)input;
    return expired_remove(unit, ENTITY_idempotency_key, FIELD_OF(idempotency_key, expires_at), ret);
}
