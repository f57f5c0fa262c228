/* See sets.h. Values are sent as one array per column and turned into rows by unnest(). The actor of each row is sent
 * first, as a setting of the transaction that the audit triggers read (schema/ddl.h). */
#include "store/sets.h"

#include "base/check.h"
#include "base/json.h"

enum {
    SET_ROWS_MAX = 500,        /* of one statement */
    SET_BYTES_MAX = 256 << 20, /* of its arrays as text */
    SQL_MAX = 16 * 1024,
};

/* The rows of one statement. */
struct set {
    const struct engine *engine;
    struct rows *rows;
    struct arena *arena; /* for the texts of one statement */
    const struct entity *entity;
    enum change_kind kind;
    uint64_t mask; /* fields that are sent */
    const struct written *members[SET_ROWS_MAX];
    size_t count;
};

/* --- the statement ------------------------------------------------------------------------------------------------ */

/* The type that the elements of an array are cast to. Text is not cast to the type of its column, because a cast would
 * truncate a value that is too long; this way it is an error. */
static const char *element_type(const struct field *field)
{
    bool key = field->type == TYPE_ID || (field->flags & WIDE);
    return key ? "bigint" : type_row(field->type)->array;
}

/* Adds a comma-separated list with an item for each field that is sent. */
static void add_each(const struct set *set, struct buf *sql, const char *comma,
                     void (*add)(const struct set *set, struct buf *sql, const struct field *field))
{
    const struct descriptor *descriptor = &set->entity->descriptor;
    for (size_t i = 0, n = 0; i < descriptor->count; i++) {
        if (!(set->mask >> i & 1)) continue;
        if (n++) buf_add(sql, str_of(comma));
        add(set, sql, &descriptor->fields[i]);
    }
}

static void add_name(const struct set *set, struct buf *sql, const struct field *field)
{
    (void)set;
    buf_printf(sql, "\"%s\"", field->name);
}

static void add_parameter(const struct set *set, struct buf *sql, const struct field *field)
{
    (void)set;
    buf_printf(sql, "?::%s[]", element_type(field));
}

static void add_assignment(const struct set *set, struct buf *sql, const struct field *field)
{
    (void)set;
    buf_printf(sql, "\"%s\" = s.\"%s\"", field->name, field->name);
}

static void add_insert(const struct set *set, struct buf *sql)
{
    buf_printf(sql, "INSERT INTO \"%s\" (", set->entity->table);
    add_each(set, sql, ", ", add_name);
    BUF_LITERAL(sql, ") SELECT * FROM unnest(");
    add_each(set, sql, ", ", add_parameter);
    BUF_LITERAL(sql, ")");
}

/* The id is assigned to itself, which changes nothing. */
static void add_update(const struct set *set, struct buf *sql)
{
    buf_printf(sql, "UPDATE \"%s\" AS t SET ", set->entity->table);
    add_each(set, sql, ", ", add_assignment);
    BUF_LITERAL(sql, " FROM unnest(");
    add_each(set, sql, ", ", add_parameter);
    BUF_LITERAL(sql, ") AS s (");
    add_each(set, sql, ", ", add_name);
    BUF_LITERAL(sql, ") WHERE t.\"id\" = s.\"id\"");
}

static void add_statement(const struct set *set, struct buf *sql)
{
    switch (set->kind) {
    case CHANGE_INSERT:
        add_insert(set, sql);
        break;
    case CHANGE_UPDATE:
        add_update(set, sql);
        break;
    case CHANGE_REMOVE:
        buf_printf(sql, "DELETE FROM \"%s\" WHERE \"id\" = ANY(?::bigint[])", set->entity->table);
    }
}

/* --- its values --------------------------------------------------------------------------------------------------- */

static str column_array(const struct set *set, const struct field *field)
{
    struct buf out = buf_new(set->arena, SET_BYTES_MAX / 2);
    char text[TIME_TEXT_SIZE];
    buf_add_char(&out, '{');
    for (size_t i = 0; i < set->count; i++) {
        if (i) buf_add_char(&out, ',');
        array_text(&out, value_text(set->members[i]->row, field, text));
    }
    buf_add_char(&out, '}');
    CHECK(!out.full);
    return buf_str(&out);
}

/* Rows without an entry have no actor. */
static str contexts_json(const struct set *set)
{
    struct buf out = buf_new(set->arena, SET_BYTES_MAX / 2);
    struct json json = json_to(&out);
    json_array_begin(&json);
    for (size_t i = 0; i < set->count; i++) {
        const struct actor *actor = set->members[i]->actor;
        if (!actor) continue;
        json_object_begin(&json);
        json_member_int(&json, "i", set->members[i]->row->id);
        json_member_int(&json, "a", actor->user_id);
        json_member_text(&json, "r", role_name(actor->role));
        json_member_text(&json, "q", actor->request_id);
        json_object_end(&json);
    }
    json_array_end(&json);
    CHECK(!out.full);
    return buf_str(&out);
}

