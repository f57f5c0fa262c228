/* The command doctor: checks an installation and says how to mend what is wrong. A check is a row and a function; they
 * run in order, and those of the database only if it can be opened. `verify` checks the data themselves. */
#include <errno.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/timex.h>
#include <time.h>

#include "base/check.h"
#include "http/tls.h"
#include "ops/time_check.h"
#include "store/reader.h"

enum { REASON_SIZE = 512, DAY_S = 24 * 3600, CERTIFICATE_DAYS = 21, FREE_MIB = 1024, FILES_RESERVED = 128 };

enum level { IS_GOOD, IS_WARNING, IS_PROBLEM, LEVEL_COUNT };

struct examination {
    const struct invocation *invocation;
    const struct settings *settings;
    struct arena *arena;
    struct store *store; /* NULL: it could not be opened */
    const char *check;   /* the running one */
    size_t found[LEVEL_COUNT];
};

/* --- findings ----------------------------------------------------------------------------------------------------- */

static void report(struct examination *examination, enum level level, str fact, const char *remedy)
{
    static const char *const words[] = {"ok", "warning", "problem"};
    examination->found[level]++;
    print("%-8s %-12s %.*s\n", words[level], examination->check, STR_ARG(fact));
    if (remedy) print("%21s -> %s\n", "", remedy);
}

static void good(struct examination *examination, str fact)
{
    report(examination, IS_GOOD, fact, NULL);
}

/* --- settings ----------------------------------------------------------------------------------------------------- */

static bool is_loopback(str host)
{
    return str_starts(host, STR("127.")) || str_is(host, "::1") || str_is(host, "localhost");
}

static void check_address(struct examination *examination)
{
    const struct settings *settings = examination->settings;
    str fact = arena_printf(examination->arena, "listens on %.*s, port %lld%s", STR_ARG(settings->host),
                            (long long)settings->port, settings->tls_certificate.n ? ", with TLS" : ", without TLS");
    if (is_loopback(settings->host) || settings->tls_certificate.n) {
        good(examination, fact);
        return;
    }
    report(examination, IS_WARNING, fact,
           "passwords and sessions would be sent in clear: set BOXOFFICE_TLS_CERTIFICATE and BOXOFFICE_TLS_KEY, or "
           "listen on 127.0.0.1 behind a proxy with TLS");
}

/* Days until the certificate expires; false if the file has none. */
static bool certificate_days(const char *path, int *ret_days)
{
    int seconds;
    FILE *in = fopen(path, "re");
    X509 *certificate = in ? PEM_read_X509(in, NULL, NULL, NULL) : NULL;
    bool read = certificate && ASN1_TIME_diff(ret_days, &seconds, NULL, X509_get0_notAfter(certificate));
    X509_free(certificate);
    if (in) fclose(in);
    return read;
}

static void check_tls(struct examination *examination)
{
    const struct settings *settings = examination->settings;
    struct tls_context *context;
    char reason[REASON_SIZE];
    int days = 0;
    if (!settings->tls_certificate.n) return;
    if (tls_context_new(settings->tls_certificate.p, settings->tls_key.p, reason, sizeof(reason), &context)) {
        report(examination, IS_PROBLEM, str_of(reason), "the files must be readable PEM files that belong together");
        return;
    }
    tls_context_free(context);
    if (!certificate_days(settings->tls_certificate.p, &days)) return;
    str fact = arena_printf(examination->arena, "the certificate is valid for %d more days", days);
    if (days < 0)
        report(examination, IS_PROBLEM, STR("the certificate has expired"), "renew it and restart the server");
    else if (days < CERTIFICATE_DAYS)
        report(examination, IS_WARNING, fact, "renew it and restart the server");
    else
        good(examination, fact);
}

/* --- the machine -------------------------------------------------------------------------------------------------- */

static void check_clock(struct examination *examination)
{
    struct timex state = {0};
    if (adjtimex(&state) != TIME_ERROR) {
        good(examination, STR("the clock is synchronised"));
        return;
    }
    report(examination, IS_WARNING, STR("the clock is not synchronised"),
           "holds and sessions end by the clock: enable systemd-timesyncd or chrony");
}

static void check_files(struct examination *examination)
{
    struct rlimit limit;
    int64_t requested = examination->settings->connections_max + FILES_RESERVED;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
    str fact = arena_printf(examination->arena, "%lld files can be open; %lld connections are allowed",
                            (long long)limit.rlim_max, (long long)examination->settings->connections_max);
    if (limit.rlim_max == RLIM_INFINITY || (int64_t)limit.rlim_max >= requested)
        good(examination, fact);
    else
        report(examination, IS_WARNING, fact,
               "raise LimitNOFILE= of the unit, or ulimit -n; else there are fewer connections");
}

