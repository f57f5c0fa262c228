-- Undoes the migration. The values of columns and the rows of tables that it drops are lost. It fails, and changes
-- nothing, when a row has a value that the schema before did not allow.
DROP TRIGGER "events_audit_delete";
DROP TRIGGER "events_audit_update";
DROP TRIGGER "events_audit_insert";
ALTER TABLE "Events" DROP COLUMN "cancelledAt";
ALTER TABLE "Events" DROP COLUMN "isSettled";
CREATE TABLE "Schedules_rebuilt" (
  "id" INTEGER PRIMARY KEY AUTOINCREMENT,
  "eventId" INTEGER NOT NULL REFERENCES "Events" ("id") ON DELETE CASCADE ON UPDATE CASCADE,
  "startTime" DATETIME NOT NULL,
  "endTime" DATETIME NOT NULL,
  "availableSeats" INTEGER NOT NULL DEFAULT 0,
  "createdAt" DATETIME NOT NULL,
  "updatedAt" DATETIME NOT NULL,
  "deletedAt" DATETIME,
  "version" INTEGER NOT NULL DEFAULT 0,
  CONSTRAINT "schedule_times" CHECK ("endTime" >= "startTime"),
  CONSTRAINT "schedule_seats" CHECK ("availableSeats" >= 0)
);
INSERT INTO "Schedules_rebuilt" ("id", "eventId", "startTime", "endTime", "availableSeats", "createdAt", "updatedAt", "deletedAt", "version") SELECT "id", "eventId", "startTime", "endTime", "availableSeats", "createdAt", "updatedAt", "deletedAt", "version" FROM "Schedules";
DELETE FROM sqlite_sequence WHERE name = 'Schedules_rebuilt';
INSERT INTO sqlite_sequence (name, seq) SELECT 'Schedules_rebuilt', seq FROM sqlite_sequence WHERE name = 'Schedules';
DROP TABLE "Schedules";
PRAGMA legacy_alter_table = ON;
ALTER TABLE "Schedules_rebuilt" RENAME TO "Schedules";
PRAGMA legacy_alter_table = OFF;
CREATE INDEX "schedules_event_id" ON "Schedules" ("eventId");
CREATE INDEX "schedules_start_time" ON "Schedules" ("startTime");
CREATE INDEX "schedules_end_time" ON "Schedules" ("endTime");
CREATE TRIGGER "events_audit_insert" AFTER INSERT ON "Events"
BEGIN INSERT INTO "AuditLogs" ("actorId", "actorRole", "requestId", "action", "resource", "resourceId", "resourceVersion", "before", "after", "createdAt", "updatedAt")
  VALUES (coalesce((SELECT "actorId" FROM "AuditContexts" WHERE "id" = 1), 0), (SELECT "actorRole" FROM "AuditContexts" WHERE "id" = 1), (SELECT "requestId" FROM "AuditContexts" WHERE "id" = 1),
  'create', 'events', NEW."id", NEW."version",
  NULL,
  json_object('id', NEW."id", 'title', NEW."title", 'description', NEW."description", 'price', printf('%.2f', NEW."price"), 'capacity', NEW."capacity", 'imageUrl', NEW."imageUrl", 'startDate', NEW."startDate", 'endDate', NEW."endDate", 'venueId', NEW."venueId", 'status', NEW."status", 'createdAt', NEW."createdAt", 'updatedAt', NEW."updatedAt", 'deletedAt', NEW."deletedAt", 'version', NEW."version"),
  NEW."updatedAt", NEW."updatedAt"); END;
CREATE TRIGGER "events_audit_update" AFTER UPDATE OF "id", "title", "description", "price", "capacity", "imageUrl", "startDate", "endDate", "venueId", "status", "createdAt", "updatedAt", "deletedAt" ON "Events"
BEGIN INSERT INTO "AuditLogs" ("actorId", "actorRole", "requestId", "action", "resource", "resourceId", "resourceVersion", "before", "after", "createdAt", "updatedAt")
  VALUES (coalesce((SELECT "actorId" FROM "AuditContexts" WHERE "id" = 1), 0), (SELECT "actorRole" FROM "AuditContexts" WHERE "id" = 1), (SELECT "requestId" FROM "AuditContexts" WHERE "id" = 1),
  CASE WHEN (OLD."deletedAt" IS NULL) = (NEW."deletedAt" IS NULL) THEN 'update' WHEN OLD."deletedAt" IS NULL THEN 'delete' ELSE 'restore' END, 'events', NEW."id", CASE WHEN NEW."version" = OLD."version" THEN OLD."version" + 1 ELSE NEW."version" END,
  json_object('id', OLD."id", 'title', OLD."title", 'description', OLD."description", 'price', printf('%.2f', OLD."price"), 'capacity', OLD."capacity", 'imageUrl', OLD."imageUrl", 'startDate', OLD."startDate", 'endDate', OLD."endDate", 'venueId', OLD."venueId", 'status', OLD."status", 'createdAt', OLD."createdAt", 'updatedAt', OLD."updatedAt", 'deletedAt', OLD."deletedAt", 'version', OLD."version"),
  json_object('id', NEW."id", 'title', NEW."title", 'description', NEW."description", 'price', printf('%.2f', NEW."price"), 'capacity', NEW."capacity", 'imageUrl', NEW."imageUrl", 'startDate', NEW."startDate", 'endDate', NEW."endDate", 'venueId', NEW."venueId", 'status', NEW."status", 'createdAt', NEW."createdAt", 'updatedAt', NEW."updatedAt", 'deletedAt', NEW."deletedAt", 'version', CASE WHEN NEW."version" = OLD."version" THEN OLD."version" + 1 ELSE NEW."version" END),
  NEW."updatedAt", NEW."updatedAt"); END;
