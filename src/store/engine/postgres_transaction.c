/* Transactions on PostgreSQL, and the states of a connection. See postgres.h.
 *
 * Invariants:
 *  - the outcome of a COMMIT is known only from its response. The result is ERR_OUTCOME_UNKNOWN when the connection is
 *    lost or the server shuts down before the response arrives, when the response takes too long, and when the wait for
 *    the synchronous standby was cancelled (the server reports that as a warning);
 *  - a COMMIT that takes too long is not cancelled, because it would become visible without being replicated. The
 *    connection accepts no new work until the response has arrived;
 *  - writers that run concurrently lock rows in id order and hold LOCK_KEY_WRITE in shared mode; a batch whose rows are
 *    not known in advance holds it in exclusive mode. */
#include <stdio.h>

#include "base/check.h"
#include "base/clock.h"
#include "base/log.h"
#include "store/engine/postgres.h"

/* --- states ------------------------------------------------------------------------------------------------------- */

#define TO(state) (1u << STATE_##state)

/* A lost connection goes to IDLE too, unless the caller still has a transaction open. */
static const unsigned transitions[STATE_COUNT] = {
    [STATE_IDLE] = TO(BEGUN) | TO(STANDBY),
    [STATE_BEGUN] = TO(IDLE) | TO(ENDING) | TO(COMMITTING) | TO(STANDBY_BEGUN),
    [STATE_ENDING] = TO(IDLE) | TO(STANDBY_BEGUN),
    [STATE_COMMITTING] = TO(IDLE) | TO(BEGUN) | TO(COMMIT_WARNED) | TO(COMMITTED) | TO(COMMIT_LOST) | TO(STANDBY_BEGUN),
    [STATE_COMMIT_WARNED] = TO(IDLE) | TO(BEGUN) | TO(COMMIT_LOST) | TO(STANDBY_BEGUN),
    [STATE_COMMITTED] = TO(IDLE),
    [STATE_COMMIT_LOST] = TO(IDLE),
    [STATE_STANDBY_BEGUN] = TO(BEGUN) | TO(STANDBY),
    [STATE_STANDBY] = TO(IDLE),
};

void state_set(struct connection *connection, enum connection_state state)
{
    CHECK(transitions[connection->state] >> state & 1);
    connection->state = state;
}

bool state_in_transaction(const struct connection *connection)
{
    switch (connection->state) {
    case STATE_BEGUN:
    case STATE_ENDING:
    case STATE_COMMITTING:
    case STATE_COMMIT_WARNED:
    case STATE_STANDBY_BEGUN:
        return true;
    default:
        return false;
    }
}

/* --- transactions ------------------------------------------------------------------------------------------------- */

static struct statement *prepared_once(struct connection *connection, struct statement **statement, const char *sql)
{
    err e = *statement ? OK : postgres_prepare(connection, str_of(sql), statement);
    CHECK(e == OK);
    return *statement;
}

static void send_ahead(struct connection *connection, struct statement **statement, const char *sql, enum kind kind)
{
    if (!wire_send(prepared_once(connection, statement, sql), kind)) wire_lose(connection);
}

static void send_role(struct connection *connection, enum role role)
{
    char sql[64] = "SET LOCAL ROLE boxoffice_app";
    if (role != ROLE_SYSTEM) snprintf(sql, sizeof(sql), "SET LOCAL ROLE boxoffice_%.*s", STR_ARG(role_name(role)));
    send_ahead(connection, &connection->roles[role], sql, EXPECT_AHEAD);
}

err postgres_act_as(struct connection *connection, int64_t actor_id)
{
    if (connection->actor_id == actor_id) return OK;
    connection->actor_id = actor_id;
    struct statement *set =
        prepared_once(connection, &connection->context, "SELECT set_config('boxoffice.actor_id', ?, true)");
    char text[24];
    int n = snprintf(text, sizeof(text), "%lld", (long long)actor_id);
    postgres_bind_text(set, 1, (str){text, (size_t)n});
    return postgres_send(set);
}

static void send_epoch(struct connection *connection)
{
    send_ahead(connection, &connection->epoch, "SELECT \"epoch\" FROM public.\"PeopleEpochs\"", EXPECT_EPOCH);
}

/* The lock is taken first, so that the epoch is read while no other exclusive batch can change users. */
static void send_writer_context(struct connection *connection, const struct transaction *transaction)
{
    send_role(connection, ROLE_SYSTEM);
    if (transaction->exclusive)
        send_ahead(connection, &connection->lock_exclusive, "SELECT pg_advisory_xact_lock(" LOCK_KEY_WRITE ")",
                   EXPECT_AHEAD);
    else
        send_ahead(connection, &connection->lock_shared, "SELECT pg_advisory_xact_lock_shared(" LOCK_KEY_WRITE ")",
                   EXPECT_AHEAD);
    send_epoch(connection);
}

