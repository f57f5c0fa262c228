/* Health checks and metrics. */
#include "api/call.h"
#include "api/handlers.h"
#include "api/metrics.h"
#include "api/state.h"
#include "base/clock.h"
#include "base/parameters.h"
#include "jobs/backup.h"

enum { METRICS_BYTES_MAX = 4 << 20, VERBOSE_BYTES_MAX = 8192 };

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

static const char *archive_state_of(const struct place_state *state)
{
    if (state->failing) return "the last attempt to write to it failed; see archive_place_failed in the log";
    return state->lag_ms > MINUTE_MS ? "it lacks commits that are older than a minute" : "ok";
}

static const char *backup_state_of(const struct place_state *state)
{
    if (state->base_age_ms < 0) return "there is no base yet";
    if (state->verified_age_ms < 0) return "it was not verified yet; see backup_failed in the log";
    return backup_overdue(state) ? "it was last verified more than 26 hours ago" : "ok";
}

/* What an operator looks at, one line each; places are numbered, because an address may be private. */
static str verbose_text(struct call *call, str text)
{
    struct buf out = buf_new(call_arena(call), VERBOSE_BYTES_MAX);
    struct place_state state;
    size_t place = 0;
    buf_add(&out, text);
    buf_printf(&out, "clock: %s\n", clock_state().alarm ? "it was set; see clock_stepped in the log" : "ok");
    for (; store_archive_state(call->api->store, place, &state); place++) {
        buf_printf(&out, "archive %zu: %s\n", place + 1, archive_state_of(&state));
        buf_printf(&out, "backup %zu: %s\n", place + 1, backup_state_of(&state));
    }
    if (place == 0)
        buf_printf(&out, "backup: %s\n",
                   call->api->settings->database_url.n ? "made by the tools of the database server"
                                                       : "none, because BOXOFFICE_BACKUP_TO is not set");
    return buf_str(&out);
}

static err is_verbose(struct call *call, bool *ret_verbose)
{
    struct parameters parameters;
    err e = parameters_parse(call_arena(call), call->request->query, &parameters);
    if (!e) *ret_verbose = parameter_find(&parameters, STR("verbose")).p != NULL;
    return e;
}

/* Ready means: a snapshot can be taken, the queue of the writers has room, and the server is not stopping. A clock that
 * was stepped is an alarm for the operator; the server has the right time all the same. */
err read_ready(struct call *call, struct reader *reader)
{
    struct store_counters counters = store_counters(call->api->store);
    if (counters.queued >= (size_t)call->api->settings->queue_max) return ERR_OVERLOADED;
    if (call->api->server && http_stopping(call->api->server)) return ERR_OVERLOADED;
    if (snapshot_try(call, reader)) return ERR_OVERLOADED;
    bool verbose;
    err e = is_verbose(call, &verbose);
    if (e) return e;
    str text = clock_state().alarm ? STR("ready\nalarm: clock_stepped\n") : STR("ready\n");
    text_response(call, verbose ? verbose_text(call, text) : text);
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
