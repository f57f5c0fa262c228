/* Signing in and out: see commands.h. Only hashes of tokens are stored, so reading the database reveals none; a fast
 * hash is enough, because a token has 256 random bits. */
#include "base/hash.h"
#include "domain/cascade.h"
#include "domain/commands.h"

enum { TOKEN_BYTES = 32 };

/* The user's oldest sessions, which must end so that a new one stays within the limit. */
static err sessions_beyond(struct unit *unit, const struct user *user, struct page *ret_page)
{
    struct value id = {.number = user->id};
    struct query query = query_of(ENTITY_session);
    query_equal(&query, FIELD_OF(session, user_id), &id);
    query.sorts[query.sort_count++] = (struct sort){.field = FIELD_OF(session, expires_at), .descending = true};
    query.offset = SESSIONS_MAX - 1;
    return unit_query(unit, &query, ret_page);
}

static void session_insert(struct unit *unit, const struct user *user, str token)
{
    char hash[HASH_TEXT_SIZE];
    hash_sha256_hex(token, hash);
    struct session *session = unit_new(unit, ENTITY_session);
    session->user_id = user->id;
    session->token_hash = arena_copy(unit->arena, str_of(hash));
    session->expires_at = unit->now + unit->settings->session_ms;
}

err session_create(struct unit *unit, const struct input *input, struct result *ret)
{
    struct user *user;
    struct page beyond;
    err e = unit_get(unit, ENTITY_user, input->id, &user);
    if (e == ERR_NOT_FOUND) return ERR_UNAUTHENTICATED;
    if (!e) e = sessions_beyond(unit, user, &beyond);
    if (e) return e;
    for (size_t i = 0; i < beyond.count; i++) unit_delete(unit, beyond.rows[i]);
    ret->token = unit_random(unit, TOKEN_BYTES);
    session_insert(unit, user, ret->token);
    ret->row = &user->row;
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
