/* Categories of events: see commands.h. */
#include "base/unicode.h"
#include "domain/apply.h"
#include "domain/cascade.h"
#include "domain/changes.h"
#include "domain/commands.h"

/* Names are unique within an event: "Music", "music" and the same in another normalisation are one name. The unique
 * index compares bytes, and its violation would be a less specific error. */
static err name_free(struct unit *unit, const struct event_category *draft)
{
    struct cascade categories = {0};
    err e = cascade_by(unit, ENTITY_event_category, FIELD_OF(event_category, event_id), draft->event_id, &categories);
    if (e) return e;
    str name = unicode_folded(unit->arena, draft->name);
    for (size_t i = 0; i < categories.count; i++) {
        const struct event_category *other = ROW(event_category, categories.rows[i]);
        if (other->id != draft->id && str_equal(unicode_folded(unit->arena, other->name), name))
            return duplicate(unit, FIELD_OF(event_category, name));
    }
    return OK;
}

err category_create(struct unit *unit, const struct input *input, struct result *ret)
{
    const struct field *parent = FIELD_OF(event_category, event_id);
    struct event_category *draft;
    err e = draft_new(unit, ENTITY_event_category, input->change, &draft);
    if (!e) e = children_check(unit, ENTITY_event_category, parent, draft->event_id);
    if (!e) e = errors(unit);
    if (!e) e = name_free(unit, draft);
    if (e) return e;
    ret->row = draft_insert(unit, draft);
    return OK;
}

/* A category can be undeleted only if its event exists. */
static err parent_exists(struct unit *unit, const struct event_category *category)
{
    struct event *event;
    err e = unit_get(unit, ENTITY_event, category->event_id, &event);
    if (e != ERR_NOT_FOUND) return e;
    return conflict(unit, CONFLICT_event_deleted, NULL, "Event %lld was deleted; restore it first",
                    (long long)category->event_id);
}

err category_change(struct unit *unit, void *row, const struct change *change, struct result *ret)
{
    struct event_category *category = row, *draft;
    err e = draft_of(unit, category, change, &draft);
    if (e) return e;
    bool renamed = field_changes(FIELD_OF(event_category, name), category, draft);
    e = errors(unit);
    if (!e && category->deleted_at) e = parent_exists(unit, category);
    if (!e && (renamed || category->deleted_at)) e = name_free(unit, draft);
    if (e) return e;
    draft_keep(unit, category, draft);
    ret->row = &category->row;
    return OK;
}

err category_update(struct unit *unit, const struct input *input, struct result *ret)
{
    struct event_category *category;
    err e = input_row(unit, input, ENTITY_event_category, &category);
    return e ? e : category_change(unit, category, input->change, ret);
}

err category_delete(struct unit *unit, const struct input *input, struct result *ret)
{
    struct event_category *category;
    err e = input_row(unit, input, ENTITY_event_category, &category);
    if (e) return e;
    unit_delete(unit, category);
    ret->row = NULL;
    return OK;
}
