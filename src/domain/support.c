/* Support tickets and the messages in them: see commands.h.
 *
 * Support staff may change every ticket, other users their own. Staff with a ticket of their own have both sets of
 * rights. */
#include "domain/apply.h"
#include "domain/cascade.h"
#include "domain/changes.h"
#include "domain/commands.h"

static bool actor_is_support(const struct unit *unit)
{
    return actor_changes_all(unit, ENTITY_support_ticket);
}

static bool ticket_active(const struct support_ticket *ticket)
{
    return ticket->status == TICKET_OPEN || ticket->status == TICKET_PENDING;
}

err support_ticket_create(struct unit *unit, const struct input *input, struct result *ret)
{
    struct support_ticket *draft;
    err e = draft_new(unit, ENTITY_support_ticket, input->change, &draft);
    if (e) return e;
    if (draft->status != TICKET_OPEN && !actor_is_support(unit)) {
        field_error(unit, FIELD_OF(support_ticket, status), "forbidden_field", "A new ticket must be open");
    }
    e = children_check(unit, ENTITY_support_ticket, FIELD_OF(support_ticket, user_id), unit->actor->user_id);
    if (!e) e = errors(unit);
    if (e) return e;
    draft->user_id = unit->actor->user_id;
    ret->row = draft_insert(unit, draft);
    return OK;
}

/* --- change ------------------------------------------------------------------------------------------------------- */

/* Only the owner of the ticket may change its text. Returns whether it changes. */
static bool text_check(struct unit *unit, const struct support_ticket *ticket, const struct support_ticket *draft)
{
    const struct field *texts[] = {FIELD_OF(support_ticket, subject), FIELD_OF(support_ticket, description)};
    bool own = ticket->user_id == unit->actor->user_id, changed = false;
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        if (!field_changes(texts[i], ticket, draft)) continue;
        changed = true;
        if (!own)
            field_error(unit, texts[i], "forbidden_field", "Only the person who opened the ticket can change its text");
    }
    return changed;
}

static void status_check(struct unit *unit, const struct support_ticket *ticket, const struct support_ticket *draft)
{
    if (draft->status == ticket->status || actor_is_support(unit)) return;
    if (draft->status == TICKET_OPEN || draft->status == TICKET_CLOSED) return;
    field_error(unit, FIELD_OF(support_ticket, status), "forbidden_field",
                "You can close or reopen the ticket; only support sets other states");
}

err support_ticket_change(struct unit *unit, void *row, const struct change *change, struct result *ret)
{
    struct support_ticket *ticket = row, *draft;
    struct cascade replies = {0};
    err e = draft_of(unit, ticket, change, &draft);
    if (!e && ticket->deleted_at) e = cascade_deleted(unit, &ticket->row, &replies);
    if (e) return e;
    bool text_changes = text_check(unit, ticket, draft);
    bool priority = draft->priority != ticket->priority && !actor_is_support(unit);
    status_check(unit, ticket, draft);
    e = errors(unit);
    if (e) return e;
    bool moved = draft->status != ticket->status;
    if (moved && ticket->status == TICKET_CLOSED && draft->status != TICKET_OPEN)
        return conflict(unit, CONFLICT_ticket_closed, FIELD_OF(support_ticket, status),
                        "A closed ticket can only be opened again");
    if ((text_changes || priority) && !ticket_active(ticket) && !ticket_active(draft))
        return conflict(unit, CONFLICT_ticket_closed, NULL, "The ticket is %.*s; open it again to change it",
                        STR_ARG(enum_text(SET_ticket_status, ticket->status)));
    cascade_undelete(unit, &replies);
    draft_keep(unit, ticket, draft);
    ret->row = &ticket->row;
    return OK;
}

err support_ticket_update(struct unit *unit, const struct input *input, struct result *ret)
{
    struct support_ticket *ticket;
    err e = input_row(unit, input, ENTITY_support_ticket, &ticket);
    return e ? e : support_ticket_change(unit, ticket, input->change, ret);
}

err support_ticket_delete(struct unit *unit, const struct input *input, struct result *ret)
{
    struct support_ticket *ticket;
    struct cascade below = {0};
    err e = input_row(unit, input, ENTITY_support_ticket, &ticket);
    if (!e) e = cascade_below(unit, &ticket->row, false, &below);
    if (e) return e;
    cascade_delete(unit, &below);
    unit_delete(unit, ticket);
    ret->row = NULL;
    return OK;
}

/* --- replies ------------------------------------------------------------------------------------------------------ */

static struct support_reply *reply_insert(struct unit *unit, const struct support_ticket *ticket, str body)
{
    struct support_reply *reply = unit_new(unit, ENTITY_support_reply);
    reply->support_ticket_id = ticket->id;
    reply->user_id = unit->actor->user_id;
    reply->body = body;
    return reply;
}

err support_reply_create(struct unit *unit, const struct input *input, struct result *ret)
{
    const struct field *parent = FIELD_OF(support_reply, support_ticket_id);
    struct support_ticket *ticket;
    err e = unit_get_as_actor(unit, ENTITY_support_ticket, input->id, ACTION_WRITE, &ticket);
    if (!e) e = input_match_given(input, &ticket->row);
    if (!e) e = children_check(unit, ENTITY_support_reply, parent, ticket->id);
    if (!e) e = errors(unit);
    if (e) return e;
    bool own = ticket->user_id == unit->actor->user_id;
    if (!own && ticket->status == TICKET_CLOSED)
        return conflict(unit, CONFLICT_ticket_closed, NULL, "The ticket is closed; open it again to reply");
    enum ticket_status status = own ? TICKET_OPEN : TICKET_PENDING;
    if (ticket->status != status) {
        ticket->status = status;
        unit_changed(unit, ticket);
    }
    ret->row = &reply_insert(unit, ticket, INPUT_BODY(input, reply_request)->body)->row;
    return OK;
}
