/* The triggers and full-text tables of SQLite; see ddl.h. */
#include "schema/ddl_parts.h"

/* The present time as columns of times hold it. */
#define NOW "strftime('%Y-%m-%d %H:%M:%f +00:00', 'now')"

/* --- versions and the audit log ----------------------------------------------------------------------------------- */

/* Who the running transaction writes for; NULL when nobody said. */
#define CONTEXT_OF(name) "(SELECT \"" name "\" FROM \"AuditContexts\" WHERE \"id\" = 1)"

/* The inner update names no column that the audit trigger watches, so a change is one entry. */
static void sqlite_version(struct buf *out, const struct entity *entity)
{
    BUF_LITERAL(out, "CREATE TRIGGER ");
    ddl_name(out, entity, "_version");
    buf_printf(out,
               " AFTER UPDATE ON \"%s\" WHEN NEW.\"version\" = OLD.\"version\"\n"
               "BEGIN UPDATE \"%s\" SET \"version\" = \"version\" + 1 WHERE \"id\" = NEW.\"id\"; END;\n",
               entity->table, entity->table);
}

/* The row that a trigger speaks of. */
static const char *operation_row(enum operation operation)
{
    return operation == OPERATION_DELETE ? "OLD" : "NEW";
}

static void trigger_begin(struct buf *out, const struct entity *entity, const char *purpose, enum operation operation)
{
    BUF_LITERAL(out, "CREATE TRIGGER ");
    ddl_operation_name(out, entity, purpose, operation);
    BUF_LITERAL(out, " ");
}

/* Version of the row after an update; a writer that left it alone gets it raised by the version trigger, which may run
 * before or after the trigger that asks. */
static const char version_after[] =
    "CASE WHEN NEW.\"version\" = OLD.\"version\" THEN OLD.\"version\" + 1 ELSE NEW.\"version\" END";

static void sqlite_version_value(struct buf *out, const struct entity *entity, enum operation operation)
{
    if (!entity->paranoid) {
        BUF_LITERAL(out, "0");
        return;
    }
    if (operation == OPERATION_UPDATE) {
        buf_add(out, str_of(version_after));
        return;
    }
    buf_printf(out, "%s.\"version\"", operation_row(operation));
}

/* The pairs of a JSON object that holds what the audit log may know of a row. `version` is an expression for it, or
 * NULL: as the row has it. */
static void sqlite_pairs(struct buf *out, const struct entity *entity, const char *row, const char *version)
{
    const char *comma = "";
    for (size_t i = 0; i < entity->descriptor.count; i++) {
        const struct field *field = &entity->descriptor.fields[i];
        if (!ddl_is_audited(field)) continue;
        buf_printf(out, "%s'%s', ", comma, field->name);
        if (version && !ddl_is_watched(field)) {
            buf_add(out, str_of(version));
        } else {
            ddl_audit_value(out, field, row, DIALECT_SQLITE);
        }
        comma = ", ";
    }
}

/* The row before (OLD) or after (NEW) as JSON; NULL where the operation has no such row. */
static void sqlite_image(struct buf *out, const struct entity *entity, const char *row, enum operation operation)
{
    bool is_new = str_is(STR("NEW"), row);
    if (operation == (is_new ? OPERATION_DELETE : OPERATION_INSERT)) {
        BUF_LITERAL(out, "NULL");
        return;
    }
    BUF_LITERAL(out, "json_object(");
    sqlite_pairs(out, entity, row, is_new && operation == OPERATION_UPDATE ? version_after : NULL);
    BUF_LITERAL(out, ")");
}

/* VALUES and not SELECT: with a trigger on its target (the log has one) SQLite puts the rows of a SELECT into a
 * temporary table first, which costs more than the three look-ups of one cached row. */
static void sqlite_audit_values(struct buf *out, const struct entity *entity, enum operation operation)
{
    BUF_LITERAL(out, "  VALUES (coalesce(" CONTEXT_OF("actorId") ", 0), " CONTEXT_OF("actorRole") ", " CONTEXT_OF(
                         "requestId") ",\n  ");
    ddl_audit_action(out, entity, operation, "OLD", "NEW");
    buf_printf(out, ", '%s', %s.\"id\", ", entity->resource, operation_row(operation));
    sqlite_version_value(out, entity, operation);
    BUF_LITERAL(out, ",\n  ");
    sqlite_image(out, entity, "OLD", operation);
    BUF_LITERAL(out, ",\n  ");
    sqlite_image(out, entity, "NEW", operation);
    const char *when = operation == OPERATION_DELETE ? NOW : "NEW.\"updatedAt\"";
    buf_printf(out, ",\n  %s, %s); END;\n", when, when);
}

static void sqlite_audit(struct buf *out, const struct entity *entity, enum operation operation)
{
    trigger_begin(out, entity, "audit", operation);
    buf_printf(out, "AFTER %s ", ddl_operation(operation));
    if (operation == OPERATION_UPDATE) {
        BUF_LITERAL(out, "OF ");
        ddl_columns(out, entity, ddl_is_watched, "");
        BUF_LITERAL(out, " ");
    }
    buf_printf(out, "ON \"%s\"\nBEGIN INSERT INTO \"AuditLogs\" (" DDL_AUDIT_COLUMNS ")\n", entity->table);
    sqlite_audit_values(out, entity, operation);
}

