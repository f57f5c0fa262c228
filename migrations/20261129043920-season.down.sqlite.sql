-- Undoes the migration. The values of columns and the rows of tables that it drops are lost. It fails, and changes
-- nothing, when a row has a value that the schema before did not allow.
DROP TABLE "PeopleEpochs";
CREATE TABLE "Users_rebuilt" (
  "id" INTEGER PRIMARY KEY AUTOINCREMENT,
  "email" VARCHAR(255) NOT NULL,
  "password" VARCHAR(255) NOT NULL,
  "name" VARCHAR(255) NOT NULL,
  "isAdmin" TINYINT(1) NOT NULL DEFAULT 0,
  "isVerified" TINYINT(1) NOT NULL DEFAULT 0,
  "role" VARCHAR(255) NOT NULL DEFAULT 'customer',
  "createdAt" DATETIME NOT NULL,
  "updatedAt" DATETIME NOT NULL,
  "deletedAt" DATETIME,
  "version" INTEGER NOT NULL DEFAULT 0,
  CONSTRAINT "user_role" CHECK ("role" IN ('customer', 'organizer', 'support'))
);
INSERT INTO "Users_rebuilt" ("id", "email", "password", "name", "isAdmin", "isVerified", "role", "createdAt", "updatedAt", "deletedAt", "version") SELECT "id", "email", "password", "name", "isAdmin", "isVerified", "role", "createdAt", "updatedAt", "deletedAt", "version" FROM "Users";
DELETE FROM sqlite_sequence WHERE name = 'Users_rebuilt';
INSERT INTO sqlite_sequence (name, seq) SELECT 'Users_rebuilt', seq FROM sqlite_sequence WHERE name = 'Users';
DROP TABLE "Users";
PRAGMA legacy_alter_table = ON;
ALTER TABLE "Users_rebuilt" RENAME TO "Users";
PRAGMA legacy_alter_table = OFF;
CREATE UNIQUE INDEX "users_email" ON "Users" ("email");
CREATE INDEX "users_is_admin" ON "Users" ("isAdmin");
CREATE TABLE "Venues_rebuilt" (
  "id" INTEGER PRIMARY KEY AUTOINCREMENT,
  "name" VARCHAR(255) NOT NULL,
  "address" VARCHAR(255) NOT NULL,
  "capacity" INTEGER NOT NULL,
  "facilities" TEXT,
  "createdAt" DATETIME NOT NULL,
  "updatedAt" DATETIME NOT NULL,
  "deletedAt" DATETIME,
  "version" INTEGER NOT NULL DEFAULT 0,
  CONSTRAINT "venue_capacity" CHECK ("capacity" >= 1)
);
INSERT INTO "Venues_rebuilt" ("id", "name", "address", "capacity", "facilities", "createdAt", "updatedAt", "deletedAt", "version") SELECT "id", "name", "address", "capacity", "facilities", "createdAt", "updatedAt", "deletedAt", "version" FROM "Venues";
DELETE FROM sqlite_sequence WHERE name = 'Venues_rebuilt';
INSERT INTO sqlite_sequence (name, seq) SELECT 'Venues_rebuilt', seq FROM sqlite_sequence WHERE name = 'Venues';
DROP TABLE "Venues";
PRAGMA legacy_alter_table = ON;
ALTER TABLE "Venues_rebuilt" RENAME TO "Venues";
PRAGMA legacy_alter_table = OFF;
CREATE INDEX "venues_name" ON "Venues" ("name");
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
  "createdAt" DATETIME NOT NULL,
  "updatedAt" DATETIME NOT NULL,
  "deletedAt" DATETIME,
  "version" INTEGER NOT NULL DEFAULT 0,
  CONSTRAINT "event_status" CHECK ("status" IN ('draft', 'published', 'cancelled')),
  CONSTRAINT "event_dates" CHECK ("endDate" >= "startDate"),
  CONSTRAINT "event_capacity" CHECK ("capacity" >= 1),
  CONSTRAINT "event_price" CHECK ("price" >= 0)
);
INSERT INTO "Events_rebuilt" ("id", "title", "description", "price", "capacity", "imageUrl", "startDate", "endDate", "venueId", "status", "createdAt", "updatedAt", "deletedAt", "version") SELECT "id", "title", "description", "price", "capacity", "imageUrl", "startDate", "endDate", "venueId", "status", "createdAt", "updatedAt", "deletedAt", "version" FROM "Events";
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
CREATE TABLE "EventCategories_rebuilt" (
  "id" INTEGER PRIMARY KEY AUTOINCREMENT,
  "eventId" INTEGER NOT NULL REFERENCES "Events" ("id") ON DELETE CASCADE ON UPDATE CASCADE,
  "name" VARCHAR(255) NOT NULL,
  "description" TEXT,
  "createdAt" DATETIME NOT NULL,
  "updatedAt" DATETIME NOT NULL,
  "deletedAt" DATETIME,
  "version" INTEGER NOT NULL DEFAULT 0
);
INSERT INTO "EventCategories_rebuilt" ("id", "eventId", "name", "description", "createdAt", "updatedAt", "deletedAt", "version") SELECT "id", "eventId", "name", "description", "createdAt", "updatedAt", "deletedAt", "version" FROM "EventCategories";
DELETE FROM sqlite_sequence WHERE name = 'EventCategories_rebuilt';
INSERT INTO sqlite_sequence (name, seq) SELECT 'EventCategories_rebuilt', seq FROM sqlite_sequence WHERE name = 'EventCategories';
DROP TABLE "EventCategories";
PRAGMA legacy_alter_table = ON;
ALTER TABLE "EventCategories_rebuilt" RENAME TO "EventCategories";
PRAGMA legacy_alter_table = OFF;
CREATE INDEX "event_categories_event_id" ON "EventCategories" ("eventId");
CREATE INDEX "event_categories_name" ON "EventCategories" ("name");
CREATE UNIQUE INDEX "event_categories_event_id_name" ON "EventCategories" ("eventId", "name") WHERE "deletedAt" IS NULL;
CREATE TABLE "Bookings_rebuilt" (
  "id" INTEGER PRIMARY KEY AUTOINCREMENT,
  "userId" INTEGER NOT NULL REFERENCES "Users" ("id") ON DELETE RESTRICT ON UPDATE CASCADE,
  "eventId" INTEGER NOT NULL REFERENCES "Events" ("id") ON DELETE RESTRICT ON UPDATE CASCADE,
  "quantity" INTEGER NOT NULL,
  "status" VARCHAR(255) NOT NULL DEFAULT 'pending',
  "totalPrice" DECIMAL(10,2) NOT NULL DEFAULT 0,
  "bookingDate" DATETIME,
  "scheduleId" INTEGER REFERENCES "Schedules" ("id") ON DELETE SET NULL ON UPDATE CASCADE,
  "expiresAt" DATETIME,
  "checkedInAt" DATETIME,
  "createdAt" DATETIME NOT NULL,
  "updatedAt" DATETIME NOT NULL,
  "deletedAt" DATETIME,
  "version" INTEGER NOT NULL DEFAULT 0,
  CONSTRAINT "booking_status" CHECK ("status" IN ('pending', 'confirmed', 'cancelled', 'expired', 'refunded')),
  CONSTRAINT "booking_quantity" CHECK ("quantity" >= 1),
  CONSTRAINT "booking_total" CHECK ("totalPrice" >= 0)
);
INSERT INTO "Bookings_rebuilt" ("id", "userId", "eventId", "quantity", "status", "totalPrice", "bookingDate", "scheduleId", "expiresAt", "checkedInAt", "createdAt", "updatedAt", "deletedAt", "version") SELECT "id", "userId", "eventId", "quantity", "status", "totalPrice", "bookingDate", "scheduleId", "expiresAt", "checkedInAt", "createdAt", "updatedAt", "deletedAt", "version" FROM "Bookings";
DELETE FROM sqlite_sequence WHERE name = 'Bookings_rebuilt';
INSERT INTO sqlite_sequence (name, seq) SELECT 'Bookings_rebuilt', seq FROM sqlite_sequence WHERE name = 'Bookings';
DROP TABLE "Bookings";
PRAGMA legacy_alter_table = ON;
ALTER TABLE "Bookings_rebuilt" RENAME TO "Bookings";
PRAGMA legacy_alter_table = OFF;
CREATE INDEX "bookings_user_id" ON "Bookings" ("userId");
CREATE INDEX "bookings_event_id" ON "Bookings" ("eventId");
CREATE INDEX "bookings_status" ON "Bookings" ("status");
CREATE INDEX "bookings_schedule_id" ON "Bookings" ("scheduleId");
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
CREATE TABLE "SupportTickets_rebuilt" (
  "id" INTEGER PRIMARY KEY AUTOINCREMENT,
  "userId" INTEGER NOT NULL REFERENCES "Users" ("id") ON DELETE RESTRICT ON UPDATE CASCADE,
  "subject" VARCHAR(255) NOT NULL,
  "description" TEXT NOT NULL,
  "status" VARCHAR(255) NOT NULL DEFAULT 'open',
  "priority" VARCHAR(255) NOT NULL DEFAULT 'normal',
  "createdAt" DATETIME NOT NULL,
  "updatedAt" DATETIME NOT NULL,
  "deletedAt" DATETIME,
  "version" INTEGER NOT NULL DEFAULT 0,
  CONSTRAINT "support_ticket_status" CHECK ("status" IN ('open', 'pending', 'resolved', 'closed')),
  CONSTRAINT "support_ticket_priority" CHECK ("priority" IN ('low', 'normal', 'high', 'urgent'))
);
INSERT INTO "SupportTickets_rebuilt" ("id", "userId", "subject", "description", "status", "priority", "createdAt", "updatedAt", "deletedAt", "version") SELECT "id", "userId", "subject", "description", "status", "priority", "createdAt", "updatedAt", "deletedAt", "version" FROM "SupportTickets";
DELETE FROM sqlite_sequence WHERE name = 'SupportTickets_rebuilt';
INSERT INTO sqlite_sequence (name, seq) SELECT 'SupportTickets_rebuilt', seq FROM sqlite_sequence WHERE name = 'SupportTickets';
DROP TABLE "SupportTickets";
PRAGMA legacy_alter_table = ON;
ALTER TABLE "SupportTickets_rebuilt" RENAME TO "SupportTickets";
PRAGMA legacy_alter_table = OFF;
CREATE INDEX "support_tickets_user_id" ON "SupportTickets" ("userId");
CREATE INDEX "support_tickets_status" ON "SupportTickets" ("status");
CREATE INDEX "support_tickets_priority" ON "SupportTickets" ("priority");
CREATE TABLE "SupportReplies_rebuilt" (
  "id" INTEGER PRIMARY KEY AUTOINCREMENT,
  "supportTicketId" INTEGER NOT NULL REFERENCES "SupportTickets" ("id") ON DELETE CASCADE ON UPDATE CASCADE,
  "userId" INTEGER NOT NULL REFERENCES "Users" ("id") ON DELETE RESTRICT ON UPDATE CASCADE,
  "body" TEXT NOT NULL,
  "createdAt" DATETIME NOT NULL,
  "updatedAt" DATETIME NOT NULL,
  "deletedAt" DATETIME,
  "version" INTEGER NOT NULL DEFAULT 0
);
INSERT INTO "SupportReplies_rebuilt" ("id", "supportTicketId", "userId", "body", "createdAt", "updatedAt", "deletedAt", "version") SELECT "id", "supportTicketId", "userId", "body", "createdAt", "updatedAt", "deletedAt", "version" FROM "SupportReplies";
DELETE FROM sqlite_sequence WHERE name = 'SupportReplies_rebuilt';
INSERT INTO sqlite_sequence (name, seq) SELECT 'SupportReplies_rebuilt', seq FROM sqlite_sequence WHERE name = 'SupportReplies';
DROP TABLE "SupportReplies";
PRAGMA legacy_alter_table = ON;
ALTER TABLE "SupportReplies_rebuilt" RENAME TO "SupportReplies";
PRAGMA legacy_alter_table = OFF;
CREATE INDEX "support_replies_support_ticket_id" ON "SupportReplies" ("supportTicketId");
CREATE INDEX "support_replies_user_id" ON "SupportReplies" ("userId");
CREATE TABLE "Sessions_rebuilt" (
  "id" INTEGER PRIMARY KEY AUTOINCREMENT,
  "userId" INTEGER NOT NULL REFERENCES "Users" ("id") ON DELETE CASCADE ON UPDATE CASCADE,
  "tokenHash" VARCHAR(255) NOT NULL,
  "expiresAt" DATETIME NOT NULL,
  "createdAt" DATETIME NOT NULL,
  "updatedAt" DATETIME NOT NULL
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
CREATE TABLE "IdempotencyKeys_rebuilt" (
  "id" INTEGER PRIMARY KEY AUTOINCREMENT,
  "scope" VARCHAR(255) NOT NULL,
  "fingerprint" VARCHAR(255) NOT NULL,
  "status" INTEGER NOT NULL,
  "location" VARCHAR(255),
  "etag" VARCHAR(255),
  "body" TEXT,
  "userId" INTEGER REFERENCES "Users" ("id") ON DELETE CASCADE ON UPDATE CASCADE,
  "expiresAt" DATETIME NOT NULL,
  "createdAt" DATETIME NOT NULL,
  "updatedAt" DATETIME NOT NULL
);
INSERT INTO "IdempotencyKeys_rebuilt" ("id", "scope", "fingerprint", "status", "location", "etag", "body", "userId", "expiresAt", "createdAt", "updatedAt") SELECT "id", "scope", "fingerprint", "status", "location", "etag", "body", "userId", "expiresAt", "createdAt", "updatedAt" FROM "IdempotencyKeys";
DELETE FROM sqlite_sequence WHERE name = 'IdempotencyKeys_rebuilt';
INSERT INTO sqlite_sequence (name, seq) SELECT 'IdempotencyKeys_rebuilt', seq FROM sqlite_sequence WHERE name = 'IdempotencyKeys';
DROP TABLE "IdempotencyKeys";
PRAGMA legacy_alter_table = ON;
ALTER TABLE "IdempotencyKeys_rebuilt" RENAME TO "IdempotencyKeys";
PRAGMA legacy_alter_table = OFF;
CREATE UNIQUE INDEX "idempotency_keys_scope" ON "IdempotencyKeys" ("scope");
CREATE INDEX "idempotency_keys_user_id" ON "IdempotencyKeys" ("userId");
CREATE INDEX "idempotency_keys_expires_at" ON "IdempotencyKeys" ("expiresAt");
CREATE TABLE "AuditLogs_rebuilt" (
  "id" INTEGER PRIMARY KEY AUTOINCREMENT,
  "actorId" INTEGER NOT NULL DEFAULT 0,
  "actorRole" VARCHAR(255),
  "requestId" VARCHAR(255),
  "action" VARCHAR(255) NOT NULL,
  "resource" VARCHAR(255) NOT NULL,
  "resourceId" INTEGER NOT NULL,
  "resourceVersion" INTEGER NOT NULL DEFAULT 0,
  "before" TEXT,
  "after" TEXT,
  "createdAt" DATETIME NOT NULL,
  "updatedAt" DATETIME NOT NULL
);
INSERT INTO "AuditLogs_rebuilt" ("id", "actorId", "actorRole", "requestId", "action", "resource", "resourceId", "resourceVersion", "before", "after", "createdAt", "updatedAt") SELECT "id", "actorId", "actorRole", "requestId", "action", "resource", "resourceId", "resourceVersion", "before", "after", "createdAt", "updatedAt" FROM "AuditLogs";
DELETE FROM sqlite_sequence WHERE name = 'AuditLogs_rebuilt';
INSERT INTO sqlite_sequence (name, seq) SELECT 'AuditLogs_rebuilt', seq FROM sqlite_sequence WHERE name = 'AuditLogs';
DROP TABLE "AuditLogs";
PRAGMA legacy_alter_table = ON;
ALTER TABLE "AuditLogs_rebuilt" RENAME TO "AuditLogs";
PRAGMA legacy_alter_table = OFF;
CREATE INDEX "audit_logs_resource_resource_id" ON "AuditLogs" ("resource", "resourceId");
CREATE TABLE "AuditContexts_rebuilt" (
  "id" INTEGER PRIMARY KEY AUTOINCREMENT,
  "actorId" INTEGER NOT NULL DEFAULT 0,
  "actorRole" VARCHAR(255),
  "requestId" VARCHAR(255),
  "createdAt" DATETIME NOT NULL,
  "updatedAt" DATETIME NOT NULL
);
INSERT INTO "AuditContexts_rebuilt" ("id", "actorId", "actorRole", "requestId", "createdAt", "updatedAt") SELECT "id", "actorId", "actorRole", "requestId", "createdAt", "updatedAt" FROM "AuditContexts";
DELETE FROM sqlite_sequence WHERE name = 'AuditContexts_rebuilt';
INSERT INTO sqlite_sequence (name, seq) SELECT 'AuditContexts_rebuilt', seq FROM sqlite_sequence WHERE name = 'AuditContexts';
DROP TABLE "AuditContexts";
PRAGMA legacy_alter_table = ON;
ALTER TABLE "AuditContexts_rebuilt" RENAME TO "AuditContexts";
PRAGMA legacy_alter_table = OFF;
CREATE TABLE "JobCursors_rebuilt" (
  "id" INTEGER PRIMARY KEY AUTOINCREMENT,
  "name" VARCHAR(255) NOT NULL,
  "position" TEXT NOT NULL,
  "createdAt" DATETIME NOT NULL,
  "updatedAt" DATETIME NOT NULL
);
INSERT INTO "JobCursors_rebuilt" ("id", "name", "position", "createdAt", "updatedAt") SELECT "id", "name", "position", "createdAt", "updatedAt" FROM "JobCursors";
DELETE FROM sqlite_sequence WHERE name = 'JobCursors_rebuilt';
INSERT INTO sqlite_sequence (name, seq) SELECT 'JobCursors_rebuilt', seq FROM sqlite_sequence WHERE name = 'JobCursors';
DROP TABLE "JobCursors";
PRAGMA legacy_alter_table = ON;
ALTER TABLE "JobCursors_rebuilt" RENAME TO "JobCursors";
PRAGMA legacy_alter_table = OFF;
CREATE UNIQUE INDEX "job_cursors_name" ON "JobCursors" ("name");
CREATE TRIGGER "users_version" AFTER UPDATE ON "Users" WHEN NEW."version" = OLD."version"
BEGIN UPDATE "Users" SET "version" = "version" + 1 WHERE "id" = NEW."id"; END;
CREATE TRIGGER "users_audit_insert" AFTER INSERT ON "Users"
BEGIN INSERT INTO "AuditLogs" ("actorId", "actorRole", "requestId", "action", "resource", "resourceId", "resourceVersion", "before", "after", "createdAt", "updatedAt")
  VALUES (coalesce((SELECT "actorId" FROM "AuditContexts" WHERE "id" = 1), 0), (SELECT "actorRole" FROM "AuditContexts" WHERE "id" = 1), (SELECT "requestId" FROM "AuditContexts" WHERE "id" = 1),
  'create', 'users', NEW."id", NEW."version",
  NULL,
  json_object('id', NEW."id", 'isAdmin', json(CASE WHEN NEW."isAdmin" THEN 'true' ELSE 'false' END), 'isVerified', json(CASE WHEN NEW."isVerified" THEN 'true' ELSE 'false' END), 'role', NEW."role", 'createdAt', NEW."createdAt", 'updatedAt', NEW."updatedAt", 'deletedAt', NEW."deletedAt", 'version', NEW."version"),
  NEW."updatedAt", NEW."updatedAt"); END;
CREATE TRIGGER "users_audit_update" AFTER UPDATE OF "id", "email", "password", "name", "isAdmin", "isVerified", "role", "createdAt", "updatedAt", "deletedAt" ON "Users"
BEGIN INSERT INTO "AuditLogs" ("actorId", "actorRole", "requestId", "action", "resource", "resourceId", "resourceVersion", "before", "after", "createdAt", "updatedAt")
  VALUES (coalesce((SELECT "actorId" FROM "AuditContexts" WHERE "id" = 1), 0), (SELECT "actorRole" FROM "AuditContexts" WHERE "id" = 1), (SELECT "requestId" FROM "AuditContexts" WHERE "id" = 1),
  CASE WHEN (OLD."deletedAt" IS NULL) = (NEW."deletedAt" IS NULL) THEN 'update' WHEN OLD."deletedAt" IS NULL THEN 'delete' ELSE 'restore' END, 'users', NEW."id", CASE WHEN NEW."version" = OLD."version" THEN OLD."version" + 1 ELSE NEW."version" END,
  json_object('id', OLD."id", 'isAdmin', json(CASE WHEN OLD."isAdmin" THEN 'true' ELSE 'false' END), 'isVerified', json(CASE WHEN OLD."isVerified" THEN 'true' ELSE 'false' END), 'role', OLD."role", 'createdAt', OLD."createdAt", 'updatedAt', OLD."updatedAt", 'deletedAt', OLD."deletedAt", 'version', OLD."version"),
  json_object('id', NEW."id", 'isAdmin', json(CASE WHEN NEW."isAdmin" THEN 'true' ELSE 'false' END), 'isVerified', json(CASE WHEN NEW."isVerified" THEN 'true' ELSE 'false' END), 'role', NEW."role", 'createdAt', NEW."createdAt", 'updatedAt', NEW."updatedAt", 'deletedAt', NEW."deletedAt", 'version', CASE WHEN NEW."version" = OLD."version" THEN OLD."version" + 1 ELSE NEW."version" END),
  NEW."updatedAt", NEW."updatedAt"); END;
CREATE TRIGGER "users_audit_delete" AFTER DELETE ON "Users"
BEGIN INSERT INTO "AuditLogs" ("actorId", "actorRole", "requestId", "action", "resource", "resourceId", "resourceVersion", "before", "after", "createdAt", "updatedAt")
  VALUES (coalesce((SELECT "actorId" FROM "AuditContexts" WHERE "id" = 1), 0), (SELECT "actorRole" FROM "AuditContexts" WHERE "id" = 1), (SELECT "requestId" FROM "AuditContexts" WHERE "id" = 1),
  'delete', 'users', OLD."id", OLD."version",
  json_object('id', OLD."id", 'isAdmin', json(CASE WHEN OLD."isAdmin" THEN 'true' ELSE 'false' END), 'isVerified', json(CASE WHEN OLD."isVerified" THEN 'true' ELSE 'false' END), 'role', OLD."role", 'createdAt', OLD."createdAt", 'updatedAt', OLD."updatedAt", 'deletedAt', OLD."deletedAt", 'version', OLD."version"),
  NULL,
  strftime('%Y-%m-%d %H:%M:%f +00:00', 'now'), strftime('%Y-%m-%d %H:%M:%f +00:00', 'now')); END;
CREATE TRIGGER "venues_search_insert" AFTER INSERT ON "Venues"
BEGIN INSERT INTO "VenuesSearch" (rowid, "name", "address") VALUES (NEW."id", NEW."name", NEW."address"); END;
CREATE TRIGGER "venues_search_update" AFTER UPDATE OF "id", "name", "address" ON "Venues" WHEN (OLD."id", OLD."name", OLD."address") IS NOT (NEW."id", NEW."name", NEW."address")
BEGIN INSERT INTO "VenuesSearch" ("VenuesSearch", rowid, "name", "address") VALUES ('delete', OLD."id", OLD."name", OLD."address"); INSERT INTO "VenuesSearch" (rowid, "name", "address") VALUES (NEW."id", NEW."name", NEW."address"); END;
CREATE TRIGGER "venues_search_delete" AFTER DELETE ON "Venues"
BEGIN INSERT INTO "VenuesSearch" ("VenuesSearch", rowid, "name", "address") VALUES ('delete', OLD."id", OLD."name", OLD."address"); END;
CREATE TRIGGER "venues_version" AFTER UPDATE ON "Venues" WHEN NEW."version" = OLD."version"
BEGIN UPDATE "Venues" SET "version" = "version" + 1 WHERE "id" = NEW."id"; END;
CREATE TRIGGER "venues_audit_insert" AFTER INSERT ON "Venues"
BEGIN INSERT INTO "AuditLogs" ("actorId", "actorRole", "requestId", "action", "resource", "resourceId", "resourceVersion", "before", "after", "createdAt", "updatedAt")
  VALUES (coalesce((SELECT "actorId" FROM "AuditContexts" WHERE "id" = 1), 0), (SELECT "actorRole" FROM "AuditContexts" WHERE "id" = 1), (SELECT "requestId" FROM "AuditContexts" WHERE "id" = 1),
  'create', 'venues', NEW."id", NEW."version",
  NULL,
  json_object('id', NEW."id", 'name', NEW."name", 'address', NEW."address", 'capacity', NEW."capacity", 'facilities', NEW."facilities", 'createdAt', NEW."createdAt", 'updatedAt', NEW."updatedAt", 'deletedAt', NEW."deletedAt", 'version', NEW."version"),
  NEW."updatedAt", NEW."updatedAt"); END;
CREATE TRIGGER "venues_audit_update" AFTER UPDATE OF "id", "name", "address", "capacity", "facilities", "createdAt", "updatedAt", "deletedAt" ON "Venues"
BEGIN INSERT INTO "AuditLogs" ("actorId", "actorRole", "requestId", "action", "resource", "resourceId", "resourceVersion", "before", "after", "createdAt", "updatedAt")
  VALUES (coalesce((SELECT "actorId" FROM "AuditContexts" WHERE "id" = 1), 0), (SELECT "actorRole" FROM "AuditContexts" WHERE "id" = 1), (SELECT "requestId" FROM "AuditContexts" WHERE "id" = 1),
  CASE WHEN (OLD."deletedAt" IS NULL) = (NEW."deletedAt" IS NULL) THEN 'update' WHEN OLD."deletedAt" IS NULL THEN 'delete' ELSE 'restore' END, 'venues', NEW."id", CASE WHEN NEW."version" = OLD."version" THEN OLD."version" + 1 ELSE NEW."version" END,
  json_object('id', OLD."id", 'name', OLD."name", 'address', OLD."address", 'capacity', OLD."capacity", 'facilities', OLD."facilities", 'createdAt', OLD."createdAt", 'updatedAt', OLD."updatedAt", 'deletedAt', OLD."deletedAt", 'version', OLD."version"),
  json_object('id', NEW."id", 'name', NEW."name", 'address', NEW."address", 'capacity', NEW."capacity", 'facilities', NEW."facilities", 'createdAt', NEW."createdAt", 'updatedAt', NEW."updatedAt", 'deletedAt', NEW."deletedAt", 'version', CASE WHEN NEW."version" = OLD."version" THEN OLD."version" + 1 ELSE NEW."version" END),
  NEW."updatedAt", NEW."updatedAt"); END;
CREATE TRIGGER "venues_audit_delete" AFTER DELETE ON "Venues"
BEGIN INSERT INTO "AuditLogs" ("actorId", "actorRole", "requestId", "action", "resource", "resourceId", "resourceVersion", "before", "after", "createdAt", "updatedAt")
  VALUES (coalesce((SELECT "actorId" FROM "AuditContexts" WHERE "id" = 1), 0), (SELECT "actorRole" FROM "AuditContexts" WHERE "id" = 1), (SELECT "requestId" FROM "AuditContexts" WHERE "id" = 1),
  'delete', 'venues', OLD."id", OLD."version",
  json_object('id', OLD."id", 'name', OLD."name", 'address', OLD."address", 'capacity', OLD."capacity", 'facilities', OLD."facilities", 'createdAt', OLD."createdAt", 'updatedAt', OLD."updatedAt", 'deletedAt', OLD."deletedAt", 'version', OLD."version"),
  NULL,
  strftime('%Y-%m-%d %H:%M:%f +00:00', 'now'), strftime('%Y-%m-%d %H:%M:%f +00:00', 'now')); END;
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
CREATE TRIGGER "event_categories_version" AFTER UPDATE ON "EventCategories" WHEN NEW."version" = OLD."version"
BEGIN UPDATE "EventCategories" SET "version" = "version" + 1 WHERE "id" = NEW."id"; END;
CREATE TRIGGER "event_categories_audit_insert" AFTER INSERT ON "EventCategories"
BEGIN INSERT INTO "AuditLogs" ("actorId", "actorRole", "requestId", "action", "resource", "resourceId", "resourceVersion", "before", "after", "createdAt", "updatedAt")
  VALUES (coalesce((SELECT "actorId" FROM "AuditContexts" WHERE "id" = 1), 0), (SELECT "actorRole" FROM "AuditContexts" WHERE "id" = 1), (SELECT "requestId" FROM "AuditContexts" WHERE "id" = 1),
  'create', 'event-categories', NEW."id", NEW."version",
  NULL,
  json_object('id', NEW."id", 'eventId', NEW."eventId", 'name', NEW."name", 'description', NEW."description", 'createdAt', NEW."createdAt", 'updatedAt', NEW."updatedAt", 'deletedAt', NEW."deletedAt", 'version', NEW."version"),
  NEW."updatedAt", NEW."updatedAt"); END;
CREATE TRIGGER "event_categories_audit_update" AFTER UPDATE OF "id", "eventId", "name", "description", "createdAt", "updatedAt", "deletedAt" ON "EventCategories"
BEGIN INSERT INTO "AuditLogs" ("actorId", "actorRole", "requestId", "action", "resource", "resourceId", "resourceVersion", "before", "after", "createdAt", "updatedAt")
  VALUES (coalesce((SELECT "actorId" FROM "AuditContexts" WHERE "id" = 1), 0), (SELECT "actorRole" FROM "AuditContexts" WHERE "id" = 1), (SELECT "requestId" FROM "AuditContexts" WHERE "id" = 1),
  CASE WHEN (OLD."deletedAt" IS NULL) = (NEW."deletedAt" IS NULL) THEN 'update' WHEN OLD."deletedAt" IS NULL THEN 'delete' ELSE 'restore' END, 'event-categories', NEW."id", CASE WHEN NEW."version" = OLD."version" THEN OLD."version" + 1 ELSE NEW."version" END,
  json_object('id', OLD."id", 'eventId', OLD."eventId", 'name', OLD."name", 'description', OLD."description", 'createdAt', OLD."createdAt", 'updatedAt', OLD."updatedAt", 'deletedAt', OLD."deletedAt", 'version', OLD."version"),
  json_object('id', NEW."id", 'eventId', NEW."eventId", 'name', NEW."name", 'description', NEW."description", 'createdAt', NEW."createdAt", 'updatedAt', NEW."updatedAt", 'deletedAt', NEW."deletedAt", 'version', CASE WHEN NEW."version" = OLD."version" THEN OLD."version" + 1 ELSE NEW."version" END),
  NEW."updatedAt", NEW."updatedAt"); END;
CREATE TRIGGER "event_categories_audit_delete" AFTER DELETE ON "EventCategories"
BEGIN INSERT INTO "AuditLogs" ("actorId", "actorRole", "requestId", "action", "resource", "resourceId", "resourceVersion", "before", "after", "createdAt", "updatedAt")
  VALUES (coalesce((SELECT "actorId" FROM "AuditContexts" WHERE "id" = 1), 0), (SELECT "actorRole" FROM "AuditContexts" WHERE "id" = 1), (SELECT "requestId" FROM "AuditContexts" WHERE "id" = 1),
  'delete', 'event-categories', OLD."id", OLD."version",
  json_object('id', OLD."id", 'eventId', OLD."eventId", 'name', OLD."name", 'description', OLD."description", 'createdAt', OLD."createdAt", 'updatedAt', OLD."updatedAt", 'deletedAt', OLD."deletedAt", 'version', OLD."version"),
  NULL,
  strftime('%Y-%m-%d %H:%M:%f +00:00', 'now'), strftime('%Y-%m-%d %H:%M:%f +00:00', 'now')); END;
CREATE TRIGGER "bookings_version" AFTER UPDATE ON "Bookings" WHEN NEW."version" = OLD."version"
BEGIN UPDATE "Bookings" SET "version" = "version" + 1 WHERE "id" = NEW."id"; END;
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
CREATE TRIGGER "support_tickets_search_insert" AFTER INSERT ON "SupportTickets"
BEGIN INSERT INTO "SupportTicketsSearch" (rowid, "subject", "description") VALUES (NEW."id", NEW."subject", NEW."description"); END;
CREATE TRIGGER "support_tickets_search_update" AFTER UPDATE OF "id", "subject", "description" ON "SupportTickets" WHEN (OLD."id", OLD."subject", OLD."description") IS NOT (NEW."id", NEW."subject", NEW."description")
BEGIN INSERT INTO "SupportTicketsSearch" ("SupportTicketsSearch", rowid, "subject", "description") VALUES ('delete', OLD."id", OLD."subject", OLD."description"); INSERT INTO "SupportTicketsSearch" (rowid, "subject", "description") VALUES (NEW."id", NEW."subject", NEW."description"); END;
CREATE TRIGGER "support_tickets_search_delete" AFTER DELETE ON "SupportTickets"
BEGIN INSERT INTO "SupportTicketsSearch" ("SupportTicketsSearch", rowid, "subject", "description") VALUES ('delete', OLD."id", OLD."subject", OLD."description"); END;
CREATE TRIGGER "support_tickets_version" AFTER UPDATE ON "SupportTickets" WHEN NEW."version" = OLD."version"
BEGIN UPDATE "SupportTickets" SET "version" = "version" + 1 WHERE "id" = NEW."id"; END;
CREATE TRIGGER "support_tickets_audit_insert" AFTER INSERT ON "SupportTickets"
BEGIN INSERT INTO "AuditLogs" ("actorId", "actorRole", "requestId", "action", "resource", "resourceId", "resourceVersion", "before", "after", "createdAt", "updatedAt")
  VALUES (coalesce((SELECT "actorId" FROM "AuditContexts" WHERE "id" = 1), 0), (SELECT "actorRole" FROM "AuditContexts" WHERE "id" = 1), (SELECT "requestId" FROM "AuditContexts" WHERE "id" = 1),
  'create', 'support-tickets', NEW."id", NEW."version",
  NULL,
  json_object('id', NEW."id", 'userId', NEW."userId", 'status', NEW."status", 'priority', NEW."priority", 'createdAt', NEW."createdAt", 'updatedAt', NEW."updatedAt", 'deletedAt', NEW."deletedAt", 'version', NEW."version"),
  NEW."updatedAt", NEW."updatedAt"); END;
CREATE TRIGGER "support_tickets_audit_update" AFTER UPDATE OF "id", "userId", "subject", "description", "status", "priority", "createdAt", "updatedAt", "deletedAt" ON "SupportTickets"
BEGIN INSERT INTO "AuditLogs" ("actorId", "actorRole", "requestId", "action", "resource", "resourceId", "resourceVersion", "before", "after", "createdAt", "updatedAt")
  VALUES (coalesce((SELECT "actorId" FROM "AuditContexts" WHERE "id" = 1), 0), (SELECT "actorRole" FROM "AuditContexts" WHERE "id" = 1), (SELECT "requestId" FROM "AuditContexts" WHERE "id" = 1),
  CASE WHEN (OLD."deletedAt" IS NULL) = (NEW."deletedAt" IS NULL) THEN 'update' WHEN OLD."deletedAt" IS NULL THEN 'delete' ELSE 'restore' END, 'support-tickets', NEW."id", CASE WHEN NEW."version" = OLD."version" THEN OLD."version" + 1 ELSE NEW."version" END,
  json_object('id', OLD."id", 'userId', OLD."userId", 'status', OLD."status", 'priority', OLD."priority", 'createdAt', OLD."createdAt", 'updatedAt', OLD."updatedAt", 'deletedAt', OLD."deletedAt", 'version', OLD."version"),
  json_object('id', NEW."id", 'userId', NEW."userId", 'status', NEW."status", 'priority', NEW."priority", 'createdAt', NEW."createdAt", 'updatedAt', NEW."updatedAt", 'deletedAt', NEW."deletedAt", 'version', CASE WHEN NEW."version" = OLD."version" THEN OLD."version" + 1 ELSE NEW."version" END),
  NEW."updatedAt", NEW."updatedAt"); END;
CREATE TRIGGER "support_tickets_audit_delete" AFTER DELETE ON "SupportTickets"
BEGIN INSERT INTO "AuditLogs" ("actorId", "actorRole", "requestId", "action", "resource", "resourceId", "resourceVersion", "before", "after", "createdAt", "updatedAt")
  VALUES (coalesce((SELECT "actorId" FROM "AuditContexts" WHERE "id" = 1), 0), (SELECT "actorRole" FROM "AuditContexts" WHERE "id" = 1), (SELECT "requestId" FROM "AuditContexts" WHERE "id" = 1),
  'delete', 'support-tickets', OLD."id", OLD."version",
  json_object('id', OLD."id", 'userId', OLD."userId", 'status', OLD."status", 'priority', OLD."priority", 'createdAt', OLD."createdAt", 'updatedAt', OLD."updatedAt", 'deletedAt', OLD."deletedAt", 'version', OLD."version"),
  NULL,
  strftime('%Y-%m-%d %H:%M:%f +00:00', 'now'), strftime('%Y-%m-%d %H:%M:%f +00:00', 'now')); END;
CREATE TRIGGER "support_replies_version" AFTER UPDATE ON "SupportReplies" WHEN NEW."version" = OLD."version"
BEGIN UPDATE "SupportReplies" SET "version" = "version" + 1 WHERE "id" = NEW."id"; END;
CREATE TRIGGER "support_replies_audit_insert" AFTER INSERT ON "SupportReplies"
BEGIN INSERT INTO "AuditLogs" ("actorId", "actorRole", "requestId", "action", "resource", "resourceId", "resourceVersion", "before", "after", "createdAt", "updatedAt")
  VALUES (coalesce((SELECT "actorId" FROM "AuditContexts" WHERE "id" = 1), 0), (SELECT "actorRole" FROM "AuditContexts" WHERE "id" = 1), (SELECT "requestId" FROM "AuditContexts" WHERE "id" = 1),
  'create', 'support-replies', NEW."id", NEW."version",
  NULL,
  json_object('id', NEW."id", 'supportTicketId', NEW."supportTicketId", 'userId', NEW."userId", 'createdAt', NEW."createdAt", 'updatedAt', NEW."updatedAt", 'deletedAt', NEW."deletedAt", 'version', NEW."version"),
  NEW."updatedAt", NEW."updatedAt"); END;
CREATE TRIGGER "support_replies_audit_update" AFTER UPDATE OF "id", "supportTicketId", "userId", "body", "createdAt", "updatedAt", "deletedAt" ON "SupportReplies"
BEGIN INSERT INTO "AuditLogs" ("actorId", "actorRole", "requestId", "action", "resource", "resourceId", "resourceVersion", "before", "after", "createdAt", "updatedAt")
  VALUES (coalesce((SELECT "actorId" FROM "AuditContexts" WHERE "id" = 1), 0), (SELECT "actorRole" FROM "AuditContexts" WHERE "id" = 1), (SELECT "requestId" FROM "AuditContexts" WHERE "id" = 1),
  CASE WHEN (OLD."deletedAt" IS NULL) = (NEW."deletedAt" IS NULL) THEN 'update' WHEN OLD."deletedAt" IS NULL THEN 'delete' ELSE 'restore' END, 'support-replies', NEW."id", CASE WHEN NEW."version" = OLD."version" THEN OLD."version" + 1 ELSE NEW."version" END,
  json_object('id', OLD."id", 'supportTicketId', OLD."supportTicketId", 'userId', OLD."userId", 'createdAt', OLD."createdAt", 'updatedAt', OLD."updatedAt", 'deletedAt', OLD."deletedAt", 'version', OLD."version"),
  json_object('id', NEW."id", 'supportTicketId', NEW."supportTicketId", 'userId', NEW."userId", 'createdAt', NEW."createdAt", 'updatedAt', NEW."updatedAt", 'deletedAt', NEW."deletedAt", 'version', CASE WHEN NEW."version" = OLD."version" THEN OLD."version" + 1 ELSE NEW."version" END),
  NEW."updatedAt", NEW."updatedAt"); END;
CREATE TRIGGER "support_replies_audit_delete" AFTER DELETE ON "SupportReplies"
BEGIN INSERT INTO "AuditLogs" ("actorId", "actorRole", "requestId", "action", "resource", "resourceId", "resourceVersion", "before", "after", "createdAt", "updatedAt")
  VALUES (coalesce((SELECT "actorId" FROM "AuditContexts" WHERE "id" = 1), 0), (SELECT "actorRole" FROM "AuditContexts" WHERE "id" = 1), (SELECT "requestId" FROM "AuditContexts" WHERE "id" = 1),
  'delete', 'support-replies', OLD."id", OLD."version",
  json_object('id', OLD."id", 'supportTicketId', OLD."supportTicketId", 'userId', OLD."userId", 'createdAt', OLD."createdAt", 'updatedAt', OLD."updatedAt", 'deletedAt', OLD."deletedAt", 'version', OLD."version"),
  NULL,
  strftime('%Y-%m-%d %H:%M:%f +00:00', 'now'), strftime('%Y-%m-%d %H:%M:%f +00:00', 'now')); END;
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
CREATE TRIGGER "audit_logs_keep_insert" BEFORE INSERT ON "AuditLogs" WHEN EXISTS (SELECT 1 FROM "AuditLogs" WHERE "id" = NEW."id")
BEGIN SELECT RAISE(ABORT, 'append_only'); END;
CREATE TRIGGER "audit_logs_keep_update" BEFORE UPDATE ON "AuditLogs"
BEGIN SELECT RAISE(ABORT, 'append_only'); END;
CREATE TRIGGER "audit_logs_keep_delete" BEFORE DELETE ON "AuditLogs"
BEGIN SELECT RAISE(ABORT, 'append_only'); END;
CREATE TRIGGER "audit_contexts_keep_delete" BEFORE DELETE ON "AuditContexts"
BEGIN SELECT RAISE(ABORT, 'audit_context'); END;
