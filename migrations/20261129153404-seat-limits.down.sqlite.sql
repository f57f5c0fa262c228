-- Undoes the migration. The values of columns and the rows of tables that it drops are lost. It fails, and changes
-- nothing, when a row has a value that the schema before did not allow.
CREATE TABLE "Events_rebuilt" (
  "id" INTEGER PRIMARY KEY AUTOINCREMENT,
  "title" VARCHAR(255) NOT NULL,
  "description" TEXT,
  "price" DECIMAL(10,2) NOT NULL DEFAULT 0,
  "capacity" INTEGER NOT NULL,
  "imageUrl" VARCHAR(255),
  "startDate" DATETIME NOT NULL,
  "endDate" DATETIME NOT NULL,
  "venueId" INTEGER NOT NULL REFERENCES "Venues" ("id") ON DELETE RESTRICT ON UPDATE CASCADE,
  "status" VARCHAR(255) NOT NULL DEFAULT 'published',
  "salesStart" DATETIME,
  "salesEnd" DATETIME,
  "cancelledAt" DATETIME,
  "isSettled" TINYINT(1) NOT NULL DEFAULT 0,
  "createdAt" DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%d %H:%M:%f +00:00', 'now')),
  "updatedAt" DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%d %H:%M:%f +00:00', 'now')),
  "deletedAt" DATETIME,
  "version" INTEGER NOT NULL DEFAULT 0,
  CONSTRAINT "event_id" CHECK ("id" BETWEEN 1 AND 2147483647),
  CONSTRAINT "event_title" CHECK (typeof("title") = 'text' AND instr("title", char(0)) = 0 AND length("title") BETWEEN 1 AND 200),
  CONSTRAINT "event_description" CHECK ("description" IS NULL OR typeof("description") = 'text' AND instr("description", char(0)) = 0 AND length("description") BETWEEN 0 AND 20000),
  CONSTRAINT "event_price" CHECK (CAST("price" * 100 + 0.5 AS INTEGER) / 100.0 = "price" AND "price" BETWEEN 0.00 AND 99999.99),
  CONSTRAINT "event_capacity" CHECK (CAST("capacity" AS INTEGER) = "capacity" AND "capacity" BETWEEN 1 AND 1000000),
  CONSTRAINT "event_image_url" CHECK ("imageUrl" IS NULL OR typeof("imageUrl") = 'text' AND instr("imageUrl", char(0)) = 0 AND length("imageUrl") BETWEEN 0 AND 255),
  CONSTRAINT "event_start_date" CHECK ("startDate" IS "createdAt" OR datetime("startDate", '+0 days') IS substr("startDate", 1, 19) AND "startDate" GLOB '???????????????????.[0-9][0-9][0-9] +00:00' AND "startDate" > '1970-01-01 00:00:00.000 +00:00'),
  CONSTRAINT "event_end_date" CHECK ("endDate" IS "createdAt" OR datetime("endDate", '+0 days') IS substr("endDate", 1, 19) AND "endDate" GLOB '???????????????????.[0-9][0-9][0-9] +00:00' AND "endDate" > '1970-01-01 00:00:00.000 +00:00'),
  CONSTRAINT "event_venue_id" CHECK (CAST("venueId" AS INTEGER) = "venueId" AND "venueId" BETWEEN 1 AND 2147483647),
  CONSTRAINT "event_status" CHECK ("status" = 'draft' OR "status" = 'published' OR "status" = 'cancelled'),
  CONSTRAINT "event_sales_start" CHECK ("salesStart" IS NULL OR "salesStart" IS "createdAt" OR datetime("salesStart", '+0 days') IS substr("salesStart", 1, 19) AND "salesStart" GLOB '???????????????????.[0-9][0-9][0-9] +00:00' AND "salesStart" > '1970-01-01 00:00:00.000 +00:00'),
  CONSTRAINT "event_sales_end" CHECK ("salesEnd" IS NULL OR "salesEnd" IS "createdAt" OR datetime("salesEnd", '+0 days') IS substr("salesEnd", 1, 19) AND "salesEnd" GLOB '???????????????????.[0-9][0-9][0-9] +00:00' AND "salesEnd" > '1970-01-01 00:00:00.000 +00:00'),
  CONSTRAINT "event_cancelled_at" CHECK ("cancelledAt" IS NULL OR "cancelledAt" IS "createdAt" OR datetime("cancelledAt", '+0 days') IS substr("cancelledAt", 1, 19) AND "cancelledAt" GLOB '???????????????????.[0-9][0-9][0-9] +00:00' AND "cancelledAt" > '1970-01-01 00:00:00.000 +00:00'),
  CONSTRAINT "event_is_settled" CHECK ("isSettled" IN (0, 1)),
  CONSTRAINT "event_created_at" CHECK (datetime("createdAt", '+0 days') IS substr("createdAt", 1, 19) AND "createdAt" GLOB '???????????????????.[0-9][0-9][0-9] +00:00' AND "createdAt" > '1970-01-01 00:00:00.000 +00:00'),
  CONSTRAINT "event_updated_at" CHECK ("updatedAt" IS "createdAt" OR datetime("updatedAt", '+0 days') IS substr("updatedAt", 1, 19) AND "updatedAt" GLOB '???????????????????.[0-9][0-9][0-9] +00:00' AND "updatedAt" > '1970-01-01 00:00:00.000 +00:00'),
  CONSTRAINT "event_deleted_at" CHECK ("deletedAt" IS NULL OR "deletedAt" IS "createdAt" OR datetime("deletedAt", '+0 days') IS substr("deletedAt", 1, 19) AND "deletedAt" GLOB '???????????????????.[0-9][0-9][0-9] +00:00' AND "deletedAt" > '1970-01-01 00:00:00.000 +00:00'),
  CONSTRAINT "event_version" CHECK (CAST("version" AS INTEGER) = "version" AND "version" BETWEEN 0 AND 2147483647),
  CONSTRAINT "event_dates" CHECK ("endDate" >= "startDate"),
  CONSTRAINT "event_sales" CHECK ("salesEnd" > "salesStart")
);
INSERT INTO "Events_rebuilt" ("id", "title", "description", "price", "capacity", "imageUrl", "startDate", "endDate", "venueId", "status", "salesStart", "salesEnd", "cancelledAt", "isSettled", "createdAt", "updatedAt", "deletedAt", "version") SELECT "id", "title", "description", "price", "capacity", "imageUrl", "startDate", "endDate", "venueId", "status", "salesStart", "salesEnd", "cancelledAt", "isSettled", "createdAt", "updatedAt", "deletedAt", "version" FROM "Events";
DELETE FROM sqlite_sequence WHERE name = 'Events_rebuilt';
INSERT INTO sqlite_sequence (name, seq) SELECT 'Events_rebuilt', seq FROM sqlite_sequence WHERE name = 'Events';
DROP TABLE "Events";
PRAGMA legacy_alter_table = ON;
ALTER TABLE "Events_rebuilt" RENAME TO "Events";
PRAGMA legacy_alter_table = OFF;
CREATE INDEX "events_price" ON "Events" ("price");
CREATE INDEX "events_start_date" ON "Events" ("startDate");
CREATE INDEX "events_end_date" ON "Events" ("endDate");
CREATE INDEX "events_venue_id" ON "Events" ("venueId");
CREATE INDEX "events_status" ON "Events" ("status");
CREATE TRIGGER "events_search_insert" AFTER INSERT ON "Events"
BEGIN INSERT INTO "EventsSearch" (rowid, "title", "description") VALUES (NEW."id", NEW."title", NEW."description"); END;
CREATE TRIGGER "events_search_update" AFTER UPDATE OF "id", "title", "description" ON "Events" WHEN (OLD."id", OLD."title", OLD."description") IS NOT (NEW."id", NEW."title", NEW."description")
BEGIN INSERT INTO "EventsSearch" ("EventsSearch", rowid, "title", "description") VALUES ('delete', OLD."id", OLD."title", OLD."description"); INSERT INTO "EventsSearch" (rowid, "title", "description") VALUES (NEW."id", NEW."title", NEW."description"); END;
CREATE TRIGGER "events_search_delete" AFTER DELETE ON "Events"
BEGIN INSERT INTO "EventsSearch" ("EventsSearch", rowid, "title", "description") VALUES ('delete', OLD."id", OLD."title", OLD."description"); END;
CREATE TRIGGER "events_version" AFTER UPDATE ON "Events" WHEN NEW."version" = OLD."version"
BEGIN UPDATE "Events" SET "version" = "version" + 1 WHERE "id" = NEW."id"; END;
CREATE TRIGGER "events_audit_insert" AFTER INSERT ON "Events"
BEGIN INSERT INTO "AuditLogs" ("actorId", "actorRole", "requestId", "action", "resource", "resourceId", "resourceVersion", "before", "after", "createdAt", "updatedAt")
  VALUES (coalesce((SELECT "actorId" FROM "AuditContexts" WHERE "id" = 1), 0), (SELECT "actorRole" FROM "AuditContexts" WHERE "id" = 1), (SELECT "requestId" FROM "AuditContexts" WHERE "id" = 1),
  'create', 'events', NEW."id", NEW."version",
  NULL,
  json_object('id', NEW."id", 'title', NEW."title", 'description', NEW."description", 'price', printf('%.2f', NEW."price"), 'capacity', NEW."capacity", 'imageUrl', NEW."imageUrl", 'startDate', NEW."startDate", 'endDate', NEW."endDate", 'venueId', NEW."venueId", 'status', NEW."status", 'salesStart', NEW."salesStart", 'salesEnd', NEW."salesEnd", 'cancelledAt', NEW."cancelledAt", 'isSettled', json(CASE WHEN NEW."isSettled" THEN 'true' ELSE 'false' END), 'createdAt', NEW."createdAt", 'updatedAt', NEW."updatedAt", 'deletedAt', NEW."deletedAt", 'version', NEW."version"),
  NEW."updatedAt", NEW."updatedAt"); END;
