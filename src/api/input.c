/* See input.h. JSON and forms are decoded by the same descriptors into the same struct change, so a command does not
 * know in which of them it was sent. */
#include "api/input.h"

#include "api/admit.h"
#include "api/password.h"
#include "api/replay.h"
#include "base/parameters.h"
#include "domain/commands.h"
#include "http/field.h"
#include "schema/decode.h"

/* --- decoding ----------------------------------------------------------------------------------------------------- */

static const struct descriptor descriptor_nothing = {.title = "Nothing"};

static enum decode_mode mode_of(enum http_method method)
{
    if (method == HTTP_PATCH) return DECODE_PATCH;
    return method == HTTP_PUT ? DECODE_REPLACE : DECODE_CREATE;
}

/* A body may be omitted if none of its fields is required. */
static bool body_optional(const struct call *call, const struct descriptor *descriptor)
{
    if (call->route->method != HTTP_POST && call->route->method != HTTP_DELETE) return false;
    for (size_t i = 0; i < descriptor->count; i++) {
        if (descriptor->fields[i].flags & REQUIRED) return false;
    }
    return true;
}

static err json_read(struct call *call, const struct descriptor *descriptor, struct change **ret_change)
{
    str body = call->request->body;
    if (body.n == 0 && body_optional(call, descriptor)) body = STR("{}");
    return decode_change(call_arena(call), body, descriptor, mode_of(call->route->method), &call->problem, ret_change);
}

/* Whether rows that depend on the changed one change with it: the parameter of the route is "true". */
static err follow_read(struct call *call, bool *ret_follow)
{
    const char *name = call->route->flags & MOVES ? "moveSchedules" : "extendEvent";
    struct parameters parameters;
    if (!(call->route->flags & (MOVES | EXTENDS))) return OK;
    err e = parameters_parse(call_arena(call), call->request->query, &parameters);
    if (e) return e;
    size_t found = 0;
    bool valid = true;
    for (size_t i = 0; i < parameters.count; i++) {
        if (!str_is(parameters.items[i].name, name)) continue;
        str value = parameters.items[i].value;
        *ret_follow = str_is(value, "true");
        valid = ++found == 1 && (*ret_follow || str_is(value, "false"));
    }
    if (valid) return OK;
    return problem_invalid(&call->problem, arena_printf(call_arena(call), "/%s", name), "type",
                           "Must be true or false, once");
}

static err body_read(struct call *call)
{
    const struct takes *takes = &call->route->takes;
    struct change *change = NULL;
    err e = OK;
    switch (takes->kind) {
    case TAKE_NOTHING:
        return json_read(call, &descriptor_nothing, &change);
    case TAKE_JSON:
        e = json_read(call, takes->descriptor, &change);
        if (!e) e = follow_read(call, &change->follow);
        break;
    case TAKE_LIST:
        return decode_changes(call_arena(call), call->request->body, takes->descriptor, LIST_MAX, &call->problem,
                              &call->changes);
    case TAKE_FORM:
        e = decode_form(call_arena(call), call->request->body, takes->descriptor, mode_of(call->route->method),
                        &call->problem, &change);
        break;
    case TAKE_FILE:
        call->input.file = call->request->body;
        break;
    }
    call->input.change = change;
    return e;
}

static int64_t subject_id(const struct call *call)
{
    if (call->route->flags & ME) return call->actor.user_id;
    return call->route->flags & SIGNS_OUT ? call->actor.session_id : call->match.id;
}

err input_read(struct call *call, struct reader *reader)
{
    (void)reader;
    err e = replay_read(call);
    if (e || !call->route->command) return e;
    e = if_match_parse(field_joined(call->request, STR("If-Match"), ','), &call->if_match);
    if (!e) e = body_read(call);
    if (e) return e;
    call->input.id = subject_id(call);
    call->input.version = VERSION_ANY;
    call->input.entity = call->route->entity;
    replay_seal(call);
    return admit_body(call);
}

