-- Derived by `boxoffice schema --migration`; see docs/RECIPES.md.
DROP TRIGGER "schedules_audit_delete";
DROP TRIGGER "schedules_audit_update";
DROP TRIGGER "schedules_audit_insert";
DROP TRIGGER "events_audit_delete";
DROP TRIGGER "events_audit_update";
DROP TRIGGER "events_audit_insert";
ALTER TABLE "Events" ADD COLUMN "cancelledAt" DATETIME;
ALTER TABLE "Events" ADD COLUMN "isSettled" TINYINT(1) NOT NULL DEFAULT 0;
ALTER TABLE "Schedules" ADD COLUMN "status" VARCHAR(255) NOT NULL DEFAULT 'active' CONSTRAINT "schedule_status" CHECK ("status" IN ('active', 'cancelled'));
ALTER TABLE "Schedules" ADD COLUMN "cancelledAt" DATETIME;
ALTER TABLE "Schedules" ADD COLUMN "isSettled" TINYINT(1) NOT NULL DEFAULT 0;
CREATE INDEX "schedules_status" ON "Schedules" ("status");
CREATE TRIGGER "events_audit_insert" AFTER INSERT ON "Events"
BEGIN INSERT INTO "AuditLogs" ("actorId", "actorRole", "requestId", "action", "resource", "resourceId", "resourceVersion", "before", "after", "createdAt", "updatedAt")
  VALUES (coalesce((SELECT "actorId" FROM "AuditContexts" WHERE "id" = 1), 0), (SELECT "actorRole" FROM "AuditContexts" WHERE "id" = 1), (SELECT "requestId" FROM "AuditContexts" WHERE "id" = 1),
  'create', 'events', NEW."id", NEW."version",
  NULL,
  json_object('id', NEW."id", 'title', NEW."title", 'description', NEW."description", 'price', printf('%.2f', NEW."price"), 'capacity', NEW."capacity", 'imageUrl', NEW."imageUrl", 'startDate', NEW."startDate", 'endDate', NEW."endDate", 'venueId', NEW."venueId", 'status', NEW."status", 'cancelledAt', NEW."cancelledAt", 'isSettled', json(CASE WHEN NEW."isSettled" THEN 'true' ELSE 'false' END), 'createdAt', NEW."createdAt", 'updatedAt', NEW."updatedAt", 'deletedAt', NEW."deletedAt", 'version', NEW."version"),
  NEW."updatedAt", NEW."updatedAt"); END;
CREATE TRIGGER "events_audit_update" AFTER UPDATE OF "id", "title", "description", "price", "capacity", "imageUrl", "startDate", "endDate", "venueId", "status", "cancelledAt", "isSettled", "createdAt", "updatedAt", "deletedAt" ON "Events"
BEGIN INSERT INTO "AuditLogs" ("actorId", "actorRole", "requestId", "action", "resource", "resourceId", "resourceVersion", "before", "after", "createdAt", "updatedAt")
  VALUES (coalesce((SELECT "actorId" FROM "AuditContexts" WHERE "id" = 1), 0), (SELECT "actorRole" FROM "AuditContexts" WHERE "id" = 1), (SELECT "requestId" FROM "AuditContexts" WHERE "id" = 1),
  CASE WHEN (OLD."deletedAt" IS NULL) = (NEW."deletedAt" IS NULL) THEN 'update' WHEN OLD."deletedAt" IS NULL THEN 'delete' ELSE 'restore' END, 'events', NEW."id", CASE WHEN NEW."version" = OLD."version" THEN OLD."version" + 1 ELSE NEW."version" END,
  json_object('id', OLD."id", 'title', OLD."title", 'description', OLD."description", 'price', printf('%.2f', OLD."price"), 'capacity', OLD."capacity", 'imageUrl', OLD."imageUrl", 'startDate', OLD."startDate", 'endDate', OLD."endDate", 'venueId', OLD."venueId", 'status', OLD."status", 'cancelledAt', OLD."cancelledAt", 'isSettled', json(CASE WHEN OLD."isSettled" THEN 'true' ELSE 'false' END), 'createdAt', OLD."createdAt", 'updatedAt', OLD."updatedAt", 'deletedAt', OLD."deletedAt", 'version', OLD."version"),
  json_object('id', NEW."id", 'title', NEW."title", 'description', NEW."description", 'price', printf('%.2f', NEW."price"), 'capacity', NEW."capacity", 'imageUrl', NEW."imageUrl", 'startDate', NEW."startDate", 'endDate', NEW."endDate", 'venueId', NEW."venueId", 'status', NEW."status", 'cancelledAt', NEW."cancelledAt", 'isSettled', json(CASE WHEN NEW."isSettled" THEN 'true' ELSE 'false' END), 'createdAt', NEW."createdAt", 'updatedAt', NEW."updatedAt", 'deletedAt', NEW."deletedAt", 'version', CASE WHEN NEW."version" = OLD."version" THEN OLD."version" + 1 ELSE NEW."version" END),
  NEW."updatedAt", NEW."updatedAt"); END;
