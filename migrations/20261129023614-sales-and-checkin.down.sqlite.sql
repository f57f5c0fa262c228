-- Undoes the migration. The values of columns and the rows of tables that it drops are lost. It fails, and changes
-- nothing, when a row has a value that the schema before did not allow.
DROP TRIGGER "bookings_audit_delete";
DROP TRIGGER "bookings_audit_update";
DROP TRIGGER "bookings_audit_insert";
DROP INDEX "bookings_status_expires_at";
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
  "cancelledAt" DATETIME,
  "isSettled" TINYINT(1) NOT NULL DEFAULT 0,
  "createdAt" DATETIME NOT NULL,
  "updatedAt" DATETIME NOT NULL,
  "deletedAt" DATETIME,
  "version" INTEGER NOT NULL DEFAULT 0,
  CONSTRAINT "event_status" CHECK ("status" IN ('draft', 'published', 'cancelled')),
  CONSTRAINT "event_dates" CHECK ("endDate" >= "startDate"),
  CONSTRAINT "event_capacity" CHECK ("capacity" >= 1),
  CONSTRAINT "event_price" CHECK ("price" >= 0)
);
INSERT INTO "Events_rebuilt" ("id", "title", "description", "price", "capacity", "imageUrl", "startDate", "endDate", "venueId", "status", "cancelledAt", "isSettled", "createdAt", "updatedAt", "deletedAt", "version") SELECT "id", "title", "description", "price", "capacity", "imageUrl", "startDate", "endDate", "venueId", "status", "cancelledAt", "isSettled", "createdAt", "updatedAt", "deletedAt", "version" FROM "Events";
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
ALTER TABLE "Bookings" DROP COLUMN "checkedInQuantity";
ALTER TABLE "Bookings" DROP COLUMN "checkedInPlace";
ALTER TABLE "Bookings" DROP COLUMN "checkinUndone";
ALTER TABLE "Bookings" DROP COLUMN "cancelledQuantity";
ALTER TABLE "Bookings" DROP COLUMN "guestName";
CREATE INDEX "bookings_expires_at" ON "Bookings" ("expiresAt") WHERE "expiresAt" IS NOT NULL;
CREATE TABLE "Payments_rebuilt" (
  "id" INTEGER PRIMARY KEY AUTOINCREMENT,
  "bookingId" INTEGER NOT NULL REFERENCES "Bookings" ("id") ON DELETE RESTRICT ON UPDATE CASCADE,
  "transactionId" VARCHAR(255) NOT NULL,
  "amount" DECIMAL(10,2) NOT NULL DEFAULT 0,
  "refundedAmount" DECIMAL(10,2) NOT NULL DEFAULT 0,
  "status" VARCHAR(255) NOT NULL DEFAULT 'pending',
  "paymentMethod" VARCHAR(255) NOT NULL DEFAULT 'sandbox',
  "paymentDate" DATETIME,
  "createdAt" DATETIME NOT NULL,
  "updatedAt" DATETIME NOT NULL,
  "deletedAt" DATETIME,
  "version" INTEGER NOT NULL DEFAULT 0,
  CONSTRAINT "payment_status" CHECK ("status" IN ('pending', 'paid', 'failed', 'refunded', 'partiallyRefunded', 'cancelled')),
  CONSTRAINT "payment_payment_method" CHECK ("paymentMethod" IN ('free', 'sandbox', 'cash', 'banktransfer')),
  CONSTRAINT "payment_amount" CHECK ("amount" >= 0),
  CONSTRAINT "payment_refunded" CHECK ("refundedAmount" >= 0 AND "refundedAmount" <= "amount")
);
INSERT INTO "Payments_rebuilt" ("id", "bookingId", "transactionId", "amount", "refundedAmount", "status", "paymentMethod", "paymentDate", "createdAt", "updatedAt", "deletedAt", "version") SELECT "id", "bookingId", "transactionId", "amount", "refundedAmount", "status", "paymentMethod", "paymentDate", "createdAt", "updatedAt", "deletedAt", "version" FROM "Payments";
DELETE FROM sqlite_sequence WHERE name = 'Payments_rebuilt';
INSERT INTO sqlite_sequence (name, seq) SELECT 'Payments_rebuilt', seq FROM sqlite_sequence WHERE name = 'Payments';
DROP TABLE "Payments";
PRAGMA legacy_alter_table = ON;
ALTER TABLE "Payments_rebuilt" RENAME TO "Payments";
PRAGMA legacy_alter_table = OFF;
CREATE UNIQUE INDEX "payments_booking_id" ON "Payments" ("bookingId");
CREATE UNIQUE INDEX "payments_transaction_id" ON "Payments" ("transactionId");
CREATE INDEX "payments_status" ON "Payments" ("status");
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
CREATE TRIGGER "bookings_audit_insert" AFTER INSERT ON "Bookings"
BEGIN INSERT INTO "AuditLogs" ("actorId", "actorRole", "requestId", "action", "resource", "resourceId", "resourceVersion", "before", "after", "createdAt", "updatedAt")
  VALUES (coalesce((SELECT "actorId" FROM "AuditContexts" WHERE "id" = 1), 0), (SELECT "actorRole" FROM "AuditContexts" WHERE "id" = 1), (SELECT "requestId" FROM "AuditContexts" WHERE "id" = 1),
  'create', 'bookings', NEW."id", NEW."version",
  NULL,
  json_object('id', NEW."id", 'userId', NEW."userId", 'eventId', NEW."eventId", 'quantity', NEW."quantity", 'status', NEW."status", 'totalPrice', printf('%.2f', NEW."totalPrice"), 'bookingDate', NEW."bookingDate", 'scheduleId', NEW."scheduleId", 'expiresAt', NEW."expiresAt", 'checkedInAt', NEW."checkedInAt", 'createdAt', NEW."createdAt", 'updatedAt', NEW."updatedAt", 'deletedAt', NEW."deletedAt", 'version', NEW."version"),
  NEW."updatedAt", NEW."updatedAt"); END;
