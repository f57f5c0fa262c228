/* See model.h. */
#include "model.h"

#include <stdio.h>
#include <string.h>

#include "base/check.h"
#include "row_text.h"
#include "rules.h"

#define TABLE(name, member)                                                                                            \
    [ENTITY_##name] = {offsetof(struct model, member), sizeof(struct model_##name),                                    \
                       COUNT_OF(((struct model *)NULL)->member)}

static const struct model_table tables[ENTITY_COUNT] = {
    TABLE(user, users),         TABLE(session, sessions),          TABLE(venue, venues),     TABLE(event, events),
    TABLE(schedule, schedules), TABLE(event_category, categories), TABLE(booking, bookings), TABLE(payment, payments),
};

const struct model_table *model_table(enum entity_id entity)
{
    return tables[entity].max ? &tables[entity] : NULL;
}

/* --- rows --------------------------------------------------------------------------------------------------------- */

static struct model_row *place(struct model *model, enum entity_id entity, int64_t id)
{
    const struct model_table *table = &tables[entity];
    CHECK(id > 0 && (size_t)id < table->max);
    return (struct model_row *)(void *)((char *)model + table->offset + (size_t)id * table->size);
}

void *model_any(struct model *model, enum entity_id entity, int64_t id)
{
    if (id <= 0 || (size_t)id >= tables[entity].max) return NULL;
    struct model_row *row = place(model, entity, id);
    return row->exists ? row : NULL;
}

void *model_get(struct model *model, enum entity_id entity, int64_t id)
{
    struct model_row *row = model_any(model, entity, id);
    return row && !row->deleted_at ? row : NULL;
}

static void touch(struct model *model, enum entity_id entity, int64_t id, bool is_new)
{
    for (size_t i = 0; i < model->touched_count; i++) {
        if (model->touched[i].entity == entity && model->touched[i].id == id) return;
    }
    CHECK(model->touched_count < TOUCHED_MAX);
    model->touched[model->touched_count].entity = entity;
    model->touched[model->touched_count].id = id;
    model->touched[model->touched_count++].is_new = is_new;
}

void *model_new(struct model *model, enum entity_id entity, int64_t *ret_id)
{
    int64_t id = ++model->last[entity];
    struct model_row *row = place(model, entity, id);
    memset(row, 0, tables[entity].size);
    row->exists = 1;
    touch(model, entity, id, true);
    if (ret_id) *ret_id = id;
    return row;
}

void model_touch(struct model *model, enum entity_id entity, int64_t id)
{
    touch(model, entity, id, false);
}

/* --- versions ----------------------------------------------------------------------------------------------------- */

void model_snapshot(struct model *model, enum entity_id entity, int64_t id)
{
    const struct model_row *row = place(model, entity, id);
    CHECK(model->snapshot_count < SNAPSHOTS_MAX && tables[entity].size <= sizeof(struct model_booking));
    struct snapshot *snapshot = &model->snapshots[model->snapshot_count++];
    *snapshot = (struct snapshot){.entity = entity, .id = id, .version = row->version};
    memcpy(&snapshot->row, row, tables[entity].size);
}

const struct model_row *model_version(const struct model *model, enum entity_id entity, int64_t id, int64_t version)
{
    for (size_t i = model->snapshot_count; i > 0; i--) {
        const struct snapshot *snapshot = &model->snapshots[i - 1];
        if (snapshot->entity == entity && snapshot->id == id && snapshot->version == version)
            return (const struct model_row *)(const void *)&snapshot->row;
    }
    return NULL;
}

/* A row that has been changed by a command has a new version. Changes of schedules by several bookings of a batch are
 * one version, so their versions are read from the database (compare.c). */
static void command_end(struct model *model)
{
    for (size_t i = 0; i < model->touched_count; i++) {
        enum entity_id entity = model->touched[i].entity;
        struct model_row *row = place(model, entity, model->touched[i].id);
        CHECK(model->dirty_count < DIRTY_MAX);
        model->dirty[model->dirty_count].entity = entity;
        model->dirty[model->dirty_count++].id = model->touched[i].id;
        row->updated_at = model->now;
        if (!model->touched[i].is_new && entity != ENTITY_session && entity != ENTITY_schedule) row->version++;
        if (entity == ENTITY_session) continue;
        if (entity != ENTITY_schedule || model->touched[i].is_new) model_snapshot(model, entity, model->touched[i].id);
    }
    model->touched_count = 0;
}

/* --- who may see what --------------------------------------------------------------------------------------------- */

static bool event_visible(struct model *model, const struct request *request, int64_t id)
{
    const struct model_event *event = model_any(model, ENTITY_event, id);
    bool manager = request->role == ROLE_ORGANIZER || request->role == ROLE_ADMIN;
    return event && (manager || event->status != EVENT_DRAFT);
}

static bool booking_visible(struct model *model, const struct request *request, int64_t id)
{
    const struct model_booking *booking = model_any(model, ENTITY_booking, id);
    return booking && (is_staff(request) || (request->user_id && booking->user_id == request->user_id));
}

