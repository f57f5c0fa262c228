/* Records of backups: see commands.h. */
#include "domain/commands.h"

/* The records that must go, so that a new one stays within the limit. */
static err backups_beyond(struct unit *unit, struct page *ret_page)
{
    struct query query = {.entity = entity_of(ENTITY_backup), .offset = BACKUPS_MAX - 1, .limit = LIST_MAX};
    query.sorts[query.sort_count++] = (struct sort){.field = FIELD_OF(backup, id), .descending = true};
    return unit_query(unit, &query, ret_page);
}

err backup_record(struct unit *unit, const struct input *input, struct result *ret)
{
    const struct backup *report = INPUT_BODY(input, backup);
    struct page beyond;
    err e = backups_beyond(unit, &beyond);
    if (e) return e;
    for (size_t i = 0; i < beyond.count; i++) unit_delete(unit, beyond.rows[i]);
    struct backup *backup = unit_new(unit, ENTITY_backup);
    struct row row = backup->row;
    *backup = *report;
    backup->row = row;
    ret->row = &backup->row;
    return OK;
}