CREATE TRIGGER "events_audit_update" AFTER UPDATE OF "id", "title", "description", "price", "capacity", "imageUrl", "startDate", "endDate", "venueId", "status", "salesStart", "salesEnd", "cancelledAt", "isSettled", "createdAt", "updatedAt", "deletedAt" ON "Events"
BEGIN INSERT INTO "AuditLogs" ("actorId", "actorRole", "requestId", "action", "resource", "resourceId", "resourceVersion", "before", "after", "createdAt", "updatedAt")
  VALUES (coalesce((SELECT "actorId" FROM "AuditContexts" WHERE "id" = 1), 0), (SELECT "actorRole" FROM "AuditContexts" WHERE "id" = 1), (SELECT "requestId" FROM "AuditContexts" WHERE "id" = 1),
  CASE WHEN (OLD."deletedAt" IS NULL) = (NEW."deletedAt" IS NULL) THEN 'update' WHEN OLD."deletedAt" IS NULL THEN 'delete' ELSE 'restore' END, 'events', NEW."id", CASE WHEN NEW."version" = OLD."version" THEN OLD."version" + 1 ELSE NEW."version" END,
  json_object('id', OLD."id", 'title', OLD."title", 'description', OLD."description", 'price', printf('%.2f', OLD."price"), 'capacity', OLD."capacity", 'imageUrl', OLD."imageUrl", 'startDate', OLD."startDate", 'endDate', OLD."endDate", 'venueId', OLD."venueId", 'status', OLD."status", 'salesStart', OLD."salesStart", 'salesEnd', OLD."salesEnd", 'cancelledAt', OLD."cancelledAt", 'isSettled', json(CASE WHEN OLD."isSettled" THEN 'true' ELSE 'false' END), 'createdAt', OLD."createdAt", 'updatedAt', OLD."updatedAt", 'deletedAt', OLD."deletedAt", 'version', OLD."version"),
  json_object('id', NEW."id", 'title', NEW."title", 'description', NEW."description", 'price', printf('%.2f', NEW."price"), 'capacity', NEW."capacity", 'imageUrl', NEW."imageUrl", 'startDate', NEW."startDate", 'endDate', NEW."endDate", 'venueId', NEW."venueId", 'status', NEW."status", 'salesStart', NEW."salesStart", 'salesEnd', NEW."salesEnd", 'cancelledAt', NEW."cancelledAt", 'isSettled', json(CASE WHEN NEW."isSettled" THEN 'true' ELSE 'false' END), 'createdAt', NEW."createdAt", 'updatedAt', NEW."updatedAt", 'deletedAt', NEW."deletedAt", 'version', CASE WHEN NEW."version" = OLD."version" THEN OLD."version" + 1 ELSE NEW."version" END),
  NEW."updatedAt", NEW."updatedAt"); END;
