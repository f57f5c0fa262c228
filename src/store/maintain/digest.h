/* A digest of the content of a database: a SHA-256 over the rows of each table, and one over all of them. It depends on
 * the values only, so that databases of different engines can be compared, and other programs can compute it:
 *
 *   text        <bytes in decimal>:<bytes>,                     (a netstring); no value is -,
 *   row         for each field in the order of entities.def: its name as text, its value as text
 *   table       SHA-256 of its rows in the order of ids, deleted ones included
 *   database    SHA-256 of, for each table in the order of entities.def: its name, how many rows it has, and its
 *               SHA-256 in hex, each as text
 *
 * Values are those of value_text(): money "12.50", times in their stored form, booleans t and f. AuditContexts is left
 * out: it is temporary data of the audit triggers of one engine.
 *
 * A lasting digest leaves out the values that differ between two databases although both ran the same commands: times,
 * secrets, and those listed in digest.c with the reason. Fields that are left out of a table are also left out of its
 * images in AuditLogs. The order of AuditLogs within a transaction is not defined, so their ids are left out, and the
 * table is represented by the sum of the SHA-256 of its rows, as 256-bit numbers, lowest byte first. */
#ifndef STORE_DIGEST_H
#define STORE_DIGEST_H

#include <stdatomic.h>

#include "base/hash.h"
#include "schema/schema.h"
#include "schema/settings.h"

struct table_digest {
    const struct entity *entity;
    int64_t rows;
    char sha256[HASH_TEXT_SIZE];
};

struct database_digest {
    struct table_digest tables[ENTITY_COUNT];
    size_t count;
    char sha256[HASH_TEXT_SIZE];
};

/* Whether the table is part of digests and of copies. */
bool entity_digested(const struct entity *entity);

struct digest_options {
    bool lasting;
    const atomic_bool *stopping; /* ends it with ERR_OVERLOADED when this becomes true; NULL: nothing does */
};

/* The digest of the database that the settings name, with everything in it, in one snapshot. */
MUST_CHECK err database_digest(const struct settings *settings, const struct digest_options *options,
                               struct arena *arena, str *ret_reason, struct database_digest *ret_digest);

/* Likewise, of what the connection's transaction sees, which must be everything. */
struct rows;
MUST_CHECK err rows_digest(struct rows *rows, bool lasting, const atomic_bool *stopping,
                           struct database_digest *ret_digest);

/* The digest of a database that is being archived, after its last commit, and the number of that commit. Other commits
 * go on meanwhile, into a log that cannot be moved until this ends. ERR_NOT_FOUND when the last commit is not
 * archived. */
struct committed_digest {
    uint64_t commit;
    struct database_digest digest;
};
struct store;
MUST_CHECK err store_digest_at_commit(struct store *store, const atomic_bool *stopping, struct arena *arena,
                                      str *ret_reason, struct committed_digest *ret_digest);

#endif
