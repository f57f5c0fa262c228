/* See storage.h. */
#include "storage.h"

#include <fcntl.h>
#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/check.h"

enum { FILES = 3, PATH_BYTES = 128, URL_BYTES = 512 };

/* What a database in files consists of that survives a process. */
static const char *const suffixes[FILES] = {"", "-wal", ".mark"};

static const char *cluster; /* NULL: files */
static char folder[64], present[URL_BYTES];
static int generation; /* a process that ended had other files */

/* --- files -------------------------------------------------------------------------------------------------------- */

static void path_of(char path[static PATH_BYTES], const char *name, const char *suffix)
{
    int n = snprintf(path, PATH_BYTES, "%s/%s%s", folder, name, suffix);
    CHECK(n > 0 && n < PATH_BYTES);
}

/* Copies a file, or removes the copy if there is no such file. */
static void file_copy(const char *from, const char *to)
{
    static char bytes[1 << 16];
    int in = open(from, O_RDONLY | O_CLOEXEC);
    unlink(to);
    if (in < 0) return;
    int out = open(to, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    ssize_t n;
    CHECK(out >= 0);
    while ((n = read(in, bytes, sizeof(bytes))) > 0) CHECK(write(out, bytes, (size_t)n) == n);
    CHECK(n == 0);
    close(in);
    close(out);
}

static void files_copy(const char *from, const char *to)
{
    for (size_t i = 0; i < FILES; i++) {
        char source[PATH_BYTES], target[PATH_BYTES];
        path_of(source, from, suffixes[i]);
        path_of(target, to, suffixes[i]);
        file_copy(source, target);
    }
}

static const char *files_of(int of)
{
    return of % 2 ? "odd" : "even";
}

static void files_remove(void)
{
    static const char *const others[] = {"-shm", ".reserve"}, *const names[] = {"odd", "even", "template"};
    char path[PATH_BYTES];
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        for (size_t j = 0; j < FILES; j++) path_of(path, names[i], suffixes[j]), unlink(path);
        for (size_t j = 0; j < COUNT_OF(others); j++) path_of(path, names[i], others[j]), unlink(path);
    }
    rmdir(folder);
}

/* --- databases of a cluster --------------------------------------------------------------------------------------- */

/* Of a parameter that is given twice, the last one counts. */
static void url_of(char url[static URL_BYTES], const char *database)
{
    int n = snprintf(url, URL_BYTES, "%s%cdbname=%s", cluster, strchr(cluster, '?') ? '&' : '?', database);
    CHECK(n > 0 && n < URL_BYTES);
}

static void cluster_run(const char *statement)
{
    char url[URL_BYTES];
    url_of(url, "postgres");
    PGconn *connection = PQconnectdb(url);
    PGresult *result = PQexec(connection, statement);
    bool done = PQresultStatus(result) == PGRES_COMMAND_OK;
    if (!done) fprintf(stderr, "%s: %s", statement, PQerrorMessage(connection));
    PQclear(result);
    PQfinish(connection);
    CHECK(done);
}

static void database_name(char name[static PATH_BYTES], bool is_template)
{
    snprintf(name, PATH_BYTES, "simulation_%d%s", (int)getpid(), is_template ? "_template" : "");
}

static void database_drop(bool is_template)
{
    char name[PATH_BYTES], statement[2 * PATH_BYTES];
    database_name(name, is_template);
    snprintf(statement, sizeof(statement), "DROP DATABASE IF EXISTS \"%s\" WITH (FORCE)", name);
    cluster_run(statement);
}

/* Rights on a database are no part of its template. */
static void database_copy(void)
{
    char name[PATH_BYTES], template[PATH_BYTES], statement[4 * PATH_BYTES];
    database_name(name, false);
    database_name(template, true);
    snprintf(statement, sizeof(statement), "CREATE DATABASE \"%s\" TEMPLATE \"%s\" STRATEGY file_copy", name, template);
    cluster_run(statement);
    snprintf(statement, sizeof(statement), "GRANT CREATE ON DATABASE \"%s\" TO boxoffice_owner", name);
    cluster_run(statement);
}

/* --- both --------------------------------------------------------------------------------------------------------- */

static void use_files(struct settings *settings, const char *name)
{
    path_of(present, name, "");
    settings->storage = str_of(present);
}

static void use_database(struct settings *settings, bool is_template)
{
    char name[PATH_BYTES];
    database_name(name, is_template);
    url_of(present, name);
    settings->database_url = str_of(present);
}

void storage_prepare(struct settings *settings)
{
    const char *engine = getenv("BOXOFFICE_TEST_ENGINE"), *memory = "/dev/shm/boxoffice-simulation-XXXXXX";
    if (engine && strcmp(engine, "postgres") == 0) {
        cluster = getenv("BOXOFFICE_TEST_POSTGRES");
        CHECK(cluster != NULL);
        use_database(settings, true);
        return;
    }
    strcpy(folder, access("/dev/shm", W_OK) == 0 ? memory : "/tmp/boxoffice-simulation-XXXXXX");
    CHECK(mkdtemp(folder) != NULL);
    use_files(settings, files_of(0));
}

void storage_keep_template(void)
{
    if (!cluster) files_copy(files_of(0), "template");
}

void storage_begin(struct settings *settings)
{
    generation = 0;
    if (cluster) {
        database_copy();
        use_database(settings, false);
        return;
    }
    files_copy("template", files_of(0));
    use_files(settings, files_of(0));
}

void storage_end(void)
{
    if (cluster) database_drop(false);
}

void storage_process_ends(void)
{
    if (!cluster) files_copy(files_of(generation), files_of(generation + 1));
}

void storage_process_starts(struct settings *settings)
{
    generation++;
    if (!cluster) use_files(settings, files_of(generation));
}

void storage_remove(void)
{
    if (cluster)
        database_drop(true);
    else
        files_remove();
}
