/* See cancel.h and commands.h. */
#include "domain/cancel.h"

#include "base/check.h"
#include "base/time_text.h"
#include "domain/apply.h"
#include "domain/cascade.h"
#include "domain/changes.h"
#include "domain/commands.h"
#include "domain/due.h"
#include "domain/sale.h"

/* What events and schedules have in common. */
struct kind {
    enum entity_id entity;
    int64_t cancelled; /* value of `status` */
    const struct field *status, *cancelled_at, *is_settled;
    const struct field *reference; /* of a booking */
    enum conflict conflict;
    change_function *change;
};

static const struct kind event_kind = {ENTITY_event,
                                       EVENT_CANCELLED,
                                       FIELD_OF(event, status),
                                       FIELD_OF(event, cancelled_at),
                                       FIELD_OF(event, is_settled),
                                       FIELD_OF(booking, event_id),
                                       CONFLICT_event_cancelled,
                                       event_change};

static const struct kind schedule_kind = {ENTITY_schedule,
                                          SCHEDULE_CANCELLED,
                                          FIELD_OF(schedule, status),
                                          FIELD_OF(schedule, cancelled_at),
                                          FIELD_OF(schedule, is_settled),
                                          FIELD_OF(booking, schedule_id),
                                          CONFLICT_schedule_cancelled,
                                          schedule_change};

static const struct kind *kind_of(const struct row *row)
{
    return row->entity->id == ENTITY_event ? &event_kind : &schedule_kind;
}

static bool is_cancelled(struct row *row)
{
    const struct kind *kind = kind_of(row);
    return *field_int(row, kind->status) == kind->cancelled;
}

/* Another client may have cancelled the row without saying when. */
static int64_t cancelled_since(struct row *row)
{
    int64_t since = *field_int(row, kind_of(row)->cancelled_at);
    return since ? since : row->updated_at;
}

/* --- the bookings ------------------------------------------------------------------------------------------------- */

/* Excludes the bookings of schedules that had ended before their event was cancelled. */
static err exclude_ended(struct unit *unit, const struct row *event, int64_t since, struct query *query)
{
    struct cascade ended = {0};
    struct query schedules = query_of(ENTITY_schedule);
    schedules.deleted = true;
    query_number(&schedules, unit->arena, FIELD_OF(schedule, event_id), COMPARE_EQUAL, event->id);
    query_filter(&schedules, FIELD_OF(schedule, end_time), COMPARE_AT_MOST, &(struct value){.number = since}, 1);
    err e = cascade_matching(unit, &schedules, &ended);
    if (e) return e;
    struct value *ids = ARENA_ARRAY(unit->arena, struct value, ended.count + 1);
    for (size_t i = 0; i < ended.count; i++) ids[i].number = ended.rows[i]->id;
    for (size_t i = 0; i < ended.count; i += VALUES_MAX) {
        size_t count = ended.count - i < VALUES_MAX ? ended.count - i : VALUES_MAX;
        if (query->filter_count == FILTERS_MAX) return ERR_OVERLOADED;
        query_filter(query, FIELD_OF(booking, schedule_id), COMPARE_NOT_EQUAL, &ids[i], count);
    }
    return OK;
}

/* The live bookings that end when the row is cancelled at this time. */
static err bookings_of(struct unit *unit, const struct row *row, int64_t since, struct query *ret_query)
{
    static const struct value live[] = {{.number = BOOKING_PENDING}, {.number = BOOKING_CONFIRMED}};
    *ret_query = query_of(ENTITY_booking);
    query_number(ret_query, unit->arena, kind_of(row)->reference, COMPARE_EQUAL, row->id);
    query_filter(ret_query, FIELD_OF(booking, status), COMPARE_EQUAL, live, COUNT_OF(live));
    return row->entity->id == ENTITY_event ? exclude_ended(unit, row, since, ret_query) : OK;
}

/* --- the change of status ----------------------------------------------------------------------------------------- */

/* A cancellation cannot be taken back when bookings have already been ended because of it. */
static err not_begun(struct unit *unit, struct row *row)
{
    static const struct value ended[] = {{.number = BOOKING_CANCELLED}, {.number = BOOKING_REFUNDED}};
    struct query query = query_of(ENTITY_booking);
    struct value since = {.number = cancelled_since(row)};
    int64_t count;
    query_number(&query, unit->arena, kind_of(row)->reference, COMPARE_EQUAL, row->id);
    query_filter(&query, FIELD_OF(booking, status), COMPARE_EQUAL, ended, COUNT_OF(ended));
    query_filter(&query, FIELD_OF(booking, updated_at), COMPARE_AT_LEAST, &since, 1);
    err e = unit_count(unit, &query, &count);
    if (e || count == 0) return e;
    return conflict(unit, CONFLICT_refunds_begun, kind_of(row)->status, "Bookings ended since the cancellation: %lld",
                    (long long)count);
}

