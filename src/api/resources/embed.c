/* See embed.h. */
#include "api/resources/embed.h"

#include "api/resources/budget.h"
#include "base/check.h"
#include "base/json.h"
#include "schema/encode.h"
#include "schema/rule.h"
#include "schema/visible.h"

/* --- names -------------------------------------------------------------------------------------------------------- */

/* The name of a JSON member: "supportReplies" for "SupportReplies". */
static str member_name(struct arena *arena, str name)
{
    str copy = arena_copy(arena, name);
    char *first = (char *)(uintptr_t)copy.p;
    if (*first >= 'A' && *first <= 'Z') *first = (char)(*first - 'A' + 'a');
    return copy;
}

static bool readable(const struct entity *entity, enum role role)
{
    return entity_rule(entity, ACTION_READ, role) != NULL;
}

static bool reference_embed(const struct field *field, enum role role, struct embed *ret_embed)
{
    if (field->type != TYPE_REF || !readable(entity_of((enum entity_id)field->of), role)) return false;
    str name = str_of(field->name);
    CHECK(str_ends(name, STR("Id")));
    *ret_embed = (struct embed){.name = str_first(name, name.n - 2),
                                .entity = entity_of((enum entity_id)field->of),
                                .reference = field,
                                .single = true};
    return true;
}

static bool child_embed(struct arena *arena, const struct entity *parent, const struct entity *child, size_t i,
                        struct embed *ret_embed)
{
    const struct field *field = &child->descriptor.fields[i];
    if (field->type != TYPE_REF || field->of != (int)parent->id) return false;
    bool single = field->flags & UNIQUE;
    str name = str_of(single ? child->descriptor.title : child->table);
    *ret_embed = (struct embed){
        .name = member_name(arena, name), .entity = child, .reference = field, .children = true, .single = single};
    return true;
}

static bool child_embed_at(struct arena *arena, const struct entity *entity, enum role role, size_t *countdown,
                           struct embed *ret_embed)
{
    for (size_t c = 0; c < ENTITY_COUNT; c++) {
        const struct entity *child = entity_of((enum entity_id)c);
        if (!readable(child, role)) continue;
        for (size_t i = 0; i < child->descriptor.count; i++) {
            if (child_embed(arena, entity, child, i, ret_embed) && (*countdown)-- == 0) return true;
        }
    }
    return false;
}

bool embed_at(struct arena *arena, const struct entity *entity, enum role role, size_t i, struct embed *ret_embed)
{
    for (size_t f = 0; f < entity->descriptor.count; f++) {
        if (reference_embed(&entity->descriptor.fields[f], role, ret_embed) && i-- == 0) return true;
    }
    return child_embed_at(arena, entity, role, &i, ret_embed);
}

bool embed_find(struct arena *arena, const struct entity *entity, enum role role, str name, struct embed *ret_embed)
{
    struct embed embed;
    for (size_t i = 0; embed_at(arena, entity, role, i, &embed); i++) {
        if (!str_equal(embed.name, name)) continue;
        *ret_embed = embed;
        return true;
    }
    return false;
}

/* --- rows --------------------------------------------------------------------------------------------------------- */

static int64_t key_of(const struct row *row, const struct field *field)
{
    return *field_int((void *)(uintptr_t)row, field);
}

/* The values on which embedded rows are joined: the ids of the rows of the page, or the ids that these refer to. */
static struct value *keys_of(const struct embed *embed, const struct page *page, struct arena *arena, size_t *ret_count)
{
    struct value *keys = ARENA_ARRAY(arena, struct value, page->count + 1);
    size_t count = 0;
    for (size_t i = 0; i < page->count; i++) {
        int64_t key = embed->children ? page->rows[i]->id : key_of(page->rows[i], embed->reference);
        bool known = key == 0;
        for (size_t k = 0; k < count && !known; k++) known = keys[k].number == key;
        if (!known) keys[count++].number = key;
    }
    *ret_count = count;
    return keys;
}

static err rows_read(const struct reading *reading, struct query *query, struct embedded *embedded)
{
    struct page page;
    embedded->rows = ARENA_ARRAY(reading->arena, struct row *, EMBEDDED_MAX);
    do {
        err e = reader_list(reading->reader, query, reading->arena, &page);
        if (!e) e = budget_check(reading->arena, reading->problem);
        if (e) return e;
        if (embedded->count + page.count > EMBEDDED_MAX)
            return problem_invalid(reading->problem, STR("/_embed"), "too_many",
                                   "Limit of 2,000 embedded rows exceeded");
        if (page.count) memcpy(&embedded->rows[embedded->count], page.rows, page.count * sizeof(*page.rows));
        embedded->count += page.count;
        query->offset += (int64_t)page.count;
    } while (page.count == LIST_MAX);
    return OK;
}

