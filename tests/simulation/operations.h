/* What clients and jobs do in a simulation: one row for each operation. */
#ifndef SIMULATION_OPERATIONS_H
#define SIMULATION_OPERATIONS_H

#include "draw.h"
#include "model.h"

typedef void draw_function(struct model *model, struct draw *draw, struct request *request);

/* The rules of the model (rules.h). */
/* model_booking.c, model_payment.c */
rule_function rule_book, rule_booking_update, rule_booking_cancel, rule_booking_delete, rule_booking_expire,
    rule_checkin, rule_undo_checkin, rule_pay, rule_fail, rule_refund, rule_payment_update, rule_payment_delete;
/* model_event.c, model_schedule.c, model_catalogue.c, model_restore.c */
rule_function rule_venue_create, rule_venue_update, rule_venue_delete, rule_event_create, rule_event_update,
    rule_event_cancel, rule_event_delete, rule_schedule_create, rule_schedule_update, rule_schedule_cancel,
    rule_schedule_delete, rule_category_create, rule_category_update, rule_category_delete, rule_settle, rule_restore;
/* model_people.c */
rule_function rule_register, rule_sign_in, rule_sign_out, rule_reauthenticate, rule_session_expire, rule_erase,
    rule_key_expire, rule_look;

struct operation {
    const char *name;
    command_function *command;           /* what runs it */
    const struct descriptor *descriptor; /* of its body; NULL: that of the entity */
    int entity;                          /* of the path or the body; -1: none */
    enum decode_mode mode;               /* of a body */
    bool body;
    unsigned roles; /* who may use it, according to docs/openapi.json */
    int weight;     /* how often it is drawn, in relation to the others */
    rule_function *rule;
    draw_function *draw;
};

extern const struct operation operations[];
extern const size_t operation_count;

/* The next request that some client, or a job, makes. */
struct request operation_draw(struct model *model, struct draw *draw);

const struct operation *operation_named(const char *name);

#endif
