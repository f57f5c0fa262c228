/* The command serve: opens the store, checks that the database has the schema of this program, and serves until a
 * signal stops it. Then open requests are finished and everything is closed in reverse order. */
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include "api/api.h"
#include "base/check.h"
#include "base/local_time.h"
#include "base/log.h"
#include "http/address.h"
#include "http/http.h"
#include "ops/confine.h"
#include "ops/time_check.h"

/* Timeouts of connections. The first one is documented as part of the API; the others limit the number of idle and
 * stuck connections. */
enum {
    PROGRESS_MS = 10 * 1000,
    HEAD_MS = 10 * 1000,
    KEEP_ALIVE_MS = 60 * 1000,
    WRITE_STALL_MS = 10 * 1000,
    TICK_MS = 250,
    REASON_SIZE = 512,
    FILES_RESERVED = 128, /* for connections being refused and for files opened briefly */
};

/* Memory for requests and responses in progress. The largest responses have about ten megabytes, and an ordinary client
 * reads one within a second; so an address that holds 64 MiB is not reading. Eight such addresses reach the limit. */
#define HELD_MAX             ((size_t)512 << 20)
#define HELD_PER_ADDRESS_MAX ((size_t)64 << 20)

struct service {
    struct invocation *invocation;
    const struct settings *settings;
    struct store *store;
    struct scripts seeders;
    struct api *api;
    struct jobs *jobs;
    struct http_server *server;
    struct networks proxies, monitoring;
};

/* The server that the signal handler stops; set while it runs. */
static struct http_server *volatile running;

static void on_signal(int number)
{
    (void)number;
    if (running) http_stop(running);
}

static void signals_set(struct http_server *server)
{
    running = server;
    struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_RESTART};
    sigemptyset(&action.sa_mask);
    CHECK(sigaction(SIGTERM, &action, NULL) == 0 && sigaction(SIGINT, &action, NULL) == 0);
    signal(SIGPIPE, SIG_IGN);
}

/* --- output ------------------------------------------------------------------------------------------------------- */

/* Prints the accounts that a seeder creates. */
static size_t print_sign_ins(const struct script *seeder)
{
    size_t printed = 0;
    str rest = seeder->up, sign_in;
    for (; script_sign_in_next(&rest, &sign_in); printed++) print("  %.*s\n", STR_ARG(sign_in));
    return printed;
}

static void print_demo(const struct service *service, str address)
{
    size_t printed = 0;
    print("\nDemo sign-ins\n");
    for (size_t i = 0; i < service->seeders.count; i++) {
        if (service->seeders.list[i].done) printed += print_sign_ins(&service->seeders.list[i]);
    }
    if (printed == 0) print("  none yet; run boxoffice db:seed:all\n");
    print(
        "\nTo try\n  curl '%.*s/api/v1/events?price=0.00&_sort=startDate'\n  %.*s/api/docs\n\nPress Ctrl-C to stop.\n",
        STR_ARG(address), STR_ARG(address));
}

static str service_address(const struct service *service)
{
    const struct settings *settings = service->settings;
    bool colons = str_find(settings->host, ':') < settings->host.n;
    return arena_printf(service->invocation->arena, "http%s://%s%.*s%s:%d", settings->tls_certificate.n > 0 ? "s" : "",
                        colons ? "[" : "", STR_ARG(settings->host), colons ? "]" : "", http_port(service->server));
}

static void announce(const struct service *service)
{
    str address = service_address(service);
    print("listening on %.*s\n", STR_ARG(address));
    if (service->settings->demo) print_demo(service, address);
    /* A closed standard output must not stop the server. */
    if (!print_end()) say("continuing without standard output");
}

/* --- opening and closing ------------------------------------------------------------------------------------------ */

static const char *file_or_none(str path)
{
    return path.n > 0 ? path.p : NULL;
}

/* The lowest free descriptor, which is about the number of open ones. */
static rlim_t files_open(void)
{
    int next = open("/dev/null", O_RDONLY | O_CLOEXEC);
    if (next < 0) return RLIM_INFINITY;
    close(next);
    return (rlim_t)next;
}

