/* Accounts and sessions in the model, and reading: see model.h and rules.h. */
#include "rules.h"

enum { RECENT_MODEL_MS = 5 * MINUTE_MS };

static bool email_taken(struct model *model, int64_t email)
{
    for (int64_t id = 1; id <= model->last[ENTITY_user]; id++) {
        const struct model_user *user = model_get(model, ENTITY_user, id);
        if (user && user->email == email) return true;
    }
    return false;
}

/* Both by registration and by an admin. */
err rule_register(struct model *model, const struct request *request, struct outcome *ret)
{
    static const enum role roles[] = {
        [USER_CUSTOMER] = ROLE_CUSTOMER, [USER_ORGANIZER] = ROLE_ORGANIZER, [USER_SUPPORT] = ROLE_SUPPORT};
    if (email_taken(model, request->values[ARG_EMAIL])) return ERR_DUPLICATE;
    struct model_user *user = model_new(model, ENTITY_user, &ret->id);
    user->email = request->values[ARG_EMAIL];
    user->is_admin = given_or(request, ARG_IS_ADMIN, 0);
    user->is_verified = given_or(request, ARG_IS_VERIFIED, 0);
    user->role = user->is_admin ? ROLE_ADMIN : roles[given_or(request, ARG_USER_ROLE, USER_CUSTOMER)];
    ret->entity = ENTITY_user;
    return OK;
}

/* Somebody who knows the password of the account in the path. */
err rule_sign_in(struct model *model, const struct request *request, struct outcome *ret)
{
    if (!model_get(model, ENTITY_user, request->id)) return ERR_UNAUTHENTICATED;
    struct model_session *session = model_new(model, ENTITY_session, NULL);
    session->user_id = request->id;
    session->expires_at = model->now + model->settings->session_ms;
    session->authenticated_at = model->now;
    outcome_row(ret, ENTITY_user, request->id);
    return OK;
}

/* The session of the actor, which exists. */
err rule_sign_out(struct model *model, const struct request *request, struct outcome *ret)
{
    struct model_session *session = model_any(model, ENTITY_session, request->id);
    if (!session || session->user_id != request->user_id) return ERR_NOT_FOUND;
    session->exists = 0;
    model_touch(model, ENTITY_session, request->id);
    (void)ret;
    return OK;
}

err rule_reauthenticate(struct model *model, const struct request *request, struct outcome *ret)
{
    struct model_session *session = model_any(model, ENTITY_session, request->id);
    if (!session || session->user_id != request->user_id) return ERR_NOT_FOUND;
    session->authenticated_at = model->now;
    model_touch(model, ENTITY_session, request->id);
    (void)ret;
    return OK;
}

err rule_session_expire(struct model *model, const struct request *request, struct outcome *ret)
{
    (void)request;
    for (int64_t id = 1; id <= model->last[ENTITY_session]; id++) {
        struct model_session *session = model_any(model, ENTITY_session, id);
        if (!session || session->expires_at > model->now) continue;
        session->exists = 0;
        model_touch(model, ENTITY_session, id);
        ret->count++;
    }
    return OK;
}

/* --- erasure ------------------------------------------------------------------------------------------------------ */

static bool has_upcoming_bookings(struct model *model, int64_t user_id)
{
    for (int64_t id = 1; id <= model->last[ENTITY_booking]; id++) {
        const struct model_booking *booking = model_get(model, ENTITY_booking, id);
        if (!booking || booking->user_id != user_id) continue;
        const struct model_schedule *schedule = model_any(model, ENTITY_schedule, booking->schedule_id);
        bool held = booking->status == BOOKING_PENDING && booking->expires_at > model->now;
        if ((held || booking->status == BOOKING_CONFIRMED) && schedule->end_time > model->now) return true;
    }
    return false;
}

static bool is_last_admin(struct model *model, const struct model_user *user)
{
    int64_t admins = 0;
    for (int64_t id = 1; id <= model->last[ENTITY_user]; id++) {
        const struct model_user *other = model_get(model, ENTITY_user, id);
        admins += other && other->is_admin;
    }
    return user->is_admin && admins == 1;
}

/* The rows of the person lose what is personal, deleted ones too. */
static void personal_erase(struct model *model, int64_t user_id)
{
    for (int64_t id = 1; id <= model->last[ENTITY_booking]; id++) {
        struct model_booking *booking = model_any(model, ENTITY_booking, id);
        if (booking->user_id != user_id) continue;
        booking->guest_name = 0;
        model_touch(model, ENTITY_booking, id);
    }
    for (int64_t id = 1; id <= model->last[ENTITY_session]; id++) {
        struct model_session *session = model_any(model, ENTITY_session, id);
        if (!session || session->user_id != user_id) continue;
        session->exists = 0;
        model_touch(model, ENTITY_session, id);
    }
    for (int64_t key = 1; key < KEYS_MAX; key++) {
        if (model->kept[key].owner == user_id) model->kept[key].expires_at = 0;
    }
}

err rule_erase(struct model *model, const struct request *request, struct outcome *ret)
{
    struct model_user *user;
    err e = model_row_to_change(model, request, ENTITY_user, false, &user);
    if (e) return e;
    const struct model_session *session = model_any(model, ENTITY_session, request->session_id);
    if (model->now - session->authenticated_at >= RECENT_MODEL_MS) return ERR_PASSWORD_REQUIRED;
    if (has_upcoming_bookings(model, request->id) || is_last_admin(model, user)) return ERR_STATE_CONFLICT;
    personal_erase(model, request->id);
    user->is_admin = 0;
    user->is_verified = 0;
    user->email = 0;
    user->deleted_at = model->now;
    model_touch(model, ENTITY_user, request->id);
    (void)ret;
    return OK;
}

/* --- other jobs, reading ------------------------------------------------------------------------------------------ */

err rule_key_expire(struct model *model, const struct request *request, struct outcome *ret)
{
    (void)request;
    for (int64_t key = 1; key < KEYS_MAX; key++) {
        struct kept *kept = &model->kept[key];
        if (!kept->expires_at || kept->expires_at > model->now) continue;
        kept->expires_at = 0;
        ret->count++;
    }
    return OK;
}

err rule_look(struct model *model, const struct request *request, struct outcome *ret)
{
    enum entity_id entity = (enum entity_id)request->operation->entity;
    bool visible = model_visible(model, request, entity, request->id);
    if (model->wrong == WRONG_RIGHTS && entity == ENTITY_booking && model_get(model, entity, request->id))
        visible = true;
    if (!visible) return ERR_NOT_FOUND;
    ret->entity = entity;
    ret->id = request->id;
    return OK;
}
