/* The functions, triggers and full-text tables of PostgreSQL; see ddl.h. Who may use what stands in policy_postgres.c.
 *
 * Audit triggers run once for a statement, over all rows that it changed, because the server inserts the rows of many
 * people at once. They run with the rights of the owner, so every writer that may change a table is recorded, and no
 * function trusts the caller's search path.
 *
 * Who did it are settings of the transaction, not a row: a row would make all writers wait for each other.
 *
 * - boxoffice.contexts: a JSON array of {"i": row id, "a": actor id, "r": role, "q": request id}, each id once. It
 * speaks of the rows of every statement until it is set again, whatever their table.
 * - boxoffice.actor_id, boxoffice.actor_role, boxoffice.request_id: for rows without an entry there. */
#include "schema/ddl_parts.h"

/* The present time as columns of times hold it. */
#define NOW "date_trunc('milliseconds', now())"

#define SETTING_OF(name) "nullif(current_setting('boxoffice." name "', true), '')"

/* For functions that run with more rights than their caller has. */
#define PINNED "SECURITY DEFINER SET search_path = pg_catalog, pg_temp"

/* --- functions --------------------------------------------------------------------------------------------------- */

/* Words are cut here and not by the engine's parser, which would find numbers, hosts and paths in them; so a text and a
 * question are cut alike, and as SQLite's tokenizer does it: letters and digits are words, marks over letters are not
 * there, anything else stands between words. A word is cut to what the engine can index. */
static void search_functions(struct buf *out)
{
    BUF_LITERAL(out, "CREATE FUNCTION \"search_words\"(\"content\" text) RETURNS text[] LANGUAGE sql IMMUTABLE STRICT "
                     "PARALLEL SAFE\n"
                     "RETURN regexp_split_to_array(btrim(regexp_replace(regexp_replace(lower(normalize($1, NFD)), "
                     "'[\\u0300-\\u036f\\u1ab0-\\u1aff\\u1dc0-\\u1dff\\u20d0-\\u20ff\\ufe20-\\ufe2f]', '', 'g'), "
                     "'[^[:alnum:]]+', ' ', 'g')), ' ');\n");
    BUF_LITERAL(out,
                "CREATE FUNCTION \"search_document\"(\"content\" text) RETURNS tsvector LANGUAGE sql IMMUTABLE "
                "STRICT PARALLEL SAFE\n"
                "RETURN (SELECT string_agg(left(w.\"word\", 500) || ':' || least(w.\"place\", 16383), ' ')::tsvector\n"
                "  FROM unnest(search_words($1)) WITH ORDINALITY AS w(\"word\", \"place\") "
                "WHERE w.\"word\" <> '');\n");
    BUF_LITERAL(out, "CREATE FUNCTION \"search_query\"(\"content\" text) RETURNS tsquery LANGUAGE sql IMMUTABLE STRICT "
                     "PARALLEL SAFE\n"
                     "RETURN (SELECT string_agg(left(w.\"word\", 500) || ':*', ' & ')::tsquery\n"
                     "  FROM unnest(search_words($1)) AS w(\"word\") WHERE w.\"word\" <> '');\n");
}

/* What sessions were found to be is remembered by every node of the server; the number tells them that something
 * changed, the message what. Ids that make the message too long for the engine become "all". */
static void people_function(struct buf *out)
{
    BUF_LITERAL(out, "CREATE TABLE \"PeopleEpochs\" (\n"
                     "  \"id\" INTEGER PRIMARY KEY CHECK (\"id\" = 1),\n"
                     "  \"epoch\" BIGINT NOT NULL\n);\n"
                     "INSERT INTO \"PeopleEpochs\" (\"id\", \"epoch\") VALUES (1, 0);\n");
    BUF_LITERAL(out, "CREATE FUNCTION \"raise_people_epoch\"() RETURNS trigger LANGUAGE plpgsql " PINNED " AS\n"
                     "$$ DECLARE ids text; raised bigint; BEGIN\n"
                     "  SELECT string_agg(o.\"id\"::text, ' ' ORDER BY o.\"id\") INTO ids FROM old_rows o; "
                     "IF ids IS NULL THEN RETURN NULL; END IF; "
                     "UPDATE public.\"PeopleEpochs\" SET \"epoch\" = \"epoch\" + 1 WHERE \"id\" = 1 "
                     "RETURNING \"epoch\" INTO raised; "
                     "PERFORM pg_notify('boxoffice_people', raised || CASE WHEN length(ids) <= 7900 "
                     "THEN ' ' || TG_ARGV[0] || ' ' || ids ELSE ' all' END); RETURN NULL; END $$;\n");
}

