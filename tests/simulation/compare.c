/* See compare.h. */
#include "compare.h"

#include <stdio.h>
#include <string.h>

#include "base/time_text.h"
#include "domain/invariants.h"
#include "row_text.h"

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
