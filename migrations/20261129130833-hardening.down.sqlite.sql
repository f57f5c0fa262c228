-- Undoes the migration. The values of columns and the rows of tables that it drops are lost. It fails, and changes
-- nothing, when a row has a value that the schema before did not allow.
DROP TABLE "Devices";
CREATE TABLE "Sessions_rebuilt" (
  "id" INTEGER PRIMARY KEY AUTOINCREMENT,
  "userId" INTEGER NOT NULL REFERENCES "Users" ("id") ON DELETE CASCADE ON UPDATE CASCADE,
  "tokenHash" VARCHAR(255) NOT NULL,
  "expiresAt" DATETIME NOT NULL,
  "createdAt" DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%d %H:%M:%f +00:00', 'now')),
  "updatedAt" DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%d %H:%M:%f +00:00', 'now')),
  CONSTRAINT "session_user_id" CHECK (CAST("userId" AS INTEGER) = "userId" AND "userId" BETWEEN 1 AND 2147483647),
  CONSTRAINT "session_token_hash" CHECK (typeof("tokenHash") = 'text' AND instr("tokenHash", char(0)) = 0 AND length("tokenHash") BETWEEN 0 AND 255),
  CONSTRAINT "session_expires_at" CHECK ("expiresAt" IS "createdAt" OR datetime("expiresAt", '+0 days') IS substr("expiresAt", 1, 19) AND "expiresAt" GLOB '???????????????????.[0-9][0-9][0-9] +00:00' AND "expiresAt" > '1970-01-01 00:00:00.000 +00:00'),
  CONSTRAINT "session_created_at" CHECK (datetime("createdAt", '+0 days') IS substr("createdAt", 1, 19) AND "createdAt" GLOB '???????????????????.[0-9][0-9][0-9] +00:00' AND "createdAt" > '1970-01-01 00:00:00.000 +00:00'),
  CONSTRAINT "session_updated_at" CHECK ("updatedAt" IS "createdAt" OR datetime("updatedAt", '+0 days') IS substr("updatedAt", 1, 19) AND "updatedAt" GLOB '???????????????????.[0-9][0-9][0-9] +00:00' AND "updatedAt" > '1970-01-01 00:00:00.000 +00:00')
);
INSERT INTO "Sessions_rebuilt" ("id", "userId", "tokenHash", "expiresAt", "createdAt", "updatedAt") SELECT "id", "userId", "tokenHash", "expiresAt", "createdAt", "updatedAt" FROM "Sessions";
DELETE FROM sqlite_sequence WHERE name = 'Sessions_rebuilt';
INSERT INTO sqlite_sequence (name, seq) SELECT 'Sessions_rebuilt', seq FROM sqlite_sequence WHERE name = 'Sessions';
DROP TABLE "Sessions";
PRAGMA legacy_alter_table = ON;
ALTER TABLE "Sessions_rebuilt" RENAME TO "Sessions";
PRAGMA legacy_alter_table = OFF;
CREATE INDEX "sessions_user_id" ON "Sessions" ("userId");
CREATE UNIQUE INDEX "sessions_token_hash" ON "Sessions" ("tokenHash");
CREATE INDEX "sessions_expires_at" ON "Sessions" ("expiresAt");
ALTER TABLE "IdempotencyKeys" DROP COLUMN "actorRole";
CREATE TRIGGER "sessions_audit_insert" AFTER INSERT ON "Sessions"
BEGIN INSERT INTO "AuditLogs" ("actorId", "actorRole", "requestId", "action", "resource", "resourceId", "resourceVersion", "before", "after", "createdAt", "updatedAt")
  VALUES (coalesce((SELECT "actorId" FROM "AuditContexts" WHERE "id" = 1), 0), (SELECT "actorRole" FROM "AuditContexts" WHERE "id" = 1), (SELECT "requestId" FROM "AuditContexts" WHERE "id" = 1),
  'create', 'sessions', NEW."id", 0,
  NULL,
  json_object('id', NEW."id", 'userId', NEW."userId", 'expiresAt', NEW."expiresAt", 'createdAt', NEW."createdAt", 'updatedAt', NEW."updatedAt"),
  NEW."updatedAt", NEW."updatedAt"); END;
CREATE TRIGGER "sessions_audit_update" AFTER UPDATE OF "id", "userId", "tokenHash", "expiresAt", "createdAt", "updatedAt" ON "Sessions"
BEGIN INSERT INTO "AuditLogs" ("actorId", "actorRole", "requestId", "action", "resource", "resourceId", "resourceVersion", "before", "after", "createdAt", "updatedAt")
  VALUES (coalesce((SELECT "actorId" FROM "AuditContexts" WHERE "id" = 1), 0), (SELECT "actorRole" FROM "AuditContexts" WHERE "id" = 1), (SELECT "requestId" FROM "AuditContexts" WHERE "id" = 1),
  'update', 'sessions', NEW."id", 0,
  json_object('id', OLD."id", 'userId', OLD."userId", 'expiresAt', OLD."expiresAt", 'createdAt', OLD."createdAt", 'updatedAt', OLD."updatedAt"),
  json_object('id', NEW."id", 'userId', NEW."userId", 'expiresAt', NEW."expiresAt", 'createdAt', NEW."createdAt", 'updatedAt', NEW."updatedAt"),
  NEW."updatedAt", NEW."updatedAt"); END;
CREATE TRIGGER "sessions_audit_delete" AFTER DELETE ON "Sessions"
BEGIN INSERT INTO "AuditLogs" ("actorId", "actorRole", "requestId", "action", "resource", "resourceId", "resourceVersion", "before", "after", "createdAt", "updatedAt")
  VALUES (coalesce((SELECT "actorId" FROM "AuditContexts" WHERE "id" = 1), 0), (SELECT "actorRole" FROM "AuditContexts" WHERE "id" = 1), (SELECT "requestId" FROM "AuditContexts" WHERE "id" = 1),
  'delete', 'sessions', OLD."id", 0,
  json_object('id', OLD."id", 'userId', OLD."userId", 'expiresAt', OLD."expiresAt", 'createdAt', OLD."createdAt", 'updatedAt', OLD."updatedAt"),
  NULL,
  strftime('%Y-%m-%d %H:%M:%f +00:00', 'now'), strftime('%Y-%m-%d %H:%M:%f +00:00', 'now')); END;
CREATE TRIGGER "sessions_epoch_replace" BEFORE INSERT ON "Sessions" WHEN EXISTS (SELECT 1 FROM "Sessions" WHERE "id" = NEW."id")
BEGIN UPDATE "PeopleEpochs" SET "epoch" = "epoch" + 1 WHERE "id" = 1; END;
CREATE TRIGGER "sessions_epoch_update" AFTER UPDATE ON "Sessions"
BEGIN UPDATE "PeopleEpochs" SET "epoch" = "epoch" + 1 WHERE "id" = 1; END;
CREATE TRIGGER "sessions_epoch_delete" AFTER DELETE ON "Sessions"
BEGIN UPDATE "PeopleEpochs" SET "epoch" = "epoch" + 1 WHERE "id" = 1; END;