CREATE TRIGGER "events_audit_delete" AFTER DELETE ON "Events"
BEGIN INSERT INTO "AuditLogs" ("actorId", "actorRole", "requestId", "action", "resource", "resourceId", "resourceVersion", "before", "after", "createdAt", "updatedAt")
  VALUES (coalesce((SELECT "actorId" FROM "AuditContexts" WHERE "id" = 1), 0), (SELECT "actorRole" FROM "AuditContexts" WHERE "id" = 1), (SELECT "requestId" FROM "AuditContexts" WHERE "id" = 1),
  'delete', 'events', OLD."id", OLD."version",
  json_object('id', OLD."id", 'title', OLD."title", 'description', OLD."description", 'price', printf('%.2f', OLD."price"), 'capacity', OLD."capacity", 'imageUrl', OLD."imageUrl", 'startDate', OLD."startDate", 'endDate', OLD."endDate", 'venueId', OLD."venueId", 'status', OLD."status", 'salesStart', OLD."salesStart", 'salesEnd', OLD."salesEnd", 'cancelledAt', OLD."cancelledAt", 'isSettled', json(CASE WHEN OLD."isSettled" THEN 'true' ELSE 'false' END), 'createdAt', OLD."createdAt", 'updatedAt', OLD."updatedAt", 'deletedAt', OLD."deletedAt", 'version', OLD."version"),
  NULL,
  strftime('%Y-%m-%d %H:%M:%f +00:00', 'now'), strftime('%Y-%m-%d %H:%M:%f +00:00', 'now')); END;
