/* See operations.h. The draws look at the model, so that most requests make sense, and some do not. */
#include "operations.h"

#include <string.h>

#include "base/check.h"
#include "base/clock.h"
#include "domain/commands.h"
#include "rules.h"

#define NO_ROLE    0u
#define PEOPLE     (ROLE_BIT(CUSTOMER) | ROLE_BIT(ORGANIZER) | ROLE_BIT(SUPPORT) | ROLE_BIT(ADMIN))
#define EVERY_ROLE (PEOPLE | ROLE_BIT(ANONYMOUS))
#define TEAM       (ROLE_BIT(ORGANIZER) | ROLE_BIT(SUPPORT) | ROLE_BIT(ADMIN))
#define MANAGING   (ROLE_BIT(ORGANIZER) | ROLE_BIT(ADMIN))
#define ADMIN_ONLY ROLE_BIT(ADMIN)

/* --- what draws have in common ------------------------------------------------------------------------------------ */

/* An id, mostly of a row that exists, and mostly of one of the newest. */
static int64_t draw_id(struct model *model, struct draw *draw, enum entity_id entity)
{
    int64_t last = model->last[entity];
    if (last == 0 || draw_percent(draw, 3)) return last + draw_between(draw, 1, 3);
    int64_t first = last > 8 && draw_percent(draw, 70) ? last - 7 : 1;
    return draw_between(draw, first, last);
}

/* A booking or payment that a customer may see, most of the time. */
static int64_t draw_visible(struct model *model, struct draw *draw, const struct request *request)
{
    enum entity_id entity = (enum entity_id)request->operation->entity;
    int64_t id = draw_id(model, draw, entity);
    for (int tries = 0; tries < 5 && !model_visible(model, request, entity, id) && draw_percent(draw, 90); tries++)
        id = draw_id(model, draw, entity);
    return id;
}

/* A schedule of which seats can be booked, most of the time. */
static int64_t draw_schedule(struct model *model, struct draw *draw)
{
    int64_t id = draw_id(model, draw, ENTITY_schedule);
    for (int tries = 0; tries < 4 && draw_percent(draw, 90); tries++) {
        const struct model_schedule *schedule = model_get(model, ENTITY_schedule, id);
        const struct model_event *event = schedule ? model_get(model, ENTITY_event, schedule->event_id) : NULL;
        if (event && event->status == EVENT_PUBLISHED && schedule->end_time > model->now) break;
        id = draw_id(model, draw, ENTITY_schedule);
    }
    return id;
}

/* The version that a client saw, or an older one, or none. */
static int64_t draw_version(struct model *model, struct draw *draw, enum entity_id entity, int64_t id, int percent)
{
    const struct model_row *row = model_any(model, entity, id);
    if (!row || entity == ENTITY_schedule || !draw_percent(draw, percent)) return VERSION_ANY;
    return draw_percent(draw, 8) ? draw_between(draw, 0, row->version) : row->version;
}

static void draw_path(struct model *model, struct draw *draw, struct request *request)
{
    enum entity_id entity = (enum entity_id)request->operation->entity;
    bool required = entity == ENTITY_booking || entity == ENTITY_payment;
    bool changes = request->operation->mode == DECODE_PATCH || !request->operation->body;
    request->id = draw_visible(model, draw, request);
    request->version = draw_version(model, draw, entity, request->id, required && changes ? 92 : 15);
}

static int64_t draw_time(const struct model *model, struct draw *draw)
{
    static const int64_t steps[] = {MINUTE_MS, 15 * MINUTE_MS, HOUR_MS, 6 * HOUR_MS, DAY_MS};
    int64_t step = steps[draw_between(draw, 0, 4)];
    return model->now + step * draw_between(draw, draw_percent(draw, 8) ? -4 : 1, 6);
}

