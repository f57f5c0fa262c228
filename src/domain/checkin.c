/* Check-in of bookings: see commands.h. A group may enter in parts. */
#include "domain/apply.h"
#include "domain/commands.h"
#include "domain/sale.h"

/* Check-in is open from some time before the start to some time after the end. */
static err window_check(struct unit *unit, const struct sale *sale)
{
    const struct schedule *schedule = sale->schedule;
    int64_t opens = schedule ? schedule->start_time : sale->event->start_date;
    int64_t closes = schedule ? schedule->end_time : sale->event->end_date;
    opens -= unit->settings->checkin_before_ms;
    closes += unit->settings->checkin_after_ms;
    if (unit->now < opens)
        return conflict(unit, CONFLICT_check_in_not_open, NULL, "Check-in opens at %s", fact_time(unit, opens));
    if (unit->now >= closes)
        return conflict(unit, CONFLICT_check_in_over, NULL, "Check-in ended at %s", fact_time(unit, closes));
    return OK;
}

err booking_checkin(struct unit *unit, const struct input *input, struct result *ret)
{
    struct sale sale;
    err e = sale_of_action(unit, input, &sale);
    if (e) return e;
    struct booking *booking = sale.booking;
    int64_t inside = booking_checked_in(booking), entering = booking->quantity - inside;
    if (INPUT_GIVES(input, checkin_request, quantity)) entering = INPUT_BODY(input, checkin_request)->quantity;
    if (entering > booking->quantity)
        return problem_invalid(unit->problem, STR("/quantity"), "too_large", "The booking is for fewer people");
    e = own_check(unit, booking);
    if (e) return e;
    if (booking->status != BOOKING_CONFIRMED) return booking_conflict(unit, booking);
    e = sale_open(unit, &sale);
    if (!e) e = window_check(unit, &sale);
    if (e) return e;
    if (entering == 0 || inside + entering > booking->quantity) return checked_in_conflict(unit, booking);

    booking->checked_in_at = unit->now;
    booking->checked_in_quantity = inside + entering;
    booking->checked_in_place = input->change ? INPUT_BODY(input, checkin_request)->place : STR_NONE;
    unit_changed(unit, booking);
    ret->row = &booking->row;
    return OK;
}

err booking_undo_checkin(struct unit *unit, const struct input *input, struct result *ret)
{
    struct sale sale;
    err e = sale_of_action(unit, input, &sale);
    if (!e) e = own_check(unit, sale.booking);
    if (e) return e;
    struct booking *booking = sale.booking;
    if (booking->status != BOOKING_CONFIRMED) return booking_conflict(unit, booking);
    if (!booking_checked_in(booking))
        return conflict(unit, CONFLICT_not_checked_in, NULL, "The booking is not checked in");

    booking->checked_in_at = 0;
    booking->checked_in_quantity = 0;
    booking->checked_in_place = STR_NONE;
    booking->checkin_undone = INPUT_BODY(input, undo_checkin_request)->reason;
    unit_changed(unit, booking);
    ret->row = &booking->row;
    return OK;
}
