/* From a request's body to a row, in steps that let a command refuse at any point: a draft is a copy of the row (or of
 * a new row's defaults) with the change applied; guards compare the draft with the row; only keeping the draft changes
 * anything. What a client may set is read from the flags of the fields, so no command repeats it.
 *
 * Invariant: until draft_keep() or draft_insert() no row of the unit was touched. */
#ifndef DOMAIN_APPLY_H
#define DOMAIN_APPLY_H

#include "domain/domain.h"

/* Whether the actor may set STAFF fields: an admin, or the program itself. */
bool actor_is_admin(const struct unit *unit);

/* Whether the actor works here: organizer, support, admin, the program itself. */
bool actor_is_staff(const struct unit *unit);

/* Whether the row rules let the actor change every row of the entity. */
bool actor_changes_all(const struct unit *unit, enum entity_id entity);

/* If-Match of a change: ERR_VERSION_REQUIRED where the entity asks for one, ERR_STALE_VERSION when it names another. */
MUST_CHECK err input_match(const struct input *input, const struct row *row);

/* If-Match of an action: honoured, never asked for. */
MUST_CHECK err input_match_given(const struct input *input, const struct row *row);

/* The row that input->id names, for the actor to change, and If-Match as input_match() has it. `ret` as unit_get(). */
MUST_CHECK err input_row(struct unit *unit, const struct input *input, enum entity_id entity, void *ret);

/* Lists a fault of the field; the command goes on to find the others and asks faults() at the end. */
void field_error(struct unit *unit, const struct field *field, const char *code, const char *detail);

/* ERR_INVALID when the running command has listed a fault. */
MUST_CHECK err errors(const struct unit *unit);

/* A draft of a new row. Lists as faults: read_only (a field the server sets, with another value than it has),
 * forbidden_field (one that the actor may not set), not_found (a reference to nothing the actor may read). Other errors
 * are the store's. *ret_draft is a struct of the entity in the unit's arena. The body must be of the entity's shape. */
MUST_CHECK err draft_new(struct unit *unit, enum entity_id entity, const struct change *change, void *ret_draft);

/* A draft of an existing row; its fields that are set at creation only are read_only too. The draft of a deleted row is
 * not deleted: only restoring comes here with one. */
MUST_CHECK err draft_of(struct unit *unit, const void *row, const struct change *change, void *ret_draft);

/* Whether a field differs between two structs of one entity. */
bool field_changes(const struct field *field, const void *row, const void *draft);

/* Makes the row as drafted. */
void *draft_insert(struct unit *unit, const void *draft);

/* Makes `row` as drafted; leaves it alone, version included, when nothing differs. */
void draft_keep(struct unit *unit, void *row, const void *draft);

#endif