void ddl_postgres_functions(struct buf *out)
{
    BUF_LITERAL(out, "CREATE FUNCTION \"actor_id\"() RETURNS integer LANGUAGE sql STABLE PARALLEL SAFE AS\n"
                     "$$ SELECT coalesce(" SETTING_OF("actor_id") "::integer, 0) $$;\n");
    BUF_LITERAL(out, "CREATE FUNCTION \"raise_version\"() RETURNS trigger LANGUAGE plpgsql AS\n"
                     "$$ BEGIN NEW.\"version\" := OLD.\"version\" + 1; RETURN NEW; END $$;\n");
    BUF_LITERAL(out, "CREATE FUNCTION \"refuse_append_only\"() RETURNS trigger LANGUAGE plpgsql AS\n"
                     "$$ BEGIN RAISE EXCEPTION 'append_only'; END $$;\n");
    BUF_LITERAL(out, "CREATE FUNCTION \"audit_contexts\"() RETURNS TABLE (\"i\" bigint, \"a\" integer, \"r\" text, "
                     "\"q\" text) LANGUAGE sql STABLE AS\n"
                     "$$ SELECT c.* FROM json_to_recordset(coalesce(" SETTING_OF(
                         "contexts") ", '[]')::json) "
                                     "AS c(\"i\" bigint, \"a\" integer, \"r\" text, \"q\" text) $$;\n");
    search_functions(out);
    people_function(out);
}

/* --- versions and the audit log ----------------------------------------------------------------------------------- */

static void add_version(struct buf *out, const struct entity *entity)
{
    BUF_LITERAL(out, "CREATE TRIGGER ");
    ddl_name(out, entity, "_version");
    buf_printf(out,
               " BEFORE UPDATE ON \"%s\" FOR EACH ROW WHEN (NEW.\"version\" = OLD.\"version\") "
               "EXECUTE FUNCTION \"raise_version\"();\n",
               entity->table);
}

static void add_append_only(struct buf *out, const struct entity *entity)
{
    BUF_LITERAL(out, "CREATE TRIGGER ");
    ddl_name(out, entity, "_keep");
    buf_printf(out,
               " BEFORE UPDATE OR DELETE OR TRUNCATE ON \"%s\"\n"
               "  FOR EACH STATEMENT EXECUTE FUNCTION \"refuse_append_only\"();\n",
               entity->table);
}

/* One trigger for each operation: only so can it have the rows of the statement. */
static void trigger_of_statement(struct buf *out, const struct entity *entity, const char *purpose,
                                 enum operation operation, const char *rows)
{
    BUF_LITERAL(out, "CREATE TRIGGER ");
    ddl_operation_name(out, entity, purpose, operation);
    buf_printf(out, " AFTER %s ON \"%s\" REFERENCING %s FOR EACH STATEMENT EXECUTE FUNCTION ", ddl_operation(operation),
               entity->table, rows);
}

/* The row as JSON text; NULL where the operation has no such row. Put together from texts, because the engine's
 * functions for objects write blanks (json_build_object), another order (jsonb) or take longer (row_to_json). */
static void add_image(struct buf *out, const struct entity *entity, const char *row, enum operation absent,
                      enum operation operation)
{
    if (operation == absent) {
        BUF_LITERAL(out, "NULL");
        return;
    }
    char mark = '{';
    for (size_t i = 0; i < entity->descriptor.count; i++) {
        const struct field *field = &entity->descriptor.fields[i];
        if (!ddl_is_audited(field)) continue;
        buf_printf(out, "%s'%c\"%s\":' || ", mark == '{' ? "" : " || ", mark, field->name);
        if (!field_not_null(field)) BUF_LITERAL(out, "coalesce(");
        ddl_audit_value(out, field, row, DIALECT_POSTGRES);
        if (!field_not_null(field)) BUF_LITERAL(out, ", 'null')");
        mark = ',';
    }
    BUF_LITERAL(out, " || '}'");
}

/* Old and new rows belong together by their place, since an update may change the id; the engine keeps both in the
 * order in which it met them. */
static void add_audit_source(struct buf *out, enum operation operation)
{
    static const char *const sources[OPERATION_COUNT] = {
        [OPERATION_INSERT] = "new_rows n",
        [OPERATION_UPDATE] = ("(SELECT *, row_number() OVER () AS \"place\" FROM old_rows) o\n"
                              "  JOIN (SELECT *, row_number() OVER () AS \"place\" FROM new_rows) n USING (\"place\")"),
        [OPERATION_DELETE] = "old_rows o",
    };
    const char *row = operation == OPERATION_DELETE ? "o" : "n";
    buf_printf(out, "  FROM %s LEFT JOIN public.audit_contexts() c ON c.\"i\" = %s.\"id\" ORDER BY %s.\"id\"",
               sources[operation], row, row);
}

/* The plan is made for the first statement, which may have had one row; a nested loop over the contexts would then be
 * chosen, and be slow for many. */
