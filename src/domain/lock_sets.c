/* Lock sets of commands; see store/command.h. Only the commands of an on-sale rush declare theirs: they run in shared
 * batches, in parallel on every node. All other commands run in exclusive batches. */
#include "domain/commands.h"
#include "domain/sale.h"

/* If the request names the schedule, a booking reads only its event and schedule, the person that staff book for, and
 * the bookings that its person has of the schedule. */
static int64_t booking_lock_set(const struct input *input, struct lock_set *lock_set)
{
    const struct booking_request *request = INPUT_BODY(input, booking_request);
    lock_set_row(lock_set, ENTITY_user, request->user_id, ROW_LOCK_SHARED);
    lock_set_row(lock_set, ENTITY_event, request->event_id, ROW_LOCK_SHARED);
    lock_set_row(lock_set, ENTITY_schedule, request->schedule_id, ROW_LOCK_EXCLUSIVE);
    if (lock_set) {
        int64_t person = request->user_id ? request->user_id : lock_set_actor(lock_set);
        const struct pair pair = person_and_schedule(person, request->schedule_id);
        lock_set_pair(lock_set, &pair);
    }
    return request->schedule_id;
}

/* Changing or cancelling a booking also changes its payment. */
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
