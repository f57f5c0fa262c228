/* What a database should hold, and what each request should lead to. It is written from what commands.h, entities.def
 * and the API promise, with arrays of its own and without any code of the domain, so that a mistake there is not
 * repeated here. Only names of the schema (statuses, roles, errors) are shared.
 *
 * A row is found by its id, because ids follow each other: the model knows which id a new row gets. */
#ifndef SIMULATION_MODEL_H
#define SIMULATION_MODEL_H

#include "request.h"

enum {
    USERS_MAX = 64,
    SESSIONS_MODEL_MAX = 256,
    VENUES_MAX = 32,
    EVENTS_MAX = 64,
    SCHEDULES_MAX = 128,
    BOOKINGS_MAX = 512,
    CATEGORIES_MAX = 64,
    SNAPSHOTS_MAX = 8192,
    TOUCHED_MAX = 1024,
    DIRTY_MAX = 8192,
    KEYS_MAX = 1024,
    ROW_TEXT_MAX = 384,
};

#define MODEL_ROW int64_t exists, deleted_at, updated_at, version

struct model_row {
    MODEL_ROW;
};

struct model_user {
    MODEL_ROW;
    int64_t is_admin, is_verified, role, email; /* the role of an actor; it never changes */
};

struct model_session {
    MODEL_ROW;
    int64_t user_id, expires_at, authenticated_at;
};

struct model_venue {
    MODEL_ROW;
    int64_t capacity;
};

struct model_event {
    MODEL_ROW;
    int64_t price, capacity, max_seats_per_person, verified_only, start_date, end_date, venue_id, status, sales_start,
        sales_end, cancelled_at, is_settled;
};

struct model_schedule {
    MODEL_ROW;
    int64_t event_id, start_time, end_time, available_seats, status, cancelled_at, is_settled;
};

struct model_event_category {
    MODEL_ROW;
    int64_t event_id, name;
};

struct model_booking {
    MODEL_ROW;
    int64_t user_id, event_id, schedule_id, quantity, status, total_price, booking_date, expires_at, checked_in_at,
        checked_in_quantity, checkin_undone, cancelled_quantity, guest_name;
};

struct model_payment {
    MODEL_ROW;
    int64_t booking_id, amount, refunded_amount, status, payment_method, payment_date;
};

/* The row as it was in a version. */
struct snapshot {
    enum entity_id entity;
    int64_t id, version;
    struct model_booking row; /* the largest one */
};

/* The response to a request with an Idempotency-Key. */
struct kept {
    int64_t expires_at; /* 0: none */
    int64_t owner;
    char text[ROW_TEXT_MAX];
};

/* A model that is wrong on purpose, to see that it is noticed (simulation.c). */
enum wrong { WRONG_NOTHING, WRONG_SEATS, WRONG_HOLDS, WRONG_REFUNDS, WRONG_RIGHTS, WRONG_COUNT };

struct model {
    int64_t now;
    const struct settings *settings;
    enum wrong wrong;

    struct model_user users[USERS_MAX];
    struct model_session sessions[SESSIONS_MODEL_MAX];
    struct model_venue venues[VENUES_MAX];
    struct model_event events[EVENTS_MAX];
    struct model_schedule schedules[SCHEDULES_MAX];
    struct model_event_category categories[CATEGORIES_MAX];
    struct model_booking bookings[BOOKINGS_MAX];
    struct model_payment payments[BOOKINGS_MAX];
    int64_t last[ENTITY_COUNT]; /* ids */
    struct kept kept[KEYS_MAX]; /* by key */

    /* Rows that the running command created or changed. */
    struct {
        enum entity_id entity;
        int64_t id;
        bool is_new;
    } touched[TOUCHED_MAX];
    size_t touched_count;
    /* Rows that were changed since the last comparison with the database. */
    struct {
        enum entity_id entity;
        int64_t id;
    } dirty[DIRTY_MAX];
    size_t dirty_count;

    size_t snapshot_count;
    struct snapshot snapshots[SNAPSHOTS_MAX]; /* last, so that only the used part is copied */
};

/* What a request should lead to. */
struct outcome {
    err e;
    enum entity_id entity;   /* of the row in the response */
    int64_t id;              /* 0: none */
    int64_t embedded;        /* the payment of a new booking */
    int64_t count;           /* of a job */
    char text[ROW_TEXT_MAX]; /* the response (row_text) */
};

/* A rule: checks its guards in the order in which their errors are returned and then changes the model. */
typedef err rule_function(struct model *model, const struct request *request, struct outcome *ret);

/* Decides a request, and changes the model if it succeeds. */
struct outcome model_run(struct model *model, const struct request *request);

/* --- the rows
 * --------------------------------------------------------------------------------------------------------- */

/* A table of the model; rows of other entities are not modelled. */
struct model_table {
    size_t offset, size, max;
};
const struct model_table *model_table(enum entity_id entity); /* NULL: not modelled */

/* The row, deleted or not; NULL when there is none. */
void *model_any(struct model *model, enum entity_id entity, int64_t id);

/* The row as it was in a version; NULL when that is not known. */
const struct model_row *model_version(const struct model *model, enum entity_id entity, int64_t id, int64_t version);

/* Keeps the present state of a row as that of its version. */
void model_snapshot(struct model *model, enum entity_id entity, int64_t id);

#endif