/* Adds the deleted rows of the query, which only the system can read. */
static err deleted_read(const struct reading *reading, struct query *query, struct embedded *embedded)
{
    struct embedded found = {0};
    for (size_t i = 0; i < query->entity->descriptor.count; i++) {
        CHECK(!field_is_maskable(&query->entity->descriptor.fields[i]));
    }
    query->deleted = true;
    query->offset = 0;
    reader_end(reading->reader);
    err e = reader_begin(reading->reader, &system_actor);
    if (!e) e = rows_read(reading, query, &found);
    reader_end(reading->reader);
    if (!e) e = reader_begin(reading->reader, reading->actor);
    if (e) return e;
    for (size_t i = 0; i < found.count; i++) {
        if (found.rows[i]->deleted_at) embedded->rows[embedded->count++] = found.rows[i];
    }
    return OK;
}

/* Reads what the embedded rows contain themselves. */
static err within_read(const struct reading *reading, const struct embed *embed, struct embedded *embedded)
{
    const struct page page = {.rows = embedded->rows, .count = embedded->count};
    const struct list *kept = embeds_kept(reading->arena, embed->entity, reading->actor->role);
    if (kept->embed_count == 0) return OK;
    embedded->kept = kept;
    return embeds_read(reading, kept, &page, &embedded->within);
}

static err embed_read(const struct reading *reading, const struct embed *embed, const struct page *page,
                      struct embedded *embedded)
{
    size_t count;
    bool keeps = !embed->children && embed->reference->flags & KEEPS;
    struct value *keys = keys_of(embed, page, reading->arena, &count);
    if (count == 0) return OK;
    const struct field *id = &embed->entity->descriptor.fields[0];
    struct query *query = ARENA_NEW(reading->arena, struct query);
    query->entity = embed->entity;
    query->limit = LIST_MAX;
    query_filter(query, embed->children ? embed->reference : id, COMPARE_EQUAL, keys, count);
    err e = rows_read(reading, query, embedded);
    if (!e && keeps && embedded->count < count) e = deleted_read(reading, query, embedded);
    if (!e && keeps) e = within_read(reading, embed, embedded);
    return e;
}

const struct list *embeds_kept(struct arena *arena, const struct entity *entity, enum role role)
{
    struct list *list = ARENA_NEW(arena, struct list);
    for (size_t i = 0; i < entity->descriptor.count; i++) {
        const struct field *field = &entity->descriptor.fields[i];
        CHECK(list->embed_count < EMBEDS_MAX);
        if (field->flags & KEEPS && reference_embed(field, role, &list->embeds[list->embed_count])) list->embed_count++;
    }
    return list;
}

err embeds_read(const struct reading *reading, const struct list *list, const struct page *page,
                struct embedded **ret_embedded)
{
    struct embedded *embedded = ARENA_ARRAY(reading->arena, struct embedded, EMBEDS_MAX);
    for (size_t i = 0; i < list->embed_count; i++) {
        err e = embed_read(reading, &list->embeds[i], page, &embedded[i]);
        if (e) return e;
    }
    *ret_embedded = embedded;
    return OK;
}

/* --- JSON --------------------------------------------------------------------------------------------------------- */

static bool belongs(const struct embed *embed, const struct row *row, const struct row *other)
{
    return embed->children ? key_of(other, embed->reference) == row->id : key_of(row, embed->reference) == other->id;
}

const struct row *embedded_single(const struct embed *embed, const struct row *row, const struct embedded *embedded)
{
    for (size_t i = 0; i < embedded->count; i++) {
        if (belongs(embed, row, embedded->rows[i])) return embedded->rows[i];
    }
    return NULL;
}

/* null where there is no such row, or the actor may not read it. */
static void single_encode(struct json *json, const struct embed *embed, const struct row *row,
                          const struct embedded *embedded)
{
    const struct row *single = embedded_single(embed, row, embedded);
    json_name(json, embed->name);
    if (!single)
        json_none(json);
    else if (embedded->kept)
        embeds_encode(json, embedded->kept, single, embedded->within);
    else
        encode_row(json, single, &(struct encoding){0});
}

static void several_encode(struct json *json, const struct embed *embed, const struct row *row,
                           const struct embedded *embedded)
{
    json_name(json, embed->name);
    json_array_begin(json);
    for (size_t i = 0; i < embedded->count; i++) {
        if (belongs(embed, row, embedded->rows[i])) encode_row(json, embedded->rows[i], &(struct encoding){0});
    }
    json_array_end(json);
}

void embeds_encode(struct json *json, const struct list *list, const struct row *row, const struct embedded *embedded)
{
    struct encoding encoding = {.fields = list->fields};
    json_object_begin(json);
    encode_members(json, row, &encoding);
    for (size_t i = 0; i < list->embed_count; i++) {
        const struct embed *embed = &list->embeds[i];
        if (embed->single)
            single_encode(json, embed, row, &embedded[i]);
        else
            several_encode(json, embed, row, &embedded[i]);
    }
    json_object_end(json);
}
