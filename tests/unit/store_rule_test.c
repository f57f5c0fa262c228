/* Row policies in memory against row policies in the engine: for every entity, row, role and action the unit of work,
 * the expression that rule_sql() writes and what a reader of the role gets must agree. */
#include "store_fixture.h"

#include "base/log.h"
#include "schema/rule.h"

enum { A = 1, B, ORGANIZER, SUPPORT, ADMIN, PEOPLE = ADMIN };
enum { ROWS_MAX = 40 }; /* ids that are compared */

/* --- data: people with all that can belong to them, events in every status, deleted rows -------------------------- */

static void make_event(struct unit *unit, int64_t venue_id, int64_t status)
{
    struct event *event = unit_new(unit, ENTITY_event);
    event->venue_id = venue_id;
    event->title = STR("title");
    event->capacity = 100;
    event->start_date = event->end_date = unit->now + 1000000;
    event->status = status;
    struct schedule *schedule = unit_new(unit, ENTITY_schedule);
    schedule->event_id = event->id;
    schedule->start_time = schedule->end_time = event->start_date;
    struct event_category *category = unit_new(unit, ENTITY_event_category);
    category->event_id = event->id;
    category->name = STR("name");
}

static err make_catalogue(struct unit *unit, void *context)
{
    (void)context;
    struct venue *venue = unit_new(unit, ENTITY_venue);
    venue->name = venue->address = STR("venue");
    venue->capacity = 100;
    for (int64_t i = 0; i < 2 * event_status_count; i++) make_event(unit, venue->id, i % event_status_count);
    struct backup *backup = unit_new(unit, ENTITY_backup);
    backup->place = 1;
    backup->address = STR("/mnt/backup");
    backup->started_at = backup->finished_at = unit->now;
    return OK;
}

static void make_reply(struct unit *unit, int64_t ticket_id, int64_t author_id)
{
    struct support_reply *reply = unit_new(unit, ENTITY_support_reply);
    reply->support_ticket_id = ticket_id;
    reply->user_id = author_id;
    reply->body = STR("text");
}

static err make_person(struct unit *unit, void *context)
{
    int64_t id = *(const int64_t *)context;
    struct user *user = unit_new(unit, ENTITY_user);
    user->email = arena_printf(unit->arena, "%d@example.com", (int)id);
    user->name = user->password = STR("text");
    struct session *session = unit_new(unit, ENTITY_session);
    session->user_id = user->id;
    session->token_hash = arena_printf(unit->arena, "%064d", (int)id);
    session->expires_at = unit->now + 1000000;
    struct device *device = unit_new(unit, ENTITY_device);
    device->user_id = user->id;
    device->token_hash = session->token_hash;
    device->expires_at = session->expires_at;
    struct booking *booking = unit_new(unit, ENTITY_booking);
    booking->user_id = user->id;
    booking->event_id = 1;
    booking->quantity = 1;
    struct payment *payment = unit_new(unit, ENTITY_payment);
    payment->booking_id = booking->id;
    payment->transaction_id = arena_printf(unit->arena, "%026d", (int)id);
    struct idempotency_key *key = unit_new(unit, ENTITY_idempotency_key);
    key->scope = key->fingerprint = session->token_hash;
    key->status = 200;
    key->user_id = user->id;
    key->expires_at = session->expires_at;
    struct job_cursor *cursor = unit_new(unit, ENTITY_job_cursor);
    cursor->name = user->email;
    cursor->position = STR("text");
    return OK;
}

/* Each with a reply of its person and one of the staff. */
static err make_tickets(struct unit *unit, void *context)
{
    (void)context;
    for (int64_t id = A; id <= PEOPLE; id++) {
        struct support_ticket *ticket = unit_new(unit, ENTITY_support_ticket);
        ticket->user_id = id;
        ticket->subject = ticket->description = STR("text");
        make_reply(unit, ticket->id, id);
        make_reply(unit, ticket->id, SUPPORT);
    }
    return OK;
}

