/* See execute.h. The answer is written on the writer thread, in the transaction that does the work, because its bytes
 * are kept for repetitions; the writer's time is everybody's, so nothing else is done there. */
#include "api/execute.h"

#include "api/authenticate.h"
#include "api/metrics.h"
#include "api/password.h"
#include "api/replay.h"
#include "api/respond.h"
#include "api/state.h"
#include "domain/commands.h"
#include "http/field.h"
#include "schema/decode.h"
#include "schema/encode.h"
#include "schema/rule.h"

enum { RESPONSE_MAX = 1024 * 1024 };

/* --- input -------------------------------------------------------------------------------------------------------- */

static const struct descriptor descriptor_nothing = {.title = "Nothing"};

static enum decode_mode mode_of(enum http_method method)
{
    if (method == HTTP_PATCH) return DECODE_PATCH;
    return method == HTTP_PUT ? DECODE_REPLACE : DECODE_CREATE;
}

/* A body may be left out where nothing in it is required. */
static bool body_optional(const struct call *call, const struct descriptor *descriptor)
{
    if (call->route->method != HTTP_POST && call->route->method != HTTP_DELETE) return false;
    for (size_t i = 0; i < descriptor->count; i++) {
        if (descriptor->fields[i].flags & REQUIRED) return false;
    }
    return true;
}

err input_read(struct call *call)
{
    struct change *change;
    const struct route *route = call->route;
    if (!route->command) return OK;
    err e = if_match_parse(field_joined(call->request, STR("If-Match"), ','), &call->if_match);
    if (e) return e;

    const struct descriptor *descriptor = route->descriptor ? route->descriptor : &descriptor_nothing;
    str body = call->request->body;
    if (body.n == 0 && body_optional(call, descriptor)) body = STR("{}");
    e = decode_change(call_arena(call), body, descriptor, mode_of(route->method), &call->problem, &change);
    if (e) return e;
    call->input.id = call->match.id;
    call->input.version = VERSION_ANY;
    call->input.change = route->descriptor ? change : NULL;
    call->input.entity = route->entity;
    if (route->flags & ME) call->input.id = call->actor.user_id;
    if (route->flags & SIGNS_OUT && !(route->flags & ME)) call->input.id = call->actor.session_id;
    return OK;
}

/* The hidden field of a body is its password; STR_NONE when it was not given. */
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

bool input_has_password(const struct call *call)
{
    return password_of(call) != NULL;
}

/* The person with an e-mail address; ERR_NOT_FOUND. */
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

err input_secure(struct call *call, struct reader *reader)
{
    str *password = password_of(call);
    if (!password || !password->p) return OK;
    if (call->route->flags & VERIFY) return password_verify(call, reader, *password);
    return password_hash(call_arena(call), *password, password);
}

/* --- answer ------------------------------------------------------------------------------------------------------- */

/* Whether the row of the response belongs to the actor. Clients without sign-in get no rows of people but the account
 * that they have just made. */
static bool row_is_own(const struct row *row, const struct actor *actor)
{
    if (actor->role == ROLE_ANONYMOUS || role_reads_own_only(row->entity, actor->role)) return true;
    return actor->user_id != 0 && row_owner(row) == actor->user_id;
}

static struct encoding encoding_of(const struct call *call, const struct row *row)
{
    return (struct encoding){.role = call->actor.role, .mask = true, .own = row_is_own(row, &call->actor)};
}

/* Where the money can be given, while it is due. */
static void pay_url_write(struct call *call, struct json *json, const struct row *row)
{
    if (!row || row->entity->id != ENTITY_payment) return;
    if (ROW(payment, row)->status != PAYMENT_PENDING) return;
    json_member_text(json, "payUrl", arena_printf(call_arena(call), "/api/v1/payments/%lld/pay", (long long)row->id));
}

static void row_write(struct call *call, struct json *json, const struct result *result)
{
    struct encoding encoding = encoding_of(call, result->row);
    json_object_begin(json);
    encode_members(json, result->row, &encoding);
    if (result->embed) {
        encoding = encoding_of(call, result->embedded);
        json_name(json, str_of(result->embed));
        encode_row(json, result->embedded, &encoding);
        pay_url_write(call, json, result->embedded);
    }
    json_object_end(json);
}

static void sign_in_write(struct call *call, struct json *json, const struct result *result)
{
    struct encoding encoding = {.role = call->actor.role, .own = true}; /* whoever was signed in before */
    str token = arena_copy(call_arena(call), result->token);
    json_object_begin(json);
    json_member_text(json, "token", token);
    json_name(json, STR("user"));
    encode_row(json, result->row, &encoding);
    json_object_end(json);
    response_cookie(call, token);
}

