/* The triggers and full-text tables of SQLite; see ddl.h. Their SQL is in sql/sqlite.sql. */
#include "schema/ddl_parts.h"

static const char file[] = "sqlite";

/* --- the audit log ------------------------------------------------------------------------------------------------ */

/* The name of the row in a trigger: the new one, or the old one for a deletion. */
static const char *operation_row(enum operation operation)
{
    return operation == OPERATION_DELETE ? "OLD" : "NEW";
}

static str event_of(struct arena *arena, const struct entity *entity, enum operation operation)
{
    if (operation != OPERATION_UPDATE) return str_of(ddl_operation(operation));
    return arena_printf(arena, "UPDATE OF %.*s", STR_ARG(ddl_columns(arena, entity, ddl_is_watched, "")));
}

static str version_of(struct arena *arena, const struct entity *entity, enum operation operation)
{
    if (!entity->paranoid) return STR("0");
    if (operation == OPERATION_UPDATE) return ddl_section(arena, file, "version_after");
    return arena_printf(arena, "%s.\"version\"", operation_row(operation));
}

/* The row before (OLD) or after (NEW) as JSON; NULL where the operation has no such row. */
static str image_of(struct arena *arena, const struct entity *entity, const char *row, enum operation operation)
{
    bool is_new = str_is(STR("NEW"), row);
    if (operation == (is_new ? OPERATION_DELETE : OPERATION_INSERT)) return STR("NULL");
    struct buf out = buf_new(arena, DDL_LIST_MAX);
    const char *glue = "json_object(";
    for (size_t i = 0; i < entity->descriptor.count; i++) {
        const struct field *field = &entity->descriptor.fields[i];
        if (!ddl_is_audited(field)) continue;
        buf_printf(&out, "%s'%s', ", glue, field->name);
        if (is_new && operation == OPERATION_UPDATE && !ddl_is_watched(field)) {
            buf_add(&out, version_of(arena, entity, operation));
        } else {
            ddl_audit_value(&out, field, row, DIALECT_SQLITE);
        }
        glue = ", ";
    }
    BUF_LITERAL(&out, ")");
    return buf_str(&out);
}

static void add_audit(struct buf *out, const struct entity *entity, enum operation operation)
{
    struct arena *arena = out->arena;
    const struct ddl_value values[] = {
        {"name", ddl_snake(arena, entity)},
        {"table", str_of(entity->table)},
        {"resource", str_of(entity->resource)},
        {"operation", str_of(ddl_operation_suffix(operation))},
        {"event", event_of(arena, entity, operation)},
        {"action", ddl_audit_action(arena, entity, operation, "OLD", "NEW")},
        {"row", str_of(operation_row(operation))},
        {"version", version_of(arena, entity, operation)},
        {"before", image_of(arena, entity, "OLD", operation)},
        {"after", image_of(arena, entity, "NEW", operation)},
        {"time", operation == OPERATION_DELETE ? ddl_section(arena, file, "now") : STR("NEW.\"updatedAt\"")},
        {0},
    };
    ddl_expand(out, file, "audit", values);
}

/* --- all statements ----------------------------------------------------------------------------------------------- */

void ddl_sqlite_search_rebuild(struct buf *out, const struct entity *entity)
{
    const struct ddl_value values[] = {{"search", arena_printf(out->arena, "%sSearch", entity->table)}, {0}};
    ddl_expand(out, file, "search_rebuild", values);
}

static void add_triggers(struct buf *out, const struct entity *entity)
{
    const struct ddl_value values[] = {
        {"name", ddl_snake(out->arena, entity)},
        {"table", str_of(entity->table)},
        {"searched", ddl_columns(out->arena, entity, ddl_is_searched, "")},
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
    const struct ddl_value values[] = {{"name", ddl_snake(out->arena, entity)}, {"table", str_of(entity->table)}, {0}};
    ddl_expand(out, file, "epoch", values);
}

void ddl_sqlite_triggers(struct buf *out)
{
    for (enum entity_id id = 0; id < ENTITY_COUNT; id++) add_triggers(out, entity_of(id));
    ddl_expand(out, file, "context", NULL);
    ddl_expand(out, file, "epochs", NULL);
    add_epoch(out, entity_of(ENTITY_user));
    add_epoch(out, entity_of(ENTITY_session));
}

void ddl_sqlite_drop(struct buf *out)
{
    ddl_expand(out, file, "epochs_drop", NULL);
}
