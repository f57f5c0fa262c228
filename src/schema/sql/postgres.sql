-- The objects on the tables of PostgreSQL: functions, triggers, full-text search; and what a migration runs first and last.
-- See ddl_template.h for the format of this file, ddl_postgres.c for the values. Rights are in roles.sql.
--
-- Audit triggers run once per statement, over all rows that it changed, because the server inserts rows in sets. They run
-- with the rights of the owner, so changes by every writer with rights on a table are recorded. No function trusts the
-- search path of its caller (SECURITY DEFINER SET search_path).
--
-- The actor of a change is in settings of the transaction and not in a row, for which all writers would contend:
--
--   boxoffice.contexts   a JSON array of {"i": row id, "a": actor id, "r": role, "q": request id}, each id once. It
--                        applies to the rows of every statement until it is set again, whatever their table.
--   boxoffice.actor_id, boxoffice.actor_role, boxoffice.request_id   for rows without an entry in that array.
--
-- Words are split here and not by the parser of the engine, which would find numbers, hosts and paths in them. So texts
-- and search terms are split alike, and as the tokenizer of SQLite does it: letters and digits form words, diacritics are
-- removed, everything else separates words. A word is truncated to what the engine can index.
--
-- "PeopleEpochs" notifies the nodes of the server, which cache sessions and users, that some of them changed; the
-- notification contains their ids. If these are too long for the engine, it says "all" instead.
-- name: functions
CREATE FUNCTION "actor_id"() RETURNS integer LANGUAGE sql STABLE PARALLEL SAFE AS
$$ SELECT coalesce(nullif(current_setting('boxoffice.actor_id', true), '')::integer, 0) $$;
CREATE FUNCTION "raise_version"() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN NEW."version" := OLD."version" + 1; RETURN NEW; END $$;
CREATE FUNCTION "refuse_append_only"() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'append_only'; END $$;
CREATE FUNCTION "audit_contexts"() RETURNS TABLE ("i" bigint, "a" integer, "r" text, "q" text) LANGUAGE sql STABLE AS
$$ SELECT c.* FROM json_to_recordset(coalesce(nullif(current_setting('boxoffice.contexts', true), ''), '[]')::json) AS c("i" bigint, "a" integer, "r" text, "q" text) $$;
CREATE FUNCTION "search_words"("content" text) RETURNS text[] LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN regexp_split_to_array(btrim(regexp_replace(regexp_replace(lower(normalize($1, NFD)), '[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]', '', 'g'), '[^[:alnum:]]+', ' ', 'g')), ' ');
CREATE FUNCTION "search_document"("content" text) RETURNS tsvector LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN (SELECT string_agg(left(w."word", 500) || ':' || least(w."place", 16383), ' ')::tsvector
  FROM unnest(search_words($1)) WITH ORDINALITY AS w("word", "place") WHERE w."word" <> '');
CREATE FUNCTION "search_query"("content" text) RETURNS tsquery LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN (SELECT string_agg(left(w."word", 500) || ':*', ' & ')::tsquery
  FROM unnest(search_words($1)) AS w("word") WHERE w."word" <> '');
CREATE TABLE "PeopleEpochs" (
  "id" INTEGER PRIMARY KEY CHECK ("id" = 1),
  "epoch" BIGINT NOT NULL
);
INSERT INTO "PeopleEpochs" ("id", "epoch") VALUES (1, 0);
CREATE FUNCTION "raise_people_epoch"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS
$$ DECLARE ids text; raised bigint; BEGIN
  SELECT string_agg(o."id"::text, ' ' ORDER BY o."id") INTO ids FROM old_rows o;
  IF ids IS NULL THEN RETURN NULL; END IF;
  UPDATE public."PeopleEpochs" SET "epoch" = "epoch" + 1 WHERE "id" = 1 RETURNING "epoch" INTO raised;
  PERFORM pg_notify('boxoffice_people', raised || CASE WHEN length(ids) <= 7900 THEN ' ' || TG_ARGV[0] || ' ' || ids ELSE ' all' END);
  RETURN NULL; END $$;
-- The current time, cut as times are stored.
-- name: now
CURRENT_TIMESTAMP(3)
-- name: functions_drop
DROP TABLE "PeopleEpochs";
DROP FUNCTION "raise_people_epoch"();
DROP FUNCTION "search_query"(text);
DROP FUNCTION "search_document"(text);
DROP FUNCTION "search_words"(text);
DROP FUNCTION "refuse_append_only"();
DROP FUNCTION "raise_version"();
DROP FUNCTION "audit_contexts"();
DROP FUNCTION "actor_id"();
-- name: version
CREATE TRIGGER "{name}_version" BEFORE UPDATE ON "{table}" FOR EACH ROW WHEN (NEW."version" = OLD."version") EXECUTE FUNCTION "raise_version"();
-- name: append_only
CREATE TRIGGER "{name}_keep" BEFORE UPDATE OR DELETE OR TRUNCATE ON "{table}"
  FOR EACH STATEMENT EXECUTE FUNCTION "refuse_append_only"();
