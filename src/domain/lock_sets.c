/* What commands need before they run; see store.h. Only those of a rush are worth naming all of it: they then run
 * beside each other on every node, and whatever is not here still runs alone, one batch at a time. */
#include "domain/commands.h"

/* With the schedule named, a booking reads its event and schedule and nothing else. */
static int64_t booking_lock_set(const struct input *input, struct lock_set *lock_set)
{
    const struct booking_request *request = INPUT_BODY(input, booking_request);
    lock_set_row(lock_set, ENTITY_event, request->event_id, ROW_LOCK_SHARED);
    lock_set_row(lock_set, ENTITY_schedule, request->schedule_id, ROW_LOCK_EXCLUSIVE);
    return request->schedule_id;
}

/* The end of a booking goes with its payment. */
static int64_t booking_end_lock_set(const struct input *input, struct lock_set *lock_set)
{
    lock_set_row(lock_set, ENTITY_booking, input->id, ROW_LOCK_EXCLUSIVE);
    lock_set_value(lock_set, ENTITY_payment, FIELD_OF(payment, booking_id), (struct value){.number = input->id},
                   ROW_LOCK_EXCLUSIVE);
    return 0;
}

static const struct {
    command_function *command;
    lock_set_function *lock_set;
} known[] = {
    {booking_create, booking_lock_set},
    {booking_cancel, booking_end_lock_set},
    {booking_update, booking_end_lock_set},
};

lock_set_function *command_lock_set(command_function *command)
{
    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        if (known[i].command == command) return known[i].lock_set;
    }
    return NULL;
}
