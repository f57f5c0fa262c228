/* See replay.h. */
#include "api/replay.h"

#include "base/buf.h"
#include "base/check.h"
#include "base/clock.h"
#include "schema/visible.h"

enum { GIVEN_MAX = 4096 }; /* names and numbers of a body's fields */

static bool visible(str key)
{
    for (size_t i = 0; i < key.n; i++) {
        if (key.p[i] < 0x21 || key.p[i] > 0x7e) return false;
    }
    return true;
}

static str hashed(struct arena *arena, str text)
{
    char *hex = arena_alloc(arena, HASH_TEXT_SIZE);
    hash_sha256_hex(text, hex);
    return str_of(hex);
}

static str scope_of(const struct call *call, str key)
{
    struct arena *arena = call_arena(call);
    return hashed(arena,
                  arena_printf(arena, "%lld %s %.*s", (long long)call->actor.user_id, call->route->path, STR_ARG(key)));
}

/* Strangers may choose the same key, so for them the scope includes the request: each finds only the response to the
 * same request with the same key. */
static str anonymous_scope(const struct call *call)
{
    struct arena *arena = call_arena(call);
    return hashed(arena,
                  arena_printf(arena, "%.*s %.*s", STR_ARG(call->replay.scope), STR_ARG(call->replay.fingerprint)));
}

/* Writes the given values without secrets: a fast hash of a password could be reversed by guessing. */
static void given_write(struct buf *out, const struct change *change)
{
    for (size_t i = 0; i < change->descriptor->count; i++) {
        const struct field *field = &change->descriptor->fields[i];
        if (!change_has(change, field) || !field_is_shown(field)) continue;
        buf_printf(out, "%s=", field->name);
        if (type_is_text(field->type)) {
            str text = *field_text(change->values, field);
            buf_printf(out, "%zu:", text.n);
            buf_add(out, text);
        } else {
            buf_add_int(out, *field_int(change->values, field));
        }
        buf_add_char(out, '\n');
    }
}

void replay_seal(struct call *call)
{
    const struct http_request *request = call->request;
    if (!call->replay.scope.p) return;
    size_t sent = call->replay.key.n + request->path.n + request->query.n + 2 * request->body.n;
    struct buf text = buf_new(request->arena, sent + GIVEN_MAX);
    buf_add(&text, call->replay.key);
    buf_add_char(&text, '\n');
    buf_add(&text, request->path);
    buf_add_char(&text, '\n');
    buf_add(&text, request->query);
    buf_add_char(&text, '\n');
    if (call->route->flags & HASH) {
        given_write(&text, call->input.change);
    } else {
        buf_add(&text, request->body);
    }
    CHECK(!text.full);
    call->replay.fingerprint = hashed(request->arena, buf_str(&text));
    if (call->actor.user_id == 0) call->replay.scope = anonymous_scope(call);
}

err replay_read(struct call *call)
{
    size_t count;
    str key = http_header(call->request, STR("Idempotency-Key"), &count);
    if (call->route->method != HTTP_POST || !key.p) return OK;
    if (count > 1 || key.n == 0 || key.n > REPLAY_KEY_MAX || !visible(key)) {
        problem_add(&call->problem, STR(""), "idempotency_key",
                    "Idempotency-Key must have 1 to 255 visible ASCII characters");
        return ERR_BAD_REQUEST;
    }
    if (call->route->flags & NO_REPLAY) return OK;
    call->replay.key = key;
    call->replay.scope = scope_of(call, key);
    return OK;
}

err replay_find(struct unit *unit, struct call *call, struct idempotency_key **ret_row)
{
    struct idempotency_key *row;
    struct response *response = &call->response;
    struct value scope = {.text = call->replay.scope};
    *ret_row = NULL;
    call->replay.replayed = false;
    if (!scope.text.p) return OK;
    err e = unit_find(unit, FIELD_OF(idempotency_key, scope), ENTITY_idempotency_key, scope, &row);
    if (e == ERR_NOT_FOUND) return OK;
    if (e) return e;
    if (row->expires_at <= unit->now) {
        *ret_row = row;
        return OK;
    }
    if (!str_equal(row->fingerprint, call->replay.fingerprint)) return ERR_IDEMPOTENCY_MISMATCH;
    if (row->actor_role.p && !str_equal(row->actor_role, role_name(call->actor.role))) {
        problem_add(&call->problem, STR(""), "role_changed", "The request succeeded in another role; read the row");
        return ERR_FORBIDDEN;
    }
    response->status = (int)row->status;
    response->location = arena_copy(call_arena(call), row->location);
    response->etag = arena_copy(call_arena(call), row->etag);
    response->body = arena_copy(call_arena(call), row->body);
    call->replay.replayed = true;
    return OK;
}

/* The user whose data the response contains, so that it is erased with the user: the owner of its row, else
 * the actor. */
static int64_t person_of(const struct call *call, const struct row *responded)
{
    int64_t owner = responded ? row_owner(responded) : 0;
    return owner ? owner : call->actor.user_id;
}

void replay_keep(struct unit *unit, struct call *call, const struct row *responded, struct idempotency_key *row)
{
    const struct response *response = &call->response;
    if (!call->replay.scope.p) return;
    bool again = row != NULL;
    if (!row) row = unit_new(unit, ENTITY_idempotency_key);
    row->scope = call->replay.scope;
    row->fingerprint = call->replay.fingerprint;
    row->status = response->status;
    row->location = response->location;
    row->etag = response->etag;
    row->body = response->body;
    row->user_id = person_of(call, responded);
    row->actor_role = role_name(call->actor.role);
    row->expires_at = unit->now + REPLAY_KEPT_MS;
    if (again) unit_changed(unit, row);
}
