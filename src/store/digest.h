/* What a database holds as a number: a SHA-256 over the rows of each table, and one over all of them. It depends on
 * nothing but the values, so that databases of different engines can be compared, and can be computed by anybody:
 *
 *   text        <bytes in decimal>:<bytes>,                     (a netstring); no value is -,
 *   row         for each field in the order of entities.def: its name as text, its value as text
 *   table       SHA-256 of its rows in the order of ids, deleted ones included
 *   database    SHA-256 of, for each table in the order of entities.def: its name, how many rows it has, and its
 *               SHA-256 in hex, each as text
 *
 * Values are those of value_text(): money "12.50", times in their stored form, booleans t and f. AuditContexts is left
 * out: it is scratch paper of the audit triggers of one engine.
 *
 * A lasting digest leaves out what two databases never share though the same commands came to them: times, secrets,
 * and what stands in a table in digest.c with its reason. The images in AuditLogs are read as JSON, and what is left
 * out of a table is left out of its images. */
#ifndef STORE_DIGEST_H
#define STORE_DIGEST_H

#include "base/hash.h"
#include "store/store.h"

/* A digest of rows while it grows. A copy of the struct goes on by itself. */
struct digest {
    struct hash hash;
    int64_t rows;
    bool lasting;
};

void digest_start(struct digest *digest, bool lasting);
void digest_row(struct digest *digest, const struct row *row, struct arena *scratch);

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

/* Tables have to be added in the order of entities.def. */
void database_digest_add(struct database_digest *digest, const struct entity *entity, struct digest *table);
void database_digest_end(struct database_digest *digest);

/* Whether the table is part of a digest, and of a copy. */
bool entity_digested(const struct entity *entity);

/* Of the database that the settings name, in one snapshot, with everything in it. */
MUST_CHECK err database_digest(const struct settings *settings, bool lasting, struct arena *arena, str *ret_reason,
                               struct database_digest *ret_digest);

#endif