CREATE TRIGGER "events_audit_delete" AFTER DELETE ON "Events"
BEGIN INSERT INTO "AuditLogs" ("actorId", "actorRole", "requestId", "action", "resource", "resourceId", "resourceVersion", "before", "after", "createdAt", "updatedAt")
  VALUES (coalesce((SELECT "actorId" FROM "AuditContexts" WHERE "id" = 1), 0), (SELECT "actorRole" FROM "AuditContexts" WHERE "id" = 1), (SELECT "requestId" FROM "AuditContexts" WHERE "id" = 1),
  'delete', 'events', OLD."id", OLD."version",
  json_object('id', OLD."id", 'title', OLD."title", 'description', OLD."description", 'price', printf('%.2f', OLD."price"), 'capacity', OLD."capacity", 'imageUrl', OLD."imageUrl", 'startDate', OLD."startDate", 'endDate', OLD."endDate", 'venueId', OLD."venueId", 'status', OLD."status", 'createdAt', OLD."createdAt", 'updatedAt', OLD."updatedAt", 'deletedAt', OLD."deletedAt", 'version', OLD."version"),
  NULL,
  strftime('%Y-%m-%d %H:%M:%f +00:00', 'now'), strftime('%Y-%m-%d %H:%M:%f +00:00', 'now')); END;
CREATE TRIGGER "schedules_version" AFTER UPDATE ON "Schedules" WHEN NEW."version" = OLD."version"
BEGIN UPDATE "Schedules" SET "version" = "version" + 1 WHERE "id" = NEW."id"; END;
CREATE TRIGGER "schedules_audit_insert" AFTER INSERT ON "Schedules"
BEGIN INSERT INTO "AuditLogs" ("actorId", "actorRole", "requestId", "action", "resource", "resourceId", "resourceVersion", "before", "after", "createdAt", "updatedAt")
  VALUES (coalesce((SELECT "actorId" FROM "AuditContexts" WHERE "id" = 1), 0), (SELECT "actorRole" FROM "AuditContexts" WHERE "id" = 1), (SELECT "requestId" FROM "AuditContexts" WHERE "id" = 1),
  'create', 'schedules', NEW."id", NEW."version",
  NULL,
  json_object('id', NEW."id", 'eventId', NEW."eventId", 'startTime', NEW."startTime", 'endTime', NEW."endTime", 'availableSeats', NEW."availableSeats", 'createdAt', NEW."createdAt", 'updatedAt', NEW."updatedAt", 'deletedAt', NEW."deletedAt", 'version', NEW."version"),
  NEW."updatedAt", NEW."updatedAt"); END;
CREATE TRIGGER "schedules_audit_update" AFTER UPDATE OF "id", "eventId", "startTime", "endTime", "availableSeats", "createdAt", "updatedAt", "deletedAt" ON "Schedules"
BEGIN INSERT INTO "AuditLogs" ("actorId", "actorRole", "requestId", "action", "resource", "resourceId", "resourceVersion", "before", "after", "createdAt", "updatedAt")
  VALUES (coalesce((SELECT "actorId" FROM "AuditContexts" WHERE "id" = 1), 0), (SELECT "actorRole" FROM "AuditContexts" WHERE "id" = 1), (SELECT "requestId" FROM "AuditContexts" WHERE "id" = 1),
  CASE WHEN (OLD."deletedAt" IS NULL) = (NEW."deletedAt" IS NULL) THEN 'update' WHEN OLD."deletedAt" IS NULL THEN 'delete' ELSE 'restore' END, 'schedules', NEW."id", CASE WHEN NEW."version" = OLD."version" THEN OLD."version" + 1 ELSE NEW."version" END,
  json_object('id', OLD."id", 'eventId', OLD."eventId", 'startTime', OLD."startTime", 'endTime', OLD."endTime", 'availableSeats', OLD."availableSeats", 'createdAt', OLD."createdAt", 'updatedAt', OLD."updatedAt", 'deletedAt', OLD."deletedAt", 'version', OLD."version"),
  json_object('id', NEW."id", 'eventId', NEW."eventId", 'startTime', NEW."startTime", 'endTime', NEW."endTime", 'availableSeats', NEW."availableSeats", 'createdAt', NEW."createdAt", 'updatedAt', NEW."updatedAt", 'deletedAt', NEW."deletedAt", 'version', CASE WHEN NEW."version" = OLD."version" THEN OLD."version" + 1 ELSE NEW."version" END),
  NEW."updatedAt", NEW."updatedAt"); END;
CREATE TRIGGER "schedules_audit_delete" AFTER DELETE ON "Schedules"
BEGIN INSERT INTO "AuditLogs" ("actorId", "actorRole", "requestId", "action", "resource", "resourceId", "resourceVersion", "before", "after", "createdAt", "updatedAt")
  VALUES (coalesce((SELECT "actorId" FROM "AuditContexts" WHERE "id" = 1), 0), (SELECT "actorRole" FROM "AuditContexts" WHERE "id" = 1), (SELECT "requestId" FROM "AuditContexts" WHERE "id" = 1),
  'delete', 'schedules', OLD."id", OLD."version",
  json_object('id', OLD."id", 'eventId', OLD."eventId", 'startTime', OLD."startTime", 'endTime', OLD."endTime", 'availableSeats', OLD."availableSeats", 'createdAt', OLD."createdAt", 'updatedAt', OLD."updatedAt", 'deletedAt', OLD."deletedAt", 'version', OLD."version"),
  NULL,
  strftime('%Y-%m-%d %H:%M:%f +00:00', 'now'), strftime('%Y-%m-%d %H:%M:%f +00:00', 'now')); END;