-- One trigger for each operation, because only then it can read the rows of the statement. The plan is made for the first
-- statement, which may change one row only; a nested loop over the contexts would then be chosen, and is slow for many.
-- name: audit
CREATE FUNCTION "{name}_audit_{operation}"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET enable_nestloop = off AS
$$ BEGIN INSERT INTO public."AuditLogs" ("actorId", "actorRole", "requestId", "action", "resource", "resourceId", "resourceVersion", "before", "after", "createdAt", "updatedAt")
  SELECT CASE WHEN c."i" IS NULL THEN public.actor_id() ELSE coalesce(c."a", 0) END,
  CASE WHEN c."i" IS NULL THEN nullif(current_setting('boxoffice.actor_role', true), '') ELSE c."r" END,
  CASE WHEN c."i" IS NULL THEN nullif(current_setting('boxoffice.request_id', true), '') ELSE c."q" END,
  {action}, '{resource}', {row}."id", {version}, {before},
  {after},
  {time}, {time}
  FROM {source} LEFT JOIN public.audit_contexts() c ON c."i" = {row}."id" ORDER BY {row}."id"; RETURN NULL; END $$;
CREATE TRIGGER "{name}_audit_{operation}" AFTER {event} ON "{table}" REFERENCING {tables} FOR EACH STATEMENT EXECUTE FUNCTION "{name}_audit_{operation}"();
-- name: audit_drop
DROP FUNCTION "{name}_audit_insert"();
DROP FUNCTION "{name}_audit_update"();
DROP FUNCTION "{name}_audit_delete"();
-- name: epoch
CREATE TRIGGER "{name}_epoch_update" AFTER UPDATE ON "{table}" REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION "raise_people_epoch"('{resource}');
CREATE TRIGGER "{name}_epoch_delete" AFTER DELETE ON "{table}" REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION "raise_people_epoch"('{resource}');
-- The words of each row are in a table of their own: the models require no further column, ranking does not read the text
-- again, and the table has no row security, with which the engine would not use the index. Its foreign key follows changes
-- of ids and deletions. "...Search"(words) finds rows regardless of the role; the functions of the same name in the schemas
-- of the roles return only those that the role may see.
-- name: search
CREATE TABLE "{table}Search" (
  "id" INTEGER PRIMARY KEY REFERENCES "{table}" ("id") ON DELETE CASCADE ON UPDATE CASCADE,
  "document" tsvector
);
CREATE INDEX "{name}_search" ON "{table}Search" USING GIN ("document");
CREATE FUNCTION "{name}_search"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS
$$ BEGIN INSERT INTO public."{table}Search" ("id", "document") VALUES (NEW."id", {document})
  ON CONFLICT ("id") DO UPDATE SET "document" = excluded."document"; RETURN NULL; END $$;
CREATE TRIGGER "{name}_search_insert" AFTER INSERT ON "{table}" FOR EACH ROW EXECUTE FUNCTION "{name}_search"();
CREATE TRIGGER "{name}_search_update" AFTER UPDATE ON "{table}" FOR EACH ROW WHEN (({searched_old}) IS DISTINCT FROM ({searched_new})) EXECUTE FUNCTION "{name}_search"();
CREATE FUNCTION "{table}Search"("words" text) RETURNS TABLE ("found" integer, "rank" real) LANGUAGE sql STABLE ROWS 100 SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS
$$ SELECT s."id", -ts_rank(s."document", q."query") FROM public."{table}Search" s
  JOIN (SELECT public.search_query($1) AS "query") q ON s."document" @@ q."query" $$;
-- name: search_drop
DROP FUNCTION "{table}Search"(text);
DROP FUNCTION "{name}_search"();
-- name: search_rebuild
DELETE FROM public."{table}Search";
INSERT INTO public."{table}Search" ("id", "document") SELECT {row}."id", {document} FROM public."{table}" {row};
-- A migration runs as the owner of the tables. Notices are off, because dropping a role's schema would list all its views.
-- name: migration_enter
SET LOCAL search_path TO public;
SET LOCAL client_min_messages TO warning;
SET LOCAL ROLE boxoffice_owner;
-- name: migration_leave
SET LOCAL ROLE NONE;
SET LOCAL client_min_messages TO DEFAULT;
SET LOCAL search_path TO DEFAULT;
