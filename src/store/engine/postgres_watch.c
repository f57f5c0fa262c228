/* Watches what other processes do to the database: it is notified of changes of users and sessions, and finds other
 * commits by polling, which also reads the server's clock. It also tries to become the leader.
 *
 * A trigger sends a notification in every transaction that changes a user or a session, with the number that the
 * transaction stored in "PeopleEpochs". Notifications arrive in the order of these numbers. A cache compares the last
 * number reported to it with the one in its own snapshot, so a delayed or lost notification is detected. After a lost
 * connection everything may have changed.
 *
 * The leader holds the advisory lock LOCK_KEY_JOBS, which the server releases when the leader's session ends. */
#include "store/engine/postgres.h"

#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/check.h"
#include "base/clock.h"
#include "base/log.h"

enum { POLL_MS = 200, RETRY_MS = 500, LEAD_MS = 1000, RESULT_MS = 5000, SNAPSHOT_SIZE = 1024 };

struct watcher {
    const struct settings *settings;
    struct watch_events events;
    struct arena *arena;
    pthread_t thread;
    int stop; /* eventfd */
    _Atomic bool stopping;
    PGconn *pg;
    bool leads;
    int64_t lead_at_ms;           /* monotonic; next attempt to become the leader */
    char snapshot[SNAPSHOT_SIZE]; /* of transactions, at the last poll */
};

/* --- queries ------------------------------------------------------------------------------------------------------ */

/* Waits until there is something to read or the watcher is stopped. */
static void wait_for(struct watcher *watcher, int64_t milliseconds)
{
    struct pollfd waits[] = {{.fd = watcher->stop, .events = POLLIN}, {.events = POLLIN}};
    waits[1].fd = watcher->pg ? PQsocket(watcher->pg) : -1;
    (void)poll(waits, COUNT_OF(waits), (int)milliseconds);
}

/* The deadline ensures that the process can end even if the server does not respond. */
static bool await_result(struct watcher *watcher, int64_t deadline_ms)
{
    while (PQisBusy(watcher->pg)) {
        int64_t left_ms = deadline_ms - clock_monotonic_ms();
        if (left_ms <= 0 || atomic_load(&watcher->stopping)) return false;
        wait_for(watcher, left_ms);
        if (!PQconsumeInput(watcher->pg)) return false;
    }
    return true;
}

/* The result of the last statement of an SQL text; NULL: the connection is unusable. */
static PGresult *result_of(struct watcher *watcher, const char *sql)
{
    int64_t deadline_ms = clock_monotonic_ms() + RESULT_MS;
    PGresult *last = NULL;
    if (!PQsendQuery(watcher->pg, sql)) return NULL;
    while (await_result(watcher, deadline_ms)) {
        PGresult *result = PQgetResult(watcher->pg);
        if (!result) return last;
        PQclear(last);
        last = result;
    }
    PQclear(last);
    return NULL;
}

/* The single value that a query returns, in `text`; false when there is none. */
static bool query_value(struct watcher *watcher, const char *sql, char *text, size_t size)
{
    PGresult *result = result_of(watcher, sql);
    bool found = PQresultStatus(result) == PGRES_TUPLES_OK && PQntuples(result) == 1;
    if (found) {
        str value = str_first(str_of(PQgetvalue(result, 0, 0)), size - 1);
        memcpy(text, value.p, value.n);
        text[value.n] = '\0';
    }
    PQclear(result);
    return found;
}

static void leader_set(struct watcher *watcher, bool leads)
{
    if (watcher->leads == leads) return;
    watcher->leads = leads;
    watcher->events.leads(watcher->events.context, leads);
    LOG(LOG_INFO, leads ? "leader_acquired" : "leader_lost");
}

static void leader_try(struct watcher *watcher)
{
    char response[8];
    if (watcher->leads || clock_monotonic_ms() < watcher->lead_at_ms) return;
    watcher->lead_at_ms = clock_monotonic_ms() + LEAD_MS;
    if (!query_value(watcher, "SELECT pg_try_advisory_lock(" LOCK_KEY_JOBS ")", response, sizeof(response))) return;
    if (response[0] == 't') leader_set(watcher, true);
}

/* The current snapshot changes whenever a transaction ends, so no commit is missed. Its query also reads the clock of
 * the server, which costs no round trip of its own. */
