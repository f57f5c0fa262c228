/* Reading the rows of a pair (store/command.h). Where several commands of a batch declared pairs, the first that asks
 * reads those of all in one statement; on an embedded engine each reads its own, which costs only a function call. */
#include "base/check.h"
#include "store/unit_private.h"

enum { BATCH_ROWS_MAX = 2000 };

void unit_forget_pairs(struct unit_private *private)
{
    private->pairs = (struct pairs){0};
}

static bool pair_matches(const struct pair *pair, const struct row *row)
{
    return row->entity->id == pair->entity && *field_int((struct row *)row, pair->fields[0]) == pair->ids[0] &&
           *field_int((struct row *)row, pair->fields[1]) == pair->ids[1];
}

static bool is_declared(const struct pairs *pairs, const struct pair *pair)
{
    for (size_t i = 0; i < pairs->count; i++) {
        if (memcmp(pairs->list[i].ids, pair->ids, sizeof(pair->ids)) == 0) return true;
    }
    return false;
}

/* Reads the rows of all declared pairs. Where they are too many, each pair is read when it is asked for. */
static err pairs_load(struct unit *unit)
{
    struct pairs *pairs = &unit->private->pairs;
    err e = unit_asked(
        unit, rows_pairs(unit->private->rows, pairs->list, pairs->count, BATCH_ROWS_MAX, unit->arena, &pairs->page));
    pairs->loaded = !e;
    if (!e && pairs->page.count == BATCH_ROWS_MAX) unit_forget_pairs(unit->private);
    return e;
}

/* The stored rows: of this pair, and perhaps of others. */
static err stored_rows(struct unit *unit, const struct pair *pair, struct page *ret_page)
{
    struct pairs *pairs = &unit->private->pairs;
    bool declared = pairs->count > 1 && is_declared(pairs, pair);
    err e = declared && !pairs->loaded ? pairs_load(unit) : OK;
    if (e) return e;
    if (!declared || !pairs->loaded)
        return unit_asked(unit, rows_pairs(unit->private->rows, pair, 1, PAIR_ROWS_MAX, unit->arena, ret_page));
    *ret_page = pairs->page;
    return OK;
}

static void page_add(struct page *page, const struct pair *pair, struct row *row)
{
    if (pair_matches(pair, row) && page->count < PAIR_ROWS_MAX) page->rows[page->count++] = row;
}

err unit_pair(struct unit *unit, const struct pair *pair, struct page *ret_page)
{
    struct page stored, page = {.rows = ARENA_ARRAY(unit->arena, struct row *, PAIR_ROWS_MAX)};
    err e = stored_rows(unit, pair, &stored);
    if (e) return e;
    for (size_t i = 0; i < stored.count; i++) {
        const struct unit_entry *entry = map_find(&unit->private->map, pair->entity, stored.rows[i]->id);
        if (!entry || !entry->removed) page_add(&page, pair, entry ? entry->row : stored.rows[i]);
    }
    for (struct unit_entry *entry = unit->private->siblings[pair->entity]; entry; entry = entry->next_sibling) {
        if (!entry->stored && !entry->removed) page_add(&page, pair, entry->row);
    }
    *ret_page = page;
    return OK;
}
