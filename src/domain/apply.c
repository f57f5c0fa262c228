/* See apply.h. */
#include "domain/apply.h"

#include "base/check.h"
#include "base/time_text.h"
#include "schema/decode_value.h"
#include "schema/visible.h"

bool actor_is_admin(const struct unit *unit)
{
    return unit->actor->role == ROLE_ADMIN || unit->actor->role == ROLE_SYSTEM;
}

/* In roles.def all roles listed after the customer are staff. */
bool actor_is_staff(const struct unit *unit)
{
    return unit->actor->role > ROLE_CUSTOMER;
}

bool actor_changes_all(const struct unit *unit, enum entity_id entity)
{
    return role_acts_on_all(entity_of(entity), ACTION_WRITE, unit->actor->role);
}

/* --- If-Match ----------------------------------------------------------------------------------------------------- */

err input_match(const struct input *input, const struct row *row)
{
    if (input->version == VERSION_ANY && (row->entity->traits & IF_MATCH)) return ERR_VERSION_REQUIRED;
    return input_match_given(input, row);
}

err input_match_given(const struct input *input, const struct row *row)
{
    return input->version == VERSION_ANY || input->version == row->version ? OK : ERR_STALE_VERSION;
}

err input_row(struct unit *unit, const struct input *input, enum entity_id entity, void *ret)
{
    struct row *row;
    err e = unit_get_as_actor(unit, entity, input->id, ACTION_WRITE, &row);
    if (!e) e = input_match(input, row);
    if (e) return e;
    memcpy(ret, &row, sizeof(row));
    return OK;
}

/* --- password entered again --------------------------------------------------------------------------------------- */

/* Jobs and the command line have no session that could be stolen. */
err recent_check(struct unit *unit, const struct change *change)
{
    struct session *session;
    if (unit->actor->session_id == 0 || (change && change->current_password.p)) return OK;
    err e = unit_get(unit, ENTITY_session, unit->actor->session_id, &session);
    if (e) return e == ERR_NOT_FOUND ? ERR_UNAUTHENTICATED : e;
    return unit->now - session->authenticated_at < RECENT_MS ? OK : ERR_PASSWORD_REQUIRED;
}

/* --- request bodies ----------------------------------------------------------------------------------------------- */

const struct field *descriptor_field(const struct descriptor *descriptor, size_t offset)
{
    for (size_t i = 0; i < descriptor->count; i++) {
        if (descriptor->fields[i].offset == offset) return &descriptor->fields[i];
    }
    CHECK(false);
    return NULL;
}

bool input_gives(const struct input *input, const struct field *field)
{
    return input->change && change_has(input->change, field);
}

/* --- field errors ------------------------------------------------------------------------------------------------- */

void field_error(struct unit *unit, const struct field *field, const char *code, const char *detail)
{
    problem_add(unit->problem, str_of(field->pointer), code, detail);
}

static const char *const conflict_codes[] = {
#define CONFLICT(code, doc) #code,
#include "domain/conflicts.def"
#undef CONFLICT
};

err conflict(struct unit *unit, enum conflict reason, const struct field *field, const char *format, ...)
{
    str pointer = field ? str_of(field->pointer) : STR("");
    va_list values;
    va_start(values, format);
    problem_explain_list(unit->problem, pointer, conflict_codes[reason], format, values);
    va_end(values);
    return ERR_STATE_CONFLICT;
}

const char *fact_time(struct unit *unit, int64_t ms)
{
    char *text = arena_alloc(unit->arena, TIME_TEXT_SIZE);
    return ms ? time_to_rfc3339(ms, text).p : "an unknown time";
}

void warn(struct unit *unit, struct result *ret, const struct field *field, const char *code, const char *format, ...)
{
    va_list values;
    if (!ret->warnings) ret->warnings = ARENA_NEW(unit->arena, struct problem);
    va_start(values, format);
    problem_explain_list(ret->warnings, str_of(field->pointer), code, format, values);
    va_end(values);
}

err duplicate(struct unit *unit, const struct field *field)
{
    field_error(unit, field, "duplicate", "Already in use");
    return ERR_DUPLICATE;
}

err errors(const struct unit *unit)
{
    return unit->problem->count > 0 ? ERR_INVALID : OK;
}

/* --- drafts ------------------------------------------------------------------------------------------------------- */

/* A draft being made. */
struct drafting {
    struct unit *unit;
    const struct change *change;
    void *draft;
    bool is_new; /* the row is being created */
};

