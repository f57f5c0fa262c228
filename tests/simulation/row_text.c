/* See row_text.h. */
#include "row_text.h"

#include <stdio.h>

#include "base/check.h"

/* A member that both have. Texts end with the number from which they were made (request.c). */
struct column {
    const char *name;
    size_t in_store, in_model;
    bool is_text;
};

#define NUMBER(type, member)                                                                                           \
    {                                                                                                                  \
#member, offsetof(struct type, member), offsetof(struct model_##type, member), false                           \
    }
#define TEXT(type, member)                                                                                             \
    {                                                                                                                  \
#member, offsetof(struct type, member), offsetof(struct model_##type, member), true                            \
    }
/* Versions of schedules and sessions are not predicted. */
#define VERSIONED(type) NUMBER(type, deleted_at), NUMBER(type, version)

static const struct column users[] = {VERSIONED(user), NUMBER(user, is_admin), NUMBER(user, is_verified)};
static const struct column sessions[] = {NUMBER(session, user_id), NUMBER(session, expires_at),
                                         NUMBER(session, authenticated_at)};
static const struct column venues[] = {VERSIONED(venue), NUMBER(venue, capacity)};
static const struct column events[] = {
    VERSIONED(event),
    NUMBER(event, price),
    NUMBER(event, capacity),
    NUMBER(event, max_seats_per_person),
    NUMBER(event, verified_only),
    NUMBER(event, start_date),
    NUMBER(event, end_date),
    NUMBER(event, venue_id),
    NUMBER(event, status),
    NUMBER(event, sales_start),
    NUMBER(event, sales_end),
    NUMBER(event, cancelled_at),
    NUMBER(event, is_settled),
};
static const struct column schedules[] = {
    NUMBER(schedule, deleted_at),   NUMBER(schedule, event_id),        NUMBER(schedule, start_time),
    NUMBER(schedule, end_time),     NUMBER(schedule, available_seats), NUMBER(schedule, status),
    NUMBER(schedule, cancelled_at), NUMBER(schedule, is_settled),
};
static const struct column categories[] = {VERSIONED(event_category), NUMBER(event_category, event_id),
                                           TEXT(event_category, name)};
static const struct column bookings[] = {
    VERSIONED(booking),
    NUMBER(booking, user_id),
    NUMBER(booking, event_id),
    NUMBER(booking, schedule_id),
    NUMBER(booking, quantity),
    NUMBER(booking, status),
    NUMBER(booking, total_price),
    NUMBER(booking, booking_date),
    NUMBER(booking, expires_at),
    NUMBER(booking, checked_in_at),
    NUMBER(booking, checked_in_quantity),
    NUMBER(booking, cancelled_quantity),
    TEXT(booking, checkin_undone),
    TEXT(booking, guest_name),
};
static const struct column payments[] = {
    VERSIONED(payment),
    NUMBER(payment, booking_id),
    NUMBER(payment, amount),
    NUMBER(payment, refunded_amount),
    NUMBER(payment, status),
    NUMBER(payment, payment_method),
    NUMBER(payment, payment_date),
};

#define COLUMNS(name) name, COUNT_OF(name)

static const struct {
    const struct column *columns;
    size_t count;
} tables[ENTITY_COUNT] = {
    [ENTITY_user] = {COLUMNS(users)},         [ENTITY_session] = {COLUMNS(sessions)},
    [ENTITY_venue] = {COLUMNS(venues)},       [ENTITY_event] = {COLUMNS(events)},
    [ENTITY_schedule] = {COLUMNS(schedules)}, [ENTITY_event_category] = {COLUMNS(categories)},
    [ENTITY_booking] = {COLUMNS(bookings)},   [ENTITY_payment] = {COLUMNS(payments)},
};

/* The number at the end of a text, 0 without a text. */
static int64_t number_in(str text)
{
    int64_t number = 0;
    size_t digits = 0;
    if (!text.p) return 0;
    while (digits < text.n && text.p[text.n - digits - 1] >= '0' && text.p[text.n - digits - 1] <= '9') digits++;
    return str_to_int(str_from(text, text.n - digits), &number) ? number : -1;
}

static int64_t value_at(const void *base, size_t offset, bool is_text)
{
    const void *at = (const char *)base + offset;
    return is_text ? number_in(*(const str *)at) : *(const int64_t *)at;
}

struct text {
    char *next;
    const char *end;
};

static void add_text(struct text *out, const char *text)
{
    while (*text && out->next < out->end) *out->next++ = *text++;
}

/* snprintf() would take a third of the time of a simulation. */
static void add_number(struct text *out, int64_t value)
{
    char digits[24];
    size_t n = sizeof(digits);
    uint64_t rest = value < 0 ? -(uint64_t)value : (uint64_t)value;
    digits[--n] = '\0';
    do {
        digits[--n] = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest);
    if (value < 0) digits[--n] = '-';
    add_text(out, &digits[n]);
}

static void write_row(enum entity_id entity, int64_t id, const void *row, bool in_store,
                      char ret_text[static ROW_TEXT_MAX])
{
    struct text out = {ret_text, ret_text + ROW_TEXT_MAX - 1};
    add_text(&out, row ? entity_of(entity)->name : "none");
    if (row) add_text(&out, " ");
    if (row) add_number(&out, id);
    for (size_t i = 0; row && i < tables[entity].count; i++) {
        const struct column *column = &tables[entity].columns[i];
        int64_t value = value_at(row, in_store ? column->in_store : column->in_model, in_store && column->is_text);
        if (!value) continue;
        add_text(&out, " ");
        add_text(&out, column->name);
        add_text(&out, " ");
        add_number(&out, value);
    }
    CHECK(out.next < out.end);
    *out.next = '\0';
}

void store_row_text(enum entity_id entity, const struct row *row, char ret_text[static ROW_TEXT_MAX])
{
    write_row(entity, row ? row->id : 0, row, true, ret_text);
}

void model_row_text(enum entity_id entity, int64_t id, const void *row, char ret_text[static ROW_TEXT_MAX])
{
    write_row(entity, id, row, false, ret_text);
}