/* Raises the soft limit of open files to the hard one. It is low only for programs that use select(). */
static void files_limit_raise(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
    limit.rlim_cur = limit.rlim_max;
    (void)setrlimit(RLIMIT_NOFILE, &limit);
}

/* The limit of the settings, lowered if the limit of open files does not allow it, so that clients can never use up the
 * descriptors for files that the server opens itself. Those of the database are already open. */
static int connections_max(const struct service *service)
{
    rlim_t requested = (rlim_t)service->settings->connections_max, open_now = files_open();
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) return (int)requested;
    rlim_t reserved = open_now == RLIM_INFINITY ? limit.rlim_cur : open_now + FILES_RESERVED;
    rlim_t possible = limit.rlim_cur > reserved ? limit.rlim_cur - reserved : 0;
    if (possible >= requested) return (int)requested;
    LOG(LOG_WARNING, "connections_limited", LOG_TEXT("reason", STR("limit of open files")),
        LOG_INT("files", (int64_t)limit.rlim_cur), LOG_INT("requested", (int64_t)requested),
        LOG_INT("connections", (int64_t)possible));
    return (int)possible;
}

static int networks_read(const char *variable, str text, struct networks *ret_networks)
{
    str wrong;
    if (networks_parse(text, ret_networks, &wrong)) return EXIT_DONE;
    say("%s: '%.*s' is not an address or a network such as 10.0.0.0/8 (at most %d of them)", variable, STR_ARG(wrong),
        NETWORKS_MAX);
    return EXIT_CONFIGURATION;
}

static int service_listen(struct service *service)
{
    const struct settings *settings = service->settings;
    int connections = connections_max(service);
    if (connections == 0) return say_failed("the limit of open files (ulimit -n) leaves none for connections");
    const struct http_options options = {
        .host = settings->host.p,
        .port = (int)settings->port,
        .tls_certificate_file = file_or_none(settings->tls_certificate),
        .tls_key_file = file_or_none(settings->tls_key),
        .proxies = &service->proxies,
        .hsts = settings->hsts,
        .proxy_protocol = settings->proxy_protocol,
        .connections_max = connections,
        .connections_per_address_max = (int)settings->connections_per_address_max,
        .held_max = HELD_MAX,
        .held_per_address_max = HELD_PER_ADDRESS_MAX,
        .progress_ms = PROGRESS_MS,
        .head_ms = HEAD_MS,
        .keep_alive_ms = KEEP_ALIVE_MS,
        .write_stall_ms = WRITE_STALL_MS,
        .drain_notice_ms = (int)settings->drain_notice_ms,
        .drain_ms = (int)settings->drain_ms,
        .head = api_head,
        .handler = api_handle,
        .context = service->api,
    };
    char reason[REASON_SIZE];
    err e = http_listen(&options, reason, sizeof(reason), &service->server);
    if (e == ERR_STATE_CONFLICT) return say_failed("%s; --port N picks another port", reason);
    if (e) return say_failed("%s", reason);
    http_every(service->server, TICK_MS, api_tick, service->api);
    api_watch(service->api, service->server, service->jobs, &service->monitoring);
    return EXIT_DONE;
}

static int service_run(struct service *service)
{
    int code = service_listen(service);
    if (code != EXIT_DONE) return code;
    signals_set(service->server);
    confine_calls(service->settings);
    announce(service);
    http_run(service->server);
    signal(SIGTERM, SIG_IGN); /* stopping already */
    signal(SIGINT, SIG_IGN);
    running = NULL;
    return EXIT_DONE;
}

static err service_start_jobs(struct service *service)
{
    struct jobs_options options = {.store = service->store, .workers = service->settings->workers};
    options.rows = jobs_table(&options.count);
    return jobs_start(&options, &service->jobs);
}

/* A clock that was wrong when the newest commit was made, or is wrong now. Only the operator can know which. */
static int time_confirmed(const struct service *service, const struct time_check *check)
{
    if (!str_equal(service->settings->confirm_date, check->date)) {
        return say_failed("%.*s; set the clock right, or if today is %.*s, start once with BOXOFFICE_CONFIRM_DATE=%.*s",
                          STR_ARG(check->finding), STR_ARG(check->date), STR_ARG(check->date));
    }
    LOG(LOG_WARNING, "clock_confirmed", LOG_TEXT("reason", check->finding));
    return EXIT_DONE;
}