CREATE TRIGGER "bookings_audit_update" AFTER UPDATE OF "id", "userId", "eventId", "quantity", "status", "totalPrice", "bookingDate", "scheduleId", "expiresAt", "checkedInAt", "createdAt", "updatedAt", "deletedAt" ON "Bookings"
BEGIN INSERT INTO "AuditLogs" ("actorId", "actorRole", "requestId", "action", "resource", "resourceId", "resourceVersion", "before", "after", "createdAt", "updatedAt")
  VALUES (coalesce((SELECT "actorId" FROM "AuditContexts" WHERE "id" = 1), 0), (SELECT "actorRole" FROM "AuditContexts" WHERE "id" = 1), (SELECT "requestId" FROM "AuditContexts" WHERE "id" = 1),
  CASE WHEN (OLD."deletedAt" IS NULL) = (NEW."deletedAt" IS NULL) THEN 'update' WHEN OLD."deletedAt" IS NULL THEN 'delete' ELSE 'restore' END, 'bookings', NEW."id", CASE WHEN NEW."version" = OLD."version" THEN OLD."version" + 1 ELSE NEW."version" END,
  json_object('id', OLD."id", 'userId', OLD."userId", 'eventId', OLD."eventId", 'quantity', OLD."quantity", 'status', OLD."status", 'totalPrice', printf('%.2f', OLD."totalPrice"), 'bookingDate', OLD."bookingDate", 'scheduleId', OLD."scheduleId", 'expiresAt', OLD."expiresAt", 'checkedInAt', OLD."checkedInAt", 'createdAt', OLD."createdAt", 'updatedAt', OLD."updatedAt", 'deletedAt', OLD."deletedAt", 'version', OLD."version"),
  json_object('id', NEW."id", 'userId', NEW."userId", 'eventId', NEW."eventId", 'quantity', NEW."quantity", 'status', NEW."status", 'totalPrice', printf('%.2f', NEW."totalPrice"), 'bookingDate', NEW."bookingDate", 'scheduleId', NEW."scheduleId", 'expiresAt', NEW."expiresAt", 'checkedInAt', NEW."checkedInAt", 'createdAt', NEW."createdAt", 'updatedAt', NEW."updatedAt", 'deletedAt', NEW."deletedAt", 'version', CASE WHEN NEW."version" = OLD."version" THEN OLD."version" + 1 ELSE NEW."version" END),
  NEW."updatedAt", NEW."updatedAt"); END;
CREATE TRIGGER "bookings_audit_delete" AFTER DELETE ON "Bookings"
BEGIN INSERT INTO "AuditLogs" ("actorId", "actorRole", "requestId", "action", "resource", "resourceId", "resourceVersion", "before", "after", "createdAt", "updatedAt")
  VALUES (coalesce((SELECT "actorId" FROM "AuditContexts" WHERE "id" = 1), 0), (SELECT "actorRole" FROM "AuditContexts" WHERE "id" = 1), (SELECT "requestId" FROM "AuditContexts" WHERE "id" = 1),
  'delete', 'bookings', OLD."id", OLD."version",
  json_object('id', OLD."id", 'userId', OLD."userId", 'eventId', OLD."eventId", 'quantity', OLD."quantity", 'status', OLD."status", 'totalPrice', printf('%.2f', OLD."totalPrice"), 'bookingDate', OLD."bookingDate", 'scheduleId', OLD."scheduleId", 'expiresAt', OLD."expiresAt", 'checkedInAt', OLD."checkedInAt", 'createdAt', OLD."createdAt", 'updatedAt', OLD."updatedAt", 'deletedAt', OLD."deletedAt", 'version', OLD."version"),
  NULL,
  strftime('%Y-%m-%d %H:%M:%f +00:00', 'now'), strftime('%Y-%m-%d %H:%M:%f +00:00', 'now')); END;