/* REPLACE removes a row without telling the triggers of deletion, so taking an id that exists is refused as well. */
static void sqlite_append_only(struct buf *out, const struct entity *entity)
{
    static const char refuse[] = "BEGIN SELECT RAISE(ABORT, 'append_only'); END;\n";
    trigger_begin(out, entity, "keep", OPERATION_INSERT);
    buf_printf(out, "BEFORE INSERT ON \"%s\" WHEN EXISTS (SELECT 1 FROM \"%s\" WHERE \"id\" = NEW.\"id\")\n%s",
               entity->table, entity->table, refuse);
    trigger_begin(out, entity, "keep", OPERATION_UPDATE);
    buf_printf(out, "BEFORE UPDATE ON \"%s\"\n%s", entity->table, refuse);
    trigger_begin(out, entity, "keep", OPERATION_DELETE);
    buf_printf(out, "BEFORE DELETE ON \"%s\"\n%s", entity->table, refuse);
}

/* --- full text ---------------------------------------------------------------------------------------------------- */

static void search_forget(struct buf *out, const struct entity *entity)
{
    buf_printf(out, "INSERT INTO \"%sSearch\" (\"%sSearch\", rowid, ", entity->table, entity->table);
    ddl_columns(out, entity, ddl_is_searched, "");
    BUF_LITERAL(out, ") VALUES ('delete', OLD.\"id\", ");
    ddl_columns(out, entity, ddl_is_searched, "OLD.");
    BUF_LITERAL(out, "); ");
}

static void search_index_row(struct buf *out, const struct entity *entity)
{
    buf_printf(out, "INSERT INTO \"%sSearch\" (rowid, ", entity->table);
    ddl_columns(out, entity, ddl_is_searched, "");
    BUF_LITERAL(out, ") VALUES (NEW.\"id\", ");
    ddl_columns(out, entity, ddl_is_searched, "NEW.");
    BUF_LITERAL(out, "); ");
}

static void search_trigger(struct buf *out, const struct entity *entity, enum operation operation)
{
    trigger_begin(out, entity, "search", operation);
    buf_printf(out, "AFTER %s ", ddl_operation(operation));
    if (operation == OPERATION_UPDATE) {
        BUF_LITERAL(out, "OF \"id\", ");
        ddl_columns(out, entity, ddl_is_searched, "");
        BUF_LITERAL(out, " ");
    }
    buf_printf(out, "ON \"%s\"", entity->table);
    if (operation == OPERATION_UPDATE) {
        BUF_LITERAL(out, " WHEN (OLD.\"id\", ");
        ddl_columns(out, entity, ddl_is_searched, "OLD.");
        BUF_LITERAL(out, ") IS NOT (NEW.\"id\", ");
        ddl_columns(out, entity, ddl_is_searched, "NEW.");
        BUF_LITERAL(out, ")");
    }
    BUF_LITERAL(out, "\nBEGIN ");
    if (operation != OPERATION_INSERT) search_forget(out, entity);
    if (operation != OPERATION_DELETE) search_index_row(out, entity);
    BUF_LITERAL(out, "END;\n");
}

void ddl_sqlite_search_rebuild(struct buf *out, const struct entity *entity)
{
    buf_printf(out, "INSERT INTO \"%sSearch\" (\"%sSearch\") VALUES ('rebuild');\n", entity->table, entity->table);
}

static void sqlite_search(struct buf *out, const struct entity *entity)
{
    buf_printf(out, "CREATE VIRTUAL TABLE \"%sSearch\" USING fts5(", entity->table);
    ddl_columns(out, entity, ddl_is_searched, "");
    buf_printf(out, ", content='%s', content_rowid='id', tokenize='unicode61 remove_diacritics 2');\n", entity->table);
    for (enum operation operation = OPERATION_INSERT; operation < OPERATION_COUNT; operation++)
        search_trigger(out, entity, operation);
}

/* --- the whole -----------------------------------------------------------------------------------------------------
 */

/* The row is changed, never removed: without it changes could not be laid at anybody's door. */
static void sqlite_context(struct buf *out)
{
    buf_printf(
        out,
        "INSERT INTO \"AuditContexts\" (\"id\", \"actorId\", \"createdAt\", \"updatedAt\") VALUES (1, 0, %s, %s);\n",
        NOW, NOW);
    BUF_LITERAL(out, "CREATE TRIGGER \"audit_contexts_keep_delete\" BEFORE DELETE ON \"AuditContexts\"\n"
                     "BEGIN SELECT RAISE(ABORT, 'audit_context'); END;\n");
}

static void sqlite_triggers(struct buf *out, const struct entity *entity)
{
    if (entity_searchable(entity)) sqlite_search(out, entity);
    if (entity->paranoid) sqlite_version(out, entity);
    if (entity->traits & APPEND_ONLY) sqlite_append_only(out, entity);
    if (!(entity->traits & AUDITED)) return;
    for (enum operation operation = OPERATION_INSERT; operation < OPERATION_COUNT; operation++)
        sqlite_audit(out, entity, operation);
}

void ddl_sqlite_triggers(struct buf *out)
{
    for (enum entity_id id = 0; id < ENTITY_COUNT; id++) sqlite_triggers(out, entity_of(id));
    sqlite_context(out);
}
