/* The functions, triggers and full-text tables of PostgreSQL; see ddl.h. Their SQL is in sql/postgres.sql. */
#include "schema/ddl_parts.h"

static const char file[] = "postgres";

/* --- the audit log ------------------------------------------------------------------------------------------------ */

/* Most times of a new row are that of its change, whose text the source has as "stamp", because formatting a time is
 * the most expensive part of an image. */
static void add_value(struct buf *out, const struct field *field, const char *row)
{
    bool stamped = field->type == TYPE_TIME && str_is(STR("n"), row);
    if (stamped) buf_printf(out, "CASE WHEN n.\"%s\" = n.\"updatedAt\" THEN n.\"stamp\" ELSE ", field->name);
    ddl_audit_value(out, field, row, DIALECT_POSTGRES);
    if (stamped) BUF_LITERAL(out, " END");
}

/* The row as JSON text; NULL where the operation has no such row. It is concatenated from texts, because the engine's
 * functions either write spaces (json_build_object), change the order (jsonb) or are slower (row_to_json). */
static str image_of(struct arena *arena, const struct entity *entity, const char *row, enum operation operation)
{
    bool is_new = str_is(STR("n"), row);
    if (operation == (is_new ? OPERATION_DELETE : OPERATION_INSERT)) return STR("NULL");
    struct buf out = buf_new(arena, DDL_LIST_MAX);
    char mark = '{';
    for (size_t i = 0; i < entity->descriptor.count; i++) {
        const struct field *field = &entity->descriptor.fields[i];
        if (!ddl_is_audited(field)) continue;
        buf_printf(&out, "%s'%c\"%s\":' || ", mark == '{' ? "" : " || ", mark, field->name);
        if (!field_not_null(field)) BUF_LITERAL(&out, "coalesce(");
        add_value(&out, field, row);
        if (!field_not_null(field)) BUF_LITERAL(&out, ", 'null')");
        mark = ',';
    }
    BUF_LITERAL(&out, " || '}'");
    return buf_str(&out);
}

/* What the trigger of an operation reads. */
static const struct reading {
    const char *tables, *row, *time;
} readings[OPERATION_COUNT] = {
    [OPERATION_INSERT] = {"NEW TABLE AS new_rows", "n", "n.\"updatedAt\""},
    [OPERATION_UPDATE] = {"OLD TABLE AS old_rows NEW TABLE AS new_rows", "n", "n.\"updatedAt\""},
    [OPERATION_DELETE] = {"OLD TABLE AS old_rows", "o", "date_trunc('milliseconds', now())"},
};

/* Old and new rows are paired by position and not by id, since an update may change the id; the engine keeps both in
 * the order in which it processed them. */
static str source_of(struct arena *arena, const struct entity *entity, enum operation operation)
{
    struct buf stamp = buf_new(arena, DDL_LIST_MAX);
    if (operation == OPERATION_DELETE) return STR("old_rows o");
    ddl_audit_value(&stamp, field_find(&entity->descriptor, STR("updatedAt")), "new_rows", DIALECT_POSTGRES);
    if (operation == OPERATION_INSERT)
        return arena_printf(arena, "(SELECT *, %.*s AS \"stamp\" FROM new_rows OFFSET 0) n", STR_ARG(buf_str(&stamp)));
    return arena_printf(arena,
                        "(SELECT *, row_number() OVER () AS \"place\" FROM old_rows) o\n"
                        "  JOIN (SELECT *, row_number() OVER () AS \"place\", %.*s AS \"stamp\" FROM new_rows) n"
                        " USING (\"place\")",
                        STR_ARG(buf_str(&stamp)));
}