static void add_audit_function(struct buf *out, const struct entity *entity, enum operation operation)
{
    const char *row = operation == OPERATION_DELETE ? "o" : "n";
    BUF_LITERAL(out, "CREATE FUNCTION ");
    ddl_operation_name(out, entity, "audit", operation);
    BUF_LITERAL(
        out, "() RETURNS trigger LANGUAGE plpgsql " PINNED " SET enable_nestloop = off AS\n"
             "$$ BEGIN INSERT INTO public.\"AuditLogs\" (" DDL_AUDIT_COLUMNS ")\n"
             "  SELECT CASE WHEN c.\"i\" IS NULL THEN public.actor_id() ELSE coalesce(c.\"a\", 0) END,\n"
             "  CASE WHEN c.\"i\" IS NULL THEN " SETTING_OF(
                 "actor_role") " ELSE c.\"r\" END,\n"
                               "  CASE WHEN c.\"i\" IS NULL THEN " SETTING_OF("request_id") " ELSE c.\"q\" END,\n  ");
    ddl_audit_action(out, entity, operation, "o", "n");
    buf_printf(out, ", '%s', %s.\"id\", ", entity->resource, row);
    if (entity->paranoid) buf_printf(out, "%s.\"version\"", row);
    if (!entity->paranoid) BUF_LITERAL(out, "0");
    BUF_LITERAL(out, ", ");
    add_image(out, entity, "o", OPERATION_INSERT, operation);
    BUF_LITERAL(out, ",\n  ");
    add_image(out, entity, "n", OPERATION_DELETE, operation);
    const char *when = operation == OPERATION_DELETE ? NOW : "n.\"updatedAt\"";
    buf_printf(out, ",\n  %s, %s\n", when, when);
    add_audit_source(out, operation);
    BUF_LITERAL(out, "; RETURN NULL; END $$;\n");
}

static void add_audit(struct buf *out, const struct entity *entity, enum operation operation)
{
    static const char *const rows[OPERATION_COUNT] = {
        [OPERATION_INSERT] = "NEW TABLE AS new_rows",
        [OPERATION_UPDATE] = "OLD TABLE AS old_rows NEW TABLE AS new_rows",
        [OPERATION_DELETE] = "OLD TABLE AS old_rows",
    };
    add_audit_function(out, entity, operation);
    trigger_of_statement(out, entity, "audit", operation, rows[operation]);
    ddl_operation_name(out, entity, "audit", operation);
    BUF_LITERAL(out, "();\n");
}

static void add_epoch(struct buf *out, const struct entity *entity)
{
    for (enum operation operation = OPERATION_UPDATE; operation < OPERATION_COUNT; operation++) {
        trigger_of_statement(out, entity, "epoch", operation, "OLD TABLE AS old_rows");
        buf_printf(out, "\"raise_people_epoch\"('%s');\n", entity->resource);
    }
}

/* --- full text ---------------------------------------------------------------------------------------------------- */

/* The words of each row stand in a table of their own: the columns of the models stay as they are, rank needs no text
 * read again, and there is no row security on it, under which the engine would not use the index. */
static void add_search_table(struct buf *out, const struct entity *entity)
{
    buf_printf(out,
               "CREATE TABLE \"%sSearch\" (\n"
               "  \"id\" INTEGER PRIMARY KEY REFERENCES \"%s\" (\"id\") ON DELETE CASCADE ON UPDATE CASCADE,\n"
               "  \"document\" tsvector\n);\nCREATE INDEX ",
               entity->table, entity->table);
    ddl_name(out, entity, "_search");
    buf_printf(out, " ON \"%sSearch\" USING GIN (\"document\");\n", entity->table);
}

/* What full text knows of a row. */
static void add_search_document(struct buf *out, const struct entity *entity, const char *row)
{
    const char *glue = "public.search_document(";
    for (size_t i = 0; i < entity->descriptor.count; i++) {
        const struct field *field = &entity->descriptor.fields[i];
        if (!ddl_is_searched(field)) continue;
        buf_printf(out, field_not_null(field) ? "%s%s.\"%s\"" : "%scoalesce(%s.\"%s\", '')", glue, row, field->name);
        glue = " || ' ' || ";
    }
    BUF_LITERAL(out, ")");
}

void ddl_postgres_search_rebuild(struct buf *out, const struct entity *entity)
{
    buf_printf(out,
               "DELETE FROM public.\"%sSearch\";\nINSERT INTO public.\"%sSearch\" (\"id\", \"document\") SELECT "
               "r.\"id\", ",
               entity->table, entity->table);
    add_search_document(out, entity, "r");
    buf_printf(out, " FROM public.\"%s\" r;\n", entity->table);
}

