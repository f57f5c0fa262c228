/* Restoring earlier versions in the model: see model.h and rules.h. */
#include "rules.h"

/* Whether the version had the same values in fields that clients can write, and in fields that follow from actions. */
struct sameness {
    bool writable, managed;
};

static struct sameness event_sameness(const struct model_event *a, const struct model_event *b)
{
    bool writable = a->price == b->price && a->max_seats_per_person == b->max_seats_per_person &&
                    a->verified_only == b->verified_only && a->capacity == b->capacity &&
                    a->start_date == b->start_date && a->end_date == b->end_date && a->venue_id == b->venue_id &&
                    a->status == b->status && a->sales_start == b->sales_start && a->sales_end == b->sales_end;
    return (struct sameness){writable, a->cancelled_at == b->cancelled_at && a->is_settled == b->is_settled};
}

static struct sameness schedule_sameness(const struct model_schedule *a, const struct model_schedule *b)
{
    bool writable = a->start_time == b->start_time && a->end_time == b->end_time && a->status == b->status;
    return (struct sameness){writable, a->cancelled_at == b->cancelled_at && a->is_settled == b->is_settled};
}

static struct sameness booking_sameness(const struct model_booking *a, const struct model_booking *b)
{
    bool managed = a->status == b->status && a->total_price == b->total_price && a->expires_at == b->expires_at &&
                   a->checked_in_at == b->checked_in_at && a->checked_in_quantity == b->checked_in_quantity &&
                   a->cancelled_quantity == b->cancelled_quantity && a->checkin_undone == b->checkin_undone;
    return (struct sameness){a->quantity == b->quantity, managed};
}

static struct sameness payment_sameness(const struct model_payment *a, const struct model_payment *b)
{
    bool managed = a->amount == b->amount && a->refunded_amount == b->refunded_amount && a->status == b->status &&
                   a->payment_date == b->payment_date;
    return (struct sameness){a->payment_method == b->payment_method, managed};
}

static err event_restore(struct model *model, const struct request *request, const struct model_event *version)
{
    struct model_event *event = model_any(model, ENTITY_event, request->id), draft = *event;
    struct sameness same = event_sameness(event, version);
    if (!event->deleted_at && same.writable && !same.managed) return ERR_STATE_CONFLICT;
    draft.price = version->price;
    draft.capacity = version->capacity;
    draft.max_seats_per_person = version->max_seats_per_person;
    draft.verified_only = version->verified_only;
    draft.start_date = version->start_date;
    draft.end_date = version->end_date;
    draft.venue_id = version->venue_id;
    draft.status = version->status;
    draft.sales_start = version->sales_start;
    draft.sales_end = version->sales_end;
    return model_event_change(model, request, request->id, &draft);
}

static err schedule_restore(struct model *model, const struct request *request, const struct model_schedule *version)
{
    struct model_schedule *schedule = model_any(model, ENTITY_schedule, request->id), draft = *schedule;
    struct sameness same = schedule_sameness(schedule, version);
    if (!schedule->deleted_at && same.writable && !same.managed) return ERR_STATE_CONFLICT;
    draft.start_time = version->start_time;
    draft.end_time = version->end_time;
    draft.status = version->status;
    return model_schedule_change(model, request, request->id, &draft);
}

static err sale_restore(struct model *model, const struct request *request, enum entity_id entity,
                        const struct model_row *version)
{
    struct model_row *row = model_any(model, entity, request->id);
    bool booking = entity == ENTITY_booking;
    struct sameness same = booking ? booking_sameness((const void *)row, (const void *)version)
                                   : payment_sameness((const void *)row, (const void *)version);
    if (!row->deleted_at && same.writable && !same.managed) return ERR_STATE_CONFLICT;
    if (!booking)
        return model_payment_change(model, request->id, ((const struct model_payment *)version)->payment_method);
    return model_booking_change(model, request, request->id, ((const struct model_booking *)version)->quantity,
                                ((const struct model_booking *)row)->guest_name);
}

static err version_restore(struct model *model, const struct request *request, enum entity_id entity,
                           const struct model_row *version)
{
    switch (entity) {
    case ENTITY_venue:
        return model_venue_change(model, request->id, ((const struct model_venue *)version)->capacity);
    case ENTITY_event_category:
        return model_category_change(model, request->id, ((const struct model_event_category *)version)->name);
    case ENTITY_event:
        return event_restore(model, request, (const struct model_event *)version);
    case ENTITY_schedule:
        return schedule_restore(model, request, (const struct model_schedule *)version);
    default:
        return sale_restore(model, request, entity, version);
    }
}

/* Those who may change every row can also undelete one. */
err rule_restore(struct model *model, const struct request *request, struct outcome *ret)
{
    enum entity_id entity = (enum entity_id)request->operation->entity;
    struct model_row *row = model_any(model, entity, request->id);
    bool visible = model_visible(model, request, entity, request->id);
    bool changes_all = is_staff(request) && row;
    if (!visible && !(changes_all && row->deleted_at)) return ERR_NOT_FOUND;
    err e = model_match(request, row);
    if (e) return e;
    const struct model_row *version = model_version(model, entity, request->id, request->values[ARG_VERSION]);
    if (!version) return ERR_INVALID;
    ret->entity = entity;
    ret->id = request->id;
    return version_restore(model, request, entity, version);
}