static void check_space(struct examination *examination)
{
    struct statvfs disk;
    str path = examination->settings->storage;
    const char *slash = strrchr(path.p, '/');
    str folder = slash ? arena_copy(examination->arena, str_first(path, (size_t)(slash - path.p) + 1)) : STR(".");
    if (examination->settings->database_url.n || statvfs(folder.p, &disk) != 0) return;
    unsigned long long mib = (unsigned long long)disk.f_bavail * disk.f_frsize >> 20;
    str fact = arena_printf(examination->arena, "%llu MiB are free at %.*s", mib, STR_ARG(folder));
    if (mib >= FREE_MIB)
        good(examination, fact);
    else
        report(examination, IS_WARNING, fact, "writes are refused on a full disk: make room");
}

/* --- the database ------------------------------------------------------------------------------------------------- */

/* Only the owner may read the file. A key that others can read is refused when the database is opened. */
static void check_mode(struct examination *examination, str path)
{
    struct stat found;
    if (stat(path.p, &found) != 0) return; /* opening it says so */
    if (found.st_mode & (S_IRWXG | S_IRWXO)) {
        str fact = arena_printf(examination->arena, "%.*s can be read by other users", STR_ARG(path));
        report(examination, IS_PROBLEM, fact, "chmod 600 that file");
        return;
    }
    good(examination, arena_printf(examination->arena, "only its owner can read %.*s", STR_ARG(path)));
}

static void check_secrecy(struct examination *examination)
{
    const struct settings *settings = examination->settings;
    if (settings->database_url.n) return;
    check_mode(examination, settings->storage);
    if (str_is(settings->cipher, "none")) {
        report(examination, IS_WARNING, STR("the database is not encrypted"),
               "anyone who gets the file or a backup can read it: db:copy into one with BOXOFFICE_CIPHER=aegis");
        return;
    }
    if (settings->key_file.n == 0)
        report(examination, IS_WARNING, STR("the key is in the folder of the database"),
               "one backup would hold both: keep a copy of the key elsewhere and set BOXOFFICE_KEY_FILE");
}

static void check_opens(struct examination *examination)
{
    str reason = STR("");
    str name = store_display_name(examination->settings, examination->arena);
    err e = store_open(examination->settings, false, examination->arena, &reason, &examination->store);
    if (!e) {
        good(examination, arena_printf(examination->arena, "%.*s opens", STR_ARG(name)));
        return;
    }
    examination->store = NULL;
    if (e == ERR_NOT_FOUND) {
        report(examination, IS_PROBLEM, arena_printf(examination->arena, "%.*s does not exist", STR_ARG(name)),
               "boxoffice db:create && boxoffice db:migrate");
        return;
    }
    report(examination, IS_PROBLEM, arena_printf(examination->arena, "%.*s: %.*s", STR_ARG(name), STR_ARG(reason)),
           "run doctor as the user of the server; boxoffice --print-config shows where each setting comes from");
}

/* The built-in scripts of a kind and their state; false if that cannot be read. */
static bool scripts_read(struct examination *examination, enum script_kind kind, struct scripts *ret_scripts)
{
    str reason = STR("");
    const struct script_choice built_in = {kind, store_dialect(examination->settings), STR_NONE};
    return scripts_load(examination->arena, &built_in, &reason, ret_scripts) == OK &&
           scripts_state(ret_scripts, examination->store, examination->arena) == OK;
}

static bool schema_is_ready(struct examination *examination, struct scripts *migrations)
{
    return scripts_read(examination, SCRIPT_MIGRATION, migrations) && migrations->pending == 0 &&
           migrations->unknown_count == 0;
}

static void check_schema(struct examination *examination)
{
    struct scripts migrations = {0};
    if (!examination->store) return;
    if (schema_is_ready(examination, &migrations)) {
        good(examination, arena_printf(examination->arena, "all %zu migrations are up", migrations.count));
    } else if (migrations.unknown_count > 0) {
        report(examination, IS_PROBLEM, STR("a later version has changed the tables"),
               "run that version; boxoffice db:migrate:status lists what this one does not know");
    } else {
        report(
            examination, IS_PROBLEM,
            arena_printf(examination->arena, "%zu of %zu migrations are pending", migrations.pending, migrations.count),
            "stop the server and run boxoffice db:migrate");
    }
}