static void add_search_indexing(struct buf *out, const struct entity *entity)
{
    BUF_LITERAL(out, "CREATE FUNCTION ");
    ddl_name(out, entity, "_search");
    buf_printf(out,
               "() RETURNS trigger LANGUAGE plpgsql " PINNED " AS\n"
               "$$ BEGIN INSERT INTO public.\"%sSearch\" (\"id\", \"document\") VALUES (NEW.\"id\", ",
               entity->table);
    add_search_document(out, entity, "NEW");
    BUF_LITERAL(out, ")\n  ON CONFLICT (\"id\") DO UPDATE SET \"document\" = excluded.\"document\"; RETURN NULL; "
                     "END $$;\n");
}

/* An id that changes and a row that goes are followed by the reference. */
static void add_search_trigger(struct buf *out, const struct entity *entity, enum operation operation)
{
    BUF_LITERAL(out, "CREATE TRIGGER ");
    ddl_operation_name(out, entity, "search", operation);
    buf_printf(out, " AFTER %s ON \"%s\" FOR EACH ROW ", ddl_operation(operation), entity->table);
    if (operation == OPERATION_UPDATE) {
        BUF_LITERAL(out, "WHEN ((");
        ddl_columns(out, entity, ddl_is_searched, "OLD.");
        BUF_LITERAL(out, ") IS DISTINCT FROM (");
        ddl_columns(out, entity, ddl_is_searched, "NEW.");
        BUF_LITERAL(out, ")) ");
    }
    BUF_LITERAL(out, "EXECUTE FUNCTION ");
    ddl_name(out, entity, "_search");
    BUF_LITERAL(out, "();\n");
}

/* Finds for everybody; who may see what was found, the functions of the same name in the schemas of the roles know. */
static void add_search(struct buf *out, const struct entity *entity)
{
    add_search_table(out, entity);
    add_search_indexing(out, entity);
    add_search_trigger(out, entity, OPERATION_INSERT);
    add_search_trigger(out, entity, OPERATION_UPDATE);
    buf_printf(out,
               "CREATE FUNCTION \"%sSearch\"(\"words\" text) RETURNS TABLE (\"found\" integer, \"rank\" real) "
               "LANGUAGE sql STABLE ROWS 100 " PINNED " AS\n"
               "$$ SELECT s.\"id\", -ts_rank(s.\"document\", q.\"query\") FROM public.\"%sSearch\" s\n"
               "  JOIN (SELECT public.search_query($1) AS \"query\") q ON s.\"document\" @@ q.\"query\" $$;\n",
               entity->table, entity->table);
}

/* --- the whole ---------------------------------------------------------------------------------------------------- */

static void add_triggers(struct buf *out, const struct entity *entity)
{
    if (entity_searchable(entity)) add_search(out, entity);
    if (entity->paranoid) add_version(out, entity);
    if (entity->traits & APPEND_ONLY) add_append_only(out, entity);
    if (!(entity->traits & AUDITED)) return;
    for (enum operation operation = OPERATION_INSERT; operation < OPERATION_COUNT; operation++)
        add_audit(out, entity, operation);
}

void ddl_postgres_triggers(struct buf *out)
{
    for (enum entity_id id = 0; id < ENTITY_COUNT; id++) add_triggers(out, entity_of(id));
    add_epoch(out, entity_of(ENTITY_user));
    add_epoch(out, entity_of(ENTITY_session));
}

static void drop_functions_of(struct buf *out, const struct entity *entity)
{
    if (entity_searchable(entity)) {
        buf_printf(out, "DROP FUNCTION \"%sSearch\"(text);\nDROP FUNCTION ", entity->table);
        ddl_name(out, entity, "_search");
        BUF_LITERAL(out, "();\n");
    }
    if (!(entity->traits & AUDITED)) return;
    for (enum operation operation = OPERATION_INSERT; operation < OPERATION_COUNT; operation++) {
        BUF_LITERAL(out, "DROP FUNCTION ");
        ddl_operation_name(out, entity, "audit", operation);
        BUF_LITERAL(out, "();\n");
    }
}

void ddl_postgres_drop(struct buf *out)
{
    for (enum entity_id id = 0; id < ENTITY_COUNT; id++) drop_functions_of(out, entity_of(id));
    BUF_LITERAL(out, "DROP TABLE \"PeopleEpochs\";\n"
                     "DROP FUNCTION \"raise_people_epoch\"();\n"
                     "DROP FUNCTION \"search_query\"(text);\n"
                     "DROP FUNCTION \"search_document\"(text);\n"
                     "DROP FUNCTION \"search_words\"(text);\n"
                     "DROP FUNCTION \"refuse_append_only\"();\n"
                     "DROP FUNCTION \"raise_version\"();\n"
                     "DROP FUNCTION \"audit_contexts\"();\n"
                     "DROP FUNCTION \"actor_id\"();\n");
}
