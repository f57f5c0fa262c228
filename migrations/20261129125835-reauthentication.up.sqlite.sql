-- Derived by `boxoffice schema --migration`; see docs/RECIPES.md.
DROP TRIGGER "sessions_audit_delete";
DROP TRIGGER "sessions_audit_update";
DROP TRIGGER "sessions_audit_insert";
ALTER TABLE "Sessions" ADD COLUMN "authenticatedAt" DATETIME CONSTRAINT "session_authenticated_at" CHECK ("authenticatedAt" IS NULL OR "authenticatedAt" IS "createdAt" OR datetime("authenticatedAt", '+0 days') IS substr("authenticatedAt", 1, 19) AND "authenticatedAt" GLOB '???????????????????.[0-9][0-9][0-9] +00:00' AND "authenticatedAt" > '1970-01-01 00:00:00.000 +00:00');
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
