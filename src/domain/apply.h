/* Applies the body of a request to a row, in steps that let a command fail at any point. A draft is a copy of the row
 * (or of the defaults of a new row) with the change applied; guards compare the draft with the row; only draft_keep()
 * and draft_insert() change rows. Which fields a client may set follows from their flags.
 *
 * Invariant: before draft_keep() or draft_insert() no row of the unit is modified. */
#ifndef DOMAIN_APPLY_H
#define DOMAIN_APPLY_H

#include <stddef.h>

#include "domain/domain.h"

/* Whether the actor is an admin or the system and may therefore set STAFF fields. */
bool actor_is_admin(const struct unit *unit);

/* Whether the actor is an organizer, support, an admin or the system. */
bool actor_is_staff(const struct unit *unit);

/* Whether the row policies let the actor change every row of the entity. */
bool actor_changes_all(const struct unit *unit, enum entity_id entity);

/* Checks If-Match of a change: ERR_VERSION_REQUIRED if it is missing and the entity requires it, ERR_STALE_VERSION if
 * it names another version. */
MUST_CHECK err input_match(const struct input *input, const struct row *row);

/* Checks If-Match of an action, where it is optional. */
MUST_CHECK err input_match_given(const struct input *input, const struct row *row);

/* The field of a request body, for field errors: INPUT_FIELD_OF(booking_request, quantity). */
#define INPUT_FIELD_OF(type, member) descriptor_field(&descriptor_##type, offsetof(struct type, member))
const struct field *descriptor_field(const struct descriptor *descriptor, size_t offset);

/* Whether the body gives a field, be it with the value that leaving it out means: INPUT_GIVES(input, pay_request,
 * paid_at). A request without a body gives none. */
#define INPUT_GIVES(input, type, member) input_gives((input), INPUT_FIELD_OF(type, member))
bool input_gives(const struct input *input, const struct field *field);

/* Gets the row input->id for the actor to change, and checks If-Match by input_match(). `ret` as in unit_get(). */
MUST_CHECK err input_row(struct unit *unit, const struct input *input, enum entity_id entity, void *ret);

/* For changes that a stolen session must not be able to make: ERR_PASSWORD_REQUIRED unless the actor has entered its
 * password with this change, or in its session during the last RECENT_MS. NULL: a change without a body. */
enum { RECENT_MS = 5 * 60 * 1000 };
MUST_CHECK err recent_check(struct unit *unit, const struct change *change);

/* Adds a field error. The command continues in order to find further errors, and calls errors() at the end. */
void field_error(struct unit *unit, const struct field *field, const char *code, const char *detail);

/* Why the state of the data does not allow a command. */
enum conflict {
#define CONFLICT(code, doc) CONFLICT_##code,
#include "domain/conflicts.def"
#undef CONFLICT
    CONFLICT_COUNT
};

/* Adds the reason, with the fact ("Checked in at 2026-06-01T..."), and returns ERR_STATE_CONFLICT. `field` is the one
 * that says so; NULL: none. */
MUST_CHECK err conflict(struct unit *unit, enum conflict reason, const struct field *field, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* A time as text for a field error or a conflict, in the unit's arena; "an unknown time" for 0. */
const char *fact_time(struct unit *unit, int64_t ms);

/* Adds a warning to the response of a command that succeeds. */
void warn(struct unit *unit, struct result *ret, const struct field *field, const char *code, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

/* Adds the field error `duplicate` at the field whose value another row has, and returns ERR_DUPLICATE. */
MUST_CHECK err duplicate(struct unit *unit, const struct field *field);

/* ERR_INVALID if the running command has added a field error. */
MUST_CHECK err errors(const struct unit *unit);

/* A draft of a new row. Field errors: read_only (a different value for a field that the server sets), forbidden_field
 * (a field that the actor may not set), not_found (a reference to a row that the actor cannot read). Other errors are
 * those of the store. *ret_draft is a struct of the entity in the unit's arena. `change` must have the descriptor of
 * the entity. */
MUST_CHECK err draft_new(struct unit *unit, enum entity_id entity, const struct change *change, void *ret_draft);

/* A draft of an existing row; fields that can be set only at creation are read_only too. The draft of a deleted row is
 * undeleted; only restoring uses that. */
MUST_CHECK err draft_of(struct unit *unit, const void *row, const struct change *change, void *ret_draft);

/* Whether a field differs between two structs of one entity. */
bool field_changes(const struct field *field, const void *row, const void *draft);

/* Inserts the draft as a new row. */
void *draft_insert(struct unit *unit, const void *draft);

/* Copies the draft to `row`; when nothing differs the row and its version stay unchanged. */
void draft_keep(struct unit *unit, void *row, const void *draft);

#endif
