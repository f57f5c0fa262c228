/* Signing in and out, and the devices of a person: see commands.h. Only hashes of tokens are stored, so reading the
 * database reveals none; a fast hash is enough, because a token has 256 random bits. */
#include "base/hash.h"
#include "domain/cascade.h"
#include "domain/commands.h"

enum { TOKEN_BYTES = 32 };

/* What one user has a limited number of. */
struct limited {
    enum entity_id entity;
    const struct field *user_id, *expires_at;
    int64_t max;
};

static const struct limited limited_sessions = {ENTITY_session, FIELD_OF(session, user_id),
                                                FIELD_OF(session, expires_at), SESSIONS_MAX};
static const struct limited limited_devices = {ENTITY_device, FIELD_OF(device, user_id), FIELD_OF(device, expires_at),
                                               DEVICES_MAX};

/* The user's rows that expire first and must go, so that a new one stays within the limit. */
static err rows_beyond(struct unit *unit, const struct limited *limited, const struct user *user, struct page *ret_page)
{
    struct value id = {.number = user->id};
    struct query query = query_of(limited->entity);
    query_equal(&query, limited->user_id, &id);
    query.sorts[query.sort_count++] = (struct sort){.field = limited->expires_at, .descending = true};
    query.offset = limited->max - 1;
    return unit_query(unit, &query, ret_page);
}

static str token_hash(struct unit *unit, str token)
{
    char hash[HASH_TEXT_SIZE];
    hash_sha256_hex(token, hash);
    return arena_copy(unit->arena, str_of(hash));
}

static void session_insert(struct unit *unit, const struct user *user, str token)
{
    struct session *session = unit_new(unit, ENTITY_session);
    session->user_id = user->id;
    session->token_hash = token_hash(unit, token);
    session->expires_at = unit->now + unit->settings->session_ms;
    session->authenticated_at = unit->now;
}

/* --- devices ------------------------------------------------------------------------------------------------------ */

/* The known device that the sign-in comes from, NULL if there is none; then also those that a new one displaces. */
static err device_find(struct unit *unit, const struct input *input, const struct user *user,
                       struct device **ret_device, struct page *ret_beyond)
{
    struct device *device = NULL;
    err e = input->device_id ? unit_get(unit, ENTITY_device, input->device_id, &device) : ERR_NOT_FOUND;
    if (e && e != ERR_NOT_FOUND) return e;
    bool known = !e && device->user_id == user->id;
    *ret_device = known ? device : NULL;
    *ret_beyond = (struct page){0};
    if (known) return OK;
    return rows_beyond(unit, &limited_devices, user, ret_beyond);
}

/* A device that comes back is kept longer than a new one. So those of programs that ignore cookies, which get a new one
 * with every sign-in, are the first to be displaced. */
static void device_keep(struct unit *unit, const struct user *user, struct device *known, struct result *ret)
{
    struct device *device = known ? known : unit_new(unit, ENTITY_device);
    device->expires_at = unit->now + (known ? DEVICE_KNOWN_MS : DEVICE_NEW_MS);
    if (known) {
        unit_changed(unit, device);
        return;
    }
    ret->device = unit_random(unit, TOKEN_BYTES);
    device->user_id = user->id;
    device->token_hash = token_hash(unit, ret->device);
}

err session_create(struct unit *unit, const struct input *input, struct result *ret)
{
    struct user *user;
    struct device *device;
    struct page sessions, devices;
    err e = unit_get(unit, ENTITY_user, input->id, &user);
    if (e == ERR_NOT_FOUND) return ERR_UNAUTHENTICATED;
    if (!e) e = rows_beyond(unit, &limited_sessions, user, &sessions);
    if (!e) e = device_find(unit, input, user, &device, &devices);
    if (e) return e;
    for (size_t i = 0; i < sessions.count; i++) unit_delete(unit, sessions.rows[i]);
    for (size_t i = 0; i < devices.count; i++) unit_delete(unit, devices.rows[i]);
    ret->token = unit_random(unit, TOKEN_BYTES);
    session_insert(unit, user, ret->token);
    device_keep(unit, user, device, ret);
    ret->row = &user->row;
    return OK;
}

err session_reauthenticate(struct unit *unit, const struct input *input, struct result *ret)
{
    struct session *session;
    err e = unit_get_as_actor(unit, ENTITY_session, input->id, ACTION_READ, &session);
    if (e) return e;
    session->authenticated_at = unit->now;
    unit_changed(unit, session);
    ret->row = NULL;
    return OK;
}

err session_delete(struct unit *unit, const struct input *input, struct result *ret)
{
    struct session *session;
    err e = unit_get_as_actor(unit, ENTITY_session, input->id, ACTION_READ, &session);
    if (e) return e;
    unit_delete(unit, session);
    ret->row = NULL;
    return OK;
}
