/* What commands need before they run; see store.h. Only those of a rush are worth naming all of it: they then run
 * beside each other on every node, and whatever is not here still runs alone, one batch at a time. */
#include "domain/commands.h"

/* With the showing named, a booking reads its event and showing and nothing else. */
static int64_t booking_needs(const struct input *input, struct needs *needs)
{
    const struct booking_request *request = INPUT_BODY(input, booking_request);
    needs_row(needs, ENTITY_event, request->event_id, NEED_STABLE);
    needs_row(needs, ENTITY_schedule, request->schedule_id, NEED_CHANGE);
    return request->schedule_id;
}

/* The end of a booking goes with its payment. */
static int64_t booking_end_needs(const struct input *input, struct needs *needs)
{
    needs_row(needs, ENTITY_booking, input->id, NEED_CHANGE);
    needs_value(needs, ENTITY_payment, FIELD_OF(payment, booking_id), (struct value){.number = input->id}, NEED_CHANGE);
    return 0;
}

static const struct {
    command_function *command;
    needs_function *needs;
} known[] = {
    {booking_create, booking_needs},
    {booking_cancel, booking_end_needs},
    {booking_update, booking_end_needs},
};

needs_function *command_needs(command_function *command)
{
    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        if (known[i].command == command) return known[i].needs;
    }
    return NULL;
}
