-- The objects on the tables of SQLite: triggers and full-text search; and how a table is rebuilt. See ddl_template.h for the
-- format of this file, ddl_sqlite.c for the values.

-- The inner update changes no column that the audit trigger watches, so a change results in one entry.
-- name: version
CREATE TRIGGER "{name}_version" AFTER UPDATE ON "{table}" WHEN NEW."version" = OLD."version"
BEGIN UPDATE "{table}" SET "version" = "version" + 1 WHERE "id" = NEW."id"; END;
-- The version of the row after an update: the version trigger, which may run before or after the audit trigger, increments
-- it when the writer did not.
-- name: version_after
CASE WHEN NEW."version" = OLD."version" THEN OLD."version" + 1 ELSE NEW."version" END
-- VALUES and not SELECT: with a trigger on its target (the log has one) SQLite puts the rows of a SELECT into a
-- temporary table first, which costs more than three look-ups of one cached row.
-- name: audit
CREATE TRIGGER "{name}_audit_{operation}" AFTER {event} ON "{table}"
BEGIN INSERT INTO "AuditLogs" ("actorId", "actorRole", "requestId", "action", "resource", "resourceId", "resourceVersion", "before", "after", "createdAt", "updatedAt")
  VALUES (coalesce((SELECT "actorId" FROM "AuditContexts" WHERE "id" = 1), 0), (SELECT "actorRole" FROM "AuditContexts" WHERE "id" = 1), (SELECT "requestId" FROM "AuditContexts" WHERE "id" = 1),
  {action}, '{resource}', {row}."id", {version},
  {before},
  {after},
  {time}, {time}); END;
-- The current time in the form of time columns.
-- name: now
strftime('%Y-%m-%d %H:%M:%f +00:00', 'now')
-- REPLACE removes a row without firing delete triggers, so inserting an existing id is refused as well.
-- name: append_only
CREATE TRIGGER "{name}_keep_insert" BEFORE INSERT ON "{table}" WHEN EXISTS (SELECT 1 FROM "{table}" WHERE "id" = NEW."id")
BEGIN SELECT RAISE(ABORT, 'append_only'); END;
CREATE TRIGGER "{name}_keep_update" BEFORE UPDATE ON "{table}"
BEGIN SELECT RAISE(ABORT, 'append_only'); END;
CREATE TRIGGER "{name}_keep_delete" BEFORE DELETE ON "{table}"
BEGIN SELECT RAISE(ABORT, 'append_only'); END;
-- The server caches sessions and users; the number tells it that another client changed some of them. REPLACE removes a row
-- without firing delete triggers, so inserting an existing id counts as well.
-- name: epochs
CREATE TABLE "PeopleEpochs" (
  "id" INTEGER PRIMARY KEY CHECK ("id" = 1),
  "epoch" BIGINT NOT NULL
);
INSERT INTO "PeopleEpochs" ("id", "epoch") VALUES (1, 0);
-- name: epoch
CREATE TRIGGER "{name}_epoch_replace" BEFORE INSERT ON "{table}" WHEN EXISTS (SELECT 1 FROM "{table}" WHERE "id" = NEW."id")
BEGIN UPDATE "PeopleEpochs" SET "epoch" = "epoch" + 1 WHERE "id" = 1; END;
CREATE TRIGGER "{name}_epoch_update" AFTER UPDATE ON "{table}"
BEGIN UPDATE "PeopleEpochs" SET "epoch" = "epoch" + 1 WHERE "id" = 1; END;
CREATE TRIGGER "{name}_epoch_delete" AFTER DELETE ON "{table}"
BEGIN UPDATE "PeopleEpochs" SET "epoch" = "epoch" + 1 WHERE "id" = 1; END;
-- name: epochs_drop
DROP TABLE "PeopleEpochs";
-- name: search
CREATE VIRTUAL TABLE "{table}Search" USING fts5({searched}, content='{table}', content_rowid='id', tokenize='unicode61 remove_diacritics 2');
CREATE TRIGGER "{name}_search_insert" AFTER INSERT ON "{table}"
BEGIN INSERT INTO "{table}Search" (rowid, {searched}) VALUES (NEW."id", {searched_new}); END;
CREATE TRIGGER "{name}_search_update" AFTER UPDATE OF "id", {searched} ON "{table}" WHEN (OLD."id", {searched_old}) IS NOT (NEW."id", {searched_new})
BEGIN INSERT INTO "{table}Search" ("{table}Search", rowid, {searched}) VALUES ('delete', OLD."id", {searched_old}); INSERT INTO "{table}Search" (rowid, {searched}) VALUES (NEW."id", {searched_new}); END;
CREATE TRIGGER "{name}_search_delete" AFTER DELETE ON "{table}"
BEGIN INSERT INTO "{table}Search" ("{table}Search", rowid, {searched}) VALUES ('delete', OLD."id", {searched_old}); END;
-- name: search_rebuild
INSERT INTO "{search}" ("{search}") VALUES ('rebuild');
-- The row is updated, never removed: without it no change could be attributed to an actor.
-- name: context
INSERT INTO "AuditContexts" ("id", "actorId", "createdAt", "updatedAt") VALUES (1, 0, strftime('%Y-%m-%d %H:%M:%f +00:00', 'now'), strftime('%Y-%m-%d %H:%M:%f +00:00', 'now'));
CREATE TRIGGER "audit_contexts_keep_delete" BEFORE DELETE ON "AuditContexts"
BEGIN SELECT RAISE(ABORT, 'audit_context'); END;
-- For changes that ALTER TABLE does not support. With foreign keys off (store_script() ensures it) dropping the old table
-- affects no rows of other tables, and with the legacy form of RENAME the references and triggers of other tables are not
-- rewritten and still name the table. The sequence is kept, so that no id is assigned twice.
-- name: table_rebuild
CREATE TABLE "{table}_rebuilt"{definition};
INSERT INTO "{table}_rebuilt" ({columns}) SELECT {values} FROM "{table}";
DELETE FROM sqlite_sequence WHERE name = '{table}_rebuilt';
INSERT INTO sqlite_sequence (name, seq) SELECT '{table}_rebuilt', seq FROM sqlite_sequence WHERE name = '{table}';
DROP TABLE "{table}";
PRAGMA legacy_alter_table = ON;
ALTER TABLE "{table}_rebuilt" RENAME TO "{table}";
PRAGMA legacy_alter_table = OFF;
