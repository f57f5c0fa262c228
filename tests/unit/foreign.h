/* A client of the test database that is not ours, with a connection of its own: what Sequelize or psql would do. */
#ifndef FOREIGN_H
#define FOREIGN_H

#include <libpq-fe.h>
#include <sqlite3.h>

#include "store_fixture.h"

enum { FOREIGN_WAIT_MS = 60000 };

struct foreign {
    sqlite3 *db;
    PGconn *pg;
};

static inline void foreign_open(const struct fixture *fixture, struct foreign *ret_foreign)
{
    *ret_foreign = (struct foreign){0};
    if (fixture->dialect == DIALECT_POSTGRES) {
        ret_foreign->pg = PQconnectdb(fixture->settings.database_url.p);
        if (PQstatus(ret_foreign->pg) != CONNECTION_OK) fail_msg("%s", PQerrorMessage(ret_foreign->pg));
        return;
    }
    if (sqlite3_open(fixture->settings.storage.p, &ret_foreign->db) != SQLITE_OK) fail_msg("cannot open the file");
    sqlite3_busy_timeout(ret_foreign->db, FOREIGN_WAIT_MS);
}

static inline void foreign_close(struct foreign *foreign)
{
    if (foreign->pg) PQfinish(foreign->pg);
    if (foreign->db) sqlite3_close(foreign->db);
}

/* Statements that must succeed. */
static inline void foreign_run(struct foreign *foreign, const char *sql)
{
    if (foreign->db) {
        if (sqlite3_exec(foreign->db, sql, NULL, NULL, NULL) != SQLITE_OK)
            fail_msg("%s: %s", sql, sqlite3_errmsg(foreign->db));
        return;
    }
    PGresult *result = PQexec(foreign->pg, sql);
    ExecStatusType status = PQresultStatus(result);
    PQclear(result);
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) fail_msg("%s: %s", sql, PQerrorMessage(foreign->pg));
}

/* A statement that must fail with a message that has `why` in it. */
static inline void foreign_refused(struct foreign *foreign, const char *sql, const char *why)
{
    char message[512];
    if (foreign->db) {
        if (sqlite3_exec(foreign->db, sql, NULL, NULL, NULL) == SQLITE_OK) fail_msg("not refused: %s", sql);
        snprintf(message, sizeof(message), "%s", sqlite3_errmsg(foreign->db));
    } else {
        PGresult *result = PQexec(foreign->pg, sql);
        ExecStatusType status = PQresultStatus(result);
        snprintf(message, sizeof(message), "%s", PQresultErrorMessage(result));
        PQclear(result);
        if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK) fail_msg("not refused: %s", sql);
    }
    if (!strstr(message, why)) fail_msg("%s: %s", sql, message);
}

/* Begins a transaction that writes. */
static inline void foreign_begin(struct foreign *foreign)
{
    foreign_run(foreign, foreign->db ? "BEGIN IMMEDIATE" : "BEGIN");
}

#endif
