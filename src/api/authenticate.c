/* See authenticate.h. */
#include "api/authenticate.h"

#include "api/metrics.h"
#include "api/respond.h"
#include "api/session_cache.h"
#include "api/state.h"
#include "base/check.h"
#include "base/clock.h"
#include "http/field.h"
#include "store/unit.h"

enum { TOKEN_DIGITS = 64 };

static bool is_token(str text)
{
    if (text.n != TOKEN_DIGITS) return false;
    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];
        if (!(c >= '0' && c <= '9') && !(c >= 'a' && c <= 'f')) return false;
    }
    return true;
}

static err bearer_read(struct call *call, str field)
{
    size_t space = str_find(field, ' ');
    str token = str_trim(str_from(field, space));
    if (!str_equal_nocase(str_first(field, space), STR("Bearer")) || !is_token(token)) return ERR_UNAUTHENTICATED;
    hash_sha256_hex(token, call->credential.hash);
    arena_wipe(call_arena(call)); /* it has the token as it was sent */
    return OK;
}

/* RFC 6265 section 4.2.1 */
bool token_cookie_next(str *rest, str name, str *ret_token)
{
    str pair;
    while (str_split(rest, ';', &pair)) {
        pair = str_trim(pair);
        size_t equals = str_find(pair, '=');
        *ret_token = str_from(pair, equals + 1);
        if (str_equal(str_first(pair, equals), name) && is_token(*ret_token)) return true;
    }
    return false;
}

static void cookies_read(struct call *call)
{
    str field = field_joined(call->request, STR("Cookie"), ';'), token;
    while (call->cookie_count < COOKIES_MAX && token_cookie_next(&field, cookie_name(call), &token)) {
        hash_sha256_hex(token, call->cookies[call->cookie_count++]);
        arena_wipe(call_arena(call));
    }
}

/* Makes the next cookie the credential; false when none is left. */
static bool cookie_next(struct call *call)
{
    if (call->cookie_count == 0) return false;
    call->credential.cookie = true;
    memcpy(call->credential.hash, call->cookies[0], HASH_TEXT_SIZE);
    memmove(call->cookies[0], call->cookies[1], --call->cookie_count * HASH_TEXT_SIZE);
    return true;
}

err credential_read(struct call *call)
{
    size_t count;
    str field = http_header(call->request, STR("Authorization"), &count);
    if (count > 1) return ERR_UNAUTHENTICATED;
    bool basic = str_equal_nocase(str_first(field, str_find(field, ' ')), STR("Basic"));
    if (field.p && !basic) return bearer_read(call, field);
    cookies_read(call);
    (void)cookie_next(call);
    return OK;
}

static void actor_set(struct call *call, const struct session_entry *entry)
{
    call->actor.user_id = entry->user_id;
    call->actor.session_id = entry->session_id;
    call->actor.role = entry->role;
    call->admission.mark = entry->mark;
    call->admission.expires_at = entry->expires_at;
}

/* Sets the actor if that requires no query. */
static bool actor_known(struct call *call)
{
    struct session_entry entry;
    if (call->credential.hash[0] == '\0' || call->actor.user_id != 0) return true;
    if (!session_cache_find(call->api->sessions, call->credential.hash, clock_now_ms(), &entry)) return false;
    actor_set(call, &entry);
    return true;
}

/* The role of a user; users' roles and roles of actors have the same names. */
static enum role role_of(const struct user *user)
{
    str name = enum_text(SET_user_role, user->role);
    unsigned role = 0;
    if (user->is_admin) return ROLE_ADMIN;
    while (role < ROLE_COUNT && !str_equal(role_name((enum role)role), name)) role++;
    CHECK(role < ROLE_COUNT);
    return (enum role)role;
}

static err session_read(struct reader *reader, struct call *call, struct session_entry *ret_entry)
{
    struct row *row;
    err e = reader_find(reader, ENTITY_session, FIELD_OF(session, token_hash), str_of(call->credential.hash),
                        call_arena(call), &row);
    if (e) return e;
    const struct session *session = ROW(session, row);
    e = reader_get(reader, ENTITY_user, session->user_id, call_arena(call), &row);
    if (e) return e;
    *ret_entry = (struct session_entry){.session_id = session->id,
                                        .user_id = session->user_id,
                                        .expires_at = session->expires_at,
                                        .role = role_of(ROW(user, row))};
    return OK;
}

/* For an unknown or expired credential. A client with an expired cookie is anonymous where that is allowed. */
static err refuse(struct call *call)
{
    bool ignored = call->credential.cookie && role_in(call->route->roles, ROLE_ANONYMOUS);
    call->credential = (struct credential){0};
    return ignored ? OK : ERR_UNAUTHENTICATED;
}

/* Reads the session from the database and adds it to the cache. ERR_NOT_FOUND also for an expired session. */
static err session_look_up(struct call *call, struct reader *reader, struct session_entry *ret_entry)
{
    uint64_t mark = session_cache_mark(call->api->sessions);
    metrics_session_read(call->api->metrics);
    err e = reader_begin(reader, &system_actor);
    if (e) return e;
    e = session_read(reader, call, ret_entry);
    reader_end(reader);
    if (e) return e;
    if (ret_entry->expires_at <= clock_now_ms()) return ERR_NOT_FOUND;
    ret_entry->mark = mark;
    session_cache_add(call->api->sessions, call->credential.hash, ret_entry, mark);
    return OK;
}

