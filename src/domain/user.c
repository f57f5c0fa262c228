/* Users: see commands.h. Passwords arrive hashed, because hashing is slow and would delay all other commands. */
#include "domain/apply.h"
#include "domain/cascade.h"
#include "domain/changes.h"
#include "domain/commands.h"

/* A user who was deleted does not keep the address, whichever client did it. */
static err email_free(struct unit *unit, str email)
{
    struct user *user;
    err e = unit_find(unit, FIELD_OF(user, email), ENTITY_user, (struct value){.text = email}, &user);
    if (e == ERR_NOT_FOUND) return OK;
    return e ? e : duplicate(unit, FIELD_OF(user, email));
}

err admin_last(struct unit *unit, const struct user *user)
{
    int64_t admins;
    if (!user->is_admin) return OK;
    err e = count_by(unit, ENTITY_user, FIELD_OF(user, is_admin), 1, &admins);
    if (e) return e;
    if (admins > 1) return OK;
    return conflict(unit, CONFLICT_last_admin, FIELD_OF(user, is_admin), "The only admin; make another user one first");
}

err user_create(struct unit *unit, const struct input *input, struct result *ret)
{
    struct user *draft;
    err e = draft_new(unit, ENTITY_user, input->change, &draft);
    if (!e) e = errors(unit);
    if (e) return e;
    if (draft->is_admin || draft->role != USER_CUSTOMER) e = recent_check(unit, NULL);
    if (!e) e = email_free(unit, draft->email);
    if (e) return e;
    ret->row = draft_insert(unit, draft);
    return OK;
}

err account_register(struct unit *unit, const struct input *input, struct result *ret)
{
    const struct register_request *request = INPUT_BODY(input, register_request);
    err e = email_free(unit, request->email);
    if (e) return e;
    struct user *user = unit_new(unit, ENTITY_user);
    user->email = request->email;
    user->password = request->password;
    user->name = request->name;
    ret->row = &user->row;
    return OK;
}

/* --- change ------------------------------------------------------------------------------------------------------- */

/* Whether a change takes over the account, or gives it rights: the password, the address, fields for admins. */
static bool change_is_sensitive(const struct user *user, const struct user *draft)
{
    const struct descriptor *descriptor = &entity_of(ENTITY_user)->descriptor;
    for (size_t i = 0; i < descriptor->count; i++) {
        const struct field *field = &descriptor->fields[i];
        bool sensitive = field->flags & (STAFF | HIDDEN) || field->type == TYPE_EMAIL;
        if (sensitive && field_changes(field, user, draft)) return true;
    }
    return false;
}

/* The other sessions of the user, which a new password or address ends, because others may have known the old ones.
 * Other rights do not end them: they apply to every session at once. */
static err sessions_other(struct unit *unit, const struct user *user, struct cascade *ret_others)
{
    struct cascade sessions = {0};
    size_t kept = 0;
    err e = cascade_by(unit, ENTITY_session, FIELD_OF(session, user_id), user->id, &sessions);
    if (e) return e;
    for (size_t i = 0; i < sessions.count; i++) {
        if (sessions.rows[i]->id != unit->actor->session_id) sessions.rows[kept++] = sessions.rows[i];
    }
    sessions.count = kept;
    *ret_others = sessions;
    return OK;
}

/* A new address is unverified, unless an admin sets isVerified. */
static bool still_verified(const struct unit *unit, const struct change *change, const struct user *draft)
{
    return actor_is_admin(unit) && change_has(change, FIELD_OF(user, is_verified)) && draft->is_verified;
}

err user_change(struct unit *unit, void *row, const struct change *change, struct result *ret)
{
    struct user *user = row, *draft;
    struct cascade ended = {0};
    err e = draft_of(unit, user, change, &draft);
    if (!e) e = errors(unit);
    if (!e && change_is_sensitive(user, draft)) e = recent_check(unit, change);
    if (e) return e;
    if (user->deleted_at)
        return conflict(unit, CONFLICT_account_erased, NULL, "The personal data of the account was erased");
    bool moved = field_changes(FIELD_OF(user, email), user, draft);
    if (moved) draft->is_verified = still_verified(unit, change, draft);
    if (!draft->is_admin) e = admin_last(unit, user);
    if (!e && moved) e = email_free(unit, draft->email);
    if (!e && (moved || change_has(change, FIELD_OF(user, password)))) e = sessions_other(unit, user, &ended);
    if (e) return e;
    cascade_delete(unit, &ended);
    draft_keep(unit, user, draft);
    ret->row = &user->row;
    return OK;
}

err user_update(struct unit *unit, const struct input *input, struct result *ret)
{
    struct user *user;
    err e = input_row(unit, input, ENTITY_user, &user);
    return e ? e : user_change(unit, user, input->change, ret);
}

err me_update(struct unit *unit, const struct input *input, struct result *ret)
{
    struct input own = *input;
    own.id = unit->actor->user_id;
    return user_update(unit, &own, ret);
}
