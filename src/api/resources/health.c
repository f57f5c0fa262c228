/* Health checks and metrics. */
#include "api/call.h"
#include "api/handlers.h"
#include "api/metrics.h"
#include "api/state.h"
#include "base/clock.h"

enum { METRICS_BYTES_MAX = 4 << 20 };

static void text_response(struct call *call, str text)
{
    call->response.body = text;
}

/* The process and its event loop are running. The store is not checked: a slow store must not cause a restart. */
err read_live(struct call *call, struct reader *reader)
{
    (void)reader;
    text_response(call, STR("live\n"));
    return OK;
}

/* Whether the database responds. */
static err snapshot_try(struct call *call, struct reader *reader)
{
    struct row *row;
    err e = reader_begin(reader, &call->actor);
    if (e) return e;
    e = reader_get(reader, ENTITY_venue, 1, call_arena(call), &row);
    reader_end(reader);
    return e == ERR_NOT_FOUND ? OK : e;
}

/* Ready means: a snapshot can be taken, the queue of the writers has room, and the server is not stopping. A clock that
 * was stepped is an alarm for the operator; the server has the right time all the same. */
err read_ready(struct call *call, struct reader *reader)
{
    struct store_counters counters = store_counters(call->api->store);
    if (counters.queued >= (size_t)call->api->settings->queue_max) return ERR_OVERLOADED;
    if (call->api->server && http_stopping(call->api->server)) return ERR_OVERLOADED;
    if (snapshot_try(call, reader)) return ERR_OVERLOADED;
    text_response(call, clock_state().alarm ? STR("ready\nalarm: clock_stepped\n") : STR("ready\n"));
    return OK;
}

err read_metrics(struct call *call, struct reader *reader)
{
    (void)reader;
    struct buf out = buf_new(call_arena(call), METRICS_BYTES_MAX);
    metrics_write(&out, call->api);
    text_response(call, buf_str(&out));
    call->response.content_type = STR("text/plain; version=0.0.4; charset=utf-8");
    return OK;
}