/* --- passwords ---------------------------------------------------------------------------------------------------- */

/* The password of a body, which is its hidden field; NULL when it was not given. */
static str *password_of(const struct call *call)
{
    const struct change *change = call->input.change;
    if (!(call->route->flags & (HASH | VERIFY)) || !change) return NULL;
    for (size_t i = 0; i < change->descriptor->count; i++) {
        const struct field *field = &change->descriptor->fields[i];
        if (field->flags & HIDDEN && change_has(change, field)) return field_text(change->values, field);
    }
    return NULL;
}

enum place input_secure_place(struct call *call)
{
    return password_of(call) ? ON_HASHER : ANYWHERE;
}

/* Finds the user with an e-mail address; ERR_NOT_FOUND. */
static err user_by_email(struct call *call, struct reader *reader, str email, const struct user **ret_user)
{
    struct query *query = ARENA_NEW(call_arena(call), struct query);
    struct value value = {.text = email};
    struct page page;
    query->entity = entity_of(ENTITY_user);
    query->limit = 1;
    query_filter(query, FIELD_OF(user, email), COMPARE_EQUAL, &value, 1);
    err e = reader_begin(reader, &(struct actor){.role = ROLE_SYSTEM});
    if (e) return e;
    e = reader_list(reader, query, call_arena(call), &page);
    reader_end(reader);
    if (e) return e;
    if (page.count == 0) return ERR_NOT_FOUND;
    *ret_user = ROW(user, page.rows[0]);
    return OK;
}

static err password_verify(struct call *call, struct reader *reader, str password)
{
    const struct user *user = NULL;
    err e = user_by_email(call, reader, INPUT_BODY(&call->input, login_request)->email, &user);
    if (e && e != ERR_NOT_FOUND) return e;
    if (!password_matches(call_arena(call), user ? user->password : STR_NONE, password)) {
        problem_add(&call->problem, STR(""), "credentials", "No account has this e-mail address and password");
        return ERR_UNAUTHENTICATED;
    }
    call->input.id = user->id;
    call->admission.password = user->password;
    return OK;
}

/* Whether the actor changes its own password: then a stolen session must not be enough. */
static bool changes_own_password(const struct call *call)
{
    bool changes = call->route->method == HTTP_PATCH || call->route->method == HTTP_PUT;
    return changes && call->actor.user_id != 0 && call->input.id == call->actor.user_id;
}

static err user_read(struct call *call, struct reader *reader, const struct user **ret_user)
{
    struct row *row;
    err e = reader_begin(reader, &(struct actor){.role = ROLE_SYSTEM});
    if (e) return e;
    e = reader_get(reader, ENTITY_user, call->input.id, call_arena(call), &row);
    reader_end(reader);
    if (e) return e == ERR_NOT_FOUND ? ERR_UNAUTHENTICATED : e;
    *ret_user = ROW(user, row);
    return OK;
}

static err current_password_verify(struct call *call, struct reader *reader)
{
    str given = call->input.change->current_password, pointer = str_of(field_current_password.pointer);
    const struct user *user;
    if (!given.p) return problem_invalid(&call->problem, pointer, "required", "Required to change your own password");
    err e = user_read(call, reader, &user);
    if (!e) e = admit_guess(call, user->email);
    if (e) return e;
    if (!password_matches(call_arena(call), user->password, given))
        return problem_invalid(&call->problem, pointer, "wrong", "This is not your present password");
    call->admission.password = user->password;
    return OK;
}

err input_secure(struct call *call, struct reader *reader)
{
    str *password = password_of(call);
    if (!password || !password->p) return OK;
    arena_wipe(call_arena(call)); /* it has the password as it was sent, decoded and prepared */
    if (call->route->flags & VERIFY) return password_verify(call, reader, *password);
    err e = changes_own_password(call) ? current_password_verify(call, reader) : OK;
    if (e) return e;
    return password_hash(call_arena(call), *password, password);
}