bool model_visible(struct model *model, const struct request *request, enum entity_id entity, int64_t id)
{
    const struct model_row *row = model_get(model, entity, id);
    if (!row) return false;
    if (request->role == ROLE_SYSTEM) return true;
    switch (entity) {
    case ENTITY_user:
        return is_staff(request) || id == request->user_id;
    case ENTITY_event:
        return event_visible(model, request, id);
    case ENTITY_schedule:
        return event_visible(model, request, ((const struct model_schedule *)row)->event_id);
    case ENTITY_event_category:
        return event_visible(model, request, ((const struct model_event_category *)row)->event_id);
    case ENTITY_booking:
        return booking_visible(model, request, id);
    case ENTITY_payment:
        return booking_visible(model, request, ((const struct model_payment *)row)->booking_id);
    default:
        return true;
    }
}

err model_match(const struct request *request, const struct model_row *row)
{
    return request->version == VERSION_ANY || request->version == row->version ? OK : ERR_STALE_VERSION;
}

/* The roles of the operations exclude those who may read a row of the catalogue but not change it. Staff may read every
 * account and change their own. */
err model_row_to_change(struct model *model, const struct request *request, enum entity_id entity, bool required,
                        void *ret_row)
{
    struct model_row *row = model_get(model, entity, request->id);
    if (!model_visible(model, request, entity, request->id)) return ERR_NOT_FOUND;
    if (entity == ENTITY_user && !is_admin(request) && request->id != request->user_id) return ERR_FORBIDDEN;
    if (required && request->version == VERSION_ANY) return ERR_VERSION_REQUIRED;
    err e = model_match(request, row);
    if (e) return e;
    memcpy(ret_row, &row, sizeof(row));
    return OK;
}

/* --- a request ---------------------------------------------------------------------------------------------------- */

/* Before the command: the role, and what is wrong with the body whatever the state is. */
static err admitted(const struct request *request)
{
    if (request->role != ROLE_SYSTEM && !(request->operation->roles >> request->role & 1))
        return request->user_id ? ERR_FORBIDDEN : ERR_UNAUTHENTICATED;
    bool no_seats =
        gives(request, ARG_QUANTITY) && (request->values[ARG_QUANTITY] < 1 || request->values[ARG_QUANTITY] > 50);
    bool no_amount = gives(request, ARG_AMOUNT) && request->values[ARG_AMOUNT] < 1;
    bool no_capacity = gives(request, ARG_CAPACITY) && request->values[ARG_CAPACITY] < 1;
    bool no_limit = gives(request, ARG_MAX_SEATS) && request->values[ARG_MAX_SEATS] < 1;
    return no_seats || no_amount || no_capacity || no_limit ? ERR_INVALID : OK;
}

static err signed_in(struct model *model, const struct request *request)
{
    const struct model_session *session = model_any(model, ENTITY_session, request->session_id);
    if (!request->user_id) return OK;
    if (!session || session->user_id != request->user_id || session->expires_at <= model->now)
        return ERR_UNAUTHENTICATED;
    return model_get(model, ENTITY_user, request->user_id) ? OK : ERR_UNAUTHENTICATED;
}

/* With whom the stored response is erased: the owner of the row in it, where the row itself names one. */
static int64_t owner_of(struct model *model, const struct request *request, const struct outcome *outcome)
{
    if (outcome->id && outcome->entity == ENTITY_user) return outcome->id;
    if (!outcome->id || outcome->entity != ENTITY_booking) return request->user_id;
    return ((const struct model_booking *)model_any(model, ENTITY_booking, outcome->id))->user_id;
}

static struct kept *kept_of(struct model *model, const struct request *request)
{
    CHECK(request->key < KEYS_MAX);
    struct kept *kept = &model->kept[request->key];
    return request->key && kept->expires_at > model->now ? kept : NULL;
}

#define KEPT_MS (INT64_C(7) * 24 * 60 * 60 * 1000)

static void keep(struct model *model, const struct request *request, const struct outcome *outcome)
{
    struct kept *kept = &model->kept[request->key];
    if (!request->key) return;
    kept->expires_at = model->now + KEPT_MS;
    kept->owner = owner_of(model, request, outcome);
    memcpy(kept->text, outcome->text, sizeof(kept->text));
}

static void respond(struct model *model, struct outcome *outcome)
{
    const void *row = outcome->id ? model_any(model, outcome->entity, outcome->id) : NULL;
    model_row_text(outcome->entity, outcome->id, row, outcome->text);
    if (outcome->count) snprintf(outcome->text, sizeof(outcome->text), "%lld rows", (long long)outcome->count);
}

struct outcome model_run(struct model *model, const struct request *request)
{
    struct outcome outcome = {0};
    struct kept *kept = kept_of(model, request);
    outcome.e = admitted(request);
    if (!outcome.e) outcome.e = signed_in(model, request);
    if (!outcome.e && kept) {
        memcpy(outcome.text, kept->text, sizeof(outcome.text));
        return outcome;
    }
    if (!outcome.e) outcome.e = request->operation->rule(model, request, &outcome);
    CHECK(!outcome.e || model->touched_count == 0);
    command_end(model);
    if (outcome.e) return outcome;
    respond(model, &outcome);
    keep(model, request, &outcome);
    return outcome;
}