/* Rows that have an address of their own say so. */
static str location_of(const struct call *call, const struct row *row)
{
    if (!(row->entity->traits & SPECIFIED)) return call->request->path;
    return arena_printf(call_arena(call), "/api/v1/%s/%lld", row->entity->resource, (long long)row->id);
}

/* What was done cannot be refused any more because its row, in which another client of the database wrote more than we
 * take, does not fit an answer: so it is answered without the row (RFC 9110 section 15.3.5). */
static void body_leave_out(struct response *response)
{
    response->body = STR_NONE;
    if (response->status == 200) response->status = 204;
}

static void result_write(struct call *call, const struct result *result)
{
    struct response *response = &call->response;
    response->status = call->route->status;
    if (call->route->flags & SIGNS_OUT) response_cookie(call, STR_NONE);
    if (!result->row || response->status == 204) return;

    struct buf out = buf_new(call_arena(call), RESPONSE_MAX);
    struct json json = json_to(&out);
    if (call->route->flags & SIGNS_IN)
        sign_in_write(call, &json, result);
    else
        row_write(call, &json, result);
    response->body = buf_str(&out);
    if (out.full) body_leave_out(response);
    if (call->route->flags & SIGNS_IN) return;
    if (result->row->entity->paranoid) response->etag = etag_of(call_arena(call), result->row->version);
    if (response->status == 201) response->location = location_of(call, result->row);
}

/* --- the command -------------------------------------------------------------------------------------------------- */

/* One version is the command's to compare. "*" and lists are compared here: the row's version is asked for if it is
 * among them. */
static err version_settle(struct unit *unit, struct call *call)
{
    const struct versions *requested = &call->if_match;
    struct row *row;
    call->input.version = VERSION_ANY;
    bool creates = call->route->status == 201;
    if (!requested->given || creates || !call->route->entity || call->input.id == 0) return OK;
    if (!requested->any && requested->count == 1) {
        call->input.version = requested->values[0];
        return OK;
    }
    err e = unit_get_as_actor(unit, call->route->entity->id, call->input.id, ACTION_READ, &row);
    if (e) return e;
    bool among = requested->any;
    for (size_t i = 0; i < requested->count; i++) among = among || requested->values[i] == row->version;
    if (!among) return ERR_STALE_VERSION;
    call->input.version = row->version;
    return OK;
}

static err command_run(struct unit *unit, struct command *command)
{
    struct call *call = (struct call *)(void *)command;
    struct idempotency_key *kept;
    struct result result = {0};
    call->response = (struct response){0};
    err e = actor_confirm(call, unit);
    if (e) return e;
    e = replay_find(unit, call, &kept);
    if (e || call->replay.replayed) return e;
    e = version_settle(unit, call);
    if (e) return e;
    e = call->route->command(unit, &call->input, &result);
    if (e) return e;
    actor_changed(call);
    result_write(call, &result);
    replay_keep(unit, call, result.row, kept);
    return OK;
}

static void command_done(struct command *command, err e)
{
    struct call *call = (struct call *)(void *)command;
    bool books = call->route->command == booking_create && !call->replay.replayed;
    if (books) metrics_booking(call->api->metrics, e);
    if (e)
        respond_problem(call, e);
    else
        respond_success(call);
}

/* The row of the path, what the command says of itself, and the first answer to the same key. */
static int64_t lock_set_fill(struct call *call, struct lock_set *lock_set)
{
    lock_set_function *of_command = command_lock_set(call->route->command);
    lock_set_value(lock_set, ENTITY_idempotency_key, FIELD_OF(idempotency_key, scope),
                   (struct value){.text = call->replay.scope}, ROW_LOCK_EXCLUSIVE);
    if (of_command) return of_command(&call->input, lock_set);
    if (call->route->entity) lock_set_row(lock_set, call->route->entity->id, call->input.id, ROW_LOCK_EXCLUSIVE);
    return 0;
}

static void command_lock_set_fill(struct command *command, struct lock_set *lock_set)
{
    (void)lock_set_fill((struct call *)(void *)command, lock_set);
}

void execute(struct call *call)
{
    call->command = (struct command){.actor = &call->actor,
                                     .problem = &call->problem,
                                     .shared_id = lock_set_fill(call, NULL),
                                     .lock_set = command_lock_set_fill,
                                     .run = command_run,
                                     .done = command_done};
    call->admission.actor = call->actor;
    call->admission.credential = call->credential;
    if (!store_submit(call->api->store, &call->command)) respond_problem(call, ERR_OVERLOADED);
}