/* The time of the program begins: with that of the newest commit if the clock is a little before it. */
static int service_begin_time(const struct service *service)
{
    struct time_check check;
    err e = time_check(service->store, service->invocation->arena, &check);
    if (e) return say_failed("cannot read the newest commit: %s", err_row(e)->title);
    int code = check.plausible ? EXIT_DONE : time_confirmed(service, &check);
    if (code == EXIT_DONE) clock_start(&check.reading, check.plausible ? check.commit_ms : 0);
    return code;
}

/* Another process that archives what it commits has the database open: a seeder, say. */
static err archive_start(struct store *store, str *ret_reason)
{
    err e = store_archive_start(store);
    if (e == ERR_STATE_CONFLICT)
        *ret_reason = STR("another process archives this database; start again when it has ended");
    return e;
}

static int service_start(struct service *service)
{
    struct arena *arena = service->invocation->arena;
    int code = database_ready(service->invocation, service->store);
    if (code == EXIT_DONE) code = service_begin_time(service);
    if (code != EXIT_DONE) return code;
    str reason = STR("");
    const struct script_choice built_in = {SCRIPT_SEEDER, store_dialect(service->settings), STR_NONE};
    err e = scripts_load(arena, &built_in, &reason, &service->seeders);
    if (!e) e = scripts_state(&service->seeders, service->store, arena);
    if (!e) e = api_start(service->store, service->settings, arena, &reason, &service->api);
    if (!e) e = archive_start(service->store, &reason);
    if (!e) e = store_serve(service->store);
    if (!e) e = service_start_jobs(service);
    code = e ? say_failed("cannot start: %.*s", STR_ARG(reason.n > 0 ? reason : str_of(err_row(e)->title)))
             : service_run(service);
    jobs_stop(service->jobs);
    store_serve_end(service->store);
    api_stop(service->api);
    jobs_free(service->jobs); /* until now a request could read the counters */
    return code;
}

static int service_lock(struct service *service)
{
    str display_name = store_display_name(service->settings, service->invocation->arena);
    err e = store_lock(service->store, STORE_LOCK_SHARED);
    if (!e) return EXIT_DONE;
    if (e == ERR_STATE_CONFLICT)
        return say_failed("another server is running on %.*s; stop it first", STR_ARG(display_name));
    return say_failed("cannot lock %.*s", STR_ARG(display_name));
}

int command_serve(struct invocation *invocation)
{
    const struct settings *settings = &invocation->configuration->settings;
    if ((settings->tls_certificate.n > 0) != (settings->tls_key.n > 0)) {
        say("tls_certificate and tls_key must be set together");
        return EXIT_CONFIGURATION;
    }
    int minutes;
    if (!time_of_day_read(settings->backup_at, &minutes)) {
        say("BOXOFFICE_BACKUP_AT: '%.*s' is not a time of day such as 03:00", STR_ARG(settings->backup_at));
        return EXIT_CONFIGURATION;
    }
    struct service service = {.invocation = invocation, .settings = settings};
    int code = networks_read("BOXOFFICE_TRUSTED_PROXIES", settings->trusted_proxies, &service.proxies);
    if (code == EXIT_DONE) code = networks_read("BOXOFFICE_METRICS_FROM", settings->metrics_from, &service.monitoring);
    if (code != EXIT_DONE) return code;
    files_limit_raise();
    confine_files(settings, invocation->arena);
    code = database_open(invocation, invocation_has(invocation, OPTION_MIGRATE), &service.store);
    if (code != EXIT_DONE) return code;
    if (invocation_has(invocation, OPTION_MIGRATE)) code = database_migrate(invocation, service.store);
    if (code == EXIT_DONE) code = service_lock(&service);
    if (code == EXIT_DONE) code = service_start(&service);
    store_close(service.store);
    /* Last, so that requests still running can send their responses. */
    if (service.server) http_free(service.server);
    return code;
}