static int64_t draw_quantity(struct draw *draw)
{
    if (draw_percent(draw, 2)) return draw_of(draw, 0, 51, -1);
    return draw_percent(draw, 85) ? draw_between(draw, 1, 4) : draw_between(draw, 5, 12);
}

static int64_t draw_method(struct draw *draw)
{
    return draw_percent(draw, 60) ? METHOD_SANDBOX
                                  : draw_of(draw, METHOD_CASH, METHOD_BANKTRANSFER, METHOD_COMPLIMENTARY, METHOD_FREE);
}

/* --- draws -------------------------------------------------------------------------------------------------------- */

static void draw_nothing(struct model *model, struct draw *draw, struct request *request)
{
    (void)model, (void)draw, (void)request;
}

static void draw_book(struct model *model, struct draw *draw, struct request *request)
{
    int64_t id = draw_schedule(model, draw);
    const struct model_schedule *schedule = model_any(model, ENTITY_schedule, id);
    int64_t event = schedule && !draw_percent(draw, 3) ? schedule->event_id : draw_id(model, draw, ENTITY_event);
    request_give(request, ARG_EVENT, event);
    if (draw_percent(draw, 85)) request_give(request, ARG_SCHEDULE, id);
    request_give(request, ARG_QUANTITY, draw_quantity(draw));
    if (draw_percent(draw, 60)) request_give(request, ARG_METHOD, draw_method(draw));
    if (draw_percent(draw, request->role > ROLE_CUSTOMER ? 40 : 2))
        request_give(request, ARG_USER, draw_id(model, draw, ENTITY_user));
    if (draw_percent(draw, request->role > ROLE_CUSTOMER ? 30 : 5))
        request_give(request, ARG_GUEST, draw_between(draw, 1, 99));
}

static void draw_booking_update(struct model *model, struct draw *draw, struct request *request)
{
    draw_path(model, draw, request);
    if (draw_percent(draw, 80)) request_give(request, ARG_QUANTITY, draw_quantity(draw));
    if (draw_percent(draw, 20)) request_give(request, ARG_GUEST, draw_of(draw, 0, draw_between(draw, 1, 99)));
}

/* A booking that was sold, most of the time. */
static void draw_sold(struct model *model, struct draw *draw, struct request *request)
{
    for (int tries = 0; tries < 6; tries++) {
        draw_path(model, draw, request);
        const struct model_booking *booking = model_get(model, ENTITY_booking, request->id);
        if (booking && booking->status == BOOKING_CONFIRMED) return;
    }
}

static void draw_checkin(struct model *model, struct draw *draw, struct request *request)
{
    draw_sold(model, draw, request);
    if (draw_percent(draw, 40)) request_give(request, ARG_QUANTITY, draw_quantity(draw));
}

static void draw_undo_checkin(struct model *model, struct draw *draw, struct request *request)
{
    for (int tries = 0; tries < 6; tries++) {
        draw_sold(model, draw, request);
        const struct model_booking *booking = model_get(model, ENTITY_booking, request->id);
        if (booking && booking->checked_in_quantity) break;
    }
    request_give(request, ARG_REASON, draw_between(draw, 1, 9));
}

static void draw_pay(struct model *model, struct draw *draw, struct request *request)
{
    draw_path(model, draw, request);
    if (draw_percent(draw, request->role > ROLE_CUSTOMER ? 30 : 3))
        request_give(request, ARG_PAID_AT, model->now + draw_of(draw, -DAY_MS, -MINUTE_MS, 0, DAY_MS));
}

static void draw_refund(struct model *model, struct draw *draw, struct request *request)
{
    draw_path(model, draw, request);
    if (draw_percent(draw, 60)) request_give(request, ARG_AMOUNT, draw_of(draw, 0, 1, 500, 1000, 1999, 4000));
}

static void draw_payment_update(struct model *model, struct draw *draw, struct request *request)
{
    draw_path(model, draw, request);
    request_give(request, ARG_METHOD, draw_method(draw));
}

