/* Reading changes in commit order on PostgreSQL; see store/changes.h. Transaction numbers are those of
 * pg_current_xact_id(): 64 bits, never assigned to two transactions that committed.
 *
 * No index on the transaction numbers is required, which every write would have to maintain: changes.c knows above
 * which id the entries of a window are. */
#include "store/engine/postgres.h"

/* The snapshot of the statement, cut off at the number of its own transaction if that has one. A snapshot never lists
 * its own transaction as running; so if a later one had completed, the entries that the own transaction has yet to
 * write would count as read. What is cut off belongs to the next window. */
#define SNAPSHOT_BEFORE_OWN                                                                                            \
    "(SELECT format('%s:%s:%s', pg_snapshot_xmin(c), least(pg_snapshot_xmax(c), o),"                                   \
    " (SELECT string_agg(x::text, ',' ORDER BY x) FROM pg_snapshot_xip(c) x WHERE x < o))"                             \
    " FROM pg_current_snapshot() c,"                                                                                   \
    " coalesce(pg_current_xact_id_if_assigned(), pg_snapshot_xmax(pg_current_snapshot())) o)::pg_snapshot"

/* Not max("id"): another client may have chosen the id of an entry. */
#define LAST_DRAWN "(SELECT last_value - (NOT is_called)::integer FROM public.\"AuditLogs_id_seq\")"

/* How many ids are examined in one read, since a command that reads keeps other writers out. */
#define STRETCH "10000"

/* Snapshots are in subqueries so that a prepared statement parses them once and not for every row. */
const struct change_order postgres_change_order = {
    .moment = "SELECT coalesce(max(\"id\"), 0), " LAST_DRAWN ", pg_current_snapshot()::text FROM public.\"AuditLogs\"",
    .open = "SELECT coalesce((SELECT max(\"id\") FROM public.\"AuditLogs\"), 0), " LAST_DRAWN ", w.\"now\"::text,"
            " coalesce((SELECT x FROM pg_snapshot_xip(?::pg_snapshot) x WHERE pg_visible_in_snapshot(x, w.\"now\")"
            " ORDER BY x LIMIT 1), pg_snapshot_xmax(?::pg_snapshot))::text::bigint, pg_current_xact_id()::text::bigint"
            " FROM (SELECT " SNAPSHOT_BEFORE_OWN " AS \"now\" OFFSET 0) w",
    .read = "SELECT e.\"end\", r.\"id\" FROM (SELECT coalesce(min(\"id\") + " STRETCH ", ?::bigint) AS \"end\""
            " FROM public.\"AuditLogs\" WHERE \"id\" > ?::bigint AND \"id\" <= ?::bigint - " STRETCH ") e"
            " LEFT JOIN LATERAL (SELECT \"id\" FROM public.\"AuditLogs\""
            " WHERE \"id\" > ?::bigint AND \"id\" <= e.\"end\""
            " AND NOT pg_visible_in_snapshot(\"transactionId\", (SELECT ?::pg_snapshot))"
            " AND pg_visible_in_snapshot(\"transactionId\", (SELECT ?::pg_snapshot))"
            " ORDER BY \"id\" LIMIT ?) r ON true ORDER BY r.\"id\"",
};