/* The clock of the database decides; that of this machine is used for certificates only. */
static void check_clocks(struct examination *examination, const struct clock_reading *deciding)
{
    struct clock_reading wall = clock_wall();
    int64_t ahead_us = (wall.time_us - wall.before_us) - (deciding->time_us - deciding->before_us);
    if (ahead_us / 1000 >= -CLOCK_STEP_MS && ahead_us / 1000 <= CLOCK_STEP_MS) return;
    report(examination, IS_WARNING,
           arena_printf(examination->arena, "the clock of this machine is %lld s ahead of that of the database",
                        (long long)(ahead_us / 1000000)),
           "the latter decides; enable systemd-timesyncd or chrony on both machines");
}

static void check_time(struct examination *examination)
{
    struct scripts migrations;
    struct time_check check;
    if (!examination->store || !schema_is_ready(examination, &migrations)) return;
    if (time_check(examination->store, examination->arena, &check)) {
        report(examination, IS_PROBLEM, STR("the newest commit cannot be read"), "the log above says why");
        return;
    }
    check_clocks(examination, &check.reading);
    if (check.plausible)
        good(examination, check.finding);
    else
        report(examination, IS_PROBLEM, check.finding,
               arena_printf(examination->arena,
                            "set the clock right (timedatectl), or if today is %.*s, start the server once with "
                            "BOXOFFICE_CONFIRM_DATE=%.*s",
                            STR_ARG(check.date), STR_ARG(check.date))
                   .p);
}

static err admins_count(struct examination *examination, int64_t *ret_admins)
{
    static const struct value yes = {.number = true};
    struct reader *reader;
    struct query *query = ARENA_NEW(examination->arena, struct query);
    struct page page = {0};
    query->entity = entity_of(ENTITY_user);
    query->total = true;
    query_filter(query, FIELD_OF(user, is_admin), COMPARE_EQUAL, &yes, 1);
    err e = reader_open_system(examination->store, &reader);
    if (e) return e;
    e = reader_begin(reader, &system_actor);
    if (!e) e = reader_list(reader, query, examination->arena, &page);
    if (!e) reader_end(reader);
    reader_close(reader);
    *ret_admins = page.total;
    return e;
}

/* Whether a seeder was run that creates accounts whose passwords are known. */
static bool has_known_passwords(struct examination *examination)
{
    struct scripts seeders;
    if (!scripts_read(examination, SCRIPT_SEEDER, &seeders)) return false;
    for (size_t i = 0; i < seeders.count; i++) {
        str rest = seeders.list[i].up, sign_in;
        if (seeders.list[i].done && script_sign_in_next(&rest, &sign_in)) return true;
    }
    return false;
}

/* There must be an admin, and no account whose password is in the documentation. */
static void check_people(struct examination *examination)
{
    struct scripts migrations;
    int64_t admins;
    if (!examination->store || !schema_is_ready(examination, &migrations)) return;
    if (admins_count(examination, &admins)) {
        report(examination, IS_PROBLEM, STR("the users cannot be read"), "the log above says why");
        return;
    }
    if (admins > 0)
        good(examination, arena_printf(examination->arena, "admins: %lld", (long long)admins));
    else
        report(examination, IS_PROBLEM, STR("there is no admin"),
               "boxoffice user:create --admin --email ada@example.com --name Ada");
    if (has_known_passwords(examination))
        report(examination, IS_WARNING, STR("the demo accounts exist; their password is in the documentation"),
               "do not open this database to the public: boxoffice db:seed:undo:all, or start with an empty one");
}

static void check_lock(struct examination *examination)
{
    if (!examination->store) return;
    bool serves = store_lock(examination->store, STORE_LOCK_EXCLUSIVE) != OK;
    if (!serves) store_unlock(examination->store);
    good(examination,
         serves ? STR("a server is running on this database") : STR("no server is running on this database"));
}

/* --- all of it ---------------------------------------------------------------------------------------------------- */

static const struct {
    const char *name;
    void (*check)(struct examination *examination);
} checks[] = {
    {"address", check_address}, {"tls", check_tls},         {"clock", check_clock},    {"files", check_files},
    {"disk", check_space},      {"secrecy", check_secrecy}, {"database", check_opens}, {"schema", check_schema},
    {"time", check_time},       {"people", check_people},   {"server", check_lock},
};

int command_doctor(struct invocation *invocation)
{
    struct examination examination = {
        .invocation = invocation,
        .settings = &invocation->configuration->settings,
        .arena = invocation->arena,
    };
    for (size_t i = 0; i < COUNT_OF(checks); i++) {
        examination.check = checks[i].name;
        checks[i].check(&examination);
    }
    store_close(examination.store);
    size_t problems = examination.found[IS_PROBLEM], warnings = examination.found[IS_WARNING];
    if (problems > 0) return say_failed("%zu problems, %zu warnings", problems, warnings);
    say("no problems, %zu warnings", warnings);
    return EXIT_DONE;
}