static void draw_venue_create(struct model *model, struct draw *draw, struct request *request)
{
    (void)model;
    request_give(request, ARG_NAME, draw_between(draw, 1, 9));
    request_give(request, ARG_ADDRESS, draw_between(draw, 1, 9));
    request_give(request, ARG_CAPACITY, draw_of(draw, 0, 10, 20, 40, 60));
}

static void draw_venue_update(struct model *model, struct draw *draw, struct request *request)
{
    draw_path(model, draw, request);
    request_give(request, ARG_CAPACITY, draw_of(draw, 0, 5, 10, 20, 30, 40, 60));
}

static int64_t draw_capacity(struct draw *draw)
{
    return draw_percent(draw, 85) ? draw_between(draw, 2, 20) : draw_of(draw, 0, 1, 40, 60, 100);
}

static int64_t draw_price(struct draw *draw)
{
    return draw_of(draw, 0, 500, 1000, 1000, 1999);
}

static void draw_limits(struct draw *draw, struct request *request)
{
    if (draw_percent(draw, 25)) request_give(request, ARG_MAX_SEATS, draw_of(draw, 0, 1, 2, 4, 6, 10, 50));
    if (draw_percent(draw, 15)) request_give(request, ARG_VERIFIED_ONLY, draw_between(draw, 0, 1));
}

static void draw_event_create(struct model *model, struct draw *draw, struct request *request)
{
    int64_t start = draw_time(model, draw);
    request_give(request, ARG_TITLE, draw_between(draw, 1, 9));
    request_give(request, ARG_PRICE, draw_price(draw));
    request_give(request, ARG_CAPACITY, draw_capacity(draw));
    request_give(request, ARG_START_DATE, start);
    request_give(request, ARG_END_DATE, start + draw_of(draw, HOUR_MS, 3 * HOUR_MS, DAY_MS, 0, -HOUR_MS));
    request_give(request, ARG_VENUE, draw_id(model, draw, ENTITY_venue));
    draw_limits(draw, request);
    if (draw_percent(draw, 15)) request_give(request, ARG_EVENT_STATUS, draw_between(draw, 0, event_status_count - 1));
    if (draw_percent(draw, 10)) request_give(request, ARG_SALES_START, draw_time(model, draw));
    if (draw_percent(draw, 15)) request_give(request, ARG_SALES_END, draw_time(model, draw));
}

/* Moves the event as a whole, or one of its ends. */
static void draw_event_dates(struct model *model, struct draw *draw, struct request *request)
{
    const struct model_event *event = model_any(model, ENTITY_event, request->id);
    int64_t by = draw_of(draw, -DAY_MS, -HOUR_MS, -MINUTE_MS, MINUTE_MS, HOUR_MS, DAY_MS);
    if (!event) return;
    if (draw_percent(draw, 75)) request_give(request, ARG_START_DATE, event->start_date + by);
    if (draw_percent(draw, 75)) request_give(request, ARG_END_DATE, event->end_date + by);
    request->follow = draw_percent(draw, 50);
}

static void draw_event_update(struct model *model, struct draw *draw, struct request *request)
{
    draw_path(model, draw, request);
    draw_limits(draw, request);
    if (draw_percent(draw, 30)) request_give(request, ARG_CAPACITY, draw_capacity(draw));
    if (draw_percent(draw, 15)) request_give(request, ARG_PRICE, draw_price(draw));
    if (draw_percent(draw, 30)) draw_event_dates(model, draw, request);
    if (draw_percent(draw, 10)) request_give(request, ARG_VENUE, draw_id(model, draw, ENTITY_venue));
    if (draw_percent(draw, 25)) request_give(request, ARG_EVENT_STATUS, draw_between(draw, 0, event_status_count - 1));
    if (draw_percent(draw, 5)) request_give(request, ARG_SALES_START, draw_of(draw, 0, draw_time(model, draw)));
    if (draw_percent(draw, 10)) request_give(request, ARG_SALES_END, draw_of(draw, 0, draw_time(model, draw)));
}