static err contexts_send(const struct set *set)
{
    struct statement *statement;
    if (!(set->entity->traits & AUDITED)) return OK;
    err e = rows_statement(set->rows, STR("SELECT set_config('boxoffice.contexts', ?, true) IS NULL"), &statement);
    if (e) return e;
    set->engine->bind_text(statement, 1, contexts_json(set));
    return set->engine->send(statement);
}

static err set_send(const struct set *set)
{
    struct statement *statement;
    struct buf sql = buf_new(set->arena, SQL_MAX);
    err e = contexts_send(set);
    if (e) return e;
    add_statement(set, &sql);
    CHECK(!sql.full);
    e = rows_statement(set->rows, buf_str(&sql), &statement);
    if (e) return e;
    const struct descriptor *descriptor = &set->entity->descriptor;
    int parameter = 0;
    for (size_t i = 0; i < descriptor->count; i++) {
        if (!(set->mask >> i & 1)) continue;
        set->engine->bind_text(statement, ++parameter, column_array(set, &descriptor->fields[i]));
    }
    return set->engine->send(statement);
}

/* --- which rows share a statement --------------------------------------------------------------------------------- */

static uint64_t id_bit(const struct entity *entity)
{
    return 1ull << field_index(&entity->descriptor, entity_key(entity));
}

static uint64_t mask_of(const struct written *written)
{
    const struct entity *entity = written->row->entity;
    if (written->kind == CHANGE_INSERT) return (1ull << entity->descriptor.count) - 1;
    return written->kind == CHANGE_UPDATE ? written->mask | id_bit(entity) : id_bit(entity);
}

/* Without the fields that have no value in any of the rows, and no default that the database would give them. */
static uint64_t mask_of_values(const struct set *set)
{
    const struct descriptor *descriptor = &set->entity->descriptor;
    uint64_t mask = set->mask;
    for (size_t i = 0; i < descriptor->count; i++) {
        const struct field *field = &descriptor->fields[i];
        size_t none = 0;
        if (field->default_text || (field->flags & REQUIRED)) continue;
        while (none < set->count && value_is_none(field, value_of(set->members[none]->row, field))) none++;
        if (none == set->count) mask &= ~(1ull << i);
    }
    return mask;
}

/* Sends all changes of one entity and kind in the list, one statement for each distinct set of fields. */
static err kind_write(struct set *set, const struct written *list, size_t count, bool *sent)
{
    for (size_t first = 0; first < count; first++) {
        set->count = 0;
        for (size_t i = first; i < count && set->count < SET_ROWS_MAX; i++) {
            const struct written *written = &list[i];
            if (sent[i] || written->kind != set->kind || written->row->entity != set->entity) continue;
            if (set->count > 0 && mask_of(written) != set->mask) continue;
            set->mask = mask_of(written);
            set->members[set->count++] = written;
            sent[i] = true;
        }
        if (set->count == 0) return OK;
        if (set->kind == CHANGE_INSERT) set->mask = mask_of_values(set);
        err e = set_send(set);
        arena_reset(set->arena);
        if (e) return e;
    }
    return OK;
}

err sets_write(const struct engine *engine, struct rows *rows, const struct written *list, size_t count)
{
    struct arena *arena = arena_new(SET_BYTES_MAX), *marks = arena_new(SET_BYTES_MAX);
    struct set set = {.engine = engine, .rows = rows, .arena = arena};
    bool *sent = ARENA_ARRAY(marks, bool, count + 1);
    uint64_t present[CHANGE_REMOVE + 1] = {0};
    for (size_t i = 0; i < count; i++) present[list[i].kind] |= 1ull << list[i].row->entity->id;
    err e = OK;
    for (int kind = CHANGE_INSERT; kind <= CHANGE_REMOVE; kind++) {
        for (int i = 0; i < ENTITY_COUNT && !e; i++) {
            int id = kind == CHANGE_REMOVE ? ENTITY_COUNT - 1 - i : i;
            if (!(present[kind] >> id & 1)) continue;
            set.kind = (enum change_kind)kind;
            set.entity = entity_of((enum entity_id)id);
            e = kind_write(&set, list, count, sent);
        }
    }
    arena_free(marks);
    arena_free(arena);
    return e;
}
