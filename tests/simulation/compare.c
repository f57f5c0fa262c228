/* See compare.h. */
#include "compare.h"

#include <stdio.h>
#include <string.h>

#include "base/check.h"
#include "base/time_text.h"
#include "domain/invariants.h"
#include "row_text.h"
#include "rules.h"
#include "store/reader.h"

struct comparing {
    struct model *model;
    bool equal;
};

/* Several changes of a schedule in one batch can be one version, so the model takes over the version. It only rises. */
static bool version_take(struct model *model, int64_t id, const struct row *row)
{
    struct model_schedule *schedule = model_any(model, ENTITY_schedule, id);
    if (!schedule || !row || schedule->version == row->version) return true;
    bool rises = row->version > schedule->version;
    schedule->version = row->version;
    model_snapshot(model, ENTITY_schedule, id);
    return rises;
}

static void compare_row(void *context, enum entity_id entity, int64_t id)
{
    char expected[ROW_TEXT_MAX], found[ROW_TEXT_MAX];
    struct comparing *comparing = context;
    if (!model_table(entity)) return;
    const struct row *row = machine_row(entity, id);
    model_row_text(entity, id, model_any(comparing->model, entity, id), expected);
    store_row_text(entity, row, found);
    bool equal = strcmp(expected, found) == 0;
    if (entity == ENTITY_schedule && !version_take(comparing->model, id, row)) equal = false;
    if (!equal) printf("expected %s\nfound    %s\n", expected, found);
    comparing->equal = comparing->equal && equal;
    arena_reset(machine.scratch);
}

bool compare_changed(struct model *model)
{
    struct comparing comparing = {model, true};
    for (size_t i = 0; i < model->dirty_count; i++) compare_row(&comparing, model->dirty[i].entity, model->dirty[i].id);
    model->dirty_count = 0;
    machine_changed(compare_row, &comparing);
    return comparing.equal;
}

bool compare_all(struct model *model)
{
    struct comparing comparing = {model, compare_changed(model)};
    for (enum entity_id entity = 0; entity < ENTITY_COUNT; entity++) {
        if (!model_table(entity)) continue;
        for (int64_t id = 1; id <= model->last[entity] + 1; id++) compare_row(&comparing, entity, id);
    }
    return comparing.equal;
}

/* --- lists -------------------------------------------------------------------------------------------------------- */

/* Whether the list of an entity has all rows that the actor may see, and no others. Few tables have more than a page.
 */
static bool list_agrees(struct model *model, struct reader *reader, const struct request *as, enum entity_id entity)
{
    struct query query = {.entity = entity_of(entity), .limit = LIST_MAX};
    struct actor actor = {.user_id = as->user_id, .role = as->role};
    struct page page;
    size_t seen = 0;
    err e = reader_begin(reader, &actor);
    if (!e) e = reader_list(reader, &query, machine.scratch, &page);
    reader_end(reader);
    CHECK(!e);
    bool agrees = true;
    for (int64_t id = 1; id <= model->last[entity] && page.count < LIST_MAX; id++) {
        bool listed = seen < page.count && page.rows[seen]->id == id;
        seen += listed;
        if (listed == model_visible(model, as, entity, id)) continue;
        printf("%s %lld is %s to %s %lld\n", entity_of(entity)->name, (long long)id, listed ? "visible" : "invisible",
               role_name(as->role).p, (long long)as->user_id);
        agrees = false;
    }
    return agrees && (seen == page.count || page.count == LIST_MAX);
}

bool lists_agree(struct model *model)
{
    static const enum entity_id entities[] = {ENTITY_booking,  ENTITY_payment,        ENTITY_event,
                                              ENTITY_schedule, ENTITY_event_category, ENTITY_user};
    struct reader *reader;
    bool agree = true;
    err e = reader_open(machine_store(), &reader);
    CHECK(!e);
    for (int64_t id = 0; id <= model->last[ENTITY_user]; id++) {
        const struct model_user *user = model_get(model, ENTITY_user, id);
        if (id && !user) continue;
        struct request as = {.user_id = id, .role = user ? (enum role)user->role : ROLE_ANONYMOUS};
        for (size_t i = 0; i < COUNT_OF(entities); i++) {
            bool readable =
                id || (entities[i] != ENTITY_user && entities[i] != ENTITY_booking && entities[i] != ENTITY_payment);
            if (readable) agree = list_agrees(model, reader, &as, entities[i]) && agree;
        }
        arena_reset(machine.scratch);
    }
    reader_close(reader);
    return agree;
}

/* --- invariants --------------------------------------------------------------------------------------------------- */

/* The integrity of a file has nothing to do with commands, and single tables take longer. */
static bool matters(const struct invariant *invariant)
{
    return !invariant->entity && strcmp(invariant->name, "integrity") != 0;
}

bool invariants_hold(int64_t now)
{
    static struct invariant invariants[INVARIANTS_MAX];
    char stamp[TIME_TEXT_SIZE];
    bool hold = true;
    time_to_stored(now, stamp);
    const char *at = arena_printf(machine.scratch, "'%s'", stamp).p;
    size_t count =
        invariants_of(machine_dialect(), at, domain_invariants, domain_invariant_count, machine.scratch, invariants);
    for (size_t i = 0; i < count; i++) {
        if (!matters(&invariants[i])) continue;
        int64_t violations = machine_number(invariants[i].sql);
        if (violations) printf("invariant %s: %lld violations\n", invariants[i].name, (long long)violations);
        hold = hold && !violations;
    }
    arena_reset(machine.scratch);
    return hold;
}