static bool poll_server(struct watcher *watcher)
{
    char text[SNAPSHOT_SIZE];
    struct clock_reading reading = {.before_us = clock_boot_us()};
    if (!query_value(watcher, "SELECT " CLOCK_SQL " || ' ' || pg_current_snapshot()", text, sizeof(text))) return false;
    reading.after_us = clock_boot_us();
    str snapshot = str_of(text), time;
    if (!str_split(&snapshot, ' ', &time) || !str_to_int(time, &reading.time_us)) return false;
    clock_follow(&reading);
    if (str_is(snapshot, watcher->snapshot)) return true;
    memcpy(watcher->snapshot, snapshot.p, snapshot.n + 1);
    watcher->events.activity(watcher->events.context);
    return true;
}

/* --- notifications ------------------------------------------------------------------------------------------------ */

/* Handles the payload of a notification: an epoch, then a resource with ids of changed rows, or "all": "17 users
 * 3 4". */
static void notified(struct watcher *watcher, str text)
{
    const struct watch_events *events = &watcher->events;
    str epoch_text, resource, id_text;
    int64_t epoch, id;
    bool epoch_given = str_split(&text, ' ', &epoch_text) && str_to_int(epoch_text, &epoch);
    if (!epoch_given || !str_split(&text, ' ', &resource)) return;
    const struct entity *entity = entity_by_resource(resource);
    if (!entity) {
        events->changed(events->context, ENTITY_user, 0);
    }
    while (entity && str_split(&text, ' ', &id_text)) {
        if (str_to_int(id_text, &id)) events->changed(events->context, entity->id, id);
    }
    events->people_epoch(events->context, epoch);
}

static bool notifications_read(struct watcher *watcher)
{
    PGnotify *notify;
    if (!PQconsumeInput(watcher->pg)) return false;
    while ((notify = PQnotifies(watcher->pg)) != NULL) {
        notified(watcher, str_of(notify->extra));
        PQfreemem(notify);
    }
    return true;
}

/* LISTEN is executed before the epoch is read, so that commits in between are reported too. */
static bool attach(struct watcher *watcher)
{
    char text[32];
    int64_t epoch;
    arena_reset(watcher->arena);
    watcher->pg = postgres_connect(watcher->settings->database_url, NULL, false, watcher->arena);
    if (PQstatus(watcher->pg) != CONNECTION_OK) return false;
    PGresult *result = result_of(watcher, "SET ROLE boxoffice_app; LISTEN boxoffice_people; SELECT "
                                          "pg_advisory_lock_shared(" LOCK_KEY_SERVE ")");
    bool listening = PQresultStatus(result) == PGRES_TUPLES_OK;
    PQclear(result);
    if (!listening || !query_value(watcher, "SELECT \"epoch\" FROM public.\"PeopleEpochs\"", text, sizeof(text)))
        return false;
    if (!str_to_int(str_of(text), &epoch)) return false;
    watcher->events.changed(watcher->events.context, ENTITY_user, 0);
    watcher->events.people_epoch(watcher->events.context, epoch);
    return true;
}

static void detach(struct watcher *watcher)
{
    leader_set(watcher, false);
    PQfinish(watcher->pg);
    watcher->pg = NULL;
}

/* --- the thread --------------------------------------------------------------------------------------------------- */

/* False when the connection is unusable. */
static bool watch_round(struct watcher *watcher)
{
    if (!notifications_read(watcher)) return false;
    leader_try(watcher);
    return poll_server(watcher) && notifications_read(watcher);
}

static void *watch_main(void *context)
{
    struct watcher *watcher = context;
    while (!atomic_load(&watcher->stopping)) {
        bool fine = watcher->pg || attach(watcher);
        if (fine) fine = watch_round(watcher);
        if (!fine) detach(watcher);
        wait_for(watcher, fine ? POLL_MS : RETRY_MS);
    }
    detach(watcher);
    return NULL;
}

err postgres_watch(const struct settings *settings, const struct watch_events *events, struct watcher **ret_watcher)
{
    struct watcher *watcher = calloc(1, sizeof(*watcher));
    CHECK(watcher != NULL);
    watcher->settings = settings;
    watcher->events = *events;
    watcher->arena = arena_new(1 << 20);
    watcher->stop = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    CHECK(watcher->stop >= 0);
    int code = pthread_create(&watcher->thread, NULL, watch_main, watcher);
    CHECK(code == 0);
    *ret_watcher = watcher;
    return OK;
}

void postgres_unwatch(struct watcher *watcher)
{
    if (!watcher) return;
    atomic_store(&watcher->stopping, true);
    int code = eventfd_write(watcher->stop, 1);
    CHECK(code == 0);
    pthread_join(watcher->thread, NULL);
    close(watcher->stop);
    arena_free(watcher->arena);
    free(watcher);
}