CREATE TRIGGER "payments_version" AFTER UPDATE ON "Payments" WHEN NEW."version" = OLD."version"
BEGIN UPDATE "Payments" SET "version" = "version" + 1 WHERE "id" = NEW."id"; END;
CREATE TRIGGER "payments_audit_insert" AFTER INSERT ON "Payments"
BEGIN INSERT INTO "AuditLogs" ("actorId", "actorRole", "requestId", "action", "resource", "resourceId", "resourceVersion", "before", "after", "createdAt", "updatedAt")
  VALUES (coalesce((SELECT "actorId" FROM "AuditContexts" WHERE "id" = 1), 0), (SELECT "actorRole" FROM "AuditContexts" WHERE "id" = 1), (SELECT "requestId" FROM "AuditContexts" WHERE "id" = 1),
  'create', 'payments', NEW."id", NEW."version",
  NULL,
  json_object('id', NEW."id", 'bookingId', NEW."bookingId", 'transactionId', NEW."transactionId", 'amount', printf('%.2f', NEW."amount"), 'refundedAmount', printf('%.2f', NEW."refundedAmount"), 'status', NEW."status", 'paymentMethod', NEW."paymentMethod", 'paymentDate', NEW."paymentDate", 'createdAt', NEW."createdAt", 'updatedAt', NEW."updatedAt", 'deletedAt', NEW."deletedAt", 'version', NEW."version"),
  NEW."updatedAt", NEW."updatedAt"); END;
CREATE TRIGGER "payments_audit_update" AFTER UPDATE OF "id", "bookingId", "transactionId", "amount", "refundedAmount", "status", "paymentMethod", "paymentDate", "createdAt", "updatedAt", "deletedAt" ON "Payments"
BEGIN INSERT INTO "AuditLogs" ("actorId", "actorRole", "requestId", "action", "resource", "resourceId", "resourceVersion", "before", "after", "createdAt", "updatedAt")
  VALUES (coalesce((SELECT "actorId" FROM "AuditContexts" WHERE "id" = 1), 0), (SELECT "actorRole" FROM "AuditContexts" WHERE "id" = 1), (SELECT "requestId" FROM "AuditContexts" WHERE "id" = 1),
  CASE WHEN (OLD."deletedAt" IS NULL) = (NEW."deletedAt" IS NULL) THEN 'update' WHEN OLD."deletedAt" IS NULL THEN 'delete' ELSE 'restore' END, 'payments', NEW."id", CASE WHEN NEW."version" = OLD."version" THEN OLD."version" + 1 ELSE NEW."version" END,
  json_object('id', OLD."id", 'bookingId', OLD."bookingId", 'transactionId', OLD."transactionId", 'amount', printf('%.2f', OLD."amount"), 'refundedAmount', printf('%.2f', OLD."refundedAmount"), 'status', OLD."status", 'paymentMethod', OLD."paymentMethod", 'paymentDate', OLD."paymentDate", 'createdAt', OLD."createdAt", 'updatedAt', OLD."updatedAt", 'deletedAt', OLD."deletedAt", 'version', OLD."version"),
  json_object('id', NEW."id", 'bookingId', NEW."bookingId", 'transactionId', NEW."transactionId", 'amount', printf('%.2f', NEW."amount"), 'refundedAmount', printf('%.2f', NEW."refundedAmount"), 'status', NEW."status", 'paymentMethod', NEW."paymentMethod", 'paymentDate', NEW."paymentDate", 'createdAt', NEW."createdAt", 'updatedAt', NEW."updatedAt", 'deletedAt', NEW."deletedAt", 'version', CASE WHEN NEW."version" = OLD."version" THEN OLD."version" + 1 ELSE NEW."version" END),
  NEW."updatedAt", NEW."updatedAt"); END;
CREATE TRIGGER "payments_audit_delete" AFTER DELETE ON "Payments"
BEGIN INSERT INTO "AuditLogs" ("actorId", "actorRole", "requestId", "action", "resource", "resourceId", "resourceVersion", "before", "after", "createdAt", "updatedAt")
  VALUES (coalesce((SELECT "actorId" FROM "AuditContexts" WHERE "id" = 1), 0), (SELECT "actorRole" FROM "AuditContexts" WHERE "id" = 1), (SELECT "requestId" FROM "AuditContexts" WHERE "id" = 1),
  'delete', 'payments', OLD."id", OLD."version",
  json_object('id', OLD."id", 'bookingId', OLD."bookingId", 'transactionId', OLD."transactionId", 'amount', printf('%.2f', OLD."amount"), 'refundedAmount', printf('%.2f', OLD."refundedAmount"), 'status', OLD."status", 'paymentMethod', OLD."paymentMethod", 'paymentDate', OLD."paymentDate", 'createdAt', OLD."createdAt", 'updatedAt', OLD."updatedAt", 'deletedAt', OLD."deletedAt", 'version', OLD."version"),
  NULL,
  strftime('%Y-%m-%d %H:%M:%f +00:00', 'now'), strftime('%Y-%m-%d %H:%M:%f +00:00', 'now')); END;