/* The owner of a deleted parent still owns its children; a deleted row is visible to no role. */
static err delete_some(struct unit *unit, void *context)
{
    (void)context;
    static const struct {
        enum entity_id entity;
        int64_t id;
    } rows[] = {{ENTITY_event, EVENT_DRAFT + 1}, {ENTITY_event, EVENT_CANCELLED + 1}, {ENTITY_booking, B},
                {ENTITY_support_ticket, B},      {ENTITY_payment, ORGANIZER},         {ENTITY_event_category, 2}};
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct row *row;
        err e = unit_get(unit, rows[i].entity, rows[i].id, &row);
        if (e) return e;
        unit_delete(unit, row);
    }
    return OK;
}

/* --- three ways to ask -------------------------------------------------------------------------------------------- */

static struct fixture *fixture;
static struct reader *reader;

/* By id of the row. */
struct verdicts {
    bool readable[ROWS_MAX], writable[ROWS_MAX];
};

struct question {
    enum entity_id entity;
    struct verdicts verdicts;
};

static err ask_memory(struct unit *unit, void *context)
{
    struct question *question = context;
    for (int64_t id = 1; id < ROWS_MAX; id++) {
        struct row *row;
        err e = unit_get_as_actor(unit, question->entity, id, ACTION_WRITE, &row);
        if (e && e != ERR_NOT_FOUND && e != ERR_FORBIDDEN) return e;
        question->verdicts.writable[id] = e == OK;
        question->verdicts.readable[id] = e != ERR_NOT_FOUND;
    }
    return OK;
}

static void note(void *context, int columns, const char *const *values)
{
    bool *rows = context;
    assert_int_equal(columns, 1);
    rows[strtol(values[0], NULL, 10)] = true;
}

/* The expression on the tables themselves, as the system with the actor's id. */
static void ask_sql(const struct actor *actor, enum entity_id id, enum action action, bool rows[ROWS_MAX])
{
    const struct entity *entity = entity_of(id);
    const struct actor system = {.user_id = actor->user_id, .role = ROLE_SYSTEM};
    struct buf sql = buf_new(fixture->scratch, 10000);
    int64_t count;
    buf_printf(&sql, "SELECT r.\"id\" FROM \"%s\" r WHERE (", entity->table);
    rule_sql(&sql, entity_rule(entity, action, actor->role), "r", "");
    buf_printf(&sql, ")%s AND r.\"id\" < %d", entity->paranoid ? " AND r.\"deletedAt\" IS NULL" : "", ROWS_MAX);
    buf_add_char(&sql, '\0');
    assert_int_equal(reader_begin(reader, &system), OK);
    err e = reader_attack(reader, buf_str(&sql).p, note, rows, &count);
    reader_end(reader);
    if (e) fail_msg("%s", buf_str(&sql).p);
}

/* What the engine gives to the role, by views and policies. */
static void ask_views(const struct actor *actor, enum entity_id id, bool rows[ROWS_MAX])
{
    struct query query = {.entity = entity_of(id), .limit = LIST_MAX};
    struct page page;
    assert_int_equal(reader_begin(reader, actor), OK);
    assert_int_equal(reader_list(reader, &query, fixture->scratch, &page), OK);
    reader_end(reader);
    for (size_t i = 0; i < page.count; i++) {
        if (page.rows[i]->id < ROWS_MAX) rows[page.rows[i]->id] = true;
    }
}

struct counts {
    size_t seen, hidden;
};

