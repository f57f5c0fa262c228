/* See metrics.h. Format: https://prometheus.io/docs/instrumenting/exposition_formats/ */
#include "api/metrics.h"

#include <stdatomic.h>

#include "api/state.h"
#include "base/check.h"

enum { CLASSES = 5, NOWHERE = ROUTES_MAX, BUCKETS = 12, MICROSECONDS = 1000000 };

/* Upper bounds in microseconds, and in seconds as written for Prometheus. */
static const struct {
    int64_t us;
    const char *seconds;
} buckets[BUCKETS] = {
    {500, "0.0005"}, {1000, "0.001"}, {2500, "0.0025"}, {5000, "0.005"}, {10000, "0.01"}, {25000, "0.025"},
    {50000, "0.05"}, {100000, "0.1"}, {250000, "0.25"}, {500000, "0.5"}, {1000000, "1"},  {5000000, "5"},
};

struct counters {
    atomic_uint_least64_t classes[CLASSES]; /* of status: 1xx to 5xx */
    atomic_uint_least64_t buckets[BUCKETS + 1];
    atomic_uint_least64_t total_us;
};

struct metrics {
    struct counters routes[ROUTES_MAX + 1];
    atomic_uint_least64_t bookings[ERR_COUNT];
    atomic_uint_least64_t session_reads;
};

struct metrics *metrics_new(struct arena *arena)
{
    return ARENA_NEW(arena, struct metrics);
}

static void add(atomic_uint_least64_t *counter, uint64_t n)
{
    atomic_fetch_add_explicit(counter, n, memory_order_relaxed);
}

static unsigned long long get(const atomic_uint_least64_t *counter)
{
    return atomic_load_explicit(counter, memory_order_relaxed);
}

void metrics_request(struct metrics *metrics, const struct route *route, int status, int64_t duration_us)
{
    CHECK(status >= 100 && status < 600);
    struct counters *counters = &metrics->routes[route ? route_index(route) : NOWHERE];
    size_t bucket = 0;
    while (bucket < BUCKETS && duration_us > buckets[bucket].us) bucket++;
    add(&counters->classes[status / 100 - 1], 1);
    add(&counters->buckets[bucket], 1);
    add(&counters->total_us, (uint64_t)duration_us);
}

void metrics_booking(struct metrics *metrics, err result)
{
    add(&metrics->bookings[result], 1);
}

void metrics_session_read(struct metrics *metrics)
{
    add(&metrics->session_reads, 1);
}

/* --- text --------------------------------------------------------------------------------------------------------- */

struct dimension {
    const char *method;
    const char *path;
    const struct counters *counters;
};

static unsigned long long requests_of(const struct counters *counters)
{
    unsigned long long sum = 0;
    for (size_t i = 0; i < CLASSES; i++) sum += get(&counters->classes[i]);
    return sum;
}

/* The i-th route, then the requests that matched none; false after those. */
static bool dimension_at(const struct metrics *metrics, size_t i, struct dimension *ret_dimension)
{
    size_t count;
    const struct route *routes = routes_table(&count);
    if (i > count) return false;
    *ret_dimension = i < count
                         ? (struct dimension){method_name(routes[i].method).p, routes[i].path, &metrics->routes[i]}
                         : (struct dimension){"any", "other", &metrics->routes[NOWHERE]};
    return true;
}

