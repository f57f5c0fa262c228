-- Derived by `boxoffice schema --migration`; see docs/RECIPES.md.
DROP TRIGGER "sessions_audit_delete";
DROP TRIGGER "sessions_audit_update";
DROP TRIGGER "sessions_audit_insert";
ALTER TABLE "Sessions" ADD COLUMN "authenticatedAt" DATETIME CONSTRAINT "session_authenticated_at" CHECK ("authenticatedAt" IS NULL OR "authenticatedAt" IS "createdAt" OR datetime("authenticatedAt", '+0 days') IS substr("authenticatedAt", 1, 19) AND "authenticatedAt" GLOB '???????????????????.[0-9][0-9][0-9] +00:00' AND "authenticatedAt" > '1970-01-01 00:00:00.000 +00:00');
CREATE TABLE "Devices" (
  "id" INTEGER PRIMARY KEY AUTOINCREMENT,
  "userId" INTEGER NOT NULL REFERENCES "Users" ("id") ON DELETE CASCADE ON UPDATE CASCADE,
  "tokenHash" VARCHAR(255) NOT NULL,
  "expiresAt" DATETIME NOT NULL,
  "createdAt" DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%d %H:%M:%f +00:00', 'now')),
  "updatedAt" DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%d %H:%M:%f +00:00', 'now')),
  CONSTRAINT "device_user_id" CHECK (CAST("userId" AS INTEGER) = "userId" AND "userId" BETWEEN 1 AND 2147483647),
  CONSTRAINT "device_token_hash" CHECK (typeof("tokenHash") = 'text' AND instr("tokenHash", char(0)) = 0 AND length("tokenHash") BETWEEN 0 AND 255),
  CONSTRAINT "device_expires_at" CHECK ("expiresAt" IS "createdAt" OR datetime("expiresAt", '+0 days') IS substr("expiresAt", 1, 19) AND "expiresAt" GLOB '???????????????????.[0-9][0-9][0-9] +00:00' AND "expiresAt" > '1970-01-01 00:00:00.000 +00:00'),
  CONSTRAINT "device_created_at" CHECK (datetime("createdAt", '+0 days') IS substr("createdAt", 1, 19) AND "createdAt" GLOB '???????????????????.[0-9][0-9][0-9] +00:00' AND "createdAt" > '1970-01-01 00:00:00.000 +00:00'),
  CONSTRAINT "device_updated_at" CHECK ("updatedAt" IS "createdAt" OR datetime("updatedAt", '+0 days') IS substr("updatedAt", 1, 19) AND "updatedAt" GLOB '???????????????????.[0-9][0-9][0-9] +00:00' AND "updatedAt" > '1970-01-01 00:00:00.000 +00:00')
);
CREATE INDEX "devices_user_id" ON "Devices" ("userId");
CREATE UNIQUE INDEX "devices_token_hash" ON "Devices" ("tokenHash");
CREATE INDEX "devices_expires_at" ON "Devices" ("expiresAt");
ALTER TABLE "IdempotencyKeys" ADD COLUMN "actorRole" VARCHAR(255);
CREATE TRIGGER "sessions_audit_insert" AFTER INSERT ON "Sessions"
BEGIN INSERT INTO "AuditLogs" ("actorId", "actorRole", "requestId", "action", "resource", "resourceId", "resourceVersion", "before", "after", "createdAt", "updatedAt")
  VALUES (coalesce((SELECT "actorId" FROM "AuditContexts" WHERE "id" = 1), 0), (SELECT "actorRole" FROM "AuditContexts" WHERE "id" = 1), (SELECT "requestId" FROM "AuditContexts" WHERE "id" = 1),
  'create', 'sessions', NEW."id", 0,
  NULL,
  json_object('id', NEW."id", 'userId', NEW."userId", 'expiresAt', NEW."expiresAt", 'authenticatedAt', NEW."authenticatedAt", 'createdAt', NEW."createdAt", 'updatedAt', NEW."updatedAt"),
  NEW."updatedAt", NEW."updatedAt"); END;
CREATE TRIGGER "sessions_audit_update" AFTER UPDATE OF "id", "userId", "tokenHash", "expiresAt", "authenticatedAt", "createdAt", "updatedAt" ON "Sessions"
BEGIN INSERT INTO "AuditLogs" ("actorId", "actorRole", "requestId", "action", "resource", "resourceId", "resourceVersion", "before", "after", "createdAt", "updatedAt")
  VALUES (coalesce((SELECT "actorId" FROM "AuditContexts" WHERE "id" = 1), 0), (SELECT "actorRole" FROM "AuditContexts" WHERE "id" = 1), (SELECT "requestId" FROM "AuditContexts" WHERE "id" = 1),
  'update', 'sessions', NEW."id", 0,
  json_object('id', OLD."id", 'userId', OLD."userId", 'expiresAt', OLD."expiresAt", 'authenticatedAt', OLD."authenticatedAt", 'createdAt', OLD."createdAt", 'updatedAt', OLD."updatedAt"),
  json_object('id', NEW."id", 'userId', NEW."userId", 'expiresAt', NEW."expiresAt", 'authenticatedAt', NEW."authenticatedAt", 'createdAt', NEW."createdAt", 'updatedAt', NEW."updatedAt"),
  NEW."updatedAt", NEW."updatedAt"); END;