err cancellation_draft(struct unit *unit, struct row *row, struct row *draft, struct result *ret)
{
    const struct kind *kind = kind_of(row);
    bool cancels = is_cancelled(draft);
    struct query query;
    if (cancels == is_cancelled(row)) return OK;
    *field_int(draft, kind->cancelled_at) = cancels ? unit->now : 0;
    *field_int(draft, kind->is_settled) = false;
    if (!cancels) return not_begun(unit, row);
    err e = bookings_of(unit, row, unit->now, &query);
    ret->counted = "affectedBookings";
    return e ? e : unit_count(unit, &query, &ret->count);
}

err cancellation_end_check(struct unit *unit, struct event *event, int64_t end, int64_t new_end,
                           const struct field *field)
{
    int64_t since = cancelled_since(&event->row);
    if (!is_cancelled(&event->row) || (end <= since) == (new_end <= since)) return OK;
    return conflict(unit, CONFLICT_event_cancelled, field,
                    "The event was cancelled at %s; the end of a schedule cannot move across that time",
                    fact_time(unit, since));
}

/* Cancelling as an action is the same as changing the status. */
static err cancel(struct unit *unit, const struct input *input, const struct kind *kind, struct result *ret)
{
    struct row *row;
    char at[TIME_TEXT_SIZE];
    err e = input_row(unit, input, kind->entity, &row);
    if (e) return e;
    if (is_cancelled(row)) {
        time_to_rfc3339(cancelled_since(row), at);
        return conflict(unit, kind->conflict, kind->status, "Cancelled at %s", at);
    }
    const struct descriptor *descriptor = &row->entity->descriptor;
    struct change change = {.descriptor = descriptor, .present = 1ull << field_index(descriptor, kind->status)};
    change.values = arena_alloc(unit->arena, descriptor->size);
    *field_int(change.values, kind->status) = kind->cancelled;
    return kind->change(unit, row, &change, ret);
}

err event_cancel(struct unit *unit, const struct input *input, struct result *ret)
{
    return cancel(unit, input, &event_kind, ret);
}

err schedule_cancel(struct unit *unit, const struct input *input, struct result *ret)
{
    return cancel(unit, input, &schedule_kind, ret);
}

/* --- background job ----------------------------------------------------------------------------------------------- */

/* One run: the bookings to end, and the cancelled rows that have no others. */
struct settling {
    struct sale sales[SETTLE_MAX];
    size_t sale_count;
    struct row *rows[LIST_MAX];
    size_t row_count;
    bool more;
};

/* Deleted rows are settled too. */
static struct query unsettled(struct arena *arena, const struct kind *kind)
{
    struct query query = query_of(kind->entity);
    query.deleted = true;
    query_number(&query, arena, kind->status, COMPARE_EQUAL, kind->cancelled);
    query_number(&query, arena, kind->is_settled, COMPARE_EQUAL, false);
    return query;
}

void cancellation_due(struct arena *arena, int64_t now_ms, struct due *ret_due)
{
    (void)now_ms;
    *ret_due = (struct due){{unsettled(arena, &event_kind), unsettled(arena, &schedule_kind)}, 2};
}

static err row_settle(struct unit *unit, struct row *row, struct settling *settling)
{
    struct query query;
    struct page page;
    err e = bookings_of(unit, row, cancelled_since(row), &query);
    if (e) return e;
    query.limit = (int64_t)(SETTLE_MAX - settling->sale_count);
    e = unit_query(unit, &query, &page);
    for (size_t i = 0; !e && i < page.count; i++) {
        e = sale_load(unit, ROW(booking, page.rows[i]), &settling->sales[settling->sale_count++]);
    }
    settling->more = !e && settling->sale_count == SETTLE_MAX;
    if (!settling->more) settling->rows[settling->row_count++] = row;
    return e;
}

static err kind_settle(struct unit *unit, const struct kind *kind, struct settling *settling)
{
    struct query query = unsettled(unit->arena, kind);
    struct page page;
    err e = unit_query(unit, &query, &page);
    for (size_t i = 0; !e && !settling->more && i < page.count; i++) e = row_settle(unit, page.rows[i], settling);
    settling->more = settling->more || (!e && page.count == LIST_MAX);
    return e;
}

static void settling_keep(struct unit *unit, const struct settling *settling)
{
    for (size_t i = 0; i < settling->sale_count; i++) sale_cancel(unit, &settling->sales[i]);
    for (size_t i = 0; i < settling->row_count; i++) {
        struct row *row = settling->rows[i];
        *field_int(row, kind_of(row)->cancelled_at) = cancelled_since(row);
        *field_int(row, kind_of(row)->is_settled) = true;
        unit_changed(unit, row);
    }
}

/* A booking may belong to a cancelled schedule of a cancelled event, so schedules have a run of their own. */
err cancellation_settle(struct unit *unit, const struct input *input, struct result *ret)
{
    (void)input;
    struct settling *settling = ARENA_NEW(unit->arena, struct settling);
    err e = kind_settle(unit, &event_kind, settling);
    if (!e && settling->row_count + settling->sale_count == 0) e = kind_settle(unit, &schedule_kind, settling);
    if (e) return e;
    settling_keep(unit, settling);
    ret->count = settling->more ? LIST_MAX : (int64_t)settling->sale_count;
    return OK;
}
