/* How PostgreSQL gives changes in the order of their commits; see store/changes.h. Numbers of transactions are those of
 * pg_current_xact_id(): 64 bits, never given to two transactions that committed.
 *
 * What is not visible in a snapshot is what was running in it, or began later. Said with the numbers themselves, the
 * index on "transactionId" finds exactly these entries, however long an unrelated transaction stays open. */
#include "store/engine/postgres.h"

/* The parameter is a snapshot. */
#define NOT_VISIBLE_IN                                                                                                 \
    "(\"transactionId\" >= pg_snapshot_xmax(?::pg_snapshot)"                                                           \
    " OR \"transactionId\" = ANY (ARRAY(SELECT pg_snapshot_xip(?::pg_snapshot))))"

const struct change_order postgres_change_order = {
    .moment = "SELECT coalesce(max(\"id\"), 0), pg_current_snapshot()::text, pg_current_xact_id()::text::bigint"
              " FROM public.\"AuditLogs\"",
    .open = "SELECT coalesce(w.\"first\", 0), coalesce(w.\"last\", 0), pg_current_snapshot()::text,"
            " pg_snapshot_xmin(?::pg_snapshot)::text::bigint, pg_current_xact_id()::text::bigint,"
            " (SELECT coalesce(max(\"id\"), 0) FROM public.\"AuditLogs\")"
            " FROM (SELECT min(\"id\") AS \"first\", max(\"id\") AS \"last\""
            " FROM public.\"AuditLogs\" WHERE \"id\" > ? AND " NOT_VISIBLE_IN ") w",
    .read = "SELECT \"id\" FROM public.\"AuditLogs\" WHERE \"id\" > ? AND \"id\" <= ? AND " NOT_VISIBLE_IN
            " AND pg_visible_in_snapshot(\"transactionId\", ?::pg_snapshot) ORDER BY \"id\" LIMIT ?",
};