CREATE TRIGGER "sessions_audit_delete" AFTER DELETE ON "Sessions"
BEGIN INSERT INTO "AuditLogs" ("actorId", "actorRole", "requestId", "action", "resource", "resourceId", "resourceVersion", "before", "after", "createdAt", "updatedAt")
  VALUES (coalesce((SELECT "actorId" FROM "AuditContexts" WHERE "id" = 1), 0), (SELECT "actorRole" FROM "AuditContexts" WHERE "id" = 1), (SELECT "requestId" FROM "AuditContexts" WHERE "id" = 1),
  'delete', 'sessions', OLD."id", 0,
  json_object('id', OLD."id", 'userId', OLD."userId", 'expiresAt', OLD."expiresAt", 'authenticatedAt', OLD."authenticatedAt", 'createdAt', OLD."createdAt", 'updatedAt', OLD."updatedAt"),
  NULL,
  strftime('%Y-%m-%d %H:%M:%f +00:00', 'now'), strftime('%Y-%m-%d %H:%M:%f +00:00', 'now')); END;
CREATE TRIGGER "devices_audit_insert" AFTER INSERT ON "Devices"
BEGIN INSERT INTO "AuditLogs" ("actorId", "actorRole", "requestId", "action", "resource", "resourceId", "resourceVersion", "before", "after", "createdAt", "updatedAt")
  VALUES (coalesce((SELECT "actorId" FROM "AuditContexts" WHERE "id" = 1), 0), (SELECT "actorRole" FROM "AuditContexts" WHERE "id" = 1), (SELECT "requestId" FROM "AuditContexts" WHERE "id" = 1),
  'create', 'devices', NEW."id", 0,
  NULL,
  json_object('id', NEW."id", 'userId', NEW."userId", 'expiresAt', NEW."expiresAt", 'createdAt', NEW."createdAt", 'updatedAt', NEW."updatedAt"),
  NEW."updatedAt", NEW."updatedAt"); END;
CREATE TRIGGER "devices_audit_update" AFTER UPDATE OF "id", "userId", "tokenHash", "expiresAt", "createdAt", "updatedAt" ON "Devices"
BEGIN INSERT INTO "AuditLogs" ("actorId", "actorRole", "requestId", "action", "resource", "resourceId", "resourceVersion", "before", "after", "createdAt", "updatedAt")
  VALUES (coalesce((SELECT "actorId" FROM "AuditContexts" WHERE "id" = 1), 0), (SELECT "actorRole" FROM "AuditContexts" WHERE "id" = 1), (SELECT "requestId" FROM "AuditContexts" WHERE "id" = 1),
  'update', 'devices', NEW."id", 0,
  json_object('id', OLD."id", 'userId', OLD."userId", 'expiresAt', OLD."expiresAt", 'createdAt', OLD."createdAt", 'updatedAt', OLD."updatedAt"),
  json_object('id', NEW."id", 'userId', NEW."userId", 'expiresAt', NEW."expiresAt", 'createdAt', NEW."createdAt", 'updatedAt', NEW."updatedAt"),
  NEW."updatedAt", NEW."updatedAt"); END;
CREATE TRIGGER "devices_audit_delete" AFTER DELETE ON "Devices"
BEGIN INSERT INTO "AuditLogs" ("actorId", "actorRole", "requestId", "action", "resource", "resourceId", "resourceVersion", "before", "after", "createdAt", "updatedAt")
  VALUES (coalesce((SELECT "actorId" FROM "AuditContexts" WHERE "id" = 1), 0), (SELECT "actorRole" FROM "AuditContexts" WHERE "id" = 1), (SELECT "requestId" FROM "AuditContexts" WHERE "id" = 1),
  'delete', 'devices', OLD."id", 0,
  json_object('id', OLD."id", 'userId', OLD."userId", 'expiresAt', OLD."expiresAt", 'createdAt', OLD."createdAt", 'updatedAt', OLD."updatedAt"),
  NULL,
  strftime('%Y-%m-%d %H:%M:%f +00:00', 'now'), strftime('%Y-%m-%d %H:%M:%f +00:00', 'now')); END;
