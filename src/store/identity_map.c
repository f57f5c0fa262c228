/* See identity_map.h. */
#include "store/identity_map.h"

enum { KEY_SIZE = 2 * sizeof(int64_t) };

void map_clear(struct identity_map *map)
{
    HASH_CLEAR(hh, map->entries);
    map_clear_known(map);
}

void map_clear_known(struct identity_map *map)
{
    HASH_CLEAR(hh, map->known);
}

struct unit_entry *map_find(struct identity_map *map, enum entity_id entity, int64_t id)
{
    int64_t key[2] = {(int64_t)entity, id};
    struct unit_entry *entry;
    HASH_FIND(hh, map->entries, key, KEY_SIZE, entry);
    return entry;
}

struct row *map_copy_row(struct identity_map *map, const struct row *row)
{
    struct row *copy = arena_alloc(map->arena, row->entity->descriptor.size);
    memcpy(copy, row, row->entity->descriptor.size);
    return copy;
}

struct unit_entry *map_add(struct identity_map *map, struct row *row)
{
    struct unit_entry *entry = ARENA_NEW(map->arena, struct unit_entry);
    entry->key[0] = (int64_t)row->entity->id;
    entry->key[1] = row->id;
    entry->row = row;
    row->state = entry;
    HASH_ADD(hh, map->entries, key, KEY_SIZE, entry);
    return entry;
}

struct unit_entry *map_entry(struct identity_map *map, struct row *row)
{
    struct unit_entry *entry = map_find(map, row->entity->id, row->id);
    if (entry) return entry;
    entry = map_add(map, row);
    entry->stored = map_copy_row(map, row);
    entry->image = map_copy_row(map, row);
    return entry;
}

/* --- unique values ------------------------------------------------------------------------------------------------ */

static str known_key(struct arena *arena, const struct entity *entity, const struct field *field, struct value value)
{
    if (!type_is_text(field->type))
        return arena_printf(arena, "%d %s %lld", (int)entity->id, field->name, (long long)value.number);
    return arena_printf(arena, "%d %s %.*s", (int)entity->id, field->name, STR_ARG(value.text));
}

static struct known_value *known_find(struct identity_map *map, str key)
{
    struct known_value *known;
    HASH_FIND(hh, map->known, key.p, key.n, known);
    return known;
}

const struct known_value *map_find_known(struct identity_map *map, const struct entity *entity,
                                         const struct field *field, struct value value)
{
    return map->known ? known_find(map, known_key(map->arena, entity, field, value)) : NULL;
}

void map_add_known(struct identity_map *map, const struct entity *entity, const struct field *field, struct value value,
                   struct unit_entry *entry)
{
    str key = known_key(map->arena, entity, field, value);
    struct known_value *known = known_find(map, key);
    if (!known) {
        known = ARENA_NEW(map->arena, struct known_value);
        known->key = (char *)(uintptr_t)key.p;
        HASH_ADD_KEYPTR(hh, map->known, known->key, key.n, known);
    }
    known->entry = entry;
}