static void add_audit(struct buf *out, const struct entity *entity, enum operation operation)
{
    struct arena *arena = out->arena;
    const struct reading *reading = &readings[operation];
    const struct ddl_value values[] = {
        {"name", ddl_snake(arena, entity)},
        {"table", str_of(entity->table)},
        {"resource", str_of(entity->resource)},
        {"operation", str_of(ddl_operation_suffix(operation))},
        {"event", str_of(ddl_operation(operation))},
        {"action", ddl_audit_action(arena, entity, operation, "o", "n")},
        {"row", str_of(reading->row)},
        {"version", entity->paranoid ? arena_printf(arena, "%s.\"version\"", reading->row) : STR("0")},
        {"before", image_of(arena, entity, "o", operation)},
        {"after", image_of(arena, entity, "n", operation)},
        {"time", str_of(reading->time)},
        {"source", source_of(arena, entity, operation)},
        {"tables", str_of(reading->tables)},
        {0},
    };
    ddl_expand(out, file, "audit", values);
}

/* --- full text ---------------------------------------------------------------------------------------------------- */

/* The search document of a row. */
static str document_of(struct arena *arena, const struct entity *entity, const char *row)
{
    struct buf out = buf_new(arena, DDL_LIST_MAX);
    const char *glue = "public.search_document(";
    for (size_t i = 0; i < entity->descriptor.count; i++) {
        const struct field *field = &entity->descriptor.fields[i];
        if (!ddl_is_searched(field)) continue;
        buf_printf(&out, field_not_null(field) ? "%s%s.\"%s\"" : "%scoalesce(%s.\"%s\", '')", glue, row, field->name);
        glue = " || ' ' || ";
    }
    BUF_LITERAL(&out, ")");
    return buf_str(&out);
}

void ddl_postgres_search_rebuild(struct buf *out, const struct entity *entity)
{
    const struct ddl_value values[] = {
        {"table", str_of(entity->table)}, {"row", STR("r")}, {"document", document_of(out->arena, entity, "r")}, {0}};
    ddl_expand(out, file, "search_rebuild", values);
}

/* --- all statements ----------------------------------------------------------------------------------------------- */

static void add_triggers(struct buf *out, const struct entity *entity)
{
    const struct ddl_value values[] = {
        {"name", ddl_snake(out->arena, entity)},
        {"table", str_of(entity->table)},
        {"document", document_of(out->arena, entity, "NEW")},
        {"searched_old", ddl_columns(out->arena, entity, ddl_is_searched, "OLD.")},
        {"searched_new", ddl_columns(out->arena, entity, ddl_is_searched, "NEW.")},
        {0},
    };
    if (entity_searchable(entity)) ddl_expand(out, file, "search", values);
    if (entity->paranoid) ddl_expand(out, file, "version", values);
    if (entity->traits & APPEND_ONLY) ddl_expand(out, file, "append_only", values);
    if (!(entity->traits & AUDITED)) return;
    for (enum operation operation = OPERATION_INSERT; operation < OPERATION_COUNT; operation++)
        add_audit(out, entity, operation);
}

static void add_epoch(struct buf *out, const struct entity *entity)
{
    const struct ddl_value values[] = {{"name", ddl_snake(out->arena, entity)},
                                       {"table", str_of(entity->table)},
                                       {"resource", str_of(entity->resource)},
                                       {0}};
    ddl_expand(out, file, "epoch", values);
}

void ddl_postgres_triggers(struct buf *out)
{
    ddl_expand(out, file, "functions", NULL);
    for (enum entity_id id = 0; id < ENTITY_COUNT; id++) add_triggers(out, entity_of(id));
    add_epoch(out, entity_of(ENTITY_user));
    add_epoch(out, entity_of(ENTITY_session));
}

void ddl_postgres_drop(struct buf *out)
{
    for (enum entity_id id = 0; id < ENTITY_COUNT; id++) {
        const struct entity *entity = entity_of(id);
        const struct ddl_value values[] = {
            {"name", ddl_snake(out->arena, entity)}, {"table", str_of(entity->table)}, {0}};
        if (entity_searchable(entity)) ddl_expand(out, file, "search_drop", values);
        if (entity->traits & AUDITED) ddl_expand(out, file, "audit_drop", values);
    }
    ddl_expand(out, file, "functions_drop", NULL);
}