static void draw_schedule_create(struct model *model, struct draw *draw, struct request *request)
{
    int64_t event_id = draw_id(model, draw, ENTITY_event);
    const struct model_event *event = model_any(model, ENTITY_event, event_id);
    int64_t start = event && draw_percent(draw, 60) ? event->start_date : draw_time(model, draw);
    request_give(request, ARG_EVENT, event_id);
    request_give(request, ARG_START_TIME, start);
    request_give(request, ARG_END_TIME, start + draw_of(draw, HOUR_MS, 2 * HOUR_MS, DAY_MS, -HOUR_MS));
    if (draw_percent(draw, 5)) request_give(request, ARG_SCHEDULE_STATUS, SCHEDULE_CANCELLED);
    request->follow = draw_percent(draw, 60);
}

static void draw_schedule_update(struct model *model, struct draw *draw, struct request *request)
{
    draw_path(model, draw, request);
    const struct model_schedule *schedule = model_any(model, ENTITY_schedule, request->id);
    int64_t by = draw_of(draw, -DAY_MS, -HOUR_MS, HOUR_MS, DAY_MS);
    if (schedule && draw_percent(draw, 60)) request_give(request, ARG_START_TIME, schedule->start_time + by);
    if (schedule && draw_percent(draw, 60)) request_give(request, ARG_END_TIME, schedule->end_time + by);
    if (draw_percent(draw, 40))
        request_give(request, ARG_SCHEDULE_STATUS, draw_of(draw, SCHEDULE_ACTIVE, SCHEDULE_CANCELLED));
    request->follow = draw_percent(draw, 60);
}

static void draw_category_create(struct model *model, struct draw *draw, struct request *request)
{
    request_give(request, ARG_EVENT, draw_id(model, draw, ENTITY_event));
    request_give(request, ARG_NAME, draw_between(draw, 1, 3));
}

static void draw_category_update(struct model *model, struct draw *draw, struct request *request)
{
    draw_path(model, draw, request);
    request_give(request, ARG_NAME, draw_between(draw, 1, 3));
}

/* Of schedules only versions are known that a batch ended with. */
static void draw_restore(struct model *model, struct draw *draw, struct request *request)
{
    draw_path(model, draw, request);
    const struct model_row *row = model_any(model, (enum entity_id)request->operation->entity, request->id);
    int64_t version = row ? draw_between(draw, 0, row->version) : 0;
    bool known = model_version(model, (enum entity_id)request->operation->entity, request->id, version);
    request_give(request, ARG_VERSION, known || !row ? version : row->version);
    if (draw_percent(draw, 3)) request_give(request, ARG_VERSION, 1000);
}

static void draw_register(struct model *model, struct draw *draw, struct request *request)
{
    (void)model;
    request_give(request, ARG_EMAIL, draw_between(draw, 1, 12));
    request_give(request, ARG_PASSWORD, draw_between(draw, 1, 9));
    request_give(request, ARG_NAME, draw_between(draw, 1, 9));
}

static void draw_sign_in(struct model *model, struct draw *draw, struct request *request)
{
    request->id = draw_id(model, draw, ENTITY_user);
}

static void draw_session(struct model *model, struct draw *draw, struct request *request)
{
    (void)model, (void)draw;
    request->id = request->session_id;
}

static void draw_erase(struct model *model, struct draw *draw, struct request *request)
{
    request->id = draw_percent(draw, 90) ? request->user_id : draw_id(model, draw, ENTITY_user);
}

/* --- the table ---------------------------------------------------------------------------------------------------- */

static err look(struct unit *unit, const struct input *input, struct result *ret)
{
    return unit_get_as_actor(unit, input->entity->id, input->id, ACTION_READ, &ret->row);
}

#define ACTION(name, command, entity, roles, weight, rule, draw)                                                       \
    {                                                                                                                  \
        name, command, NULL, ENTITY_##entity, DECODE_CREATE, false, roles, weight, rule, draw                          \
    }