/* Rows that are not deleted. */
static void compare(const struct actor *actor, enum entity_id id, struct counts *counts)
{
    struct question question = {.entity = id};
    struct verdicts sql = {0};
    bool there[ROWS_MAX] = {0}, views[ROWS_MAX] = {0};
    assert_int_equal(fixture_run(fixture, actor, ask_memory, &question), OK);
    ask_sql(&fixture->system, id, ACTION_READ, there);
    ask_sql(actor, id, ACTION_READ, sql.readable);
    ask_sql(actor, id, ACTION_WRITE, sql.writable);
    ask_views(actor, id, views);
    for (int64_t row = 1; row < ROWS_MAX; row++) {
        bool readable = question.verdicts.readable[row], writable = question.verdicts.writable[row];
        if (readable != sql.readable[row] || readable != views[row] ||
            writable != (sql.readable[row] && sql.writable[row])) {
            fail_msg("%s %d, role %d of %d: memory %d %d, SQL %d %d, views %d", entity_of(id)->table, (int)row,
                     (int)actor->role, (int)actor->user_id, readable, writable, sql.readable[row], sql.writable[row],
                     views[row]);
        }
        counts->seen += readable;
        counts->hidden += there[row] && !readable;
    }
    arena_reset(fixture->scratch);
}

/* --- tests -------------------------------------------------------------------------------------------------------- */

static const struct actor actors[] = {
    {.role = ROLE_ANONYMOUS},
    {.role = ROLE_CUSTOMER, .user_id = A},
    {.role = ROLE_CUSTOMER, .user_id = B},
    {.role = ROLE_ORGANIZER, .user_id = ORGANIZER},
    {.role = ROLE_SUPPORT, .user_id = SUPPORT},
    {.role = ROLE_ADMIN, .user_id = ADMIN},
};

static bool is_public(const struct entity *entity)
{
    for (enum role role = 0; role < ROLE_COUNT; role++) {
        if (!role_acts_on_all(entity, ACTION_READ, role)) return false;
    }
    return true;
}

/* The data has, for each entity, rows that some actor sees and rows that some actor does not see. */
static void memory_and_engine_agree(void **state)
{
    (void)state;
    for (enum entity_id id = 0; id < ENTITY_COUNT; id++) {
        struct counts counts = {0};
        for (size_t i = 0; i < sizeof(actors) / sizeof(actors[0]); i++) compare(&actors[i], id, &counts);
        assert_int_equal(counts.seen > 0, entity_of(id)->rule_count > 0);
        if (id == ENTITY_audit_context) continue; /* its row is written by SQLite alone */
        assert_int_equal(counts.hidden > 0, !is_public(entity_of(id)));
    }
}

/* Rules see what the same command has changed and not yet written. */
static err change_and_ask(struct unit *unit, void *context)
{
    (void)context;
    struct event *event;
    struct schedule *schedule;
    const int64_t published = EVENT_PUBLISHED + 1;
    err e = unit_get(unit, ENTITY_event, published, &event);
    if (e) return e;
    event->status = EVENT_DRAFT;
    unit_changed(unit, event);
    e = unit_get_as_actor(unit, ENTITY_event, published, ACTION_READ, &event);
    if (e != ERR_NOT_FOUND) return ERR_INTERNAL;
    e = unit_get_as_actor(unit, ENTITY_schedule, published, ACTION_READ, &schedule);
    if (e != ERR_NOT_FOUND) return ERR_INTERNAL;
    event->status = EVENT_PUBLISHED;
    unit_changed(unit, event);
    return unit_get_as_actor(unit, ENTITY_schedule, published, ACTION_READ, &schedule);
}

static void changes_of_the_batch_count(void **state)
{
    (void)state;
    assert_int_equal(fixture_run(fixture, &actors[1], change_and_ask, NULL), OK);
}

static int setup(void **state)
{
    (void)state;
    log_set_level(LOG_ERROR);
    fixture = fixture_open("none");
    if (fixture_run(fixture, &fixture->system, make_catalogue, NULL)) return -1;
    for (int64_t id = A; id <= PEOPLE; id++) {
        if (fixture_run(fixture, &fixture->system, make_person, &id)) return -1;
    }
    if (fixture_run(fixture, &fixture->system, make_tickets, NULL)) return -1;
    if (fixture_run(fixture, &fixture->system, delete_some, NULL)) return -1;
    return reader_open(fixture->store, &reader) ? -1 : 0;
}

static int teardown(void **state)
{
    (void)state;
    reader_close(reader);
    fixture_close(fixture);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(memory_and_engine_agree),
        cmocka_unit_test(changes_of_the_batch_count),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
