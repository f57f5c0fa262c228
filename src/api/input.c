/* See input.h. JSON and forms are decoded by the same descriptors into the same struct change, so a command does not
 * know in which of them it was sent. */
#include "api/input.h"

#include "api/admit.h"
#include "api/common_password.h"
#include "api/password.h"
#include "api/replay.h"
#include "base/parameters.h"
#include "domain/commands.h"
#include "http/field.h"
#include "schema/decode.h"
#include "schema/rule.h"

enum { BODY_AT_ONCE_MAX = 16 * 1024 }; /* larger bodies are not decoded on the network thread */

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
    return call->route->flags & (SIGNS_OUT | REAUTHENTICATES) ? call->actor.session_id : call->match.id;
}

enum place input_place(struct call *call)
{
    bool decoded = call->route->command && call->route->takes.kind != TAKE_FILE;
    return decoded && call->request->body.n > BODY_AT_ONCE_MAX ? ON_READER : ANYWHERE;
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
    return OK;
}

/* --- passwords ---------------------------------------------------------------------------------------------------- */

/* The password of a body, which is its hidden field; NULL when it was not given. */
static str *password_of(const struct call *call)
{
    const struct change *change = call->input.change;
    if (!(call->route->flags & (HASH | VERIFY | REAUTHENTICATES)) || !change) return NULL;
    for (size_t i = 0; i < change->descriptor->count; i++) {
        const struct field *field = &change->descriptor->fields[i];
        if (field->flags & HIDDEN && change_has(change, field)) return field_text(change->values, field);
    }
    return NULL;
}

/* The password by which the actor proves to be the person; STR_NONE: not given. */
static str proof_of(const struct call *call)
{
    if (call->route->flags & REAUTHENTICATES) return *password_of(call);
    return call->input.change ? call->input.change->current_password : STR_NONE;
}

enum place input_secure_place(struct call *call)
{
    if (!password_of(call) && !proof_of(call).p) return ANYWHERE;
    return call->actor.user_id || call->input.device_id ? ON_OWN_HASHER : ON_HASHER;
}

/* Finds the user with an e-mail address; ERR_NOT_FOUND. */
static err user_by_email(struct call *call, struct reader *reader, str email, const struct user **ret_user)
{
    struct row *row;
    err e = reader_begin(reader, &system_actor);
    if (e) return e;
    e = reader_find(reader, ENTITY_user, FIELD_OF(user, email), email, call_arena(call), &row);
    reader_end(reader);
    if (e) return e;
    *ret_user = ROW(user, row);
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
    admit_right(call, user->email);
    call->input.id = user->id;
    call->admission.password = user->password;
    return OK;
}

/* Whether the actor changes its own password: then a stolen session must not be enough. */
static bool changes_own_password(const struct call *call)
{
    bool changes = call->route->method == HTTP_PATCH || call->route->method == HTTP_PUT;
    return changes && password_of(call) && call->actor.user_id != 0 && call->input.id == call->actor.user_id;
}

/* ERR_NOT_FOUND when there is no such user. */
static err user_read(struct call *call, struct reader *reader, int64_t id, const struct user **ret_user)
{
    struct row *row;
    err e = reader_begin(reader, &system_actor);
    if (e) return e;
    e = reader_get(reader, ENTITY_user, id, call_arena(call), &row);
    reader_end(reader);
    if (e) return e;
    *ret_user = ROW(user, row);
    return OK;
}

static err proof_verify(struct call *call, struct reader *reader)
{
    str given = proof_of(call);
    bool confirms = call->route->flags & REAUTHENTICATES;
    str pointer = confirms ? STR("/password") : str_of(field_current_password.pointer);
    const struct user *user;
    if (!given.p && !changes_own_password(call)) return OK;
    if (!given.p) return problem_invalid(&call->problem, pointer, "required", "Required to change your own password");
    err e = user_read(call, reader, call->actor.user_id, &user);
    if (!e) e = admit_guess(call, user->email);
    if (e) return e == ERR_NOT_FOUND ? ERR_UNAUTHENTICATED : e;
    if (!password_matches(call_arena(call), user->password, given))
        return problem_invalid(&call->problem, pointer, "wrong", "This is not your present password");
    admit_right(call, user->email);
    call->admission.password = user->password;
    return OK;
}

static str text_given(const struct change *change, const char *name)
{
    const struct field *field = field_find(change->descriptor, str_of(name));
    return field && change_has(change, field) ? *field_text(change->values, field) : STR_NONE;
}

/* Refuses a password that is easily guessed from what is known of the account: by the body, or else by the row. The row
 * is only read for those who may change it, because a refusal reveals what it contains. */
static err strength_check(struct call *call, struct reader *reader, str password)
{
    const struct change *change = call->input.change;
    str email = text_given(change, "email"), name = text_given(change, "name");
    bool changes = call->input.id != 0 && call->route->entity->id == ENTITY_user;
    bool own = call->input.id == call->actor.user_id;
    const struct user *user = NULL;
    const char *detail;
    if (changes && (own || role_acts_on_all(call->route->entity, ACTION_WRITE, call->actor.role))) {
        err e = user_read(call, reader, call->input.id, &user);
        if (e && e != ERR_NOT_FOUND) return e;
    }
    if (user && !email.p) email = user->email;
    if (user && !name.p) name = user->name;
    const char *code = password_refusal(call_arena(call), password, email, name, &detail);
    return code ? problem_invalid(&call->problem, STR("/password"), code, detail) : OK;
}

err input_secure(struct call *call, struct reader *reader)
{
    str *password = password_of(call);
    bool given = password && password->p;
    if (given) arena_wipe(call_arena(call)); /* it has the password as it was sent, decoded and prepared */
    if (call->route->flags & VERIFY) return given ? password_verify(call, reader, *password) : OK;
    err e = proof_verify(call, reader);
    if (e || !given || call->route->flags & REAUTHENTICATES) return e;
    e = strength_check(call, reader, *password);
    if (e) return e;
    return password_hash(call_arena(call), *password, password);
}