#define CREATE(name, command, entity, roles, weight, rule, draw)                                                       \
    {                                                                                                                  \
        name, command, NULL, ENTITY_##entity, DECODE_CREATE, true, roles, weight, rule, draw                           \
    }
#define UPDATE(name, command, entity, roles, weight, rule, draw)                                                       \
    {                                                                                                                  \
        name, command, NULL, ENTITY_##entity, DECODE_PATCH, true, roles, weight, rule, draw                            \
    }
#define WITH(name, command, input, entity, roles, weight, rule, draw)                                                  \
    {                                                                                                                  \
        name, command, &descriptor_##input, ENTITY_##entity, DECODE_CREATE, true, roles, weight, rule, draw            \
    }
#define RESTORE(entity, roles, weight)                                                                                 \
    WITH("restore: " #entity, resource_restore, restore_request, entity, roles, weight, rule_restore, draw_restore)
#define LOOK(entity, roles, weight) ACTION("look: " #entity, look, entity, roles, weight, rule_look, draw_path)
#define JOB(name, command, weight, rule)                                                                               \
    {                                                                                                                  \
        name, command, NULL, -1, DECODE_CREATE, false, NO_ROLE, weight, rule, draw_nothing                             \
    }

const struct operation operations[] = {
    WITH("book", booking_create, booking_request, booking, PEOPLE, 300, rule_book, draw_book),
    UPDATE("change a booking", booking_update, booking, PEOPLE, 50, rule_booking_update, draw_booking_update),
    ACTION("cancel a booking", booking_cancel, booking, PEOPLE, 50, rule_booking_cancel, draw_path),
    WITH("check in", booking_checkin, checkin_request, booking, MANAGING, 35, rule_checkin, draw_checkin),
    WITH("undo a check-in", booking_undo_checkin, undo_checkin_request, booking, MANAGING, 12, rule_undo_checkin,
         draw_undo_checkin),
    ACTION("delete a booking", booking_delete, booking, ADMIN_ONLY, 12, rule_booking_delete, draw_path),
    RESTORE(booking, PEOPLE, 12),
    WITH("pay", payment_pay, pay_request, payment, PEOPLE, 130, rule_pay, draw_pay),
    ACTION("fail a payment", payment_fail, payment, PEOPLE, 15, rule_fail, draw_path),
    WITH("refund", payment_refund, refund_request, payment, TEAM, 40, rule_refund, draw_refund),
    UPDATE("change a payment", payment_update, payment, PEOPLE, 25, rule_payment_update, draw_payment_update),
    ACTION("delete a payment", payment_delete, payment, ADMIN_ONLY, 8, rule_payment_delete, draw_path),
    RESTORE(payment, PEOPLE, 8),
    CREATE("create a venue", venue_create, venue, MANAGING, 5, rule_venue_create, draw_venue_create),
    UPDATE("change a venue", venue_update, venue, MANAGING, 8, rule_venue_update, draw_venue_update),
    ACTION("delete a venue", venue_delete, venue, MANAGING, 4, rule_venue_delete, draw_path),
    RESTORE(venue, MANAGING, 6),
    CREATE("create an event", event_create, event, MANAGING, 35, rule_event_create, draw_event_create),
    UPDATE("change an event", event_update, event, MANAGING, 45, rule_event_update, draw_event_update),
    ACTION("cancel an event", event_cancel, event, MANAGING, 8, rule_event_cancel, draw_path),
    ACTION("delete an event", event_delete, event, MANAGING, 14, rule_event_delete, draw_path),
    RESTORE(event, MANAGING, 15),
    CREATE("create a schedule", schedule_create, schedule, MANAGING, 32, rule_schedule_create, draw_schedule_create),
    UPDATE("change a schedule", schedule_update, schedule, MANAGING, 30, rule_schedule_update, draw_schedule_update),
    ACTION("cancel a schedule", schedule_cancel, schedule, MANAGING, 8, rule_schedule_cancel, draw_path),
    ACTION("delete a schedule", schedule_delete, schedule, MANAGING, 16, rule_schedule_delete, draw_path),
    RESTORE(schedule, MANAGING, 12),
    CREATE("create a category", category_create, event_category, MANAGING, 10, rule_category_create,
           draw_category_create),
    UPDATE("change a category", category_update, event_category, MANAGING, 5, rule_category_update,
           draw_category_update),
    ACTION("delete a category", category_delete, event_category, MANAGING, 4, rule_category_delete, draw_path),
    RESTORE(event_category, MANAGING, 4),
    WITH("register", account_register, register_request, user, EVERY_ROLE, 6, rule_register, draw_register),
    ACTION("sign in", session_create, user, EVERY_ROLE, 15, rule_sign_in, draw_sign_in),
    ACTION("sign out", session_delete, session, PEOPLE, 5, rule_sign_out, draw_session),
    ACTION("enter the password again", session_reauthenticate, session, PEOPLE, 10, rule_reauthenticate, draw_session),
    ACTION("erase an account", user_delete, user, PEOPLE, 5, rule_erase, draw_erase),
    LOOK(booking, PEOPLE, 30),
    LOOK(payment, PEOPLE, 20),
    LOOK(event, EVERY_ROLE, 10),
    LOOK(schedule, EVERY_ROLE, 10),
    LOOK(user, PEOPLE, 5),
    CREATE("create a user", user_create, user, ADMIN_ONLY, 1, rule_register, draw_register),
    JOB("booking_expire", booking_expire, 40, rule_booking_expire),
    JOB("cancellation_settle", cancellation_settle, 25, rule_settle),
    JOB("session_expire", session_expire, 6, rule_session_expire),
    JOB("idempotency_key_expire", idempotency_key_expire, 6, rule_key_expire),
};
const size_t operation_count = COUNT_OF(operations);

/* --- drawing ------------------------------------------------------------------------------------------------------ */

static const struct operation *draw_operation(struct draw *draw)
{
    static int64_t weights;
    if (weights == 0) {
        for (size_t i = 0; i < operation_count; i++) weights += operations[i].weight;
    }
    int64_t at = draw_between(draw, 1, weights);
    const struct operation *operation = operations;
    while (at > operation->weight) at -= (operation++)->weight;
    return operation;
}

/* Most of the time one who may do it; of the people in the first rows of the template, and of those who came since. */
static void draw_actor(struct model *model, struct draw *draw, struct request *request)
{
    for (int tries = 0; tries < 8; tries++) {
        int64_t id = draw_between(draw, 1, model->last[ENTITY_session]);
        const struct model_session *session = model_any(model, ENTITY_session, id);
        if (!session && draw_percent(draw, 80)) continue;
        if (!session) session = &model->sessions[id]; /* one that has ended */
        const struct model_user *user = model_any(model, ENTITY_user, session->user_id);
        request->user_id = session->user_id;
        request->role = (enum role)user->role;
        request->session_id = id;
        if (request->operation->roles >> user->role & 1 || draw_percent(draw, 3)) return;
    }
    request->user_id = 0;
    request->role = ROLE_ANONYMOUS;
    request->session_id = 0;
}

struct request operation_draw(struct model *model, struct draw *draw)
{
    struct request request = {.operation = draw_operation(draw), .version = VERSION_ANY};
    if (request.operation->roles == NO_ROLE)
        request.role = ROLE_SYSTEM;
    else
        draw_actor(model, draw, &request);
    request.operation->draw(model, draw, &request);
    return request;
}

const struct operation *operation_named(const char *name)
{
    for (size_t i = 0; i < operation_count; i++) {
        if (strcmp(operations[i].name, name) == 0) return &operations[i];
    }
    CHECK(!"an operation of this name");
    return NULL;
}