/* The code of the field error when the actor may not set the field, else NULL. */
static const char *field_refusal(const struct drafting *drafting, const struct field *field)
{
    if (field->flags & READ_ONLY) return "read_only";
    if ((field->flags & INITIAL) && !drafting->is_new) return "read_only";
    if ((field->flags & STAFF) && !actor_is_admin(drafting->unit)) return "forbidden_field";
    return NULL;
}

static void field_copy(const struct field *field, void *to, const void *from)
{
    size_t size = type_is_text(field->type) ? sizeof(str) : sizeof(int64_t);
    memcpy((char *)to + field->offset, (const char *)from + field->offset, size);
}

/* A changed reference must point to a row that the actor may read. */
static err reference_check(struct unit *unit, const struct field *field, void *values)
{
    if (field->type != TYPE_REF || *field_int(values, field) == 0) return OK;
    struct row *target;
    err e = unit_get_as_actor(unit, (enum entity_id)field->of, *field_int(values, field), ACTION_READ, &target);
    if (e != ERR_NOT_FOUND) return e;
    field_error(unit, field, "not_found", "Not found");
    return OK;
}

static err field_apply(const struct drafting *drafting, const struct field *field)
{
    const struct change *change = drafting->change;
    const char *refusal = field_refusal(drafting, field);
    if (!change_has(change, field)) {
        if (change->whole && !refusal && field_is_shown(field)) field_set_default(field, drafting->draft);
        return OK;
    }
    if (field_equal(field, drafting->draft, change->values)) return OK;
    if (refusal) {
        field_error(drafting->unit, field, refusal, "Read-only, or only an admin can set it");
        return OK;
    }
    field_copy(field, drafting->draft, change->values);
    return reference_check(drafting->unit, field, change->values);
}

static err change_draft(const struct drafting *drafting, const struct descriptor *descriptor)
{
    CHECK(drafting->change && drafting->change->descriptor == descriptor);
    for (size_t i = 0; i < descriptor->count; i++) {
        err e = field_apply(drafting, &descriptor->fields[i]);
        if (e) return e;
    }
    return OK;
}

err draft_new(struct unit *unit, enum entity_id id, const struct change *change, void *ret_draft)
{
    const struct entity *entity = entity_of(id);
    struct row *draft = arena_alloc(unit->arena, entity->descriptor.size);
    draft->entity = entity;
    for (size_t i = 0; i < entity->descriptor.count; i++) field_set_default(&entity->descriptor.fields[i], draft);
    err e = change_draft(&(struct drafting){unit, change, draft, true}, &entity->descriptor);
    if (e) return e;
    memcpy(ret_draft, &draft, sizeof(draft));
    return OK;
}

err draft_of(struct unit *unit, const void *row, const struct change *change, void *ret_draft)
{
    const struct descriptor *descriptor = &((const struct row *)row)->entity->descriptor;
    struct row *draft = arena_alloc(unit->arena, descriptor->size);
    memcpy(draft, row, descriptor->size);
    err e = change_draft(&(struct drafting){unit, change, draft, false}, descriptor);
    if (e) return e;
    draft->deleted_at = 0;
    memcpy(ret_draft, &draft, sizeof(draft));
    return OK;
}

bool field_changes(const struct field *field, const void *row, const void *draft)
{
    return !field_equal(field, row, draft);
}

/* Copies all fields except those of struct row, which the unit manages. Returns whether anything differed. */
static bool body_copy(struct row *row, const struct row *draft)
{
    const struct descriptor *descriptor = &row->entity->descriptor;
    bool differs = false;
    for (size_t i = 0; i < descriptor->count; i++) {
        const struct field *field = &descriptor->fields[i];
        if (field->offset < sizeof(struct row) || field_equal(field, row, draft)) continue;
        field_copy(field, row, draft);
        differs = true;
    }
    return differs;
}

void *draft_insert(struct unit *unit, const void *draft)
{
    struct row *row = unit_new(unit, ((const struct row *)draft)->entity->id);
    body_copy(row, draft);
    return row;
}

void draft_keep(struct unit *unit, void *kept, const void *draft)
{
    struct row *row = kept;
    bool undeleted = row->deleted_at != ((const struct row *)draft)->deleted_at;
    row->deleted_at = ((const struct row *)draft)->deleted_at;
    if (body_copy(row, draft) || undeleted) unit_changed(unit, row);
}
