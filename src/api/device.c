/* See device.h. */
#include "api/device.h"

#include "api/authenticate.h"
#include "api/respond.h"
#include "base/clock.h"
#include "http/field.h"

/* Reads the first cookie of that name that is a token. */
static bool cookie_read(struct call *call)
{
    str field = field_joined(call->request, STR("Cookie"), ';');
    return (call->route->flags & VERIFY) && token_cookie_next(&field, device_cookie_name(call), &call->device_token);
}

enum place device_place(struct call *call)
{
    return cookie_read(call) ? ON_READER : ANYWHERE;
}

/* The device with this token, and the address of its person; ERR_NOT_FOUND. */
static err device_read(struct call *call, struct reader *reader, const struct device **ret_device, str *ret_email)
{
    char hash[HASH_TEXT_SIZE];
    struct row *row;
    hash_sha256_hex(call->device_token, hash);
    err e = reader_find(reader, ENTITY_device, FIELD_OF(device, token_hash), str_of(hash), call_arena(call), &row);
    if (e) return e;
    *ret_device = ROW(device, row);
    e = reader_get(reader, ENTITY_user, (*ret_device)->user_id, call_arena(call), &row);
    if (!e) *ret_email = ROW(user, row)->email;
    return e;
}

err device_look_up(struct call *call, struct reader *reader)
{
    const struct device *device;
    str email;
    if (device_place(call) == ANYWHERE) return OK;
    err e = reader_begin(reader, &system_actor);
    if (e) return e;
    e = device_read(call, reader, &device, &email);
    reader_end(reader);
    if (e) return e == ERR_NOT_FOUND ? OK : e;
    bool own = str_equal(email, INPUT_BODY(&call->input, login_request)->email);
    if (own && device->expires_at > clock_now_ms()) call->input.device_id = device->id;
    return OK;
}
