/* Reading changes in commit order on PostgreSQL; see store/changes.h. Transaction numbers are those of
 * pg_current_xact_id(): 64 bits, never assigned to two transactions that committed.
 *
 * A transaction is not visible in a snapshot if it was running then or began later. The condition is expressed by
 * transaction numbers, so that the index on "transactionId" finds exactly the entries of these transactions, no matter
 * how long an unrelated transaction stays open. */
#include "store/engine/postgres.h"

/* Takes a snapshot as its parameter. */
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