static void head(struct buf *out, const char *name, const char *type, const char *help)
{
    buf_printf(out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

static void requests_write(struct buf *out, const struct metrics *metrics)
{
    struct dimension dimension;
    head(out, "boxoffice_requests_total", "counter", "Requests responded to, by route and class of status.");
    for (size_t i = 0; dimension_at(metrics, i, &dimension); i++) {
        for (size_t class = 0; class < CLASSES; class ++) {
            unsigned long long n = get(&dimension.counters->classes[class]);
            if (n == 0) continue;
            buf_printf(out, "boxoffice_requests_total{method=\"%s\",route=\"%s\",status=\"%zuxx\"} %llu\n",
                       dimension.method, dimension.path, class + 1, n);
        }
    }
}

static void duration_write(struct buf *out, const struct dimension *dimension)
{
    static const char name[] = "boxoffice_request_duration_seconds";
    unsigned long long sum = 0, us = get(&dimension->counters->total_us);
    for (size_t i = 0; i <= BUCKETS; i++) {
        sum += get(&dimension->counters->buckets[i]);
        buf_printf(out, "%s_bucket{method=\"%s\",route=\"%s\",le=\"%s\"} %llu\n", name, dimension->method,
                   dimension->path, i < BUCKETS ? buckets[i].seconds : "+Inf", sum);
    }
    buf_printf(out, "%s_sum{method=\"%s\",route=\"%s\"} %llu.%06llu\n", name, dimension->method, dimension->path,
               us / MICROSECONDS, us % MICROSECONDS);
    buf_printf(out, "%s_count{method=\"%s\",route=\"%s\"} %llu\n", name, dimension->method, dimension->path, sum);
}

static void durations_write(struct buf *out, const struct metrics *metrics)
{
    struct dimension dimension;
    head(out, "boxoffice_request_duration_seconds", "histogram", "Time from a complete request to its response.");
    for (size_t i = 0; dimension_at(metrics, i, &dimension); i++) {
        if (requests_of(dimension.counters)) duration_write(out, &dimension);
    }
}

static void bookings_write(struct buf *out, const struct metrics *metrics)
{
    head(out, "boxoffice_bookings_total", "counter", "Booking attempts by result.");
    buf_printf(out, "boxoffice_bookings_total{result=\"booked\"} %llu\n", get(&metrics->bookings[OK]));
    for (size_t e = OK + 1; e < ERR_COUNT; e++) {
        unsigned long long n = get(&metrics->bookings[e]);
        if (n) buf_printf(out, "boxoffice_bookings_total{result=\"%s\"} %llu\n", err_row((err)e)->code, n);
    }
}

static void number(struct buf *out, const char *name, const char *type, const char *help, uint64_t value)
{
    head(out, name, type, help);
    buf_printf(out, "%s %llu\n", name, (unsigned long long)value);
}

static void store_write(struct buf *out, const struct store *store)
{
    struct store_counters counters = store_counters(store);
    number(out, "boxoffice_commands_total", "counter", "Commands run by the writer.", counters.commands);
    number(out, "boxoffice_commits_total", "counter", "Transactions committed.", counters.commits);
    number(out, "boxoffice_commands_refused_total", "counter", "Commands refused because the queue was full.",
           counters.refused);
    number(out, "boxoffice_checkpoints_total", "counter", "Checkpoints of the log.", counters.checkpoints);
    number(out, "boxoffice_log_frames", "gauge", "Frames in the write-ahead log.", counters.log_frames);
    number(out, "boxoffice_commands_queued", "gauge", "Commands that wait for the writer.", counters.queued);
}

/* --- the archive -------------------------------------------------------------------------------------------------- */

static const struct place_figure {
    const char *name, *help;
    size_t offset;      /* of the number in struct place_state */
    int64_t per_second; /* units per second, which is written in seconds; 0: not a duration */
} place_figures[] = {
    {"boxoffice_archive_lag_seconds", "For how long a commit has been waiting to get to a place of the archive.",
     offsetof(struct place_state, lag_ms), SECOND_MS},
    {"boxoffice_archive_backlog_bytes", "What a place of the archive does not have yet.",
     offsetof(struct place_state, backlog), 0},
    {"boxoffice_archive_failing", "Whether the last attempt to write to a place of the archive failed.",
     offsetof(struct place_state, failing), 0},
    {"boxoffice_backup_age_seconds", "Age of the newest base in a place of the archive; -1: it has none.",
     offsetof(struct place_state, base_age_ms), SECOND_MS},
    {"boxoffice_backup_verified_age_seconds",
     "Since a place of the archive was last verified by restoring the newest state from it; -1: it never was.",
     offsetof(struct place_state, verified_age_ms), SECOND_MS},
};

/* Places are numbered in the order of the setting: an address may be private. */
static void archive_write(struct buf *out, const struct store *store)
{
    struct place_state state;
    for (size_t i = 0; i < COUNT_OF(place_figures); i++) {
        const struct place_figure *figure = &place_figures[i];
        if (!store_archive_state(store, 0, &state)) return;
        head(out, figure->name, "gauge", figure->help);
        for (size_t place = 0; store_archive_state(store, place, &state); place++) {
            int64_t value = *(const int64_t *)(const void *)((const char *)&state + figure->offset);
            buf_printf(out, "%s{place=\"%zu\"} ", figure->name, place + 1);
            if (figure->per_second)
                buf_printf(out, "%.3f\n", value < 0 ? -1.0 : (double)value / (double)figure->per_second);
            else
                buf_printf(out, "%lld\n", (long long)value);
        }
    }
}

static void clock_write(struct buf *out)
{
    struct clock_state clock = clock_state();
    number(out, "boxoffice_clock_alarm", "gauge", "Whether the clock was set and differs from the time of the server.",
           clock.alarm);
    number(out, "boxoffice_clock_steps_total", "counter", "Steps of the clock.", (uint64_t)clock.steps);
    head(out, "boxoffice_clock_difference_seconds", "gauge", "The clock minus the time of the server.");
    buf_printf(out, "boxoffice_clock_difference_seconds %.3f\n", (double)clock.difference_ms / SECOND_MS);
}

static void http_write(struct buf *out, const struct http_server *server)
{
    struct http_counters counters = http_counters(server);
    number(out, "boxoffice_http_accepted_total", "counter", "Connections accepted.", counters.accepted);
    number(out, "boxoffice_http_requests_total", "counter", "Requests received.", counters.requests);
    number(out, "boxoffice_http_refused_total", "counter", "Requests and connections refused.", counters.refused);
    number(out, "boxoffice_http_evicted_total", "counter", "Connections closed to make room for others.",
           counters.evicted);
#ifdef STEPS_MEASURED
    number(out, "boxoffice_network_long_steps_total", "counter", "Steps of the network thread of more than 1 ms.",
           counters.long_steps);
#endif
    number(out, "boxoffice_http_connections", "gauge", "Connections open.", (uint64_t)counters.connections);
}

/* --- background jobs ---------------------------------------------------------------------------------------------- */

enum { PER_SECOND_MS = 1000, PER_SECOND_US = 1000000 };

#define COUNTER(member) offsetof(struct job_counters, member)

static const struct job_figure {
    const char *name, *type, *help;
    size_t offset;      /* of the number in struct job_counters */
    int64_t per_second; /* units per second of a duration, which is written in seconds; 0: not a duration */
    bool of_consumers;  /* only consumers have it */
} job_figures[] = {
    {"boxoffice_job_runs_total", "counter", "Runs of a background job.", COUNTER(runs), 0, false},
    {"boxoffice_job_retries_total", "counter", "Runs that repeated a failed run.", COUNTER(retries), 0, false},
    {"boxoffice_job_failures_total", "counter", "Times that the last attempt failed.", COUNTER(failures), 0, false},
    {"boxoffice_job_duration_seconds_total", "counter", "Time spent in runs.", COUNTER(duration_us), PER_SECOND_US,
     false},
    {"boxoffice_job_last_success_timestamp_seconds", "gauge", "When a run last succeeded on this node; 0: never.",
     COUNTER(last_success_ms), PER_SECOND_MS, false},
    {"boxoffice_job_running", "gauge", "Whether it runs now.", COUNTER(running), 0, false},
    {"boxoffice_job_lag_seconds", "gauge", "Age of the change read last while there are more.", COUNTER(lag_ms),
     PER_SECOND_MS, true},
};

static void job_figure_write(struct buf *out, struct jobs *jobs, const struct job_figure *figure)
{
    struct job_counters job;
    head(out, figure->name, figure->type, figure->help);
    for (size_t i = 0; jobs_counters(jobs, i, &job); i++) {
        int64_t value = *(const int64_t *)(const void *)((const char *)&job + figure->offset);
        if (figure->of_consumers && !job.consumes) continue;
        buf_printf(out, "%s{job=\"%s\"} ", figure->name, job.name);
        if (figure->per_second)
            buf_printf(out, "%.6f\n", (double)value / (double)figure->per_second);
        else
            buf_printf(out, "%lld\n", (long long)value);
    }
}

static void jobs_write(struct buf *out, struct jobs *jobs)
{
    for (size_t i = 0; i < COUNT_OF(job_figures); i++) job_figure_write(out, jobs, &job_figures[i]);
}

void metrics_write(struct buf *out, const struct api *api)
{
    requests_write(out, api->metrics);
    durations_write(out, api->metrics);
    bookings_write(out, api->metrics);
    number(out, "boxoffice_session_reads_total", "counter", "Sessions read from the database.",
           get(&api->metrics->session_reads));
    store_write(out, api->store);
    archive_write(out, api->store);
    clock_write(out);
    if (api->server) http_write(out, api->server);
    if (api->jobs) jobs_write(out, api->jobs);
}
