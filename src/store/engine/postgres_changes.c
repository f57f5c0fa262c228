/* Reading changes in commit order on PostgreSQL; see store/changes.h. Transaction numbers are those of
 * pg_current_xact_id(): 64 bits, never assigned to two transactions that committed.
 *
 * A transaction is not visible in a snapshot if it was running then or began later. The condition is expressed by
 * transaction numbers, so that the index on "transactionId" finds exactly the entries of these transactions, no matter
 * how long an unrelated transaction stays open. */
#include "store/engine/postgres.h"

/* The snapshot of the statement, cut off at the number of its own transaction if that has one. A snapshot never lists
 * its own transaction as running; so if a later one had completed, the entries that the own transaction has yet to
 * write would count as read. What is cut off belongs to the next window. */
#define SNAPSHOT_BEFORE_OWN                                                                                            \
    "(SELECT format('%s:%s:%s', pg_snapshot_xmin(c), least(pg_snapshot_xmax(c), o),"                                   \
    " (SELECT string_agg(x::text, ',' ORDER BY x) FROM pg_snapshot_xip(c) x WHERE x < o))"                             \
    " FROM pg_current_snapshot() c,"                                                                                   \
    " coalesce(pg_current_xact_id_if_assigned(), pg_snapshot_xmax(pg_current_snapshot())) o)"

/* Takes a snapshot as its parameter, twice. */
#define NOT_VISIBLE_IN                                                                                                 \
    "(\"transactionId\" >= pg_snapshot_xmax(?::pg_snapshot)"                                                           \
    " OR \"transactionId\" = ANY (ARRAY(SELECT pg_snapshot_xip(?::pg_snapshot))))"

const struct change_order postgres_change_order = {
    .moment = "SELECT coalesce(max(\"id\"), 0), pg_current_snapshot()::text, pg_current_xact_id()::text::bigint"
              " FROM public.\"AuditLogs\"",
    .open = "SELECT coalesce(w.\"first\", 0), coalesce(w.\"last\", 0), " SNAPSHOT_BEFORE_OWN ","
            " pg_snapshot_xmin(?::pg_snapshot)::text::bigint, pg_current_xact_id()::text::bigint"
            " FROM (SELECT min(\"id\") AS \"first\", max(\"id\") AS \"last\""
            " FROM public.\"AuditLogs\" WHERE \"id\" > ? AND " NOT_VISIBLE_IN ") w",
    .read = "SELECT \"id\" FROM public.\"AuditLogs\" WHERE \"id\" > ? AND \"id\" <= ? AND " NOT_VISIBLE_IN
            " AND pg_visible_in_snapshot(\"transactionId\", ?::pg_snapshot) ORDER BY \"id\" LIMIT ?",
};