enum place actor_place(struct call *call)
{
    return actor_known(call) ? ANYWHERE : ON_READER;
}

err actor_look_up(struct call *call, struct reader *reader)
{
    struct session_entry entry;
    call->actor_step = call->step - 1;
    err e = ERR_NOT_FOUND;
    do {
        if (actor_known(call)) return OK;
        e = session_look_up(call, reader, &entry);
    } while (e == ERR_NOT_FOUND && cookie_next(call));
    if (e == ERR_NOT_FOUND) return refuse(call);
    if (e) return e;
    actor_set(call, &entry);
    return OK;
}

/* Whether the cached actor is valid in a transaction that sees `people_epoch` changes of users and sessions. The epoch
 * is compared first, because all changes reported up to it are then marked in the cache. */
static bool remembered_holds(const struct call *call, int64_t people_epoch)
{
    const struct actor *actor = &call->actor;
    if (store_people_epoch(call->api->store) < people_epoch) return false;
    return session_cache_holds(call->api->sessions, actor->session_id, actor->user_id, call->admission.mark);
}

/* If the cached session may have changed, reads it again and compares: has the actor changed? */
static err actor_compare(struct call *call, struct reader *reader, bool *ret_changed)
{
    struct session_entry entry;
    *ret_changed = false;
    if (remembered_holds(call, reader_people_epoch(reader))) return OK;
    err e = session_look_up(call, reader, &entry);
    if (e && e != ERR_NOT_FOUND) return e;
    *ret_changed = e || entry.role != call->actor.role || entry.user_id != call->actor.user_id;
    /* Otherwise the cache would return the session again until the change is reported to it. */
    if (e) session_cache_changed(call->api->sessions, ENTITY_session, call->actor.session_id);
    return OK;
}

/* Begins and ends a snapshot, to read the current people epoch. */
static err snapshot_renew(struct reader *reader)
{
    err e = reader_begin(reader, &system_actor);
    if (!e) reader_end(reader);
    return e;
}

/* Discards everything that was decided or read for the previous actor. */
static void start_again(struct call *call)
{
    call->actor = (struct actor){.role = ROLE_ANONYMOUS, .request_id = call->actor.request_id};
    call->response = (struct response){0};
    call->problem.count = 0;
    call->outcome = OK;
    call->queried = false;
    call->step = call->actor_step;
}

enum place actor_recheck_place(struct call *call)
{
    bool limited = call->outcome == ERR_RATE_LIMITED || call->outcome == ERR_OVERLOADED; /* for any actor */
    if (call->actor.session_id == 0 || call->actor_confirmed || (limited && !call->queried)) return ANYWHERE;
    return call->queried || call->outcome ? ON_READER : ANYWHERE;
}

err actor_recheck(struct call *call, struct reader *reader)
{
    bool changed;
    if (actor_recheck_place(call) == ANYWHERE) return OK;
    err e = call->outcome ? snapshot_renew(reader) : OK; /* it was perhaps refused before anything was read */
    if (!e) e = actor_compare(call, reader, &changed);
    if (e) return e;
    if (changed) start_again(call);
    return OK;
}

/* --- confirmation before the command ------------------------------------------------------------------------------ */

static err not_found_is(err e, err instead)
{
    return e == ERR_NOT_FOUND ? instead : e;
}

/* Reads session and user, including changes by earlier commands of the batch. */
static err session_again(struct unit *unit, struct actor *actor)
{
    struct session *session;
    struct user *user;
    err e = unit_get(unit, ENTITY_session, actor->session_id, &session);
    if (!e) e = unit_get(unit, ENTITY_user, actor->user_id, &user);
    if (e) return not_found_is(e, ERR_UNAUTHENTICATED);
    if (session->user_id != actor->user_id || session->expires_at <= unit->now) return ERR_UNAUTHENTICATED;
    actor->role = role_of(user);
    return OK;
}

static err session_confirm(struct call *call, struct unit *unit)
{
    struct actor *actor = &call->actor;
    bool holds = remembered_holds(call, unit_people_epoch(unit)) &&
                 !unit_changes(unit, ENTITY_session, actor->session_id) &&
                 !unit_changes(unit, ENTITY_user, actor->user_id);
    if (holds && unit->now < call->admission.expires_at) return OK;
    err e = session_again(unit, actor);
    if (e == ERR_UNAUTHENTICATED) {
        e = refuse(call);
        *actor = (struct actor){.role = ROLE_ANONYMOUS, .request_id = actor->request_id};
    }
    if (e) return e;
    return role_in(call->route->roles, actor->role) ? OK : ERR_FORBIDDEN;
}

static err password_confirm(struct call *call, struct unit *unit)
{
    struct user *user;
    int64_t id = call->route->flags & VERIFY ? call->input.id : call->actor.user_id;
    err e = unit_get(unit, ENTITY_user, id, &user);
    if (e) return not_found_is(e, ERR_UNAUTHENTICATED);
    return str_equal(user->password, call->admission.password) ? OK : ERR_UNAUTHENTICATED;
}

err actor_confirm(struct call *call, struct unit *unit)
{
    call->actor = call->admission.actor;
    call->credential = call->admission.credential;
    err e = call->actor.session_id ? session_confirm(call, unit) : OK;
    if (!e && call->admission.password.p) e = password_confirm(call, unit);
    return e;
}