CREATE TRIGGER "events_audit_delete" AFTER DELETE ON "Events"
BEGIN INSERT INTO "AuditLogs" ("actorId", "actorRole", "requestId", "action", "resource", "resourceId", "resourceVersion", "before", "after", "createdAt", "updatedAt")
  VALUES (coalesce((SELECT "actorId" FROM "AuditContexts" WHERE "id" = 1), 0), (SELECT "actorRole" FROM "AuditContexts" WHERE "id" = 1), (SELECT "requestId" FROM "AuditContexts" WHERE "id" = 1),
  'delete', 'events', OLD."id", OLD."version",
  json_object('id', OLD."id", 'title', OLD."title", 'description', OLD."description", 'price', printf('%.2f', OLD."price"), 'capacity', OLD."capacity", 'imageUrl', OLD."imageUrl", 'startDate', OLD."startDate", 'endDate', OLD."endDate", 'venueId', OLD."venueId", 'status', OLD."status", 'cancelledAt', OLD."cancelledAt", 'isSettled', json(CASE WHEN OLD."isSettled" THEN 'true' ELSE 'false' END), 'createdAt', OLD."createdAt", 'updatedAt', OLD."updatedAt", 'deletedAt', OLD."deletedAt", 'version', OLD."version"),
  NULL,
  strftime('%Y-%m-%d %H:%M:%f +00:00', 'now'), strftime('%Y-%m-%d %H:%M:%f +00:00', 'now')); END;
CREATE TRIGGER "schedules_audit_insert" AFTER INSERT ON "Schedules"
BEGIN INSERT INTO "AuditLogs" ("actorId", "actorRole", "requestId", "action", "resource", "resourceId", "resourceVersion", "before", "after", "createdAt", "updatedAt")
  VALUES (coalesce((SELECT "actorId" FROM "AuditContexts" WHERE "id" = 1), 0), (SELECT "actorRole" FROM "AuditContexts" WHERE "id" = 1), (SELECT "requestId" FROM "AuditContexts" WHERE "id" = 1),
  'create', 'schedules', NEW."id", NEW."version",
  NULL,
  json_object('id', NEW."id", 'eventId', NEW."eventId", 'startTime', NEW."startTime", 'endTime', NEW."endTime", 'availableSeats', NEW."availableSeats", 'status', NEW."status", 'cancelledAt', NEW."cancelledAt", 'isSettled', json(CASE WHEN NEW."isSettled" THEN 'true' ELSE 'false' END), 'createdAt', NEW."createdAt", 'updatedAt', NEW."updatedAt", 'deletedAt', NEW."deletedAt", 'version', NEW."version"),
  NEW."updatedAt", NEW."updatedAt"); END;
CREATE TRIGGER "schedules_audit_update" AFTER UPDATE OF "id", "eventId", "startTime", "endTime", "availableSeats", "status", "cancelledAt", "isSettled", "createdAt", "updatedAt", "deletedAt" ON "Schedules"
BEGIN INSERT INTO "AuditLogs" ("actorId", "actorRole", "requestId", "action", "resource", "resourceId", "resourceVersion", "before", "after", "createdAt", "updatedAt")
  VALUES (coalesce((SELECT "actorId" FROM "AuditContexts" WHERE "id" = 1), 0), (SELECT "actorRole" FROM "AuditContexts" WHERE "id" = 1), (SELECT "requestId" FROM "AuditContexts" WHERE "id" = 1),
  CASE WHEN (OLD."deletedAt" IS NULL) = (NEW."deletedAt" IS NULL) THEN 'update' WHEN OLD."deletedAt" IS NULL THEN 'delete' ELSE 'restore' END, 'schedules', NEW."id", CASE WHEN NEW."version" = OLD."version" THEN OLD."version" + 1 ELSE NEW."version" END,
  json_object('id', OLD."id", 'eventId', OLD."eventId", 'startTime', OLD."startTime", 'endTime', OLD."endTime", 'availableSeats', OLD."availableSeats", 'status', OLD."status", 'cancelledAt', OLD."cancelledAt", 'isSettled', json(CASE WHEN OLD."isSettled" THEN 'true' ELSE 'false' END), 'createdAt', OLD."createdAt", 'updatedAt', OLD."updatedAt", 'deletedAt', OLD."deletedAt", 'version', OLD."version"),
  json_object('id', NEW."id", 'eventId', NEW."eventId", 'startTime', NEW."startTime", 'endTime', NEW."endTime", 'availableSeats', NEW."availableSeats", 'status', NEW."status", 'cancelledAt', NEW."cancelledAt", 'isSettled', json(CASE WHEN NEW."isSettled" THEN 'true' ELSE 'false' END), 'createdAt', NEW."createdAt", 'updatedAt', NEW."updatedAt", 'deletedAt', NEW."deletedAt", 'version', CASE WHEN NEW."version" = OLD."version" THEN OLD."version" + 1 ELSE NEW."version" END),
  NEW."updatedAt", NEW."updatedAt"); END;
CREATE TRIGGER "schedules_audit_delete" AFTER DELETE ON "Schedules"
BEGIN INSERT INTO "AuditLogs" ("actorId", "actorRole", "requestId", "action", "resource", "resourceId", "resourceVersion", "before", "after", "createdAt", "updatedAt")
  VALUES (coalesce((SELECT "actorId" FROM "AuditContexts" WHERE "id" = 1), 0), (SELECT "actorRole" FROM "AuditContexts" WHERE "id" = 1), (SELECT "requestId" FROM "AuditContexts" WHERE "id" = 1),
  'delete', 'schedules', OLD."id", OLD."version",
  json_object('id', OLD."id", 'eventId', OLD."eventId", 'startTime', OLD."startTime", 'endTime', OLD."endTime", 'availableSeats', OLD."availableSeats", 'status', OLD."status", 'cancelledAt', OLD."cancelledAt", 'isSettled', json(CASE WHEN OLD."isSettled" THEN 'true' ELSE 'false' END), 'createdAt', OLD."createdAt", 'updatedAt', OLD."updatedAt", 'deletedAt', OLD."deletedAt", 'version', OLD."version"),
  NULL,
  strftime('%Y-%m-%d %H:%M:%f +00:00', 'now'), strftime('%Y-%m-%d %H:%M:%f +00:00', 'now')); END;