/* The role is set last, because it has no right to read the epoch or to set the actor. Actors who are not signed in
 * have no cached session, so the epoch is not read for them. */
static void send_reader_context(struct connection *connection, const struct transaction *transaction)
{
    if (!transaction->awaited)
        send_ahead(connection, &connection->unlimited, "SET LOCAL statement_timeout TO '30s'", EXPECT_AHEAD);
    if (transaction->role != ROLE_ANONYMOUS) send_epoch(connection);
    (void)postgres_act_as(connection, transaction->actor_id); /* an error is reported by the transaction */
    send_role(connection, transaction->role);
}

/* Sent together with the first statement. A writer reads committed rows under locks; all statements of a reader see one
 * snapshot (session_set_up). */
err postgres_begin(struct connection *connection, const struct transaction *transaction)
{
    CHECK(thread_may_wait() && !state_in_transaction(connection));
    if (!wire_ready(connection)) return ERR_OVERLOADED;
    wire_transaction(connection, transaction && transaction->awaited);
    state_set(connection, STATE_BEGUN);
    bool writes = connection->access == ACCESS_WRITE;
    send_ahead(connection, &connection->begin, "BEGIN", EXPECT_AHEAD);
    connection->actor_id = 0; /* settings end with the transaction that made them */
    if (transaction && writes) send_writer_context(connection, transaction);
    if (transaction && !writes) send_reader_context(connection, transaction);
    return OK;
}

/* Whether the response to COMMIT, or to a statement before it, shows that the transaction did not commit. */
static bool is_refused(const struct connection *connection, bool responded)
{
    return responded || (connection->failed && connection->failed != ERR_OVERLOADED);
}

err postgres_commit(struct connection *connection)
{
    CHECK(state_in_transaction(connection));
    if (connection->failed) return connection->failed;
    state_set(connection, STATE_COMMITTING);
    send_ahead(connection, &connection->commit, "COMMIT", EXPECT_COMMIT);
    bool sent = wire_synchronize(connection);
    bool responded = sent && wire_drain(connection, clock_monotonic_ms() + connection->settings->commit_ms);
    if (connection->state == STATE_COMMITTED) {
        state_set(connection, STATE_IDLE);
        return OK;
    }
    if (is_refused(connection, responded)) {
        bool unended = connection->state == STATE_COMMITTING || connection->state == STATE_COMMIT_WARNED;
        if (unended) state_set(connection, STATE_BEGUN);
        return connection->failed;
    }
    bool standby = connection->state == STATE_STANDBY_BEGUN;
    state_set(connection, standby ? STATE_STANDBY : wire_alive(connection) ? STATE_COMMIT_LOST : STATE_IDLE);
    LOG(LOG_WARNING, "outcome_unknown", LOG_TEXT("during", STR("commit")));
    return ERR_OUTCOME_UNKNOWN;
}

/* A reader has nothing to roll back, and COMMIT is cheaper; in a failed transaction COMMIT acts as ROLLBACK. */
void transaction_end_send(struct connection *connection)
{
    state_set(connection, connection->state == STATE_STANDBY_BEGUN ? STATE_STANDBY : STATE_IDLE);
    if (!wire_alive(connection)) return;
    send_ahead(connection, &connection->rollback, connection->access == ACCESS_WRITE ? "ROLLBACK" : "COMMIT",
               EXPECT_AHEAD);
}

/* Only sent: the server ends the transaction now, and the response is read before the next transaction. */
void postgres_rollback(struct connection *connection)
{
    if (!state_in_transaction(connection)) return;
    transaction_end_send(connection);
    if (wire_alive(connection) && !wire_synchronize(connection)) wire_lose(connection);
}

void postgres_last(struct connection *connection)
{
    if (connection->state == STATE_BEGUN) state_set(connection, STATE_ENDING);
}

int64_t postgres_people_epoch(struct connection *connection)
{
    bool begun = state_in_transaction(connection);
    err e = begun && connection->expected_count > 0 ? wire_exchange(connection) : OK;
    if (e) return INT64_MAX;
    return connection->people_epoch;
}

uint64_t postgres_position(struct connection *connection)
{
    send_ahead(connection, &connection->where, "SELECT pg_current_wal_insert_lsn() - '0/0'::pg_lsn", EXPECT_POSITION);
    return wire_exchange(connection) ? UINT64_MAX : connection->position;
}

bool postgres_has_reached(struct connection *connection, uint64_t position)
{
    if (!wire_ready(connection)) return false;
    wire_transaction(connection, false);
    connection->position = 0;
    send_ahead(
        connection, &connection->reached,
        "SELECT CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_insert_lsn() END "
        "- '0/0'::pg_lsn",
        EXPECT_POSITION);
    return wire_exchange(connection) == OK && connection->position >= position;
}
