/* What machines ask about the server itself. */
#include "api/call.h"
#include "api/handlers.h"
#include "api/metrics.h"
#include "api/state.h"

enum { METRICS_BYTES_MAX = 4 << 20 };

static void text_answer(struct call *call, str text)
{
    call->answer.content_type = STR("text/plain; charset=utf-8");
    call->answer.body = text;
}

/* The process runs and its loop turns; nothing else is asked, so that a slow store does not get it restarted. */
err read_live(struct call *call, struct reader *reader)
{
    (void)reader;
    text_answer(call, STR("live\n"));
    return OK;
}

/* A snapshot can be had and the writer's queue has room. */
err read_ready(struct call *call, struct reader *reader)
{
    struct store_counters counters = store_counters(call->api->store);
    if (counters.queued >= (size_t)call->api->settings->queue_max) return ERR_OVERLOADED;
    err e = reader_begin(reader, &call->actor);
    if (e) return ERR_OVERLOADED;
    reader_end(reader);
    text_answer(call, STR("ready\n"));
    return OK;
}

err read_metrics(struct call *call, struct reader *reader)
{
    (void)reader;
    struct buf out = buf_new(call_arena(call), METRICS_BYTES_MAX);
    metrics_write(&out, call->api);
    text_answer(call, buf_str(&out));
    call->answer.content_type = STR("text/plain; version=0.0.4; charset=utf-8");
    return OK;
}
